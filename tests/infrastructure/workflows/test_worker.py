"""The engine on a real database: transactions, cancelling, retrying, stopping."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import pytest
from sqlalchemy import text
from tests.conftest import TestDatabase
from tests.factories.durable import NOW, Workspace, make_run, make_workspace, open_units
from tests.fakes.run_steps import NotingRunSteps
from tests.worker.child import Orders, make_worker

from nexusplanner.application.durable.workflow import RunRef, RunSteps, Started
from nexusplanner.application.ports.unit_of_work import UnitsOfWork
from nexusplanner.application.runs import cancel_run, get_run, retry_run
from nexusplanner.domain.runs import STEPS, Run, RunKind, RunState, StepState
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork
from nexusplanner.infrastructure.workflows.worker import DbosWorker, WorkerRunning

PATIENCE = 20.0
ALL = list(STEPS[RunKind.GENERATE])


@dataclass
class Gate:
    """Holds a step until it is opened; the worker lives on another thread."""

    at: str
    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)

    async def __call__(self, step: str) -> None:
        if step == self.at:
            self.reached.set()
            while not self.opened.is_set():  # noqa: ASYNC110 - the test opens it from another thread
                await asyncio.sleep(0.01)


@pytest.fixture
async def units(database: TestDatabase) -> AsyncIterator[SqlUnitsOfWork]:
    async with open_units(database.app_url) as (_, opened):
        yield opened


@pytest.fixture
async def workspace(units: SqlUnitsOfWork) -> Workspace:
    return await make_workspace(units._engine)


def worker_for(
    database: TestDatabase, *, steps: Callable[[UnitsOfWork], RunSteps] = NotingRunSteps, deliveries: int = 1000
) -> DbosWorker:
    return make_worker(Orders(app_url=database.app_url, log=None, steps=steps, deliveries=deliveries))


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "What was waited for did not come."
        await asyncio.sleep(0.02)


@asynccontextmanager
async def working(worker: DbosWorker) -> AsyncIterator[DbosWorker]:
    """The worker, started, and stopped however the test ends."""
    await worker.start()
    try:
        yield worker
    finally:
        await worker.stop()


async def run_in(units: SqlUnitsOfWork, workspace: Workspace, run: Run) -> Run:
    async with units.for_actor(workspace.actor) as uow:
        return await get_run(uow, run_id=run.id)


async def end_of(units: SqlUnitsOfWork, workspace: Workspace, run: Run) -> Run:
    deadline = time.monotonic() + PATIENCE
    while (seen := await run_in(units, workspace, run)).active:
        assert time.monotonic() < deadline, f"The run is still {seen.state} at {seen.progress:.0%}."
        await asyncio.sleep(0.02)
    return seen


async def decided(units: SqlUnitsOfWork, workspace: Workspace) -> list[str]:
    async with units.for_actor(workspace.actor) as uow:
        assert (await uow.ledger.verify()).intact
        return list((await uow.session.execute(text("SELECT step FROM decisions ORDER BY sequence"))).scalars())


async def workflows(units: SqlUnitsOfWork, workspace: Workspace) -> list[tuple[str, str]]:
    async with units.for_actor(workspace.actor) as uow:
        rows = await uow.session.execute(text("SELECT workflow_uuid, status FROM dbos.workflow_status ORDER BY 1"))
        return [(row.workflow_uuid, row.status) for row in rows]


async def test_a_run_is_carried_to_its_end(database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace) -> None:
    run = await make_run(units, workspace)
    async with working(worker_for(database)):
        ended = await end_of(units, workspace, run)
    assert (ended.state, ended.progress, ended.attempts) == (RunState.SUCCEEDED, 1.0, 1)
    assert await decided(units, workspace) == ALL
    assert await workflows(units, workspace) == [(str(run.id), "SUCCESS")]


async def test_a_rolled_back_request_leaves_nothing_in_the_queue(units: SqlUnitsOfWork, workspace: Workspace) -> None:
    run = await make_run(units, workspace, start=False)

    async def enqueue_and_fail() -> None:
        async with units.for_actor(workspace.actor) as uow:
            await uow.workflows.start(run)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await enqueue_and_fail()
    assert await workflows(units, workspace) == []


async def test_starting_twice_starts_once(units: SqlUnitsOfWork, workspace: Workspace) -> None:
    run = await make_run(units, workspace)
    async with units.for_actor(workspace.actor) as uow:
        await uow.workflows.start(run)
    assert await workflows(units, workspace) == [(str(run.id), "ENQUEUED")]


async def test_the_engine_holds_ids_and_nothing_else(
    database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    run = await make_run(units, workspace)
    async with working(worker_for(database)):
        await end_of(units, workspace, run)
    held = ""
    async with units.for_actor(workspace.actor) as uow:
        query = text("SELECT tablename FROM pg_tables WHERE schemaname = 'dbos'")
        for table in list((await uow.session.execute(query)).scalars()):
            rows = await uow.session.execute(text(f"SELECT each::text FROM dbos.{table} AS each"))
            held += "\n".join(rows.scalars())
    assert str(run.id) in held
    assert str(workspace.tenant_id) in held
    assert "portable_json" in held  # not pickled objects, which run code when they are read
    for word in ("Spring", "Ada", "example.com", "ideate"):
        assert word not in held


async def test_the_application_role_owns_nothing_of_the_engine(units: SqlUnitsOfWork, workspace: Workspace) -> None:
    async with units.for_actor(workspace.actor) as uow:
        query = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'dbos'"
        owners = list((await uow.session.execute(text(query))).scalars())
        may_create = await uow.session.scalar(text("SELECT has_schema_privilege('dbos', 'CREATE')"))
    assert owners == ["nexus_owner"]
    assert not may_create


async def test_a_run_cancelled_before_it_began_never_begins(
    database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    run = await make_run(units, workspace)
    async with units.for_actor(workspace.actor) as uow:
        await cancel_run(uow, run_id=run.id, now=NOW)
    other = await make_run(units, workspace)
    async with working(worker_for(database)):
        await end_of(units, workspace, other)
    assert (await run_in(units, workspace, run)).state is RunState.CANCELLED
    assert await decided(units, workspace) == ALL  # of the other run alone


async def test_cancelling_drops_the_step_that_runs_and_a_retry_keeps_those_before(
    database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    run = await make_run(units, workspace)
    gate = Gate(at="ideate")
    async with working(worker_for(database, steps=partial(NotingRunSteps, work=gate))):
        await until(gate.reached.is_set)
        async with units.for_actor(workspace.actor) as uow:
            await cancel_run(uow, run_id=run.id, now=NOW)
        async with units.for_actor(workspace.actor) as uow:
            await retry_run(uow, run_id=run.id)
        gate.opened.set()
        ended = await end_of(units, workspace, run)
    assert ended.state is RunState.SUCCEEDED
    assert await decided(units, workspace) == ALL
    assert [status for _, status in await workflows(units, workspace)] == ["SUCCESS", "SUCCESS"]


async def test_a_cancelled_run_stays_cancelled_whatever_its_step_brings(
    database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    run = await make_run(units, workspace)
    gate = Gate(at="ideate")
    async with working(worker_for(database, steps=partial(NotingRunSteps, work=gate))) as worker:
        await until(gate.reached.is_set)
        async with units.for_actor(workspace.actor) as uow:
            await cancel_run(uow, run_id=run.id, now=NOW)
        gate.opened.set()
        await until(lambda: not worker._carried)
    seen = await run_in(units, workspace, run)
    assert seen.state is RunState.CANCELLED
    assert seen.step("ideate").state is not StepState.DONE
    assert await decided(units, workspace) == ALL[: ALL.index("ideate")]


async def test_a_run_that_fails_can_be_tried_again(
    database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    broken = threading.Event()
    broken.set()

    async def work(step: str) -> None:
        if step == "allocate" and broken.is_set():
            raise KeyError(step)

    run = await make_run(units, workspace)
    async with working(worker_for(database, steps=partial(NotingRunSteps, work=work))):
        failed = await end_of(units, workspace, run)
        broken.clear()
        async with units.for_actor(workspace.actor) as uow:
            await retry_run(uow, run_id=run.id)
        ended = await end_of(units, workspace, run)
    assert (failed.state, failed.retryable) == (RunState.FAILED, True)
    assert "allocate" in failed.error
    assert (ended.state, ended.error) == (RunState.SUCCEEDED, "")
    assert await decided(units, workspace) == ALL


async def test_stopping_lets_the_current_step_end_and_the_next_worker_goes_on(
    database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    run = await make_run(units, workspace)
    gate = Gate(at="ideate")
    worker = worker_for(database, steps=partial(NotingRunSteps, work=gate))
    await worker.start()
    await until(gate.reached.is_set)
    stopping = asyncio.create_task(worker.stop())
    await until(worker._stopping.is_set)
    gate.opened.set()
    await stopping
    seen = await run_in(units, workspace, run)
    done = [step.name for step in seen.steps if step.state is StepState.DONE]
    assert done == ALL[: ALL.index("ideate") + 1]
    assert await workflows(units, workspace) == [(str(run.id), "ENQUEUED")]

    async with working(worker_for(database)):
        ended = await end_of(units, workspace, run)
    assert ended.state is RunState.SUCCEEDED
    assert await decided(units, workspace) == ALL


async def test_stopping_gives_up_a_step_that_outlives_the_grace(
    database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    run = await make_run(units, workspace)
    gate = Gate(at="ideate")
    worker = worker_for(database, steps=partial(NotingRunSteps, work=gate))
    worker._options = type(worker._options)(grace=0.1, poll=0.05)
    await worker.start()
    await until(gate.reached.is_set)
    await worker.stop()
    assert await workflows(units, workspace) == [(str(run.id), "ENQUEUED")]
    assert await decided(units, workspace) == ALL[: ALL.index("ideate")]


async def test_a_poisoned_run_ends(database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace) -> None:
    run = await make_run(units, workspace)
    async with working(worker_for(database, deliveries=0)):
        ended = await end_of(units, workspace, run)
    assert (ended.state, ended.retryable) == (RunState.FAILED, True)
    assert "its worker ended" in ended.error


async def test_one_process_has_one_worker(database: TestDatabase) -> None:
    second = worker_for(database)
    async with working(worker_for(database)):
        with pytest.raises(WorkerRunning):
            await second.start()
    async with working(second):
        assert second.executor_id


async def test_a_worker_that_cannot_start_says_why_and_leaves_room_for_another(database: TestDatabase) -> None:
    nowhere = make_worker(Orders(app_url=database.app_url.replace(database.name, "nowhere"), log=None))
    with pytest.raises(Exception, match="nowhere"):
        await nowhere.start()
    async with working(worker_for(database)) as worker:
        assert worker.executor_id != nowhere.executor_id


async def test_a_run_with_nothing_left_to_do_is_not_delivered_again(
    database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    class NothingLeft(NotingRunSteps):
        async def begin(self, ref: RunRef) -> Started:
            return Started(token=(await super().begin(ref)).token, steps=())

    run = await make_run(units, workspace)
    async with working(worker_for(database, steps=NothingLeft)):
        deadline = time.monotonic() + PATIENCE
        while (await workflows(units, workspace)) != [(str(run.id), "SUCCESS")]:
            assert time.monotonic() < deadline, "The engine does not call the run over."
            await asyncio.sleep(0.05)
    assert (await run_in(units, workspace, run)).attempts == 1
