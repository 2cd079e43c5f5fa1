"""Runs the commands as a shell does."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import TestDatabase, cloned

import nexusplanner
from nexusplanner.cli.main import run
from nexusplanner.domain.planning.simulate import World, simulate
from nexusplanner.infrastructure.embedded_postgres import EmbeddedPostgres, ServerInfo

EXAMPLES = Path(__file__).parents[2] / "examples"
SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a command answered."""

    code: int
    out: str
    errors: str

    @property
    def words(self) -> str:
        """What it printed besides results, wherever lines were broken."""
        return " ".join(self.errors.split())


@dataclass(frozen=True, kw_only=True)
class Shell:
    """A data folder to run commands in, with an embedded server unless a database is given."""

    home: Path
    database: TestDatabase | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    def nexus(self, *arguments: str | Path) -> Told:
        """A command in this process: starting another one for each takes longer than the command."""
        out, errors = io.StringIO(), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            kept_as_it_was(),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(errors),
        ):
            patch.setattr(sys, "argv", ["nexus", *map(str, arguments)])
            for name, value in self._settings().items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                run()
        code = ended.value.code
        return Told(code=code if isinstance(code, int) else 0, out=out.getvalue(), errors=errors.getvalue())

    def process(self, *arguments: str | Path) -> Told:
        """A command in a process of its own, as people start it."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("NEXUS_", "DATABASE_"))}
        source = {"PYTHONPATH": str(Path(nexusplanner.__file__).parents[1])}
        done = subprocess.run(
            [sys.executable, "-m", "nexusplanner.cli", *map(str, arguments)],
            env=inherited | self._settings() | source,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return Told(code=done.returncode, out=done.stdout, errors=done.stderr)

    def _settings(self) -> dict[str, str]:
        given = {"NEXUS_HOME": str(self.home), **self.settings}
        if self.database is not None:
            given |= {"DATABASE_URL": self.database.app_url, "DATABASE_OWNER_URL": self.database.owner_url}
        return given


@contextlib.contextmanager
def kept_as_it_was() -> Iterator[None]:
    """Give the tests back the signal handler and the log that a command takes over."""
    root, handler = logging.getLogger(), signal.getsignal(signal.SIGTERM)
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        signal.signal(signal.SIGTERM, handler)


@pytest.fixture
def bare(tmp_path: Path) -> Shell:
    """A data folder that does not exist yet."""
    return Shell(home=tmp_path / "home")


@pytest.fixture(scope="module")
def shell(
    postgres: EmbeddedPostgres,
    postgres_info: ServerInfo,
    migrated_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shell]:
    """One installation for all tests of a file, on a database of its own."""
    with cloned(postgres, postgres_info, template=migrated_template) as database:
        yield Shell(home=tmp_path_factory.mktemp("home"), database=database)


@pytest.fixture(scope="session")
def actuals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighty weeks in the columns that the mapping of the examples names."""
    channels = ("tv_S", "ooh_S", "print_S", "search_S", "facebook_S")
    data, _ = simulate(World(channels=channels, weeks=80, media_share=0.4), rng=np.random.default_rng(11))
    rows = zip(data.dates, data.outcome, data.spend, strict=True)
    lines = [f"{day},{value:.2f},{','.join(f'{each:.2f}' for each in spend)}" for day, value, spend in rows]
    path = tmp_path_factory.mktemp("actuals") / "weekly.csv"
    path.write_text("\n".join([f"DATE,revenue,{','.join(channels)}", *lines]), encoding="utf-8")
    return path
