from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from benchmarks.groups_family import Family, grouped_problem
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scale import examples

from nexusplanner.domain.planning.allocation.goals import least_spend, spend_until
from nexusplanner.domain.planning.allocation.groups import Group
from nexusplanner.domain.planning.allocation.problem import (
    AllocationProblem,
    ChannelProblem,
    InvalidAllocation,
)
from nexusplanner.domain.planning.allocation.split import allocate
from nexusplanner.domain.planning.curves import HillCurve, MeanHillCurve

TOLERANCE = 1e-6
seeds = st.integers(0, 2**32 - 1)
families = st.sampled_from(("concave", "s-shaped", "mixed"))


def small(seed: int, family: Family, *, groups: int) -> AllocationProblem:
    return grouped_problem(np.random.default_rng(seed), channels=4, groups=groups, family=family, shares=False)


def pair(*, budget: float = 100.0, slope: float = 1.0, **groups: Group) -> AllocationProblem:
    return AllocationProblem(
        budget=budget,
        channels=(
            ChannelProblem(name="a", curve=HillCurve(scale=400.0, half=30.0, slope=slope), lower=0.0, upper=80.0),
            ChannelProblem(name="b", curve=HillCurve(scale=300.0, half=20.0, slope=slope), lower=0.0, upper=80.0),
        ),
        groups=tuple(groups.values()),
    )


@given(seed=seeds, family=families, groups=st.sampled_from([0, 2]), part=st.floats(0.3, 1.0))
@settings(max_examples=examples(25), deadline=None)
def test_the_least_spend_for_what_a_budget_brings_is_that_budget_or_less(
    seed: int, family: Family, groups: int, part: float
) -> None:
    problem = small(seed, family, groups=groups)
    least = problem.rows.least_spend(problem.lower, problem.upper, budget=problem.budget)
    assert least is not None
    budget = float(least.sum() + part * (problem.budget - least.sum())) * (1 + 1e-9)
    plan = allocate(replace(problem, budget=budget))
    outcome = plan.value * (1 - 1e-7)
    goal = least_spend(problem, outcome=outcome)
    assert goal.reached
    assert goal.result.value >= outcome * (1 - 2e-9)
    assert goal.spent <= math.fsum(plan.spend) * (1 + 3 * TOLERANCE)
    assert goal.spend_bound is not None
    assert goal.spend_gap is not None
    assert goal.spend_gap <= 2 * TOLERANCE
    below = replace(problem, budget=max(goal.spend_bound * (1 - TOLERANCE), float(least.sum())))
    assert allocate(below).value < outcome or goal.spend_bound <= least.sum() * (1 + 1e-9)


@given(seed=seeds, family=families, groups=st.sampled_from([0, 2]))
@settings(max_examples=examples(20), deadline=None)
def test_spending_until_nothing_is_demanded_is_the_allocation(seed: int, family: Family, groups: int) -> None:
    problem = small(seed, family, groups=groups)
    plain, goal = allocate(problem), spend_until(problem, floor=0.0)
    assert goal.result.value == pytest.approx(plain.value, rel=2 * TOLERANCE)
    assert goal.result.upper_bound >= plain.value
    assert goal.spent == pytest.approx(math.fsum(plain.spend), rel=1e-9)
    assert not goal.reached


@given(seed=seeds, family=families, groups=st.sampled_from([0, 2]), floor=st.floats(0.05, 5.0))
@settings(max_examples=examples(25), deadline=None)
def test_no_budget_brings_more_net_of_the_floor(seed: int, family: Family, groups: int, floor: float) -> None:
    problem = small(seed, family, groups=groups)
    goal = spend_until(problem, floor=floor)
    assert goal.net is not None
    assert goal.net_bound is not None
    assert goal.net == pytest.approx(goal.result.value - floor * goal.spent, rel=1e-9, abs=1e-6)
    assert goal.net_bound - goal.net <= TOLERANCE * max(goal.result.value, 1e-6)
    least = problem.rows.least_spend(problem.lower, problem.upper, budget=problem.budget)
    assert least is not None
    for part in (0.1, 0.4, 0.7, 1.0):
        budget = float(least.sum() + part * (problem.budget - least.sum()))
        plan = allocate(replace(problem, budget=budget))
        assert plan.value - floor * math.fsum(plan.spend) <= goal.net_bound + 1e-9 * plan.value


