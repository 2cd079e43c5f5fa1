"""Lists of customers and segments."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.reads import PAGE_SIZE
from nexusplanner.application.ports.rows import CustomerRow, SegmentRow
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, Page, SegmentId
from nexusplanner.infrastructure.db.customers import customers, segments
from nexusplanner.infrastructure.db.memberships import segment_members
from nexusplanner.infrastructure.db.reads.paging import PageOf, containing, lowered, page
from nexusplanner.infrastructure.db.reads.rows import amount

_C, _M = customers.c, segment_members.c
_SORTS = {
    "name": lowered(_C.name),
    "company": lowered(_C.company),
    "lifetime_value": func.coalesce(_C.lifetime_value_minor, literal(-1)),
    "created_at": _C.created_at,
    "updated_at": _C.updated_at,
}


class CustomerQueries:
    """Lists of customers and segments."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def page(
        self,
        *,
        query: str = "",
        brand_id: BrandId | None = None,
        segment_id: SegmentId | None = None,
        sort: str = "name",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[CustomerRow]:
        """Sorts: name, company, lifetime_value, created_at, updated_at. query: in name, company, e-mail or key.

        segment_id: those its rules find and those put in by hand.
        """
        rows = (
            select(customers, segments.c.name.label("segment_name"))
            .outerjoin(segments, (segments.c.tenant_id == _C.tenant_id) & (segments.c.id == _C.segment_id))
            .where(_C.tenant_id == self._tenant)
        )
        if brand_id is not None:
            rows = rows.where(_C.brand_id == brand_id)
        if segment_id is not None:
            within = select(_M.customer_id).where(_M.tenant_id == self._tenant, _M.segment_id == segment_id)
            rows = rows.where(_C.id.in_(within))
        found = containing(query, _C.name, _C.company, _C.email, _C.external_id)
        if found is not None:
            rows = rows.where(found)
        wanted = PageOf(sort=sort, cursor=cursor, limit=limit)
        return await page(self._session, rows, sorts=_SORTS, key=_C.id, wanted=wanted, make=_customer)

    async def segments(self, *, brand_id: BrandId | None = None) -> tuple[SegmentRow, ...]:
        """Every segment, by name."""
        query = (
            select(
                segments,
                func.count(_C.id).label("customers"),
                func.sum(_C.lifetime_value_minor).label("value_minor"),
                func.min(_C.lifetime_value_currency).label("value_currency"),
            )
            .outerjoin(segment_members, (_M.tenant_id == segments.c.tenant_id) & (_M.segment_id == segments.c.id))
            .outerjoin(customers, (_C.tenant_id == _M.tenant_id) & (_C.id == _M.customer_id))
            .where(segments.c.tenant_id == self._tenant)
            .group_by(segments.c.tenant_id, segments.c.id)
            .order_by(func.lower(segments.c.name), segments.c.id)
        )
        if brand_id is not None:
            query = query.where(segments.c.brand_id == brand_id)
        return tuple(_segment(row) for row in await self._session.execute(query))


def _customer(row: Row[Any]) -> CustomerRow:
    return CustomerRow(
        id=row.id,
        brand_id=row.brand_id,
        segment_id=row.segment_id,
        segment_name=row.segment_name,
        external_id=row.external_id,
        name=row.name,
        email=row.email,
        company=row.company,
        industry=row.industry,
        region=row.region,
        employees=row.employees,
        since=row.since,
        lifetime_value=amount(row.lifetime_value_minor, row.lifetime_value_currency),
        preferred_channel=row.preferred_channel,
        company_id=row.company_id,
        connection_id=row.connection_id,
        consent=row.consent,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def _segment(row: Row[Any]) -> SegmentRow:
    return SegmentRow(
        id=row.id,
        brand_id=row.brand_id,
        name=row.name,
        description=row.description,
        rules=row.rules,
        automatic=bool(row.rules),
        counted_at=row.counted_at,
        customers=row.customers,
        lifetime_value=amount(row.value_minor, row.value_currency),
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )
