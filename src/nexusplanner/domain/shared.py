"""What every capability shares: money, date ranges, typed ids and the kinds of error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any, Generic, NewType, Self, TypeVar
from uuid import UUID

T = TypeVar("T")

TenantId = NewType("TenantId", UUID)
UserId = NewType("UserId", UUID)
BrandId = NewType("BrandId", UUID)
ServiceId = NewType("ServiceId", UUID)
SignalId = NewType("SignalId", UUID)
CustomerId = NewType("CustomerId", UUID)
SegmentId = NewType("SegmentId", UUID)
CampaignId = NewType("CampaignId", UUID)
IdeaId = NewType("IdeaId", UUID)
RunId = NewType("RunId", UUID)
DecisionId = NewType("DecisionId", UUID)
FeedbackId = NewType("FeedbackId", UUID)
ScenarioId = NewType("ScenarioId", UUID)
ModelId = NewType("ModelId", UUID)
ExperimentId = NewType("ExperimentId", UUID)
AlternativeId = NewType("AlternativeId", UUID)
OutcomeId = NewType("OutcomeId", UUID)
SessionId = NewType("SessionId", UUID)
MessageId = NewType("MessageId", UUID)
DraftId = NewType("DraftId", UUID)
SourceId = NewType("SourceId", UUID)
ClusterId = NewType("ClusterId", UUID)
ConnectionId = NewType("ConnectionId", UUID)
CompanyId = NewType("CompanyId", UUID)
DealId = NewType("DealId", UUID)
DocumentId = NewType("DocumentId", UUID)


LATER = "later"


def added_later(default: T) -> T:
    """A field of a dataclass that earlier releases did not have; while it is empty, seals are as they were without it."""
    return field(default=default, metadata={LATER: True})


class DomainError(Exception):
    """Something the product refuses to do; `message` tells the reader what to do instead.

    code: a stable word for programs. fields: messages by input field. details: further facts, JSON-able.
    """

    code = "INVALID"

    def __init__(
        self,
        message: str,
        *,
        fields: Mapping[str, str] | None = None,
        details: Mapping[str, Any] | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})
        self.details = dict(details or {})
        if code:
            self.code = code


class Invalid(DomainError):
    """The input breaks a rule; `fields` says which and why."""

    code = "VALIDATION_FAILED"


class NotFound(DomainError):
    """There is no such record for this tenant. Other tenants' records are not found either."""

    code = "NOT_FOUND"

    @classmethod
    def of(cls, entity: str, entity_id: object) -> Self:
        """`entity` in words ("campaign"); the code becomes CAMPAIGN_NOT_FOUND."""
        word = entity.upper().replace(" ", "_")
        return cls(f"There is no {entity} {entity_id} in this workspace.", code=f"{word}_NOT_FOUND")


class Conflict(DomainError):
    """The record is not in a state that allows this, or somebody else changed it first."""

    code = "CONFLICT"


class VersionConflict(Conflict):
    """The record was edited since the caller read it."""

    code = "VERSION_CONFLICT"


class Forbidden(DomainError):
    """The actor's role does not grant this permission."""

    code = "FORBIDDEN"


class Unauthenticated(DomainError):
    """Nobody is signed in, or the sign-in is over."""

    code = "UNAUTHENTICATED"


class TooMany(DomainError):
    """A limit was reached; `details["retry_after"]` is in seconds."""

    code = "RATE_LIMITED"


class Unavailable(DomainError):
    """Something that is needed does not answer just now; `details["retry_after"]` is in seconds."""

    code = "UNAVAILABLE"


CURRENCY_DIGITS: Mapping[str, int] = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "TND": 3}
"""ISO 4217 minor unit digits where they are not 2."""


def minor_digits(currency: str) -> int:
    """Digits after the decimal point of `currency` (ISO 4217)."""
    return CURRENCY_DIGITS.get(currency, 2)


def check_currency(currency: str) -> str:
    """`currency` itself. Raises Invalid unless it is three capital letters."""
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha() or not currency.isupper():
        raise Invalid(
            f"{currency!r} is not a currency. Use the three capital letters of ISO 4217, such as EUR.",
            fields={"currency": "Use three capital letters such as EUR."},
        )
    return currency


_AMOUNT = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*")
"""Plain digits: `Decimal` itself also takes other scripts, underscores, infinity and exponents without end."""
_AMOUNT_LENGTH = 40
_EXACT = Context(prec=_AMOUNT_LENGTH)

MAX_MINOR = 10**15
"""Above ten trillion major units an amount is a typing error, and 64-bit sums stay safe."""


