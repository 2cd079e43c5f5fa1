"""Campaigns: list, read, create, edit, move and delete; generate and regenerate."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from nexusplanner.api.campaigns import schemas
from nexusplanner.api.campaigns.reading import campaign_of, read_campaign, runs_going_on, shape_row
from nexusplanner.api.campaigns.waiting import STARTS_RUN, Prefer, answer_with_run
from nexusplanner.api.errors import problems
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import (
    EdgeParts,
    Generating,
    GuardedRoute,
    IdempotencyKey,
    Planning,
    Reading,
    Version,
    show_current,
)
from nexusplanner.api.runs import Run
from nexusplanner.api.shapes import Page
from nexusplanner.application import campaigns as use_cases
from nexusplanner.domain.campaigns import CampaignStatus
from nexusplanner.domain.shared import BrandId, CampaignId, IdeaId, ServiceId

router = APIRouter(route_class=GuardedRoute, tags=["Campaigns"])

_EDIT = problems(400, 401, 403, 404, 409, 412, 422, 428, 429)


@router.post(
    "/campaigns/generate", status_code=202, response_model=Run, responses=STARTS_RUN, summary="Generate a campaign"
)
async def generate_campaign(
    *,
    request: Request,
    uow: Generating,
    edge: EdgeParts,
    body: schemas.GenerateInput,
    prefer: Prefer = None,
    _: IdempotencyKey = None,
) -> Response:
    """From a brief to a plan: ideas, budgets, flights, and why."""
    run = await use_cases.generate_campaign(uow, brief=body.brief(), name=body.name or "", now=edge.clock.now())
    return await answer_with_run(request, uow, run, prefer=prefer)


@router.get(
    "/campaigns",
    response_model=Page[schemas.CampaignRow],
    responses=problems(401, 403, 422, 429),
    summary="List campaigns",
)
async def list_campaigns(
    *,
    uow: Reading,
    paging: Paging,
    query: Annotated[str, Query(max_length=200)] = "",
    status: Annotated[list[CampaignStatus] | None, Query(description="Any of these.")] = None,
    brand_id: UUID | None = None,
    service_id: UUID | None = None,
    sort: schemas.CampaignSort = "-updated_at",
) -> Page[schemas.CampaignRow] | Response:
    """Found by words in name or theme."""
    page = await uow.read.campaigns.page(
        query=query,
        statuses=status or (),
        brand_id=BrandId(brand_id) if brand_id else None,
        service_id=ServiceId(service_id) if service_id else None,
        sort=sort,
        cursor=paging.cursor,
        limit=paging.limit,
    )
    going_on = await runs_going_on(uow)
    return page_of(page, shape=schemas.CampaignRow, request=paging, make=lambda row: shape_row(row, going_on=going_on))


@router.post("/campaigns", status_code=201, responses=problems(400, 401, 403, 404, 422, 429), summary="Add a campaign")
async def create_campaign(
    *, uow: Planning, edge: EdgeParts, body: schemas.CampaignInput, _: IdempotencyKey = None
) -> schemas.Campaign:
    """A draft without a plan."""
    campaign = await use_cases.create_campaign(uow, brief=body.brief(), name=body.name, now=edge.clock.now())
    return await campaign_of(uow, campaign, edge=edge)


@router.get("/campaigns/{campaign_id}", responses=problems(401, 403, 404, 429), summary="Read a campaign")
async def get_campaign(*, uow: Reading, edge: EdgeParts, campaign_id: UUID) -> schemas.Campaign:
    """The brief and the whole plan."""
    return await read_campaign(uow, campaign_id, edge=edge)


@router.post(
    "/campaigns/{campaign_id}/generate",
    status_code=202,
    response_model=Run,
    responses=STARTS_RUN,
    summary="Make the plan of a campaign",
)
async def generate_plan(
    *,
    request: Request,
    uow: Generating,
    edge: EdgeParts,
    campaign_id: UUID,
    prefer: Prefer = None,
    _: IdempotencyKey = None,
) -> Response:
    """For a draft without a plan, or to plan anew after the brief was changed."""
    run = await use_cases.generate_plan(uow, campaign_id=CampaignId(campaign_id), now=edge.clock.now())
    return await answer_with_run(request, uow, run, prefer=prefer)


@router.patch("/campaigns/{campaign_id}", responses=_EDIT, summary="Edit a campaign")
async def edit_campaign(
    *, request: Request, uow: Planning, edge: EdgeParts, campaign_id: UUID, body: schemas.CampaignEdit, version: Version
) -> schemas.Campaign:
    """An edit in review or after approval makes it a draft again."""
    show_current(request, lambda fresh: read_campaign(fresh, campaign_id, edge=edge))
    campaign = await use_cases.edit_campaign(
        uow,
        campaign_id=CampaignId(campaign_id),
        version=version,
        name=body.name,
        brief=body.brief.brief() if body.brief else None,
        now=edge.clock.now(),
    )
    return await campaign_of(uow, campaign, edge=edge)


@router.delete(
    "/campaigns/{campaign_id}",
    status_code=204,
    responses=problems(401, 403, 404, 409, 429),
    summary="Delete a campaign",
)
async def delete_campaign(*, uow: Planning, edge: EdgeParts, campaign_id: UUID) -> None:
    """It can be restored."""
    await use_cases.delete_campaign(uow, campaign_id=CampaignId(campaign_id), now=edge.clock.now())


@router.post(
    "/campaigns/{campaign_id}/restore", responses=problems(401, 403, 404, 409, 429), summary="Restore a campaign"
)
async def restore_campaign(*, uow: Planning, edge: EdgeParts, campaign_id: UUID) -> schemas.Campaign:
    """Undoes a delete."""
    campaign = await use_cases.restore_campaign(uow, campaign_id=CampaignId(campaign_id))
    return await campaign_of(uow, campaign, edge=edge)


@router.post("/campaigns/{campaign_id}/status", responses=_EDIT, summary="Move a campaign to another status")
async def move_campaign(
    *, request: Request, uow: Planning, edge: EdgeParts, campaign_id: UUID, body: schemas.StatusInput, version: Version
) -> schemas.Campaign:
    """`allowed_statuses` of the campaign says where it may go."""
    show_current(request, lambda fresh: read_campaign(fresh, campaign_id, edge=edge))
    campaign = await use_cases.move_campaign(
        uow, campaign_id=CampaignId(campaign_id), version=version, status=body.status, now=edge.clock.now()
    )
    return await campaign_of(uow, campaign, edge=edge)


@router.patch("/campaigns/{campaign_id}/ideas/{idea_id}", responses=_EDIT, summary="Edit an idea")
async def edit_idea(
    *,
    request: Request,
    uow: Planning,
    edge: EdgeParts,
    campaign_id: UUID,
    idea_id: UUID,
    body: schemas.IdeaEdit,
    version: Version,
) -> schemas.Campaign:
    """Change the fields that are sent; the version is the campaign's."""
    show_current(request, lambda fresh: read_campaign(fresh, campaign_id, edge=edge))
    campaign = await use_cases.edit_idea(
        uow,
        campaign_id=CampaignId(campaign_id),
        idea_id=IdeaId(idea_id),
        version=version,
        now=edge.clock.now(),
        **body.model_dump(exclude_none=True),
    )
    return await campaign_of(uow, campaign, edge=edge)


@router.patch("/campaigns/{campaign_id}/strategies/{channel}", responses=_EDIT, summary="Edit a channel's strategy")
async def edit_strategy(
    *,
    request: Request,
    uow: Planning,
    edge: EdgeParts,
    campaign_id: UUID,
    channel: Annotated[str, Path(max_length=100)],
    body: schemas.StrategyEdit,
    version: Version,
) -> schemas.Campaign:
    """Its words alone; amounts are edited with the budget. The version is the campaign's."""
    show_current(request, lambda fresh: read_campaign(fresh, campaign_id, edge=edge))
    campaign = await use_cases.edit_strategy(
        uow,
        campaign_id=CampaignId(campaign_id),
        channel=channel,
        version=version,
        strategy=body.strategy,
        now=edge.clock.now(),
    )
    return await campaign_of(uow, campaign, edge=edge)
