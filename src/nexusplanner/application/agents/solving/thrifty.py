"""Plans that need not spend the whole budget: the least spend for an outcome, and spending while it pays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nexusplanner.application.agents.solving.problems import Asked
from nexusplanner.application.agents.solving.proofs import STEP, Solved, certified, share_of_gap
from nexusplanner.domain.campaigns import Certificate
from nexusplanner.domain.planning.allocation.goals import GoalResult, least_spend, spend_until
from nexusplanner.domain.planning.allocation.problem import AllocationProblem
from nexusplanner.domain.planning.rounding.cents import round_allocation
from nexusplanner.domain.planning.rounding.units import ceil_units, floor_units
from nexusplanner.domain.shared import Money

TOLERANCE = 1e-6


def least(asked: Asked, *, outcome: float) -> Solved:
    """The least of the plan's own money that brings `outcome`; where no plan does, the most that can be had.

    Raises: InfeasibleAllocation.
    """
    problem = asked.problem
    wanted = outcome + problem.value(asked.start)
    found = least_spend(problem, outcome=wanted, tolerance=TOLERANCE)
    most = floor_units(problem.budget * asked.per_unit)
    spent = min(ceil_units(found.spent * asked.per_unit), most)
    amounts = _rounded(asked, found, spent=spent)
    for more in range(1, len(asked.names) + 2):
        if not found.reached or _value(asked, amounts) >= wanted or spent + more > most:
            break
        amounts = _rounded(asked, found, spent=spent + more)
    proof = _proof(asked, found, amounts=amounts)
    return Solved(amounts=asked.own(amounts), certificate=_least_proof(asked, found, proof=proof, amounts=amounts))


def while_it_pays(asked: Asked, *, floor: float) -> Solved:
    """Spend while the last 1,000 of the currency bring `floor` or more. Raises: InfeasibleAllocation."""
    found = spend_until(asked.problem, floor=floor / STEP, tolerance=TOLERANCE)
    amounts = _rounded(asked, found, spent=floor_units(found.spent * asked.per_unit))
    proof = _proof(asked, found, amounts=amounts)
    if found.net_bound is None:
        return Solved(amounts=asked.own(amounts), certificate=proof)
    spend = sum(amounts) / asked.per_unit
    bound = found.net_bound + floor / STEP * spend - asked.problem.value(asked.start)
    if not sum(asked.own(amounts)) and bound <= TOLERANCE * asked.problem.value(asked.problem.upper):
        bound = proof.value  # nothing is spent, and nothing but rounding speaks for spending
    upper = max(bound, proof.value)
    gap = share_of_gap(value=proof.value, upper_bound=upper)
    return Solved(amounts=asked.own(amounts), certificate=replace(proof, upper_bound=upper, gap=gap))


def _rounded(asked: Asked, found: GoalResult, *, spent: int) -> tuple[int, ...]:
    """The plan in whole minor units that sum to `spent`."""
    return round_allocation(_at(asked, spent), found.result, minor_per_unit=asked.per_unit).amounts


def _at(asked: Asked, spent: int) -> AllocationProblem:
    return replace(asked.problem, budget=spent / asked.per_unit)


def _value(asked: Asked, amounts: tuple[int, ...]) -> float:
    return asked.problem.value(np.array(amounts, dtype=np.float64) / asked.per_unit)


def _proof(asked: Asked, found: GoalResult, *, amounts: tuple[int, ...]) -> Certificate:
    """The proof of the outcome at this spend, with the reason why the spend ends there."""
    value = _value(asked, amounts)
    proof = certified(
        asked,
        result=found.result,
        own=asked.own(amounts),
        value=value,
        upper_bound=max(found.result.upper_bound, value),
        problem=_at(asked, sum(amounts)),
    )
    return replace(proof, unspent_reason=found.reason if proof.unspent.amount else "")


def _least_proof(asked: Asked, found: GoalResult, *, proof: Certificate, amounts: tuple[int, ...]) -> Certificate:
    """The proof about the spend: by how much a plan that spends less, in whole minor units, could still reach the outcome."""
    if not found.reached or found.spend_bound is None:
        return replace(proof, reached=False)
    spent = sum(asked.own(amounts))
    possible = min(max(ceil_units(found.spend_bound * asked.per_unit) - sum(asked.started), 0), spent)
    gap = (spent - possible) / spent if spent else 0.0
    return replace(proof, gap=gap, least_possible=Money(possible, proof.unspent.currency))
