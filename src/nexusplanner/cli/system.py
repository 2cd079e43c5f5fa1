"""Commands on the installation: verify, doctor, migrate."""

from __future__ import annotations

import asyncio
import platform
import shutil
import sys
from importlib.metadata import version

import typer
from rich.table import Table

from nexusplanner import bootstrap
from nexusplanner.application.settings.models import RULES_ALONE, read_ai_settings
from nexusplanner.bootstrap import Database
from nexusplanner.cli.console import out
from nexusplanner.infrastructure.db import migrate as schema
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.settings import Settings

Check = tuple[str, bool, str]
LEAST_FREE_GB = 2
NO_MODEL: Check = ("Texts", True, RULES_ALONE)


def migrate() -> None:
    """Bring the database to this release."""
    database = bootstrap.open_database(Settings())
    try:
        bootstrap.migrate(database)
    finally:
        database.close()
    out.print(f"The database is at revision {schema.head()}.", highlight=False)


def doctor() -> None:
    """Tell what is set up and what is missing."""
    settings = Settings()
    checks = [
        ("Python", sys.version_info >= (3, 11), platform.python_version()),
        ("NexusPlanner", True, version("nexusplanner")),
        ("Data folder", True, str(settings.home)),
        _disk(settings),
        (
            "Pages",
            (bootstrap.PAGES / "index.html").is_file(),
            "built" if bootstrap.PAGES.is_dir() else "run ./nexus serve",
        ),
        *_installed(settings),
    ]
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, ok, words in checks:
        table.add_row("[green]ok[/]" if ok else "[red]missing[/]", name, words)
    out.print(table)
    if not all(ok for _, ok, _ in checks):
        raise typer.Exit(1)


def _disk(settings: Settings) -> Check:
    folder = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(folder).free / 1e9
    return "Free space", free >= LEAST_FREE_GB, f"{free:.0f} GB"


def _installed(settings: Settings) -> list[Check]:
    """What the database tells; without one nothing is set up."""
    kind = "embedded" if settings.uses_embedded_database else "given by DATABASE_URL"
    try:
        database = bootstrap.open_database(settings)
    except Exception as error:  # the reason is what the user asked for
        return [("Database", False, f"{kind}: {error}"), NO_MODEL]
    try:
        return asyncio.run(_told(settings, database, kind=kind))
    finally:
        database.close()


async def _told(settings: Settings, database: Database, *, kind: str) -> list[Check]:
    revision = await _revision(database.app_url, kind=kind)
    ready = revision[1] and revision[2].endswith(schema.head())
    return [revision, await _texts(settings, database) if ready else NO_MODEL]


async def _texts(settings: Settings, database: Database) -> Check:
    """What writes the texts of the command line's workspace."""
    container = bootstrap.build(settings, database, worker=False)
    try:
        operator = await container.desk.known_operator()
        if operator is None:
            return NO_MODEL
        async with container.units.for_actor(operator[0].actor()) as uow:
            known = await read_ai_settings(uow)
        return "Texts", not known.lacking, known.in_words
    finally:
        await container.stop()


async def _revision(url: str, *, kind: str) -> Check:
    engine = make_engine(url)
    try:
        found = await schema.current(engine)
    except Exception as error:  # the reason is what the user asked for
        return "Database", False, f"{kind}: {error}"
    finally:
        await engine.dispose()
    words = f"{kind}, revision {found or 'none'}"
    return "Database", found in {None, schema.head()}, words if found == schema.head() else f"{words}: run migrate"
