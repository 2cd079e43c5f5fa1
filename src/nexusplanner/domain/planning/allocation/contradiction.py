"""Which limits of an allocation contradict each other, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.allocation.rows import Rows

if TYPE_CHECKING:
    from nexusplanner.domain.planning.allocation.groups import Group
    from nexusplanner.domain.planning.allocation.problem import ChannelProblem
    from nexusplanner.domain.planning.curves import FloatArray


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Limits that cannot hold together: the names of their channels and groups, and a sentence about them."""

    limits: tuple[str, ...]
    message: str


def find_fault(channels: Sequence[ChannelProblem], groups: Sequence[Group], *, budget: float) -> Fault | None:
    """The limits to blame when no plan keeps them all; None when a plan exists."""
    rows = Rows.of(groups, channels=[channel.name for channel in channels])
    lower = np.array([channel.lower for channel in channels])
    upper = np.array([channel.upper for channel in channels])
    held = rows.members @ lower
    if np.all(held >= rows.lower) and np.all(held <= rows.upper) and lower.sum() <= budget:
        return None
    found = contradiction(rows, lower, upper, budget=budget)
    return None if found is None else _Words(channels=channels, groups=groups, budget=budget, found=found).fault()


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """Limits that cannot hold together, each of them needed: indices of channels and groups.

    budget: the budget is one of them.
    """

    channel_minimums: tuple[int, ...]
    channel_maximums: tuple[int, ...]
    group_minimums: tuple[int, ...]
    group_maximums: tuple[int, ...]
    budget: bool


def contradiction(rows: Rows, lower: FloatArray, upper: FloatArray, *, budget: float) -> Contradiction | None:
    """An irreducible set of limits that contradict each other; None when a plan exists.

    Deletion filter: each limit is taken away in turn and stays away when the rest still contradicts.
    """
    boundless = budget + float(lower.sum()) + float(rows.lower.sum()) + 1.0

    def fits(lower: FloatArray, upper: FloatArray, rows: Rows, cap: float) -> bool:
        high = np.maximum(np.minimum(upper, boundless), lower)
        return rows.least_spend(lower, high, budget=cap) is not None

    if fits(lower, upper, rows, budget):
        return None
    for channel in range(len(upper)):
        looser = upper.copy()
        looser[channel] = np.inf
        upper = upper if fits(lower, looser, rows, budget) else looser
    for channel in range(len(lower)):
        looser = lower.copy()
        looser[channel] = 0.0
        lower = lower if fits(looser, upper, rows, budget) else looser
    for group in range(len(rows.upper)):
        looser = rows.upper.copy()
        looser[group] = np.inf
        rows = rows if fits(lower, upper, replace(rows, upper=looser), budget) else replace(rows, upper=looser)
    for group in range(len(rows.lower)):
        looser = rows.lower.copy()
        looser[group] = 0.0
        rows = rows if fits(lower, upper, replace(rows, lower=looser), budget) else replace(rows, lower=looser)
    return Contradiction(
        channel_minimums=tuple(int(index) for index in np.flatnonzero(lower > 0)),
        channel_maximums=tuple(int(index) for index in np.flatnonzero(np.isfinite(upper))),
        group_minimums=tuple(int(index) for index in np.flatnonzero(rows.lower > 0)),
        group_maximums=tuple(int(index) for index in np.flatnonzero(np.isfinite(rows.upper))),
        budget=fits(lower, upper, rows, boundless * 2.0),
    )


@dataclass(frozen=True, kw_only=True)
class _Words:
    channels: Sequence[ChannelProblem]
    groups: Sequence[Group]
    budget: float
    found: Contradiction

    def fault(self) -> Fault:
        found = self.found
        in_channels = sorted({*found.channel_minimums, *found.channel_maximums})
        in_groups = sorted({*found.group_minimums, *found.group_maximums})
        limits = (*(self.channels[each].name for each in in_channels), *(self.groups[each].name for each in in_groups))
        return Fault(
            limits=limits, message=self._minimums_and_one_cap() or self._maximums_and_one_floor() or self._all()
        )

    def _minimums(self) -> list[tuple[str, float]]:
        return [(repr(self.groups[each].name), self.groups[each].lower) for each in self.found.group_minimums] + [
            (self.channels[each].name, self.channels[each].lower) for each in self.found.channel_minimums
        ]

    def _minimums_and_one_cap(self) -> str | None:
        """Minimums of different channels that add up to more than the budget or one group's maximum."""
        found = self.found
        if found.channel_maximums or found.budget + len(found.group_maximums) != 1 or self._overlap():
            return None
        minimums = self._minimums()
        total = sum(amount for _, amount in minimums)
        cap = (
            "the budget is"
            if found.budget
            else f"the group {self.groups[found.group_maximums[0]].name!r} may get at most"
        )
        amount = self.budget if found.budget else self.groups[found.group_maximums[0]].upper
        if len(minimums) == 1:
            return f"The minimum of {minimums[0][0]} is {total:,.2f}, {cap} {amount:,.2f}; change one of them."
        return (
            f"The minimums of {_listed(minimums)} add up to {total:,.2f}, {cap} {amount:,.2f};"
            f" lower a minimum or raise the {'budget' if found.budget else 'maximum'}."
        )

    def _maximums_and_one_floor(self) -> str | None:
        """Maximums of channels that add up to less than one group's minimum."""
        found = self.found
        if found.budget or found.group_maximums or found.channel_minimums or len(found.group_minimums) != 1:
            return None
        group = self.groups[found.group_minimums[0]]
        maximums = [(self.channels[each].name, self.channels[each].upper) for each in found.channel_maximums]
        total = sum(amount for _, amount in maximums)
        return (
            f"The group {group.name!r} must get at least {group.lower:,.2f}, but the maximums of its channels,"
            f" {_listed(maximums)}, add up to {total:,.2f}; lower the minimum or raise a maximum."
        )

    def _all(self) -> str:
        found = self.found
        parts = [f"the minimum of {name} ({amount:,.2f})" for name, amount in self._minimums()]
        parts += [
            f"the maximum of {self.groups[each].name!r} ({self.groups[each].upper:,.2f})"
            for each in found.group_maximums
        ]
        parts += [
            f"the maximum of {self.channels[each].name} ({self.channels[each].upper:,.2f})"
            for each in found.channel_maximums
        ]
        parts += [f"the budget ({self.budget:,.2f})"] if found.budget else []
        return f"These limits cannot hold together: {', '.join(parts)}; change one of them."

    def _overlap(self) -> bool:
        """Two of the minimums are about the same channel, or one is about a channel outside the group that caps them."""
        found = self.found
        covered = [name for each in found.group_minimums for name in self.groups[each].members]
        covered += [self.channels[each].name for each in found.channel_minimums]
        outside = any(set(covered) - set(self.groups[each].members) for each in found.group_maximums)
        return outside or len(set(covered)) != len(covered)


def _listed(amounts: Sequence[tuple[str, float]]) -> str:
    return ", ".join(f"{name} {amount:,.2f}" for name, amount in amounts)
