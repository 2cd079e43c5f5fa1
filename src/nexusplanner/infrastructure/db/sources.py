"""Sources of signals, the sealed secrets of webhooks, and what they delivered lately."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from nexusplanner.application.ports.reads import PAGE_SIZE
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.runs import RunKind, RunState
from nexusplanner.domain.shared import NotFound, Page, SourceId, TenantId
from nexusplanner.domain.signals import Signal
from nexusplanner.domain.sources import Source, SourceType, Trust
from nexusplanner.infrastructure.db.engine import translated
from nexusplanner.infrastructure.db.reads.paging import PageOf, containing, lowered, page
from nexusplanner.infrastructure.db.runs import runs
from nexusplanner.infrastructure.db.sealing import CannotOpen, Sealer
from nexusplanner.infrastructure.db.signals import signals
from nexusplanner.infrastructure.db.types import (
    Jsonb,
    in_tenant,
    instant,
    mapper_registry,
    metadata,
    of_tenant,
    tenant_key,
    uuid_column,
    words,
)

_log = logging.getLogger(__name__)

sources = Table(
    "sources",
    metadata,
    *tenant_key(),
    uuid_column("brand_id", nullable=True),
    uuid_column("created_by"),
    Column("name", Text, nullable=False),
    Column("kind", words(SourceType), nullable=False),
    Column("url", Text, nullable=False),
    Column("led_to", Text, nullable=False, server_default=""),
    Column("region", Text, nullable=False, server_default=""),
    Column("trust", words(Trust), nullable=False),
    Column("every_minutes", Integer, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("fetches", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("problem", Text, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("items", Integer, nullable=False),
    Column("item_times", Jsonb[tuple[datetime, ...]](tuple[datetime, ...]), nullable=False),
    uuid_column("run_id", nullable=True),
    instant("last_fetched_at", nullable=True),
    instant("last_item_at", nullable=True),
    instant("next_fetch_at", nullable=True),
    Column("version", Integer, nullable=False),
    instant("created_at"),
    instant("updated_at"),
    in_tenant(),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
    of_tenant("created_by", "users"),
    of_tenant("run_id", "runs", ondelete="SET NULL (run_id)"),
    Index(None, "id"),
)

source_secrets = Table(
    "source_secrets",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("source_id"),
    Column("sealed_secret", LargeBinary, nullable=False),
    instant("set_at"),
    PrimaryKeyConstraint("tenant_id", "source_id"),
    of_tenant("source_id", "sources", ondelete="CASCADE"),
)

source_deliveries = Table(
    "source_deliveries",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("source_id"),
    Column("signature", String(64), nullable=False),
    instant("received_at"),
    PrimaryKeyConstraint("tenant_id", "source_id", "signature"),
    of_tenant("source_id", "sources", ondelete="CASCADE"),
)

unwanted_items = Table(
    "unwanted_items",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("source_id"),
    Column("external_key", Text, nullable=False),
    PrimaryKeyConstraint("tenant_id", "source_id", "external_key"),
    of_tenant("source_id", "sources", ondelete="CASCADE"),
)

mapper_registry.map_imperatively(Source, sources, version_id_col=sources.c.version)


class SqlSources:
    """Sources of the actor's tenant. sealer: with the installation's encryption key."""

    def __init__(self, session: AsyncSession, *, actor: Actor, sealer: Sealer) -> None:
        self._session = session
        self._tenant = actor.tenant_id
        self._sealer = sealer

    async def get(self, source_id: SourceId, *, lock: bool = False) -> Source:
        """The source; locked until the transaction ends, and read anew, when asked. Raises NotFound.

        Whoever writes one of its signals looks whether it is there, and does not wait for that.
        """
        held = {"key_share": True} if lock else None
        found = await self._session.get(Source, (self._tenant, source_id), with_for_update=held, populate_existing=lock)
        if found is None:
            raise NotFound.of("source", source_id)
        return found

    async def page(
        self, *, query: str = "", sort: str = "name", cursor: str | None = None, limit: int = PAGE_SIZE
    ) -> Page[Source]:
        """Sorts: name, created_at, updated_at."""
        rows = select(sources.c.id).where(sources.c.tenant_id == self._tenant)
        found = containing(query, sources.c.name, sources.c.url)
        if found is not None:
            rows = rows.where(found)
        sorts = {
            "name": lowered(sources.c.name),
            "created_at": sources.c.created_at,
            "updated_at": sources.c.updated_at,
        }
        wanted = PageOf(sort=sort, cursor=cursor, limit=limit)
        ids = await page(
            self._session, rows, sorts=sorts, key=sources.c.id, wanted=wanted, make=lambda row: SourceId(row.id)
        )
        query_ = select(Source).where(sources.c.tenant_id == self._tenant, sources.c.id.in_(ids.items))
        by_id = {source.id: source for source in await self._session.scalars(query_)}
        return Page(items=tuple(by_id[each] for each in ids.items), total=ids.total, next_cursor=ids.next_cursor)

    async def hold(self) -> None:
        """Whoever else adds sources waits until this transaction ends, and then sees what it did."""
        await self._session.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(f"{self._tenant}/sources", 0)))
        )

    async def feeds(self) -> Sequence[Source]:
        """All feeds, the oldest first."""
        query = select(Source).where(sources.c.tenant_id == self._tenant, sources.c.kind == SourceType.FEED)
        return (await self._session.scalars(query.order_by(sources.c.created_at, sources.c.id))).all()

    def add(self, source: Source) -> None:
        """Keep a new source."""
        self._session.add(source)

    async def remove(self, source: Source) -> None:
        """Delete it; signals it brought stay.

        They are told first: whoever writes one just now looks whether its source is there.
        """
        brought = (signals.c.tenant_id == self._tenant) & (signals.c.source_id == source.id)
        await self._session.execute(update(signals).where(brought).values(source_id=None))
        await self._session.delete(source)
        await self._session.flush()

    async def set_secret(self, source_id: SourceId, *, secret: str, at: datetime) -> None:
        """Seal and keep the secret of a webhook, instead of an earlier one."""
        sealed = self._sealer.seal(secret.encode(), bound_to=_name(self._tenant, source_id))
        row = {"sealed_secret": sealed, "set_at": at}
        kept = insert(source_secrets).values(tenant_id=self._tenant, source_id=source_id, **row)
        await self._session.execute(
            kept.on_conflict_do_update(index_elements=list(source_secrets.primary_key.columns), set_=row)
        )

    async def secret(self, source_id: SourceId) -> str | None:
        """The secret in clear, for checking signatures and nothing else."""
        query = select(source_secrets.c.sealed_secret).where(
            source_secrets.c.tenant_id == self._tenant, source_secrets.c.source_id == source_id
        )
        sealed = await self._session.scalar(query)
        if sealed is None:
            return None
        try:
            return self._sealer.open(sealed, bound_to=_name(self._tenant, source_id)).decode()
        except CannotOpen:
            _log.warning("A webhook's secret was sealed with another encryption key: it has to be renewed.")
            return None

    async def first_delivery(self, source_id: SourceId, *, signature: str, at: datetime, forget: datetime) -> bool:
        """Whether this signature was not seen before; it is remembered. forget: those received before are dropped."""
        table = source_deliveries
        mine = (table.c.tenant_id == self._tenant) & (table.c.source_id == source_id)
        await self._session.execute(delete(table).where(mine, table.c.received_at < forget))
        row = {"tenant_id": self._tenant, "source_id": source_id, "signature": signature, "received_at": at}
        new = insert(table).values(row).on_conflict_do_nothing().returning(table.c.signature)
        return await self._session.scalar(new) is not None

    async def forget_runs(self, source_id: SourceId, *, ended_before: datetime) -> None:
        """Drop runs that fetched the source well and ended before."""
        await self._session.execute(
            delete(runs).where(
                runs.c.tenant_id == self._tenant,
                runs.c.kind == RunKind.FETCH_SOURCE,
                runs.c.state == RunState.SUCCEEDED,
                runs.c.ended_at < ended_before,
                runs.c.request["source_id"].astext == str(source_id),
            )
        )

    async def kept(self, source_id: SourceId, *, keys: Collection[str]) -> Mapping[str, Signal]:
        """Signals that the source brought before, by their keys."""
        query = select(Signal).where(
            signals.c.tenant_id == self._tenant,
            signals.c.source_id == source_id,
            signals.c.external_key.in_(keys),
        )
        return {signal.external_key or "": signal for signal in await self._session.scalars(query)}

    async def refuse(self, source_id: SourceId, *, key: str) -> None:
        """Never bring this item again: a person deleted its signal."""
        row = {"tenant_id": self._tenant, "source_id": source_id, "external_key": key}
        await self._session.execute(insert(unwanted_items).values(row).on_conflict_do_nothing())

    async def refused(self, source_id: SourceId, *, keys: Collection[str]) -> frozenset[str]:
        """Those of `keys` whose signals a person deleted."""
        table = unwanted_items
        mine = (table.c.tenant_id == self._tenant) & (table.c.source_id == source_id)
        found = await self._session.scalars(select(table.c.external_key).where(mine, table.c.external_key.in_(keys)))
        return frozenset(found)


class SqlHooks:
    """Finds whom a webhook belongs to; what comes back is an id."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def tenant_of(self, source_id: SourceId) -> TenantId | None:
        """The tenant of this webhook; none when there is no such."""
        with translated():
            async with self._engine.connect() as connection:
                found = await connection.scalar(select(func.tenant_of_source(source_id)))
        return None if found is None else TenantId(found)


def _name(tenant_id: TenantId, source_id: SourceId) -> bytes:
    return f"source-secrets/{tenant_id}/{source_id}".encode()
