"""`RunSteps` whose work is to note in the ledger that it was done; everything else is as in the product."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

from nexusplanner.application.durable.workflow import RunRef, RunStopped, Started
from nexusplanner.application.ports.unit_of_work import UnitOfWork, UnitsOfWork
from nexusplanner.domain.audit import Decision
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.identity import Actor, Role
from nexusplanner.domain.runs import Run, RunState, StepState
from nexusplanner.domain.shared import UserId

Work = Callable[[str], Awaitable[None]]


async def no_work(step: str) -> None:
    """Take no time."""
    del step
    await asyncio.sleep(0)


class NotingRunSteps:
    """Executes any run. work: what a step does between its two transactions."""

    def __init__(self, units: UnitsOfWork, *, work: Work = no_work) -> None:
        self._units = units
        self._work = work

    async def begin(self, ref: RunRef) -> Started:
        async with self._units.for_actor(_actor(ref)) as uow:
            run = await uow.runs.get(ref.run_id, lock=True)
            if not run.active:
                return Started(token=run.attempts, steps=())
            run.start(at=datetime.now(UTC))
            todo = tuple(step.name for step in run.steps if step.state is not StepState.DONE)
            return Started(token=run.attempts, steps=todo)

    async def perform(self, ref: RunRef, *, step: str, token: int) -> None:
        await self._work(step)
        async with self._units.for_actor(_actor(ref)) as uow:
            run = await _held(uow, ref, token=token)
            if run.step(step).state is StepState.DONE:
                return
            run.mark(step, state=StepState.DONE, at=datetime.now(UTC))
            await uow.ledger.append(_decision(run, step=step))
            if step == run.steps[-1].name:
                assert run.campaign_id is not None
                run.succeed(campaign_id=run.campaign_id, at=datetime.now(UTC))

    async def fail(self, ref: RunRef, *, token: int, error: str, retryable: bool) -> None:
        async with self._units.for_actor(_actor(ref)) as uow:
            run = await _held(uow, ref, token=token)
            run.fail(error=error, retryable=retryable, at=datetime.now(UTC))


def _actor(ref: RunRef) -> Actor:
    return Actor(tenant_id=ref.tenant_id, user_id=UserId(UUID(int=0)), role=Role.ADMIN)


async def _held(uow: UnitOfWork, ref: RunRef, *, token: int) -> Run:
    run = await uow.runs.get(ref.run_id, lock=True)
    if run.state is not RunState.RUNNING or run.attempts != token:
        raise RunStopped("Somebody else holds this run, or it has ended.")
    return run


def _decision(run: Run, *, step: str) -> Decision:
    return Decision(
        tenant_id=run.tenant_id,
        run_id=run.id,
        campaign_id=run.campaign_id,
        step=step,
        agent="noting",
        agent_version="1",
        author=Author.RULES,
        summary=f"Did {step}.",
        personal={"subject-1": {"name": "Ada"}},
        decided_at=datetime.now(UTC),
    )
