"""The plan: what a generation decided, with ideas, money by channel and week, and the proof."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from uuid import UUID, uuid4

from nexusplanner.domain.campaigns.allocation import Certificate
from nexusplanner.domain.campaigns.brief import Brief
from nexusplanner.domain.campaigns.claims import ClaimOwner, ClaimPlace, PlacedClaim
from nexusplanner.domain.campaigns.idea import Author, CampaignIdea, still_claimed
from nexusplanner.domain.knowledge import Claim, Passage
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.shared import DateRange, Estimate, Invalid, Money, total


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

    def reworded(self, strategy: str) -> ChannelPlan:
        """The channel with a person's words for its strategy; all its numbers stay.

        A claim whose words are no longer said is dropped with its sources. Raises: Invalid for an empty text.
        """
        if not strategy:
            words = "Write something, or keep the old text."
            raise Invalid("A channel needs its strategy.", fields={"strategy": words})
        if strategy == self.strategy:
            return self
        claims = still_claimed(self.claims, before=self.strategy, after=strategy)
        return replace(self, strategy=strategy, strategy_author=Author.PERSON, claims=claims)

    def check_limits(self) -> None:
        """Raise Invalid unless the budget lies inside the channel's limits."""
        if not self.minimum <= self.budget <= self.maximum:
            raise Invalid(f"{self.channel} gets {self.budget}, not between {self.minimum} and {self.maximum}.")

    def check_flights(self) -> None:
        """Raise Invalid (FLIGHTS_SUM) unless the flights, and the weeks in them, sum to the budget."""
        currency = self.budget.currency
        for flight in self.flights:
            weeks = total((week.amount for week in flight.weekly), currency=currency)
            if weeks != flight.budget:
                raise Invalid(
                    f"The weeks of a flight of {self.channel} sum to {weeks}, the flight is {flight.budget}.",
                    code="FLIGHTS_SUM",
                )
        flown = total((flight.budget for flight in self.flights), currency=currency)
        if flown != self.budget:
            raise Invalid(
                f"The flights of {self.channel} sum to {flown}, its budget is {self.budget}.", code="FLIGHTS_SUM"
            )


class ConsideredKind(StrEnum):
    """What kind of thing was considered."""

    SPLIT = "split"
    CHANNEL = "channel"
    IDEA = "idea"
    OPPORTUNITY = "opportunity"


