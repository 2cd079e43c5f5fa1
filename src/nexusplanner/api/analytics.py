"""Actuals: what was really spent and what came of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from nexusplanner.api.errors import problems
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import GuardedRoute, Reading
from nexusplanner.api.shapes import Money, Page, Shape
from nexusplanner.domain.analytics import ActualRole
from nexusplanner.domain.shared import BrandId

router = APIRouter(route_class=GuardedRoute, tags=["Actuals"])


class Actual(Shape):
    """One channel in the period that starts on `day`."""

    day: date
    channel: str
    spend: Money
    impressions: int | None
    clicks: int | None


class ChannelSummary(Shape):
    """What is known of a channel's past. weeks: calendar weeks with at least one row."""

    channel: str
    first_day: date
    last_day: date
    weeks: int
    spend: Money


class MetricSummary(Shape):
    """What is known of a brand-wide figure's past."""

    metric: str
    role: ActualRole
    first_day: date
    last_day: date
    rows: int
    total: float


class ActualsSummary(Shape):
    """Everything known of a brand's past, in short."""

    channels: list[ChannelSummary]
    metrics: list[MetricSummary]


@router.get(
    "/actuals", response_model=Page[Actual], responses=problems(401, 403, 404, 422, 429), summary="List actuals"
)
async def list_actuals(
    *,
    uow: Reading,
    paging: Paging,
    brand_id: UUID,
    channel: Annotated[str | None, Query(max_length=60)] = None,
    sort: Annotated[str, Query(max_length=40)] = "-day",
) -> Page[Actual] | Response:
    """Newest first. Sort by day or spend, with `-` before it for descending."""
    brand = await uow.brands.get(BrandId(brand_id))
    page = await uow.read.actuals.page(
        brand_id=brand.id, channel=channel, sort=sort, cursor=paging.cursor, limit=paging.limit
    )
    return page_of(page, shape=Actual, request=paging)


@router.get("/actuals/summary", responses=problems(401, 403, 404, 422, 429), summary="Sum the actuals up")
async def get_actuals_summary(*, uow: Reading, brand_id: UUID) -> ActualsSummary:
    """What is known of a brand's channels and figures."""
    brand = await uow.brands.get(BrandId(brand_id))
    return ActualsSummary(
        channels=[ChannelSummary.model_validate(row) for row in await uow.read.actuals.channels(brand_id=brand.id)],
        metrics=[MetricSummary.model_validate(row) for row in await uow.read.actuals.metrics(brand_id=brand.id)],
    )
