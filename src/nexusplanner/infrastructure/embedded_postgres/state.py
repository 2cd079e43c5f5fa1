"""What the embedded database remembers between processes, and the locks that keep them apart."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from nexusplanner.infrastructure.embedded_postgres.errors import EmbeddedPostgresError

PASSWORD_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class State:
    """One installation: its identity, its passwords, and where it was last started."""

    cluster: str
    socket_dir: str = ""
    port: int = 0
    bootstrapped: bool = False
    admin_password: str = field(default_factory=lambda: secrets.token_urlsafe(PASSWORD_BYTES), repr=False)
    owner_password: str = field(default_factory=lambda: secrets.token_urlsafe(PASSWORD_BYTES), repr=False)
    app_password: str = field(default_factory=lambda: secrets.token_urlsafe(PASSWORD_BYTES), repr=False)

    @classmethod
    def load(cls, path: Path) -> State | None:
        """Read the state, or None before the first start.

        Raises: EmbeddedPostgresError when it belongs to somebody else or is damaged.
        """
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except PermissionError as error:
            message = f"{path} belongs to another user. Run as that user, or set NEXUS_HOME to a folder of your own."
            raise EmbeddedPostgresError(message) from error
        except (ValueError, TypeError) as error:
            message = (
                f"{path} is damaged. Restore it from a backup, or move the folder {path.parent} away to start anew."
            )
            raise EmbeddedPostgresError(message) from error

    def save(self, path: Path) -> State:
        """Write the state whole or not at all, readable by its owner only."""
        partial = path.with_suffix(f".{os.getpid()}.tmp")
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        return self

    def at(self, *, socket_dir: str, port: int) -> State:
        """Return the state with another place of listening."""
        return replace(self, socket_dir=socket_dir, port=port)

    def ready(self) -> State:
        """Return the state after roles and database exist."""
        return replace(self, bootstrapped=True)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file at `path` alone; the kernel lets go of it when the process dies."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class Lease:
    """A shared lock that says "I use the server"; it ends with the process, however that ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None

    def take(self) -> None:
        """Take the lock, which never waits under the start lock; a second call changes nothing."""
        if self._descriptor is None:
            descriptor = _open(self._path)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            self._descriptor = descriptor

    def give_up(self) -> None:
        """Let go of the lock; a second call changes nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def is_free(self) -> bool:
        """Whether nobody, this object included, holds the lock. Ask only under the start lock."""
        descriptor = _open(self._path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(descriptor)
        return True


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        message = f"{path} belongs to another user. Run as that user, or set NEXUS_HOME to a folder of your own."
        raise EmbeddedPostgresError(message) from error
