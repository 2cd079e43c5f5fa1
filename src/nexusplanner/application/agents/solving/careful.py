"""Plans that do best when things go badly: the mean of the worst cases, or a quantile, instead of the mean."""

from __future__ import annotations

import numpy as np

from nexusplanner.application.agents.solving.problems import Asked
from nexusplanner.application.agents.solving.proofs import Solved, binding_limits, share_of_gap
from nexusplanner.domain.campaigns import Certificate, RiskKind
from nexusplanner.domain.planning.risk.allocation import RiskProblem, allocate_risk
from nexusplanner.domain.planning.rounding.cents import round_allocation
from nexusplanner.domain.shared import Money


def careful(asked: Asked) -> Solved:
    """The split of the greatest tail mean or quantile of the outcome; what other campaigns' money brings is part of it.

    Raises: InfeasibleAllocation.
    """
    goal, problem, unit = asked.terms.goal, asked.problem, asked.per_unit
    risky = RiskProblem(
        budget=problem.budget,
        channels=asked.names,
        lower=problem.lower,
        upper=problem.upper,
        draws=asked.draws,
        measure="cvar" if goal.risk is RiskKind.CVAR else "quantile",
        level=goal.level,
        groups=asked.groups,
    )
    result = allocate_risk(risky)
    amounts = round_allocation(problem, result, minor_per_unit=unit).amounts
    spend = np.array(amounts, dtype=np.float64) / unit
    value = risky.value(spend)
    bound = max(result.upper_bound, value)
    own = asked.own(amounts)
    budget = asked.terms.budget
    return Solved(
        amounts=own,
        certificate=Certificate(
            objective=goal.objective,
            value=value,
            upper_bound=bound,
            gap=share_of_gap(value=value, upper_bound=bound),
            shadow_price=result.shadow_price,
            binding=binding_limits(result, worth={}),
            unspent=budget - Money(sum(own), budget.currency),
            unspent_reason=result.unspent_reason,
            even_value=risky.value(asked.start + asked.even(sum(own))),
        ),
    )
