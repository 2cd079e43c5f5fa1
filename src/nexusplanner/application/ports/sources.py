"""What the use cases on sources need from the world."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from nexusplanner.application.ports.reads import PAGE_SIZE
from nexusplanner.domain.feeds import Feed
from nexusplanner.domain.shared import Page, SourceId, TenantId
from nexusplanner.domain.signals import Signal
from nexusplanner.domain.sources import Source


class FeedReader(Protocol):
    """Reads bytes that somebody fetched."""

    async def read(self, body: bytes, *, url: str, content_type: str) -> Feed:
        """The feed. url: where the bytes came from; content_type: with its parameters. Raises NoFeed."""
        ...

    async def links(self, body: bytes, *, url: str) -> tuple[str, ...]:
        """Addresses of the feeds that a web page names in its head, absolute."""
        ...


@dataclass(frozen=True, kw_only=True)
class SuggestedFeed:
    """A public feed worth following. about: what it brings."""

    name: str
    url: str
    about: str


class Sources(Protocol):
    """Sources of the actor's tenant."""

    async def get(self, source_id: SourceId, *, lock: bool = False) -> Source:
        """The source; locked until the transaction ends, and read anew, when asked. Raises NotFound."""
        ...

    async def page(
        self, *, query: str = "", sort: str = "name", cursor: str | None = None, limit: int = PAGE_SIZE
    ) -> Page[Source]:
        """Sorts: name, created_at, updated_at."""
        ...

    async def hold(self) -> None:
        """Whoever else adds sources waits until this transaction ends, and then sees what it did."""
        ...

    async def feeds(self) -> Sequence[Source]:
        """All feeds, the oldest first."""
        ...

    def add(self, source: Source) -> None:
        """Keep a new source."""
        ...

    async def remove(self, source: Source) -> None:
        """Delete it; signals it brought stay."""
        ...

    async def set_secret(self, source_id: SourceId, *, secret: str, at: datetime) -> None:
        """Seal and keep the secret of a webhook, instead of an earlier one."""
        ...

    async def secret(self, source_id: SourceId) -> str | None:
        """The secret in clear, for checking signatures and nothing else."""
        ...

    async def first_delivery(self, source_id: SourceId, *, signature: str, at: datetime, forget: datetime) -> bool:
        """Whether this signature was not seen before; it is remembered. forget: those received before are dropped."""
        ...

    async def forget_runs(self, source_id: SourceId, *, ended_before: datetime) -> None:
        """Drop runs that fetched the source well and ended before."""
        ...

    async def kept(self, source_id: SourceId, *, keys: Collection[str]) -> Mapping[str, Signal]:
        """Signals that the source brought before, by their keys."""
        ...

    async def refuse(self, source_id: SourceId, *, key: str) -> None:
        """Never bring this item again: a person deleted its signal."""
        ...

    async def refused(self, source_id: SourceId, *, keys: Collection[str]) -> frozenset[str]:
        """Those of `keys` whose signals a person deleted."""
        ...


class Hooks(Protocol):
    """Finds whom a webhook belongs to, before anybody is signed in."""

    async def tenant_of(self, source_id: SourceId) -> TenantId | None:
        """The tenant of this webhook; none when there is no such."""
        ...
