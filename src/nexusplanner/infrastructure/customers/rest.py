"""What both systems have in common: JSON over the one way out, and hosts that are the vendor's own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from nexusplanner.application.ports.connections import CrmSilent, SignInAgain, Tokens
from nexusplanner.application.ports.fetching import Asked, Fetched, Fetcher
from nexusplanner.domain.shared import Invalid

ANSWER_BYTES = 20_000_000
"""The most that one page of records may hold."""
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?")


@dataclass(frozen=True, kw_only=True)
class Hosts:
    """Which hosts a vendor has. usual: when nobody names one. ends: of names that are the vendor's. scheme: to ask by."""

    usual: str
    ends: tuple[str, ...]
    scheme: str = "https"

    def checked(self, domain: str, *, vendor: str) -> str:
        """The host in its usual spelling. Raises Invalid for another's: secrets must not be sent there."""
        text = domain.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/") or self.usual
        own = text == self.usual or any(text.endswith(end) for end in self.ends)
        if not own or not _HOST.fullmatch(text):
            ends = " or ".join(self.ends)
            message = f"{vendor} has no such host. Use one that ends in {ends}."
            raise Invalid(message, fields={"domain": message})
        return text

    def url(self, host: str, path: str, query: Mapping[str, str] | None = None) -> str:
        """An address at the host."""
        return f"{self.scheme}://{host}{path}" + (f"?{urlencode(query)}" if query else "")


class Rest:
    """Asks a vendor's servers; a redirect is never followed, so that no secret goes astray."""

    def __init__(self, fetcher: Fetcher, *, vendor: str, hosts: Hosts) -> None:
        self._fetcher = fetcher
        self._vendor = vendor
        self.hosts = hosts

    async def ask(
        self, tokens: Tokens, path: str, *, query: Mapping[str, str] | None = None, body: object | None = None
    ) -> Fetched:
        """The answer with its status; with a body, a POST of JSON. Raises FetchFailed."""
        headers = {"authorization": f"Bearer {tokens.access}", "accept": "application/json"}
        content = None
        if body is not None:
            headers["content-type"] = "application/json"
            content = json.dumps(body).encode()
        return await self._fetcher.ask(
            Asked(
                url=self.hosts.url(tokens.host, path, query),
                method="POST" if body is not None else "GET",
                headers=headers,
                body=content,
                limit=ANSWER_BYTES,
                follow=False,
            )
        )

    async def grant(self, host: str, path: str, form: Mapping[str, str]) -> Mapping[str, Any]:
        """What a token endpoint gives. Raises: SignInAgain when it refuses, CrmSilent, FetchFailed."""
        fetched = await self._fetcher.ask(
            Asked(
                url=self.hosts.url(host, path),
                method="POST",
                headers={"content-type": "application/x-www-form-urlencoded", "accept": "application/json"},
                body=urlencode(form).encode(),
                limit=ANSWER_BYTES,
                follow=False,
            )
        )
        if fetched.status in {400, 401, 403}:
            message = (
                f"{self._vendor} refuses the sign-in. Check client id, secret and redirect address, then sign in again."
            )
            raise SignInAgain(message)
        if fetched.status != 200:
            raise self.silent(fetched)
        granted = self.json(fetched)
        if not isinstance(granted, dict) or not isinstance(granted.get("access_token"), str):
            raise self.silent(fetched)
        return granted

    def json(self, fetched: Fetched) -> Any:
        """The body. Raises CrmSilent when it is no JSON."""
        try:
            return json.loads(fetched.body)
        except (ValueError, RecursionError) as error:
            raise self.silent(fetched) from error

    @contextmanager
    def usable(self) -> Iterator[None]:
        """Say that an answer of another form than was promised is none. Raises CrmSilent."""
        try:
            yield
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            message = f"{self._vendor} gave an answer that cannot be read."
            raise CrmSilent(message) from error

    def silent(self, fetched: Fetched) -> CrmSilent:
        """What to raise when the answer is none."""
        return CrmSilent(f"{self._vendor} gave no usable answer (status {fetched.status}).")


def clock_of(fetched: Fetched) -> datetime | None:
    """The server's own time; None when it does not say."""
    try:
        told = parsedate_to_datetime(fetched.headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)


def wait_of(fetched: Fetched, *, now: datetime | None = None) -> float | None:
    """Seconds to wait that the answer names; None when it names none."""
    text = fetched.headers.get("retry-after", "").strip()
    if text.replace(".", "", 1).isdigit():
        return min(float(text), 86_400.0)
    try:
        told = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    since = now or clock_of(fetched) or datetime.now(UTC)
    return max(0.0, (told.replace(tzinfo=told.tzinfo or UTC) - since) / timedelta(seconds=1))


def expiry(granted: Mapping[str, Any], *, now: datetime) -> datetime | None:
    """When an access token is over, if the grant says so."""
    seconds = granted.get("expires_in")
    return now + timedelta(seconds=float(seconds)) if isinstance(seconds, (int, float)) and seconds > 0 else None


def last_of(keys: Iterable[str]) -> str:
    """The key behind which to go on; one that a page holds twice counts where it came first. Empty for none."""
    return next(reversed(dict.fromkeys(keys)), "")


def texts_of(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """The named values as texts, without empty ones; "Account.Name" is the Name in the record under Account."""
    found: dict[str, str] = {}
    for name in names:
        first, _, second = name.partition(".")
        value = values.get(first)
        if second:
            value = value.get(second) if isinstance(value, Mapping) else None
        if isinstance(value, bool):
            found[name] = "true" if value else "false"
        elif isinstance(value, (str, int, float)) and value != "":
            found[name] = str(value)
    return found
