"""The agents trust no provider: what has no source is dropped or marked, and amounts stay as they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.factories.briefs import context
from tests.factories.records import channel_plan
from tests.fakes.ideation import CompromisedIdeation

from nexusplanner.application.agents.checking.evidence import strength_words
from nexusplanner.application.agents.creative import CreativeAgent
from nexusplanner.application.agents.strategy import StrategyAgent
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.infrastructure.reference import load_reference_data
from nexusplanner.infrastructure.rules import RulesIdeationService

RULES = RulesIdeationService(reference=load_reference_data())


async def test_findings_and_opportunities_without_a_standing_source_are_dropped_and_named() -> None:
    known = context(0)
    agent = StrategyAgent(provider=CompromisedIdeation())

    analysis = await agent.analyse(known)
    found = await agent.opportunities(known, analysis.value)

    assert [finding.topic for finding in analysis.value.findings] == ["real"]
    assert all(known.known(finding.citations) for finding in analysis.value.findings)
    assert any("invented" in line for line in analysis.record.alternatives)
    assert [one.name for one in found.value] == ["Somewhere"]
    assert found.record.origin.author is Author.AI


async def test_repeated_ideas_are_dropped_and_figures_nobody_carries_are_marked() -> None:
    known = context(0)
    decided = await CreativeAgent(provider=CompromisedIdeation()).ideate(known, (), count=3, avoid=())
    idea = decided.value[0]

    assert len(decided.value) == 1
    assert {claim.text for claim in idea.claims if not claim.supported} == {
        "Everybody buys.",
        "Sales will rise by 300 %.",
    }
    assert "Two claims have no source." in decided.record.confidence
    assert sum("repetition" in line for line in decided.record.alternatives) == 2


async def test_refining_cannot_put_another_idea_in_place() -> None:
    known = context(0)
    given = (await CreativeAgent(provider=RULES).ideate(known, (), count=3, avoid=())).value
    refined = (await CreativeAgent(provider=CompromisedIdeation()).refine(known, given)).value

    assert refined == given


async def test_strategies_that_move_money_leave_every_number_as_it_was() -> None:
    plans = (channel_plan(channel="search"), channel_plan(channel="tv"))

    decided = await CreativeAgent(provider=CompromisedIdeation(greedy=True)).strategies(context(0), (), plans)

    assert [replace(plan, strategy="", claims=(), kpis=()) for plan in decided.value] == [
        replace(plan, strategy="", claims=(), kpis=()) for plan in plans
    ]
    assert decided.value[0].strategy == "Spend 90 % on Mondays."
    assert decided.record.origin.removed == ("numbers of search that are not the plan's; the plan's stand",)
    assert decided.record.output["texts"][0]["strategy"] == "Spend 90 % on Mondays."


async def test_figures_in_strategies_are_marked() -> None:
    kept = (await CreativeAgent(provider=CompromisedIdeation()).strategies(context(0), (), (channel_plan(),))).value

    assert [claim.text for claim in kept[0].claims if not claim.supported] == ["Spend 90 % on Mondays."]


@pytest.mark.parametrize("rich", [True, False])
@pytest.mark.parametrize("number", range(10))
async def test_what_the_rules_write_passes_every_check(number: int, *, rich: bool) -> None:
    known = context(number, rich=rich)
    strategy, creative = StrategyAgent(provider=RULES), CreativeAgent(provider=RULES)

    analysis = await strategy.analyse(known)
    found = await strategy.opportunities(known, analysis.value)
    ideas = (await creative.refine(known, (await creative.ideate(known, found.value, count=4, avoid=())).value)).value
    plans = (
        await creative.strategies(
            known, ideas, [channel_plan(channel=name) for name in ("search_S", "tv_S", "email", "pigeon post")]
        )
    ).value

    assert len(ideas) == 4
    for item in (*ideas, *plans):
        assert item.claims
        assert all(claim.supported for claim in item.claims), [c.text for c in item.claims if not c.supported]
        assert known.known(citation for claim in item.claims for citation in claim.citations)
    for plan in plans:
        assert len(plan.kpis) >= 2
        assert plan.strategy.endswith((".", "”"))
        assert "{" not in plan.strategy + "".join(plan.kpis)


async def test_records_name_inputs_by_content_so_that_they_can_be_replayed() -> None:
    first, second = context(0), context(0)
    records = [(await StrategyAgent(provider=RULES).analyse(known)).record for known in (first, second)]

    assert sorted(records[0].inputs.values()) == sorted(records[1].inputs.values())
    assert records[0].output == records[1].output
    assert records[0].origin.author is Author.RULES
    assert set(records[0].evidence) <= set(first.by_id)


def test_evidence_strength_is_said_in_words_and_never_in_per_cent() -> None:
    known = context(0)
    cited = [
        passage.cite(passage.text.splitlines()[0]) for passage in known.of_kind(SourceKind.SIGNAL, SourceKind.SERVICE)
    ]

    words = strength_words(known, cited)

    assert words.startswith("Four sources from four different origins, one of them is the brand's own")
    assert "the market news is recent" in words
    assert "%" not in words
    assert strength_words(known, []) == "No evidence: nothing was cited."
