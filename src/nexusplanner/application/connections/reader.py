"""Reads one step of a sync from another system, page by page, each kept with the place behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from nexusplanner.application.agents.coordinator import Worked
from nexusplanner.application.connections.asking import Asking, Patience
from nexusplanner.application.connections.desk import known_names, known_part
from nexusplanner.application.connections.keeping import plan_next
from nexusplanner.application.connections.records import read_record
from nexusplanner.application.durable.carrying import held, worker_actor
from nexusplanner.application.durable.workflow import RunRef
from nexusplanner.application.ports.connections import (
    CrmPage,
    CrmRecord,
    CrmRefused,
    CrmSystem,
    GonePage,
    GoneRecord,
    Stream,
    Taken,
)
from nexusplanner.application.ports.erasure import Trace
from nexusplanner.application.ports.unit_of_work import Clock, UnitOfWork, UnitsOfWork
from nexusplanner.domain.connections import Changes, Connection, CrmObject
from nexusplanner.domain.runs import Run, StepState
from nexusplanner.domain.shared import Conflict

READING: Mapping[str, CrmObject] = {
    "read_companies": CrmObject.COMPANIES,
    "read_customers": CrmObject.CUSTOMERS,
    "read_deals": CrmObject.DEALS,
}
GONE = "_gone"
AT_ONCE = 500
"""Records that are kept in one transaction, at least, while there are more."""
OVERLAP = timedelta(minutes=10)
"""Read again at every sync: clocks differ, and what was just changed may not be found yet."""
CHECKED = 100
"""Records that a full reading missed and that are asked for by their keys at once."""
FEW = 50
"""So many may always be missing from a full reading; of more, at most half may be."""


@dataclass(frozen=True, kw_only=True)
class StepRead:
    """What a step did. whole: whether it read everything that is there, not only what changed."""

    changes: Changes
    whole: bool = False


class Reader:
    """Reads what one step is for."""

    def __init__(
        self,
        *,
        units: UnitsOfWork,
        clock: Clock,
        patience: Patience,
        system: CrmSystem,
        run: Run,
        connection: Connection,
        currency: str,
        step: str,
        at_once: int,
    ) -> None:
        self._units = units
        self._clock = clock
        self._system = system
        self._actor = worker_actor(run.tenant_id)
        self._ref = RunRef(tenant_id=run.tenant_id, run_id=run.id)
        self._token = run.attempts
        self._dry = bool(run.request.get("dry_run"))
        self._full = bool(run.request.get("full"))
        self._connection = connection
        self._currency = currency
        self._step = step
        self._at_once = at_once
        self._mapping = connection.mapped
        self._ask = Asking(
            units=units,
            actor=self._actor,
            connection_id=connection.id,
            system=system,
            clock=clock,
            patience=patience,
        )

    async def work(self) -> Worked[object]:
        """Read to the end; what was done is counted over all workers that had a part in it."""
        self._mapping = known_part(self._connection.mapped, known_names(await self._ask(self._system.fields)))
        kind = READING.get(self._step)
        if kind is not None:
            stream = await self._changed(kind)
            changes, whole = stream.changes, stream.full
        else:
            changes, whole = Changes(), False
            for each in CrmObject:
                changes += await self._gone(each)
        output = StepRead(changes=changes, whole=whole)
        return Worked(output=output, detail=f"{changes.in_words}.".capitalize())

    async def note(self, tell: Callable[[Connection, datetime], None]) -> None:
        """Change how the connection stands, and when it is due again; what was kept so far is told of segments."""
        async with self._unit() as (uow, _):
            connection = await uow.connections.get(self._connection.id, lock=True)
            tell(connection, self._clock.now())
            await plan_next(uow, connection)
            uow.memberships.tell([connection.brand_id])

    async def tell(self) -> None:
        """Tell segments of what was kept so far, for a run that ends here."""
        async with self._units.for_actor(self._actor) as uow:
            uow.memberships.tell([self._connection.brand_id])

    @asynccontextmanager
    async def _unit(self) -> AsyncIterator[tuple[UnitOfWork, Run]]:
        """A transaction of the run; segments are told of at its end only. The connection stays meanwhile.

        Raises: RunStopped when another holds the run, NotFound when the connection was removed.
        """
        async with self._units.for_actor(self._actor) as uow:
            run = await held(uow, self._ref, token=self._token)
            await uow.connections.get(self._connection.id, lock=True)
            uow.memberships.tell_later()
            yield uow, run

    async def _begin(self, name: str) -> Stream:
        """Where to go on: in the middle of what a stopped run left, or at the beginning of a new reading."""
        async with self._unit() as (uow, run):
            kept = await uow.connections.stream(self._connection.id, name=name)
            stream = self._next(kept, name=name, run=run)
            if not self._dry and stream is not kept:
                await uow.connections.keep_stream(self._connection.id, stream=stream)
            return stream

    def _next(self, kept: Stream | None, *, name: str, run: Run) -> Stream:
        if kept is not None and kept.run_id == run.id:
            return kept
        if kept is None or self._full:
            return Stream(
                name=name,
                pass_id=uuid4(),
                full=True,
                since=None,
                after="",
                began_at=None,
                done=False,
                run_id=run.id,
            )
        if not kept.done and not self._dry:
            return replace(kept, run_id=run.id, changes=Changes())
        since = kept.since if not kept.done else kept.began_at - OVERLAP if kept.began_at else None
        return replace(kept, since=since, after="", began_at=None, done=False, run_id=run.id, changes=Changes())

    async def _changed(self, kind: CrmObject) -> Stream:
        """Everything, or what changed since the last reading began."""
        names = self._mapping.names(kind)
        stream, seen = await self._begin(kind.value), set[str]()
        while not stream.done:
            page = await self._pages(partial(self._system.changed, kind=kind, names=names, since=stream.since), stream)
            stream = await self._keep(stream, kind=kind, page=page, seen=seen)
        return stream

    async def _pages(self, ask: Callable[..., Awaitable[CrmPage]], stream: Stream) -> CrmPage:
        """As many pages as make one transaction worth while."""
        records: list[CrmRecord] = []
        after, told_at = stream.after, None
        while True:
            page = await self._ask(partial(ask, after=after))
            records.extend(page.records)
            after, told_at = page.after, told_at or page.told_at
            if not after or len(records) >= self._at_once:
                return CrmPage(records=tuple(records), after=after, told_at=told_at)

    async def _keep(self, stream: Stream, *, kind: CrmObject, page: CrmPage, seen: set[str]) -> Stream:
        found = [each for each in page.records if each.external_id not in seen]
        if self._dry:
            seen.update(each.external_id for each in found)
        async with self._unit() as (uow, run):
            await self._require(uow, stream)
            changes = await self._take(uow, kind=kind, found=found, pass_id=stream.pass_id)
            return await self._advance(uow, run, stream, page=page, changes=changes)

    async def _take(self, uow: UnitOfWork, *, kind: CrmObject, found: Sequence[CrmRecord], pass_id: UUID) -> Changes:
        read = [read_record(each, kind=kind, mapping=self._mapping, currency=self._currency) for each in found]
        wanted = await self._not_erased(uow, kind, [each.taken for each in read if each is not None])
        await uow.memberships.hold([self._connection.brand_id])
        changes = await uow.connections.take(
            self._connection, kind=kind, records=wanted, pass_id=pass_id, now=self._clock.now(), dry=self._dry
        )
        return changes + Changes(skipped=len(found) - len(wanted))

    async def _not_erased(self, uow: UnitOfWork, kind: CrmObject, taken: Sequence[Taken]) -> Sequence[Taken]:
        """Without those who were erased here: they must not come back by themselves."""
        if kind is not CrmObject.CUSTOMERS:
            return taken
        traces = [
            Trace(
                connection_id=self._connection.id,
                external_id=each.external_id,
                email=str(each.row.get("email") or ""),
            )
            for each in taken
        ]
        erased = await uow.erased.among(traces)
        return [each for at, each in enumerate(taken) if at not in erased]

    async def _require(self, uow: UnitOfWork, stream: Stream) -> None:
        """Raise Conflict when the reading is no longer this run's."""
        if self._dry:
            return
        kept = await uow.connections.stream(self._connection.id, name=stream.name)
        if kept is None or kept.run_id != stream.run_id or kept.pass_id != stream.pass_id:
            message = "The connection was changed while it was read. Start the sync again."
            raise Conflict(message, code="CONNECTION_CHANGED")

    async def _advance(
        self, uow: UnitOfWork, run: Run, stream: Stream, *, page: CrmPage | GonePage, changes: Changes
    ) -> Stream:
        """Note, with the page, where to go on behind it."""
        following = replace(
            stream,
            after=page.after,
            began_at=stream.began_at or page.told_at or self._clock.now(),
            done=not page.after,
            changes=stream.changes + changes,
        )
        if not self._dry:
            await uow.connections.keep_stream(self._connection.id, stream=following)
        run.mark(
            self._step, state=StepState.RUNNING, at=self._clock.now(), detail=f"{following.changes.in_words} so far."
        )
        return following

    async def _gone(self, kind: CrmObject) -> Changes:
        """What was deleted or merged there, and what a full reading did not come across."""
        stream = await self._begin(f"{kind}{GONE}")
        while not stream.done:
            ask = partial(self._system.gone, kind=kind, since=stream.since)
            page = await self._ask(partial(ask, after=stream.after))
            async with self._unit() as (uow, run):
                await self._require(uow, stream)
                changes = await self._drop(uow, kind, page.records)
                stream = await self._advance(uow, run, stream, page=page, changes=changes)
        missed = await self._missed(kind)
        if self._dry:
            return stream.changes + missed
        async with self._unit() as (uow, _):
            kept = await uow.connections.stream(self._connection.id, name=stream.name)
        return kept.changes if kept is not None else stream.changes + missed

    async def _drop(self, uow: UnitOfWork, kind: CrmObject, records: Sequence[GoneRecord]) -> Changes:
        await uow.memberships.hold([self._connection.brand_id])
        return await uow.connections.drop(
            self._connection, kind=kind, records=records, now=self._clock.now(), dry=self._dry
        )

    async def _missed(self, kind: CrmObject) -> Changes:
        """After a full reading: records that are here but were not in it are asked for by their keys.

        Those that are still there are taken, so that a gap in a list costs no record; the others go.
        """
        async with self._unit() as (uow, _):
            reading = await uow.connections.stream(self._connection.id, name=kind.value)
            whole = self._full if self._dry else reading is not None and reading.full and reading.done
            if reading is None or not whole:
                return Changes()
            pass_id = uuid4() if self._dry else reading.pass_id
            keys = await uow.connections.unseen(self._connection, kind=kind, pass_id=pass_id)
            rows = (await uow.connections.rows([self._connection.id]))[self._connection.id].get(kind, 0)
        if not self._dry and len(keys) > FEW and 2 * len(keys) > rows:
            vendor = self._connection.kind.vendor
            message = (
                f"{vendor} no longer shows {len(keys):,} of {rows:,} {kind}. Nothing was removed: check that whoever "
                "signed in may still read them all, then start a full sync."
            )
            raise CrmRefused(message)
        changes = Changes()
        for at in range(0, len(keys), CHECKED):
            changes += await self._ask_for(kind, keys[at : at + CHECKED], pass_id=pass_id)
        if not self._dry:
            async with self._unit() as (uow, _):
                await uow.connections.keep_stream(self._connection.id, stream=replace(reading, full=False))
        return changes

    async def _ask_for(self, kind: CrmObject, keys: Sequence[str], *, pass_id: UUID) -> Changes:
        ask = partial(self._system.read, kind=kind, names=self._mapping.names(kind), keys=keys)
        found = await self._ask(ask)
        here = {each.external_id for each in found}
        lost = [GoneRecord(external_id=key) for key in keys if key not in here]
        async with self._unit() as (uow, _):
            changes = Changes() if self._dry else await self._take(uow, kind=kind, found=found, pass_id=pass_id)
            changes += await self._drop(uow, kind, lost)
            gone = await uow.connections.stream(self._connection.id, name=f"{kind}{GONE}")
            if gone is not None and not self._dry:
                counted = replace(gone, changes=gone.changes + changes)
                await uow.connections.keep_stream(self._connection.id, stream=counted)
        return changes
