"""Other goals than the most outcome for a budget: the least spend for an outcome, and spending while it pays."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.allocation.problem import (
    AT_LIMIT,
    AllocationProblem,
    AllocationResult,
    InvalidAllocation,
)
from nexusplanner.domain.planning.allocation.split import DEFAULT_TOLERANCE, allocate
from nexusplanner.domain.planning.allocation.together import describe, polish, search_of, spend_all, why_unspent

if TYPE_CHECKING:
    from nexusplanner.domain.planning.curves import FloatArray

FINER = 0.02
"""Part of the tolerance on spend to which each budget tried is solved: a flat curve turns little outcome into much spend."""
COARSEST = 1e-4
SHORT = 1e-9
"""Part of an outcome that may be missing where it counts as reached: what floating point blurs."""
MOST_BUDGETS = 60
BISECTED = 8
"""Every so many budgets the middle is tried, whatever the line through the ends says."""
NEAR, BEYOND = 0.3, 0.8
"""Parts of the tolerance: an estimate this near to an end is tried this far beyond it, to bring the other end close."""
FURTHER = 4.0


@dataclass(frozen=True, kw_only=True)
class GoalResult:
    """A plan for a goal, with its proof.

    result: the plan and the certificate of its outcome: no plan inside the limits that spends as much or less reaches
    more than `result.upper_bound`; what it leaves of the problem's budget is `result.unspent`. reached: the outcome is
    reached, or the return has fallen to the floor. reason: why the spend ends where it does, in words. spend_bound
    (least spend): no plan inside the limits that spends less than this reaches the outcome; None when none does. net,
    net_bound (marginal floor): outcome less floor * spend of the plan, and what no plan inside the limits exceeds.
    """

    result: AllocationResult
    reached: bool
    reason: str
    spend_bound: float | None = None
    net: float | None = None
    net_bound: float | None = None

    @property
    def spent(self) -> float:
        """Currency units in total."""
        return math.fsum(self.result.spend)

    @property
    def spend_gap(self) -> float | None:
        """The plan's spend is within this share of the least possible; None where that was not the goal."""
        if self.spend_bound is None:
            return None
        return max(self.spent - self.spend_bound, 0.0) / self.spent if self.spent else 0.0


def least_spend(problem: AllocationProblem, *, outcome: float, tolerance: float = DEFAULT_TOLERANCE) -> GoalResult:
    """The plan of least total spend that reaches `outcome` inside the limits, with `problem.budget` as the cap.

    What the best plan reaches does not fall as the budget grows, so a budget at which no plan reaches the outcome rules
    out all smaller ones: the spend is proven to be within `tolerance` (relative) of the least. When the outcome cannot be
    reached, the plan is the one that reaches most. Raises: InvalidAllocation for an outcome that is not finite and
    positive, or a tolerance outside (0, 1).
    """
    if not math.isfinite(outcome) or outcome <= 0:
        raise InvalidAllocation(f"The outcome to reach must be a finite number above 0, not {outcome!r}.")
    if not 0 < tolerance < 1:
        raise InvalidAllocation(f"The tolerance must be between 0 and 1, not {tolerance!r}.")
    best, outcome = _Budgets(problem, tolerance=tolerance), outcome * (1 - SHORT)
    least = best.at(_least_budget(problem), width=0.0)
    if least.value >= outcome:
        reason = "the minimums alone reach the outcome"
        return _goal(
            problem, best.describe(least), reached=True, reason=reason, spend_bound=least.budget * (1 - 2 * SHORT)
        )
    most = best.at(problem.budget, width=0.0)
    if most.value < outcome:
        result = best.describe(most)
        why = result.unspent_reason or "the whole budget is spent"
        return GoalResult(
            result=result, reached=False, reason=f"the best plan brings {result.value:,.2f}: {why}", spend_bound=None
        )
    below, above = _Bracket(best, outcome=outcome, tolerance=tolerance).close(least, most)
    bound = below.budget if below.bound < outcome else 0.0
    if above.bound - above.value > tolerance * above.value:
        exact = best.at(above.budget, width=0.0)
        above = replace(max(exact, above, key=lambda tried: tried.value), bound=min(exact.bound, above.bound))
    return _goal(problem, best.describe(above), reached=True, reason="the outcome is reached", spend_bound=bound)


