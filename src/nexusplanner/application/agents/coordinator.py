"""The coordinator: which agent does which step, and what the ledger learns of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from nexusplanner.application.agents.creative import CreativeAgent
from nexusplanner.application.agents.decided import Decided, Record
from nexusplanner.application.agents.gathering.context import Almanac, build_context
from nexusplanner.application.agents.gathering.facts import Facts, Offer
from nexusplanner.application.agents.gathering.passages import money_words
from nexusplanner.application.agents.gathering.response import Borrow, Known, respond
from nexusplanner.application.agents.optimization import optimise, terms_of
from nexusplanner.application.agents.outputs import Allocated, Channels, Explained, Ideas, Opportunities
from nexusplanner.application.agents.reasoning import ReasoningEngine
from nexusplanner.application.agents.solving.channels import candidates, outcome_words
from nexusplanner.application.agents.solving.weeks import with_weeks
from nexusplanner.application.agents.strategy import StrategyAgent
from nexusplanner.application.agents.words.differing import answers, channel_answers
from nexusplanner.application.agents.words.learned import learned_words
from nexusplanner.application.measurement.fitting import FreshModel
from nexusplanner.application.origins import MATHEMATICS
from nexusplanner.domain.agents import BriefContext, Disliked, MarketAnalysis
from nexusplanner.domain.campaigns import Brief, CampaignIdea, ChannelPlan
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.shared import IdeaId, Money

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, kw_only=True)
class Worked(Generic[T_co]):
    """A step's output with the sentence for its follower and the records for the ledger.

    fresh: a model fitted on the way, to be filed with the output.
    """

    output: T_co
    detail: str
    records: tuple[Record, ...] = ()
    fresh: FreshModel | None = None


class BorrowFor(Protocol):
    """Makes the source of benchmark figures for one brief."""

    def __call__(self, offer: Offer) -> Borrow:
        """Figures for the brand's industry, region, currency and outcome."""
        ...


class MakesId(Protocol):
    """Gives what a run makes its id."""

    def __call__(self, name: str) -> UUID:
        """The id of what bears this name within the run, such as "idea/0"."""
        ...


