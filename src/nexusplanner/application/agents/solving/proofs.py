"""Solutions of planning problems with their certificates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from nexusplanner.application.agents.solving.problems import Asked
from nexusplanner.domain.campaigns import BindingLimit, Certificate
from nexusplanner.domain.planning.allocation.insight import sensitivity
from nexusplanner.domain.planning.allocation.problem import AllocationProblem, AllocationResult, relative_gap
from nexusplanner.domain.shared import Money

STEP = 1_000.0
"""The amount whose worth explains an allocation: "the next 1,000"."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Solved:
    """What each channel gets of the plan's own money, in minor units, with the proof."""

    amounts: tuple[int, ...]
    certificate: Certificate


def certified(
    asked: Asked,
    *,
    result: AllocationResult,
    own: tuple[int, ...],
    value: float,
    upper_bound: float,
    problem: AllocationProblem | None = None,
) -> Certificate:
    """The certificate of a plan of `own` minor units; value and bound are those of all money together.

    problem: the one that `result` solves, when it is not that of the whole budget.
    """
    problem, budget, spent = problem or asked.problem, asked.terms.budget, sum(own)
    base = problem.value(asked.start)
    worth = sensitivity(problem, result, step=STEP).limit
    return Certificate(
        objective=asked.terms.goal.objective,
        value=value - base,
        upper_bound=upper_bound - base,
        gap=share_of_gap(value=value - base, upper_bound=upper_bound - base),
        shadow_price=result.shadow_price,
        binding=binding_limits(result, worth=worth),
        unspent=budget - Money(spent, budget.currency),
        unspent_reason=result.unspent_reason,
        even_value=problem.value(asked.start + asked.even(spent)) - base,
    )


def share_of_gap(*, value: float, upper_bound: float) -> float:
    """The relative gap; 1 where nothing is brought though something might be, which has no relative gap."""
    gap = relative_gap(value=value, upper_bound=upper_bound)
    return gap if math.isfinite(gap) else 1.0


def binding_limits(result: AllocationResult, *, worth: Mapping[str, float]) -> tuple[BindingLimit, ...]:
    """The limits a plan stands on. worth: what moving a channel's by `STEP` would add; groups bring their prices."""
    prices = dict(result.group_prices)
    return tuple(
        BindingLimit(
            channel=name,
            kind=kind,
            worth=STEP * prices.get(name, 0.0) if kind.startswith("group") else worth.get(name, 0.0),
        )
        for name, kind in result.binding
    )
