"""Relaxations of an allocation over Hill curves: concave envelopes, one multiplier, and a bound that holds regardless.

On [l, u] the least concave function above a Hill curve is a straight line from l to the point z where it touches the
curve, then the curve itself (the line alone when it would touch beyond u; the curve alone when l is past the
inflection). The sum of envelopes is maximised by finding the multiplier at which the channels ask for exactly the
budget. At most one channel is left on its line (Shapley-Folkman); only there does the bound exceed a real plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.allocation_node import Relaxed, fill

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nexusplanner.domain.planning.allocation_node import Node
    from nexusplanner.domain.planning.curves import FloatArray, HillCurve

EPSILON = float(np.finfo(np.float64).eps)
TINY = 1e-250
NEWTON_ROUNDS = 60
INNER_ROUNDS = 40


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Concave envelopes on [lower, upper]; every array is (C,).

    touch: where the line from `lower` meets the curve (`lower` itself when the curve is concave, `upper` for a chord).
    steepness: slope of the envelope at `lower`. chord: the envelope is one line. fixed: the channel stays at `lower`.
    jumps: the response to the multiplier leaps from `lower` to `touch` at `steepness`.
    """

    lower: FloatArray
    upper: FloatArray
    touch: FloatArray
    steepness: FloatArray
    chord: np.ndarray
    fixed: np.ndarray
    value_lower: FloatArray
    value_upper: FloatArray
    log_touch: FloatArray
    log_upper: FloatArray

    @property
    def jumps(self) -> np.ndarray:
        """(C,) whether the envelope begins with a line."""
        return ~self.fixed & (self.touch > self.lower)


