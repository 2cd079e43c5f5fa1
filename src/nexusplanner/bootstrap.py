"""The composition root: the only file that knows every adapter.

container = assemble(settings)           # the database opened and migrated, and everything one process needs on it
await container.start()                  # ... serve, work, or run a command ...
await container.stop()
container.database.close()
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from nexusplanner.api.app import create_app
from nexusplanner.api.edge import Edge, EdgeRules
from nexusplanner.application.agents.benchmarks import BenchmarkBorrowing
from nexusplanner.application.agents.coordinator import AgentCoordinator
from nexusplanner.application.agents.creative import CreativeAgent
from nexusplanner.application.agents.ideation import IdeationServices
from nexusplanner.application.agents.prompting import PromptBuilder
from nexusplanner.application.agents.reasoning import ReasoningEngine
from nexusplanner.application.agents.strategy import StrategyAgent
from nexusplanner.application.agents.workspace import WorkspaceIdeation
from nexusplanner.application.assistants.conversations import Assistants
from nexusplanner.application.breakers import Breakers
from nexusplanner.application.checkpoints import CheckpointDesk
from nexusplanner.application.counterfactuals import Counterfactuals
from nexusplanner.application.demo import DemoCompany
from nexusplanner.application.desk import DeskRules, Desks
from nexusplanner.application.durable import DurableSteps, StepBook
from nexusplanner.application.generation.steps import GenerationBook
from nexusplanner.application.identity import SignInDesk, SignInPolicy
from nexusplanner.application.limits import Limit
from nexusplanner.application.model_ports import Budgets
from nexusplanner.application.ports import CampaignIdeationService, Clock, UnitsOfWork
from nexusplanner.application.provider_trial import ProviderTester
from nexusplanner.application.refit.steps import RefitBook
from nexusplanner.application.replay import Replayer
from nexusplanner.application.spending import CountedBudgets
from nexusplanner.application.workflow import RunShell
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.runs import RunKind
from nexusplanner.infrastructure.checkpoints import CheckpointFiles
from nexusplanner.infrastructure.db import migrate as schema
from nexusplanner.infrastructure.db.audit import SqlLedger, Watch
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.limits import SqlLimits
from nexusplanner.infrastructure.db.recordings import seal
from nexusplanner.infrastructure.db.sealing import Sealer
from nexusplanner.infrastructure.db.unit_of_work import SqlSignInTransactions, SqlUnitsOfWork
from nexusplanner.infrastructure.embedded_postgres import EmbeddedPostgres
from nexusplanner.infrastructure.llm.models import ProviderModels
from nexusplanner.infrastructure.llm.prices import ListPrices
from nexusplanner.infrastructure.llm.reading import JsonAnswerReader
from nexusplanner.infrastructure.reference import load_reference_data, occasions
from nexusplanner.infrastructure.reference.demo import load_demo_company
from nexusplanner.infrastructure.rules import RulesIdeationService
from nexusplanner.infrastructure.security.passwords import Argon2Passwords
from nexusplanner.infrastructure.security.tokens import HmacRefreshTokens, JwtAccessTokens
from nexusplanner.infrastructure.telemetry import Telemetry, TracedBudgets, sending_to
from nexusplanner.infrastructure.workflows import DbosWorker, PostgresRunEvents, WorkerOptions, WorkflowStarter
from nexusplanner.infrastructure.workflows import prepare as prepare_workflows
from nexusplanner.settings import Secrets, Settings, read_secrets
from nexusplanner.worker import AnchoringRunShell, PacedUnitsOfWork, Pacing, PatientRunShell, Policy

PAGES = Path(__file__).parent / "web"
HOUSEKEEPING_SECONDS = 3600
ANSWER_SHARE = 0.8
"""Of the time a request may take, what models have for the answer of an assistant; rules answer in the rest."""
ROUND_SHARE = 0.4
"""Of that, what one round may take: two rounds fit, and a third when they were quick."""
_log = logging.getLogger(__name__)


class NoOwner(RuntimeError):
    """Migrations need the address of the role that owns the schema."""


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """The present instant, UTC, with microseconds."""
        return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Database:
    """Where the database is. server: the embedded one, whose use ends with `close`."""

    app_url: str = field(repr=False)
    owner_url: str | None = field(repr=False)
    server: EmbeddedPostgres | None = None

    def close(self) -> None:
        """Give up the use of the embedded server; the last user stops it."""
        if self.server is not None:
            self.server.release()


def open_database(settings: Settings) -> Database:
    """Start or join the embedded server, or take the addresses of the settings. Raises EmbeddedPostgresError."""
    if settings.database_url is None:
        server = EmbeddedPostgres(settings.postgres_home)
        info = server.ensure_running()
        return Database(app_url=info.app_url, owner_url=info.owner_url, server=server)
    owner = settings.database_owner_url
    return Database(
        app_url=settings.database_url.get_secret_value(), owner_url=owner.get_secret_value() if owner else None
    )


def migrate(database: Database) -> None:
    """Bring the schema and the workflow engine's tables to this release; safe to run again.

    Raises: NoOwner.
    """
    if database.owner_url is None:
        raise NoOwner(
            "Set DATABASE_OWNER_URL to the role that owns the schema; the application's own role owns nothing."
        )
    role = make_url(database.app_url).username or schema.APP_ROLE
    schema.upgrade(database.owner_url, app_role=role)
    prepare_workflows(database.owner_url, app_role=role)


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
    checkpoints: CheckpointDesk
    telemetry: Telemetry
    worker: DbosWorker | None
    housekeeping: list[asyncio.Task[None]] = field(default_factory=list, repr=False)
    stopping: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    async def start(self) -> None:
        """Watch the embedded server and take runs, when this process is to. Raises what keeps the worker from starting."""
        if self.database.server is not None:
            self.database.server.watch()
        for keep in (self._keep_house, self._keep_checkpoints):
            self.housekeeping.append(asyncio.create_task(keep(), name="housekeeping"))
        if self.worker is not None:
            await self.worker.start()

    async def stop(self) -> None:
        """Let current steps end, then close every connection."""
        self.stopping.set()
        await asyncio.gather(*self.housekeeping)
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
            assistants=self.assistants,
            tester=self.tester,
            replayer=self.replayer,
            counterfactuals=self.counterfactuals,
            rules=_edge_rules(self.settings),
            ready=partial(schema.ready, self.engine),
            pages=pages,
        )


def build(
    settings: Settings, database: Database, *, worker: bool | None = None, clock: Clock | None = None
) -> Container:
    """Put the adapters together. worker: whether this process takes runs; as the settings say when not given."""
    secrets, now = read_secrets(settings), clock or SystemClock()
    engine = make_engine(
        database.app_url, pool_size=settings.database_pool, statement_timeout=settings.statement_seconds
    )
    starter = WorkflowStarter(database.app_url)
    limits = SqlLimits(engine)
    reference = load_reference_data()
    breakers = breakers_of(settings)
    telemetry = sending_to(settings.otlp_endpoint) if settings.otlp_endpoint else Telemetry()
    checkpoints = CheckpointDesk(store=checkpoint_files(settings), clock=now, least=settings.checkpoint_entries)
    units_on = partial(_units, secrets, watches=(telemetry.decision, checkpoints.note))
    units = units_on(engine=engine, starter=starter)
    ideation_on = partial(
        ideation_of,
        settings,
        reference=reference,
        clock=now,
        breakers=breakers,
        telemetry=telemetry,
    )
    ideation = ideation_on(units=units)
    takes_runs = settings.worker_in_process if worker is None else worker
    return Container(
        settings=settings,
        database=database,
        engine=engine,
        units=units,
        desk=_desk(settings, secrets, engine=engine, limits=limits, clock=now),
        limits=limits,
        clock=now,
        events=PostgresRunEvents(database_url=database.app_url),
        starter=starter,
        reference=reference,
        demo=load_demo_company(),
        ideation=ideation,
        assistants=assistants_of(
            settings, units=units, reference=reference, clock=now, breakers=breakers, telemetry=telemetry
        ),
        tester=ProviderTester(
            units=units,
            models=ProviderModels(),
            prices=ListPrices(),
            budgets=budgets_of(settings, units=units, clock=now, telemetry=telemetry),
        ),
        replayer=replayer_of(units, ideation=ideation, reference=reference, clock=now),
        counterfactuals=Counterfactuals(
            units=units, agents=coordinator(RulesIdeationService(reference=reference), reference=reference)
        ),
        checkpoints=checkpoints,
        telemetry=telemetry,
        worker=_worker(
            settings,
            units_on=units_on,
            database=database,
            clock=now,
            ideation_on=ideation_on,
            reference=reference,
            checkpoints=checkpoints,
        )
        if takes_runs
        else None,
    )


def assemble(settings: Settings, *, worker: bool | None = None) -> Container:
    """Open the database, bring it to this release where the owner's address is known, and build on it.

    The caller closes `database` of what comes back. worker: as for `build`. Raises: what `open_database` raises.
    """
    database = open_database(settings)
    try:
        if database.owner_url is not None:
            migrate(database)
        return build(settings, database, worker=worker)
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


def coordinator(ideation: CampaignIdeationService, *, reference: ReferenceData) -> AgentCoordinator:
    """The agents over one provider of texts."""
    return AgentCoordinator(
        strategy=StrategyAgent(provider=ideation),
        creative=CreativeAgent(provider=ideation),
        reasoning=ReasoningEngine(reference=reference),
        reference=reference,
        borrow_for=BenchmarkBorrowing(reference=reference),
        almanac=occasions,
    )


def run_steps(
    units: UnitsOfWork, *, ideation: IdeationServices, reference: ReferenceData, clock: Clock
) -> DurableSteps:
    """What a worker executes, for every kind of run."""
    generation: StepBook = GenerationBook(agents=partial(coordinator, reference=reference), ideation=ideation)
    books = dict.fromkeys(RunKind, generation) | {RunKind.REFIT: RefitBook()}
    return DurableSteps(units=units, clock=clock, books=books)


def replayer_of(units: UnitsOfWork, *, ideation: IdeationServices, reference: ReferenceData, clock: Clock) -> Replayer:
    """What makes runs again from what was kept of them."""
    return Replayer(
        units=units,
        agents=partial(coordinator, reference=reference),
        ideation=ideation,
        reader=JsonAnswerReader(),
        seal=seal,
        clock=clock,
        release=version("nexusplanner"),
    )


def budgets_of(settings: Settings, *, units: UnitsOfWork, clock: Clock, telemetry: Telemetry) -> Budgets:
    """Budgets whose reservations last as long as a run may, and that tell of every call."""
    counted = CountedBudgets(units=units, clock=clock, held_for=timedelta(seconds=settings.run_seconds))
    return TracedBudgets(inner=counted, telemetry=telemetry)


def breakers_of(settings: Settings) -> Breakers:
    """One set for a process: a provider that fails for runs rests for everything else, too."""
    return Breakers(failures=settings.model_failures, rest_seconds=settings.model_rest_seconds)


def desks_of(
    settings: Settings, *, units: UnitsOfWork, clock: Clock, breakers: Breakers, telemetry: Telemetry
) -> Desks:
    """What asks a workspace's models, within the time and the budgets of the settings."""
    return Desks(
        models=ProviderModels(),
        prices=ListPrices(),
        budgets=budgets_of(settings, units=units, clock=clock, telemetry=telemetry),
        breakers=breakers,
        rules=DeskRules(
            deadline_seconds=settings.model_deadline_seconds,
            share=settings.model_share,
            tries=settings.model_tries,
            pause_seconds=settings.model_pause_seconds,
        ),
    )


