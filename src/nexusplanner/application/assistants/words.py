"""Figures, days and lists as an assistant says them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date

from nexusplanner.domain.shared import DateRange, Estimate, Money, minor_digits

_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def money(amount: Money) -> str:
    """An amount with thousands apart, without empty decimals."""
    digits = minor_digits(amount.currency)
    shown = f"{amount.amount / 10**digits:,.{digits}f}" if digits else f"{amount.amount:,}"
    empty = "." + "0" * digits
    return f"{shown.removesuffix(empty) if digits else shown} {amount.currency}"


def figure(value: float) -> str:
    """A number with the digits that mean something."""
    if not math.isfinite(value):
        return "an unknown number"
    size = abs(value)
    if size >= 100 or value == round(value):
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:,.1f}"
    return f"{value:,.2f}" if size >= 0.1 else f"{value:.2g}"


def percent(share: float) -> str:
    """A share as a percentage."""
    value = 100 * share
    shown = f"{value:.0f}" if abs(value) >= 10 or value == round(value) else f"{value:.1f}"
    return f"{shown} %"


def between(estimate: Estimate) -> str:
    """The 90 % interval of a figure, in brackets."""
    return f"(90 % interval {figure(estimate.low)} to {figure(estimate.high)})"


def outcome(estimate: Estimate, *, name: str, currency: str = "") -> str:
    """An estimate of an outcome with its interval. currency: where the outcome is money."""
    unit = f"{currency} of {name}" if currency else name
    return f"{figure(estimate.mean)} {unit} {between(estimate)}"


def day(value: date) -> str:
    """A day such as 3 March 2026."""
    return f"{value.day} {value:%B} {value.year}"


def days(value: DateRange) -> str:
    """From when to when."""
    return f"{day(value.start)} to {day(value.end)}"


def listed(words: Iterable[str]) -> str:
    """One, two and three."""
    parts = [word for word in words if word]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def counted(number: int, one: str, many: str = "") -> str:
    """1 campaign, 2 campaigns, no campaigns."""
    if number == 0:
        return f"no {many or one + 's'}"
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def first_reason(reasons: str) -> str:
    """The weightiest of reasons that stand one after another."""
    return reasons.split("; ", maxsplit=1)[0].rstrip(".")


def sentence(text: str) -> str:
    """The text as a sentence: a capital first, a full stop last."""
    cleaned = " ".join(text.split())
    if not cleaned:
        return ""
    ended = cleaned if cleaned[-1] in ".!?…" else f"{cleaned}."
    return ended[0].upper() + ended[1:]


def short(text: str, *, most: int = 240) -> str:
    """The beginning of a text, cut between words."""
    cleaned = " ".join(text.split())
    return cleaned if len(cleaned) <= most else f"{cleaned[: most - 1].rsplit(' ', 1)[0]}…"


def figures(text: str) -> frozenset[str]:
    """The numbers in a text, thousands put together."""
    return frozenset(found.replace(",", "") for found in _FIGURE.findall(text))


def sentences(text: str) -> Sequence[str]:
    """The sentences of a text."""
    return [each for each in _SENTENCE_END.split(text.strip()) if each]
