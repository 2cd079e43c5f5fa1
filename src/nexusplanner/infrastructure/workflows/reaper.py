"""Takes over what dead workers left: the engine itself resumes only what the same executor began."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict

from dbos import DBOSClient

from nexusplanner.infrastructure.workflows.liveness import Liveness
from nexusplanner.infrastructure.workflows.names import QUEUE

_log = logging.getLogger(__name__)


class Reaper:
    """Looks every few seconds for workflows of executors that no longer live, and puts them back into the queue."""

    def __init__(self, *, client: DBOSClient, liveness: Liveness, every: float) -> None:
        self._client = client
        self._liveness = liveness
        self._every = every
        self._suspects: set[str] = set()

    async def run(self) -> None:
        """Look at once, then again and again, until cancelled.

        The first look acts on what it sees, so that the restart of an only worker goes on at once. Later ones act on
        what two looks in a row have seen: a database that restarts frees the locks of the living too.
        """
        confirmed = True
        while True:
            try:
                await self._liveness.hold()
                await self.look(confirmed=confirmed)
            except Exception as error:
                _log.warning("Could not look for runs of dead workers; trying again: %s", error)
            confirmed = False
            await asyncio.sleep(self._every)

    async def look(self, *, confirmed: bool) -> list[str]:
        """Resume what the dead left; the ids of the workflows. confirmed: do not wait for a second sighting."""
        async with self._liveness.alone() as alone:
            if not alone:
                return []
            workflows = await self._pending()
            dead = await self._liveness.dead(workflows.keys())
            certain = dead if confirmed else dead & self._suspects
            self._suspects = dead
            left = [workflow_id for executor in certain for workflow_id in workflows[executor]]
            if left:
                _log.warning("Taking over %d runs of workers that ended: %s", len(left), ", ".join(sorted(certain)))
                await self._client.resume_workflows_async(left, queue_name=QUEUE)
            return left

    async def _pending(self) -> dict[str, list[str]]:
        """Ids of workflows that were delivered and are not over, by executor."""
        found: dict[str, list[str]] = defaultdict(list)
        for workflow in await self._client.list_workflows_async(
            status="PENDING", queue_name=QUEUE, load_input=False, load_output=False
        ):
            if workflow.executor_id:
                found[workflow.executor_id].append(workflow.workflow_id)
        return found
