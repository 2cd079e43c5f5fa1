"""What others do with the same problem: a local solver from two starts, greedy steps, and a fine dynamic programme."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, minimize

from nexusplanner.domain.planning.allocation.node import fill
from nexusplanner.domain.planning.allocation.problem import AllocationProblem
from nexusplanner.domain.planning.curves import derivatives

FloatArray = NDArray[np.float64]
GREEDY_STEPS = 1_000


@dataclass(frozen=True, kw_only=True)
class PeerPlan:
    """Another planner's plan, the CPU time to find it and to build what finds it, and whether it ended in an error."""

    spend: FloatArray
    milliseconds: float
    building_milliseconds: float = 0.0
    gave_up: bool = False


def slsqp(problem: AllocationProblem, start: FloatArray) -> FloatArray:
    """SciPy's SLSQP with exact gradients in shares of the budget, its answer moved inside the limits."""
    budget = problem.budget
    scale = max(problem.value(start), 1e-300)

    def loss(shares: FloatArray) -> float:
        return -problem.value(np.maximum(shares, 0.0) * budget) / scale

    def gradient(shares: FloatArray) -> FloatArray:
        spend = np.maximum(shares, 1e-12) * budget
        return -derivatives(problem.curves, spend) * budget / scale

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answer = minimize(
            loss,
            start / budget,
            jac=gradient,
            method="SLSQP",
            bounds=list(zip(problem.lower / budget, problem.upper / budget, strict=True)),
            constraints=LinearConstraint(np.ones((1, len(start))), ub=1.0),
            options={"maxiter": 1_000, "ftol": 1e-10},
        )
    return feasible(problem, np.nan_to_num(answer.x) * budget)


def even_start(problem: AllocationProblem) -> FloatArray:
    """The budget in equal parts, moved inside the limits."""
    count = len(problem.channels)
    return feasible(problem, np.full(count, problem.budget / count))


def proportional_start(problem: AllocationProblem) -> FloatArray:
    """The budget in proportion to the middle of each channel's limits, moved inside them."""
    middle = 0.5 * (problem.lower + problem.upper)
    return feasible(problem, problem.budget * middle / middle.sum())


def greedy(problem: AllocationProblem) -> FloatArray:
    """Steps of a thousandth of the budget, each to the channel where it earns most."""
    lower, upper = problem.lower, problem.upper
    step = (problem.budget - lower.sum()) / GREEDY_STEPS
    spend = lower.copy()
    now = problem.outcomes(spend)
    then = problem.outcomes(np.minimum(spend + step, upper))
    for _ in range(GREEDY_STEPS):
        gains = np.where(spend + step <= upper * (1 + 1e-12), then - now, -np.inf)
        best = int(np.argmax(gains))
        if not np.isfinite(gains[best]):
            break
        spend[best] = min(spend[best] + step, upper[best])
        now[best] = then[best]
        curve = problem.channels[best].curve
        then[best] = float(curve.value(min(spend[best] + step, float(upper[best]))))
    return feasible(problem, spend)


def feasible(problem: AllocationProblem, spend: FloatArray) -> FloatArray:
    """`spend` moved the least way inside the limits and the budget."""
    return fill(spend, lower=problem.lower, upper=problem.upper, budget=problem.budget)


@dataclass(frozen=True, kw_only=True)
class DynamicProgramme:
    """A feasible plan's value found on a grid refined around its best plan, and a bound that holds for every plan."""

    feasible: float
    upper_bound: float


def dynamic_programme(
    problem: AllocationProblem, *, steps: int = 400, zooms: int = 4, width: int = 12
) -> DynamicProgramme:
    """Exact over grids of spend, with nothing assumed of the curves but that they rise.

    The bound: in a plan where channel c lies in its i-th cell, its outcome is at most that of the cell's upper end, and
    the cells' lower ends sum to at most the budget. The feasible value: the best grid plan, then again on grids ever
    finer around it.
    """
    lower, upper = problem.lower, problem.upper
    spare = min(problem.budget, float(upper.sum())) - float(lower.sum())
    if spare <= 0:
        value = problem.value(lower)
        return DynamicProgramme(feasible=value, upper_bound=value)
    size = spare / steps
    cells = np.arange(steps + 1) * size
    at_ends, at_starts = [], []
    for channel in problem.channels:
        starts = channel.lower + cells
        inside = starts <= channel.upper
        at_starts.append(np.where(inside, channel.curve.value(np.minimum(starts, channel.upper)), -np.inf))
        ends = np.minimum(starts + size, channel.upper)
        at_ends.append(np.where(inside, channel.curve.value(ends), -np.inf))
    bound, _ = _best_on_grid(at_ends, limit=steps)
    best, chosen = _best_on_grid(at_starts, limit=steps)
    plan = lower + np.array(chosen) * size
    for _ in range(zooms):
        size /= width / 3.0
        base = np.maximum(plan - width * size, lower)
        grids = [
            np.minimum(base[index] + np.arange(2 * width + 1) * size, upper[index])
            for index in range(len(problem.channels))
        ]
        values = [np.asarray(channel.curve.value(grid)) for channel, grid in zip(problem.channels, grids, strict=True)]
        limit = int(np.floor((problem.budget - base.sum()) / size + 1e-9))
        value, chosen = _best_on_grid(values, limit=limit)
        candidate = np.array([grid[index] for grid, index in zip(grids, chosen, strict=True)])
        if value > best and candidate.sum() <= problem.budget * (1 + 1e-12):
            best, plan = value, candidate
    return DynamicProgramme(feasible=problem.value(plan), upper_bound=bound)


def _best_on_grid(values: list[FloatArray], *, limit: int) -> tuple[float, list[int]]:
    """The most that values[0][i] + values[1][j] + ... reaches with i + j + ... <= limit, and where."""
    total = np.full(limit + 1, 0.0)
    choices = []
    for column in values:
        usable = column[: limit + 1]
        padded = np.concatenate([np.full(len(usable) - 1, -np.inf), total])
        windows = sliding_window_view(padded, len(usable)) + usable[::-1]
        best = np.argmax(windows, axis=1)
        total = windows[np.arange(limit + 1), best]
        choices.append(len(usable) - 1 - best)
    left = int(np.argmax(total))
    value = float(total[left])
    chosen: list[int] = []
    for choice in reversed(choices):
        chosen.insert(0, int(choice[left]))
        left -= chosen[0]
    return value, chosen
