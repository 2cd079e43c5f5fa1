"""Runs, what their steps hand on, campaigns and feedback."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import protect, run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE runs (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    brand_id UUID,
    user_id UUID NOT NULL,
    kind VARCHAR(32) NOT NULL,
    state VARCHAR(32) NOT NULL,
    request JSONB NOT NULL,
    campaign_id UUID,
    steps JSONB NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT NOT NULL,
    retryable BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_runs PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_runs_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE SET NULL (brand_id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_runs_tenant_id_user_id FOREIGN KEY(tenant_id, user_id)
        REFERENCES users (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_runs_tenant_id_campaign_id ON runs (tenant_id, campaign_id)

CREATE INDEX ix_runs_tenant_id_created_at ON runs (tenant_id, created_at)

CREATE TABLE step_outputs (
    tenant_id UUID NOT NULL,
    run_id UUID NOT NULL,
    step TEXT NOT NULL,
    output JSONB NOT NULL,
    CONSTRAINT pk_step_outputs PRIMARY KEY (tenant_id, run_id, step),
    CONSTRAINT fk_step_outputs_tenant_id_run_id FOREIGN KEY(tenant_id, run_id)
        REFERENCES runs (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE campaigns (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    brand_id UUID NOT NULL,
    name TEXT NOT NULL,
    status VARCHAR(32) NOT NULL,
    brief JSONB NOT NULL,
    plan JSONB,
    run_id UUID,
    created_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    deleted_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    service_id UUID NOT NULL,
    theme TEXT NOT NULL,
    start_date DATE NOT NULL,
    end_date DATE NOT NULL,
    budget_minor BIGINT NOT NULL,
    budget_currency VARCHAR(3) NOT NULL,
    ideas INTEGER NOT NULL,
    channels JSONB NOT NULL,
    expected_mean DOUBLE PRECISION,
    expected_low DOUBLE PRECISION,
    expected_high DOUBLE PRECISION,
    outcome_name TEXT,
    outcome_is_money BOOLEAN,
    supported_share DOUBLE PRECISION,
    CONSTRAINT pk_campaigns PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_campaigns_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_campaigns_tenant_id_service_id FOREIGN KEY(tenant_id, service_id)
        REFERENCES services (tenant_id, id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_campaigns_tenant_id_run_id FOREIGN KEY(tenant_id, run_id)
        REFERENCES runs (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_campaigns_tenant_id_created_by FOREIGN KEY(tenant_id, created_by)
        REFERENCES users (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_campaigns_tenant_id_brand_id_end_date ON campaigns (tenant_id, brand_id, end_date)

CREATE INDEX ix_campaigns_tenant_id_service_id ON campaigns (tenant_id, service_id)

CREATE INDEX ix_campaigns_tenant_id_updated_at ON campaigns (tenant_id, updated_at)

CREATE UNIQUE INDEX uq_campaigns_run ON campaigns (tenant_id, run_id)

CREATE TABLE feedback (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    feedback_type VARCHAR(32) NOT NULL,
    target VARCHAR(32) NOT NULL,
    target_id UUID NOT NULL,
    rating SMALLINT,
    reason TEXT NOT NULL,
    comment TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_feedback PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_feedback_tenant_id_user_id FOREIGN KEY(tenant_id, user_id)
        REFERENCES users (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_feedback_tenant_id_campaign_id FOREIGN KEY(tenant_id, campaign_id)
        REFERENCES campaigns (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_feedback_tenant_id_campaign_id_created_at ON feedback (tenant_id, campaign_id, created_at)
"""


def upgrade() -> None:
    """Make the tables."""
    run_script(TABLES)
    op.execute(
        "ALTER TABLE runs ADD CONSTRAINT fk_runs_tenant_id_campaign_id FOREIGN KEY (tenant_id, campaign_id) "
        "REFERENCES campaigns (tenant_id, id) ON DELETE SET NULL (campaign_id) DEFERRABLE INITIALLY DEFERRED"
    )
    for table in ("runs", "step_outputs", "campaigns", "feedback"):
        protect(table)


def downgrade() -> None:
    """Drop the tables with everything in them."""
    op.execute("DROP TABLE feedback, campaigns, step_outputs, runs")