@dataclass(frozen=True, kw_only=True)
class Considered:
    """Something that was considered and not chosen. name: in words. why: a sentence."""

    kind: ConsideredKind
    name: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """The chain from evidence to plan. alternatives: what was considered and why it was not chosen, in sentences.

    considered: the same as data; plans made before it was kept have sentences alone.
    """

    summary: str
    chain: tuple[Claim, ...] = ()
    alternatives: tuple[str, ...] = ()
    considered: tuple[Considered, ...] = ()
    warnings: tuple[str, ...] = ()
    evidence_strength: str = ""

    def outdated(self, why: str) -> Explanation:
        """The same with a first warning that part of the plan is newer than these words; said once."""
        return replace(self, warnings=(why, *(each for each in self.warnings if each != why)))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a generation decided, all of it: kept together so that it is replaced together.

    certificate: of the split over channels. flight_certificate: of the weeks, when they were optimised.
    """

    ideas: tuple[CampaignIdea, ...]
    channel_plans: tuple[ChannelPlan, ...]
    certificate: Certificate
    expected_outcome: Estimate
    outcome_name: str
    outcome_is_money: bool
    explanation: Explanation
    evidence: tuple[Passage, ...]
    model: Mapping[str, object] = field(default_factory=dict)
    flight_certificate: Certificate | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of everything in the plan: another plan has another. What was waived of it is no part of the plan."""
        plain = self.with_claims(lambda each: each.claim.unwaived)
        content = json.dumps(asdict(plain, dict_factory=_lasting), default=str, sort_keys=True)
        return hashlib.sha256(content.encode(errors="replace")).hexdigest()

    @property
    def by_model(self) -> bool:
        """Whether a language model wrote any of its texts."""
        authors = (*(idea.author for idea in self.ideas), *(plan.strategy_author for plan in self.channel_plans))
        return Author.AI in authors

    def spend_within(self, dates: DateRange) -> Mapping[str, Money]:
        """What each channel spends on these days, a week that lies half outside in proportion to its days."""
        spent: dict[str, Money] = {}
        for plan in self.channel_plans:
            inside = 0
            for flight in plan.flights:
                for week in flight.weekly:
                    first, last = max(week.dates.start, dates.start), min(week.dates.end, dates.end)
                    days = max((last - first).days + 1, 0)
                    inside += week.amount.amount * days // week.dates.days
            spent[plan.channel] = Money(inside, plan.budget.currency)
        return spent

    def check(self, *, brief: Brief) -> None:
        """Raise Invalid unless money adds up to the cent inside its limits and every citation stands in its source."""
        currency = brief.total_budget.currency
        spent = total((plan.budget for plan in self.channel_plans), currency=currency)
        if spent + self.certificate.unspent != brief.total_budget:
            raise Invalid(f"Channel budgets sum to {spent}, the brief's budget is {brief.total_budget}.")
        if self.certificate.unspent.amount < 0:
            raise Invalid(f"The plan spends {spent}, more than the brief's budget of {brief.total_budget}.")
        for plan in self.channel_plans:
            plan.check_limits()
            plan.check_flights()
        passages = {passage.id: passage for passage in self.evidence}
        for placed in self.claims():
            for citation in placed.claim.citations:
                passage = passages.get(citation.passage_id)
                if passage is None or not citation.stands_in(passage):
                    raise Invalid(f"A citation of {citation.passage_id} does not stand in its source.")

    def citing(self, known: Iterable[Passage]) -> Plan:
        """The plan with those passages of `known` that it cites, each once; of two with one id the later counts.

        A citation whose quote moved within its source follows it; one whose quote is gone is dropped.
        """
        wanted = {citation.passage_id for each in self.claims() for citation in each.claim.citations}
        passages = {passage.id: passage for passage in known if passage.id in wanted}
        over = self.with_claims(lambda each: each.claim.over(passages))
        return replace(over, evidence=tuple(passages.values()))

    def claims(self) -> Iterator[PlacedClaim]:
        """Everything the plan asserts, with where it does."""
        for idea in self.ideas:
            of_idea = ClaimPlace(owner=ClaimOwner.IDEA, id=idea.id)
            yield from (PlacedClaim(place=of_idea, name=idea.theme, claim=claim) for claim in idea.claims)
        for part in self.channel_plans:
            of_part = ClaimPlace(owner=ClaimOwner.CHANNEL, id=part.id)
            yield from (PlacedClaim(place=of_part, name=part.channel, claim=claim) for claim in part.claims)
        of_all = ClaimPlace(owner=ClaimOwner.EXPLANATION)
        yield from (PlacedClaim(place=of_all, name="", claim=claim) for claim in self.explanation.chain)

    def with_claims(self, change: Callable[[PlacedClaim], Claim]) -> Plan:
        """The plan with every claim as `change` makes it."""
        changed = iter([change(each) for each in self.claims()])

        def as_many(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
            return tuple(next(changed) for _ in claims)

        return replace(
            self,
            ideas=tuple(replace(idea, claims=as_many(idea.claims)) for idea in self.ideas),
            channel_plans=tuple(replace(part, claims=as_many(part.claims)) for part in self.channel_plans),
            explanation=replace(self.explanation, chain=as_many(self.explanation.chain)),
        )

    @property
    def unsupported(self) -> tuple[PlacedClaim, ...]:
        """Claims without a supporting source, waived or not."""
        return tuple(each for each in self.claims() if not each.claim.supported)


def _lasting(fields: list[tuple[str, object]]) -> dict[str, object]:
    """A record of the plan without what claims and ideas did not have when plans were first approved."""
    return {name: value for name, value in fields if name not in {"waived_by", "waived_at", "learned", "propensity"}}
