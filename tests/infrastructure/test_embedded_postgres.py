"""The life of the embedded server: start, join, crash, and leaving nothing behind."""

import contextlib
import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import create_engine, text

from nexusplanner.infrastructure.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError, ServerInfo
from nexusplanner.infrastructure.embedded_postgres.control import NO_PROCESS
from nexusplanner.infrastructure.embedded_postgres.roles import ADMIN, APP, OWNER

HOLD = """
import sys
from pathlib import Path
from nexusplanner.infrastructure.embedded_postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
info = server.ensure_running()
print(info.port, flush=True)
sys.stdin.read()
server.release()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="nexus-test-own-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder / "postgres"
    with contextlib.suppress(EmbeddedPostgresError):
        EmbeddedPostgres(folder / "postgres", durable=False).destroy()
    folder.rmdir()


@pytest.fixture
def server(home: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(home, durable=False)


def ask(info: ServerInfo, query: str, *, role: str = APP) -> object:
    with psycopg.connect(info.conninfo_of(role, database=info.database)) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def server_pid(home: Path) -> int:
    """The process that the server's lock file names, or NO_PROCESS when there is no such file or it is being written."""
    file = home / "cluster" / "postmaster.pid"
    try:
        first = file.read_text().partition("\n")[0]
    except FileNotFoundError:
        return NO_PROCESS
    return int(first) if first else NO_PROCESS


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that ended and waits for its parent to notice does not."""
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def wait_until_gone(pid: int) -> None:
    for _ in range(200):
        if not is_alive(pid):
            return
        time.sleep(0.05)
    pytest.fail(f"process {pid} is still there")


@contextlib.contextmanager
def another_process(home: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        yield process
        process.kill()


class Stranger:
    """A living process that has nothing to do with PostgreSQL."""

    def __init__(self, *, user: int) -> None:
        self._process = subprocess.Popen(["sleep", "600"], user=user if os.geteuid() == 0 else None)
        self.pid = self._process.pid

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


def test_it_starts_with_roles_database_extension_and_locale(server: EmbeddedPostgres) -> None:
    info = server.ensure_running()

    assert str(ask(info, "SHOW server_version")).startswith("18")
    assert ask(info, "SELECT '[1,2,3]'::vector <-> '[1,2,4]'") == 1.0
    assert ask(info, "SELECT datlocale FROM pg_database WHERE datname = current_database()") == "C.UTF-8"
    assert ask(info, "SELECT 'ÄÖ' ILIKE 'äö'") is True
    assert ask(info, "SHOW timezone") == "UTC"


def test_urls_work_with_sqlalchemy(server: EmbeddedPostgres) -> None:
    info = server.ensure_running()
    for url, role in ((info.app_url, APP), (info.owner_url, OWNER)):
        engine = create_engine(url)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT current_user")).scalar_one() == role
        engine.dispose()


def test_the_application_role_owns_nothing_and_cannot_raise_itself(server: EmbeddedPostgres) -> None:
    info = server.ensure_running()
    for role in (APP, OWNER):
        attributes = f"""SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
            FROM pg_roles WHERE rolname = '{role}'"""
        assert ask(info, attributes) is False
    assert ask(info, f"SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = '{APP}'") == 0
    assert (
        ask(
            info,
            "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member "
            f"WHERE r.rolname IN ('{APP}', '{OWNER}')",
        )
        == 0
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(info, "CREATE TABLE mine (id int); SELECT 1")


def test_every_way_in_needs_the_password(server: EmbeddedPostgres) -> None:
    info = server.ensure_running()
    for host in (info.socket_dir, "127.0.0.1"):
        for role in (ADMIN, OWNER, APP):
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(
                    host=host,
                    port=info.port,
                    user=role,
                    password="guess",
                    dbname=info.database,
                )


def test_it_listens_on_loopback_and_a_short_private_socket_only(server: EmbeddedPostgres) -> None:
    info = server.ensure_running()

    assert ask(info, "SELECT current_setting('listen_addresses')", role=ADMIN) == "127.0.0.1"
    folder = Path(info.socket_dir)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(os.fsencode(f"{folder}/.s.PGSQL.{info.port}")) <= 107
    with psycopg.connect(info.conninfo_of(APP, database=info.database), host="127.0.0.1") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_passwords_are_private_and_never_printed(server: EmbeddedPostgres, home: Path) -> None:
    info = server.ensure_running()

    state = home / "state.json"
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    for secret in (info.owner_password, info.app_password, info.admin_password):
        assert secret in state.read_text()
        assert secret not in repr(info)
    assert len({info.owner_password, info.app_password, info.admin_password}) == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to drop its rights")
def test_as_root_the_server_runs_as_an_unprivileged_user(server: EmbeddedPostgres, home: Path) -> None:
    server.ensure_running()

    owner = Path(f"/proc/{server_pid(home)}").stat().st_uid
    assert pwd.getpwuid(owner).pw_name in {"postgres", "nobody", "daemon"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that the server's user cannot enter")
def test_as_root_a_private_folder_works_too(home: Path) -> None:
    home.parent.chmod(0o700)
    server = EmbeddedPostgres(home, durable=False)
    try:
        info = server.ensure_running()
        assert ask(info, "SELECT 1") == 1
        assert not (home / "cluster").exists()
    finally:
        server.destroy()
    assert server.running() is None


def test_a_second_process_joins_and_the_last_one_out_stops_it(server: EmbeddedPostgres, home: Path) -> None:
    info = server.ensure_running()
    pid = server_pid(home)
    with another_process(home) as other:
        assert other.stdout is not None
        assert int(other.stdout.readline()) == info.port
        assert server_pid(home) == pid

        assert server.release() is False
        assert ask(info, "SELECT 1") == 1

        other.communicate(input="")
        assert other.returncode == 0
    wait_until_gone(pid)
    assert server.running() is None
    assert not Path(info.socket_dir).exists()


def test_two_starters_at_once_make_one_server(home: Path) -> None:
    with another_process(home) as first, another_process(home) as second:
        assert first.stdout is not None
        assert second.stdout is not None
        assert first.stdout.readline() == second.stdout.readline()


def test_data_outlives_a_stop(server: EmbeddedPostgres, home: Path) -> None:
    info = server.ensure_running()
    with psycopg.connect(info.conninfo_of(OWNER, database=info.database)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    assert server.release() is True

    again = EmbeddedPostgres(home, durable=False).ensure_running()
    assert ask(again, "SELECT value FROM kept", role=OWNER) == 7


def test_a_command_that_fails_leaves_no_server_behind(server: EmbeddedPostgres, home: Path) -> None:
    failing = HOLD.replace("sys.stdin.read()", "raise SystemExit(3)")

    done = subprocess.run([sys.executable, "-c", failing, str(home)], capture_output=True, text=True, check=False)

    assert done.returncode == 3
    assert int(done.stdout) > 0
    assert server.running() is None


def test_a_killed_starter_leaves_a_server_that_the_next_process_takes_over(home: Path) -> None:
    with another_process(home) as other:
        assert other.stdout is not None
        port = int(other.stdout.readline())
        other.send_signal(signal.SIGKILL)
        other.wait()
    server = EmbeddedPostgres(home, durable=False)
    info = server.ensure_running()
    pid = server_pid(home)

    assert info.port == port
    assert server.release() is True
    wait_until_gone(pid)


def test_a_killed_server_starts_again_at_the_same_place(server: EmbeddedPostgres, home: Path) -> None:
    info = server.ensure_running()
    pid = server_pid(home)
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)

    again = server.ensure_running()

    assert (again.socket_dir, again.port) == (info.socket_dir, info.port)
    assert ask(again, "SELECT 1") == 1
    assert server_pid(home) != pid


def test_a_process_number_in_use_by_somebody_else_is_not_taken_for_the_server(
    server: EmbeddedPostgres, home: Path
) -> None:
    info = server.ensure_running()
    pid = server_pid(home)
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    lock = home / "cluster" / "postmaster.pid"
    # The number now names a living process of the very user that runs the server, which PostgreSQL itself mistrusts.
    user = lock.stat().st_uid
    with contextlib.closing(Stranger(user=user)) as stranger:
        for file in (lock, *Path(info.socket_dir).glob("*.lock")):
            lines = file.read_text().split("\n")
            file.write_text("\n".join([str(stranger.pid), *lines[1:]]))

        assert server.running() is None
        again = server.ensure_running()
        assert ask(again, "SELECT 1") == 1
        assert is_alive(stranger.pid)


def test_a_watched_server_comes_back_by_itself(server: EmbeddedPostgres, home: Path) -> None:
    info = server.ensure_running()
    server.watch(every=0.05)
    pid = server_pid(home)
    os.kill(pid, signal.SIGKILL)
    for _ in range(400):
        time.sleep(0.05)
        if server_pid(home) not in {pid, NO_PROCESS}:
            with contextlib.suppress(psycopg.OperationalError):
                assert ask(info, "SELECT 1") == 1
                break
    else:
        pytest.fail("the server did not come back")

    assert server.release() is True
    time.sleep(0.2)
    assert server.running() is None


def test_a_taken_port_is_replaced(server: EmbeddedPostgres) -> None:
    info = server.ensure_running()
    server.release()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", info.port))
        other.listen()

        again = server.ensure_running()
        assert again.port != info.port
        assert ask(again, "SELECT 1") == 1


def test_lost_database_files_are_named_and_not_replaced_by_empty_ones(server: EmbeddedPostgres, home: Path) -> None:
    server.ensure_running()
    server.release()
    (home / "cluster").rename(home / "elsewhere")

    with pytest.raises(EmbeddedPostgresError, match="are gone"):
        server.ensure_running()

    (home / "elsewhere").rename(home / "cluster")
    assert ask(server.ensure_running(), "SELECT 1") == 1


def test_a_damaged_state_file_is_named(server: EmbeddedPostgres, home: Path) -> None:
    home.mkdir(parents=True)
    (home / "state.json").write_text("{")
    with pytest.raises(EmbeddedPostgresError, match=r"state\.json is damaged"):
        server.ensure_running()
    (home / "state.json").unlink()


def test_a_server_that_cannot_start_says_why(server: EmbeddedPostgres, home: Path) -> None:
    server.ensure_running()
    server.release()
    control = home / "cluster" / "global" / "pg_control"
    content = control.read_bytes()
    control.write_bytes(b"\0" * len(content))

    with pytest.raises(EmbeddedPostgresError, match="did not start"):
        server.ensure_running()


def test_a_clone_of_a_database_keeps_the_rights(server: EmbeddedPostgres) -> None:
    info = server.ensure_running()
    server.create_database("copy", template=info.database)
    with psycopg.connect(info.conninfo_of(APP, database="copy")) as connection:
        assert connection.execute("SELECT extname FROM pg_extension WHERE extname = 'vector'").fetchone() == ("vector",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (id int)")
    server.drop_database("copy")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(info.conninfo_of(APP, database="copy"))


def test_tests_cannot_reach_the_network() -> None:
    with (
        socket.socket() as outside,
        warnings.catch_warnings(action="ignore"),
        pytest.raises(SocketConnectBlockedError),
    ):
        outside.connect(("192.0.2.1", 80))
