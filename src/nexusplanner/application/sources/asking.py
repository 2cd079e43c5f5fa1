"""Ask a feed's server, and tell what came of it: an answer, nothing new, or what is wrong in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

from nexusplanner.application.ports.fetching import Asked, Fetched, Fetcher, FetchFailed
from nexusplanner.application.ports.sources import FeedReader
from nexusplanner.domain.feeds import Feed, NoFeed
from nexusplanner.domain.sources import same_feed

ACCEPTED: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/json;q=0.8, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.5"
)
LONGEST_VALIDATOR: Final = 1000
"""Of an ETag or date; a longer one is not sent back, so that the feed is simply read again."""
LONGEST_DATE: Final = 100


class Came(StrEnum):
    """What came of asking."""

    FEED = "feed"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of asking a feed's server.

    url: what was asked. led_to: where redirects led; empty without. problem: what is wrong, in words. retry_after: as the
    server wrote it.
    """

    came: Came
    url: str = ""
    led_to: str = ""
    feed: Feed | None = None
    etag: str = ""
    last_modified: str = ""
    problem: str = ""
    retry_after: str = ""

    def pause(self, *, now: datetime) -> timedelta:
        """How long the server wants to be left alone; nothing when it did not say so in a way that can be read."""
        told = self.retry_after.strip()
        if told.isascii() and told.isdigit():
            return timedelta(seconds=int(told[:9]))
        try:
            when = parsedate_to_datetime(told)
        except (ValueError, TypeError, IndexError, OverflowError):
            return timedelta(0)
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        return max(timedelta(0), when - now)


async def ask_feed(
    fetcher: Fetcher, reader: FeedReader, *, url: str, etag: str = "", last_modified: str = ""
) -> Outcome:
    """Fetch and read the feed, conditionally when there was an answer before. Never raises for what others do."""
    given = {"accept": ACCEPTED, "if-none-match": etag, "if-modified-since": last_modified}
    headers = {name: text for name, text in given.items() if text}
    try:
        fetched = await fetcher.ask(Asked(url=url, headers=headers))
        wrong = what_is_wrong(fetched)
        if wrong is not None:
            return replace(wrong, url=url)
        content_type = fetched.headers.get("content-type", "")
        feed = await reader.read(fetched.body, url=fetched.url, content_type=content_type)
    except (FetchFailed, NoFeed) as error:
        return Outcome(came=Came.FAILED, url=url, problem=error.message)
    return Outcome(
        came=Came.FEED,
        url=url,
        led_to=fetched.url if same_feed(fetched.url) != same_feed(url) else "",
        feed=feed,
        problem=feed.problem,
        etag=_validator(fetched.headers, "etag"),
        last_modified=_validator(fetched.headers, "last-modified"),
    )


def what_is_wrong(fetched: Fetched) -> Outcome | None:
    """What a status other than success means; None for success."""
    status = fetched.status
    if status == 304:
        return Outcome(came=Came.UNCHANGED)
    if status == 410:
        return Outcome(came=Came.GONE)
    if 200 <= status < 300:
        return None
    retry_after = fetched.headers.get("retry-after", "")[:LONGEST_DATE]
    return Outcome(came=Came.FAILED, problem=_words(status), retry_after=retry_after)


def _words(status: int) -> str:
    if status in {401, 403}:
        return f"The server does not let us read this address (status {status}). Use a feed that is public."
    if status == 404:
        return "There is nothing at this address (status 404). Check it, or look for the feed's new address."
    if status == 429:
        return "The server asks us to come less often (status 429). Set a longer interval."
    if status >= 500:
        return f"The server is out of order (status {status}). It is asked again later."
    return f"The server answered with status {status} instead of a feed. Check the address."


def _validator(headers: Mapping[str, str], name: str) -> str:
    text = headers.get(name, "")
    return text if len(text) <= LONGEST_VALIDATOR and text.isprintable() and text.isascii() else ""
