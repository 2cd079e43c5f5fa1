"""Telling that transactions wait for each other, so that tests meet a race every time."""

from __future__ import annotations

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
PATIENCE = 10


async def until_waiting(engine: AsyncEngine, task: asyncio.Task[object], *, count: int = 1) -> None:
    """Return when so many transactions of this database wait for a lock, or the task is done."""
    async with asyncio.timeout(PATIENCE), engine.connect() as connection:
        while not task.done():
            if (await connection.scalar(_WAITING) or 0) >= count:
                return
            await connection.rollback()
            await asyncio.sleep(0.01)
