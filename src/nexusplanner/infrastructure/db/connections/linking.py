"""Following what records refer to in the other system: customers and deals to companies, deals to customers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.connections import Connection, CrmObject
from nexusplanner.domain.shared import CompanyId, CustomerId, DealId
from nexusplanner.infrastructure.db.touching import touch_companies, touch_customers, touch_deals, touch_segments_of

_COMPANY = """
UPDATE {table} AS ours SET company_id = wanted.company_id, version = ours.version + 1
FROM (
    SELECT r.{column} AS id, k.company_id
    FROM connection_records AS r
    LEFT JOIN connection_records AS k ON k.tenant_id = r.tenant_id AND k.connection_id = r.connection_id
        AND k.kind = 'companies' AND k.external_id = r.company_key
    WHERE r.tenant_id = :tenant AND r.connection_id = :connection AND r.kind = :kind
        AND (CAST(:keys AS text[]) IS NULL OR r.external_id = ANY(:keys))
) AS wanted
WHERE ours.tenant_id = :tenant AND ours.id = wanted.id AND ours.company_id IS DISTINCT FROM wanted.company_id
RETURNING ours.id
"""
_OF_CUSTOMERS = text(_COMPANY.format(table="customers", column="customer_id"))
_OF_DEALS = text(_COMPANY.format(table="deals", column="deal_id"))
_WANTED = """
WITH wanted AS (
    SELECT r.deal_id, k.customer_id
    FROM connection_records AS r
    CROSS JOIN LATERAL unnest(r.customer_keys) AS key
    JOIN connection_records AS k ON k.tenant_id = r.tenant_id AND k.connection_id = r.connection_id
        AND k.kind = 'customers' AND k.external_id = key
    WHERE r.tenant_id = :tenant AND r.connection_id = :connection AND r.kind = 'deals'
        AND (CAST(:keys AS text[]) IS NULL OR r.external_id = ANY(:keys))
)
"""
_UNLINK = text(
    f"""{_WANTED}
DELETE FROM deal_customers AS link USING connection_records AS r
WHERE r.tenant_id = :tenant AND r.connection_id = :connection AND r.kind = 'deals'
    AND (CAST(:keys AS text[]) IS NULL OR r.external_id = ANY(:keys))
    AND link.tenant_id = :tenant AND link.deal_id = r.deal_id
    AND NOT EXISTS (
        SELECT 1 FROM wanted WHERE wanted.deal_id = link.deal_id AND wanted.customer_id = link.customer_id
    )
RETURNING link.customer_id
"""  # noqa: S608 - of constants
)
_LINK = text(
    f"""{_WANTED}
INSERT INTO deal_customers (tenant_id, deal_id, customer_id)
SELECT DISTINCT CAST(:tenant AS uuid), wanted.deal_id, wanted.customer_id FROM wanted
ON CONFLICT DO NOTHING
RETURNING customer_id
"""  # noqa: S608 - of constants
)


async def link(
    session: AsyncSession,
    *,
    connection: Connection,
    kind: CrmObject | None = None,
    keys: Sequence[str] | None = None,
) -> None:
    """Follow the links of these records of a kind, or of all; one whose other end is not here is followed later."""
    given: dict[str, Any] = {
        "tenant": connection.tenant_id,
        "connection": connection.id,
        "keys": None if keys is None else list(keys),
    }
    if kind in {None, CrmObject.CUSTOMERS}:
        moved = await session.scalars(_OF_CUSTOMERS, {**given, "kind": "customers"})
        touch_customers(session, customer_ids=moved.all())
    if kind in {None, CrmObject.DEALS}:
        touch_deals(session, deal_ids=(await session.scalars(_OF_DEALS, {**given, "kind": "deals"})).all())
        touch_customers(session, customer_ids=(await session.scalars(_UNLINK, given)).all())
        touch_customers(session, customer_ids=(await session.scalars(_LINK, given)).all())
    touch_segments_of(session, brand_ids=[connection.brand_id])


def touch(session: AsyncSession, *, kind: CrmObject, ids: Collection[UUID]) -> None:
    """Note that records of a kind were written as rows."""
    if kind is CrmObject.COMPANIES:
        touch_companies(session, company_ids=[CompanyId(each) for each in ids])
    elif kind is CrmObject.CUSTOMERS:
        touch_customers(session, customer_ids=[CustomerId(each) for each in ids])
    else:
        touch_deals(session, deal_ids=[DealId(each) for each in ids])
