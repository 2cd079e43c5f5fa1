"""Brands and services."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.unit_of_work import Hold
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, Conflict, NotFound, ServiceId
from nexusplanner.infrastructure.db.holding import held_anew
from nexusplanner.infrastructure.db.types import (
    in_tenant,
    instant,
    mapper_registry,
    metadata,
    money,
    money_columns,
    of_tenant,
    tenant_key,
    texts,
    uuid_column,
)

brands = Table(
    "brands",
    metadata,
    *tenant_key(),
    Column("name", Text, nullable=False),
    Column("industry", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("profile", Text, nullable=False),
    texts("voice"),
    texts("banned_claims"),
    texts("audiences"),
    Column("outcome_name", Text, nullable=False),
    Column("outcome_is_money", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    instant("created_at"),
    instant("updated_at"),
    in_tenant(),
)
Index("uq_brands_name", brands.c.tenant_id, func.lower(brands.c.name), unique=True)

services = Table(
    "services",
    metadata,
    *tenant_key(),
    uuid_column("brand_id"),
    Column("name", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("target_audience", Text, nullable=False),
    texts("benefits"),
    texts("proofs"),
    *money_columns("price", nullable=True),
    Column("version", Integer, nullable=False),
    instant("created_at"),
    instant("updated_at"),
    instant("deleted_at", nullable=True),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
)
Index(
    "uq_services_name",
    services.c.tenant_id,
    services.c.brand_id,
    func.lower(services.c.name),
    unique=True,
    postgresql_where=services.c.deleted_at.is_(None),
)

mapper_registry.map_imperatively(Brand, brands, version_id_col=brands.c.version)
mapper_registry.map_imperatively(
    Service,
    services,
    version_id_col=services.c.version,
    properties={"price": money(services.c.price_minor, services.c.price_currency)},
)


class SqlBrands:
    """Brands of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def get(self, brand_id: BrandId, *, lock: bool = False) -> Brand:
        """The brand; locked until the transaction ends, and read anew, when asked. Raises NotFound."""
        key = (self._tenant, brand_id)
        found = await (held_anew(self._session, Brand, key) if lock else self._session.get(Brand, key))
        if found is None:
            raise NotFound.of("brand", brand_id)
        return found

    async def find(self, *, name: str) -> Brand | None:
        """The brand of this name, letter case aside."""
        query = select(Brand).where(brands.c.tenant_id == self._tenant, func.lower(brands.c.name) == func.lower(name))
        found: Brand | None = await self._session.scalar(query)
        return found

    async def all(self) -> Sequence[Brand]:
        """Every brand, by name."""
        query = select(Brand).where(brands.c.tenant_id == self._tenant).order_by(func.lower(brands.c.name), brands.c.id)
        return (await self._session.scalars(query)).all()

    def add(self, brand: Brand) -> None:
        """Keep a new brand."""
        self._session.add(brand)

    async def remove(self, brand: Brand) -> None:
        """Delete it with its services, signals, customers, actuals and campaigns that were deleted.

        Raises Conflict while other campaigns use it.
        """
        campaigns = metadata.tables["campaigns"]
        own = (campaigns.c.tenant_id == self._tenant) & (campaigns.c.brand_id == brand.id)
        try:
            async with self._session.begin_nested():
                await self._session.execute(delete(campaigns).where(own, campaigns.c.deleted_at.is_not(None)))
                await self._session.delete(brand)
        except IntegrityError:
            raise Conflict("Campaigns use this brand. Delete them first.", code="IN_USE") from None


class SqlServices:
    """Services of the actor's tenant; deleted ones only where they are asked for."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def get(self, service_id: ServiceId, *, deleted: bool = False, hold: Hold | None = None) -> Service:
        """The service. hold: as it is after others who hold it are done. Raises NotFound."""
        lock = {"read": hold is Hold.SHARED} if hold else None
        found = await self._session.get(
            Service, (self._tenant, service_id), with_for_update=lock, populate_existing=hold is not None
        )
        if found is None or (found.deleted_at is not None and not deleted):
            raise NotFound.of("service", service_id)
        return found

    async def in_use(self, service: Service) -> bool:
        """Whether campaigns that are not deleted plan for it."""
        campaigns = metadata.tables["campaigns"].c
        query = select(campaigns.id).where(
            campaigns.tenant_id == self._tenant, campaigns.service_id == service.id, campaigns.deleted_at.is_(None)
        )
        return await self._session.scalar(query.limit(1)) is not None

    async def find(self, *, brand_id: BrandId, name: str) -> Service | None:
        """The service of this name, letter case aside."""
        query = select(Service).where(
            services.c.tenant_id == self._tenant,
            services.c.brand_id == brand_id,
            func.lower(services.c.name) == func.lower(name),
            services.c.deleted_at.is_(None),
        )
        found: Service | None = await self._session.scalar(query)
        return found

    async def of_brand(self, brand_id: BrandId) -> Sequence[Service]:
        """Every service of the brand, by name."""
        query = (
            select(Service)
            .where(
                services.c.tenant_id == self._tenant,
                services.c.brand_id == brand_id,
                services.c.deleted_at.is_(None),
            )
            .order_by(func.lower(services.c.name), services.c.id)
        )
        return (await self._session.scalars(query)).all()

    def add(self, service: Service) -> None:
        """Keep a new service."""
        self._session.add(service)
