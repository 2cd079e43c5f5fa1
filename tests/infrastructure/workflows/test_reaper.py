"""Who is taken for dead, and when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from dbos import DBOSClient
from sqlalchemy import make_url, text
from tests.conftest import TestDatabase
from tests.factories.durable import Workspace, make_run, make_workspace, open_units

from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork
from nexusplanner.infrastructure.workflows.liveness import Liveness
from nexusplanner.infrastructure.workflows.reaper import Reaper


@pytest.fixture
async def units(database: TestDatabase) -> AsyncIterator[SqlUnitsOfWork]:
    async with open_units(database.app_url) as (_, opened):
        yield opened


@pytest.fixture
async def workspace(units: SqlUnitsOfWork) -> Workspace:
    return await make_workspace(units._engine)


@pytest.fixture
async def liveness(database: TestDatabase) -> AsyncIterator[Liveness]:
    held = Liveness(database_url=database.app_url, executor_id="observer")
    await held.hold()
    yield held
    await held.release()


@pytest.fixture
async def reaper(database: TestDatabase, liveness: Liveness) -> AsyncIterator[Reaper]:
    client = DBOSClient(system_database_url=database.app_url, application_name="nexusplanner", lazy=True)
    yield Reaper(client=client, liveness=liveness, every=60)
    client.destroy()


async def delivered_to(executor: str, units: SqlUnitsOfWork, workspace: Workspace) -> str:
    """A workflow that the engine has given to `executor`."""
    run = await make_run(units, workspace)
    async with units.for_actor(workspace.actor) as uow:
        await uow.session.execute(
            text(
                "UPDATE dbos.workflow_status SET status = 'PENDING', executor_id = :executor WHERE workflow_uuid = :id"
            ),
            {"executor": executor, "id": str(run.id)},
        )
    return str(run.id)


async def test_only_those_whose_lock_is_free_are_dead(database: TestDatabase, liveness: Liveness) -> None:
    living = Liveness(database_url=database.app_url, executor_id="living")
    await living.hold()
    assert await liveness.dead(["living", "observer", "gone"]) == {"gone"}
    await living.release()
    async with asyncio.timeout(10):  # until the server has noticed
        while await liveness.dead(["living"]) != {"living"}:  # noqa: ASYNC110 - nobody tells but the server
            await asyncio.sleep(0.01)


async def test_a_lock_that_was_lost_is_taken_again(database: TestDatabase, liveness: Liveness) -> None:
    url = make_url(database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'nexusplanner worker' AND datname = current_database()"
        )
    await liveness.hold()
    assert await liveness.dead(["observer"]) == set()


async def test_what_the_dead_left_is_queued_again_after_two_looks(
    units: SqlUnitsOfWork, workspace: Workspace, reaper: Reaper
) -> None:
    left = await delivered_to("gone", units, workspace)
    assert await reaper.look(confirmed=False) == []
    assert await reaper.look(confirmed=False) == [left]
    assert await reaper.look(confirmed=False) == []


async def test_a_worker_that_starts_does_not_wait_for_a_second_look(
    units: SqlUnitsOfWork, workspace: Workspace, reaper: Reaper
) -> None:
    left = await delivered_to("gone", units, workspace)
    assert await reaper.look(confirmed=True) == [left]


async def test_what_the_living_hold_is_left_alone(units: SqlUnitsOfWork, workspace: Workspace, reaper: Reaper) -> None:
    await delivered_to("observer", units, workspace)
    assert await reaper.look(confirmed=True) == []


async def test_one_process_at_a_time_looks(
    database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace, reaper: Reaper
) -> None:
    left = await delivered_to("gone", units, workspace)
    other = Liveness(database_url=database.app_url, executor_id="other")
    await other.hold()
    async with other.alone() as alone:
        assert alone
        assert await reaper.look(confirmed=True) == []
    assert await reaper.look(confirmed=True) == [left]
    await other.release()
