"""Plain text out of HTML: words as a reader sees them, without markup, scripts or control characters."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "head"})
"""Elements whose text nobody reads."""
_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer",
        "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table",
        "td", "th", "tr", "ul",
    )
)  # fmt: skip
_LOOKS_LIKE_HTML = re.compile(r"<[a-zA-Z/!][^<>]*>|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]+);")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
"""Control characters, halves of surrogate pairs, and marks that turn the direction of text around."""
_SPACES = re.compile(r"\s+")
LONGEST_HTML = 400_000
"""Of one text; the rest is not looked at."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag in _BLOCKS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif tag in _BLOCKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def plain_text(text: str, *, most: int) -> str:
    """The words of `text`, which may be HTML, on one line of at most `most` characters; what is longer ends in "…"."""
    words = text[:LONGEST_HTML]
    if _LOOKS_LIKE_HTML.search(words):
        words = _read(words)
    return shortened(one_line(words), most=most)


def one_line(text: str) -> str:
    """The text on one line, without characters that cannot be shown."""
    return _SPACES.sub(" ", _UNWRITABLE.sub("", text)).strip()


def shortened(text: str, *, most: int) -> str:
    """The text, cut at a word where it is longer than `most` characters."""
    if len(text) <= most:
        return text
    cut = text[: most - 2]
    head, space, _ = cut.rpartition(" ")
    return f"{head if space and len(head) > most // 2 else cut} …"


def _read(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)