class AgentCoordinator:
    """Runs one step at a time; holds no transaction and no state between steps."""

    def __init__(
        self,
        *,
        strategy: StrategyAgent,
        creative: CreativeAgent,
        reasoning: ReasoningEngine,
        reference: ReferenceData,
        borrow_for: BorrowFor,
        almanac: Almanac | None = None,
    ) -> None:
        self._strategy = strategy
        self._creative = creative
        self._reasoning = reasoning
        self._reference = reference
        self._borrow_for = borrow_for
        self._almanac = almanac

    async def gather(self, facts: Facts, *, note: str, disliked: tuple[Disliked, ...] = ()) -> Worked[BriefContext]:
        """Everything known for the brief, as passages one may cite, and what was learned."""
        context = build_context(facts, reference=self._reference, almanac=self._almanac, note=note, disliked=disliked)
        kinds = sorted({passage.kind.value.replace("_", " ") for passage in context.passages})
        without = f" The embedder took no part. {context.not_compared}" if context.not_compared else ""
        detail = f"{len(context.passages)} sources: {', '.join(kinds)}.{without}"
        found = {kind.value: len(context.of_kind(kind)) for kind in SourceKind if context.of_kind(kind)}
        record = Record(
            agent="coordinator", agent_version="1", origin=MATHEMATICS, summary=detail, output={"passages": found}
        )
        return Worked(output=context, detail=detail, records=(record,))

    async def analyse(self, context: BriefContext) -> Worked[MarketAnalysis]:
        """Clusters of what was found."""
        decided = await self._strategy.analyse(context)
        return _worked(decided, detail=f"{len(decided.value.findings)} findings.")

    async def find(self, context: BriefContext, analysis: MarketAnalysis) -> Worked[Opportunities]:
        """What is worth acting on."""
        decided = await self._strategy.opportunities(context, analysis)
        names = ", ".join(each.name for each in decided.value[:3])
        return Worked(
            output=Opportunities(opportunities=tuple(decided.value)),
            detail=f"{len(decided.value)} opportunities: {names}.",
            records=(decided.record,),
        )

    async def ideate(
        self,
        context: BriefContext,
        opportunities: Opportunities,
        *,
        count: int,
        avoid: Sequence[CampaignIdea],
        ids: MakesId,
        replaces: Sequence[CampaignIdea] = (),
    ) -> Worked[Ideas]:
        """Distinct ideas, each with its evidence and what earlier feedback changed; their ids are given by their places.

        replaces: the ideas they would take the places of.
        """
        decided = await self._creative.ideate(context, opportunities.opportunities, count=count, avoid=avoid)
        told = answers(context, decided.value, before=replaces, reference=self._reference)
        named = tuple(
            replace(
                idea,
                id=IdeaId(ids(f"idea/{place}")),
                learned=(*told[place], *idea.learned, *learned_words(context, idea)),
            )
            for place, idea in enumerate(decided.value)
        )
        themes = ", ".join(each.theme for each in named)
        differs = tuple(dict.fromkeys(line for lines in told for line in lines))
        return _ideas(replace(decided, value=named), detail=f"{len(named)} ideas: {themes}.", differs=differs)

    async def refine(self, context: BriefContext, ideas: Ideas) -> Worked[Ideas]:
        """The same ideas in the brand's voice."""
        decided = await self._creative.refine(context, ideas.ideas)
        detail = f"{len(decided.value)} ideas in the brand's voice."
        return _ideas(decided, detail=detail, differs=ideas.differs)

    async def allocate(
        self, offer: Offer, known: Known, *, committed: Mapping[str, Money] | None = None
    ) -> Worked[Allocated]:
        """Curves from the brand's model or a new fit, then the best split of the budget with its proof.

        committed: what other campaigns spend on the same days, by channel.
        """
        return await asyncio.to_thread(self._allocate, offer, known, committed or {})

    def _allocate(self, offer: Offer, known: Known, committed: Mapping[str, Money]) -> Worked[Allocated]:
        channels = candidates(offer.brief, past=known.given.past, reference=self._reference)
        response = respond(known, channels=channels, borrow=self._borrow_for(offer))
        model = response.model
        allocation = optimise(model, terms=terms_of(offer.brief, committed=committed))
        proof = allocation.certificate
        expected = outcome_words(allocation.expected_outcome, brand=offer.brand)
        record = Record(
            agent="optimization",
            agent_version="1",
            origin=MATHEMATICS,
            summary=f"{money_words(allocation.spent)} over {len(channels)} channels, {expected}, {proof.in_words}.",
            inputs={"actuals": model.input_hash},
            output={
                "budgets": {each.channel: each.budget.decimal for each in allocation.channels},
                "objective": proof.objective,
                "value": proof.value,
                "upper_bound": proof.upper_bound,
                "gap": proof.gap,
                "quality": {curve.channel: curve.quality.value for curve in model.curves},
            },
            confidence=f"{sum(curve.quality == 'measured' for curve in model.curves)} of {len(channels)} curves measured",
            seed=model.seed,
        )
        return Worked(
            output=Allocated(model=model, allocation=allocation),
            detail=f"{money_words(allocation.spent)} over {len(channels)} channels, {proof.in_words}.",
            records=(record,),
            fresh=response.fresh,
        )

    async def flight(
        self,
        brief: Brief,
        allocated: Allocated,
        *,
        before: FloatArray | None,
        beside: FloatArray | None = None,
        ids: MakesId,
    ) -> Worked[Channels]:
        """Channel plans with their weeks; before, beside: as in `FlightTerms`, for weeks to optimise."""
        found = await asyncio.to_thread(with_weeks, allocated, brief=brief, before=before, beside=beside)
        channels = replace(found, plans=tuple(replace(plan, id=ids(f"channel/{plan.channel}")) for plan in found.plans))
        weeks = sum(len(flight.weekly) for plan in channels.plans for flight in plan.flights)
        proof = f", {channels.certificate.in_words}" if channels.certificate else ""
        detail = f"{weeks} weekly amounts, exact to the cent{proof}."
        record = Record(
            agent="flighting",
            agent_version="2",
            origin=MATHEMATICS,
            summary=detail,
            output={"weekly_amounts": weeks},
        )
        return Worked(output=channels, detail=detail, records=(record,))

    async def write_strategies(
        self, context: BriefContext, ideas: Ideas, plans: Sequence[ChannelPlan]
    ) -> Worked[Channels]:
        """What each channel should do, in words; amounts untouched."""
        decided = await self._creative.strategies(context, ideas.ideas, plans)
        return Worked(
            output=Channels(
                plans=tuple(decided.value), differs=channel_answers(context, decided.value, reference=self._reference)
            ),
            detail=f"Strategies for {len(decided.value)} channels.",
            records=(decided.record,),
        )

    async def explain(
        self,
        context: BriefContext,
        *,
        analysis: MarketAnalysis,
        opportunities: Opportunities,
        ideas: Ideas,
        plans: Sequence[ChannelPlan],
        allocated: Allocated,
    ) -> Worked[Explained]:
        """Strategies, and the chain from evidence to plan."""
        written = await self.write_strategies(context, ideas, plans)
        decided = await self._reasoning.explain(
            context,
            analysis=analysis,
            opportunities=opportunities.opportunities,
            ideas=ideas.ideas,
            plans=written.output.plans,
            allocated=allocated,
        )
        return Worked(
            output=Explained(plans=written.output.plans, explanation=decided.value),
            detail=f"{len(decided.value.chain)} reasons, {len(decided.value.warnings)} warnings.",
            records=(*written.records, decided.record),
        )


def _worked(decided: Decided[T_co], *, detail: str) -> Worked[T_co]:
    return Worked(output=decided.value, detail=detail, records=(decided.record,))


def _ideas(decided: Decided[tuple[CampaignIdea, ...]], *, detail: str, differs: tuple[str, ...]) -> Worked[Ideas]:
    made = Ideas(ideas=tuple(decided.value), differs=differs)
    return Worked(output=made, detail=detail, records=(decided.record,))
