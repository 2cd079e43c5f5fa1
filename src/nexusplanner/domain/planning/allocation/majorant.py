"""Response curves between two piecewise-linear ones: values at knots below, tangents and chords above.

Means of Hill curves may be convex and concave in turns, so nothing is assumed of their shape. On an interval each single
Hill is concave (it lies below its end tangents), convex (below its chord) or has its inflection inside (below its chord
plus width * max(0, slope of the chord - slope at the right end)). The sum of these is a majorant of the mean.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.planning.curves import HillCurve, hill_inflection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nexusplanner.domain.planning.curves import Curve, FloatArray

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]

EPSILON = float(np.finfo(np.float64).eps)
FIRST_KNOTS = np.unique(np.concatenate([[0.0], np.geomspace(1e-7, 1.0, 22), np.linspace(0.0, 1.0, 25)]))
PARTS = 8
"""Into how many parts an interval is cut when it is refined."""
LEAST_WIDTH = 1e-12
"""Intervals narrower than this part of their spend stay whole."""
KNOT_ARRAYS = ("channel", "spend", "value", "kink_spend", "kink_value", "lift")
MOST_CELLS = 400_000
"""Draws times points evaluated at once, to bound the memory."""


class Majorant:
    """Knots of C curves, sorted by channel and spend, and what bounds the curves between them.

    channel, spend, value: (N,) the knots. Each knot begins an interval that ends at the next knot: kink_spend,
    kink_value: (N,) where the tangents of its concave part cross, on top of the chords of the rest; lift: (N,) how far
    the curve may rise above that. The interval of a channel's last knot is empty.
    """

    def __init__(self, curves: Sequence[Curve], *, lower: FloatArray, upper: FloatArray) -> None:
        most = max(1 if isinstance(curve, HillCurve) else curve.scale.size for curve in curves)
        self.weight = np.zeros((len(curves), most))
        self.half, self.slope = np.ones_like(self.weight), np.ones_like(self.weight)
        for row, curve in enumerate(curves):
            scale = np.atleast_1d(curve.scale)
            self.weight[row, : scale.size] = scale / scale.size
            self.half[row, : scale.size] = curve.half
            self.slope[row, : scale.size] = curve.slope
        self.inflection = hill_inflection(half=self.half, slope=self.slope)
        self.rounding = 64.0 * EPSILON * (8.0 + (1.0 + float(self.slope.max())) * 40.0)
        points = np.minimum(lower[:, None] + (upper - lower)[:, None] * FIRST_KNOTS, upper[:, None])
        self.channel = np.repeat(np.arange(len(curves)), points.shape[1])
        self.spend = points.ravel()
        value, kink_spend, kink_value, lift = self._chains(np.arange(len(curves)), points)
        self.value = value.ravel()
        self.kink_spend = np.concatenate([kink_spend, points[:, -1:]], axis=1).ravel()
        self.kink_value = np.concatenate([kink_value, value[:, -1:]], axis=1).ravel()
        self.lift = np.pad(lift, ((0, 0), (0, 1))).ravel()
        self._arrange()

    def copy(self) -> Self:
        """The same knots, to be refined on their own."""
        twin = copy(self)
        for name in KNOT_ARRAYS:
            setattr(twin, name, getattr(self, name).copy())
        return twin

    def cut_at(self, points: FloatArray) -> None:
        """Make every one of `points` (C,) a knot of its channel, where it lies inside the channel's range."""
        at = points[self.channel[:-1]]
        here = self.channel[:-1] == self.channel[1:]
        wanted = np.flatnonzero(here & (self.spend[:-1] < at) & (at < self.spend[1:]))
        if wanted.size:
            self._insert(wanted, at[wanted][:, None])

    def refine(self, wanted: IntArray) -> bool:
        """Cut the intervals that begin at the knots `wanted` into parts (evenly in ratio when they are wide).

        False when all of them are too narrow to cut.
        """
        wanted = wanted[self.spend[wanted + 1] - self.spend[wanted] > LEAST_WIDTH * self.spend[wanted + 1]]
        starts, ends = self.spend[wanted][:, None], self.spend[wanted + 1][:, None]
        part = np.arange(1, PARTS) / PARTS
        low = np.maximum(starts, ends / 4.0**PARTS)
        points = np.where(ends > 4.0 * starts, low * (ends / low) ** part, starts + (ends - starts) * part)
        if wanted.size:
            self._insert(wanted, points)
        return bool(wanted.size)

    def inside(self, lower: FloatArray, upper: FloatArray) -> BoolArray:
        """(N,) the knots in the box."""
        return np.asarray((self.spend >= lower[self.channel]) & (self.spend <= upper[self.channel]))

    def most(self, prices: FloatArray, inside: BoolArray) -> tuple[FloatArray, FloatArray]:
        """What each channel can earn at most above its price inside the box, (C,), and what intervals leave unproven, (N,).

        Unproven is the top of an interval less what the best knot of its channel earns; -inf outside the box. prices:
        (C,) outcome per currency unit.
        """
        price = prices[self.channel]
        knots = self.value - price * self.spend
        slack = self.rounding * (np.abs(self.value) + np.abs(price) * self.spend)
        first = np.flatnonzero(np.diff(self.channel, prepend=-1))
        earned = np.maximum.reduceat(np.where(inside, knots, -np.inf), first)
        tops = np.where(inside, knots + slack, -np.inf)
        between = inside[:-1] & inside[1:] & (self.channel[:-1] == self.channel[1:])
        wider = np.where(self.kink_value > self.value, np.maximum(slack, np.append(slack[1:], 0.0)), slack)[:-1]
        kinks = self.kink_value[:-1] - price[:-1] * self.kink_spend[:-1] + wider
        highest = np.maximum(np.maximum(tops[:-1], tops[1:]), kinks) + self.lift[:-1]
        spans = np.full_like(tops, -np.inf)
        spans[:-1][between] = highest[between]
        return np.maximum.reduceat(np.maximum(tops, spans), first), spans - earned[self.channel]

    def _insert(self, wanted: IntArray, points: FloatArray) -> None:
        channel = self.channel[wanted]
        chain = np.concatenate([self.spend[wanted][:, None], points, self.spend[wanted + 1][:, None]], axis=1)
        value, kink_spend, kink_value, lift = self._chains(channel, chain)
        self.kink_spend[wanted], self.kink_value[wanted] = kink_spend[:, 0], kink_value[:, 0]
        self.lift[wanted] = lift[:, 0]
        self.channel = np.concatenate([self.channel, np.repeat(channel, points.shape[1])])
        self.spend = np.concatenate([self.spend, points.ravel()])
        self.value = np.concatenate([self.value, value[:, 1:-1].ravel()])
        self.kink_spend = np.concatenate([self.kink_spend, kink_spend[:, 1:].ravel()])
        self.kink_value = np.concatenate([self.kink_value, kink_value[:, 1:].ravel()])
        self.lift = np.concatenate([self.lift, lift[:, 1:].ravel()])
        self._arrange()

    def _arrange(self) -> None:
        """Sort the knots and drop those whose interval is empty, but for every channel's last."""
        order = np.lexsort((self.spend, self.channel))
        channel, spend = self.channel[order], self.spend[order]
        empty = (channel[:-1] == channel[1:]) & (spend[:-1] == spend[1:])
        kept = order[~np.append(empty, False)]
        for name in KNOT_ARRAYS:
            setattr(self, name, getattr(self, name)[kept])

    def _chains(self, channel: IntArray, points: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Values at `points` (I, P), rising along each chain, and kinks and lifts of the intervals between, (I, P - 1)."""
        size = max(1, MOST_CELLS // (points.shape[1] * self.weight.shape[1]))
        blocks = [
            self._chain_block(channel[at : at + size], points[at : at + size]) for at in range(0, len(channel), size)
        ]
        value, kink_spend, kink_value, lift = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
        return value, kink_spend, kink_value, lift

    def _chain_block(
        self, channel: IntArray, points: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        with np.errstate(all="ignore"):
            draws, rises = self._draws(channel, points)
            value = draws.sum(axis=2)
            starts, width = points[:, :-1], np.diff(points, axis=1)
            bend = self.inflection[channel][:, None, :]
            concave = bend <= starts[:, :, None]
            mixed = ~concave & (bend < points[:, 1:, None])
            grown = np.diff(draws, axis=1)
            chord = grown / width[:, :, None]
            lift = width * np.where(mixed, np.maximum(chord - rises[:, 1:], 0.0), 0.0).sum(axis=2)
            growth = np.where(concave, grown, 0.0).sum(axis=2)
            over = np.maximum(np.where(concave, rises[:, :-1], 0.0).sum(axis=2) * width - growth, 0.0)
            under = np.maximum(growth - np.where(concave, rises[:, 1:], 0.0).sum(axis=2) * width, 0.0)
            steep = np.isinf(over)
            part = np.where(steep | (under == 0), 0.0, under / (over + under))
            peak = np.where(steep, under, np.where(under > 0, over * part, 0.0))
            kink_value = value[:, :-1] + np.diff(value, axis=1) * part + peak
            empty = width <= 0
        return (
            value,
            starts + width * part,
            np.where(empty, value[:, :-1], kink_value),
            np.where(empty, 0.0, lift),
        )

    def _draws(self, channel: IntArray, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Weighted outcome and slope of every draw, (I, P, S)."""
        weight, half, slope = (each[channel][:, None, :] for each in (self.weight, self.half, self.slope))
        at = points[:, :, None]
        odds = np.exp(slope * (np.log(half) - np.log(at)))
        share = 1.0 / (1.0 + odds)
        value = weight * share
        at_zero = np.where((slope < 1) & (weight > 0), np.inf, np.where(slope == 1, weight / half, 0.0))
        rise = np.where(at > 0, value * np.where(np.isinf(odds), 1.0, odds * share) * slope / at, at_zero)
        return value, rise
