"""Connections to customer systems, companies, deals and rules of segments."""

from __future__ import annotations

from nexusplanner.infrastructure.db.migrations.isolation import protect, run_script

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ACCOUNTS = """
CREATE TABLE companies (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    brand_id UUID NOT NULL,
    connection_id UUID,
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    domain TEXT NOT NULL,
    industry TEXT NOT NULL,
    region TEXT NOT NULL,
    employees INTEGER,
    changed_at_source TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_companies PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_companies_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT uq_companies_external_id
        UNIQUE NULLS NOT DISTINCT (tenant_id, brand_id, connection_id, external_id)
)

CREATE TABLE deals (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    brand_id UUID NOT NULL,
    connection_id UUID,
    company_id UUID,
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    stage TEXT NOT NULL,
    won BOOLEAN,
    amount_minor BIGINT,
    amount_currency VARCHAR(3),
    closed_on DATE,
    changed_at_source TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_deals PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_deals_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_deals_tenant_id_company_id FOREIGN KEY(tenant_id, company_id)
        REFERENCES companies (tenant_id, id) ON DELETE SET NULL (company_id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT uq_deals_external_id
        UNIQUE NULLS NOT DISTINCT (tenant_id, brand_id, connection_id, external_id)
)

CREATE INDEX ix_deals_tenant_id_company_id ON deals (tenant_id, company_id)

CREATE TABLE deal_customers (
    tenant_id UUID NOT NULL,
    deal_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    CONSTRAINT pk_deal_customers PRIMARY KEY (tenant_id, deal_id, customer_id),
    CONSTRAINT fk_deal_customers_tenant_id_deal_id FOREIGN KEY(tenant_id, deal_id)
        REFERENCES deals (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_deal_customers_tenant_id_customer_id FOREIGN KEY(tenant_id, customer_id)
        REFERENCES customers (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_deal_customers_tenant_id_customer_id ON deal_customers (tenant_id, customer_id)

ALTER TABLE customers
    ADD COLUMN company_id UUID,
    ADD COLUMN connection_id UUID,
    ADD COLUMN consent VARCHAR(32) NOT NULL DEFAULT '',
    ADD COLUMN changed_at_source TIMESTAMP WITH TIME ZONE,
    ADD CONSTRAINT fk_customers_tenant_id_company_id FOREIGN KEY(tenant_id, company_id)
        REFERENCES companies (tenant_id, id) ON DELETE SET NULL (company_id) DEFERRABLE INITIALLY DEFERRED,
    DROP CONSTRAINT uq_customers_tenant_id_brand_id_external_id,
    ADD CONSTRAINT uq_customers_external_id
        UNIQUE NULLS NOT DISTINCT (tenant_id, brand_id, connection_id, external_id)

ALTER TABLE customers ALTER COLUMN consent DROP DEFAULT

CREATE INDEX ix_customers_tenant_id_company_id ON customers (tenant_id, company_id)

CREATE INDEX ix_customers_email ON customers (tenant_id, lower(email))

ALTER TABLE segments
    ADD COLUMN rules JSONB NOT NULL DEFAULT '[]',
    ADD COLUMN counted_at TIMESTAMP WITH TIME ZONE

ALTER TABLE segments ALTER COLUMN rules DROP DEFAULT

CREATE TABLE segment_members (
    tenant_id UUID NOT NULL,
    segment_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    how VARCHAR(32) NOT NULL,
    CONSTRAINT pk_segment_members PRIMARY KEY (tenant_id, segment_id, customer_id),
    CONSTRAINT fk_segment_members_tenant_id_segment_id FOREIGN KEY(tenant_id, segment_id)
        REFERENCES segments (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_segment_members_tenant_id_customer_id FOREIGN KEY(tenant_id, customer_id)
        REFERENCES customers (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_segment_members_tenant_id_customer_id ON segment_members (tenant_id, customer_id)

CREATE TABLE erased_subjects (
    tenant_id UUID NOT NULL,
    digest VARCHAR(64) NOT NULL,
    erased_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_erased_subjects PRIMARY KEY (tenant_id, digest),
    CONSTRAINT fk_erased_subjects_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED
)
"""

