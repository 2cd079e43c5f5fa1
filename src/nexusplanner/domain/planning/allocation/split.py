"""The best split of a budget over channels, with a proof of how good it is.

Branch and bound, best bound first: a relaxation bounds every box of plans from above and offers plans inside it; a box
whose bound exceeds the best plan found is split in the channel where the relaxation is loose.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.allocation.counts import CountSearch
from nexusplanner.domain.planning.allocation.hill import HillRelaxation
from nexusplanner.domain.planning.allocation.node import Node
from nexusplanner.domain.planning.allocation.problem import (
    AT_LIMIT,
    AllocationProblem,
    AllocationResult,
    InvalidAllocation,
    relative_gap,
)
from nexusplanner.domain.planning.allocation.table import TableRelaxation
from nexusplanner.domain.planning.allocation.together import allocate_grouped
from nexusplanner.domain.planning.curves import HillCurve, derivatives

if TYPE_CHECKING:
    from nexusplanner.domain.planning.allocation.node import Relaxation
    from nexusplanner.domain.planning.curves import FloatArray

DEFAULT_TOLERANCE = 1e-6
CHEAP_NODES = 30
"""Up to this many boxes the search goes on beyond the tolerance, to the gap its relaxation reaches cheaply."""
BOX_NODES = 40
"""Boxes over envelopes after which near-equal channels are the likely reason that the gap does not close."""
MOST_NODES = 2_000
ROUNDING = 1e-12


def allocate(problem: AllocationProblem, *, tolerance: float = DEFAULT_TOLERANCE) -> AllocationResult:
    """The plan of greatest total outcome, proven to be within `tolerance` (relative) of the best possible.

    Spends the whole budget when the maximums allow it. The certificate covers the curves as they are given; should the
    search stop at its node limit, the result carries the larger gap it could prove. Raises: InvalidAllocation when
    `tolerance` is not in (0, 1).
    """
    if not 0 < tolerance < 1:
        raise InvalidAllocation(f"The tolerance must be between 0 and 1, not {tolerance!r}.")
    if problem.groups:
        return allocate_grouped(problem, tolerance=tolerance)
    lower, upper, budget = problem.lower, problem.upper, problem.budget
    spare = max(budget - math.fsum(lower), 0.0)
    if spare == 0 or math.fsum(upper) <= budget:
        return _result(problem, upper if spare else lower, upper_bound=None, nodes=0)
    root = Node(lower=lower, upper=np.minimum(upper, lower + spare))
    plan, value, bound, nodes = root.lower, -math.inf, math.inf, 0
    for search in _searches(problem, root, tolerance=tolerance):
        found, proven, solved = search(plan, bound)
        found = _within_budget(found, lower=lower, budget=budget)
        reached = problem.value(found)
        if reached > value:
            plan, value = found, reached
        bound, nodes = min(bound, proven), nodes + solved
        if nodes >= MOST_NODES or relative_gap(value=value, upper_bound=bound) <= tolerance:
            break
    return _result(problem, plan, upper_bound=bound, nodes=nodes)


Search = Callable[["FloatArray", float], "tuple[FloatArray, float, int]"]
"""From the best plan and bound known to a plan, a proven bound and the number of nodes solved."""


def _searches(problem: AllocationProblem, root: Node, *, tolerance: float) -> Iterator[Search]:
    """Ways to solve the problem, the fastest first.

    Boxes over envelopes; counts of channels, where many are alike; boxes over a table, which asks nothing of the curves'
    parameters.
    """
    twins = _twins(problem)
    search = partial(_search, root=root, twins=twins, budget=problem.budget, tolerance=tolerance)
    hills = [curve for curve in problem.curves if isinstance(curve, HillCurve)]
    if len(hills) == len(problem.channels):
        relaxation = HillRelaxation(hills, budget=problem.budget)
        yield lambda _plan, _bound: search(relaxation, most_nodes=BOX_NODES)
        counts = CountSearch(relaxation, root)
        yield partial(counts.run, tolerance=tolerance, most_nodes=MOST_NODES)
    table = TableRelaxation(problem.curves, budget=problem.budget, tolerance=tolerance)
    yield lambda _plan, _bound: search(table, most_nodes=MOST_NODES)


def _search(
    relaxation: Relaxation, *, root: Node, twins: Twins, budget: float, tolerance: float, most_nodes: int
) -> tuple[FloatArray, float, int]:
    """Best plan, proven upper bound and number of nodes solved."""
    best, best_value = root.lower, -math.inf
    bound, settled = relaxation.value(root.upper) * (1 + ROUNDING), -math.inf
    order, nodes = count(), 0
    frontier: list[tuple[float, int, Node, tuple[int, float] | None]] = []
    children: tuple[Node, ...] = (root,)
    while True:
        target = min(relaxation.cheap_gap, tolerance) if nodes < CHEAP_NODES else tolerance
        for child in children:
            cutoff = best_value + target * abs(best_value) if nodes else -math.inf
            relaxed = relaxation.relax(child, cutoff=cutoff)
            nodes += 1
            for plan in relaxed.plans:
                value = relaxation.value(plan)
                if value > best_value:
                    best, best_value = plan, value
            node = replace(child, price=relaxed.price)
            heapq.heappush(frontier, (-_least(relaxed.bound, bound), next(order), node, relaxed.split))
        if not frontier:
            return best, settled, nodes
        bound = max(-frontier[0][0], settled)
        if bound - best_value <= target * abs(best_value) or nodes >= most_nodes:
            return best, bound, nodes
        _, _, node, split = heapq.heappop(frontier)
        children = ()
        if split is None:
            settled = bound
        else:
            children = tuple(half for half in _halves(node, split, twins=twins) if _feasible(half, budget))


def _least(bound: float, parent_bound: float) -> float:
    """The tighter of two bounds; arithmetic that overflowed proves nothing."""
    return parent_bound if math.isnan(bound) else min(bound, parent_bound)


Twins = tuple[tuple[int, ...], ...]
"""For each channel, the channels (itself included) with the same curve and limits, in order."""


def _twins(problem: AllocationProblem) -> Twins:
    groups: dict[object, list[int]] = defaultdict(list)
    keys = [(channel.curve, channel.lower, channel.upper) for channel in problem.channels]
    for index, key in enumerate(keys):
        groups[key].append(index)
    return tuple(tuple(groups[key]) for key in keys)


def _halves(node: Node, split: tuple[int, float], *, twins: Twins) -> tuple[Node, Node]:
    """The node below and above the split.

    Twins are exchangeable, so plans are only looked for in which an earlier twin gets at least as much as a later one:
    without this, many equal S-shaped channels would be tried in every order.
    """
    channel, point = split
    later = [twin for twin in twins[channel] if twin >= channel]
    earlier = [twin for twin in twins[channel] if twin <= channel]
    upper, lower = node.upper.copy(), node.lower.copy()
    upper[later] = np.minimum(upper[later], point)
    lower[earlier] = np.maximum(lower[earlier], point)
    return replace(node, upper=upper), replace(node, lower=lower)


def _feasible(node: Node, budget: float) -> bool:
    return bool(np.all(node.lower <= node.upper)) and float(node.lower.sum()) <= budget * (1 + 1e-12)


def _within_budget(plan: FloatArray, *, lower: FloatArray, budget: float) -> FloatArray:
    """`plan` with the rounding of its sum taken off where there is most room."""
    excess = math.fsum(plan) - budget
    if excess <= 0:
        return plan
    trimmed = plan.copy()
    channel = int(np.argmax(plan - lower))
    trimmed[channel] = max(lower[channel], np.nextafter(trimmed[channel] - excess, -math.inf))
    return trimmed


def _result(problem: AllocationProblem, plan: FloatArray, *, upper_bound: float | None, nodes: int) -> AllocationResult:
    value = problem.value(plan)
    spend = tuple(float(amount) for amount in plan)
    unspent = max(problem.budget - math.fsum(spend), 0.0)
    if unspent <= AT_LIMIT * problem.budget:
        unspent = 0.0
    return AllocationResult(
        names=tuple(channel.name for channel in problem.channels),
        spend=spend,
        value=value,
        upper_bound=value if upper_bound is None else max(upper_bound, value),
        shadow_price=0.0 if unspent else _shadow_price(problem, plan),
        binding=problem.binding(plan),
        unspent=unspent,
        unspent_reason="every channel is at its maximum" if unspent else "",
        nodes=nodes,
    )


def _shadow_price(problem: AllocationProblem, plan: FloatArray) -> float:
    """Outcome of one more unit: the steepest curve among the channels with room; 0 when none has any."""
    room = plan < problem.upper * (1 - AT_LIMIT)
    if not room.any():
        return 0.0
    slopes = derivatives(problem.curves, plan)
    if np.isinf(slopes).any():
        step = AT_LIMIT * problem.upper
        steps = (problem.outcomes(plan + step) - problem.outcomes(plan)) / np.where(step > 0, step, 1.0)
        slopes = np.where(np.isinf(slopes), steps, slopes)
    return float(slopes[room].max())
