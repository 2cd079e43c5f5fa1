"""Companies and customers that rows of a file refer to, as records that are here already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nexusplanner.application.imports.fields import ColumnMapping
from nexusplanner.application.imports.records import Reading, Record, RowError
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.catalog import Brand

_NO_COMPANY = "is the key, domain or name of no company; import companies first, or leave the cell empty"
_NO_CUSTOMER = "is the key or e-mail address of no customer; import customers first, or leave it out"
_SEVERAL = "means several records; write the key of one"


@dataclass(frozen=True, kw_only=True)
class _Meanings:
    """What words mean. unknown: what to say of a word that means nothing."""

    found: Mapping[str, Collection[Any]]
    unknown: str

    def problem(self, word: str) -> str:
        """Why it is not one record; empty when it is."""
        ids = self.found.get(word, ())
        return "" if len(ids) == 1 else _SEVERAL if ids else self.unknown

    def the(self, word: str) -> Any:
        """The record's id, where it has no problem."""
        (only,) = self.found[word]
        return only


async def linked(uow: UnitOfWork, reading: Reading, *, brand: Brand, mapping: ColumnMapping) -> Reading:
    """The records with ids for what they refer to, and an error for each word that does not mean one record."""
    companies = _Meanings(
        found=await uow.companies.called(brand_id=brand.id, words=_words(reading, "company_key")), unknown=_NO_COMPANY
    )
    customers = _Meanings(
        found=await uow.customers.called(brand_id=brand.id, words=_words(reading, "customers")), unknown=_NO_CUSTOMER
    )
    columns = {name: column for column, name in mapping.columns.items()}
    records: list[Record] = []
    errors: list[RowError] = []
    for record in reading.records:
        wrong = [
            RowError(line=record.line, column=columns[name], value=word[:80], reason=reason)
            for name, meanings in (("company_key", companies), ("customers", customers))
            for word in _told(record, name)
            if (reason := meanings.problem(word))
        ]
        errors.extend(wrong)
        if not wrong:
            records.append(_resolved(record, companies=companies, customers=customers))
    every = sorted((*reading.errors, *errors), key=lambda error: error.line)
    return replace(reading, records=tuple(records), errors=tuple(every))


def _resolved(record: Record, *, companies: _Meanings, customers: _Meanings) -> Record:
    values = {name: value for name, value in record.values.items() if name not in {"company_key", "customers"}}
    if "company_key" in record.values:
        values["company_id"] = companies.the(record.values["company_key"])
    if "customers" in record.values:
        values["customer_ids"] = tuple(customers.the(word) for word in record.values["customers"])
    return replace(record, values=values)


def _words(reading: Reading, name: str) -> set[str]:
    return {word for record in reading.records for word in _told(record, name)}


def _told(record: Record, name: str) -> Iterable[str]:
    told = record.values.get(name, ())
    return (told,) if isinstance(told, str) else told
