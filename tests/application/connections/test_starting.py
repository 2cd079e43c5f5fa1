"""Syncs by hand and by the clock: one at a time for each connection."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories.crm import Reading, reading
from tests.fakes.crm import World
from tests.fakes.crm.world import filled

from nexusplanner.application.connections.keeping import remove_connection, set_client
from nexusplanner.application.connections.starting import start_due_sync
from nexusplanner.application.durable import worker_actor
from nexusplanner.application.runs import cancel_run, retry_run
from nexusplanner.domain.connections import CrmKind
from nexusplanner.domain.runs import RunState
from nexusplanner.domain.shared import Conflict


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
    systems = crm.server.places.systems(crm.server.fetcher())
    async with crm.units.for_actor(crm.actor) as uow:
        await set_client(
            uow,
            connection_id=crm.connection.id,
            client_id="client-1",
            secret="client-secret-1",
            domain=None,
            systems=systems,
            now=crm.clock.now(),
        )
    assert await due(crm) is None


async def test_a_removed_connection_is_never_due_and_its_run_ends(crm: Reading) -> None:
    run = await crm.start()
    async with crm.units.for_actor(crm.actor) as uow:
        await remove_connection(uow, connection_id=crm.connection.id, now=crm.clock.now())
    assert await due(crm) is None
    with pytest.raises(Exception, match="There is no connection"):
        await crm.perform(run)
