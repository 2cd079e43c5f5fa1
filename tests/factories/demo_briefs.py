"""Twenty briefs over the brands of the demonstration company, as different as briefs are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from nexusplanner.application.agents.gathering.benchmarks import BenchmarkBorrowing
from nexusplanner.application.agents.gathering.context import build_context
from nexusplanner.application.agents.gathering.facts import Facts, Offer
from nexusplanner.application.agents.gathering.response import Known, ResponseModel, respond
from nexusplanner.application.agents.optimization import optimise, terms_of
from nexusplanner.application.agents.outputs import Allocated
from nexusplanner.application.agents.solving.channels import candidates, channel_plans
from nexusplanner.application.demo.company import DemoBrand, DemoCampaign
from nexusplanner.application.demo.history import DemoHistory, simulated_history
from nexusplanner.application.measurement.fitting import AdoptedModel
from nexusplanner.application.measurement.inputs import ModelInput, model_input
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.campaigns import (
    Author,
    Brief,
    Campaign,
    CampaignIdea,
    CampaignStatus,
    ChannelPlan,
    Explanation,
    Plan,
)
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.customers import SegmentSummary
from nexusplanner.domain.feedback import Feedback, FeedbackTarget, FeedbackType
from nexusplanner.domain.shared import (
    BrandId,
    CampaignId,
    IdeaId,
    Money,
    SegmentId,
    ServiceId,
    SignalId,
    TenantId,
    UserId,
)
from nexusplanner.domain.signals import Signal
from nexusplanner.infrastructure.reference import load_reference_data, occasions
from nexusplanner.infrastructure.reference.demo import load_demo_company

REFERENCE = load_reference_data()
NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
TENANT = TenantId(UUID(int=7))
USER = UserId(UUID(int=8))

BRIEFS: tuple[dict[str, Any], ...] = (
    {"service": "Tidemark Time", "theme": "Ready for the working time rule", "audience": "Operations leads in firms with 50 to 250 staff", "objectives": ("sign-ups", "be the safe choice before January")},
    {"service": "Tidemark Time", "theme": "Time sheets that fill themselves", "audience": "Owners of crafts firms with 10 to 30 staff", "objectives": ("more trials",), "regions": ("DE",), "notes": "Keep it plain. No jargon, no talk of surveillance."},
    {"service": "Tidemark Time", "theme": "A spring without overtime", "audience": "", "objectives": ("awareness",), "start": date(2027, 2, 1), "bare": True},
    {"service": "Tidemark Time", "theme": "Leave Clockwise without losing a week", "audience": "Firms whose contract with another supplier ends this year", "objectives": ("sign-ups",), "notes": "We want the switchers."},
    {"service": "Tidemark Payroll", "theme": "Close the month before lunch", "audience": "Finance managers in firms with 10 to 150 staff", "objectives": ("sign-ups", "fewer corrections")},
    {"service": "Tidemark Payroll", "theme": "Nine countries, one payday", "audience": "CFOs of firms with staff abroad", "objectives": ("booked demos",), "regions": ("FR", "DE"), "start": date(2027, 1, 4)},
    {"service": "Tidemark Payroll", "theme": "The quiet payroll", "audience": "Finance managers", "objectives": (), "bare": True, "notes": "Bolder than last year, please."},
    {"service": "Tidemark Insights", "theme": "Know the margin while it still matters", "audience": "Owners of agencies and engineering firms", "objectives": ("sign-ups",), "channels": ("search", "linkedin", "podcast", "events")},
    {"service": "Tidemark Insights", "theme": "No more month-end surprises", "audience": "Finance managers of engineering firms", "objectives": ("be known among engineering firms",), "start": date(2027, 4, 5), "regions": ("GB",)},
    {"service": "Tidemark Insights", "theme": "Projects that pay", "audience": "Agency founders who still run their numbers in a spreadsheet", "objectives": ("trials",), "bare": True},
    {"service": "Fernhollow Subscription", "theme": "Fresh by habit", "audience": "Home baristas who drink two or more cups a day", "objectives": ("revenue",)},
    {"service": "Fernhollow Subscription", "theme": "Slow mornings", "audience": "Couples who work from home", "objectives": ("win new subscribers",), "regions": ("AT", "CH"), "start": date(2027, 1, 11), "notes": "More about the roasting, less about discounts."},
    {"service": "Fernhollow Subscription", "theme": "The bag that knows your taste", "audience": "", "objectives": (), "bare": True, "start": date(2027, 6, 7)},
    {"service": "Fernhollow Subscription", "theme": "Pause whenever you like", "audience": "People who were burnt by subscriptions", "objectives": ("revenue", "trust")},
    {"service": "Fernhollow Gift Boxes", "theme": "A present that arrives by post", "audience": "Gift buyers who want something personal without a shop visit", "objectives": ("revenue before Christmas",)},
    {"service": "Fernhollow Gift Boxes", "theme": "For mothers who would rather have coffee", "audience": "Grown-up children who live far away", "objectives": ("revenue",), "start": date(2027, 3, 29), "weeks": 7},
    {"service": "Fernhollow Gift Boxes", "theme": "Thank a colleague", "audience": "Team leads in small firms", "objectives": ("awareness",), "bare": True, "channels": ("email", "linkedin", "print", "direct_mail")},
    {"service": "Fernhollow at Work", "theme": "Worth coming in for", "audience": "Office managers in firms with 30 to 300 staff", "objectives": ("signed contracts",)},
    {"service": "Fernhollow at Work", "theme": "Coffee without a machine contract", "audience": "Office managers who review their budgets", "objectives": ("revenue",), "notes": "Show the price. Avoid stories about people.", "start": date(2027, 9, 6)},
    {"service": "Fernhollow at Work", "theme": "Better coffee, fewer walks to the corner", "audience": "", "objectives": ("leads",), "bare": True, "regions": ("NL",)},
)  # fmt: skip
"""bare: without signals, segments, past campaigns and actuals."""


@cache
def _world() -> tuple[dict[str, tuple[Brand, DemoBrand]], dict[str, tuple[Service, str]]]:
    brands: dict[str, tuple[Brand, DemoBrand]] = {}
    services: dict[str, tuple[Service, str]] = {}
    for wanted in load_demo_company().brands:
        brand = wanted.of(TENANT, at=NOW)
        brand.id = BrandId(uuid5(NAMESPACE_URL, wanted.name))
        brands[wanted.name] = brand, wanted
        for each in wanted.services:
            service = each.of(brand, at=NOW)
            service.id = ServiceId(uuid5(NAMESPACE_URL, each.name))
            services[each.name] = service, wanted.name
    return brands, services


@cache
def demo_history(name: str) -> DemoHistory:
    """Simulated actuals of the brand and the curves they were made of."""
    brands, _ = _world()
    brand, wanted = brands[name]
    return simulated_history(wanted, brand_id=brand.id, today=NOW.date())


def _signals(name: str) -> list[Signal]:
    brands, _ = _world()
    at = datetime.combine(NOW.date(), time(8, 0), tzinfo=UTC)
    return [
        Signal(
            id=SignalId(uuid5(NAMESPACE_URL, item.c)),
            tenant_id=TENANT,
            brand_id=brands[name][0].id,
            source=thread.source,
            title=item.t,
            content=item.c,
            timestamp=at - timedelta(days=item.d),
            impact=item.i,
            topics=thread.topics,
            created_at=NOW,
        )
        for thread in load_demo_company().signals
        if thread.brand == name
        for item in thread.items
    ]


def _segments(name: str) -> list[SegmentSummary]:
    wanted = [each for each in load_demo_company().segments if each.brand == name]
    total = sum(each.customers * each.value for each in wanted)
    return [
        SegmentSummary(
            id=SegmentId(uuid5(NAMESPACE_URL, each.name)),
            name=each.name,
            description=each.description,
            customers=each.customers,
            value_share=each.customers * each.value / total,
            top_industry=each.industry,
            top_region=_world()[0][name][0].region,
            preferred_channel=each.channel,
        )
        for each in wanted
    ]


def _past(wanted: DemoCampaign) -> tuple[Campaign, Feedback]:
    brands, services = _world()
    brand, service = brands[wanted.brand][0], services[wanted.service][0]
    start = NOW.date() - timedelta(weeks=wanted.weeks_ago)
    brief = Brief(
        service_id=service.id,
        theme=wanted.theme,
        start_date=start,
        end_date=start + timedelta(weeks=wanted.weeks, days=-1),
        total_budget=Money.parse(wanted.budget, currency=brand.currency),
    )
    idea = CampaignIdea(
        id=IdeaId(uuid5(NAMESPACE_URL, wanted.idea.theme)),
        theme=wanted.idea.theme,
        description=wanted.idea.description,
        target_kpi=brand.outcome_name,
        core_message=wanted.idea.core_message,
        framework=wanted.idea.framework,
        angle=wanted.idea.angle,
        author=Author.PERSON,
    )
    allocation = optimise(demo_history(wanted.brand).model, terms=terms_of(brief))
    plan = Plan(
        ideas=(idea,),
        channel_plans=(),
        certificate=allocation.certificate,
        expected_outcome=allocation.expected_outcome,
        outcome_name=brand.outcome_name,
        outcome_is_money=brand.outcome_is_money,
        explanation=Explanation(summary="A past campaign."),
        evidence=(),
    )
    campaign = Campaign(
        id=CampaignId(uuid5(NAMESPACE_URL, wanted.name)),
        tenant_id=TENANT,
        brand_id=brand.id,
        name=wanted.name,
        status=CampaignStatus.COMPLETED,
        brief=brief,
        plan=plan,
        created_by=USER,
        created_at=NOW,
        updated_at=NOW,
    )
    feedback = Feedback(
        tenant_id=TENANT,
        user_id=USER,
        campaign_id=campaign.id,
        feedback_type=FeedbackType(wanted.verdict.type),
        target=FeedbackTarget.IDEA,
        target_id=idea.id,
        reason=wanted.verdict.reason,
        comment=wanted.verdict.comment,
        created_at=NOW,
    )
    return campaign, feedback


def demo_facts(number: int, **changes: Any) -> Facts:
    """The facts of brief `number` of `BRIEFS`, with other fields of the brief where given."""
    wanted = BRIEFS[number % len(BRIEFS)]
    brands, services = _world()
    service, name = services[wanted["service"]]
    brand = brands[name][0]
    start = wanted.get("start", date(2026, 11, 16))
    values: dict[str, Any] = {
        "service_id": service.id,
        "theme": wanted["theme"],
        "start_date": start,
        "end_date": start + timedelta(weeks=wanted.get("weeks", 13), days=-1),
        "total_budget": Money(24_000_000, brand.currency),
        "target_audience": wanted["audience"],
        "key_objectives": wanted["objectives"],
        "regions": wanted.get("regions", ()),
        "channels": wanted.get("channels", ()),
        "notes": wanted.get("notes", ""),
    }
    found = Facts(
        brief=Brief(**values | changes),
        brand=brand,
        service=service,
        signals=[],
        segments=[],
        past=[],
        own=None,
        feedback=[],
        channel_actuals=[],
        brand_actuals=[],
    )
    return found if wanted.get("bare") else _enriched(found, name=name)


def _enriched(found: Facts, *, name: str) -> Facts:
    past = [_past(wanted) for wanted in load_demo_company().campaigns if wanted.brand == name]
    history = demo_history(name)
    return replace(
        found,
        signals=_signals(name),
        segments=_segments(name),
        past=[campaign for campaign, _ in past],
        feedback=[feedback for _, feedback in past],
        channel_actuals=[row for row in history.channels if row.day < found.brief.start_date],
        brand_actuals=[row for row in history.brand if row.day < found.brief.start_date],
    )


def demo_context(number: int, *, note: str = "", **changes: Any) -> BriefContext:
    """The context of brief `number`."""
    return build_context(demo_facts(number, **changes), reference=REFERENCE, almanac=occasions, note=note)


def known_of(found: Facts) -> Known:
    """The actuals, with the curves they were made of as the adopted model, or nothing where those do not serve.

    They do not serve a brief whose channels they do not all know, because curves of unlike kinds do not mix.
    """
    channels = candidates(found.brief, past=found.history, reference=REFERENCE)
    model = demo_history(found.brand.name).model
    if not set(channels) <= set(model.channels):
        return Known(given=_given(replace(found, channel_actuals=[], brand_actuals=[])))
    given = _given(found)
    adopted = AdoptedModel(
        id=str(uuid5(NAMESPACE_URL, found.brand.name)),
        number=1,
        imported=False,
        input_hash=given.input_hash,
        curves=model.curves,
        scored_curves=model.curves,
        weeks=model.weeks_of_history,
        holdout_wmape=None,
        r2=None,
        seed=model.seed,
        warnings=(),
    )
    return Known(given=given, adopted=adopted)


def _given(found: Facts) -> ModelInput:
    return model_input(
        found.history,
        experiments=(),
        outcome_name=found.brand.outcome_name,
        outcome_is_money=found.brand.outcome_is_money,
        currency=found.brand.currency,
    )


def demo_model(found: Facts) -> ResponseModel:
    """Curves for every channel of the brief, without a fit."""
    channels = candidates(found.brief, past=found.history, reference=REFERENCE)
    offer = Offer(brief=found.brief, brand=found.brand, service=found.service)
    return respond(known_of(found), channels=channels, borrow=BenchmarkBorrowing(reference=REFERENCE)(offer)).model


def demo_plans(found: Facts) -> tuple[ChannelPlan, ...]:
    """The best split of the brief's budget, without words."""
    model = demo_model(found)
    allocation = optimise(model, terms=terms_of(found.brief))
    return channel_plans(Allocated(model=model, allocation=allocation), brief=found.brief)
