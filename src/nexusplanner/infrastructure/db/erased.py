"""People who were erased and must not come back, known by keyed hashes alone."""

from __future__ import annotations

from sqlalchemy import Column, PrimaryKeyConstraint, String, Table

from nexusplanner.infrastructure.db.types import in_tenant, instant, metadata, uuid_column

erased_subjects = Table(
    "erased_subjects",
    metadata,
    uuid_column("tenant_id"),
    Column("digest", String(64), nullable=False),
    instant("erased_at"),
    PrimaryKeyConstraint("tenant_id", "digest"),
    in_tenant(),
)
