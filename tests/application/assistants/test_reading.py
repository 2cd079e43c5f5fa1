"""How questions are read: names, days, amounts and figures, from any text."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.planned import REFERENCE

from nexusplanner.application.assistants.book import TOOLS, ToolName
from nexusplanner.application.assistants.intents import masked, understand
from nexusplanner.application.assistants.names import Name, NameKind, Names, alike, best_match, channel_names, tokens
from nexusplanner.application.assistants.patterns import PATTERNS
from nexusplanner.application.assistants.periods import budget, period
from nexusplanner.application.assistants.tools.outlook import asked_days
from nexusplanner.application.assistants.tools.scenarios import as_change
from nexusplanner.application.assistants.words import counted, figure, figures, listed, money, sentence, short
from nexusplanner.domain.sessions import AssistantKind, Topic
from nexusplanner.domain.shared import DateRange, Money, plausible

TODAY = date(2026, 3, 2)
DATES = DateRange(date(2026, 3, 16), date(2026, 6, 14))
NOBODY = Names(campaigns=(), services=(), segments=(), brands=(), channels=channel_names(REFERENCE))
TEXT = st.text(max_size=300) | st.lists(
    st.sampled_from(
        [
            "what",
            "why",
            "how",
            "budget",
            "split",
            "search",
            "tv",
            "cut",
            "by",
            "15",
            "%",
            "the",
            "ideas",
            "is",
            "<campaign>",
            "next",
            "1,000",
            "from",
            "1",
            "may",
            "to",
            "3",
            "june",
            "10k",
            "€5",
        ]
    ),
    max_size=20,
).map(" ".join)


def names(*labels: str) -> list[Name]:
    return [Name(kind=NameKind.CAMPAIGN, key=str(uuid4()), label=label) for label in labels]


def test_every_tool_can_be_asked_for_by_words() -> None:
    assert set(PATTERNS) == set(ToolName) == set(TOOLS)
    assert len(ToolName) >= 45


@given(TEXT)
def test_any_text_is_read_without_an_error_and_the_same_way_again(text: str) -> None:
    words = tokens(text)
    mentions = NOBODY.mentions(words)
    first = understand(words, mentions, topic=Topic(), assistant=AssistantKind.PLANNING)
    assert first == understand(words, mentions, topic=Topic(), assistant=AssistantKind.PLANNING)
    assert all(0 <= each.start < each.end <= len(words) for each in mentions)
    spans = [at for each in mentions for at in range(each.start, each.end)]
    assert len(spans) == len(set(spans))
    assert len(masked(words, mentions).split()) <= len(words)


@given(TEXT)
def test_days_and_amounts_of_any_text_are_possible_or_none(text: str) -> None:
    found = period(text, today=TODAY)
    assert found is None or (plausible(found.start) and found.start <= found.end)
    amount = budget(text, currency="EUR")
    assert amount is None or amount.amount > 0
    asked = asked_days(text, dates=DATES)
    assert asked is None or asked.start <= asked.end
    assert isinstance(as_change(text), str)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("from 1 November to 20 December", date(2026, 11, 1), date(2026, 12, 20)),
        ("1st may until 15th may 2027", date(2026, 5, 1), date(2027, 5, 15)),
        ("2026-04-06 to 2026-05-03", date(2026, 4, 6), date(2026, 5, 3)),
        ("May 4 to May 20", date(2026, 5, 4), date(2026, 5, 20)),
        ("in May", date(2026, 5, 1), date(2026, 5, 31)),
        ("in February", date(2027, 2, 1), date(2027, 2, 28)),
        ("from June to August", date(2026, 6, 1), date(2026, 8, 31)),
        ("November to January", date(2026, 11, 1), date(2027, 1, 31)),
        ("in Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("q1 2027", date(2027, 1, 1), date(2027, 3, 31)),
        ("next quarter", date(2026, 4, 1), date(2026, 6, 30)),
        ("next month", date(2026, 4, 1), date(2026, 4, 30)),
        ("next year", date(2027, 1, 1), date(2027, 12, 31)),
        ("starting 4 May for 6 weeks", date(2026, 5, 4), date(2026, 6, 14)),
        ("this summer", date(2026, 6, 1), date(2026, 8, 31)),
    ],
)
def test_days_of_a_new_campaign_are_read(text: str, first: date, last: date) -> None:
    assert period(text, today=TODAY) == DateRange(first, last)


@pytest.mark.parametrize("text", ["with 60k", "for Tidemark", "may I ask", "31 foo", "from 31 February to 3 March"])
def test_what_names_no_days_is_not_guessed(text: str) -> None:
    assert period(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "major"),
    [
        ("with 60k in May", 60_000),
        ("budget 80,000 EUR from 1 November to 20 December", 80_000),
        ("a budget of €1.5m in 2027", 1_500_000),
        ("for 6 weeks on 45000", 45_000),
        ("spend 750 on it", 750),
        ("$20k for 3 months", 20_000),
    ],
)
def test_the_budget_of_a_new_campaign_is_read(text: str, major: int) -> None:
    assert budget(text, currency="EUR") == Money(major * 100, "EUR")


@pytest.mark.parametrize("text", ["in May 2027", "15 % more", "for 8 weeks", "in Q3 2026", "idea 2"])
def test_days_shares_and_counts_are_no_budget(text: str) -> None:
    assert budget(text, currency="EUR") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what runs in the first week", (date(2026, 3, 16), date(2026, 3, 22))),
        ("and in week 3?", (date(2026, 3, 30), date(2026, 4, 5))),
        ("the last week", (date(2026, 6, 8), date(2026, 6, 14))),
        ("the week of 1 May", (date(2026, 4, 27), date(2026, 5, 3))),
        ("on April 8th", (date(2026, 4, 6), date(2026, 4, 12))),
        ("in may", (date(2026, 5, 1), date(2026, 5, 31))),
        ("week 99", None),
        ("may we ask", None),
    ],
)
def test_weeks_and_months_of_a_campaign_are_read(text: str, expected: tuple[date, date] | None) -> None:
    found = asked_days(text, dates=DATES)
    assert found == (DateRange(*expected) if expected else None)


def test_names_are_found_whole_in_part_and_with_typing_errors() -> None:
    known = names("Ready by Monday", "A quiet year end", "Words that fit the letterbox")
    for said, label in (
        ("how is ready by monday doing", "Ready by Monday"),
        ("the quiet year end one", "A quiet year end"),
        ("what about the letterbox", "Words that fit the letterbox"),
        ("what about the leterbox campaign", "Words that fit the letterbox"),
        ("the monday campaign", "Ready by Monday"),
    ):
        found = best_match(tokens(said), known)
        assert found is not None, said
        assert found.name.label == label
    for said in ("what runs on monday", "how are you", "this year", "in other words"):
        assert best_match(tokens(said), known) is None, said


def test_two_names_that_fit_as_well_are_not_guessed_between() -> None:
    assert best_match(tokens("the harbour campaign"), names("Harbour lights", "Harbour nights")) is None


@given(st.text(alphabet="abcdefgh ", min_size=1, max_size=40))
def test_a_name_that_is_said_in_full_is_always_found(label: str) -> None:
    if len("".join(tokens(label))) < 2:
        return
    found = best_match(tokens(f"please tell me of {label} now"), names(label))
    assert found is not None
    assert alike(found.name.label, label)


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.integers(-(10**12), 10**12))
def test_figures_are_said_so_that_they_are_found_again(value: float, minor: int) -> None:
    assert figures(f"It is {figure(abs(value))} now.") == figures(figure(abs(value)))
    shown = money(Money(minor, "EUR"))
    assert shown.endswith(" EUR")
    assert len(figures(shown)) == 1


@given(st.text(max_size=400), st.integers(10, 200))
def test_sentences_end_and_short_texts_are_short(text: str, most: int) -> None:
    assert not sentence(text) or sentence(text)[-1] in ".!?…"
    assert len(short(text, most=most)) <= most


def test_lists_and_counts_read_as_people_say_them() -> None:
    assert listed([]) == ""
    assert listed(["one"]) == "one"
    assert listed(["one", "two", "", "three"]) == "one, two and three"
    assert counted(0, "campaign") == "no campaigns"
    assert counted(1, "entry", "entries") == "1 entry"
    assert counted(1200, "entry", "entries") == "1,200 entries"
    assert period("for 10 days from 2026-05-01", today=TODAY) == DateRange(
        date(2026, 5, 1), date(2026, 5, 1) + timedelta(days=9)
    )
