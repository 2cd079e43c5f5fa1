"""Outcomes of forecasts: what channels of ended campaigns brought, by the model that has seen their weeks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import numpy as np

from nexusplanner.application.agents.solving.standing import allocated_of
from nexusplanner.application.ports.replay import StepUnreadable
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.campaigns import Campaign, CampaignStatus, ChannelPlan
from nexusplanner.domain.measurement import ModelState, ModelVersion
from nexusplanner.domain.outcomes import Event, Outcome, score_of
from nexusplanner.domain.shared import DecisionId, NotFound, RunId

RAN = frozenset({CampaignStatus.ACTIVE, CampaignStatus.PAUSED, CampaignStatus.COMPLETED})
LOOKED_BACK = 50
"""Ended campaigns of a brand that are looked at, the newest."""


async def judge_forecasts(uow: UnitOfWork, model: ModelVersion, *, now: datetime) -> None:
    """Hold the plans of the brand's ended campaigns against what `model`, while it is adopted, says their channels brought.

    Each channel plan is judged once, by the first adopted model that has seen all its weeks and measures the channel; a
    channel that another campaign spent in on the same days is left out, because nobody can tell them apart.
    """
    if model.state is not ModelState.ADOPTED:
        return
    ended = await uow.campaigns.past(brand_id=model.brand_id, before=now.date(), limit=LOOKED_BACK)
    ran = [campaign for campaign in ended if campaign.status in RAN and campaign.plan is not None]
    for campaign in ran:
        brought = _brought(campaign, others=[other for other in ran if other is not campaign], model=model)
        judged = await uow.outcomes.subjects(campaign.id, event=Event.FORECAST) if brought else set()
        fresh = {plan.id: found for plan, found in brought if plan.id not in judged}
        if fresh:
            await _judge(uow, campaign, actual=fresh, now=now)


def _brought(campaign: Campaign, *, others: list[Campaign], model: ModelVersion) -> list[tuple[ChannelPlan, float]]:
    """What each channel that can be judged brought."""
    days = campaign.brief.dates
    taken = {
        channel
        for other in others
        for channel, money in other.require_plan().spend_within(days).items()
        if money.amount
    }
    found = []
    for plan in campaign.require_plan().channel_plans:
        brought = model.document.brought(plan.channel, during=days)
        if brought is not None and plan.budget.amount and plan.channel not in taken:
            found.append((plan, brought))
    return found


async def _judge(uow: UnitOfWork, campaign: Campaign, *, actual: Mapping[UUID, float], now: datetime) -> None:
    medians = await _medians(uow, campaign)
    decision = await _allocation_entry(uow, campaign)
    plan = campaign.require_plan()
    known = {passage.id: passage for passage in plan.evidence}
    for channel in plan.channel_plans:
        if channel.id not in actual or channel.channel not in medians:
            continue
        outcome = Outcome.of_text(
            Event.FORECAST,
            subject_id=channel.id,
            score=score_of(channel.claims, known=known, at=campaign.brief.start_date),
            of=(campaign.tenant_id, campaign.id),
            decision_id=decision,
            at=now,
        )
        outcome.judge(actual=actual[channel.id], median=medians[channel.channel], at=now)
        uow.outcomes.add(outcome)


def _run_of(campaign: Campaign) -> RunId | None:
    """The run that made the curves of the plan."""
    kept = campaign.require_plan().model.get("run_id")
    return RunId(UUID(kept)) if isinstance(kept, str) else None


async def _medians(uow: UnitOfWork, campaign: Campaign) -> Mapping[str, float]:
    """The median outcome of each channel at its budget, on the curves it was planned on; none when they were not kept."""
    try:
        allocated = await allocated_of(uow, campaign.require_plan())
    except (NotFound, StepUnreadable):
        return {}
    draws = allocated.model.draws().over(campaign.brief.dates.weeks)
    budgets = {each.channel: each.budget.major for each in campaign.require_plan().channel_plans}
    spend = np.array([budgets.get(channel, 0.0) for channel in draws.channels])
    return dict(zip(draws.channels, np.median(draws.outcomes(spend), axis=0).tolist(), strict=True))


async def _allocation_entry(uow: UnitOfWork, campaign: Campaign) -> DecisionId | None:
    run_id = _run_of(campaign)
    if run_id is None:
        return None
    entries = (await uow.read.decisions.page(run_id=run_id, step="allocate", limit=10)).items
    return next((entry.id for entry in entries if entry.agent == "optimization"), None)
