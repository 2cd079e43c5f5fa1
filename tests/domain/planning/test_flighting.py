from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.planning.flighting import (
    InvalidFlight,
    Pattern,
    even,
    front_loaded,
    pulsing,
    spread,
    weeks_between,
)

MONDAY = date(2026, 3, 2)
patterns: st.SearchStrategy[Pattern] = st.one_of(
    st.just(even),
    st.just(front_loaded),
    st.builds(lambda on, off: pulsing(on=on, off=off), st.integers(1, 4), st.integers(0, 4)),
)


@given(
    total=st.integers(0, 10**12),
    start=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    days=st.integers(1, 400),
    pattern=patterns,
    least=st.integers(0, 10**10),
)
def test_every_cent_is_flown_inside_the_dates(total: int, start: date, days: int, pattern: Pattern, least: int) -> None:
    end = start + timedelta(days=days - 1)
    flights = spread(total, start=start, end=end, pattern=pattern, least_per_week=least)
    assert sum(flight.amount for flight in flights) == total
    assert all(flight.amount > 0 for flight in flights)
    for flight in flights:
        assert flight.week_start.weekday() == 0
        assert start <= flight.start <= flight.end <= end
        assert flight.week_start <= flight.start <= flight.end <= flight.week_start + timedelta(days=6)
    if total >= least:
        assert all(flight.amount >= least for flight in flights)
    else:
        assert len(flights) <= 1


def test_partial_weeks_get_money_by_their_days() -> None:
    flights = spread(2_100, start=date(2026, 3, 5), end=date(2026, 3, 25), pattern=even)
    assert [(flight.week_start, flight.start, flight.end, flight.amount) for flight in flights] == [
        (MONDAY, date(2026, 3, 5), date(2026, 3, 8), 400),
        (date(2026, 3, 9), date(2026, 3, 9), date(2026, 3, 15), 700),
        (date(2026, 3, 16), date(2026, 3, 16), date(2026, 3, 22), 700),
        (date(2026, 3, 23), date(2026, 3, 23), date(2026, 3, 25), 300),
    ]


def test_a_front_loaded_flight_falls_to_half() -> None:
    flights = spread(900, start=MONDAY, end=MONDAY + timedelta(days=20), pattern=front_loaded)
    assert [flight.amount for flight in flights] == [400, 300, 200]


def test_pulses_switch_weeks_on_and_off() -> None:
    flights = spread(900, start=MONDAY, end=MONDAY + timedelta(days=34), pattern=pulsing(on=1, off=1))
    assert [(flight.week_start, flight.amount) for flight in flights] == [
        (MONDAY, 300),
        (MONDAY + timedelta(days=14), 300),
        (MONDAY + timedelta(days=28), 300),
    ]


def test_a_small_budget_is_concentrated_in_the_first_weeks() -> None:
    flights = spread(1_000, start=MONDAY, end=MONDAY + timedelta(days=69), least_per_week=400)
    assert [flight.amount for flight in flights] == [500, 500]
    assert flights[0].week_start == MONDAY


def test_a_budget_below_the_least_goes_into_one_week() -> None:
    assert [
        flight.amount for flight in spread(300, start=MONDAY, end=MONDAY + timedelta(days=20), least_per_week=400)
    ] == [300]


def test_a_week_that_would_get_less_than_the_least_is_raised_to_it() -> None:
    flights = spread(1_000, start=date(2026, 3, 8), end=date(2026, 3, 15), least_per_week=300)
    assert [flight.amount for flight in flights] == [300, 700]


def test_nothing_to_spend_makes_no_flights() -> None:
    assert spread(0, start=MONDAY, end=MONDAY) == ()


def test_one_day_is_one_partial_week() -> None:
    (week,) = weeks_between(date(2026, 3, 4), date(2026, 3, 4))
    assert (week.week_start, week.days) == (MONDAY, 1)


def test_what_makes_no_flight_is_refused() -> None:
    with pytest.raises(InvalidFlight, match="before the start"):
        weeks_between(MONDAY, MONDAY - timedelta(days=1))
    with pytest.raises(InvalidFlight, match="0 or more"):
        spread(-1, start=MONDAY, end=MONDAY)
    with pytest.raises(InvalidFlight, match="at least one week on"):
        pulsing(on=0)
    with pytest.raises(InvalidFlight, match="above 0 in at least one"):
        spread(1, start=MONDAY, end=MONDAY, pattern=lambda weeks: (0.0,) * len(weeks))
