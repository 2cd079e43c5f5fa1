"""Everything one process needs, put together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from nexusplanner.api.app import create_app
from nexusplanner.api.edge import Edge
from nexusplanner.application.access.identity import SignInDesk
from nexusplanner.application.agents.ideation import IdeationServices
from nexusplanner.application.assistants.conversations import Assistants
from nexusplanner.application.checkpoints import CheckpointDesk
from nexusplanner.application.connections.desk import CrmDesk
from nexusplanner.application.counterfactuals.asking import Counterfactuals
from nexusplanner.application.demo import DemoCompany
from nexusplanner.application.durable.schedules import run_due
from nexusplanner.application.durable.workflow import RunShell
from nexusplanner.application.knowledge.embedding import EmbeddingDesk
from nexusplanner.application.ports.unit_of_work import Clock
from nexusplanner.application.replay.again import Replayer
from nexusplanner.application.settings.trial import ProviderTester
from nexusplanner.bootstrap.agents import Writers, run_steps
from nexusplanner.bootstrap.database import Database, migrate, open_database
from nexusplanner.bootstrap.outside import STARTERS, Outside
from nexusplanner.bootstrap.serving import edge_rules, sign_in_desk
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.infrastructure.bounded import MEBIBYTE, Limits
from nexusplanner.infrastructure.checkpoints import CheckpointFiles
from nexusplanner.infrastructure.db import migrate as schema
from nexusplanner.infrastructure.db.audit import SqlLedger, Watch
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.limits import SqlLimits
from nexusplanner.infrastructure.db.schedules import SqlDueRecords
from nexusplanner.infrastructure.db.sealing import Sealer
from nexusplanner.infrastructure.db.sources import SqlHooks
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork
from nexusplanner.infrastructure.reference import load_reference_data, occasions
from nexusplanner.infrastructure.reference.demo import load_demo_company
from nexusplanner.infrastructure.reference.feeds import load_suggested_feeds
from nexusplanner.infrastructure.rules import RulesIdeationService
from nexusplanner.infrastructure.telemetry import Telemetry, sending_to
from nexusplanner.infrastructure.workflows import DbosWorker, PostgresRunEvents, WorkerOptions, WorkflowStarter
from nexusplanner.settings import Secrets, Settings, read_secrets
from nexusplanner.worker import AnchoringRunShell, PacedUnitsOfWork, Pacing, PatientRunShell, Policy

PAGES = Path(__file__).parents[1] / "web"
HOUSEKEEPING_SECONDS = 3600
_log = logging.getLogger(__name__)


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """The present instant, UTC, with microseconds."""
        return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Container:
    """Everything one process needs. worker: takes runs when it is started; none in a process that only serves."""

    settings: Settings
    database: Database
    engine: AsyncEngine
    units: SqlUnitsOfWork
    desk: SignInDesk
    limits: SqlLimits
    clock: Clock
    events: PostgresRunEvents
    starter: WorkflowStarter
    reference: ReferenceData
    demo: DemoCompany
    ideation: IdeationServices
    assistants: Assistants
    tester: ProviderTester
    replayer: Replayer
    counterfactuals: Counterfactuals
    embedding: EmbeddingDesk
    checkpoints: CheckpointDesk
    telemetry: Telemetry
    outside: Outside
    worker: DbosWorker | None
    housekeeping: list[asyncio.Task[None]] = field(default_factory=list, repr=False)
    stopping: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    async def start(self) -> None:
        """Watch the embedded server and take runs, when this process is to. Raises what keeps the worker from starting."""
        if self.database.server is not None:
            self.database.server.watch()
        clock_works = (self._keep_schedules,) if self.worker is not None else ()
        for keep in (self._keep_house, self._keep_checkpoints, *clock_works):
            self.housekeeping.append(asyncio.create_task(keep(), name="housekeeping"))
        if self.worker is not None:
            await self.worker.start()

    async def stop(self) -> None:
        """Let current steps end, then close every connection."""
        self.stopping.set()
        await asyncio.gather(*self.housekeeping)
        await self.embedding.stop()
        if self.worker is not None:
            await self.worker.stop()
        await self.events.aclose()
        self.starter.close()
        await self.engine.dispose()
        await asyncio.to_thread(self.telemetry.shutdown)

    async def _keep_house(self) -> None:
        """Drop counters of limits that nobody needs any more, every hour.

        It is told to stop, not cancelled: a connection that is given up while it is being made blocks the server's
        DROP DATABASE until the authentication times out.
        """
        while not self.stopping.is_set():
            try:
                await self.limits.prune(now=self.clock.now())
            except Exception as error:
                _log.warning("Counters could not be dropped; trying again in an hour: %s", error)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), timeout=HOUSEKEEPING_SECONDS)

    async def _keep_checkpoints(self) -> None:
        """Sign what is new in every ledger, every hour; the last time when the process stops."""
        while not self.stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), timeout=HOUSEKEEPING_SECONDS)
            await self.checkpoints.keep(self.units)

    async def _keep_schedules(self) -> None:
        """Start what is due, again and again; only where a worker is, so that there is somebody to do it."""
        due_records = SqlDueRecords(self.engine)
        while not self.stopping.is_set():
            try:
                await run_due(self.units, due_records, STARTERS, clock=self.clock)
            except Exception as error:
                _log.warning("What is due could not be looked up; trying again shortly: %s", error)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), timeout=self.settings.schedule_seconds)

    def edge(self, *, pages: Path = PAGES) -> Edge:
        """What the HTTP API needs. pages: the folder of the built web application."""
        return Edge(
            units=self.units,
            desk=self.desk,
            limits=self.limits,
            checkpoints=self.checkpoints,
            clock=self.clock,
            events=self.events,
            reference=self.reference,
            almanac=occasions,
            demo=self.demo,
            angles=RulesIdeationService(reference=self.reference),
            assistants=self.assistants,
            tester=self.tester,
            replayer=self.replayer,
            counterfactuals=self.counterfactuals,
            crm=CrmDesk(units=self.units, systems=self.outside.systems(), clock=self.clock),
            embedding=self.embedding,
            fetcher=self.outside.fetcher,
            feeds=self.outside.feed_reader(),
            hooks=SqlHooks(self.engine),
            suggested=load_suggested_feeds(),
            page_reader=self.outside.page_reader(),
            sheets=self.outside.sheet_reader(),
            rules=edge_rules(self.settings),
            ready=partial(schema.ready, self.engine),
            pages=pages,
        )


def build(
    settings: Settings,
    database: Database,
    *,
    worker: bool | None = None,
    clock: Clock | None = None,
    outside: Outside | None = None,
) -> Container:
    """Put the adapters together. worker: whether this process takes runs; as the settings say when not given.

    outside: another way out than the product's own, for tests with servers of their own.
    """
    secrets, now = read_secrets(settings), clock or SystemClock()
    engine = make_engine(
        database.app_url, pool_size=settings.database_pool, statement_timeout=settings.statement_seconds
    )
    starter = WorkflowStarter(database.app_url)
    limits = SqlLimits(engine)
    reference = load_reference_data()
    telemetry = sending_to(settings.otlp_endpoint) if settings.otlp_endpoint else Telemetry()
    checkpoints = CheckpointDesk(store=checkpoint_files(settings), clock=now, least=settings.checkpoint_entries)
    units_on = partial(_units, secrets, watches=(telemetry.decision, checkpoints.note))
    units = units_on(engine=engine, starter=starter)
    writers = Writers.of(settings, reference=reference, clock=now, telemetry=telemetry)
    reaching = outside or Outside.over(reading=_reading(settings))
    opens_worker = partial(_worker, writers, units_on=units_on, database=database, checkpoints=checkpoints)
    takes_runs = settings.worker_in_process if worker is None else worker
    return Container(
        settings=settings,
        database=database,
        engine=engine,
        units=units,
        desk=sign_in_desk(settings, secrets, engine=engine, limits=limits, clock=now),
        limits=limits,
        clock=now,
        events=PostgresRunEvents(database_url=database.app_url),
        starter=starter,
        reference=reference,
        demo=load_demo_company(),
        ideation=writers.ideation(units),
        assistants=writers.assistants(units),
        tester=writers.tester(units),
        replayer=writers.replayer(units),
        counterfactuals=writers.counterfactuals(units),
        embedding=writers.embedding(units),
        checkpoints=checkpoints,
        telemetry=telemetry,
        outside=reaching,
        worker=opens_worker(outside=reaching) if takes_runs else None,
    )


def assemble(settings: Settings, *, worker: bool | None = None, outside: Outside | None = None) -> Container:
    """Open the database, bring it to this release where the owner's address is known, and build on it.

    The caller closes `database` of what comes back. worker, outside: as for `build`. Raises: what `open_database` raises.
    """
    database = open_database(settings)
    try:
        if database.owner_url is not None:
            migrate(database)
        return build(settings, database, worker=worker, outside=outside)
    except BaseException:
        database.close()
        raise


def application(container: Container, *, closing: bool = False) -> FastAPI:
    """The application over `container`, which starts and stops with it. closing: it also leaves the database."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await container.start()
        try:
            yield
        finally:
            await container.stop()
            if closing:
                container.database.close()

    return create_app(container.edge(), lifespan=lifespan)


