"""Lets a checkpoint of the ledger follow a run that has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from nexusplanner.application.durable.workflow import RunRef, RunShell
from nexusplanner.domain.shared import TenantId


class AnchoringRunShell:
    """A shell that asks for a checkpoint once its run is over. anchor: never raises, and is quick when little is new."""

    def __init__(self, inner: RunShell, *, anchor: Callable[[TenantId], Awaitable[None]]) -> None:
        self._inner = inner
        self._anchor = anchor

    async def __call__(self, ref: RunRef, *, since: int, stopping: asyncio.Event) -> bool:
        """Carry the run to its end; whether it is there."""
        over = await self._inner(ref, since=since, stopping=stopping)
        if over:
            await self._anchor(ref.tenant_id)
        return over
