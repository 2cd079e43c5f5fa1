"""What is due is started once, however many processes look, and nothing of a tenant is reached by another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.storage import registered, units_of_work
from tests.factories.waiting import until_waiting
from tests.fakes.clock import StillClock
from tests.fakes.workflows import RememberedWorkflows

from nexusplanner.application.durable.schedules import AT_ONCE, LEASE, run_due
from nexusplanner.application.ports.schedules import Due, Scheduled
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.sources import create_source, start_due_source
from nexusplanner.domain.identity import User
from nexusplanner.domain.runs import RunKind
from nexusplanner.domain.shared import SourceId
from nexusplanner.domain.sources import Source
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.schedules import SqlDueRecords, schedules
from nexusplanner.infrastructure.db.sources import SqlHooks
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork
from nexusplanner.infrastructure.embedded_postgres.roles import OWNER

HOUR = timedelta(hours=1)
PROCESSES = 3


class Counting:
    """Starts nothing but notes what it was asked to. again: after how long each is due again."""

    def __init__(self, again: timedelta | None = HOUR) -> None:
        self.started: list[UUID] = []
        self._again = again

    async def __call__(self, uow: UnitOfWork, record_id: UUID, at: datetime) -> datetime | None:
        await asyncio.sleep(0)
        self.started.append(record_id)
        return None if self._again is None else at + self._again


@pytest.fixture
async def engine(database: TestDatabase) -> AsyncIterator[AsyncEngine]:
    made = make_engine(database.app_url)
    yield made
    await made.dispose()


@pytest.fixture
def units(engine: AsyncEngine) -> SqlUnitsOfWork:
    return units_of_work(engine)


async def put(units: SqlUnitsOfWork, user: User, *, due_at: datetime, count: int) -> list[UUID]:
    ids = [uuid4() for _ in range(count)]
    async with units.for_actor(user.actor()) as uow:
        for record_id in ids:
            await uow.schedules.put(Scheduled.SOURCE, record_id, due_at=due_at)
    return ids


async def look(units: SqlUnitsOfWork, engine: AsyncEngine, start: Counting, *, clock: StillClock) -> int:
    return await run_due(units, SqlDueRecords(engine), {Scheduled.SOURCE: start}, clock=clock)


async def test_processes_that_look_at_once_start_each_due_record_once(
    database: TestDatabase, engine: AsyncEngine
) -> None:
    clock, start = StillClock(), Counting()
    due: list[UUID] = []
    for name in ("Ada", "Bob"):
        _, user = await registered(engine, name)
        due += await put(units_of_work(engine), user, due_at=clock.now(), count=AT_ONCE + 10)
        await put(units_of_work(engine), user, due_at=clock.now() + HOUR / 60, count=5)
    async with AsyncExitStack() as stack:
        engines = [make_engine(database.app_url, pool_size=2) for _ in range(PROCESSES)]
        for each in engines:
            stack.push_async_callback(each.dispose)
        looks = (look(units_of_work(each), each, start, clock=clock) for each in engines)
        started = await asyncio.gather(*looks)
    assert sorted(start.started) == sorted(due)
    assert sum(started) == len(due)


async def test_a_started_record_is_due_again_when_its_start_said(units: SqlUnitsOfWork, engine: AsyncEngine) -> None:
    clock, start = StillClock(), Counting()
    _, user = await registered(engine)
    [record_id] = await put(units, user, due_at=clock.now(), count=1)
    for minutes, expected in ((0, 1), (59, 1), (1, 2), (1, 2)):
        clock.move(minutes=minutes)
        await look(units, engine, start, clock=clock)
        assert start.started == [record_id] * expected


async def test_a_record_that_is_gone_is_never_due_again(units: SqlUnitsOfWork, engine: AsyncEngine) -> None:
    clock, start = StillClock(), Counting(again=None)
    _, user = await registered(engine)
    await put(units, user, due_at=clock.now(), count=1)
    assert await look(units, engine, start, clock=clock) == 0
    clock.move(days=365)
    await look(units, engine, start, clock=clock)
    assert len(start.started) == 1


async def test_what_a_killed_process_took_is_taken_again_after_its_lease(
    units: SqlUnitsOfWork, engine: AsyncEngine
) -> None:
    clock, start = StillClock(), Counting()
    _, user = await registered(engine)
    ids = await put(units, user, due_at=clock.now(), count=2)
    taken = await SqlDueRecords(engine).take(now=clock.now(), lease=LEASE, limit=AT_ONCE)
    assert {due.record_id for due in taken} == set(ids)
    assert await look(units, engine, start, clock=clock) == 0
    clock.move(seconds=LEASE.total_seconds())
    assert await look(units, engine, start, clock=clock) == 2
    assert sorted(start.started) == sorted(ids)


async def test_a_process_that_was_only_slow_starts_nothing_another_has_taken_over(
    units: SqlUnitsOfWork, engine: AsyncEngine
) -> None:
    clock, start = StillClock(), Counting()
    _, user = await registered(engine)
    await put(units, user, due_at=clock.now(), count=1)
    slow = _Slow(SqlDueRecords(engine), units, engine, start, clock)
    assert await run_due(units, slow, {Scheduled.SOURCE: start}, clock=clock) == 0
    assert len(start.started) == 1


class _Slow:
    """Takes, sleeps through its lease while another process does the work, and only then goes on."""

    def __init__(self, inner: SqlDueRecords, *world: object) -> None:
        self._inner, self._world = inner, world

    async def take(self, *, now: datetime, lease: timedelta, limit: int) -> list[Due]:
        taken = list(await self._inner.take(now=now, lease=lease, limit=limit))
        units, engine, start, clock = self._world
        assert isinstance(clock, StillClock)
        clock.move(seconds=lease.total_seconds())
        await look(units, engine, start, clock=clock)  # type: ignore[arg-type]
        return taken


async def test_a_new_time_ends_the_lease_and_drops_what_was_planned(units: SqlUnitsOfWork, engine: AsyncEngine) -> None:
    clock, due_records = StillClock(), SqlDueRecords(engine)
    _, user = await registered(engine)
    [record_id] = await put(units, user, due_at=clock.now(), count=1)
    await due_records.take(now=clock.now(), lease=LEASE, limit=1)
    async with units.for_actor(user.actor()) as uow:
        await uow.schedules.put(Scheduled.SOURCE, record_id, due_at=clock.now())
    assert len(await due_records.take(now=clock.now(), lease=LEASE, limit=9)) == 1


async def test_one_that_cannot_be_started_does_not_keep_others_from_it(
    units: SqlUnitsOfWork, engine: AsyncEngine
) -> None:
    clock, start = StillClock(), Counting()
    _, user = await registered(engine)
    ids = await put(units, user, due_at=clock.now(), count=3)

    async def failing(uow: UnitOfWork, record_id: UUID, at: datetime) -> datetime | None:
        if record_id == ids[1]:
            raise RuntimeError("broken")
        return await start(uow, record_id, at)

    assert await run_due(units, SqlDueRecords(engine), {Scheduled.SOURCE: failing}, clock=clock) == 2
    clock.move(seconds=LEASE.total_seconds())
    await look(units, engine, start, clock=clock)
    assert sorted(start.started) == sorted(ids)


async def test_ids_that_were_taken_open_nothing_of_their_tenant_to_another(
    units: SqlUnitsOfWork, engine: AsyncEngine
) -> None:
    clock = StillClock()
    (_, ada), (_, bob) = await registered(engine, "Ada"), await registered(engine, "Bob")
    source = records.source(ada, url="https://a.example/feed")
    async with units.for_actor(ada.actor()) as uow:
        await create_source(uow, source=source, now=clock.now())
    [due] = await SqlDueRecords(engine).take(now=clock.now(), lease=LEASE, limit=9)
    assert (due.tenant_id, due.record_id) == (ada.tenant_id, source.id)
    async with units.for_actor(bob.actor()) as uow:
        assert await start_due_source(uow, due.record_id, clock.now()) is None
        assert not await uow.schedules.still_due(due, lease=clock.now() + LEASE)
        await uow.schedules.drop(due.kind, due.record_id)
        await uow.schedules.put(due.kind, due.record_id, due_at=clock.now() + 99 * HOUR)
    clock.move(seconds=LEASE.total_seconds())
    again = await SqlDueRecords(engine).take(now=clock.now(), lease=LEASE, limit=9)
    assert [(each.tenant_id, each.due_at) for each in again] == [(ada.tenant_id, due.due_at)]


async def test_the_application_cannot_look_across_tenants_by_itself(units: SqlUnitsOfWork, engine: AsyncEngine) -> None:
    clock = StillClock()
    _, ada = await registered(engine)
    await put(units, ada, due_at=clock.now(), count=1)
    for asked in ("schedules", "sources"):
        async with engine.begin() as connection:
            await connection.execute(text(f"SELECT set_config('app.across_tenants', '{asked}', true)"))
            assert (await connection.execute(text("SELECT count(*) FROM schedules"))).scalar() == 0
            assert (await connection.execute(text("SELECT count(*) FROM sources"))).scalar() == 0
    async with engine.begin() as connection:
        await connection.execute(text("SELECT * FROM take_due(now(), now(), 0)"))
        assert (await connection.execute(text("SELECT current_setting('app.across_tenants')"))).scalar() == ""
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with engine.begin() as connection:
            await connection.execute(text(f"SET ROLE {OWNER}"))


async def test_only_webhooks_are_found_before_a_tenant_is_known(units: SqlUnitsOfWork, engine: AsyncEngine) -> None:
    _, ada = await registered(engine)
    feed = records.source(ada)
    hook = records.source(ada, kind="webhook", url="")
    async with units.for_actor(ada.actor()) as uow:
        for source in (feed, hook):
            uow.sources.add(source)
    hooks = SqlHooks(engine)
    assert await hooks.tenant_of(hook.id) == ada.tenant_id
    assert await hooks.tenant_of(feed.id) is None
    assert await hooks.tenant_of(SourceId(uuid4())) is None


async def test_a_due_source_is_fetched_for_whoever_made_it_and_once_at_a_time(engine: AsyncEngine) -> None:
    clock, workflows = StillClock(), RememberedWorkflows()
    units = units_of_work(engine, workflows=workflows)
    _, ada = await registered(engine)
    source = records.source(ada)
    async with units.for_actor(ada.actor()) as uow:
        await create_source(uow, source=source, now=clock.now())
    starters = {Scheduled.SOURCE: start_due_source}
    assert await run_due(units, SqlDueRecords(engine), starters, clock=clock) == 1
    [run_id] = workflows.started
    async with units.for_actor(ada.actor()) as uow:
        run = await uow.runs.get(run_id)
        assert (run.kind, run.user_id, run.request["source_id"]) == (RunKind.FETCH_SOURCE, ada.id, str(source.id))
        kept: Source = await uow.sources.get(source.id)
        assert kept.run_id == run_id
    clock.move(hours=1)
    assert await run_due(units, SqlDueRecords(engine), starters, clock=clock) == 1
    assert workflows.started == [run_id]


async def test_what_is_edited_while_it_is_due_is_started_when_the_edit_says(
    units: SqlUnitsOfWork, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    clock = StillClock()
    _, user = await registered(engine)
    source = records.source(user, next_fetch_at=clock.now())
    later = clock.now() + HOUR
    async with units.for_actor(user.actor()) as uow:
        uow.sources.add(source)
        await uow.schedules.put(Scheduled.SOURCE, source.id, due_at=clock.now())
    async with units.for_actor(user.actor()) as editor:
        await editor.sources.get(source.id, lock=True)
        due = run_due(units, SqlDueRecords(engine), {Scheduled.SOURCE: start_due_source}, clock=clock)
        looking = asyncio.create_task(due)
        await until_waiting(engine, looking)
        await editor.schedules.put(Scheduled.SOURCE, source.id, due_at=later)
    assert (await looking, caplog.messages) == (0, [])
    async with units.for_actor(user.actor()) as uow:
        assert (await uow.sources.get(source.id)).run_id is None
        planned = (await uow.session.execute(select(schedules.c.due_at, schedules.c.leased_until))).all()
    assert planned == [(later, None)]
