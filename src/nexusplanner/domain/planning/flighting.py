"""Flights: a channel's money over the weeks of a campaign, exact to the minor unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nexusplanner.domain.planning.rounding import largest_remainder
from nexusplanner.domain.shared import Invalid

DAYS_IN_WEEK = 7


class InvalidFlight(Invalid):
    """The dates, the amount or the pattern do not make a flight; the message says which."""

    code = "INVALID_FLIGHT"


@dataclass(frozen=True, kw_only=True)
class Week:
    """The part of an ISO week (starting on Monday `week_start`) inside a date range; both ends included."""

    week_start: date
    start: date
    end: date

    @property
    def days(self) -> int:
        """Days of the range in this week, 1 to 7."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True, kw_only=True)
class Flight:
    """Minor units to spend from `start` to `end`, inside the week that begins on `week_start`."""

    week_start: date
    start: date
    end: date
    amount: int


Pattern = Callable[[Sequence[Week]], tuple[float, ...]]
"""Relative intensity per day of each week; 0 switches a week off."""


def even(weeks: Sequence[Week]) -> tuple[float, ...]:
    """The same every day."""
    return (1.0,) * len(weeks)


def front_loaded(weeks: Sequence[Week]) -> tuple[float, ...]:
    """Twice as much per day in the first week as in the last, falling in equal steps."""
    last = max(len(weeks) - 1, 1)
    return tuple(2.0 - index / last for index in range(len(weeks)))


def pulsing(*, on: int = 2, off: int = 2) -> Pattern:
    """`on` weeks with money, then `off` weeks without, beginning with money. Raises: InvalidFlight unless on >= 1, off >= 0."""
    if on < 1 or off < 0:
        raise InvalidFlight(f"Pulsing needs at least one week on and none or more off, not {on} and {off}.")
    return lambda weeks: tuple(1.0 if index % (on + off) < on else 0.0 for index in range(len(weeks)))


def weeks_between(start: date, end: date) -> tuple[Week, ...]:
    """The ISO weeks from `start` to `end`, both included; the first and last may be partial.

    Raises: InvalidFlight when the end is before the start.
    """
    if end < start:
        raise InvalidFlight(f"The end {end} is before the start {start}; swap them or choose a later end.")
    weeks = []
    monday = start - timedelta(days=start.weekday())
    while monday <= end:
        sunday = monday + timedelta(days=DAYS_IN_WEEK - 1)
        weeks.append(Week(week_start=monday, start=max(monday, start), end=min(sunday, end)))
        monday += timedelta(days=DAYS_IN_WEEK)
    return tuple(weeks)


def spread(
    total: int, *, start: date, end: date, pattern: Pattern = even, least_per_week: int = 0
) -> tuple[Flight, ...]:
    """`total` minor units over the weeks from `start` to `end`: the amounts sum to `total` exactly.

    A week's share is its days times the pattern's intensity. `least_per_week` (minor units) is the least a week with
    money gets: where the pattern would give less, the budget is concentrated in the earliest weeks that can all have it
    (in one week when the total does not even reach the least once). Weeks without money have no row. Raises:
    InvalidFlight for a negative amount, reversed dates or a pattern without a positive week.
    """
    if total < 0 or least_per_week < 0:
        raise InvalidFlight("The total and the least per week must be 0 or more.")
    weeks = weeks_between(start, end)
    intensity = pattern(weeks)
    weights = [week.days * level for week, level in zip(weeks, intensity, strict=True)]
    if min(weights) < 0 or max(weights) <= 0:
        raise InvalidFlight("A pattern must be 0 or more in every week and above 0 in at least one.")
    if total == 0:
        return ()
    running = _concentrate(weights, total=total, least=least_per_week)
    return tuple(
        Flight(week_start=week.week_start, start=week.start, end=week.end, amount=amount)
        for week, amount in zip(weeks, _amounts(running, total=total, least=least_per_week), strict=True)
        if amount > 0
    )


def _concentrate(weights: Sequence[float], *, total: int, least: int) -> list[float]:
    """`weights` with the latest weeks set to 0 until every week left can have `least`."""
    affordable = max(total // least, 1) if least else len(weights)
    kept = 0
    running = []
    for weight in weights:
        stays = weight > 0 and kept < affordable
        kept += stays
        running.append(weight if stays else 0.0)
    return running


def _amounts(weights: Sequence[float], *, total: int, least: int) -> tuple[int, ...]:
    """Whole amounts in proportion to `weights`, at least `least` where the weight is above 0 (when that is affordable)."""
    on = [weight > 0 for weight in weights]
    floor = least if least * sum(on) <= total else 0
    shares = _proportional_above(weights, total=total, floor=floor)
    return largest_remainder(
        shares, total=total, lower=[floor * flag for flag in on], upper=[total * flag for flag in on]
    )


def _proportional_above(weights: Sequence[float], *, total: int, floor: int) -> list[float]:
    """Shares of `total` in proportion to `weights`; those that would fall below `floor` get it, the rest share the rest."""
    raised: set[int] = set()
    while True:
        free = [index for index, weight in enumerate(weights) if weight > 0 and index not in raised]
        rest = total - floor * len(raised)
        unit = rest / sum(weights[index] for index in free) if free else 0.0
        short = {index for index in free if weights[index] * unit < floor}
        if not short:
            return [float(floor) if index in raised else weight * unit for index, weight in enumerate(weights)]
        raised |= short
