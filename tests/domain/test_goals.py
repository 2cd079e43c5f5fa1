"""What a brief asks of its money: goal, groups and flight rules."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from tests.factories import records

from nexusplanner.domain.campaigns import (
    Brief,
    ChannelLimit,
    FlightRules,
    Goal,
    GoalKind,
    GroupLimit,
    Hiatus,
    RiskKind,
    WeeklyMaximum,
)
from nexusplanner.domain.shared import DateRange, Invalid, Money, TenantId

SERVICE = records.service(records.brand(TenantId(uuid4())))


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def brief(**changes: Any) -> Brief:
    return records.brief(SERVICE, **changes)


def group(**changes: Any) -> GroupLimit:
    return GroupLimit(**{"name": "screen", "channels": ("tv", "video"), "maximum_share": 0.4, **changes})


@pytest.mark.parametrize(
    ("goal", "fields"),
    [
        (Goal(), []),
        (Goal(risk=RiskKind.CVAR, level=0.05), []),
        (Goal(kind=GoalKind.LEAST_SPEND, outcome=100.0), []),
        (Goal(kind=GoalKind.MARGINAL_FLOOR, floor=1.5), []),
        (Goal(kind=GoalKind.LEAST_SPEND), ["goal.outcome"]),
        (Goal(kind=GoalKind.LEAST_SPEND, outcome=0.0), ["goal.outcome"]),
        (Goal(kind=GoalKind.LEAST_SPEND, outcome=float("inf")), ["goal.outcome"]),
        (Goal(kind=GoalKind.MARGINAL_FLOOR, floor=-1.0), ["goal.floor"]),
        (Goal(outcome=3.0), ["goal.outcome"]),
        (Goal(kind=GoalKind.LEAST_SPEND, outcome=3.0, floor=1.0), ["goal.floor"]),
        (Goal(kind=GoalKind.LEAST_SPEND, outcome=3.0, risk=RiskKind.QUANTILE), ["goal.risk"]),
        (Goal(level=0.9), ["goal.level"]),
        (Goal(level=float("nan")), ["goal.level"]),
    ],
)
def test_a_goal_names_what_to_correct(goal: Goal, fields: list[str]) -> None:
    assert wrong(goal=goal) == fields


def wrong(**changes: Any) -> list[str]:
    try:
        brief(**changes).check()
    except Invalid as refusal:
        return list(refusal.fields)
    return []


@pytest.mark.parametrize(
    ("groups", "fields"),
    [
        ((group(),), []),
        ((group(maximum_share=None, minimum=eur(0), maximum=eur(5)), group(name="other")), []),
        ((group(name=" "),), ["groups.0"]),
        ((group(channels=()),), ["groups.0"]),
        ((group(channels=("tv", "tv")),), ["groups.0"]),
        ((group(name="tv"),), ["groups.0"]),
        ((group(maximum_share=1.2),), ["groups.0"]),
        ((group(minimum_share=-0.1),), ["groups.0"]),
        ((group(maximum_share=None),), ["groups.0"]),
        ((group(), group(name="b", minimum_share=0.5)), ["groups.1"]),
        ((group(minimum=eur(99_999_999)),), ["groups.0"]),
        ((group(maximum=Money(5, "USD")),), ["groups.0"]),
        ((group(maximum=eur(-5)),), ["groups.0"]),
        ((group(), group()), ["groups"]),
    ],
)
def test_a_group_names_what_to_correct(groups: tuple[GroupLimit, ...], fields: list[str]) -> None:
    assert wrong(groups=groups) == fields


def test_the_tighter_of_amount_and_share_binds() -> None:
    both = group(minimum=eur(10_000), minimum_share=0.3, maximum=eur(70_000), maximum_share=0.6)
    assert both.bounds(eur(100_000)) == (300.0, 600.0)
    assert both.bounds(eur(200_000)) == (600.0, 700.0)


DAYS = DateRange(date(2026, 4, 6), date(2026, 4, 12))


@pytest.mark.parametrize(
    ("rules", "fields"),
    [
        (FlightRules(hiatus=(Hiatus(dates=DAYS),)), []),
        (FlightRules(shortest=0), ["flighting.shortest"]),
        (FlightRules(shortest=53), ["flighting.shortest"]),
        (
            FlightRules(hiatus=(Hiatus(dates=DAYS), Hiatus(dates=DateRange(date(2020, 1, 1), date(2020, 1, 2))))),
            ["flighting.hiatus.1"],
        ),
        (FlightRules(weekly_maximums=(WeeklyMaximum(channel="tv", amount=eur(0)),)), ["flighting.weekly_maximums.0"]),
        (
            FlightRules(weekly_maximums=(WeeklyMaximum(channel="tv", amount=Money(5, "USD")),)),
            ["flighting.weekly_maximums.0"],
        ),
        (
            FlightRules(weekly_maximums=(WeeklyMaximum(channel="tv", amount=eur(1)),) * 2),
            ["flighting.weekly_maximums"],
        ),
    ],
)
def test_flight_rules_name_what_to_correct(rules: FlightRules, fields: list[str]) -> None:
    assert wrong(flighting=rules, start_date=date(2026, 4, 1), end_date=date(2026, 4, 30)) == fields


def test_a_pause_is_of_one_channel_or_of_all() -> None:
    week = DateRange(date(2026, 4, 6), date(2026, 4, 12))
    one = FlightRules(hiatus=(Hiatus(channel="tv", dates=DateRange(date(2026, 4, 12), date(2026, 4, 20))),))
    every = FlightRules(hiatus=(Hiatus(dates=DateRange(date(2026, 4, 1), date(2026, 4, 6))),))
    assert one.paused("tv", week=week)
    assert not one.paused("search", week=week)
    assert every.paused("search", week=week)
    assert not every.paused("search", week=DateRange(date(2026, 4, 13), date(2026, 4, 19)))


@pytest.mark.parametrize(
    "change",
    [
        {"goal": Goal(risk=RiskKind.CVAR)},
        {"groups": (group(),)},
        {"flighting": FlightRules(shortest=2)},
        {"limits": (ChannelLimit(channel="tv"),)},
    ],
)
def test_a_plan_fits_the_brief_only_while_what_money_depends_on_is_the_same(change: dict[str, Any]) -> None:
    assert brief(**change).plans_like(brief(**change))
    assert not brief(**change).plans_like(brief())
    assert brief(notes="Warm.").plans_like(brief())


def test_an_objective_is_named_in_words() -> None:
    assert Goal().objective == "mean outcome"
    assert Goal(risk=RiskKind.CVAR, level=0.1).objective == "mean of the worst 10 %"
    assert Goal(risk=RiskKind.QUANTILE, level=0.05).objective == "5 % quantile of the outcome"
    assert Goal(kind=GoalKind.LEAST_SPEND, outcome=12_000.0).objective == "least spend for an outcome of 12,000"
    assert "20 or more" in Goal(kind=GoalKind.MARGINAL_FLOOR, floor=20.0).objective
