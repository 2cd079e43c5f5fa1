"""Where a workspace has an embedder, plans are found and ranked with it too; where it fails, they say so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.application.test_grounding import document, keep
from tests.application.test_replay import replayed
from tests.factories import records
from tests.factories.planned import REFERENCE, Planner, make_planner

from nexusplanner.application.agents.gathering.context import build_context
from nexusplanner.application.agents.gathering.facts import Facts, load_facts
from nexusplanner.application.agents.prompting.building import PromptBuilder
from nexusplanner.application.knowledge.brief import BriefKnowledge, Outline, known_for
from nexusplanner.application.ports.retrieval import Compared, Compares, Point
from nexusplanner.domain.ai import TextStep
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.signals import Signal

FINGERPRINT = "f" * 64
NEAR = ("pump", "wärme")
FAILED = "The embedder did not answer in time."


def meaning(text: str) -> list[float]:
    """Much the same for everything about heat pumps, in whatever language; something else for all other texts."""
    return [1.0, 0.05] if any(word in text.lower() for word in NEAR) else [0.05, 1.0]


def point(text: str) -> Point:
    vector = np.array(meaning(text), dtype=np.float32)
    return Point(fingerprint=FINGERPRINT, vector=vector / np.linalg.norm(vector))


async def compare(actor: Actor, query: str) -> Compared:
    del actor
    return Compared(point=point(query))


async def fail(actor: Actor, query: str) -> Compared:
    del actor, query
    return Compared(problem=FAILED)


async def embed(planner: Planner) -> None:
    """A vector for every passage of the workspace."""
    async with planner.units.for_actor(planner.actor) as uow:
        missing = await uow.embedding.missing(FINGERPRINT, limit=1000)
        vectors = np.array([point(each.text).vector for each in missing])
        await uow.embedding.keep(FINGERPRINT, of=missing, vectors=vectors)


async def told(planner: Planner, *contents: str) -> list[Signal]:
    async with planner.units.for_actor(planner.actor) as uow:
        brand = await uow.brands.get(planner.service.brand_id)
        signals = [records.signal(brand, title=each[:40], content=each, topics=()) for each in contents]
        uow.signals.add_all(signals)
    return signals


async def facts_of(planner: Planner, compared: Compared | None = None) -> Facts:
    async with planner.units.for_actor(planner.actor) as uow:
        return await load_facts(
            uow,
            brief=records.brief(planner.service),
            brand_id=planner.service.brand_id,
            compared=compared or Compared(),
        )


def seen(facts: Facts) -> list[str]:
    return [passage.id for passage in build_context(facts, reference=REFERENCE).of_kind(SourceKind.SIGNAL)]


async def test_news_in_other_words_reaches_a_plan_by_its_vector_alone(planner: Planner) -> None:
    shared, foreign, other = await told(
        planner,
        "Heat pump prices fell by 4 % this spring.",
        "Wärme aus Luft wurde gefördert.",
        "Quokkas live on islands.",
    )
    await embed(planner)
    plain, near = await facts_of(planner), await facts_of(planner, Compared(point=point("heat pump")))
    assert seen(plain) == [f"signal:{shared.id}"]
    assert set(seen(near)) == {f"signal:{shared.id}", f"signal:{foreign.id}"}
    assert dict(near.near)[foreign.id] > dict(near.near).get(other.id, 0.0)
    assert plain.near == ()


async def test_a_document_in_other_words_is_used_when_it_is_as_near_as_one_in_the_briefs(planner: Planner) -> None:
    await keep(
        planner,
        document("A heat pump needs no gas."),
        document("Wärme aus Luft spart Geld.", number=2),
        document("Quokkas live on islands.", number=3),
    )
    await embed(planner)
    near = await facts_of(planner, Compared(point=point("heat pump")))
    assert {passage.id for passage in near.documents} == {"document:1", "document:2"}
    assert [passage.id for passage in (await facts_of(planner)).documents] == ["document:1"]


async def test_a_compared_plan_is_made_again_to_the_same_bytes_from_what_was_kept(planner: Planner) -> None:
    compared = replace(planner, compare=compare)
    await told(planner, "Heat pump prices fell by 4 % this spring.", "Wärme aus Luft wurde gefördert.")
    await embed(planner)
    campaign = await compared.planned(records.brief(planner.service))
    assert any("Wärme" in passage.text for passage in campaign.require_plan().evidence)
    assert campaign.run_id is not None
    async with planner.units.for_actor(planner.actor) as uow:
        await uow.embedding.drop_others("0" * 64)
    assert (await replayed(planner, campaign.run_id)).identical


async def test_a_plan_whose_embedder_failed_is_made_without_it_and_says_so(planner: Planner) -> None:
    await told(planner, "Heat pump prices fell by 4 % this spring.")
    await embed(planner)
    without = await planner.planned(records.brief(planner.service))
    failed = await replace(planner, compare=fail).planned(records.brief(planner.service))
    warning = f"The workspace's embedder took no part in finding signals and documents. {FAILED}"
    assert warning in failed.require_plan().explanation.warnings
    assert warning not in without.require_plan().explanation.warnings
    assert [idea.prose for idea in failed.require_plan().ideas] == [idea.prose for idea in without.require_plan().ideas]
    assert failed.run_id is not None
    async with planner.units.for_actor(planner.actor) as uow:
        run = await uow.runs.get(failed.run_id)
    assert FAILED in run.step("gather_context").detail
    assert (await replayed(planner, failed.run_id)).identical


async def test_what_is_known_for_a_brief_is_what_its_plan_is_made_of(planner: Planner) -> None:
    """Found by the same words and the same embedder; an embedder that fails is told."""
    _, foreign, _ = await told(
        planner,
        "Heat pump prices fell by 4 % this spring.",
        "Wärme aus Luft wurde gefördert.",
        "Quokkas live on islands.",
    )
    await embed(planner)
    brief = records.brief(planner.service)
    outline = Outline(
        service_id=brief.service_id,
        theme=brief.theme,
        target_audience=brief.target_audience,
        key_objectives=brief.key_objectives,
        regions=brief.regions,
        start_date=brief.start_date,
        end_date=brief.end_date,
    )

    async def known(compares: Compares) -> BriefKnowledge:
        return await known_for(
            planner.units,
            actor=planner.actor,
            outline=outline,
            compare=compares,
            reference=REFERENCE,
            now=records.NOW,
        )

    found, failed = await known(compare), await known(fail)
    facts = {fact.kind: fact for fact in found.facts}
    plan = build_context(await facts_of(planner, Compared(point=point("heat pump"))), reference=REFERENCE)
    assert f"signal:{foreign.id}" in facts["signal"].passage_ids
    for kind in (SourceKind.SIGNAL, SourceKind.SEGMENT, SourceKind.PAST_CAMPAIGN, SourceKind.DOCUMENT):
        assert facts[kind.value].passage_ids == tuple(each.id for each in plan.of_kind(kind))
    assert not any(FAILED in warning for warning in found.warnings)
    assert f"signal:{foreign.id}" not in {fact.kind: fact for fact in failed.facts}["signal"].passage_ids
    assert failed.warnings[0] == f"Signals and documents were found without the workspace's embedder. {FAILED}"


async def test_a_prompt_without_room_for_all_keeps_what_is_near_in_other_words(planner: Planner) -> None:
    """Without the embedder no foreign passage is nearer than another, and the first one stays."""
    await told(planner, "Heat pump prices fell by 4 % this spring.")
    await keep(planner, document("A heat pump needs no gas."), document("Wärme aus Luft spart Geld.", number=2))
    await embed(planner)
    compared = await facts_of(planner, Compared(point=point("heat pump")))
    context = build_context(compared, reference=REFERENCE)
    assert dict(context.near)["document:2"] > 0.9
    near = next(each for each in context.passages if each.id == "document:2")
    others = [replace(document("Quokkas schlafen im Baum.", number=number), title="Insel") for number in (7, 8)]
    crowded = replace(context, passages=(*context.of_kind(SourceKind.BRIEF), others[0], near, others[1]))
    room = sum(len(each.text) + len(each.id) + len(each.origin) + 60 for each in crowded.passages[:2]) + 5
    builder = PromptBuilder(most_characters=room)
    assert near.text in builder.build(TextStep.FIND, crowded).user
    assert near.text not in builder.build(TextStep.FIND, replace(crowded, near=())).user


async def test_a_vector_of_another_workspace_is_never_compared_and_changes_nothing(
    planner: Planner, shared_engine: AsyncEngine
) -> None:
    """Both know the same; what only the other one knows is as near to the brief as can be."""
    other = await make_planner(shared_engine)
    for each in (planner, other):
        await told(each, "Heat pump prices fell by 4 % this spring.")
        await embed(each)
    before = await replace(planner, compare=compare).planned(records.brief(planner.service))
    found = await facts_of(planner, Compared(point=point("heat pump")))
    (secret,) = await told(other, "Wärme: the zanzibar quokka agreement.")
    await keep(other, document("Wärme: the zanzibar quokka study of a heat pump."))
    await embed(other)
    theirs = await facts_of(other, Compared(point=point("heat pump")))
    assert secret.id in {signal.id for signal in theirs.signals}
    assert theirs.documents
    after = await replace(planner, compare=compare).planned(records.brief(planner.service))
    again = await facts_of(planner, Compared(point=point("heat pump")))
    assert (again.near, again.documents, seen(again)) == (found.near, found.documents, seen(found))
    assert found.near
    assert "quokka" not in str(after.require_plan()).lower()
    assert [idea.prose for idea in after.require_plan().ideas] == [idea.prose for idea in before.require_plan().ideas]
