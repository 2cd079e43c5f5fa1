"""Slows steps down and writes down outside the process what they do, so that a test can kill a worker at any point."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from nexusplanner.application.durable.workflow import RunRef
from nexusplanner.application.ports.unit_of_work import UnitOfWork, UnitsOfWork
from nexusplanner.domain.identity import Actor

_CURRENT: ContextVar[tuple[RunRef, str] | None] = ContextVar("current_step", default=None)


@dataclass(frozen=True, kw_only=True)
class Pacing:
    """Pauses at the phases of a step: "begin" (nothing done), "commit" (all done, nothing kept), "done" (kept).

    delay_seconds: how long each pause lasts. log: a file that gets the line "run step phase pid" before each pause.
    """

    delay_seconds: float = 0
    log: Path | None = None

    async def begin(self, ref: RunRef, *, step: str) -> None:
        """A step is about to work."""
        _CURRENT.set((ref, step))
        await self._pause(ref, step, "begin")

    async def commit(self) -> None:
        """A transaction of the current step is about to be committed."""
        current = _CURRENT.get()
        if current is not None:
            await self._pause(*current, "commit")

    async def done(self, ref: RunRef, *, step: str) -> None:
        """The step is committed."""
        _CURRENT.set(None)
        await self._pause(ref, step, "done")

    async def _pause(self, ref: RunRef, step: str, phase: str) -> None:
        if self.log is not None:
            _append(self.log, f"{ref.run_id} {step} {phase} {os.getpid()}\n")
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)


class PacedUnitsOfWork:
    """Units of work whose commits wait for the pace of the step they belong to."""

    def __init__(self, inner: UnitsOfWork, *, pacing: Pacing) -> None:
        self._inner = inner
        self._pacing = pacing

    @asynccontextmanager
    async def for_actor(self, actor: Actor) -> AsyncIterator[UnitOfWork]:
        """A transaction that commits, after a pause, when the block ends well."""
        async with self._inner.for_actor(actor) as uow:
            yield uow
            await uow.flush()
            await self._pacing.commit()


def _append(path: Path, line: str) -> None:
    """Add the line in one write, so that lines of several processes never mix."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)
