"""Tables of connections, their secrets and how far each was read."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, String, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from nexusplanner.domain.connections import Changes, Connection, CrmKind, CrmObject, FieldMapping, SignIn
from nexusplanner.infrastructure.db.types import (
    Jsonb,
    instant,
    mapper_registry,
    metadata,
    of_tenant,
    tenant_key,
    uuid_column,
    words,
)

connections = Table(
    "connections",
    metadata,
    *tenant_key(),
    uuid_column("brand_id"),
    uuid_column("created_by"),
    Column("kind", words(CrmKind), nullable=False),
    Column("name", Text, nullable=False),
    Column("domain", Text, nullable=False),
    Column("every_minutes", Integer, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("sign_in", words(SignIn), nullable=False),
    Column("mapping", Jsonb[FieldMapping](FieldMapping)),
    instant("last_sync_at", nullable=True),
    instant("compared_at", nullable=True),
    instant("next_sync_at", nullable=True),
    instant("not_before", nullable=True),
    Column("last_changes", Jsonb[Changes](Changes)),
    Column("failures", Integer, nullable=False),
    Column("stuck", Boolean, nullable=False),
    Column("problem", Text, nullable=False),
    uuid_column("run_id", nullable=True),
    instant("removed_at", nullable=True),
    Column("version", Integer, nullable=False),
    instant("created_at"),
    instant("updated_at"),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
    of_tenant("created_by", "users"),
    of_tenant("run_id", "runs", ondelete="SET NULL (run_id)"),
)

secrets = Table(
    "connection_secrets",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("connection_id"),
    Column("kind", String(32), nullable=False),
    Column("host", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    instant("leased_until", nullable=True),
    PrimaryKeyConstraint("tenant_id", "connection_id", "kind"),
    of_tenant("connection_id", "connections", ondelete="CASCADE"),
)

sign_ins = Table(
    "connection_sign_ins",
    metadata,
    uuid_column("tenant_id"),
    Column("state_hash", String(64), nullable=False),
    uuid_column("connection_id"),
    uuid_column("user_id"),
    Column("sealed_verifier", LargeBinary, nullable=False),
    Column("redirect", Text, nullable=False),
    instant("ends_at"),
    PrimaryKeyConstraint("tenant_id", "state_hash"),
    of_tenant("connection_id", "connections", ondelete="CASCADE"),
    of_tenant("user_id", "users", ondelete="CASCADE"),
)

streams = Table(
    "connection_streams",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("connection_id"),
    Column("name", String(32), nullable=False),
    uuid_column("pass_id"),
    Column("full_pass", Boolean, nullable=False),
    instant("since", nullable=True),
    Column("after_key", Text, nullable=False),
    instant("began_at", nullable=True),
    Column("done", Boolean, nullable=False),
    uuid_column("run_id"),
    Column("changes", Jsonb[Changes](Changes), nullable=False),
    PrimaryKeyConstraint("tenant_id", "connection_id", "name"),
    of_tenant("connection_id", "connections", ondelete="CASCADE"),
)

records = Table(
    "connection_records",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("connection_id"),
    Column("kind", words(CrmObject), nullable=False),
    Column("external_id", Text, nullable=False),
    uuid_column("company_id", nullable=True),
    uuid_column("customer_id", nullable=True),
    uuid_column("deal_id", nullable=True),
    Column("company_key", Text, nullable=False),
    Column("customer_keys", ARRAY(Text), nullable=False),
    Column("digest", String(64), nullable=False),
    instant("changed_at"),
    uuid_column("pass_id"),
    PrimaryKeyConstraint("tenant_id", "connection_id", "kind", "external_id"),
    of_tenant("connection_id", "connections", ondelete="CASCADE"),
    of_tenant("company_id", "companies", ondelete="CASCADE"),
    of_tenant("customer_id", "customers", ondelete="CASCADE"),
    of_tenant("deal_id", "deals", ondelete="CASCADE"),
    Index(None, "tenant_id", "company_id"),
    Index(None, "tenant_id", "customer_id"),
    Index(None, "tenant_id", "deal_id"),
)
"""Which record of ours stands for which of theirs, and what it refers to there, be it here already or not."""

mapper_registry.map_imperatively(Connection, connections, version_id_col=connections.c.version)