def spend_until(problem: AllocationProblem, *, floor: float, tolerance: float = DEFAULT_TOLERANCE) -> GoalResult:
    """Spend as long as further money brings `floor` or more outcome per currency unit, up to `problem.budget`.

    The plan of greatest outcome less floor * spend, proven to be within `tolerance` (relative to its outcome) of the best.
    An S-shaped channel gets all or nothing. Raises: InvalidAllocation for a floor that is not finite and 0 or more, or
    a tolerance outside (0, 1).
    """
    if not math.isfinite(floor) or floor < 0:
        raise InvalidAllocation(f"The floor must be a finite number of 0 or more, not {floor!r}.")
    if not 0 < tolerance < 1:
        raise InvalidAllocation(f"The tolerance must be between 0 and 1, not {tolerance!r}.")
    solution = search_of(problem).solve(budget=problem.budget, floor=floor, tolerance=tolerance)
    total = problem.budget if floor == 0 else min(math.fsum(solution.spend), problem.budget)
    result = describe(
        replace(problem, budget=total), solution.spend, upper_bound=solution.bound + floor * total, nodes=solution.nodes
    )
    spent = math.fsum(result.spend)
    net = result.value - floor * spent
    reached, reason = _why_it_ends(problem, np.array(result.spend))
    goal = _goal(problem, result, reached=reached, reason=reason)
    return replace(goal, net=net, net_bound=max(solution.bound, net))


def _why_it_ends(problem: AllocationProblem, spend: FloatArray) -> tuple[bool, str]:
    """Whether the floor ended the spend, and in words what did."""
    room = AT_LIMIT * problem.budget
    if problem.budget - math.fsum(spend) <= room:
        return False, f"the budget of {problem.budget:,.2f} is spent"
    if math.fsum(spend_all(problem, spend)) - math.fsum(spend) <= room:
        return False, why_unspent(problem, spend)
    return True, "further spend would bring less than the floor"


def _goal(
    problem: AllocationProblem,
    result: AllocationResult,
    *,
    reached: bool,
    reason: str,
    spend_bound: float | None = None,
) -> GoalResult:
    unspent = problem.budget - math.fsum(result.spend)
    unspent = unspent if unspent > AT_LIMIT * problem.budget else 0.0
    result = replace(result, unspent=unspent, unspent_reason=reason if unspent else "")
    return GoalResult(result=result, reached=reached, reason=reason, spend_bound=spend_bound)


def _least_budget(problem: AllocationProblem) -> float:
    """What the minimums of channels and groups cost together, and a hair more, so that a plan exists."""
    if not problem.groups:
        return min(math.fsum(problem.lower), problem.budget)
    plan = problem.rows.least_spend(problem.lower, problem.upper, budget=problem.budget)
    return problem.budget if plan is None else min(math.fsum(plan) * (1 + SHORT), problem.budget)


@dataclass(frozen=True, kw_only=True)
class _Tried:
    """The best plan of a budget: its value, and what no plan of that budget exceeds."""

    budget: float
    spend: FloatArray
    value: float
    bound: float
    nodes: int


