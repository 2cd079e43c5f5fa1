"""Workers that are killed at every point of a run: the run ends once, and no finished step is done again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.conftest import TestDatabase
from tests.factories.durable import Workspace, make_run, make_workspace, open_units
from tests.worker.child import Orders
from tests.worker.fleet import PATIENCE, Fleet, log_in, repeated

from nexusplanner.domain.runs import STEPS, Run, RunKind, RunState

POINTS = tuple(product(STEPS[RunKind.GENERATE], ("commit", "done")))
"""Inside each step, with all its work done and nothing kept, and at the boundary to the next one."""


@pytest.fixture
def fleet(database: TestDatabase, tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(Orders(app_url=database.app_url, log=log_in(tmp_path), delay_seconds=0.15)) as started:
        yield started


async def enqueue(database: TestDatabase) -> tuple[Workspace, Run]:
    async with open_units(database.app_url) as (engine, units):
        workspace = await make_workspace(engine)
        return workspace, await make_run(units, workspace)


async def end_of(database: TestDatabase, workspace: Workspace, run: Run) -> Run:
    async with open_units(database.app_url) as (_, units):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            async with units.for_actor(workspace.actor) as uow:
                seen = await uow.runs.get(run.id)
            if not seen.active:
                return seen
            await asyncio.sleep(0.05)
    message = f"The run is still {seen.state} at {seen.progress:.0%}."
    raise AssertionError(message)


async def decided_steps(database: TestDatabase, workspace: Workspace) -> list[str]:
    """Steps as the ledger has them, after checking that it holds."""
    async with open_units(database.app_url) as (_, units), units.for_actor(workspace.actor) as uow:
        assert (await uow.ledger.verify()).intact
        rows = await uow.session.execute(text("SELECT step FROM decisions ORDER BY sequence"))
        return list(rows.scalars())


async def test_a_worker_that_is_killed_anywhere_and_started_again_ends_the_run(
    database: TestDatabase, fleet: Fleet
) -> None:
    workspace, run = await enqueue(database)
    for step, phase in POINTS:
        before = len(fleet.lines())
        pid = fleet.start()
        fleet.wait_for(step=step, phase=phase, after=before)
        fleet.kill(pid)
    fleet.start()
    ended = await end_of(database, workspace, run)
    assert ended.state is RunState.SUCCEEDED
    assert await decided_steps(database, workspace) == list(STEPS[RunKind.GENERATE])
    assert repeated(fleet.lines()) == []


async def test_a_second_worker_takes_over_what_a_killed_one_left(database: TestDatabase, fleet: Fleet) -> None:
    workspace, run = await enqueue(database)
    fleet.start()
    seen = 0
    for step, phase in POINTS:
        fleet.start()
        line = fleet.wait_for(step=step, phase=phase, after=seen)
        seen = len(fleet.lines())
        fleet.kill(line.pid)
    ended = await end_of(database, workspace, run)
    assert ended.state is RunState.SUCCEEDED
    assert await decided_steps(database, workspace) == list(STEPS[RunKind.GENERATE])
    assert repeated(fleet.lines()) == []
