"""Relaxations of an allocation over means of Hill curves: a table of intervals, refined where the answer depends on it.

A mean of Hill curves may be convex and concave in turns, so nothing is assumed of its shape. The range of every
channel is cut into intervals; on each, the curve lies below its chord plus an allowance that follows from the shapes of
the single Hills (see `_allowances`). For any price the most a channel can earn above it is then a maximum over its
intervals, and the dual bound follows. Intervals that decide the bound are halved until the allowances are small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.allocation_node import Node, Relaxed, fill
from nexusplanner.domain.planning.curves import HillCurve, hill_inflection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nexusplanner.domain.planning.curves import Curve, FloatArray

EPSILON = float(np.finfo(np.float64).eps)
FIRST_KNOTS = np.unique(np.concatenate([[0.0], np.geomspace(1e-9, 1.0, 37), np.linspace(0.0, 1.0, 41)]))
SPLITS_PER_ROUND = 4
MOST_ROUNDS = 60
REFINED = 0.2
"""Part of the tolerance the allowances may use; splitting closes the rest."""
PRICE_STEPS = 200


class TableRelaxation:
    """Solves nodes of the search for curves that are means of Hills (or single Hills).

    The table is shared: what one node refines, all later nodes use. starts, ends: (C, N) currency units, the intervals
    of each channel, in no order; value_starts, value_ends: the curve there; allowances: how far it may rise above the
    chord in between.
    """

    def __init__(self, curves: Sequence[Curve], *, budget: float, tolerance: float) -> None:
        self.curves = tuple(curves)
        self.budget = budget
        self.tolerance = self.cheap_gap = tolerance
        sizes = [1 if isinstance(curve, HillCurve) else curve.scale.size for curve in curves]
        self.counts = np.array(sizes)
        self.first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self.weight = np.concatenate(
            [np.atleast_1d(curve.scale) / size for curve, size in zip(curves, sizes, strict=True)]
        )
        self.half = np.concatenate([np.atleast_1d(curve.half) for curve in curves])
        self.slope = np.concatenate([np.atleast_1d(curve.slope) for curve in curves])
        self.inflection = hill_inflection(half=self.half, slope=self.slope)
        self.log_half = np.log(self.half)
        self.rounding = 64.0 * EPSILON * (8.0 + (1.0 + float(self.slope.max())) * 40.0)
        empty = np.zeros((len(self.curves), 0))
        self.starts = self.ends = self.value_starts = self.value_ends = self.allowances = empty

    def value(self, spend: FloatArray) -> float:
        """Sum of the mean outcomes at `spend` (C,)."""
        return float(sum(float(curve.value(amount)) for curve, amount in zip(self.curves, spend, strict=True)))

    def relax(self, node: Node, *, cutoff: float) -> Relaxed:
        """Bound, candidate plans and where to split; refines the table around the node's answer first."""
        with np.errstate(all="ignore"):
            if self.starts.shape[1] == 0:
                knots = node.lower[:, None] + (node.upper - node.lower)[:, None] * FIRST_KNOTS
                self._append(knots[:, :-1], knots[:, 1:])
            return self._solve(node, cutoff=cutoff)

    def _append(self, starts: FloatArray, ends: FloatArray) -> None:
        value_starts, value_ends, allowances = self._evaluate(starts, ends)
        self.starts = np.concatenate([self.starts, starts], axis=1)
        self.ends = np.concatenate([self.ends, ends], axis=1)
        self.value_starts = np.concatenate([self.value_starts, value_starts], axis=1)
        self.value_ends = np.concatenate([self.value_ends, value_ends], axis=1)
        self.allowances = np.concatenate([self.allowances, allowances], axis=1)

    def _draws(self, spend: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Weighted outcome and slope of every draw, (D, K), at `spend` (C, K)."""
        at = np.repeat(spend, self.counts, axis=0)
        log_ratio = np.log(at) - self.log_half[:, None]
        odds = np.exp(-self.slope[:, None] * log_ratio)
        share = 1.0 / (1.0 + odds)
        value = self.weight[:, None] * share
        fall = np.where(np.isinf(odds), 1.0, odds * share)
        rise = np.where(at > 0, value * fall * self.slope[:, None] / at, self._rise_at_zero()[:, None])
        return value, rise

    def _rise_at_zero(self) -> FloatArray:
        linear = np.where(self.slope == 1, self.weight / self.half, 0.0)
        return np.where((self.slope < 1) & (self.weight > 0), np.inf, linear)

    def _sum(self, draws: FloatArray) -> FloatArray:
        return np.asarray(np.add.reduceat(draws, self.first, axis=0))

    def _evaluate(self, starts: FloatArray, ends: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Curve at both ends and allowance of each interval, all (C, K)."""
        value_starts, rise_starts = self._draws(starts)
        value_ends, rise_ends = self._draws(ends)
        width = np.repeat(ends - starts, self.counts, axis=0)
        bend = self.inflection[:, None]
        concave = bend <= np.repeat(starts, self.counts, axis=0)
        mixed = ~concave & (bend < np.repeat(ends, self.counts, axis=0))
        chord = (value_ends - value_starts) / width
        falling = np.where(mixed & (width > 0), width * np.maximum(chord - rise_ends, 0.0), 0.0)
        over = self._sum(np.where(concave, rise_starts * width - (value_ends - value_starts), 0.0))
        under = self._sum(np.where(concave, (value_ends - value_starts) - rise_ends * width, 0.0))
        over, under = np.maximum(over, 0.0), np.maximum(under, 0.0)
        peak = np.where(
            np.isinf(over), under, np.where(under > 0, over * under / np.maximum(over + under, 1e-300), 0.0)
        )
        return self._sum(value_starts), self._sum(value_ends), np.where(ends > starts, peak + self._sum(falling), 0.0)

    def _divide(self, chosen: np.ndarray, points: FloatArray) -> None:
        """Cut the chosen intervals, (C, J) indices, at `points`; a point on an end appends an empty interval."""
        rows = np.arange(len(self.curves))[:, None]
        starts, ends = self.starts[rows, chosen], self.ends[rows, chosen]
        points = np.minimum(np.maximum(points, starts), ends)
        value_starts, value_ends, allowances = self._evaluate(starts, points)
        self.ends[rows, chosen] = points
        self.value_starts[rows, chosen] = value_starts
        self.value_ends[rows, chosen] = value_ends
        self.allowances[rows, chosen] = allowances
        self._append(points, ends)

    def _cut_at(self, points: FloatArray) -> None:
        """Make every one of `points` (C,) an end of its channel's intervals."""
        inside = np.asarray((self.starts < points[:, None]) & (points[:, None] < self.ends))
        if inside.any():
            chosen = np.argmax(inside, axis=1)[:, None]
            ends = np.take_along_axis(self.ends, chosen, axis=1)
            cut = np.take_along_axis(inside, chosen, axis=1)
            self._divide(chosen, np.where(cut, points[:, None], ends))

    def _solve(self, node: Node, *, cutoff: float) -> Relaxed:
        self._cut_at(node.lower)
        self._cut_at(node.upper)
        if float(node.upper.sum()) <= self.budget:
            bound = self.value(node.upper) * (1.0 + self.rounding)
            return Relaxed(bound=bound, price=0.0, plans=(node.upper,), split=None)
        for _ in range(MOST_ROUNDS):
            inside = (self.starts >= node.lower[:, None]) & (self.ends <= node.upper[:, None])
            price, low, high = self._price(node, inside)
            tops = np.maximum(self.value_starts - price * self.starts, self.value_ends - price * self.ends)
            tops = np.where(inside, tops, -np.inf)
            earned = tops.max(axis=1)
            excess = tops + self.allowances - earned[:, None]
            most = earned + np.maximum(excess.max(axis=1), 0.0)
            bound = price * self.budget + float((most + self.rounding * (np.abs(most) + price * node.upper)).sum())
            plan, split = self._fill_between(low, high)
            loose = excess > REFINED * self.tolerance * abs(self.value(plan)) / len(self.curves)
            if bound <= cutoff or not loose.any():
                break
            self._refine(np.where(loose, excess, -np.inf))
        plan = fill(plan, lower=node.lower, upper=node.upper, budget=self.budget)
        return Relaxed(bound=bound, price=price, plans=(plan,), split=split)

    def _refine(self, excess: FloatArray) -> None:
        """Halve the intervals of greatest `excess` (C, N) in every channel; -inf marks those to leave alone."""
        wanted = int(min(SPLITS_PER_ROUND, np.isfinite(excess).sum(axis=1).max()))
        chosen = np.argpartition(-excess, wanted - 1, axis=1)[:, :wanted]
        starts, ends = np.take_along_axis(self.starts, chosen, axis=1), np.take_along_axis(self.ends, chosen, axis=1)
        low = np.maximum(starts, ends / 64.0)
        middle = np.where(ends > 4.0 * starts, np.sqrt(low * ends), 0.5 * (starts + ends))
        loose = np.isfinite(np.take_along_axis(excess, chosen, axis=1))
        self._divide(chosen, np.where(loose, middle, ends))

    def _price(self, node: Node, inside: np.ndarray) -> tuple[float, FloatArray, FloatArray]:
        """The price that minimises the dual of the table, and the least and most spend that is best at it.

        Two plans, one below and one above the budget, meet at a price; the best plan at that price replaces one of
        them, until none is better (Handler and Zang 1980).
        """
        rows = np.arange(len(self.curves))
        spends = np.concatenate([self.starts, self.ends], axis=1)
        values = np.concatenate([self.value_starts, self.value_ends], axis=1)
        values = np.where(np.concatenate([inside, inside], axis=1), values, -np.inf)
        low, high = node.lower, node.upper
        low_value = self._value_at(values, spends, low)
        high_value = self._value_at(values, spends, high)
        price = 0.0
        for _ in range(PRICE_STEPS):
            low_sum, high_sum = float(low.sum()), float(high.sum())
            price = max((high_value - low_value) / (high_sum - low_sum), 0.0)
            best = np.argmax(values - price * spends, axis=1)
            spend, value = spends[rows, best], float(values[rows, best].sum())
            total = float(spend.sum())
            gain = value - price * total - (low_value - price * low_sum)
            if gain <= 4.0 * EPSILON * (abs(value) + price * total):
                break
            if total <= self.budget:
                low, low_value = spend, value
            else:
                high, high_value = spend, value
        return price, low, high

    def _value_at(self, values: FloatArray, spends: FloatArray, points: FloatArray) -> float:
        at = np.where(spends == points[:, None], values, -np.inf)
        return float(at.max(axis=1).sum())

    def _fill_between(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, tuple[int, float] | None]:
        """From the plan below the budget towards the one above it, channel by channel, and where the budget ends."""
        plan = low.copy()
        left = self.budget - float(low.sum())
        for channel in np.flatnonzero(high != low):
            change = float(high[channel] - low[channel])
            if change >= left:
                plan[channel] += left
                inside = 0 < left < change
                return plan, (int(channel), float(plan[channel])) if inside else None
            plan[channel] = high[channel]
            left -= change
        return plan, None
