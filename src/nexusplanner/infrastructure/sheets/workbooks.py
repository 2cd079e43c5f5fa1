"""The job of the bounded process: an Excel workbook to the rows of its first sheet, as its cells show them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from nexusplanner.domain.documents import Unreadable
from nexusplanner.infrastructure.bounded.archives import EXCEL, check_archive

MOST_ROWS: Final = 200_001
MOST_COLUMNS: Final = 1_000
MOST_CELLS: Final = 10_000_000
"""Of rows that hold anything; empty cells beside the others take room, too."""
_CONTAINER: Final = b"\xd0\xcf\x11\xe0"
_WORKBOOK: Final = "xl/workbook.xml"
_DAMAGED: Final = "This is no Excel workbook, or a damaged one. Open it in Excel, save it as .xlsx and upload that."
_PROTECTED: Final = (
    "This workbook is protected by a password, or from a very old Excel. Save it as .xlsx without a password."
)


def read(data: bytes) -> dict[str, Any]:
    """The sheet as plain data: name, others, rows. Raises Unreadable."""
    if data.startswith(_CONTAINER):
        raise Unreadable(_PROTECTED, code="WORKBOOK_PROTECTED")
    _check(data)
    try:
        return _first(CalamineWorkbook.from_filelike(BytesIO(data)))
    except (CalamineError, ValueError, OSError) as error:
        raise Unreadable(_DAMAGED, code="WORKBOOK_DAMAGED") from error


def _check(data: bytes) -> None:
    try:
        with ZipFile(BytesIO(data)) as archive:
            check_archive(archive, of=EXCEL)
            known = _WORKBOOK in archive.namelist()
    except BadZipFile as error:
        raise Unreadable(_DAMAGED, code="WORKBOOK_DAMAGED") from error
    if not known:
        raise Unreadable(_DAMAGED, code="WORKBOOK_DAMAGED")


def _first(workbook: CalamineWorkbook) -> dict[str, Any]:
    """The first sheet that can be seen and holds anything."""
    names = [each.name for each in workbook.sheets_metadata if _is_table(each)]
    sheet = next((each for each in map(workbook.get_sheet_by_name, names) if each.height), None)
    if sheet is None:
        return {"name": "", "others": 0, "rows": []}
    if sheet.height > MOST_ROWS or sheet.width > MOST_COLUMNS:
        raise _too_large(sheet)
    behind = names[names.index(sheet.name) + 1 :]
    found = {"name": sheet.name, "rows": list(_rows(sheet))}
    del sheet  # one sheet's cells at a time
    return {**found, "others": sum(workbook.get_sheet_by_name(name).height > 0 for name in behind)}


def _is_table(sheet: SheetMetadata) -> bool:
    return sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible


def _too_large(sheet: CalamineSheet) -> Unreadable:
    size = f"The sheet “{sheet.name}” is {sheet.height:,} rows by {sheet.width:,} columns large; "
    most = f"{MOST_ROWS:,} by {MOST_COLUMNS:,} and {MOST_CELLS:,} cells are read at most. "
    return Unreadable(f"{size}{most}Delete what lies beside the table, or split it.", code="WORKBOOK_TOO_LARGE")


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[str | int | float | bool]]]:
    room = MOST_CELLS
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if any(cell != "" for cell in cells):
            room -= len(cells)
            if room < 0:
                raise _too_large(sheet)
            yield number, [_plain(cell) for cell in cells]


def _plain(cell: object) -> str | int | float | bool:
    if isinstance(cell, str | int | float):
        return cell
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
