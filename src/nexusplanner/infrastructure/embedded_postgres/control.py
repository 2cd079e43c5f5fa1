"""Make, start, watch and stop one cluster with PostgreSQL's own programs."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from psycopg import pq

from nexusplanner.infrastructure.embedded_postgres.binaries import RunUser
from nexusplanner.infrastructure.embedded_postgres.errors import EmbeddedPostgresError
from nexusplanner.infrastructure.embedded_postgres.roles import ADMIN

LOOPBACK = "127.0.0.1"
START_SECONDS = 60
START_PAUSES = (0.1, 0.3, 1.0, 2.0)
"""Seconds to wait after each failed attempt; there are as many attempts as pauses."""
POLL_SECONDS = 0.05
SOCKET_PATH_LIMIT = 107
"""Bytes of a Unix socket path on Linux (macOS: 103); the runtime folder under /tmp stays far below."""
RUNTIME_PARENT = Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder inside, and every use checks its owner
NO_PROCESS = 99_999_999
LOG_LIMIT_BYTES = 10_000_000
PRIVATE_MODE = 0o700

CONFIGURATION = """\
# Written at every start; changes belong into the program.
listen_addresses = '{loopback}'
port = {port}
unix_socket_directories = '{socket_dir}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = '128MB'
jit = off
io_method = sync
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
log_min_messages = warning
"""
FORGETFUL = """\
fsync = off
full_page_writes = off
synchronous_commit = off
"""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """One data directory and the programs and user that run it.

    durable: False gives up crash safety for speed, which only throw-away servers of tests may do.
    """

    data: Path
    programs: Path
    user: RunUser
    durable: bool

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.data / "server.log"

    @property
    def _pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def create(self, *, admin_password: str) -> None:
        """Run initdb into a folder beside the final one, then rename: a half-made cluster is never taken for one."""
        self.data.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        for leftover in self.data.parent.glob(f"{self.data.name}.new-*"):
            shutil.rmtree(leftover)
        fresh = Path(tempfile.mkdtemp(prefix=f"{self.data.name}.new-", dir=self.data.parent))
        self.user.own(fresh)
        password_file = fresh / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(admin_password, encoding="ascii")
        self.user.own(password_file)
        self._initdb(fresh / "cluster", password_file=password_file)
        (fresh / "cluster").rename(self.data)
        shutil.rmtree(fresh)

    def _initdb(self, target: Path, *, password_file: Path) -> None:
        command = [str(self.programs / "bin" / "initdb"), "-D", str(target), "-U", ADMIN, "-E", "UTF8", "--locale=C"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "-A", "scram-sha-256"]
        command += [f"--pwfile={password_file}", "--no-instructions", *([] if self.durable else ["--no-sync"])]
        done = self.user.run(command, timeout=300)
        if done.returncode != 0:
            message = f"PostgreSQL could not make its data folder {self.data}:\n{done.stdout.strip()}"
            raise EmbeddedPostgresError(message)

    def start(self, *, socket_dir: str, port: int) -> tuple[str, int]:
        """Start the server and return where it listens: (socket folder, port), as wished when that is still free."""
        self._forget_dead_server()
        folder = socket_dir if self._is_ours(Path(socket_dir)) else self._runtime_folder()
        # Nobody else listens in this private folder, and our server is dead: what is left there is its remains.
        for leftover in Path(folder).glob(".s.PGSQL.*"):
            leftover.unlink()
        output = ""
        for pause in START_PAUSES:
            wanted = port if port and _is_free(port) else _free_port()
            self._configure(socket_dir=folder, port=wanted)
            done = self._pg_ctl("start", "-l", str(self.log))
            if done.returncode == 0:
                return folder, wanted
            output = done.stdout
            time.sleep(pause)  # a port taken in between, or the last children of a killed server still leaving
        shutil.rmtree(folder, ignore_errors=True)
        message = f"PostgreSQL did not start from {self.data}.\n{output.strip()}\n{self._end_of_log()}"
        raise EmbeddedPostgresError(message)

    def stop(self) -> None:
        """Stop the server, ending its connections; does nothing when it does not run."""
        if self.server_pid() is None:
            return
        done = self._pg_ctl("stop", "-m", "fast")
        if done.returncode != 0 and self.server_pid() is not None:
            message = f"PostgreSQL did not stop: {done.stdout.strip()}\n{self._end_of_log()}"
            raise EmbeddedPostgresError(message)

    def answering(self, *, socket_dir: str, port: int) -> bool:
        """Whether the server runs and accepts connections there, waiting while it starts or stops."""

        def settled() -> bool | None:
            if self.server_pid() is None:
                return False
            if self._is_ours(Path(socket_dir)) and _ping(socket_dir=socket_dir, port=port) == pq.Ping.OK:
                return True
            return None

        answer = _wait(settled, seconds=START_SECONDS)
        if answer is None:
            message = (
                f"PostgreSQL (process {self.server_pid()}) runs from {self.data} but does not answer in {socket_dir}. "
                "Stop that process and try again."
            )
            raise EmbeddedPostgresError(message)
        return answer

    def server_pid(self) -> int | None:
        """Return the process of this cluster's server, or None; another process under a reused number is not it."""
        try:
            pid = int(self._pid_file.read_text(encoding="ascii", errors="replace").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if self._serves(pid) else None

    def _serves(self, pid: int) -> bool:
        command_line = Path(f"/proc/{pid}/cmdline")
        if Path("/proc/self/cmdline").exists():
            try:
                arguments = command_line.read_bytes().decode(errors="replace").split("\0")
            except (FileNotFoundError, ProcessLookupError):
                return False
            return str(self.data) in arguments
        shown = subprocess.run(
            ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return f"-D {self.data}" in shown.stdout

    def _forget_dead_server(self) -> None:
        """Make a lock file left by a kill harmless when its process number now belongs to somebody else.

        Only the number is replaced: the shared memory key in the same file still lets PostgreSQL see children of
        the killed server that have not ended.
        """
        if self._pid_file.exists() and self.server_pid() is None:
            _, _, rest = self._pid_file.read_text(encoding="ascii", errors="replace").partition("\n")
            self._pid_file.write_text(f"{NO_PROCESS}\n{rest}", encoding="ascii")

    def _configure(self, *, socket_dir: str, port: int) -> None:
        settings = CONFIGURATION.format(loopback=LOOPBACK, port=port, socket_dir=socket_dir)
        target = self.data / "postgresql.auto.conf"
        target.write_text(settings + ("" if self.durable else FORGETFUL), encoding="ascii")
        self.user.own(target)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))

    def _pg_ctl(self, verb: str, *options: str) -> subprocess.CompletedProcess[str]:
        program = str(self.programs / "bin" / "pg_ctl")
        command = [program, verb, "-D", str(self.data), "-w", "-t", str(START_SECONDS), *options]
        return self.user.run(command, timeout=START_SECONDS + 30)

    def _runtime_folder(self) -> str:
        folder = Path(tempfile.mkdtemp(prefix="nexus-", dir=RUNTIME_PARENT))
        self.user.own(folder)
        longest = f"{folder}/.s.PGSQL.65535"
        if len(os.fsencode(longest)) > SOCKET_PATH_LIMIT:
            message = f"The folder {folder} is too long for a Unix socket (at most {SOCKET_PATH_LIMIT} bytes)."
            raise EmbeddedPostgresError(message)
        return str(folder)

    def _is_ours(self, folder: Path) -> bool:
        try:
            found = folder.lstat()
        except FileNotFoundError:
            return False
        private = found.st_mode & 0o777 == PRIVATE_MODE
        return folder.is_absolute() and folder.is_dir() and private and found.st_uid == self.user.uid

    def _end_of_log(self) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])


def _ping(*, socket_dir: str, port: int) -> int:
    conninfo = f"host='{socket_dir}' port={port} dbname=postgres user={ADMIN} connect_timeout=5"
    return pq.PGconn.ping(conninfo.encode())


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(check: Callable[[], bool | None], *, seconds: float) -> bool | None:
    """Ask until the answer is no longer None, or time is up."""
    deadline = time.monotonic() + seconds
    while (answer := check()) is None and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return answer
