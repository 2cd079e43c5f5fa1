from __future__ import annotations

import numpy as np
import pytest
from benchmarks.allocation_baselines import dynamic_programme, even_start, greedy, slsqp
from benchmarks.allocation_family import family_problem, small_problem
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scale import examples

from nexusplanner.domain.planning.allocation.problem import (
    AllocationProblem,
    AllocationResult,
    ChannelProblem,
    InfeasibleAllocation,
    InvalidAllocation,
    relative_gap,
)
from nexusplanner.domain.planning.allocation.split import allocate
from nexusplanner.domain.planning.curves import Curve, HillCurve, MeanHillCurve

GAP = 1e-6


def channel(name: str, curve: Curve, *, lower: float = 0.0, upper: float = 10.0) -> ChannelProblem:
    return ChannelProblem(name=name, curve=curve, lower=lower, upper=upper)


def hill_of(scale: float = 1.0, half: float = 3.0, slope: float = 2.0) -> HillCurve:
    return HillCurve(scale=scale, half=half, slope=slope)


def as_means(problem: AllocationProblem) -> AllocationProblem:
    """The same curves, told as means over two equal draws, so that the other method solves them."""
    channels = []
    for item in problem.channels:
        assert isinstance(item.curve, HillCurve)
        pair = {name: [getattr(item.curve, name)] * 2 for name in ("scale", "half", "slope")}
        curve = MeanHillCurve.from_draws(**pair)
        channels.append(channel(item.name, curve, lower=item.lower, upper=item.upper))
    return AllocationProblem(budget=problem.budget, channels=tuple(channels))


def assert_certified(problem: AllocationProblem, result: AllocationResult) -> None:
    spend = np.array(result.spend)
    assert np.all(spend >= problem.lower * (1 - 1e-12))
    assert np.all(spend <= problem.upper * (1 + 1e-12))
    assert spend.sum() == pytest.approx(min(problem.budget, problem.upper.sum()), rel=1e-9)
    assert spend.sum() <= problem.budget * (1 + 1e-12)
    assert result.value == pytest.approx(problem.value(spend), rel=1e-12)
    assert result.upper_bound >= result.value
    assert result.gap <= GAP


seeds = st.integers(0, 2**32 - 1)


@given(seed=seeds, draws=st.sampled_from([1, 1, 1, 4]))
@settings(max_examples=examples(60), deadline=None)
def test_the_certificate_holds_against_a_dynamic_programme(seed: int, draws: int) -> None:
    problem = small_problem(np.random.default_rng(seed), draws=draws)
    result = allocate(problem)
    assert_certified(problem, result)
    check = dynamic_programme(problem)
    assert check.feasible <= result.upper_bound * (1 + 1e-12)
    assert result.value <= check.upper_bound * (1 + 1e-12)


@given(seed=seeds)
@settings(max_examples=examples(40), deadline=None)
def test_no_random_plan_inside_the_limits_is_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = small_problem(rng)
    result = allocate(problem)
    width = problem.upper - problem.lower
    for _ in range(50):
        plan = problem.lower + width * rng.random(len(width)) ** rng.choice([0.2, 1.0, 5.0])
        over = plan.sum() - problem.budget
        if over > 0:
            plan -= (plan - problem.lower) * over / (plan - problem.lower).sum()
        assert problem.value(plan) <= result.upper_bound
        assert problem.value(plan) <= result.value * (1 + GAP)


@given(seed=seeds)
@settings(max_examples=examples(25), deadline=None)
def test_two_methods_agree_on_single_hills(seed: int) -> None:
    problem = small_problem(np.random.default_rng(seed))
    by_envelope, by_table = allocate(problem), allocate(as_means(problem))
    assert_certified(problem, by_table)
    assert by_table.value <= by_envelope.upper_bound * (1 + 1e-12)
    assert by_envelope.value <= by_table.upper_bound * (1 + 1e-12)


@given(seed=seeds, factor=st.sampled_from([1e-9, 1e-2, 1e3, 1e12]))
@settings(max_examples=examples(25), deadline=None)
def test_another_currency_gives_the_same_plan(seed: int, factor: float) -> None:
    problem = small_problem(np.random.default_rng(seed))
    scaled = AllocationProblem(
        budget=problem.budget * factor,
        channels=tuple(
            channel(
                item.name,
                hill_of(item.curve.scale, item.curve.half * factor, item.curve.slope),
                lower=item.lower * factor,
                upper=item.upper * factor,
            )
            for item in problem.channels
        ),
    )
    assert allocate(scaled).value == pytest.approx(allocate(problem).value, rel=GAP)
    assert allocate(scaled).gap <= GAP


