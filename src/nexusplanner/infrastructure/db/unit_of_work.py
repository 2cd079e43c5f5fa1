"""Transactions: one per request or workflow step, for one actor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import ParamSpec, Protocol, TypeVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from nexusplanner.application.idempotency import Idempotency
from nexusplanner.application.knowledge.passages import keep_passages
from nexusplanner.application.ports import unit_of_work as ports
from nexusplanner.application.ports.ai import AiStore, SpendStore
from nexusplanner.application.ports.alternatives import Alternatives
from nexusplanner.application.ports.campaigns import Campaigns, Scenarios
from nexusplanner.application.ports.companies import Companies
from nexusplanner.application.ports.connections import Connections
from nexusplanner.application.ports.documents import Documents
from nexusplanner.application.ports.embedding import EmbeddingStore
from nexusplanner.application.ports.erasure import Erased
from nexusplanner.application.ports.learning import LearningStore
from nexusplanner.application.ports.ledger import Ledger
from nexusplanner.application.ports.market import Market
from nexusplanner.application.ports.measurement import Experiments, Models
from nexusplanner.application.ports.memberships import Memberships
from nexusplanner.application.ports.outcomes import Outcomes
from nexusplanner.application.ports.reads import Reads
from nexusplanner.application.ports.replay import Recordings
from nexusplanner.application.ports.retrieval import Passages
from nexusplanner.application.ports.schedules import Schedules
from nexusplanner.application.ports.sessions import Sessions
from nexusplanner.application.ports.sources import Sources
from nexusplanner.application.signals import keep_scores
from nexusplanner.domain.identity import Actor
from nexusplanner.infrastructure.db.after_commit import committed
from nexusplanner.infrastructure.db.ai import SqlAiStore
from nexusplanner.infrastructure.db.alternatives import SqlAlternatives
from nexusplanner.infrastructure.db.analytics import SqlActuals
from nexusplanner.infrastructure.db.campaigns import SqlCampaigns
from nexusplanner.infrastructure.db.catalog import SqlBrands, SqlServices
from nexusplanner.infrastructure.db.companies import SqlCompanies
from nexusplanner.infrastructure.db.connections import SqlConnections
from nexusplanner.infrastructure.db.customer_store import SqlCustomers
from nexusplanner.infrastructure.db.documents import SqlDocuments
from nexusplanner.infrastructure.db.embedding import SqlEmbeddingStore
from nexusplanner.infrastructure.db.engine import translated
from nexusplanner.infrastructure.db.erased import SqlErased
from nexusplanner.infrastructure.db.feedback import SqlFeedbacks
from nexusplanner.infrastructure.db.idempotency import SqlIdempotency
from nexusplanner.infrastructure.db.identity import SqlIdentity, SqlSignIns, see_only
from nexusplanner.infrastructure.db.learning import SqlLearning
from nexusplanner.infrastructure.db.market import SqlMarket
from nexusplanner.infrastructure.db.measurement import SqlExperiments, SqlModels
from nexusplanner.infrastructure.db.memberships import SqlMemberships
from nexusplanner.infrastructure.db.outcomes import SqlOutcomes
from nexusplanner.infrastructure.db.passages import SqlPassages
from nexusplanner.infrastructure.db.reads.bundle import SqlReads
from nexusplanner.infrastructure.db.recordings import SqlRecordings
from nexusplanner.infrastructure.db.runs import SqlRuns
from nexusplanner.infrastructure.db.scenarios import SqlScenarios
from nexusplanner.infrastructure.db.schedules import SqlSchedules
from nexusplanner.infrastructure.db.sealing import Sealer
from nexusplanner.infrastructure.db.sessions import SqlSessions
from nexusplanner.infrastructure.db.signals import SqlSignals
from nexusplanner.infrastructure.db.sources import SqlSources
from nexusplanner.infrastructure.db.spending import SqlSpendStore
from nexusplanner.infrastructure.db.touching import WatchedSession, touched_in
from nexusplanner.infrastructure.knowledge.shelves import Shelves

P = ParamSpec("P")
T = TypeVar("T")


class LedgerFactory(Protocol):
    """Makes the ledger that writes in the transaction of `session`."""

    def __call__(self, session: AsyncSession, *, actor: Actor) -> Ledger:
        """The ledger of the actor's tenant."""
        ...


class WorkflowsFactory(Protocol):
    """Makes the adapter of the workflow engine that enqueues in the transaction of `session`."""

    def __call__(self, session: AsyncSession, *, actor: Actor) -> ports.Workflows:
        """The engine, acting for the actor."""
        ...