def _reading(settings: Settings) -> Limits:
    """What reading one file may take."""
    return Limits(memory=settings.reading_mebibytes * MEBIBYTE, seconds=settings.reading_seconds)


def checkpoint_files(settings: Settings) -> CheckpointFiles:
    """The signed checkpoints of this installation."""
    webhook = settings.checkpoint_webhook
    return CheckpointFiles.signing_with(
        read_secrets(settings).checkpoint,
        folder=settings.checkpoints_home,
        public_keys=settings.checkpoint_public_keys,
        webhook=webhook.get_secret_value() if webhook else "",
    )


def _units(
    secrets: Secrets, *, engine: AsyncEngine, starter: WorkflowStarter, watches: Sequence[Watch]
) -> SqlUnitsOfWork:
    ledger = partial(SqlLedger, encryption_key=secrets.encryption, watches=watches)
    return SqlUnitsOfWork(engine, ledger=ledger, workflows=starter, sealer=Sealer(secrets.encryption))


def _worker(
    writers: Writers,
    *,
    units_on: Callable[..., SqlUnitsOfWork],
    database: Database,
    checkpoints: CheckpointDesk,
    outside: Outside,
) -> DbosWorker:
    settings = writers.settings
    pacing = Pacing(delay_seconds=settings.step_delay_seconds, log=settings.step_log)

    @asynccontextmanager
    async def open_shell() -> AsyncIterator[RunShell]:
        """On the worker's own event loop, with connections of its own."""
        engine = make_engine(database.app_url, pool_size=4, application="nexusplanner worker")
        starter = WorkflowStarter(database.app_url)
        units = units_on(engine=engine, starter=starter)
        embedding = writers.embedding(units)
        try:
            paced, ideation = PacedUnitsOfWork(units, pacing=pacing), writers.ideation(units)
            books = outside.books(paced, clock=writers.clock)
            steps = run_steps(
                paced,
                ideation=ideation,
                reference=writers.reference,
                clock=writers.clock,
                books=books,
                compare=embedding.compare_for_plan,
            )
            shell = PatientRunShell(steps=steps, policy=Policy(run_seconds=settings.run_seconds), pacing=pacing)
            yield AnchoringRunShell(shell, anchor=partial(checkpoints.after_run, units=units))
        finally:
            await embedding.stop()
            starter.close()
            await engine.dispose()

    options = WorkerOptions(concurrency=settings.worker_runs, reap=settings.takeover_seconds / 2)
    return DbosWorker(database_url=database.app_url, open_shell=open_shell, options=options)
