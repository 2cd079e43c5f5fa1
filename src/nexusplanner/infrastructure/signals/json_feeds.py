"""JSON Feed 1.0 and 1.1. Source: https://www.jsonfeed.org/version/1.1/."""

from __future__ import annotations

import json
from typing import Any, Final

from nexusplanner.domain.feeds import (
    LONGEST_CONTENT,
    LONGEST_TITLE,
    LONGEST_TOPIC,
    MOST_ITEMS,
    MOST_TOPICS,
    Feed,
    FeedItem,
    NoFeed,
    item_key,
    web_address,
)
from nexusplanner.domain.plain_text import plain_text, shortened
from nexusplanner.infrastructure.signals.dates import instant

NOT_JSON: Final = "This looks like JSON but cannot be read. Check the address, or tell the feed's publisher."
OTHER_JSON: Final = "This is JSON, but no JSON Feed: it has no list of items."
SUMMARY: Final = 100


def read_json(text: str, *, url: str) -> Feed:
    """The feed. Raises NoFeed."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise NoFeed(NOT_JSON) from None
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        raise NoFeed(OTHER_JSON)
    items = (_item(entry, url=url) for entry in found["items"][:MOST_ITEMS] if isinstance(entry, dict))
    return Feed(
        kind="json",
        title=plain_text(_text(found, "title"), most=LONGEST_TITLE),
        items=tuple(item for item in items if item is not None),
    )


def _item(entry: dict[str, Any], *, url: str) -> FeedItem | None:
    title = plain_text(_text(entry, "title"), most=LONGEST_TITLE)
    text = _text(entry, "content_text", "content_html", "summary")
    content = plain_text(text, most=LONGEST_CONTENT)
    if not title and not content:
        return None
    link = web_address(_text(entry, "url", "external_url"), base=url)
    return FeedItem(
        key=item_key(guid=_text(entry, "id"), url=link, text=f"{title} {content}"),
        title=title or shortened(content, most=SUMMARY),
        content=content or title,
        url=link,
        timestamp=instant(_text(entry, "date_published", "date_modified")),
        topics=_topics(entry.get("tags")),
    )


def _text(entry: dict[str, Any], *names: str) -> str:
    """The first of these fields that says something; version 1.0 allows numbers as ids."""
    for name in names:
        value = entry.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value)
    return ""


def _topics(tags: object) -> tuple[str, ...]:
    words = (
        [plain_text(tag, most=LONGEST_TOPIC) for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    )
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_TOPICS]
