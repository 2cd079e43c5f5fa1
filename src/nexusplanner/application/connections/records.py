"""What a record of another system says, as fields of ours; what cannot be read is left empty and told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from nexusplanner.application.ports.connections import CrmRecord, Taken
from nexusplanner.domain.companies import domain_in
from nexusplanner.domain.connections import CrmObject, FieldMapping
from nexusplanner.domain.customers import NO, YES, Consent, asks_for_refusals, consent_told, is_address
from nexusplanner.domain.shared import Invalid, Money, minor_digits, plausible

LONGEST_TEXT = 200
LONGEST_KEY = 200
MOST_EMPLOYEES = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class CellError:
    """A value that could not be taken."""

    kind: CrmObject
    external_id: str
    field: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Read:
    """A record that can be kept, and what of it cannot."""

    taken: Taken
    errors: tuple[CellError, ...]


class _Unreadable(Exception):
    """Why a value cannot be taken."""


def read_record(record: CrmRecord, *, kind: CrmObject, mapping: FieldMapping, currency: str) -> Read | None:
    """The record in our fields; None when it has no usable key. currency: of the brand."""
    if not 0 < len(record.external_id) <= LONGEST_KEY:
        return None
    errors: list[CellError] = []
    row: dict[str, Any] = {}
    texts = {ours: _joined(record, theirs) for ours, theirs in mapping.of(kind).items()}
    for ours, theirs in mapping.of(kind).items():
        reader = _READERS.get(ours)
        if reader is None:
            continue
        try:
            row[ours] = reader(_Cell(text=texts[ours], theirs=theirs, texts=texts, currency=currency))
        except _Unreadable as error:
            row[ours] = _NOTHING[ours]
            errors.append(CellError(kind=kind, external_id=record.external_id, field=ours, reason=str(error)))
    row["name"] = row.get("name") or texts.get("email", "")[:LONGEST_TEXT] or f"No name ({record.external_id})"
    taken = Taken(
        external_id=record.external_id,
        changed_at=record.changed_at,
        row=row,
        links=record.links,
        merged=tuple(key for key in record.merged if key and key != record.external_id),
        digest=_digest(row, record),
    )
    return Read(taken=taken, errors=tuple(errors))


@dataclass(frozen=True, kw_only=True)
class _Cell:
    """A text with what it stands beside."""

    text: str
    theirs: str
    texts: Mapping[str, str]
    currency: str


def _joined(record: CrmRecord, theirs: str) -> str:
    parts = (record.values.get(name, "").strip() for name in theirs.split())
    return " ".join(part for part in parts if part)


def _text(cell: _Cell) -> str:
    plain = " ".join("".join(each if each.isprintable() else " " for each in cell.text).split())
    if len(plain) > LONGEST_TEXT:
        message = f"has more than {LONGEST_TEXT} characters"
        raise _Unreadable(message)
    return plain


def _name(cell: _Cell) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in cell.text).split())[:LONGEST_TEXT]


def _email(cell: _Cell) -> str:
    text = _text(cell)
    if text and not is_address(text):
        message = "is not an e-mail address"
        raise _Unreadable(message)
    return text


def _domain(cell: _Cell) -> str:
    return domain_in(_text(cell))


def _count(cell: _Cell) -> int | None:
    number = _number(cell.text)
    if number is not None and (number != int(number) or not 0 <= number <= MOST_EMPLOYEES):
        message = "is not a whole number"
        raise _Unreadable(message)
    return None if number is None else int(number)


def _number(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        number = Decimal(text) if len(text) <= 40 and text.isascii() else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 20:
        message = "is not a number"
        raise _Unreadable(message)
    return number


def _day(cell: _Cell) -> date | None:
    if not cell.text:
        return None
    found = instant_of(cell.text)
    if found is None or not plausible(found.date()):
        message = "is not a day"
        raise _Unreadable(message)
    return found.date()


def _value(cell: _Cell) -> Money | None:
    """An amount in the brand's currency."""
    return _money(cell.text, currency=cell.currency)


def _amount(cell: _Cell) -> Money | None:
    """An amount in the deal's own currency."""
    return _money(cell.text, currency=cell.texts.get("currency", "").upper() or cell.currency)


def _money(text: str, *, currency: str) -> Money | None:
    number = _number(text)
    if number is None:
        return None
    if number < 0:
        message = "is a negative amount"
        raise _Unreadable(message)
    try:
        digits = minor_digits(currency)
        return Money.parse(f"{round(number, digits):f}", currency=currency)
    except Invalid as error:
        raise _Unreadable(error.message) from None


def _consent(cell: _Cell) -> Consent:
    return consent_told(cell.text, opted_out=asks_for_refusals(cell.theirs)) or Consent.UNKNOWN


def _won(cell: _Cell) -> bool | None:
    """None while the deal is open."""
    if cell.texts.get("closed", "true").lower() in NO:
        return None
    text = cell.text.lower()
    return True if text in YES else False if text in NO else None


_READERS: Mapping[str, Callable[[_Cell], Any]] = {
    "name": _name,
    "email": _email,
    "domain": _domain,
    "company": _text,
    "industry": _text,
    "region": _text,
    "stage": _text,
    "preferred_channel": _text,
    "employees": _count,
    "since": _day,
    "closed_on": _day,
    "lifetime_value": _value,
    "amount": _amount,
    "consent": _consent,
    "won": _won,
}
_NOTHING: Mapping[str, Any] = {
    **dict.fromkeys(("name", "email", "domain", "company", "industry", "region", "stage", "preferred_channel"), ""),
    **dict.fromkeys(("employees", "since", "closed_on", "lifetime_value", "amount", "won")),
    "consent": Consent.UNKNOWN,
}


def instant_of(text: str) -> datetime | None:
    """The instant in an ISO 8601 text or in milliseconds since 1970, UTC; None for what is neither."""
    try:
        if text.lstrip("-").isdigit() and len(text) > 8:
            return datetime.fromtimestamp(int(text) / 1000, tz=UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _digest(row: Mapping[str, Any], record: CrmRecord) -> str:
    told = {"row": row, "company": record.links.company, "customers": sorted(record.links.customers)}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()
