"""Conversations with the assistants."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import protect, run_script

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE assistant_sessions (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    assistant VARCHAR(32) NOT NULL,
    campaign_id UUID,
    title TEXT NOT NULL,
    messages INTEGER NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_assistant_sessions PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_assistant_sessions_tenant_id_user_id FOREIGN KEY(tenant_id, user_id)
        REFERENCES users (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_assistant_sessions_tenant_id_campaign_id FOREIGN KEY(tenant_id, campaign_id)
        REFERENCES campaigns (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX ix_assistant_sessions_tenant_id_user_id_updated_at
    ON assistant_sessions (tenant_id, user_id, updated_at)

CREATE TABLE assistant_messages (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    session_id UUID NOT NULL,
    position INTEGER NOT NULL,
    role VARCHAR(32) NOT NULL,
    author VARCHAR(32) NOT NULL,
    text TEXT NOT NULL,
    citations JSONB NOT NULL,
    drafts JSONB NOT NULL,
    topic JSONB NOT NULL,
    fallback_reason TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_assistant_messages PRIMARY KEY (tenant_id, id),
    CONSTRAINT fk_assistant_messages_tenant_id_session_id FOREIGN KEY(tenant_id, session_id)
        REFERENCES assistant_sessions (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT uq_assistant_messages_tenant_id_session_id_position UNIQUE (tenant_id, session_id, position)
)
"""


def upgrade() -> None:
    """Make the tables."""
    run_script(TABLES)
    for table in ("assistant_sessions", "assistant_messages"):
        protect(table)


def downgrade() -> None:
    """Drop the tables with everything in them."""
    op.execute("DROP TABLE assistant_messages, assistant_sessions")
