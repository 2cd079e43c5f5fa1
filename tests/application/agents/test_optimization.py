from __future__ import annotations

from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.curves import kept_curve, response_model

from nexusplanner.application.agents.curve_points import curve_points
from nexusplanner.application.agents.optimization import optimise
from nexusplanner.application.agents.problems import Terms
from nexusplanner.domain.campaigns import Allocation, ChannelLimit
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
