"""What campaigns look like to callers: the brief, the plan and everything in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from nexusplanner.api.shapes import Estimate, Input, Line, Lines, Money, Shape, minor
from nexusplanner.domain import campaigns, knowledge
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.runs import RunState
from nexusplanner.domain.shared import ServiceId


class LimitInput(Input):
    """What is asked of one channel. lock: exactly this much; otherwise between minimum and maximum."""

    channel: Annotated[str, Field(min_length=1, max_length=60)]
    minimum: Money | None = None
    maximum: Money | None = None
    lock: Money | None = None

    def limit(self) -> campaigns.ChannelLimit:
        """The same as a domain value."""
        return campaigns.ChannelLimit(
            channel=self.channel, minimum=minor(self.minimum), maximum=minor(self.maximum), lock=minor(self.lock)
        )


Limits = Annotated[list[LimitInput], Field(max_length=100)]


class BriefInput(Input):
    """What is asked of a plan. channels: only these when given."""

    service_id: UUID
    theme: Annotated[str, Field(max_length=200)]
    start_date: date
    end_date: date
    total_budget: Money
    target_audience: Annotated[str, Field(max_length=2000)] = ""
    key_objectives: Lines = Field(default_factory=list)
    regions: Lines = Field(default_factory=list)
    channels: Lines = Field(default_factory=list)
    limits: Limits = Field(default_factory=list)
    target_outcome: Annotated[float | None, Field(allow_inf_nan=False)] = None
    notes: Annotated[str, Field(max_length=8000)] = ""

    def brief(self) -> campaigns.Brief:
        """The same as a domain value, checked. Raises Invalid."""
        brief = campaigns.Brief(
            service_id=ServiceId(self.service_id),
            theme=self.theme,
            start_date=self.start_date,
            end_date=self.end_date,
            total_budget=self.total_budget.minor(),
            target_audience=self.target_audience,
            key_objectives=tuple(self.key_objectives),
            regions=tuple(self.regions),
            channels=tuple(self.channels),
            limits=tuple(limit.limit() for limit in self.limits),
            target_outcome=self.target_outcome,
            notes=self.notes,
        )
        brief.check()
        return brief


class GenerateInput(BriefInput):
    """A brief to plan. name: what to call the campaign; the theme when left out."""

    name: Line | None = None


class CampaignInput(BriefInput):
    """A brief to keep without a plan."""

    name: Annotated[str, Field(min_length=1, max_length=200)]


class CampaignEdit(Input):
    """What to change; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    brief: BriefInput | None = None


class StatusInput(Input):
    """The status to move to."""

    status: campaigns.CampaignStatus


class NoteInput(Input):
    """What to do differently, in words."""

    note: Annotated[str, Field(max_length=2000)] = ""


class IdeaEdit(Input):
    """What to change; what is left out stays."""

    theme: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    description: Annotated[str, Field(max_length=4000)] | None = None
    core_message: Annotated[str, Field(max_length=2000)] | None = None
    target_kpi: Annotated[str, Field(max_length=200)] | None = None
    chosen: bool | None = None


class AllocationInput(Input):
    """Limits to allocate under; the brief's own are replaced by these. total_budget: another budget to try."""

    total_budget: Money | None = None
    limits: Limits = Field(default_factory=list)


class Limit(Shape):
    """What a brief asks of one channel."""

    channel: str
    minimum: Money | None
    maximum: Money | None
    lock: Money | None


class Brief(Shape):
    """What was asked of a plan."""

    service_id: UUID
    theme: str
    start_date: date
    end_date: date
    total_budget: Money
    target_audience: str
    key_objectives: list[str]
    regions: list[str]
    channels: list[str]
    limits: list[Limit]
    target_outcome: float | None
    notes: str


class Citation(Shape):
    """The words of a passage that carry a claim: its text from start to end."""

    passage_id: str
    quote: str
    start: int
    end: int
    stance: knowledge.Stance


class Claim(Shape):
    """One thing a text asserts, with what carries it."""

    text: str
    supported: bool
    citations: list[Citation]
    waived_reason: str


class Passage(Shape):
    """A text that was cited."""

    id: str
    kind: knowledge.SourceKind
    title: str
    text: str
    origin: str
    on: date | None
    trust: str
    url: str


class Idea(Shape):
    """A thought to build the campaign on. author: who wrote the text."""

    id: UUID
    theme: str
    description: str
    target_kpi: str
    core_message: str
    target_segments: list[str]
    competitive_angle: str
    framework: str
    angle: str
    channels: list[str]
    claims: list[Claim]
    supported_share: float
    author: campaigns.Author
    chosen: bool


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


class BindingLimit(Shape):
    """A limit that holds the plan back. worth: outcome that moving it by 1,000 would add."""

    channel: str
    kind: str
    worth: float


class Certificate(Shape):
    """Proof of how good an allocation is: no plan inside the limits can be expected to bring more than upper_bound."""

    value: float
    upper_bound: float
    gap: float
    shadow_price: float
    binding: list[BindingLimit]
    unspent: Money
    unspent_reason: str
    even_value: float | None
    in_words: str


class Explanation(Shape):
    """The chain from evidence to plan, in words."""

    summary: str
    chain: list[Claim]
    alternatives: list[str]
    warnings: list[str]
    evidence_strength: str


class Metrics(Shape):
    """The campaign in figures. cost_per_outcome: spend per unit of outcome, none while nothing is expected."""

    total_budget: Money
    planned: Money
    unspent: Money
    expected_outcome: Estimate | None
    outcome_name: str
    outcome_is_money: bool
    cost_per_outcome: float | None
    supported_share: float
    sources: int
    unsupported_claims: int


class Campaign(Shape):
    """A brief and its plan. allowed_statuses: where the status may move from here."""

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
    explanation: Explanation | None
    evidence: list[Passage]
    run_id: UUID | None
    run_state: RunState | None
    provider: str
    version: int
    created_at: datetime
    updated_at: datetime


class CampaignRow(Shape):
    """A campaign in a list."""

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
    supported_share: float
    ideas: int
    run_id: UUID | None
    run_state: RunState | None
    version: int
    updated_at: datetime


CampaignSort = Literal["-updated_at", "updated_at", "name", "-name", "start_date", "-start_date", "budget", "-budget"]


class Curve(Shape):
    """Response of one channel over the whole campaign, in major units of money and units of outcome."""

    channel: str
    channel_name: str
    quality: QualityClass
    quality_reason: str
    seen_max: float | None
    spend: list[float]
    mean: list[float]
    low: list[float]
    high: list[float]


class Curves(Shape):
    """The response curves a campaign was planned with; low and high bound the 90 % band."""

    currency: str
    channels: list[Curve]


class ChannelAllocation(Shape):
    """What one channel would get."""

    channel: str
    budget: Money
    minimum: Money
    maximum: Money
    locked: bool
    expected_outcome: Estimate
    next_thousand: float


class Allocation(Shape):
    """What the budget would become under other limits; nothing is saved."""

    channels: list[ChannelAllocation]
    expected_outcome: Estimate
    certificate: Certificate
