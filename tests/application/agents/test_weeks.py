"""The best weeks for a plan's money, judged against what a planner would have done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories import records
from tests.factories.curves import kept_curve, response_model

from nexusplanner.application.agents.optimization import optimise, terms_of
from nexusplanner.application.agents.outputs import Allocated
from nexusplanner.application.agents.solving.weeks import FlightTerms, by_pattern, fly, with_weeks
from nexusplanner.domain.campaigns import Flight, FlightPattern, FlightRules, Hiatus, WeeklyMaximum
from nexusplanner.domain.shared import DateRange, Invalid, Money, TenantId

DATES = DateRange(date(2026, 4, 1), date(2026, 6, 24))
MODEL = response_model(
    replace(kept_curve("search", scale=800.0, half=3000.0), spend_seen=4000.0),
    kept_curve("tv", scale=2000.0, half=9000.0, slope=2.2),
)
BUDGETS = {"search": Money(2_000_000, "EUR"), "tv": Money(4_000_001, "EUR")}
OPTIMISED = FlightRules(pattern=FlightPattern.OPTIMISED)


def asked(rules: FlightRules = OPTIMISED, **changes: Any) -> FlightTerms:
    return FlightTerms(**{"dates": DATES, "rules": rules, "budgets": BUDGETS, **changes})


def sums(flights: dict[str, tuple[Flight, ...]] | Any) -> dict[str, int]:
    return {channel: sum(flight.budget.amount for flight in each) for channel, each in flights.items()}


def highest(flights: tuple[Flight, ...]) -> int:
    return max(week.amount.amount for flight in flights for week in flight.weekly)


def test_chosen_weeks_bring_more_than_even_ones_with_the_same_budgets() -> None:
    found = fly(MODEL, terms=asked())
    assert sums(found.flights) == {channel: budget.amount for channel, budget in BUDGETS.items()}
    assert found.gain > 0.01
    assert found.certificate.problem == "by week"
    assert found.certificate.value <= found.certificate.upper_bound
    assert 0 <= found.certificate.gap <= 0.03
    assert "more than an even spread" in found.in_words
    assert "0.5 to 3 %" in found.in_words


def test_a_week_stays_where_the_response_is_known() -> None:
    """The usual cap is one and a half times the highest week seen."""
    assert highest(fly(MODEL, terms=asked()).flights["search"]) <= 600_000
    rules = replace(OPTIMISED, weekly_maximums=(WeeklyMaximum(channel="search", amount=Money(250_000, "EUR")),))
    assert highest(fly(MODEL, terms=asked(rules)).flights["search"]) <= 250_000


def test_pauses_and_shortest_flights_are_kept() -> None:
    pause = DateRange(date(2026, 5, 4), date(2026, 5, 10))
    rules = replace(OPTIMISED, shortest=3, hiatus=(Hiatus(dates=pause),))
    found = fly(MODEL, terms=asked(rules))
    assert sums(found.flights) == sums(fly(MODEL, terms=asked()).flights)
    for flights in found.flights.values():
        for flight in flights:
            assert len(flight.weekly) >= 3
            assert all(week.dates != pause for week in flight.weekly)


def test_every_pattern_is_judged_against_the_best_weeks() -> None:
    best = fly(MODEL, terms=asked())
    for pattern in (FlightPattern.EVEN, FlightPattern.FRONT_LOADED, FlightPattern.PULSING):
        found = fly(MODEL, terms=asked(FlightRules(pattern=pattern)))
        assert found.certificate.value <= best.certificate.upper_bound * (1 + 1e-3)
        assert found.certificate.upper_bound >= found.certificate.value
    even = fly(MODEL, terms=asked(FlightRules()))
    assert even.gain == pytest.approx(0.0, abs=1e-12)
    assert even.certificate.gap > 0.005


def test_hand_placed_weeks_beyond_the_usual_cap_get_no_false_proof() -> None:
    given = by_pattern(asked(FlightRules()))
    week = DATES.calendar_weeks()[2]
    one = tuple(
        replace(flight, dates=week, weekly=(replace(flight.weekly[0], dates=week, amount=BUDGETS["search"]),))
        for flight in given["search"]
    )
    found = fly(MODEL, terms=asked(FlightRules()), given={**given, "search": one})
    assert found.gain < 0
    assert "less than an even spread" in found.in_words
    assert found.certificate.gap > 0.05


def test_what_ran_before_counts() -> None:
    before = np.array([[4000.0] * 13, [0.0] * 13])
    with_carry, without = fly(MODEL, terms=asked(before=before)), fly(MODEL, terms=asked())
    assert with_carry.certificate.value > without.certificate.value


def test_weeks_start_above_what_other_campaigns_spend_in_them() -> None:
    """On a curve on which every unit brings less than the one before, money leaves the weeks that others fill."""
    weeks = len(DATES.calendar_weeks())
    beside = np.zeros((2, weeks))
    beside[0, 3:6] = 4000.0
    alone, together = fly(MODEL, terms=asked()), fly(MODEL, terms=asked(beside=beside))
    busy = {week.start for week in DATES.calendar_weeks()[3:6]}
    assert in_weeks(together.flights["search"], busy) < 0.6 * in_weeks(alone.flights["search"], busy)
    assert sums(together.flights) == {channel: budget.amount for channel, budget in BUDGETS.items()}
    assert together.certificate.value < alone.certificate.value
    assert 0 <= together.certificate.gap <= 0.03


def in_weeks(flights: tuple[Flight, ...], weeks: set[date]) -> int:
    return sum(week.amount.amount for flight in flights for week in flight.weekly if week.dates.start in weeks)


def test_the_usual_cap_of_a_week_counts_the_money_of_others() -> None:
    beside = np.zeros((2, len(DATES.calendar_weeks())))
    beside[0, 4:7] = 5000.0
    found = fly(MODEL, terms=asked(beside=beside))
    for flight in found.flights["search"]:
        for week in flight.weekly:
            others = 500_000 if week.dates in DATES.calendar_weeks()[4:7] else 0
            assert week.amount.amount + others <= 600_000


@settings(deadline=None, max_examples=15)
@given(
    seed=st.integers(0, 2**32 - 1),
    minor=st.tuples(st.integers(0, 5_000_000), st.integers(1, 5_000_000)),
    start=st.integers(0, 6),
    days=st.integers(10, 70),
)
def test_sums_stay_exact_and_proven_on_top_of_any_money_of_others(
    seed: int, minor: tuple[int, int], start: int, days: int
) -> None:
    rng = np.random.default_rng(seed)
    first = DATES.start + timedelta(days=start)
    dates = DateRange(first, first + timedelta(days=days))
    shape = (2, len(dates.calendar_weeks()))
    beside = rng.exponential(3000.0, shape) * (rng.random(shape) < 0.6)
    budgets = {name: Money(amount, "EUR") for name, amount in zip(BUDGETS, minor, strict=True)}
    terms = asked(dates=dates, budgets=budgets, beside=beside)
    best = fly(MODEL, terms=terms)
    assert sums(best.flights) == {channel: budget.amount for channel, budget in budgets.items()}
    assert all(week.amount.amount >= 0 for flights in best.flights.values() for f in flights for week in f.weekly)
    assert best.certificate.value <= best.certificate.upper_bound


def test_money_may_move_between_channels_when_asked() -> None:
    free = {channel: (Money(0, "EUR"), Money(6_000_001, "EUR")) for channel in BUDGETS}
    moved, kept = fly(MODEL, terms=asked(ranges=free)), fly(MODEL, terms=asked())
    assert moved.certificate.value >= kept.certificate.value * (1 - 1e-3)
    assert sum(sums(moved.flights).values()) == 6_000_001


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        (
            replace(OPTIMISED, weekly_maximums=(WeeklyMaximum(channel="tv", amount=Money(100, "EUR")),)),
            "flighting.weekly_maximums.0",
        ),
        (replace(OPTIMISED, hiatus=(Hiatus(channel="tv", dates=DATES),)), "flighting.hiatus.0"),
    ],
)
def test_weeks_that_cannot_hold_the_money_name_the_rule(rules: FlightRules, field: str) -> None:
    for pattern in (FlightPattern.OPTIMISED, FlightPattern.EVEN):
        with pytest.raises(Invalid) as refusal:
            fly(MODEL, terms=asked(replace(rules, pattern=pattern)))
        assert refusal.value.code == "INFEASIBLE_FLIGHTS"
        assert field in refusal.value.fields


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        (replace(OPTIMISED, hiatus=(Hiatus(channel="tvv", dates=DATES),)), "flighting.hiatus.0"),
        (
            FlightRules(weekly_maximums=(WeeklyMaximum(channel="radio", amount=Money(100, "EUR")),)),
            "flighting.weekly_maximums.0",
        ),
    ],
)
def test_a_rule_about_a_channel_that_is_not_there_is_refused(rules: FlightRules, field: str) -> None:
    service = records.service(records.brand(TenantId(uuid4())))
    brief = records.brief(service, start_date=DATES.start, end_date=DATES.end, flighting=rules)
    allocated = Allocated(model=MODEL, allocation=optimise(MODEL, terms=terms_of(brief)))
    for plan in (lambda: fly(MODEL, terms=asked(rules)), lambda: with_weeks(allocated, brief=brief)):
        with pytest.raises(Invalid, match="It has: search, tv") as refusal:
            plan()
        assert refusal.value.code == "UNKNOWN_CHANNEL"
        assert list(refusal.value.fields) == [field]


def test_small_money_and_nothing_at_all_can_be_flown() -> None:
    small = {"search": Money(6_001, "EUR"), "tv": Money(0, "EUR")}
    found = fly(MODEL, terms=asked(budgets=small))
    assert sums(found.flights) == {"search": 6_001, "tv": 0}


def test_a_campaign_of_one_day_holds_its_money() -> None:
    saturday = DateRange(date(2026, 4, 4), date(2026, 4, 4))
    found = fly(MODEL, terms=asked(dates=saturday))
    assert sums(found.flights) == sums(fly(MODEL, terms=asked()).flights)
    pause = replace(OPTIMISED, hiatus=(Hiatus(channel="tv", dates=saturday),))
    with pytest.raises(Invalid) as refusal:
        fly(MODEL, terms=asked(pause, dates=saturday))
    assert refusal.value.message.count("tv:") == 1


def test_a_plan_gets_its_weeks_by_the_brief() -> None:
    service = records.service(records.brand(TenantId(uuid4())))
    brief = records.brief(
        service, start_date=DATES.start, end_date=DATES.end, total_budget=Money(6_000_001, "EUR"), flighting=OPTIMISED
    )
    allocated = Allocated(model=MODEL, allocation=optimise(MODEL, terms=terms_of(brief)))
    channels = with_weeks(allocated, brief=brief)
    assert channels.certificate is not None
    for plan in channels.plans:
        plan.check_flights()
    plain = with_weeks(allocated, brief=replace(brief, flighting=FlightRules()))
    assert plain.certificate is None
    assert [plan.budget for plan in plain.plans] == [plan.budget for plan in channels.plans]
