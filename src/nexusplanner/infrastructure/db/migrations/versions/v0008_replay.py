"""What steps were given and what models answered, kept for replay; ideas that are still being written."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import protect, run_script

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE step_recordings (
    tenant_id UUID NOT NULL,
    run_id UUID NOT NULL,
    step TEXT NOT NULL,
    inputs BYTEA NOT NULL,
    inputs_sha256 VARCHAR(64) NOT NULL,
    output_sha256 VARCHAR(64) NOT NULL,
    answers JSONB NOT NULL,
    release TEXT NOT NULL,
    CONSTRAINT pk_step_recordings PRIMARY KEY (tenant_id, run_id, step),
    CONSTRAINT fk_step_recordings_tenant_id_run_id FOREIGN KEY(tenant_id, run_id)
        REFERENCES runs (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

ALTER TABLE step_recordings ALTER COLUMN inputs SET STORAGE EXTERNAL

ALTER TABLE runs ADD COLUMN partial JSONB NOT NULL DEFAULT '[]'::jsonb
"""


def upgrade() -> None:
    """Make the table, and let a run show what is being written."""
    run_script(TABLES)
    protect("step_recordings")


def downgrade() -> None:
    """Drop them with everything in them."""
    op.execute("ALTER TABLE runs DROP COLUMN partial")
    op.execute("DROP TABLE step_recordings")
