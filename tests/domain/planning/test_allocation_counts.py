"""Channels that are nearly alike: counted, not tried in every order, under the same certificate."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from benchmarks.allocation_baselines import dynamic_programme
from benchmarks.allocation_family import small_problem, twin_problem
from benchmarks.allocation_second import second_opinion
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.scale import examples

from nexusplanner.domain.planning.allocation.counts import CountSearch
from nexusplanner.domain.planning.allocation.hill import HillRelaxation
from nexusplanner.domain.planning.allocation.node import Node
from nexusplanner.domain.planning.allocation.problem import AllocationProblem, ChannelProblem
from nexusplanner.domain.planning.allocation.split import allocate
from nexusplanner.domain.planning.curves import FloatArray, HillCurve

GAP = 1e-6
seeds = st.integers(0, 2**32 - 1)


def by_counts(problem: AllocationProblem) -> tuple[FloatArray, float]:
    """Plan and bound of the counting search alone, from nothing known."""
    spare = problem.budget - problem.lower.sum()
    root = Node(lower=problem.lower, upper=np.minimum(problem.upper, problem.lower + spare))
    relaxation = HillRelaxation(problem.curves, budget=problem.budget)  # type: ignore[arg-type]
    plan, bound, _ = CountSearch(relaxation, root).run(problem.lower, np.inf, tolerance=GAP, most_nodes=2_000)
    return plan, bound


def assert_closed(problem: AllocationProblem, plan: FloatArray, bound: float) -> None:
    assert bound <= problem.value(plan) * (1 + GAP) + 1e-300
    assert_true(problem, plan, bound)


def assert_true(problem: AllocationProblem, plan: FloatArray, bound: float) -> None:
    assert np.all(plan >= problem.lower * (1 - 1e-12))
    assert np.all(plan <= problem.upper * (1 + 1e-12))
    assert plan.sum() <= problem.budget * (1 + 1e-9)
    value = problem.value(plan)
    check = dynamic_programme(problem)
    assert check.feasible <= max(bound, value) * (1 + 1e-10)
    assert value <= check.upper_bound * (1 + 1e-10)


@given(seed=seeds)
@example(seed=1975)  # counting cannot divide the last node of this one
@settings(max_examples=examples(40), deadline=None)
def test_counting_alone_claims_nothing_false_and_what_it_leaves_open_is_closed(seed: int) -> None:
    problem = small_problem(np.random.default_rng(seed))
    if problem.budget > problem.lower.sum():
        assert_true(problem, *by_counts(problem))
        assert allocate(problem).gap <= GAP


@given(seed=seeds, channels=st.integers(2, 5), magnitude=st.floats(-12.0, -0.5))
@settings(max_examples=examples(40), deadline=None)
def test_counting_alone_is_certified_on_near_twins(seed: int, channels: int, magnitude: float) -> None:
    problem = twin_problem(np.random.default_rng(seed), channels=channels, spread=10.0**magnitude)
    assert_closed(problem, *by_counts(problem))


@pytest.mark.parametrize("spread", [1e-12, 1e-9, 1e-6, 1e-4, 1e-3, 1e-2])
def test_twenty_near_twins_are_solved_without_trying_every_order(spread: float) -> None:
    for seed in range(3):
        problem = twin_problem(np.random.default_rng(seed), channels=20, spread=spread)
        result = allocate(problem)
        assert result.gap <= GAP
        assert result.nodes < 150


@pytest.mark.parametrize("spread", [1e-9, 1e-3])
def test_a_solver_that_knows_nothing_of_twins_does_not_contradict(spread: float) -> None:
    problem = twin_problem(np.random.default_rng(5), channels=6, spread=spread)
    result = allocate(problem)
    value, bound = second_opinion(problem, tolerance=GAP)
    assert value <= result.upper_bound * (1 + 1e-10)
    assert result.value <= bound * (1 + 1e-10)


@given(seed=seeds)
@settings(max_examples=examples(30), deadline=None)
def test_the_gap_is_true_against_every_plan_on_a_grid(seed: int) -> None:
    """Brute force: the bound is above all plans of the grid, and the plan is not behind the best of them."""
    problem = small_problem(np.random.default_rng(seed))
    if len(problem.channels) > 3:
        problem = AllocationProblem(
            budget=sum(item.lower for item in problem.channels[:3])
            + 0.5 * sum(item.upper - item.lower for item in problem.channels[:3]),
            channels=problem.channels[:3],
        )
    result = allocate(problem)
    grids = [np.linspace(item.lower, item.upper, 25) for item in problem.channels]
    plans = np.array(list(product(*grids)))
    plans = plans[plans.sum(axis=1) <= problem.budget]
    values = sum(np.asarray(item.curve.value(plans[:, index])) for index, item in enumerate(problem.channels))
    best = float(np.max(values)) if len(plans) else 0.0
    assert best <= result.upper_bound * (1 + 1e-12)
    assert best <= result.value * (1 + result.gap + 1e-12)


def test_a_budget_below_every_inflection_goes_to_one_channel() -> None:
    """The best plan has a channel inside the convex part of its curve, where counting channels that are in finds none."""
    curve = HillCurve(scale=5.0, half=10.0, slope=3.0)
    names = ("a", "b", "c")
    channels = tuple(ChannelProblem(name=name, curve=curve, lower=0.0, upper=20.0) for name in names)
    problem = AllocationProblem(budget=2.0, channels=channels)
    plan, bound = by_counts(problem)
    assert problem.value(plan) == pytest.approx(float(curve.value(2.0)), rel=GAP)
    assert_true(problem, plan, bound)
