"""Concave hulls of tabulated curves between whole minor units.

Only + - * / and comparisons, always in the same order: the browser does the same and gets the same bits.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """One channel's table: outcome (K,) at spends (K,) in whole minor units, rising; linear between, held beyond."""

    spends: tuple[int, ...]
    values: tuple[float, ...]

    @classmethod
    def of(cls, spends: Sequence[int], values: Sequence[float]) -> TableRow:
        """The row without repeated spends: the first value of each counts."""
        kept = [index for index in range(len(spends)) if index == 0 or spends[index] > spends[index - 1]]
        return cls(spends=tuple(spends[index] for index in kept), values=tuple(values[index] for index in kept))

    def value_at(self, spend: int) -> float:
        """Outcome at `spend` minor units."""
        spends, values = self.spends, self.values
        if spend <= spends[0]:
            return values[0]
        if spend >= spends[-1]:
            return values[-1]
        above = bisect_right(spends, spend)
        return between(spends[above - 1], values[above - 1], spends[above], values[above], spend)


@dataclass(frozen=True, kw_only=True)
class Hull:
    """The least concave function above a row on [low, high]: corners with falling slopes between them.

    spends, values: (H,) corners; slopes: (H - 1,) outcome per minor unit; exact: (H - 1,) nothing of the row lies
    below this segment, because it is one segment of the row.
    """

    spends: tuple[int, ...]
    values: tuple[float, ...]
    slopes: tuple[float, ...]
    exact: tuple[bool, ...]

    @property
    def low(self) -> int:
        """Least spend."""
        return self.spends[0]

    @property
    def high(self) -> int:
        """Greatest spend."""
        return self.spends[-1]


def between(left: int, left_value: float, right: int, right_value: float, spend: int) -> float:
    """The straight line through two points, at `spend` between them."""
    return left_value + (right_value - left_value) * ((spend - left) / (right - left))


def hull(row: TableRow, *, low: int, high: int) -> Hull:
    """The concave hull of `row` on [low, high], minor units, 0 <= low <= high."""
    first, last = bisect_right(row.spends, low), bisect_left(row.spends, high)
    spends = [low, *row.spends[first:last]]
    values = [row.value_at(low), *row.values[first:last]]
    if high > low:
        spends.append(high)
        values.append(row.value_at(high))
    corners, slopes = [0], list[float]()
    for point in range(1, len(spends)):
        slope = (values[point] - values[corners[-1]]) / (spends[point] - spends[corners[-1]])
        while slopes and slope >= slopes[-1]:
            corners.pop()
            slopes.pop()
            slope = (values[point] - values[corners[-1]]) / (spends[point] - spends[corners[-1]])
        corners.append(point)
        slopes.append(slope)
    return Hull(
        spends=tuple(spends[corner] for corner in corners),
        values=tuple(values[corner] for corner in corners),
        slopes=tuple(slopes),
        exact=tuple(right - left == 1 for left, right in pairwise(corners)),
    )
