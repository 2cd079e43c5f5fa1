"""The budget of a campaign: its response curves, other limits to try, and the allocation that is kept."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request

from nexusplanner.api.campaigns import schemas
from nexusplanner.api.campaigns.reading import campaign_of, read_campaign
from nexusplanner.api.campaigns.shaping import shape_curves, shape_stands_on
from nexusplanner.api.errors import problems
from nexusplanner.api.routing import EdgeParts, GuardedRoute, Planning, Reading, Version, show_current
from nexusplanner.api.shapes import minor
from nexusplanner.application import campaigns as use_cases
from nexusplanner.domain.shared import CampaignId

router = APIRouter(route_class=GuardedRoute, tags=["Budget"])


@router.get(
    "/campaigns/{campaign_id}/curves",
    responses=problems(401, 403, 404, 409, 429),
    summary="Read the response curves of a campaign",
)
async def get_curves(*, uow: Reading, edge: EdgeParts, campaign_id: UUID) -> schemas.Curves:
    """Totals over the campaign, in major units."""
    found = await use_cases.curves_of(uow, campaign_id=CampaignId(campaign_id))
    return shape_curves(found, channel_name=edge.channel_name)


@router.get(
    "/campaigns/{campaign_id}/newer-model",
    responses=problems(401, 403, 404, 409, 422, 429),
    summary="Read what another model would change",
)
async def get_newer_model(*, uow: Reading, campaign_id: UUID) -> schemas.StandsOn:
    """Nothing is saved; `newest_model` of a kept allocation computes the plan on it."""
    found = await use_cases.newer_model(uow, campaign_id=CampaignId(campaign_id))
    return shape_stands_on(found)


@router.post(
    "/campaigns/{campaign_id}/allocation/preview",
    responses=problems(400, 401, 403, 404, 409, 422, 429),
    summary="Try other limits",
)
async def preview_allocation(*, uow: Reading, campaign_id: UUID, body: schemas.AllocationInput) -> schemas.Allocation:
    """Nothing is saved."""
    found = await use_cases.preview_allocation(
        uow,
        campaign_id=CampaignId(campaign_id),
        total_budget=minor(body.total_budget),
        limits=tuple(limit.limit() for limit in body.limits),
        groups=body.given_groups(),
        goal=body.given_goal(),
    )
    return schemas.Allocation.model_validate(found)


@router.put(
    "/campaigns/{campaign_id}/allocation",
    responses=problems(400, 401, 403, 404, 409, 412, 422, 428, 429),
    summary="Keep an allocation under other limits",
)
async def save_allocation(
    *,
    request: Request,
    uow: Planning,
    edge: EdgeParts,
    campaign_id: UUID,
    body: schemas.AllocationChange,
    version: Version,
) -> schemas.Campaign:
    """Budgets, flights, forecast and certificate are computed anew."""
    show_current(request, lambda fresh: read_campaign(fresh, campaign_id, edge=edge))
    campaign = await use_cases.save_allocation(
        uow,
        campaign_id=CampaignId(campaign_id),
        version=version,
        total_budget=minor(body.total_budget),
        limits=tuple(limit.limit() for limit in body.limits),
        groups=body.given_groups(),
        goal=body.given_goal(),
        newest_model=body.newest_model,
        reason=body.reason,
        now=edge.clock.now(),
    )
    return await campaign_of(uow, campaign, edge=edge)
