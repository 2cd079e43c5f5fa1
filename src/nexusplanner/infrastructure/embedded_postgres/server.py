"""The embedded server as the rest of the program sees it."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from uuid import uuid4

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from nexusplanner.infrastructure.embedded_postgres import roles
from nexusplanner.infrastructure.embedded_postgres.binaries import SYSTEM_STATE, RunUser, reachable_by
from nexusplanner.infrastructure.embedded_postgres.control import Cluster
from nexusplanner.infrastructure.embedded_postgres.errors import EmbeddedPostgresError
from nexusplanner.infrastructure.embedded_postgres.state import Lease, State, exclusive

DRIVER = "postgresql+psycopg"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ServerInfo:
    """Where a running server listens, and the addresses each role connects with.

    The addresses are SQLAlchemy URLs with the psycopg driver, over the Unix socket.
    """

    socket_dir: str
    port: int
    database: str = roles.DATABASE
    owner_password: str = field(repr=False)
    app_password: str = field(repr=False)
    admin_password: str = field(repr=False)

    @property
    def app_url(self) -> str:
        """For everything that serves users: bound by row-level security."""
        return self.url_of(roles.APP, database=self.database)

    @property
    def owner_url(self) -> str:
        """For migrations."""
        return self.url_of(roles.OWNER, database=self.database)

    def url_of(self, role: str, *, database: str) -> str:
        """Return the URL of one role to one database."""
        return URL.create(
            DRIVER,
            username=role,
            password=self._password_of(role),
            database=database,
            query={"host": self.socket_dir, "port": str(self.port)},
        ).render_as_string(hide_password=False)

    def conninfo_of(self, role: str, *, database: str) -> str:
        """Return the same as a libpq connection string, for psycopg and PostgreSQL's own programs."""
        return make_conninfo(
            host=self.socket_dir,
            port=self.port,
            user=role,
            password=self._password_of(role),
            dbname=database,
            connect_timeout=10,
        )

    def _password_of(self, role: str) -> str:
        passwords = {roles.OWNER: self.owner_password, roles.APP: self.app_password, roles.ADMIN: self.admin_password}
        return passwords[role]


