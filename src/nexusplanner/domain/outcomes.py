"""Outcomes: what became of each proposal within fourteen days, as people's acts tell, and of each forecast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from nexusplanner.domain.calibration import MOST_LEARNT, Calibration, Example
from nexusplanner.domain.campaigns import Author, CampaignIdea
from nexusplanner.domain.confidence import Confidence, EvidenceStrength, confidence_of
from nexusplanner.domain.knowledge import Claim, Passage
from nexusplanner.domain.shared import CampaignId, DecisionId, OutcomeId, TenantId

WINDOW = timedelta(days=14)
"""How long after a proposal people's acts decide what became of it."""


class Event(StrEnum):
    """What may come about for a proposal of each kind; defined before anything is counted."""

    IDEA = "idea"
    STRATEGY = "strategy"
    ALTERNATIVE = "alternative"
    FORECAST = "forecast"

    @property
    def words(self) -> str:
        """The event in words."""
        return _EVENTS[self]


_EVENTS: Mapping[Event, str] = {
    Event.IDEA: "accepted unedited within 14 days",
    Event.STRATEGY: "strategy accepted unedited within 14 days",
    Event.ALTERNATIVE: "alternative accepted within 14 days",
    Event.FORECAST: "a channel brought at least the median that was forecast",
}


class OutcomeState(StrEnum):
    """What became of a proposal. LAPSED is never kept: it shows when the time is over and nobody did anything."""

    OPEN = "open"
    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"
    LAPSED = "lapsed"


_S = OutcomeState
OUTCOME_TRANSITIONS: Mapping[OutcomeState, frozenset[OutcomeState]] = {
    _S.OPEN: frozenset({_S.ACCEPTED, _S.EDITED, _S.REJECTED}),
    _S.ACCEPTED: frozenset({_S.EDITED, _S.REJECTED}),
    _S.EDITED: frozenset(),
    _S.REJECTED: frozenset({_S.ACCEPTED}),
    _S.LAPSED: frozenset(),
}
"""Within the time the last act counts, but what was edited once was not accepted unedited."""


DISLIKED = "It was disliked."
REPLACED = "A new plan was made."
ASKED_AGAIN = "Another was asked for."
UNJUDGED = frozenset({DISLIKED, REPLACED, ASKED_AGAIN})
"""Acts that end a proposal without judging it once more: a dislike is an opinion on file, the others say nothing of it."""


@dataclass(eq=False, kw_only=True)
class Outcome:
    """What became of one proposal.

    subject_id: the idea, channel plan or alternative. decision_id: the ledger entry that proposed it. score: of its
    evidence, when it was proposed. why: the act that decided, in words. closes_at: when nothing counts any more.
    """

    id: OutcomeId = field(default_factory=lambda: OutcomeId(uuid4()))
    tenant_id: TenantId
    campaign_id: CampaignId
    event: Event
    subject_id: UUID
    decision_id: DecisionId | None
    score: float
    state: OutcomeState = OutcomeState.OPEN
    why: str = ""
    proposed_at: datetime
    closes_at: datetime
    decided_at: datetime | None = None

    @classmethod
    def of_text(
        cls,
        event: Event,
        *,
        subject_id: UUID,
        score: float,
        of: tuple[TenantId, CampaignId],
        decision_id: DecisionId | None,
        at: datetime,
    ) -> Outcome:
        """The outcome, still open, of a text proposed now."""
        tenant_id, campaign_id = of
        return cls(
            tenant_id=tenant_id,
            campaign_id=campaign_id,
            event=event,
            subject_id=subject_id,
            decision_id=decision_id,
            score=score,
            proposed_at=at,
            closes_at=at + WINDOW,
        )

    def judge(self, *, actual: float, median: float, at: datetime) -> None:
        """Hold a forecast against what happened; it is resolved at once. Met counts as accepted, missed as rejected."""
        self.state = OutcomeState.ACCEPTED if actual >= median else OutcomeState.REJECTED
        self.why = f"It brought {actual:,.0f}; the median of the forecast was {median:,.0f}."
        self.decided_at = self.closes_at = at

    def decide(self, state: OutcomeState, *, why: str, at: datetime) -> None:
        """Note an act; one after the end, or one that cannot change the outcome, counts for nothing."""
        if at < self.closes_at and state in OUTCOME_TRANSITIONS[self.state]:
            self.state, self.why, self.decided_at = state, why, at

    def take_back_dislike(self, *, at: datetime) -> None:
        """Open it again after a dislike was withdrawn, while its time runs and nothing else decided."""
        if at < self.closes_at and self.state is OutcomeState.REJECTED and self.why == DISLIKED:
            self.state, self.why, self.decided_at = OutcomeState.OPEN, "", None

    @property
    def judges(self) -> bool:
        """Whether what became of it is a judgement on the proposal itself."""
        return self.state in {OutcomeState.ACCEPTED, OutcomeState.EDITED, OutcomeState.REJECTED} and (
            self.why not in UNJUDGED
        )

    def resolved(self, at: datetime) -> bool:
        """Whether its time is over, so that nothing changes it any more."""
        return at >= self.closes_at

    def state_at(self, at: datetime) -> OutcomeState:
        """What shows of it at an instant."""
        return OutcomeState.LAPSED if self.state is OutcomeState.OPEN and self.resolved(at) else self.state

    @property
    def example(self) -> Example:
        """What a resolved one teaches."""
        return Example(score=self.score, happened=self.state is OutcomeState.ACCEPTED)


def examples_of(outcomes: Iterable[Outcome], *, at: datetime) -> tuple[Example, ...]:
    """What the newest resolved outcomes teach, oldest first.

    All proposals whose time is over count, not only those somebody decided on early: rejections come faster than
    acceptances that last, so counting them as they come would make proposals look worse than they are.
    """
    resolved = sorted((each for each in outcomes if each.resolved(at)), key=lambda each: (each.proposed_at, each.id))
    return tuple(each.example for each in resolved[-MOST_LEARNT:])


def state_together(states: Sequence[OutcomeState]) -> OutcomeState | None:
    """What became of a decision that proposed several things: the best of it; none when it proposed nothing."""
    return next((state for state in _BEST_FIRST if state in states), None)


_BEST_FIRST = (_S.ACCEPTED, _S.EDITED, _S.OPEN, _S.REJECTED, _S.LAPSED)


def score_of(claims: Iterable[Claim], *, known: Mapping[str, Passage], at: date) -> float:
    """The score of what carries these claims, for a campaign that begins on the day `at`."""
    return EvidenceStrength.of_claims(claims, known=known, at=at).score


def confidence_in(
    idea: CampaignIdea, *, known: Mapping[str, Passage], at: date, learnt: Calibration | None
) -> Confidence:
    """How sure one may be of the idea. Of a text that a person changed nothing was learnt."""
    strength = EvidenceStrength.of_claims(idea.claims, known=known, at=at)
    fitting = None if idea.author is Author.PERSON else learnt
    return confidence_of(strength, calibration=fitting, event=Event.IDEA.words)
