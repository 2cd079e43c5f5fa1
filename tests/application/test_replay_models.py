"""Runs whose texts models wrote: replayed from the recorded answers, and made again with another model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from tests.application.test_campaigns import plan_of, reload
from tests.application.test_replay import NOTES, briefs, disturb, furnish, regenerated, replayer, run_of
from tests.factories.planned import REFERENCE, Planner
from tests.fakes.wire import Behaviour, WireServer

from nexusplanner.application.agents.ideation import IdeationServices
from nexusplanner.application.campaigns import generate_campaign
from nexusplanner.application.durable.carrying import DurableSteps
from nexusplanner.application.durable.workflow import RunRef, RunStopped
from nexusplanner.application.replay.again import Replayed
from nexusplanner.application.replay.with_model import replay_with
from nexusplanner.bootstrap import Writers, run_steps
from nexusplanner.domain.campaigns import Author, Campaign
from nexusplanner.domain.runs import PartialIdea, Run, RunKind
from nexusplanner.domain.shared import RunId
from nexusplanner.infrastructure.telemetry import Telemetry
from nexusplanner.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Writer(Planner):
    """Somebody who plans with the models of the workspace."""

    ideation: IdeationServices

    def steps(self) -> DurableSteps:
        return run_steps(self.units, ideation=self.ideation, reference=REFERENCE, clock=self.clock)

    async def replayed(self, run_id: RunId) -> Replayed:
        return await replayer(self, ideation=self.ideation).replay(self.actor, run_id=run_id)


@pytest.fixture
async def server() -> AsyncIterator[WireServer]:
    async with WireServer(Behaviour.VALID) as running:
        yield running


@pytest.fixture
async def writer(planner: Planner, server: WireServer) -> Writer:
    writers = Writers.of(Settings(), reference=REFERENCE, clock=planner.clock, telemetry=Telemetry())
    ideation = writers.ideation(planner.units)
    async with planner.units.for_actor(planner.actor) as uow:
        kept = await uow.ai.settings()
        kept.providers = (server.provider("acme"),)
        await uow.ai.save(kept)
        await uow.ai.set_key("acme", key="k", at=planner.clock.now())
    await furnish(planner, weeks=0)
    return Writer(
        units=planner.units,
        actor=planner.actor,
        service=planner.service,
        workflows=planner.workflows,
        clock=planner.clock,
        ideation=ideation,
    )


async def test_recorded_answers_give_the_same_bytes_while_no_model_answers(writer: Writer, server: WireServer) -> None:
    kinds = (RunKind.REGENERATE_IDEAS, RunKind.REGENERATE_IDEA, RunKind.REGENERATE_STRATEGIES)
    runs = []
    for number, brief in enumerate(briefs(writer)[:3]):
        campaign = await writer.planned(brief)
        assert any(idea.author is Author.AI for idea in plan_of(campaign).ideas)
        runs.append(await run_of(writer, campaign))
        runs.append((await regenerated(writer, campaign, kind=kinds[number], note=NOTES[number])).id)
    asked = len(server.requests)
    await disturb(writer)

    results = [await writer.replayed(run_id) for run_id in runs]

    assert asked > 0
    assert len(server.requests) == asked
    assert [result.text for result in results if not result.identical] == []


async def test_steps_that_fell_back_on_rules_are_replayed_too(writer: Writer, server: WireServer) -> None:
    server.script = Behaviour.REFUSAL
    campaign = await writer.planned(briefs(writer)[0])
    assert {idea.author for idea in plan_of(campaign).ideas} == {Author.RULES}
    assert (await writer.replayed(await run_of(writer, campaign))).identical


async def test_a_question_that_was_not_recorded_is_named(writer: Writer) -> None:
    campaign = await writer.planned(briefs(writer)[0])
    run_id = await run_of(writer, campaign)
    async with writer.units.for_actor(writer.actor) as uow:
        await uow.session.execute(
            text(
                "UPDATE step_recordings SET answers = jsonb_set(answers, '{0,question}', '\"0\"') "
                "WHERE run_id = :id AND step = 'ideate'"
            ),
            {"id": run_id},
        )
    result = await writer.replayed(run_id)
    ideate = next(step for step in result.steps if step.step == "ideate")
    assert not result.identical
    assert ideate.differences == (
        "the step ideate asks another question than was recorded",
        "1 recorded answer was not asked for",
    )


async def test_another_model_writes_a_new_draft_and_leaves_the_old_bytes(writer: Writer, server: WireServer) -> None:
    campaign = await writer.planned(briefs(writer)[0])
    run_id, digest = await run_of(writer, campaign), plan_of(campaign).digest
    before = len(server.requests)
    async with writer.units.for_actor(writer.actor) as uow:
        run = await replay_with(uow, run_id=run_id, provider="acme", model="gpt-4o-mini", now=writer.clock.now())
    await writer.work(run)

    assert run.campaign_id is not None
    async with writer.units.for_actor(writer.actor) as uow:
        draft = await uow.campaigns.get(run.campaign_id)
        entries = [row.entry for row in (await uow.read.decisions.page(campaign_id=draft.id, limit=100)).items]
    assert draft.name == f"{campaign.name} (replayed with gpt-4o-mini)"
    assert len(server.requests) > before
    assert {entry["model"] for entry in entries if entry["author"] == "ai"} == {"gpt-4o-mini"}
    assert {entry["model"] for entry in await asked_models(writer, campaign)} == {"gpt-4o"}
    assert plan_of(await reload(writer, campaign)).digest == digest
    assert (await writer.replayed(run_id)).identical


async def asked_models(writer: Writer, campaign: Campaign) -> list[dict[str, object]]:
    async with writer.units.for_actor(writer.actor) as uow:
        rows = (await uow.read.decisions.page(campaign_id=campaign.id, limit=100)).items
    return [dict(row.entry) for row in rows if row.entry["author"] == "ai"]


async def started(writer: Writer, *, until: str) -> tuple[Run, RunRef, int]:
    """A run that did every step before `until`."""
    async with writer.units.for_actor(writer.actor) as uow:
        run = await generate_campaign(uow, brief=briefs(writer)[0], now=writer.clock.now())
    ref = RunRef(tenant_id=run.tenant_id, run_id=run.id)
    steps = writer.steps()
    begun = await steps.begin(ref)
    for step in begun.steps[: begun.steps.index(until)]:
        await steps.perform(ref, step=step, token=begun.token)
    return run, ref, begun.token


async def partial_of(writer: Writer, run: Run) -> tuple[PartialIdea, ...]:
    async with writer.units.for_actor(writer.actor) as uow:
        return (await uow.runs.get(run.id)).partial


async def test_ideas_show_on_the_run_while_they_are_written_and_are_gone_with_the_step(
    writer: Writer, server: WireServer
) -> None:
    server.pace = 0.02
    run, ref, token = await started(writer, until="ideate")
    working = asyncio.create_task(writer.steps().perform(ref, step="ideate", token=token))
    seen: set[tuple[PartialIdea, ...]] = set()
    while not working.done():
        seen.add(await partial_of(writer, run))
        await asyncio.sleep(0.02)
    await working
    shown = [ideas for ideas in seen if ideas]
    assert shown
    assert all(idea.theme and idea.description for ideas in shown for idea in ideas)
    assert await partial_of(writer, run) == ()


async def test_a_run_that_was_taken_over_keeps_no_ideas_of_its_old_holder(writer: Writer, server: WireServer) -> None:
    server.pace = 0.05
    run, ref, token = await started(writer, until="ideate")
    late = asyncio.create_task(writer.steps().perform(ref, step="ideate", token=token))
    for _ in range(500):
        if await partial_of(writer, run):
            break
        await asyncio.sleep(0.02)
    await writer.steps().begin(ref)
    seen = []
    while not late.done():
        seen.append(await partial_of(writer, run))
        await asyncio.sleep(0.02)
    assert isinstance(late.exception(), RunStopped)
    assert len(seen) > 1
    assert set(seen) == {()}
