"""A process that works on bytes from outside takes what it may, knows nothing, and reaches nothing."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.factories import files

from nexusplanner.domain.documents import DocumentKind, Unreadable
from nexusplanner.infrastructure.bounded import MEBIBYTE, BoundedWorker, Limits
from nexusplanner.infrastructure.documents import BoundedReader

CHILD = "nexusplanner.infrastructure.bounded.child"
HTML = files.html("A", f"<p>{files.WORDS}</p>")
REACHING = {
    "connections": "import socket; socket.socket()",
    "programs": "import subprocess; subprocess.run(['true'])",
    "shells": "import os; os.system('true')",
    "children": "import os; os.fork()",
    "files": "open('/etc/passwd').read()",
    "writing": "open('/tmp/nexus-bounded-test', 'w')",
    "writing by hand": "import os; os.open('/tmp/nexus-bounded-test', os.O_CREAT | os.O_WRONLY)",
}


def bounded(code: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """What happens to code under the limits and the watch of the process."""
    prepared = (
        "import sys; from nexusplanner.infrastructure.bounded import child; "
        f"child._bind(memory={changes.get('memory', 512 * MEBIBYTE)}, seconds={changes.get('seconds', 5)}); "
        f"sys.addaudithook(child._watch); {code}"
    )
    return subprocess.run([sys.executable, "-I", "-c", prepared], capture_output=True, text=True, check=False, env={})


def test_the_program_itself_can_be_imported() -> None:
    assert bounded("import trafilatura, pypdf, docx; print('done')").stdout == "done\n"


@pytest.mark.parametrize("what", REACHING)
def test_it_reaches_nothing(what: str) -> None:
    ended = bounded(REACHING[what])
    assert ended.returncode == 1
    assert "PermissionError" in ended.stderr or "BlockingIOError" in ended.stderr


def test_what_it_takes_in_memory_is_refused_to_it() -> None:
    ended = bounded("bytearray(600 * 2**20)")
    assert "MemoryError" in ended.stderr


async def test_a_job_that_takes_too_long_is_ended() -> None:
    worker = BoundedWorker(limits=Limits(seconds=0.05))
    with pytest.raises(Unreadable, match="longer than") as ended:
        await BoundedReader(worker).parse(HTML, kind=DocumentKind.HTML)
    assert ended.value.code == "READING_TOO_SLOW"


async def test_a_job_that_takes_too_much_memory_is_ended() -> None:
    worker = BoundedWorker(limits=Limits(memory=96 * MEBIBYTE, seconds=30))
    big = f"<p>{files.WORDS}</p>" * 40_000
    with pytest.raises(Unreadable, match="more than 96 MB of memory") as ended:
        await BoundedReader(worker).parse(files.html("A", big), kind=DocumentKind.HTML)
    assert ended.value.code == "READING_TOO_LARGE"


async def test_an_answer_that_is_too_long_is_not_taken() -> None:
    worker = BoundedWorker(limits=Limits(answer=20))
    with pytest.raises(Unreadable, match="Split it") as ended:
        await BoundedReader(worker).parse(b"Some words that are more than twenty bytes.", kind=DocumentKind.TEXT)
    assert ended.value.code == "READING_TOO_LONG"


async def test_a_job_outside_of_the_program_is_not_done() -> None:
    with pytest.raises(Unreadable) as ended:
        await BoundedWorker().run("os:system", b"true")
    assert ended.value.code == "READING_BROKE_OFF"


async def test_a_job_that_is_let_go_leaves_no_process() -> None:
    worker = BoundedWorker()
    reading = asyncio.create_task(BoundedReader(worker).parse(HTML * 2000, kind=DocumentKind.HTML))
    async with asyncio.timeout(10):
        while not any(CHILD.encode() in args for args in _commands()):  # noqa: ASYNC110 - another process tells nothing
            await asyncio.sleep(0.01)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not [args for args in _commands() if CHILD.encode() in args]


def _commands() -> list[bytes]:
    """The command line of every process whose parent is this one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"PPid:\t{os.getpid()}\n" in (folder / "status").read_text():
                found.append((folder / "cmdline").read_bytes())
        except OSError:  # it has ended
            continue
    return found
