"""Improve a feasible plan without leaving its limits: a spectral projected gradient on the smooth curves.

The programmes choose among knots and one price; what is left is small: the last step between two plans, and the budget to
the last unit. Source of the method: Birgin, Martinez and Raydan 2000.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nexusplanner.domain.planning.curves import FloatArray
    from nexusplanner.domain.planning.flighting.knots import KnotTable
    from nexusplanner.domain.planning.flighting.problem import FlightProblem
    from nexusplanner.domain.planning.flighting.window import IntArray

MOST_STEPS = 30
LEVEL_STEPS = 60
ENOUGH = 1e-7
"""A step that improves the value by less than this share is the last."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Box:
    """Weekly limits (C, T) and limits of the channels' totals (C,); `total` is what the plan spends together."""

    low: FloatArray
    high: FloatArray
    lower: FloatArray
    upper: FloatArray
    total: float


class Smooth:
    """The objective on the table's cubic curves, with its gradient."""

    def __init__(self, problem: FlightProblem, table: KnotTable) -> None:
        self.table, self.gains = table, problem.gains
        self.effect = effects(problem)
        self.carried, self.alone = problem.carried, problem.alone.sum(axis=1)

    def by_channel(self, spend: FloatArray) -> FloatArray:
        """(..., C) outcome of each channel under weekly `spend` (..., C, T)."""
        value, _ = self.table.smooth(self._states(spend))
        return np.asarray((value * self.gains).sum(axis=-1) - self.alone)

    def of_channel(self, channel: int, plans: FloatArray) -> FloatArray:
        """(N,) outcome of one channel under its weekly `plans` (N, T)."""
        stock = plans @ self.effect[channel].T + self.carried[channel]
        value, _ = self.table.rows(np.array([channel])).smooth(stock[:, None, :])
        return np.asarray(value[:, 0, :] @ self.gains[channel] - self.alone[channel])

    def with_gradient(self, spend: FloatArray) -> tuple[float, FloatArray]:
        """Value and gradient (C, T) at `spend` (C, T)."""
        value, slope = self.table.smooth(self._states(spend))
        gradient = np.matmul((slope * self.gains)[:, None, :], self.effect)[:, 0, :]
        return float((value * self.gains).sum() - self.alone.sum()), gradient

    def _states(self, spend: FloatArray) -> FloatArray:
        return np.asarray(np.matmul(self.effect, spend[..., None])[..., 0] + self.carried)


def effects(problem: FlightProblem) -> FloatArray:
    """(C, T + tail, T) adstock of each week per currency unit spent in each week."""
    weeks = len(problem.weeks)
    out = np.zeros((len(problem.channels), problem.lengths.size, weeks))
    for week in range(problem.lengths.size):
        if week:
            np.multiply(out[:, week - 1], problem.keep[:, week, None], out=out[:, week])
        if week < weeks:
            out[:, week, week] = problem.inflow[:, week]
    return out


def polish(smooth: Smooth, start: FloatArray, box: Box) -> FloatArray:
    """A plan inside `box` at least as good as `start` (C, T) once that is moved into it."""
    scale = np.maximum(start.mean(axis=1), 1e-9 * max(box.total, 1e-300))[:, None] * np.ones_like(start)
    spend = project(start, scale, box)
    value, gradient = smooth.with_gradient(spend)
    step = first = 0.3 / max(float(gradient[box.high > box.low].max(initial=0.0)), 1e-300)
    for _ in range(MOST_STEPS):
        trial = project(spend + step * scale * gradient, scale, box)
        reached, rise = smooth.with_gradient(trial)
        if reached <= value:
            step /= 4.0
            if step < first * 1e-4:
                break
            continue
        moved, bent = trial - spend, gradient - rise
        curvature = float((moved * bent).sum())
        step = float((moved * moved / scale).sum()) / curvature if curvature > 0 else 4.0 * step
        step = min(max(step, first * 1e-3), first * 1e3)
        gain = reached - value
        spend, value, gradient = trial, reached, rise
        if gain <= ENOUGH * value:
            break
    return spend


def project(spend: FloatArray, scale: FloatArray, box: Box) -> FloatArray:
    """The plan in `box` nearest to `spend` (C, T), distances counted by `scale` (C, T)."""
    plan = np.array(spend)
    free = np.ones(len(spend), dtype=bool)
    total = box.total
    while free.any():
        rows = np.flatnonzero(free)
        pooled = _level(spend[rows].reshape(1, -1), scale[rows].reshape(1, -1), box, rows, np.array([total]))
        plan[rows] = pooled.reshape(len(rows), -1)
        totals = plan[rows].sum(axis=1)
        over, under = totals - box.upper[rows], box.lower[rows] - totals
        margin = 1e-12 * max(box.total, 1e-300)
        side = over if np.maximum(over, 0).sum() >= np.maximum(under, 0).sum() else under
        out = rows[side > margin]
        if not out.size:
            break
        given = (box.upper if side is over else box.lower)[out]
        plan[out] = _level(spend[out], scale[out], box, out, given)
        total -= float(given.sum())
        free[out] = False
    return plan


def _level(spend: FloatArray, scale: FloatArray, box: Box, rows: IntArray, totals: FloatArray) -> FloatArray:
    """Each row moved by one price times its scale, inside the weekly limits, so that it sums to its total."""
    low, high = box.low[rows].reshape(spend.shape), box.high[rows].reshape(spend.shape)
    totals = np.clip(totals, low.sum(axis=1), high.sum(axis=1))
    most, least = ((spend - low) / scale).max(axis=1), ((spend - high) / scale).min(axis=1)
    price = np.clip(np.zeros(len(spend)), least, most)
    enough = 1e-13 * np.maximum(totals, 1e-300)
    for _ in range(LEVEL_STEPS):
        moved = spend - price[:, None] * scale
        plan = np.clip(moved, low, high)
        excess = plan.sum(axis=1) - totals
        if np.all(np.abs(excess) <= enough):
            break
        least, most = np.where(excess > 0, price, least), np.where(excess < 0, price, most)
        pull = np.where((moved > low) & (moved < high), scale, 0.0).sum(axis=1)
        newton = price + excess / np.maximum(pull, 1e-300)
        price = np.where((newton > least) & (newton < most), newton, 0.5 * (least + most))
    return np.asarray(plan)
