from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from tests.domain.planning.flighting_problems import small, year

from nexusplanner.domain.planning.flighting.flights import InvalidFlight
from nexusplanner.domain.planning.flighting.optimise import optimise_flights
from nexusplanner.domain.planning.flighting.problem import FlightChannel, FlightProblem
from nexusplanner.domain.planning.flighting.round import round_flights


def test_every_cent_of_the_budget_is_in_a_week() -> None:
    problem = year(2)
    result = optimise_flights(problem)
    rounded = round_flights(problem, result)
    assert sum(rounded.totals.values()) == int(problem.budget * 100)
    assert rounded.value == pytest.approx(result.value, rel=1e-6)
    assert rounded.upper_bound == result.upper_bound
    assert np.abs(np.array(rounded.amounts) / 100 - result.spend).max() < 0.02


def test_channel_budgets_given_in_cents_are_met_exactly() -> None:
    cents = (1_234_567, 89, 2_000_001)
    base = year(4, channels=3, weeks=9)
    problem = FlightProblem(
        budget=sum(cents) / 100,
        weeks=(5 / 7, *base.weeks[2:], 2 / 7),
        channels=tuple(
            FlightChannel(
                name=channel.name,
                curve=channel.curve,
                retention=channel.retention,
                lower=amount / 100,
                upper=amount / 100,
                weekly_upper=amount / 300,
            )
            for channel, amount in zip(base.channels, cents, strict=True)
        ),
    )
    rounded = round_flights(problem, optimise_flights(problem), totals=cents)
    assert tuple(rounded.totals.values()) == cents
    assert all(
        all(amount <= total / 3 + 1 for amount in row) for row, total in zip(rounded.amounts, cents, strict=True)
    )


def test_fixed_weeks_keep_their_cents() -> None:
    base = year(4, channels=2, weeks=6)
    first, second = base.channels
    fixed = FlightChannel(
        name="fixed", curve=first.curve, retention=0.3, weekly_upper=first.weekly_upper, fixed={2: 123.45, 4: 0.0}
    )
    problem = FlightProblem(budget=base.budget, weeks=base.weeks, channels=(fixed, second))
    rounded = round_flights(problem, optimise_flights(problem))
    assert rounded.amounts[0][2] == 12_345
    assert rounded.amounts[0][4] == 0


def test_a_currency_without_minor_units_is_rounded_to_units() -> None:
    problem = year(2)
    rounded = round_flights(problem, optimise_flights(problem), minor_per_unit=1)
    assert sum(rounded.totals.values()) == int(problem.budget)


def test_totals_the_weeks_cannot_hold_are_refused() -> None:
    problem = year(2, channels=1, weeks=4)
    result = optimise_flights(problem)
    with pytest.raises(InvalidFlight, match=r"weeks that run hold from 0\.00"):
        round_flights(problem, result, totals=[int(problem.budget * 100_000)])


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])
@given(seed=st.integers(0, 10**9))
def test_rounding_keeps_the_weekly_limits(seed: int) -> None:
    try:
        problem = small(np.random.default_rng(seed))
        result = optimise_flights(problem)
    except InvalidFlight:
        reject()
    rounded = round_flights(problem, result)
    cents = np.array(rounded.amounts) / 100
    assert cents.sum() <= problem.budget + 0.01
    free = ~problem.fixed
    assert np.all((cents <= problem.weekly_upper + 0.01)[free])
    assert np.all((cents >= problem.least_on - 1e-9)[free & (cents > 0)])
    same = (cents > 0) == (result.spend > 0)
    assert same[problem.stops_and_starts].all()
