"""From the search under limits on groups to a result: the plan made precise, its prices, and what was left and why."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.allocation.grouped import GroupedSearch
from nexusplanner.domain.planning.allocation.mix import best_mix
from nexusplanner.domain.planning.allocation.problem import AT_LIMIT, AllocationResult

if TYPE_CHECKING:
    from nexusplanner.domain.planning.allocation.mix import Mix
    from nexusplanner.domain.planning.allocation.problem import AllocationProblem
    from nexusplanner.domain.planning.curves import FloatArray

FAN = np.array([1e-6, 1e-5, 1e-4, 1e-3, 1e-2])
"""How far from a plan, as parts of a channel's range, its neighbourhood is looked at."""
POLISHES = 3
LEAST_GAIN = 1e-14
"""A plan that is better by less than this part of its outcome is not, but for rounding."""
PRICED = 1e-7
"""Part of a channel's mean range that is added to the budget to price it."""


def search_of(problem: AllocationProblem) -> GroupedSearch:
    """The search for the problem's curves and limits, at any budget."""
    return GroupedSearch(problem.curves, rows=problem.rows, lower=problem.lower, upper=problem.upper)


def allocate_grouped(problem: AllocationProblem, *, tolerance: float) -> AllocationResult:
    """As `allocate`, under limits on groups: spends what the limits allow."""
    solution = search_of(problem).solve(budget=problem.budget, floor=0.0, tolerance=tolerance)
    return describe(problem, solution.spend, upper_bound=solution.bound, nodes=solution.nodes)


def spend_all(problem: AllocationProblem, spend: FloatArray) -> FloatArray:
    """`spend` with money that is left over put where the limits have room, though it brings nothing there."""
    if problem.budget - math.fsum(spend) <= AT_LIMIT * problem.budget:
        return spend
    filled = problem.rows.most_spend(spend, problem.upper, budget=problem.budget)
    return spend if filled is None else filled


def describe(problem: AllocationProblem, spend: FloatArray, *, upper_bound: float, nodes: int) -> AllocationResult:
    """The result for a plan close to the best: made precise, money left over put where it fits, priced."""
    spend = spend_all(problem, polish(problem, spend, budget=problem.budget))
    unspent = max(problem.budget - math.fsum(spend), 0.0)
    if unspent <= AT_LIMIT * problem.budget:
        unspent = 0.0
    total = problem.budget if not unspent else math.fsum(spend)
    value = problem.value(spend)
    priced = _around(problem, spend, budget=total + PRICED * float((problem.upper - problem.lower).mean()))
    groups = len(problem.groups)
    rows = np.zeros(1 + 2 * groups) if priced is None else priced.row_prices
    return AllocationResult(
        names=tuple(channel.name for channel in problem.channels),
        spend=tuple(float(amount) for amount in spend),
        value=value,
        upper_bound=max(upper_bound, value),
        shadow_price=0.0 if unspent else float(rows[0]),
        binding=problem.binding(spend),
        unspent=unspent,
        unspent_reason=why_unspent(problem, spend) if unspent else "",
        nodes=nodes,
        group_prices=tuple(
            (group.name, float(rows[1 + index] - rows[1 + groups + index]))
            for index, group in enumerate(problem.groups)
        ),
    )


def why_unspent(problem: AllocationProblem, spend: FloatArray) -> str:
    """The limits that keep a plan (C,) from growing."""
    at_maximum = {name for name, kind in problem.binding(spend) if kind in {"max", "lock", "group max"}}
    growing = [channel.name for channel in problem.channels if channel.name not in at_maximum]
    holding = [
        group for group in problem.groups if group.name in at_maximum and any(name in growing for name in group.members)
    ]
    if not growing:
        return "every channel is at its maximum"
    names = ", ".join(repr(group.name) for group in holding)
    if len(holding) == 1:
        return f"every channel that may still grow is in the group {names}, which is at its maximum"
    return f"every channel that may still grow is in a group that is at its maximum: {names}"


def polish(problem: AllocationProblem, spend: FloatArray, *, budget: float) -> FloatArray:
    """The best plan of `budget` in the neighbourhood of a plan (C,), closer each time."""
    value = problem.value(spend)
    for _ in range(POLISHES):
        mixed = _around(problem, spend, budget=budget)
        if mixed is None:
            return spend
        better = problem.value(mixed.spend)
        if better <= value * (1 + LEAST_GAIN):
            return spend
        spend, value = mixed.spend, better
    return spend


def _around(problem: AllocationProblem, spend: FloatArray, *, budget: float) -> Mix | None:
    """The linear programme over points around a plan (C,)."""
    lower, upper = problem.lower, problem.upper
    steps = (upper - lower)[:, None] * np.concatenate([-FAN[::-1], [0.0], FAN])
    points = np.clip(spend[:, None] + steps, lower[:, None], upper[:, None])
    values = np.stack([curve.value(at) for curve, at in zip(problem.curves, points, strict=True)])
    first = np.diff(points, axis=1, prepend=-1.0) > 0
    channel = np.repeat(np.arange(len(points)), points.shape[1]).reshape(points.shape)
    return best_mix(channel[first], points[first], values[first], rows=problem.rows, budget=budget, floor=0.0)
