"""PDF: the text of each page, under the bookmarks that lead to it."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, Final

from pypdf import PdfReader, apply_configuration
from pypdf.errors import LimitReachedError, PyPdfError

from nexusplanner.domain.documents import Parsed, Section, Unreadable
from nexusplanner.infrastructure.documents import cleaning

MOST_PAGES: Final = 2000
STREAM_BYTES: Final = 25_000_000
"""Of one unpacked stream: the drawing of a page rarely takes one megabyte."""
NARROW: Final = 0.7
"""A line this part as long as the longer lines of its page ends a paragraph."""
REPEATED: Final = 4
"""Pages on which the same first or last line makes it a running head."""
_DIGITS: Final = re.compile(r"\d+")
_BULLET: Final = re.compile(r"^(?:[-*\u2022\u2013\u25aa\u25cf\u2023]|\d{1,2}[.)])\s")
_DAMAGED: Final = "This PDF is damaged and nothing can be read of it. Open it, save it as a new PDF and upload that."
_NO_TEXT: Final = (
    "This PDF has no text in it; scanned pages need text recognition (OCR), which is not done. Run it through a program "
    "that recognises text and upload the result."
)
_PROTECTED: Final = "This PDF is protected by a password. Save it without one and upload that."


@dataclass(frozen=True, kw_only=True)
class _Page:
    number: int
    lines: tuple[str, ...]
    failed: bool = False


def read_pdf(data: bytes) -> Parsed:
    """A section for each page with text. Raises Unreadable."""
    logging.disable()
    with apply_configuration(
        zlib_maximum_output_length=STREAM_BYTES,
        lzw_maximum_output_length=STREAM_BYTES,
        run_length_maximum_output_length=STREAM_BYTES,
        array_based_stream_maximum_output_length=STREAM_BYTES,
        disable_legacy_handling=True,
    ):
        try:
            return _read(PdfReader(BytesIO(data)))
        except (MemoryError, Unreadable):
            raise
        except LimitReachedError as error:
            message = "This PDF unpacks to far more than it holds, so it is not read. Save it as a new PDF."
            raise Unreadable(message, code="DOCUMENT_BOMB") from error
        except Exception as error:  # malformed objects surface as almost any error
            raise Unreadable(_DAMAGED, code="DOCUMENT_DAMAGED") from error


def _read(reader: PdfReader) -> Parsed:
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable(_PROTECTED, code="DOCUMENT_PROTECTED")
    count = len(reader.pages)
    if count == 0:
        raise Unreadable(_DAMAGED, code="DOCUMENT_DAMAGED")
    pages = [_page(reader, number=number) for number in range(1, min(count, MOST_PAGES) + 1)]
    if all(page.failed for page in pages):
        raise Unreadable(_DAMAGED, code="DOCUMENT_DAMAGED")
    headings = _bookmarks(reader)
    sections = tuple(cleaning.sections(_sections(_without_running_heads(pages), headings=headings)))
    if not sections:
        raise Unreadable(_NO_TEXT, code="DOCUMENT_NO_TEXT")
    return Parsed(
        title=_title(reader), pages=count, sections=sections, on=_day(reader), remark=_remark(pages, count=count)
    )


def _page(reader: PdfReader, *, number: int) -> _Page:
    """The lines of a page; none, and marked, when just this page cannot be read."""
    try:
        text = reader.pages[number - 1].extract_text()
    except MemoryError:
        raise
    except Exception as error:
        if isinstance(error, LimitReachedError) and len(reader.pages) == 1:
            raise
        return _Page(number=number, lines=(), failed=True)
    lines = tuple(line for line in (part.strip() for part in text.splitlines()) if line)
    return _Page(number=number, lines=lines)


def _bookmarks(reader: PdfReader) -> Mapping[int, str]:
    """The last bookmark that leads to each page, by page number."""
    try:
        return dict(_leading(reader, reader.outline))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return {}


def _leading(reader: PdfReader, entries: Sequence[Any]) -> Iterator[tuple[int, str]]:
    for entry in entries:
        if isinstance(entry, list):
            yield from _leading(reader, entry)
            continue
        page = reader.get_destination_page_number(entry)
        if page is not None and entry.title:
            yield page + 1, str(entry.title)


def _without_running_heads(pages: Sequence[_Page]) -> Iterator[_Page]:
    """The pages without first and last lines that stand on most of them, page numbers aside."""
    ends = Counter(_DIGITS.sub("#", line) for page in pages if page.lines for line in {page.lines[0], page.lines[-1]})
    most = max(REPEATED, len(pages) // 2)
    heads = {line for line, count in ends.items() if count >= most}
    for page in pages:
        last = len(page.lines) - 1
        kept = tuple(
            line
            for at, line in enumerate(page.lines)
            if at not in {0, last} or (_DIGITS.sub("#", line) not in heads and line != str(page.number))
        )
        yield _Page(number=page.number, lines=kept or page.lines)


def _sections(pages: Iterator[_Page], *, headings: Mapping[int, str]) -> Iterator[Section]:
    heading = ""
    for page in pages:
        heading = headings.get(page.number, heading)
        yield Section(heading=heading, text="\n".join(_paragraphs(page.lines)), page=page.number)


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Lines put together to paragraphs: a short line ends one, a bullet begins one, divided words are joined."""
    lengths = sorted(len(line) for line in lines)
    width = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
    gathered = ""
    for line in lines:
        if gathered and _BULLET.match(line):
            yield gathered
            gathered = line
        else:
            gathered = _together(gathered, line)
        if len(line) < NARROW * width:
            yield gathered
            gathered = ""
    if gathered:
        yield gathered


def _together(before: str, line: str) -> str:
    if before.endswith("-") and before[-2:-1].islower() and line[:1].islower():
        return before[:-1] + line
    return f"{before} {line}" if before else line


def _title(reader: PdfReader) -> str:
    try:
        return cleaning.line(str((reader.metadata and reader.metadata.title) or ""))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError):
        return ""


def _day(reader: PdfReader) -> date | None:
    """The day of the last change, else of making; what programs write there is often no date at all."""
    try:
        metadata = reader.metadata
        found = metadata and (metadata.modification_date or metadata.creation_date)
        return found.date() if found else None
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None


def _remark(pages: Sequence[_Page], *, count: int) -> str:
    """What is missing, in words."""
    failed = sum(page.failed for page in pages)
    empty = sum(not page.lines for page in pages) - failed
    said = []
    if count > len(pages):
        said.append(f"Only the first {len(pages):,} of {count:,} pages were read.")
    if failed:
        said.append(f"{failed} of {count} pages are damaged and were left out.")
    if empty > len(pages) // 4:
        said.append(f"{empty} of {count} pages have no text in them; scanned pages need OCR, which is not done.")
    return " ".join(said)
