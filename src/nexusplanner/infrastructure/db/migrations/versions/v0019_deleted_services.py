"""Services that were deleted and can be restored: their names are free meanwhile."""

from __future__ import annotations

from nexusplanner.infrastructure.db.migrations.isolation import run_script

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

FORWARD = """
ALTER TABLE services ADD COLUMN deleted_at TIMESTAMP WITH TIME ZONE

DROP INDEX uq_services_name

CREATE UNIQUE INDEX uq_services_name ON services (tenant_id, brand_id, lower(name)) WHERE deleted_at IS NULL
"""
BACK = """
DROP INDEX uq_services_name

ALTER TABLE services NO FORCE ROW LEVEL SECURITY

UPDATE services SET name = left(name, 120) || ' (deleted, ' || left(id::text, 8) || ')' WHERE deleted_at IS NOT NULL

ALTER TABLE services FORCE ROW LEVEL SECURITY

ALTER TABLE services DROP COLUMN deleted_at

CREATE UNIQUE INDEX uq_services_name ON services (tenant_id, brand_id, lower(name))
"""


def upgrade() -> None:
    """Only services that are there have names of their own."""
    run_script(FORWARD)


def downgrade() -> None:
    """Deleted services are there again, under names that say so."""
    run_script(BACK)