class SqlUnitOfWork:
    """One transaction for one actor. Everything it gives out is filtered by the actor's tenant."""

    def __init__(
        self,
        session: AsyncSession,
        *,
        actor: Actor,
        ledger: LedgerFactory,
        workflows: WorkflowsFactory,
        sealer: Sealer,
        shelves: Shelves,
    ) -> None:
        self.session = session
        self.actor = actor
        self.identity: ports.Identity = SqlIdentity(session, actor=actor)
        self.brands: ports.Brands = SqlBrands(session, actor=actor)
        self.services: ports.Services = SqlServices(session, actor=actor)
        self.signals: ports.Signals = SqlSignals(session, actor=actor)
        self.market: Market = SqlMarket(session, actor=actor)
        self.customers: ports.Customers = SqlCustomers(session, actor=actor)
        self.companies: Companies = SqlCompanies(session, actor=actor)
        self.memberships: Memberships = SqlMemberships(session, actor=actor)
        self.erased: Erased = SqlErased(session, actor=actor, sealer=sealer)
        self.actuals: ports.Actuals = SqlActuals(session, actor=actor)
        self.campaigns: Campaigns = SqlCampaigns(session, actor=actor)
        self.models: Models = SqlModels(session, actor=actor)
        self.experiments: Experiments = SqlExperiments(session, actor=actor)
        self.feedbacks: ports.Feedbacks = SqlFeedbacks(session, actor=actor)
        self.learning: LearningStore = SqlLearning(session, actor=actor)
        self.alternatives: Alternatives = SqlAlternatives(session, actor=actor)
        self.outcomes: Outcomes = SqlOutcomes(session, actor=actor)
        self.passages: Passages = SqlPassages(session, actor=actor, shelves=shelves)
        self.embedding: EmbeddingStore = SqlEmbeddingStore(session, actor=actor)
        self.scenarios: Scenarios = SqlScenarios(session, actor=actor)
        self.schedules: Schedules = SqlSchedules(session, actor=actor)
        self.sessions: Sessions = SqlSessions(session, actor=actor)
        self.documents: Documents = SqlDocuments(session, actor=actor)
        self.sources: Sources = SqlSources(session, actor=actor, sealer=sealer)
        self.connections: Connections = SqlConnections(session, actor=actor, sealer=sealer)
        self.runs: ports.Runs = SqlRuns(session, actor=actor)
        self.recordings: Recordings = SqlRecordings(session, actor=actor)
        self.ai: AiStore = SqlAiStore(session, actor=actor, sealer=sealer)
        self.spending: SpendStore = SqlSpendStore(session, actor=actor)
        self.ledger: Ledger = ledger(session, actor=actor)
        self.workflows: ports.Workflows = workflows(session, actor=actor)
        self.idempotency: Idempotency = SqlIdempotency(session, actor=actor)
        self.read: Reads = SqlReads(session, actor=actor)

    async def flush(self) -> None:
        """Send what is pending, so that errors of the database show now. Raises Conflict, VersionConflict."""
        with translated():
            await self.session.flush()

    async def begin(self) -> None:
        """Make the transaction see the actor's tenant alone."""
        await see_only(self.session, "tenant_id", self.actor.tenant_id)

    async def aside(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns, done in a thread; the transaction is ended before and begun anew after it.

        One in which something was written or locked goes on instead. Raises: what `work` raises, InFlight.
        """
        return await self.apart(partial(asyncio.to_thread, work, *args, **kwargs))

    async def apart(self, work: Callable[[], Awaitable[T]]) -> T:
        """The same of what is waited for. Raises: what `work` raises, InFlight."""
        await self.flush()
        if await self.session.scalar(select(func.pg_current_xact_id_if_assigned())) is not None:
            return await work()
        await self.session.commit()
        try:
            found = await work()
        except Exception:
            await self._resume()
            raise
        await self._resume()
        return found

    async def _resume(self) -> None:
        with translated():
            await self.begin()
            await self.idempotency.resume()


class SqlUnitsOfWork:
    """Opens transactions for actors. sealer: seals secrets of workspaces at rest."""

    def __init__(
        self, engine: AsyncEngine, *, ledger: LedgerFactory, workflows: WorkflowsFactory, sealer: Sealer
    ) -> None:
        self._engine = engine
        self._sealer = sealer
        self._ledger = ledger
        self._workflows = workflows
        self._shelves = Shelves()

    @asynccontextmanager
    async def for_actor(self, actor: Actor) -> AsyncIterator[SqlUnitOfWork]:
        """A transaction that commits when the block ends well and rolls back when it raises.

        Raises: VersionConflict, Conflict, Unavailable for what the database refuses.
        """
        async with transaction(self._engine) as session:
            uow = SqlUnitOfWork(
                session,
                actor=actor,
                ledger=self._ledger,
                workflows=self._workflows,
                sealer=self._sealer,
                shelves=self._shelves,
            )
            await uow.begin()
            yield uow
            await uow.flush()
            await uow.memberships.follow()
            await keep_scores(uow, touched_in(session))
            await keep_passages(uow, touched_in(session))


class SqlSignInTransactions:
    """Opens transactions that are not bound to a tenant."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[SqlSignIns]:
        """A transaction that commits when the block ends well."""
        async with transaction(self._engine) as session:
            yield SqlSignIns(session)


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """A session whose work is committed when the block ends well.

    A cancelled block leaves its connection in an unknown state, so that connection is discarded, not returned.
    """
    session = AsyncSession(engine, expire_on_commit=False, sync_session_class=WatchedSession)
    try:
        with translated():
            yield session
            await session.commit()
            committed(session)
    except Exception:
        await session.rollback()
        raise
    except BaseException:
        await asyncio.shield(session.invalidate())
        raise
    finally:
        await session.close()