class EmbeddedPostgres:
    """A PostgreSQL server that lives in `home` and that several processes may share.

    `ensure_running` starts the server or joins the one another process started, and holds a lease on it.
    `release` gives the lease back and stops the server when nobody else holds one. A process that is killed loses its
    lease at once; the server it started keeps running until the next process that used it releases it.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self._home = home.absolute()
        self._durable = durable
        self._lease = Lease(self._home / "users.lock")
        self._watcher: threading.Thread | None = None
        self._unwatched = threading.Event()
        self._start_lock = self._home / "start.lock"
        self._state_file = self._home / "state.json"

    def __enter__(self) -> ServerInfo:
        return self.ensure_running()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def ensure_running(self) -> ServerInfo:
        """Start or join the server, and answer where it is; cheap to call again, and a restart after a crash.

        Raises: EmbeddedPostgresError, with the server's own words, when it does not start within about a minute.
        """
        self._make_home()
        with exclusive(self._start_lock):
            state = self._load_or_create()
            cluster = self._cluster(state)
            if not cluster.answering(socket_dir=state.socket_dir, port=state.port):
                socket_dir, port = cluster.start(socket_dir=state.socket_dir, port=state.port)
                state = state.at(socket_dir=socket_dir, port=port).save(self._state_file)
            info = _info(state)
            if not state.bootstrapped:
                roles.prepare(info.conninfo_of(roles.ADMIN, database="postgres"), state=state)
                state.ready().save(self._state_file)
            if not self._lease.held:
                self._lease.take()
                # A command that fails before it releases must not leave a server behind either.
                atexit.register(self.release)
        return info

    def running(self) -> ServerInfo | None:
        """Return where the server is when it runs, without starting or joining it."""
        state = State.load(self._state_file)
        if state is None or self._cluster(state).server_pid() is None:
            return None
        return _info(state)

    def release(self) -> bool:
        """Give up this object's use of the server and stop it when it was the last. Returns whether it stopped."""
        atexit.unregister(self.release)
        self._end_watch()
        if not self._lease.held:
            return False
        if not self._state_file.exists():  # destroyed meanwhile
            self._lease.give_up()
            return False
        with exclusive(self._start_lock):
            self._lease.give_up()
            if not self._lease.is_free():
                return False
            self._stop()
        return True

    def stop(self) -> None:
        """Stop the server now, whoever uses it."""
        self._end_watch()
        if not self._state_file.exists():
            return
        with exclusive(self._start_lock):
            self._lease.give_up()
            self._stop()

    def destroy(self) -> None:
        """Stop the server and remove everything it kept."""
        self._end_watch()
        if self._state_file.exists():
            with exclusive(self._start_lock):
                self._lease.give_up()
                self._stop()
                state = State.load(self._state_file)
                if state is not None:
                    shutil.rmtree(state.cluster)
                self._state_file.unlink(missing_ok=True)
        shutil.rmtree(self._home, ignore_errors=True)

    def watch(self, *, every: float = 2.0) -> None:
        """Until `release`, look every `every` seconds whether a crash took the server away; then start it again."""
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._look, args=(every,), name="embedded-postgres", daemon=True)
            self._watcher.start()

    def create_database(self, name: str, *, template: str = "template0") -> None:
        """Make a further database with the same owner and rights as the first one."""
        with self._admin() as connection:
            roles.create_database(connection, name=name, template=template)

    def drop_database(self, name: str) -> None:
        """Drop a database made by `create_database`, ending the connections to it."""
        with self._admin() as connection:
            roles.drop_database(connection, name=name)

    def _admin(self) -> psycopg.Connection:
        info = self.running()
        if info is None:
            message = "The embedded database does not run; call ensure_running() first."
            raise EmbeddedPostgresError(message)
        return psycopg.connect(info.conninfo_of(roles.ADMIN, database="postgres"), autocommit=True)

    def _look(self, every: float) -> None:
        while not self._unwatched.wait(every):
            try:
                if self.running() is None:
                    _log.warning("The embedded database stopped unexpectedly; starting it again.")
                    self.ensure_running()
            except EmbeddedPostgresError:
                _log.exception("The embedded database could not be started again; the next try follows.")

    def _end_watch(self) -> None:
        if self._watcher is not None:
            self._unwatched.set()
            self._watcher.join()
            self._unwatched.clear()
            self._watcher = None

    def _make_home(self) -> None:
        # As root the server's user must pass through to the cluster; the files inside are private one by one.
        mode = 0o711 if os.geteuid() == 0 else 0o700
        for folder in (*reversed(self._home.parents), self._home):
            if not folder.exists():
                folder.mkdir(mode=mode, exist_ok=True)

    def _load_or_create(self) -> State:
        state = State.load(self._state_file)
        if state is None:
            inside = self._home / "cluster"
            # Outside the home when its user cannot get there, as under root's own private folder.
            reachable = RunUser.choose().can_reach(self._home)
            data = inside if reachable else SYSTEM_STATE / "clusters" / uuid4().hex[:12]
            state = State(cluster=str(data)).save(self._state_file)
        if not Path(state.cluster).exists():
            if state.bootstrapped:
                message = (
                    f"The database files {state.cluster} are gone. Restore them from a backup, or move the folder "
                    f"{self._home} away to start anew."
                )
                raise EmbeddedPostgresError(message)
            self._cluster(state).create(admin_password=state.admin_password)
        return state

    def _cluster(self, state: State) -> Cluster:
        user = RunUser.choose(owner_of=Path(state.cluster))
        return Cluster(data=Path(state.cluster), programs=reachable_by(user), user=user, durable=self._durable)

    def _stop(self) -> None:
        state = State.load(self._state_file)
        if state is None:
            return
        self._cluster(state).stop()
        if state.socket_dir:
            shutil.rmtree(state.socket_dir, ignore_errors=True)


def _info(state: State) -> ServerInfo:
    return ServerInfo(
        socket_dir=state.socket_dir,
        port=state.port,
        owner_password=state.owner_password,
        app_password=state.app_password,
        admin_password=state.admin_password,
    )