@given(seed=seeds)
@settings(max_examples=examples(25), deadline=None)
def test_the_order_of_the_channels_does_not_matter(seed: int) -> None:
    problem = small_problem(np.random.default_rng(seed))
    turned = AllocationProblem(budget=problem.budget, channels=problem.channels[::-1])
    assert allocate(turned).value == pytest.approx(allocate(problem).value, rel=GAP)


@given(seed=seeds, more=st.floats(1.0, 2.0))
@settings(max_examples=examples(25), deadline=None)
def test_more_budget_never_brings_less(seed: int, more: float) -> None:
    problem = small_problem(np.random.default_rng(seed))
    richer = AllocationProblem(budget=problem.budget * more, channels=problem.channels)
    assert allocate(richer).upper_bound >= allocate(problem).value


@pytest.mark.parametrize("shape", ["concave", "s-shaped", "mixed"])
@pytest.mark.parametrize("bounds", ["wide", "tight"])
@pytest.mark.parametrize("channels", [5, 20, 100])
def test_the_benchmark_family_is_solved_and_never_below_the_baselines(shape: str, bounds: str, channels: int) -> None:
    rng = np.random.default_rng(channels)
    problem = family_problem(rng, channels=channels, shape=shape, bounds=bounds)  # type: ignore[arg-type]
    result = allocate(problem)
    assert_certified(problem, result)
    for plan in (slsqp(problem, even_start(problem)), greedy(problem)):
        assert problem.value(plan) <= result.value * (1 + 1e-9)


def test_mean_curves_of_many_draws_are_certified() -> None:
    rng = np.random.default_rng(7)
    problem = AllocationProblem(
        budget=30.0,
        channels=tuple(
            channel(
                f"channel {index}",
                MeanHillCurve(
                    scale=rng.lognormal(0, 0.3, 200),
                    half=rng.lognormal(1, 0.6, 200),
                    slope=rng.lognormal(0.5, 0.4, 200),
                ),
            )
            for index in range(8)
        ),
    )
    assert_certified(problem, allocate(problem))


def test_means_with_two_separate_rises_are_certified() -> None:
    """Half the draws saturate early, half late: the mean is convex and concave twice."""
    twice = MeanHillCurve.from_draws(scale=[1.0, 1.0], half=[1.0, 7.0], slope=[6.0, 12.0])
    problem = AllocationProblem(budget=12.0, channels=tuple(channel(name, twice) for name in ("a", "b", "c")))
    result = allocate(problem)
    assert_certified(problem, result)
    assert dynamic_programme(problem).feasible <= result.upper_bound


def test_an_s_shaped_channel_is_left_out_rather_than_starved() -> None:
    problem = AllocationProblem(
        budget=8.0, channels=(channel("a", hill_of(2.0, 5.0, 4.0)), channel("b", hill_of(2.1, 5.0, 4.0)))
    )
    result = allocate(problem)
    assert result.spend == pytest.approx((0.0, 8.0))
    assert result.binding == (("a", "min"),)


@given(seed=seeds, copies=st.integers(2, 4))
@settings(max_examples=examples(25), deadline=None)
def test_equal_channels_are_certified_like_any_others(seed: int, copies: int) -> None:
    rng = np.random.default_rng(seed)
    one = small_problem(rng).channels[0]
    names = ["first", "second", "third", "fourth"][:copies]
    equals = tuple(channel(name, one.curve, lower=one.lower, upper=one.upper) for name in names)
    budget = copies * (one.lower + rng.uniform(0.05, 0.95) * (one.upper - one.lower))
    problem = AllocationProblem(budget=budget, channels=equals)
    result = allocate(problem)
    assert_certified(problem, result)
    check = dynamic_programme(problem)
    assert check.feasible <= result.upper_bound * (1 + 1e-12)


def test_many_equal_s_shaped_channels_are_solved_without_trying_every_order() -> None:
    problem = AllocationProblem(budget=15.5, channels=tuple(channel(f"c{n}", hill_of(slope=3.0)) for n in range(20)))
    result = allocate(problem)
    assert_certified(problem, result)
    assert result.nodes < 100


@pytest.mark.parametrize("slope", [0.01, 0.3, 1.0, 30.0, 2_000.0])
@pytest.mark.parametrize("half", [1e-6, 3.0, 1e6])
def test_extreme_curves_are_certified(slope: float, half: float) -> None:
    curves = [hill_of(scale, half * (1 + scale / 10), slope) for scale in (1.0, 2.0, 3.0)]
    problem = AllocationProblem(
        budget=10.0, channels=tuple(channel(f"c{n}", curve, upper=8.0) for n, curve in enumerate(curves))
    )
    result = allocate(problem)
    assert_certified(problem, result)
    assert dynamic_programme(problem).feasible <= result.upper_bound * (1 + 1e-12)


