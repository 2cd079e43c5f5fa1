"""Money to the cent: whole minor units inside the limits, with an exact sum."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.allocation.problem import (
    AT_LIMIT,
    InfeasibleAllocation,
    InvalidAllocation,
    relative_gap,
)
from nexusplanner.domain.planning.allocation.together import spend_all
from nexusplanner.domain.planning.rounding.groups import WholeGroup, round_in_groups
from nexusplanner.domain.planning.rounding.units import ceil_units, floor_units

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nexusplanner.domain.planning.allocation.problem import AllocationProblem, AllocationResult


@dataclass(frozen=True, kw_only=True)
class RoundedAllocation:
    """An allocation in whole minor units, with the certificate of exactly this plan.

    amounts: minor units by channel, in the problem's order. value: the objective there. upper_bound: no plan inside the
    limits reaches more, rounded or not.
    """

    names: tuple[str, ...]
    amounts: tuple[int, ...]
    value: float
    upper_bound: float

    @property
    def gap(self) -> float:
        """(upper_bound - value) / |value|."""
        return relative_gap(value=self.value, upper_bound=self.upper_bound)

    @property
    def allocation(self) -> Mapping[str, int]:
        """Minor units by channel name."""
        return dict(zip(self.names, self.amounts, strict=True))


def largest_remainder(
    amounts: Sequence[float], *, total: int, lower: Sequence[int] | None = None, upper: Sequence[int] | None = None
) -> tuple[int, ...]:
    """Whole numbers next to `amounts`, inside the limits, that sum to exactly `total`.

    Every amount is rounded down; what is missing goes to the largest remainders that have room (the first of equals).
    When the amounts are far from `total` the difference is spread in further rounds. lower defaults to 0, upper to
    `total`. Raises: InfeasibleAllocation when the limits do not allow `total`; InvalidAllocation for amounts that are not
    finite or lists of different lengths.
    """
    least = list(lower) if lower is not None else [0] * len(amounts)
    most = list(upper) if upper is not None else [total] * len(amounts)
    if not len(amounts) == len(least) == len(most):
        raise InvalidAllocation("Amounts and limits must have the same length.")
    if not all(math.isfinite(amount) for amount in amounts):
        raise InvalidAllocation("Every amount must be a finite number.")
    if any(low > high for low, high in zip(least, most, strict=True)) or not sum(least) <= total <= sum(most):
        raise InfeasibleAllocation(
            f"No whole amounts between {sum(least)} and {sum(most)} in total can sum to {total}; widen the limits."
        )
    whole = [min(max(floor_units(amount), low), high) for amount, low, high in zip(amounts, least, most, strict=True)]
    by_remainder = sorted(range(len(amounts)), key=lambda index: (whole[index] - amounts[index], index))
    missing = total - sum(whole)
    while missing:
        step = 1 if missing > 0 else -1
        order = by_remainder if step > 0 else by_remainder[::-1]
        open_ends = [
            index for index in order if (whole[index] < most[index] if step > 0 else whole[index] > least[index])
        ]
        each = max(abs(missing) // len(open_ends), 1)
        for index in open_ends[: abs(missing)]:
            room = most[index] - whole[index] if step > 0 else whole[index] - least[index]
            whole[index] += step * min(each, room)
        missing = total - sum(whole)
    return tuple(whole)


def round_allocation(
    problem: AllocationProblem, result: AllocationResult, *, minor_per_unit: int = 100
) -> RoundedAllocation:
    """`result` in whole minor units: inside the limits and summing to the budget (or to all maximums, if less).

    minor_per_unit: minor units in one currency unit (100 cents; 1 for a currency without). Limits that are not whole
    are narrowed to whole ones; those of groups are kept too, and where groups leave budget unspent, so does the rounded
    plan. A plan that leaves money over on purpose is rounded with a problem whose budget is what it spends. Raises:
    InfeasibleAllocation when no whole plan fits.
    """
    lower = [ceil_units(channel.lower * minor_per_unit) for channel in problem.channels]
    upper = [floor_units(channel.upper * minor_per_unit) for channel in problem.channels]
    for channel, low, high in zip(problem.channels, lower, upper, strict=True):
        if low > high:
            raise InfeasibleAllocation(
                f"{channel.name}: no whole minor unit lies between {channel.lower!r} and {channel.upper!r}; widen the limits."
            )
    total = min(floor_units(problem.budget * minor_per_unit), sum(upper))
    exact = [amount * minor_per_unit for amount in result.spend]
    if problem.groups:
        amounts = _in_groups(problem, exact, total=total, lower=lower, upper=upper, minor_per_unit=minor_per_unit)
    else:
        amounts = largest_remainder(exact, total=total, lower=lower, upper=upper)
    value = problem.value(np.array(amounts, dtype=np.float64) / minor_per_unit)
    return RoundedAllocation(
        names=result.names, amounts=amounts, value=value, upper_bound=max(result.upper_bound, value)
    )


def _in_groups(
    problem: AllocationProblem,
    spend: Sequence[float],
    *,
    total: int,
    lower: Sequence[int],
    upper: Sequence[int],
    minor_per_unit: int,
) -> tuple[int, ...]:
    """Whole amounts that sum to `total`, or to what groups allow; every limit may cost a unit in rounding."""
    position = {channel.name: index for index, channel in enumerate(problem.channels)}
    groups = [
        WholeGroup(
            members=tuple(position[name] for name in group.members),
            least=group.lower * minor_per_unit,
            most=group.upper * minor_per_unit,
        )
        for group in problem.groups
    ]
    possible = math.fsum(spend_all(problem, np.array(spend) / minor_per_unit)) * minor_per_unit
    most = total if possible > total * (1 - AT_LIMIT) - 1 else floor_units(possible)
    fewest = most - len(groups) - len(spend)
    return round_in_groups(spend, total=most, least_total=fewest, lower=lower, upper=upper, groups=groups)
