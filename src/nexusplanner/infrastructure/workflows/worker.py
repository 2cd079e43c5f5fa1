"""Executes runs: the engine delivers them to this process, which carries each with its shell.

Everything here lives on one event loop in a thread of its own, so that long steps never hold up requests in the same
process. What the shell uses (a database engine above all) must be made inside `open_shell`, on that loop.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from uuid import UUID

from dbos import DBOS, DBOSClient, DBOSConfig, WorkflowSerializationFormat

from nexusplanner.application.durable.workflow import RunRef, RunShell
from nexusplanner.domain.shared import RunId, TenantId
from nexusplanner.infrastructure.workflows.liveness import Liveness
from nexusplanner.infrastructure.workflows.log import LOG_LEVEL, tame_log
from nexusplanner.infrastructure.workflows.names import APPLICATION, QUEUE, SCHEMA, VERSION, WORKFLOW
from nexusplanner.infrastructure.workflows.reaper import Reaper

OpenShell = Callable[[], AbstractAsyncContextManager[RunShell]]
_log = logging.getLogger(__name__)


class WorkerRunning(RuntimeError):
    """The engine allows one worker per process."""


@dataclass(frozen=True, kw_only=True)
class WorkerOptions:
    """Times are in seconds.

    concurrency: runs at the same time. poll: how often the queue is asked. reap: how often to look for dead workers;
    what one left is taken over after at most two looks. grace: how long stopping waits for current steps.
    """

    concurrency: int = 4
    poll: float = 0.5
    reap: float = 5
    grace: float = 20


class DbosWorker:
    """A worker of this process: `await start()`, later `await stop()`, from any event loop."""

    def __init__(self, *, database_url: str, open_shell: OpenShell, options: WorkerOptions | None = None) -> None:
        self._database_url = database_url
        self._open_shell = open_shell
        self._options = options or WorkerOptions()
        self.executor_id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._live, name="nexus-worker", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._shell: RunShell | None = None
        self._carried: set[asyncio.Task[bool]] = set()

    async def start(self) -> None:
        """Return when runs are taken. Raises: WorkerRunning, or what keeps the worker from starting."""
        _claim(self)
        self._thread.start()
        try:
            await asyncio.wrap_future(self._ready)
        except BaseException:
            _give_up(self)
            raise

    async def stop(self) -> None:
        """Let current steps end within the grace, and leave unfinished runs to the next worker."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        await asyncio.to_thread(self._thread.join)
        _give_up(self)

    async def deliver(self, ref: RunRef, *, since: int) -> bool:
        """Carry a run that the engine delivered; whether it is over."""
        if self._shell is None or self._stopping.is_set():
            return False
        carrying = asyncio.ensure_future(self._shell(ref, since=since, stopping=self._stopping))
        self._carried.add(carrying)
        try:
            return await carrying
        finally:
            self._carried.discard(carrying)

    def _live(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:
            if self._ready.done():
                _log.exception("The worker ended unexpectedly.")
            else:
                self._ready.set_exception(error)

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        tame_log()
        liveness = Liveness(database_url=self._database_url, executor_id=self.executor_id)
        client = DBOSClient(
            system_database_url=self._database_url,
            dbos_system_schema=SCHEMA,
            application_name=APPLICATION,
            system_database_pool_size=2,
        )
        threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="nexus-worker-stop")
        try:
            await liveness.hold()
            async with self._open_shell() as shell:
                self._shell = shell
                await self._launch(client)
                reaper = asyncio.create_task(
                    Reaper(client=client, liveness=liveness, every=self._options.reap).run(), name="reaper"
                )
                self._ready.set_result(None)
                await self._stopping.wait()
                await _ended({reaper})
                await self._let_go()
                await self._loop.run_in_executor(threads, self._leave, client)
        finally:
            await liveness.release()
            client.destroy()
            threads.shutdown()

    async def _launch(self, client: DBOSClient) -> None:
        """Start the engine on this loop."""
        await client.register_queue_async(
            QUEUE, worker_concurrency=self._options.concurrency, polling_interval_sec=self._options.poll
        )
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": self._database_url,
            "dbos_system_schema": SCHEMA,
            "run_migrations": False,
            "application_version": VERSION,
            "executor_id": self.executor_id,
            "sys_db_pool_size": 5,
            "log_level": LOG_LEVEL,
        }
        DBOS(config=config)
        DBOS.launch()

    async def _let_go(self) -> None:
        """Wait for current steps, then cancel those that take too long; their transactions roll back."""
        if self._carried:
            await asyncio.wait(self._carried, timeout=self._options.grace)
        await _ended(set(self._carried))

    def _leave(self, client: DBOSClient) -> None:
        """Stop the engine and put unfinished runs back, so that the next worker takes them at once."""
        DBOS.destroy()
        left = client.list_workflows(
            status="PENDING", executor_id=self.executor_id, load_input=False, load_output=False
        )
        if left:
            client.resume_workflows([each.workflow_id for each in left], queue_name=QUEUE)


async def _ended(tasks: set[asyncio.Task[bool]] | set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


_running: DbosWorker | None = None


def _claim(worker: DbosWorker) -> None:
    global _running  # noqa: PLW0603 - the engine is one per process
    if _running is not None:
        message = "This process has a worker already; stop it first, or start another process."
        raise WorkerRunning(message)
    _running = worker


def _give_up(worker: DbosWorker) -> None:
    global _running  # noqa: PLW0603 - the engine is one per process
    if _running is worker:
        _running = None


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None, serialization_type=WorkflowSerializationFormat.PORTABLE)
async def _deliver(tenant_id: str, run_id: str, since: int) -> None:
    """The workflow: it carries ids, and what it did is in the run's own rows."""
    ref = RunRef(tenant_id=TenantId(UUID(tenant_id)), run_id=RunId(UUID(run_id)))
    if _running is not None and await _running.deliver(ref, since=since):
        return
    # A workflow that returns is over for the engine; a cancelled one stays to be delivered again.
    task = asyncio.current_task()
    if task is not None:
        task.cancel()
    await asyncio.sleep(0)
