"""Text as it may be kept: without what does not print, and never more than anybody would cite."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from nexusplanner.domain.documents import MOST_PIECES, Section
from nexusplanner.domain.documents.pieces import LONGEST

MOST_CHARACTERS = (MOST_PIECES + 1) * LONGEST
LONGEST_TITLE = 200
_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2028\u2029\ufeff\ufff9-\uffff\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")


def clean(text: str) -> str:
    """The text in composed characters (NFC), a paragraph to each line, single spaces, nothing that does not print."""
    breaks = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n").replace("\u2028", "\n")
    tidy = _SPACES.sub(" ", _UNPRINTED.sub("", unicodedata.normalize("NFC", breaks)))
    return "\n".join(line for line in (part.strip() for part in tidy.split("\n")) if line)


def line(text: str) -> str:
    """The text as one line of a title's length."""
    return clean(text).replace("\n", " ")[:LONGEST_TITLE].strip()


def sections(found: Iterable[Section]) -> Iterator[Section]:
    """The sections cleaned, those without text left out, until the document has given enough."""
    left = MOST_CHARACTERS
    for section in found:
        text = clean(section.text[:left])
        if text:
            yield Section(heading=line(section.heading), text=text, page=section.page)
            left -= len(text)
        if left <= 0:
            return
