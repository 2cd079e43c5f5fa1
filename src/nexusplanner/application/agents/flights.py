"""Flights: a channel's money over the weeks by the rules of a brief, exact to the minor unit."""

from __future__ import annotations

from collections.abc import Sequence

from nexusplanner.domain.campaigns import Flight, FlightPattern, FlightRules, WeekAmount
from nexusplanner.domain.planning.flighting import spread
from nexusplanner.domain.planning.rounding import largest_remainder
from nexusplanner.domain.shared import DateRange, Invalid, Money, minor_digits

LEAST_PER_WEEK = 50
"""Major units below which a week of a channel is not worth booking: small budgets run in fewer weeks."""

Weeks = Sequence[tuple[DateRange, int]]


def least_per_week(currency: str) -> int:
    """Minor units below which a week is not worth booking."""
    return int(LEAST_PER_WEEK * 10 ** minor_digits(currency))


def placed(budget: Money, *, channel: str, rules: FlightRules, dates: DateRange) -> tuple[Flight, ...]:
    """`budget` in the pattern of the rules, outside their pauses and below their weekly maximum; none without money.

    Weeks that were optimised or put by hand come from elsewhere: for those patterns the money is spread evenly.
    Raises: Invalid (INFEASIBLE_FLIGHTS) when the weeks that are open cannot hold the budget.
    """
    rows: Weeks = spread(budget.amount, dates=dates, least_per_week=least_per_week(budget.currency))
    weeks = [week for week in dates.calendar_weeks() if not rules.paused(channel, week=week)]
    cap = rules.maximum(channel)
    amounts = {week.start: amount for week, amount in rows}
    if len(weeks) < len(dates.calendar_weeks()) or (cap and max(amounts.values(), default=0) > cap.amount):
        require_room(budget, channel=channel, rules=rules, weeks=len(weeks))
        shape = [float(amounts.get(week.start, 0)) for week in weeks]
        rows = _within(shape, weeks=weeks, total=budget.amount, cap=cap.amount if cap else budget.amount)
    return grouped(rows, currency=budget.currency)


def require_room(budget: Money, *, channel: str, rules: FlightRules, weeks: int) -> None:
    """Raise Invalid (INFEASIBLE_FLIGHTS) when `weeks` open weeks cannot hold the budget."""
    cap = rules.maximum(channel)
    room = budget.amount if cap is None else cap.amount * weeks
    if budget.amount and (not weeks or room < budget.amount):
        fields = {
            f"flighting.weekly_maximums.{index}": "Too low for the channel's budget."
            for index, each in enumerate(rules.weekly_maximums)
            if each.channel == channel and weeks
        }
        raise Invalid(
            f"The {weeks} open weeks of {channel} cannot hold its {budget}: pause less or raise the weekly maximum.",
            fields=fields or {"flighting.hiatus": f"It leaves too little room for {channel}."},
            code="INFEASIBLE_FLIGHTS",
        )


def _within(shape: list[float], *, weeks: Sequence[DateRange], total: int, cap: int) -> Weeks:
    """`total` in proportion to `shape`, at most `cap` a week; what is cut off goes to the weeks with room."""
    weights = shape if any(shape) else [float(week.days) for week in weeks]
    amounts = [0.0] * len(weeks)
    left = float(total)
    while left > 0.5:
        free = [index for index, amount in enumerate(amounts) if amount < cap]
        scale = sum(weights[index] for index in free)
        if scale <= 0:
            weights, scale = [float(week.days) for week in weeks], float(sum(weeks[index].days for index in free))
        for index in free:
            amounts[index] = min(amounts[index] + left * weights[index] / scale, float(cap))
        left = total - sum(amounts)
    whole = largest_remainder(amounts, total=total, upper=[cap] * len(weeks))
    return [(week, amount) for week, amount in zip(weeks, whole, strict=True) if amount]


def grouped(rows: Weeks, *, currency: str) -> tuple[Flight, ...]:
    """Weeks with money as flights: a flight ends where a week without money follows."""
    flights: list[list[WeekAmount]] = []
    for week, amount in rows:
        if amount <= 0:
            continue
        here = WeekAmount(dates=week, amount=Money(amount, currency))
        if flights and (week.start - flights[-1][-1].dates.end).days == 1:
            flights[-1].append(here)
        else:
            flights.append([here])
    return tuple(
        Flight(
            dates=DateRange(weekly[0].dates.start, weekly[-1].dates.end),
            budget=Money(sum(week.amount.amount for week in weekly), currency),
            weekly=tuple(weekly),
        )
        for weekly in flights
    )


def keeps_hand_made(rules: FlightRules) -> bool:
    """Whether flights that a person placed are to stay as long as they fit."""
    return rules.pattern is FlightPattern.CUSTOM
