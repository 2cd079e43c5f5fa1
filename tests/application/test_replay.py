"""Runs made again from what was kept of them: the same bytes, whatever happened to the workspace meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import text
from tests.application.test_campaigns import brief_of, plan_of, reload
from tests.factories import records
from tests.factories.actuals import put_actuals
from tests.factories.planned import REFERENCE, Planner

from nexusplanner.application import campaigns
from nexusplanner.application.agents.ideation import IdeationServices, OneIdeationService
from nexusplanner.application.ports.replay import StepUnreadable
from nexusplanner.application.replay.again import NotReplayable, Replayed, Replayer
from nexusplanner.application.replay.with_model import replay_with
from nexusplanner.bootstrap import coordinator
from nexusplanner.domain.campaigns import Brief, Campaign, FlightPattern, FlightRules, Goal, RiskKind
from nexusplanner.domain.identity import Role
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import Forbidden, Invalid, Money, NotFound, RunId
from nexusplanner.infrastructure.db.recordings import seal
from nexusplanner.infrastructure.llm.reading import JsonAnswerReader
from nexusplanner.infrastructure.rules import RulesIdeationService

THEMES = (
    "Warm for winter", "Switch before the frost", "A quieter home", "Grants end in June", "Spring offers",
    "Heat that pays back", "One day, one pump", "Ready for summer", "Homes for the next decade", "Bills that shrink",
)  # fmt: skip
NOTES = ("More about price.", "Shorter, and for installers.", "Less fear, more comfort.")
RULES = OneIdeationService(RulesIdeationService(reference=REFERENCE))


def replayer(planner: Planner, *, ideation: IdeationServices = RULES) -> Replayer:
    return Replayer(
        units=planner.units,
        agents=partial(coordinator, reference=REFERENCE),
        ideation=ideation,
        reader=JsonAnswerReader(),
        seal=seal,
        clock=planner.clock,
        release="1",
    )


async def replayed(planner: Planner, run_id: RunId) -> Replayed:
    return await replayer(planner).replay(planner.actor, run_id=run_id)


async def furnish(planner: Planner, *, weeks: int = 60) -> None:
    """Market news, segments and actuals, so that every step has something to read."""
    async with planner.units.for_actor(planner.actor) as uow:
        brand = await uow.brands.get(planner.service.brand_id)
        await put_actuals(uow, brand, weeks=weeks)
        uow.signals.add_all(
            records.signal(
                brand,
                title=f"Heat pump prices, report {number}",
                content=f"Heat pump prices fell by {number + 2} % while grants of {1000 + 7 * number} EUR were extended.",
                timestamp=records.NOW - timedelta(days=5 * number),
                impact=round(0.7 - 0.1 * number, 2),
            )
            for number in range(12)
        )
        segment = records.segment(brand)
        uow.customers.add_segment(segment)
        uow.customers.add_all(records.customer(brand, segment_id=segment.id) for _ in range(5))


async def disturb(planner: Planner) -> None:
    """Change everything that plans are made from."""
    async with planner.units.for_actor(planner.actor) as uow:
        service = await uow.services.get(planner.service.id)
        brand = await uow.brands.get(service.brand_id)
        service.name, service.benefits, service.price = "Wind turbine", ("Turns in any wind.",), Money(1, "EUR")
        brand.voice, brand.outcome_name, brand.profile = ("loud",), "visits", "Sells wind."
        await put_actuals(uow, brand, weeks=90, seed=8)
        for signal in await uow.signals.recent(brand_id=brand.id, limit=100):
            signal.title, signal.content = "Wind", "Everybody wants wind."
        for segment in await uow.customers.segments(brand_id=brand.id):
            segment.name = "Sailors"


async def regenerated(planner: Planner, campaign: Campaign, *, kind: RunKind, note: str) -> Run:
    """Another run on the campaign, done."""
    now = planner.clock.now()
    async with planner.units.for_actor(planner.actor) as uow:
        if kind is RunKind.REGENERATE_IDEAS:
            run = await campaigns.regenerate_ideas(uow, campaign_id=campaign.id, note=note, now=now)
        elif kind is RunKind.REGENERATE_IDEA:
            idea = plan_of(campaign).ideas[0]
            run = await campaigns.regenerate_idea(uow, campaign_id=campaign.id, idea_id=idea.id, note=note, now=now)
        else:
            run = await campaigns.regenerate_strategies(uow, campaign_id=campaign.id, note=note, now=now)
    await planner.work(run)
    return run


def briefs(planner: Planner) -> Sequence[Brief]:
    """Ten briefs that differ in what steps do with them."""
    rules = FlightRules(pattern=FlightPattern.OPTIMISED)
    return [
        brief_of(
            planner,
            theme=theme,
            channels=("search", "tv", "social")[: 2 + number % 2] if number % 3 else (),
            start_date=date(2026, 3, 9) + timedelta(weeks=number),
            end_date=date(2026, 5, 31) + timedelta(weeks=number),
            total_budget=Money(1_000_000 + 12_345 * number, "EUR"),
            flighting=rules if number % 2 else FlightRules(),
            goal=Goal(risk=RiskKind.CVAR) if number == 5 else Goal(),
        )
        for number, theme in enumerate(THEMES)
    ]


async def run_of(planner: Planner, campaign: Campaign) -> RunId:
    run_id = (await reload(planner, campaign)).run_id
    assert run_id is not None
    return run_id


async def test_twenty_runs_give_the_same_bytes_after_everything_they_were_made_from_changed(planner: Planner) -> None:
    await furnish(planner)
    kinds = (RunKind.REGENERATE_IDEAS, RunKind.REGENERATE_IDEA, RunKind.REGENERATE_STRATEGIES)
    made, runs = [], []
    for brief in briefs(planner):
        campaign = await planner.planned(brief)
        made.append(campaign)
        runs.append(await run_of(planner, campaign))
    for number, campaign in enumerate(made):
        run = await regenerated(planner, campaign, kind=kinds[number % 3], note=NOTES[number % 3])
        runs.append(run.id)
    await disturb(planner)

    results = [await replayed(planner, run_id) for run_id in runs]

    assert len(results) == 20
    assert [result.text for result in results if not result.identical] == []
    assert {step.step for result in results for step in result.steps} >= {"gather_context", "allocate", "save"}
    assert [plan_of(campaign).model["model_number"] for campaign in made[:2]] == [1, 1]
    async with planner.units.for_actor(planner.actor) as uow:
        assert (await uow.ledger.verify()).intact


async def test_ids_come_from_the_run_and_the_place(planner: Planner) -> None:
    plan = plan_of(await planner.planned(brief_of(planner)))
    other = plan_of(await planner.planned(brief_of(planner)))
    assert len({idea.id for idea in (*plan.ideas, *other.ideas)}) == len(plan.ideas) + len(other.ideas)
    assert {each.id for each in plan.channel_plans}.isdisjoint(each.id for each in other.channel_plans)


async def test_a_replay_writes_nothing_but_a_note_in_the_ledger(planner: Planner) -> None:
    campaign = await planner.planned(brief_of(planner))
    before = await reload(planner, campaign)
    result = await replayed(planner, await run_of(planner, campaign))
    after = await reload(planner, campaign)
    assert (after.plan, after.version, after.updated_at) == (before.plan, before.version, before.updated_at)
    async with planner.units.for_actor(planner.actor) as uow:
        entries = [row.entry for row in (await uow.read.decisions.page(campaign_id=campaign.id, limit=100)).items]
    (newest,) = [entry for entry in entries if entry["step"] == "replay"]
    assert newest["author"] == "person"
    assert newest["output"]["identical"] is True
    assert newest["inputs"]["refine"] == next(step.sha256 for step in result.steps if step.step == "refine")


async def test_what_was_kept_and_changed_since_is_named(planner: Planner) -> None:
    campaign = await planner.planned(brief_of(planner))
    run_id = await run_of(planner, campaign)
    async with planner.units.for_actor(planner.actor) as uow:
        await uow.session.execute(
            text("UPDATE step_outputs SET output = jsonb_set(output, '{ideas,0,theme}', '\"Other\"') WHERE step = :s"),
            {"s": "ideate"},
        )
    result = await replayed(planner, run_id)
    steps = {step.step: step for step in result.steps}
    assert not result.identical
    assert steps["ideate"].differences == ("the kept output is not the one that was recorded",)
    assert steps["ideate"].sha256 == steps["ideate"].recorded_sha256
    assert not steps["refine"].identical
    assert steps["allocate"].identical
    assert "differ, the first: ideate" in result.text


async def test_other_inputs_than_were_recorded_are_named(planner: Planner) -> None:
    campaign = await planner.planned(brief_of(planner))
    other = await planner.planned(brief_of(planner, theme="Something else"))
    mine, theirs = await run_of(planner, campaign), await run_of(planner, other)
    async with planner.units.for_actor(planner.actor) as uow:
        await uow.session.execute(
            text(
                "UPDATE step_recordings r SET inputs = o.inputs FROM step_recordings o "
                "WHERE r.run_id = :mine AND o.run_id = :theirs AND r.step = 'gather_context' AND o.step = r.step"
            ),
            {"mine": mine, "theirs": theirs},
        )
    result = await replayed(planner, mine)
    first = result.steps[0]
    assert first.step == "gather_context"
    assert first.sha256 != first.recorded_sha256
    assert first.differences == ("the kept inputs are not those that were recorded",)


@pytest.mark.parametrize(
    "change",
    [
        r"UPDATE step_recordings SET inputs = '\x00' WHERE step = 'gather_context'",
        "UPDATE step_outputs SET output = output - 'ideas' WHERE step = 'ideate'",
    ],
)
async def test_what_this_release_cannot_read_is_refused_by_name(planner: Planner, change: str) -> None:
    campaign = await planner.planned(brief_of(planner))
    run_id = await run_of(planner, campaign)
    async with planner.units.for_actor(planner.actor) as uow:
        await uow.session.execute(text(change))
    with pytest.raises(StepUnreadable, match="Generate the plan again"):
        await replayed(planner, run_id)


async def test_runs_that_cannot_be_replayed_say_why(planner: Planner) -> None:
    async with planner.units.for_actor(planner.actor) as uow:
        waiting = await campaigns.generate_campaign(uow, brief=brief_of(planner), now=planner.clock.now())
    with pytest.raises(NotReplayable, match="only a run that succeeded"):
        await replayed(planner, waiting.id)
    campaign = await planner.planned(brief_of(planner))
    run_id = await run_of(planner, campaign)
    async with planner.units.for_actor(planner.actor) as uow:
        await uow.session.execute(text("DELETE FROM step_recordings WHERE run_id = :id"), {"id": run_id})
    with pytest.raises(NotReplayable, match="before the inputs of its steps were kept"):
        await replayed(planner, run_id)
    with pytest.raises(NotFound):
        await replayed(planner, RunId(uuid4()))


async def again_with_rules(planner: Planner, run_id: RunId) -> Campaign:
    """The new draft of a run made again."""
    async with planner.units.for_actor(planner.actor) as uow:
        run = await replay_with(uow, run_id=run_id, provider="rules", model="", now=planner.clock.now())
    await planner.work(run)
    assert run.campaign_id is not None
    async with planner.units.for_actor(planner.actor) as uow:
        return await uow.campaigns.get(run.campaign_id)


async def test_with_another_model_there_is_a_new_draft_from_the_old_inputs_and_the_old_plan_stays(
    planner: Planner,
) -> None:
    await furnish(planner)
    campaign = await planner.planned(briefs(planner)[0])
    run_id = await run_of(planner, campaign)
    before, digest = await reload(planner, campaign), plan_of(campaign).digest
    await disturb(planner)

    draft = await again_with_rules(planner, run_id)

    old, new = plan_of(campaign), plan_of(draft)
    assert (draft.id != campaign.id, draft.name) == (True, f"{campaign.name} (replayed with rules)")
    assert [idea.prose for idea in new.ideas] == [idea.prose for idea in old.ideas]
    assert {idea.id for idea in new.ideas}.isdisjoint(idea.id for idea in old.ideas)
    assert new.expected_outcome == old.expected_outcome
    assert {**new.model, "run_id": ""} == {**old.model, "run_id": ""}
    after = await reload(planner, campaign)
    assert (plan_of(after).digest, after.version, after.run_id) == (digest, before.version, run_id)
    assert (await replayed(planner, run_id)).identical
    assert (await replayed(planner, await run_of(planner, draft))).identical
    async with planner.units.for_actor(planner.actor) as uow:
        models = [row.number for row in (await uow.read.measurement.models(brand_id=campaign.brand_id)).items]
        run = await uow.runs.get(await run_of(planner, draft))
    assert models == [1]
    assert run.request["replays"]["run_id"] == str(run_id)


async def test_only_whole_plans_are_made_again_and_only_with_providers_that_are_asked(planner: Planner) -> None:
    campaign = await planner.planned(brief_of(planner))
    run_id = await run_of(planner, campaign)
    some = await regenerated(planner, campaign, kind=RunKind.REGENERATE_IDEAS, note="")
    async with planner.units.for_actor(planner.actor) as uow:
        with pytest.raises(NotReplayable, match="whole plan"):
            await replay_with(uow, run_id=some.id, provider="rules", model="", now=planner.clock.now())
        with pytest.raises(Invalid) as refused:
            await replay_with(uow, run_id=run_id, provider="nobody", model="x", now=planner.clock.now())
    assert list(refused.value.fields) == ["provider"]
    async with planner.units.for_actor(replace(planner.actor, role=Role.VIEWER)) as uow:
        with pytest.raises(Forbidden):
            await replay_with(uow, run_id=run_id, provider="rules", model="", now=planner.clock.now())


async def test_a_viewer_replays_nothing(planner: Planner) -> None:
    campaign = await planner.planned(brief_of(planner))
    viewer = replace(planner.actor, role=Role.VIEWER)
    with pytest.raises(Forbidden):
        await replayer(planner).replay(viewer, run_id=await run_of(planner, campaign))
