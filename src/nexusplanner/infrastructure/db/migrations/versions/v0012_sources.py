"""Sources of signals, what was thought of signals, and schedules."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import app_role, protect, run_script

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SOURCES = """
CREATE TABLE sources (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    brand_id UUID,
    created_by UUID NOT NULL,
    name TEXT NOT NULL,
    kind VARCHAR(32) NOT NULL,
    url TEXT NOT NULL,
    trust VARCHAR(32) NOT NULL,
    every_minutes INTEGER NOT NULL,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    fetches INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    problem TEXT NOT NULL,
    ended BOOLEAN NOT NULL,
    items INTEGER NOT NULL,
    item_times JSONB NOT NULL,
    run_id UUID,
    last_fetched_at TIMESTAMP WITH TIME ZONE,
    last_item_at TIMESTAMP WITH TIME ZONE,
    next_fetch_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_sources PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_sources_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_sources_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_sources_tenant_id_created_by FOREIGN KEY(tenant_id, created_by)
        REFERENCES users (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_sources_tenant_id_run_id FOREIGN KEY(tenant_id, run_id)
        REFERENCES runs (tenant_id, id) ON DELETE SET NULL (run_id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_sources_id ON sources (id)

CREATE TABLE source_secrets (
    tenant_id UUID NOT NULL,
    source_id UUID NOT NULL,
    sealed_secret BYTEA NOT NULL,
    set_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_source_secrets PRIMARY KEY (tenant_id, source_id),
    CONSTRAINT fk_source_secrets_tenant_id_source_id FOREIGN KEY(tenant_id, source_id)
        REFERENCES sources (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE source_deliveries (
    tenant_id UUID NOT NULL,
    source_id UUID NOT NULL,
    signature VARCHAR(64) NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_source_deliveries PRIMARY KEY (tenant_id, source_id, signature),
    CONSTRAINT fk_source_deliveries_tenant_id_source_id FOREIGN KEY(tenant_id, source_id)
        REFERENCES sources (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE unwanted_items (
    tenant_id UUID NOT NULL,
    source_id UUID NOT NULL,
    external_key TEXT NOT NULL,
    CONSTRAINT pk_unwanted_items PRIMARY KEY (tenant_id, source_id, external_key),
    CONSTRAINT fk_unwanted_items_tenant_id_source_id FOREIGN KEY(tenant_id, source_id)
        REFERENCES sources (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

ALTER TABLE signals ADD COLUMN source_id UUID

ALTER TABLE signals ADD COLUMN external_key TEXT

ALTER TABLE signals ADD COLUMN edited BOOLEAN NOT NULL DEFAULT false

ALTER TABLE signals ADD CONSTRAINT fk_signals_tenant_id_source_id FOREIGN KEY(tenant_id, source_id)
    REFERENCES sources (tenant_id, id) ON DELETE SET NULL (source_id) DEFERRABLE INITIALLY DEFERRED

ALTER TABLE signals ADD CONSTRAINT uq_signals_tenant_id_source_id_external_key
    UNIQUE (tenant_id, source_id, external_key)
"""

SCHEDULES = """
CREATE TABLE schedules (
    tenant_id UUID NOT NULL,
    kind VARCHAR(32) NOT NULL,
    record_id UUID NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    leased_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_schedules PRIMARY KEY (tenant_id, kind, record_id),
    CONSTRAINT fk_schedules_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_schedules_due_at ON schedules (due_at)
"""

ACROSS_TENANTS = (
    """
    CREATE POLICY due_records ON schedules TO CURRENT_USER
        USING (current_setting('app.across_tenants', true) = 'schedules')
    """,
    """
    CREATE FUNCTION take_due(at TIMESTAMPTZ, until TIMESTAMPTZ, most INTEGER)
        RETURNS TABLE (tenant_id UUID, kind TEXT, record_id UUID, due_at TIMESTAMPTZ)
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp
        AS $$
            #variable_conflict use_column
            BEGIN
                PERFORM set_config('app.across_tenants', 'schedules', true);
                RETURN QUERY
                    WITH due AS MATERIALIZED (
                        SELECT s.tenant_id, s.kind, s.record_id FROM public.schedules s
                        WHERE s.due_at <= at AND (s.leased_until IS NULL OR s.leased_until <= at)
                        ORDER BY s.due_at, s.record_id
                        LIMIT most
                        FOR UPDATE SKIP LOCKED
                    )
                    UPDATE public.schedules s SET leased_until = until FROM due
                    WHERE s.tenant_id = due.tenant_id AND s.kind = due.kind AND s.record_id = due.record_id
                    RETURNING s.tenant_id, s.kind::text, s.record_id, s.due_at;
                PERFORM set_config('app.across_tenants', '', true);
            END
        $$
    """,
    """
    CREATE POLICY known_source ON sources FOR SELECT TO CURRENT_USER
        USING (current_setting('app.across_tenants', true) = 'sources')
    """,
    """
    CREATE FUNCTION tenant_of_source(source_id UUID) RETURNS UUID
        LANGUAGE plpgsql VOLATILE SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp
        AS $$
            DECLARE found_tenant UUID;
            BEGIN
                PERFORM set_config('app.across_tenants', 'sources', true);
                SELECT s.tenant_id INTO found_tenant FROM public.sources s
                    WHERE s.id = source_id AND s.kind = 'webhook';
                PERFORM set_config('app.across_tenants', '', true);
                RETURN found_tenant;
            END
        $$
    """,
)
"""What looks past one tenant, for the owner inside these two functions only: they give out ids and nothing else.

The policies hold for the owner alone, so that setting what they ask for opens nothing to the application.
"""
FUNCTIONS = ("take_due(TIMESTAMPTZ, TIMESTAMPTZ, INTEGER)", "tenant_of_source(UUID)")

MARKET = """
ALTER TABLE signals
    ADD COLUMN trust VARCHAR(32) NOT NULL DEFAULT 'unverified',
    ADD COLUMN state VARCHAR(32) NOT NULL DEFAULT 'new',
    ADD COLUMN dismissed_reason TEXT NOT NULL DEFAULT '',
    ADD COLUMN dismissed_note TEXT NOT NULL DEFAULT '',
    ADD COLUMN cluster_id UUID

ALTER TABLE signals NO FORCE ROW LEVEL SECURITY

UPDATE signals SET cluster_id = id

ALTER TABLE signals FORCE ROW LEVEL SECURITY

ALTER TABLE signals ALTER COLUMN cluster_id SET NOT NULL

CREATE INDEX ix_signals_tenant_id_cluster_id ON signals (tenant_id, cluster_id)

CREATE TABLE signal_scores (
    tenant_id UUID NOT NULL,
    signal_id UUID NOT NULL,
    fingerprint BYTEA NOT NULL,
    terms BYTEA NOT NULL,
    standing JSONB NOT NULL,
    rank DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_signal_scores PRIMARY KEY (tenant_id, signal_id),
    CONSTRAINT fk_signal_scores_tenant_id_signal_id FOREIGN KEY(tenant_id, signal_id)
        REFERENCES signals (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_signal_scores_tenant_id_rank ON signal_scores (tenant_id, rank)
"""
"""Scores of signals that were there before are worked out when they are first listed."""


def upgrade() -> None:
    """Make the tables."""
    run_script(SOURCES)
    run_script(SCHEDULES)
    run_script(MARKET)
    for table in ("sources", "source_secrets", "source_deliveries", "unwanted_items", "schedules", "signal_scores"):
        protect(table)
    for statement in ACROSS_TENANTS:
        op.execute(statement)
    for function in FUNCTIONS:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {app_role()}")


def downgrade() -> None:
    """Drop the tables; signals stay."""
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP TABLE signal_scores")
    op.execute(
        "ALTER TABLE signals DROP COLUMN trust, DROP COLUMN state, DROP COLUMN dismissed_reason, "
        "DROP COLUMN dismissed_note, DROP COLUMN cluster_id"
    )
    op.execute("ALTER TABLE signals DROP COLUMN source_id, DROP COLUMN external_key, DROP COLUMN edited")
    op.execute("DROP TABLE schedules, unwanted_items, source_deliveries, source_secrets, sources")
