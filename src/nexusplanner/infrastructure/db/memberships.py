"""Who is in which segment."""

from __future__ import annotations

from sqlalchemy import Column, Index, PrimaryKeyConstraint, String, Table

from nexusplanner.infrastructure.db.types import metadata, of_tenant, uuid_column

segment_members = Table(
    "segment_members",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("segment_id"),
    uuid_column("customer_id"),
    Column("how", String(32), nullable=False),
    PrimaryKeyConstraint("tenant_id", "segment_id", "customer_id"),
    of_tenant("segment_id", "segments", ondelete="CASCADE"),
    of_tenant("customer_id", "customers", ondelete="CASCADE"),
    Index(None, "tenant_id", "customer_id"),
)
