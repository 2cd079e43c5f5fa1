"""Planning and planning again, by the product's own steps on borrowed curves."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from tests.factories import records
from tests.factories.planned import Planner

from nexusplanner.application import campaigns, runs
from nexusplanner.application.catalog import delete_service
from nexusplanner.application.durable.workflow import RunRef, RunStopped
from nexusplanner.domain.campaigns import Brief, Campaign, CampaignStatus, ChannelLimit, Plan
from nexusplanner.domain.identity import Actor, Role
from nexusplanner.domain.runs import Run, RunState
from nexusplanner.domain.shared import (
    CampaignId,
    Conflict,
    Forbidden,
    Invalid,
    Money,
    NotFound,
    ServiceId,
    UserId,
    VersionConflict,
)


def brief_of(planner: Planner, **changes: object) -> Brief:
    return records.brief(planner.service, **{"channels": ("search", "social"), **changes})


def plan_of(campaign: Campaign) -> Plan:
    assert campaign.plan is not None
    return campaign.plan


async def reload(planner: Planner, campaign: Campaign) -> Campaign:
    async with planner.units.for_actor(planner.actor) as uow:
        return await uow.campaigns.get(campaign.id)


async def drafted(planner: Planner, **changes: object) -> Campaign:
    """A campaign without a plan."""
    async with planner.units.for_actor(planner.actor) as uow:
        return await campaigns.create_campaign(uow, brief=brief_of(planner, **changes), now=planner.clock.now())


async def edited(
    planner: Planner, campaign: Campaign, *, brief: Brief | None = None, name: str | None = None
) -> Campaign:
    async with planner.units.for_actor(planner.actor) as uow:
        return await campaigns.edit_campaign(
            uow, campaign_id=campaign.id, version=campaign.version, brief=brief, name=name, now=planner.clock.now()
        )


async def test_a_new_campaign_is_a_draft_named_after_its_theme(planner: Planner) -> None:
    campaign = await drafted(planner, theme="  Spring  ")
    assert (campaign.name, campaign.status, campaign.plan) == ("Spring", CampaignStatus.DRAFT, None)
    assert campaign.brand_id == planner.service.brand_id


async def test_a_brief_that_cannot_be_planned_leaves_nothing(planner: Planner) -> None:
    for wrong, error in (
        (brief_of(planner, total_budget=Money(-1, "EUR")), Invalid),
        (brief_of(planner, total_budget=Money(100, "USD")), Invalid),
        (brief_of(planner, end_date=date(2026, 1, 1)), Invalid),
        (replace(brief_of(planner), service_id=ServiceId(uuid4())), NotFound),
    ):
        with pytest.raises(error):
            async with planner.units.for_actor(planner.actor) as uow:
                await campaigns.generate_campaign(uow, brief=wrong, now=planner.clock.now())
    async with planner.units.for_actor(planner.actor) as uow:
        assert (await uow.read.campaigns.page()).total == 0
    assert planner.workflows.started == []


async def test_a_viewer_changes_nothing(planner: Planner, planned: Campaign) -> None:
    viewer = Actor(tenant_id=planner.actor.tenant_id, user_id=UserId(uuid4()), role=Role.VIEWER)
    now, at = planner.clock.now(), {"campaign_id": planned.id}
    async with planner.units.for_actor(viewer) as uow:
        for refused in (
            campaigns.create_campaign(uow, brief=planned.brief, now=now),
            campaigns.generate_plan(uow, **at, now=now),
            campaigns.regenerate_ideas(uow, **at, now=now),
            campaigns.edit_campaign(uow, **at, version=planned.version, name="Mine", now=now),
            campaigns.save_allocation(uow, **at, version=planned.version, now=now),
            campaigns.delete_campaign(uow, **at, now=now),
            campaigns.restore_campaign(uow, **at),
            campaigns.move_campaign(uow, **at, version=planned.version, status=CampaignStatus.IN_REVIEW, now=now),
        ):
            with pytest.raises(Forbidden):
                await refused
        assert (await campaigns.preview_allocation(uow, **at)).channels


async def test_a_plan_stands_with_its_run_and_its_version_is_told(planner: Planner, planned: Campaign) -> None:
    async with planner.units.for_actor(planner.actor) as uow:
        assert planned.run_id is not None
        run = await uow.runs.get(planned.run_id)
        decisions = await uow.read.decisions.page(campaign_id=planned.id)
        assert (await uow.ledger.verify()).intact
    assert run.state is RunState.SUCCEEDED
    assert run.steps[-1].detail == f"Saved as version {planned.version} of {planned.name}."
    assert {row.agent for row in decisions.items} == {
        "coordinator",
        "strategy",
        "creative",
        "optimization",
        "flighting",
        "reasoning",
    }
    assert len({idea.theme for idea in plan_of(planned).ideas}) >= 3


async def test_an_edit_that_changes_what_was_planned_drops_the_plan(planner: Planner, planned: Campaign) -> None:
    renamed = await edited(planner, planned, name=" Summer ", brief=replace(planned.brief, theme="Sun", notes="Warm."))
    assert (renamed.name, renamed.brief.theme) == ("Summer", "Sun")
    assert renamed.plan == planned.plan
    for change in (
        {"total_budget": Money(200_000, "EUR")},
        {"end_date": planned.brief.end_date + timedelta(days=1)},
        {"channels": ("search",)},
        {"limits": (ChannelLimit(channel="search", lock=Money(1, "EUR")),)},
    ):
        fresh = await planner.planned(brief_of(planner))
        assert (await edited(planner, fresh, brief=replace(fresh.brief, **change))).plan is None


async def test_an_edit_of_what_somebody_else_edited_is_refused(planner: Planner, planned: Campaign) -> None:
    stale = planned.version
    await edited(planner, planned, name="Summer")
    async with planner.units.for_actor(planner.actor) as uow:
        with pytest.raises(VersionConflict, match=f"version {stale}"):
            await campaigns.edit_campaign(
                uow, campaign_id=planned.id, version=stale, name="Autumn", now=planner.clock.now()
            )
    assert (await reload(planner, planned)).name == "Summer"


async def test_a_preview_is_the_split_that_saving_makes_and_keeps_nothing(planner: Planner, planned: Campaign) -> None:
    limits = (ChannelLimit(channel="search", maximum=Money(12_345, "EUR")),)
    wanted = {"campaign_id": planned.id, "total_budget": Money(77_777, "EUR"), "limits": limits}
    async with planner.units.for_actor(planner.actor) as uow:
        preview = await campaigns.preview_allocation(uow, **wanted)  # type: ignore[arg-type]
    untouched = await reload(planner, planned)
    assert (untouched.version, untouched.plan, untouched.brief) == (planned.version, planned.plan, planned.brief)
    async with planner.units.for_actor(planner.actor) as uow:
        saved = await campaigns.save_allocation(
            uow,
            **wanted,
            version=planned.version,
            now=planner.clock.now(),  # type: ignore[arg-type]
        )
    plan = plan_of(saved)
    assert (saved.brief.total_budget, saved.brief.limits) == (Money(77_777, "EUR"), limits)
    assert {each.channel: each.budget for each in plan.channel_plans} == {
        each.channel: each.budget for each in preview.channels
    }
    assert sum(each.budget.amount for each in plan.channel_plans) + plan.certificate.unspent.amount == 77_777
    assert (plan.certificate, plan.expected_outcome) == (preview.certificate, preview.expected_outcome)
    assert plan.ideas == plan_of(planned).ideas
    texts = {each.channel: (each.id, each.strategy, each.claims) for each in plan_of(planned).channel_plans}
    assert {each.channel: (each.id, each.strategy, each.claims) for each in plan.channel_plans} == texts
    assert all(
        sum(week.amount.amount for flight in each.flights for week in flight.weekly) == each.budget.amount
        for each in plan.channel_plans
    )


async def test_impossible_splits_are_refused_and_change_nothing(planner: Planner, planned: Campaign) -> None:
    euros = Money(200_000, "EUR")
    for total, limits, code in (
        (None, (ChannelLimit(channel="search", minimum=euros),), "INFEASIBLE_LIMITS"),
        (None, (ChannelLimit(channel="tv", minimum=Money(1, "EUR")),), "UNKNOWN_CHANNEL"),
        (Money(100, "USD"), (), "VALIDATION_FAILED"),
        (Money(-1, "EUR"), (), "VALIDATION_FAILED"),
    ):
        with pytest.raises(Invalid) as refusal:
            async with planner.units.for_actor(planner.actor) as uow:
                await campaigns.save_allocation(
                    uow,
                    campaign_id=planned.id,
                    version=planned.version,
                    total_budget=total,
                    limits=limits,
                    now=planner.clock.now(),
                )
        assert refusal.value.code == code
    assert (await reload(planner, planned)).version == planned.version


async def test_what_needs_a_plan_says_so(planner: Planner) -> None:
    draft = await drafted(planner)
    async with planner.units.for_actor(planner.actor) as uow:
        at = {"campaign_id": draft.id}
        for refused in (
            campaigns.curves_of(uow, **at),
            campaigns.preview_allocation(uow, **at),
            campaigns.regenerate_strategies(uow, **at, now=planner.clock.now()),
            campaigns.move_campaign(uow, **at, version=1, status=CampaignStatus.IN_REVIEW, now=planner.clock.now()),
        ):
            with pytest.raises(Conflict) as refusal:
                await refused
            assert refusal.value.code == "NO_PLAN"


async def test_curves_are_those_the_plan_was_made_on(planner: Planner, planned: Campaign) -> None:
    async with planner.units.for_actor(planner.actor) as uow:
        found = await campaigns.curves_of(uow, campaign_id=planned.id)
    assert (found.currency, found.weeks) == ("EUR", 2.0)
    assert found.ground.allocated.allocation.certificate == plan_of(planned).certificate
    assert [points.channel for points in found.points] == ["search", "social"]


async def start(planner: Planner, campaign: Campaign) -> Run:
    async with planner.units.for_actor(planner.actor) as uow:
        return await campaigns.generate_plan(uow, campaign_id=campaign.id, now=planner.clock.now())


async def test_while_a_run_works_nobody_starts_another_or_reviews(planner: Planner) -> None:
    draft = await drafted(planner)
    run = await start(planner, draft)
    with pytest.raises(Conflict) as refusal:
        await start(planner, draft)
    assert refusal.value.code == "RUN_ACTIVE"
    assert refusal.value.details == {"run_id": str(run.id)}
    async with planner.units.for_actor(planner.actor) as uow:
        version = (await uow.campaigns.get(draft.id)).version
        to, now = CampaignStatus.IN_REVIEW, planner.clock.now()
        with pytest.raises(Conflict, match="A run is working"):
            await campaigns.move_campaign(uow, campaign_id=draft.id, version=version, status=to, now=now)
    await planner.work(run)
    assert (await start(planner, draft)).id != run.id


async def test_a_brief_edited_under_a_run_makes_the_run_fail_not_the_edit(planner: Planner) -> None:
    draft = await drafted(planner)
    run = await start(planner, draft)
    steps, ref = planner.steps(), RunRef(tenant_id=run.tenant_id, run_id=run.id)
    started = await steps.begin(ref)
    for step in started.steps[:-1]:
        await steps.perform(ref, step=step, token=started.token)
    draft = await reload(planner, draft)
    await edited(planner, draft, brief=replace(draft.brief, total_budget=Money(5_000, "EUR")))
    with pytest.raises(Conflict) as refusal:
        await steps.perform(ref, step="save", token=started.token)
    assert refusal.value.code == "BRIEF_CHANGED"
    kept = await reload(planner, draft)
    assert (kept.plan, kept.brief.total_budget) == (None, Money(5_000, "EUR"))


async def test_a_run_for_a_brief_edited_since_is_not_tried_again(planner: Planner) -> None:
    draft = await drafted(planner)
    run = await start(planner, draft)
    steps, ref = planner.steps(), RunRef(tenant_id=run.tenant_id, run_id=run.id)
    begun = await steps.begin(ref)
    await steps.perform(ref, step="gather_context", token=begun.token)
    async with planner.units.for_actor(planner.actor) as uow:
        await runs.cancel_run(uow, run_id=run.id, now=planner.clock.now())
    async with planner.units.for_actor(planner.actor) as uow:
        assert (await runs.retry_run(uow, run_id=run.id)).active
        await runs.cancel_run(uow, run_id=run.id, now=planner.clock.now())
    draft = await reload(planner, draft)
    await edited(planner, draft, brief=replace(draft.brief, theme="Another thought"))
    async with planner.units.for_actor(planner.actor) as uow:
        with pytest.raises(Conflict) as refusal:
            await runs.retry_run(uow, run_id=run.id)
    assert refusal.value.code == "BRIEF_CHANGED"


async def test_a_step_is_done_once_and_only_by_its_holder(planner: Planner) -> None:
    run = await start(planner, await drafted(planner))
    steps, ref = planner.steps(), RunRef(tenant_id=run.tenant_id, run_id=run.id)
    first = await steps.begin(ref)
    await steps.perform(ref, step="gather_context", token=first.token)
    second = await steps.begin(ref)
    assert "gather_context" not in second.steps
    with pytest.raises(RunStopped, match="took it over"):
        await steps.perform(ref, step="analyse_market", token=first.token)
    await steps.perform(ref, step="analyse_market", token=second.token)
    await steps.perform(ref, step="analyse_market", token=second.token)
    await steps.fail(ref, token=first.token, error="late", retryable=True)
    async with planner.units.for_actor(planner.actor) as uow:
        assert (await uow.runs.get(run.id)).state is RunState.RUNNING
        decided = [row.step for row in (await uow.read.decisions.page(run_id=run.id)).items]
    assert decided.count("analyse_market") == 1
    await steps.fail(ref, token=second.token, error="The end.", retryable=False)
    assert (await steps.begin(ref)).steps == ()


async def test_deleting_cancels_the_run_and_restoring_brings_the_campaign_back(planner: Planner) -> None:
    draft = await drafted(planner)
    run = await start(planner, draft)
    async with planner.units.for_actor(planner.actor) as uow:
        await campaigns.delete_campaign(uow, campaign_id=draft.id, now=planner.clock.now())
    assert planner.workflows.cancelled == [run.id]
    with pytest.raises(NotFound):
        await reload(planner, draft)
    async with planner.units.for_actor(planner.actor) as uow:
        assert (await uow.runs.get(run.id)).state is RunState.CANCELLED
        restored = await campaigns.restore_campaign(uow, campaign_id=draft.id)
        assert restored.deleted_at is None
    assert (await start(planner, draft)).active


async def test_restoring_what_never_was_is_refused(planner: Planner) -> None:
    async with planner.units.for_actor(planner.actor) as uow:
        with pytest.raises(NotFound):
            await campaigns.restore_campaign(uow, campaign_id=CampaignId(uuid4()))


async def test_nothing_is_planned_for_a_service_that_is_just_being_deleted(planner: Planner) -> None:
    """Whoever asks meanwhile waits, so that no campaign is left with a service that nobody sees."""
    async with planner.units.for_actor(planner.actor) as uow:
        await delete_service(uow, service_id=planner.service.id, now=planner.clock.now())
        drafting = asyncio.create_task(drafted(planner))
        await asyncio.sleep(0.2)
    with pytest.raises(NotFound):
        await drafting


async def test_the_status_follows_its_table_and_an_edit_voids_it(planner: Planner, planned: Campaign) -> None:
    async def move(campaign: Campaign, status: CampaignStatus, role: Role = Role.ADMIN) -> Campaign:
        actor = replace(planner.actor, role=role)
        async with planner.units.for_actor(actor) as uow:
            return await campaigns.move_campaign(
                uow, campaign_id=campaign.id, version=campaign.version, status=status, now=planner.clock.now()
            )

    with pytest.raises(Conflict, match="in_review"):
        await move(planned, CampaignStatus.ACTIVE)
    reviewed = await move(planned, CampaignStatus.IN_REVIEW, Role.USER)
    with pytest.raises(Forbidden):
        await move(reviewed, CampaignStatus.APPROVED, Role.USER)
    approved = await move(reviewed, CampaignStatus.APPROVED)
    changed = await edited(planner, approved, name="Other")
    assert changed.status is CampaignStatus.DRAFT
    active = changed
    for status in (CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED, CampaignStatus.ACTIVE):
        active = await move(active, status)
    with pytest.raises(Conflict, match="cannot be edited"):
        await edited(planner, active, name="Late")
    with pytest.raises(Conflict, match="cannot be edited"):
        await start(planner, active)
    with pytest.raises(Conflict, match="before deleting"):
        async with planner.units.for_actor(planner.actor) as uow:
            await campaigns.delete_campaign(uow, campaign_id=active.id, now=planner.clock.now())
