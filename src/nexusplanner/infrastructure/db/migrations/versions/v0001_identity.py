"""Tenants, accounts, memberships, sessions and what requests leave behind."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import OWN_TENANT, app_role, protect, run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE tenants (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    is_demo BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_tenants PRIMARY KEY (id)
)

CREATE TABLE accounts (
    id UUID NOT NULL,
    email VARCHAR(254) NOT NULL,
    password_hash TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_accounts PRIMARY KEY (id),
    CONSTRAINT uq_accounts_email UNIQUE (email)
)

CREATE TABLE users (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    email VARCHAR(254) NOT NULL,
    name TEXT NOT NULL,
    role VARCHAR(32) NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    disabled_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_users PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_users_tenant_id FOREIGN KEY(tenant_id)
        REFERENCES tenants (id) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT uq_users_tenant_id_account_id UNIQUE (tenant_id, account_id),
    CONSTRAINT fk_users_account_id FOREIGN KEY(account_id)
        REFERENCES accounts (id)
)

CREATE INDEX ix_users_account_id ON users (account_id)

CREATE TABLE sessions (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    family_hash VARCHAR(64) NOT NULL,
    token_hash VARCHAR(64) NOT NULL,
    previous_hash VARCHAR(64),
    rotated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    agent TEXT NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_sessions_tenant_id_user_id FOREIGN KEY(tenant_id, user_id)
        REFERENCES users (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_sessions_family_hash ON sessions (family_hash)

CREATE INDEX ix_sessions_tenant_id_user_id ON sessions (tenant_id, user_id)

CREATE TABLE idempotency_keys (
    tenant_id UUID NOT NULL,
    user_id UUID NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash VARCHAR(64) NOT NULL,
    status SMALLINT NOT NULL,
    headers JSONB NOT NULL,
    body BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (tenant_id, user_id, route, key),
    CONSTRAINT fk_idempotency_keys_tenant_id_user_id FOREIGN KEY(tenant_id, user_id)
        REFERENCES users (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_idempotency_keys_tenant_id_created_at ON idempotency_keys (tenant_id, created_at)

CREATE UNLOGGED TABLE rate_limits (
    key TEXT NOT NULL,
    full_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_rate_limits PRIMARY KEY (key)
)
"""

BEFORE_A_TENANT_IS_KNOWN = (
    """
    CREATE POLICY own_memberships ON users FOR SELECT
        USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    """,
    """
    CREATE POLICY own_tenants ON tenants FOR SELECT
        USING (
            EXISTS (
                SELECT FROM users
                WHERE users.tenant_id = tenants.id
                    AND users.account_id = nullif(current_setting('app.account_id', true), '')::uuid
            )
        )
    """,
    """
    CREATE POLICY held_token ON sessions FOR SELECT
        USING (family_hash = nullif(current_setting('app.family_hash', true), ''))
    """,
)
"""Sign-in shows the application exactly the rows of the person it has checked, to read and nothing else."""

SEEN_ACCOUNT = """
    email = nullif(current_setting('app.email', true), '')
    OR id = nullif(current_setting('app.account_id', true), '')::uuid
"""


def upgrade() -> None:
    """Make the tables."""
    run_script(TABLES)
    op.execute(f"GRANT SELECT ON alembic_version TO {app_role()}")
    _protect_accounts()
    protect("tenants", rights="SELECT, INSERT, UPDATE", own=OWN_TENANT.replace("tenant_id =", "id ="))
    for table in ("users", "sessions", "idempotency_keys"):
        protect(table)
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limits TO {app_role()}")
    for policy in BEFORE_A_TENANT_IS_KNOWN:
        op.execute(policy)


def downgrade() -> None:
    """Drop the tables with everything in them."""
    op.execute("DROP FUNCTION any_account()")
    op.execute("DROP TABLE rate_limits, idempotency_keys, sessions, users, accounts, tenants")


def _protect_accounts() -> None:
    """One account at a time is visible. The owner is not bound, so that `any_account` can look for everybody."""
    op.execute("ALTER TABLE accounts ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY one_account ON accounts USING ({SEEN_ACCOUNT}) WITH CHECK ({SEEN_ACCOUNT})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON accounts TO {app_role()}")
    op.execute(
        """
        CREATE FUNCTION any_account() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
            SET search_path = pg_catalog, pg_temp
            RETURN EXISTS (SELECT FROM public.accounts WHERE password_hash <> '')
        """
    )
    op.execute("REVOKE ALL ON FUNCTION any_account() FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION any_account() TO {app_role()}")
