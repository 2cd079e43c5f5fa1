"""Look at an address before it becomes a source."""

from __future__ import annotations

from dataclasses import dataclass

from nexusplanner.application.ports.fetching import Asked, Fetched, Fetcher, FetchFailed
from nexusplanner.application.ports.sources import FeedReader
from nexusplanner.application.sources.asking import ACCEPTED, what_is_wrong
from nexusplanner.domain.feeds import Feed, NoFeed
from nexusplanner.domain.shared import Invalid
from nexusplanner.domain.sources import ENDED

SHOWN = 20
PAGES_TRIED = 3
"""Feeds a web page names that are tried, in its order."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What is at an address. feed: none when there is nothing to follow. problem: why not, or what is broken in it."""

    feed_url: str = ""
    feed: Feed | None = None
    problem: str = ""


async def preview(fetcher: Fetcher, reader: FeedReader, *, url: str) -> Preview:
    """The feed at this address, or the first that its web page names. Raises Invalid for an address that is refused."""
    try:
        found = await fetcher.ask(Asked(url=url, headers={"accept": ACCEPTED}))
    except FetchFailed as error:
        if error.code == "FETCH_REFUSED":
            raise Invalid(error.message, fields={"url": error.message}, code=error.code) from error
        return Preview(problem=error.message)
    wrong = what_is_wrong(found)
    if wrong is not None:
        return Preview(problem=wrong.problem or ENDED)
    try:
        return await _read(reader, found)
    except NoFeed as error:
        return await _linked(fetcher, reader, found) or Preview(problem=error.message)


async def _read(reader: FeedReader, found: Fetched) -> Preview:
    feed = await reader.read(found.body, url=found.url, content_type=found.headers.get("content-type", ""))
    return Preview(feed_url=found.url, feed=feed, problem=feed.problem)


async def _linked(fetcher: Fetcher, reader: FeedReader, page: Fetched) -> Preview | None:
    for url in (await reader.links(page.body, url=page.url))[:PAGES_TRIED]:
        try:
            found = await fetcher.ask(Asked(url=url, headers={"accept": ACCEPTED}))
            if found.status == 200:
                return await _read(reader, found)
        except (FetchFailed, NoFeed):
            continue
    return None
