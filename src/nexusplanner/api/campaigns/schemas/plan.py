"""What campaigns look like to callers: the plan and everything in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from nexusplanner.api.campaigns.schemas.alternatives import Alternative
from nexusplanner.api.campaigns.schemas.briefs import Brief
from nexusplanner.api.campaigns.schemas.budget import Certificate
from nexusplanner.api.campaigns.schemas.parts import Claim, Idea, Passage
from nexusplanner.api.shapes import Estimate, Money, Shape
from nexusplanner.domain import campaigns
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.runs import RunState


class Week(Shape):
    """The amount of one calendar week, or the part of it inside the campaign."""

    start_date: date
    end_date: date
    amount: Money


class Flight(Shape):
    """One channel running between two dates; the weeks sum to the budget."""

    start_date: date
    end_date: date
    budget: Money
    weekly: list[Week]


class ChannelPlan(Shape):
    """What one channel gets and what it should bring. next_thousand: outcome the next 1,000 would add."""

    id: UUID
    channel: str
    channel_name: str
    budget: Money
    minimum: Money
    maximum: Money
    locked: bool
    strategy: str
    strategy_author: campaigns.Author
    claims: list[Claim]
    expected_reach: int | None
    expected_engagement: int | None
    reach_source: str
    expected_outcome: Estimate
    next_thousand: float
    quality: QualityClass
    quality_reason: str
    spend_seen: float | None
    kpis: list[str]
    flights: list[Flight]


class Considered(Shape):
    """Something that was considered and not chosen, and why."""

    kind: campaigns.ConsideredKind
    name: str
    why: str


class Explanation(Shape):
    """The chain from evidence to plan. considered: `alternatives` as data; plans made earlier have sentences alone."""

    summary: str
    chain: list[Claim]
    alternatives: list[str]
    considered: list[Considered]
    warnings: list[str]
    evidence_strength: str


class Metrics(Shape):
    """The campaign in figures. cost_per_outcome: spend per unit of outcome, none while nothing is expected.

    supported_share: claims with a supporting source over all; one that was waived is not supported. waived_claims: so
    many were let stand without a source. unsupported_claims: so many are neither supported nor waived.
    """

    total_budget: Money
    planned: Money
    unspent: Money
    expected_outcome: Estimate | None
    outcome_name: str
    outcome_is_money: bool
    cost_per_outcome: float | None
    supported_share: float
    sources: int
    waived_claims: int
    unsupported_claims: int


class Campaign(Shape):
    """A brief and its plan. allowed_statuses: where the status may move from here.

    certificate: of the split over channels. flight_certificate: of the weeks, when they were optimised. approved_plan:
    digest of the plan that was approved, while it is. alternatives: other texts that wait for a decision. written_by:
    "ai" when a language model wrote any of the texts, else "rules"; null without a plan.
    """

    id: UUID
    name: str
    theme: str
    status: campaigns.CampaignStatus
    allowed_statuses: list[campaigns.CampaignStatus]
    brand_id: UUID
    brand_name: str
    service_id: UUID
    service_name: str
    start_date: date
    end_date: date
    brief: Brief
    ideas: list[Idea]
    channel_strategies: list[ChannelPlan]
    metrics: Metrics
    certificate: Certificate | None
    flight_certificate: Certificate | None
    explanation: Explanation | None
    evidence: list[Passage]
    alternatives: list[Alternative]
    run_id: UUID | None
    run_state: RunState | None
    written_by: campaigns.Author | None
    approved_plan: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class CampaignRow(Shape):
    """A campaign in a list; its outcome and the supported share are there once it has a plan."""

    id: UUID
    name: str
    status: campaigns.CampaignStatus
    service_id: UUID
    service_name: str
    brand_id: UUID
    brand_name: str
    start_date: date
    end_date: date
    total_budget: Money
    expected_outcome: Estimate | None
    outcome_name: str
    outcome_is_money: bool
    supported_share: float | None
    ideas: int
    run_id: UUID | None
    run_state: RunState | None
    version: int
    updated_at: datetime


CampaignSort = Literal["-updated_at", "updated_at", "name", "-name", "start_date", "-start_date", "budget", "-budget"]