class _Budgets:
    """Solves the problem at one budget after another."""

    def __init__(self, problem: AllocationProblem, *, tolerance: float) -> None:
        self.problem = problem
        self.tolerance = FINER * min(tolerance, DEFAULT_TOLERANCE)
        self.search = search_of(problem) if problem.groups else None

    def at(self, budget: float, *, width: float) -> _Tried:
        """The best plan of a budget; less exactly while the budgets still in question span a great part, `width`."""
        tolerance = max(self.tolerance, min(COARSEST, FINER * width))
        if self.search is None:
            found = allocate(replace(self.problem, budget=budget), tolerance=tolerance)
            spend, value, bound, nodes = np.array(found.spend), found.value, found.upper_bound, found.nodes
        else:
            solved = self.search.solve(budget=budget, floor=0.0, tolerance=tolerance)
            spend, bound, nodes = polish(self.problem, solved.spend, budget=budget), solved.bound, solved.nodes
            value = self.problem.value(spend)
        return _Tried(budget=budget, spend=spend, value=value, bound=bound, nodes=nodes)

    def describe(self, tried: _Tried) -> AllocationResult:
        problem = replace(self.problem, budget=tried.budget)
        return describe(problem, tried.spend, upper_bound=tried.bound, nodes=tried.nodes)


class _Bracket:
    """Two budgets, one too small and one large enough for an outcome, brought together by secants."""

    def __init__(self, best: _Budgets, *, outcome: float, tolerance: float) -> None:
        self.best, self.outcome, self.tolerance = best, outcome, tolerance
        self.beyond = BEYOND

    def close(self, below: _Tried, above: _Tried) -> tuple[_Tried, _Tried]:
        """The largest budget known to be too small and the smallest known to do."""
        above = _as_spent(above)
        last, found = below, above
        for tried in range(1, MOST_BUDGETS + 1):
            width = (above.budget - below.budget) / above.budget
            if width <= self.tolerance:
                break
            guess = self._secant(last, found, below, above)
            if tried % BISECTED == 0:
                guess = 0.5 * (below.budget + above.budget)
            last, found = found, self.best.at(guess, width=width)
            if found.value >= self.outcome:
                above = _as_spent(found)
            elif found.bound < self.outcome:
                below = found
            else:
                closer = self._around(found, below, above)
                if closer == (below, above):
                    break
                below, above = closer
        return below, above

    def _secant(self, last: _Tried, found: _Tried, below: _Tried, above: _Tried) -> float:
        """Where the line through the two budgets tried last reaches the outcome, or the line through the ends.

        Close to one end it is a little beyond that end, so that the other comes close too; further each time.
        """
        near, beyond = NEAR * self.tolerance * above.budget, self.beyond * self.tolerance * above.budget
        estimate = _crossing(last, found, self.outcome)
        if not below.budget - beyond < estimate < above.budget + beyond:
            estimate = _crossing(below, above, self.outcome)
        if near <= estimate - below.budget and near <= above.budget - estimate:
            return estimate
        self.beyond *= FURTHER
        if estimate - below.budget < near:
            return min(below.budget + beyond, 0.5 * (below.budget + above.budget))
        return max(above.budget - beyond, 0.5 * (below.budget + above.budget))

    def _around(self, found: _Tried, below: _Tried, above: _Tried) -> tuple[_Tried, _Tried]:
        """Budgets on both sides of one whose own gap leaves the answer open."""
        rise = (above.value - below.value) / (above.budget - below.budget)
        step = max((found.bound - found.value) / rise if rise > 0 else 0.0, 0.25 * self.tolerance * above.budget)
        more = self.best.at(min(found.budget + step, above.budget), width=0.0)
        less = self.best.at(max(found.budget - step, below.budget), width=0.0)
        return (
            less if less.bound < self.outcome else below,
            _as_spent(more) if more.value >= self.outcome else above,
        )


def _as_spent(tried: _Tried) -> _Tried:
    """What its plan spends is a budget that brings as much."""
    return replace(tried, budget=min(tried.budget, math.fsum(tried.spend)))


def _crossing(one: _Tried, other: _Tried, outcome: float) -> float:
    """The budget at which the line through two budgets reaches the outcome."""
    rise = other.value - one.value
    part = (outcome - one.value) / rise if rise else 0.5
    return one.budget + part * (other.budget - one.budget)
