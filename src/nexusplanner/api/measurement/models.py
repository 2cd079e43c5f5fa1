"""Model versions: list, read, adopt, reject and compare them; fit the model anew; where measurement stands."""

from __future__ import annotations

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Response, UploadFile

from nexusplanner.api.errors import problems
from nexusplanner.api.measurement import schemas
from nexusplanner.api.measurement.shaping import shape_comparison, shape_measurement, shape_model
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import EdgeParts, Generating, GuardedRoute, IdempotencyKey, Planning, Reading
from nexusplanner.api.runs import Run, run_of
from nexusplanner.api.shapes import Input, Page
from nexusplanner.application.measurement import summary, versions
from nexusplanner.application.measurement.report import content_of, render
from nexusplanner.application.refit import start_refit
from nexusplanner.domain.measurement import ModelSource
from nexusplanner.domain.shared import BrandId, ModelId

router = APIRouter(route_class=GuardedRoute, tags=["Measurement"])

_DECIDE = problems(400, 401, 403, 404, 409, 412, 422, 429)


class RefitInput(Input):
    """Nothing to choose: a refit uses all actuals and experiments there are."""


@router.get(
    "/models",
    response_model=Page[schemas.ModelRow],
    responses=problems(401, 403, 404, 422, 429),
    summary="List model versions",
)
async def list_models(
    *,
    uow: Reading,
    paging: Paging,
    brand_id: UUID | None = None,
    sort: Annotated[str, Query(max_length=40)] = "-number",
) -> Page[schemas.ModelRow] | Response:
    """Newest first. Sort by number or created_at."""
    brand = (await uow.brands.get(BrandId(brand_id))).id if brand_id else None
    page = await uow.read.measurement.models(brand_id=brand, sort=sort, cursor=paging.cursor, limit=paging.limit)
    return page_of(page, shape=schemas.ModelRow, request=paging)


@router.get("/models/compare", responses=problems(401, 403, 404, 422, 429), summary="Compare two model versions")
async def compare_models(*, uow: Reading, edge: EdgeParts, first: UUID, second: UUID) -> schemas.ModelComparison:
    """Both are scored on the last quarter of the present actuals."""
    found = await summary.compare_models(uow, first=ModelId(first), second=ModelId(second))
    return shape_comparison(found, edge=edge)


@router.post(
    "/models/import",
    status_code=201,
    responses=problems(400, 401, 403, 404, 409, 413, 422, 429),
    summary="Import a model",
)
async def import_model(
    *,
    uow: Planning,
    edge: EdgeParts,
    brand_id: Annotated[UUID, Form()],
    format_: Annotated[schemas.ForeignFormat, Form(alias="format", description="The program that made the model.")],
    file: Annotated[UploadFile, File(description="JSON, or CSV of posterior draws; see the reference.")],
    _: IdempotencyKey = None,
) -> schemas.Model:
    """A candidate with the curves of a model made by Meridian, Robyn or PyMC-Marketing."""
    model = await versions.import_model(
        uow,
        brand_id=BrandId(brand_id),
        source=ModelSource(format_.value),
        content=await file.read(),
        channel_of=edge.reference.key_of,
        now=edge.clock.now(),
    )
    return shape_model(model, edge=edge)


@router.get("/models/{model_id}", responses=problems(401, 403, 404, 429), summary="Read a model version")
async def get_model(*, uow: Reading, edge: EdgeParts, model_id: UUID) -> schemas.Model:
    """Its curves, its series, and what it cannot tell."""
    return shape_model(await versions.get_model(uow, model_id=ModelId(model_id)), edge=edge)


@router.get(
    "/models/{model_id}/report",
    response_class=Response,
    responses={
        200: {"description": "One HTML file that needs nothing else.", "content": {"text/html": {}}},
        **problems(401, 403, 404, 429),
    },
    summary="Download the report of a model version",
)
async def get_model_report(*, uow: Reading, edge: EdgeParts, model_id: UUID) -> Response:
    """Fit, returns, curves and limits of the model, to read and to print without this application."""
    model = await versions.get_model(uow, model_id=ModelId(model_id))
    brand = await uow.brands.get(model.brand_id)
    content = content_of(
        model,
        brand=brand.name,
        outcome=brand.outcome_name,
        currency=brand.currency,
        experiments=tuple(await uow.experiments.of_brand(brand.id)),
        naming=edge.channel_name,
    )
    told = await asyncio.to_thread(render, content)
    return Response(
        content=told,
        media_type="text/html",
        headers={"Content-Disposition": f'attachment; filename="model-{model.number}.html"'},
    )


@router.post("/models/{model_id}/adopt", responses=_DECIDE, summary="Adopt a model version")
async def adopt_model(
    *, uow: Planning, edge: EdgeParts, model_id: UUID, body: schemas.ReasonInput, _: IdempotencyKey = None
) -> schemas.Model:
    """Plans are made on it from now on; the one before is superseded and can be taken back."""
    model = await versions.adopt_model(uow, model_id=ModelId(model_id), reason=body.reason, now=edge.clock.now())
    return shape_model(model, edge=edge)


@router.post("/models/{model_id}/reject", responses=_DECIDE, summary="Reject a model version")
async def reject_model(
    *, uow: Planning, edge: EdgeParts, model_id: UUID, body: schemas.ReasonInput, _: IdempotencyKey = None
) -> schemas.Model:
    """Rules a candidate out for good."""
    model = await versions.reject_model(uow, model_id=ModelId(model_id), reason=body.reason, now=edge.clock.now())
    return shape_model(model, edge=edge)


@router.post(
    "/brands/{brand_id}/refit",
    status_code=202,
    responses=problems(400, 401, 403, 404, 409, 422, 429),
    summary="Fit the model anew",
)
async def refit_brand(
    *,
    response: Response,
    uow: Generating,
    edge: EdgeParts,
    brand_id: UUID,
    body: RefitInput | None = None,
    _: IdempotencyKey = None,
) -> Run:
    """From all actuals and experiments; the run's model is adopted unless it is clearly worse than the one in use."""
    del body
    run = await start_refit(uow, brand_id=BrandId(brand_id), now=edge.clock.now())
    response.headers["Location"] = f"/api/v1/runs/{run.id}"
    return await run_of(uow, run)


@router.get("/measurement", responses=problems(401, 403, 404, 422, 429), summary="Where the measurement stands")
async def get_measurement(*, uow: Reading, edge: EdgeParts, brand_id: UUID) -> schemas.Measurement:
    """How well forecasts did, the model in use, and whether it is out of date."""
    return shape_measurement(await summary.measurement_of(uow, brand_id=BrandId(brand_id)), edge=edge)
