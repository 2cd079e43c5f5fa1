from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domain.planning.flighting_problems import year

from nexusplanner.domain.planning.adstock import geometric_adstock
from nexusplanner.domain.planning.allocation.problem import AllocationProblem, ChannelProblem, InvalidAllocation
from nexusplanner.domain.planning.allocation.split import allocate
from nexusplanner.domain.planning.curves import CurveDraws, HillCurve, MeanHillCurve
from nexusplanner.domain.planning.flighting.flights import InvalidFlight
from nexusplanner.domain.planning.flighting.optimise import optimise_flights
from nexusplanner.domain.planning.flighting.problem import FlightChannel, FlightProblem
from nexusplanner.domain.planning.forecast.expected import ForecastInput, forecast
from nexusplanner.domain.shared import DateRange

CURVE = HillCurve(scale=100.0, half=50.0, slope=2.0)


def one(*, budget: float = 200.0, weeks: int = 8, tail_weeks: int = 8, **limits: Any) -> FlightProblem:
    channel = FlightChannel(**({"name": "tv", "curve": CURVE, "retention": 0.5, "weekly_upper": 80.0} | limits))
    return FlightProblem(budget=budget, weeks=(1.0,) * weeks, channels=(channel,), tail_weeks=tail_weeks)


def test_a_year_is_proven_to_a_thousandth() -> None:
    result = optimise_flights(year(7, channels=12, weeks=52))
    assert result.gap <= 1e-3
    assert result.unspent == 0


def test_states_are_the_adstock_of_the_response_model() -> None:
    problem = one(before=30.0, tail_weeks=3)
    spend = np.array([[10.0, 0.0, 40.0, 5.0, 0.0, 0.0, 60.0, 2.0]])
    expected = geometric_adstock(np.pad(spend, ((0, 0), (0, 3))), retention=np.array([0.5]), before=np.array([30.0]))
    np.testing.assert_allclose(problem.states(spend), expected)


def test_a_steady_spend_is_its_own_adstock_in_part_weeks_too() -> None:
    problem = FlightProblem(
        budget=100.0,
        weeks=(3 / 7, 1.0, 2 / 7),
        channels=(FlightChannel(name="tv", curve=CURVE, retention=0.6, before=20.0),),
        tail_weeks=0,
    )
    np.testing.assert_allclose(problem.states(20.0 * np.array([problem.weeks])), 20.0)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), start=st.integers(0, 6), days=st.integers(1, 40), retention=st.floats(0.05, 0.9))
def test_weeks_bring_what_the_forecast_says_part_weeks_included(
    seed: int, start: int, days: int, retention: float
) -> None:
    rng = np.random.default_rng(seed)
    first = date(2026, 3, 2) + timedelta(days=start)
    weeks = DateRange(first, first + timedelta(days=days - 1)).calendar_weeks()
    curve = HillCurve(scale=100.0, half=50.0, slope=float(rng.uniform(0.5, 3.0)))
    spend = rng.exponential(40.0, (1, len(weeks))) * (rng.random((1, len(weeks))) < 0.7)
    channel = FlightChannel(name="tv", curve=curve, retention=retention)
    problem = FlightProblem(budget=1e6, weeks=tuple(week.weeks for week in weeks), channels=(channel,))
    draws = CurveDraws(
        channels=("tv",),
        scale=np.array([[curve.scale]]),
        half=np.array([[curve.half]]),
        slope=np.array([[curve.slope]]),
        retention=np.array([[retention]]),
    )
    told = forecast(ForecastInput(curves=draws, weeks=weeks, spend=spend))
    np.testing.assert_allclose(problem.outcomes(spend)[:, : len(weeks)], told.outcome[0], atol=1e-9)


