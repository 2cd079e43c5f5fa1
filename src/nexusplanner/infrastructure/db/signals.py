"""Signals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, NotFound, SignalId, SourceId
from nexusplanner.domain.signals import Signal, SignalState
from nexusplanner.domain.sources import Trust
from nexusplanner.infrastructure.db.holding import held_anew
from nexusplanner.infrastructure.db.types import (
    in_tenant,
    instant,
    mapper_registry,
    metadata,
    of_tenant,
    tenant_key,
    texts,
    uuid_column,
    words,
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
    Column("trust", words(Trust), nullable=False),
    Column("state", words(SignalState), nullable=False),
    Column("dismissed_reason", Text, nullable=False),
    Column("dismissed_note", Text, nullable=False),
    uuid_column("cluster_id"),
    Column("region", Text, nullable=False, server_default=""),
    Column("rank", Double, nullable=False, server_default="1000000000"),
    Column("version", Integer, nullable=False),
    instant("created_at"),
    in_tenant(),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
    of_tenant("source_id", "sources", ondelete="SET NULL (source_id)"),
    UniqueConstraint("tenant_id", "source_id", "external_key"),
    Index(None, "tenant_id", "timestamp"),
    Index(None, "tenant_id", "brand_id", "timestamp"),
    Index(None, "tenant_id", "cluster_id"),
    Index(None, "tenant_id", "rank", "id"),
)

mapper_registry.map_imperatively(
    Signal, signals, version_id_col=signals.c.version, exclude_properties=[signals.c.rank.key]
)


class SqlSignals:
    """Signals of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def get(self, signal_id: SignalId, *, lock: bool = False) -> Signal:
        """The signal; locked until the transaction ends, and read anew, when asked. Raises NotFound."""
        key = (self._tenant, signal_id)
        found = await (held_anew(self._session, Signal, key) if lock else self._session.get(Signal, key))
        if found is None:
            raise NotFound.of("signal", signal_id)
        return found

    async def some(self, signal_ids: Collection[SignalId]) -> Sequence[Signal]:
        """Those of these signals that are there, by id."""
        query = (
            select(Signal)
            .where(signals.c.tenant_id == self._tenant, signals.c.id.in_(list(signal_ids)))
            .order_by(signals.c.id)
        )
        return (await self._session.scalars(query)).all()

    async def recent(self, *, brand_id: BrandId, limit: int, dismissed: bool = True) -> Sequence[Signal]:
        """The newest signals of the brand or of no brand in particular, newest first.

        dismissed: whether those that were put aside are among them.
        """
        conditions = [
            signals.c.tenant_id == self._tenant,
            or_(signals.c.brand_id == brand_id, signals.c.brand_id.is_(None)),
        ]
        if not dismissed:
            conditions.append(signals.c.state != SignalState.DISMISSED)
        query = select(Signal).where(*conditions).order_by(signals.c.timestamp.desc(), signals.c.id).limit(limit)
        return (await self._session.scalars(query)).all()

    async def known_keys(self, source_id: SourceId, *, keys: Collection[str]) -> frozenset[str]:
        """Those of these keys under which the source brought a signal before."""
        query = select(signals.c.external_key).where(
            signals.c.tenant_id == self._tenant,
            signals.c.source_id == source_id,
            signals.c.external_key.in_(list(keys)),
        )
        return frozenset(await self._session.scalars(query))

    async def at_url(self, urls: Collection[str]) -> Signal | None:
        """The first that was kept of those that can be read at one of these addresses."""
        query = (
            select(Signal)
            .where(signals.c.tenant_id == self._tenant, signals.c.url.in_(list(urls)))
            .order_by(signals.c.created_at, signals.c.id)
            .limit(1)
        )
        return (await self._session.scalars(query)).first()

    async def hold(self) -> None:
        """Whoever else takes signals in waits until this transaction ends, and then sees what it did."""
        await self._session.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(f"{self._tenant}/signals", 0)))
        )

    def add_all(self, signals: Iterable[Signal]) -> None:
        """Keep new signals."""
        self._session.add_all(signals)

    async def remove(self, signal: Signal) -> None:
        """Delete it."""
        await self._session.delete(signal)
        await self._session.flush()
