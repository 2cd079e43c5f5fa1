from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.allocation_family import Shape
from benchmarks.risk_family import risk_problem
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.domain.planning.allocation.groups import Group
from nexusplanner.domain.planning.allocation.problem import (
    AllocationResult,
    InfeasibleAllocation,
    InvalidAllocation,
    relative_gap,
)
from nexusplanner.domain.planning.allocation.split import allocate
from nexusplanner.domain.planning.curves import CurveDraws, FloatArray, hill
from nexusplanner.domain.planning.risk.allocation import Measure, RiskProblem, allocate_risk, thinned
from nexusplanner.domain.planning.risk.figures import rank, tail_weights
from nexusplanner.domain.planning.risk.search import TailSearch

TAIL_GAP = 1e-3
MEASURES: tuple[Measure, ...] = ("cvar", "quantile")
seeds = st.integers(0, 2**32 - 1)
shapes = st.sampled_from(["concave", "s-shaped"])


def problem_of(
    seed: int, *, channels: int = 3, shape: Shape = "s-shaped", measure: Measure = "cvar", draws: int = 24
) -> RiskProblem:
    rng = np.random.default_rng(seed)
    level, share = float(rng.choice([0.05, 0.1, 0.33])), float(rng.uniform(0.3, 1.5))
    return risk_problem(
        rng, channels=channels, draws=draws, shape=shape, measure=measure, level=level, budget_share=share
    )


def solved(problem: RiskProblem) -> AllocationResult:
    """Quantiles with a loose tolerance, to save time: their bound must hold whatever the gap."""
    return allocate_risk(problem, tolerance=1e-4 if problem.measure == "cvar" else 2e-2)


def values_of(problem: RiskProblem, plans: FloatArray) -> FloatArray:
    """The measure at plans (N, C), written out apart from the code under test."""
    outcomes = np.zeros((len(plans), problem.size))
    for index in range(len(problem.channels)):
        half, slope = problem.draws.half[:, index], problem.draws.slope[:, index]
        outcomes += problem.draws.scale[:, index] * hill(plans[:, index, None], half=half, slope=slope)
    outcomes.sort(axis=1)
    if problem.measure == "quantile":
        return np.asarray(outcomes[:, rank(problem.size, level=problem.level)])
    return np.asarray(outcomes @ tail_weights(np.arange(float(problem.size)), level=problem.level))


def grid_of(problem: RiskProblem, *, steps: int) -> FloatArray:
    """Plans that spend the budget, on a grid of the channels but the last; 2 or 3 channels."""
    axes = [np.linspace(low, high, steps) for low, high in zip(problem.lower[:-1], problem.upper[:-1], strict=True)]
    plans = np.stack([axis.ravel() for axis in np.meshgrid(*axes)], axis=1)
    last = np.minimum(problem.budget - plans.sum(axis=1), problem.upper[-1])
    return np.asarray(np.column_stack([plans, last])[last >= problem.lower[-1]])


def random_plans(problem: RiskProblem, rng: np.random.Generator, *, count: int) -> FloatArray:
    shares = rng.random((count, len(problem.channels))) ** rng.choice([0.3, 1.0, 5.0], (count, 1))
    plans = problem.lower + (problem.upper - problem.lower) * shares
    over = plans.sum(axis=1, keepdims=True) - problem.budget
    above = plans - problem.lower
    return np.asarray(plans - np.where(over > 0, above * over / above.sum(axis=1, keepdims=True), 0.0))


def assert_kept(problem: RiskProblem, result: AllocationResult) -> FloatArray:
    spend = np.array(result.spend)
    assert np.all(spend >= problem.lower)
    assert np.all(spend <= problem.upper)
    assert spend.sum() <= problem.budget * (1 + 1e-12)
    assert result.value == pytest.approx(values_of(problem, spend[None])[0], rel=1e-9)
    assert result.upper_bound >= result.value
    return spend


@pytest.mark.parametrize("measure", MEASURES)
@given(seed=seeds, shape=shapes, channels=st.sampled_from([2, 3]))
@settings(max_examples=10, deadline=None)
def test_the_bound_holds_against_every_plan_of_a_grid(measure: Measure, seed: int, shape: Shape, channels: int) -> None:
    problem = problem_of(seed, channels=channels, shape=shape, measure=measure)
    result = solved(problem)
    assert_kept(problem, result)
    best = values_of(problem, grid_of(problem, steps=3001 if channels == 2 else 101)).max()
    assert best <= result.upper_bound * (1 + 1e-9)
    assert best <= result.value * (1 + max(result.gap, 1e-9))
    if measure == "cvar":
        assert result.gap <= TAIL_GAP


