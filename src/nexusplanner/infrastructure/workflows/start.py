"""Enqueues runs inside the transaction that records them: both happen or neither does."""

from __future__ import annotations

from dbos import DBOSClient, EnqueueOptions, WorkflowSerializationFormat
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.identity import Actor
from nexusplanner.domain.runs import Run
from nexusplanner.infrastructure.workflows.log import tame_log
from nexusplanner.infrastructure.workflows.names import APPLICATION, QUEUE, SCHEMA, VERSION, WORKFLOW


class DbosWorkflows:
    """The workflow engine in the transaction of `session`."""

    def __init__(self, session: AsyncSession, *, client: DBOSClient) -> None:
        self._session = session
        self._client = client

    async def start(self, run: Run) -> None:
        """Enqueue the run; nothing happens when the transaction is rolled back. Starting it again does nothing."""

        def enqueue(connection: Connection) -> None:
            self._client.enqueue_in_transaction(
                connection, _options(run), str(run.tenant_id), str(run.id), run.attempts
            )

        connection = await self._session.connection()
        await connection.run_sync(enqueue)

    async def cancel(self, run: Run) -> None:
        """Nothing to do here: the state of the run is what its worker asks before and after each step.

        Cancelling in the engine as well could not be part of this transaction and would outlive its rollback.
        """


class WorkflowStarter:
    """Makes the adapters of one process; it opens no connection of its own."""

    def __init__(self, database_url: str) -> None:
        tame_log()
        self._client = DBOSClient(
            system_database_url=database_url,
            dbos_system_schema=SCHEMA,
            application_name=APPLICATION,
            system_database_pool_size=1,
            lazy=True,
        )

    def __call__(self, session: AsyncSession, *, actor: Actor) -> DbosWorkflows:
        """The engine in the transaction of `session`, which is the actor's."""
        del actor
        return DbosWorkflows(session, client=self._client)

    def close(self) -> None:
        """Release what is held."""
        self._client.destroy()


def workflow_id(run: Run) -> str:
    """The run's own id, so that starting it twice starts it once; a retry is another workflow."""
    return str(run.id) if run.attempts == 0 else f"{run.id}-{run.attempts}"


def _options(run: Run) -> EnqueueOptions:
    return {
        "workflow_name": WORKFLOW,
        "queue_name": QUEUE,
        "workflow_id": workflow_id(run),
        "app_version": VERSION,
        "serialization_type": WorkflowSerializationFormat.PORTABLE,
    }
