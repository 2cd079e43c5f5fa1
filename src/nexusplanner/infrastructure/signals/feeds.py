"""Reads feeds of every flavour: RSS 0.9 to 2.0, Atom 0.3 and 1.0, JSON Feed; broken ones as far as they go.

For use in a bounded process: the bytes come from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final
from xml.sax import SAXException

import feedparser

from nexusplanner.domain.feeds import (
    LONGEST_CONTENT,
    LONGEST_TITLE,
    LONGEST_TOPIC,
    MOST_ITEMS,
    MOST_TOPICS,
    Feed,
    FeedItem,
    FeedKind,
    NoFeed,
    item_key,
    web_address,
)
from nexusplanner.domain.plain_text import plain_text, shortened
from nexusplanner.infrastructure.decoding import decoded, in_header, in_markup
from nexusplanner.infrastructure.signals.dates import instant, of_struct
from nexusplanner.infrastructure.signals.guarding import check_entities
from nexusplanner.infrastructure.signals.json_feeds import read_json

NOT_A_FEED: Final = "There is no feed at this address, but something else. Look for its feed, often marked RSS."
A_PAGE: Final = "This is a web page, not a feed. Look for its feed, often marked RSS."
EMPTY: Final = "The server answered with nothing."
BROKEN: Final = "The feed is not well-formed XML. What could be read of it was read."
_NOTHING: Final = "\ufeff\u200b \t\r\n\0"
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,400}\?>")
"""It names an encoding that the text no longer has."""
SUMMARY: Final = 100
"""Characters of its text that stand for the title of an item without one."""
_PAGE: Final = re.compile(r"^\s*(<!--.{0,2000}?-->\s*)*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_HEADERS: Final = {"content-type": "application/xml; charset=utf-8"}


def read(body: bytes, *, url: str, content_type: str) -> Feed:
    """The feed in `body`, in whatever it is written, whatever `content_type` claims. Raises NoFeed."""
    text = decoded(body, declared=(*in_header(content_type), *in_markup(body)))
    if text is None:
        raise NoFeed(NOT_A_FEED)
    text = _DECLARATION.sub("", text.lstrip(_NOTHING), count=1).lstrip()
    if not text:
        raise NoFeed(EMPTY)
    if text.startswith(("{", "[")):
        return read_json(text, url=url)
    if _PAGE.match(text):
        raise NoFeed(A_PAGE)
    return _read_xml(text.encode("utf-8", "replace"), url=url)


def _read_xml(xml: bytes, *, url: str) -> Feed:
    check_entities(xml)
    found = feedparser.parse(
        xml, response_headers={**_HEADERS, "content-location": url}, sanitize_html=False, resolve_relative_uris=True
    )
    if not found.version and not found.entries:
        raise NoFeed(NOT_A_FEED)
    broken = isinstance(found.get("bozo_exception"), SAXException)
    return Feed(
        kind=_kind(found.version),
        title=plain_text(found.feed.get("title", ""), most=LONGEST_TITLE),
        items=tuple(_items(found.entries)),
        problem=BROKEN if broken else "",
    )


def _kind(version: str) -> FeedKind:
    return "atom" if version.startswith("atom") else "rss"


def _items(entries: Iterable[Any]) -> Iterator[FeedItem]:
    for entry, _ in zip(entries, range(MOST_ITEMS), strict=False):
        item = _item(entry)
        if item is not None:
            yield item


def _item(entry: Any) -> FeedItem | None:
    """The entry in plain text; none when there is nothing in it."""
    title = plain_text(entry.get("title", ""), most=LONGEST_TITLE)
    content = plain_text(_longest(entry), most=LONGEST_CONTENT)
    if not title and not content:
        return None
    url = web_address(entry.get("link", ""))
    return FeedItem(
        key=item_key(guid=entry.get("id", ""), url=url, text=f"{title} {content}"),
        title=title or shortened(content, most=SUMMARY),
        content=content or title,
        url=url,
        timestamp=_when(entry),
        topics=_topics(entry),
    )


def _longest(entry: Any) -> str:
    """The whole text where the feed has it, else the summary."""
    texts = [part.get("value", "") for part in entry.get("content", ())]
    return max((text for text in texts if text.strip()), key=len, default="") or entry.get("summary", "")


def _when(entry: Any) -> datetime | None:
    """Read plainly first: feedparser takes seconds since 1970 for a year. The plain dict knows no stand-ins."""
    for name in ("published", "updated", "created"):
        found = instant(dict.get(entry, name) or "")
        parsed = dict.get(entry, f"{name}_parsed")
        if found is not None:
            return found
        if parsed:
            return of_struct(parsed)
    return None


def _topics(entry: Any) -> tuple[str, ...]:
    words = [plain_text(tag.get("label") or tag.get("term") or "", most=LONGEST_TOPIC) for tag in entry.get("tags", ())]
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_TOPICS]
