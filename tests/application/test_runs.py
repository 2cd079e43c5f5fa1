"""Looking at a run, cancelling it, trying it again: who may, and when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text
from tests.conftest import TestDatabase
from tests.factories.durable import NOW, Workspace, make_run, make_workspace, open_units

from nexusplanner.application.campaigns import generate_plan
from nexusplanner.application.ledger.decisions import verify
from nexusplanner.application.runs import cancel_run, get_run, retry_run
from nexusplanner.domain.identity import Role
from nexusplanner.domain.runs import RunState, StepState
from nexusplanner.domain.shared import Conflict, Forbidden, NotFound, RunId
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork


@pytest.fixture
async def units(database: TestDatabase) -> AsyncIterator[SqlUnitsOfWork]:
    async with open_units(database.app_url) as (_, opened):
        yield opened


@pytest.fixture
async def workspace(units: SqlUnitsOfWork) -> Workspace:
    return await make_workspace(units._engine)


async def queued(units: SqlUnitsOfWork, workspace: Workspace) -> list[str]:
    async with units.for_actor(workspace.actor) as uow:
        query = "SELECT workflow_uuid FROM dbos.workflow_status WHERE status = 'ENQUEUED' ORDER BY created_at"
        return list((await uow.session.execute(text(query))).scalars())


async def test_another_workspace_finds_nothing(units: SqlUnitsOfWork, workspace: Workspace) -> None:
    run = await make_run(units, workspace)
    stranger = await make_workspace(units._engine)
    async with units.for_actor(stranger.actor) as uow:
        with pytest.raises(NotFound):
            await get_run(uow, run_id=run.id)
        with pytest.raises(NotFound):
            await cancel_run(uow, run_id=run.id, now=NOW)
        with pytest.raises(NotFound):
            await retry_run(uow, run_id=run.id)


async def test_a_viewer_may_look_and_verify_and_nothing_more(units: SqlUnitsOfWork, workspace: Workspace) -> None:
    run = await make_run(units, workspace)
    async with units.for_actor(replace(workspace.actor, role=Role.VIEWER)) as uow:
        assert (await get_run(uow, run_id=run.id)).state is RunState.QUEUED
        assert (await verify(uow)).intact
        with pytest.raises(Forbidden):
            await cancel_run(uow, run_id=run.id, now=NOW)
        with pytest.raises(Forbidden):
            await retry_run(uow, run_id=run.id)


async def test_an_unknown_run_is_not_found(units: SqlUnitsOfWork, workspace: Workspace) -> None:
    async with units.for_actor(workspace.actor) as uow:
        with pytest.raises(NotFound):
            await get_run(uow, run_id=RunId(uuid4()))


async def test_what_goes_on_cannot_be_tried_again_and_what_ended_cannot_be_cancelled(
    units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    run = await make_run(units, workspace)
    async with units.for_actor(workspace.actor) as uow:
        with pytest.raises(Conflict):
            await retry_run(uow, run_id=run.id)
        await cancel_run(uow, run_id=run.id, now=NOW)
        with pytest.raises(Conflict):
            await cancel_run(uow, run_id=run.id, now=NOW)


async def test_a_retry_queues_another_workflow_fences_the_first_and_keeps_what_is_done(
    units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    run = await make_run(units, workspace)
    async with units.for_actor(workspace.actor) as uow:
        started = await uow.runs.get(run.id, lock=True)
        started.start(at=NOW)
        started.mark("gather_context", state=StepState.DONE, at=NOW)
        held = started.attempts
        await cancel_run(uow, run_id=run.id, now=NOW)
    async with units.for_actor(workspace.actor) as uow:
        again = await retry_run(uow, run_id=run.id)
    assert again.state is RunState.QUEUED
    assert again.attempts > held
    assert again.step("gather_context").state is StepState.DONE
    assert await queued(units, workspace) == [str(run.id), f"{run.id}-{again.attempts}"]


async def test_a_retry_waits_while_another_run_works_on_the_campaign(
    units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    first = await make_run(units, workspace)
    async with units.for_actor(workspace.actor) as uow:
        await cancel_run(uow, run_id=first.id, now=NOW)
        assert first.campaign_id is not None
        second = await generate_plan(uow, campaign_id=first.campaign_id, now=NOW)
    async with units.for_actor(workspace.actor) as uow:
        with pytest.raises(Conflict) as refused:
            await retry_run(uow, run_id=first.id)
    assert refused.value.details == {"run_id": str(second.id)}


async def test_a_retry_and_a_new_run_at_once_never_both_work_on_the_campaign(
    units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    first = await make_run(units, workspace)
    async with units.for_actor(workspace.actor) as uow:
        await cancel_run(uow, run_id=first.id, now=NOW)
        assert first.campaign_id is not None
        campaign_id = first.campaign_id
        (await uow.campaigns.get(campaign_id)).run_id = first.id

    async def start_another() -> None:
        async with units.for_actor(workspace.actor) as uow:
            await generate_plan(uow, campaign_id=campaign_id, now=NOW)

    async with units.for_actor(workspace.actor) as uow:
        await retry_run(uow, run_id=first.id)
        await uow.flush()
        other = asyncio.create_task(start_another())
        await asyncio.wait([other], timeout=0.5)
        assert not other.done()
    with pytest.raises(Conflict) as refused:
        await other
    assert refused.value.details == {"run_id": str(first.id)}


async def test_every_retry_is_a_workflow_of_its_own(units: SqlUnitsOfWork, workspace: Workspace) -> None:
    run = await make_run(units, workspace)
    for _ in range(3):
        async with units.for_actor(workspace.actor) as uow:
            await cancel_run(uow, run_id=run.id, now=NOW)
            await retry_run(uow, run_id=run.id)
    assert len(set(await queued(units, workspace))) == 4
