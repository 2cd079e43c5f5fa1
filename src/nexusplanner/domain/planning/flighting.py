"""Flights: a channel's money over the weeks of a campaign, exact to the minor unit."""

from __future__ import annotations

from collections.abc import Sequence

from nexusplanner.domain.planning.rounding import largest_remainder
from nexusplanner.domain.shared import DateRange, Invalid


class InvalidFlight(Invalid):
    """The amounts do not make a flight; the message says which."""

    code = "INVALID_FLIGHT"


def spread(total: int, *, dates: DateRange, least_per_week: int = 0) -> tuple[tuple[DateRange, int], ...]:
    """`total` minor units over the calendar weeks of `dates`, the same every day; the amounts sum to `total` exactly.

    `least_per_week` (minor units) is the least a week with money gets: where an even spread would give less, the budget
    is concentrated in the earliest weeks that can all have it (in one week when the total does not even reach the least
    once). Weeks without money are left out. Raises: InvalidFlight for a negative amount.
    """
    if total < 0 or least_per_week < 0:
        raise InvalidFlight("The total and the least per week must be 0 or more.")
    weeks = dates.calendar_weeks()
    running = weeks[: max(total // least_per_week, 1)] if least_per_week else weeks
    floor = least_per_week if least_per_week * len(running) <= total else 0
    shares = _proportional_above([week.days for week in running], total=total, floor=floor)
    amounts = largest_remainder(shares, total=total, lower=[floor] * len(running))
    return tuple((week, amount) for week, amount in zip(running, amounts, strict=True) if amount > 0)


def _proportional_above(days: Sequence[int], *, total: int, floor: int) -> list[float]:
    """Shares of `total` in proportion to `days`; those that would fall below `floor` get it, the rest share the rest."""
    raised: set[int] = set()
    while True:
        free = [index for index in range(len(days)) if index not in raised]
        rest = total - floor * len(raised)
        unit = rest / sum(days[index] for index in free) if free else 0.0
        short = {index for index in free if days[index] * unit < floor}
        if not short:
            return [float(floor) if index in raised else count * unit for index, count in enumerate(days)]
        raised |= short
