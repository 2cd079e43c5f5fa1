"""The reader of feeds: hands bytes to a bounded process and takes back items in plain text."""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter

from nexusplanner.domain.documents import Unreadable
from nexusplanner.domain.feeds import Feed, NoFeed
from nexusplanner.infrastructure.bounded import BoundedWorker, Limits

READ: Final = "nexusplanner.infrastructure.signals.feeds:read"
LINKS: Final = "nexusplanner.infrastructure.signals.links:links"
LIMITS: Final = Limits(seconds=20)
"""The largest feed that is fetched takes a third of it."""
_FEED: Final = TypeAdapter(Feed)


class BoundedFeedReader:
    """Implements `FeedReader`; for one event loop."""

    def __init__(self, worker: BoundedWorker | None = None) -> None:
        self._worker = worker or BoundedWorker(limits=LIMITS)

    async def read(self, body: bytes, *, url: str, content_type: str) -> Feed:
        """The feed. url: where the bytes came from; content_type: with its parameters. Raises NoFeed."""
        return _FEED.validate_python(await self._run(READ, body, url=url, content_type=content_type))

    async def links(self, body: bytes, *, url: str) -> tuple[str, ...]:
        """Addresses of the feeds that a web page names in its head, absolute; none when it cannot be read."""
        try:
            return tuple(await self._run(LINKS, body, url=url))
        except NoFeed:
            return ()

    async def _run(self, job: str, body: bytes, **options: str) -> Any:
        try:
            return await self._worker.run(job, body, what="feed", options=options)
        except Unreadable as error:
            raise NoFeed(error.message) from error
