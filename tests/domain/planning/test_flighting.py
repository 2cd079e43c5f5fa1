from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.planning.flighting.flights import InvalidFlight, spread
from nexusplanner.domain.shared import DateRange

MONDAY = date(2026, 3, 2)


def days(count: int, *, start: date = MONDAY) -> DateRange:
    return DateRange(start, start + timedelta(days=count - 1))


def amounts(total: int, *, dates: DateRange, least_per_week: int = 0) -> list[int]:
    return [amount for _, amount in spread(total, dates=dates, least_per_week=least_per_week)]


@given(
    total=st.integers(0, 10**12),
    start=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    count=st.integers(1, 400),
    least=st.integers(0, 10**10),
)
def test_every_cent_is_flown_inside_the_dates(total: int, start: date, count: int, least: int) -> None:
    dates = days(count, start=start)
    flights = spread(total, dates=dates, least_per_week=least)
    assert sum(amount for _, amount in flights) == total
    assert all(amount > 0 for _, amount in flights)
    assert {week for week, _ in flights} <= set(dates.calendar_weeks())
    if total >= least:
        assert all(amount >= least for _, amount in flights)
    else:
        assert len(flights) <= 1


def test_partial_weeks_get_money_by_their_days() -> None:
    flights = spread(2_100, dates=DateRange(date(2026, 3, 5), date(2026, 3, 25)))
    assert [(week.start, week.end, amount) for week, amount in flights] == [
        (date(2026, 3, 5), date(2026, 3, 8), 400),
        (date(2026, 3, 9), date(2026, 3, 15), 700),
        (date(2026, 3, 16), date(2026, 3, 22), 700),
        (date(2026, 3, 23), date(2026, 3, 25), 300),
    ]


def test_a_small_budget_is_concentrated_in_the_first_weeks() -> None:
    flights = spread(1_000, dates=days(70), least_per_week=400)
    assert [amount for _, amount in flights] == [500, 500]
    assert flights[0][0].start == MONDAY


def test_a_budget_below_the_least_goes_into_one_week() -> None:
    assert amounts(300, dates=days(21), least_per_week=400) == [300]


def test_a_week_that_would_get_less_than_the_least_is_raised_to_it() -> None:
    assert amounts(1_000, dates=days(8, start=date(2026, 3, 8)), least_per_week=300) == [300, 700]


def test_nothing_to_spend_makes_no_flights() -> None:
    assert amounts(0, dates=days(1)) == []


def test_negative_money_makes_no_flight() -> None:
    with pytest.raises(InvalidFlight, match="0 or more"):
        spread(-1, dates=days(1))
    with pytest.raises(InvalidFlight, match="0 or more"):
        spread(1, dates=days(1), least_per_week=-1)