MEMBERS_BY_HAND = """
ALTER TABLE customers NO FORCE ROW LEVEL SECURITY

INSERT INTO segment_members (tenant_id, segment_id, customer_id, how)
    SELECT tenant_id, segment_id, id, 'hand' FROM customers WHERE segment_id IS NOT NULL

SET CONSTRAINTS ALL IMMEDIATE

SET CONSTRAINTS ALL DEFERRED

ALTER TABLE customers FORCE ROW LEVEL SECURITY
"""
"""The members are checked at once: a table whose rows still wait for that cannot be altered."""

BEFORE_ACCOUNTS = """
DROP TABLE erased_subjects, segment_members, deal_customers

ALTER TABLE segments DROP COLUMN rules, DROP COLUMN counted_at

ALTER TABLE customers NO FORCE ROW LEVEL SECURITY

DELETE FROM customers WHERE connection_id IS NOT NULL

ALTER TABLE customers FORCE ROW LEVEL SECURITY

DROP INDEX ix_customers_email

ALTER TABLE customers
    DROP COLUMN company_id,
    DROP COLUMN connection_id,
    DROP COLUMN consent,
    DROP COLUMN changed_at_source,
    ADD CONSTRAINT uq_customers_tenant_id_brand_id_external_id UNIQUE (tenant_id, brand_id, external_id)

DROP TABLE deals, companies
"""


CONNECTION_TABLES = (
    "connections",
    "connection_secrets",
    "connection_sign_ins",
    "connection_streams",
    "connection_records",
)

