"""Workers that are killed at every point of a run: the run ends once, and no finished step is done again."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.conftest import TestDatabase
from tests.factories.durable import Workspace, make_run, make_workspace, open_units
from tests.scale import FULL
from tests.worker.child import Orders
from tests.worker.fleet import PATIENCE, Fleet, log_in, repeated
from tests.worker.real import generate_first_campaign, generation

from nexusplanner.application.campaigns import generate_plan
from nexusplanner.bootstrap import SystemClock
from nexusplanner.domain.runs import STEPS, Run, RunKind, RunState
from nexusplanner.infrastructure.reference.demo import load_demo_company

POINTS = tuple(product(STEPS[RunKind.GENERATE], ("commit", "done")))
"""Inside each step, with all its work done and nothing kept, and at the boundary to the next one."""
ALTERNATE = tuple((step, ("commit", "done")[at % 2]) for at, step in enumerate(STEPS[RunKind.GENERATE]))
FIRST, SECOND = (POINTS, POINTS) if FULL else (ALTERNATE, tuple(each for each in POINTS if each not in ALTERNATE))
"""Where each of the two tests kills: usually every point in one of them, at full scale every point in both."""

REAL_COMMITS = 2
"""The product's steps commit twice: when they begin, and when they keep what they found."""


@pytest.fixture
def orders(database: TestDatabase, tmp_path: Path) -> Orders:
    return Orders(app_url=database.app_url, log=log_in(tmp_path), delay_seconds=0.15)


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


async def decided_steps(database: TestDatabase, workspace: Workspace, run: Run) -> list[str]:
    """The steps of the run's agents as the ledger has them, after checking that it holds.

    What was measured is left out: the first plan of a brand files its model, and later ones stand on it.
    """
    async with open_units(database.app_url) as (_, units), units.for_actor(workspace.actor) as uow:
        assert (await uow.ledger.verify()).intact
        query = text("SELECT step FROM decisions WHERE run_id = :run_id AND agent <> 'measurement' ORDER BY sequence")
        return list((await uow.session.execute(query, {"run_id": run.id})).scalars())


async def test_a_killed_worker_that_is_started_again_makes_the_plan_once(
    database: TestDatabase, orders: Orders
) -> None:
    async with open_units(database.app_url) as (engine, units):
        workspace = await make_workspace(engine)
        run = await generate_first_campaign(units, workspace)
        with Fleet(replace(orders, steps=generation)) as fleet:
            for step, phase in FIRST:
                before = len(fleet.lines())
                pid = fleet.start()
                fleet.wait_for(step=step, phase=phase, after=before, nth=REAL_COMMITS if phase == "commit" else 1)
                fleet.kill(pid)
            fleet.start()
            ended = await end_of(database, workspace, run)
            disturbed = await decided_steps(database, workspace, run)
            assert repeated(fleet.lines()) == []

            async with units.for_actor(workspace.actor) as uow:
                assert ended.campaign_id is not None
                made = await uow.campaigns.get(ended.campaign_id)
                count = await uow.session.scalar(text("SELECT count(*) FROM campaigns"))
                models = await uow.session.scalar(text("SELECT count(*) FROM model_versions"))
                undisturbed = await generate_plan(uow, campaign_id=made.id, now=SystemClock().now())
            await end_of(database, workspace, undisturbed)
            assert disturbed == await decided_steps(database, workspace, undisturbed)
    assert ended.state is RunState.SUCCEEDED
    assert models == 1
    assert made.plan is not None
    assert count == len(load_demo_company().campaigns) + 1


async def test_a_second_worker_takes_over_what_a_killed_one_left(database: TestDatabase, orders: Orders) -> None:
    workspace, run = await enqueue(database)
    with Fleet(orders) as fleet:
        fleet.start()
        seen = 0
        for step, phase in SECOND:
            fleet.start()
            line = fleet.wait_for(step=step, phase=phase, after=seen)
            seen = len(fleet.lines())
            fleet.kill(line.pid)
        ended = await end_of(database, workspace, run)
        assert repeated(fleet.lines()) == []
    assert ended.state is RunState.SUCCEEDED
    assert await decided_steps(database, workspace, run) == list(STEPS[RunKind.GENERATE])
