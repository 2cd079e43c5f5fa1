"""Where the database is: opened, joined, and brought to this release."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import make_url

from nexusplanner.infrastructure.db import migrate as schema
from nexusplanner.infrastructure.embedded_postgres import EmbeddedPostgres
from nexusplanner.infrastructure.workflows import prepare as prepare_workflows
from nexusplanner.settings import Settings


class NoOwner(RuntimeError):
    """Migrations need the address of the role that owns the schema."""


@dataclass(frozen=True, kw_only=True)
class Database:
    """Where the database is. server: the embedded one, whose use ends with `close`."""

    app_url: str = field(repr=False)
    owner_url: str | None = field(repr=False)
    server: EmbeddedPostgres | None = None

    def close(self) -> None:
        """Give up the use of the embedded server; the last user stops it."""
        if self.server is not None:
            self.server.release()


def open_database(settings: Settings) -> Database:
    """Start or join the embedded server, or take the addresses of the settings. Raises EmbeddedPostgresError."""
    if settings.database_url is None:
        server = EmbeddedPostgres(settings.postgres_home)
        info = server.ensure_running()
        return Database(app_url=info.app_url, owner_url=info.owner_url, server=server)
    owner = settings.database_owner_url
    return Database(
        app_url=settings.database_url.get_secret_value(), owner_url=owner.get_secret_value() if owner else None
    )


def migrate(database: Database) -> None:
    """Bring the schema and the workflow engine's tables to this release; safe to run again.

    Raises: NoOwner.
    """
    if database.owner_url is None:
        raise NoOwner(
            "Set DATABASE_OWNER_URL to the role that owns the schema; the application's own role owns nothing."
        )
    role = make_url(database.app_url).username or schema.APP_ROLE
    schema.upgrade(database.owner_url, app_role=role)
    prepare_workflows(database.owner_url, app_role=role)
