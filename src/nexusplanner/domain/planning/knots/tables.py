"""Tables of response curves, and the best plan on a table: the same in the browser and on the server, to the cent.

A table holds the posterior-mean curves at knots; between them it is straight. `tabulate` lays the knots so that the error
of that is spread evenly, `allocate_table` finds the exact optimum of the table and refines it between the knots.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nexusplanner.domain.planning.allocation.problem import InfeasibleAllocation, InvalidAllocation
from nexusplanner.domain.planning.curves import CurveDraws, FloatArray
from nexusplanner.domain.planning.knots.hull import TableRow
from nexusplanner.domain.planning.knots.refine import refined
from nexusplanner.domain.planning.knots.search import TableAllocation, TableAllocator
from nexusplanner.domain.planning.knots.table import CurveTable

KNOTS = 257
"""With so many the plan of a table is within a ten-millionth of the best on the true curves."""
FINE = 1025
"""Points on which the bend of a curve is seen."""
GRADED = 3
"""The fine points crowd at 0 as this power: curves with slopes below 1 start upright."""
BEND_DRAWS = 40
"""Draws that show where a curve bends; the values at the knots come from all of them."""
EVEN = 0.05
"""Part of the knots spread by bend over the whole range, so that none is without."""
HALVES = 16.0
"""The range of a table in mean half effects: beyond it curves are all but flat."""


def table_range(draws: CurveDraws, *, at_least: FloatArray) -> FloatArray:
    """(C,) currency units up to which to tabulate: a fixed multiple of the half effect, doubled until it holds `at_least`.

    It steps, so that a page and its server, which ask with slightly different budgets, tabulate the same range.
    """
    base = HALVES * draws.half.mean(axis=0)
    doublings = np.ceil(np.log2(np.maximum(at_least / base, 1.0)))
    return np.asarray(base * np.exp2(doublings))


def tabulate(draws: CurveDraws, *, upper: FloatArray, knots: int = KNOTS, minor_per_unit: int = 100) -> CurveTable:
    """The posterior-mean curves over [0, upper] at `knots` spends, in whole minor units.

    draws: curves of the total spend (see `CurveDraws.over`). upper: (C,) currency units, rounded to minor units. The
    knots equidistribute the error of straight lines between them, estimated from the bend of the curve; the values are
    those of the mean curve. The same input gives the same table.
    Raises: ValueError when `upper` is not (C,) positive finite numbers or `knots` is below 3.
    """
    top = np.array(upper, dtype=np.float64)
    if top.shape != (len(draws.channels),) or not np.all(np.isfinite(top)) or np.any(top <= 0):
        raise ValueError("upper must hold a positive finite number for each channel")
    if knots < 3:
        raise ValueError(f"a table needs 3 knots or more, not {knots}")
    ends = np.maximum(np.floor(top * minor_per_unit + 0.5), 1.0)
    fine = np.linspace(0.0, 1.0, FINE) ** GRADED
    stride = max(draws.scale.shape[0] // BEND_DRAWS, 1)
    spend, value = [], []
    for index, channel in enumerate(draws.channels):
        few = (slice(None, None, stride), index)
        grid = fine * ends[index] / minor_per_unit
        rough = _mean_hill(grid, scale=draws.scale[few], half=draws.half[few], slope=draws.slope[few])
        row = _spread(grid * minor_per_unit, rough, knots=knots) / minor_per_unit
        spend.append(row)
        value.append(np.maximum.accumulate(draws.mean_curve(channel).value(row)))
    return CurveTable(channels=draws.channels, spend=np.array(spend), value=np.array(value))


def _mean_hill(spend: FloatArray, *, scale: FloatArray, half: FloatArray, slope: FloatArray) -> FloatArray:
    """Mean outcome at `spend` (N,) over draws (S,), in the quicker form of logarithms."""
    with np.errstate(divide="ignore", over="ignore"):
        odds = np.exp(slope * (np.log(half) - np.log(spend)[:, np.newaxis]))
    return np.asarray((scale / (1.0 + odds)).mean(axis=1))


def _spread(grid: FloatArray, value: FloatArray, *, knots: int) -> FloatArray:
    """Whole spends (knots,) over `grid` (minor units), denser where `value` bends: by the root of its second derivative."""
    widths = np.diff(grid)
    rises = np.diff(value) / widths
    bends = np.abs(np.diff(rises)) / (0.5 * (widths[1:] + widths[:-1]))
    bends = np.concatenate([bends[:1], bends, bends[-1:]])
    bends = np.maximum(bends, np.maximum(np.append(bends[1:], 0.0), np.append(0.0, bends[:-1])))
    root = np.sqrt(bends)
    share = 0.5 * (root[1:] + root[:-1]) * widths
    total = float(share.sum())
    share = share / total if total > 0 else np.zeros_like(share)
    share = (1.0 - EVEN) * share + EVEN * np.diff(np.linspace(0.0, 1.0, grid.size))
    reached = np.concatenate([[0.0], np.cumsum(share)])
    wanted = np.interp(np.linspace(0.0, reached[-1], knots), reached, grid)
    whole = np.floor(wanted + 0.5)
    step = np.arange(knots, dtype=np.float64)
    apart = np.maximum.accumulate(whole - step) + step
    end = float(grid[-1])
    return np.asarray(np.maximum(np.minimum(apart, end - (knots - 1) + step), np.minimum(step, end)))


def interpolation_error(table: CurveTable, draws: CurveDraws, *, minor_per_unit: int = 100) -> FloatArray:
    """(C,) largest distance of the table from the mean curve of `draws`, seen at the coin midway between knots; outcome."""
    middles = np.floor(0.5 * (table.spend[:, 1:] + table.spend[:, :-1]) * minor_per_unit + 0.25) / minor_per_unit
    rows = zip(table.channels, middles, table.spend, table.value, strict=True)
    distances = [
        draws.mean_curve(channel).value(middle) - np.interp(middle, knots, values)
        for channel, middle, knots, values in rows
    ]
    return np.asarray(np.abs(np.array(distances)).max(axis=1))


def allocate_table(
    table: CurveTable,
    *,
    budget_minor: int,
    lower_minor: Sequence[int],
    upper_minor: Sequence[int],
    minor_per_unit: int = 100,
) -> TableAllocation:
    """The plan of greatest outcome on the table, then between its knots, in whole minor units: exact, not rounded.

    `value` and `upper_bound` are those of the straight table; between its knots, where the curve is smooth, the amounts
    bring a little more.
    lower_minor, upper_minor: (C,) least and most per channel (a lock is both). Spends the whole budget when the maximums
    allow it, else all maximums. Raises: InvalidAllocation naming the channel whose limits are crossed or negative;
    InfeasibleAllocation naming the channels whose minimums exceed the budget.
    """
    limits = list(zip(table.channels, lower_minor, upper_minor, strict=True))
    for name, low, high in limits:
        if not 0 <= low <= high:
            raise InvalidAllocation(
                f"{name}: limits must be 0 <= minimum <= maximum, not {low} and {high}; change one of them."
            )
    least = sum(lower_minor)
    if least > budget_minor:
        floors = ", ".join(f"{name} {low}" for name, low, _ in limits if low)
        raise InfeasibleAllocation(
            f"The minimums add up to {least} minor units, the budget is {budget_minor}: {floors};"
            " lower a minimum or raise the budget."
        )
    rows = table_rows(table, minor_per_unit=minor_per_unit)
    found = TableAllocator(rows, lower=lower_minor, upper=upper_minor).best(budget_minor)
    return replace(found, amounts=refined(rows, plan=found.amounts, lower=lower_minor, upper=upper_minor))


def table_rows(table: CurveTable, *, minor_per_unit: int = 100) -> tuple[TableRow, ...]:
    """The table by channel, its spends as whole minor units."""
    return tuple(
        TableRow.of([math.floor(spend * minor_per_unit + 0.5) for spend in spends.tolist()], values.tolist())
        for spends, values in zip(table.spend, table.value, strict=True)
    )
