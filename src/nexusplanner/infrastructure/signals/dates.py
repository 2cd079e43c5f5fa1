"""Instants out of dates as feeds write them."""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_FORMS: Final = (
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y%m%d%H%M%S",
    "%Y%m%d",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y, %H:%M",
    "%d.%m.%Y",
    "%d %B %Y %H:%M",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y %H:%M",
    "%B %d, %Y",
    "%b %d, %Y",
)
"""Tried in this order, day before month; a time without a zone counts as UTC."""
_SECONDS: Final = re.compile(r"1[0-9]{9}([0-9]{3})?")
_WEEKDAY: Final = re.compile(r"^[A-Za-z]{3,9},?\s+")
_ORDINAL: Final = re.compile(r"(?<=\d)(st|nd|rd|th)\b")
LONGEST: Final = 80


def instant(text: str) -> datetime | None:
    """The instant in UTC; none when it cannot be read."""
    date = " ".join(text[:LONGEST].split())
    if not date:
        return None
    if _SECONDS.fullmatch(date):
        return datetime.fromtimestamp(int(date[:10]), UTC)
    try:
        return _utc(datetime.fromisoformat(date))
    except (ValueError, OverflowError):
        pass
    try:
        return _utc(parsedate_to_datetime(date))
    except (ValueError, TypeError, IndexError, OverflowError):
        return _odd(_ORDINAL.sub("", date))


def of_struct(parsed: time.struct_time) -> datetime | None:
    """The instant that a feed's date was read as, which is in UTC; none beyond the calendar."""
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _odd(date: str) -> datetime | None:
    for text in (date, _WEEKDAY.sub("", date)):
        for form in _FORMS:
            try:
                return _utc(datetime.strptime(text, form))  # noqa: DTZ007 - the zone is set by _utc
            except (ValueError, OverflowError):
                continue
    return None


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
