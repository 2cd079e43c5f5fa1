"""Alternatives: file what a run offers, take it into the plan, or keep the old."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from nexusplanner.application.editing import require_version
from nexusplanner.application.ledger.decisions import record_change
from nexusplanner.application.outcomes.proposals import note_left, note_taken, propose_alternative
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.alternatives import (
    Alternative,
    AlternativeKind,
    AlternativeState,
    Taken,
    Texts,
    replaced_by,
)
from nexusplanner.domain.campaigns import Campaign, CampaignIdea
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.outcomes import ASKED_AGAIN
from nexusplanner.domain.shared import AlternativeId, CampaignId, IdeaId

IDEAS_ANEW = "Ideas were made anew after the explanation was written: it may still speak of the ones before."
MOST_AVOIDED = 24
"""Ideas on file that another idea must not be like, the newest."""


@dataclass(frozen=True, kw_only=True)
class AlternativeView:
    """An alternative, and what shows of it beside the plan as it is."""

    alternative: Alternative
    state: AlternativeState


async def list_alternatives(uow: UnitOfWork, *, campaign_id: CampaignId) -> tuple[AlternativeView, ...]:
    """All of the campaign that are shown, newest first. Raises NotFound."""
    uow.actor.require(Permission.READ)
    campaign = await uow.campaigns.get(campaign_id)
    return tuple(_view(each, campaign) for each in await uow.alternatives.of_campaign(campaign_id))


async def open_alternatives(uow: UnitOfWork, campaign: Campaign) -> tuple[AlternativeView, ...]:
    """Those of the campaign that wait for a decision and still fit its plan, newest first."""
    found = (_view(each, campaign) for each in await uow.alternatives.of_campaign(campaign.id, only_open=True))
    return tuple(view for view in found if view.state is AlternativeState.OPEN)


async def offered_ideas(uow: UnitOfWork, campaign: Campaign) -> tuple[CampaignIdea, ...]:
    """Ideas that were offered for the campaign before and are not in its plan, the newest `MOST_AVOIDED`."""
    standing = {idea.id for idea in campaign.plan.ideas} if campaign.plan else set()
    on_file = await uow.alternatives.of_campaign(campaign.id)
    return tuple(idea for each in on_file for idea in each.after.ideas if idea.id not in standing)[:MOST_AVOIDED]


async def file_alternative(uow: UnitOfWork, campaign: Campaign, alternative: Alternative, *, now: datetime) -> None:
    """Keep what a run offers; an open one for the same part gives way, as another was asked for instead."""
    for older in await uow.alternatives.of_campaign(alternative.campaign_id, only_open=True):
        if older.target == alternative.target:
            older.keep_old(at=now)
            await note_left(uow, older, why=ASKED_AGAIN, now=now)
    uow.alternatives.add(alternative)
    propose_alternative(uow, campaign, alternative, now=now)
    await uow.flush()


async def accept_alternative(
    uow: UnitOfWork,
    *,
    campaign_id: CampaignId,
    alternative_id: AlternativeId,
    version: int,
    ideas: Collection[IdeaId] | None = None,
    now: datetime,
) -> Campaign:
    """Put the alternative into the plan, whole or those of its ideas; what it replaces stays on file as one.

    What stands in the plan already changes nothing. version: of the campaign. Raises: NotFound, VersionConflict,
    Conflict (NO_PLAN, ALTERNATIVE_OUTDATED, CAMPAIGN_STATUS), Invalid for ideas the alternative does not have.
    """
    uow.actor.require(Permission.PLAN)
    campaign = await uow.campaigns.get(campaign_id)
    found = await uow.alternatives.get(alternative_id, campaign_id=campaign_id)
    plan = campaign.require_plan()
    if found.has_taken(plan, choice=ideas):
        return campaign
    require_version(campaign, version=version)
    taken = found.take(plan, choice=ideas, at=now)
    if found.kind is not AlternativeKind.STRATEGIES:
        outdated = taken.plan.explanation.outdated(IDEAS_ANEW)
        taken = replace(taken, plan=replace(taken.plan, explanation=outdated))
    campaign.take_plan(taken.plan, at=now)
    on_file = await uow.alternatives.of_campaign(campaign_id)
    for other in on_file:
        if other is not found:
            other.follow(taken, other=found, at=now)
    gone = replaced_by(found, taken, plan=plan, on_file=on_file, at=now)
    if gone is not None:
        uow.alternatives.add(gone)
    await note_taken(uow, campaign, found, taken, now=now)
    await record_change(
        uow,
        campaign,
        step="accept_alternative",
        summary=_accepted_words(found, taken),
        now=now,
        before=_changed(found.before, taken, old=True),
        after=_changed(found.after, taken, old=False),
        reason=found.note,
    )
    await uow.flush()
    return campaign


async def decline_alternative(
    uow: UnitOfWork, *, campaign_id: CampaignId, alternative_id: AlternativeId, now: datetime
) -> AlternativeView:
    """Keep what stands in the plan; saying so again changes nothing. Raises NotFound, Conflict (ALTERNATIVE_STATE)."""
    uow.actor.require(Permission.PLAN)
    campaign = await uow.campaigns.get(campaign_id)
    found = await uow.alternatives.get(alternative_id, campaign_id=campaign_id)
    was = found.state
    found.keep_old(at=now)
    if was is AlternativeState.OPEN:
        await note_left(uow, found, why="The old text was kept.", now=now)
        await record_change(
            uow,
            campaign,
            step="decline_alternative",
            summary=f"{_named(found.before)} was kept instead of {_named(found.after)}.",
            now=now,
            before=_told(found.before),
            after=_told(found.after),
            reason=found.note,
        )
    await uow.flush()
    return _view(found, campaign)


def _view(alternative: Alternative, campaign: Campaign) -> AlternativeView:
    return AlternativeView(alternative=alternative, state=alternative.state_over(campaign.plan))


def _named(texts: Texts) -> str:
    names = [f"“{idea.theme}”" for idea in texts.ideas]
    if not names:
        return "the wording of the channel strategies"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _told(texts: Texts) -> Mapping[str, Any]:
    if texts.channels:
        return {"strategies": {each.channel: each.strategy for each in texts.channels}}
    return {"ideas": [{"id": str(idea.id), "theme": idea.theme, "text": idea.prose} for idea in texts.ideas]}


def _changed(texts: Texts, taken: Taken, *, old: bool) -> Mapping[str, Any]:
    """Of ideas those that left or came, of strategies all."""
    sides = (swap.old if old else swap.new for swap in taken.swaps)
    return _told(texts if texts.channels else Texts(ideas=tuple(idea for idea in sides if idea)))


def _accepted_words(alternative: Alternative, taken: Taken) -> str:
    if alternative.kind is AlternativeKind.STRATEGIES:
        return "Another wording of the channel strategies was accepted."
    came = _named(Texts(ideas=tuple(swap.new for swap in taken.swaps if swap.new)))
    left = tuple(swap.old for swap in taken.swaps if swap.old)
    return f"{came} was accepted in place of {_named(Texts(ideas=left))}." if left else f"{came} was added."