@pytest.mark.parametrize("retention", [0.0, 0.3, 0.8])
def test_on_a_straight_curve_money_brings_the_same_in_every_piece_of_a_week(retention: float) -> None:
    straight = HillCurve(scale=1e9, half=1e9, slope=1.0)
    channel = FlightChannel(name="tv", curve=straight, retention=retention)
    problem = FlightProblem(budget=100.0, weeks=(3 / 7, 1.0, 1 / 7), channels=(channel,), tail_weeks=200)
    assert [problem.value(10.0 * row[None]) for row in np.eye(3)] == pytest.approx([10.0] * 3, rel=1e-6)


def test_carry_over_from_before_raises_the_state_and_the_outcome() -> None:
    cold, warm = optimise_flights(one()), optimise_flights(one(before=60.0))
    assert warm.value > cold.value + 1
    assert warm.upper_bound >= warm.value


def test_without_carry_over_the_weeks_are_a_static_allocation() -> None:
    curves = {"tv": CURVE, "search": HillCurve(scale=60.0, half=20.0, slope=0.8)}
    season = np.array([1.0, 1.4, 0.7, 1.2, 0.9])
    flights = optimise_flights(
        FlightProblem(
            budget=300.0,
            weeks=(1.0,) * 5,
            channels=tuple(
                FlightChannel(name=name, curve=curve, retention=0.0, weekly_upper=90.0, weights=season)
                for name, curve in curves.items()
            ),
        ),
        tolerance=1e-5,
    )
    cells = allocate(
        AllocationProblem(
            budget=300.0,
            channels=tuple(
                ChannelProblem(
                    name=f"{name} {week}", curve=replace(curve, scale=curve.scale * weight), lower=0.0, upper=90.0
                )
                for name, curve in curves.items()
                for week, weight in enumerate(season)
            ),
        )
    )
    assert flights.upper_bound >= cells.value
    assert flights.value <= cells.upper_bound
    assert flights.value == pytest.approx(cells.value, rel=2e-3)


def test_what_is_carried_past_the_end_counts() -> None:
    counted, ignored = optimise_flights(one(tail_weeks=8)), optimise_flights(one(tail_weeks=0))
    assert counted.tail[0] > 0
    assert ignored.tail[0] == 0
    late = counted.spend[0, -2:].sum() / counted.spend.sum()
    assert late > ignored.spend[0, -2:].sum() / ignored.spend.sum() - 1e-6


def test_totals_given_are_spent_to_the_unit() -> None:
    problem = year(3, given=True)
    result = optimise_flights(problem)
    np.testing.assert_allclose(list(result.totals.values()), problem.lower, rtol=1e-9)
    assert {kind for _, kind in result.binding} <= {"lock", "weekly max"}


def test_a_maximum_of_a_channel_binds() -> None:
    free = optimise_flights(year(5))
    name, spent = max(free.totals.items(), key=lambda item: item[1])
    base = year(5)
    channels = tuple(
        replace(channel, upper=0.6 * spent) if channel.name == name else channel for channel in base.channels
    )
    held = optimise_flights(FlightProblem(budget=base.budget, weeks=base.weeks, channels=channels))
    assert held.totals[name] <= 0.6 * spent * (1 + 1e-9)
    assert (name, "max") in held.binding
    assert held.value <= free.upper_bound
    assert held.gap <= 2e-3


def test_weights_move_money_into_the_strong_weeks() -> None:
    result = optimise_flights(one(weights=[1, 1, 1, 1, 3, 3, 1, 1], retention=0.0))
    assert result.spend[0, 4:6].sum() > 100


def test_a_shortest_flight_is_kept_across_a_hiatus() -> None:
    closed = [True, True, True, False, True, True, True, True]
    result = optimise_flights(one(open=closed, least_on=10.0, shortest=3, weights=[9, 1, 1, 1, 1, 1, 1, 9]))
    running = result.spend[0] > 0
    assert not running[3]
    assert running[:3].all()
    assert running[5:].all()


