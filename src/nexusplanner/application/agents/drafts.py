"""What a language model fills in: texts, quotes, and choices among what it was given. No amounts, dates or counts.

Everything here is as a model wrote it. Only what `settling` lets stand becomes part of a plan.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class QuoteDraft:
    """Words of a passage. stance: "supports" or "contradicts"; anything else is background."""

    passage: str
    quote: str
    stance: str = "supports"


@dataclass(frozen=True, kw_only=True)
class ClaimDraft:
    """A sentence of the texts beside it, and what carries it."""

    text: str
    quotes: tuple[QuoteDraft, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FindingDraft:
    """What several passages say about one thing."""

    topic: str
    text: str
    quotes: tuple[QuoteDraft, ...]


@dataclass(frozen=True, kw_only=True)
class AnalysisDraft:
    """The market, weightiest finding first."""

    findings: tuple[FindingDraft, ...]


@dataclass(frozen=True, kw_only=True)
class OpportunityDraft:
    """Something worth acting on. segment: one of the names given, or empty."""

    name: str
    description: str
    segment: str = ""
    quotes: tuple[QuoteDraft, ...]


@dataclass(frozen=True, kw_only=True)
class OpportunitiesDraft:
    """Opportunities, best supported first."""

    opportunities: tuple[OpportunityDraft, ...]


@dataclass(frozen=True, kw_only=True)
class IdeaDraft:
    """An idea. segments, channels, framework, angle: chosen among those given."""

    theme: str
    description: str
    core_message: str
    competitive_angle: str = ""
    target_kpi: str = ""
    segments: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    framework: str = ""
    angle: str = ""
    claims: tuple[ClaimDraft, ...]


@dataclass(frozen=True, kw_only=True)
class IdeasDraft:
    """Ideas, best first."""

    ideas: tuple[IdeaDraft, ...]


@dataclass(frozen=True, kw_only=True)
class RefinedDraft:
    """An idea in other words. id: of the idea, as given."""

    id: str
    theme: str
    description: str
    core_message: str
    competitive_angle: str = ""
    claims: tuple[ClaimDraft, ...]


@dataclass(frozen=True, kw_only=True)
class RefinementsDraft:
    """The ideas that were put into other words."""

    ideas: tuple[RefinedDraft, ...]


@dataclass(frozen=True, kw_only=True)
class StrategyDraft:
    """What one channel should do. channel: as given. lines: to be set as they stand."""

    channel: str
    strategy: str
    lines: tuple[str, ...] = ()
    kpis: tuple[str, ...] = ()
    claims: tuple[ClaimDraft, ...]


@dataclass(frozen=True, kw_only=True)
class StrategiesDraft:
    """One for each channel."""

    strategies: tuple[StrategyDraft, ...]
