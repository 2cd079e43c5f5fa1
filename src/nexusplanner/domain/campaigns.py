"""Campaigns: the brief, the ideas, the channel plans with their flights, and the status they are in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from nexusplanner.domain.knowledge import Claim, Passage
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.shared import (
    IMPLAUSIBLE,
    BrandId,
    CampaignId,
    Conflict,
    DateRange,
    Estimate,
    FieldErrors,
    IdeaId,
    Invalid,
    Money,
    NotFound,
    RunId,
    ServiceId,
    TenantId,
    UserId,
    plausible,
    total,
)


class CampaignStatus(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


_S = CampaignStatus
CAMPAIGN_TRANSITIONS: Mapping[CampaignStatus, frozenset[CampaignStatus]] = {
    _S.DRAFT: frozenset({_S.IN_REVIEW, _S.CANCELLED}),
    _S.IN_REVIEW: frozenset({_S.APPROVED, _S.DRAFT, _S.CANCELLED}),
    _S.APPROVED: frozenset({_S.ACTIVE, _S.DRAFT, _S.CANCELLED}),
    _S.ACTIVE: frozenset({_S.PAUSED, _S.COMPLETED, _S.CANCELLED}),
    _S.PAUSED: frozenset({_S.ACTIVE, _S.COMPLETED, _S.CANCELLED}),
    _S.COMPLETED: frozenset(),
    _S.CANCELLED: frozenset(),
}

EDITABLE = frozenset({_S.DRAFT, _S.IN_REVIEW, _S.APPROVED})
"""An edit in review or after approval voids it: the campaign is a draft again."""


class Author(StrEnum):
    """Who made a text or a number."""

    AI = "ai"
    RULES = "rules"
    MATHEMATICS = "mathematics"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class ChannelLimit:
    """What a brief asks of one channel. lock: exactly this much; otherwise between minimum and maximum."""

    channel: str
    minimum: Money | None = None
    maximum: Money | None = None
    lock: Money | None = None


MAX_DAYS = 731


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What was asked. theme: the occasion or thought, in the marketer's words. goal: what to get most of.

    channels: only these when given. target_outcome: what the marketer hopes for, shown against the forecast.
    """

    service_id: ServiceId
    theme: str
    start_date: date
    end_date: date
    total_budget: Money
    target_audience: str = ""
    key_objectives: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    limits: tuple[ChannelLimit, ...] = ()
    target_outcome: float | None = None
    notes: str = ""

    @property
    def dates(self) -> DateRange:
        """The days the campaign runs. Raises Invalid when the end lies before the start."""
        return DateRange(self.start_date, self.end_date)

    def check(self) -> None:
        """Raise Invalid, naming every field to correct."""
        errors = FieldErrors()
        errors.check(0 < len(self.theme.strip()) <= 200, "theme", "Say in at most 200 characters what it is about.")
        errors.check(plausible(self.start_date), "start_date", IMPLAUSIBLE)
        errors.check(plausible(self.end_date), "end_date", IMPLAUSIBLE)
        errors.check(self.end_date >= self.start_date, "end_date", "The end must not lie before the start.")
        errors.check((self.end_date - self.start_date).days < MAX_DAYS, "end_date", "Plan at most two years at once.")
        errors.check(self.total_budget.amount > 0, "total_budget", "The budget must be above zero.")
        errors.check(len(self.notes) <= 8000, "notes", "Keep the notes below 8,000 characters.")
        errors.check(
            len({limit.channel for limit in self.limits}) == len(self.limits), "limits", "One limit per channel."
        )
        errors.check(
            self.target_outcome is None or self.target_outcome > 0, "target_outcome", "Above zero, or leave it out."
        )
        for index, limit in enumerate(self.limits):
            _check_limit(errors, limit, where=f"limits.{index}", currency=self.total_budget.currency)
        errors.raise_if_any("brief")


def _check_limit(errors: FieldErrors, limit: ChannelLimit, *, where: str, currency: str) -> None:
    amounts = [amount for amount in (limit.minimum, limit.maximum, limit.lock) if amount is not None]
    errors.check(all(amount.currency == currency for amount in amounts), where, f"Use {currency} as the budget does.")
    errors.check(all(amount.amount >= 0 for amount in amounts), where, "A limit cannot be negative.")
    if limit.minimum and limit.maximum and limit.minimum.currency == limit.maximum.currency:
        errors.check(limit.minimum <= limit.maximum, where, "The minimum lies above the maximum.")


