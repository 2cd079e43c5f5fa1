"""What every test may use: one throw-away PostgreSQL for the whole run, and a migrated database for each test.

The server is shared by all workers of a parallel run and removed at the end of it. Databases are clones of one that
was migrated once.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

from nexusplanner.infrastructure.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError, ServerInfo
from nexusplanner.infrastructure.embedded_postgres.roles import ADMIN, APP, OWNER
from nexusplanner.infrastructure.embedded_postgres.state import Lease, exclusive
from nexusplanner.infrastructure.llm.gate import GATE

SERVER_HOME = "NEXUS_TEST_SERVER_HOME"
HOME_PREFIX = "nexus-test-"
TEMPLATE = "nexus_template"
LEFTOVER_AGE_SECONDS = 60
"""A younger folder may belong to a run that has not taken its lease yet."""
LONGEST = ("tests/worker/", "tests/evals/")
in_use: pytest.StashKey[Lease] = pytest.StashKey()

# Nothing is timed: a machine that is busy with other things is no fault of an example.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@dataclass(frozen=True, kw_only=True)
class TestDatabase:
    """One database of one test. The URLs are SQLAlchemy URLs with the psycopg driver.

    app_url: bound by row-level security, as the application is. owner_url: as migrations are.
    admin_url: the superuser, who sees everything; only for looking at what really is in the tables.
    """

    __test__ = False

    name: str
    app_url: str
    owner_url: str
    admin_url: str


def pytest_configure(config: pytest.Config) -> None:
    """Choose the folder of the run's server; workers of a parallel run inherit it from their controller."""
    if hasattr(config, "workerinput"):
        return
    _remove_leftovers()
    home = Path(tempfile.mkdtemp(prefix=HOME_PREFIX, dir="/tmp"))
    home.chmod(0o711)  # the server's user passes through
    os.environ[SERVER_HOME] = str(home)
    lease = Lease(home / "users.lock")
    lease.take()
    config.stash[in_use] = lease


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that at the end no worker is left alone with it."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the run's server, after the last worker has ended."""
    if hasattr(config, "workerinput"):
        return
    home = os.environ.pop(SERVER_HOME, None)
    if home is not None:
        config.stash[in_use].give_up()
        EmbeddedPostgres(Path(home), durable=False).destroy()


@pytest.fixture(autouse=True, scope="session")
def _quiet_surroundings() -> Iterator[None]:
    """Keep the settings of whoever runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("NEXUS_") and name != SERVER_HOME:
                patch.delenv(name)
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_models() -> Iterator[None]:
    """Keep model requests from leaving; a test that opens a server of its own lets them through to it."""
    GATE.open = False
    yield
    GATE.open = True


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The running server of this test run."""
    server = EmbeddedPostgres(Path(os.environ[SERVER_HOME]), durable=False)
    server.ensure_running()
    yield server
    server.release()


@pytest.fixture(scope="session")
def postgres_info(postgres: EmbeddedPostgres) -> ServerInfo:
    """Where the server of this test run listens."""
    return postgres.ensure_running()


@pytest.fixture(scope="session")
def migrated_template(postgres: EmbeddedPostgres, postgres_info: ServerInfo) -> str:
    """The name of a database with the current schema and no rows; made by whichever worker comes first."""
    from nexusplanner.infrastructure.db.migrate import upgrade  # noqa: PLC0415 - most tests need no database
    from nexusplanner.infrastructure.workflows import prepare  # noqa: PLC0415

    home = Path(os.environ[SERVER_HOME])
    with exclusive(home / "template.lock"):
        done = home / "template.done"
        if not done.exists():
            postgres.create_database(TEMPLATE, template=postgres_info.database)
            upgrade(postgres_info.url_of(OWNER, database=TEMPLATE))
            prepare(postgres_info.url_of(OWNER, database=TEMPLATE))
            done.touch()
    return TEMPLATE


@pytest.fixture
def database(postgres: EmbeddedPostgres, postgres_info: ServerInfo, migrated_template: str) -> Iterator[TestDatabase]:
    """A migrated database of the test's own, dropped afterwards."""
    with cloned(postgres, postgres_info, template=migrated_template) as clone:
        yield clone


@pytest.fixture(scope="module")
def module_database(
    postgres: EmbeddedPostgres, postgres_info: ServerInfo, migrated_template: str
) -> Iterator[TestDatabase]:
    """A migrated database for all tests of one file, where making the content costs more than sharing it."""
    with cloned(postgres, postgres_info, template=migrated_template) as clone:
        yield clone


@pytest.fixture
def empty_database(postgres: EmbeddedPostgres, postgres_info: ServerInfo) -> Iterator[TestDatabase]:
    """A database with roles and extension but no schema, for the tests of migrations."""
    with cloned(postgres, postgres_info, template=postgres_info.database) as clone:
        yield clone


@contextmanager
def cloned(postgres: EmbeddedPostgres, info: ServerInfo, *, template: str) -> Iterator[TestDatabase]:
    """Clone `template` for the duration of the block."""
    name = f"test_{uuid4().hex}"
    postgres.create_database(name, template=template)
    yield TestDatabase(
        name=name,
        app_url=info.url_of(APP, database=name),
        owner_url=info.url_of(OWNER, database=name),
        admin_url=info.url_of(ADMIN, database=name),
    )
    postgres.drop_database(name)


def _remove_leftovers() -> None:
    """Remove the servers of earlier runs that were killed: old folders of ours whose server nobody uses."""
    for home in Path("/tmp").glob(f"{HOME_PREFIX}*"):
        try:
            mine = home.stat().st_uid == os.geteuid()
            old = time.time() - home.stat().st_mtime > LEFTOVER_AGE_SECONDS
        except FileNotFoundError:
            continue
        if not (mine and old and Lease(home / "users.lock").is_free()):
            continue
        try:
            EmbeddedPostgres(home, durable=False).destroy()
        except (EmbeddedPostgresError, FileNotFoundError):  # damaged, or another run removes it too
            shutil.rmtree(home, ignore_errors=True)
