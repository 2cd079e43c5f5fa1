"""How workspaces use language models: settings, sealed keys, budgets and calls."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import protect, run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE ai_settings (
    tenant_id UUID NOT NULL,
    providers JSONB NOT NULL,
    rules_only BOOLEAN NOT NULL,
    efforts JSONB NOT NULL,
    workspace_per_day BIGINT,
    user_per_day BIGINT,
    campaign BIGINT,
    version INTEGER NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ai_settings PRIMARY KEY (tenant_id),
    CONSTRAINT fk_ai_settings_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE provider_keys (
    tenant_id UUID NOT NULL,
    provider VARCHAR(40) NOT NULL,
    sealed_key BYTEA NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_provider_keys PRIMARY KEY (tenant_id, provider),
    CONSTRAINT fk_provider_keys_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE model_calls (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    run_id UUID,
    campaign_id UUID,
    session_id UUID,
    step VARCHAR(64) NOT NULL,
    provider TEXT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    model TEXT NOT NULL,
    model_answered TEXT NOT NULL,
    outcome VARCHAR(32) NOT NULL,
    requests BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cached_tokens BIGINT NOT NULL,
    cost_microunits BIGINT NOT NULL,
    cost_known BOOLEAN NOT NULL,
    price_version TEXT NOT NULL,
    latency_ms INTEGER NOT NULL,
    called_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_model_calls PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_model_calls_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_model_calls_tenant_id_called_at ON model_calls (tenant_id, called_at)

CREATE INDEX ix_model_calls_tenant_id_run_id ON model_calls (tenant_id, run_id)

CREATE TABLE spend_counters (
    tenant_id UUID NOT NULL,
    scope VARCHAR(32) NOT NULL,
    subject UUID NOT NULL,
    day DATE NOT NULL,
    spent BIGINT NOT NULL,
    CONSTRAINT pk_spend_counters PRIMARY KEY (tenant_id, scope, subject, day),
    CONSTRAINT fk_spend_counters_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE spend_reservations (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    scope VARCHAR(32) NOT NULL,
    subject UUID NOT NULL,
    day DATE NOT NULL,
    microunits BIGINT NOT NULL,
    lapses_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_spend_reservations PRIMARY KEY (tenant_id, id, scope),
    CONSTRAINT fk_spend_reservations_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_spend_reservations_tenant_id_lapses_at ON spend_reservations (tenant_id, lapses_at)

CREATE TABLE spend_alerts (
    tenant_id UUID NOT NULL,
    scope VARCHAR(32) NOT NULL,
    subject UUID NOT NULL,
    day DATE NOT NULL,
    level SMALLINT NOT NULL,
    spent BIGINT NOT NULL,
    "limit" BIGINT NOT NULL,
    reached_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_spend_alerts PRIMARY KEY (tenant_id, scope, subject, day, level),
    CONSTRAINT fk_spend_alerts_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_spend_alerts_tenant_id_reached_at ON spend_alerts (tenant_id, reached_at)
"""

KEPT = "SELECT, INSERT"
COUNTED = "SELECT, INSERT, UPDATE"
EDITED = "SELECT, INSERT, UPDATE, DELETE"
RIGHTS = {
    "ai_settings": COUNTED,
    "provider_keys": EDITED,
    "model_calls": KEPT,
    "spend_counters": COUNTED,
    "spend_reservations": EDITED,
    "spend_alerts": KEPT,
}
"""What was spent can be added to by the application, never taken back."""


def upgrade() -> None:
    """Make the tables."""
    run_script(TABLES)
    for table, rights in RIGHTS.items():
        protect(table, rights=rights)


def downgrade() -> None:
    """Drop the tables with everything in them."""
    op.execute(f"DROP TABLE {', '.join(reversed(RIGHTS))}")
