"""Claims of a plan that no source supports: list them, waive one with a reason, put a source under one."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request

from nexusplanner.api.campaigns import schemas
from nexusplanner.api.campaigns.reading import campaign_of, read_campaign
from nexusplanner.api.edge import Edge
from nexusplanner.api.errors import problems
from nexusplanner.api.routing import EdgeParts, GuardedRoute, Planning, Reading, Version, show_current
from nexusplanner.application.knowledge import evidence as use_cases
from nexusplanner.domain.campaigns import ClaimOwner, PlacedClaim
from nexusplanner.domain.shared import CampaignId

router = APIRouter(route_class=GuardedRoute, tags=["Evidence"])

_EDIT = problems(400, 401, 403, 404, 409, 412, 422, 428, 429)


@router.get(
    "/campaigns/{campaign_id}/claims/unsupported",
    responses=problems(401, 403, 404, 429),
    summary="List claims without a source",
)
async def list_unsupported_claims(*, uow: Reading, edge: EdgeParts, campaign_id: UUID) -> schemas.UnsupportedClaims:
    """Those that were waived are listed with the reason; they keep nobody from approving."""
    found = await use_cases.list_unsupported(uow, campaign_id=CampaignId(campaign_id))
    return schemas.UnsupportedClaims(items=[_item(each, edge=edge) for each in found])


@router.post("/campaigns/{campaign_id}/claims/waive", responses=_EDIT, summary="Waive the source of a claim")
async def waive_claim(
    *, request: Request, uow: Planning, edge: EdgeParts, campaign_id: UUID, body: schemas.WaiverInput, version: Version
) -> schemas.Campaign:
    """The reason is kept with who gave it and when; a review goes on."""
    show_current(request, lambda fresh: read_campaign(fresh, campaign_id, edge=edge))
    campaign = await use_cases.waive_claim(
        uow,
        campaign_id=CampaignId(campaign_id),
        place=body.place,
        text=body.text,
        reason=body.reason,
        version=version,
        now=edge.clock.now(),
    )
    return await campaign_of(uow, campaign, edge=edge)


@router.post(
    "/campaigns/{campaign_id}/claims/unwaive",
    responses=problems(400, 401, 403, 404, 409, 422, 429),
    summary="Take a waiver back",
)
async def unwaive_claim(
    *, uow: Planning, edge: EdgeParts, campaign_id: UUID, body: schemas.ClaimInput
) -> schemas.Campaign:
    """A campaign in review or approved becomes a draft again."""
    campaign = await use_cases.unwaive_claim(
        uow, campaign_id=CampaignId(campaign_id), place=body.place, text=body.text, now=edge.clock.now()
    )
    return await campaign_of(uow, campaign, edge=edge)


@router.post("/campaigns/{campaign_id}/claims/source", responses=_EDIT, summary="Put a source under a claim")
async def source_claim(
    *,
    request: Request,
    uow: Planning,
    edge: EdgeParts,
    campaign_id: UUID,
    body: schemas.ClaimSourceInput,
    version: Version,
) -> schemas.Campaign:
    """The quote must stand in the passage, word for word; the passage joins the campaign's evidence."""
    show_current(request, lambda fresh: read_campaign(fresh, campaign_id, edge=edge))
    campaign = await use_cases.source_claim(
        uow,
        campaign_id=CampaignId(campaign_id),
        place=body.place,
        text=body.text,
        passage_id=body.passage_id,
        quote=body.quote,
        stance=body.stance,
        version=version,
        now=edge.clock.now(),
    )
    return await campaign_of(uow, campaign, edge=edge)


def _item(each: PlacedClaim, *, edge: Edge) -> schemas.UnsupportedClaim:
    claim, place = each.claim, each.place
    return schemas.UnsupportedClaim(
        owner=place.owner,
        owner_id=place.id,
        owner_name=edge.channel_name(each.name) if place.owner is ClaimOwner.CHANNEL else each.name,
        text=claim.text,
        waived_reason=claim.waived_reason,
        waived_by=claim.waived_by,
        waived_at=claim.waived_at,
    )
