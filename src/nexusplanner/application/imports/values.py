"""Texts of a file as values: days, amounts, numbers. What cannot be read says why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from urllib.parse import urlsplit

from nexusplanner.application.imports.table import Figure
from nexusplanner.domain.companies import ended_as
from nexusplanner.domain.customers import NO, YES, Consent, consent_told, is_address
from nexusplanner.domain.shared import IMPLAUSIBLE, MAX_MINOR, Invalid, Money, check_currency, minor_digits, plausible

_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_PARTED = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$")
_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$", re.IGNORECASE)
_GROUPED = re.compile(r"^[+-]?\d{1,3}( \d{2,3})* \d{3}$")
_DECORATION = re.compile(r"^[€$£¥]\s*|\s*[€$£¥%]$|\s(?=\d{3}\b)|['\u00a0\u202f]")


LONGEST = 64
"""Characters of a day, an instant or a number; what is longer is none, and is not worth a pattern's time."""


class Unreadable(ValueError):
    """A text is not the value its column needs; the message is the reason shown to the user."""


_OPEN = frozenset({"open", "pending", "in progress", "ongoing"})
DECIMAL_MARKS = (".", ",")
DAY_FORMATS = ("iso", "day_first", "month_first")


def day_format(texts: Iterable[str]) -> str:
    """How a column writes days: iso, day_first or month_first; "ambiguous" when 03/04/2025 could be either.

    A day above 12 in one row settles the whole column.
    """
    found = "iso"
    for text in texts:
        match = _PARTED.match(text)
        if not match:
            continue
        if "." in text or int(match[1]) > 12:
            return "day_first"
        if int(match[2]) > 12:
            return "month_first"
        found = "ambiguous"
    return found


def read_day(text: str, *, style: str) -> date:
    """A calendar day written in `style` (see `day_format`). Raises Unreadable."""
    _require_short(text)
    day = _day(text, style=style)
    if not plausible(day):
        raise Unreadable(f"{text!r} cannot be meant: {IMPLAUSIBLE}")
    return day


def _require_short(text: str) -> None:
    if len(text) > LONGEST:
        raise Unreadable(f"is too long: at most {LONGEST} characters belong here")


def _day(text: str, *, style: str) -> date:
    try:
        if iso := _ISO.match(text):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        match = _PARTED.match(text)
        if match and style == "day_first":
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match and style == "month_first":
            return date(int(match[3]), int(match[1]), int(match[2]))
    except ValueError:
        raise Unreadable(f"{text!r} is no day of the calendar") from None
    if match and style == "ambiguous":
        raise Unreadable(
            "cannot tell the day from the month; give date_format: day_first or month_first in the mapping"
        )
    raise Unreadable(f"{text!r} is not a day; write it like 2026-03-31")


def read_instant(text: str, *, style: str) -> datetime:
    """An instant; a bare day means its midnight, and no zone means UTC. Raises Unreadable."""
    _require_short(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        day = read_day(text, style=style)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    if not plausible(moment.date()):
        raise Unreadable(f"{text!r} cannot be meant: {IMPLAUSIBLE}")
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_decimal(text: str, *, decimal_mark: str = ".") -> Decimal:
    """A finite number with optional thousands marks and currency sign. Raises Unreadable.

    Thousands marks must stand where thousands end: 1,5 is not fifteen when the decimal mark is a point.
    """
    _require_short(text)
    decimal_mark = "." if isinstance(text, Figure) else decimal_mark
    bare = _without_thousands(_DECORATION.sub("", text), text=text, decimal_mark=decimal_mark)
    if not _NUMBER.match(bare):
        raise Unreadable(f"{text!r} is not a number")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        raise Unreadable(f"{text!r} is not a number") from None
    if abs(value) > MAX_MINOR:
        raise Unreadable(f"{text!r} is too large")
    return value


def _without_thousands(bare: str, *, text: str, decimal_mark: str) -> str:
    mark = "." if decimal_mark == "," else ","
    whole, _, rest = bare.partition(decimal_mark)
    if mark in bare and (mark in rest or not _GROUPED.match(whole.replace(mark, " "))):
        raise Unreadable(
            f"{text!r} is not a number with {decimal_mark!r} before the decimals; "
            "if the file writes them otherwise, give decimal_mark in the mapping"
        )
    return f"{whole.replace(mark, '')}.{rest}" if decimal_mark in bare else whole.replace(mark, "")


def read_money(text: str, *, currency: str, decimal_mark: str = ".") -> Money:
    """An amount of at least zero, rounded to the currency's digits. Raises Unreadable."""
    value = read_decimal(text, decimal_mark=decimal_mark)
    if value < 0:
        raise Unreadable("an amount cannot be negative")
    minor = value.scaleb(minor_digits(currency)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    if minor > MAX_MINOR:
        raise Unreadable(f"{text!r} is too large")
    return Money(int(minor), currency)


def read_count(text: str, *, decimal_mark: str = ".") -> int:
    """A whole number of at least zero; model exports with fractions are rounded. Raises Unreadable."""
    value = read_decimal(text, decimal_mark=decimal_mark)
    if value < 0:
        raise Unreadable("a count cannot be negative")
    return int(value.to_integral_value(rounding=ROUND_HALF_EVEN))


def read_consent(text: str, *, opted_out: bool) -> Consent:
    """Whether somebody agreed. opted_out: the column tells who refused. Raises Unreadable."""
    _require_short(text)
    told = consent_told(text, opted_out=opted_out)
    if told is None:
        raise Unreadable(f"{text!r} does not say whether they agreed; write yes, no or unknown")
    return told


def read_won(text: str) -> bool | None:
    """How a deal ended, none while it is open. Raises Unreadable."""
    word = " ".join(text.lower().replace("_", " ").replace("-", " ").split())
    ended = ended_as(word)
    if ended is not None or word in _OPEN:
        return ended
    if word in YES or word in NO:
        return word in YES
    raise Unreadable(f"{text[:LONGEST]!r} does not say whether it was won; write won, lost or open")


def may_be_open(won: str, *, stage: str) -> bool:
    """Whether a plain no to whether it was won tells no loss: the deal has a stage, and that names no end."""
    return won.lower() in NO and bool(stage) and ended_as(stage) is None


def read_currency(text: str) -> str:
    """The code of a currency. Raises Unreadable."""
    try:
        return check_currency(text.upper())
    except Invalid:
        raise Unreadable(f"{text[:LONGEST]!r} is not a currency; write three letters such as EUR") from None


def read_url(text: str) -> str:
    """The address of a web page. Raises Unreadable."""
    try:
        told = urlsplit(text)
    except ValueError:
        told = None
    if told is None or told.scheme.lower() not in {"http", "https"} or not told.hostname:
        raise Unreadable("is not the address of a web page; write it like https://example.com/page")
    return text


def read_email(text: str) -> str:
    """An e-mail address. Raises Unreadable."""
    if not is_address(text):
        raise Unreadable("is not an e-mail address; write it like ada@example.com")
    return text


def read_list(text: str) -> tuple[str, ...]:
    """Parts separated by ; or |, without empty ones."""
    return tuple(part.strip() for part in re.split(r"[;|]", text) if part.strip())
