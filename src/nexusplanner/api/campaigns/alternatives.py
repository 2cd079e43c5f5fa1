"""Other texts for a plan: look at them, take them, keep the old."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request

from nexusplanner.api.campaigns import schemas
from nexusplanner.api.campaigns.idea_shaping import shape_alternative
from nexusplanner.api.campaigns.reading import campaign_of, learnt_of_ideas, read_campaign
from nexusplanner.api.edge import Edge
from nexusplanner.api.errors import problems
from nexusplanner.api.routing import (
    EdgeParts,
    GuardedRoute,
    IdempotencyKey,
    Planning,
    Reading,
    Version,
    show_current,
)
from nexusplanner.application.campaigns import alternatives as use_cases
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.shared import AlternativeId, CampaignId, IdeaId

router = APIRouter(route_class=GuardedRoute, tags=["Alternatives"])


@router.get(
    "/campaigns/{campaign_id}/alternatives", responses=problems(401, 403, 404, 429), summary="List alternatives"
)
async def list_alternatives(*, uow: Reading, edge: EdgeParts, campaign_id: UUID) -> schemas.Alternatives:
    """What regenerations offered and what was replaced, newest first: the hundred newest of the campaign."""
    found = await use_cases.list_alternatives(uow, campaign_id=CampaignId(campaign_id))
    return schemas.Alternatives(items=await _shaped(uow, found, campaign_id=campaign_id, edge=edge))


@router.post(
    "/campaigns/{campaign_id}/alternatives/{alternative_id}/accept",
    responses=problems(400, 401, 403, 404, 409, 412, 422, 428, 429),
    summary="Take an alternative",
)
async def accept_alternative(
    *,
    request: Request,
    uow: Planning,
    edge: EdgeParts,
    campaign_id: UUID,
    alternative_id: UUID,
    body: schemas.AcceptInput,
    version: Version,
    _: IdempotencyKey = None,
) -> schemas.Campaign:
    """Whole, or those of its ideas; the version is the campaign's. What it replaces stays among the alternatives."""
    show_current(request, lambda fresh: read_campaign(fresh, campaign_id, edge=edge))
    campaign = await use_cases.accept_alternative(
        uow,
        campaign_id=CampaignId(campaign_id),
        alternative_id=AlternativeId(alternative_id),
        version=version,
        ideas=None if body.ideas is None else tuple(IdeaId(each) for each in body.ideas),
        now=edge.clock.now(),
    )
    return await campaign_of(uow, campaign, edge=edge)


@router.post(
    "/campaigns/{campaign_id}/alternatives/{alternative_id}/decline",
    responses=problems(400, 401, 403, 404, 409, 422, 429),
    summary="Keep the old text",
)
async def decline_alternative(
    *, uow: Planning, edge: EdgeParts, campaign_id: UUID, alternative_id: UUID, _: IdempotencyKey = None
) -> schemas.Alternative:
    """It stays on file and can be accepted later."""
    found = await use_cases.decline_alternative(
        uow, campaign_id=CampaignId(campaign_id), alternative_id=AlternativeId(alternative_id), now=edge.clock.now()
    )
    (shaped,) = await _shaped(uow, (found,), campaign_id=campaign_id, edge=edge)
    return shaped


async def _shaped(
    uow: UnitOfWork, found: tuple[use_cases.AlternativeView, ...], *, campaign_id: UUID, edge: Edge
) -> list[schemas.Alternative]:
    campaign = await uow.campaigns.get(CampaignId(campaign_id))
    learnt = await learnt_of_ideas(uow)
    at = campaign.brief.start_date
    return [shape_alternative(each, at=at, learnt=learnt, channel_name=edge.channel_name) for each in found]
