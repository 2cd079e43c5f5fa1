from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.curves import kept_curve, response_model

from nexusplanner.application.agents.gathering.response import ResponseModel
from nexusplanner.application.agents.optimization import optimise
from nexusplanner.application.agents.solving.curve_points import curve_points, plan_table
from nexusplanner.application.agents.solving.problems import Terms, usual_maximums
from nexusplanner.domain.campaigns import Allocation, ChannelLimit, Goal, GoalKind, GroupLimit, RiskKind
from nexusplanner.domain.planning.knots.tables import allocate_table
from nexusplanner.domain.planning.risk.figures import quantile, tail_mean
from nexusplanner.domain.shared import Invalid, Money

MODEL = response_model()
WEEKS = 12.0


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def optimised(budget: int = 5_000_000, *limits: ChannelLimit) -> Allocation:
    return optimise(MODEL, terms=Terms(budget=eur(budget), limits=limits, weeks=WEEKS))


def budgets(allocation: Allocation) -> dict[str, int]:
    return {each.channel: each.budget.amount for each in allocation.channels}


@st.composite
def limited(draw: st.DrawFn) -> tuple[int, tuple[ChannelLimit, ...]]:
    """A budget and limits it can meet."""
    budget = draw(st.integers(min_value=3, max_value=10**9))
    limits = []
    for channel in MODEL.channels:
        kind = draw(st.sampled_from(["free", "lock", "between"]))
        low = draw(st.integers(min_value=0, max_value=budget // 3))
        if kind == "lock":
            limits.append(ChannelLimit(channel=channel, lock=eur(low)))
        elif kind == "between":
            high = draw(st.integers(min_value=low, max_value=2 * budget))
            limits.append(ChannelLimit(channel=channel, minimum=eur(low), maximum=eur(high)))
    return budget, tuple(limits)


@given(limited())
@settings(max_examples=60, deadline=None)
def test_every_cent_is_accounted_for_inside_the_limits_and_the_certificate_holds(
    case: tuple[int, tuple[ChannelLimit, ...]],
) -> None:
    budget, limits = case
    found = optimised(budget, *limits)
    given_to = budgets(found)
    assert sum(given_to.values()) + found.certificate.unspent.amount == budget
    assert found.certificate.unspent.amount >= 0
    assert bool(found.certificate.unspent_reason) == (found.certificate.unspent.amount > 0)
    assert -1e-9 <= found.certificate.gap <= 1e-6
    for limit in limits:
        if limit.lock is not None:
            assert given_to[limit.channel] == limit.lock.amount
        if limit.minimum and limit.maximum:
            assert limit.minimum.amount <= given_to[limit.channel] <= limit.maximum.amount
    assert {each.channel for each in found.channels if each.locked} == {
        limit.channel for limit in limits if limit.lock is not None
    }


def test_the_split_is_better_than_an_even_one_and_worth_more_with_more_money() -> None:
    found, richer = optimised(), optimised(6_000_000)
    assert found.certificate.even_value is not None
    assert found.certificate.value > found.certificate.even_value
    assert richer.certificate.value > found.certificate.value
    assert found.certificate.value == pytest.approx(found.expected_outcome.mean, rel=1e-9)
    assert found.expected_outcome.low < found.expected_outcome.mean < found.expected_outcome.high
    parts = sum(each.expected_outcome.mean for each in found.channels)
    assert parts == pytest.approx(found.expected_outcome.mean, rel=1e-9)


def test_the_same_question_has_the_same_answer() -> None:
    assert optimised() == optimised()


def test_limits_that_exceed_the_budget_name_themselves() -> None:
    limits = (
        ChannelLimit(channel="search", maximum=eur(10)),
        ChannelLimit(channel="social", minimum=eur(3_000_000)),
        ChannelLimit(channel="tv", lock=eur(2_500_000)),
    )
    with pytest.raises(Invalid) as refusal:
        optimised(5_000_000, *limits)
    assert refusal.value.code == "INFEASIBLE_LIMITS"
    assert list(refusal.value.fields) == ["limits.1", "limits.2"]
    assert "social" in refusal.value.message
    assert "tv" in refusal.value.message


def test_a_limit_on_a_channel_the_plan_does_not_have_names_those_it_has() -> None:
    with pytest.raises(Invalid, match=r"'radio'.*search, social, tv") as refusal:
        optimised(5_000_000, ChannelLimit(channel="tv"), ChannelLimit(channel="radio", lock=eur(1)))
    assert refusal.value.code == "UNKNOWN_CHANNEL"
    assert list(refusal.value.fields) == ["limits.1"]


def test_money_above_all_maximums_stays_unspent_with_a_reason() -> None:
    limits = tuple(ChannelLimit(channel=channel, maximum=eur(100_001)) for channel in MODEL.channels)
    found = optimised(5_000_000, *limits)
    assert set(budgets(found).values()) == {100_001}
    assert found.certificate.unspent == eur(5_000_000 - 3 * 100_001)
    assert found.certificate.unspent_reason
    assert {(each.channel, each.kind) for each in found.certificate.binding} == {
        (channel, "max") for channel in MODEL.channels
    }
    assert all(each.worth > 0 for each in found.certificate.binding)


def test_all_locked_is_kept_as_it_is() -> None:
    limits = tuple(
        ChannelLimit(channel=channel, lock=eur(minor)) for channel, minor in zip(MODEL.channels, (1, 2, 4), strict=True)
    )
    found = optimised(7, *limits)
    assert budgets(found) == {"search": 1, "social": 2, "tv": 4}
    assert found.certificate.unspent == eur(0)


def test_a_lock_of_nothing_leaves_a_channel_out() -> None:
    found = optimised(5_000_000, ChannelLimit(channel="tv", lock=eur(0)))
    assert budgets(found)["tv"] == 0
    assert sum(budgets(found).values()) == 5_000_000


def test_a_currency_without_cents_is_split_in_its_units() -> None:
    found = optimise(MODEL, terms=Terms(budget=Money(50_001, "JPY"), weeks=WEEKS))
    assert sum(each.budget.amount for each in found.channels) == 50_001
    assert all(each.budget.currency == "JPY" for each in found.channels)


def test_points_for_a_page_cover_the_budget_and_rise_inside_their_band() -> None:
    found = {each.channel: each for each in curve_points(MODEL, budget=eur(5_000_000), weeks=WEEKS)}
    assert set(found) == set(MODEL.channels)
    for points in found.values():
        assert points.spend[0] == points.mean[0] == 0.0
        assert points.spend[-1] >= 50_000.0
        assert list(points.mean) == sorted(points.mean)
        assert all(low <= mean <= high for low, mean, high in zip(points.low, points.mean, points.high, strict=True))


def test_a_hill_is_drawn_where_it_is() -> None:
    model = response_model(kept_curve("tv", scale=100.0, half=1000.0, spread=0.0))
    (points,) = curve_points(model, budget=eur(1_000_000), weeks=10.0)
    assert points.mean == pytest.approx([10 * 100 * x / (x + 10 * 1000) for x in points.spend], rel=1e-6)


def test_the_spread_of_the_draws_is_the_interval() -> None:
    model = response_model(kept_curve("tv", scale=100.0, half=1000.0, spread=0.2, draws=201))
    found = optimise(model, terms=Terms(budget=eur(1_000_000), weeks=10.0))
    middle = 10 * 100 * 10_000 / (10_000 + 10_000)
    assert found.expected_outcome.high == pytest.approx(middle * exp(0.18), rel=1e-3)
    assert found.expected_outcome.low == pytest.approx(middle * exp(-0.18), rel=1e-3)


GROUP = GroupLimit(name="screen", channels=("social", "tv"), maximum_share=0.3)


def asked(budget: int = 5_000_000, **terms: Any) -> Allocation:
    return optimise(MODEL, terms=Terms(budget=eur(budget), weeks=WEEKS, **terms))


@st.composite
def grouped(draw: st.DrawFn) -> tuple[int, tuple[GroupLimit, ...]]:
    """A budget with overlapping groups that it can meet."""
    budget = draw(st.integers(min_value=3, max_value=10**8))
    least = draw(st.integers(min_value=0, max_value=budget // 2))
    share = draw(st.floats(min_value=0.5, max_value=1.0))
    return budget, (
        GroupLimit(name="screen", channels=("social", "tv"), minimum=eur(least)),
        GroupLimit(name="digital", channels=("search", "social"), maximum_share=share),
    )


@given(grouped())
@settings(max_examples=25, deadline=None)
def test_groups_are_kept_to_the_cent_with_a_proof(case: tuple[int, tuple[GroupLimit, ...]]) -> None:
    budget, groups = case
    found = asked(budget, groups=groups)
    given_to = budgets(found)
    assert sum(given_to.values()) + found.certificate.unspent.amount == budget
    for group in groups:
        together = sum(given_to[channel] for channel in group.channels)
        least, most = group.bounds(eur(budget))
        assert least * 100 - 1e-3 <= together <= most * 100 + 1e-3
    assert 0 <= found.certificate.gap <= 1e-3 or budget < 10_000  # a cent is much of a few


def test_a_group_costs_outcome_and_says_what_a_thousand_more_would_bring() -> None:
    free, bound = asked(), asked(groups=(GROUP,))
    assert bound.certificate.value < free.certificate.value
    held = next(each for each in bound.certificate.binding if each.channel == "screen")
    assert held.kind == "group max"
    assert held.worth > 0


def test_a_group_without_room_lifts_the_usual_caps_of_its_channels() -> None:
    group = GroupLimit(name="screen", channels=("social",), minimum=eur(40_000_000))
    found = optimise(MODEL, terms=Terms(budget=eur(50_000_000), weeks=WEEKS, groups=(group,)))
    assert budgets(found)["social"] >= 40_000_000


@pytest.mark.parametrize(
    ("terms", "fields"),
    [
        (
            {
                "groups": (GroupLimit(name="screen", channels=("social", "tv"), minimum=eur(4_500_000)),),
                "limits": (ChannelLimit(channel="search", minimum=eur(600_000)), ChannelLimit(channel="tv")),
            },
            {"groups.0", "limits.0"},
        ),
        (
            {
                "groups": (
                    GroupLimit(name="a", channels=("social", "tv"), minimum_share=0.6),
                    GroupLimit(name="b", channels=("search",), minimum_share=0.6),
                )
            },
            {"groups.0", "groups.1"},
        ),
    ],
)
def test_groups_that_contradict_each_other_name_themselves(terms: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        asked(**terms)
    assert refusal.value.code == "INFEASIBLE_LIMITS"
    assert set(refusal.value.fields) == fields


def test_a_group_of_unknown_channels_or_with_a_channels_name_is_refused() -> None:
    with pytest.raises(Invalid, match="radio") as refusal:
        asked(groups=(GroupLimit(name="x", channels=("radio",), maximum_share=0.5),))
    assert refusal.value.code == "UNKNOWN_CHANNEL"
    with pytest.raises(Invalid, match="is a channel") as refusal:
        asked(groups=(GroupLimit(name="tv", channels=("search",), maximum_share=0.5),))
    assert list(refusal.value.fields) == ["groups.0"]


def test_the_least_spend_reaches_the_outcome_and_less_does_not() -> None:
    goal = Goal(kind=GoalKind.LEAST_SPEND, outcome=4_000.0)
    found = asked(goal=goal)
    proof = found.certificate
    assert found.expected_outcome.mean >= 4_000.0 * (1 - 1e-9)
    assert found.spent + proof.unspent == eur(5_000_000)
    assert proof.unspent.amount > 0
    assert proof.unspent_reason
    assert proof.least_possible is not None
    assert proof.least_possible <= found.spent
    assert proof.gap <= 1e-5
    assert "least possible spend" in proof.in_words
    short = asked(found.spent.amount - 1_000)
    assert short.expected_outcome.mean < 4_000.0


def test_an_outcome_out_of_reach_is_told_and_the_most_is_planned() -> None:
    found = asked(goal=Goal(kind=GoalKind.LEAST_SPEND, outcome=1e6))
    assert found.certificate.reached is False
    assert found.certificate.least_possible is None
    assert "does not reach" in found.certificate.in_words
    assert found.expected_outcome.mean == pytest.approx(asked().expected_outcome.mean, rel=1e-5)


def test_spending_ends_where_the_last_thousand_bring_too_little() -> None:
    found = asked(goal=Goal(kind=GoalKind.MARGINAL_FLOOR, floor=100.0))
    assert 0 < found.spent.amount < 5_000_000
    assert found.certificate.unspent_reason
    assert all(each.next_thousand <= 100.0 for each in found.channels if each.budget.amount)
    generous = asked(goal=Goal(kind=GoalKind.MARGINAL_FLOOR, floor=0.001))
    assert generous.spent == eur(5_000_000)
    stingy = asked(goal=Goal(kind=GoalKind.MARGINAL_FLOOR, floor=1e9))
    beside = asked(goal=Goal(kind=GoalKind.MARGINAL_FLOOR, floor=1e5), committed={"search": eur(1_000_000)})
    for nothing in (stingy, beside):
        assert (nothing.spent, nothing.certificate.gap) == (eur(0), 0.0)


def test_the_least_spend_is_told_in_whole_cents() -> None:
    found = asked(goal=Goal(kind=GoalKind.LEAST_SPEND, outcome=1e-3))
    assert (found.spent, found.certificate.least_possible, found.certificate.gap) == (eur(1), eur(1), 0.0)


@pytest.mark.parametrize("risk", [RiskKind.CVAR, RiskKind.QUANTILE])
def test_a_careful_plan_does_no_worse_when_things_go_badly(risk: RiskKind) -> None:
    model = response_model(
        kept_curve("search", scale=800.0, half=3000.0, spread=0.9), kept_curve("tv", scale=700.0, half=3000.0)
    )
    usual = optimise(model, terms=Terms(budget=eur(5_000_000), weeks=WEEKS))
    careful = optimise(model, terms=Terms(budget=eur(5_000_000), weeks=WEEKS, goal=Goal(risk=risk, level=0.2)))
    assert careful.spent == eur(5_000_000)
    assert careful.certificate.value >= measured(model, usual, risk=risk) * (1 - 1e-6)
    assert careful.certificate.value == pytest.approx(measured(model, careful, risk=risk), rel=1e-9)
    assert careful.certificate.upper_bound >= careful.certificate.value
    assert careful.expected_outcome.mean <= usual.expected_outcome.mean * (1 + 1e-6)


def measured(model: ResponseModel, found: Allocation, *, risk: RiskKind) -> float:
    outcomes = model.draws().over(WEEKS).outcomes(np.array([each.budget.major for each in found.channels])).sum(axis=1)
    return tail_mean(outcomes, level=0.2) if risk is RiskKind.CVAR else quantile(outcomes, level=0.2)


@pytest.mark.parametrize("goal", [Goal(), Goal(kind=GoalKind.MARGINAL_FLOOR, floor=100.0), Goal(risk=RiskKind.CVAR)])
def test_other_campaigns_money_is_where_the_response_starts(goal: Goal) -> None:
    alone, beside = asked(goal=goal), asked(goal=goal, committed={"search": eur(1_000_000)})
    assert beside.spent + beside.certificate.unspent == eur(5_000_000)
    assert budgets(beside)["search"] < budgets(alone)["search"]
    assert beside.expected_outcome.mean < alone.expected_outcome.mean
    assert {each.channel: each.committed for each in beside.channels}["search"] == eur(1_000_000)
    if goal.risk is RiskKind.MEAN:
        assert beside.certificate.value == pytest.approx(beside.expected_outcome.mean, rel=1e-6)
    assert beside.certificate.gap <= 1e-4


def test_the_plan_of_the_table_is_the_plan() -> None:
    """A page that plans on the same table finds the same cents."""
    terms = Terms(budget=eur(5_000_000), weeks=WEEKS)
    table = plan_table(MODEL, terms=terms)
    usual = usual_maximums(MODEL, terms=terms)
    on_page = allocate_table(
        table,
        budget_minor=5_000_000,
        lower_minor=[0] * 3,
        upper_minor=[usual[channel] for channel in table.channels],
    )
    assert dict(zip(table.channels, on_page.amounts, strict=True)) == budgets(asked())
