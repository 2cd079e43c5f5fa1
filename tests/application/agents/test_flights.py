from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.application.agents.solving.flights import placed
from nexusplanner.domain.campaigns import Flight, FlightPattern, FlightRules, Hiatus, WeeklyMaximum
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
    loaded = {"pattern": FlightPattern.FRONT_LOADED}
    cap = WeeklyMaximum(channel="tv", amount=eur(90_000))
    found, free = weeks(tv(1_000_000, weekly_maximums=(cap,), **loaded)), weeks(tv(1_000_000, **loaded))
    assert max(found.values()) == 90_000 < max(free.values())
    assert found[date(2026, 6, 22)] > free[date(2026, 6, 22)]
    assert sum(found.values()) == 1_000_000
    assert len(found) == len(DATES.calendar_weeks())


PAUSED = st.sets(st.integers(min_value=0, max_value=13), max_size=10)
PATTERNS = st.sampled_from([pattern for pattern in FlightPattern if pattern is not FlightPattern.PULSING])
BUDGETS = st.integers(min_value=100_000, max_value=10**7)


def rules(paused: set[int], *, cap: int, pattern: FlightPattern) -> dict[str, object]:
    return {
        "pattern": pattern,
        "hiatus": tuple(Hiatus(dates=DATES.calendar_weeks()[index]) for index in paused),
        "weekly_maximums": (WeeklyMaximum(channel="tv", amount=eur(cap)),),
    }


@given(BUDGETS, PAUSED, PATTERNS)
def test_money_is_placed_to_the_cent_in_open_weeks_below_the_maximum(
    budget: int, paused: set[int], pattern: FlightPattern
) -> None:
    cap = budget // (12 - len(paused)) + 1  # the first and the last week are short: they hold a part of it
    found = weeks(tv(budget, **rules(paused, cap=cap, pattern=pattern)))
    assert sum(found.values()) == budget
    assert max(found.values()) <= cap
    assert not set(found) & {DATES.calendar_weeks()[index].start for index in paused}


@given(BUDGETS, PAUSED, PATTERNS)
def test_money_that_the_open_weeks_cannot_hold_is_refused_with_the_rules_at_fault(
    budget: int, paused: set[int], pattern: FlightPattern
) -> None:
    cap = (budget - 1) // (14 - len(paused))
    with pytest.raises(Invalid) as refusal:
        tv(budget, **rules(paused, cap=cap, pattern=pattern))
    assert refusal.value.code == "INFEASIBLE_FLIGHTS"
    assert "flighting.weekly_maximums.0" in refusal.value.fields


def test_patterns_lean_the_way_they_say() -> None:
    first = list(weeks(tv(10_000_000, pattern=FlightPattern.FRONT_LOADED)).values())
    last = list(weeks(tv(10_000_000, pattern=FlightPattern.BACK_LOADED)).values())
    assert first[1] > first[-3]
    assert last[1] < last[-3]
    assert len(tv(10_000_000, pattern=FlightPattern.PULSING)) > 1
    assert tv(10_000_000, pattern=FlightPattern.OPTIMISED) == tv(10_000_000)
