"""Documents that were uploaded or read from the web."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import protect, run_script

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE documents (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    brand_id UUID,
    service_id UUID,
    name TEXT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    url TEXT NOT NULL,
    trust VARCHAR(32) NOT NULL,
    size INTEGER NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    pages INTEGER,
    said_on DATE,
    remark TEXT NOT NULL,
    passages INTEGER NOT NULL,
    numbered INTEGER NOT NULL,
    run_id UUID,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_documents PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_documents_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_documents_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_documents_tenant_id_service_id FOREIGN KEY(tenant_id, service_id)
        REFERENCES services (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_documents_tenant_id_run_id FOREIGN KEY(tenant_id, run_id)
        REFERENCES runs (tenant_id, id) ON DELETE SET NULL (run_id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_documents_tenant_id_created_at ON documents (tenant_id, created_at)

CREATE UNIQUE INDEX uq_documents_fingerprint
    ON documents (tenant_id, brand_id, service_id, fingerprint) NULLS NOT DISTINCT

CREATE TABLE document_files (
    tenant_id UUID NOT NULL,
    document_id UUID NOT NULL,
    content BYTEA NOT NULL,
    CONSTRAINT pk_document_files PRIMARY KEY (tenant_id, document_id),
    CONSTRAINT fk_document_files_tenant_id_document_id FOREIGN KEY(tenant_id, document_id)
        REFERENCES documents (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE document_texts (
    tenant_id UUID NOT NULL,
    document_id UUID NOT NULL,
    pieces JSONB NOT NULL,
    CONSTRAINT pk_document_texts PRIMARY KEY (tenant_id, document_id),
    CONSTRAINT fk_document_texts_tenant_id_document_id FOREIGN KEY(tenant_id, document_id)
        REFERENCES documents (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)
"""

WITHOUT_PASSAGES = """
ALTER TABLE passages NO FORCE ROW LEVEL SECURITY

DELETE FROM passages WHERE kind = 'document'

ALTER TABLE passages FORCE ROW LEVEL SECURITY
"""


def upgrade() -> None:
    """Make the tables; their contents are bound to their tenant."""
    run_script(TABLES)
    for table in ("documents", "document_files", "document_texts"):
        protect(table)


def downgrade() -> None:
    """Drop the tables, and the passages that were made from them."""
    run_script(WITHOUT_PASSAGES)
    for table in ("document_texts", "document_files", "documents"):
        op.execute(f"DROP TABLE {table}")
