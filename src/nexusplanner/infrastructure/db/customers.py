"""Customers and segments."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, Table, Text, func

from nexusplanner.domain.customers import Consent, Customer, Segment
from nexusplanner.domain.segments import Rule
from nexusplanner.infrastructure.db.source_keys import each_key_once
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
    of_tenant("connection_id", "connections"),
    each_key_once("customers"),
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
