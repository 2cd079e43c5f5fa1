"""When a connection was last compared as a whole, and who is about to renew its tokens."""

from __future__ import annotations

from alembic import op

from nexusplanner.infrastructure.db.migrations.isolation import run_script

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE connections ADD COLUMN compared_at TIMESTAMP WITH TIME ZONE

ALTER TABLE connection_secrets ADD COLUMN leased_until TIMESTAMP WITH TIME ZONE
"""


def upgrade() -> None:
    """Add both; connections from before are compared at their next sync."""
    run_script(COLUMNS)


def downgrade() -> None:
    """Drop them."""
    op.execute("ALTER TABLE connection_secrets DROP COLUMN leased_until")
    op.execute("ALTER TABLE connections DROP COLUMN compared_at")
