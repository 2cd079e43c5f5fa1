"""One valid record of each kind; every test changes what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from nexusplanner.domain.alternatives import Alternative, AlternativeKind, Texts
from nexusplanner.domain.analytics import ActualRole, BrandActual, ChannelActual
from nexusplanner.domain.audit import Decision
from nexusplanner.domain.calibration import Calibration, Platt
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
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.companies import Company, Deal
from nexusplanner.domain.connections import Connection, CrmKind
from nexusplanner.domain.customers import Customer, Segment
from nexusplanner.domain.documents import Document, DocumentKind
from nexusplanner.domain.feedback import Feedback, FeedbackTarget, FeedbackType
from nexusplanner.domain.identity import Account, Role, Session, Tenant, User
from nexusplanner.domain.knowledge import Claim, Passage, SourceKind
from nexusplanner.domain.learning import Arm, ArmKind, Forgotten, Made
from nexusplanner.domain.measurement import (
    Experiment,
    HeldOut,
    MeasuredChannel,
    ModelDocument,
    ModelSource,
    ModelVersion,
    Series,
)
from nexusplanner.domain.outcomes import WINDOW, Event, Outcome
from nexusplanner.domain.planning.kept import KeptCurve
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.scenarios import Scenario, ScenarioTerms
from nexusplanner.domain.sessions import AssistantKind, AssistantSession, Draft, DraftKind, Message, Speaker, Topic
from nexusplanner.domain.shared import DateRange, Estimate, IdeaId, Money, TenantId, UserId
from nexusplanner.domain.signals import Signal
from nexusplanner.domain.sources import Source, SourceType

NOW = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
PASSAGE = Passage(
    id="signal:1",
    kind=SourceKind.SIGNAL,
    title="Prices rise",
    text="Competitors raised prices by 8 % in February.",
    origin="Trade weekly",
    on=date(2026, 2, 20),
    trust="unverified",
)


def person(name: str = "Ada", *, role: Role = Role.ADMIN) -> tuple[Account, Tenant, User]:
    """An account with a tenant of its own."""
    email = f"{name.lower()}-{uuid4().hex[:8]}@example.com"
    account = Account(email=email, password_hash="-", created_at=NOW)
    tenant = Tenant(name=f"{name}'s workspace", slug=name.lower(), created_at=NOW)
    user = User(tenant_id=tenant.id, account_id=account.id, email=email, name=name, role=role, created_at=NOW)
    return account, tenant, user


def session(user: User, **changes: Any) -> Session:
    values: dict[str, Any] = {
        "tenant_id": user.tenant_id,
        "user_id": user.id,
        "family_hash": uuid4().hex * 2,
        "token_hash": "a" * 64,
        "rotated_at": NOW,
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=14),
    }
    return Session(**values | changes)


def brand(tenant_id: TenantId, **changes: Any) -> Brand:
    values: dict[str, Any] = {
        "tenant_id": tenant_id,
        "name": "Northwind",
        "industry": "Energy",
        "currency": "EUR",
        "voice": ("plain", "warm"),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Brand(**values | changes)


def service(of: Brand, **changes: Any) -> Service:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "name": "Heat pump",
        "category": "Heating",
        "benefits": ("Saves a third of the bill.",),
        "price": Money(899_900, "EUR"),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Service(**values | changes)


def signal(of: Brand, **changes: Any) -> Signal:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "source": "Trade weekly",
        "title": "Prices rise",
        "content": PASSAGE.text,
        "timestamp": NOW,
        "impact": 0.4,
        "topics": ("price",),
        "created_at": NOW,
    }
    return Signal(**values | changes)


def source(of: User, **changes: Any) -> Source:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "created_by": of.id,
        "name": "Trade weekly",
        "kind": SourceType.FEED,
        "url": "https://trade.example/feed.xml",
        "next_fetch_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Source(**values | changes)


def document(of: Brand, **changes: Any) -> Document:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "name": "Brochure 2026.pdf",
        "kind": DocumentKind.PDF,
        "size": 9,
        "fingerprint": "a" * 64,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Document(**values | changes)


def segment(of: Brand, **changes: Any) -> Segment:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "name": "Home owners",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Segment(**values | changes)


def customer(of: Brand, **changes: Any) -> Customer:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "external_id": uuid4().hex,
        "name": "Grace Hopper",
        "industry": "Navy",
        "lifetime_value": Money(120_000, "EUR"),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Customer(**values | changes)


def company(of: Brand, **changes: Any) -> Company:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "external_id": uuid4().hex,
        "name": "Harbour Works",
        "domain": "harbour.example",
        "industry": "Shipping",
        "region": "Bergen",
        "employees": 40,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Company(**values | changes)


def deal(of: Brand, **changes: Any) -> Deal:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "external_id": uuid4().hex,
        "name": "Pumps for the yard",
        "stage": "proposal",
        "amount": Money(2_500_000, "EUR"),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Deal(**values | changes)


def connection(of: Brand, *, by: User, **changes: Any) -> Connection:
    """To a host that nobody may call."""
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "created_by": by.id,
        "kind": CrmKind.HUBSPOT,
        "name": "HubSpot",
        "domain": "127.0.0.1:1",
        "client_id": "client-0",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Connection(**values | changes)


def channel_actual(
    of: Brand, *, day: date = date(2026, 1, 5), channel: str = "search", **changes: Any
) -> ChannelActual:
    values: dict[str, Any] = {"brand_id": of.id, "day": day, "channel": channel, "spend": Money(50_000, "EUR")}
    return ChannelActual(**values | changes)


def brand_actual(of: Brand, *, day: date = date(2026, 1, 5), **changes: Any) -> BrandActual:
    values: dict[str, Any] = {
        "brand_id": of.id,
        "day": day,
        "metric": "sign-ups",
        "role": ActualRole.OUTCOME,
        "value": 41.5,
    }
    return BrandActual(**values | changes)


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


def assistant_session(of: Campaign, *, by: UserId, **changes: Any) -> AssistantSession:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "user_id": by,
        "assistant": AssistantKind.PLANNING,
        "campaign_id": of.id,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return AssistantSession(**values | changes)


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


def calibration(**changes: Any) -> Calibration:
    """What 120 outcomes taught."""
    values: dict[str, Any] = {
        "n": 120,
        "base_rate": 0.4,
        "platt": Platt(slope=4.0, intercept=-2.4, slope_variance=0.5, intercept_variance=0.2, covariance=-0.3),
        "skill": 0.1,
        "ece": 0.05,
        "fitted_at": NOW,
    }
    return Calibration(**values | changes)


def draft(of: Campaign, **changes: Any) -> Draft:
    values: dict[str, Any] = {
        "kind": DraftKind.REDO_IDEAS,
        "title": "Think of other ideas",
        "text": "All ideas are thought of anew.",
        "campaign_id": of.id,
        "campaign_version": of.version,
        "note": "Bolder, please.",
    }
    return Draft(**values | changes)


def assistant_answer(session: AssistantSession, *drafts: Draft, **changes: Any) -> Message:
    """The answer to the session's last question."""
    values: dict[str, Any] = {
        "text": "Other ideas can be thought of.",
        "author": Speaker.RULES,
        "citations": (),
        "drafts": drafts,
        "topic": Topic(),
        "fallback_reason": "",
        "at": NOW,
    }
    said = values | changes
    return session.answer(said.pop("text"), **said)


