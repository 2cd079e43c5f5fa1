"""Lists of companies and deals."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, Row, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.companies import CompanyRow, DealRow
from nexusplanner.application.ports.reads import PAGE_SIZE
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, CompanyId, Page
from nexusplanner.infrastructure.db.companies import companies, deal_customers, deals
from nexusplanner.infrastructure.db.customers import customers
from nexusplanner.infrastructure.db.reads.paging import PageOf, containing, lowered, page
from nexusplanner.infrastructure.db.reads.rows import amount

_CO, _D, _C, _L = companies.c, deals.c, customers.c, deal_customers.c

_CUSTOMERS = (
    select(func.count())
    .where(_C.tenant_id == _CO.tenant_id, _C.company_id == _CO.id)
    .correlate(companies)
    .scalar_subquery()
)
_DEALS = (
    select(func.count())
    .where(_D.tenant_id == _CO.tenant_id, _D.company_id == _CO.id)
    .correlate(companies)
    .scalar_subquery()
)
_COMPANY_SORTS = {
    "name": lowered(_CO.name),
    "customers": _CUSTOMERS,
    "deals": _DEALS,
    "created_at": _CO.created_at,
    "updated_at": _CO.updated_at,
}
_DEAL_SORTS = {
    "name": lowered(_D.name),
    "stage": lowered(_D.stage),
    "amount": func.coalesce(_D.amount_minor, literal(-1)),
    "closed_on": func.coalesce(_D.closed_on, literal(date.max, Date)),
    "created_at": _D.created_at,
    "updated_at": _D.updated_at,
}
_LINKED = (
    select(func.array_agg(aggregate_order_by(_L.customer_id, _L.customer_id)))
    .where(_L.tenant_id == _D.tenant_id, _L.deal_id == _D.id)
    .correlate(deals)
    .scalar_subquery()
)


class CompanyQueries:
    """Lists of companies and deals."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def page(
        self,
        *,
        query: str = "",
        brand_id: BrandId | None = None,
        sort: str = "name",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[CompanyRow]:
        """Sorts: name, customers, deals, created_at, updated_at. query: in name, domain or key."""
        rows = select(companies, _CUSTOMERS.label("customers"), _DEALS.label("deals")).where(
            _CO.tenant_id == self._tenant
        )
        if brand_id is not None:
            rows = rows.where(_CO.brand_id == brand_id)
        found = containing(query, _CO.name, _CO.domain, _CO.external_id)
        if found is not None:
            rows = rows.where(found)
        wanted = PageOf(sort=sort, cursor=cursor, limit=limit)
        return await page(self._session, rows, sorts=_COMPANY_SORTS, key=_CO.id, wanted=wanted, make=_company)

    async def deals(
        self,
        *,
        query: str = "",
        brand_id: BrandId | None = None,
        company_id: CompanyId | None = None,
        stage: str = "",
        sort: str = "name",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[DealRow]:
        """Sorts: name, stage, amount, closed_on, created_at, updated_at. query: in name, company or key."""
        rows = (
            select(deals, func.coalesce(_CO.name, "").label("company_name"), _LINKED.label("customer_ids"))
            .outerjoin(companies, (_CO.tenant_id == _D.tenant_id) & (_CO.id == _D.company_id))
            .where(_D.tenant_id == self._tenant)
        )
        if brand_id is not None:
            rows = rows.where(_D.brand_id == brand_id)
        if company_id is not None:
            rows = rows.where(_D.company_id == company_id)
        if stage:
            rows = rows.where(func.lower(_D.stage) == stage.strip().lower())
        found = containing(query, _D.name, _CO.name, _D.external_id)
        if found is not None:
            rows = rows.where(found)
        wanted = PageOf(sort=sort, cursor=cursor, limit=limit)
        return await page(self._session, rows, sorts=_DEAL_SORTS, key=_D.id, wanted=wanted, make=_deal)


def _company(row: Row[Any]) -> CompanyRow:
    return CompanyRow(
        id=row.id,
        brand_id=row.brand_id,
        external_id=row.external_id,
        name=row.name,
        domain=row.domain,
        industry=row.industry,
        region=row.region,
        employees=row.employees,
        customers=row.customers,
        deals=row.deals,
        connection_id=row.connection_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def _deal(row: Row[Any]) -> DealRow:
    return DealRow(
        id=row.id,
        brand_id=row.brand_id,
        external_id=row.external_id,
        name=row.name,
        stage=row.stage,
        won=row.won,
        amount=amount(row.amount_minor, row.amount_currency),
        closed_on=row.closed_on,
        company_id=row.company_id,
        company_name=row.company_name,
        customer_ids=tuple(row.customer_ids or ()),
        connection_id=row.connection_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )
