"""Brings the schema to the version this release needs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

SCRIPTS = Path(__file__).parent / "migrations"
APP_ROLE = "nexus_app"
LOCK_KEY = 0x6E6578
LOCK_TIMEOUT = "5s"
"""A migration that waits longer for a table would make everybody behind it wait too: better to fail and try again."""


def upgrade(owner_url: str, *, app_role: str = APP_ROLE, to: str = "head") -> None:
    """Apply every migration up to `to`. Processes that start together wait for each other.

    owner_url: SQLAlchemy URL with the psycopg driver, of the role that owns the schema.
    app_role: the role that serves users; it is granted what it needs and owns nothing.
    """
    _run(owner_url, app_role=app_role, to=to, up=True)


def downgrade(owner_url: str, *, app_role: str = APP_ROLE, to: str) -> None:
    """Undo migrations down to `to` ("base": all of them, with everything in the tables)."""
    _run(owner_url, app_role=app_role, to=to, up=False)


def head() -> str:
    """The version this release needs."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head() or ""


async def current(engine: AsyncEngine) -> str | None:
    """The version the database has; None when it does not answer or was never migrated."""
    try:
        async with engine.connect() as connection:
            version: str | None = await connection.scalar(text("SELECT version_num FROM alembic_version"))
            return version
    except SQLAlchemyError:
        return None


async def ready(engine: AsyncEngine) -> bool:
    """Whether the database answers and has the version this release needs."""
    return await current(engine) == head()


def config() -> Config:
    """The configuration for Alembic, without a connection."""
    made = Config()
    made.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return made


def _run(owner_url: str, *, app_role: str, to: str, up: bool) -> None:
    engine = create_engine(owner_url)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK_KEY})
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.commit()
            settings = config()
            settings.attributes.update(connection=connection, app_role=app_role)
            (command.upgrade if up else command.downgrade)(settings, to)
            connection.commit()
    finally:
        engine.dispose()
