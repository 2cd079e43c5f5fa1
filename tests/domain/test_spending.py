from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.shared import Invalid
from nexusplanner.domain.spending import ALERT_LEVELS, Counter, Scope, Standing, dollars, limit_of, tightest

AMOUNTS = st.integers(0, 10**15)
LIMITS = st.none() | AMOUNTS
COUNTER = Counter(scope=Scope.WORKSPACE, subject=UUID(int=1), day=date(2026, 11, 21))


def standing(limit: int | None, spent: int, held: int = 0) -> Standing:
    return Standing(counter=COUNTER, limit=limit, spent=spent, held=held)


@given(limit=AMOUNTS, orders=st.lists(st.tuples(st.integers(1, 10**6), st.floats(0, 1)), max_size=40))
def test_calls_that_were_let_go_one_after_the_other_never_spend_more_than_the_limit(
    limit: int, orders: list[tuple[int, float]]
) -> None:
    limit %= 10**7
    spent, held = 0, []
    for most, share in orders:
        if tightest([standing(limit, spent, sum(h for h, _ in held))], microunits=most) is None:
            held.append((most, round(most * share)))
        if len(held) > 3:
            _, cost = held.pop(0)
            spent += cost
    assert spent + sum(cost for _, cost in held) <= limit


@given(limits=st.lists(st.tuples(LIMITS, AMOUNTS, AMOUNTS), max_size=3), more=AMOUNTS)
def test_a_call_goes_only_when_every_limit_has_room(limits: list[tuple[int | None, int, int]], more: int) -> None:
    standings = [standing(*each) for each in limits]
    fits = all(limit is None or spent + held + more <= limit for limit, spent, held in limits)
    assert (tightest(standings, microunits=more) is None) is fits


@given(limit=AMOUNTS, spent=AMOUNTS)
def test_levels_are_reached_exactly_from_their_share_of_the_limit_on(limit: int, spent: int) -> None:
    reached = standing(limit, spent).levels
    assert reached == tuple(level for level in ALERT_LEVELS if spent and spent * 100 >= limit * level)


def test_without_a_limit_there_is_no_share_and_nothing_to_tell() -> None:
    assert (standing(None, 5).share, standing(None, 5).levels) == (None, ())
    assert (standing(0, 0).share, standing(0, 1).share, standing(10, 4).share) == (0.0, 1.0, 0.4)


@given(cents=st.integers(0, 10**11 - 1))
def test_a_limit_reads_as_it_was_written(cents: int) -> None:
    text = f"{cents // 100}.{cents % 100:02d}"
    assert dollars(limit_of(text)) == text


@given(microunits=st.integers(-(10**15), 10**15))
def test_dollars_lose_nothing(microunits: int) -> None:
    text = dollars(microunits)
    whole, _, part = text.removeprefix("-").partition(".")
    assert 2 <= len(part) <= 6
    assert (-1 if text.startswith("-") else 1) * (int(whole) * 10**6 + int(part.ljust(6, "0"))) == microunits


@given(text=st.text(max_size=20))
def test_what_is_no_amount_is_refused_in_words(text: str) -> None:
    try:
        found = limit_of(text)
    except Invalid as error:
        assert "20.00" in error.message  # noqa: PT017 - the text may be an amount
    else:
        assert 0 <= found < 10**15


@pytest.mark.parametrize("text", ["", "-1", "1e3", "1.001", "NaN", "٣", "1,000", ".5", "1 2", "9999999999"])
def test_these_are_no_amounts(text: str) -> None:
    with pytest.raises(Invalid):
        limit_of(text)
