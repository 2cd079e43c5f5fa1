"""Relaxations of an allocation over means of Hill curves: a table of intervals, refined where the answer depends on it.

A mean of Hill curves may be convex and concave in turns, so nothing is assumed of its shape. The range of every
channel is cut into intervals; on each, the curve lies below its chord plus an allowance that follows from the shapes of
the single Hills (see `Draws`). For any price the most a channel can earn above it is then a maximum over its
intervals, and the dual bound follows. Intervals that decide the bound are halved until the allowances are small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.planning.allocation.node import Node, Relaxed, fill
from nexusplanner.domain.planning.curves import Curve, FloatArray, HillCurve, hill_inflection

EPSILON = float(np.finfo(np.float64).eps)
FIRST_KNOTS = np.unique(np.concatenate([[0.0], np.geomspace(1e-7, 1.0, 20), np.linspace(0.0, 1.0, 25)]))
MOST_LOG_ODDS = 690.0
"""Where odds are as good as infinite, and still a number."""
BLOCK_DRAWS = 800
SPLITS_PER_ROUND = 4
MOST_ROUNDS = 60
REFINED = 0.2
"""Part of the tolerance the allowances may use; splitting closes the rest."""
PRICE_STEPS = 200


@dataclass(frozen=True, kw_only=True)
class Draws:
    """The draws of some neighbouring channels, one after the other; arrays are (D, 1).

    counts: draws of each channel. first: where each channel's begin. weight: outcome at saturation over the number of draws.
    """

    channels: slice
    counts: NDArray[np.intp]
    first: NDArray[np.intp]
    weight: FloatArray
    log_half: FloatArray
    slope: FloatArray
    inflection: FloatArray
    rise_at_zero: FloatArray

    @classmethod
    def of(cls, curves: Sequence[Curve], *, begin: int) -> Draws:
        """The draws of `curves`, the first of which is channel number `begin`."""
        sizes = np.array([_size(curve) for curve in curves])
        pairs = list(zip(curves, sizes, strict=True))
        weight = np.concatenate([np.atleast_1d(curve.scale) / size for curve, size in pairs])[:, None]
        half = np.concatenate([np.atleast_1d(curve.half) for curve in curves])[:, None]
        slope = np.concatenate([np.atleast_1d(curve.slope) for curve in curves])[:, None]
        linear = np.where(slope == 1, weight / half, 0.0)
        return cls(
            channels=slice(begin, begin + len(curves)),
            counts=sizes,
            first=np.concatenate([[0], np.cumsum(sizes)[:-1]]),
            weight=weight,
            log_half=np.log(half),
            slope=slope,
            inflection=hill_inflection(half=half, slope=slope),
            rise_at_zero=np.where((slope < 1) & (weight > 0), np.inf, linear),
        )

    def outcomes(self, spend: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Weighted outcome of every draw at `spend` (C, K) and what its saturation lacks of 1, both (D, K)."""
        log_spend = np.repeat(np.log(spend), self.counts, axis=0)
        odds = np.exp(np.minimum(self.slope * (self.log_half - log_spend), MOST_LOG_ODDS))
        shares = 1.0 / (1.0 + odds)
        return self.weight * shares, odds * shares

    def evaluate(self, knots: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Curve at `knots` (C, J, K + 1), ascending along the last axis, and allowances between them, (C, J, K)."""
        shape = (-1, *knots.shape[1:])
        flat = knots.reshape(len(knots), -1)
        value, lack = self.outcomes(flat)
        rise = value * lack * self.slope / np.repeat(flat, self.counts, axis=0)
        zero = flat == 0
        if zero.any():
            rise = np.where(np.repeat(zero, self.counts, axis=0), self.rise_at_zero, rise)
        return self._sum(value).reshape(shape), self._allowances(knots, value.reshape(shape), rise.reshape(shape))

    def _allowances(self, knots: FloatArray, value: FloatArray, rise: FloatArray) -> FloatArray:
        """How far the curves may rise above their chords; see the table in the explanation of the allocation."""
        spans = knots[..., 1:] - knots[..., :-1]
        each = np.repeat(knots, self.counts, axis=0)
        starts, ends = each[..., :-1], each[..., 1:]
        gain = value[..., 1:] - value[..., :-1]
        missed = gain - rise[..., 1:] * (ends - starts)
        bend = self.inflection[:, :, None]
        concave = bend <= starts
        falling = self._sum(np.where(concave | (bend >= ends), 0.0, np.maximum(missed, 0.0)))
        over = np.maximum(self._sum(np.where(concave, rise[..., :-1] * (ends - starts) - gain, 0.0)), 0.0)
        under = np.maximum(self._sum(np.where(concave, missed, 0.0)), 0.0)
        crossing = over * under / np.maximum(over + under, 1e-300)
        peak = np.where(np.isinf(over), under, np.where(under > 0, crossing, 0.0))
        return np.where(spans > 0, peak + falling, 0.0)

    def _sum(self, draws: FloatArray) -> FloatArray:
        return np.asarray(np.add.reduceat(draws, self.first, axis=0))


def _size(curve: Curve) -> int:
    return 1 if isinstance(curve, HillCurve) else curve.scale.size


def _blocks(curves: Sequence[Curve]) -> tuple[Draws, ...]:
    """The draws in blocks of whole channels whose arrays stay in the processor's cache."""
    blocks, begin, draws = [], 0, 0
    for end, curve in enumerate(curves, start=1):
        draws += _size(curve)
        if draws >= BLOCK_DRAWS or end == len(curves):
            blocks.append(Draws.of(curves[begin:end], begin=begin))
            begin, draws = end, 0
    return tuple(blocks)


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
        self.blocks = _blocks(self.curves)
        steepest = max(float(draws.slope.max()) for draws in self.blocks)
        self.rounding = 64.0 * EPSILON * (8.0 + (1.0 + steepest) * 40.0)
        empty = np.zeros((len(self.curves), 0))
        self.starts = self.ends = self.value_starts = self.value_ends = self.allowances = empty

    def value(self, spend: FloatArray) -> float:
        """Sum of the mean outcomes at `spend` (C,)."""
        with np.errstate(all="ignore"):
            return float(sum(draws.outcomes(spend[draws.channels, None])[0].sum() for draws in self.blocks))

    def relax(self, node: Node, *, cutoff: float) -> Relaxed:
        """Bound, candidate plans and where to split; refines the table around the node's answer first."""
        with np.errstate(all="ignore"):
            if self.starts.shape[1] == 0:
                knots = node.lower[:, None] + (node.upper - node.lower)[:, None] * FIRST_KNOTS
                values, allowances = self._evaluate(knots[:, None, :])
                self._append(knots[:, None, :], values, allowances)
            return self._solve(node, cutoff=cutoff)

    def _append(self, knots: FloatArray, values: FloatArray, allowances: FloatArray) -> None:
        """Keep the intervals between neighbours of `knots` (C, J, K + 1); values: same; allowances: (C, J, K)."""
        count = len(knots)
        self.starts = np.concatenate([self.starts, knots[..., :-1].reshape(count, -1)], axis=1)
        self.ends = np.concatenate([self.ends, knots[..., 1:].reshape(count, -1)], axis=1)
        self.value_starts = np.concatenate([self.value_starts, values[..., :-1].reshape(count, -1)], axis=1)
        self.value_ends = np.concatenate([self.value_ends, values[..., 1:].reshape(count, -1)], axis=1)
        self.allowances = np.concatenate([self.allowances, allowances.reshape(count, -1)], axis=1)

    def _evaluate(self, knots: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Curve at `knots` (C, J, K + 1), ascending along the last axis, and allowances between them, (C, J, K)."""
        parts = [draws.evaluate(knots[draws.channels]) for draws in self.blocks]
        return np.concatenate([values for values, _ in parts]), np.concatenate([allowances for _, allowances in parts])

    def _divide(self, chosen: np.ndarray, points: FloatArray) -> None:
        """Cut the chosen intervals, (C, J) indices, at `points`; a point on an end appends an empty interval."""
        rows = np.arange(len(self.curves))[:, None]
        starts, ends = self.starts[rows, chosen], self.ends[rows, chosen]
        knots = np.stack([starts, np.minimum(np.maximum(points, starts), ends), ends], axis=-1)
        values, allowances = self._evaluate(knots)
        self.ends[rows, chosen] = knots[..., 1]
        self.value_starts[rows, chosen] = values[..., 0]
        self.value_ends[rows, chosen] = values[..., 1]
        self.allowances[rows, chosen] = allowances[..., 0]
        self._append(knots[..., 1:], values[..., 1:], allowances[..., 1:])

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
