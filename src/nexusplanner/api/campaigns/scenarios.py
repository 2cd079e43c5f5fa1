"""Scenarios of a campaign: keep, change, compare, suggest, and make one the plan."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from nexusplanner.api.campaigns import schemas
from nexusplanner.api.campaigns.reading import campaign_of, read_campaign
from nexusplanner.api.campaigns.scenario_shaping import (
    read_scenario,
    shape_comparison,
    shape_scenario,
    shape_suggestion,
)
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
from nexusplanner.api.shapes import Page, minor
from nexusplanner.application import campaigns as use_cases
from nexusplanner.domain.scenarios import MOST_COMPARED
from nexusplanner.domain.shared import CampaignId, Invalid, ScenarioId

router = APIRouter(route_class=GuardedRoute, tags=["Scenarios"])

PLAN = "plan"
_EDIT = problems(400, 401, 403, 404, 409, 412, 422, 428, 429)


@router.get("/campaigns/{campaign_id}/scenarios", responses=problems(401, 403, 404, 409, 429), summary="List scenarios")
async def list_scenarios(*, uow: Reading, campaign_id: UUID) -> Page[schemas.Scenario]:
    """All of a campaign, oldest first."""
    found = await use_cases.list_scenarios(uow, campaign_id=CampaignId(campaign_id))
    return Page(items=[shape_scenario(each) for each in found], total=len(found), next_cursor=None)


@router.post(
    "/campaigns/{campaign_id}/scenarios",
    status_code=201,
    responses=problems(400, 401, 403, 404, 409, 422, 429),
    summary="Keep a scenario",
)
async def create_scenario(
    *, uow: Planning, edge: EdgeParts, campaign_id: UUID, body: schemas.ScenarioInput, _: IdempotencyKey = None
) -> schemas.Scenario:
    """The best split under these terms is kept beside the plan."""
    campaign = await uow.campaigns.get(CampaignId(campaign_id))
    terms = use_cases.changed_terms(
        campaign.brief,
        total_budget=minor(body.total_budget),
        limits=tuple(limit.limit() for limit in body.limits),
        groups=tuple(group.group() for group in body.groups),
        goal=body.goal.goal(),
    )
    made = await use_cases.create_scenario(
        uow, campaign_id=CampaignId(campaign_id), name=body.name, terms=terms, now=edge.clock.now()
    )
    return shape_scenario(made)


@router.get(
    "/campaigns/{campaign_id}/scenarios/compare",
    responses=problems(401, 403, 404, 409, 422, 429),
    summary="Compare scenarios",
)
async def compare_scenarios(
    *,
    uow: Reading,
    edge: EdgeParts,
    campaign_id: UUID,
    id: Annotated[  # noqa: A002 - the name of the query parameter
        list[str],
        Query(min_length=1, max_length=MOST_COMPARED, description='"plan" or a scenario; the first is the baseline.'),
    ],
) -> schemas.Comparison:
    """All on the same curves and the same cases."""
    found = await use_cases.compare_scenarios(
        uow, campaign_id=CampaignId(campaign_id), ids=[None if each == PLAN else _scenario_id(each) for each in id]
    )
    return shape_comparison(found, channel_name=edge.channel_name)


def _scenario_id(text: str) -> ScenarioId:
    try:
        return ScenarioId(UUID(text))
    except ValueError:
        message = 'Use "plan" or the id of a scenario.'
        raise Invalid(f"{text[:40]!r} cannot be compared. {message}", fields={"id": message}) from None


@router.post(
    "/campaigns/{campaign_id}/scenarios/suggest",
    responses=problems(400, 401, 403, 404, 409, 422, 429),
    summary="Read a scenario from words",
)
async def suggest_scenario(
    *, uow: Reading, edge: EdgeParts, campaign_id: UUID, body: schemas.SuggestInput
) -> schemas.Suggestion:
    """Nothing is saved: show what was read, and keep it as a scenario when it is right."""
    found = await use_cases.suggest_scenario(
        uow, campaign_id=CampaignId(campaign_id), description=body.description, reference=edge.reference
    )
    return shape_suggestion(found)


@router.patch("/campaigns/{campaign_id}/scenarios/{scenario_id}", responses=_EDIT, summary="Edit a scenario")
async def edit_scenario(
    *,
    request: Request,
    uow: Planning,
    edge: EdgeParts,
    campaign_id: UUID,
    scenario_id: UUID,
    body: schemas.ScenarioEdit,
    version: Version,
) -> schemas.Scenario:
    """Change the fields that are sent; terms are solved anew on the curves as they are now."""
    show_current(request, lambda fresh: read_scenario(fresh, campaign_id, scenario_id))
    edited = await use_cases.edit_scenario(
        uow,
        campaign_id=CampaignId(campaign_id),
        scenario_id=ScenarioId(scenario_id),
        version=version,
        name=body.name,
        pinned=body.pinned,
        terms=body.terms(),
        now=edge.clock.now(),
    )
    return shape_scenario(edited)


@router.delete(
    "/campaigns/{campaign_id}/scenarios/{scenario_id}",
    status_code=204,
    responses=problems(401, 403, 404, 429),
    summary="Delete a scenario",
)
async def delete_scenario(*, uow: Planning, campaign_id: UUID, scenario_id: UUID) -> None:
    """It is gone for good."""
    await use_cases.delete_scenario(uow, campaign_id=CampaignId(campaign_id), scenario_id=ScenarioId(scenario_id))


@router.post(
    "/campaigns/{campaign_id}/scenarios/{scenario_id}/adopt", responses=_EDIT, summary="Make a scenario the plan"
)
async def adopt_scenario(
    *, request: Request, uow: Planning, edge: EdgeParts, campaign_id: UUID, scenario_id: UUID, version: Version
) -> schemas.Campaign:
    """Its terms become the brief's; budgets, flights, forecast and certificate are computed anew."""
    show_current(request, lambda fresh: read_campaign(fresh, campaign_id, edge=edge))
    campaign = await use_cases.adopt_scenario(
        uow,
        campaign_id=CampaignId(campaign_id),
        scenario_id=ScenarioId(scenario_id),
        version=version,
        now=edge.clock.now(),
    )
    return await campaign_of(uow, campaign, edge=edge)
