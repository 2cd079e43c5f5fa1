"""Asking servers outside: one port for feeds, pages and customer systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol

from nexusplanner.domain.shared import Invalid, Unavailable

PAGE_BYTES = 10_000_000
"""The most that a page, a feed or an answer may hold, unpacked."""
NOTHING: Mapping[str, str] = MappingProxyType({})


class FetchFailed(Unavailable):
    """A server outside was not asked, or gave no usable answer; the message says what to do, without secrets.

    code: FETCH_REFUSED (the address is not a public one), FETCH_TOO_LARGE, FETCH_TOO_SLOW, FETCH_REDIRECTS,
    FETCH_UNREACHABLE. passing: whether trying again later may help.
    """

    passing: bool = True

    def of_field(self, name: str) -> Invalid:
        """The same as a mistake in a field of the caller, whose address it was."""
        return Invalid(self.message, code=self.code, fields={name: self.message})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request. url: http(s). limit: bytes of the unpacked answer. follow: redirects, 3 at most, each checked again.

    headers: a request that carries an Authorization is never sent on to another host.
    """

    url: str
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    headers: Mapping[str, str] = field(default_factory=lambda: NOTHING, repr=False)
    body: bytes | None = field(default=None, repr=False)
    limit: int = PAGE_BYTES
    follow: bool = True


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """One answer, of whatever status. url: where it came from in the end. headers: names in lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def content_type(self) -> str:
        """The media type without parameters, in lower case; empty when none was given."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Fetcher(Protocol):
    """The only way out, for everything but language models."""

    async def ask(self, asked: Asked) -> Fetched:
        """The answer. Raises: FetchFailed."""
        ...
