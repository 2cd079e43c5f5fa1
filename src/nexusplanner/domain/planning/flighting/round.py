"""A weekly plan to the cent: whole minor units inside the weekly limits that sum to every channel's total."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.allocation.problem import relative_gap
from nexusplanner.domain.planning.flighting.flights import InvalidFlight
from nexusplanner.domain.planning.flighting.problem import FlightProblem, FlightResult
from nexusplanner.domain.planning.rounding.cents import largest_remainder
from nexusplanner.domain.planning.rounding.units import ceil_units, floor_units


@dataclass(frozen=True, kw_only=True)
class RoundedFlights:
    """A weekly plan in whole minor units, with the certificate of exactly this plan.

    amounts: minor units by channel and week, in the problem's order. value: the objective there. upper_bound: no plan
    inside the limits reaches more, rounded or not.
    """

    names: tuple[str, ...]
    amounts: tuple[tuple[int, ...], ...]
    value: float
    upper_bound: float

    @property
    def gap(self) -> float:
        """(upper_bound - value) / |value|."""
        return relative_gap(value=self.value, upper_bound=self.upper_bound)

    @property
    def totals(self) -> Mapping[str, int]:
        """Minor units over the period, by channel name."""
        return {name: sum(row) for name, row in zip(self.names, self.amounts, strict=True)}


def round_flights(
    problem: FlightProblem,
    result: FlightResult,
    *,
    totals: Sequence[int] | None = None,
    minor_per_unit: int = 100,
) -> RoundedFlights:
    """`result` in whole minor units, week by week, by largest remainder; fixed weeks keep their amounts.

    totals: minor units of each channel, in the problem's order, when they are given elsewhere (they must be those of the
    problem, to the minor unit); otherwise what the plan spends is rounded first to the budget and then to the channels.
    Raises: InvalidFlight when no whole amounts fit inside a channel's limits.
    """
    limits = [_limits(problem, result, channel, unit=minor_per_unit) for channel in range(len(problem.channels))]
    if totals is None:
        totals = _totals(problem, result, limits, unit=minor_per_unit)
    amounts = []
    for name, row, total, (low, high) in zip(problem.names, result.spend, totals, limits, strict=True):
        if not sum(low) <= total <= sum(high):
            raise InvalidFlight(
                f"{name}: the weeks that run hold from {sum(low) / minor_per_unit:,.2f} to"
                f" {sum(high) / minor_per_unit:,.2f}, the channel's budget is {total / minor_per_unit:,.2f}."
            )
        amounts.append(largest_remainder((row * minor_per_unit).tolist(), total=total, lower=low, upper=high))
    value = problem.value(np.array(amounts, dtype=np.float64) / minor_per_unit)
    return RoundedFlights(
        names=problem.names, amounts=tuple(amounts), value=value, upper_bound=max(result.upper_bound, value)
    )


def _limits(problem: FlightProblem, result: FlightResult, channel: int, *, unit: int) -> tuple[list[int], list[int]]:
    """Least and most minor units of each week of a channel; weeks without money stay without where starting costs."""
    low, high = [], []
    for week, amount in enumerate(result.spend[channel].tolist()):
        least, most = problem.weekly_lower[channel, week], problem.weekly_upper[channel, week]
        if problem.fixed[channel, week]:
            low.append(round(most * unit))
            high.append(low[-1])
            continue
        if problem.stops_and_starts[channel]:
            least, most = (problem.least_on[channel, week], most) if amount > 0 else (0.0, 0.0)
        low.append(ceil_units(float(least) * unit))
        high.append(max(floor_units(float(most) * unit), low[-1]))
    return low, high


def _totals(
    problem: FlightProblem, result: FlightResult, limits: list[tuple[list[int], list[int]]], *, unit: int
) -> tuple[int, ...]:
    spent = [math.fsum(row) * unit for row in result.spend]
    lower = [max(sum(low), ceil_units(least * unit)) for (low, _), least in zip(limits, problem.lower, strict=True)]
    asked = [
        floor_units(channel.upper * unit) if math.isfinite(channel.upper) else None for channel in problem.channels
    ]
    upper = [sum(high) if most is None else min(sum(high), most) for (_, high), most in zip(limits, asked, strict=True)]
    total = floor_units(problem.budget * unit) if not result.unspent else floor_units(math.fsum(spent))
    upper = [max(low, high) for low, high in zip(lower, upper, strict=True)]
    return largest_remainder(spent, total=min(max(total, sum(lower)), sum(upper)), lower=lower, upper=upper)
