"""Previewing a file and taking it, whole or not at all. Files are read in a thread: large ones take seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from nexusplanner.application.imports.erased import without_erased
from nexusplanner.application.imports.fields import FIELDS, ColumnMapping, Field, ImportKind, check_mapping, guess
from nexusplanner.application.imports.keep import keep
from nexusplanner.application.imports.records import Reading, RowError, read_records
from nexusplanner.application.imports.table import read_table
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import BrandId, Invalid

ChannelOf = Callable[[str], str | None]
"""The channel a name stands for ("Google Ads" → "search"), none when it is not known."""

SHOWN_ERRORS = 100


class ImportRejected(Invalid):
    """Nothing was saved because rows have errors; `details["errors"]` names line, column and reason."""

    code = "IMPORT_REJECTED"


@dataclass(frozen=True, kw_only=True)
class ImportPreview:
    """What a file would bring. sample: the first records as read. fields: what columns may be mapped to."""

    kind: ImportKind
    rows: int
    headers: tuple[str, ...]
    mapping: ColumnMapping
    sample: tuple[dict[str, str], ...]
    fields: tuple[Field, ...]
    errors: tuple[RowError, ...]
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What was taken. imported: new records. replaced: known ones that were updated. skipped: rows left out."""

    kind: ImportKind
    imported: int
    replaced: int
    skipped: int
    errors: tuple[RowError, ...]


async def preview_import(
    uow: UnitOfWork,
    *,
    kind: ImportKind,
    brand_id: BrandId,
    content: bytes,
    mapping: ColumnMapping | None,
    channel_of: ChannelOf,
) -> ImportPreview:
    """Read the file and save nothing. Raises NotFound, Forbidden, UnreadableFile."""
    uow.actor.require(Permission.IMPORT)
    brand = await uow.brands.get(brand_id)
    return await asyncio.to_thread(
        _preview, content, kind=kind, currency=brand.currency, mapping=mapping, channel_of=channel_of
    )


def _preview(
    content: bytes, *, kind: ImportKind, currency: str, mapping: ColumnMapping | None, channel_of: ChannelOf
) -> ImportPreview:
    table = read_table(content)
    used = mapping or guess(table, kind=kind, channel_of=channel_of)
    problem, reading = "", Reading(records=(), errors=())
    try:
        check_mapping(used, kind=kind, table=table)
        reading = read_records(table, kind=kind, mapping=used, currency=currency)
    except Invalid as error:
        problem = error.message
    sample = tuple({name: str(value) for name, value in each.values.items()} for each in reading.records[:5])
    return ImportPreview(
        kind=kind,
        rows=len(table.rows) + len(table.ragged),
        headers=table.headers,
        mapping=used,
        sample=sample,
        fields=FIELDS[kind],
        errors=reading.errors[:SHOWN_ERRORS],
        problem=problem,
    )


async def import_file(
    uow: UnitOfWork,
    *,
    kind: ImportKind,
    brand_id: BrandId,
    content: bytes,
    mapping: ColumnMapping | None,
    channel_of: ChannelOf,
    skip_bad_rows: bool,
    now: datetime,
) -> ImportReport:
    """Take the file: all of it, or with `skip_bad_rows` the rows without errors.

    Raises: NotFound, Forbidden, UnreadableFile, Invalid (mapping), ImportRejected.
    """
    uow.actor.require(Permission.IMPORT)
    brand = await uow.brands.get(brand_id)
    reading = await asyncio.to_thread(
        _read, content, kind=kind, currency=brand.currency, mapping=mapping, channel_of=channel_of
    )
    if kind is ImportKind.CUSTOMERS:
        reading = await without_erased(uow, reading, brand=brand)
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
    )


def _read(
    content: bytes, *, kind: ImportKind, currency: str, mapping: ColumnMapping | None, channel_of: ChannelOf
) -> Reading:
    table = read_table(content)
    used = mapping or guess(table, kind=kind, channel_of=channel_of)
    check_mapping(used, kind=kind, table=table)
    return read_records(table, kind=kind, mapping=used, currency=currency)


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
