"""Signals: pieces of market news."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, AwareDatetime, Field, HttpUrl

from nexusplanner.api.errors import problems
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import EdgeParts, GuardedRoute, IdempotencyKey, Planning, Reading, Version, show_current
from nexusplanner.api.shapes import Input, Line, Lines, Page, Shape, changes_of
from nexusplanner.application import signals as use_cases
from nexusplanner.application.ports import UnitOfWork
from nexusplanner.domain import signals
from nexusplanner.domain.shared import IMPLAUSIBLE, BrandId, SignalId, TenantId, plausible

router = APIRouter(route_class=GuardedRoute, tags=["Signals"])


def _in_utc(value: datetime) -> datetime:
    if not plausible(value.date()):
        raise ValueError(IMPLAUSIBLE)
    return value.astimezone(UTC)


Source = Annotated[str, Field(min_length=1, max_length=200)]
Content = Annotated[str, Field(min_length=1, max_length=20_000)]
Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Impact = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]


class Signal(Shape):
    """One piece of market news. impact: -1 (bad for us) to 1 (good for us)."""

    id: UUID
    brand_id: UUID | None
    source: str
    title: str
    content: str
    timestamp: datetime
    impact: float
    topics: list[str]
    url: str
    version: int
    created_at: datetime


class SignalInput(Input):
    """A new signal. brand_id: left out when it concerns every brand."""

    brand_id: UUID | None = None
    source: Source
    title: Line = ""
    content: Content
    timestamp: Instant
    impact: Impact = 0.0
    topics: Lines = Field(default_factory=list)
    url: HttpUrl | None = None

    def signal(self, *, tenant_id: TenantId, now: datetime) -> signals.Signal:
        """The same as a new domain object."""
        return signals.Signal(
            tenant_id=tenant_id,
            brand_id=BrandId(self.brand_id) if self.brand_id else None,
            source=self.source,
            title=self.title,
            content=self.content,
            timestamp=self.timestamp,
            impact=self.impact,
            topics=tuple(self.topics),
            url=str(self.url) if self.url else "",
            created_at=now,
        )


class SignalEdit(Input):
    """What to change; what is left out stays."""

    source: Source | None = None
    title: Line | None = None
    content: Content | None = None
    timestamp: Instant | None = None
    impact: Impact | None = None
    topics: Lines | None = None
    url: HttpUrl | None = None

    def changes(self) -> dict[str, object]:
        """The fields that were sent, as domain values."""
        changes = changes_of(self)
        if "url" in self.model_fields_set:
            changes["url"] = str(self.url) if self.url else ""
        return changes


async def _signal(uow: UnitOfWork, signal_id: UUID) -> Signal:
    return Signal.model_validate(await uow.signals.get(SignalId(signal_id)))


@router.get("/signals", response_model=Page[Signal], responses=problems(401, 403, 422, 429), summary="List signals")
async def list_signals(
    *,
    uow: Reading,
    paging: Paging,
    brand_id: UUID | None = None,
    query: Annotated[str, Query(max_length=200)] = "",
    sort: Annotated[str, Query(max_length=40)] = "-timestamp",
) -> Page[Signal] | Response:
    """With a brand, also the signals of no brand in particular. Sort by timestamp, impact, title or created_at."""
    page = await uow.read.signals.page(
        query=query,
        brand_id=BrandId(brand_id) if brand_id else None,
        sort=sort,
        cursor=paging.cursor,
        limit=paging.limit,
    )
    return page_of(page, shape=Signal, request=paging)


@router.post("/signals", status_code=201, responses=problems(400, 401, 403, 404, 422, 429), summary="Add a signal")
async def create_signal(*, uow: Planning, edge: EdgeParts, body: SignalInput, _: IdempotencyKey = None) -> Signal:
    """Add one piece of news."""
    signal = body.signal(tenant_id=uow.actor.tenant_id, now=edge.clock.now())
    return Signal.model_validate(await use_cases.create_signal(uow, signal=signal))


@router.get("/signals/{signal_id}", responses=problems(401, 403, 404, 429), summary="Read a signal")
async def get_signal(*, uow: Reading, signal_id: UUID) -> Signal:
    """One signal."""
    return await _signal(uow, signal_id)


@router.patch(
    "/signals/{signal_id}", responses=problems(400, 401, 403, 404, 412, 422, 428, 429), summary="Edit a signal"
)
async def edit_signal(
    *, request: Request, uow: Planning, edge: EdgeParts, signal_id: UUID, body: SignalEdit, version: Version
) -> Signal:
    """Change the fields that are sent."""
    show_current(request, lambda fresh: _signal(fresh, signal_id))
    signal = await use_cases.edit_signal(
        uow, signal_id=SignalId(signal_id), changes=body.changes(), version=version, now=edge.clock.now()
    )
    return Signal.model_validate(signal)


@router.delete(
    "/signals/{signal_id}", status_code=204, responses=problems(401, 403, 404, 429), summary="Delete a signal"
)
async def delete_signal(*, uow: Planning, signal_id: UUID) -> None:
    """Plans that cite it keep the words they cited."""
    await use_cases.delete_signal(uow, signal_id=SignalId(signal_id))
