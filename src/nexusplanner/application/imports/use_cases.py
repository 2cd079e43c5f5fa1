"""Previewing a file and taking it, whole or not at all. Files are read in a thread: large ones take seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from nexusplanner.application.imports.erased import without_erased
from nexusplanner.application.imports.fields import ColumnMapping, check_mapping, guess
from nexusplanner.application.imports.keep import keep
from nexusplanner.application.imports.kinds import FIELDS, Field, ImportKind
from nexusplanner.application.imports.links import linked
from nexusplanner.application.imports.records import Reading, RowError, read_records
from nexusplanner.application.imports.table import Table, read_table, table_of
from nexusplanner.application.ports.sheets import SheetReader
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.catalog import Brand
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import BrandId, Invalid

ChannelOf = Callable[[str], str | None]
"""The channel a name stands for ("Google Ads" → "search"), none when it is not known."""

PEOPLE = frozenset({ImportKind.COMPANIES, ImportKind.CUSTOMERS, ImportKind.DEALS})
"""Kinds whose records change who is in which segment."""
SHOWN_ERRORS = 100
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin: archives, and the container of protected and of very old ones."""


class ImportRejected(Invalid):
    """Nothing was saved because rows have errors; `details["errors"]` names line, column and reason."""

    code = "IMPORT_REJECTED"


@dataclass(frozen=True, kw_only=True)
class ImportPreview:
    """What a file would bring. sample: the first records as read. fields: what columns may be mapped to.

    problem: of the mapping. remark: what of the file is not read.
    """

    kind: ImportKind
    rows: int
    headers: tuple[str, ...]
    mapping: ColumnMapping
    sample: tuple[dict[str, str], ...]
    fields: tuple[Field, ...]
    errors: tuple[RowError, ...]
    problem: str = ""
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What was taken. imported: new records. replaced: known ones that were updated. skipped: rows left out.

    remark: what of the file was not read.
    """

    kind: ImportKind
    imported: int
    replaced: int
    skipped: int
    errors: tuple[RowError, ...]
    remark: str = ""


async def preview_import(
    uow: UnitOfWork,
    *,
    kind: ImportKind,
    brand_id: BrandId,
    content: bytes,
    mapping: ColumnMapping | None,
    channel_of: ChannelOf,
    sheets: SheetReader,
) -> ImportPreview:
    """Read the file and save nothing. Raises NotFound, Forbidden, UnreadableFile, Unreadable."""
    uow.actor.require(Permission.IMPORT)
    brand = await uow.brands.get(brand_id)
    table = await _table(uow, content, sheets=sheets)
    used = mapping or guess(table, kind=kind, channel_of=channel_of)
    problem, found = "", Reading(records=(), errors=())
    try:
        found = await _read(uow, table, kind=kind, brand=brand, mapping=used)
    except Invalid as error:
        problem = error.message
    checked = await _beside_others(uow, found, kind=kind, brand=brand, mapping=used)
    return ImportPreview(
        kind=kind,
        rows=len(table.rows) + len(table.ragged),
        headers=table.headers,
        mapping=used,
        sample=tuple({name: _shown(value) for name, value in each.values.items()} for each in found.records[:5]),
        fields=FIELDS[kind],
        errors=checked.errors[:SHOWN_ERRORS],
        problem=problem,
        remark=table.remark,
    )


async def import_file(
    uow: UnitOfWork,
    *,
    kind: ImportKind,
    brand_id: BrandId,
    content: bytes,
    mapping: ColumnMapping | None,
    channel_of: ChannelOf,
    sheets: SheetReader,
    skip_bad_rows: bool,
    now: datetime,
) -> ImportReport:
    """Take the file: all of it, or with `skip_bad_rows` the rows without errors.

    Raises: NotFound, Forbidden, UnreadableFile, Unreadable, Invalid (mapping), ImportRejected.
    """
    uow.actor.require(Permission.IMPORT)
    brand = await uow.brands.get(brand_id)
    table = await _table(uow, content, sheets=sheets)
    used = mapping or guess(table, kind=kind, channel_of=channel_of)
    reading = await _read(uow, table, kind=kind, brand=brand, mapping=used)
    reading = await _beside_others(uow, reading, kind=kind, brand=brand, mapping=used, keeping=True)
    if reading.errors and not skip_bad_rows:
        raise rejected(reading.errors)
    if not reading.records:
        raise ImportRejected(
            "The file has no row that can be taken.", details={"errors": errors_as_data(reading.errors)}
        )
    imported, replaced = await keep(
        uow, kind=kind, brand=brand, records=reading.records, channel_of=channel_of, now=now
    )
    return ImportReport(
        kind=kind,
        imported=imported,
        replaced=replaced,
        skipped=len({error.line for error in reading.errors}),
        errors=reading.errors[:SHOWN_ERRORS],
        remark=table.remark,
    )


async def _table(uow: UnitOfWork, content: bytes, *, sheets: SheetReader) -> Table:
    """Nothing of the database is held meanwhile: a large workbook takes seconds, and waits for its turn."""
    if content.startswith(WORKBOOKS):
        return await uow.aside(table_of, await uow.apart(partial(sheets.read, content)))
    return await uow.aside(read_table, content)


async def _read(uow: UnitOfWork, table: Table, *, kind: ImportKind, brand: Brand, mapping: ColumnMapping) -> Reading:
    """Raises Invalid when the mapping does not fit."""
    check_mapping(mapping, kind=kind, table=table)
    return await uow.aside(read_records, table, kind=kind, mapping=mapping, currency=brand.currency)


async def _beside_others(
    uow: UnitOfWork,
    reading: Reading,
    *,
    kind: ImportKind,
    brand: Brand,
    mapping: ColumnMapping,
    keeping: bool = False,
) -> Reading:
    """With errors for rows that do not go together with what is here already.

    keeping: for records that will be kept, so that others who bring some wait, and then find these.
    """
    if kind is ImportKind.CUSTOMERS:
        reading = await without_erased(uow, reading, brand=brand)
    if keeping and kind in PEOPLE:
        await uow.memberships.hold([brand.id])
    if kind in {ImportKind.CUSTOMERS, ImportKind.DEALS}:
        reading = await linked(uow, reading, brand=brand, mapping=mapping)
    return reading


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(str(each) for each in value)
    return "" if value is None else str(value)


def rejected(errors: Sequence[RowError]) -> ImportRejected:
    """The refusal of a file with `errors`, the first of them in the message."""
    first = errors[0]
    where = f"Line {first.line}" + (f", column {first.column!r}" if first.column else "")
    value = f" ({first.value!r})" if first.value and first.value not in first.reason else ""
    rows = len({error.line for error in errors})
    return ImportRejected(
        f"{rows} row{'s' if rows > 1 else ''} cannot be taken, so nothing was saved. {where}: {first.reason}{value}.",
        details={"errors": errors_as_data(errors), "rows": rows},
    )


def errors_as_data(errors: Sequence[RowError]) -> list[dict[str, object]]:
    """The first errors as plain data."""
    return [
        {"line": error.line, "column": error.column, "value": error.value, "reason": error.reason}
        for error in errors[:SHOWN_ERRORS]
    ]