def ideation_of(
    settings: Settings,
    *,
    units: UnitsOfWork,
    reference: ReferenceData,
    clock: Clock,
    breakers: Breakers,
    telemetry: Telemetry,
) -> IdeationServices:
    """Texts by the workspace's own models, and by rules where it has none."""
    return WorkspaceIdeation(
        desks=desks_of(settings, units=units, clock=clock, breakers=breakers, telemetry=telemetry),
        rules=RulesIdeationService(reference=reference),
        builder=PromptBuilder(),
        reference=reference,
    )


def assistants_of(
    settings: Settings,
    *,
    units: UnitsOfWork,
    reference: ReferenceData,
    clock: Clock,
    breakers: Breakers,
    telemetry: Telemetry,
) -> Assistants:
    """Assistants over the workspace's own models, in rounds that fit into one request; rules where it has none."""
    seconds = settings.request_seconds * ANSWER_SHARE
    desks = desks_of(settings, units=units, clock=clock, breakers=breakers, telemetry=telemetry)
    round_seconds = min(settings.model_deadline_seconds, seconds * ROUND_SHARE)
    desks.rules = replace(desks.rules, deadline_seconds=round_seconds)
    return Assistants(
        units=units, reference=reference, clock=clock, desks=desks, seconds=seconds, round_seconds=round_seconds
    )


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


