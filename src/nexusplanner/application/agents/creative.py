"""The creative agent: ideas, their wording and channel strategies, each checked against its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from nexusplanner.application.agents.checking.evidence import (
    checked_idea,
    checked_plan,
    cited_ids,
    content_hash,
    distinct,
    inputs_of,
    output_of,
    told,
)
from nexusplanner.application.agents.decided import Decided, Record
from nexusplanner.application.agents.gathering.news import idea_starts_from
from nexusplanner.application.agents.words.considering import carried, quoted
from nexusplanner.application.origins import Origin
from nexusplanner.application.ports.unit_of_work import CampaignIdeationService
from nexusplanner.domain.agents import BriefContext, Opportunity
from nexusplanner.domain.campaigns import CampaignIdea, ChannelPlan
from nexusplanner.domain.confidence import EvidenceStrength
from nexusplanner.domain.count_words import counted
from nexusplanner.domain.knowledge import Claim


class CreativeAgent:
    """Asks the provider for texts, marks what no source carries, and drops what repeats itself."""

    name = "creative"
    version = "1"

    def __init__(self, *, provider: CampaignIdeationService) -> None:
        self._provider = provider

    async def ideate(
        self, context: BriefContext, opportunities: Sequence[Opportunity], *, count: int, avoid: Sequence[CampaignIdea]
    ) -> Decided[tuple[CampaignIdea, ...]]:
        """At most `count` ideas that differ from each other and from `avoid`; those on what the brief starts from first."""
        proposed = await self._provider.ideate(context, opportunities, count=count, avoid=avoid)
        checked = [checked_idea(context, idea) for idea in proposed.value]
        kept = distinct(checked, avoid=avoid)[:count]
        kept = tuple(sorted(kept, key=lambda idea: not idea_starts_from(context, idea)))
        record = self._record(
            context,
            origin=proposed.origin,
            summary=f"{_count(kept)}: {', '.join(idea.theme for idea in kept)}.",
            claims=[claim for idea in kept for claim in idea.claims],
            alternatives=(
                *(f"Dropped as a repetition: {idea.theme}." for idea in checked if idea not in kept),
                *_unused(opportunities, kept),
                *_avoided(context),
            ),
            output=[_shown(idea) for idea in kept],
        )
        return Decided(value=kept, record=record)

    async def refine(self, context: BriefContext, ideas: Sequence[CampaignIdea]) -> Decided[tuple[CampaignIdea, ...]]:
        """The same ideas, by id, in the brand's voice."""
        proposed = await self._provider.refine(context, ideas)
        refined = {idea.id: idea for idea in proposed.value}
        kept = tuple(checked_idea(context, refined.get(idea.id, idea)) for idea in ideas)
        changed = [new.theme for old, new in zip(ideas, kept, strict=True) if told(old) != told(new)]
        reworded = counted(len(changed), "was", "were") if changed else "none was"
        voice = ", ".join(context.brand.voice) or "no voice on file"
        record = self._record(
            context,
            origin=proposed.origin,
            summary=f"{_count(kept)} read for voice ({voice}); {reworded} reworded.",
            claims=[claim for idea in kept for claim in idea.claims],
            alternatives=(),
            output=[_shown(idea) for idea in kept],
        )
        return Decided(value=kept, record=record)

    async def strategies(
        self, context: BriefContext, ideas: Sequence[CampaignIdea], plans: Sequence[ChannelPlan]
    ) -> Decided[tuple[ChannelPlan, ...]]:
        """The same channel plans with words; every number and channel is the given one, whatever the provider says."""
        proposed = await self._provider.strategies(context, ideas, plans)
        written = {plan.channel: plan for plan in proposed.value}
        kept = tuple(checked_plan(context, _worded(plan, written.get(plan.channel))) for plan in plans)
        moved = _moved(plans, proposed.value)
        record = self._record(
            context,
            origin=replace(proposed.origin, removed=(*proposed.origin.removed, *moved)),
            summary=f"Strategies for {counted(len(kept), 'channel', 'channels')}.",
            claims=[claim for plan in kept for claim in plan.claims],
            alternatives=(),
            output=[{"channel": plan.channel, "strategy": plan.strategy, "kpis": list(plan.kpis)} for plan in kept],
        )
        return Decided(value=kept, record=record)

    def _record(
        self,
        context: BriefContext,
        *,
        origin: Origin,
        summary: str,
        claims: Iterable[Claim],
        alternatives: tuple[str, ...],
        output: Sequence[Mapping[str, Any]],
    ) -> Record:
        made = tuple(claims)
        evidence = cited_ids(made)
        strength = EvidenceStrength.of_claims(made, known=context.by_id, at=context.brief.start_date)
        return Record(
            agent=self.name,
            agent_version=self.version,
            origin=replace(origin, parameters={**origin.parameters, "note": content_hash(context.note)}),
            summary=summary,
            inputs=inputs_of(context.by_id[passage_id] for passage_id in evidence),
            output=output_of(output),
            evidence=evidence,
            alternatives=alternatives,
            confidence=strength.words,
        )


def _shown(idea: CampaignIdea) -> dict[str, Any]:
    return {
        "theme": idea.theme,
        "description": idea.description,
        "core_message": idea.core_message,
        "competitive_angle": idea.competitive_angle,
        "author": idea.author.value,
    }


def _count(ideas: Sequence[CampaignIdea]) -> str:
    return counted(len(ideas), "idea", "ideas").capitalize()


def _worded(plan: ChannelPlan, written: ChannelPlan | None) -> ChannelPlan:
    """The plan with the words, and nothing else, of what was written."""
    if written is None:
        return plan
    return replace(
        plan,
        strategy=written.strategy,
        strategy_author=written.strategy_author,
        claims=written.claims,
        kpis=written.kpis,
    )


def _moved(plans: Sequence[ChannelPlan], written: Sequence[ChannelPlan]) -> tuple[str, ...]:
    """Which channels or numbers the provider changed, in words."""
    given = {plan.channel: plan for plan in plans}
    changed = [plan.channel for plan in written if plan.channel in given and _worded(given[plan.channel], plan) != plan]
    foreign = [plan.channel for plan in written if plan.channel not in given]
    return (
        *(f"numbers of {channel} that are not the plan's; the plan's stand" for channel in changed),
        *(f"the channel {channel}, which is not in the plan" for channel in foreign),
    )


def _unused(opportunities: Sequence[Opportunity], ideas: Sequence[CampaignIdea]) -> Iterable[str]:
    cited = {passage_id for passage_id, _ in quoted(ideas)}
    for one in opportunities:
        if not cited & {passage_id for passage_id, _ in carried(one.citations)}:
            yield f"Not used: {one.name}, in favour of better supported or more different ideas."


def _avoided(context: BriefContext) -> Iterable[str]:
    for past in context.past_ideas:
        if past.verdict == "dislike":
            why = f": {past.reason}" if past.reason else ""
            yield f"Kept clear of the idea {past.theme}, which the team disliked{why}."
