"""How every kind of run is carried out: one step at a time, each kept once, by whoever holds the run.

A step loads in one transaction, works outside of any, and keeps what it found in another, which also marks it done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from nexusplanner.application.agents.coordinator import Worked
from nexusplanner.application.agents.decided import Record
from nexusplanner.application.agents.ideation import OnIdeas
from nexusplanner.application.durable.workflow import RunRef, RunStopped, Started
from nexusplanner.application.ledger.decisions import record_step
from nexusplanner.application.ports.replay import Sealed
from nexusplanner.application.ports.unit_of_work import Clock, UnitOfWork, UnitsOfWork
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.identity import Actor, Role
from nexusplanner.domain.runs import PartialIdea, Run, RunKind, RunState, StepState
from nexusplanner.domain.shared import DomainError, NotFound, TenantId, UserId

SECONDS_BETWEEN = 0.5
"""At most twice a second ideas in the making are kept: followers can read no faster."""

WORKER = UserId(UUID(int=0))

Work = Callable[[], Awaitable[Worked[object]]]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a step works on. inputs: what was read from the workspace for it, a frozen dataclass; None for nothing.

    work: what the step does with its inputs and what earlier steps handed on; it needs no transaction.
    """

    inputs: object | None = None
    work: Work


Reads = Callable[[UnitOfWork, Run], Awaitable[Loaded]]


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """What must be asked of the outside before the step can read its inputs; it needs no transaction and never fails.

    ask: gives what then reads the inputs, in a transaction of its own.
    """

    ask: Callable[[], Awaitable[Reads]]


def worker_actor(tenant_id: TenantId) -> Actor:
    """The actor a worker is while it executes runs of a tenant."""
    return Actor(tenant_id=tenant_id, user_id=WORKER, role=Role.ADMIN)


class StepBook(Protocol):
    """What the steps of some kinds of run do."""

    async def load(self, uow: UnitOfWork, run: Run, *, step: str, tell: OnIdeas) -> Loaded | Ahead | None:
        """Read what the step needs; None when there is nothing to work on. tell: takes ideas while they are written."""
        ...

    async def keep(
        self, uow: UnitOfWork, run: Run, *, step: str, worked: Worked[object] | None, now: datetime
    ) -> Worked[object]:
        """Save what the step changes beyond its own output, and give back what is to be kept of it."""
        ...


class DurableSteps:
    """Executes runs by the book of their kind; implements `RunSteps`."""

    def __init__(self, *, units: UnitsOfWork, clock: Clock, books: Mapping[RunKind, StepBook]) -> None:
        self._units = units
        self._clock = clock
        self._books = books

    async def begin(self, ref: RunRef) -> Started:
        """Mark the run running for a new holder."""
        async with self._units.for_actor(worker_actor(ref.tenant_id)) as uow:
            try:
                run = await uow.runs.get(ref.run_id, lock=True)
            except NotFound:
                return Started(token=0, steps=())
            if not run.active:
                return Started(token=run.attempts, steps=())
            run.start(at=self._clock.now())
            todo = tuple(step.name for step in run.steps if step.state is not StepState.DONE)
            return Started(token=run.attempts, steps=todo)

    async def perform(self, ref: RunRef, *, step: str, token: int) -> None:
        """Do one step unless it is done. Raises RunStopped when this holder no longer holds the run."""
        actor = worker_actor(ref.tenant_id)
        async with self._units.for_actor(actor) as uow:
            run = await held(uow, ref, token=token)
            if run.step(step).state is StepState.DONE:
                return
            run.mark(step, state=StepState.RUNNING, at=self._clock.now())
            tell = Partials(self._units, ref=ref, token=token)
            loaded = await self._books[run.kind].load(uow, run, step=step, tell=tell)
        if isinstance(loaded, Ahead):
            read = await loaded.ask()
            async with self._units.for_actor(actor) as uow:
                loaded = await read(uow, await held(uow, ref, token=token))
        began = self._clock.now()
        worked = await loaded.work() if loaded else None
        took = self._clock.now() - began
        async with self._units.for_actor(actor) as uow:
            run = await held(uow, ref, token=token)
            if run.step(step).state is StepState.DONE:
                return
            await self._keep(uow, run, step=step, given=loaded.inputs if loaded else None, worked=worked, took=took)

    async def _keep(
        self,
        uow: UnitOfWork,
        run: Run,
        *,
        step: str,
        given: object | None,
        worked: Worked[object] | None,
        took: timedelta,
    ) -> None:
        now = self._clock.now()
        kept = await self._books[run.kind].keep(uow, run, step=step, worked=worked, now=now)
        records = kept.records
        if kept.output is not None:
            await uow.runs.keep_output(run, step=step, output=kept.output)
            answers = [answer for record in records for answer in record.origin.answers]
            sealed = await uow.recordings.keep(run, step=step, inputs=given, output=kept.output, answers=answers)
            records = tuple(_bound(record, sealed) for record in records)
        for record in records:
            latency = round(took.total_seconds() * 1000)
            await record_step(uow, record, run=run, step=step, now=now, latency_ms=latency)
        run.mark(step, state=StepState.DONE, at=now, detail=kept.detail, provider=_writer(kept.records))

    async def fail(self, ref: RunRef, *, token: int, error: str, retryable: bool) -> None:
        """End the run with a message; does nothing when this holder no longer holds it."""
        async with self._units.for_actor(worker_actor(ref.tenant_id)) as uow:
            try:
                run = await held(uow, ref, token=token)
            except RunStopped:
                return
            now = self._clock.now()
            for step in run.steps:
                if step.state is StepState.RUNNING:
                    run.mark(step.name, state=StepState.FAILED, at=now)
            run.fail(error=error, retryable=retryable, at=now)


class Partials:
    """Keeps ideas that are being written on their run, as long as its holder holds it; never fails the step."""

    def __init__(self, units: UnitsOfWork, *, ref: RunRef, token: int) -> None:
        self._units = units
        self._ref = ref
        self._token = token
        self._next = 0.0
        self._stopped = False

    async def __call__(self, ideas: Sequence[PartialIdea]) -> None:
        """Keep them, unless others were kept less than half a second ago."""
        now = asyncio.get_running_loop().time()
        if self._stopped or now < self._next:
            return
        self._next = now + SECONDS_BETWEEN
        try:
            async with self._units.for_actor(worker_actor(self._ref.tenant_id)) as uow:
                run = await held(uow, self._ref, token=self._token)
                run.partial = tuple(ideas)
        except DomainError:
            self._stopped = True


def _writer(records: Iterable[Record]) -> str:
    """Who wrote the step's texts, in words; empty when it wrote none."""
    for origin in (record.origin for record in records):
        if origin.author is Author.AI:
            return f"{origin.provider} ({origin.model_answered or origin.model_asked})"
        if origin.author is Author.RULES:
            return origin.provider
    return ""


def _bound(record: Record, sealed: Sealed) -> Record:
    """The record with the hashes of what the step was given and of what it handed on."""
    return replace(
        record,
        inputs={**record.inputs, "step_inputs_sha256": sealed.inputs},
        output={**record.output, "step_output_sha256": sealed.output},
    )


async def held(uow: UnitOfWork, ref: RunRef, *, token: int) -> Run:
    """The run, locked. Raises RunStopped unless it runs and `token` is its latest."""
    try:
        run = await uow.runs.get(ref.run_id, lock=True)
    except NotFound as error:
        raise RunStopped("The run is gone.") from error
    if run.state is not RunState.RUNNING or run.attempts != token:
        raise RunStopped(f"The run is {run.state}, or another worker took it over.")
    return run
