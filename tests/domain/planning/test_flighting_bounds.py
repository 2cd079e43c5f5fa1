from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from tests.domain.planning.flighting_problems import best_on_grid, keeps_shortest, small, year

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.flighting.flights import InvalidFlight
from nexusplanner.domain.planning.flighting.knots import KnotTable
from nexusplanner.domain.planning.flighting.optimise import optimise_flights
from nexusplanner.domain.planning.flighting.problem import FlightProblem, FlightResult
from nexusplanner.domain.planning.flighting.programme import Programme

SLACK = 1 + 1e-9


def small_problem(seed: int) -> FlightProblem:
    try:
        return small(np.random.default_rng(seed))
    except InvalidFlight:
        reject()


def optimised(problem: FlightProblem) -> FlightResult:
    try:
        return optimise_flights(problem)
    except InvalidFlight:
        assert best_on_grid(problem, steps=4) == -np.inf
        reject()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])
@given(seed=st.integers(0, 10**9))
def test_no_plan_on_a_grid_exceeds_the_bound_and_the_plan_keeps_every_limit(seed: int) -> None:
    problem = small_problem(seed)
    result = optimised(problem)
    assert best_on_grid(problem) <= result.upper_bound * SLACK
    assert result.value <= result.upper_bound
    assert result.value == pytest.approx(problem.value(result.spend), rel=1e-12)
    assert result.outcomes.sum() + result.tail.sum() == pytest.approx(result.value)
    assert result.spend.sum() <= problem.budget * SLACK
    for index, channel in enumerate(problem.channels):
        row = result.spend[index]
        assert channel.lower / SLACK <= row.sum() <= channel.upper * SLACK
        assert np.all(row <= problem.weekly_upper[index] * SLACK)
        assert np.all((row >= problem.least_on[index] / SLACK) | (row == 0))
        assert np.all(row >= problem.weekly_lower[index] / SLACK)
        assert keeps_shortest(row, channel.shortest)
        for week, amount in channel.fixed.items():
            assert row[week] == pytest.approx(amount)
        closed = np.array([not is_open for is_open in channel.open or ()])
        closed[list(channel.fixed)] = False
        assert not row[closed].any()


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])
@given(seed=st.integers(0, 10**9), factor=st.floats(0.0, 4.0))
def test_the_programme_bounds_every_plan_of_a_channel_at_any_price(seed: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    problem = small_problem(seed)
    price = factor * problem.value(problem.weekly_upper) / max(float(problem.weekly_upper.sum()), 1.0)
    reach = np.maximum((problem.weekly_upper + problem.beside) / problem.lengths[: len(problem.weeks)], 1e-3).max(
        axis=1
    )
    reach = np.maximum(reach, problem.before)
    for knots in (8, 64):
        table = KnotTable.of([channel.curve for channel in problem.channels], reach=reach, count=knots)
        rows = np.arange(len(problem.channels))
        try:
            swept = Programme(problem, table, rows=rows).sweep(np.full((1, rows.size), price))
        except InvalidFlight:
            return
        for plan in (swept.spend[0], problem.weekly_lower, random_plan(rng, problem)):
            if not feasible_by_week(problem, plan):
                continue
            earned = problem.outcomes(plan).sum(axis=1) - price * plan.sum(axis=1)
            assert np.all(earned <= swept.bound[0] + 1e-9 * (np.abs(earned) + price * plan.sum(axis=1)))


def random_plan(rng: np.random.Generator, problem: FlightProblem) -> FloatArray:
    low, high = problem.least_on, np.maximum(problem.weekly_upper, problem.least_on)
    plan = low + rng.random(low.shape) * (high - low)
    return np.where((rng.random(low.shape) < 0.7) | (problem.weekly_lower > 0), plan, 0.0)


def feasible_by_week(problem: FlightProblem, plan: FloatArray) -> bool:
    inside = (plan >= problem.least_on / SLACK) | ((plan == 0) & (problem.weekly_lower <= 0))
    runs = all(keeps_shortest(row, channel.shortest) for row, channel in zip(plan, problem.channels, strict=True))
    return bool(np.all(inside & (plan <= problem.weekly_upper * SLACK))) and runs


@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 10**9), given_totals=st.booleans())
def test_no_even_or_random_spread_beats_the_plan(seed: int, given_totals: bool) -> None:  # noqa: FBT001
    rng = np.random.default_rng(seed)
    problem = year(seed, given=given_totals)
    result = optimise_flights(problem)
    share = problem.budget / problem.weekly_upper.sum()
    plans = [problem.weekly_upper * share]
    for _ in range(10):
        waves = rng.random(problem.weekly_upper.shape) ** rng.uniform(0, 3)
        waves /= waves.sum(axis=1, keepdims=True) if given_totals else waves.sum()
        plan = waves * (problem.lower[:, None] if given_totals else problem.budget)
        if np.all(plan <= problem.weekly_upper):
            plans.append(plan)
    assert all(problem.value(plan) <= result.value for plan in plans)


def test_the_gap_of_half_of_the_years_is_a_thousandth_or_less() -> None:
    gaps = [optimise_flights(year(seed)).gap for seed in range(15)]
    assert np.median(gaps) <= 1e-3
    assert max(gaps) <= 0.05
