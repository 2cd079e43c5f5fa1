"""What the agents hand to each other: the facts of a brief, findings and opportunities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from nexusplanner.domain.campaigns import Brief, CampaignIdea
from nexusplanner.domain.customers import SegmentSummary
from nexusplanner.domain.feedback import Reason
from nexusplanner.domain.knowledge import Citation, Passage, SourceKind
from nexusplanner.domain.learning import Learned
from nexusplanner.domain.shared import BrandId, Money, ServiceId, added_later


@dataclass(frozen=True, kw_only=True)
class BrandFacts:
    """What texts must keep to. outcome_name: what the brand counts ("sign-ups")."""

    id: BrandId
    name: str
    industry: str
    region: str
    voice: tuple[str, ...]
    banned_claims: tuple[str, ...]
    outcome_name: str
    outcome_is_money: bool


@dataclass(frozen=True, kw_only=True)
class ServiceFacts:
    """What is being promoted; benefits and proofs may be stated as they stand."""

    id: ServiceId
    name: str
    category: str
    description: str
    target_audience: str
    benefits: tuple[str, ...]
    proofs: tuple[str, ...]
    price: Money | None


@dataclass(frozen=True, kw_only=True)
class PastIdea:
    """An idea people have seen, with what they thought of it: "like", "dislike" or nothing, and why."""

    theme: str
    framework: str
    angle: str
    verdict: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Disliked:
    """A text that is to be written anew, and what somebody has against it.

    idea: none when it is the text of a channel. by: "You" or "The team". disliked: false for a comment that
    passes no judgement. said: in own words, empty for none.
    """

    idea: CampaignIdea | None = None
    channel: str = ""
    strategy: str = ""
    by: str
    disliked: bool = True
    reason: Reason | None
    said: str


@dataclass(frozen=True)
class BriefContext:
    """Everything known for a brief, gathered once so that every later step sees the same facts.

    passages: all that may be cited. note: what the user asked for in a regeneration, empty otherwise. learned: what
    earlier feedback and results taught; none when that was not looked up. disliked: what is written anew because of it.
    not_compared: why the workspace's embedder took no part in finding passages; empty when nothing is wrong. near:
    cosines of given vectors to the brief, by passage id, of those that were compared.
    """

    brief: Brief
    brand: BrandFacts
    service: ServiceFacts
    segments: tuple[SegmentSummary, ...]
    passages: tuple[Passage, ...]
    past_ideas: tuple[PastIdea, ...] = ()
    note: str = ""
    learned: Learned | None = None
    disliked: tuple[Disliked, ...] = ()
    not_compared: str = added_later("")
    near: tuple[tuple[str, float], ...] = added_later(())

    @cached_property
    def by_id(self) -> Mapping[str, Passage]:
        """Passages by id."""
        return {passage.id: passage for passage in self.passages}

    def of_kind(self, *kinds: SourceKind) -> tuple[Passage, ...]:
        """Passages of these kinds, in their order."""
        return tuple(passage for passage in self.passages if passage.kind in kinds)

    def known(self, citations: Iterable[Citation]) -> bool:
        """Whether every citation stands in a passage of this context."""
        return all(c.passage_id in self.by_id and c.stands_in(self.by_id[c.passage_id]) for c in citations)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A cluster of signals or facts: what it says and which sources say it. impact: -1 to 1."""

    topic: str
    text: str
    citations: tuple[Citation, ...]
    impact: float


@dataclass(frozen=True, kw_only=True)
class MarketAnalysis:
    """The findings, weightiest first."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Opportunity:
    """Something in the market worth acting on. strength: 0 to 1, from the number, age and agreement of its sources."""

    name: str
    description: str
    segment: str
    strength: float
    citations: tuple[Citation, ...]
