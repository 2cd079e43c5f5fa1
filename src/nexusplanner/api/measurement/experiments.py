"""Lift experiments: what tests showed a channel to bring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from nexusplanner.api.edge import Edge
from nexusplanner.api.errors import problems
from nexusplanner.api.measurement import schemas
from nexusplanner.api.measurement.shaping import shape_experiment
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import EdgeParts, GuardedRoute, IdempotencyKey, Planning, Reading, Version, show_current
from nexusplanner.api.shapes import Page, changes_of
from nexusplanner.application.measurement import experiments as use_cases
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain import measurement
from nexusplanner.domain.shared import BrandId, Estimate, ExperimentId

router = APIRouter(route_class=GuardedRoute, tags=["Measurement"])


def _known(edge: Edge) -> Callable[[str], bool]:
    return lambda channel: edge.reference.key_of(channel) == channel


def _lift(given: schemas.LiftInput) -> Estimate:
    return Estimate(mean=given.mean, low=given.low, high=given.high)


async def _experiment(uow: UnitOfWork, experiment_id: UUID, *, edge: Edge) -> schemas.Experiment:
    return shape_experiment(await uow.experiments.get(ExperimentId(experiment_id)), edge=edge)


@router.get(
    "/experiments",
    response_model=Page[schemas.Experiment],
    responses=problems(401, 403, 404, 422, 429),
    summary="List experiments",
)
async def list_experiments(
    *,
    uow: Reading,
    edge: EdgeParts,
    paging: Paging,
    brand_id: UUID | None = None,
    sort: Annotated[str, Query(max_length=40)] = "-start_date",
) -> Page[schemas.Experiment] | Response:
    """Newest first. Sort by start_date, channel or created_at."""
    brand = (await uow.brands.get(BrandId(brand_id))).id if brand_id else None
    page = await uow.read.measurement.experiments(brand_id=brand, sort=sort, cursor=paging.cursor, limit=paging.limit)
    return page_of(page, shape=schemas.Experiment, request=paging, make=lambda row: shape_experiment(row, edge=edge))


@router.post(
    "/experiments", status_code=201, responses=problems(400, 401, 403, 404, 422, 429), summary="Add an experiment"
)
async def create_experiment(
    *, uow: Planning, edge: EdgeParts, body: schemas.ExperimentInput, _: IdempotencyKey = None
) -> schemas.Experiment:
    """The next fit uses it."""
    now = edge.clock.now()
    experiment = measurement.Experiment(
        tenant_id=uow.actor.tenant_id,
        brand_id=BrandId(body.brand_id),
        channel=body.channel,
        start_date=body.start_date,
        end_date=body.end_date,
        lift=_lift(body.lift),
        method=body.method,
        notes=body.notes,
        created_at=now,
        updated_at=now,
    )
    kept = await use_cases.create_experiment(uow, experiment=experiment, known=_known(edge))
    return shape_experiment(kept, edge=edge)


@router.get("/experiments/{experiment_id}", responses=problems(401, 403, 404, 429), summary="Read an experiment")
async def get_experiment(*, uow: Reading, edge: EdgeParts, experiment_id: UUID) -> schemas.Experiment:
    """One test and its result."""
    return await _experiment(uow, experiment_id, edge=edge)


@router.patch(
    "/experiments/{experiment_id}",
    responses=problems(400, 401, 403, 404, 412, 422, 428, 429),
    summary="Edit an experiment",
)
async def edit_experiment(
    *,
    request: Request,
    uow: Planning,
    edge: EdgeParts,
    experiment_id: UUID,
    body: schemas.ExperimentEdit,
    version: Version,
) -> schemas.Experiment:
    """Change the fields that are sent; the model in use is out of date then."""
    show_current(request, lambda fresh: _experiment(fresh, experiment_id, edge=edge))
    changes = changes_of(body)
    if body.lift is not None:
        changes["lift"] = _lift(body.lift)
    experiment = await use_cases.edit_experiment(
        uow,
        experiment_id=ExperimentId(experiment_id),
        changes=changes,
        version=version,
        known=_known(edge),
        now=edge.clock.now(),
    )
    return shape_experiment(experiment, edge=edge)


@router.delete(
    "/experiments/{experiment_id}",
    status_code=204,
    responses=problems(401, 403, 404, 429),
    summary="Delete an experiment",
)
async def delete_experiment(*, uow: Planning, experiment_id: UUID) -> None:
    """Models that used it stay as they are; the next fit does without it."""
    await use_cases.delete_experiment(uow, experiment_id=ExperimentId(experiment_id))
