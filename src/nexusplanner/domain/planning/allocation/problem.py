"""What an allocation is asked and what it answers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from nexusplanner.domain.planning.allocation.contradiction import find_fault
from nexusplanner.domain.planning.allocation.groups import Group, check_groups
from nexusplanner.domain.planning.allocation.rows import Rows
from nexusplanner.domain.planning.curves import Curve, FloatArray, outcomes
from nexusplanner.domain.shared import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping


AT_LIMIT = 1e-9
"""A plan this share of the limit away from a limit stands on it."""
Limit = Literal["min", "max", "lock", "group min", "group max"]


class InvalidAllocation(Invalid):
    """An argument is out of range; the message names it."""

    code = "INVALID_ALLOCATION"


class InfeasibleAllocation(InvalidAllocation):
    """No plan keeps all limits; the message names those at fault.

    limits: names of the channels and groups whose limits contradict each other or the budget.
    """

    code = "INFEASIBLE_ALLOCATION"

    def __init__(self, message: str, *, limits: tuple[str, ...] = ()) -> None:
        super().__init__(message, details={"limits": list(limits)})
        self.limits = limits


@dataclass(frozen=True, kw_only=True)
class ChannelProblem:
    """One channel: its response and the least and most it may get, in currency units. A lock is `lower == upper`.

    Raises: InvalidAllocation for an empty name or limits that are not 0 <= lower <= upper, finite.
    """

    name: str
    curve: Curve
    lower: float
    upper: float

    def __post_init__(self) -> None:
        if not self.name:
            raise InvalidAllocation("Every channel needs a name.")
        for word, number in (("minimum", self.lower), ("maximum", self.upper)):
            if not math.isfinite(number) or number < 0:
                raise InvalidAllocation(
                    f"{self.name}: the {word} must be a finite number of 0 or more, not {number!r}."
                )
        if self.lower > self.upper:
            raise InvalidAllocation(
                f"{self.name}: the minimum {self.lower:,.2f} is above the maximum {self.upper:,.2f}; change one of them."
            )


@dataclass(frozen=True, kw_only=True)
class AllocationProblem:
    """Maximise the sum of the channels' outcomes with at most `budget` currency units, inside all limits.

    Raises: InvalidAllocation for a bad budget, no channels or a name used twice; InvalidGroup for a group of unknown
    channels or a name in use; InfeasibleAllocation when no plan keeps all limits.
    """

    budget: float
    channels: tuple[ChannelProblem, ...]
    groups: tuple[Group, ...] = ()

    def __post_init__(self) -> None:
        if not math.isfinite(self.budget) or self.budget < 0:
            raise InvalidAllocation(f"The budget must be a finite number of 0 or more, not {self.budget!r}.")
        if not self.channels:
            raise InvalidAllocation("Give at least one channel.")
        names = [channel.name for channel in self.channels]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InvalidAllocation(f"Channel names must differ; used more than once: {', '.join(twice)}.")
        least = math.fsum(channel.lower for channel in self.channels)
        if least > self.budget * (1 + 1e-12):
            floors = ", ".join(f"{channel.name} {channel.lower:,.2f}" for channel in self.channels if channel.lower > 0)
            raise InfeasibleAllocation(
                f"The minimums add up to {least:,.2f}, {least - self.budget:,.2f} more than the budget of"
                f" {self.budget:,.2f}: {floors}; lower a minimum or raise the budget.",
                limits=tuple(channel.name for channel in self.channels if channel.lower > 0),
            )
        check_groups(self.groups, channels=tuple(names))
        fault = find_fault(self.channels, self.groups, budget=self.budget) if self.groups else None
        if fault is not None:
            raise InfeasibleAllocation(fault.message, limits=fault.limits)

    @property
    def lower(self) -> FloatArray:
        """(C,) minimums."""
        return np.array([channel.lower for channel in self.channels], dtype=np.float64)

    @property
    def upper(self) -> FloatArray:
        """(C,) maximums."""
        return np.array([channel.upper for channel in self.channels], dtype=np.float64)

    @property
    def curves(self) -> tuple[Curve, ...]:
        """The channels' curves."""
        return tuple(channel.curve for channel in self.channels)

    @property
    def rows(self) -> Rows:
        """The groups' limits as sums of channels."""
        return Rows.of(self.groups, channels=[channel.name for channel in self.channels])

    def outcomes(self, spend: FloatArray) -> FloatArray:
        """(C,) outcome of each channel at `spend` (C,)."""
        return outcomes(self.curves, spend)

    def value(self, spend: FloatArray) -> float:
        """The objective at `spend` (C,): the sum of the channels' outcomes."""
        return math.fsum(self.outcomes(spend))

    def binding(self, spend: FloatArray) -> tuple[tuple[str, Limit], ...]:
        """The limits that a plan (C,) stands on, of channels and then of groups."""
        binding: list[tuple[str, Limit]] = []
        for channel, amount in zip(self.channels, spend, strict=True):
            margin = AT_LIMIT * channel.upper
            if channel.lower == channel.upper:
                binding.append((channel.name, "lock"))
            elif amount >= channel.upper - margin:
                binding.append((channel.name, "max"))
            elif amount <= channel.lower + margin:
                binding.append((channel.name, "min"))
        for group, amount in zip(self.groups, self.rows.members @ spend, strict=True):
            if amount >= group.upper * (1 - AT_LIMIT):
                binding.append((group.name, "group max"))
            elif amount <= group.lower * (1 + AT_LIMIT) and group.lower > 0:
                binding.append((group.name, "group min"))
        return tuple(binding)


@dataclass(frozen=True, kw_only=True)
class AllocationResult:
    """A plan and its certificate: no plan inside the limits reaches more than `upper_bound`.

    spend: currency units by channel, in the problem's order. value: the objective at `spend`. shadow_price: outcome of
    one more currency unit of budget. binding: the limits the plan stands on, of channels ("min", "max", "lock") and
    groups ("group min", "group max"). unspent: budget left over, with the reason ("" when nothing is left). nodes:
    relaxations solved. group_prices: by group, outcome of raising the limit it stands on by one currency unit (negative
    for a minimum that takes money from better uses; 0 when it stands on none).
    """

    names: tuple[str, ...]
    spend: tuple[float, ...]
    value: float
    upper_bound: float
    shadow_price: float
    binding: tuple[tuple[str, Limit], ...]
    unspent: float
    unspent_reason: str
    nodes: int
    group_prices: tuple[tuple[str, float], ...] = ()

    @property
    def gap(self) -> float:
        """(upper_bound - value) / |value|: the plan is within this share of the best possible one."""
        return relative_gap(value=self.value, upper_bound=self.upper_bound)

    @property
    def allocation(self) -> Mapping[str, float]:
        """Currency units by channel name."""
        return dict(zip(self.names, self.spend, strict=True))


def relative_gap(*, value: float, upper_bound: float) -> float:
    """(upper_bound - value) / |value|; 0 when both are equal, infinite when only the value is 0."""
    if upper_bound <= value:
        return 0.0
    return (upper_bound - value) / abs(value) if value else math.inf
