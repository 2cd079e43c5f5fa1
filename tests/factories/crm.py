"""A workspace that reads a local customer system, and what must be in it afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories import records
from tests.factories.storage import registered, units_of_work
from tests.fakes.clock import StillClock
from tests.fakes.crm import CrmServer, Kind, World
from tests.fakes.crm.server import PASTED

from nexusplanner.application.connections.asking import Patience
from nexusplanner.application.connections.keeping import create_connection, set_client, set_token
from nexusplanner.application.connections.reader import AT_ONCE
from nexusplanner.application.connections.starting import start_sync
from nexusplanner.application.connections.steps import SyncBook
from nexusplanner.application.durable.carrying import DurableSteps
from nexusplanner.application.durable.workflow import RunRef
from nexusplanner.application.ports.connections import Tokens
from nexusplanner.application.ports.fetching import Fetcher
from nexusplanner.application.ports.unit_of_work import UnitOfWork, UnitsOfWork
from nexusplanner.domain.catalog import Brand
from nexusplanner.domain.connections import Changes, Connection, CrmKind, SignIn
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.runs import Run, RunKind, RunState
from nexusplanner.domain.shared import DomainError
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork


async def no_sleep(seconds: float) -> None:
    """Time passes in no time."""
    del seconds


@dataclass(kw_only=True)
class Reading:
    """One connection of one workspace."""

    units: SqlUnitsOfWork
    actor: Actor
    brand: Brand
    connection: Connection
    server: CrmServer
    clock: StillClock = field(default_factory=StillClock)
    patience: Patience = field(default_factory=lambda: Patience(sleep=no_sleep, tries=4))
    at_once: int = AT_ONCE

    def steps(self, *, units: UnitsOfWork | None = None, fetcher: Fetcher | None = None) -> DurableSteps:
        """What a worker would execute. units, fetcher: others than usual, such as those that die."""
        opened = units or self.units
        systems = self.server.places.systems(fetcher or self.server.fetcher())
        book = SyncBook(units=opened, systems=systems, clock=self.clock, patience=self.patience, at_once=self.at_once)
        return DurableSteps(units=opened, clock=self.clock, books={RunKind.SYNC_CONNECTION: book})

    async def start(self, *, dry_run: bool = False, full: bool = False) -> Run:
        """Ask for a sync."""
        async with self.units.for_actor(self.actor) as uow:
            return await start_sync(
                uow, connection_id=self.connection.id, dry_run=dry_run, full=full, now=self.clock.now()
            )

    async def perform(self, run: Run, *, units: UnitsOfWork | None = None, fetcher: Fetcher | None = None) -> Run:
        """Carry the run to its end, as a worker does that nothing disturbs. Raises what a step raises."""
        steps, ref = self.steps(units=units, fetcher=fetcher), RunRef(tenant_id=run.tenant_id, run_id=run.id)
        started = await steps.begin(ref)
        for step in started.steps:
            try:
                await steps.perform(ref, step=step, token=started.token)
            except DomainError as error:
                await steps.fail(ref, token=started.token, error=error.message, retryable=True)
                raise
        return await self.run(run)

    async def sync(self, *, dry_run: bool = False, full: bool = False) -> Changes:
        """A whole sync; what it did. An hour passes."""
        ended = await self.perform(await self.start(dry_run=dry_run, full=full))
        assert ended.state is RunState.SUCCEEDED
        self.pass_time()
        seen = await self.known()
        return seen.last_changes or Changes()

    def pass_time(self) -> None:
        """Longer than the overlap of two syncs."""
        self.clock.move(hours=1)
        self.server.world.tick(timedelta(hours=1))

    async def run(self, run: Run) -> Run:
        async with self.units.for_actor(self.actor) as uow:
            return await uow.runs.get(run.id)

    async def known(self) -> Connection:
        async with self.units.for_actor(self.actor) as uow:
            return await uow.connections.get(self.connection.id)

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        async with self.units.for_actor(self.actor) as uow:
            return [tuple(row) for row in await uow.session.execute(text(query))]

    async def assert_same(self) -> None:
        """Everything that is there is here, once, as it is there; and nothing else."""
        world = self.server.world
        assert await self._companies() == {
            each.key: (each.values["name"], each.values["domain"], each.values["industry"])
            for each in world.alive(Kind.COMPANY)
        }
        assert await self._customers() == {
            each.key: (
                f"{each.values['first']} {each.values['last']}".strip(),
                each.values["email"],
                each.values["country"],
                "refused" if each.values.get("opted_out") == "true" else "",
                each.company or None,
            )
            for each in world.alive(Kind.CONTACT)
        }
        assert await self._deals() == {
            each.key: (
                each.values["name"],
                int(Decimal(each.values["amount"]) * 100),
                {"open": None, "won": True, "lost": False}[each.values["stage"]],
                each.company or None,
                tuple(sorted(each.contacts)),
            )
            for each in world.alive(Kind.DEAL)
        }

    async def _companies(self) -> dict[str, tuple[Any, ...]]:
        rows = await self.rows("SELECT external_id, name, domain, industry FROM companies")
        return _once(rows)

    async def _customers(self) -> dict[str, tuple[Any, ...]]:
        query = """
            SELECT r.external_id, c.name, c.email, c.region, c.consent, f.external_id FROM customers c
            LEFT JOIN connection_records r ON r.customer_id = c.id LEFT JOIN companies f ON f.id = c.company_id
        """
        return _once(await self.rows(query))

    async def _deals(self) -> dict[str, tuple[Any, ...]]:
        query = """
            SELECT d.external_id, d.name, d.amount_minor, d.won, f.external_id,
                (SELECT coalesce(array_agg(r.external_id ORDER BY r.external_id), '{}') FROM deal_customers l
                    JOIN connection_records r ON r.customer_id = l.customer_id WHERE l.deal_id = d.id)
            FROM deals d LEFT JOIN companies f ON f.id = d.company_id
        """
        return {key: (*row[:-1], tuple(row[-1])) for key, row in _once(await self.rows(query)).items()}


def _once(rows: list[tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    found = {row[0]: row[1:] for row in rows}
    assert len(found) == len(rows), "a record is there twice"
    return found


@asynccontextmanager
async def reading(
    engine: AsyncEngine,
    world: World,
    *,
    kind: CrmKind,
    units: SqlUnitsOfWork | None = None,
    clock: StillClock | None = None,
) -> AsyncIterator[Reading]:
    """A signed-in connection to a local server with this world. units: ones that really start runs."""
    _, user = await registered(engine)
    units, clock = units or units_of_work(engine), clock or StillClock()
    brand = records.brand(user.tenant_id)
    async with CrmServer(world) as server:
        systems = server.places.systems(server.fetcher())
        connection = Connection(
            tenant_id=user.tenant_id,
            brand_id=brand.id,
            created_by=user.id,
            kind=kind,
            name=kind.vendor,
            domain=systems[kind].host(""),
            created_at=clock.now(),
            updated_at=clock.now(),
        )
        async with units.for_actor(user.actor()) as uow:
            uow.brands.add(brand)
            await uow.flush()
            await create_connection(uow, connection=connection, now=clock.now())
            await set_token(
                uow, connection_id=connection.id, token=PASTED, domain=None, systems=systems, now=clock.now()
            )
        yield Reading(units=units, actor=user.actor(), brand=brand, connection=connection, server=server, clock=clock)


async def with_client(crm: Reading, uow: UnitOfWork) -> Connection:
    """The connection with the client that sign-ins by OAuth name."""
    return await set_client(
        uow,
        connection_id=crm.connection.id,
        client_id="client-1",
        secret="client-secret-1",
        domain=None,
        systems=crm.server.places.systems(crm.server.fetcher()),
        now=crm.clock.now(),
    )


async def signed_in(crm: Reading) -> None:
    """Sign in by OAuth instead of by a pasted token."""
    granted = crm.server.issue("client-1")
    tokens = Tokens(access=granted["access_token"], refresh=granted["refresh_token"], host=crm.server.host)
    async with crm.units.for_actor(crm.actor) as uow:
        connection = await with_client(crm, uow)
        await uow.connections.keep_tokens(connection, tokens=tokens)
        connection.signed_in(SignIn.OAUTH, now=crm.clock.now())