def test_channels_without_effect_take_what_others_cannot() -> None:
    problem = AllocationProblem(
        budget=10.0, channels=(channel("idle", hill_of(0.0)), channel("works", hill_of(), upper=4.0))
    )
    result = allocate(problem)
    assert_certified(problem, result)
    assert result.allocation == pytest.approx({"idle": 6.0, "works": 4.0})


def test_an_optimum_of_nothing_has_no_gap() -> None:
    problem = AllocationProblem(budget=0.0, channels=(channel("a", hill_of()), channel("b", hill_of(slope=0.5))))
    result = allocate(problem)
    assert (result.value, result.upper_bound, result.gap) == (0.0, 0.0, 0.0)


def test_locks_hold_and_are_reported() -> None:
    problem = AllocationProblem(
        budget=10.0,
        channels=(
            channel("locked", hill_of(), lower=4.0, upper=4.0),
            channel("capped", hill_of(9.0, 1.0, 0.9), upper=2.0),
            channel("free", hill_of(5.0)),
        ),
    )
    result = allocate(problem)
    assert_certified(problem, result)
    assert result.allocation["locked"] == 4.0
    assert result.binding == (("locked", "lock"), ("capped", "max"))


def test_maximums_below_the_budget_leave_money_and_say_so() -> None:
    problem = AllocationProblem(budget=10.0, channels=(channel("a", hill_of(), upper=3.0),))
    result = allocate(problem)
    assert (result.spend, result.unspent, result.gap, result.shadow_price) == ((3.0,), 7.0, 0.0, 0.0)
    assert result.unspent_reason == "every channel is at its maximum"


def test_minimums_that_use_the_whole_budget_are_the_plan() -> None:
    problem = AllocationProblem(
        budget=5.0, channels=(channel("a", hill_of(), lower=2.0), channel("b", hill_of(), lower=3.0))
    )
    result = allocate(problem)
    assert (result.spend, result.gap, result.unspent) == ((2.0, 3.0), 0.0, 0.0)


def test_the_shadow_price_is_the_worth_of_the_next_unit() -> None:
    channels = (channel("a", hill_of(3.0, 2.0, 0.8)), channel("b", hill_of(2.0, 1.0, 0.6)))
    result = allocate(AllocationProblem(budget=6.0, channels=channels))
    richer = allocate(AllocationProblem(budget=6.001, channels=channels))
    assert result.shadow_price == pytest.approx((richer.value - result.value) / 0.001, rel=1e-3)


def test_minimums_above_the_budget_are_named_with_their_sum() -> None:
    with pytest.raises(InfeasibleAllocation, match=r"add up to 11\.00, 1\.00 more .* tv 7\.00, radio 4\.00"):
        AllocationProblem(
            budget=10.0,
            channels=(
                channel("tv", hill_of(), lower=7.0),
                channel("free", hill_of()),
                channel("radio", hill_of(), lower=4.0),
            ),
        )


@pytest.mark.parametrize("budget", [-1.0, float("nan"), float("inf")])
def test_a_budget_that_is_no_amount_is_refused(budget: float) -> None:
    with pytest.raises(InvalidAllocation, match="budget"):
        AllocationProblem(budget=budget, channels=(channel("a", hill_of()),))


def test_other_bad_arguments_are_refused() -> None:
    with pytest.raises(InvalidAllocation, match="at least one channel"):
        AllocationProblem(budget=1.0, channels=())
    with pytest.raises(InvalidAllocation, match="more than once: a"):
        AllocationProblem(budget=1.0, channels=(channel("a", hill_of()), channel("a", hill_of())))
    with pytest.raises(InvalidAllocation, match=r"a: the minimum 5\.00 is above the maximum 4\.00"):
        channel("a", hill_of(), lower=5.0, upper=4.0)
    with pytest.raises(InvalidAllocation, match="maximum"):
        channel("a", hill_of(), upper=float("inf"))
    with pytest.raises(InvalidAllocation, match="name"):
        channel("", hill_of())
    with pytest.raises(InvalidAllocation, match="tolerance"):
        allocate(AllocationProblem(budget=1.0, channels=(channel("a", hill_of()),)), tolerance=0.0)


def test_the_gap_is_relative_to_the_value() -> None:
    assert relative_gap(value=2.0, upper_bound=3.0) == 0.5
    assert relative_gap(value=0.0, upper_bound=0.0) == 0.0
    assert relative_gap(value=0.0, upper_bound=1.0) == float("inf")
