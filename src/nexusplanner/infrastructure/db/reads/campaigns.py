"""Lists of campaigns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row, Select, Text, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.reads import PAGE_SIZE
from nexusplanner.application.ports.rows import CampaignRow
from nexusplanner.domain.campaigns import CampaignStatus
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, Estimate, Money, Page, ServiceId
from nexusplanner.infrastructure.db.campaigns import campaigns
from nexusplanner.infrastructure.db.catalog import brands, services
from nexusplanner.infrastructure.db.identity import users
from nexusplanner.infrastructure.db.reads.paging import PageOf, containing, lowered, page

_C = campaigns.c
_SORTS = {
    "name": lowered(_C.name),
    "status": cast(_C.status, Text),
    "start_date": _C.start_date,
    "budget": _C.budget_minor,
    "expected": func.coalesce(_C.expected_mean, literal(-1.0)),
    "created_at": _C.created_at,
    "updated_at": _C.updated_at,
}


class CampaignQueries:
    """Lists of campaigns; deleted ones are left out."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def page(
        self,
        *,
        query: str = "",
        statuses: Collection[CampaignStatus] = (),
        brand_id: BrandId | None = None,
        service_id: ServiceId | None = None,
        sort: str = "-updated_at",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[CampaignRow]:
        """Sorts: name, status, start_date, budget, expected, created_at, updated_at. query: in name or theme."""
        rows = _rows().where(_C.tenant_id == self._tenant, _C.deleted_at.is_(None))
        if statuses:
            rows = rows.where(_C.status.in_(statuses))
        if brand_id is not None:
            rows = rows.where(_C.brand_id == brand_id)
        if service_id is not None:
            rows = rows.where(_C.service_id == service_id)
        found = containing(query, _C.name, _C.theme)
        if found is not None:
            rows = rows.where(found)
        wanted = PageOf(sort=sort, cursor=cursor, limit=limit)
        return await page(self._session, rows, sorts=_SORTS, key=_C.id, wanted=wanted, make=_row)

    async def counts(self, *, brand_id: BrandId | None = None) -> Mapping[CampaignStatus, int]:
        """Campaigns by status; every status is there."""
        query = (
            select(_C.status, func.count().label("campaigns"))
            .where(_C.tenant_id == self._tenant, _C.deleted_at.is_(None))
            .group_by(_C.status)
        )
        if brand_id is not None:
            query = query.where(_C.brand_id == brand_id)
        counted = {row.status: row.campaigns for row in await self._session.execute(query)}
        return {status: counted.get(status, 0) for status in CampaignStatus}


def _rows() -> Select[Any]:
    documents = {"brief", "plan"}
    return (
        select(
            *(column for column in campaigns.columns if column.name not in documents),
            brands.c.name.label("brand_name"),
            services.c.name.label("service_name"),
            users.c.name.label("created_by_name"),
        )
        .join(brands, (brands.c.tenant_id == _C.tenant_id) & (brands.c.id == _C.brand_id))
        .join(services, (services.c.tenant_id == _C.tenant_id) & (services.c.id == _C.service_id))
        .join(users, (users.c.tenant_id == _C.tenant_id) & (users.c.id == _C.created_by))
    )


def _row(row: Row[Any]) -> CampaignRow:
    planned = row.expected_mean is not None
    return CampaignRow(
        id=row.id,
        name=row.name,
        status=row.status,
        theme=row.theme,
        brand_id=row.brand_id,
        brand_name=row.brand_name,
        service_id=row.service_id,
        service_name=row.service_name,
        start_date=row.start_date,
        end_date=row.end_date,
        budget=Money(row.budget_minor, row.budget_currency),
        expected=Estimate(mean=row.expected_mean, low=row.expected_low, high=row.expected_high) if planned else None,
        outcome_name=row.outcome_name,
        outcome_is_money=row.outcome_is_money,
        supported_share=row.supported_share,
        ideas=row.ideas,
        channels=row.channels,
        run_id=row.run_id,
        created_by=row.created_by,
        created_by_name=row.created_by_name,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )
