"""Opening the database and acting in a workspace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from nexusplanner import bootstrap
from nexusplanner.bootstrap import Container
from nexusplanner.domain.identity import Actor, Tenant
from nexusplanner.infrastructure.logging import configure
from nexusplanner.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A workspace to act in, as the command line's operator."""

    container: Container
    actor: Actor
    tenant: Tenant


def act(use: Callable[[Workspace], Awaitable[T]], *, tenant: str = "", worker: bool = False) -> T:
    """Open everything, run `use` in the workspace, and close everything again. worker: also take runs meanwhile."""
    return asyncio.run(_act(use, tenant=tenant, worker=worker))


async def _act(use: Callable[[Workspace], Awaitable[T]], *, tenant: str, worker: bool) -> T:
    async with opened(worker=worker) as container:
        user, found = await container.desk.operator(slug=tenant)
        return await use(Workspace(container=container, actor=user.actor(), tenant=found))


@asynccontextmanager
async def opened(*, worker: bool) -> AsyncIterator[Container]:
    """The migrated database with everything built on it, started, and stopped at the end."""
    settings = Settings()
    configure(level="WARNING")
    container = await asyncio.to_thread(bootstrap.assemble, settings, worker=worker)
    try:
        await container.start()
        try:
            yield container
        finally:
            await container.stop()
    finally:
        await asyncio.to_thread(container.database.close)
