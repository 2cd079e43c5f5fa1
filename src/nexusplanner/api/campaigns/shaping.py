"""From a campaign of the domain to what callers see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nexusplanner.api.campaigns import schemas
from nexusplanner.api.campaigns.idea_shaping import shape_alternative, shape_ideas
from nexusplanner.api.shapes import Estimate, Money
from nexusplanner.application.campaigns import CampaignCurves, StandsOn
from nexusplanner.application.campaigns.alternatives import AlternativeView
from nexusplanner.domain import campaigns
from nexusplanner.domain.calibration import Calibration
from nexusplanner.domain.runs import RunState
from nexusplanner.domain.shared import DateRange, RunId, total

ChannelNames = Callable[[str], str]
"""The name of a channel in words."""


@dataclass(frozen=True, kw_only=True)
class CampaignView:
    """A campaign with what lies in other records. run_id, run_state: of the newest run that made or changes it.

    learnt: what is known of how ideas fare.
    """

    campaign: campaigns.Campaign
    brand_name: str
    service_name: str
    run_id: RunId | None
    run_state: RunState | None
    alternatives: tuple[AlternativeView, ...] = ()
    learnt: Calibration | None = None


def shape_campaign(view: CampaignView, *, channel_name: ChannelNames) -> schemas.Campaign:
    """Everything a campaign page shows."""
    campaign, plan, brief = view.campaign, view.campaign.plan, view.campaign.brief
    return schemas.Campaign(
        id=campaign.id,
        name=campaign.name,
        theme=brief.theme,
        status=campaign.status,
        allowed_statuses=sorted(campaigns.CAMPAIGN_TRANSITIONS[campaign.status]),
        brand_id=campaign.brand_id,
        brand_name=view.brand_name,
        service_id=brief.service_id,
        service_name=view.service_name,
        start_date=brief.start_date,
        end_date=brief.end_date,
        brief=schemas.Brief.model_validate(brief),
        ideas=shape_ideas(plan.ideas, evidence=plan.evidence, at=brief.start_date, learnt=view.learnt) if plan else [],
        channel_strategies=[_channel(part, channel_name=channel_name) for part in plan.channel_plans] if plan else [],
        metrics=_metrics(campaign),
        certificate=_certificate(plan.certificate) if plan else None,
        flight_certificate=_certificate(plan.flight_certificate) if plan else None,
        explanation=schemas.Explanation.model_validate(plan.explanation) if plan else None,
        evidence=[schemas.Passage.model_validate(passage) for passage in plan.evidence] if plan else [],
        alternatives=[
            shape_alternative(each, at=brief.start_date, learnt=view.learnt, channel_name=channel_name)
            for each in view.alternatives
        ],
        run_id=view.run_id,
        run_state=view.run_state,
        written_by=(campaigns.Author.AI if plan.by_model else campaigns.Author.RULES) if plan else None,
        approved_plan=campaign.approved_plan,
        version=campaign.version,
        created_at=campaign.created_at,
        updated_at=campaign.updated_at,
    )


def shape_curves(found: CampaignCurves, *, channel_name: ChannelNames) -> schemas.Curves:
    """The curves of a plan; the largest spend seen is scaled from a week to the campaign as the curves are."""
    known = {curve.channel: curve for curve in found.ground.model.curves}
    channels = [
        schemas.Curve(
            channel=points.channel,
            channel_name=channel_name(points.channel),
            quality=known[points.channel].quality,
            quality_reason=known[points.channel].quality_reason,
            seen_max=_times(known[points.channel].spend_seen, found.weeks),
            spend=list(points.spend),
            mean=list(points.mean),
            low=list(points.low),
            high=list(points.high),
            table=schemas.CurveTable(spend=found.table.spend[index].tolist(), mean=found.table.value[index].tolist()),
            draws=schemas.CurveSamples.model_validate(found.samples[index]),
            usual_maximum=Money.model_validate(found.usual[points.channel]),
            spend_seen=_times(known[points.channel].spend_seen, found.weeks),
            committed=Money.model_validate(found.committed(points.channel)),
        )
        for index, points in enumerate(found.points)
    ]
    return schemas.Curves(currency=found.currency, minor_per_unit=found.per_unit, channels=channels)


def shape_stands_on(found: StandsOn) -> schemas.StandsOn:
    """What callers see of the model a plan stands on."""
    change = found.change
    if change is None:
        return schemas.StandsOn(number=found.number, change=None)
    return schemas.StandsOn(
        number=found.number,
        change=schemas.ModelChange(
            number=change.version.number,
            adopted_at=change.version.adopted_at,
            expected_outcome=Estimate.model_validate(change.expected_outcome),
            allocation=schemas.Allocation.model_validate(change.allocation),
        ),
    )


def _certificate(proof: campaigns.Certificate | None) -> schemas.Certificate | None:
    return schemas.Certificate.model_validate(proof) if proof else None


def _times(per_week: float | None, weeks: float) -> float | None:
    return None if per_week is None else per_week * weeks


def _channel(part: campaigns.ChannelPlan, *, channel_name: ChannelNames) -> schemas.ChannelPlan:
    return schemas.ChannelPlan(
        id=part.id,
        channel=part.channel,
        channel_name=channel_name(part.channel),
        budget=Money.model_validate(part.budget),
        minimum=Money.model_validate(part.minimum),
        maximum=Money.model_validate(part.maximum),
        locked=part.locked,
        strategy=part.strategy,
        strategy_author=part.strategy_author,
        claims=[schemas.Claim.model_validate(claim) for claim in part.claims],
        expected_reach=part.expected_reach,
        expected_engagement=part.expected_engagement,
        reach_source=part.reach_source,
        expected_outcome=Estimate.model_validate(part.expected_outcome),
        next_thousand=part.next_thousand,
        quality=part.quality,
        quality_reason=part.quality_reason,
        spend_seen=part.spend_seen,
        kpis=list(part.kpis),
        flights=[shape_flight(flight) for flight in part.flights],
    )


def shape_flight(flight: campaigns.Flight) -> schemas.Flight:
    """A flight with its weeks."""
    return schemas.Flight(
        start_date=flight.dates.start,
        end_date=flight.dates.end,
        budget=Money.model_validate(flight.budget),
        weekly=[_week(week.dates, week) for week in flight.weekly],
    )


def _week(dates: DateRange, week: campaigns.WeekAmount) -> schemas.Week:
    return schemas.Week(start_date=dates.start, end_date=dates.end, amount=Money.model_validate(week.amount))


def _metrics(campaign: campaigns.Campaign) -> schemas.Metrics:
    plan, budget = campaign.plan, campaign.brief.total_budget
    planned = total((part.budget for part in plan.channel_plans) if plan else (), currency=budget.currency)
    claims = len(tuple(plan.claims())) if plan else 0
    unsupported = [each.claim for each in plan.unsupported] if plan else []
    expected = plan.expected_outcome if plan else None
    return schemas.Metrics(
        total_budget=Money.model_validate(budget),
        planned=Money.model_validate(planned),
        unspent=Money.model_validate(budget - planned),
        expected_outcome=Estimate.model_validate(expected) if expected else None,
        outcome_name=plan.outcome_name if plan else "",
        outcome_is_money=plan.outcome_is_money if plan else False,
        cost_per_outcome=planned.major / expected.mean if expected and expected.mean > 0 else None,
        supported_share=1 - len(unsupported) / claims if claims else 1.0,
        sources=len(plan.evidence) if plan else 0,
        waived_claims=sum(claim.settled for claim in unsupported),
        unsupported_claims=sum(not claim.settled for claim in unsupported),
    )
