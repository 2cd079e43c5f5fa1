"""Customers and segments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Date, Index, Integer, Label, Table, Text, UniqueConstraint, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.customers import Consent, Customer, Segment, SegmentSummary
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.segments import Rule
from nexusplanner.domain.shared import BrandId, ConnectionId, CustomerId, NotFound, SegmentId
from nexusplanner.infrastructure.db.types import (
    Jsonb,
    instant,
    mapper_registry,
    metadata,
    money,
    money_columns,
    of_tenant,
    tenant_key,
    uuid_column,
    words,
)

segments = Table(
    "segments",
    metadata,
    *tenant_key(),
    uuid_column("brand_id"),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("rules", Jsonb[tuple[Rule, ...]](tuple[Rule, ...]), nullable=False),
    instant("counted_at", nullable=True),
    Column("version", Integer, nullable=False),
    instant("created_at"),
    instant("updated_at"),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
)
Index("uq_segments_name", segments.c.tenant_id, segments.c.brand_id, func.lower(segments.c.name), unique=True)

customers = Table(
    "customers",
    metadata,
    *tenant_key(),
    uuid_column("brand_id"),
    uuid_column("segment_id", nullable=True),
    uuid_column("company_id", nullable=True),
    uuid_column("connection_id", nullable=True),
    Column("external_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("company", Text, nullable=False),
    Column("industry", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("employees", Integer),
    Column("since", Date),
    *money_columns("lifetime_value", nullable=True),
    Column("preferred_channel", Text, nullable=False),
    Column("consent", words(Consent), nullable=False),
    instant("changed_at_source", nullable=True),
    Column("version", Integer, nullable=False),
    instant("created_at"),
    instant("updated_at"),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
    of_tenant("segment_id", "segments", ondelete="SET NULL (segment_id)"),
    of_tenant("company_id", "companies", ondelete="SET NULL (company_id)"),
    UniqueConstraint(
        "tenant_id",
        "brand_id",
        "connection_id",
        "external_id",
        name="uq_customers_external_id",
        postgresql_nulls_not_distinct=True,
    ),
    Index(None, "tenant_id", "segment_id"),
    Index(None, "tenant_id", "company_id"),
)
Index("ix_customers_email", customers.c.tenant_id, func.lower(customers.c.email))

mapper_registry.map_imperatively(Segment, segments, version_id_col=segments.c.version)
mapper_registry.map_imperatively(
    Customer,
    customers,
    version_id_col=customers.c.version,
    properties={"lifetime_value": money(customers.c.lifetime_value_minor, customers.c.lifetime_value_currency)},
)

_C = customers.c


class SqlCustomers:
    """Customers and segments of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def get(self, customer_id: CustomerId) -> Customer:
        """The customer. Raises NotFound."""
        found = await self._session.get(Customer, (self._tenant, customer_id))
        if found is None:
            raise NotFound.of("customer", customer_id)
        return found

    async def by_external_id(
        self, *, brand_id: BrandId, external_ids: Iterable[str], connection_id: ConnectionId | None = None
    ) -> Mapping[str, Customer]:
        """Those of `external_ids` that are known of the connection, or of none."""
        query = select(Customer).where(
            customers.c.tenant_id == self._tenant,
            customers.c.brand_id == brand_id,
            customers.c.connection_id.is_not_distinct_from(connection_id),
            customers.c.external_id == func.any(list(external_ids)),
        )
        return {customer.external_id: customer for customer in await self._session.scalars(query)}

    def add_all(self, customers: Iterable[Customer]) -> None:
        """Keep new customers."""
        self._session.add_all(customers)

    async def remove(self, customer: Customer) -> None:
        """Delete the customer."""
        await self._session.delete(customer)
        await self._session.flush()

    async def segment(self, segment_id: SegmentId) -> Segment:
        """The segment. Raises NotFound."""
        found = await self._session.get(Segment, (self._tenant, segment_id))
        if found is None:
            raise NotFound.of("segment", segment_id)
        return found

    async def segments(self, *, brand_id: BrandId) -> Sequence[Segment]:
        """Every segment of the brand, by name."""
        query = (
            select(Segment)
            .where(segments.c.tenant_id == self._tenant, segments.c.brand_id == brand_id)
            .order_by(func.lower(segments.c.name), segments.c.id)
        )
        return (await self._session.scalars(query)).all()

    def add_segment(self, segment: Segment) -> None:
        """Keep a new segment."""
        self._session.add(segment)

    async def remove_segment(self, segment: Segment) -> None:
        """Delete the segment; its customers stay, without one."""
        await self._session.delete(segment)
        await self._session.flush()

    async def summaries(self, *, brand_id: BrandId) -> Sequence[SegmentSummary]:
        """What may be said of each segment, largest value share first."""
        value = func.coalesce(func.sum(customers.c.lifetime_value_minor), 0)
        whole = func.sum(value).over()
        share = case((whole > 0, value * 1.0 / whole), else_=0.0)
        query = (
            select(
                segments.c.id,
                segments.c.name,
                segments.c.description,
                func.count(customers.c.id).label("customers"),
                share.label("share"),
                *(_commonest(column) for column in (_C.industry, _C.region, _C.preferred_channel)),
            )
            .outerjoin(customers, (_C.tenant_id == segments.c.tenant_id) & (_C.segment_id == segments.c.id))
            .where(segments.c.tenant_id == self._tenant, segments.c.brand_id == brand_id)
            .group_by(segments.c.tenant_id, segments.c.id)
            .order_by(share.desc(), segments.c.name, segments.c.id)
        )
        return [
            SegmentSummary(
                id=row.id,
                name=row.name,
                description=row.description,
                customers=row.customers,
                value_share=float(row.share),
                top_industry=row.industry or "",
                top_region=row.region or "",
                preferred_channel=row.preferred_channel or "",
            )
            for row in await self._session.execute(query)
        ]


def _commonest(column: Column[Any]) -> Label[Any]:
    return func.mode().within_group(func.nullif(column, "")).label(column.name)
