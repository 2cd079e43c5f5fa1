"""Tells followers that a run changed: a notification sent by the transaction that changes it, and a slow poll."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from uuid import UUID

from psycopg import OperationalError
from sqlalchemy import Connection, event, func, select
from sqlalchemy.orm import Mapper

from nexusplanner.domain.runs import Run
from nexusplanner.domain.shared import RunId, TenantId
from nexusplanner.infrastructure.db.runs import runs
from nexusplanner.infrastructure.workflows.connections import direct_connection

CHANNEL = f"nexus_{runs.name}"
"""Of the table; importing it has mapped `Run`, so that the functions below hear of its changes."""
_log = logging.getLogger(__name__)


@event.listens_for(Run, "after_insert")
@event.listens_for(Run, "after_update")
def _tell(_: Mapper[Run], connection: Connection, run: Run) -> None:
    """Notify when the transaction commits; the server merges what one transaction sends twice."""
    connection.execute(select(func.pg_notify(CHANNEL, str(run.id))))


class PostgresRunEvents:
    """Follows runs over one shared connection, made when the first follower comes.

    poll: the longest time between two events, in seconds, for when a notification is lost.
    """

    def __init__(self, *, database_url: str, poll: float = 2) -> None:
        self._database_url = database_url
        self._poll = poll
        self._followers: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._listener: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    async def follow(self, *, tenant_id: TenantId, run_id: RunId) -> AsyncGenerator[None]:
        """Yields at once, whenever the run may have changed, and at least every few seconds."""
        del tenant_id  # whoever follows reads the run as an actor; a notification only says when
        changed = asyncio.Event()
        followers = self._followers[str(run_id)]
        followers.add(changed)
        try:
            await self._listen()
            while True:
                yield
                with suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), timeout=self._poll)
                changed.clear()
        finally:
            followers.discard(changed)
            if not followers:
                self._followers.pop(str(run_id), None)

    async def aclose(self) -> None:
        """Close the connection."""
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
            self._listener = None

    async def _listen(self) -> None:
        if self._listener is None:
            self._listener = asyncio.create_task(self._hear(), name="run-events")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._listening.wait(), timeout=self._poll)

    async def _hear(self) -> None:
        while True:
            try:
                await self._hear_until_lost()
            except OperationalError as error:
                _log.warning("Notifications about runs are interrupted: %s", error)
            self._listening.clear()
            await asyncio.sleep(self._poll)

    async def _hear_until_lost(self) -> None:
        connection = await direct_connection(self._database_url, application="nexusplanner run events")
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            self._listening.set()
            async with aclosing(connection.notifies()) as notifications:
                async for notification in notifications:
                    self._wake(notification.payload)

    def _wake(self, payload: str) -> None:
        with suppress(ValueError):
            for changed in self._followers.get(str(UUID(payload)), ()):
                changed.set()
