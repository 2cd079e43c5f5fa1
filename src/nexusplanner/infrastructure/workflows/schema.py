"""Tables of the workflow engine, in a schema of their own in the application's database."""

from __future__ import annotations

from dbos import DBOS

from nexusplanner.infrastructure.workflows.log import tame_log
from nexusplanner.infrastructure.workflows.names import SCHEMA


def prepare(owner_url: str, *, app_role: str = "nexus_app") -> None:
    """Make or migrate the engine's tables and let the application's role use them; safe to run again.

    owner_url: SQLAlchemy URL of the role that owns the schema; nothing else of the engine connects as it.
    """
    tame_log()
    DBOS.migrate(owner_url, schema=SCHEMA, application_role=app_role)
