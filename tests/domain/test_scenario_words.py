"""Scenarios read from words: what is understood changes the terms, what is not is told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.amount_words import amount_of, number_of
from nexusplanner.domain.campaigns import ChannelLimit, Goal, GoalKind, GroupLimit, RiskKind
from nexusplanner.domain.scenario_words import Suggestion, Vocabulary, suggest
from nexusplanner.domain.scenarios import ScenarioTerms
from nexusplanner.domain.shared import Money

CHANNELS = ("search", "social", "video", "tv", "events")
VOCABULARY = Vocabulary(
    channels={channel: (channel,) for channel in CHANNELS}
    | {"trade shows": ("events",), "paid search": ("search",), "screen": ("video", "tv")},
    amounts={channel: Money(2_000_000, "EUR") for channel in CHANNELS},
)
TERMS = ScenarioTerms(total_budget=Money(10_000_000, "EUR"))


def read(words: str, terms: ScenarioTerms = TERMS) -> Suggestion:
    return suggest(words, terms=terms, vocabulary=VOCABULARY)


def eur(major: int) -> Money:
    return Money(major * 100, "EUR")


@pytest.mark.parametrize(
    ("words", "budget"),
    [
        ("cut 15 %", 85_000),
        ("Cut the budget by 15%", 85_000),
        ("reduce the total budget by 20k", 80_000),
        ("add 20 percent", 120_000),
        ("20 % more", 120_000),
        ("double the budget", 200_000),
        ("halve our spend", 50_000),
        ("budget of 1.5m", 1_500_000),
        ("a total budget of €75,000", 75_000),
        ("50k in total", 50_000),
    ],
)
def test_the_total_budget_is_read(words: str, budget: int) -> None:
    found = read(words)
    assert found.terms == ScenarioTerms(total_budget=eur(budget))
    assert found.unread == ()
    assert len(found.read) == 1


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("no events", ChannelLimit(channel="events", maximum=eur(0))),
        ("without trade shows", ChannelLimit(channel="events", maximum=eur(0))),
        ("at least 10k on search", ChannelLimit(channel="search", minimum=eur(10_000))),
        ("paid search at most 12.500 €", ChannelLimit(channel="search", maximum=eur(12_500))),
        ("search min 25 %", ChannelLimit(channel="search", minimum=eur(25_000))),
        ("between 5k and 10k for tv", ChannelLimit(channel="tv", minimum=eur(5_000), maximum=eur(10_000))),
        ("lock tv", ChannelLimit(channel="tv", lock=eur(20_000))),
        ("keep tv at 12,500", ChannelLimit(channel="tv", lock=eur(12_500))),
        ("cut social by 20%", ChannelLimit(channel="social", maximum=eur(16_000))),
        ("cut 5k from social", ChannelLimit(channel="social", maximum=eur(15_000))),
        ("reduce social to 5k", ChannelLimit(channel="social", maximum=eur(5_000))),
        ("increase search by 10 %", ChannelLimit(channel="search", minimum=eur(22_000))),
        ("add 10k to search", ChannelLimit(channel="search", minimum=eur(30_000))),
        ("put 5k into search", ChannelLimit(channel="search", minimum=eur(5_000), maximum=eur(5_000))),
    ],
)
def test_a_limit_on_a_channel_is_read(words: str, limit: ChannelLimit) -> None:
    found = read(words)
    assert found.terms.limits == (limit,)
    assert found.terms.total_budget == TERMS.total_budget
    assert found.unread == ()


def test_several_channels_make_a_group() -> None:
    assert read("social and video at most 40 %").terms.groups == (
        GroupLimit(name="social and video", channels=("social", "video"), maximum_share=0.4),
    )
    assert read("screen at least 30k").terms.groups == (
        GroupLimit(name="video and tv", channels=("video", "tv"), minimum=eur(30_000)),
    )
    assert {limit.channel for limit in read("no tv, events and video").terms.limits} == {"tv", "events", "video"}
    assert {limit.channel for limit in read("only search and social").terms.limits} == {"video", "tv", "events"}


@pytest.mark.parametrize(
    ("words", "goal"),
    [
        ("target 10,000", Goal(kind=GoalKind.LEAST_SPEND, outcome=10_000.0)),
        ("reach 2.5k sign-ups for as little as possible", Goal(kind=GoalKind.LEAST_SPEND, outcome=2_500.0)),
        ("stop when the last 1,000 bring less than 20", Goal(kind=GoalKind.MARGINAL_FLOOR, floor=20.0)),
        ("play it safe", Goal(risk=RiskKind.CVAR)),
    ],
)
def test_a_goal_is_read(words: str, goal: Goal) -> None:
    found = read(words)
    assert found.terms.goal == goal
    assert found.unread == ()


def test_shares_are_of_the_budget_that_the_same_words_ask_for() -> None:
    found = read("at least 10 % on search, and cut 20 %")
    assert found.terms.total_budget == eur(80_000)
    assert found.terms.limits == (ChannelLimit(channel="search", minimum=eur(8_000)),)


def test_what_is_not_understood_is_told_and_changes_nothing() -> None:
    found = read("double the budget but paint the moon; and be nice")
    assert found.terms.total_budget == eur(200_000)
    assert found.unread == ("paint the moon", "nice")
    nonsense = read("cut 150 %")
    assert nonsense.terms == TERMS
    assert nonsense.unread


def test_two_limits_on_a_channel_stand_together_and_the_last_word_counts() -> None:
    both = read("search at least 5k, search at most 9k").terms.limits
    assert both == (ChannelLimit(channel="search", minimum=eur(5_000), maximum=eur(9_000)),)
    assert read("search at least 9k, search at most 5k").terms.limits == (
        ChannelLimit(channel="search", maximum=eur(5_000)),
    )


PIECES = ["cut", "add", "15 %", "10k", "1.5m", "search", "social and video", "at least", "at most", "no", "lock", "only",
          "on", "by", "to", "target", "budget of", "between", "and", "99999999999999", "٣", "€", ",", ".", "%", "\x00"]  # fmt: skip


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join)))
def test_any_text_is_taken_and_money_stays_possible(words: str) -> None:
    found = read(words)
    assert found.name
    assert found.terms.total_budget.amount > 0
    for limit in found.terms.limits:
        assert limit.channel in CHANNELS
        assert all(money.amount >= 0 for money in (limit.minimum, limit.maximum, limit.lock) if money)
        assert not (limit.minimum and limit.maximum and limit.minimum > limit.maximum)
    for group in found.terms.groups:
        assert all(0 <= share <= 1 for share in (group.minimum_share, group.maximum_share) if share is not None)


@pytest.mark.parametrize(
    ("words", "number"),
    [("10k", 10_000), ("1.5m", 1_500_000), ("12,000", 12_000), ("12.000", 12_000), ("1,5", "1.5"), ("2 bn", 2 * 10**9),
     ("1,234,567.89", "1234567.89"), ("7 thousand", 7_000)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(words: str, number: int | str) -> None:
    assert number_of(words) == Decimal(number)


def test_a_percentage_is_a_share() -> None:
    share = amount_of("12,5 %")
    assert share is not None
    assert share.share == Decimal("0.125")
    assert share.money(of=eur(1_000)) == eur(125)
