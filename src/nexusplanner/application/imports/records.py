"""Rows of a table as records of the domain, with an error for every row that cannot be one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nexusplanner.application.imports.fields import ColumnMapping
from nexusplanner.application.imports.kinds import FIELDS, ImportKind
from nexusplanner.application.imports.table import Row, Table
from nexusplanner.application.imports.values import (
    Unreadable,
    day_format,
    may_be_open,
    read_consent,
    read_count,
    read_currency,
    read_day,
    read_decimal,
    read_email,
    read_instant,
    read_list,
    read_money,
    read_url,
    read_won,
)
from nexusplanner.domain.companies import domain_in
from nexusplanner.domain.customers import asks_for_refusals


@dataclass(frozen=True, kw_only=True)
class RowError:
    """Why a row cannot be taken. line: in the file, the heading being line 1. column: its heading, empty for the row."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """A row's values by field name; fields without text are absent."""

    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Everything a file said."""

    records: tuple[Record, ...]
    errors: tuple[RowError, ...]


@dataclass(frozen=True, kw_only=True)
class _Style:
    currency: str
    decimal_mark: str
    days: Mapping[str, str] = field(default_factory=dict)


_MONEY = frozenset({"price", "lifetime_value", "spend", "amount"})
_COUNTS = frozenset({"employees", "impressions", "clicks"})
_LISTS = frozenset({"benefits", "proofs", "topics", "customers"})
_LONGEST = 20_000
_LENGTHS: Mapping[tuple[ImportKind, str], int] = {
    (ImportKind.SERVICES, "name"): 160,
    (ImportKind.CUSTOMERS, "segment"): 120,
    (ImportKind.SIGNALS, "title"): 300,
    (ImportKind.SIGNALS, "url"): 2_000,
}
_LINES = frozenset({"source", "category", "region", "external_id", "name", "email", "company", "industry", "domain"})
_LINES |= {"preferred_channel", "stage", "channel", "company_key"}
_LINE = 200
"""Characters a field may have where it is less than `_LONGEST`: keys and names are looked up, so they stay short."""

_DAYS = frozenset({"day", "since", "closed_on"})
_PLAIN: Mapping[str, Callable[[str], object]] = {
    "url": read_url,
    "email": read_email,
    "domain": domain_in,
    "currency": read_currency,
    "won": read_won,
}
_MOST = 2**31 - 1


def read_records(table: Table, *, kind: ImportKind, mapping: ColumnMapping, currency: str) -> Reading:
    """Every row as a record or as errors; rows that repeat the key of an earlier one are errors.

    currency: of the brand, for amounts.
    """
    days = {
        column: mapping.date_format or day_format(table.column(column))
        for column, name in mapping.columns.items()
        if name in {*_DAYS, "timestamp"}
    }
    style = _Style(currency=currency, decimal_mark=mapping.decimal_mark, days=days)
    errors = [
        RowError(line=line, column="", value="", reason=f"has {cells} cells, the heading has {len(table.headers)}")
        for line, cells in table.ragged
    ]
    records: list[Record] = []
    seen: dict[object, int] = {}
    for row in table.rows:
        record, row_errors = _read_row(row, table=table, kind=kind, mapping=mapping, style=style)
        if not row_errors:
            row_errors = list(_repeats(record, kind=kind, seen=seen))
        errors.extend(row_errors)
        if not row_errors:
            records.append(record)
    errors.sort(key=lambda error: error.line)
    return Reading(records=tuple(records), errors=tuple(errors))


def _read_row(
    row: Row, *, table: Table, kind: ImportKind, mapping: ColumnMapping, style: _Style
) -> tuple[Record, list[RowError]]:
    values: dict[str, Any] = {}
    errors: list[RowError] = []
    column_of = {name: column for column, name in mapping.columns.items()}
    cells = dict(zip(table.headers, row.cells, strict=True))
    style = _of_row(style, currency=cells.get(column_of.get("currency", ""), ""))
    missing = table.headers[row.width :]
    if any(column in missing for column in mapping.columns):
        reason = f"breaks off after {row.width} cells, the heading has {len(table.headers)}"
        return Record(line=row.line, values={}), [RowError(line=row.line, column="", value="", reason=reason)]
    for name, column in column_of.items():
        text = cells[column]
        if not text or text.lower() in {"na", "n/a", "null", "none", "-"}:
            continue
        try:
            if len(text) > (longest := _longest(name, kind=kind)):
                raise Unreadable(f"has more than {longest:,} characters")
            values[name] = _value(name, text, column=column, style=style)
        except Unreadable as error:
            errors.append(RowError(line=row.line, column=column, value=text[:80], reason=str(error)))
    bad = {error.column for error in errors}
    errors.extend(
        RowError(line=row.line, column=column_of[name], value="", reason="is empty")
        for name in (*_required(kind), *_needed(values, kind=kind))
        if name not in values and column_of[name] not in bad
    )
    values.pop("currency", None)
    if "won" in values and may_be_open(cells[column_of["won"]], stage=values.get("stage", "")):
        del values["won"]
    return Record(line=row.line, values=values), errors


def _of_row(style: _Style, *, currency: str) -> _Style:
    """The style with the row's own currency, if it names one; what is none is an error of its cell."""
    try:
        return replace(style, currency=read_currency(currency)) if currency else style
    except Unreadable:
        return style


