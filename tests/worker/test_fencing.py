"""The product's steps against holders that were taken for dead, cancelled runs and steps that are done."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from tests.conftest import TestDatabase
from tests.factories.durable import NOW, Workspace, make_workspace, open_units
from tests.worker.real import generate_first_campaign, generation

from nexusplanner.application.durable.workflow import RunRef, RunStopped
from nexusplanner.application.runs import cancel_run
from nexusplanner.domain.runs import Run, RunState, StepState
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork


@pytest.fixture
async def units(database: TestDatabase) -> AsyncIterator[SqlUnitsOfWork]:
    async with open_units(database.app_url) as (_, opened):
        yield opened


@pytest.fixture
async def workspace(units: SqlUnitsOfWork) -> Workspace:
    return await make_workspace(units._engine)


@pytest.fixture
async def run(units: SqlUnitsOfWork, workspace: Workspace) -> Run:
    return await generate_first_campaign(units, workspace)


def ref(run: Run) -> RunRef:
    return RunRef(tenant_id=run.tenant_id, run_id=run.id)


async def now(units: SqlUnitsOfWork, workspace: Workspace, run: Run) -> Run:
    async with units.for_actor(workspace.actor) as uow:
        return await uow.runs.get(run.id)


async def entries(units: SqlUnitsOfWork, workspace: Workspace) -> int:
    async with units.for_actor(workspace.actor) as uow:
        return int(await uow.session.scalar(text("SELECT count(*) FROM decisions")) or 0)


async def test_an_earlier_holder_writes_nothing(units: SqlUnitsOfWork, workspace: Workspace, run: Run) -> None:
    steps = generation(units)
    earlier = await steps.begin(ref(run))
    later = await steps.begin(ref(run))
    assert later.token > earlier.token
    with pytest.raises(RunStopped):
        await steps.perform(ref(run), step="gather_context", token=earlier.token)
    await steps.fail(ref(run), token=earlier.token, error="late", retryable=True)
    seen = await now(units, workspace, run)
    assert (seen.state, seen.progress, seen.error) == (RunState.RUNNING, 0, "")
    await steps.perform(ref(run), step="gather_context", token=later.token)
    assert (await now(units, workspace, run)).step("gather_context").state is StepState.DONE


async def test_a_step_that_is_done_is_not_done_again(units: SqlUnitsOfWork, workspace: Workspace, run: Run) -> None:
    steps = generation(units)
    first = await steps.begin(ref(run))
    await steps.perform(ref(run), step="gather_context", token=first.token)
    await steps.perform(ref(run), step="analyse_market", token=first.token)
    before = await entries(units, workspace)
    again = await steps.begin(ref(run))
    assert again.steps == first.steps[2:]
    await steps.perform(ref(run), step="analyse_market", token=again.token)
    assert await entries(units, workspace) == before


async def test_a_cancelled_run_takes_no_step(units: SqlUnitsOfWork, workspace: Workspace, run: Run) -> None:
    steps = generation(units)
    started = await steps.begin(ref(run))
    async with units.for_actor(workspace.actor) as uow:
        await cancel_run(uow, run_id=run.id, now=NOW)
    with pytest.raises(RunStopped):
        await steps.perform(ref(run), step="gather_context", token=started.token)
    assert (await steps.begin(ref(run))).steps == ()
    assert (await now(units, workspace, run)).state is RunState.CANCELLED


async def test_a_run_of_another_workspace_is_not_there(units: SqlUnitsOfWork, workspace: Workspace, run: Run) -> None:
    stranger = await make_workspace(units._engine)
    foreign = RunRef(tenant_id=stranger.tenant_id, run_id=run.id)
    steps = generation(units)
    assert (await steps.begin(foreign)).steps == ()
    with pytest.raises(RunStopped):
        await steps.perform(foreign, step="gather_context", token=0)
    assert (await now(units, workspace, run)).state is RunState.QUEUED