def test_the_floor_is_the_return_of_the_last_unit() -> None:
    goal = spend_until(pair(), floor=4.0)
    assert goal.reached
    assert goal.reason == "further spend would bring less than the floor"
    assert goal.result.shadow_price == pytest.approx(4.0, rel=1e-3)
    assert goal.result.unspent == pytest.approx(100.0 - goal.spent)
    assert goal.result.unspent_reason == goal.reason


def test_a_floor_below_every_return_spends_the_budget() -> None:
    goal = spend_until(pair(), floor=0.01)
    assert (goal.reached, goal.reason) == (False, "the budget of 100.00 is spent")
    assert goal.result.unspent == 0.0


def test_limits_that_end_the_spend_before_the_floor_are_named() -> None:
    both = Group(name="both", members=("a", "b"), upper=40.0)
    goal = spend_until(pair(both=both), floor=0.01)
    assert not goal.reached
    assert goal.reason == "every channel that may still grow is in the group 'both', which is at its maximum"
    assert spend_until(pair(budget=200.0), floor=0.01).reason == "every channel is at its maximum"


def test_an_s_shaped_channel_is_worth_all_or_nothing() -> None:
    """At the floor that a line from nothing to the curve just touches, a little more or less decides everything."""
    curve = HillCurve(scale=400.0, half=30.0, slope=3.0)
    touch = 30.0 * 2.0 ** (1 / 3)
    price = float(curve.value(touch)) / touch
    channel = ChannelProblem(name="a", curve=curve, lower=0.0, upper=80.0)
    problem = AllocationProblem(budget=100.0, channels=(channel,))
    assert spend_until(problem, floor=price * 0.99).spent > touch
    nothing = spend_until(problem, floor=price * 1.01)
    assert nothing.spent == 0.0
    assert nothing.result.gap == 0.0
    assert nothing.net_bound == 0.0
    assert nothing.reached


def test_the_least_spend_is_known_for_one_channel() -> None:
    curve = MeanHillCurve.from_draws(scale=[400.0] * 2, half=[30.0] * 2, slope=[1.0] * 2)
    problem = AllocationProblem(budget=100.0, channels=(ChannelProblem(name="a", curve=curve, lower=0.0, upper=80.0),))
    goal = least_spend(problem, outcome=200.0)
    assert goal.spent == pytest.approx(30.0, rel=1e-6)
    assert goal.spend_bound == pytest.approx(30.0, rel=1e-6)
    assert goal.spend_bound <= 30.0 <= goal.spent * (1 + 1e-12)
    assert goal.result.unspent == pytest.approx(70.0, rel=1e-6)
    assert goal.reason == "the outcome is reached"


def test_an_outcome_out_of_reach_says_what_can_be_had_and_why() -> None:
    goal = least_spend(pair(), outcome=10_000.0)
    assert not goal.reached
    assert goal.spend_bound is None
    assert goal.result.value == pytest.approx(allocate(pair()).value)
    assert "the whole budget is spent" in goal.reason
    assert "every channel is at its maximum" in least_spend(pair(budget=500.0), outcome=10_000.0).reason


def test_minimums_that_reach_the_outcome_are_all_that_is_spent() -> None:
    both = Group(name="both", members=("a", "b"), lower=50.0)
    goal = least_spend(pair(both=both), outcome=10.0)
    assert goal.reached
    assert goal.spent == pytest.approx(50.0)
    assert goal.spend_bound == pytest.approx(50.0)
    assert goal.reason == "the minimums alone reach the outcome"


@pytest.mark.parametrize("number", [0.0, -1.0, math.inf, math.nan])
def test_an_outcome_must_be_positive(number: float) -> None:
    with pytest.raises(InvalidAllocation, match="outcome"):
        least_spend(pair(), outcome=number)


@pytest.mark.parametrize("number", [-1.0, math.inf, math.nan])
def test_a_floor_must_not_be_negative(number: float) -> None:
    with pytest.raises(InvalidAllocation, match="floor"):
        spend_until(pair(), floor=number)
