from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nexusplanner.domain.planning.allocation.insight import even_split, sensitivity
from nexusplanner.domain.planning.allocation.problem import AllocationProblem, ChannelProblem, InvalidAllocation
from nexusplanner.domain.planning.allocation.split import allocate
from nexusplanner.domain.planning.curves import HillCurve

STEP = 1_000.0


def plan_problem(*, social_cap: float = 20_000.0, locked: float = 15_000.0) -> AllocationProblem:
    return AllocationProblem(
        budget=100_000.0,
        channels=(
            ChannelProblem(name="search", curve=HillCurve(scale=4e5, half=6e4, slope=0.9), lower=0.0, upper=100_000.0),
            ChannelProblem(name="social", curve=HillCurve(scale=9e5, half=5e4, slope=1.4), lower=0.0, upper=social_cap),
            ChannelProblem(name="print", curve=HillCurve(scale=1e5, half=9e4, slope=1.0), lower=locked, upper=locked),
            ChannelProblem(name="radio", curve=HillCurve(scale=1e4, half=9e4, slope=1.0), lower=0.0, upper=50_000.0),
        ),
    )


def test_the_next_step_is_what_each_channel_would_add_on_top() -> None:
    problem = plan_problem()
    result = allocate(problem)
    insight = sensitivity(problem, result, step=STEP)
    search = problem.channels[0].curve
    spend = result.allocation["search"]
    assert insight.next_step["search"] == pytest.approx(float(search.value(spend + STEP) - search.value(spend)))
    assert list(insight.next_step) == ["search", "social", "print", "radio"]


def test_raising_a_cap_is_worth_what_the_raised_plan_gains() -> None:
    problem = plan_problem()
    result = allocate(problem)
    insight = sensitivity(problem, result, step=STEP)
    raised = allocate(plan_problem(social_cap=20_000.0 + STEP))
    assert insight.limit["social"] == pytest.approx(raised.value - result.value)
    assert insight.limit["social"] > 0


def test_a_lock_on_a_weak_channel_costs_money_when_raised() -> None:
    problem = plan_problem()
    insight = sensitivity(problem, allocate(problem), step=STEP)
    assert insight.limit["print"] < 0
    assert set(insight.limit) == {"social", "print"}


def test_more_budget_is_worth_about_the_shadow_price() -> None:
    problem = plan_problem()
    result = allocate(problem)
    richer = allocate(replace(problem, budget=problem.budget + 1.0))
    assert richer.value - result.value == pytest.approx(result.shadow_price, rel=1e-3)


def test_a_lock_that_cannot_be_afforded_is_left_out() -> None:
    problem = plan_problem(locked=99_500.0)
    assert "print" not in sensitivity(problem, allocate(problem), step=STEP).limit


def test_the_even_split_keeps_the_limits_and_spends_the_budget() -> None:
    problem = plan_problem()
    split = even_split(problem)
    assert split.spend == pytest.approx((32_500.0, 20_000.0, 15_000.0, 32_500.0))
    assert split.value == pytest.approx(problem.value(np.array(split.spend)))
    assert split.value <= allocate(problem).upper_bound


def test_a_step_must_be_positive() -> None:
    problem = plan_problem()
    with pytest.raises(InvalidAllocation, match="step"):
        sensitivity(problem, allocate(problem), step=0.0)
