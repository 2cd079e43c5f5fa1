"""Campaigns: create, edit, plan and plan again. Plans are made by runs, or anew here from curves a run kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from nexusplanner.application.agents.channels import channel_plans
from nexusplanner.application.agents.optimization import CurvePoints, curve_points, optimise
from nexusplanner.application.agents.outputs import Allocated
from nexusplanner.application.editing import require_version
from nexusplanner.application.generation.request import request_of
from nexusplanner.application.ports import UnitOfWork
from nexusplanner.application.runs import refuse_while_active
from nexusplanner.domain.campaigns import Allocation, Brief, Campaign, CampaignStatus, ChannelLimit, Plan
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import BrandId, CampaignId, Conflict, IdeaId, Invalid, Money, NotFound, RunId

MAX_NAME = 200
DIVIDED_ANEW = "The budget was divided anew after the explanation was written: amounts and outcomes in it are those of the split before."


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


async def generate_campaign(uow: UnitOfWork, *, brief: Brief, name: str = "", now: datetime) -> Run:
    """A draft whose plan is made by the run that comes back. Raises Invalid, NotFound (service)."""
    campaign = await create_campaign(uow, brief=brief, name=name, now=now)
    return await _start(uow, campaign, kind=RunKind.GENERATE, now=now)


async def generate_plan(uow: UnitOfWork, *, campaign_id: CampaignId, now: datetime) -> Run:
    """Make the plan of an existing campaign (anew). Raises NotFound, Conflict while another run works on it."""
    uow.actor.require(Permission.PLAN)
    return await _start(uow, await uow.campaigns.get(campaign_id), kind=RunKind.GENERATE, now=now)


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
    _plan_of(campaign)
    if idea_id is not None:
        campaign.idea(idea_id)
    if len(note) > 2000:
        raise Invalid("Keep the note below 2,000 characters.", fields={"note": "At most 2,000 characters."})
    return await _start(uow, campaign, kind=kind, note=note, idea_id=idea_id, now=now)


async def _start(
    uow: UnitOfWork,
    campaign: Campaign,
    *,
    kind: RunKind,
    now: datetime,
    note: str = "",
    idea_id: IdeaId | None = None,
) -> Run:
    await refuse_while_active(uow, campaign)
    campaign.require_editable()
    run = Run(
        tenant_id=uow.actor.tenant_id,
        brand_id=campaign.brand_id,
        user_id=uow.actor.user_id,
        kind=kind,
        request=request_of(note=note, idea_id=idea_id),
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
    campaign = await _editable(uow, campaign_id, version=version)
    if name is not None:
        campaign.rename(name, at=now)
    if brief is not None:
        brand_id = await _check(uow, brief)
        campaign.take_brief(brief, brand_id=brand_id, at=now)
    await uow.flush()
    return campaign


async def delete_campaign(uow: UnitOfWork, *, campaign_id: CampaignId, now: datetime) -> None:
    """Hide it; a run that works on it is cancelled. Raises NotFound, Conflict while it spends money."""
    uow.actor.require(Permission.PLAN)
    campaign = await uow.campaigns.get(campaign_id)
    campaign.delete(at=now)
    if campaign.run_id is not None:
        run = await uow.runs.get(campaign.run_id, lock=True)
        if run.active:
            run.cancel(at=now)
            await uow.workflows.cancel(run)
    await uow.flush()


async def restore_campaign(uow: UnitOfWork, *, campaign_id: CampaignId) -> Campaign:
    """Undo a delete. Raises NotFound."""
    uow.actor.require(Permission.PLAN)
    campaign = await uow.campaigns.get(campaign_id, deleted=True)
    campaign.restore()
    await uow.flush()
    return campaign


async def move_campaign(
    uow: UnitOfWork, *, campaign_id: CampaignId, version: int, status: CampaignStatus, now: datetime
) -> Campaign:
    """Change the status by the table. Raises NotFound, VersionConflict, Conflict, Forbidden (approving)."""
    uow.actor.require(Permission.APPROVE if status is CampaignStatus.APPROVED else Permission.PLAN)
    campaign = await _editable(uow, campaign_id, version=version)
    if status in {CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED}:
        _require_supported(_plan_of(campaign))
    campaign.move(status, at=now)
    await uow.flush()
    return campaign


def _require_supported(plan: Plan) -> None:
    open_claims = [claim.text for idea in plan.ideas for claim in idea.claims if not claim.settled]
    if open_claims:
        raise Conflict(
            f"{len(open_claims)} claims have no source. Edit them, attach a source or waive them first.",
            code="CLAIMS_UNSUPPORTED",
            details={"claims": open_claims[:20]},
        )


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
    campaign = await _editable(uow, campaign_id, version=version)
    texts = {"theme": theme, "description": description, "core_message": core_message, "target_kpi": target_kpi}
    given = {name: text.strip() for name, text in texts.items() if text is not None}
    idea = campaign.idea(idea_id).edited(given, chosen=chosen)
    plan = _plan_of(campaign)
    ideas = tuple(idea if each.id == idea_id else each for each in plan.ideas)
    campaign.take_plan(replace(plan, ideas=ideas), at=now)
    await uow.flush()
    return campaign


@dataclass(frozen=True, kw_only=True)
class CampaignCurves:
    """The response curves behind a plan, for the page to draw. weeks: the length of the campaign."""

    currency: str
    weeks: float
    allocated: Allocated
    points: tuple[CurvePoints, ...]


async def curves_of(uow: UnitOfWork, *, campaign_id: CampaignId) -> CampaignCurves:
    """The curves the plan was made on. Raises NotFound, Conflict (NO_PLAN)."""
    uow.actor.require(Permission.READ)
    campaign = await uow.campaigns.get(campaign_id)
    allocated = await _allocated(uow, campaign)
    budget = campaign.brief.total_budget
    return CampaignCurves(
        currency=budget.currency,
        weeks=campaign.brief.dates.weeks,
        allocated=allocated,
        points=curve_points(allocated.model, budget=budget, weeks=campaign.brief.dates.weeks),
    )


async def preview_allocation(
    uow: UnitOfWork,
    *,
    campaign_id: CampaignId,
    total_budget: Money | None = None,
    limits: Sequence[ChannelLimit] = (),
) -> Allocation:
    """The best split under these limits; nothing is saved. Raises NotFound, Conflict (NO_PLAN), Invalid."""
    uow.actor.require(Permission.READ)
    campaign = await uow.campaigns.get(campaign_id)
    brief = _changed_brief(campaign.brief, total_budget=total_budget, limits=limits)
    allocated = await _allocated(uow, campaign)
    return optimise(allocated.model, budget=brief.total_budget, limits=brief.limits, weeks=brief.dates.weeks)


async def save_allocation(
    uow: UnitOfWork,
    *,
    campaign_id: CampaignId,
    version: int,
    total_budget: Money | None = None,
    limits: Sequence[ChannelLimit] = (),
    now: datetime,
) -> Campaign:
    """Make the best split under these limits the plan, with new flights; texts stay.

    Raises: NotFound, VersionConflict, Conflict (NO_PLAN), Invalid (INFEASIBLE_LIMITS, UNKNOWN_CHANNEL).
    """
    uow.actor.require(Permission.PLAN)
    campaign = await _editable(uow, campaign_id, version=version)
    plan = _plan_of(campaign)
    brief = _changed_brief(campaign.brief, total_budget=total_budget, limits=limits)
    allocated = await _allocated(uow, campaign)
    allocation = optimise(allocated.model, budget=brief.total_budget, limits=brief.limits, weeks=brief.dates.weeks)
    fresh = channel_plans(replace(allocated, allocation=allocation), brief=brief, written=plan.channel_plans)
    campaign.brief = brief
    campaign.take_plan(
        replace(
            plan,
            channel_plans=fresh,
            certificate=allocation.certificate,
            expected_outcome=allocation.expected_outcome,
            explanation=plan.explanation.outdated(DIVIDED_ANEW),
        ),
        at=now,
    )
    await uow.flush()
    return campaign


def _changed_brief(brief: Brief, *, total_budget: Money | None, limits: Sequence[ChannelLimit]) -> Brief:
    changed = replace(brief, total_budget=total_budget or brief.total_budget, limits=tuple(limits))
    changed.check()
    if changed.total_budget.currency != brief.total_budget.currency:
        raise Invalid(
            f"The campaign is in {brief.total_budget.currency}; nothing is converted silently.",
            fields={"total_budget": f"Use {brief.total_budget.currency}."},
        )
    return changed


async def _allocated(uow: UnitOfWork, campaign: Campaign) -> Allocated:
    """What the run that made the plan kept."""
    kept = _plan_of(campaign).model.get("run_id")
    if not isinstance(kept, str):
        raise NotFound("The curves of this plan were not kept. Generate the plan again.", code="CURVES_NOT_FOUND")
    run = await uow.runs.get(RunId(UUID(kept)))
    return await uow.runs.output(run, step="allocate", kind=Allocated)


def _plan_of(campaign: Campaign) -> Plan:
    if campaign.plan is None:
        raise Conflict("The campaign has no plan yet: generate one first.", code="NO_PLAN")
    return campaign.plan


async def _editable(uow: UnitOfWork, campaign_id: CampaignId, *, version: int) -> Campaign:
    campaign = await uow.campaigns.get(campaign_id)
    require_version(campaign, version=version)
    return campaign


async def _check(uow: UnitOfWork, brief: Brief) -> BrandId:
    """The brand of the brief's service. Raises Invalid, NotFound."""
    brief.check()
    service = await uow.services.get(brief.service_id)
    brand = await uow.brands.get(service.brand_id)
    if brief.total_budget.currency != brand.currency:
        raise Invalid(
            f"{brand.name} plans in {brand.currency}; nothing is converted silently.",
            fields={"total_budget": f"Use {brand.currency}."},
        )
    return brand.id
