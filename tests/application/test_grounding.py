"""Plans rest on what the workspace knows, wherever it lies: documents, and news that is not the newest."""

from __future__ import annotations

from datetime import timedelta

from tests.factories import records
from tests.factories.planned import REFERENCE, Planner

from nexusplanner.application.agents.gathering.context import build_context
from nexusplanner.application.agents.gathering.facts import load_facts
from nexusplanner.application.agents.gathering.finding import RECENT_SIGNALS
from nexusplanner.application.ports.retrieval import Filed
from nexusplanner.domain.campaigns import Plan
from nexusplanner.domain.knowledge import Passage, SourceKind
from nexusplanner.domain.signals import Signal, SignalState

PROOF = "Independent engineers measured that the heat pump subscription cut heating bills by 31 % in 214 homes"
"""In words of the service, with a figure: what a document is uploaded for."""


def document(text: str, *, number: int = 1, trust: str = "own") -> Passage:
    return Passage(
        id=f"document:{number}",
        kind=SourceKind.DOCUMENT,
        title="Field study",
        text=text,
        origin="Field study, page 3",
        trust=trust,
    )


async def keep(planner: Planner, *passages: Passage, service: bool = True) -> None:
    async with planner.units.for_actor(planner.actor) as uow:
        brand_id, service_id = planner.service.brand_id, planner.service.id if service else None
        await uow.passages.replace(
            {each.id: [Filed(passage=each, brand_id=brand_id, service_id=service_id)] for each in passages}
        )


def quotes(plan: Plan, passage_id: str) -> set[str]:
    """Words of the passage that the ideas and the chain rest on."""
    found = [citation for each in plan.claims() for citation in each.claim.citations]
    return {citation.quote for citation in found if citation.passage_id == passage_id}


async def test_an_uploaded_proof_is_cited_with_its_words(planner: Planner) -> None:
    await keep(planner, document(f"The study ran for two winters. {PROOF}. Nobody moved out."))
    campaign = await planner.planned(records.brief(planner.service, channels=("search", "social")))
    plan = campaign.require_plan()
    assert PROOF in quotes(plan, "document:1")
    assert any(PROOF in idea.prose for idea in plan.ideas)
    assert not plan.unsupported


async def test_what_others_published_is_never_said_as_ours(planner: Planner) -> None:
    await keep(planner, document(f"{PROOF}.", trust="unverified"))
    campaign = await planner.planned(records.brief(planner.service, channels=("search", "social")))
    for idea in campaign.require_plan().ideas:
        for line in idea.prose.splitlines():
            assert PROOF not in line or "Field study" in line, line


async def test_a_document_of_another_service_or_about_nothing_of_the_brief_is_not_used(planner: Planner) -> None:
    other = records.service(await _brand(planner), name="Solar roof")
    async with planner.units.for_actor(planner.actor) as uow:
        uow.services.add(other)
    async with planner.units.for_actor(planner.actor) as uow:
        filed = Filed(passage=document(f"{PROOF}."), brand_id=other.brand_id, service_id=other.id)
        await uow.passages.replace({"document:1": [filed]})
    await keep(planner, document("Quokkas live on islands and eat leaves at night.", number=2))
    async with planner.units.for_actor(planner.actor) as uow:
        facts = await load_facts(uow, brief=records.brief(planner.service), brand_id=planner.service.brand_id)
    assert facts.documents == ()


async def test_an_older_signal_that_speaks_of_the_brief_is_found_and_a_dismissed_one_is_not(planner: Planner) -> None:
    brand = await _brand(planner)

    def told(content: str, *, days: int, **changes: object) -> Signal:
        at = records.NOW - timedelta(days=days)
        return records.signal(brand, title=content[:40], content=content, timestamp=at, topics=(), **changes)

    old = told("Heat pump subscriptions cut the heating bills of home owners.", days=90)
    gone = told("Heat pump subscriptions are said to break.", days=90, state=SignalState.DISMISSED)
    async with planner.units.for_actor(planner.actor) as uow:
        newest = [told(f"Quokkas number {n} sleep.", days=1) for n in range(RECENT_SIGNALS + 5)]
        uow.signals.add_all([old, gone, *newest])
    async with planner.units.for_actor(planner.actor) as uow:
        facts = await load_facts(uow, brief=records.brief(planner.service), brand_id=brand.id)
    context = build_context(facts, reference=REFERENCE)
    assert [passage.id for passage in context.of_kind(SourceKind.SIGNAL)] == [f"signal:{old.id}"]


async def _brand(planner: Planner) -> records.Brand:
    async with planner.units.for_actor(planner.actor) as uow:
        return await uow.brands.get(planner.service.brand_id)
