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
from nexusplanner.application.ports.signal_rows import SignalFilter, SignalRow
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain import signals
from nexusplanner.domain.shared import IMPLAUSIBLE, BrandId, ServiceId, SignalId, SourceId, TenantId, plausible
from nexusplanner.domain.sources import Trust

router = APIRouter(route_class=GuardedRoute, tags=["Signals"])


def _in_utc(value: datetime) -> datetime:
    if not plausible(value.date()):
        raise ValueError(IMPLAUSIBLE)
    return value.astimezone(UTC)


Source = Annotated[str, Field(min_length=1, max_length=200)]
Content = Annotated[str, Field(min_length=1, max_length=20_000)]
Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Impact = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]


class SignalScore(Shape):
    """What a signal is worth, each part 0 to 1. total: the weighted parts times age. reasons: why, in words."""

    total: float
    impact: float
    relevance: float
    novelty: float
    trust: float
    age: float
    reasons: list[str]


class SignalService(Shape):
    """A service that a signal speaks of, and how much, 0 to 1."""

    id: UUID
    name: str
    score: float


class Signal(Shape):
    """One piece of market news. impact: -1 (bad for us) to 1 (good for us), 0 when nobody judged it.

    region: the country or region it is about; empty when it is about none in particular.
    cluster_id, cluster_size: the story it tells, and how many signals tell it. dismissed_reason: empty unless it was.
    """

    id: UUID
    brand_id: UUID | None
    source: str
    title: str
    content: str
    timestamp: datetime
    impact: float
    topics: list[str]
    region: str
    url: str
    source_id: UUID | None
    trust: Trust
    state: signals.SignalState
    dismissed_reason: str
    dismissed_note: str
    cluster_id: UUID
    cluster_size: int
    score: SignalScore
    services: list[SignalService]
    version: int
    created_at: datetime


class SignalChoices(Shape):
    """What signals can be filtered by. topics: those of most signals first, 50 at most. regions: by name."""

    topics: list[str]
    regions: list[str]


class SignalInput(Input):
    """A new signal. brand_id: left out when it concerns every brand."""

    brand_id: UUID | None = None
    source: Source
    title: Line = ""
    content: Content
    timestamp: Instant
    impact: Impact = 0.0
    topics: Lines = Field(default_factory=list)
    region: Line = ""
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
            region=self.region,
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
    region: Line | None = None
    url: HttpUrl | None = None

    def changes(self) -> dict[str, object]:
        """The fields that were sent, as domain values."""
        changes = changes_of(self)
        if "url" in self.model_fields_set:
            changes["url"] = str(self.url) if self.url else ""
        return changes


class SignalDismissal(Input):
    """Why a signal is put aside. "irrelevant" teaches that news like it matters less."""

    reason: signals.DismissalReason
    note: Annotated[str, Field(max_length=signals.LONGEST_NOTE)] = ""


def signal_shape(row: SignalRow, *, now: datetime) -> Signal:
    """The signal with its worth at an instant."""
    values = {name: getattr(row, name) for name in Signal.model_fields if name != "score"}
    return Signal.model_validate({**values, "score": row.score(now)})


async def signal_now(uow: UnitOfWork, signal_id: UUID, *, now: datetime) -> Signal:
    """The signal as it is. Raises NotFound."""
    return signal_shape(await use_cases.read_signal(uow, SignalId(signal_id)), now=now)


@router.get("/signals", response_model=Page[Signal], responses=problems(401, 403, 422, 429), summary="List signals")
async def list_signals(
    *,
    uow: Reading,
    edge: EdgeParts,
    paging: Paging,
    brand_id: UUID | None = None,
    query: Annotated[str, Query(max_length=200)] = "",
    state: Annotated[list[signals.SignalState] | None, Query()] = None,
    service_id: UUID | None = None,
    source_id: UUID | None = None,
    trust: Trust | None = None,
    min_impact: Annotated[float, Query(ge=0, le=1, allow_inf_nan=False)] = 0.0,
    topic: Annotated[str, Query(max_length=200)] = "",
    region: Annotated[str, Query(max_length=200)] = "",
    since: Annotated[Instant | None, Query()] = None,
    clusters: bool = False,
    sort: Annotated[str, Query(max_length=40)] = "-timestamp",
) -> Page[Signal] | Response:
    """With a brand, also the signals of no brand in particular. min_impact: good or bad.

    region: a country stands for its regions, too ("DE" for "DE-BE"). clusters: one row for each story, its best one.
    Sort by score, timestamp, impact, title or created_at.
    """
    only = SignalFilter(
        query=query,
        brand_id=BrandId(brand_id) if brand_id else None,
        states=frozenset(state or ()),
        service_id=ServiceId(service_id) if service_id else None,
        source_id=SourceId(source_id) if source_id else None,
        trust=trust,
        min_impact=min_impact,
        topic=topic,
        region=region,
        since=since,
        clusters=clusters,
    )
    page = await use_cases.list_signals(uow, only=only, sort=sort, cursor=paging.cursor, limit=paging.limit)
    now = edge.clock.now()
    return page_of(page, shape=Signal, request=paging, make=lambda row: signal_shape(row, now=now))


