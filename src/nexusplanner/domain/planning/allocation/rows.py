"""The limits of an allocation on sums of channels, as rows of a linear programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from nexusplanner.domain.planning.allocation.linear import maximise

if TYPE_CHECKING:
    from nexusplanner.domain.planning.allocation.groups import Group
    from nexusplanner.domain.planning.curves import FloatArray

TIGHTENINGS = 3


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Limits on sums of channels: members (G, C) of 0 and 1, lower and upper (G,) currency units."""

    members: FloatArray
    lower: FloatArray
    upper: FloatArray

    @classmethod
    def of(cls, groups: Sequence[Group], *, channels: Sequence[str]) -> Self:
        """The rows of `groups` over `channels`."""
        return cls(
            members=np.array([[float(name in group.members) for name in channels] for group in groups]).reshape(
                len(groups), len(channels)
            ),
            lower=np.array([group.lower for group in groups], dtype=np.float64),
            upper=np.array([group.upper for group in groups], dtype=np.float64),
        )

    def above(self, lower: FloatArray, *, budget: float) -> tuple[FloatArray, FloatArray]:
        """All rows as rows @ (x - lower) <= most: the budget, the groups' maximums, the groups' minimums."""
        rows = np.concatenate([np.ones((1, self.members.shape[1])), self.members, -self.members])
        held = self.members @ lower
        most = np.concatenate([[budget - lower.sum()], self.upper - held, held - self.lower])
        return rows, most

    def tighten(self, lower: FloatArray, upper: FloatArray, *, budget: float) -> tuple[FloatArray, FloatArray]:
        """The box without amounts that no plan inside the rows has."""
        members = np.concatenate([np.ones((1, len(lower))), self.members])
        least = np.concatenate([[0.0], self.lower])[:, None]
        most = np.concatenate([[budget], self.upper])[:, None]
        others = 1.0 - np.eye(len(lower))
        for _ in range(TIGHTENINGS):
            highest = np.where(members > 0, most - (members * lower) @ others, np.inf).min(axis=0)
            lowest = np.where(members > 0, least - (members * upper) @ others, -np.inf).max(axis=0)
            upper = np.maximum(np.minimum(upper, highest), lower)
            lower = np.minimum(np.maximum(lower, lowest), upper)
        return lower, upper

    def most_spend(self, lower: FloatArray, upper: FloatArray, *, budget: float) -> FloatArray | None:
        """A plan from `lower` up that no channel can be added to; None when nothing fits."""
        return self._extreme(lower, upper, budget=budget, gain=1.0)

    def least_spend(self, lower: FloatArray, upper: FloatArray, *, budget: float) -> FloatArray | None:
        """A plan of the least total; None when nothing fits."""
        return self._extreme(lower, upper, budget=budget, gain=-1.0)

    def _extreme(self, lower: FloatArray, upper: FloatArray, *, budget: float, gain: float) -> FloatArray | None:
        rows, most = self.above(lower, budget=budget)
        found = maximise(
            np.full(len(lower), gain), widths=upper - lower, rows=rows, most=most, scale=budget + float(lower.sum())
        )
        return None if found is None else lower + found.amounts
