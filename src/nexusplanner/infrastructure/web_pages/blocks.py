"""What a reader of a page sees, piece by piece."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import lxml.html
from lxml.etree import iterwalk

from nexusplanner.application.ports.web_pages import Block

MOST_BLOCKS: Final = 2_000
LONGEST_BLOCK: Final = 4_000
MOST_CHARACTERS: Final = 60_000
_BLOCKS: Final = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "dt", "dd", "td", "th", "tr", "caption", "blockquote", "q", "cite"}
    | {"pre", "div", "section", "article", "main", "header", "ul", "ol", "dl", "table", "figure", "figcaption", "body"}
    | {"address", "details", "summary", "fieldset", "label", "button", "br", "hr"}
)
_PLAIN: Final = frozenset({"p", "div", "section", "article", "header", "br", "hr", "label"})
_TELLING: Final = frozenset({"li", "blockquote", "q", "td", "th", "dd", "dt", "figcaption"})
_UNSEEN: Final = frozenset(
    {"script", "style", "noscript", "template", "svg", "math", "iframe", "object", "nav", "footer", "head", "title"}
    | {"select", "option", "textarea", "button", "dialog", "canvas", "audio", "video"}
)
_HIDING: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d]*[1-9])", re.IGNORECASE)
_UNPRINTED: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
)


def blocks(tree: lxml.html.HtmlElement) -> Iterator[Block]:
    """Every visible piece of text with the element it is the text of, menus, footers and controls left out."""
    given, size, tags, words = 0, 0, [""], list[str]()
    walk = iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if event == "start" and _unseen(element):
            walk.skip_subtree()
        edge = element.tag in _BLOCKS
        if edge and (text := tidy("".join(words))):
            yield Block(tag=_kind(tags), text=text[:LONGEST_BLOCK])
            given, size = given + 1, size + len(text)
            if given == MOST_BLOCKS or size > MOST_CHARACTERS:
                return
        if edge:
            words = []
            if event == "start":
                tags.append(element.tag)
            else:
                tags.pop()
        words.append(_said(element, event))


def _kind(tags: list[str]) -> str:
    """The element that tells what the text is: an entry of a list stays one when it holds paragraphs."""
    telling = next((tag for tag in reversed(tags) if tag not in _PLAIN), "")
    return telling if telling in _TELLING else tags[-1]


def tidy(text: str) -> str:
    """The text on one line, without what does not print."""
    return " ".join(_UNPRINTED.sub("", text).split())


def _said(element: Any, event: str) -> str:
    """What is said before the element's children begin, or after it has ended."""
    if event == "end":
        return element.tail or ""
    return " " if _unseen(element) else element.text or ""


def hidden(element: Any) -> bool:
    """Whether the page itself keeps the element from its readers."""
    if not isinstance(element.tag, str):
        return False
    known = element.attrib
    return "hidden" in known or known.get("aria-hidden") == "true" or bool(_HIDING.search(known.get("style", "")))


def _unseen(element: Any) -> bool:
    return not isinstance(element.tag, str) or element.tag in _UNSEEN or hidden(element)
