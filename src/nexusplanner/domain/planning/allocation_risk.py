"""The split of a budget that does best when things go badly, with a bound on what any split could reach."""

from __future__ import annotations

import math

import numpy as np

from nexusplanner.domain.planning.allocation_problem import AllocationResult, InvalidAllocation, Limit
from nexusplanner.domain.planning.allocation_risk_ascent import climb
from nexusplanner.domain.planning.allocation_risk_problem import Measure, RiskProblem, thinned
from nexusplanner.domain.planning.allocation_risk_quantile import QuantileSearch
from nexusplanner.domain.planning.allocation_risk_search import TailSearch
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.risk import rank

__all__ = ["Measure", "RiskProblem", "allocate_risk", "thinned"]

DEFAULT_TOLERANCE = 1e-4
AT_LIMIT = 1e-9
"""A plan this share of the limit away from a limit stands on it."""


def allocate_risk(problem: RiskProblem, *, tolerance: float = DEFAULT_TOLERANCE) -> AllocationResult:
    """The plan of greatest tail mean or quantile, and what no plan inside the limits exceeds.

    value and upper_bound are of the measure asked for. The search stops at `tolerance` or when its work is used up; the
    result's gap is then larger and says so: tail means usually meet the tolerance, quantiles of five channels and more
    seldom do. shadow_price: what one more currency unit brings at the weights of the draws that decide.
    Raises: InvalidAllocation when `tolerance` is not in (0, 1).
    """
    if not 0 < tolerance < 1:
        raise InvalidAllocation(f"The tolerance must be between 0 and 1, not {tolerance!r}.")
    tails = TailSearch(problem=problem, tolerance=tolerance)
    if problem.measure == "cvar":
        bound = tails.run()
        return _result(problem, tails.plan, upper_bound=bound, nodes=tails.solved)
    tails.first()
    search = QuantileSearch(problem=problem, tolerance=tolerance)
    bound = search.run(tails.plans)
    return _result(problem, search.plan, upper_bound=bound, nodes=tails.solved + search.solved)


def _result(problem: RiskProblem, plan: FloatArray, *, upper_bound: float, nodes: int) -> AllocationResult:
    value = problem.value(plan)
    unspent = max(problem.budget - math.fsum(plan), 0.0)
    if unspent <= AT_LIMIT * problem.budget:
        unspent = 0.0
    return AllocationResult(
        names=problem.channels,
        spend=tuple(float(amount) for amount in plan),
        value=value,
        upper_bound=max(upper_bound, value),
        shadow_price=0.0 if unspent else _shadow_price(problem, plan),
        binding=(*_channels_at_limits(problem, plan), *_groups_at_limits(problem, plan)),
        unspent=unspent,
        unspent_reason=_reason(problem) if unspent else "",
        nodes=nodes,
    )


def _reason(problem: RiskProblem) -> str:
    if math.fsum(problem.upper) <= problem.budget:
        return "every channel is at its maximum"
    return "no channel can get more within the limits"


def _shadow_price(problem: RiskProblem, plan: FloatArray) -> float:
    """The steepest channel with room, its slope weighted over the draws that decide the measure at the plan."""
    room = plan < problem.upper * (1.0 - AT_LIMIT)
    if not room.any():
        return 0.0
    among, level = np.arange(problem.size), problem.level
    if problem.measure == "quantile":
        among = np.argsort(problem.outcomes(plan), kind="stable")[rank(problem.size, level=level) :]
        level = 1.0 / len(among)
    weights = climb(problem, plan, level=level, among=among, lower=problem.lower, upper=problem.upper).weights
    return float((weights @ problem.slopes(plan))[room].max())


def _channels_at_limits(problem: RiskProblem, plan: FloatArray) -> tuple[tuple[str, Limit], ...]:
    binding: list[tuple[str, Limit]] = []
    for name, amount, lower, upper in zip(problem.channels, plan, problem.lower, problem.upper, strict=True):
        margin = AT_LIMIT * upper
        if lower == upper:
            binding.append((name, "lock"))
        elif amount >= upper - margin:
            binding.append((name, "max"))
        elif amount <= lower + margin:
            binding.append((name, "min"))
    return tuple(binding)


def _groups_at_limits(problem: RiskProblem, plan: FloatArray) -> tuple[tuple[str, Limit], ...]:
    binding: list[tuple[str, Limit]] = []
    for group in problem.groups:
        total = math.fsum(plan[np.isin(problem.channels, group.members)])
        margin = AT_LIMIT * problem.budget
        if total >= group.upper - margin:
            binding.append((group.name, "group max"))
        elif group.lower > 0 and total <= group.lower + margin:
            binding.append((group.name, "group min"))
    return tuple(binding)
