"""Scenarios of campaigns, and which plan was approved."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import protect, run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE campaigns ADD COLUMN approved_plan VARCHAR(64)

CREATE TABLE scenarios (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    name TEXT NOT NULL,
    terms JSONB NOT NULL,
    pinned BOOLEAN NOT NULL,
    allocation JSONB NOT NULL,
    curves VARCHAR(64) NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_scenarios PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_scenarios_tenant_id_campaign_id FOREIGN KEY(tenant_id, campaign_id)
        REFERENCES campaigns (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_scenarios_tenant_id_created_by FOREIGN KEY(tenant_id, created_by)
        REFERENCES users (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_scenarios_tenant_id_campaign_id_created_at ON scenarios (tenant_id, campaign_id, created_at)
"""


def upgrade() -> None:
    """Make the table."""
    run_script(TABLES)
    protect("scenarios")


def downgrade() -> None:
    """Drop the table with everything in it, and the column."""
    op.execute("DROP TABLE scenarios")
    op.execute("ALTER TABLE campaigns DROP COLUMN approved_plan")
