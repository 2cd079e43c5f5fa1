"""Syncs by hand and by the clock: one at a time for each connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories.crm import Reading, reading, with_client
from tests.factories.waiting import until_waiting
from tests.fakes.crm import Kind, World
from tests.fakes.crm.world import company, filled

from nexusplanner.application.catalog import delete_brand
from nexusplanner.application.connections.keeping import remove_connection
from nexusplanner.application.connections.starting import start_due_sync
from nexusplanner.application.durable.carrying import worker_actor
from nexusplanner.application.durable.workflow import RunStopped
from nexusplanner.application.ports.connections import SyncPaused
from nexusplanner.application.runs import cancel_run, retry_run
from nexusplanner.domain.connections import CrmKind
from nexusplanner.domain.runs import RunState
from nexusplanner.domain.shared import Conflict, NotFound


@pytest.fixture
async def crm(shared_engine: AsyncEngine) -> AsyncIterator[Reading]:
    async with reading(
        shared_engine, filled(World(), contacts=4, companies=1, deals=1), kind=CrmKind.HUBSPOT
    ) as opened:
        yield opened


async def due(crm: Reading) -> object:
    async with crm.units.for_actor(worker_actor(crm.actor.tenant_id)) as uow:
        return await start_due_sync(uow, crm.connection.id, crm.clock.now())


async def test_two_syncs_of_one_connection_do_not_run_at_once(crm: Reading) -> None:
    first = await crm.start()
    with pytest.raises(Conflict, match="is being read already"):
        await crm.start()
    async with crm.units.for_actor(crm.actor) as uow:
        await cancel_run(uow, run_id=first.id, now=crm.clock.now())
    second = await crm.start()
    async with crm.units.for_actor(crm.actor) as uow:
        with pytest.raises(Conflict, match="is being read already"):
            await retry_run(uow, run_id=first.id)
    await crm.perform(second)
    async with crm.units.for_actor(crm.actor) as uow:
        await retry_run(uow, run_id=first.id)
    assert (await crm.perform(first)).state is RunState.SUCCEEDED
    await crm.assert_same()


async def test_a_sync_plans_the_next_one_which_is_started_for_who_made_the_connection(crm: Reading) -> None:
    began = crm.clock.now()
    await crm.sync()
    planned = await crm.rows("SELECT due_at FROM schedules WHERE kind = 'connection'")
    assert planned == [(began + timedelta(hours=1),)]
    assert await due(crm) == crm.clock.now() + timedelta(hours=1)
    seen = await crm.known()
    assert seen.run_id is not None
    async with crm.units.for_actor(crm.actor) as uow:
        run = await uow.runs.get(seen.run_id)
    assert (run.user_id, run.active) == (crm.actor.user_id, True)
    assert await due(crm) == crm.clock.now() + timedelta(hours=1)
    assert (await crm.known()).run_id == run.id


async def test_a_connection_without_a_sign_in_is_never_due(crm: Reading) -> None:
    async with crm.units.for_actor(crm.actor) as uow:
        await with_client(crm, uow)
    assert await due(crm) is None


async def test_a_removed_connection_is_never_due_and_its_run_ends(crm: Reading) -> None:
    run = await crm.start()
    async with crm.units.for_actor(crm.actor) as uow:
        await remove_connection(uow, connection_id=crm.connection.id, now=crm.clock.now())
    assert await due(crm) is None
    with pytest.raises(Exception, match="There is no connection"):
        await crm.perform(run)


async def by_the_clock(crm: Reading) -> bool:
    """Carry out what is due; whether everything was read."""
    await due(crm)
    known = await crm.known()
    assert known.run_id is not None
    async with crm.units.for_actor(crm.actor) as uow:
        run = await uow.runs.get(known.run_id)
    assert (await crm.perform(run)).state is RunState.SUCCEEDED
    crm.pass_time()
    return bool(run.request["full"])


async def test_what_moves_no_time_stamp_is_seen_when_everything_is_compared_after_a_week(crm: Reading) -> None:
    began = crm.clock.now()
    assert await by_the_clock(crm)
    first = await crm.known()
    assert (first.compared_at, first.compares_at) == (began, began + timedelta(days=7))
    person = next(crm.server.world.alive(Kind.CONTACT))
    person.company = company(crm.server.world, 77).key
    assert not await by_the_clock(crm)
    with pytest.raises(AssertionError):
        await crm.assert_same()
    crm.clock.move(days=7)
    assert await by_the_clock(crm)
    await crm.assert_same()
    assert not await by_the_clock(crm)
    assert (await crm.known()).compared_at == began + timedelta(days=7, hours=2)


async def test_a_sync_by_hand_that_reads_everything_counts_as_the_comparison_but_a_dry_run_does_not(
    crm: Reading,
) -> None:
    await crm.sync()
    crm.clock.move(days=6)
    await crm.sync(full=True, dry_run=True)
    before = (await crm.known()).compared_at
    await crm.sync(full=True)
    after = (await crm.known()).compared_at
    assert before is not None
    assert after == before + timedelta(days=6, hours=2)


async def test_a_comparison_that_stopped_is_gone_on_with_and_not_begun_again(crm: Reading) -> None:
    await crm.sync()
    crm.clock.move(days=8)
    crm.server.trouble.daily = True
    run_id = await due(crm) and (await crm.known()).run_id
    assert run_id is not None
    async with crm.units.for_actor(crm.actor) as uow:
        run = await uow.runs.get(run_id)
    with pytest.raises(SyncPaused):
        await crm.perform(run)
    crm.server.trouble.daily = False
    crm.clock.move(days=1)
    compared = (await crm.known()).compared_at
    assert await by_the_clock(crm)
    assert (await crm.known()).compared_at != compared


async def test_a_connection_that_is_removed_while_a_page_is_kept_keeps_nothing_of_its_own(
    crm: Reading, shared_engine: AsyncEngine
) -> None:
    run = await crm.start()

    async def remove() -> None:
        async with crm.units.for_actor(crm.actor) as uow:
            await remove_connection(uow, connection_id=crm.connection.id, now=crm.clock.now())

    async with crm.units.for_actor(crm.actor) as other:
        await other.memberships.hold([crm.brand.id])
        performing = asyncio.create_task(crm.perform(run))
        await until_waiting(shared_engine, performing)
        removing = asyncio.create_task(remove())
        await until_waiting(shared_engine, removing, count=2)
    await removing
    with pytest.raises(NotFound, match="There is no connection"):
        await performing
    assert (await crm.run(run)).state is RunState.FAILED
    for table in ("connection_records", "connection_streams", "connection_secrets", "schedules"):
        assert await crm.rows(f"SELECT * FROM {table}") == []


async def test_a_brand_that_is_read_just_now_can_be_deleted(crm: Reading, shared_engine: AsyncEngine) -> None:
    run = await crm.start()

    async def delete() -> None:
        async with crm.units.for_actor(crm.actor) as uow:
            await delete_brand(uow, brand_id=crm.brand.id, now=crm.clock.now())

    async with crm.units.for_actor(crm.actor) as other:
        await other.memberships.hold([crm.brand.id])
        performing = asyncio.create_task(crm.perform(run))
        await until_waiting(shared_engine, performing)
        deleting = asyncio.create_task(delete())
        await until_waiting(shared_engine, deleting, count=2)
    await deleting
    with pytest.raises(RunStopped):
        await performing
    assert (await crm.run(run)).state is RunState.CANCELLED
    assert await crm.rows("SELECT id FROM companies") == []
