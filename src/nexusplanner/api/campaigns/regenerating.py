"""Other texts for a plan: ask for another idea, other ideas or other channel strategies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from nexusplanner.api.campaigns import schemas
from nexusplanner.api.campaigns.waiting import STARTS_RUN, Prefer, answer_with_run
from nexusplanner.api.routing import EdgeParts, Generating, GuardedRoute, IdempotencyKey
from nexusplanner.api.runs import Run
from nexusplanner.application import campaigns as use_cases
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain import runs
from nexusplanner.domain.shared import CampaignId, IdeaId

router = APIRouter(route_class=GuardedRoute, tags=["Campaigns"])

Start = Callable[..., Awaitable[runs.Run]]
"""A use case that starts a run for a campaign, with a note."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request for other texts, from all its parts."""

    request: Request
    edge: EdgeParts
    note: str
    prefer: str | None


async def _asked(
    *,
    request: Request,
    edge: EdgeParts,
    body: schemas.NoteInput,
    prefer: Prefer = None,
    _: IdempotencyKey = None,
) -> Asked:
    return Asked(request=request, edge=edge, note=body.note, prefer=prefer)


Asking = Annotated[Asked, Depends(_asked)]


async def _start(uow: UnitOfWork, asked: Asked, start: Start, *, campaign_id: UUID, **more: IdeaId) -> Response:
    now = asked.edge.clock.now()
    run = await start(uow, campaign_id=CampaignId(campaign_id), note=asked.note, now=now, **more)
    return await answer_with_run(asked.request, uow, run, prefer=asked.prefer)


@router.post(
    "/campaigns/{campaign_id}/ideas/regenerate",
    status_code=202,
    response_model=Run,
    responses=STARTS_RUN,
    summary="Think of other ideas",
)
async def regenerate_ideas(*, uow: Generating, asked: Asking, campaign_id: UUID) -> Response:
    """They are offered as an alternative; the plan stays until it is accepted."""
    return await _start(uow, asked, use_cases.regenerate_ideas, campaign_id=campaign_id)


@router.post(
    "/campaigns/{campaign_id}/ideas/{idea_id}/regenerate",
    status_code=202,
    response_model=Run,
    responses=STARTS_RUN,
    summary="Think of another idea in place of one",
)
async def regenerate_idea(*, uow: Generating, asked: Asking, campaign_id: UUID, idea_id: UUID) -> Response:
    """It is offered as an alternative; the plan stays until it is accepted."""
    return await _start(uow, asked, use_cases.regenerate_idea, campaign_id=campaign_id, idea_id=IdeaId(idea_id))


@router.post(
    "/campaigns/{campaign_id}/channel-strategies/regenerate",
    status_code=202,
    response_model=Run,
    responses=STARTS_RUN,
    summary="Write the channel strategies anew",
)
async def regenerate_strategies(*, uow: Generating, asked: Asking, campaign_id: UUID) -> Response:
    """They are offered as an alternative; the plan stays until it is accepted, and amounts stay in any case."""
    return await _start(uow, asked, use_cases.regenerate_strategies, campaign_id=campaign_id)
