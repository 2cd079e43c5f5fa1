"""Reading a CSV file, whatever its encoding and separator, or a sheet into a table of texts."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from nexusplanner.application.ports.sheets import Cell, Sheet
from nexusplanner.domain.shared import Invalid

MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_CELLS = 5_000_000
"""Short rows are filled up to the heading's width: a small file could otherwise fill the memory."""
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS = ",;\t|"
_TOO_LONG = "The file has more than {most:,} rows. Split it and import the parts."
_EXACT = 1e15
"""Whole numbers below are kept exactly by workbooks."""


class _Reader(Protocol):
    """What `csv.reader` gives; the type itself has no public name."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


class UnreadableFile(Invalid):
    """The bytes are not a CSV file with a heading; the message says why."""

    code = "FILE_UNREADABLE"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One record. line: where it begins in the file, the heading being line 1. cells: by column.

    width: how many cells the file has; where it breaks off early, the rest of `cells` is empty.
    """

    line: int
    cells: tuple[str, ...]
    width: int


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file as texts. Every row has as many cells as there are headers; longer ones are in `ragged` (line, cells).

    remark: what of the file was not read, in a sentence.
    """

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    ragged: tuple[tuple[int, int], ...] = ()
    remark: str = ""

    def column(self, header: str) -> tuple[str, ...]:
        """All texts of one column."""
        index = self.headers.index(header)
        return tuple(row.cells[index] for row in self.rows)


class Figure(str):
    """A number of a workbook: its decimals stand behind a point, however the texts of the file write theirs."""

    __slots__ = ()

    @classmethod
    def of(cls, number: float) -> Figure:
        """The number as its cell holds it, without an exponent."""
        whole = isinstance(number, int) or (number.is_integer() and abs(number) < _EXACT)
        return cls(int(number) if whole else f"{Decimal(repr(number)):f}")


def table_of(sheet: Sheet) -> Table:
    """The sheet as a table: its first row names the columns; those without a name and a value are left out.

    Raises UnreadableFile when nothing is in it, or too much.
    """
    if not sheet.rows:
        raise UnreadableFile("The file is empty.")
    rows = [(number, tuple(_text(cell) for cell in cells)) for number, cells in sheet.rows]
    used = [at for at, column in enumerate(zip(*(cells for _, cells in rows), strict=True)) if any(column)]
    headers = _headers([rows[0][1][at] for at in used])
    most = min(MAX_ROWS, MAX_CELLS // len(headers))
    if len(rows) - 1 > most:
        raise UnreadableFile(_TOO_LONG.format(most=most))
    return Table(
        headers=headers,
        rows=tuple(
            Row(line=number, cells=tuple(cells[at] for at in used), width=len(headers)) for number, cells in rows[1:]
        ),
        remark=_remark(sheet),
    )


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell.strip() if isinstance(cell, str) else Figure.of(cell)


def _remark(sheet: Sheet) -> str:
    if not sheet.others:
        return ""
    others = "another sheet was" if sheet.others == 1 else f"{sheet.others} other sheets were"
    return f"This is the sheet “{sheet.name}”; {others} not read. Save each one as a file of its own to import it."


def read_table(content: bytes) -> Table:
    """Decode and split `content`. Raises UnreadableFile when it is empty, binary, without heading, or too long."""
    text = _decode(content)
    if "\x00" in text:
        raise UnreadableFile("This is not a text file. Export it as CSV (comma separated values) and try again.")
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        headers = _headers(next(reader, []))
        rows, ragged = _rows(reader, width=len(headers))
    except csv.Error as error:
        raise UnreadableFile(f"Line {reader.line_num} cannot be read as CSV: {error}.") from None
    return Table(headers=headers, rows=rows, ragged=ragged)


def _decode(content: bytes) -> str:
    if not content.strip():
        raise UnreadableFile("The file is empty.")
    encodings = [name for mark, name in _MARKS if content.startswith(mark)] or ["utf-8", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("The letters of this file cannot be read. Save it as UTF-8 and try again.")


def _separator(text: str) -> str:
    """The candidate that splits most of the first lines as it splits the heading; the comma when there is one column."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    best, most = ",", 0
    for candidate in _SEPARATORS:
        widths = [_width(line, separator=candidate) for line in lines]
        cells = widths[0] * widths.count(widths[0]) if widths and widths[0] > 1 else 0
        if cells > most:
            best, most = candidate, cells
    return best


def _width(line: str, *, separator: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=separator), []))
    except csv.Error:  # told with its line number when the whole is read
        return 1


def _headers(cells: list[str]) -> tuple[str, ...]:
    if not any(cell.strip() for cell in cells):
        raise UnreadableFile("The first line must name the columns.")
    headers = tuple(cell.strip() or f"column {index}" for index, cell in enumerate(cells, start=1))
    if len(headers) > MAX_COLUMNS:
        raise UnreadableFile(f"The file has {len(headers)} columns; at most {MAX_COLUMNS} are read.")
    repeated = [name for name, count in Counter(headers).items() if count > 1]
    if repeated:
        raise UnreadableFile(f"Two columns are called {repeated[0]!r}. Give each column its own name.")
    return headers


def _rows(reader: _Reader, *, width: int) -> tuple[tuple[Row, ...], tuple[tuple[int, int], ...]]:
    rows: list[Row] = []
    ragged: list[tuple[int, int]] = []
    most = min(MAX_ROWS, MAX_CELLS // width)
    line = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            if len(cells) <= width:
                padded = (*(cell.strip() for cell in cells), *[""] * (width - len(cells)))
                rows.append(Row(line=line, cells=padded, width=len(cells)))
            else:
                ragged.append((line, len(cells)))
        if len(rows) + len(ragged) > most:
            raise UnreadableFile(_TOO_LONG.format(most=most))
        line = reader.line_num + 1
    return tuple(rows), tuple(ragged)
