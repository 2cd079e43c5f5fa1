"""What proposals were made of, what of the learned was forgotten, and how alternatives differ."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import protect, run_script

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE learning_made (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    brand_id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    service_id UUID NOT NULL,
    run_id UUID,
    is_idea BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    framework TEXT NOT NULL,
    angle TEXT NOT NULL,
    channels JSONB NOT NULL,
    formats JSONB NOT NULL,
    segments JSONB NOT NULL,
    author VARCHAR(32) NOT NULL,
    lessons INTEGER,
    propensity DOUBLE PRECISION,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_learning_made PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_learning_made_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_learning_made_tenant_id_campaign_id FOREIGN KEY(tenant_id, campaign_id)
        REFERENCES campaigns (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_learning_made_tenant_id_brand_id_made_at ON learning_made (tenant_id, brand_id, made_at)

CREATE INDEX ix_learning_made_tenant_id_campaign_id ON learning_made (tenant_id, campaign_id)

CREATE TABLE learning_forgotten (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    brand_id UUID NOT NULL,
    kind VARCHAR(32) NOT NULL,
    key TEXT NOT NULL,
    lessons JSONB NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    user_id UUID NOT NULL,
    CONSTRAINT pk_learning_forgotten PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_learning_forgotten_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_learning_forgotten_tenant_id_brand_id ON learning_forgotten (tenant_id, brand_id)

ALTER TABLE alternatives ADD COLUMN differs JSONB NOT NULL DEFAULT '[]'

ALTER TABLE alternatives ALTER COLUMN differs DROP DEFAULT
"""


def upgrade() -> None:
    """Make the tables; proposals made before are recognised from plans and alternatives."""
    run_script(TABLES)
    protect("learning_made")
    protect("learning_forgotten")


def downgrade() -> None:
    """Drop them."""
    op.execute("ALTER TABLE alternatives DROP COLUMN differs")
    op.execute("DROP TABLE learning_forgotten")
    op.execute("DROP TABLE learning_made")
