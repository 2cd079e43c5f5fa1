"""Cuts a document into pieces one may quote, each with a number that is never given to another text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from nexusplanner.domain.documents.parsed import Section
from nexusplanner.domain.retrieval.quotes import sentences

LONG_ENOUGH = 600
"""Characters after which the next paragraph begins a new piece."""
LONGEST = 1200
SHORT = 200
"""Shorter sections that follow each other are put together, headings and all: alone they would answer little."""
MOST_PIECES = 2000


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of a document. number: from 1, the same as long as its text is; 0 before it has one."""

    number: int = 0
    heading: str
    text: str
    page: int | None = None


def pieces_of(sections: Iterable[Section]) -> tuple[Piece, ...]:
    """The text in pieces of about LONG_ENOUGH to LONGEST characters, cut at paragraphs, else at sentences."""
    found: list[Piece] = []
    for section in sections:
        for piece in _cut(section):
            before = found[-1] if found else None
            joined = _joined(before, piece) if before else None
            if joined is None:
                found.append(piece)
            else:
                found[-1] = joined
    return tuple(found)


def number(pieces: Sequence[Piece], *, earlier: Sequence[Piece], last: int) -> tuple[Piece, ...]:
    """The pieces with numbers: of an earlier piece that says the same, else new ones after `last`."""
    known: dict[tuple[str, str], list[int]] = {}
    for old in sorted(earlier, key=lambda piece: -piece.number):
        known.setdefault((old.heading, old.text), []).append(old.number)
    numbered = []
    for piece in pieces:
        numbers = known.get((piece.heading, piece.text))
        if numbers:
            given = numbers.pop()
        else:
            last += 1
            given = last
        numbered.append(replace(piece, number=given))
    return tuple(numbered)


def _joined(before: Piece, piece: Piece) -> Piece | None:
    """Both as one piece, where they are short and stand on one page; else none."""
    if max(len(before.text), len(piece.text)) >= SHORT or before.page != piece.page:
        return None
    heading = f"{piece.heading}\n" if piece.heading and piece.heading != before.heading else ""
    text = f"{before.text}\n{heading}{piece.text}"
    return replace(before, heading=before.heading or piece.heading, text=text)


def _cut(section: Section) -> Iterator[Piece]:
    gathered = ""
    for part in _parts(section.text):
        longer = f"{gathered}\n{part}" if gathered else part
        if gathered and (len(gathered) >= LONG_ENOUGH or len(longer) > LONGEST):
            yield Piece(heading=section.heading, text=gathered, page=section.page)
            gathered = part
        else:
            gathered = longer
    if gathered:
        yield Piece(heading=section.heading, text=gathered, page=section.page)


def _parts(text: str) -> Iterator[str]:
    """The paragraphs; those too long for one piece, in runs of their sentences."""
    for paragraph in (line.strip() for line in text.splitlines()):
        if len(paragraph) <= LONGEST:
            if paragraph:
                yield paragraph
        else:
            yield from _runs(paragraph)


def _runs(paragraph: str) -> Iterator[str]:
    start = stop = -1
    for sentence in sentences(paragraph):
        if start >= 0 and sentence.end - start > LONG_ENOUGH:
            yield paragraph[start:stop]
            start = -1
        start = sentence.start if start < 0 else start
        stop = sentence.end
    if start >= 0:
        yield paragraph[start:stop]