class HillRelaxation:
    """Solves nodes of the search when every curve is a single Hill."""

    def __init__(self, curves: Sequence[HillCurve], *, budget: float) -> None:
        self.budget = budget
        self.scale = np.array([curve.scale for curve in curves])
        self.half = np.array([curve.half for curve in curves])
        self.slope = np.array([curve.slope for curve in curves])
        self.inflection = np.array([curve.inflection for curve in curves])
        with np.errstate(divide="ignore"):
            self.log_front = np.log(self.scale) + np.log(self.slope / self.half)
        self.ascent = self.slope - 1.0
        steep = np.maximum(self.ascent, 1e-300)
        self.touch_from_zero = np.maximum(self.half * steep ** (1.0 / self.slope), self.inflection)

    def relax(self, node: Node) -> Relaxed:
        """Bound, candidate plans and where to split. Floating-point overflow and division by zero are part of the method."""
        with np.errstate(all="ignore"):
            envelope = self._envelope(node.lower, node.upper)
            return self._solve(envelope)

    def value(self, spend: FloatArray) -> float:
        """Sum of the outcomes at `spend` (C,)."""
        with np.errstate(all="ignore"):
            return float(self._outcomes(spend).sum())

    def _outcomes(self, spend: FloatArray) -> FloatArray:
        return np.asarray(self.scale / (1.0 + (self.half / spend) ** self.slope))

    def _derivatives(self, log_ratio: FloatArray) -> FloatArray:
        """Slopes of the curves at half * exp(log_ratio)."""
        return np.asarray(
            np.exp(self.log_front + self.ascent * log_ratio - 2.0 * np.logaddexp(0.0, self.slope * log_ratio))
        )

    def _log_ratio(self, spend: FloatArray) -> FloatArray:
        return np.asarray(np.log(np.maximum(spend / self.half, TINY)))

    def _envelope(self, lower: FloatArray, upper: FloatArray) -> Envelope:
        value_lower, value_upper = self._outcomes(lower), self._outcomes(upper)
        rise = value_upper - value_lower
        log_upper = self._log_ratio(upper)
        curved = lower < self.inflection
        at_upper = self._derivatives(log_upper)
        chord = curved & ((upper <= self.inflection) | (at_upper * (upper - lower) >= rise))
        touch = np.where(curved, np.where(lower == 0, self.touch_from_zero, self.inflection), lower)
        search = curved & ~chord & (lower > 0)
        if search.any():
            touch[search] = self._touch(search, lower, value_lower)
        touch = np.where(chord, upper, np.minimum(np.maximum(touch, lower), upper))
        log_touch = self._log_ratio(touch)
        steepness = np.where(chord, rise / (upper - lower), self._derivatives(log_touch))
        fixed = (upper <= lower) | (value_upper <= 0)
        return Envelope(
            lower=lower,
            upper=upper,
            touch=np.where(fixed, lower, touch),
            steepness=np.where(fixed, 0.0, steepness),
            chord=chord & ~fixed,
            fixed=fixed,
            value_lower=value_lower,
            value_upper=value_upper,
            log_touch=log_touch,
            log_upper=log_upper,
        )

    def _touch(self, search: np.ndarray, lower: FloatArray, value_lower: FloatArray) -> FloatArray:
        """Where the line from (lower, value_lower) touches, for the searched channels: safeguarded Newton from above."""
        few = self._only(search)
        start, base = lower[search], value_lower[search]
        left, right = few.inflection.copy(), few.touch_from_zero.copy()
        point = right.copy()
        for _ in range(NEWTON_ROUNDS):
            log_ratio = few._log_ratio(point)  # noqa: SLF001
            derivative = few._derivatives(log_ratio)  # noqa: SLF001
            excess = few._outcomes(point) - base - derivative * (point - start)  # noqa: SLF001
            right = np.where(excess >= 0, point, right)
            left = np.where(excess < 0, point, left)
            bend = few.ascent - 2.0 * few.slope / (1.0 + np.exp(-few.slope * log_ratio))
            step = point + excess * point / (derivative * bend * (point - start))
            following = np.where((step > left) & (step < right), step, 0.5 * (left + right))
            if np.all(np.abs(following - point) <= 1e-13 * point):
                break
            point = following
        return np.asarray(right)

    def _only(self, mask: np.ndarray) -> HillRelaxation:
        few = object.__new__(HillRelaxation)
        for name in ("scale", "half", "slope", "inflection", "log_front", "ascent", "touch_from_zero"):
            setattr(few, name, getattr(self, name)[mask])
        return few

    def _invert(self, log_price: float, envelope: Envelope) -> tuple[FloatArray, FloatArray]:
        """Log ratio in [log_touch, log_upper] where the concave branch has slope exp(log_price), and the bend there.

        In v = log(x / half) the log of the slope is concave, so Newton from the right of the root stays right of it;
        its tangents at plus infinity, zero and (slopes below 1) minus infinity give such a start.
        """
        height = log_price - self.log_front
        start = np.minimum(-height / (self.slope + 1.0), -height - 2.0 * np.log(2.0))
        start = np.where(self.ascent < 0, np.minimum(start, height / np.minimum(self.ascent, -TINY)), start)
        point = np.clip(start, envelope.log_touch, envelope.log_upper)
        for _ in range(INNER_ROUNDS):
            scaled = self.slope * point
            bend = np.minimum(self.ascent - 2.0 * self.slope / (1.0 + np.exp(-scaled)), -1e-9)
            miss = self.ascent * point - 2.0 * np.logaddexp(0.0, scaled) - height
            following = np.clip(point - miss / bend, envelope.log_touch, envelope.log_upper)
            done = np.abs(following - point).max(initial=0.0) <= 1e-9
            point = following
            if done:
                break
        return point, bend

    def _respond(self, price: float, envelope: Envelope) -> tuple[FloatArray, float]:
        """Spend asked for at `price` (channels whose line is no steeper stay at `lower`), and its change with log price."""
        active = (envelope.steepness > price) & ~envelope.fixed
        log_ratio, bend = self._invert(float(np.log(price)), envelope)
        inside = active & ~envelope.chord & (log_ratio > envelope.log_touch) & (log_ratio < envelope.log_upper)
        curve = np.where(
            inside,
            self.half * np.exp(log_ratio),
            np.where(log_ratio >= envelope.log_upper, envelope.upper, envelope.touch),
        )
        spend = np.where(active, np.where(envelope.chord, envelope.upper, curve), envelope.lower)
        return spend, float((spend[inside] / bend[inside]).sum())

    def _solve(self, envelope: Envelope) -> Relaxed:
        jumps = envelope.jumps
        prices = np.unique(envelope.steepness[jumps])
        first, last = 0, len(prices)
        while first < last:
            middle = (first + last) // 2
            price = float(prices[middle])
            spend, _ = self._respond(price, envelope)
            at_price = jumps & (envelope.steepness == price)
            asked = float(spend.sum())
            if asked > self.budget:
                first = middle + 1
            elif asked + float((envelope.touch - envelope.lower)[at_price].sum()) < self.budget:
                last = middle
            else:
                return self._at_jump(envelope, price, spend, at_price)
        low = float(prices[first - 1]) if first > 0 else 0.0
        high = float(prices[first]) if first < len(prices) else np.inf
        price, spend = self._smooth(envelope, low=low, high=high)
        plan = fill(spend, lower=envelope.lower, upper=envelope.upper, budget=self.budget)
        return Relaxed(bound=self._bound(envelope, price, spend), price=price, plans=(plan,), split=None)

    def _smooth(self, envelope: Envelope, *, low: float, high: float) -> tuple[float, FloatArray]:
        """The price strictly between two jumps at which the channels ask for the budget, and what they ask for."""
        free = ~envelope.fixed
        least = np.where(envelope.chord, envelope.steepness, self._derivatives(envelope.log_upper))
        share = envelope.lower + (self.budget - envelope.lower.sum()) / max(int(free.sum()), 1)
        at_share = self._derivatives(self._log_ratio(np.maximum(np.minimum(share, envelope.upper), envelope.touch)))
        most = np.where(envelope.jumps, envelope.steepness, at_share)
        left = np.log(max(low, float(least[free].min(initial=np.inf)) * (1 - 1e-12), TINY))
        right = np.log(min(high, float(most[free].max(initial=TINY)) * (1 + 1e-12)))
        right = max(left, right)
        point = 0.5 * (left + right)
        spend = envelope.lower
        for _ in range(NEWTON_ROUNDS):
            spend, change = self._respond(float(np.exp(point)), envelope)
            total = float(spend.sum())
            if abs(total - self.budget) <= 1e-12 * self.budget or right - left <= 1e-14:
                break
            if total > self.budget:
                left = point
            else:
                right = point
            step = point - np.log(total / self.budget) * total / change if change and total > 0 else np.inf
            point = step if left < step < right else 0.5 * (left + right)
        return float(np.exp(point)), spend

    def _at_jump(self, envelope: Envelope, price: float, spend: FloatArray, at_price: np.ndarray) -> Relaxed:
        """The budget ends on one channel's line: try that channel out, in, and with what is left."""
        spend = spend.copy()
        left = self.budget - float(spend.sum())
        split_at = -1
        for channel in np.flatnonzero(at_price):
            width = envelope.touch[channel] - envelope.lower[channel]
            given = min(left, width)
            spend[channel] += given
            left -= given
            if given < width:
                split_at = int(channel)
                break
        bound = self._bound(envelope, price, spend)
        plans = [fill(spend, lower=envelope.lower, upper=envelope.upper, budget=self.budget)]
        if split_at < 0 or spend[split_at] <= envelope.lower[split_at]:
            return Relaxed(bound=bound, price=price, plans=tuple(plans), split=None)
        point = float(spend[split_at])
        for enters in (False, True):
            plan = self._polish(envelope, spend, split_at, enters=enters)
            if plan is not None:
                plans.append(plan)
        return Relaxed(bound=bound, price=price, plans=tuple(plans), split=(split_at, point))

    def _polish(self, envelope: Envelope, spend: FloatArray, channel: int, *, enters: bool) -> FloatArray | None:
        """The best plan whose channels stay where they are: at `lower`, or on the concave part of their curve."""
        active = ~envelope.fixed & (spend > envelope.lower)
        active[channel] = enters
        active |= ~envelope.fixed & (self.inflection <= envelope.lower)
        lower = np.where(
            active, np.minimum(np.maximum(envelope.lower, self.inflection), envelope.upper), envelope.lower
        )
        upper = np.where(active, envelope.upper, lower)
        if lower.sum() > self.budget:
            return None
        log_lower = self._log_ratio(lower)
        part = replace(
            envelope,
            lower=lower,
            upper=upper,
            touch=lower,
            steepness=self._derivatives(log_lower),
            chord=np.zeros_like(envelope.chord),
            fixed=upper <= lower,
            log_touch=log_lower,
        )
        if part.fixed.all() or upper.sum() <= self.budget:
            return fill(upper, lower=envelope.lower, upper=envelope.upper, budget=self.budget)
        _, polished = self._smooth(part, low=0.0, high=np.inf)
        return fill(polished, lower=envelope.lower, upper=envelope.upper, budget=self.budget)

    def _bound(self, envelope: Envelope, price: float, spend: FloatArray) -> float:
        """What no plan inside the node can exceed: price * budget + the most each channel earns above that price.

        Each curve lies below a line through an anchor: its tangent at a point of the concave part, or its chord. The
        anchors come from the iterations, but the line is checked here, and what it lacks is added, so that the bound
        does not rest on their convergence. The last term covers rounding.
        """
        anchor = np.where(spend > envelope.touch, spend, envelope.touch)
        log_anchor = self._log_ratio(anchor)
        slope = np.where(envelope.chord, envelope.steepness, self._derivatives(log_anchor))
        slope = np.where(envelope.fixed, 0.0, slope)
        value = np.where(envelope.chord, envelope.value_upper, self._outcomes(anchor))
        anchor = np.where(envelope.chord, envelope.upper, anchor)
        width = envelope.upper - envelope.lower
        curved = (envelope.lower < self.inflection) & ~envelope.fixed
        below_lower = envelope.value_lower - value - slope * (envelope.lower - anchor)
        too_flat = (slope - self._derivatives(envelope.log_upper)) * (
            envelope.upper - np.maximum(self.inflection, envelope.lower)
        )
        lack = np.where(
            envelope.chord,
            np.where(envelope.upper > self.inflection, too_flat, 0.0),
            np.where(curved, below_lower, 0.0),
        )
        beyond = slope - price
        most = value - price * (anchor - envelope.lower)
        most += np.maximum(beyond * (envelope.lower - anchor), beyond * (envelope.upper - anchor))
        most = np.where(envelope.fixed, envelope.value_upper, most) + np.maximum(lack, 0.0)
        rounding = 16.0 * EPSILON * (8.0 + (1.0 + self.slope) * (1.0 + np.abs(log_anchor)))
        slack = rounding * np.where(
            envelope.fixed, envelope.value_upper, envelope.value_upper + (slope + price) * width
        )
        return float(price * (self.budget - envelope.lower.sum()) + (most + slack).sum())
