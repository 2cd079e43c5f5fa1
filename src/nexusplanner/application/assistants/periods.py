"""Days and amounts for a new campaign, as people write them."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from nexusplanner.domain.amount_words import NUMBER, amount_of
from nexusplanner.domain.shared import DateRange, Money, plausible

MONTHS = {name.lower(): at for at, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): at for at, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_ISO = r"20\d\d-\d\d-\d\d"
_ONE = rf"(?:{_ISO}|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_NAMES})\b(?:\s+20\d\d)?|(?:{_NAMES})\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!\s*%)(?:,?\s+20\d\d)?)"
_FROM_TO = re.compile(rf"(?:from\s+)?(?P<first>{_ONE})\s*(?:to|until|till|through|-|\u2013)\s*(?P<last>{_ONE})")
_MONTHS_TO = re.compile(
    rf"(?:from\s+)?\b(?P<first>{_NAMES})\s*(?:to|until|till|through|-|\u2013|and)\s*(?P<last>{_NAMES})\b(?:\s+(?P<year>20\d\d))?"
)
_START = re.compile(rf"(?:from|starting|starts?|beginning)\s+(?:on\s+)?(?P<first>{_ONE})")
_LENGTH = re.compile(r"(?:for|over|lasting|of)?\s*(?P<number>\d{1,3})\s*[- ]?(?P<unit>day|week|month)s?\b")
_QUARTER = re.compile(r"\bq(?P<quarter>[1-4])\b(?:\s+(?P<year>20\d\d))?")
_NEXT = re.compile(r"\b(?P<which>next|this)\s+(?P<unit>quarter|month|year)\b")
_MONTH = re.compile(rf"\b(?:in|during|for|of|throughout)\s+(?P<month>{_NAMES})\b(?:\s+(?P<year>20\d\d))?")
_SEASON = re.compile(
    r"\b(?:in|this|next|for|the)\s+(?P<season>spring|summer|autumn|fall|winter)\b(?:\s+(?P<year>20\d\d))?"
)
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
_MONEY = re.compile(
    rf"(?:budget\s+(?:of|is|=|:)?\s*|spend(?:ing)?\s+|with\s+|for\s+|on\s+)?(?P<amount>(?:[€$£]\s?)?{NUMBER}"
    r"(?:\s?(?:eur|usd|gbp|chf|euros?|dollars?|pounds?|€|£|\$)(?!\w))?)",
)
_SIGN = re.compile(r"[€$£]|eur|usd|gbp|chf|dollar|pound|\d\s?(?:k|m|mn|mio|thousand|million)\b")
_YEAR = re.compile(r"(?<![€$£\d.,])\b20[2-9]\d\b(?![.,]?\d)(?!\s?(?:k|m|eur|usd|gbp|chf|dollars?|pounds?|[€$£]))")
SMALLEST = 500


def _day(text: str, *, after: date) -> date | None:
    """A day as it is written; without a year the next that comes."""
    found = re.fullmatch(_ISO, text)
    try:
        if found:
            return date.fromisoformat(text)
        number = re.search(r"\d{1,2}(?!\d)", text)
        name = re.search(rf"{_NAMES}", text)
        if number is None or name is None:
            return None
        year = re.search(r"20\d\d", text)
        made = date(int(year[0]) if year else after.year, MONTHS[name[0]], int(number[0]))
        return made if year or made >= after else made.replace(year=made.year + 1)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _span(first: int, last: int, *, year: int | None, today: date) -> DateRange:
    """From the first day of one month to the last of another; the next that comes when no year is given."""
    begins = year or (today.year if date(today.year, first, 1) > today else today.year + 1)
    ends = begins + (1 if last < first else 0)
    return DateRange(date(begins, first, 1), _month_end(ends, last))


def period(text: str, *, today: date) -> DateRange | None:
    """The days that are named, None for none: two days, a start and a length, a quarter, months, a season."""
    said = text.lower()
    made = _between(said, today=today) or _from_start(said, today=today) or _named(said, today=today)
    return made if made and plausible(made.start) and plausible(made.end) else None


def _between(said: str, *, today: date) -> DateRange | None:
    two = _FROM_TO.search(said)
    if two:
        first = _day(two["first"], after=today)
        last = _day(two["last"], after=first or today)
        return DateRange(first, last) if first and last and last >= first else None
    months = _MONTHS_TO.search(said)
    if months:
        year = int(months["year"]) if months["year"] else None
        return _span(MONTHS[months["first"]], MONTHS[months["last"]], year=year, today=today)
    return None


def _from_start(said: str, *, today: date) -> DateRange | None:
    length, start = _LENGTH.search(said), _START.search(said)
    first = _day(start["first"], after=today) if start else None
    if length is None:
        return None
    number = min(int(length["number"]), 731)
    span = {
        "day": timedelta(days=number),
        "week": timedelta(weeks=number),
        "month": timedelta(days=round(30.4 * number)),
    }
    if first is None:
        named = _named(said, today=today)
        first = named.start if named else today + timedelta(days=7 - today.weekday() + 7)
    return DateRange(first, first + max(span[length["unit"]], timedelta(days=1)) - timedelta(days=1))


def _named(said: str, *, today: date) -> DateRange | None:
    quarter = _QUARTER.search(said)
    if quarter:
        first = 3 * int(quarter["quarter"]) - 2
        return _span(first, first + 2, year=int(quarter["year"]) if quarter["year"] else None, today=today)
    following = _NEXT.search(said)
    if following:
        return _next(following["unit"], ahead=following["which"] == "next", today=today)
    month = _MONTH.search(said)
    if month:
        number = MONTHS[month["month"]]
        return _span(number, number, year=int(month["year"]) if month["year"] else None, today=today)
    season = _SEASON.search(said)
    if season:
        first, last = _SEASONS[season["season"]]
        return _span(first, last, year=int(season["year"]) if season["year"] else None, today=today)
    return None


def _next(unit: str, *, ahead: bool, today: date) -> DateRange:
    if unit == "year":
        year = today.year + ahead
        return DateRange(date(year, 1, 1), date(year, 12, 31))
    size = 3 if unit == "quarter" else 1
    at = today.year * (12 // size) + (today.month - 1) // size + ahead
    year, part = divmod(at, 12 // size)
    first = part * size + 1
    return DateRange(date(year, first, 1), _month_end(year, first + size - 1))


def budget(text: str, *, currency: str) -> Money | None:
    """The amount of money that is named; days, years and shares are not amounts."""
    said = re.sub(rf"{_ONE}|\bq[1-4]\b", " ", text.lower())
    said = _YEAR.sub(" ", said)
    said = re.sub(r"\d+(?:[.,]\d+)?\s?(?:%|percent|per cent)", " ", said)
    said = re.sub(r"\b\d{1,3}\s*[- ]?(?:day|week|month|year)s?\b", " ", said)
    best: Money | None = None
    for found in _MONEY.finditer(said):
        amount = amount_of(found["amount"])
        made = amount.money(of=Money(0, currency)) if amount and amount.share is None else None
        if made is None or made.amount <= 0:
            continue
        marked = bool(_SIGN.search(found["amount"])) or "budget" in found[0] or made.major >= SMALLEST
        if marked and (best is None or made > best):
            best = made
    return best
