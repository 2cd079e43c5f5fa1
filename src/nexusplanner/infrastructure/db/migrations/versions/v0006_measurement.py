"""Model versions and lift experiments."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import protect, run_script

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE model_versions (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    brand_id UUID NOT NULL,
    number INTEGER NOT NULL,
    state VARCHAR(32) NOT NULL,
    source VARCHAR(32) NOT NULL,
    curves JSONB NOT NULL,
    scored_curves JSONB NOT NULL,
    document JSONB NOT NULL,
    channels JSONB NOT NULL,
    warnings JSONB NOT NULL,
    weeks INTEGER NOT NULL,
    holdout_weeks INTEGER NOT NULL,
    holdout_wmape DOUBLE PRECISION,
    holdout_coverage DOUBLE PRECISION,
    holdout_bias DOUBLE PRECISION,
    r2 DOUBLE PRECISION,
    input_hash VARCHAR(64) NOT NULL,
    seed BIGINT NOT NULL,
    run_id UUID,
    created_by UUID,
    reason TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    adopted_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    CONSTRAINT pk_model_versions PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_model_versions_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_model_versions_tenant_id_run_id FOREIGN KEY(tenant_id, run_id)
        REFERENCES runs (tenant_id, id) ON DELETE SET NULL (run_id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_model_versions_tenant_id_created_by FOREIGN KEY(tenant_id, created_by)
        REFERENCES users (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
)

CREATE UNIQUE INDEX uq_model_versions_number ON model_versions (tenant_id, brand_id, number)

CREATE UNIQUE INDEX uq_model_versions_adopted ON model_versions (tenant_id, brand_id) WHERE state = 'adopted'

CREATE INDEX ix_model_versions_tenant_id_brand_id_input_hash ON model_versions (tenant_id, brand_id, input_hash)

CREATE TABLE lift_experiments (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    brand_id UUID NOT NULL,
    channel TEXT NOT NULL,
    start_date DATE NOT NULL,
    end_date DATE NOT NULL,
    lift JSONB NOT NULL,
    method TEXT NOT NULL,
    notes TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_lift_experiments PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_lift_experiments_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_lift_experiments_tenant_id_brand_id_start_date ON lift_experiments (tenant_id, brand_id, start_date)

ALTER TABLE runs ADD COLUMN model_id UUID

ALTER TABLE runs ADD CONSTRAINT fk_runs_tenant_id_model_id FOREIGN KEY (tenant_id, model_id)
    REFERENCES model_versions (tenant_id, id) ON DELETE SET NULL (model_id) DEFERRABLE INITIALLY DEFERRED
"""


def upgrade() -> None:
    """Make the tables, and let a run name the model it made."""
    run_script(TABLES)
    for table in ("model_versions", "lift_experiments"):
        protect(table)


def downgrade() -> None:
    """Drop the tables with everything in them."""
    op.execute("ALTER TABLE runs DROP COLUMN model_id")
    op.execute("DROP TABLE lift_experiments, model_versions")
