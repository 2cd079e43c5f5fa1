"""What each kind of file may hold, and guessing which column is which."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from nexusplanner.application.imports.kinds import FIELDS, ImportKind
from nexusplanner.application.imports.table import Figure, Table
from nexusplanner.application.imports.values import DAY_FORMATS, DECIMAL_MARKS, Unreadable, read_decimal
from nexusplanner.domain.shared import Invalid

SAMPLE = 50
"""Rows from which a mapping is guessed."""

_SPEND_MARKS = re.compile(r"(^|[ _-])(s|spend|cost|costs|spent|investment)$|^(spend|cost|mdsp)[ _-]", re.IGNORECASE)

_OTHER_MARKS = re.compile(
    r"[ _-](i|p|b|impressions?|clicks?|views?|reach|grps?|visits?|orders|sales|revenue|conversions)$", re.IGNORECASE
)
"""Endings of headings that name a channel and count something else than its money."""


@dataclass(frozen=True, kw_only=True)
class ColumnMapping:
    """Which column is which field, and how the file writes days and decimals."""

    columns: Mapping[str, str]
    date_format: str | None = None
    decimal_mark: str = "."
    guessed: bool = False
    notes: tuple[str, ...] = field(default=())


def normal(header: str) -> str:
    """A heading without case, underscores and double spaces, for comparison."""
    return re.sub(r"[\s_\-.]+", " ", header).strip().lower()


def known_field(kind: ImportKind, name: str) -> bool:
    """Whether a column may be mapped to `name`."""
    if kind is ImportKind.ACTUALS and re.fullmatch(r"(spend|control):\S(.*\S)?", name):
        return True
    return any(each.name == name and not each.name[-1].isupper() for each in FIELDS[kind])


def check_mapping(mapping: ColumnMapping, *, kind: ImportKind, table: Table) -> None:
    """Raise Invalid, naming the column, unless the mapping fits the file and has what is required."""
    _check_style(mapping)
    for column, name in mapping.columns.items():
        if column not in table.headers:
            close = ", ".join(table.headers[:12])
            raise Invalid(
                f"The file has no column {column!r}. It has: {close}.",
                fields={f"mapping.{column}": "No such column in the file."},
                code="UNKNOWN_COLUMN",
            )
        if not known_field(kind, name):
            names = ", ".join(each.name for each in FIELDS[kind])
            raise Invalid(
                f"{name!r} is not a field of {kind}. Use one of: {names}.",
                fields={f"mapping.{column}": "No such field."},
                code="UNKNOWN_FIELD",
            )
    _check_complete(mapping, kind=kind, table=table)


def _check_style(mapping: ColumnMapping) -> None:
    for name, value, known in (
        ("date_format", mapping.date_format, (None, *DAY_FORMATS)),
        ("decimal_mark", mapping.decimal_mark, DECIMAL_MARKS),
    ):
        if value not in known:
            words = ", ".join(repr(each) for each in known if each)
            raise Invalid(
                f"{value!r} is not a {name.replace('_', ' ')}. Use one of: {words}.",
                fields={f"mapping.{name}": f"Use one of: {words}."},
                code="UNKNOWN_STYLE",
            )


def _check_complete(mapping: ColumnMapping, *, kind: ImportKind, table: Table) -> None:
    names = list(mapping.columns.values())
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise Invalid(f"Two columns are mapped to {twice!r}; leave one out.", code="MAPPED_TWICE")
    missing = [each.name for each in FIELDS[kind] if each.required and each.name not in names]
    if kind is ImportKind.ACTUALS:
        wide = any(name.startswith("spend:") for name in names)
        long = {"channel", "spend"} <= set(names)
        if not wide and not long and {"channel", "spend", "impressions", "clicks"} & set(names):
            missing += [name for name in ("channel", "spend") if name not in names]
        elif not wide and not long and "outcome" not in names:
            missing.append("spend:CHANNEL (or channel and spend, or outcome)")
        if wide and {"channel", "spend"} & set(names):
            raise Invalid("Map either channel and spend, or spend:CHANNEL columns, not both.", code="MAPPED_TWICE")
        if wide and {"impressions", "clicks"} & set(names):
            raise Invalid(
                "Impressions and clicks belong to one channel: map them with channel and spend.", code="MAPPED_TWICE"
            )
    if missing:
        raise Invalid(
            f"No column of the file is {' or '.join(missing)}. The file has: {', '.join(table.headers[:20])}. "
            "Say which column is which with a mapping.",
            fields={"mapping": f"Missing: {', '.join(missing)}."},
            code="COLUMN_MISSING",
        )


def guess(table: Table, *, kind: ImportKind, channel_of: Callable[[str], str | None]) -> ColumnMapping:
    """A mapping from the headings. channel_of: the channel a heading names, if any; used for spend columns."""
    columns: dict[str, str] = {}
    taken: set[str] = set()
    for exact in (True, False):
        for each in FIELDS[kind]:
            names = (each.name,) if exact else (each.name, *each.known_as)
            for header in table.headers:
                if each.name in taken or header in columns:
                    continue
                if normal(header) in {normal(name) for name in names}:
                    columns[header] = each.name
                    taken.add(each.name)
    mark = _decimal_mark(table)
    if kind is ImportKind.ACTUALS and not {"channel", "spend"} & taken:
        columns = {header: name for header, name in columns.items() if name not in {"impressions", "clicks"}}
        columns |= _spend_columns(table, taken=columns, channel_of=channel_of, mark=mark)
    return ColumnMapping(columns=columns, decimal_mark=mark, guessed=True)


def _decimal_mark(table: Table) -> str:
    """The mark without which more cells are no numbers; the point when no cell tells."""
    texts = (text for row in table.rows[:SAMPLE] for text in row.cells if not isinstance(text, Figure))
    cells = [text for text in texts if "," in text or "." in text]
    points, commas = ([_is_number(text, mark=mark) for text in cells] for mark in DECIMAL_MARKS)
    only_comma = sum(comma and not point for point, comma in zip(points, commas, strict=True))
    only_point = sum(point and not comma for point, comma in zip(points, commas, strict=True))
    return "," if only_comma > only_point else "."


def _spend_columns(
    table: Table, *, taken: Mapping[str, str], channel_of: Callable[[str], str | None], mark: str
) -> dict[str, str]:
    """Numeric columns whose heading says spend; where none does, those that are a channel and nothing else."""
    headers = [header for header in table.headers if header not in taken and _numeric(table.column(header), mark=mark)]
    said = {
        header: bare for header in headers if (bare := _SPEND_MARKS.sub("", header).strip(" _-")) and bare != header
    }
    bares = said or {header: header for header in headers if channel_of(header) and not _OTHER_MARKS.search(header)}
    found: dict[str, str] = {}
    for header, bare in bares.items():
        own = normal(bare).replace(" ", "_")
        channel = channel_of(bare) or own
        name = f"spend:{own if f'spend:{channel}' in found.values() else channel}"  # two of one channel stay two
        if name not in found.values():
            found[header] = name
    return found


def _numeric(texts: tuple[str, ...], *, mark: str) -> bool:
    """Whether at least half are amounts: a cell that is none is an error of its row, not a reason to drop the column."""
    sample = [text for text in texts[:SAMPLE] if text]
    return bool(sample) and 2 * sum(_is_number(text, mark=mark) for text in sample) >= len(sample)


def _is_number(text: str, *, mark: str) -> bool:
    try:
        return read_decimal(text, decimal_mark=mark).is_finite()
    except Unreadable:
        return False
