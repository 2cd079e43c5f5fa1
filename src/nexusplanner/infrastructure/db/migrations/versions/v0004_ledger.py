"""The decision ledger, the end of each tenant's chain and the keys of personal payloads."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import protect, run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE decisions (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    sequence BIGINT NOT NULL,
    format SMALLINT NOT NULL,
    run_id UUID,
    campaign_id UUID,
    step TEXT NOT NULL,
    agent TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    entry TEXT NOT NULL,
    previous_hash VARCHAR(64) NOT NULL,
    hash VARCHAR(64) NOT NULL,
    CONSTRAINT pk_decisions PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_decisions_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_decisions_tenant_id_campaign_id ON decisions (tenant_id, campaign_id)

CREATE INDEX ix_decisions_tenant_id_run_id ON decisions (tenant_id, run_id)

CREATE UNIQUE INDEX uq_decisions_sequence ON decisions (tenant_id, sequence)

CREATE TABLE ledger_heads (
    tenant_id UUID NOT NULL,
    sequence BIGINT NOT NULL,
    hash VARCHAR(64) NOT NULL,
    CONSTRAINT pk_ledger_heads PRIMARY KEY (tenant_id),
    CONSTRAINT fk_ledger_heads_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE subject_keys (
    tenant_id UUID NOT NULL,
    subject TEXT NOT NULL,
    sealed_key BYTEA NOT NULL,
    CONSTRAINT pk_subject_keys PRIMARY KEY (tenant_id, subject),
    CONSTRAINT fk_subject_keys_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED
)
"""


def upgrade() -> None:
    """Make the tables."""
    run_script(TABLES)
    protect("decisions", rights="SELECT, INSERT")
    protect("ledger_heads", rights="SELECT, INSERT, UPDATE")
    protect("subject_keys", rights="SELECT, INSERT, DELETE")


def downgrade() -> None:
    """Drop the tables with everything in them."""
    op.execute("DROP TABLE subject_keys, ledger_heads, decisions")
