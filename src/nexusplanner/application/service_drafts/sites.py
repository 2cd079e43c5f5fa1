"""Which other pages of a site tell about what it offers."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from nexusplanner.application.ports.web_pages import Page

MOST_PAGES: Final = 4
_KINDS: Final = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        r"\b(pricing|prices?|plans?|preise?|tarife?)\b",
        r"\b(products?|features?|funktionen|produkte?|leistungen|solutions?|services?|benefits|how it works)\b",
        r"\b(customers?|case stud(y|ies)|references?|testimonials?|reviews?|success stories|kunden|referenzen)\b",
        r"\b(about|about us|company|why|who we are|über uns|ueber uns)\b",
    )
)
"""One page of each, in this order."""
_BETWEEN: Final = re.compile(r"[-_/.+]+")
_NO_PAGE: Final = re.compile(r"\.(pdf|zip|png|jpe?g|svg|gif|mp4|docx?|xlsx?|ics|xml|json)$", re.IGNORECASE)


def neighbours(page: Page) -> list[str]:
    """Addresses of at most MOST_PAGES other pages of the same site, one for each kind."""
    own = [(url, text) for url, text in page.links if same_site(url, page.url) and _other(url, page.url)]
    chosen: list[str] = []
    for kind in _KINDS:
        fitting = [url for url, text in own if url not in chosen and kind.search(_words(url, text))]
        chosen += sorted(fitting, key=_depth)[:1]
    return chosen[:MOST_PAGES]


def same_site(url: str, other: str) -> bool:
    """Whether both are pages of one site; www makes no difference."""
    one, two = urlsplit(url), urlsplit(other)
    return _host(one.hostname) == _host(two.hostname) and one.port == two.port


def _host(name: str | None) -> str:
    return (name or "").lower().removeprefix("www.")


def _other(url: str, page: str) -> bool:
    path = urlsplit(url).path
    return path.rstrip("/") != urlsplit(page).path.rstrip("/") and not _NO_PAGE.search(path)


def _words(url: str, text: str) -> str:
    return f"{_BETWEEN.sub(' ', unquote(urlsplit(url).path))} | {text[:60]}"


def _depth(url: str) -> int:
    """Short paths first: an overview says more than its parts."""
    return urlsplit(url).path.strip("/").count("/")
