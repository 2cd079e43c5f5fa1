"""Saving what a run made into its campaign."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from nexusplanner.application.agents.coordinator import Worked
from nexusplanner.application.agents.outputs import Channels, Ideas
from nexusplanner.application.generation.assembling import PLAN_STEPS, assembled, cited
from nexusplanner.application.generation.earlier import earlier_of
from nexusplanner.application.generation.request import idea_of
from nexusplanner.application.ports import UnitOfWork
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.campaigns import Campaign, CampaignIdea, Plan
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import Conflict, NotFound

IDEAS_ANEW = "Ideas were made anew after the explanation was written: it may still speak of the ones before."


async def save(uow: UnitOfWork, run: Run, *, now: datetime) -> Worked[object]:
    """Put the run's result into its campaign and end the run.

    Raises: Conflict when the brief was edited meanwhile or the campaign can no longer be edited.
    """
    if run.campaign_id is None:
        raise NotFound.of("campaign", "of the run")
    campaign = await uow.campaigns.get(run.campaign_id)
    context = await uow.runs.output(run, step="gather_context", kind=BriefContext)
    if context.brief != campaign.brief:
        raise Conflict(
            "The brief was edited while this plan was being made, so the plan no longer fits. Generate it again.",
            code="BRIEF_CHANGED",
        )
    plan = await _plan(uow, run, campaign=campaign, context=context)
    campaign.take_plan(plan, at=now)
    campaign.run_id = run.id
    run.succeed(campaign_id=campaign.id, at=now)
    await uow.flush()
    return Worked(
        output=None,
        detail=f"Saved as version {campaign.version} of {campaign.name}.",
    )


async def _plan(uow: UnitOfWork, run: Run, *, campaign: Campaign, context: BriefContext) -> Plan:
    if run.kind is RunKind.GENERATE:
        return assembled(run.id, earlier=await earlier_of(uow, run, steps=PLAN_STEPS))
    if campaign.plan is None:
        raise Conflict("The campaign has no plan yet: generate one first.", code="NO_PLAN")
    if run.kind is RunKind.REGENERATE_STRATEGIES:
        channels = await uow.runs.output(run, step="write_strategies", kind=Channels)
        changed = replace(campaign.plan, channel_plans=channels.plans)
    else:
        fresh = (await uow.runs.output(run, step="refine", kind=Ideas)).ideas
        changed = replace(
            campaign.plan,
            ideas=_merged(campaign.plan.ideas, fresh=fresh, run=run),
            explanation=campaign.plan.explanation.outdated(IDEAS_ANEW),
        )
    return replace(changed, evidence=cited(changed, known=(*context.passages, *campaign.plan.evidence)))


def _merged(ideas: tuple[CampaignIdea, ...], *, fresh: tuple[CampaignIdea, ...], run: Run) -> tuple[CampaignIdea, ...]:
    """All ideas anew, or the one asked for in the place of the old."""
    if not fresh:
        raise Conflict("No other idea could be found for this brief. Loosen the note.", code="NO_IDEA")
    old = idea_of(run.request)
    if run.kind is RunKind.REGENERATE_IDEAS or old is None:
        return fresh
    return tuple(replace(fresh[0], id=idea.id) if idea.id == old else idea for idea in ideas)
