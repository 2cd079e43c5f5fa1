"""Solving allocation documents: one problem or a list in, results in the same shape and order out."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from nexusplanner.application.allocation_files.parsing import Asked, parse_problem
from nexusplanner.domain.planning.allocation.goals import least_spend, spend_until
from nexusplanner.domain.planning.allocation.problem import AllocationProblem, AllocationResult, relative_gap
from nexusplanner.domain.planning.allocation.split import allocate
from nexusplanner.domain.planning.curves import Curve, CurveDraws, FloatArray
from nexusplanner.domain.planning.risk.allocation import Measure, RiskProblem, allocate_risk
from nexusplanner.domain.planning.rounding.cents import round_allocation
from nexusplanner.domain.shared import Invalid

Unit = Literal["exact", "cents"]
CENTS_PER_UNIT = 100
TOLERANCE = 1e-7
"""A tenth of the gap that is promised, so that rounding to cents has room."""


@dataclass(frozen=True, kw_only=True)
class Solved:
    """A plan with the problem it answers, which for some goals has a smaller budget, and what the goal adds to it."""

    problem: AllocationProblem
    result: AllocationResult
    goal: dict[str, Any]
    risky: RiskProblem | None = None

    def value(self, spend: FloatArray) -> float:
        """The objective at `spend` (C,)."""
        return self.risky.value(spend) if self.risky else self.problem.value(spend)


def allocate_document(document: object, *, unit: Unit) -> object:
    """Solve one problem (a JSON object) or several (a list of them).

    unit: "exact" leaves fractions of currency units, "cents" rounds to hundredths with an exact sum. In a list, a problem
    that fails becomes `{"error": {"code", "message", "fields"}}` in its place and the others are solved; a single problem
    that fails raises. Raises: Invalid with the field at fault.
    """
    if not isinstance(document, list):
        return _solve(document, unit=unit)
    results: list[object] = []
    for problem in document:
        try:
            results.append(_solve(problem, unit=unit))
        except Invalid as error:
            results.append({"error": {"code": error.code, "message": error.message, "fields": error.fields}})
    return results


def _solve(document: object, *, unit: Unit) -> dict[str, Any]:
    asked = parse_problem(document)
    began = time.perf_counter()
    solved = _answer(asked)
    result = solved.result
    spend, value, upper_bound = np.array(result.spend), result.value, result.upper_bound
    if unit == "cents":
        cents = round_allocation(solved.problem, result, minor_per_unit=CENTS_PER_UNIT).amounts
        spend = np.array(cents, dtype=np.float64) / CENTS_PER_UNIT
        value = solved.value(spend)
        upper_bound = max(upper_bound, value)
    seconds = time.perf_counter() - began
    gap = relative_gap(value=value, upper_bound=upper_bound)
    unspent = max(asked.problem.budget - math.fsum(spend), 0.0) if result.unspent else 0.0
    answer: dict[str, Any] = {
        "allocation": dict(zip(result.names, spend.tolist(), strict=True)),
        "value": value,
        "upper_bound": upper_bound,
        "gap": gap if math.isfinite(gap) else None,
        "shadow_price": result.shadow_price,
        "binding": _binding(result),
        "unspent": {"amount": unspent, "reason": result.unspent_reason},
        "seconds": seconds,
    }
    return answer | ({"goal": solved.goal} if solved.goal else {})


def _binding(result: AllocationResult) -> list[dict[str, Any]]:
    prices = dict(result.group_prices)
    return [
        {"group": name, "limit": kind.removeprefix("group "), "price": prices.get(name)}
        if kind.startswith("group")
        else {"channel": name, "limit": kind}
        for name, kind in result.binding
    ]


def _answer(asked: Asked) -> Solved:
    problem, goal = asked.problem, asked.goal
    if goal.kind == "least_spend" and goal.outcome is not None:
        found = least_spend(problem, outcome=goal.outcome, tolerance=TOLERANCE)
        told = {"reached": found.reached, "reason": found.reason, "least_possible": found.spend_bound}
        return Solved(problem=_of(problem, found.spent), result=found.result, goal=told)
    if goal.kind == "marginal_floor" and goal.floor is not None:
        found = spend_until(problem, floor=goal.floor, tolerance=TOLERANCE)
        told = {"reached": found.reached, "reason": found.reason, "net": found.net, "net_bound": found.net_bound}
        return Solved(problem=_of(problem, found.spent), result=found.result, goal=told)
    if goal.risk != "mean":
        risky = _risky(problem, measure=goal.risk, level=goal.level)
        return Solved(problem=problem, result=allocate_risk(risky), goal={}, risky=risky)
    return Solved(problem=problem, result=allocate(problem, tolerance=TOLERANCE), goal={})


def _of(problem: AllocationProblem, spent: float) -> AllocationProblem:
    """The problem of the money that is spent, up to a cent more so that rounding does not fall below it."""
    whole = math.ceil(spent * CENTS_PER_UNIT - 1e-6) / CENTS_PER_UNIT
    return replace(problem, budget=min(problem.budget, whole))


def _risky(problem: AllocationProblem, *, measure: Measure, level: float) -> RiskProblem:
    sizes = [np.size(curve.scale) for curve in problem.curves]

    def column(name: str) -> FloatArray:
        rows = [np.broadcast_to(np.atleast_1d(_parameter(curve, name)), (max(sizes),)) for curve in problem.curves]
        return np.array(rows, dtype=np.float64).T

    scale = column("scale")
    names = tuple(channel.name for channel in problem.channels)
    draws = CurveDraws(
        channels=names, scale=scale, half=column("half"), slope=column("slope"), retention=np.zeros_like(scale)
    )
    return RiskProblem(
        budget=problem.budget,
        channels=names,
        lower=problem.lower,
        upper=problem.upper,
        draws=draws,
        measure=measure,
        level=level,
        groups=problem.groups,
    )


def _parameter(curve: Curve, name: str) -> FloatArray:
    return np.asarray(getattr(curve, name), dtype=np.float64)
