"""A worker in a process of its own, to be killed; its steps only note in the ledger that they were done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.factories.durable import open_units
from tests.fakes.run_steps import NotingRunSteps

from nexusplanner.application.durable.workflow import RunShell, RunSteps
from nexusplanner.application.ports.unit_of_work import UnitsOfWork
from nexusplanner.infrastructure.workflows import DbosWorker, WorkerOptions
from nexusplanner.worker import PacedUnitsOfWork, Pacing, PatientRunShell, Policy

StepsFactory = Callable[[UnitsOfWork], RunSteps]


@dataclass(frozen=True, kw_only=True)
class Orders:
    """What a child does. steps: makes the steps from units of work; it must be importable by name."""

    app_url: str
    log: Path | None
    delay_seconds: float = 0
    reap_seconds: float = 0.2
    deliveries: int = 1000
    steps: StepsFactory = NotingRunSteps


def live(orders: Orders) -> None:
    """Work until killed."""
    asyncio.run(_live(orders))


async def _live(orders: Orders) -> None:
    worker = make_worker(orders)
    await worker.start()
    await asyncio.Event().wait()


def make_worker(orders: Orders) -> DbosWorker:
    """The worker of this process."""
    return DbosWorker(
        database_url=orders.app_url,
        open_shell=lambda: _shell(orders),
        options=WorkerOptions(poll=0.05, reap=orders.reap_seconds, grace=5),
    )


def _shell(orders: Orders) -> AbstractAsyncContextManager[RunShell]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[RunShell]:
        pacing = Pacing(delay_seconds=orders.delay_seconds, log=orders.log)
        async with open_units(orders.app_url) as (_, units):
            steps = orders.steps(PacedUnitsOfWork(units, pacing=pacing))
            policy = Policy(deliveries=orders.deliveries, pause=0.05)
            yield PatientRunShell(steps=steps, policy=policy, pacing=pacing)

    return opened()
