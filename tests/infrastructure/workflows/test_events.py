"""Following a run: woken by the transaction that changes it, and now and then without."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import psycopg
import pytest
from sqlalchemy import make_url
from tests.conftest import TestDatabase
from tests.factories.durable import NOW, Workspace, make_run, make_workspace, open_units

from nexusplanner.domain.runs import Run
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork
from nexusplanner.infrastructure.workflows import PostgresRunEvents

NEVER = 60.0
"""A poll so slow that only a notification can wake in time."""


@pytest.fixture
async def units(database: TestDatabase) -> AsyncIterator[SqlUnitsOfWork]:
    async with open_units(database.app_url) as (_, opened):
        yield opened


@pytest.fixture
async def workspace(units: SqlUnitsOfWork) -> Workspace:
    return await make_workspace(units._engine)


async def change(units: SqlUnitsOfWork, workspace: Workspace, run: Run) -> None:
    async with units.for_actor(workspace.actor) as uow:
        (await uow.runs.get(run.id, lock=True)).start(at=NOW)


async def test_a_committed_change_wakes_its_followers_and_no_others(
    database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    run, other = await make_run(units, workspace), await make_run(units, workspace)
    events = PostgresRunEvents(database_url=database.app_url, poll=NEVER)
    async with (
        aclosing(events.follow(tenant_id=workspace.tenant_id, run_id=run.id)) as mine,
        aclosing(events.follow(tenant_id=workspace.tenant_id, run_id=run.id)) as also_mine,
        aclosing(events.follow(tenant_id=workspace.tenant_id, run_id=other.id)) as others,
    ):
        for following in (mine, also_mine, others):
            await anext(following)  # what there is to see at once
        undisturbed = asyncio.ensure_future(anext(others))
        await change(units, workspace, run)
        async with asyncio.timeout(10):
            await anext(mine)
            await anext(also_mine)
        assert not undisturbed.done()
        await change(units, workspace, other)
        async with asyncio.timeout(10):
            await undisturbed
    assert not events._followers
    await events.aclose()


async def test_a_lost_connection_is_covered_by_the_poll_and_made_again(
    database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    run = await make_run(units, workspace)
    events = PostgresRunEvents(database_url=database.app_url, poll=0.1)
    async with aclosing(events.follow(tenant_id=workspace.tenant_id, run_id=run.id)) as following:
        await anext(following)
        [lost] = listeners(database, end_them=True)
        async with asyncio.timeout(10):
            await anext(following)
            while (now := listeners(database)) in ([], [lost]):  # noqa: ASYNC110 - nobody tells but the server
                await asyncio.sleep(0.05)
    assert len(now) == 1
    await events.aclose()
    assert listeners(database) == []


def listeners(database: TestDatabase, *, end_them: bool = False) -> list[int]:
    """Server processes that listen for the events of runs."""
    url = make_url(database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    query = "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()"
    with psycopg.connect(url, autocommit=True) as connection:
        found = [pid for (pid,) in connection.execute(query, ("nexusplanner run events",))]
        for pid in found if end_them else ():
            connection.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    return found


async def test_closing_without_followers_does_nothing(database: TestDatabase) -> None:
    await PostgresRunEvents(database_url=database.app_url).aclose()
