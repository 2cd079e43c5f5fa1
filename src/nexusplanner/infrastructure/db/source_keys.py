"""The keys of records that come from elsewhere: each once in a brand and connection, or among those of no connection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Table, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.shared import BrandId, ConnectionId


class Keyed(Protocol):
    """A record with the key it has where it comes from."""

    external_id: str


K = TypeVar("K", bound=Keyed)


def each_key_once(table: str) -> UniqueConstraint:
    """The constraint of such a table."""
    return UniqueConstraint(
        "tenant_id",
        "brand_id",
        "connection_id",
        "external_id",
        name=f"uq_{table}_external_id",
        postgresql_nulls_not_distinct=True,
    )


async def by_key(
    session: AsyncSession,
    *,
    of: type[K],
    table: Table,
    tenant_id: UUID,
    brand_id: BrandId,
    external_ids: Iterable[str],
    connection_id: ConnectionId | None,
) -> Mapping[str, K]:
    """Those of `external_ids` that are known of the connection, or of none."""
    query = select(of).where(
        table.c.tenant_id == tenant_id,
        table.c.brand_id == brand_id,
        table.c.connection_id.is_not_distinct_from(connection_id),
        table.c.external_id == func.any(list(external_ids)),
    )
    return {record.external_id: record for record in await session.scalars(query)}
