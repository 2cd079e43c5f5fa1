"""Flights: a channel's money over the weeks of a campaign, exact to the minor unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

from nexusplanner.domain.planning.rounding.cents import largest_remainder
from nexusplanner.domain.shared import DateRange, Invalid

DAYS_IN_WEEK = 7
Pattern = Literal["even", "front_loaded", "back_loaded", "pulsing"]
PULSE = 2
"""Weeks with money, then weeks without, of a pulsing flight."""
STEEPEST = 2.0
"""A loaded pattern spends so many times as much per day at its heavy end as at its light one."""


class InvalidFlight(Invalid):
    """The amounts or limits do not make a flight; the message says which."""

    code = "INVALID_FLIGHT"


@dataclass(frozen=True, kw_only=True)
class _Week:
    """The days of one calendar week that are open, the pattern's intensity there, and the most it may get."""

    dates: DateRange
    weight: float
    most: int


def spread(
    total: int,
    *,
    dates: DateRange,
    least_per_week: int = 0,
    most_per_week: int | None = None,
    pattern: Pattern = "even",
    hiatus: Sequence[DateRange] = (),
    shortest: int = 1,
    minor_per_unit: int = 100,
) -> tuple[tuple[DateRange, int], ...]:
    """`total` minor units over the calendar weeks of `dates`; the amounts sum to `total` exactly.

    A week's share is its days times the pattern's intensity: the same every day (even), twice as much at the beginning
    as at the end (front_loaded) or the reverse (back_loaded), or two weeks with and two without money (pulsing). Days in
    a `hiatus` get nothing and cut the week. `least_per_week` (minor units) is the least a week with money gets: where the
    pattern would give less, the budget is concentrated in the earliest weeks (the latest, when back-loaded) that can all
    have it, in one week when the total does not even reach the least once. `most_per_week` is the most of a full week; a
    part of a week has its share of it. Once it runs, a flight runs for `shortest` weeks or more. Weeks without money are
    left out. minor_per_unit is for messages. Raises: InvalidFlight for numbers out of range and for limits that leave no
    flights, naming them.
    """
    if total < 0 or least_per_week < 0 or shortest < 1 or (most_per_week is not None and most_per_week < 0):
        raise InvalidFlight("The total and the weekly limits must be 0 or more, the shortest flight 1 week or more.")
    if total == 0:
        return ()
    pieces = open_pieces(dates, hiatus=hiatus)
    if most_per_week is not None:
        pieces = _startable(pieces, least=min(least_per_week, total), most_per_week=most_per_week, unit=minor_per_unit)
    runs = _runs(pieces, pattern=pattern, shortest=shortest, most_per_week=most_per_week, total=total)
    affordable = max(total // least_per_week, 1) if least_per_week else total
    weeks = _concentrate(runs, affordable=affordable, shortest=shortest, late=pattern == "back_loaded")
    floor = least_per_week if least_per_week * len(weeks) <= total else 0
    _check(weeks, total=total, least=least_per_week, shortest=shortest, unit=minor_per_unit)
    shares = _proportional(
        [week.weight for week in weeks], total=total, floor=floor, most=[week.most for week in weeks]
    )
    amounts = largest_remainder(shares, total=total, lower=[floor] * len(weeks), upper=[week.most for week in weeks])
    return tuple((week.dates, amount) for week, amount in zip(weeks, amounts, strict=True) if amount > 0)


def open_pieces(dates: DateRange, *, hiatus: Sequence[DateRange] = ()) -> tuple[DateRange, ...]:
    """The calendar weeks of `dates` without the days of `hiatus`; a hiatus inside a week leaves two pieces of it."""
    pieces: list[DateRange] = []
    for week in dates.calendar_weeks():
        days = [week.start + timedelta(days=offset) for offset in range(week.days)]
        days = [day for day in days if not any(day in pause for pause in hiatus)]
        start = 0
        for index, day in enumerate(days):
            if index + 1 == len(days) or days[index + 1] - day > timedelta(days=1):
                pieces.append(DateRange(days[start], day))
                start = index + 1
    return tuple(pieces)


def _startable(pieces: Sequence[DateRange], *, least: int, most_per_week: int, unit: int) -> tuple[DateRange, ...]:
    """The pieces that may get as much as a week with money needs."""
    kept = tuple(piece for piece in pieces if most_per_week * piece.days // DAYS_IN_WEEK >= least)
    if pieces and not kept:
        raise InvalidFlight(
            f"The least of a week with money is {least / unit:,.2f}, the weekly maximum {most_per_week / unit:,.2f}"
            " (less in a part of a week); change one of them."
        )
    return kept


def _runs(
    pieces: Sequence[DateRange], *, pattern: Pattern, shortest: int, most_per_week: int | None, total: int
) -> list[list[_Week]]:
    """Stretches of weeks the pattern runs in, none shorter than `shortest`."""
    last = max(len(pieces) - 1, 1)
    runs: list[list[_Week]] = []
    phase = 0
    for index, piece in enumerate(pieces):
        follows = bool(index) and piece.start - pieces[index - 1].end == timedelta(days=1)
        phase = phase + 1 if follows else 0
        on = max(PULSE, shortest)
        if pattern == "pulsing" and phase % (on + PULSE) >= on:
            continue
        starts = phase == 0 or (pattern == "pulsing" and phase % (on + PULSE) == 0)
        most = total if most_per_week is None else min(most_per_week * piece.days // DAYS_IN_WEEK, total)
        week = _Week(dates=piece, weight=piece.days * _intensity(pattern, index / last), most=most)
        if starts:
            runs.append([])
        runs[-1].append(week)
    long_enough = [run for run in runs if len(run) >= shortest]
    if not long_enough:
        raise InvalidFlight(
            f"No stretch of open weeks is as long as the shortest flight of {shortest} weeks; the longest has"
            f" {max(map(len, runs), default=0)}."
        )
    return long_enough


def _intensity(pattern: Pattern, along: float) -> float:
    """Relative spend per day, `along` (0 to 1) of the way from the first week to the last."""
    return _LEVELS[pattern][0] + (_LEVELS[pattern][1] - _LEVELS[pattern][0]) * along


_LEVELS: Mapping[Pattern, tuple[float, float]] = MappingProxyType(
    {
        "even": (1.0, 1.0),
        "front_loaded": (STEEPEST, 1.0),
        "back_loaded": (1.0, STEEPEST),
        "pulsing": (1.0, 1.0),
    }
)


def _concentrate(runs: list[list[_Week]], *, affordable: int, shortest: int, late: bool) -> list[_Week]:
    """At most `affordable` weeks, the earliest (or latest), without leaving a stretch shorter than `shortest`."""
    kept: list[_Week] = []
    for run in runs[::-1] if late else runs:
        room = affordable - len(kept)
        if kept and room < shortest:
            break
        part = max(min(room, len(run)), shortest)
        kept += run[-part:] if late else run[:part]
    return sorted(kept, key=lambda week: week.dates.start)


def _check(weeks: list[_Week], *, total: int, least: int, shortest: int, unit: int) -> None:
    """Raises: InvalidFlight when the weeks chosen cannot hold the total."""
    if shortest > 1 and least * len(weeks) > total:
        raise InvalidFlight(
            f"The shortest flight of {shortest} weeks needs {least * shortest / unit:,.2f}"
            f" ({least / unit:,.2f} a week), the channel's budget is {total / unit:,.2f}."
        )
    most = sum(week.most for week in weeks)
    if most < total:
        raise InvalidFlight(
            f"The weekly maximums allow {most / unit:,.2f} in the {len(weeks)} open weeks, the channel's budget is"
            f" {total / unit:,.2f}."
        )


def _proportional(weights: Sequence[float], *, total: int, floor: int, most: Sequence[int]) -> list[float]:
    """Shares of `total` in proportion to `weights`; those outside [floor, most] stand on the limit, the rest share the rest.

    In each round only the side that is further off is put on its limits, so that no share is put there that the other
    side would have moved back.
    """
    shares: dict[int, float] = {}
    while True:
        free = [index for index in range(len(weights)) if index not in shares]
        rest = total - sum(shares.values())
        unit = rest / sum(weights[index] for index in free) if free else 0.0
        short = {index: floor - weights[index] * unit for index in free if weights[index] * unit < floor}
        over = {index: weights[index] * unit - most[index] for index in free if weights[index] * unit > most[index]}
        if not short and not over:
            return [shares.get(index, weight * unit) for index, weight in enumerate(weights)]
        if sum(short.values()) >= sum(over.values()):
            shares |= dict.fromkeys(short, float(floor))
        else:
            shares |= {index: float(most[index]) for index in over}
