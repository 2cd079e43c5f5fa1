"""Word files: headings, paragraphs and tables, after a look at what the archive would unpack to."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.table import Table
from docx.text.paragraph import Paragraph

from nexusplanner.domain.documents import Parsed, Section, Unreadable
from nexusplanner.infrastructure.documents import cleaning

MOST_ENTRIES: Final = 5_000
MOST_UNPACKED: Final = 100_000_000
"""Bytes of all that is in the archive: pictures hardly shrink, and a book's text is a few megabytes."""
MOST_MARKUP: Final = 30_000_000
"""Bytes of one XML part; its tree takes about ten times as much memory."""
RATIO: Final = 250
"""Times a part may grow: text of tables with long style names reaches 60."""
SMALL: Final = 1_000_000
"""Below, no growth is dangerous."""
CORE_PROPERTIES: Final = RELATIONSHIP_TYPE.CORE_PROPERTIES
_PIECE: Final = 65_536
_MARKUP: Final = (".xml", ".rels")
_DECLARATION: Final = re.compile(rb"<\s*!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HEADING: Final = re.compile(r"heading\s*\d", re.IGNORECASE)
_BOMB: Final = "This file unpacks to far more than it holds, so it is not read. Save it again in Word and upload that."
_DAMAGED: Final = "This Word file is damaged. Open it in Word, save it as a new file and upload that."


def read_docx(data: bytes) -> Parsed:
    """A section for each heading. Raises Unreadable."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            check_archive(archive)
        opened = docx.Document(BytesIO(data))
        return _parsed(opened)
    except (MemoryError, Unreadable):
        raise
    except Exception as error:  # a damaged archive, part, relationship or markup surfaces as almost any error
        raise Unreadable(_DAMAGED, code="DOCUMENT_DAMAGED") from error


def _parsed(opened: Document) -> Parsed:
    """The text with what the file says of itself, if it says anything: the library makes up what is missing."""
    sections = tuple(cleaning.sections(_sections(opened)))
    if not any(relation.reltype == CORE_PROPERTIES for relation in opened.part.package.rels.values()):
        return Parsed(sections=sections)
    return Parsed(title=cleaning.line(opened.core_properties.title or ""), sections=sections, on=_day(opened))


def check_archive(archive: ZipFile) -> None:
    """Raise Unreadable when it would unpack to too much, or its markup declares entities.

    What the archive says of its sizes is checked first, then what it really unpacks to, piece by piece.
    """
    entries = archive.infolist()
    declared = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or declared > MOST_UNPACKED or any(_swells(entry) for entry in entries):
        raise Unreadable(_BOMB, code="DOCUMENT_BOMB")
    left = MOST_UNPACKED
    for entry in entries:
        if entry.flag_bits & 1:
            message = "This Word file is protected by a password. Save it without one and upload that."
            raise Unreadable(message, code="DOCUMENT_PROTECTED")
        left -= _unpacked(archive, entry, most=min(left, MOST_MARKUP if _is_markup(entry) else left))


def _swells(entry: ZipInfo) -> bool:
    grown = entry.file_size > RATIO * max(entry.compress_size, 1)
    return entry.file_size > SMALL and (grown or (_is_markup(entry) and entry.file_size > MOST_MARKUP))


def _is_markup(entry: ZipInfo) -> bool:
    return entry.filename.lower().endswith(_MARKUP)


def _unpacked(archive: ZipFile, entry: ZipInfo, *, most: int) -> int:
    """Bytes the entry really holds. Raises Unreadable above `most`, and for declarations of entities."""
    size, tail = 0, b""
    try:
        with archive.open(entry) as packed:
            while some := packed.read(_PIECE):
                size += len(some)
                if size > most:
                    raise Unreadable(_BOMB, code="DOCUMENT_BOMB")
                if _is_markup(entry):
                    _refuse_declarations(tail + some)
                    tail = some[-32:]
    except (BadZipFile, zlib.error, EOFError) as error:
        raise Unreadable(_DAMAGED, code="DOCUMENT_DAMAGED") from error
    return size


def _refuse_declarations(markup: bytes) -> None:
    if _DECLARATION.search(markup) or _DECLARATION.search(markup.replace(b"\x00", b"")):
        message = "This Word file declares entities, which Word itself never does, so it is not read."
        raise Unreadable(message, code="DOCUMENT_ENTITIES")


def _sections(opened: Document) -> Iterator[Section]:
    heading, lines = "", list[str]()
    for block in opened.iter_inner_content():
        if isinstance(block, Table):
            lines.extend(_rows(block))
        elif _is_heading(block):
            yield Section(heading=heading, text="\n".join(lines))
            heading, lines = block.text, []
        else:
            lines.append(block.text.replace("\n", " "))
    yield Section(heading=heading, text="\n".join(lines))


def _is_heading(paragraph: Paragraph) -> bool:
    style = paragraph.style
    name = (style.name if style else "") or ""
    return bool(paragraph.text.strip()) and (name.lower() == "title" or _HEADING.match(name) is not None)


def _rows(table: Table) -> Iterator[str]:
    """Each row as a line; a merged cell is said once."""
    for row in table.rows:
        said = [" ".join(cell.text.split()) for cell in row.cells]
        once = [text for at, text in enumerate(said) if text and (at == 0 or text != said[at - 1])]
        yield "; ".join(once)


def _day(opened: Document) -> date | None:
    try:
        found = opened.core_properties.modified or opened.core_properties.created
        return found.date() if found else None
    except (ValueError, KeyError, OverflowError):
        return None
