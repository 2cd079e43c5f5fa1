"""Shows that this process lives, and which others do not: a session lock that the database frees when they die."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection, OperationalError

from nexusplanner.infrastructure.workflows.connections import direct_connection

REAPING = 0x6E657872
"""Key of the lock that lets one process at a time look for the dead."""

HELD = """
SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def lock_key(executor_id: str) -> int:
    """The signed 64-bit key of the lock an executor holds while it lives."""
    return int.from_bytes(hashlib.sha256(executor_id.encode()).digest()[:8], "big", signed=True)


class Liveness:
    """The lock of one executor, taken again when its connection was lost."""

    def __init__(self, *, database_url: str, executor_id: str) -> None:
        self._database_url = database_url
        self._executor_id = executor_id
        self._connection: AsyncConnection[Any] | None = None

    async def hold(self) -> None:
        """Take the lock, unless it is held still. Raises psycopg.OperationalError when the database is away."""
        if self._connection is not None:
            try:
                await self._connection.execute("SELECT 1")
            except OperationalError:
                await self.release()
            else:
                return
        connection = await direct_connection(self._database_url, application="nexusplanner worker")
        await connection.execute("SELECT pg_advisory_lock(%s)", (lock_key(self._executor_id),))
        self._connection = connection

    async def release(self) -> None:
        """Give up the lock."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def dead(self, executor_ids: Collection[str]) -> set[str]:
        """Those of `executor_ids` whose lock nobody holds."""
        cursor = await self._held_connection().execute(HELD)
        held = {key for (key,) in await cursor.fetchall()}
        return {each for each in executor_ids if lock_key(each) not in held}

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[bool]:
        """Whether this process is the only one that looks for the dead, until the block ends."""
        connection = self._held_connection()
        async with connection.transaction():
            cursor = await connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (REAPING,))
            row = await cursor.fetchone()
            yield bool(row and row[0])

    def _held_connection(self) -> AsyncConnection[Any]:
        if self._connection is None:
            message = "The lock is not held; call hold() first."
            raise OperationalError(message)
        return self._connection
