"""Following what records refer to in the other system: customers and deals to companies, deals to customers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.connections import Connection, CrmObject
from nexusplanner.domain.shared import CompanyId, CustomerId, DealId
from nexusplanner.infrastructure.db.companies import deal_customers
from nexusplanner.infrastructure.db.connections.kinds import RECORD_ID, came_through
from nexusplanner.infrastructure.db.connections.tables import records
from nexusplanner.infrastructure.db.touching import touch_companies, touch_customers, touch_deals, touch_segments_of

_HASHED = text("SET LOCAL enable_nestloop = off")
_AS_USUAL = text("SET LOCAL enable_nestloop TO DEFAULT")
"""Every record is joined with every other kind at once: with figures of a table that was empty a minute ago, the planner
would look each up for itself."""

_COMPANY = """
UPDATE {table} AS ours SET company_id = wanted.company_id, version = ours.version + 1
FROM (
    SELECT r.{column} AS id, k.company_id
    FROM connection_records AS r
    LEFT JOIN connection_records AS k ON k.tenant_id = r.tenant_id AND k.connection_id = r.connection_id
        AND k.kind = 'companies' AND k.external_id = r.company_key
    WHERE r.tenant_id = :tenant AND r.connection_id = :connection AND r.kind = :kind
) AS wanted
WHERE ours.tenant_id = :tenant AND ours.id = wanted.id AND ours.company_id IS DISTINCT FROM wanted.company_id
RETURNING ours.id
"""
_OF_CUSTOMERS = text(_COMPANY.format(table="customers", column="customer_id"))
_OF_DEALS = text(_COMPANY.format(table="deals", column="deal_id"))
_LINK = text(
    """
INSERT INTO deal_customers (tenant_id, deal_id, customer_id)
SELECT DISTINCT r.tenant_id, r.deal_id, k.customer_id
FROM connection_records AS r
CROSS JOIN LATERAL unnest(r.customer_keys) AS key
JOIN connection_records AS k ON k.tenant_id = r.tenant_id AND k.connection_id = r.connection_id
    AND k.kind = 'customers' AND k.external_id = key
WHERE r.tenant_id = :tenant AND r.connection_id = :connection AND r.kind = 'deals'
    AND r.deal_id IS NOT NULL AND k.customer_id IS NOT NULL
ON CONFLICT DO NOTHING
RETURNING customer_id
"""
)


async def link(session: AsyncSession, *, connection: Connection) -> None:
    """Follow every link of the connection's records whose other end came after them."""
    given = {"tenant": connection.tenant_id, "connection": connection.id}
    await session.execute(_HASHED)
    moved = await session.scalars(_OF_CUSTOMERS, {**given, "kind": "customers"})
    touch_customers(session, customer_ids=moved.all())
    touch_deals(session, deal_ids=(await session.scalars(_OF_DEALS, {**given, "kind": "deals"})).all())
    touch_customers(session, customer_ids=(await session.scalars(_LINK, given)).all())
    await session.execute(_AS_USUAL)
    touch_segments_of(session, brand_ids=[connection.brand_id])


async def link_customers(
    session: AsyncSession, *, connection: Connection, wanted: Mapping[UUID, Sequence[str]]
) -> None:
    """Link deals with those of the customers, by their keys there, that are here, and with no others."""
    if not wanted:
        return
    keys = {key for some in wanted.values() for key in some}
    ids = await ids_of(session, connection=connection, kind=CrmObject.CUSTOMERS, keys=keys)
    same = (deal_customers.c.tenant_id == connection.tenant_id) & (deal_customers.c.deal_id == func.any(list(wanted)))
    before = await session.scalars(delete(deal_customers).where(same).returning(deal_customers.c.customer_id))
    touch_customers(session, customer_ids=before.all())
    rows = [
        {"tenant_id": connection.tenant_id, "deal_id": deal_id, "customer_id": customer_id}
        for deal_id, some in wanted.items()
        for customer_id in {ids[key] for key in some if key in ids}
    ]
    if rows:
        await session.execute(insert(deal_customers), rows)
    touch_customers(session, customer_ids=[CustomerId(row["customer_id"]) for row in rows])


async def ids_of(
    session: AsyncSession, *, connection: Connection, kind: CrmObject, keys: Collection[str]
) -> Mapping[str, UUID]:
    """Our records of a kind by their keys there."""
    if not keys:
        return {}
    column = RECORD_ID[kind]
    query = select(records.c.external_id, column.label("id")).where(
        came_through(connection, kind=kind), records.c.external_id == func.any(list(keys)), column.is_not(None)
    )
    return {row.external_id: row.id for row in await session.execute(query)}


def touch(session: AsyncSession, *, kind: CrmObject, ids: Collection[UUID]) -> None:
    """Note that records of a kind were written as rows."""
    if kind is CrmObject.COMPANIES:
        touch_companies(session, company_ids=[CompanyId(each) for each in ids])
    elif kind is CrmObject.CUSTOMERS:
        touch_customers(session, customer_ids=[CustomerId(each) for each in ids])
    else:
        touch_deals(session, deal_ids=[DealId(each) for each in ids])
