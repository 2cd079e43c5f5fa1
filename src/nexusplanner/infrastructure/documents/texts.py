"""Plain texts and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from charset_normalizer import from_bytes
from markdown_it import MarkdownIt
from markdown_it.token import Token

from nexusplanner.domain.documents import Parsed, Section, Unreadable
from nexusplanner.infrastructure.documents import cleaning

GUESSED_BY: Final = 200_000
"""Bytes that are enough to tell an encoding."""
ENCODINGS: Final = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8_r"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "utf_16_le", "utf_16_be"),
)
"""What texts are met in besides UTF-8: with more to choose from, short texts are taken for exotic ones."""
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_UNWRAPPED: Final = re.compile(r"(?<![\n.!?:;])\n(?=[^\n\s\-*•\d])")


def decoded(data: bytes) -> str:
    """The text, its encoding found by its mark, else UTF-8, else guessed. Raises Unreadable."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if b"\x00" not in data:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
    best = from_bytes(data[:GUESSED_BY], cp_isolation=list(ENCODINGS)).best()
    if best is None:
        message = "The encoding of this text is not known. Save it as UTF-8 and upload it again."
        raise Unreadable(message, code="DOCUMENT_ENCODING")
    return data.decode(best.encoding, errors="replace")


def read_text(data: bytes) -> Parsed:
    """Paragraphs; lines that were broken at a margin are put together again."""
    text = decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    return Parsed(sections=tuple(cleaning.sections([Section(text=_UNWRAPPED.sub(" ", text))])))


def read_markdown(data: bytes) -> Parsed:
    """Headings with what stands below them; no markup, addresses, images or HTML."""
    text = _FRONT_MATTER.sub("", decoded(data).replace("\r\n", "\n"), count=1)
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
