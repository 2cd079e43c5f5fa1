"""Campaigns: create, edit, move and delete; start the runs that make and remake plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from nexusplanner.application.campaigns.loading import editable, plan_of
from nexusplanner.application.knowledge.evidence import require_settled
from nexusplanner.application.ledger.decisions import amounts_of, record_change
from nexusplanner.application.outcomes.proposals import note_approval, note_edit, note_replaced, note_reworded
from nexusplanner.application.ports.unit_of_work import Hold, UnitOfWork
from nexusplanner.application.run_requests import Replaying, request_of
from nexusplanner.application.runs import refuse_while_active
from nexusplanner.domain.campaigns import Brief, Campaign, CampaignStatus
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import BrandId, CampaignId, Conflict, IdeaId, Invalid, NotFound

MAX_NAME = 200


async def create_campaign(uow: UnitOfWork, *, brief: Brief, name: str = "", now: datetime) -> Campaign:
    """A draft without a plan. Raises Invalid, NotFound (service)."""
    uow.actor.require(Permission.PLAN)
    brand_id = await _check(uow, brief)
    campaign = Campaign(
        tenant_id=uow.actor.tenant_id,
        brand_id=brand_id,
        name=(name.strip() or brief.theme.strip())[:MAX_NAME],
        brief=brief,
        created_by=uow.actor.user_id,
        created_at=now,
        updated_at=now,
    )
    uow.campaigns.add(campaign)
    await uow.flush()
    return campaign


async def generate_campaign(
    uow: UnitOfWork, *, brief: Brief, name: str = "", replaying: Replaying | None = None, now: datetime
) -> Run:
    """A draft whose plan is made by the run that comes back. Raises Invalid, NotFound (service).

    replaying: the plan is made from what that run was given, with another model.
    """
    campaign = await create_campaign(uow, brief=brief, name=name, now=now)
    return await _start(uow, campaign, kind=RunKind.GENERATE, request=request_of(replaying=replaying), now=now)


async def generate_plan(uow: UnitOfWork, *, campaign_id: CampaignId, now: datetime) -> Run:
    """Make the plan of an existing campaign (anew). Raises NotFound, Conflict while another run works on it."""
    uow.actor.require(Permission.PLAN)
    campaign = await uow.campaigns.get(campaign_id)
    return await _start(uow, campaign, kind=RunKind.GENERATE, request=request_of(), now=now)


async def regenerate_ideas(uow: UnitOfWork, *, campaign_id: CampaignId, note: str = "", now: datetime) -> Run:
    """Other ideas; budget and channels stay. Raises NotFound, Conflict."""
    return await _again(uow, campaign_id, kind=RunKind.REGENERATE_IDEAS, note=note, now=now)


async def regenerate_idea(
    uow: UnitOfWork, *, campaign_id: CampaignId, idea_id: IdeaId, note: str = "", now: datetime
) -> Run:
    """Another idea in the place of this one. Raises NotFound, Conflict."""
    return await _again(uow, campaign_id, kind=RunKind.REGENERATE_IDEA, note=note, idea_id=idea_id, now=now)


async def regenerate_strategies(uow: UnitOfWork, *, campaign_id: CampaignId, note: str = "", now: datetime) -> Run:
    """Channel strategies written anew; amounts stay. Raises NotFound, Conflict."""
    return await _again(uow, campaign_id, kind=RunKind.REGENERATE_STRATEGIES, note=note, now=now)


async def _again(
    uow: UnitOfWork,
    campaign_id: CampaignId,
    *,
    kind: RunKind,
    note: str,
    now: datetime,
    idea_id: IdeaId | None = None,
) -> Run:
    uow.actor.require(Permission.PLAN)
    campaign = await uow.campaigns.get(campaign_id)
    plan_of(campaign)
    if idea_id is not None:
        campaign.idea(idea_id)
    if len(note) > 2000:
        raise Invalid("Keep the note below 2,000 characters.", fields={"note": "At most 2,000 characters."})
    return await _start(uow, campaign, kind=kind, request=request_of(note=note, idea_id=idea_id), now=now)


async def _start(
    uow: UnitOfWork, campaign: Campaign, *, kind: RunKind, request: Mapping[str, Any], now: datetime
) -> Run:
    await refuse_while_active(uow, campaign)
    campaign.require_editable()
    run = Run(
        tenant_id=uow.actor.tenant_id,
        brand_id=campaign.brand_id,
        user_id=uow.actor.user_id,
        kind=kind,
        request=request,
        campaign_id=campaign.id,
        created_at=now,
    )
    uow.runs.add(run)
    await uow.flush()
    campaign.run_id = run.id
    await uow.workflows.start(run)
    await uow.flush()
    return run


async def edit_campaign(
    uow: UnitOfWork,
    *,
    campaign_id: CampaignId,
    version: int,
    name: str | None = None,
    brief: Brief | None = None,
    now: datetime,
) -> Campaign:
    """Change name or brief; a plan that no longer fits the brief is dropped. Raises NotFound, VersionConflict, Invalid."""
    uow.actor.require(Permission.PLAN)
    campaign = await editable(uow, campaign_id, version=version)
    if name is not None:
        campaign.rename(name, at=now)
    if brief is not None:
        brand_id = await _check(uow, brief)
        campaign.take_brief(brief, brand_id=brand_id, at=now)
        if campaign.plan is None:
            await note_replaced(uow, campaign.id, why="The brief was changed.", now=now)
    await uow.flush()
    return campaign


async def delete_campaign(uow: UnitOfWork, *, campaign_id: CampaignId, now: datetime) -> None:
    """Hide it; a run that works on it is cancelled. Raises NotFound, Conflict while it spends money."""
    uow.actor.require(Permission.PLAN)
    campaign = await uow.campaigns.get(campaign_id)
    if campaign.run_id is not None:
        run = await uow.runs.get(campaign.run_id, lock=True)  # before the campaign, as the run's own steps do
        if run.active:
            run.cancel(at=now)
            await uow.workflows.cancel(run)
    campaign = await uow.campaigns.get(campaign_id, lock=True)
    campaign.delete(at=now)
    await note_replaced(uow, campaign.id, why="The campaign was deleted.", now=now)
    await uow.flush()


async def restore_campaign(uow: UnitOfWork, *, campaign_id: CampaignId) -> Campaign:
    """Undo a delete. Raises NotFound, and Conflict while its service is deleted."""
    uow.actor.require(Permission.PLAN)
    campaign = await uow.campaigns.get(campaign_id, deleted=True)
    service = await uow.services.get(campaign.brief.service_id, deleted=True, hold=Hold.SHARED)
    if service.deleted_at is not None:
        raise Conflict(f"Its service {service.name} was deleted. Restore that first.", code="SERVICE_DELETED")
    campaign.restore()
    await uow.flush()
    return campaign


async def move_campaign(
    uow: UnitOfWork, *, campaign_id: CampaignId, version: int, status: CampaignStatus, now: datetime
) -> Campaign:
    """Change the status by the table. Raises NotFound, VersionConflict, Conflict, Forbidden (approving).

    Nothing is reviewed or approved that claims what no source supports and nobody waived, nor while a run works on
    it: what the run saves would be another plan.
    """
    uow.actor.require(Permission.APPROVE if status is CampaignStatus.APPROVED else Permission.PLAN)
    campaign = await editable(uow, campaign_id, version=version)
    if status in {CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED}:
        await refuse_while_active(uow, campaign)
        require_settled(plan_of(campaign))
    before = campaign.status
    campaign.move(status, at=now)
    approved = campaign.approved_plan if status is CampaignStatus.APPROVED else None
    if approved:
        await note_approval(uow, campaign, now=now)
    await record_change(
        uow,
        campaign,
        step="move_campaign",
        summary=f"{campaign.name} went from {before} to {status}.",
        now=now,
        before={"status": before.value},
        after={"status": status.value, "amounts": amounts_of(campaign.plan), "approved_plan": approved},
        certificate=campaign.plan.certificate if approved and campaign.plan else None,
    )
    await uow.flush()
    return campaign


async def edit_idea(
    uow: UnitOfWork,
    *,
    campaign_id: CampaignId,
    idea_id: IdeaId,
    version: int,
    now: datetime,
    theme: str | None = None,
    description: str | None = None,
    core_message: str | None = None,
    target_kpi: str | None = None,
    chosen: bool | None = None,
) -> Campaign:
    """Change an idea's texts, or choose it. Claims whose words are gone from the texts are dropped with their sources.

    Raises: NotFound, VersionConflict, Conflict.
    """
    uow.actor.require(Permission.PLAN)
    campaign = await editable(uow, campaign_id, version=version)
    texts = {"theme": theme, "description": description, "core_message": core_message, "target_kpi": target_kpi}
    given = {name: text.strip() for name, text in texts.items() if text is not None}
    before = campaign.idea(idea_id)
    idea = before.edited(given, chosen=chosen)
    plan = plan_of(campaign)
    ideas = tuple(idea if each.id == idea_id else each for each in plan.ideas)
    campaign.take_plan(replace(plan, ideas=ideas), at=now)
    await note_edit(uow, campaign.id, before=before, after=idea, now=now)
    changed = sorted({*given, *(("chosen",) if chosen is not None else ())})
    await record_change(
        uow,
        campaign,
        step="edit_idea",
        summary=f"The idea “{idea.theme}” was edited: {', '.join(changed).replace('_', ' ') or 'nothing'}.",
        now=now,
        before={name: getattr(before, name) for name in changed},
        after={name: getattr(idea, name) for name in changed},
    )
    await uow.flush()
    return campaign


async def edit_strategy(
    uow: UnitOfWork, *, campaign_id: CampaignId, channel: str, version: int, strategy: str, now: datetime
) -> Campaign:
    """Change the words of a channel's strategy; claims whose words are gone are dropped with their sources.

    Raises: NotFound, VersionConflict, Conflict, Invalid.
    """
    uow.actor.require(Permission.PLAN)
    campaign = await editable(uow, campaign_id, version=version)
    plan = plan_of(campaign)
    before = next((each for each in plan.channel_plans if each.channel == channel), None)
    if before is None:
        raise NotFound(f"The plan has no channel {channel!r}.", code="CHANNEL_NOT_FOUND")
    after = before.reworded(strategy.strip())
    if after is before:
        return campaign
    channels = tuple(after if each is before else each for each in plan.channel_plans)
    campaign.take_plan(replace(plan, channel_plans=channels), at=now)
    await note_reworded(uow, campaign.id, after.id, now=now)
    await record_change(
        uow,
        campaign,
        step="edit_strategy",
        summary=f"The strategy for {channel.replace('_', ' ')} was edited.",
        now=now,
        before={"channel": channel, "strategy": before.strategy, "author": before.strategy_author.value},
        after={"channel": channel, "strategy": after.strategy, "author": after.strategy_author.value},
    )
    await uow.flush()
    return campaign


async def _check(uow: UnitOfWork, brief: Brief) -> BrandId:
    """The brand of the brief's service. Raises Invalid, NotFound."""
    brief.check()
    for signal_id in brief.signal_ids:
        await uow.signals.get(signal_id)
    service = await uow.services.get(brief.service_id, hold=Hold.SHARED)
    brand = await uow.brands.get(service.brand_id)
    if brief.total_budget.currency != brand.currency:
        raise Invalid(
            f"{brand.name} plans in {brand.currency}; nothing is converted silently.",
            fields={"total_budget": f"Use {brand.currency}."},
        )
    return brand.id
