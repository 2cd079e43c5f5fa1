"""What an allocation under risk is asked: a budget, limits, joint draws of the curves and a measure of their outcome."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from nexusplanner.domain.planning.allocation.groups import Group
from nexusplanner.domain.planning.allocation.problem import AllocationProblem, ChannelProblem, InvalidAllocation
from nexusplanner.domain.planning.curves import (
    Curve,
    CurveDraws,
    FloatArray,
    HillCurve,
    MeanHillCurve,
    hill,
    hill_derivative,
)
from nexusplanner.domain.planning.risk.figures import quantile, tail_mean

Measure = Literal["cvar", "quantile"]
NEAR_ZERO = 1e-9
"""Share of the budget below which slopes are read here: that of a concave curve may be infinite at 0."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RiskProblem:
    """Maximise the tail mean or the quantile, over draws, of the channels' total outcome.

    budget: currency units. lower, upper: (C,) limits by channel. draws: curves of spend over the period, S joint draws;
    what was drawn is what is optimised, so thin long samples first (`thinned`). measure: "cvar" is `risk.tail_mean`,
    "quantile" is `risk.quantile`, both at `level` in (0, 1). Raises: InvalidAllocation, InvalidGroup and
    InfeasibleAllocation as `AllocationProblem` does, and InvalidAllocation for a level or draws out of range.
    """

    budget: float
    channels: tuple[str, ...]
    lower: FloatArray
    upper: FloatArray
    draws: CurveDraws
    measure: Measure
    level: float
    groups: tuple[Group, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.level < 1:
            raise InvalidAllocation(f"The level must be between 0 and 1, not {self.level!r}.")
        shape = (len(self.channels),)
        if self.channels != self.draws.channels or not np.shape(self.lower) == np.shape(self.upper) == shape:
            raise InvalidAllocation("Channels, limits and draws must name the same channels in the same order.")
        if not len(self.draws.scale):
            raise InvalidAllocation("Give at least one draw.")
        object.__setattr__(self, "lower", np.asarray(self.lower, dtype=np.float64))
        object.__setattr__(self, "upper", np.asarray(self.upper, dtype=np.float64))
        self.weighted(np.full(self.size, 1.0 / self.size))

    @property
    def size(self) -> int:
        """Number of draws, S."""
        return len(self.draws.scale)

    def outcomes(self, spend: FloatArray) -> FloatArray:
        """(S,) total outcome of every draw at `spend` (C,)."""
        each = self.draws.scale * hill(spend, half=self.draws.half, slope=self.draws.slope)
        return np.asarray(each.sum(axis=1), dtype=np.float64)

    def slopes(self, spend: FloatArray) -> FloatArray:
        """(S, C) outcome per further currency unit at `spend` (C,), finite."""
        at = np.maximum(spend, NEAR_ZERO * self.budget)
        return self.draws.scale * hill_derivative(at, half=self.draws.half, slope=self.draws.slope)

    def value(self, spend: FloatArray) -> float:
        """The measure at `spend` (C,)."""
        return (tail_mean if self.measure == "cvar" else quantile)(self.outcomes(spend), level=self.level)

    def weighted(
        self, weights: FloatArray, *, lower: FloatArray | None = None, upper: FloatArray | None = None
    ) -> AllocationProblem:
        """The problem of the weighted sum of the draws' outcomes, weights (S,) >= 0, in these limits or narrower ones.

        The sum is separable over channels; draws without weight are left out.
        """
        used = weights > 0
        factor = (weights[used] * used.sum())[:, None]
        scale, half, slope = self.draws.scale[used] * factor, self.draws.half[used], self.draws.slope[used]
        least, most = (self.lower if lower is None else lower), (self.upper if upper is None else upper)
        try:
            channels = tuple(
                ChannelProblem(
                    name=name,
                    curve=_mean_curve(scale[:, index], half=half[:, index], slope=slope[:, index]),
                    lower=float(least[index]),
                    upper=float(most[index]),
                )
                for index, name in enumerate(self.channels)
            )
        except ValueError as error:
            raise InvalidAllocation(f"The draws cannot be used: {error}.") from None
        return AllocationProblem(budget=self.budget, channels=channels, groups=self.groups)

    @cached_property
    def rows(self) -> tuple[FloatArray, FloatArray]:
        """The limits on sums, as rows (R, C) @ spend <= most (R,): the budget first, then the groups'."""
        members = [np.isin(self.channels, group.members).astype(np.float64) for group in self.groups]
        sides = [
            (row, group.upper) for row, group in zip(members, self.groups, strict=True) if np.isfinite(group.upper)
        ]
        sides += [(-row, -group.lower) for row, group in zip(members, self.groups, strict=True) if group.lower > 0]
        rows = np.array([np.ones(len(self.channels)), *(row for row, _ in sides)])
        return rows, np.array([self.budget, *(most for _, most in sides)])


def halves(
    lower: FloatArray, upper: FloatArray, channel: int, point: float
) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
    """The two boxes below and above `point` in one channel of the box from lower to upper (C,)."""
    below, above = upper.copy(), lower.copy()
    below[channel] = above[channel] = point
    return (lower, below), (above, upper)


def _mean_curve(scale: FloatArray, *, half: FloatArray, slope: FloatArray) -> Curve:
    if len(scale) == 1:
        return HillCurve(scale=float(scale[0]), half=float(half[0]), slope=float(slope[0]))
    return MeanHillCurve(scale=scale, half=half, slope=slope)


def thinned(draws: CurveDraws, *, most: int = 200) -> CurveDraws:
    """At most `most` of the draws, evenly spaced through the sample; all arrays keep their pairing."""
    total = len(draws.scale)
    if total <= most:
        return draws
    kept = np.linspace(0, total - 1, most).round().astype(int)
    return CurveDraws(
        channels=draws.channels,
        scale=draws.scale[kept],
        half=draws.half[kept],
        slope=draws.slope[kept],
        retention=draws.retention[kept],
        delay=None if draws.delay is None else draws.delay[kept],
        decay=None if draws.decay is None else draws.decay[kept],
    )
