"""The optimization agent: has the planning problem of a brief solved, to the minor unit, and keeps the certificate."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nexusplanner.application.agents.gathering.response import ResponseModel
from nexusplanner.application.agents.solving.careful import careful
from nexusplanner.application.agents.solving.problems import Asked, Terms, ask, refusal, table_of
from nexusplanner.application.agents.solving.proofs import STEP, Solved, certified
from nexusplanner.application.agents.solving.thrifty import least, while_it_pays
from nexusplanner.domain.campaigns import (
    Allocation,
    Brief,
    ChannelAllocation,
    GoalKind,
    RiskKind,
)
from nexusplanner.domain.planning.allocation.problem import InfeasibleAllocation, relative_gap
from nexusplanner.domain.planning.allocation.split import allocate
from nexusplanner.domain.planning.fit.result import interval
from nexusplanner.domain.planning.knots.tables import allocate_table
from nexusplanner.domain.planning.rounding.cents import round_allocation
from nexusplanner.domain.shared import Money

PROMISED = 1e-6
"""The gap a plan keeps; a plan of the table that does not is replaced by the one of the curves themselves."""

TOLERANCE = 1e-7
"""Tighter than what is promised, so that rounding to cents stays inside."""


def terms_of(brief: Brief, *, committed: Mapping[str, Money] | None = None) -> Terms:
    """What a brief asks of its allocation."""
    return Terms(
        budget=brief.total_budget,
        limits=brief.limits,
        groups=brief.groups,
        goal=brief.goal,
        weeks=brief.dates.weeks,
        committed=committed or {},
    )


def optimise(model: ResponseModel, *, terms: Terms) -> Allocation:
    """The best split under `terms` in whole minor units, and the proof.

    The outcome is that of steady weekly spend, over what other campaigns' money brings alone; its mean over the draws
    counts unless the goal names another figure. Plans of the most mean outcome without groups are made on the table that
    pages plan on, so that both agree to the minor unit; the certificate is that of the curves themselves.
    Raises: Invalid (UNKNOWN_CHANNEL, INFEASIBLE_LIMITS) naming the fields at fault.
    """
    asked = ask(model, terms=terms)
    try:
        solved = _solve(asked)
    except InfeasibleAllocation as error:
        raise refusal(error, terms=terms) from None
    return allocation_of(asked, solved)


def _solve(asked: Asked) -> Solved:
    goal = asked.terms.goal
    if goal.kind is GoalKind.LEAST_SPEND and goal.outcome is not None:
        return least(asked, outcome=goal.outcome)
    if goal.kind is GoalKind.MARGINAL_FLOOR and goal.floor is not None:
        return while_it_pays(asked, floor=goal.floor)
    if goal.risk is not RiskKind.MEAN:
        return careful(asked)
    return _most(asked)


def _most(asked: Asked) -> Solved:
    problem, unit = asked.problem, asked.per_unit
    result = allocate(problem, tolerance=TOLERANCE)
    rounded = round_allocation(problem, result, minor_per_unit=unit)
    amounts, value = rounded.amounts, rounded.value
    if not asked.groups:
        on_table = _table_plan(asked)
        there = problem.value(np.array(on_table, dtype=np.float64) / unit)
        if relative_gap(value=there, upper_bound=rounded.upper_bound) <= PROMISED:
            amounts, value = on_table, there
    bound = max(rounded.upper_bound, value)
    own = asked.own(amounts)
    return Solved(amounts=own, certificate=certified(asked, result=result, own=own, value=value, upper_bound=bound))


def _table_plan(asked: Asked) -> tuple[int, ...]:
    """All money by channel, in minor units, as the table has it best."""
    plan = allocate_table(
        table_of(asked.draws, budget=asked.terms.budget, start=asked.start),
        budget_minor=asked.terms.budget.amount + sum(asked.started),
        lower_minor=[low + start for low, start in zip(asked.lower, asked.started, strict=True)],
        upper_minor=[high + start for high, start in zip(asked.upper, asked.started, strict=True)],
        minor_per_unit=asked.per_unit,
    )
    return plan.amounts


def allocation_of(asked: Asked, solved: Solved) -> Allocation:
    """The solution with what each channel should bring, over what other campaigns' money brings alone."""
    currency = asked.terms.budget.currency
    spend = asked.start + np.array(solved.amounts, dtype=np.float64) / asked.per_unit
    draws = asked.draws.outcomes(spend) - asked.draws.outcomes(asked.start)
    more = asked.draws.outcomes(spend + STEP).mean(axis=0) - asked.draws.outcomes(spend).mean(axis=0)
    locked = {limit.channel for limit in asked.terms.limits if limit.lock is not None}
    channels = tuple(
        ChannelAllocation(
            channel=name,
            budget=Money(solved.amounts[index], currency),
            minimum=Money(asked.lower[index], currency),
            maximum=Money(asked.upper[index], currency),
            locked=name in locked,
            expected_outcome=interval(draws[:, index]),
            next_thousand=float(more[index]),
            committed=Money(asked.started[index], currency) if asked.started[index] else None,
        )
        for index, name in enumerate(asked.names)
    )
    return Allocation(channels=channels, expected_outcome=interval(draws.sum(axis=1)), certificate=solved.certificate)
