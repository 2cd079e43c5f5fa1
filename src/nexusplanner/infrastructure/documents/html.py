"""Web pages and HTML files: the main text with its headings, without menus, scripts and comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

import lxml.html
from lxml.etree import LxmlError
from trafilatura import bare_extraction
from trafilatura.settings import Document

from nexusplanner.domain.documents import Parsed, Section, Unreadable
from nexusplanner.infrastructure.decoding import in_markup
from nexusplanner.infrastructure.documents import cleaning
from nexusplanner.infrastructure.documents.texts import text_of

ENOUGH: Final = 250
"""Characters of main text: with fewer, the whole page is taken."""
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*>")
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "head"})
_BLOCKS: Final = _HEADINGS | {"p", "li", "item", "tr", "row", "blockquote", "quote", "pre", "code", "dt", "dd", "div"}
_CELLS: Final = frozenset({"td", "th", "cell"})
_LEFT_OUT: Final = "//script|//style|//noscript|//template|//svg|//nav|//form|//iframe|//object|//comment()"


def read_html(data: bytes, *, url: str = "") -> Parsed:
    """The main text, or the whole of a page that has none to speak of. Raises Unreadable."""
    text = _DECLARATION.sub("", text_of(data, declared=in_markup(data)), count=1)
    found = bare_extraction(
        text,
        url=url or None,
        include_comments=False,
        favor_recall=True,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    main = found if isinstance(found, Document) else None
    kept = tuple(cleaning.sections(_sections(main.body))) if main is not None and main.body is not None else ()
    if _size(kept) < ENOUGH:
        kept = tuple(cleaning.sections(_whole(text))) or kept
    return Parsed(title=cleaning.line(main.title or "") if main else "", sections=kept, on=_day(main))


def _whole(text: str) -> Iterator[Section]:
    try:
        tree = lxml.html.document_fromstring(text)
    except (LxmlError, ValueError) as error:
        message = "This HTML holds nothing that can be read. Save the page again, or upload it as PDF."
        raise Unreadable(message, code="DOCUMENT_DAMAGED") from error
    for unwanted in tree.xpath(_LEFT_OUT):
        unwanted.drop_tree()
    body = tree.find("body")
    yield from _sections(tree if body is None else body)


def _sections(body: Any) -> Iterator[Section]:
    """What stands below each heading. body: an element of HTML, or of the form the extraction gives."""
    heading, lines = "", list[str]()
    for tag, words in _lines(body):
        if tag not in _HEADINGS:
            lines.append(words)
            continue
        yield Section(heading=heading, text="\n".join(lines))
        heading, lines = words, []
    yield Section(heading=heading, text="\n".join(lines))


def _lines(body: Any) -> Iterator[tuple[str, str]]:
    """The text of each block with the block's tag, in the order of the page."""
    tag, words = "", list[str]()
    for event, element in lxml.etree.iterwalk(body, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        edge = element.tag in _BLOCKS
        if edge and (line := _tidy(words)):
            yield tag, line
        if edge:
            tag, words = (element.tag, []) if event == "start" else ("", [])
        if event == "start":
            words.append(element.text or "")
        else:
            words.append("; " if element.tag in _CELLS else " " if element.tag in {"br", "lb"} else "")
            words.append(element.tail or "" if element is not body else "")
    if line := _tidy(words):
        yield tag, line


def _tidy(words: Iterable[str]) -> str:
    return " ".join("".join(words).split()).strip("; ")


def _size(found: Iterable[Section]) -> int:
    return sum(len(section.text) for section in found)


def _day(main: Document | None) -> date | None:
    try:
        return date.fromisoformat(main.date) if main and main.date else None
    except ValueError:
        return None
