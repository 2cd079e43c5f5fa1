"""What a step works on, as blocks of a prompt, and what may be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nexusplanner.application.agents.checking.evidence import cited_ids
from nexusplanner.application.agents.gathering.context import sells_to_business
from nexusplanner.application.agents.prompting.building import Given
from nexusplanner.application.agents.prompting.settling import Choices
from nexusplanner.application.agents.words.blamed import blamed_in, without
from nexusplanner.domain.agents import BriefContext, MarketAnalysis, Opportunity
from nexusplanner.domain.campaigns import CampaignIdea, ChannelPlan
from nexusplanner.domain.knowledge import Citation, SourceKind
from nexusplanner.domain.reference import CopyLimit, ReferenceData

MOST_SUITED = 6
MOST_AVOIDED = 12


def finding_blocks(analysis: MarketAnalysis) -> tuple[Given, ...]:
    """What was found, with the ids of its sources."""
    return tuple(
        Given(name="finding", text=f"{one.topic}: {one.text} Sources: {_ids(one.citations)}")
        for one in analysis.findings
    )


def opportunity_blocks(opportunities: Sequence[Opportunity]) -> tuple[Given, ...]:
    """What is worth acting on, with the ids of its sources."""
    return tuple(
        Given(name="opportunity", text=f"{one.name}. {one.description} Sources: {_ids(one.citations)}")
        for one in opportunities
    )


def avoid_blocks(ideas: Sequence[CampaignIdea]) -> tuple[Given, ...]:
    """Ideas that must not come again."""
    return tuple(Given(name="avoid", text=f"{idea.theme}. {idea.description}") for idea in ideas[:MOST_AVOIDED])


def idea_blocks(ideas: Mapping[str, CampaignIdea]) -> tuple[Given, ...]:
    """Ideas by the id under which a model refers to them."""
    return tuple(
        Given(
            name="idea",
            id=name,
            text=f"theme: {idea.theme}\ndescription: {idea.description}\ncore_message: {idea.core_message}\n"
            f"competitive_angle: {idea.competitive_angle}",
        )
        for name, idea in ideas.items()
    )


def channel_blocks(plans: Sequence[ChannelPlan], *, reference: ReferenceData) -> tuple[Given, ...]:
    """Channels with their part of the money in words, their formats and their limits."""
    largest = max((plan.budget.amount for plan in plans), default=0)
    blocks = []
    for plan in plans:
        profile = reference.channel(plan.channel)
        part = "a large part" if 2 * plan.budget.amount >= largest else "a smaller part"
        lines = [f"It gets {part} of the money."]
        if profile is not None:
            lines.append(f"{profile.name} {profile.role}.")
            lines.append(f"Formats: {', '.join(profile.formats)}.")
            lines.extend(f"Limit: {limit.field} at most {limit.at_most} {limit.unit}." for limit in profile.limits)
        blocks.append(Given(name="channel", id=plan.channel, text="\n".join(lines)))
    return tuple(blocks)


def copy_limits(plans: Sequence[ChannelPlan], *, reference: ReferenceData) -> Mapping[str, tuple[CopyLimit, ...]]:
    """How long the texts of each channel may be."""
    profiles = {plan.channel: reference.channel(plan.channel) for plan in plans}
    return {channel: profile.limits for channel, profile in profiles.items() if profile is not None}


def sources_of(
    ideas: Sequence[CampaignIdea], plans: Sequence[ChannelPlan], *, reference: ReferenceData, context: BriefContext
) -> tuple[str, ...]:
    """Ids of the passages a strategy may rest on: records and benchmarks of the channels, and what the ideas cite."""
    names = {plan.channel for plan in plans}
    records = [one.id for one in context.of_kind(SourceKind.ACTUALS) if one.id.rsplit(":", 1)[-1] in names]
    keys = dict.fromkeys(key for plan in plans if (key := reference.key_of(plan.channel)))
    benchmarks = [f"benchmark:{row.key}" for key in keys for row in reference.benchmarks_of(key)]
    profiles = [f"benchmark:channel.{key}" for key in keys]
    cited = cited_ids(claim for idea in ideas for claim in idea.claims)
    return tuple(dict.fromkeys((*records, *benchmarks, *profiles, *cited)))


def choices_of(context: BriefContext, *, reference: ReferenceData) -> Choices:
    """What ideas may choose among: known segments, the channels of the brief or of the record, frameworks, angles.

    What a disliked idea is blamed for is left out, as long as anything else is left.
    """
    recorded = [passage.id.rsplit(":", 1)[-1] for passage in context.of_kind(SourceKind.ACTUALS)]
    blamed = blamed_in(context.disliked)
    return Choices(
        segments=tuple(segment.name for segment in context.segments),
        channels=without(
            tuple(context.brief.channels or recorded or _suited(context, reference=reference)), blamed.channels
        ),
        frameworks=without(tuple(framework.key for framework in reference.frameworks), blamed.frameworks),
        angles=without(tuple(angle.key for angle in reference.angles), blamed.angles),
    )


def _suited(context: BriefContext, *, reference: ReferenceData) -> list[str]:
    service = context.service
    business = sells_to_business(context.brief.target_audience, service.target_audience, service.category)
    fit = sorted(reference.channels, key=lambda one: -(one.business if business else one.consumer))
    return [channel.key for channel in fit[:MOST_SUITED]]


def _ids(citations: Sequence[Citation]) -> str:
    return ", ".join(dict.fromkeys(citation.passage_id for citation in citations))
