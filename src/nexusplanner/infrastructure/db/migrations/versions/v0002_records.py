"""Brands, services, signals, segments, customers and actuals."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import protect, run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE brands (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    industry TEXT NOT NULL,
    region TEXT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    profile TEXT NOT NULL,
    voice JSONB NOT NULL,
    banned_claims JSONB NOT NULL,
    audiences JSONB NOT NULL,
    outcome_name TEXT NOT NULL,
    outcome_is_money BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_brands PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_brands_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE UNIQUE INDEX uq_brands_name ON brands (tenant_id, lower(name))

CREATE TABLE services (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    brand_id UUID NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    description TEXT NOT NULL,
    target_audience TEXT NOT NULL,
    benefits JSONB NOT NULL,
    proofs JSONB NOT NULL,
    price_minor BIGINT,
    price_currency VARCHAR(3),
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_services PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_services_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE UNIQUE INDEX uq_services_name ON services (tenant_id, brand_id, lower(name))

CREATE TABLE signals (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    brand_id UUID,
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    timestamp TIMESTAMP WITH TIME ZONE NOT NULL,
    impact DOUBLE PRECISION NOT NULL,
    topics JSONB NOT NULL,
    url TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_signals PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_signals_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_signals_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_signals_tenant_id_brand_id_timestamp ON signals (tenant_id, brand_id, timestamp)

CREATE INDEX ix_signals_tenant_id_timestamp ON signals (tenant_id, timestamp)

CREATE TABLE segments (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    brand_id UUID NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_segments PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_segments_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE UNIQUE INDEX uq_segments_name ON segments (tenant_id, brand_id, lower(name))

CREATE TABLE customers (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    brand_id UUID NOT NULL,
    segment_id UUID,
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    company TEXT NOT NULL,
    industry TEXT NOT NULL,
    region TEXT NOT NULL,
    employees INTEGER,
    since DATE,
    lifetime_value_minor BIGINT,
    lifetime_value_currency VARCHAR(3),
    preferred_channel TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_customers PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_customers_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_customers_tenant_id_segment_id FOREIGN KEY(tenant_id, segment_id)
        REFERENCES segments (tenant_id, id) ON DELETE SET NULL (segment_id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT uq_customers_tenant_id_brand_id_external_id UNIQUE (tenant_id, brand_id, external_id)
)

CREATE INDEX ix_customers_tenant_id_segment_id ON customers (tenant_id, segment_id)

CREATE TABLE channel_actuals (
    tenant_id UUID NOT NULL,
    brand_id UUID NOT NULL,
    day DATE NOT NULL,
    channel TEXT NOT NULL,
    spend_minor BIGINT NOT NULL,
    spend_currency VARCHAR(3) NOT NULL,
    impressions BIGINT,
    clicks BIGINT,
    CONSTRAINT pk_channel_actuals PRIMARY KEY (tenant_id, brand_id, day, channel),
    CONSTRAINT fk_channel_actuals_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE brand_actuals (
    tenant_id UUID NOT NULL,
    brand_id UUID NOT NULL,
    day DATE NOT NULL,
    metric TEXT NOT NULL,
    role VARCHAR(32) NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_brand_actuals PRIMARY KEY (tenant_id, brand_id, day, metric),
    CONSTRAINT fk_brand_actuals_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)
"""


def upgrade() -> None:
    """Make the tables."""
    run_script(TABLES)
    for table in ("brands", "services", "signals", "segments", "customers", "channel_actuals", "brand_actuals"):
        protect(table)


def downgrade() -> None:
    """Drop the tables with everything in them."""
    op.execute("DROP TABLE brand_actuals, channel_actuals, customers, segments, signals, services, brands")
