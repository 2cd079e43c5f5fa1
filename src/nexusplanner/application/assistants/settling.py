"""Accepting and declining what an assistant offered, with the person's own rights."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from nexusplanner.application.campaigns import (
    create_campaign,
    create_scenario,
    regenerate_idea,
    regenerate_ideas,
    save_allocation,
)
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.sessions import Draft, DraftKind, DraftState, Message
from nexusplanner.domain.shared import Conflict, DraftId, NotFound, SessionId, VersionConflict

STALE = "DRAFT_STALE"
Doing = Callable[[UnitOfWork, Draft, datetime], Awaitable[str]]
"""Does what a draft says and gives the path of what came of it."""


async def accept_draft(uow: UnitOfWork, *, session_id: SessionId, draft_id: DraftId, now: datetime) -> Draft:
    """Do what the draft says, once, if its campaign is as it was when it was offered.

    Raises: NotFound, Forbidden, Conflict (DRAFT_STATE, DRAFT_STALE, and what the use case refuses), Invalid.
    """
    uow.actor.require(Permission.PLAN)
    message = await _message(uow, session_id=session_id, draft_id=draft_id)
    draft = message.draft(draft_id)
    draft.require(DraftState.ACCEPTED)
    try:
        link = await _DOING[draft.kind](uow, draft, now)
    except VersionConflict as conflict:
        raise _stale() from conflict
    done = draft.accepted(link=link)
    message.settle(done)
    await uow.flush()
    return done


async def decline_draft(uow: UnitOfWork, *, session_id: SessionId, draft_id: DraftId) -> Draft:
    """Turn the draft down; the conversation remembers it. Raises: NotFound, Conflict (DRAFT_STATE)."""
    uow.actor.require(Permission.READ)
    message = await _message(uow, session_id=session_id, draft_id=draft_id)
    declined = message.draft(draft_id).declined()
    message.settle(declined)
    await uow.flush()
    return declined


async def _message(uow: UnitOfWork, *, session_id: SessionId, draft_id: DraftId) -> Message:
    """The message that offers the draft; nobody else settles drafts of the session until this transaction ends."""
    await uow.sessions.get(session_id, lock=True)
    for message in await uow.sessions.messages(session_id):
        if any(draft.id == draft_id for draft in message.drafts):
            return message
    raise NotFound.of("draft", draft_id)


def _stale() -> Conflict:
    return Conflict(
        "The campaign was changed since this was offered. Ask again to see what the change would do now.", code=STALE
    )


async def _campaign(uow: UnitOfWork, draft: Draft) -> Campaign:
    """The campaign as it was when the draft was offered. Raises Conflict (DRAFT_STALE)."""
    try:
        campaign = await uow.campaigns.get(draft.campaign_id) if draft.campaign_id else None
    except NotFound as missing:
        raise _stale() from missing
    if campaign is None or campaign.version != draft.campaign_version:
        raise _stale()
    return campaign


async def _brief(uow: UnitOfWork, draft: Draft, now: datetime) -> str:
    if draft.brief is None:
        raise _stale()
    campaign = await create_campaign(uow, brief=draft.brief, name=draft.name, now=now)
    return f"/campaigns/{campaign.id}"


async def _scenario(uow: UnitOfWork, draft: Draft, now: datetime) -> str:
    campaign = await _campaign(uow, draft)
    if draft.terms is None:
        raise _stale()
    await create_scenario(uow, campaign_id=campaign.id, name=draft.name, terms=draft.terms, now=now)
    return f"/campaigns/{campaign.id}/scenarios"


async def _limits(uow: UnitOfWork, draft: Draft, now: datetime) -> str:
    campaign = await _campaign(uow, draft)
    terms = draft.terms
    if terms is None:
        raise _stale()
    await save_allocation(
        uow,
        campaign_id=campaign.id,
        version=campaign.version,
        total_budget=terms.total_budget,
        limits=terms.limits,
        groups=terms.groups,
        goal=terms.goal,
        reason=draft.note,
        now=now,
    )
    return f"/campaigns/{campaign.id}/budget"


async def _redo_ideas(uow: UnitOfWork, draft: Draft, now: datetime) -> str:
    campaign = await _campaign(uow, draft)
    run = await regenerate_ideas(uow, campaign_id=campaign.id, note=draft.note, now=now)
    return f"/runs/{run.id}"


async def _redo_idea(uow: UnitOfWork, draft: Draft, now: datetime) -> str:
    campaign = await _campaign(uow, draft)
    if draft.idea_id is None:
        raise _stale()
    run = await regenerate_idea(uow, campaign_id=campaign.id, idea_id=draft.idea_id, note=draft.note, now=now)
    return f"/runs/{run.id}"


_DOING: Mapping[DraftKind, Doing] = {
    DraftKind.BRIEF: _brief,
    DraftKind.SCENARIO: _scenario,
    DraftKind.LIMITS: _limits,
    DraftKind.REDO_IDEAS: _redo_ideas,
    DraftKind.REDO_IDEA: _redo_idea,
}
