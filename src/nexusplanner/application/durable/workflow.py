"""What a durable workflow carries and calls: ids in, one step at a time, nothing else.

A workflow engine delivers every run at least once and may deliver it to two workers at the same time (one of which is
thought dead). The run row decides: each delivery begins with a fencing token, and whatever an older token writes is
refused.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from nexusplanner.domain.shared import Conflict, RunId, TenantId


@dataclass(frozen=True, kw_only=True)
class RunRef:
    """All a workflow knows of a run."""

    tenant_id: TenantId
    run_id: RunId


@dataclass(frozen=True, kw_only=True)
class Started:
    """A worker holds the run.

    token: the fencing token (`Run.attempts` after the start), greater than that of every earlier holder.
    steps: names of the steps still to do, in order; empty when the run is no longer active.
    """

    token: int
    steps: tuple[str, ...]


class RunStopped(Conflict):
    """The run was cancelled or ended, or another worker took it over: leave it alone."""

    code = "RUN_STOPPED"


class RunSteps(Protocol):
    """What a workflow calls; every method is one short sequence of transactions and safe to call again."""

    async def begin(self, ref: RunRef) -> Started:
        """Mark the run running for a new holder. A run that is no longer active, or unknown, has no steps left."""
        ...

    async def perform(self, ref: RunRef, *, step: str, token: int) -> None:
        """Do one step: its output, what it saves and the mark that it is done are committed together.

        A step that is done is skipped. Raises: RunStopped when the run is not running or `token` is not its latest.
        """
        ...

    async def fail(self, ref: RunRef, *, token: int, error: str, retryable: bool) -> None:
        """End the run with a message its user can act on; does nothing when `token` no longer holds it."""
        ...


class RunShell(Protocol):
    """What a workflow engine does with a run that it delivers."""

    async def __call__(self, ref: RunRef, *, since: int, stopping: asyncio.Event) -> bool:
        """Carry the run to its end; whether it is there. A run let go because the worker stops is delivered again.

        since: the fencing token when the run was enqueued; more deliveries than usual after it mean that the run
        takes its worker down.
        """
        ...
