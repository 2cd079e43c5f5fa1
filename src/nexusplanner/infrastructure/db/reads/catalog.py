"""Lists of brands and services."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Label, Row, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.reads import PAGE_SIZE
from nexusplanner.application.ports.rows import BrandRow, ServiceRow
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, Page
from nexusplanner.infrastructure.db.campaigns import campaigns
from nexusplanner.infrastructure.db.catalog import brands, services
from nexusplanner.infrastructure.db.reads.paging import PageOf, containing, lowered, page
from nexusplanner.infrastructure.db.reads.rows import amount


class CatalogQueries:
    """Lists of brands and services."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def brands(
        self, *, query: str = "", sort: str = "name", cursor: str | None = None, limit: int = PAGE_SIZE
    ) -> Page[BrandRow]:
        """Sorts: name, created_at, updated_at. query: in name or industry."""
        counted = (
            select(func.count())
            .where(
                services.c.tenant_id == brands.c.tenant_id,
                services.c.brand_id == brands.c.id,
                services.c.deleted_at.is_(None),
            )
            .scalar_subquery()
        )
        rows = select(brands, counted.label("services"), _campaigns_of("brand_id")).where(
            brands.c.tenant_id == self._tenant
        )
        found = containing(query, brands.c.name, brands.c.industry)
        if found is not None:
            rows = rows.where(found)
        sorts = {
            "name": lowered(brands.c.name),
            "created_at": brands.c.created_at,
            "updated_at": brands.c.updated_at,
        }
        wanted = PageOf(sort=sort, cursor=cursor, limit=limit)
        return await page(self._session, rows, sorts=sorts, key=brands.c.id, wanted=wanted, make=_brand)

    async def services(
        self,
        *,
        query: str = "",
        brand_id: BrandId | None = None,
        sort: str = "name",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[ServiceRow]:
        """Sorts: name, category, created_at, updated_at. query: in name, category or description."""
        rows = (
            select(services, brands.c.name.label("brand_name"), _campaigns_of("service_id"))
            .join(brands, (brands.c.tenant_id == services.c.tenant_id) & (brands.c.id == services.c.brand_id))
            .where(services.c.tenant_id == self._tenant, services.c.deleted_at.is_(None))
        )
        if brand_id is not None:
            rows = rows.where(services.c.brand_id == brand_id)
        found = containing(query, services.c.name, services.c.category, services.c.description)
        if found is not None:
            rows = rows.where(found)
        sorts = {
            "name": lowered(services.c.name),
            "category": lowered(services.c.category),
            "created_at": services.c.created_at,
            "updated_at": services.c.updated_at,
        }
        wanted = PageOf(sort=sort, cursor=cursor, limit=limit)
        return await page(self._session, rows, sorts=sorts, key=services.c.id, wanted=wanted, make=_service)


def _campaigns_of(column: str) -> Label[int]:
    """How many campaigns refer to the row by `column`, deleted ones left out."""
    owner = brands if column == "brand_id" else services
    counted = select(func.count()).where(
        campaigns.c.tenant_id == owner.c.tenant_id,
        campaigns.c[column] == owner.c.id,
        campaigns.c.deleted_at.is_(None),
    )
    return counted.scalar_subquery().label("campaigns")


def _brand(row: Row[Any]) -> BrandRow:
    return BrandRow(
        id=row.id,
        name=row.name,
        industry=row.industry,
        region=row.region,
        currency=row.currency,
        profile=row.profile,
        voice=row.voice,
        banned_claims=row.banned_claims,
        audiences=row.audiences,
        outcome_name=row.outcome_name,
        outcome_is_money=row.outcome_is_money,
        services=row.services,
        campaigns=row.campaigns,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def _service(row: Row[Any]) -> ServiceRow:
    return ServiceRow(
        id=row.id,
        brand_id=row.brand_id,
        brand_name=row.brand_name,
        name=row.name,
        category=row.category,
        description=row.description,
        target_audience=row.target_audience,
        benefits=row.benefits,
        proofs=row.proofs,
        price=amount(row.price_minor, row.price_currency),
        campaigns=row.campaigns,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )
