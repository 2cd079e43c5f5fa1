"""Plain texts and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from nexusplanner.domain.documents import Parsed, Section, Unreadable
from nexusplanner.infrastructure.decoding import decoded
from nexusplanner.infrastructure.documents import cleaning

_FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_UNWRAPPED: Final = re.compile(r"(?<![\n.!?:;])\n(?=[^\n\s\-*•\d])")


def text_of(data: bytes, *, declared: Iterable[str] = ()) -> str:
    """The text, whatever its encoding. declared: names of encodings, the surest first. Raises Unreadable."""
    text = decoded(data, declared=declared)
    if text is None:
        message = "The encoding of this text is not known. Save it as UTF-8 and upload it again."
        raise Unreadable(message, code="DOCUMENT_ENCODING")
    return text


def read_text(data: bytes) -> Parsed:
    """Paragraphs; lines that were broken at a margin are put together again."""
    text = text_of(data).replace("\r\n", "\n").replace("\r", "\n")
    return Parsed(sections=tuple(cleaning.sections([Section(text=_UNWRAPPED.sub(" ", text))])))


def read_markdown(data: bytes) -> Parsed:
    """Headings with what stands below them; no markup, addresses, images or HTML."""
    text = _FRONT_MATTER.sub("", text_of(data).replace("\r\n", "\n"), count=1)
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    found = tuple(cleaning.sections(_sections(tokens)))
    first = next((token for token in tokens if token.type == "heading_open"), None)
    title = next((section.heading for section in found if section.heading), "") if first and first.tag == "h1" else ""
    return Parsed(title=title, sections=found)


def _sections(tokens: list[Token]) -> Iterator[Section]:
    heading, lines, cells = "", list[str](), list[str]()
    opened = ""
    for token in tokens:
        if token.type == "heading_open":
            yield Section(heading=heading, text="\n".join(lines))
            lines, opened = [], "heading"
        elif token.type in {"td_open", "th_open"}:
            opened = "cell"
        elif token.type == "tr_close":
            lines.append("; ".join(cell for cell in cells if cell))
            cells = []
        elif token.type == "inline":
            words = _words(token)
            if opened == "heading":
                heading = words
            elif opened == "cell":
                cells.append(words)
            else:
                lines.append(words)
            opened = ""
        elif token.type in {"fence", "code_block"}:
            lines.append(token.content)
    yield Section(heading=heading, text="\n".join(lines))


def _words(token: Token) -> str:
    said = {"softbreak": " ", "hardbreak": "\n"}
    return "".join(
        said.get(child.type, child.content if child.type in {"text", "code_inline"} else "")
        for child in token.children or ()
    )
