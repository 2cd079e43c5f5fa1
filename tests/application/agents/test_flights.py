from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.application.agents.flights import placed
from nexusplanner.domain.campaigns import Flight, FlightRules, Hiatus, WeeklyMaximum
from nexusplanner.domain.shared import DateRange, Invalid, Money

DATES = DateRange(date(2026, 4, 1), date(2026, 6, 30))


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def tv(budget: int, *, dates: DateRange = DATES, **rules: object) -> tuple[Flight, ...]:
    return placed(eur(budget), channel="tv", rules=FlightRules(**rules), dates=dates)  # type: ignore[arg-type]


def weeks(flights: tuple[Flight, ...]) -> dict[date, int]:
    return {week.dates.start: week.amount.amount for flight in flights for week in flight.weekly}


@given(st.integers(min_value=1, max_value=10**9), st.integers(min_value=0, max_value=120))
def test_flights_sum_to_their_budget_inside_the_dates(budget: int, days: int) -> None:
    dates = DateRange(DATES.start, DATES.start + timedelta(days=days))
    (flight,) = tv(budget, dates=dates)
    assert sum(week.amount.amount for week in flight.weekly) == budget == flight.budget.amount
    assert dates.start <= flight.dates.start <= flight.dates.end <= dates.end
    assert all(week.amount.amount > 0 for week in flight.weekly)
    assert [week.dates for week in flight.weekly] == sorted({week.dates for week in flight.weekly})
    if len(flight.weekly) > 1:
        assert min(week.amount.amount for week in flight.weekly[1:-1] or flight.weekly) >= 5000 // 7


def test_no_money_flies_nowhere() -> None:
    assert tv(0) == ()


def test_small_money_runs_in_fewer_weeks() -> None:
    (small,), (large,) = tv(12_000), tv(12_000_000)
    assert len(small.weekly) <= 3 < len(large.weekly)


def test_a_pause_parts_the_flights_and_takes_no_money() -> None:
    pause = DateRange(date(2026, 5, 6), date(2026, 5, 12))
    first, second = tv(1_000_000, hiatus=(Hiatus(channel="tv", dates=pause),))
    assert first.dates.end == date(2026, 5, 3)
    assert second.dates.start == date(2026, 5, 18)
    assert first.budget.amount + second.budget.amount == 1_000_000
    assert tv(1_000_000, hiatus=(Hiatus(channel="search", dates=pause),)) == tv(1_000_000)


def test_what_a_weekly_maximum_cuts_off_goes_to_weeks_with_room() -> None:
    found = weeks(tv(1_000_000, weekly_maximums=(WeeklyMaximum(channel="tv", amount=eur(75_000)),)))
    assert sum(found.values()) == 1_000_000
    assert max(found.values()) == 75_000
    assert len(found) == len(DATES.calendar_weeks())


@given(
    st.integers(min_value=1, max_value=10**7),
    st.integers(min_value=1, max_value=10**6),
    st.sets(st.integers(min_value=0, max_value=13)),
)
def test_money_is_placed_to_the_cent_in_open_weeks_below_the_maximum_or_refused(
    budget: int, cap: int, paused: set[int]
) -> None:
    calendar = DATES.calendar_weeks()
    rules = {
        "hiatus": tuple(Hiatus(dates=calendar[index]) for index in paused),
        "weekly_maximums": (WeeklyMaximum(channel="tv", amount=eur(cap)),),
    }
    room = cap * (len(calendar) - len(paused))
    if room < budget:
        with pytest.raises(Invalid) as refusal:
            tv(budget, **rules)
        assert refusal.value.code == "INFEASIBLE_FLIGHTS"
        assert refusal.value.fields
        return
    found = weeks(tv(budget, **rules))
    assert sum(found.values()) == budget
    assert max(found.values()) <= cap
    assert not set(found) & {calendar[index].start for index in paused}