CONNECTIONS = """
CREATE TABLE connections (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    brand_id UUID NOT NULL,
    created_by UUID NOT NULL,
    kind VARCHAR(32) NOT NULL,
    name TEXT NOT NULL,
    domain TEXT NOT NULL,
    every_minutes INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    sign_in VARCHAR(32) NOT NULL,
    mapping JSONB,
    last_sync_at TIMESTAMP WITH TIME ZONE,
    next_sync_at TIMESTAMP WITH TIME ZONE,
    not_before TIMESTAMP WITH TIME ZONE,
    last_changes JSONB,
    failures INTEGER NOT NULL,
    stuck BOOLEAN NOT NULL,
    problem TEXT NOT NULL,
    run_id UUID,
    removed_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_connections PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_connections_tenant_id_brand_id FOREIGN KEY(tenant_id, brand_id)
        REFERENCES brands (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_connections_tenant_id_created_by FOREIGN KEY(tenant_id, created_by)
        REFERENCES users (tenant_id, id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_connections_tenant_id_run_id FOREIGN KEY(tenant_id, run_id)
        REFERENCES runs (tenant_id, id) ON DELETE SET NULL (run_id) DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE connection_secrets (
    tenant_id UUID NOT NULL,
    connection_id UUID NOT NULL,
    kind VARCHAR(32) NOT NULL,
    host TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    CONSTRAINT pk_connection_secrets PRIMARY KEY (tenant_id, connection_id, kind),
    CONSTRAINT fk_connection_secrets_tenant_id_connection_id FOREIGN KEY(tenant_id, connection_id)
        REFERENCES connections (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE connection_sign_ins (
    tenant_id UUID NOT NULL,
    state_hash VARCHAR(64) NOT NULL,
    connection_id UUID NOT NULL,
    user_id UUID NOT NULL,
    sealed_verifier BYTEA NOT NULL,
    redirect TEXT NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_connection_sign_ins PRIMARY KEY (tenant_id, state_hash),
    CONSTRAINT fk_connection_sign_ins_tenant_id_connection_id FOREIGN KEY(tenant_id, connection_id)
        REFERENCES connections (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_connection_sign_ins_tenant_id_user_id FOREIGN KEY(tenant_id, user_id)
        REFERENCES users (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE connection_streams (
    tenant_id UUID NOT NULL,
    connection_id UUID NOT NULL,
    name VARCHAR(32) NOT NULL,
    pass_id UUID NOT NULL,
    full_pass BOOLEAN NOT NULL,
    since TIMESTAMP WITH TIME ZONE,
    after_key TEXT NOT NULL,
    began_at TIMESTAMP WITH TIME ZONE,
    done BOOLEAN NOT NULL,
    run_id UUID NOT NULL,
    changes JSONB NOT NULL,
    CONSTRAINT pk_connection_streams PRIMARY KEY (tenant_id, connection_id, name),
    CONSTRAINT fk_connection_streams_tenant_id_connection_id FOREIGN KEY(tenant_id, connection_id)
        REFERENCES connections (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE connection_records (
    tenant_id UUID NOT NULL,
    connection_id UUID NOT NULL,
    kind VARCHAR(32) NOT NULL,
    external_id TEXT NOT NULL,
    company_id UUID,
    customer_id UUID,
    deal_id UUID,
    company_key TEXT NOT NULL,
    customer_keys TEXT[] NOT NULL,
    digest VARCHAR(64) NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    pass_id UUID NOT NULL,
    CONSTRAINT pk_connection_records PRIMARY KEY (tenant_id, connection_id, kind, external_id),
    CONSTRAINT fk_connection_records_tenant_id_connection_id FOREIGN KEY(tenant_id, connection_id)
        REFERENCES connections (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_connection_records_tenant_id_company_id FOREIGN KEY(tenant_id, company_id)
        REFERENCES companies (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_connection_records_tenant_id_customer_id FOREIGN KEY(tenant_id, customer_id)
        REFERENCES customers (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_connection_records_tenant_id_deal_id FOREIGN KEY(tenant_id, deal_id)
        REFERENCES deals (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_connection_records_tenant_id_company_id ON connection_records (tenant_id, company_id)

CREATE INDEX ix_connection_records_tenant_id_customer_id ON connection_records (tenant_id, customer_id)

CREATE INDEX ix_connection_records_tenant_id_deal_id ON connection_records (tenant_id, deal_id)

ALTER TABLE companies ADD CONSTRAINT fk_companies_tenant_id_connection_id FOREIGN KEY(tenant_id, connection_id)
    REFERENCES connections (tenant_id, id) DEFERRABLE INITIALLY DEFERRED

ALTER TABLE customers ADD CONSTRAINT fk_customers_tenant_id_connection_id FOREIGN KEY(tenant_id, connection_id)
    REFERENCES connections (tenant_id, id) DEFERRABLE INITIALLY DEFERRED

ALTER TABLE deals ADD CONSTRAINT fk_deals_tenant_id_connection_id FOREIGN KEY(tenant_id, connection_id)
    REFERENCES connections (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
"""

BEFORE_CONNECTIONS = """
ALTER TABLE deals DROP CONSTRAINT fk_deals_tenant_id_connection_id

ALTER TABLE customers DROP CONSTRAINT fk_customers_tenant_id_connection_id

ALTER TABLE companies DROP CONSTRAINT fk_companies_tenant_id_connection_id

DROP TABLE connection_records, connection_streams, connection_sign_ins, connection_secrets, connections
"""


def upgrade() -> None:
    """Make the tables; customers in a segment stay in it."""
    run_script(ACCOUNTS)
    run_script(MEMBERS_BY_HAND)
    for table in ("companies", "deals", "deal_customers", "segment_members"):
        protect(table)
    protect("erased_subjects", rights="SELECT, INSERT")
    run_script(CONNECTIONS)
    for table in CONNECTION_TABLES:
        protect(table)


def downgrade() -> None:
    """Drop the tables with everything in them, and the customers that came through a connection."""
    run_script(BEFORE_CONNECTIONS)
    run_script(BEFORE_ACCOUNTS)
