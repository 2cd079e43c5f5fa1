"""Texts by language models: build the prompt, ask, check, and make what stands part of the plan; rules write the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from nexusplanner.application.agents.checking.evidence import cited_ids, distinct
from nexusplanner.application.agents.checking.sieve import Settled
from nexusplanner.application.agents.drafts import (
    AnalysisDraft,
    IdeasDraft,
    OpportunitiesDraft,
    RefinementsDraft,
    StrategiesDraft,
)
from nexusplanner.application.agents.ideation import OnIdeas
from nexusplanner.application.agents.prompting import settling
from nexusplanner.application.agents.prompting.asking import answered, fallen_back
from nexusplanner.application.agents.prompting.building import PromptBuilder
from nexusplanner.application.agents.prompting.following import following
from nexusplanner.application.agents.prompting.material import (
    avoid_blocks,
    channel_blocks,
    choices_of,
    copy_limits,
    finding_blocks,
    idea_blocks,
    opportunity_blocks,
    sources_of,
)
from nexusplanner.application.origins import Origin, Proposed
from nexusplanner.application.ports.models import Asked, ModelDesk, Prompt, Question
from nexusplanner.application.ports.unit_of_work import CampaignIdeationService
from nexusplanner.domain.agents import BriefContext, MarketAnalysis, Opportunity
from nexusplanner.domain.ai import TextStep
from nexusplanner.domain.campaigns import CampaignIdea, ChannelPlan
from nexusplanner.domain.reference import ReferenceData

T = TypeVar("T")
V = TypeVar("V")

LEAST_TOKENS, TOKENS_EACH, MOST_TOKENS = 1_000, 900, 16_000
"""An idea with its claims takes 400 to 700 tokens."""
LEAST_SHARE = 0.001
"""Below this part of the budget a channel has no work to describe; rules say so."""


def room_for(items: int) -> int:
    """Tokens an answer of so many ideas or strategies may take; one that is cut off would be lost as a whole."""
    return min(LEAST_TOKENS + TOKENS_EACH * items, MOST_TOKENS)


@dataclass(frozen=True, kw_only=True)
class _Said(Generic[V]):
    """What became of a question: what stands of the answer, None when there is none, and where it comes from."""

    settled: Settled[V] | None
    asked: Asked[Any]
    origin: Origin


class WrittenIdeation:
    """A `CampaignIdeationService` that asks a model first and takes over only its words.

    Numbers, ids, dates, segments and channels are ours; what cannot stand is dropped and counted, and rules write
    what is missing. on_ideas: follows the ideas while they are written.
    """

    def __init__(
        self,
        *,
        desk: ModelDesk,
        rules: CampaignIdeationService,
        builder: PromptBuilder,
        reference: ReferenceData,
        on_ideas: OnIdeas | None = None,
    ) -> None:
        self._desk = desk
        self._rules = rules
        self._builder = builder
        self._reference = reference
        self._on_ideas = on_ideas

    async def analyse(self, context: BriefContext) -> Proposed[MarketAnalysis]:
        """Clusters of what was found, each with citations."""
        prompt = self._builder.build(TextStep.ANALYSE, context)
        said = await self._ask(
            TextStep.ANALYSE, prompt, output=AnalysisDraft, settle=lambda draft: settling.findings(context, draft)
        )
        if said.settled is None:
            return fallen_back(await self._rules.analyse(context), asked=said.asked, prompt=prompt)
        return Proposed(value=MarketAnalysis(findings=said.settled.value), origin=said.origin)

    async def opportunities(self, context: BriefContext, analysis: MarketAnalysis) -> Proposed[Sequence[Opportunity]]:
        """What is worth acting on, strongest first."""
        prompt = self._builder.build(
            TextStep.FIND,
            context,
            given=finding_blocks(analysis),
            choices={"segments": [segment.name for segment in context.segments]},
            first=[citation.passage_id for finding in analysis.findings for citation in finding.citations],
        )
        said = await self._ask(
            TextStep.FIND,
            prompt,
            output=OpportunitiesDraft,
            settle=lambda draft: settling.opportunities(context, draft),
        )
        if said.settled is None:
            return fallen_back(await self._rules.opportunities(context, analysis), asked=said.asked, prompt=prompt)
        return Proposed(value=said.settled.value, origin=said.origin)

    async def ideate(
        self, context: BriefContext, opportunities: Sequence[Opportunity], *, count: int, avoid: Sequence[CampaignIdea]
    ) -> Proposed[Sequence[CampaignIdea]]:
        """`count` distinct ideas; rules write those that the model's answer lacks, and each says who wrote it."""
        choices = choices_of(context, reference=self._reference)
        prompt = self._builder.build(
            TextStep.IDEATE,
            context,
            task={"ideas wanted": str(count)},
            given=(*opportunity_blocks(opportunities), *avoid_blocks(avoid)),
            choices={
                "segments": choices.segments,
                "channels": choices.channels,
                "framework": choices.frameworks,
                "angle": choices.angles,
            },
            first=[citation.passage_id for one in opportunities for citation in one.citations],
        )
        said = await self._ask(
            TextStep.IDEATE,
            prompt,
            output=IdeasDraft,
            settle=lambda draft: settling.ideas(context, draft, choices=choices, count=count, avoid=avoid),
            items=count,
            partial=following(context, tell=self._on_ideas) if self._on_ideas else None,
        )
        if said.settled is None:
            rules = await self._rules.ideate(context, opportunities, count=count, avoid=avoid)
            return fallen_back(rules, asked=said.asked, prompt=prompt)
        kept = said.settled.value
        if len(kept) == count:
            return Proposed(value=kept, origin=said.origin)
        more = await self._rules.ideate(context, opportunities, count=count, avoid=(*avoid, *kept))
        added = distinct(more.value, avoid=(*avoid, *kept))[: count - len(kept)]
        why = f"{len(kept)} of {count} ideas of the model could stand; rules wrote {len(added)}."
        return Proposed(value=(*kept, *added), origin=replace(said.origin, fallback_reason=why))

    async def refine(self, context: BriefContext, ideas: Sequence[CampaignIdea]) -> Proposed[Sequence[CampaignIdea]]:
        """The same ideas in the brand's voice; rules take banned claims out of whatever comes of it."""
        given = {f"idea:{number}": idea for number, idea in enumerate(ideas, start=1)}
        cited = cited_ids(claim for idea in ideas for claim in idea.claims)
        prompt = self._builder.build(TextStep.REFINE, context, given=idea_blocks(given), among=cited, first=cited)
        said = await self._ask(
            TextStep.REFINE,
            prompt,
            output=RefinementsDraft,
            settle=lambda draft: settling.refined(context, draft, given=given),
            items=len(ideas),
        )
        if said.settled is None:
            return fallen_back(await self._rules.refine(context, ideas), asked=said.asked, prompt=prompt)
        calm = await self._rules.refine(context, said.settled.value)
        return Proposed(value=calm.value, origin=said.origin)

    async def strategies(
        self, context: BriefContext, ideas: Sequence[CampaignIdea], plans: Sequence[ChannelPlan]
    ) -> Proposed[Sequence[ChannelPlan]]:
        """The same channel plans with words; a channel the model has nothing usable for gets the rules' words."""
        rules = await self._rules.strategies(context, ideas, plans)
        least = LEAST_SHARE * context.brief.total_budget.amount
        working = [plan for plan in plans if plan.budget.amount > least]
        if not working:
            return rules
        sources = sources_of(ideas, working, reference=self._reference, context=context)
        prompt = self._builder.build(
            TextStep.STRATEGIES,
            context,
            given=(
                *channel_blocks(working, reference=self._reference),
                *idea_blocks({f"idea:{number}": idea for number, idea in enumerate(ideas, start=1)}),
            ),
            choices={"channels": [plan.channel for plan in working]},
            among=sources,
            first=sources,
        )
        limits = copy_limits(working, reference=self._reference)
        said = await self._ask(
            TextStep.STRATEGIES,
            prompt,
            output=StrategiesDraft,
            settle=lambda draft: settling.strategies(context, draft, plans=working, limits=limits),
            items=len(working),
        )
        if said.settled is None:
            return fallen_back(rules, asked=said.asked, prompt=prompt)
        found = said.settled.value
        missing = sum(plan.channel not in found for plan in working)
        why = (
            f"The model had nothing usable for {missing} of {len(working)} channels; rules wrote these."
            if missing
            else ""
        )
        kept = tuple(settling.with_words(plan, found.get(plan.channel)) for plan in rules.value)
        return Proposed(value=kept, origin=replace(said.origin, fallback_reason=why))

    async def _ask(
        self,
        step: TextStep,
        prompt: Prompt,
        *,
        output: type[T],
        settle: Callable[[T], Settled[V]],
        items: int = 4,
        partial: Callable[[T], Awaitable[None]] | None = None,
    ) -> _Said[V]:
        judged: list[tuple[T, Settled[V]]] = []

        def check(draft: T) -> T:
            settled = settle(draft)
            settled.require()
            judged.append((draft, settled))
            return draft

        question = Question(
            step=step, prompt=prompt, output=output, check=check, partial=partial, most_tokens=room_for(items)
        )
        asked = await self._desk.ask(question)
        if asked.answer is None:
            return _Said(settled=None, asked=asked, origin=Origin())
        value = asked.answer.value
        settled = next((settled for draft, settled in judged if draft is value), None) or settle(value)
        return _Said(settled=settled, asked=asked, origin=answered(asked, question=question, removed=settled.in_words))
