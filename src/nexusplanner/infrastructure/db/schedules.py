"""What is due by the clock: kept per tenant, taken across all of them by one narrow function."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from nexusplanner.application.ports.schedules import Due, Scheduled
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import TenantId
from nexusplanner.infrastructure.db.engine import translated
from nexusplanner.infrastructure.db.types import in_tenant, instant, metadata, uuid_column, words

schedules = Table(
    "schedules",
    metadata,
    uuid_column("tenant_id"),
    Column("kind", words(Scheduled), nullable=False),
    uuid_column("record_id"),
    instant("due_at"),
    instant("leased_until", nullable=True),
    PrimaryKeyConstraint("tenant_id", "kind", "record_id"),
    in_tenant(),
    Index(None, "due_at"),
)

_TAKE = text("SELECT tenant_id, kind, record_id, due_at FROM take_due(:at, :until, :most)")


class SqlSchedules:
    """The schedule of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def put(self, kind: Scheduled, record_id: UUID, *, due_at: datetime) -> None:
        """Make the record due then, whatever was planned for it before."""
        planned = {"due_at": due_at, "leased_until": None}
        row = insert(schedules).values(tenant_id=self._tenant, kind=kind, record_id=record_id, **planned)
        await self._session.execute(
            row.on_conflict_do_update(index_elements=list(schedules.primary_key.columns), set_=planned)
        )

    async def drop(self, kind: Scheduled, record_id: UUID) -> None:
        """Never make it due again."""
        await self._session.execute(
            delete(schedules).where(
                schedules.c.tenant_id == self._tenant,
                schedules.c.kind == kind,
                schedules.c.record_id == record_id,
            )
        )

    async def still_due(self, due: Due, *, lease: datetime, lock: bool = False) -> bool:
        """Whether the record is due as it was taken, under the lease that ends then. lock: until the transaction ends."""
        query = select(schedules.c.record_id).where(
            schedules.c.tenant_id == self._tenant,
            schedules.c.kind == due.kind,
            schedules.c.record_id == due.record_id,
            schedules.c.due_at == due.due_at,
            schedules.c.leased_until == lease,
        )
        return await self._session.scalar(query.with_for_update() if lock else query) is not None


class SqlDueRecords:
    """The schedules of all tenants; what comes back is ids."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def take(self, *, now: datetime, lease: timedelta, limit: int) -> Sequence[Due]:
        """What is due, longest due first. Nobody else is given it until the lease ends; a new `put` ends it too."""
        with translated():
            async with self._engine.begin() as connection:
                rows = await connection.execute(_TAKE, {"at": now, "until": now + lease, "most": limit})
                found = [
                    Due(
                        tenant_id=TenantId(row.tenant_id),
                        kind=Scheduled(row.kind),
                        record_id=row.record_id,
                        due_at=row.due_at,
                    )
                    for row in rows
                ]
        return sorted(found, key=lambda due: (due.due_at, due.record_id))
