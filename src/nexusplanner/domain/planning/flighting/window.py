"""The states that can follow a state: maxima over windows of knots, for all states, channels and prices at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.planning.flighting.knots import shares

if TYPE_CHECKING:
    from nexusplanner.domain.planning.curves import FloatArray

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]


class Windows:
    """The windows of every week; weeks with the same decay and limits share one.

    keep, rest, low, high: (C, T + tail) decay, inflow without any own money, and least and most inflow of each week, in
    shares of the reach.
    """

    def __init__(self, count: int, *, keep: FloatArray, rest: FloatArray, low: FloatArray, high: FloatArray) -> None:
        self._count, self._parts = count, (keep, rest, low, high)
        self._made: dict[bytes, Window] = {}

    def of(self, week: int) -> Window:
        """The window from the states before `week` into it."""
        parts = [part[:, week] for part in self._parts]
        key = b"".join(part.tobytes() for part in parts)
        if key not in self._made:
            self._made[key] = Window(self._count, keep=parts[0], rest=parts[1], low=parts[2], high=parts[3])
        return self._made[key]


class Window:
    """From state s (a knot) the next lies between keep * s + low and keep * s + high, or on keep * s + rest when off.

    Functions of the state are flat arrays (..., C * (K + 1)): the channels' knots one after the other.
    """

    def __init__(self, count: int, *, keep: FloatArray, rest: FloatArray, low: FloatArray, high: FloatArray) -> None:
        knots = shares(count)
        self.size, self._rows = len(keep) * (count + 1), (len(keep), count + 1)
        self.count = count
        self._per_width = np.tile(np.append(1.0 / np.diff(knots), 0.0), len(keep))
        decayed = keep[:, None] * knots
        narrow = (high > low)[:, None] & ((high - low)[:, None] < np.diff(decayed))
        self._off = _Place(decayed + rest[:, None], knots, narrow=np.zeros_like(narrow))
        self._closed = not high.any()
        self._low = _Place(decayed + low[:, None], knots, narrow=narrow)
        self._high = _Place(decayed + high[:, None], knots, narrow=narrow)
        inside = self._high.cell - self._low.cell
        level = np.frexp(np.maximum(inside, 1).astype(np.float64))[1] - 1
        self._levels = int(level.max())
        none = (self._levels + 1) * self.size
        self._first = np.where(inside > 0, level * self.size + self._low.cell + 1, none)
        self._last = np.where(inside > 0, level * self.size + self._high.cell - (1 << level) + 1, none)

    def bends(self, after: FloatArray) -> FloatArray:
        """By how much the slope of `after` falls at the knot that ends each interval."""
        slope = np.zeros_like(after)
        np.subtract(after[..., 1:], after[..., :-1], out=slope[..., :-1])
        slope *= self._per_width
        slope[..., self.count :: self.count + 1] = np.inf
        bend = np.zeros_like(after)
        np.subtract(slope[..., :-1], slope[..., 1:], out=bend[..., :-1])
        return np.maximum(bend, 0.0, out=bend)

    def best(self, after: FloatArray, bends: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The greatest of `after` in the window of every knot, and how far it may rise above its chords, (..., C)."""
        value, rise = self._at(after, bends, self._high)
        if self._closed:
            return value, rise
        low, low_rise = self._at(after, bends, self._low)
        np.maximum(value, low, out=value)
        pyramid = self._pyramid(after)
        np.maximum(value, pyramid.take(self._first, axis=-1), out=value)
        np.maximum(value, pyramid.take(self._last, axis=-1), out=value)
        return value, np.maximum(rise, low_rise)

    def off(self, after: FloatArray, bends: FloatArray) -> tuple[FloatArray, FloatArray]:
        """`after` without any own money, and how far it may rise above its chords, (..., C)."""
        return self._at(after, bends, self._off)

    def _at(self, after: FloatArray, bends: FloatArray, place: _Place) -> tuple[FloatArray, FloatArray]:
        value = after.take(place.cell, axis=-1)
        step = after.take(place.cell + 1, axis=-1)
        step -= value
        step *= place.share
        value += step
        rise = bends.take(place.cell, axis=-1)
        rise *= place.bow
        return value, rise.reshape(*rise.shape[:-1], *self._rows).max(axis=-1)

    def _pyramid(self, after: FloatArray) -> FloatArray:
        """Maxima over 1, 2, 4, ... neighbours, one level after the other, and a last place without any."""
        out = np.full((*after.shape[:-1], (self._levels + 1) * self.size + 1), -np.inf)
        out[..., : self.size] = after
        for level in range(self._levels):
            step, start, end = 1 << level, level * self.size, (level + 1) * self.size
            np.maximum(
                out[..., start : end - step], out[..., start + step : end], out=out[..., end : end + self.size - step]
            )
        return out


class _Place:
    """Where points (C, K + 1) lie between the knots.

    cell: flat index of the knot before each point. share: part of the interval before the point. bow: how far a function
    rises above its chord from one point to the next, per unit by which its slope falls at the one knot between them. In
    a narrow window, the knot may lie between any two points that far apart.
    """

    def __init__(self, at: FloatArray, knots: FloatArray, *, narrow: BoolArray) -> None:
        count = knots.size - 1
        cell = np.minimum((count * np.sqrt(np.sqrt(at))).astype(np.intp), count - 1)
        self.cell = (cell + (np.arange(len(at)) * (count + 1))[:, None]).ravel()
        self.share = ((at - knots[cell]) / (knots[cell + 1] - knots[cell])).ravel()
        width, knot = np.diff(at), knots[cell[:, :-1] + 1]
        before, after = np.maximum(knot - at[:, :-1], 0.0), np.maximum(at[:, 1:] - knot, 0.0)
        bow = np.where(narrow, width / 4.0, before * after / np.maximum(width, 1e-300))
        self.bow = np.pad(bow, ((0, 0), (0, 1))).ravel()
