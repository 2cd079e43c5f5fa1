"""Word files: headings, paragraphs and tables, after a look at what the archive would unpack to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Final
from zipfile import ZipFile

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.table import Table
from docx.text.paragraph import Paragraph

from nexusplanner.domain.documents import Parsed, Section, Unreadable
from nexusplanner.infrastructure.bounded.archives import WORD, check_archive
from nexusplanner.infrastructure.documents import cleaning

CORE_PROPERTIES: Final = RELATIONSHIP_TYPE.CORE_PROPERTIES
_HEADING: Final = re.compile(r"heading\s*\d", re.IGNORECASE)
_DAMAGED: Final = "This Word file is damaged. Open it in Word, save it as a new file and upload that."


def read_docx(data: bytes) -> Parsed:
    """A section for each heading. Raises Unreadable."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            check_archive(archive, of=WORD)
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
