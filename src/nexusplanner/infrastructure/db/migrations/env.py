"""Runs migrations on the connection that `nexusplanner.infrastructure.db.migrate` opened."""

from __future__ import annotations

from alembic import context

from nexusplanner.infrastructure.db.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transaction_per_migration=True
)
with context.begin_transaction():
    context.run_migrations()
