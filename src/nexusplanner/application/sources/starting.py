"""Asking for a feed to be fetched, by a user or by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import Conflict, Invalid, NotFound, SourceId, UserId
from nexusplanner.domain.sources import Source, SourceType

ENDED_RUNS_KEPT = timedelta(days=2)
"""Runs that fetched a feed well are of no use later: the source says how it does."""


async def start_fetch(uow: UnitOfWork, *, source_id: SourceId, now: datetime) -> Run:
    """A run that fetches the feed for whoever asks.

    Raises: NotFound, Forbidden, Invalid (a webhook), Conflict (RUN_ACTIVE: one fetches it already).
    """
    uow.actor.require(Permission.PLAN)
    source = await uow.sources.get(source_id, lock=True)
    if source.kind is not SourceType.FEED:
        raise Invalid("A webhook is not fetched: others send to its address.", code="NO_FEED")
    await refuse_while_fetching(uow, source)
    return await _start(uow, source, user_id=uow.actor.user_id, now=now)


async def start_due_source(uow: UnitOfWork, record_id: UUID, at: datetime) -> datetime | None:
    """Fetch a feed whose time has come, for whoever made the source; implements `StartDue`."""
    try:
        source = await uow.sources.get(SourceId(record_id), lock=True)
    except NotFound:
        return None
    if source.next_fetch_at is None:
        return None
    if source.next_fetch_at > at:
        return source.next_fetch_at
    if await _active(uow, source) is None:
        await _start(uow, source, user_id=source.created_by, now=at)
    return at + source.period


async def refuse_while_fetching(uow: UnitOfWork, source: Source) -> None:
    """Raise Conflict while a run fetches the source: a second would only repeat it."""
    active = await _active(uow, source)
    if active is not None:
        raise Conflict(
            "A run is fetching this source already. Wait for it or cancel it.",
            code="RUN_ACTIVE",
            details={"run_id": str(active.id)},
        )


async def hold_for_retry(uow: UnitOfWork, run: Run) -> None:
    """Make a fetch that is tried again the only one of its source. Raises: NotFound, Conflict (RUN_ACTIVE)."""
    source = await uow.sources.get(source_of(run), lock=True)
    if source.run_id != run.id:
        await refuse_while_fetching(uow, source)
        source.run_id = run.id


def source_of(run: Run) -> SourceId:
    """The source that the run fetches."""
    return SourceId(UUID(run.request["source_id"]))


async def _active(uow: UnitOfWork, source: Source) -> Run | None:
    if source.run_id is None:
        return None
    run = await uow.runs.get(source.run_id)
    return run if run.active else None


async def _start(uow: UnitOfWork, source: Source, *, user_id: UserId, now: datetime) -> Run:
    await uow.sources.forget_runs(source.id, ended_before=now - ENDED_RUNS_KEPT)
    run = Run(
        tenant_id=uow.actor.tenant_id,
        brand_id=source.brand_id,
        user_id=user_id,
        kind=RunKind.FETCH_SOURCE,
        request={"source_id": str(source.id), "source": source.name},
        created_at=now,
    )
    uow.runs.add(run)
    await uow.flush()
    source.run_id = run.id
    await uow.workflows.start(run)
    await uow.flush()
    return run