@router.post("/signals", status_code=201, responses=problems(400, 401, 403, 404, 422, 429), summary="Add a signal")
async def create_signal(*, uow: Planning, edge: EdgeParts, body: SignalInput, _: IdempotencyKey = None) -> Signal:
    """Add one piece of news."""
    now = edge.clock.now()
    made = await use_cases.create_signal(uow, signal=body.signal(tenant_id=uow.actor.tenant_id, now=now))
    return await signal_now(uow, made.id, now=now)


@router.get("/signals/choices", responses=problems(401, 403, 429), summary="See what signals can be filtered by")
async def list_signal_choices(*, uow: Reading) -> SignalChoices:
    """Topics and regions of the workspace's signals."""
    return SignalChoices.model_validate(await uow.read.signals.choices())


@router.get("/signals/{signal_id}", responses=problems(401, 403, 404, 429), summary="Read a signal")
async def get_signal(*, uow: Reading, edge: EdgeParts, signal_id: UUID) -> Signal:
    """One signal."""
    return await signal_now(uow, signal_id, now=edge.clock.now())


@router.patch(
    "/signals/{signal_id}", responses=problems(400, 401, 403, 404, 412, 422, 428, 429), summary="Edit a signal"
)
async def edit_signal(
    *, request: Request, uow: Planning, edge: EdgeParts, signal_id: UUID, body: SignalEdit, version: Version
) -> Signal:
    """Change the fields that are sent."""
    now = edge.clock.now()
    show_current(request, lambda fresh: signal_now(fresh, signal_id, now=now))
    await use_cases.edit_signal(
        uow, signal_id=SignalId(signal_id), changes=body.changes(), version=version, now=edge.clock.now()
    )
    return await signal_now(uow, signal_id, now=now)


@router.delete(
    "/signals/{signal_id}", status_code=204, responses=problems(401, 403, 404, 429), summary="Delete a signal"
)
async def delete_signal(*, uow: Planning, signal_id: UUID) -> None:
    """Plans that cite it keep the words they cited."""
    await use_cases.delete_signal(uow, signal_id=SignalId(signal_id))


@router.post("/signals/{signal_id}/watch", responses=problems(401, 403, 404, 429), summary="Watch a signal")
async def watch_signal(*, uow: Planning, edge: EdgeParts, signal_id: UUID) -> Signal:
    """News like it counts for more, and plans prefer it."""
    await use_cases.watch_signal(uow, signal_id=SignalId(signal_id))
    return await signal_now(uow, signal_id, now=edge.clock.now())


@router.post(
    "/signals/{signal_id}/dismiss", responses=problems(400, 401, 403, 404, 422, 429), summary="Dismiss a signal"
)
async def dismiss_signal(*, uow: Planning, edge: EdgeParts, signal_id: UUID, body: SignalDismissal) -> Signal:
    """Plans, searches and assistants do not use it any more."""
    await use_cases.dismiss_signal(uow, signal_id=SignalId(signal_id), reason=body.reason, note=body.note)
    return await signal_now(uow, signal_id, now=edge.clock.now())


@router.post("/signals/{signal_id}/restore", responses=problems(401, 403, 404, 429), summary="Restore a signal")
async def restore_signal(*, uow: Planning, edge: EdgeParts, signal_id: UUID) -> Signal:
    """Take back that it is watched or was dismissed, and what that taught."""
    await use_cases.restore_signal(uow, signal_id=SignalId(signal_id))
    return await signal_now(uow, signal_id, now=edge.clock.now())