def test_more_budget_than_the_limits_allow_is_left_and_said() -> None:
    result = optimise_flights(one(budget=1_000.0))
    assert result.unspent == pytest.approx(1_000 - 8 * 80)
    assert "limits" in result.unspent_reason
    assert result.shadow_price == 0
    assert result.gap == 0


def test_the_mean_over_draws_is_planned() -> None:
    rng = np.random.default_rng(1)
    curve = MeanHillCurve(
        scale=rng.lognormal(4, 0.3, 200), half=rng.lognormal(3.5, 0.5, 200), slope=rng.uniform(0.6, 3.0, 200)
    )
    problem = one(curve=curve, weeks=13)
    result = optimise_flights(problem)
    assert result.gap <= 1e-2
    assert result.value >= problem.value(np.full((1, 13), 200 / 13))


def test_the_same_problem_gives_the_same_plan() -> None:
    first, second = optimise_flights(year(11)), optimise_flights(year(11))
    assert first.spend.tobytes() == second.spend.tobytes()
    assert first.upper_bound == second.upper_bound


def test_money_can_be_counted_in_other_units() -> None:
    base = year(11)
    scaled = FlightProblem(
        budget=100 * base.budget,
        weeks=base.weeks,
        channels=tuple(
            replace(
                channel,
                curve=replace(channel.curve, half=100 * channel.curve.half),
                weekly_upper=100 * float(np.max(np.asarray(channel.weekly_upper))),
                before=100 * channel.before,
            )
            for channel in base.channels
            if isinstance(channel.curve, HillCurve)
        ),
    )
    assert optimise_flights(scaled).value == pytest.approx(optimise_flights(base).value, rel=1e-5)


def test_a_budget_of_nothing_brings_what_is_carried_over() -> None:
    result = optimise_flights(one(budget=0.0, before=40.0))
    assert result.spend.sum() == 0
    assert result.value == result.upper_bound > 0


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (
            {"lower": 900.0, "upper": 900.0},
            r"tv: the weekly maximums allow 640\.00 in the open weeks.*budget is 900\.00",
        ),
        ({"weekly_lower": 90.0}, r"tv: week 1 needs 90\.00, its maximum is 80\.00"),
        ({"weekly_lower": 40.0}, r"The minimums need 320\.00, the budget is 200\.00: tv 320\.00"),
        ({"fixed": {0: 60.0, 1: 50.0}, "upper": 100.0}, r"fixed weeks need 110\.00, the channel's maximum is 100\.00"),
        ({"lower": 5.0, "upper": 5.0, "least_on": 10.0}, "no open week can have the least amount"),
        ({"shortest": 3}, "needs a least amount"),
        (
            {"shortest": 3, "least_on": 5.0, "weekly_lower": 5.0, "open": [True, False] * 4},
            "leave no flights of at least 3",
        ),
        ({"retention": 1.0}, "retention must be"),
        ({"before": -1.0}, "before the start"),
        ({"weights": [1.0]}, "a weight of 0 or more"),
        ({"open": [True]}, "whether it is open"),
        ({"weekly_upper": [1.0, 2.0]}, "weekly maximum as one number"),
        ({"fixed": {8: 1.0}}, "fixed week"),
        ({"name": ""}, "needs a name"),
        ({"lower": 3.0, "upper": 2.0}, "not above the most"),
    ],
)
def test_limits_that_leave_no_plan_are_named(limits: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidFlight, match=message):
        optimise_flights(one(**limits))


def test_arguments_out_of_range_are_refused() -> None:
    with pytest.raises(InvalidFlight, match="budget"):
        one(budget=-1.0)
    with pytest.raises(InvalidFlight, match="at least one week"):
        one(weeks=0)
    with pytest.raises(InvalidFlight, match="another name"):
        FlightProblem(budget=1.0, weeks=(1.0,), channels=one().channels * 2)
    with pytest.raises(InvalidAllocation, match="tolerance"):
        optimise_flights(one(), tolerance=0.0)
