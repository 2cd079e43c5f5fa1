"""Sources of signals: feeds that are fetched by the clock, and webhooks that others call."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from nexusplanner.api.edge import Edge
from nexusplanner.api.errors import problems
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import (
    EdgeParts,
    GuardedRoute,
    IdempotencyKey,
    Looking,
    Planning,
    Reading,
    Version,
    show_current,
)
from nexusplanner.api.runs import Run, run_of
from nexusplanner.api.shapes import Input, Page, Shape, changes_of
from nexusplanner.application import sources as use_cases
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain import sources
from nexusplanner.domain.feeds import FeedKind
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, SourceId
from nexusplanner.domain.sources import SourceState, SourceType, Trust

router = APIRouter(route_class=GuardedRoute, tags=["Sources"])

Name = Annotated[str, Field(min_length=1, max_length=sources.LONGEST_NAME)]
Url = Annotated[str, Field(max_length=sources.LONGEST_URL, examples=["https://example.com/feed.xml"])]
Region = Annotated[str, Field(max_length=sources.LONGEST_REGION)]
Minutes = Annotated[int, Field(ge=sources.LEAST_MINUTES, le=sources.MOST_MINUTES)]


class Source(Shape):
    """Where signals come from.

    state: "waiting" (nothing came yet), "fresh", "late" (silent for three times its usual gap, or not fetched when it
    should have been) or "broken" (three failures in a row, or ended). led_to: where redirects from the address led.
    region: what its news is about, given to its signals. items: signals received. failures: in a row.
    problem: what is wrong, in words. hook_path: where a webhook takes deliveries. secret: of a webhook, in the answers
    that make one.
    """

    id: UUID
    name: str
    kind: SourceType
    url: str
    led_to: str
    region: str
    brand_id: UUID | None
    trust: Trust
    every_minutes: int
    state: SourceState
    last_fetched_at: datetime | None
    last_item_at: datetime | None
    next_fetch_at: datetime | None
    items: int
    failures: int
    problem: str
    hook_path: str | None
    secret: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class SourceInput(Input):
    """A new source. url: of a feed. brand_id: left out when it concerns every brand. trust: who vouches for it."""

    name: Name
    kind: SourceType
    url: Url = ""
    brand_id: UUID | None = None
    region: Region = ""
    trust: Trust = Trust.PUBLISHED
    every_minutes: Minutes = 60

    def source(self, *, actor: Actor, now: datetime) -> sources.Source:
        """The same as a new domain object."""
        return sources.Source(
            tenant_id=actor.tenant_id,
            brand_id=BrandId(self.brand_id) if self.brand_id else None,
            created_by=actor.user_id,
            name=self.name,
            kind=self.kind,
            url=self.url,
            region=self.region,
            trust=self.trust,
            every_minutes=self.every_minutes,
            created_at=now,
            updated_at=now,
        )


class SourceEdit(Input):
    """What to change; what is left out stays. brand_id: null makes it concern every brand."""

    name: Name | None = None
    url: Url | None = None
    brand_id: UUID | None = None
    region: Region | None = None
    trust: Trust | None = None
    every_minutes: Minutes | None = None


class Address(Input):
    """Where to look."""

    url: Annotated[str, Field(min_length=1, max_length=sources.LONGEST_URL)]


class SourcePreviewItem(Shape):
    """One entry of a feed."""

    title: str
    timestamp: datetime | None
    url: str


class SourcePreview(Shape):
    """What is at an address. kind: none when there is no feed. problem: why not, or what is broken in it."""

    title: str
    kind: FeedKind | None
    feed_url: str
    items: list[SourcePreviewItem]
    problem: str


class SuggestedSource(Shape):
    """A public feed worth following."""

    name: str
    url: str
    about: str


class SuggestedSources(Shape):
    """Public feeds worth following."""

    items: list[SuggestedSource]


def shape_source(source: sources.Source, *, now: datetime, secret: str | None = None) -> Source:
    """What callers see of a source."""
    hook = source.kind is SourceType.WEBHOOK
    return Source(
        id=source.id,
        name=source.name,
        kind=source.kind,
        url=source.url,
        led_to=source.led_to,
        region=source.region,
        brand_id=source.brand_id,
        trust=source.trust,
        every_minutes=source.every_minutes,
        state=source.state(now=now),
        last_fetched_at=source.last_fetched_at,
        last_item_at=source.last_item_at,
        next_fetch_at=source.next_fetch_at,
        items=source.items,
        failures=source.failures,
        problem=source.problem,
        hook_path=f"/api/v1/hooks/signals/{source.id}" if hook else None,
        secret=secret,
        version=source.version,
        created_at=source.created_at,
        updated_at=source.updated_at,
    )


async def _source(uow: UnitOfWork, edge: Edge, source_id: UUID) -> Source:
    found = await use_cases.get_source(uow, source_id=SourceId(source_id))
    return shape_source(found, now=edge.clock.now())


@router.get("/sources", response_model=Page[Source], responses=problems(401, 403, 422, 429), summary="List sources")
async def list_sources(
    *,
    uow: Reading,
    edge: EdgeParts,
    paging: Paging,
    query: Annotated[str, Query(max_length=200)] = "",
    sort: Annotated[str, Query(max_length=40)] = "name",
) -> Page[Source] | Response:
    """Sort by name, created_at or updated_at."""
    page = await uow.sources.page(query=query, sort=sort, cursor=paging.cursor, limit=paging.limit)
    now = edge.clock.now()
    return page_of(page, shape=Source, request=paging, make=lambda each: shape_source(each, now=now))


@router.post("/sources", status_code=201, responses=problems(400, 401, 403, 404, 409, 422, 429), summary="Add a source")
async def create_source(*, uow: Planning, edge: EdgeParts, body: SourceInput, _: IdempotencyKey = None) -> Source:
    """A feed is fetched within a minute; one that is read already is refused with SOURCE_EXISTS and its source_id.

    A webhook's secret is in this answer and never again.
    """
    now = edge.clock.now()
    source = body.source(actor=uow.actor, now=now)
    secret = await use_cases.create_source(uow, source=source, now=now)
    return shape_source(source, now=now, secret=secret)


@router.get("/sources/suggested", responses=problems(401, 403, 429), summary="List public feeds worth following")
async def list_suggested_sources(*, uow: Reading, edge: EdgeParts) -> SuggestedSources:
    """Addresses as they were known at the date in the data; preview one before you add it."""
    del uow
    return SuggestedSources(items=[SuggestedSource.model_validate(each) for each in edge.suggested])


@router.post("/sources/preview", responses=problems(400, 401, 403, 422, 429), summary="Look at a feed before adding it")
async def preview_source(*, caller: Looking, edge: EdgeParts, body: Address) -> SourcePreview:
    """The first items of the feed at an address, or of the feed that the web page there names."""
    del caller
    found = await use_cases.preview(edge.fetcher, edge.feeds, url=body.url)
    feed = found.feed
    items = feed.items[: use_cases.SHOWN] if feed else ()
    return SourcePreview(
        title=feed.title if feed else "",
        kind=feed.kind if feed else None,
        feed_url=found.feed_url,
        items=[SourcePreviewItem.model_validate(item) for item in items],
        problem=found.problem,
    )


@router.get("/sources/{source_id}", responses=problems(401, 403, 404, 429), summary="Read a source")
async def get_source(*, uow: Reading, edge: EdgeParts, source_id: UUID) -> Source:
    """One source with its state."""
    return await _source(uow, edge, source_id)


@router.patch(
    "/sources/{source_id}", responses=problems(400, 401, 403, 404, 409, 412, 422, 428, 429), summary="Edit a source"
)
async def edit_source(
    *, request: Request, uow: Planning, edge: EdgeParts, source_id: UUID, body: SourceEdit, version: Version
) -> Source:
    """Change the fields that are sent; a feed at another address is fetched at once."""
    show_current(request, lambda fresh: _source(fresh, edge, source_id))
    changes = changes_of(body, nullable=("brand_id",))
    now = edge.clock.now()
    source = await use_cases.edit_source(uow, source_id=SourceId(source_id), changes=changes, version=version, now=now)
    return shape_source(source, now=now)


@router.delete(
    "/sources/{source_id}", status_code=204, responses=problems(401, 403, 404, 429), summary="Delete a source"
)
async def delete_source(*, uow: Planning, source_id: UUID) -> None:
    """Signals it brought stay."""
    await use_cases.delete_source(uow, source_id=SourceId(source_id))


@router.post(
    "/sources/{source_id}/fetch",
    status_code=202,
    responses=problems(401, 403, 404, 409, 422, 429),
    summary="Fetch a feed now",
)
async def fetch_source(
    *, response: Response, uow: Planning, edge: EdgeParts, source_id: UUID, _: IdempotencyKey = None
) -> Run:
    """A run that fetches it and sorts in what is new. A feed that fails is told by the source, not by the run."""
    run = await use_cases.start_fetch(uow, source_id=SourceId(source_id), now=edge.clock.now())
    response.headers["Location"] = f"/api/v1/runs/{run.id}"
    return await run_of(uow, run)


@router.post(
    "/sources/{source_id}/secret", responses=problems(401, 403, 404, 422, 429), summary="Renew a webhook's secret"
)
async def renew_source_secret(*, uow: Planning, edge: EdgeParts, source_id: UUID) -> Source:
    """The old secret ends at once; the new one is in this answer and never again."""
    now = edge.clock.now()
    source, secret = await use_cases.renew_secret(uow, source_id=SourceId(source_id), now=now)
    return shape_source(source, now=now, secret=secret)
