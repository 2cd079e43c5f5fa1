"""Weekly response curves on knots of adstock: their values, their slopes, and a line above them on every interval.

The knots of a channel are the same for all weeks: reach * (i / K)^4. Their relative distance falls with the adstock, so
that curves with infinite slope at zero are followed as closely as those that saturate late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.planning.curves import Curve, FloatArray, HillCurve, hill_inflection

if TYPE_CHECKING:
    from collections.abc import Sequence

POWER = 4


def shares(count: int) -> FloatArray:
    """(count + 1,) knots as shares of a channel's reach, from 0 to 1."""
    return np.asarray(np.linspace(0.0, 1.0, count + 1) ** POWER)


@dataclass(frozen=True, kw_only=True, eq=False)
class KnotTable:
    """C curves on K + 1 knots each.

    reach: (C,) greatest adstock, currency units per week. value, slope: (C, K + 1) the curve at the knots and its
    derivative by the share of the reach, finite. majorant: (C, K + 1) values whose straight connections lie above the
    curve everywhere.
    """

    reach: FloatArray
    value: FloatArray
    slope: FloatArray
    majorant: FloatArray

    @property
    def count(self) -> int:
        """K, the number of intervals."""
        return int(self.value.shape[1]) - 1

    @classmethod
    def of(cls, curves: Sequence[Curve], *, reach: FloatArray, count: int) -> KnotTable:
        """The table of `curves` up to `reach`, with `count` intervals each."""
        knots = shares(count)
        rows = [_row(curve, knots * top, knots=knots, top=float(top)) for curve, top in zip(curves, reach, strict=True)]
        value, slope, majorant = (np.stack(part) for part in zip(*rows, strict=True))
        return cls(reach=reach, value=value, slope=slope, majorant=majorant)

    def coarser(self, step: int) -> KnotTable:
        """Every `step`-th knot, for a first look: its majorant is no bound."""
        value = self.value[:, ::step]
        return KnotTable(reach=self.reach, value=value, slope=self.slope[:, ::step], majorant=value)

    def rows(self, rows: NDArray[np.intp]) -> KnotTable:
        """The table of some of the channels."""
        return KnotTable(
            reach=self.reach[rows], value=self.value[rows], slope=self.slope[rows], majorant=self.majorant[rows]
        )

    def smooth(self, stock: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Outcome and derivative by currency unit at `stock` (..., C, T): cubic between the knots, close to the curve."""
        count = self.count
        share = np.clip(stock / self.reach[:, None], 0.0, 1.0)
        cell = np.minimum((count * np.sqrt(np.sqrt(share))).astype(np.intp), count - 1)
        knots = shares(count)
        start, width = knots[cell], np.diff(knots)[cell]
        at = (share - start) / width
        flat = cell + (np.arange(len(self.reach)) * (count + 1))[:, None]
        low, high = self.value.take(flat), self.value.take(flat + 1)
        rise_low, rise_high = self.slope.take(flat) * width, self.slope.take(flat + 1) * width
        step = high - low
        cube, square = rise_low + rise_high - 2.0 * step, 3.0 * step - 2.0 * rise_low - rise_high
        value = low + at * (rise_low + at * (square + at * cube))
        slope = (rise_low + at * (2.0 * square + 3.0 * at * cube)) / (width * self.reach[:, None])
        return value, slope


def _row(curve: Curve, at: FloatArray, *, knots: FloatArray, top: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    value, slope, above = _shape(curve, at)
    chord = np.diff(value) / np.diff(knots)
    slope = slope * top
    # A cubic that is steeper at an end than three times its chord would leave the range of the curve.
    steepest = 3.0 * np.minimum(np.append(chord, np.inf), np.insert(chord, 0, np.inf))
    lift = np.maximum(np.append(above, 0.0), np.insert(above, 0, 0.0))
    return value, np.minimum(slope, steepest), value + lift


def _shape(curve: Curve, at: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Value and slope at the knots `at` (K + 1,), and how far the curve may rise above its chord in between, (K,).

    On an interval a single Hill is concave (below its end tangents, whose crossing bounds the sum of all such draws),
    convex (below its chord), or has its inflection inside: below width * max(0, slope of the chord - slope at the right).
    """
    scale, half, slope = (np.atleast_1d(part)[:, None] for part in (curve.scale, curve.half, curve.slope))
    share = scale / (1 if isinstance(curve, HillCurve) else scale.size)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        odds = np.exp(slope * (np.log(half) - np.log(at)))
        part = 1.0 / (1.0 + odds)
        value = share * part
        rise = slope * value * (1.0 - part) / at
        rise[:, :1] = np.where((slope < 1) & (share > 0), np.inf, np.where(slope == 1, share / half, 0.0))
        width, step = np.diff(at), np.diff(value, axis=1)
        bend = hill_inflection(half=half, slope=slope)
        concave = bend <= at[:-1]
        mixed = ~concave & (bend < at[1:])
        falling = np.where(mixed, np.maximum(step - rise[:, 1:] * width, 0.0), 0.0).sum(axis=0)
        over = np.maximum(np.where(concave, rise[:, :-1] * width - step, 0.0).sum(axis=0), 0.0)
        under = np.maximum(np.where(concave, step - rise[:, 1:] * width, 0.0).sum(axis=0), 0.0)
        peak = np.where(np.isinf(over), under, over * under / np.maximum(over + under, 1e-300))
    return value.sum(axis=0), rise.sum(axis=0), peak + falling