@pytest.mark.parametrize("measure", MEASURES)
@given(seed=seeds, shape=shapes)
@settings(max_examples=3, deadline=None)
def test_no_random_plan_exceeds_the_bound(measure: Measure, seed: int, shape: Shape) -> None:
    problem = problem_of(seed, channels=4, shape=shape, measure=measure)
    result = solved(problem)
    assert_kept(problem, result)
    plans = random_plans(problem, np.random.default_rng(seed), count=2000)
    assert values_of(problem, plans).max() <= result.upper_bound * (1 + 1e-9)


@pytest.mark.parametrize("measure", MEASURES)
@given(seed=seeds, shape=shapes)
@settings(max_examples=4, deadline=None)
def test_limits_on_groups_are_kept_and_the_bound_holds_inside_them(measure: Measure, seed: int, shape: Shape) -> None:
    free = problem_of(seed, shape=shape, measure=measure, draws=20)
    room = min(free.budget, float(free.upper.sum()))
    most = Group(name="most", members=free.channels[:2], lower=0.0, upper=0.5 * room)
    least = Group(name="least", members=free.channels[1:2], lower=0.2 * min(room, float(free.upper[1])))
    problem = replace(free, groups=(most, least))
    result = solved(problem)
    spend = assert_kept(problem, result)
    assert spend[:2].sum() <= most.upper * (1 + 1e-9)
    assert spend[1] >= least.lower * (1 - 1e-9)
    axes = [np.linspace(0.0, high, 61) for high in problem.upper[:2]]
    plans = np.stack([axis.ravel() for axis in np.meshgrid(*axes)], axis=1)
    plans = plans[(plans.sum(axis=1) <= most.upper) & (plans[:, 1] >= least.lower)]
    plans = np.column_stack([plans, np.minimum(problem.budget - plans.sum(axis=1), problem.upper[2])])
    best = values_of(problem, plans).max()
    assert best <= result.upper_bound * (1 + 1e-9)
    assert {name for name, _ in result.group_prices} == {"most", "least"}
    if measure == "cvar":
        assert result.gap <= TAIL_GAP


@given(seed=seeds, shape=shapes)
@settings(max_examples=10, deadline=None)
def test_a_level_near_one_gives_the_plan_of_the_greatest_mean(seed: int, shape: Shape) -> None:
    problem = replace(problem_of(seed, shape=shape), level=1 - 1e-9)
    result = solved(problem)
    mean = allocate(problem.weighted(np.full(problem.size, 1.0 / problem.size)))
    assert result.value == pytest.approx(mean.value, rel=2e-4)


@pytest.mark.parametrize("measure", MEASURES)
@given(seed=seeds, shape=shapes)
@settings(max_examples=4, deadline=None)
def test_order_and_currency_change_nothing(measure: Measure, seed: int, shape: Shape) -> None:
    problem = problem_of(seed, shape=shape, measure=measure)
    draws, order = problem.draws, [2, 0, 1]
    turned = replace(
        problem,
        channels=tuple(problem.channels[index] for index in order),
        lower=problem.lower[order],
        upper=problem.upper[order],
        draws=CurveDraws(
            channels=tuple(problem.channels[index] for index in order),
            scale=draws.scale[:, order],
            half=draws.half[:, order],
            slope=draws.slope[:, order],
            retention=draws.retention[:, order],
        ),
    )
    yen = replace(
        problem,
        budget=problem.budget * 150,
        lower=problem.lower * 150,
        upper=problem.upper * 150,
        draws=replace(draws, half=draws.half * 150),
    )
    found = solved(problem)
    for other in (solved(turned), solved(yen)):
        assert other.value <= found.upper_bound * (1 + 1e-9)
        assert found.value <= other.upper_bound * (1 + 1e-9)
        if measure == "cvar":
            assert other.value == pytest.approx(found.value, rel=2 * TAIL_GAP)


@pytest.mark.parametrize("measure", MEASURES)
@given(seed=seeds, shape=shapes)
@settings(max_examples=4, deadline=None)
def test_a_larger_budget_brings_more(measure: Measure, seed: int, shape: Shape) -> None:
    problem = problem_of(seed, shape=shape, measure=measure)
    less, more = solved(problem), solved(replace(problem, budget=problem.budget * 1.2))
    assert more.upper_bound >= less.value
    if measure == "cvar":
        assert more.value >= less.value * (1 - TAIL_GAP)


