"""Relaxations of an allocation over Hill curves: concave envelopes and one multiplier.

The sum of envelopes is maximised by the price (multiplier) at which the channels ask for exactly the budget. At most one
channel is then left on the line of its envelope (Shapley-Folkman); only there does the bound exceed a real plan.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.planning.allocation.envelope import BoolArray, Envelope, Hills
from nexusplanner.domain.planning.allocation.node import Node, Relaxed, fill
from nexusplanner.domain.planning.curves import FloatArray, HillCurve

PRICE_ROUNDS = 80
INNER_ROUNDS = 60
SETTLED = 1e-5
"""A last move of the inner iteration (in log spend) after which its error is of the order of the square of it."""
BALANCED = 1e-9
"""Part of the budget by which the total may miss it; what is missing is filled in."""
CLEARLY = 1e-11
"""Part of a value by which the dual must fall short of it, so that the rounding in the bound does not reach it."""
KINK = 1e-6
PROBED_AT_ONCE = 600
"""Numbers in one array while prices are tried side by side; small arrays cost the same whatever their size."""
LEAST_LOG_PRICE = -740.0
"""Below this price money left over is worth nothing that floating point can show."""
MOST_LOG_PRICE = 700.0
LOG_2 = math.log(2.0)


class HillRelaxation:
    """Solves nodes of the search when every curve is a single Hill."""

    def __init__(self, curves: Sequence[HillCurve], *, budget: float) -> None:
        self.budget = budget
        self.cheap_gap = 1e-8
        self.hills = Hills.of(curves)
        slope = self.hills.slope
        self.ones = np.ones_like(slope)
        self.negative = -slope
        self.half_ascent = 0.5 * (slope - 1.0)
        self.half_descent = 0.5 * (slope + 1.0)
        self.left_ascent = np.where(slope < 1, self.half_ascent, -1e-300)
        self.flattest = np.full_like(slope, -0.5e-9)

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
            price, spend, at_price = self._jump_or_gap(envelope, hint=node.price, enough=cutoff * (1.0 - CLEARLY))
            bound = envelope.bound(price=price, spend=spend, budget=self.budget)
            if bound <= cutoff:
                return Relaxed(bound=bound, price=price, plans=(), split=None)
            if self._dual(price, spend) <= cutoff:
                price, spend, at_price = self._jump_or_gap(envelope, hint=price, enough=-math.inf)
                bound = envelope.bound(price=price, spend=spend, budget=self.budget)
            split = None
            if at_price is not None:
                spend, split = self._fill_lines(envelope, spend, at_price)
            return Relaxed(bound=bound, price=price, plans=(self._fill(envelope, spend),), split=split)

    def _dual(self, price: float, spend: FloatArray) -> float:
        """The dual at a price, rounding aside, from the spend asked for at it."""
        return float(self.hills.outcomes(spend).dot(self.ones)) + price * (self.budget - float(spend.dot(self.ones)))

    def _jump_or_gap(
        self, envelope: Envelope, *, hint: float | None, enough: float
    ) -> tuple[float, FloatArray, BoolArray | None]:
        """The price that balances the budget and the spend asked for at it (the least, where channels may jump).

        The third part marks the channels that may jump at this price; None when the price lies between two jumps, or is
        merely one at which the dual is `enough` or less.
        """
        prices = np.sort(envelope.steepness[envelope.jumps])
        first, last, most, least = 0, len(prices), math.inf, 0.0
        window = max(3, PROBED_AT_ONCE // len(envelope.lower))
        centre = None if hint is None or window >= last else int(np.searchsorted(prices, hint))
        while first < last:
            probes = _probes(first, last, window=window, centre=centre)
            centre = None
            spends = self._ask(prices[probes][:, None], envelope)
            asked = spends.dot(self.ones)
            if enough > 0:
                duals = self.hills.outcomes(spends).dot(self.ones) + prices[probes] * (self.budget - asked)
                lowest = int(np.argmin(duals))
                if duals[lowest] <= enough:
                    return float(prices[probes[lowest]]), spends[lowest], None
            within = int(np.searchsorted(-asked, -self.budget))
            if within < len(probes):
                price = float(prices[probes[within]])
                at_price = envelope.jumps & (envelope.steepness == price)
                least = float(asked[within] + (envelope.touch - envelope.lower)[at_price].sum())
                if least >= self.budget:
                    return price, spends[within], at_price
                last = int(probes[within])
            if within > 0:
                first, most = int(probes[within - 1]) + 1, float(asked[within - 1])
        low = float(prices[first - 1]) if first > 0 else 0.0
        high = float(prices[first]) if first < len(prices) else math.inf
        if low > 0 and least > 0 and max(high, most) < math.inf:
            part = math.log(most / self.budget) / math.log(most / least)
            hint = low * (high / low) ** part
        price, spend = self._between(envelope, low=low, high=high, hint=hint, enough=enough)
        return price, spend, None

    def _half_height(self, price: float | FloatArray) -> FloatArray:
        return np.asarray(0.5 * (np.log(price) - self.hills.log_front))

    def _start(self, half_height: FloatArray) -> FloatArray:
        """Where the inner iteration begins: right of the root of log slope = height, in v = log(x / half).

        The log of the slope is concave in v; its tangents at plus infinity, zero and (slopes below 1) minus infinity
        meet the height right of the root.
        """
        start = np.minimum(-half_height / self.half_descent, -2.0 * half_height - 2.0 * LOG_2)
        return np.minimum(start, np.where(self.half_ascent < 0, half_height / self.left_ascent, start))

    def _settle(self, point: FloatArray, half_height: FloatArray, envelope: Envelope) -> tuple[FloatArray, FloatArray]:
        """Newton for the points where the log of the slope is the height, and half the derivative of that log there.

        Newton from the right of the root stays right of it; from the left the first step overshoots to the right, so any
        start on the concave part converges. Everything is halved to save multiplications: small arrays cost by the call.
        """
        low, high = envelope.log_touch, envelope.log_upper
        point = np.minimum(np.maximum(point, low), high)
        for _ in range(INNER_ROUNDS):
            shared = self.ones + np.exp(self.negative * point)
            bend = np.minimum(self.half_ascent - self.hills.slope / shared, self.flattest)
            miss = self.half_descent * point + np.log(shared) + half_height
            following = np.minimum(np.maximum(point + miss / bend, low), high)
            moved = following - point
            point = following
            if float(np.vdot(moved, moved)) <= SETTLED * SETTLED:
                break
        return point, bend

    def _spend(self, point: FloatArray, price: float | FloatArray, envelope: Envelope) -> tuple[FloatArray, BoolArray]:
        """Spend asked for at a price, and which channels ask for more than their lower limit.

        A channel asks for `lower` when its envelope is nowhere steeper than the price, else for the point of the concave
        part where the slope is the price.
        """
        asked = np.minimum(np.maximum(self.hills.half * np.exp(point), envelope.touch), envelope.upper)
        active = envelope.free & (envelope.steepness > price)
        return np.where(active, asked, envelope.lower), active

    def _ask(self, prices: FloatArray, envelope: Envelope) -> FloatArray:
        """(P, C) spend asked for at each of `prices` (P, 1)."""
        half_height = self._half_height(prices)
        point, _ = self._settle(self._start(half_height), half_height, envelope)
        return self._spend(point, prices, envelope)[0]

    def respond(
        self, price: float, envelope: Envelope, start: FloatArray | None
    ) -> tuple[FloatArray, float, FloatArray]:
        """Spend asked for at a price, its change with the log of the price, and the inner iteration's last point."""
        half_height = self._half_height(price)
        point, bend = self._settle(self._start(half_height) if start is None else start, half_height, envelope)
        spend, active = self._spend(point, price, envelope)
        inside = active & (point > envelope.log_touch) & (point < envelope.log_upper)
        return spend, 0.5 * float((spend * inside).dot(self.ones / bend)), point

    def _between(
        self,
        envelope: Envelope,
        *,
        low: float,
        high: float,
        hint: float | None,
        enough: float = -math.inf,
    ) -> tuple[float, FloatArray]:
        """The price strictly between `low` and `high`, where no channel jumps, at which the budget is asked for.

        enough: a price at which the dual is no more than this will do as well.
        """
        left = math.log(low) if low > 0 else -math.inf
        right = math.log(high) if high < math.inf else math.inf
        guess = math.log(hint) if hint else self._guess(envelope)
        point = guess if left < guess < right else _inside(left, right, guess, 1.0)
        start, reach, tried, spend = None, 1.0, point, envelope.lower
        for _ in range(PRICE_ROUNDS):
            tried = point
            spend, change, start = self.respond(math.exp(tried), envelope, start)
            total = float(spend.dot(self.ones))
            if abs(total - self.budget) <= BALANCED * self.budget:
                break
            if enough > 0 and self._dual(math.exp(tried), spend) <= enough:
                break
            if total > self.budget:
                left = tried
            elif tried <= LEAST_LOG_PRICE:
                return 0.0, spend
            else:
                right = tried
            if right - left <= 4e-16 * abs(tried):
                break
            reach *= 2.0
            if change < 0 < total:
                step = tried - math.log(total / self.budget) * total / change
                step = max(tried - reach, min(tried + reach, step))
            else:
                step = self._kink(envelope, tried, rising=total > self.budget)
            point = step if left < step < right else _inside(left, right, tried, reach)
            point = max(LEAST_LOG_PRICE, min(MOST_LOG_PRICE, point))
        return math.exp(tried), spend

    def _kink(self, envelope: Envelope, log_price: float, *, rising: bool) -> float:
        """Just beyond the next price at which a channel begins to answer to the price; nan when there is none."""
        ends = envelope.log_upper if rising else envelope.log_touch
        kinks = np.log(self.hills.derivatives(ends)[envelope.free])
        kinks = kinks[kinks > log_price] if rising else kinks[kinks < log_price]
        if not kinks.size:
            return math.nan
        return float(kinks.min()) + KINK if rising else float(kinks.max()) - KINK

    def _guess(self, envelope: Envelope) -> float:
        """Log of the mean slope when every channel gets the same part of its range."""
        width = envelope.upper - envelope.lower
        part = (self.budget - float(envelope.lower.sum())) / float(width.sum())
        slopes = self.hills.derivatives(self.hills.log_ratio(np.maximum(envelope.lower + part * width, envelope.touch)))
        mean = float(slopes[envelope.free].mean()) if envelope.free.any() else 1.0
        return math.log(mean) if 0 < mean < math.inf else 0.0

    def _fill_lines(
        self, envelope: Envelope, spend: FloatArray, at_price: BoolArray
    ) -> tuple[FloatArray, tuple[int, float] | None]:
        """The channels that may jump get what is left, one after the other; and where the budget ends inside a line."""
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
        return plan, split

    def polish(self, envelope: Envelope, active: BoolArray, price: float) -> FloatArray | None:
        """The best plan with the `active` channels on the concave part of their curve, the others at `lower`.

        None when the active channels need more than the budget. price: where to begin the search for the multiplier.
        """
        part = envelope.concave_part(active & envelope.free)
        if float(part.lower.sum()) > self.budget:
            return None
        if float(part.upper.sum()) <= self.budget:
            return self._fill(envelope, part.upper)
        _, polished = self._between(part, low=0.0, high=math.inf, hint=price)
        return self._fill(envelope, polished)

    def _fill(self, envelope: Envelope, spend: FloatArray) -> FloatArray:
        return fill(spend, lower=envelope.lower, upper=envelope.upper, budget=self.budget)


def _probes(first: int, last: int, *, window: int, centre: int | None) -> NDArray[np.intp]:
    """Up to `window` places in first, ..., last - 1: all of them, those around `centre`, or evenly spaced ones."""
    if last - first <= window:
        return np.arange(first, last)
    if centre is not None:
        begin = max(first, min(centre - window // 2, last - window))
        return np.arange(begin, begin + window)
    return np.unique(np.linspace(first, last - 1, window + 2)[1:-1].astype(np.intp))


def _inside(left: float, right: float, near: float, reach: float) -> float:
    """A point between `left` and `right`: their middle, or `reach` beyond the end that is known."""
    if math.isinf(left):
        return (near if math.isinf(right) else min(near, right)) - reach
    return 0.5 * (left + right) if math.isfinite(right) else max(near, left) + reach
