"""Vectors of passages and what makes them."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import protect, run_script

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE retrieval_settings (
    tenant_id UUID NOT NULL,
    embedder VARCHAR(32) NOT NULL,
    provider VARCHAR(40) NOT NULL,
    model VARCHAR(200) NOT NULL,
    directory VARCHAR(200) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    dimensions INTEGER,
    problem TEXT NOT NULL,
    set_by UUID,
    leased_until TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_retrieval_settings PRIMARY KEY (tenant_id),
    CONSTRAINT fk_retrieval_settings_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE passage_vectors (
    tenant_id UUID NOT NULL,
    passage_id TEXT NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    content_hash VARCHAR(64) NOT NULL,
    vector BYTEA NOT NULL,
    changed_in BIGINT NOT NULL,
    CONSTRAINT pk_passage_vectors PRIMARY KEY (tenant_id, passage_id),
    CONSTRAINT fk_passage_vectors_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_passage_vectors_tenant_id_passage_id FOREIGN KEY(tenant_id, passage_id)
        REFERENCES passages (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_passage_vectors_tenant_id_changed_in ON passage_vectors (tenant_id, changed_in)
"""


def upgrade() -> None:
    """Make the tables. A vector goes with its passage, and can be made again from it."""
    run_script(TABLES)
    protect("retrieval_settings")
    protect("passage_vectors")
    op.execute("ALTER TABLE passages SET (toast_tuple_target = 8160)")  # words beside their row: a scan reads no TOAST


def downgrade() -> None:
    """Drop the tables."""
    op.execute("ALTER TABLE passages RESET (toast_tuple_target)")
    op.execute("DROP TABLE passage_vectors")
    op.execute("DROP TABLE retrieval_settings")
