from __future__ import annotations

import math
from dataclasses import replace
from uuid import uuid4

import pytest
from tests.factories import records
from tests.factories.curves import benchmark, kept_curve, response_model

from nexusplanner.application.agents.optimization import optimise, terms_of
from nexusplanner.application.agents.outputs import Allocated
from nexusplanner.application.agents.solving.channels import DEFAULT_CHANNELS, candidates, channel_plans, outcome_words
from nexusplanner.domain.analytics import history
from nexusplanner.domain.campaigns import Author, Brief, ChannelLimit
from nexusplanner.domain.shared import Estimate, Money, TenantId
from nexusplanner.infrastructure.reference import load_reference_data

REFERENCE = load_reference_data()
BRAND = records.brand(TenantId(uuid4()))
BRIEF = records.brief(records.service(BRAND), total_budget=Money(5_000_000, "EUR"))
NOTHING = history([], brand=[], outcome="conversions")
PAST = history(
    [records.channel_actual(BRAND, channel=channel) for channel in ("tv", "search")],
    brand=[records.brand_actual(BRAND, metric="conversions")],
    outcome="conversions",
)


def allocated(brief: Brief = BRIEF) -> Allocated:
    model = response_model(
        replace(kept_curve("search", scale=800.0, half=3000.0), benchmark=benchmark("search")),
        kept_curve("social", scale=900.0, half=6000.0, slope=1.4),
    )
    return Allocated(
        model=model,
        allocation=optimise(model, terms=terms_of(brief)),
    )


def considered(brief: Brief, past: object = NOTHING) -> tuple[str, ...]:
    return candidates(brief, past=past, reference=REFERENCE)  # type: ignore[arg-type]


def test_the_brief_names_the_channels_else_the_history_else_what_suits() -> None:
    named = replace(BRIEF, channels=("email", "tv"))
    assert considered(named, PAST) == ("email", "tv")
    assert considered(BRIEF, PAST) == ("search", "tv")
    assert len(set(considered(BRIEF))) == DEFAULT_CHANNELS


def test_a_limit_brings_its_channel_in_once() -> None:
    limits = (ChannelLimit(channel="tv"), ChannelLimit(channel="print"))
    assert considered(replace(BRIEF, limits=limits), PAST) == ("search", "tv", "print")


def test_business_and_households_are_reached_differently() -> None:
    business = considered(replace(BRIEF, target_audience="IT managers of small companies"))
    homes = considered(replace(BRIEF, target_audience="Families with a garden"))
    assert business != homes
    assert "linkedin" in business
    assert "linkedin" not in homes
    assert all(REFERENCE.benchmarks_of(channel) for channel in (*business, *homes))


def test_plans_come_largest_first_and_sum_to_the_budget_with_their_weeks() -> None:
    plans = channel_plans(allocated(), brief=BRIEF)
    assert [plan.budget.amount for plan in plans] == sorted((plan.budget.amount for plan in plans), reverse=True)
    assert sum(plan.budget.amount for plan in plans) == 5_000_000
    for plan in plans:
        flown = [week for flight in plan.flights for week in flight.weekly]
        assert sum(week.amount.amount for week in flown) == plan.budget.amount
        assert all(week.dates.start >= BRIEF.start_date and week.dates.end <= BRIEF.end_date for week in flown)
        assert (plan.strategy, plan.claims, plan.kpis) == ("", (), ())


def test_a_channel_without_money_has_no_weeks() -> None:
    brief = replace(BRIEF, limits=(ChannelLimit(channel="social", lock=Money(0, "EUR")),))
    last = channel_plans(allocated(brief), brief=brief)[-1]
    assert (last.channel, last.budget.amount, last.flights, last.locked) == ("social", 0, (), True)


def test_reach_is_only_told_where_prices_are_published() -> None:
    plans = {plan.channel: plan for plan in channel_plans(allocated(), brief=BRIEF)}
    social, search = plans["social"], plans["search"]
    assert (social.expected_reach, social.expected_engagement, social.reach_source) == (None, None, "")
    contacts, people = search.budget.major / 10.0 * 1000, 500_000.0
    assert search.expected_reach == round(people * (1 - math.exp(-contacts / people)))
    assert search.expected_engagement == round(search.budget.major / 1.0)
    assert search.reach_source == "Figures of the trade"


def test_texts_written_before_go_on_with_their_channel() -> None:
    first = channel_plans(allocated(), brief=BRIEF)
    written = tuple(
        replace(plan, strategy=f"Say it on {plan.channel}.", strategy_author=Author.PERSON, kpis=("calls",))
        for plan in first[:1]
    )
    brief = replace(BRIEF, total_budget=Money(100_000, "EUR"))
    again = {plan.channel: plan for plan in channel_plans(allocated(brief), brief=brief, written=written)}
    kept, fresh = again[first[0].channel], again[first[1].channel]
    assert (kept.id, kept.strategy, kept.kpis) == (first[0].id, f"Say it on {kept.channel}.", ("calls",))
    assert kept.strategy_author is Author.PERSON
    assert fresh.strategy == ""
    assert sum(plan.budget.amount for plan in again.values()) == 100_000


@pytest.mark.parametrize(
    ("money", "words"),
    [(True, "9,948 (8,468 to 11,427) EUR revenue expected"), (False, "9,948 (8,468 to 11,427) sign-ups expected")],
)
def test_an_outcome_in_words_names_its_unit(money: bool, words: str) -> None:  # noqa: FBT001
    brand = records.brand(BRAND.tenant_id, outcome_name="revenue" if money else "sign-ups", outcome_is_money=money)
    assert outcome_words(Estimate(mean=9948.2, low=8467.6, high=11_427.4), brand=brand) == words
