"""Passages that can be found and cited."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import protect, run_script

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE passages (
    tenant_id UUID NOT NULL,
    id TEXT NOT NULL,
    owner TEXT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    brand_id UUID,
    service_id UUID,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    origin TEXT NOT NULL,
    said_on DATE,
    trust TEXT NOT NULL,
    url TEXT NOT NULL,
    content_hash VARCHAR(64) NOT NULL,
    terms TSVECTOR NOT NULL,
    changed_in BIGINT NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_passages PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_passages_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_passages_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_passages_tenant_id_service_id FOREIGN KEY(tenant_id, service_id)
        REFERENCES services (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_passages_tenant_id_changed_in ON passages (tenant_id, changed_in)

CREATE INDEX ix_passages_tenant_id_owner ON passages (tenant_id, owner)
"""


def upgrade() -> None:
    """Make the table. It is filled from the records by the next write or search of each workspace."""
    run_script(TABLES)
    protect("passages")


def downgrade() -> None:
    """Drop the table; every passage can be made again from its record."""
    op.execute("DROP TABLE passages")
