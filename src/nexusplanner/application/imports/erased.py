"""Keeps people who were erased from coming back with an old file."""

from __future__ import annotations

from dataclasses import replace

from nexusplanner.application.imports.records import Reading, RowError
from nexusplanner.application.ports.erasure import Trace
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.catalog import Brand

REASON = "is of a person who was erased; leave the row out, or add the customer by hand"


async def without_erased(uow: UnitOfWork, reading: Reading, *, brand: Brand) -> Reading:
    """The customers of a file, with an error for each who was erased and is not back already."""
    traces = [
        Trace(brand_id=brand.id, external_id=record.values["external_id"], email=record.values.get("email", ""))
        for record in reading.records
    ]
    found = {at: reading.records[at].values["external_id"] for at in await uow.erased.among(traces)}
    known = await uow.customers.by_external_id(brand_id=brand.id, external_ids=found.values()) if found else {}
    erased = {at for at, key in found.items() if key not in known}
    errors = [RowError(line=reading.records[at].line, column="", value="", reason=REASON) for at in erased]
    return replace(
        reading,
        records=tuple(record for at, record in enumerate(reading.records) if at not in erased),
        errors=tuple(sorted((*reading.errors, *errors), key=lambda error: error.line)),
    )
