"""A workspace with one campaign, and runs for it: the least that a worker needs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from nexusplanner.domain.campaigns import Brief, Campaign
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.identity import Account, Actor, Role, Tenant, User
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import Money, TenantId, UserId
from nexusplanner.infrastructure.db.audit import SqlLedger
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.sealing import Sealer
from nexusplanner.infrastructure.db.unit_of_work import SqlSignInTransactions, SqlUnitsOfWork
from nexusplanner.infrastructure.workflows import WorkflowStarter

KEY = b"k" * 32
NOW = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A tenant with an administrator."""

    tenant_id: TenantId = field(default_factory=lambda: TenantId(uuid4()))
    user_id: UserId = field(default_factory=lambda: UserId(uuid4()))

    @property
    def actor(self) -> Actor:
        return Actor(tenant_id=self.tenant_id, user_id=self.user_id, role=Role.ADMIN)


@asynccontextmanager
async def open_units(app_url: str, *, pool_size: int = 10) -> AsyncIterator[tuple[AsyncEngine, SqlUnitsOfWork]]:
    """Transactions as the application opens them, with ledger and workflow engine."""
    engine = make_engine(app_url, pool_size=pool_size)
    starter = WorkflowStarter(app_url)
    try:
        yield (
            engine,
            SqlUnitsOfWork(
                engine, ledger=partial(SqlLedger, encryption_key=KEY), workflows=starter, sealer=Sealer(KEY)
            ),
        )
    finally:
        starter.close()
        await engine.dispose()


async def make_workspace(engine: AsyncEngine) -> Workspace:
    """Register a workspace of its own."""
    workspace = Workspace()
    email = f"{uuid4().hex}@example.com"
    account = Account(email=email, password_hash="-", created_at=NOW)
    tenant = Tenant(id=workspace.tenant_id, name="Acme", slug=uuid4().hex, created_at=NOW)
    user = User(
        id=workspace.user_id,
        tenant_id=tenant.id,
        account_id=account.id,
        email=email,
        name="Ada",
        role=Role.ADMIN,
        created_at=NOW,
    )
    async with SqlSignInTransactions(engine)() as sign_ins:
        await sign_ins.register(account=account, tenant=tenant, user=user)
    return workspace


async def make_run(units: SqlUnitsOfWork, workspace: Workspace, *, start: bool = True) -> Run:
    """Record a campaign and a run that makes its plan; start: enqueue it in the same transaction."""
    tenant_id, name = workspace.tenant_id, uuid4().hex
    brand = Brand(tenant_id=tenant_id, name=name, currency="EUR", created_at=NOW, updated_at=NOW)
    service = Service(tenant_id=tenant_id, brand_id=brand.id, name=name, created_at=NOW, updated_at=NOW)
    brief = Brief(
        service_id=service.id,
        theme="Spring",
        start_date=date(2026, 4, 6),
        end_date=date(2026, 5, 3),
        total_budget=Money(100_000, "EUR"),
    )
    campaign = Campaign(
        tenant_id=tenant_id,
        brand_id=brand.id,
        name="Spring",
        brief=brief,
        created_by=workspace.user_id,
        created_at=NOW,
        updated_at=NOW,
    )
    run = Run(
        tenant_id=tenant_id,
        brand_id=brand.id,
        user_id=workspace.user_id,
        kind=RunKind.GENERATE,
        request={},
        campaign_id=campaign.id,
        created_at=NOW,
    )
    async with units.for_actor(workspace.actor) as uow:
        uow.brands.add(brand)
        uow.services.add(service)
        uow.campaigns.add(campaign)
        uow.runs.add(run)
        await uow.flush()
        if start:
            await uow.workflows.start(run)
    return run