@dataclass(frozen=True, order=True)
class Money:
    """An amount in integer minor units (cents) of one currency."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        check_currency(self.currency)
        if abs(self.amount) > MAX_MINOR:
            raise Invalid("This amount is too large.", fields={"amount": "Use an amount below 10,000,000,000,000."})

    @classmethod
    def parse(cls, text: str, *, currency: str) -> Self:
        """Money from a decimal string such as "1234.50". Raises Invalid on more digits than the currency has."""
        check_currency(currency)
        digits = minor_digits(currency)
        if len(text) > _AMOUNT_LENGTH or not _AMOUNT.fullmatch(text):
            raise Invalid(
                f"{text[:40]!r} is not an amount. Write it like 1234.50.", fields={"amount": "Not an amount."}
            )
        minor = Decimal(text.strip()).scaleb(digits, context=_EXACT)
        if minor != minor.to_integral_value():
            raise Invalid(
                f"{text!r} is not an amount of {currency}: at most {digits} digits after the point.",
                fields={"amount": f"At most {digits} digits after the point."},
            )
        return cls(int(minor), currency)

    @classmethod
    def from_float(cls, value: float, *, currency: str) -> Self:
        """The nearest amount to `value` in major units."""
        minor = Decimal(repr(value)).scaleb(minor_digits(currency)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
        return cls(int(minor), currency)

    @property
    def decimal(self) -> str:
        """The amount as a decimal string in major units, with the currency's digits."""
        digits = minor_digits(self.currency)
        return f"{Decimal(self.amount).scaleb(-digits):.{digits}f}"

    @property
    def major(self) -> float:
        """The amount in major units, for mathematics only."""
        return self.amount / float(10 ** minor_digits(self.currency))

    def _same(self, other: Money) -> None:
        if other.currency != self.currency:
            raise Invalid(f"{self.currency} and {other.currency} cannot be added: nothing is converted silently.")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"


def total(amounts: Iterable[Money], *, currency: str) -> Money:
    """The sum of `amounts`, zero when there are none. Raises Invalid on another currency."""
    result = Money(0, currency)
    for amount in amounts:
        result += amount
    return result


FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)
"""Days outside are typing errors; between them, adding weeks never leaves the calendar."""
IMPLAUSIBLE = f"Give a day from {FIRST_DAY} to {LAST_DAY}."


def plausible(day: date) -> bool:
    """Whether a day can be meant at all."""
    return FIRST_DAY <= day <= LAST_DAY


@dataclass(frozen=True, order=True)
class DateRange:
    """Calendar days from `start` to `end`, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise Invalid(
                f"The end {self.end} lies before the start {self.start}.",
                fields={"end_date": "The end must not lie before the start."},
            )

    @property
    def days(self) -> int:
        """Number of days, at least 1."""
        return (self.end - self.start).days + 1

    @property
    def weeks(self) -> float:
        """Length in weeks, fractions included."""
        return self.days / 7

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def calendar_weeks(self) -> tuple[DateRange, ...]:
        """The range cut at Mondays; the first and the last piece may be shorter than a week."""
        pieces: list[DateRange] = []
        start = self.start
        while start <= self.end:
            end = min(self.end, start + timedelta(days=6 - start.weekday()))
            pieces.append(DateRange(start, end))
            start = end + timedelta(days=1)
        return tuple(pieces)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A figure with its 90 % interval (5 % and 95 % points)."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list. total: rows that match, not rows here."""

    items: tuple[T, ...]
    total: int
    next_cursor: str | None = None


MOST_LINES = 100
LONGEST_LINE = 500


@dataclass(frozen=True, kw_only=True)
class FieldErrors:
    """Collects field messages so that the caller learns all at once."""

    messages: dict[str, str] = field(default_factory=dict)

    def check(self, ok: bool, name: str, message: str) -> None:  # noqa: FBT001
        """Remember `message` for `name` unless `ok`."""
        if not ok:
            self.messages.setdefault(name, message)

    def check_text(self, text: str, name: str, *, most: int) -> None:
        """Remember that `text` is longer than `most` characters, if it is."""
        self.check(len(text) <= most, name, f"At most {most:,} characters.")

    def check_lines(self, lines: Sequence[str], name: str) -> None:
        """Remember that there are too many `lines`, or that one is empty or too long, if it is so."""
        fits = len(lines) <= MOST_LINES and all(0 < len(line) <= LONGEST_LINE for line in lines)
        self.check(fits, name, f"At most {MOST_LINES} entries, each of 1 to {LONGEST_LINE} characters.")

    def raise_if_any(self, what: str) -> None:
        """Raise Invalid with everything remembered. what: the thing being checked ("brief")."""
        if self.messages:
            raise Invalid(f"The {what} has fields to correct: {', '.join(self.messages)}.", fields=self.messages)