@dataclass(frozen=True, kw_only=True)
class CampaignIdea:
    """A thought to build the campaign on. framework: the message framework it uses. angle, audience: what it turns on.

    claims: everything the text asserts, each with its citations.
    """

    id: IdeaId = field(default_factory=lambda: IdeaId(uuid4()))
    theme: str
    description: str
    target_kpi: str
    core_message: str
    target_segments: tuple[str, ...] = ()
    competitive_angle: str = ""
    framework: str = ""
    angle: str = ""
    channels: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    author: Author = Author.RULES
    chosen: bool = False

    @property
    def supported_share(self) -> float:
        """Claims with at least one supporting source over claims; 1 when nothing is claimed."""
        return sum(claim.supported for claim in self.claims) / len(self.claims) if self.claims else 1.0

    @property
    def prose(self) -> str:
        """All its texts."""
        return f"{self.theme}\n{self.description}\n{self.core_message}\n{self.competitive_angle}"

    def edited(self, texts: Mapping[str, str], *, chosen: bool | None = None) -> CampaignIdea:
        """The idea with a person's texts. A claim whose words are no longer said is dropped with its sources.

        Raises: Invalid for an empty text.
        """
        empty = {name: "Write something, or keep the old text." for name, text in texts.items() if not text}
        if empty:
            raise Invalid("An idea needs its texts.", fields=empty)
        changed = replace(self, **texts, author=Author.PERSON) if texts else self  # type: ignore[arg-type]
        kept = tuple(claim for claim in self.claims if claim.text in changed.prose or claim.text not in self.prose)
        return replace(changed, claims=kept, chosen=self.chosen if chosen is None else chosen)


@dataclass(frozen=True, kw_only=True)
class Flight:
    """One channel running between two dates with an amount, spread over weeks (`weekly` sums to `budget`)."""

    dates: DateRange
    budget: Money
    weekly: tuple[WeekAmount, ...]


@dataclass(frozen=True, kw_only=True)
class WeekAmount:
    """The amount of one calendar week, or the part of it inside the campaign."""

    dates: DateRange
    amount: Money


