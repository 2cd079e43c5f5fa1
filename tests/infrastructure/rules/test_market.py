"""Findings and opportunities: grouped by what they speak of, weighed by number, age and agreement."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.factories.briefs import NOW, context_of, facts, signal

from nexusplanner.domain.agents import MarketAnalysis, Opportunity
from nexusplanner.domain.knowledge import Stance
from nexusplanner.domain.signals import Signal
from nexusplanner.infrastructure.reference import load_reference_data
from nexusplanner.infrastructure.rules import RulesIdeationService

RULES = RulesIdeationService(reference=load_reference_data())
RENT = "Coworking rooms for teams became 6 % dearer in the second quarter."
LEASE = "Small teams ask coworking houses for shorter terms, a survey of 400 firms says."


async def seen(*signals: Signal) -> tuple[MarketAnalysis, list[Opportunity]]:
    known = context_of(replace(facts(0), signals=list(signals)))
    analysis = (await RULES.analyse(known)).value
    return analysis, list((await RULES.opportunities(known, analysis)).value)


def strength(opportunities: list[Opportunity]) -> float:
    return max(one.strength for one in opportunities if one.citations[0].passage_id.startswith("signal:"))


async def test_news_of_one_topic_becomes_one_finding() -> None:
    analysis, _ = await seen(
        signal("Rooms dearer", RENT, topics=("room prices",), source="A"),
        signal("Terms get shorter", LEASE, topics=("room prices",), source="B"),
    )

    found = [finding for finding in analysis.findings if finding.topic == "room prices"]
    assert len(found) == 1
    assert {citation.quote for citation in found[0].citations} == {RENT[:-1], LEASE[:-1]}
    assert found[0].text.startswith("Two sources")


async def test_more_sources_and_fresher_ones_make_an_opportunity_stronger() -> None:
    one = signal("Rooms dearer", RENT, topics=("room prices",), source="A")
    other = signal("Terms get shorter", LEASE, topics=("room prices",), source="B")
    old = replace_time(one, days=700)

    alone, together, stale = (
        strength((await seen(one))[1]),
        strength((await seen(one, other))[1]),
        strength((await seen(old))[1]),
    )

    assert stale < alone < together <= 1


async def test_sources_that_disagree_are_shown_as_such_and_weigh_less() -> None:
    good = signal("Rooms dearer", RENT, topics=("room prices",), source="A", impact=0.5)
    bad = signal("Terms get shorter", LEASE, topics=("room prices",), source="B", impact=-0.4)
    agreeing = replace_impact(bad, impact=0.4)

    mixed, apart = await seen(good, bad)
    _, together = await seen(good, agreeing)

    finding = next(one for one in mixed.findings if one.topic == "room prices")
    assert "do not agree" in finding.text
    assert {citation.stance for citation in finding.citations} == {Stance.SUPPORTS, Stance.CONTRADICTS}
    assert strength(apart) < strength(together)


async def test_prices_of_media_are_a_finding_and_no_idea_for_customers() -> None:
    analysis, opportunities = await seen(
        signal(
            "Media dearer", "Advertising for coworking rooms and teams became 11 % dearer.", topics=("media prices",)
        )
    )

    assert any(finding.topic == "media prices" for finding in analysis.findings)
    assert not any(one.citations[0].passage_id.startswith("signal:") for one in opportunities)


async def test_opportunities_come_strongest_first_and_cite() -> None:
    known = context_of(facts(0))
    opportunities = (await RULES.opportunities(known, (await RULES.analyse(known)).value)).value

    assert [one.strength for one in opportunities] == sorted((one.strength for one in opportunities), reverse=True)
    assert all(0 < one.strength <= 1 and one.citations and known.known(one.citations) for one in opportunities)


def replace_time(made: Signal, *, days: int) -> Signal:
    return signal(
        made.title, made.content, topics=made.topics, source=made.source, timestamp=NOW - timedelta(days=days)
    )


def replace_impact(made: Signal, *, impact: float) -> Signal:
    return signal(made.title, made.content, topics=made.topics, source=made.source, impact=impact)