def _required(kind: ImportKind) -> tuple[str, ...]:
    return tuple(each.name for each in FIELDS[kind] if each.required)


def _longest(name: str, *, kind: ImportKind) -> int:
    return _LENGTHS.get((kind, name), _LINE if name in _LINES else _LONGEST)


def _needed(values: Mapping[str, Any], *, kind: ImportKind) -> tuple[str, ...]:
    """What a row must have because of what else it has: no figure of a channel is left out in silence."""
    if kind is not ImportKind.ACTUALS or not {"spend", "impressions", "clicks"} & values.keys():
        return ()
    return ("channel", "spend")


def _value(name: str, text: str, *, column: str, style: _Style) -> object:
    if name in _MONEY or name.startswith("spend:"):
        return read_money(text, currency=style.currency, decimal_mark=style.decimal_mark)
    if name in _COUNTS:
        count = read_count(text, decimal_mark=style.decimal_mark)
        if name == "employees" and count > _MOST:
            raise Unreadable(f"{text!r} is too large")
        return count
    if name in _LISTS:
        return read_list(text)
    if column in style.days:
        read = read_instant if name == "timestamp" else read_day
        return read(text, style=style.days[column])
    return _other(name, text, column=column, style=style)


def _other(name: str, text: str, *, column: str, style: _Style) -> object:
    if name == "outcome" or name.startswith("control:"):
        return float(read_decimal(text, decimal_mark=style.decimal_mark))
    if name == "consent":
        return read_consent(text, opted_out=asks_for_refusals(column))
    if name in _PLAIN:
        return _PLAIN[name](text)
    if name == "impact":
        impact = float(read_decimal(text, decimal_mark=style.decimal_mark))
        if not -1 <= impact <= 1:
            raise Unreadable("impact lies between -1 and 1")
        return impact
    return text


_KEYS: Mapping[ImportKind, Callable[[Mapping[str, Any]], object]] = {
    ImportKind.SERVICES: lambda values: values["name"].casefold(),
    ImportKind.SIGNALS: lambda values: (values["source"], values["content"], values["timestamp"]),
    ImportKind.COMPANIES: lambda values: values["external_id"],
    ImportKind.CUSTOMERS: lambda values: values["external_id"],
    ImportKind.DEALS: lambda values: values["external_id"],
    ImportKind.ACTUALS: lambda values: (values["day"], values.get("channel", "").casefold()),
}


def _repeats(record: Record, *, kind: ImportKind, seen: dict[object, int]) -> Iterator[RowError]:
    key = _KEYS[kind](record.values)
    first = seen.setdefault(key, record.line)
    if first != record.line:
        yield RowError(line=record.line, column="", value="", reason=f"repeats line {first}")
