"""The split of a budget that does best when things go badly, with a bound on what any split could reach."""

from __future__ import annotations

import math

import numpy as np

from nexusplanner.domain.planning.allocation.problem import AT_LIMIT, AllocationResult, InvalidAllocation
from nexusplanner.domain.planning.allocation.together import describe, why_unspent
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.risk.ascent import climb
from nexusplanner.domain.planning.risk.figures import rank
from nexusplanner.domain.planning.risk.problem import Measure, RiskProblem, thinned
from nexusplanner.domain.planning.risk.quantile import QuantileSearch
from nexusplanner.domain.planning.risk.search import TailSearch

__all__ = ["Measure", "RiskProblem", "allocate_risk", "thinned"]

DEFAULT_TOLERANCE = 1e-4


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
    """The plan with its measure; prices are those of the outcome weighted over the draws that decide."""
    decided = problem.weighted(_deciding(problem, plan))
    value = problem.value(plan)
    unspent = max(problem.budget - math.fsum(plan), 0.0)
    if unspent <= AT_LIMIT * problem.budget:
        unspent = 0.0
    priced = describe(decided, plan, upper_bound=value, nodes=nodes)
    return AllocationResult(
        names=problem.channels,
        spend=tuple(float(amount) for amount in plan),
        value=value,
        upper_bound=max(upper_bound, value),
        shadow_price=priced.shadow_price,
        binding=decided.binding(plan),
        unspent=unspent,
        unspent_reason=why_unspent(decided, plan) if unspent else "",
        nodes=nodes,
        group_prices=priced.group_prices,
    )


def _deciding(problem: RiskProblem, plan: FloatArray) -> FloatArray:
    """Weights (S,) of the draws at which no small change of the plan improves the measure."""
    among, level = np.arange(problem.size), problem.level
    if problem.measure == "quantile":
        among = np.argsort(problem.outcomes(plan), kind="stable")[rank(problem.size, level=level) :]
        level = 1.0 / len(among)
    return climb(problem, plan, level=level, among=among, lower=problem.lower, upper=problem.upper).weights
