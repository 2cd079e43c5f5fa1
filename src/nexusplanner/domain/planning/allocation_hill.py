"""Relaxations of an allocation over Hill curves: concave envelopes and one multiplier.

The sum of envelopes is maximised by the price (multiplier) at which the channels ask for exactly the budget. At most one
channel is then left on the line of its envelope (Shapley-Folkman); only there does the bound exceed a real plan.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from nexusplanner.domain.planning.allocation_envelope import BoolArray, Envelope, Hills
from nexusplanner.domain.planning.allocation_node import Node, Relaxed, fill
from nexusplanner.domain.planning.curves import FloatArray, HillCurve

PRICE_ROUNDS = 80
INNER_ROUNDS = 60
LEAST_LOG_PRICE = -740.0
"""Below this price money left over is worth nothing that floating point can show."""
MOST_LOG_PRICE = 700.0
LOG_2 = math.log(2.0)


class HillRelaxation:
    """Solves nodes of the search when every curve is a single Hill."""

    def __init__(self, curves: Sequence[HillCurve], *, budget: float) -> None:
        self.budget = budget
        self.cheap_gap = 1e-9
        self.hills = Hills.of(curves)
        self.ascent = self.hills.slope - 1.0
        self.descent = self.hills.slope + 1.0
        self.double = 2.0 * self.hills.slope
        self.left_ascent = np.where(self.ascent < 0, self.ascent, -1e-300)

    def value(self, spend: FloatArray) -> float:
        """Sum of the outcomes at `spend` (C,)."""
        with np.errstate(all="ignore"):
            return float(self.hills.outcomes(spend).sum())

    def relax(self, node: Node, *, cutoff: float) -> Relaxed:
        """Bound, candidate plans and where to split."""
        with np.errstate(all="ignore"):
            envelope = Envelope.over(self.hills, lower=node.lower, upper=node.upper)
            if float(node.upper.sum()) <= self.budget:
                bound = envelope.bound(price=0.0, spend=node.upper, budget=self.budget)
                return Relaxed(bound=bound, price=0.0, plans=(node.upper,), split=None)
            price, spend, at_price = self._jump_or_gap(envelope, hint=node.price)
            if at_price is not None:
                return self._on_a_line(envelope, price, spend, at_price, cutoff=cutoff)
            bound = envelope.bound(price=price, spend=spend, budget=self.budget)
            return Relaxed(bound=bound, price=price, plans=(self._fill(envelope, spend),), split=None)

    def _jump_or_gap(self, envelope: Envelope, *, hint: float | None) -> tuple[float, FloatArray, BoolArray | None]:
        """The price that balances the budget and the spend asked for at it (the least, where channels may jump).

        The third part marks the channels that may jump at this price; None when the price lies between two jumps.
        """
        prices = np.unique(envelope.steepness[envelope.jumps])
        first, last = 0, len(prices)
        middle = (first + last) // 2 if hint is None else min(int(np.searchsorted(prices, hint)), last - 1)
        stride = 1 if hint is not None else last
        start = None
        while first < last:
            price = float(prices[middle])
            spend, _, start = self._respond(price, envelope, start)
            at_price = envelope.jumps & (envelope.steepness == price)
            asked = float(spend.sum())
            if asked > self.budget:
                first = middle + 1
                middle = min(middle + stride, (first + last) // 2)
            elif asked + float((envelope.touch - envelope.lower)[at_price].sum()) < self.budget:
                last = middle
                middle = max(middle - stride, (first + last) // 2)
            else:
                return price, spend, at_price
            stride *= 4
        low = float(prices[first - 1]) if first > 0 else 0.0
        high = float(prices[first]) if first < len(prices) else math.inf
        price, spend = self._between(envelope, low=low, high=high, hint=hint)
        return price, spend, None

    def _respond(
        self, price: float, envelope: Envelope, start: FloatArray | None
    ) -> tuple[FloatArray, float, FloatArray]:
        """Spend asked for at a price, its change with the log of the price, and the inner iteration's last point.

        A channel asks for `lower` when its envelope is nowhere steeper than the price, else for the point of the concave
        part where the slope is the price. In v = log(x / half) the log of the slope is concave, so Newton from the right
        of the root stays right of it; its tangents at plus infinity, zero and (slopes below 1) minus infinity give such a
        start. From the left the first step overshoots to the right, so any start on the concave part converges.
        """
        hills, low, high = self.hills, envelope.log_touch, envelope.log_upper
        height = math.log(price) - hills.log_front
        if start is None:
            start = np.minimum(-height / self.descent, -height - 2.0 * LOG_2)
            start = np.minimum(start, np.where(self.ascent < 0, height / self.left_ascent, start))
        point = np.minimum(np.maximum(start, low), high)
        for _ in range(INNER_ROUNDS):
            odds = np.exp(-hills.slope * point)
            bend = np.minimum(self.ascent - self.double / (1.0 + odds), -1e-9)
            miss = -self.descent * point - 2.0 * np.log1p(odds) - height
            following = np.minimum(np.maximum(point - miss / bend, low), high)
            moved = float(np.abs(following - point).max())
            point = following
            if moved <= 1e-6:
                break
        active = envelope.free & (envelope.steepness > price)
        asked = np.where(point >= high, envelope.upper, hills.half * np.exp(point))
        asked = np.where(envelope.chord, envelope.upper, np.maximum(asked, envelope.touch))
        spend = np.where(active, asked, envelope.lower)
        inside = active & (point > low) & (point < high)
        return spend, float((spend * inside / bend).sum()), point

    def _between(self, envelope: Envelope, *, low: float, high: float, hint: float | None) -> tuple[float, FloatArray]:
        """The price strictly between `low` and `high`, where no channel jumps, at which the budget is asked for."""
        left = math.log(low) if low > 0 else -math.inf
        right = math.log(high) if high < math.inf else math.inf
        guess = math.log(hint) if hint else self._guess(envelope)
        point = guess if left < guess < right else _inside(left, right, guess, 1.0)
        start, reach, tried, spend = None, 1.0, point, envelope.lower
        for _ in range(PRICE_ROUNDS):
            tried = point
            spend, change, start = self._respond(math.exp(tried), envelope, start)
            total = float(spend.sum())
            if abs(total - self.budget) <= 1e-11 * self.budget:
                break
            if total > self.budget:
                left = tried
            elif tried <= LEAST_LOG_PRICE:
                return 0.0, spend
            else:
                right = tried
            if right - left <= 4e-16 * abs(tried):
                break
            step = tried - math.log(total / self.budget) * total / change if change < 0 < total else math.nan
            reach *= 2.0
            step = max(tried - reach, min(tried + reach, step)) if math.isfinite(step) else step
            point = step if left < step < right else _inside(left, right, tried, reach)
            point = max(LEAST_LOG_PRICE, min(MOST_LOG_PRICE, point))
        return math.exp(tried), spend

    def _guess(self, envelope: Envelope) -> float:
        """Log of the mean slope when every channel gets the same part of its range."""
        width = envelope.upper - envelope.lower
        part = (self.budget - float(envelope.lower.sum())) / float(width.sum())
        slopes = self.hills.derivatives(self.hills.log_ratio(np.maximum(envelope.lower + part * width, envelope.touch)))
        mean = float(slopes[envelope.free].mean()) if envelope.free.any() else 1.0
        return math.log(mean) if 0 < mean < math.inf else 0.0

    def _on_a_line(
        self, envelope: Envelope, price: float, spend: FloatArray, at_price: BoolArray, *, cutoff: float
    ) -> Relaxed:
        """The budget ends on one channel's line: try that channel with what is left, out, and in."""
        plan = spend.copy()
        left = self.budget - float(spend.sum())
        split: tuple[int, float] | None = None
        for channel in np.flatnonzero(at_price):
            width = float(envelope.touch[channel] - envelope.lower[channel])
            given = min(left, width)
            plan[channel] += given
            left -= given
            if given < width:
                split = (int(channel), float(plan[channel])) if given > 0 else None
                break
        bound = envelope.bound(price=price, spend=plan, budget=self.budget)
        plans = [self._fill(envelope, plan)]
        if split is not None and bound > cutoff:
            candidates = (self._polish(envelope, plan, price, split[0], enters=enters) for enters in (False, True))
            plans.extend(candidate for candidate in candidates if candidate is not None)
        return Relaxed(bound=bound, price=price, plans=tuple(plans), split=split)

    def _polish(
        self, envelope: Envelope, plan: FloatArray, price: float, channel: int, *, enters: bool
    ) -> FloatArray | None:
        """The best plan whose channels stay where they are: at `lower`, or on the concave part of their curve."""
        active = (plan > envelope.lower) | (self.hills.inflection <= envelope.lower)
        active[channel] = enters
        part = envelope.concave_part(active & envelope.free)
        if float(part.lower.sum()) > self.budget:
            return None
        if float(part.upper.sum()) <= self.budget:
            return self._fill(envelope, part.upper)
        _, polished = self._between(part, low=0.0, high=math.inf, hint=price)
        return self._fill(envelope, polished)

    def _fill(self, envelope: Envelope, spend: FloatArray) -> FloatArray:
        return fill(spend, lower=envelope.lower, upper=envelope.upper, budget=self.budget)


def _inside(left: float, right: float, near: float, reach: float) -> float:
    """A point between `left` and `right`: their middle, or `reach` beyond the end that is known."""
    if math.isinf(left):
        return (near if math.isinf(right) else min(near, right)) - reach
    return 0.5 * (left + right) if math.isfinite(right) else max(near, left) + reach
