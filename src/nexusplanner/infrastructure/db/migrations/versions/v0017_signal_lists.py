"""The rank of signals beside what lists filter by, the regions of news, and where redirects of feeds led."""

from __future__ import annotations

from nexusplanner.infrastructure.db.migrations.isolation import run_script

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

FORWARD = """
ALTER TABLE signals
    ADD COLUMN rank DOUBLE PRECISION NOT NULL DEFAULT 1000000000,
    ADD COLUMN region TEXT NOT NULL DEFAULT ''

ALTER TABLE sources
    ADD COLUMN region TEXT NOT NULL DEFAULT '',
    ADD COLUMN led_to TEXT NOT NULL DEFAULT ''

ALTER TABLE signals NO FORCE ROW LEVEL SECURITY

ALTER TABLE signal_scores NO FORCE ROW LEVEL SECURITY

UPDATE signals s SET rank = k.rank FROM signal_scores k WHERE k.tenant_id = s.tenant_id AND k.signal_id = s.id

ALTER TABLE signals FORCE ROW LEVEL SECURITY

ALTER TABLE signal_scores FORCE ROW LEVEL SECURITY

ALTER TABLE signal_scores DROP COLUMN rank

CREATE INDEX ix_signals_tenant_id_rank_id ON signals (tenant_id, rank, id)
"""
BACK = """
ALTER TABLE signal_scores ADD COLUMN rank DOUBLE PRECISION NOT NULL DEFAULT 0

ALTER TABLE signals NO FORCE ROW LEVEL SECURITY

ALTER TABLE signal_scores NO FORCE ROW LEVEL SECURITY

UPDATE signal_scores k SET rank = s.rank FROM signals s WHERE k.tenant_id = s.tenant_id AND k.signal_id = s.id

ALTER TABLE signals FORCE ROW LEVEL SECURITY

ALTER TABLE signal_scores FORCE ROW LEVEL SECURITY

ALTER TABLE signal_scores ALTER COLUMN rank DROP DEFAULT

CREATE INDEX ix_signal_scores_tenant_id_rank ON signal_scores (tenant_id, rank)

ALTER TABLE signals DROP COLUMN rank, DROP COLUMN region

ALTER TABLE sources DROP COLUMN region, DROP COLUMN led_to
"""


def upgrade() -> None:
    """Move the ranks; signals without a score come first, so that whoever lists by score notices."""
    run_script(FORWARD)


def downgrade() -> None:
    """Move them back."""
    run_script(BACK)
