"""Rows of signals made for showing, and which of them to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nexusplanner.domain.market.scoring import Score, Worth
from nexusplanner.domain.shared import BrandId, ClusterId, ServiceId, SignalId, SourceId
from nexusplanner.domain.signals import SignalState
from nexusplanner.domain.sources import Trust


@dataclass(frozen=True, kw_only=True)
class MatchedService:
    """A service that a signal speaks of, and how much, 0 to 1."""

    id: ServiceId
    name: str
    score: float


@dataclass(frozen=True, kw_only=True)
class SignalRow:
    """A signal in a list. cluster_size, cluster_sources: signals that tell its story, and sources they come from.

    scored: whether its story and worth were worked out; until then it stands for itself.
    """

    id: SignalId
    brand_id: BrandId | None
    brand_name: str | None
    source: str
    title: str
    content: str
    timestamp: datetime
    impact: float
    topics: tuple[str, ...]
    region: str
    url: str
    source_id: SourceId | None
    trust: Trust
    state: SignalState
    dismissed_reason: str
    dismissed_note: str
    cluster_id: ClusterId
    cluster_size: int
    cluster_sources: int
    services: tuple[MatchedService, ...]
    scored: bool
    worth: Worth
    created_at: datetime
    version: int

    def score(self, now: datetime) -> Score:
        """What it is worth at an instant."""
        names = {each.id: each.name for each in self.services}
        return self.worth.at(now, sources=self.cluster_sources, names=names)


@dataclass(frozen=True, kw_only=True)
class SignalChoices:
    """What signals can be filtered by. topics: those of most signals first. regions: by name."""

    topics: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SignalFilter:
    """Which signals to list. brand_id: also signals of no brand in particular. query: in title, content or source.

    min_impact: good or bad, 0 to 1. topic, region: letter case aside; a country stands for its regions too ("DE" for
    "DE-BE"). clusters: one row per story, the best of those that fit.
    """

    query: str = ""
    brand_id: BrandId | None = None
    states: frozenset[SignalState] = frozenset()
    service_id: ServiceId | None = None
    source_id: SourceId | None = None
    trust: Trust | None = None
    min_impact: float = 0.0
    topic: str = ""
    region: str = ""
    since: datetime | None = None
    clusters: bool = False
