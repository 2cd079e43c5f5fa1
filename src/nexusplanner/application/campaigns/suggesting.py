"""Scenarios from a description in words; nothing is saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nexusplanner.application.campaigns.loading import plan_of
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.campaigns import Plan
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.scenario_words import IDLE, Suggestion, Vocabulary, suggest
from nexusplanner.domain.scenarios import ScenarioTerms
from nexusplanner.domain.shared import CampaignId


async def suggest_scenario(
    uow: UnitOfWork, *, campaign_id: CampaignId, description: str, reference: ReferenceData
) -> Suggestion:
    """The terms the description asks for, from those of the brief. Raises NotFound, Conflict (NO_PLAN)."""
    uow.actor.require(Permission.READ)
    campaign = await uow.campaigns.get(campaign_id)
    plan = plan_of(campaign)
    vocabulary = Vocabulary(
        channels=_words(plan, reference=reference), amounts={each.channel: each.budget for each in plan.channel_plans}
    )
    return suggest(description, terms=ScenarioTerms.of(campaign.brief), vocabulary=vocabulary)


def _words(plan: Plan, *, reference: ReferenceData) -> Mapping[str, tuple[str, ...]]:
    """What each channel of the plan may be called, in lower case; a kind stands for all its channels."""
    words: dict[str, list[str]] = {}
    for each in plan.channel_plans:
        for word in _called(each.channel, reference=reference):
            words.setdefault(word, []).append(each.channel)
    return {word: tuple(dict.fromkeys(channels)) for word, channels in words.items()}


def _called(channel: str, *, reference: ReferenceData) -> Iterable[str]:
    yield from {channel.lower(), channel.lower().replace("_", " ")}
    known = reference.channel(channel)
    if known is not None:
        yield from {
            word.lower().replace("_", " ") for word in (known.name, known.kind, known.key, *known.aliases)
        } - IDLE