@dataclass(frozen=True, kw_only=True)
class ChannelPlan:
    """What one channel gets and what it should bring.

    expected_outcome: over the campaign, with its 90 % interval. next_thousand: what the next 1,000 of the currency
    would add. spend_seen: the largest spend per week in the history, above which the curve is extrapolated.
    reach_source: what the expected reach was computed from.
    """

    id: UUID = field(default_factory=uuid4)
    channel: str
    budget: Money
    minimum: Money
    maximum: Money
    locked: bool = False
    strategy: str
    strategy_author: Author = Author.RULES
    claims: tuple[Claim, ...] = ()
    expected_reach: int | None = None
    expected_engagement: int | None = None
    reach_source: str = ""
    expected_outcome: Estimate
    next_thousand: float
    quality: QualityClass
    quality_reason: str
    spend_seen: float | None = None
    kpis: tuple[str, ...] = ()
    flights: tuple[Flight, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """Proof of how good an allocation is.

    value: expected outcome of the plan. upper_bound: no plan inside the limits can be expected to bring more.
    gap: (upper_bound - value) / |value|. binding: channels at a limit, with the outcome 1,000 more of it would add.
    unspent: money the limits left over, with `unspent_reason`. even_value: the same budget spread evenly.
    """

    value: float
    upper_bound: float
    gap: float
    shadow_price: float
    binding: tuple[BindingLimit, ...] = ()
    unspent: Money
    unspent_reason: str = ""
    even_value: float | None = None

    @property
    def in_words(self) -> str:
        """The gap as a sentence."""
        percent = 100 * self.gap
        shown = "0.0001" if percent <= 0.0001 else f"{percent:.2g}" if percent < 1 else f"{percent:.1f}"
        return f"within {shown} % of the best possible plan"


@dataclass(frozen=True, kw_only=True)
class BindingLimit:
    """A limit that holds the plan back. worth: outcome that moving it by 1,000 would add."""

    channel: str
    kind: str
    worth: float


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """The chain from evidence to plan, in words. alternatives: what was considered and why it was not chosen."""

    summary: str
    chain: tuple[Claim, ...] = ()
    alternatives: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    evidence_strength: str = ""

    def outdated(self, why: str) -> Explanation:
        """The same with a first warning that part of the plan is newer than these words; said once."""
        return replace(self, warnings=(why, *(each for each in self.warnings if each != why)))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a generation decided, all of it: kept together so that it is replaced together."""

    ideas: tuple[CampaignIdea, ...]
    channel_plans: tuple[ChannelPlan, ...]
    certificate: Certificate
    expected_outcome: Estimate
    outcome_name: str
    outcome_is_money: bool
    explanation: Explanation
    evidence: tuple[Passage, ...]
    model: Mapping[str, object] = field(default_factory=dict)

    def check(self, *, brief: Brief) -> None:
        """Raise Invalid unless money adds up to the cent and every citation stands in its source."""
        currency = brief.total_budget.currency
        spent = total((plan.budget for plan in self.channel_plans), currency=currency)
        if spent + self.certificate.unspent != brief.total_budget:
            raise Invalid(f"Channel budgets sum to {spent}, the brief's budget is {brief.total_budget}.")
        for plan in self.channel_plans:
            flown = total((flight.budget for flight in plan.flights), currency=currency)
            if flown != plan.budget:
                raise Invalid(f"The flights of {plan.channel} sum to {flown}, its budget is {plan.budget}.")
        passages = {passage.id: passage for passage in self.evidence}
        for claim in self._claims():
            for citation in claim.citations:
                passage = passages.get(citation.passage_id)
                if passage is None or not citation.stands_in(passage):
                    raise Invalid(f"A citation of {citation.passage_id} does not stand in its source.")

    def _claims(self) -> tuple[Claim, ...]:
        of_ideas = (claim for idea in self.ideas for claim in idea.claims)
        of_channels = (claim for plan in self.channel_plans for claim in plan.claims)
        return (*of_ideas, *of_channels, *self.explanation.chain)


@dataclass(eq=False, kw_only=True)
class Campaign:
    """The container of a brief and its plan. deleted_at: set while a delete can still be undone."""

    id: CampaignId = field(default_factory=lambda: CampaignId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId
    name: str
    status: CampaignStatus = CampaignStatus.DRAFT
    brief: Brief
    plan: Plan | None = None
    run_id: RunId | None = None
    created_by: UserId
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    version: int = 1

    def move(self, status: CampaignStatus, *, at: datetime) -> None:
        """Change the status. Raises Conflict, naming what is allowed, when the table does not have it."""
        allowed = CAMPAIGN_TRANSITIONS[self.status]
        if status not in allowed:
            words = ", ".join(sorted(allowed)) or "nothing: it is final"
            raise Conflict(f"A campaign that is {self.status} can become {words}.", code="CAMPAIGN_STATUS")
        self.status, self.updated_at = status, at

    def edited(self, *, at: datetime) -> None:
        """Note an edit; it voids review and approval. Raises Conflict when the campaign can no longer be edited."""
        self.require_editable()
        self.status, self.updated_at = CampaignStatus.DRAFT, at

    def require_editable(self) -> None:
        """Raise Conflict when the campaign can no longer be edited."""
        if self.status not in EDITABLE:
            raise Conflict(f"A campaign that is {self.status} cannot be edited.", code="CAMPAIGN_STATUS")

    def take_brief(self, brief: Brief, *, brand_id: BrandId, at: datetime) -> None:
        """Replace the brief. A plan made for another budget, time or service is dropped with it."""
        self.edited(at=at)
        fits = (brief.service_id, brief.dates, brief.total_budget, brief.limits, brief.channels) == (
            self.brief.service_id,
            self.brief.dates,
            self.brief.total_budget,
            self.brief.limits,
            self.brief.channels,
        )
        self.brief, self.brand_id = brief, brand_id
        self.plan = self.plan if fits else None

    def rename(self, name: str, *, at: datetime) -> None:
        """Give another name."""
        if not 0 < len(name.strip()) <= 200:
            raise Invalid("Give a name of at most 200 characters.", fields={"name": "1 to 200 characters."})
        self.edited(at=at)
        self.name = name.strip()

    def take_plan(self, plan: Plan, *, at: datetime) -> None:
        """Replace the plan. Raises Invalid when money or citations do not add up."""
        plan.check(brief=self.brief)
        self.edited(at=at)
        self.plan = plan

    def delete(self, *, at: datetime) -> None:
        """Hide the campaign; `restore` brings it back. Raises Conflict while it spends money."""
        if self.status in {CampaignStatus.ACTIVE, CampaignStatus.PAUSED}:
            raise Conflict("Complete or cancel the campaign before deleting it.", code="CAMPAIGN_STATUS")
        self.deleted_at = at

    def restore(self) -> None:
        """Undo a delete."""
        self.deleted_at = None

    def idea(self, idea_id: IdeaId) -> CampaignIdea:
        """The idea with this id. Raises NotFound."""
        for idea in self.plan.ideas if self.plan else ():
            if idea.id == idea_id:
                return idea
        raise NotFound.of("idea", idea_id)
