"""Alternatives to what a plan says, and what became of proposals."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import protect, run_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE alternatives (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    kind VARCHAR(32) NOT NULL,
    state VARCHAR(32) NOT NULL,
    note TEXT NOT NULL,
    before JSONB NOT NULL,
    after JSONB NOT NULL,
    evidence JSONB NOT NULL,
    author VARCHAR(32) NOT NULL,
    provider TEXT NOT NULL,
    run_id UUID,
    decision_id UUID,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT pk_alternatives PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_alternatives_tenant_id_campaign_id FOREIGN KEY(tenant_id, campaign_id)
        REFERENCES campaigns (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_alternatives_tenant_id_run_id FOREIGN KEY(tenant_id, run_id)
        REFERENCES runs (tenant_id, id) ON DELETE SET NULL (run_id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_alternatives_tenant_id_campaign_id_created_at ON alternatives (tenant_id, campaign_id, created_at)

CREATE TABLE outcomes (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    event VARCHAR(32) NOT NULL,
    subject_id UUID NOT NULL,
    decision_id UUID,
    score DOUBLE PRECISION NOT NULL,
    state VARCHAR(32) NOT NULL,
    why TEXT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_outcomes PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_outcomes_tenant_id_campaign_id FOREIGN KEY(tenant_id, campaign_id)
        REFERENCES campaigns (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_outcomes_tenant_id_campaign_id_closes_at ON outcomes (tenant_id, campaign_id, closes_at)

CREATE INDEX ix_outcomes_tenant_id_event_closes_at ON outcomes (tenant_id, event, closes_at)

CREATE INDEX ix_outcomes_tenant_id_decision_id ON outcomes (tenant_id, decision_id)

CREATE TABLE calibrations (
    tenant_id UUID NOT NULL,
    event VARCHAR(32) NOT NULL,
    learnt JSONB NOT NULL,
    CONSTRAINT pk_calibrations PRIMARY KEY (tenant_id, event),
    CONSTRAINT fk_calibrations_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED
)
"""


def upgrade() -> None:
    """Make the tables."""
    run_script(TABLES)
    for table in ("alternatives", "outcomes", "calibrations"):
        protect(table)


def downgrade() -> None:
    """Drop the tables with everything in them."""
    op.execute("DROP TABLE calibrations, outcomes, alternatives")
