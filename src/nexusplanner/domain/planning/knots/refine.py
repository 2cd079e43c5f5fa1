"""From the best plan of a table to the best one between its knots, where the curve is smooth.

A table is straight between knots, so its best plan stands on them. Around that plan each channel gets finer knots on the
cubic through its neighbours, and the search is asked again inside that window. As everywhere in this search, only + - * / and comparisons
in a fixed order: the browser does the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from nexusplanner.domain.planning.knots.hull import TableRow
from nexusplanner.domain.planning.knots.search import TableAllocator

PARTS = 32
"""Pieces of each interval between knots around the plan."""
CUBIC = 4
"""Knots that make a cubic; a shorter row stays straight."""


def refined(
    rows: Sequence[TableRow], *, plan: Sequence[int], lower: Sequence[int], upper: Sequence[int]
) -> tuple[int, ...]:
    """The best plan of the same total near `plan` (C,) on smooth curves, inside the limits; whole minor units."""
    windows = [
        window(row, spend=spend, low=low, high=high)
        for row, spend, low, high in zip(rows, plan, lower, upper, strict=True)
    ]
    allocator = TableAllocator(
        [row for row, _, _ in windows], lower=[low for _, low, _ in windows], upper=[high for _, _, high in windows]
    )
    return allocator.best(sum(plan)).amounts


def window(row: TableRow, *, spend: int, low: int, high: int) -> tuple[TableRow, int, int]:
    """Finer knots around `spend`, and the limits inside them; a spend beyond the table stays where it is."""
    last = len(row.spends) - 1
    if low == high or last < CUBIC - 1 or spend > row.spends[last]:
        return row, spend, spend
    left = min(max(bisect_right(row.spends, spend) - 1, 0), last - 1)
    first, end = max(left - 1, 0), min(left + 2, last)
    spends, values = [row.spends[first]], [row.values[first]]
    for knot in range(first, end):
        start, width = row.spends[knot], row.spends[knot + 1] - row.spends[knot]
        for part in range(1, PARTS):
            at = start + width * part // PARTS
            spends.append(at)
            values.append(smooth(row, knot=knot, spend=at))
        spends.append(row.spends[knot + 1])
        values.append(row.values[knot + 1])
    return TableRow.of(spends, values), max(low, row.spends[first]), min(high, row.spends[end])


def smooth(row: TableRow, *, knot: int, spend: int) -> float:
    """The cubic through the four knots around the interval that begins at `knot`, kept between the values of its ends."""
    first = min(max(knot - 1, 0), len(row.spends) - CUBIC)
    s0, s1, s2, s3 = row.spends[first : first + CUBIC]
    v0, v1, v2, v3 = row.values[first : first + CUBIC]
    d01, d12, d23 = (v1 - v0) / (s1 - s0), (v2 - v1) / (s2 - s1), (v3 - v2) / (s3 - s2)
    d02, d13 = (d12 - d01) / (s2 - s0), (d23 - d12) / (s3 - s1)
    d03 = (d13 - d02) / (s3 - s0)
    value = v0 + (spend - s0) * (d01 + (spend - s1) * (d02 + (spend - s2) * d03))
    return min(max(value, row.values[knot]), row.values[knot + 1])