def _desk(settings: Settings, secrets: Secrets, *, engine: AsyncEngine, limits: SqlLimits, clock: Clock) -> SignInDesk:
    return SignInDesk(
        transactions=SqlSignInTransactions(engine),
        passwords=Argon2Passwords(),
        access=JwtAccessTokens(
            {key.kid: key.secret for key in secrets.signing},
            lifetime=timedelta(seconds=settings.access_token_seconds),
            leeway=timedelta(seconds=settings.token_leeway_seconds),
        ),
        refreshing=HmacRefreshTokens(secrets.encryption),
        limits=limits,
        clock=clock,
        policy=SignInPolicy(
            refresh_lifetime=timedelta(days=settings.refresh_token_days),
            refresh_grace=timedelta(seconds=settings.refresh_grace_seconds),
        ),
    )


def _worker(
    settings: Settings,
    *,
    units_on: Callable[..., SqlUnitsOfWork],
    database: Database,
    clock: Clock,
    ideation_on: Callable[..., IdeationServices],
    reference: ReferenceData,
    checkpoints: CheckpointDesk,
) -> DbosWorker:
    pacing = Pacing(delay_seconds=settings.step_delay_seconds, log=settings.step_log)

    @asynccontextmanager
    async def open_shell() -> AsyncIterator[RunShell]:
        """On the worker's own event loop, with connections of its own."""
        engine = make_engine(database.app_url, pool_size=4, application="nexusplanner worker")
        starter = WorkflowStarter(database.app_url)
        try:
            units = units_on(engine=engine, starter=starter)
            paced, ideation = PacedUnitsOfWork(units, pacing=pacing), ideation_on(units=units)
            steps = run_steps(paced, ideation=ideation, reference=reference, clock=clock)
            shell = PatientRunShell(steps=steps, policy=Policy(run_seconds=settings.run_seconds), pacing=pacing)
            yield AnchoringRunShell(shell, anchor=partial(checkpoints.after_run, units=units))
        finally:
            starter.close()
            await engine.dispose()

    options = WorkerOptions(concurrency=settings.worker_runs, reap=settings.takeover_seconds / 2)
    return DbosWorker(database_url=database.app_url, open_shell=open_shell, options=options)


def _edge_rules(settings: Settings) -> EdgeRules:
    rates = settings.rate_limits
    own = {settings.public_url.rstrip("/")} if settings.public_url else set()
    return EdgeRules(
        body_bytes=settings.max_request_bytes,
        request_seconds=settings.request_seconds,
        wait_seconds=settings.prefer_wait_seconds,
        reads=_per_minute(rates.reads),
        writes=_per_minute(rates.writes),
        generations=_per_minute(rates.generations),
        sign_ins=_per_minute(rates.sign_ins),
        own_origins=frozenset(own),
        cors_origins=frozenset(settings.cors_origins),
    )


def _per_minute(times: int) -> Limit:
    return Limit(times=times, per=timedelta(minutes=1))
