"""Concave envelopes of Hill curves on intervals, and the upper bound they prove.

On [l, u] the least concave function above a Hill curve is a straight line from l to the point where it touches the
curve, then the curve itself (the line alone when it would touch beyond u; the curve alone when l is past the inflection).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.planning.curves import FloatArray, HillCurve, hill_inflection

BoolArray = NDArray[np.bool_]

EPSILON = float(np.finfo(np.float64).eps)
LEAST_RATIO = 1e-250
"""Spend over half below which logarithms stop: it keeps them finite at a spend of 0."""
CLEAR = 1e-14
"""Added to the log of the upper limit, so that the way back is not short of the limit by rounding."""
TOUCH_ROUNDS = 60
TOUCHED = 1e-8
"""A last relative move after which Newton's error is of the order of rounding."""


@dataclass(frozen=True, kw_only=True)
class Hills:
    """The parameters of C Hill curves as arrays, with what the solver evaluates often; every array is (C,).

    log_front: log(scale * slope / half). touch_from_zero: where a line from the origin touches the curve. rounding,
    log_rounding: relative error of a value, and what each unit of log(spend / half) adds to it.
    """

    scale: FloatArray
    half: FloatArray
    slope: FloatArray
    inflection: FloatArray
    log_front: FloatArray
    touch_from_zero: FloatArray
    rounding: FloatArray
    log_rounding: FloatArray

    @classmethod
    def of(cls, curves: Sequence[HillCurve]) -> Hills:
        """The arrays of `curves`."""
        rows = [(curve.scale, curve.half, curve.slope) for curve in curves]
        scale, half, slope = np.array(rows, dtype=np.float64).T.copy()
        inflection = hill_inflection(half=half, slope=slope)
        with np.errstate(divide="ignore"):
            log_front = np.log(scale) + np.log(slope) - np.log(half)
        touch = half * np.maximum(slope - 1.0, 0.0) ** (1.0 / slope)
        return cls(
            scale=scale,
            half=half,
            slope=slope,
            inflection=inflection,
            log_front=log_front,
            touch_from_zero=np.maximum(touch, inflection),
            rounding=16.0 * EPSILON * (9.0 + slope),
            log_rounding=16.0 * EPSILON * (1.0 + slope),
        )

    def only(self, mask: BoolArray) -> Hills:
        """The curves where `mask` is set."""
        return Hills(
            scale=self.scale[mask],
            half=self.half[mask],
            slope=self.slope[mask],
            inflection=self.inflection[mask],
            log_front=self.log_front[mask],
            touch_from_zero=self.touch_from_zero[mask],
            rounding=self.rounding[mask],
            log_rounding=self.log_rounding[mask],
        )

    def outcomes(self, spend: FloatArray) -> FloatArray:
        """Outcome of each curve at `spend` (C,)."""
        return np.asarray(self.scale / (1.0 + (self.half / spend) ** self.slope))

    def log_ratio(self, spend: FloatArray) -> FloatArray:
        """log(spend / half), kept finite."""
        return np.asarray(np.log(np.maximum(spend / self.half, LEAST_RATIO)))

    def derivatives(self, log_ratio: FloatArray) -> FloatArray:
        """Slope of each curve at half * exp(log_ratio)."""
        fall = 2.0 * np.logaddexp(0.0, self.slope * log_ratio)
        return np.asarray(np.exp(self.log_front + (self.slope - 1.0) * log_ratio - fall))

    def touch(self, lower: FloatArray) -> FloatArray:
        """Where the line from `lower` (between 0 and the inflection) touches the curve: safeguarded Newton.

        It begins where the touch would be if it moved in proportion between its place for a line from 0 and, for a line
        from next to the inflection, half as far beyond the inflection as the line begins before it.
        """
        base = self.outcomes(lower)
        left, right = self.inflection, self.touch_from_zero
        part = lower / left
        ahead = (1.0 - part) * (right - left) / left + 0.5 * part
        point = np.minimum(left + (left - lower) * ahead, right)
        for _ in range(TOUCH_ROUNDS):
            log_ratio = self.log_ratio(point)
            derivative = self.derivatives(log_ratio)
            excess = self.outcomes(point) - base - derivative * (point - lower)
            right = np.where(excess >= 0, point, right)
            left = np.where(excess < 0, point, left)
            bend = self.slope - 1.0 - 2.0 * self.slope / (1.0 + np.exp(-self.slope * log_ratio))
            step = point + excess * point / (derivative * bend * (point - lower))
            following = np.where((step >= left) & (step <= right), step, 0.5 * (left + right))
            moved = np.abs(following - point)
            point = following
            if float((moved / point).max()) <= TOUCHED:
                break
        return point


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Concave envelopes on [lower, upper]; every array is (C,).

    touch: where the line from `lower` meets the curve (`lower` itself when the curve is concave, `upper` for a chord).
    steepness: slope of the envelope at `lower`. chord: the envelope is one line. free: the channel may move at all and
    earns something by it. jumps: the envelope begins with a line. The logs are of touch and upper over half; the values
    and the slope are those of the curve.
    """

    hills: Hills
    lower: FloatArray
    upper: FloatArray
    touch: FloatArray
    steepness: FloatArray
    chord: BoolArray
    free: BoolArray
    jumps: BoolArray
    log_touch: FloatArray
    log_upper: FloatArray
    value_lower: FloatArray
    value_upper: FloatArray
    slope_upper: FloatArray

    @classmethod
    def over(cls, hills: Hills, *, lower: FloatArray, upper: FloatArray) -> Envelope:
        """The envelopes of `hills` on [lower, upper]."""
        value_lower, value_upper = hills.outcomes(lower), hills.outcomes(upper)
        rise = value_upper - value_lower
        log_upper = hills.log_ratio(upper) + CLEAR
        slope_upper = hills.derivatives(log_upper)
        curved = lower < hills.inflection
        flat_end = slope_upper * (upper - lower) < rise
        chord = curved & ((upper <= hills.inflection) | ~flat_end)
        free = (upper > lower) & (value_upper > 0)
        touch = np.where(curved, hills.touch_from_zero, lower)
        search = curved & ~chord & (lower > 0)
        if search.any():
            touch[search] = hills.only(search).touch(lower[search])
        touch = np.where(chord, upper, np.minimum(np.maximum(touch, lower), upper))
        log_touch = hills.log_ratio(touch)
        steepness = np.where(chord, rise / (upper - lower), hills.derivatives(log_touch))
        return cls(
            hills=hills,
            lower=lower,
            upper=upper,
            touch=touch,
            steepness=steepness,
            chord=chord,
            free=free,
            jumps=free & (touch > lower),
            log_touch=log_touch,
            log_upper=log_upper,
            value_lower=value_lower,
            value_upper=value_upper,
            slope_upper=slope_upper,
        )

    def concave_part(self, active: BoolArray) -> Envelope:
        """The active channels on the concave part of their curve, the others held at `lower`."""
        hills = self.hills
        start = np.minimum(np.maximum(self.lower, hills.inflection), self.upper)
        lower = np.where(active, start, self.lower)
        upper = np.where(active, self.upper, self.lower)
        log_lower = hills.log_ratio(lower)
        value_lower = hills.outcomes(lower)
        never = np.zeros_like(active)
        return replace(
            self,
            lower=lower,
            upper=upper,
            touch=lower,
            steepness=hills.derivatives(log_lower),
            chord=never,
            free=active & (upper > lower),
            jumps=never,
            log_touch=log_lower,
            value_lower=value_lower,
            value_upper=np.where(active, self.value_upper, value_lower),
        )

    def bound(self, *, price: float, spend: FloatArray, budget: float) -> float:
        """What no plan inside the limits can exceed: price * budget + the most each channel earns above that price."""
        return float(price * (budget - self.lower.sum()) + self.most(price=price, spend=spend).sum())

    def most(self, *, price: float, spend: FloatArray) -> FloatArray:
        """(C,) the most each channel can earn above `price` per unit beyond `lower`.

        Each curve lies below a line through an anchor: its tangent at a point of the concave part (at `spend`, when it is
        there), or its chord. The anchors come from iterations, but each line is checked here, and what it lacks is added,
        so that this holds however well they converged, at any price. The last term covers rounding.
        """
        hills, lower, upper = self.hills, self.lower, self.upper
        anchor = np.where(self.chord, upper, np.maximum(spend, self.touch))
        log_anchor = hills.log_ratio(anchor)
        slope = np.where(self.chord, self.steepness, hills.derivatives(log_anchor))
        value = hills.outcomes(anchor)
        bend = np.maximum(hills.inflection, lower)
        back, ahead = lower - anchor, upper - anchor
        lack = np.where(lower < bend, self.value_lower - value - slope * back, 0.0)
        if self.chord.any():
            steeper = np.where(upper > bend, (slope - self.slope_upper) * (upper - bend), 0.0)
            lack = np.where(self.chord, steeper, lack)
        beyond = slope - price
        most = value + price * back + np.maximum(beyond * back, beyond * ahead) + np.maximum(lack, 0.0)
        rounding = hills.rounding + hills.log_rounding * np.abs(log_anchor)
        slack = rounding * (self.value_upper + (slope + price) * (upper - lower))
        still = self.value_upper * (1.0 + rounding)
        return np.where(self.free, most + slack, still)
