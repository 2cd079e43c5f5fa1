"""Feeds that a web page names in its head. For use in a bounded process."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

from nexusplanner.domain.feeds import web_address
from nexusplanner.infrastructure.decoding import decoded, in_markup

_FEEDS: Final = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/json"}
)
LOOKED_AT: Final = 500_000
"""Characters of the page; its head is at the beginning."""
MOST: Final = 10


class _Head(HTMLParser):
    def __init__(self, *, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._base = url

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "base" and given.get("href"):
            self._base = urljoin(self._base, given["href"].strip())
        kind = given.get("type", "").partition(";")[0].strip().lower()
        if tag == "link" and "alternate" in given.get("rel", "").lower().split() and kind in _FEEDS:
            self.found.append(web_address(given.get("href", ""), base=self._base))


def links(body: bytes, *, url: str) -> list[str]:
    """Their addresses, absolute, in the page's order. url: of the page."""
    head = _Head(url=url)
    try:
        head.feed((decoded(body, declared=in_markup(body)) or "")[:LOOKED_AT])
    except ValueError:
        return []
    return list(dict.fromkeys(link for link in head.found if link not in {"", url}))[:MOST]
