"""The job of the bounded process: the bytes of a web page to everything that is read from one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.html
from lxml.etree import LxmlError

from nexusplanner.application.ports.web_pages import Page
from nexusplanner.domain.documents import Unreadable
from nexusplanner.infrastructure.decoding import decoded, in_markup
from nexusplanner.infrastructure.web_pages.blocks import blocks, hidden, tidy

ENOUGH: Final = 200
"""Characters of main text: with fewer, everything visible is taken."""
LONGEST_TEXT: Final = 200_000
LONGEST_LINE: Final = 500
MOST_LINKS: Final = 500
MOST_FEEDS: Final = 10
MOST_DATA: Final = 50
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*>")
_RULE: Final = re.compile(r"[-|:; ]+")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATED_PATH: Final = re.compile(r"/(20\d\d)/(\d\d)/(\d\d)/")
_DATED_BY: Final = ("article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "pubdate")
_ARTICLE: Final = re.compile(r"Article|Posting|Report|WebPage")
_FEEDS: Final = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}
)


def parse(data: bytes, *, url: str, charset: str, article: bool = True) -> Page:
    """The page. url: where it was read. charset: what the server declares, or nothing. Raises: Unreadable.

    article: whether its text is to be the main text; otherwise it is everything visible.
    """
    html = _DECLARATION.sub("", _decoded(data, charset=charset), count=1)
    try:
        tree = lxml.html.document_fromstring(html)
    except (LxmlError, ValueError):
        raise Unreadable("There is no text at this address. Use the address of a page with text.") from None
    seen, meta, described = tuple(blocks(tree)), _meta(tree), tuple(_linked_data(tree))
    links, feeds = tuple(_links(tree, url=url)), tuple(_feeds(tree, url=url))
    label = _line(tree.findtext(".//title") or "")
    heading = next((block.text for block in seen if block.tag == "h1"), "")
    named = _named_days(meta, described, tree)
    text = _main_text(tree, url=url) if article else ""
    if len(text) < ENOUGH:
        text = "\n".join(block.text for block in seen)
    if not text:
        message = "There is no text on this page; perhaps a program in it writes the text. Use another page."
        raise Unreadable(message)
    return Page(
        url=url,
        title=_line(meta.get("og:title") or heading) or label,
        label=label,
        site=_line(meta.get("og:site_name") or (urlsplit(url).hostname or "").removeprefix("www.")),
        description=_line(meta.get("description") or meta.get("og:description") or ""),
        text=text[:LONGEST_TEXT],
        published=next((day for day in map(_day, named) if day is not None), _day_of(url)),
        language=_language(tree),
        links=links,
        feeds=feeds,
        blocks=seen,
        linked_data=described,
    )


def _decoded(data: bytes, *, charset: str) -> str:
    text = decoded(data, declared=(charset, *in_markup(data)))
    if text is None:
        raise Unreadable("The encoding of this page is not known. Use another page.")
    return text


def _main_text(tree: lxml.html.HtmlElement, *, url: str) -> str:
    """What the page is about, a paragraph to a line, the cells of a row one after the other.

    Takes out of `tree` what nobody sees: that is not for readers. The library takes most of the time of reading a page,
    so it is imported only for this.
    """
    from trafilatura import bare_extraction  # noqa: PLC0415

    for element in list(tree.iter()):
        if hidden(element) and element.getparent() is not None:
            element.drop_tree()
    main = bare_extraction(tree, url=url, include_comments=False)
    found = str(getattr(main, "text", "") or "").splitlines()
    lines = (tidy(line).strip("|").replace(" | ", "; ").strip() for line in found)
    return "\n".join(line for line in lines if line and not _RULE.fullmatch(line))


def _meta(tree: Any) -> dict[str, str]:
    """The first of each kind."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").strip().lower()
        if name and element.get("content", "").strip():
            found.setdefault(name, element.get("content"))
    return found


def _line(text: str) -> str:
    return tidy(text)[:LONGEST_LINE]


def _named_days(meta: Mapping[str, str], described: tuple[Mapping[str, Any], ...], tree: Any) -> list[str]:
    """What the page itself says of when it was published, the surest first; words in its text may mean anything."""
    named = [meta.get(name, "") for name in _DATED_BY]
    named += [str(each.get("datePublished", "")) for each in described if _ARTICLE.search(str(each.get("@type", "")))]
    named += tree.xpath("//time[@itemprop='datePublished' or @pubdate or ancestor::article]/@datetime")[:1]
    return named


def _day_of(url: str) -> date | None:
    match = _DATED_PATH.search(urlsplit(url).path)
    return _day("-".join(match.groups())) if match else None


def _day(text: str) -> date | None:
    match = _DAY.match(text.strip())
    try:
        return date.fromisoformat(match.group()) if match else None
    except ValueError:
        return None


def _language(tree: Any) -> str:
    named = (tree.get("lang") or "").strip().lower()[:2]
    return named if len(named) == 2 and named.isascii() and named.isalpha() else ""


def _links(tree: Any, *, url: str) -> Iterator[tuple[str, str]]:
    given: set[str] = set()
    for element in tree.iter("a"):
        target = _target(element, url=url)
        if target and target not in given:
            given.add(target)
            yield target, _line(element.text_content())
        if len(given) == MOST_LINKS:
            return


def _feeds(tree: Any, *, url: str) -> Iterator[str]:
    given = 0
    for element in tree.iter("link"):
        kind = element.get("type", "").partition(";")[0].strip().lower()
        if "alternate" in element.get("rel", "").lower().split() and kind in _FEEDS:
            target = _target(element, url=url)
            if target and given < MOST_FEEDS:
                given += 1
                yield target


def _target(element: Any, *, url: str) -> str:
    """Where it leads, without the place within the page; empty when that is nowhere on the web."""
    try:
        target = urldefrag(urljoin(url, element.get("href", "").strip())).url
        web = urlsplit(target).scheme in {"http", "https"} and bool(urlsplit(target).hostname)
    except ValueError:
        return ""
    return target if web and len(target) <= LONGEST_LINE * 4 else ""


def _linked_data(tree: Any) -> Iterator[Mapping[str, Any]]:
    """The objects that the page describes for programs, those within lists and graphs too."""
    given = 0
    for element in tree.iter("script"):
        if element.get("type", "").partition(";")[0].strip().lower() != "application/ld+json":
            continue
        for each in _objects(_json(element.text or "")):
            if given == MOST_DATA:
                return
            given += 1
            yield each


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _objects(found: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(found, list):
        for each in found:
            yield from _objects(each)
    elif isinstance(found, dict):
        yield found
        yield from _objects(found.get("@graph"))
