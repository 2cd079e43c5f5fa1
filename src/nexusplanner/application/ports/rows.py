"""Rows made for showing: what lists, dashboards and searches answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from nexusplanner.domain.analytics import ActualRole
from nexusplanner.domain.campaigns import CampaignStatus
from nexusplanner.domain.customers import Consent
from nexusplanner.domain.feedback import FeedbackTarget, FeedbackType
from nexusplanner.domain.measurement import ModelSource, ModelState
from nexusplanner.domain.runs import RunKind, RunState, Step
from nexusplanner.domain.segments import Rule
from nexusplanner.domain.shared import (
    BrandId,
    CampaignId,
    CompanyId,
    ConnectionId,
    CustomerId,
    DecisionId,
    Estimate,
    ExperimentId,
    FeedbackId,
    ModelId,
    Money,
    RunId,
    SegmentId,
    ServiceId,
    UserId,
)


@dataclass(frozen=True, kw_only=True)
class CampaignRow:
    """A campaign in a list. expected, supported_share and the outcome's name are there once it has a plan."""

    id: CampaignId
    name: str
    status: CampaignStatus
    theme: str
    brand_id: BrandId
    brand_name: str
    service_id: ServiceId
    service_name: str
    start_date: date
    end_date: date
    budget: Money
    expected: Estimate | None
    outcome_name: str | None
    outcome_is_money: bool | None
    supported_share: float | None
    ideas: int
    channels: tuple[str, ...]
    run_id: RunId | None
    created_by: UserId
    created_by_name: str
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True, kw_only=True)
class BrandRow:
    """A brand in a list, with how much hangs on it."""

    id: BrandId
    name: str
    industry: str
    region: str
    currency: str
    profile: str
    voice: tuple[str, ...]
    banned_claims: tuple[str, ...]
    audiences: tuple[str, ...]
    outcome_name: str
    outcome_is_money: bool
    services: int
    campaigns: int
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True, kw_only=True)
class ServiceRow:
    """A service in a list."""

    id: ServiceId
    brand_id: BrandId
    brand_name: str
    name: str
    category: str
    description: str
    target_audience: str
    benefits: tuple[str, ...]
    proofs: tuple[str, ...]
    price: Money | None
    campaigns: int
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True, kw_only=True)
class CustomerRow:
    """A customer in a list."""

    id: CustomerId
    brand_id: BrandId
    segment_id: SegmentId | None
    segment_name: str | None
    external_id: str
    name: str
    email: str
    company: str
    industry: str
    region: str
    employees: int | None
    since: date | None
    lifetime_value: Money | None
    preferred_channel: str
    company_id: CompanyId | None
    connection_id: ConnectionId | None
    consent: Consent
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True, kw_only=True)
class SegmentRow:
    """A segment with the number of its customers and the sum of what they bought, None when nothing is known.

    automatic: whether rules fill it. counted_at: when the whole brand was last gone through.
    """

    id: SegmentId
    brand_id: BrandId
    name: str
    description: str
    rules: tuple[Rule, ...]
    automatic: bool
    counted_at: datetime | None
    customers: int
    lifetime_value: Money | None
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True, kw_only=True)
class ChannelSummary:
    """What is known of a channel's past. weeks: calendar weeks (from Monday) with at least one row."""

    channel: str
    first_day: date
    last_day: date
    rows: int
    weeks: int
    spend: Money
    impressions: int | None
    clicks: int | None


@dataclass(frozen=True, kw_only=True)
class MetricSummary:
    """What is known of a brand-wide figure's past."""

    metric: str
    role: ActualRole
    first_day: date
    last_day: date
    rows: int
    total: float


@dataclass(frozen=True, kw_only=True)
class ChannelActualRow:
    """One channel in the period that starts on `day`."""

    day: date
    channel: str
    spend: Money
    impressions: int | None
    clicks: int | None


@dataclass(frozen=True, kw_only=True)
class RunRow:
    """A run in a list. progress: share of steps done, 0 to 1. step: what runs now. theme: of the brief it is for."""

    id: RunId
    kind: RunKind
    state: RunState
    brand_id: BrandId | None
    campaign_id: CampaignId | None
    campaign_name: str | None
    model_id: ModelId | None
    user_id: UserId
    user_name: str
    theme: str | None
    steps: tuple[Step, ...]
    progress: float
    step: str | None
    attempts: int
    error: str
    retryable: bool
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class DecisionRow:
    """An entry of the ledger.

    entry: what was hashed, parsed; empty when it is no JSON object any more. hash, previous_hash: hexadecimal digits.
    run_kind, campaign_name, supported_share: of the run and the campaign it belongs to, None where there is none.
    supported_share: of the claims in the campaign's explanation, 0 to 1. outcome: what people did with what was
    proposed, None where nothing is recorded.
    """

    id: DecisionId
    sequence: int
    format: int
    run_id: RunId | None
    campaign_id: CampaignId | None
    step: str
    agent: str
    decided_at: datetime
    entry: Mapping[str, Any]
    hash: str
    previous_hash: str
    run_kind: RunKind | None = None
    campaign_name: str | None = None
    supported_share: float | None = None
    outcome: str | None = None


@dataclass(frozen=True, kw_only=True)
class FeedbackRow:
    """An opinion with the name of who has it."""

    id: FeedbackId
    campaign_id: CampaignId
    user_id: UserId
    user_name: str
    feedback_type: FeedbackType
    target: FeedbackTarget
    target_id: UUID
    rating: int | None
    reason: str
    comment: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class ModelRow:
    """A model version in a list. holdout_*: how it did on weeks it had not seen. reason: why it is adopted or not."""

    id: ModelId
    brand_id: BrandId
    number: int
    state: ModelState
    source: ModelSource
    channels: tuple[str, ...]
    warnings: tuple[str, ...]
    weeks: int
    holdout_weeks: int
    holdout_wmape: float | None
    holdout_coverage: float | None
    holdout_bias: float | None
    r2: float | None
    run_id: RunId | None
    reason: str
    created_at: datetime
    adopted_at: datetime | None
    version: int


@dataclass(frozen=True, kw_only=True)
class ExperimentRow:
    """A lift experiment in a list. lift: incremental outcome over the days, with its 90 % interval."""

    id: ExperimentId
    brand_id: BrandId
    channel: str
    start_date: date
    end_date: date
    lift: Estimate
    method: str
    notes: str
    version: int
    created_at: datetime
    updated_at: datetime


class HitKind(StrEnum):
    """What a search found."""

    CAMPAIGN = "campaign"
    SERVICE = "service"
    SIGNAL = "signal"
    CUSTOMER = "customer"


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    """One thing found. detail: a second line, such as the status or the company."""

    kind: HitKind
    id: UUID
    title: str
    detail: str
