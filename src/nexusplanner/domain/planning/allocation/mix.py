"""The best mix of points on concave curves under limits on sums: one linear programme."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.allocation.linear import maximise

if TYPE_CHECKING:
    from nexusplanner.domain.planning.allocation.majorant import IntArray
    from nexusplanner.domain.planning.allocation.rows import Rows
    from nexusplanner.domain.planning.curves import FloatArray


@dataclass(frozen=True, kw_only=True)
class Mix:
    """A plan on the least concave functions above some knots, and its prices.

    spend: (C,) currency units. height: (C,) those functions there. line_start, line_end: (C,) the knots around.
    row_prices: (R,) outcome of one more unit of each row, in the order of `Rows.above`. prices: (C,) what a unit costs
    in each channel, in outcome. cost: the row prices times the rows' limits.
    """

    spend: FloatArray
    height: FloatArray
    line_start: FloatArray
    line_end: FloatArray
    row_prices: FloatArray
    prices: FloatArray
    cost: float


def hull(channel: IntArray, spend: FloatArray, value: FloatArray) -> IntArray:
    """The knots of the least concave functions above the knots, which are sorted by channel and spend; all (N,)."""
    joined = channel[1:] == channel[:-1]
    rise = np.diff(value) / np.where(joined, np.diff(spend), 1.0)
    below = joined[1:] & joined[:-1] & (rise[:-1] <= rise[1:])
    candidates = np.delete(np.arange(len(channel)), np.flatnonzero(below) + 1)
    kept: list[int] = []
    slopes: list[float] = []
    last, x, y = -1, 0.0, 0.0
    points = zip(candidates.tolist(), *(each[candidates].tolist() for each in (channel, spend, value)), strict=True)
    for index, owner, at, worth in points:
        if owner != last:
            last, slope = owner, math.inf
        else:
            slope = (worth - y) / (at - x)
            while slope >= slopes[-1]:
                slopes.pop()
                kept.pop()
                slope = (worth - value[kept[-1]]) / (at - spend[kept[-1]])
        kept.append(index)
        slopes.append(slope)
        x, y = at, worth
    return np.array(kept)


def best_mix(
    channel: IntArray, spend: FloatArray, value: FloatArray, *, rows: Rows, budget: float, floor: float
) -> Mix | None:
    """The most of value - floor * spend over mixes of knots; None when no plan keeps the limits.

    channel, spend, value: (N,) knots sorted by channel and spend; every channel has one, and its first is the least it
    may get.
    """
    kept = hull(channel, spend, value)
    channel, spend, value = channel[kept], spend[kept], value[kept]
    first = np.flatnonzero(np.diff(channel, prepend=-1))
    lower = spend[first]
    joined = np.flatnonzero(channel[1:] == channel[:-1])
    width = spend[joined + 1] - spend[joined]
    gains = (value[joined + 1] - value[joined]) / width - floor
    matrix, most = rows.above(lower, budget=budget)
    found = maximise(gains, widths=width, rows=matrix[:, channel[joined]], most=most, scale=budget + float(lower.sum()))
    if found is None:
        return None
    size = len(first)
    plan = lower + np.bincount(channel[joined], weights=found.amounts, minlength=size)
    plan = np.minimum(plan, spend[np.append(first[1:], len(kept)) - 1])
    at = first + np.bincount(channel[spend < plan[channel]], minlength=size)
    start = np.maximum(at - 1, first)
    between = spend[at] - spend[start]
    share = np.where(between > 0, (plan - spend[start]) / np.where(between > 0, between, 1.0), 0.0)
    limited = np.isfinite(most)
    return Mix(
        spend=plan,
        height=value[start] + share * (value[at] - value[start]),
        line_start=spend[start],
        line_end=spend[at],
        row_prices=found.prices,
        prices=found.prices @ matrix + floor,
        cost=float(found.prices[limited] @ (most[limited] + matrix[limited] @ lower)),
    )
