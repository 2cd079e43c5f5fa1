"""Completed campaigns of the invented company, planned the way plans are made, on curves around the truth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from nexusplanner.application.agents.optimization import optimise, terms_of
from nexusplanner.application.agents.outputs import Allocated
from nexusplanner.application.agents.solving.channels import channel_plans
from nexusplanner.application.demo.company import DemoCampaign
from nexusplanner.application.demo.history import DemoHistory
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.run_requests import request_of
from nexusplanner.domain.campaigns import (
    Author,
    Brief,
    Campaign,
    CampaignIdea,
    CampaignStatus,
    Explanation,
    Plan,
)
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.feedback import Feedback, FeedbackTarget, FeedbackType
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.runs import Run, RunKind, StepState
from nexusplanner.domain.shared import Money


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a past campaign belongs, what its brand counted, and what channels are called."""

    brand: Brand
    service: Service
    history: DemoHistory
    reference: ReferenceData


async def keep_past_campaign(uow: UnitOfWork, wanted: DemoCampaign, *, place: Place, now: datetime) -> None:
    """Keep a completed campaign with its run, its plan and what people thought of its idea."""
    brand, service, history = place.brand, place.service, place.history
    brief = _brief(wanted, brand=brand, service=service, today=now.date())
    campaign = Campaign(
        tenant_id=brand.tenant_id,
        brand_id=brand.id,
        name=wanted.name,
        brief=brief,
        created_by=uow.actor.user_id,
        created_at=now,
        updated_at=now,
    )
    uow.campaigns.add(campaign)
    await uow.flush()
    run = _finished_run(uow, campaign, now=now)
    uow.runs.add(run)
    await uow.flush()
    allocated = Allocated(
        model=history.model,
        allocation=optimise(history.model, terms=terms_of(brief)),
    )
    await uow.runs.keep_output(run, step="allocate", output=allocated)
    plan = _plan(wanted, place=place, brief=brief, allocated=allocated, run=run)
    campaign.take_plan(plan, at=now)
    campaign.run_id, campaign.status = run.id, CampaignStatus.COMPLETED
    uow.feedbacks.add(_feedback(uow, wanted, campaign=campaign, plan=plan, now=now))


def _brief(wanted: DemoCampaign, *, brand: Brand, service: Service, today: date) -> Brief:
    monday = today - timedelta(days=today.weekday())
    start = monday - timedelta(weeks=wanted.weeks_ago)
    return Brief(
        service_id=service.id,
        theme=wanted.theme,
        start_date=start,
        end_date=start + timedelta(weeks=wanted.weeks) - timedelta(days=1),
        total_budget=Money.parse(wanted.budget, currency=brand.currency),
        target_audience=service.target_audience,
        key_objectives=(brand.outcome_name,),
    )


def _finished_run(uow: UnitOfWork, campaign: Campaign, *, now: datetime) -> Run:
    run = Run(
        tenant_id=campaign.tenant_id,
        brand_id=campaign.brand_id,
        user_id=uow.actor.user_id,
        kind=RunKind.GENERATE,
        request=request_of(),
        campaign_id=campaign.id,
        created_at=now,
    )
    run.start(at=now)
    for step in run.steps:
        run.mark(step.name, state=StepState.DONE, at=now, detail="Part of the demonstration data.")
    run.succeed(campaign_id=campaign.id, at=now)
    return run


def _plan(wanted: DemoCampaign, *, place: Place, brief: Brief, allocated: Allocated, run: Run) -> Plan:
    brand, name_of = place.brand, place.reference.name_of
    idea = CampaignIdea(
        theme=wanted.idea.theme,
        description=wanted.idea.description,
        target_kpi=brand.outcome_name,
        core_message=wanted.idea.core_message,
        framework=wanted.idea.framework,
        angle=wanted.idea.angle,
        author=Author.PERSON,
        chosen=True,
    )
    plans = tuple(
        replace(plan, strategy=f"{wanted.idea.core_message} Carried by {name_of(plan.channel)}.")
        for plan in channel_plans(allocated, brief=brief)
    )
    return Plan(
        ideas=(idea,),
        channel_plans=plans,
        certificate=allocated.allocation.certificate,
        expected_outcome=allocated.allocation.expected_outcome,
        outcome_name=brand.outcome_name,
        outcome_is_money=brand.outcome_is_money,
        explanation=Explanation(summary="A past campaign of the demonstration workspace."),
        evidence=(),
        model={"run_id": str(run.id)},
    )


def _feedback(uow: UnitOfWork, wanted: DemoCampaign, *, campaign: Campaign, plan: Plan, now: datetime) -> Feedback:
    return Feedback(
        tenant_id=campaign.tenant_id,
        user_id=uow.actor.user_id,
        campaign_id=campaign.id,
        feedback_type=FeedbackType(wanted.verdict.type),
        target=FeedbackTarget.IDEA,
        target_id=plan.ideas[0].id,
        reason=wanted.verdict.reason,
        comment=wanted.verdict.comment,
        created_at=now,
    )
