"""Signals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Boolean, Column, Double, Index, Integer, Table, Text, UniqueConstraint, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, NotFound, SignalId
from nexusplanner.domain.signals import Signal
from nexusplanner.infrastructure.db.types import (
    in_tenant,
    instant,
    mapper_registry,
    metadata,
    of_tenant,
    tenant_key,
    texts,
    uuid_column,
)

signals = Table(
    "signals",
    metadata,
    *tenant_key(),
    uuid_column("brand_id", nullable=True),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("content", Text, nullable=False),
    instant("timestamp"),
    Column("impact", Double, nullable=False),
    texts("topics"),
    Column("url", Text, nullable=False),
    uuid_column("source_id", nullable=True),
    Column("external_key", Text),
    Column("edited", Boolean, nullable=False, server_default=false()),
    Column("version", Integer, nullable=False),
    instant("created_at"),
    in_tenant(),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
    of_tenant("source_id", "sources", ondelete="SET NULL (source_id)"),
    UniqueConstraint("tenant_id", "source_id", "external_key"),
    Index(None, "tenant_id", "timestamp"),
    Index(None, "tenant_id", "brand_id", "timestamp"),
)

mapper_registry.map_imperatively(Signal, signals, version_id_col=signals.c.version)


class SqlSignals:
    """Signals of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def get(self, signal_id: SignalId) -> Signal:
        """The signal. Raises NotFound."""
        found = await self._session.get(Signal, (self._tenant, signal_id))
        if found is None:
            raise NotFound.of("signal", signal_id)
        return found

    async def recent(self, *, brand_id: BrandId, limit: int) -> Sequence[Signal]:
        """The newest signals of the brand or of no brand in particular, newest first."""
        query = (
            select(Signal)
            .where(
                signals.c.tenant_id == self._tenant,
                or_(signals.c.brand_id == brand_id, signals.c.brand_id.is_(None)),
            )
            .order_by(signals.c.timestamp.desc(), signals.c.id)
            .limit(limit)
        )
        return (await self._session.scalars(query)).all()

    def add_all(self, signals: Iterable[Signal]) -> None:
        """Keep new signals."""
        self._session.add_all(signals)

    async def remove(self, signal: Signal) -> None:
        """Delete it."""
        await self._session.delete(signal)
        await self._session.flush()
