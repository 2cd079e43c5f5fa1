"""What a signal is worth to whoever plans, in parts that can be explained.

Everything but age is fixed when a signal arrives, or when services or opinions change. Age multiplies the rest and
halves it every HALF_LIFE days, so the order of two signals never depends on when one looks: it can be kept and indexed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from nexusplanner.domain.count_words import counted
from nexusplanner.domain.shared import ServiceId
from nexusplanner.domain.sources import Trust

WEIGHTS: Mapping[str, float] = MappingProxyType({"relevance": 0.45, "impact": 0.25, "novelty": 0.15, "trust": 0.15})
"""What each part counts; together 1. News about what one sells comes first, then news somebody judged to matter."""

HALF_LIFE = 14
"""Days. A campaign brief is planned a few weeks ahead: news of last week still carries it, news of last quarter (one
hundredth after three months) does not."""

TRUSTED: Mapping[Trust, float] = MappingProxyType({Trust.OWN: 1.0, Trust.PUBLISHED: 0.8, Trust.UNVERIFIED: 0.4})

LEAST = 1e-6
"""A score of nothing still has a place in the order."""
NEW_ENOUGH = 0.8
HARDLY_NEW = 0.35
STRONG = 0.5
MOST_NAMED = 2
_DAY = 86_400.0
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class ServiceMatch:
    """How much a signal speaks of a service, 0 to 1, and in which of the service's words."""

    service_id: ServiceId
    score: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Taught:
    """What earlier opinions do to the relevance. shift: what they add. dismissed, watched: how many are like it."""

    shift: float = 0.0
    dismissed: int = 0
    watched: int = 0


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is worked out about a signal when it arrives. relevance, novelty: 0 to 1; services: best match first."""

    relevance: float = 0.0
    novelty: float = 1.0
    services: tuple[ServiceMatch, ...] = ()
    taught: Taught = Taught()


@dataclass(frozen=True, kw_only=True)
class Score:
    """A signal's worth at an instant, each part 0 to 1. total: the weighted parts times age."""

    total: float
    impact: float
    relevance: float
    novelty: float
    trust: float
    age: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Worth:
    """Everything a score is made of. impact: -1 to 1, 0 when nobody judged it. since: when it began to age."""

    standing: Standing
    impact: float
    trust: Trust
    since: datetime

    @property
    def base(self) -> float:
        """0 to 1: the weighted parts, without age."""
        found = (
            WEIGHTS["relevance"] * self.standing.relevance
            + WEIGHTS["impact"] * abs(self.impact)
            + WEIGHTS["novelty"] * self.standing.novelty
            + WEIGHTS["trust"] * TRUSTED[self.trust]
        )
        return min(max(found, 0.0), 1.0)

    @property
    def rank(self) -> float:
        """Orders signals as their totals do at any instant: log2 of the base, plus half-lives since a fixed day."""
        return math.log2(max(self.base, LEAST)) + (self.since - _EPOCH).total_seconds() / (_DAY * HALF_LIFE)

    def age(self, now: datetime) -> float:
        """0 to 1: what age leaves of it."""
        days = max((now - self.since).total_seconds(), 0.0) / _DAY
        return float(0.5 ** (days / HALF_LIFE))

    def at(self, now: datetime, *, sources: int = 1, names: Mapping[ServiceId, str] | None = None) -> Score:
        """The score at an instant. sources: that tell the story. names: of services, for the reasons."""
        age = self.age(now)
        return Score(
            total=round(self.base * age, 4),
            impact=round(abs(self.impact), 4),
            relevance=round(self.standing.relevance, 4),
            novelty=round(self.standing.novelty, 4),
            trust=TRUSTED[self.trust],
            age=round(age, 4),
            reasons=self._reasons(now, sources=sources, names=names or {}),
        )

    def _reasons(self, now: datetime, *, sources: int, names: Mapping[ServiceId, str]) -> tuple[str, ...]:
        days = max((now - self.since).days, 0)
        return (
            *_matches(self.standing.services, names=names),
            *_lessons(self.standing.taught),
            _impact(self.impact),
            *([f"{counted(sources, 'source', 'sources').capitalize()} tell it"] if sources > 1 else []),
            *_novelty(self.standing.novelty),
            _TRUST[self.trust],
            "From today" if not days else f"{counted(days, 'day', 'days').capitalize()} old",
        )


_TRUST: Mapping[Trust, str] = MappingProxyType(
    {
        Trust.OWN: "From a source of your own",
        Trust.PUBLISHED: "From a named publication",
        Trust.UNVERIFIED: "From an unverified source",
    }
)


def _matches(services: Sequence[ServiceMatch], *, names: Mapping[ServiceId, str]) -> list[str]:
    told = []
    for match in services[:MOST_NAMED]:
        name = names.get(match.service_id)
        if name is not None:
            told.append(f"Matches {name}: {', '.join(match.words)}" if match.words else f"Matches {name}")
    return told or ["Speaks of none of your services"]


def _lessons(taught: Taught) -> list[str]:
    told = []
    if taught.dismissed:
        told.append(f"Like {taught.dismissed} you dismissed as irrelevant")
    if taught.watched:
        told.append(f"Like {taught.watched} you watch")
    return told


def _impact(impact: float) -> str:
    if not impact:
        return "Impact not judged"
    strength = "Strong" if abs(impact) >= STRONG else "Some"
    return f"{strength} impact, {'good' if impact > 0 else 'bad'} for the brand"


def _novelty(novelty: float) -> list[str]:
    if novelty >= NEW_ENOUGH:
        return ["New: nothing like it was told lately"]
    return ["Much the same was told lately"] if novelty < HARDLY_NEW else []