@given(seed=seeds, weights=st.lists(st.floats(0, 1), min_size=24, max_size=24).filter(lambda each: sum(each) > 0.01))
@settings(max_examples=20, deadline=None)
def test_any_weights_give_a_bound_that_holds(seed: int, weights: list[float]) -> None:
    problem = problem_of(seed)
    search = TailSearch(problem=problem, tolerance=1e-4)
    bound, _ = search._weigh(np.array(weights), lower=problem.lower, upper=problem.upper)
    assert values_of(problem, grid_of(problem, steps=41)).max() <= bound * (1 + 1e-9)


def two_channels(*, measure: Measure = "cvar", level: float = 0.1) -> RiskProblem:
    """`sure` brings 10 in every draw at saturation; `gamble` 22 in half of them, nothing in the others."""
    draws = 20
    scale = np.stack([np.full(draws, 10.0), np.where(np.arange(draws) % 2, 22.0, 0.0)], axis=1)
    ones = np.ones((draws, 2))
    return RiskProblem(
        budget=10.0,
        channels=("sure", "gamble"),
        lower=np.zeros(2),
        upper=np.full(2, 10.0),
        draws=CurveDraws(channels=("sure", "gamble"), scale=scale, half=4 * ones, slope=ones, retention=0 * ones),
        measure=measure,
        level=level,
    )


@pytest.mark.parametrize("measure", MEASURES)
def test_careful_money_leaves_the_gamble(measure: Measure) -> None:
    problem = two_channels(measure=measure)
    mean = allocate(problem.weighted(np.full(20, 0.05)))
    assert mean.allocation["gamble"] > 4
    result = allocate_risk(problem)
    assert result.allocation["sure"] == pytest.approx(10.0, rel=1e-6)
    assert result.value == pytest.approx(10 * 10 / 14)
    assert result.gap < 1e-3
    assert ("gamble", "min") in result.binding
    assert result.shadow_price == pytest.approx(10 * 4 / 14**2, rel=1e-3) or ("sure", "max") in result.binding


def test_money_nobody_can_use_is_left_and_said() -> None:
    result = allocate_risk(replace(two_channels(), budget=50.0))
    assert result.unspent == 30.0
    assert result.unspent_reason == "every channel is at its maximum"
    assert result.shadow_price == 0
    assert dict(result.binding) == {"sure": "max", "gamble": "max"}
    assert result.gap == 0


def test_locks_and_minimums_are_kept() -> None:
    problem = replace(two_channels(), lower=np.array([1.0, 3.0]), upper=np.array([10.0, 3.0]))
    result = allocate_risk(problem)
    assert result.spend == pytest.approx((7.0, 3.0))
    assert ("gamble", "lock") in result.binding


def test_the_tail_mean_is_never_worse_than_that_of_the_mean_plan() -> None:
    for seed in range(5):
        problem = problem_of(seed, channels=4)
        mean = np.array(allocate(problem.weighted(np.full(problem.size, 1.0 / problem.size))).spend)
        assert allocate_risk(problem).value >= problem.value(mean) * (1 - 1e-9)


def test_equal_problems_have_equal_plans() -> None:
    assert allocate_risk(problem_of(7)) == allocate_risk(problem_of(7))


def test_draws_without_effect_have_no_gap() -> None:
    problem = two_channels()
    nothing = replace(problem, draws=replace(problem.draws, scale=np.zeros((20, 2))))
    result = allocate_risk(nothing)
    assert (result.value, result.gap) == (0.0, relative_gap(value=0.0, upper_bound=0.0))


def test_problems_that_cannot_be_are_refused() -> None:
    problem = two_channels()
    with pytest.raises(InvalidAllocation, match="level"):
        replace(problem, level=1.0)
    with pytest.raises(InvalidAllocation, match="tolerance"):
        allocate_risk(problem, tolerance=0.0)
    with pytest.raises(InvalidAllocation, match="same channels"):
        replace(problem, channels=("gamble", "sure"))
    with pytest.raises(InvalidAllocation, match="same channels"):
        replace(problem, lower=np.zeros(3))
    with pytest.raises(InvalidAllocation, match="draws cannot be used"):
        replace(problem, draws=replace(problem.draws, half=np.zeros((20, 2))))
    with pytest.raises(InfeasibleAllocation, match="minimums"):
        replace(problem, lower=np.full(2, 8.0))


def test_thinning_keeps_draws_paired() -> None:
    draws = problem_of(3, draws=40).draws
    fewer = thinned(draws, most=10)
    assert fewer.scale.shape == (10, 3)
    kept = [np.flatnonzero(draws.scale[:, 0] == value)[0] for value in fewer.scale[:, 0]]
    np.testing.assert_array_equal(fewer.half, draws.half[kept])
    assert (kept[0], kept[-1]) == (0, 39)
    assert thinned(draws) is draws
