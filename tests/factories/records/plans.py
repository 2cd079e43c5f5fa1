"""Campaigns, their plans and what was thought of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

from tests.factories.records.facts import NOW, PASSAGE

from nexusplanner.domain.alternatives import Alternative, AlternativeKind, Texts
from nexusplanner.domain.campaigns import (
    Allocation,
    Author,
    Brief,
    Campaign,
    CampaignIdea,
    Certificate,
    ChannelAllocation,
    ChannelPlan,
    Explanation,
    Flight,
    Plan,
    WeekAmount,
)
from nexusplanner.domain.catalog import Service
from nexusplanner.domain.feedback import Feedback, FeedbackTarget, FeedbackType
from nexusplanner.domain.knowledge import Claim
from nexusplanner.domain.learning import Arm, ArmKind, Forgotten, Made
from nexusplanner.domain.outcomes import WINDOW, Event, Outcome
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.scenarios import Scenario, ScenarioTerms
from nexusplanner.domain.shared import DateRange, Estimate, IdeaId, Money, UserId


def brief(of: Service, **changes: Any) -> Brief:
    values: dict[str, Any] = {
        "service_id": of.id,
        "theme": "Spring without gas",
        "start_date": date(2026, 4, 6),
        "end_date": date(2026, 4, 19),
        "total_budget": Money(100_000, "EUR"),
    }
    return Brief(**values | changes)


def channel_plan(*, channel: str = "search", cents: int = 100_000) -> ChannelPlan:
    """A plan that spends `cents` in two weeks."""
    weeks = DateRange(date(2026, 4, 6), date(2026, 4, 19)).calendar_weeks()
    amounts = (cents // 2, cents - cents // 2)
    weekly = tuple(WeekAmount(dates=week, amount=Money(part, "EUR")) for week, part in zip(weeks, amounts, strict=True))
    flight = Flight(dates=DateRange(date(2026, 4, 6), date(2026, 4, 19)), budget=Money(cents, "EUR"), weekly=weekly)
    return ChannelPlan(
        channel=channel,
        budget=Money(cents, "EUR"),
        minimum=Money(0, "EUR"),
        maximum=Money(cents, "EUR"),
        strategy="Be found by those who look.",
        expected_outcome=Estimate(mean=40.0, low=30.0, high=50.0),
        next_thousand=2.5,
        quality=QualityClass.MEASURED,
        quality_reason="150 weeks",
        flights=(flight,),
    )


def plan(**changes: Any) -> Plan:
    """A plan of 1,000.00 EUR whose one claim is cited."""
    claim = Claim(text="Prices are rising.", citations=(PASSAGE.cite("raised prices by 8 %"),))
    idea = CampaignIdea(
        theme="The bill that shrinks",
        description="Show the bill before and after.",
        target_kpi="sign-ups",
        core_message="Pay a third less.",
        claims=(claim,),
        author=Author.RULES,
        chosen=True,
    )
    values: dict[str, Any] = {
        "ideas": (idea,),
        "channel_plans": (channel_plan(),),
        "certificate": Certificate(
            value=40.0, upper_bound=40.0, gap=0.0, shadow_price=2.5, unspent=Money(0, "EUR"), even_value=35.0
        ),
        "expected_outcome": Estimate(mean=40.0, low=30.0, high=50.0),
        "outcome_name": "sign-ups",
        "outcome_is_money": False,
        "explanation": Explanation(summary="Search pays best.", chain=(claim,)),
        "evidence": (PASSAGE,),
        "model": {"kind": "hill", "weeks": 150},
    }
    return Plan(**values | changes)


def campaign(of: Service, *, by: UserId, **changes: Any) -> Campaign:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.brand_id,
        "name": "Spring",
        "brief": brief(of),
        "created_by": by,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Campaign(**values | changes)


def allocation(*, cents: int = 100_000) -> Allocation:
    """All of 1,000.00 EUR in one channel."""
    money, expected = Money(cents, "EUR"), Estimate(mean=40.0, low=30.0, high=50.0)
    channel = ChannelAllocation(
        channel="search",
        budget=money,
        minimum=Money(0, "EUR"),
        maximum=money,
        locked=False,
        expected_outcome=expected,
        next_thousand=12.5,
    )
    proof = Certificate(value=40.0, upper_bound=40.0, gap=0.0, shadow_price=0.0, unspent=Money(0, "EUR"))
    return Allocation(channels=(channel,), expected_outcome=expected, certificate=proof)


def scenario(of: Campaign, *, by: UserId, **changes: Any) -> Scenario:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "campaign_id": of.id,
        "name": "Less search",
        "terms": ScenarioTerms.of(of.brief),
        "allocation": allocation(),
        "curves": "a" * 64,
        "created_by": by,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Scenario(**values | changes)


def alternative(of: Campaign, **changes: Any) -> Alternative:
    """Another idea in the place of the plan's first."""
    assert of.plan is not None
    old = of.plan.ideas[0]
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "campaign_id": of.id,
        "kind": AlternativeKind.IDEA,
        "note": "Bolder.",
        "before": Texts.of_ideas([old]),
        "after": Texts.of_ideas([replace(old, id=IdeaId(uuid4()), theme="A bill to be proud of")]),
        "evidence": (PASSAGE,),
        "author": Author.RULES,
        "provider": "rules",
        "run_id": of.run_id,
        "created_at": NOW,
    }
    return Alternative(**values | changes)


def outcome(of: Campaign, **changes: Any) -> Outcome:
    """What became of the plan's first idea: nothing yet."""
    assert of.plan is not None
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "campaign_id": of.id,
        "event": Event.IDEA,
        "subject_id": of.plan.ideas[0].id,
        "decision_id": None,
        "score": 0.5,
        "proposed_at": NOW,
        "closes_at": NOW + WINDOW,
    }
    return Outcome(**values | changes)


def made(on: Campaign, **changes: Any) -> Made:
    """What the first idea of a campaign's plan is made of."""
    assert on.plan is not None
    values: dict[str, Any] = {
        "id": on.plan.ideas[0].id,
        "tenant_id": on.tenant_id,
        "brand_id": on.brand_id,
        "campaign_id": on.id,
        "service_id": on.brief.service_id,
        "run_id": on.run_id,
        "is_idea": True,
        "name": on.plan.ideas[0].theme,
        "framework": "pas",
        "angle": "rival",
        "channels": ("search",),
        "formats": (),
        "segments": (),
        "author": Author.RULES,
        "lessons": 0,
        "made_at": NOW,
    }
    return Made(**values | changes)


def forgotten(on: Campaign, *, by: UserId, **changes: Any) -> Forgotten:
    values: dict[str, Any] = {
        "id": Arm(kind=ArmKind.ANGLE, key="sum").memory_id(on.brand_id, None),
        "tenant_id": on.tenant_id,
        "brand_id": on.brand_id,
        "kind": ArmKind.ANGLE,
        "key": "sum",
        "lessons": ("feedback:1",),
        "at": NOW,
        "user_id": by,
    }
    return Forgotten(**values | changes)


def feedback(on: Campaign, *, by: UserId, **changes: Any) -> Feedback:
    values: dict[str, Any] = {
        "tenant_id": on.tenant_id,
        "user_id": by,
        "campaign_id": on.id,
        "feedback_type": FeedbackType.LIKE,
        "target": FeedbackTarget.CAMPAIGN,
        "target_id": on.id,
        "created_at": NOW,
    }
    return Feedback(**values | changes)