def run(tenant_id: TenantId, *, by: UserId, **changes: Any) -> Run:
    values: dict[str, Any] = {
        "tenant_id": tenant_id,
        "user_id": by,
        "kind": RunKind.GENERATE,
        "request": {"brief": {"theme": "Spring without gas"}},
        "created_at": NOW,
    }
    return Run(**values | changes)


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


def decision(tenant_id: TenantId, **changes: Any) -> Decision:
    values: dict[str, Any] = {
        "tenant_id": tenant_id,
        "run_id": None,
        "campaign_id": None,
        "step": "ideate",
        "agent": "creative",
        "agent_version": "1",
        "author": Author.RULES,
        "summary": "Three ideas.",
        "decided_at": NOW,
    }
    return Decision(**values | changes)


def kept_curve(channel: str = "search", **changes: Any) -> KeptCurve:
    """Four draws of a curve that brings 1,000 a week at most."""
    values: dict[str, Any] = {
        "channel": channel,
        "scale": (900.0, 1000.0, 1100.0, 1000.0),
        "half": (2000.0, 2100.0, 1900.0, 2000.0),
        "slope": (1.0, 1.1, 0.9, 1.0),
        "retention": (0.2, 0.3, 0.2, 0.3),
        "quality": QualityClass.MEASURED,
        "quality_reason": "150 weeks",
        "spend_seen": 4000.0,
    }
    return KeptCurve(**values | changes)


def model_document(**changes: Any) -> ModelDocument:
    """Two weeks of one channel, and one week held out."""
    weekly = Series(mean=(300.0, 400.0), low=(250.0, 350.0), high=(350.0, 450.0))
    channel = MeasuredChannel(
        channel="search",
        quality=QualityClass.MEASURED,
        quality_reason="150 weeks",
        roi=Estimate(mean=2.0, low=1.5, high=2.5),
        marginal_roi=Estimate(mean=0.8, low=0.4, high=1.2),
        contribution=Estimate(mean=700.0, low=600.0, high=800.0),
        weekly=weekly,
        spend=350.0,
        share=0.35,
        adstock=0.25,
        half=2000.0,
        slope=1.0,
        spend_seen=4000.0,
    )
    values: dict[str, Any] = {
        "dates": (date(2025, 12, 29), date(2026, 1, 5)),
        "outcome": (1000.0, 1010.0),
        "fitted": Series(mean=(990.0, 1020.0), low=(950.0, 980.0), high=(1030.0, 1060.0)),
        "baseline": Series(mean=(690.0, 620.0), low=(650.0, 580.0), high=(730.0, 660.0)),
        "residuals": (10.0, -10.0),
        "holdout": HeldOut(
            dates=(date(2026, 1, 5),),
            actual=(1010.0,),
            expected=(1000.0,),
            low=(940.0,),
            high=(1060.0,),
            wmape=0.0099,
            coverage=1.0,
            bias=-0.0099,
        ),
        "channels": (channel,),
        "cannot_tell": ("Two weeks say nothing of the season.",),
        "diagnosis": {"mixing": 1.01},
        "settings": {"method": "1"},
    }
    return ModelDocument(**values | changes)


def model_version(of: Brand, **changes: Any) -> ModelVersion:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "number": 1,
        "source": ModelSource.FIT,
        "curves": (kept_curve(),),
        "scored_curves": (kept_curve(),),
        "document": model_document(),
        "weeks": 2,
        "r2": 0.9,
        "input_hash": "a" * 64,
        "seed": 7,
        "created_at": NOW,
    }
    return ModelVersion(**values | changes)


def experiment(of: Brand, **changes: Any) -> Experiment:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "channel": "search",
        "start_date": date(2026, 1, 5),
        "end_date": date(2026, 1, 18),
        "lift": Estimate(mean=120.0, low=80.0, high=160.0),
        "method": "geo holdout",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Experiment(**values | changes)
