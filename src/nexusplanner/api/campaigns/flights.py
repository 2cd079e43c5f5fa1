"""The weeks of a campaign: other rules to try, the flights that are kept, and what the weeks should bring."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request

from nexusplanner.api.campaigns import schemas
from nexusplanner.api.campaigns.flight_shaping import placed_flights, shape_flighting, shape_forecast, shocks_of
from nexusplanner.api.campaigns.reading import campaign_of, read_campaign
from nexusplanner.api.errors import problems
from nexusplanner.api.routing import EdgeParts, GuardedRoute, Planning, Reading, Version, show_current
from nexusplanner.application import campaigns as use_cases
from nexusplanner.domain.shared import CampaignId, ScenarioId

router = APIRouter(route_class=GuardedRoute, tags=["Flights"])


@router.post(
    "/campaigns/{campaign_id}/flights/preview",
    responses=problems(400, 401, 403, 404, 409, 422, 429),
    summary="Try other weeks",
)
async def preview_flights(
    *, uow: Reading, edge: EdgeParts, campaign_id: UUID, body: schemas.FlightsPreviewInput
) -> schemas.Flighting:
    """Nothing is saved."""
    found = await use_cases.preview_flights(
        uow, campaign_id=CampaignId(campaign_id), rules=body.flighting.rules(), keep_budgets=body.keep_budgets
    )
    return shape_flighting(found, channel_name=edge.channel_name)


@router.put(
    "/campaigns/{campaign_id}/flights",
    responses=problems(400, 401, 403, 404, 409, 412, 422, 428, 429),
    summary="Keep flights",
)
async def save_flights(
    *, request: Request, uow: Planning, edge: EdgeParts, campaign_id: UUID, body: schemas.FlightsInput, version: Version
) -> schemas.Campaign:
    """Made by rules, or as a person placed them; the channels' budgets stay."""
    show_current(request, lambda fresh: read_campaign(fresh, campaign_id, edge=edge))
    campaign = await use_cases.save_flights(
        uow,
        campaign_id=CampaignId(campaign_id),
        version=version,
        rules=body.flighting.rules() if body.flighting else None,
        placed=placed_flights(body.channels) if body.channels else None,
        reason=body.reason,
        now=edge.clock.now(),
    )
    return await campaign_of(uow, campaign, edge=edge)


@router.post(
    "/campaigns/{campaign_id}/forecast",
    responses=problems(400, 401, 403, 404, 409, 422, 429),
    summary="Forecast a campaign",
)
async def forecast_campaign(
    *, uow: Reading, edge: EdgeParts, campaign_id: UUID, body: schemas.ForecastInput
) -> schemas.Forecast:
    """By channel and week, under changed costs when some are sent; nothing is saved."""
    found = await use_cases.forecast_campaign(
        uow,
        campaign_id=CampaignId(campaign_id),
        shocks=shocks_of(body.shocks),
        scenario_id=ScenarioId(body.scenario_id) if body.scenario_id else None,
    )
    return shape_forecast(found, channel_name=edge.channel_name)
