"""Signed checkpoints in files: what of them can be changed unseen (nothing), and how copies leave."""

from __future__ import annotations

import asyncio
import logging
import random
import stat
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.factories.chains import TENANT, chain, signed

from nexusplanner.domain.checkpoints import Checkpoint, CheckpointsBroken
from nexusplanner.domain.shared import Invalid, TenantId
from nexusplanner.infrastructure.checkpoints import (
    CheckpointFiles,
    key_id,
    line_of,
    named,
    public_pem,
    read_lines,
    read_public_key,
)
from nexusplanner.infrastructure.logging import quieten_model_libraries

SEED = bytes(range(32))
KEY = Ed25519PrivateKey.from_private_bytes(SEED)
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEYS = named([KEY.public_key()])
MADE = signed(chain(9), 2, 3, 9)
LINES = [line_of(each, key=KEY) for each in MADE]


@pytest.fixture
def files(tmp_path: Path) -> CheckpointFiles:
    return CheckpointFiles.signing_with(SEED, folder=tmp_path / "checkpoints")


def kept(files: CheckpointFiles, made: Sequence[Checkpoint]) -> Path:
    for each in made:
        assert files.add(each)
    return files.path(TENANT)


def broken_line(lines: Sequence[bytes]) -> int | None:
    """The number of the first line that does not hold."""
    good = 0
    try:
        for _ in read_lines(lines, keys=KEYS, tenant_id=TENANT):
            good += 1
    except CheckpointsBroken as broken:
        return good + 1 if f"Line {good + 1} " in broken.message else 0
    return None


def test_what_was_kept_is_read_again_and_nobody_else_may_read_it(files: CheckpointFiles) -> None:
    assert files.last(TENANT) is None
    assert list(files.read(TENANT)) == []
    path = kept(files, MADE)
    assert list(files.read(TENANT)) == MADE
    assert files.last(TENANT) == MADE[-1]
    assert path.read_bytes() == b"".join(LINES)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_is_signed_while_others_are_read_belongs_to_the_next_reading(files: CheckpointFiles) -> None:
    kept(files, MADE[:2])
    reading = files.read(TENANT)
    first = next(reading)
    assert files.add(MADE[2])
    assert [first, *reading] == MADE[:2]
    assert list(files.read(TENANT)) == MADE


def test_every_turned_bit_is_found_at_its_line() -> None:
    rng = random.Random("checkpoints")
    content = b"".join(LINES)
    for _ in range(3000):
        position = rng.randrange(len(content))
        forged = bytearray(content)
        forged[position] ^= 1 << rng.randrange(8)
        line = content[:position].count(b"\n") + 1
        assert broken_line(bytes(forged).splitlines(keepends=True)) == line


def test_lines_taken_out_moved_repeated_or_of_others_are_found() -> None:
    first, second, third = LINES
    stranger = line_of(replace(MADE[2], tenant_id=TenantId(UUID(int=8))), key=KEY)
    assert broken_line(LINES) is None
    assert broken_line(LINES[1:]) is None, "the newest protect what was before them"
    assert broken_line([first, third]) == 2
    assert broken_line([second, first]) == 2
    assert broken_line([first, first]) == 2
    assert broken_line([first, second, stranger]) == 3
    assert broken_line([first, line_of(MADE[1], key=OTHER)]) == 2
    assert broken_line([first, second.replace(b"\n", b" \n")]) == 2


def test_signatures_of_an_earlier_key_still_count_where_it_is_trusted(files: CheckpointFiles) -> None:
    kept(files, MADE[:1])
    newer = CheckpointFiles.signing_with(bytes(32), folder=files.folder)
    with pytest.raises(CheckpointsBroken, match="move it away"):
        newer.add(MADE[1])
    public = public_pem(KEY.public_key())
    trusting = CheckpointFiles.signing_with(bytes(32), folder=files.folder, public_keys=[public])
    assert trusting.add(MADE[1])
    assert list(trusting.read(TENANT)) == MADE[:2]


def test_a_public_key_is_read_in_both_forms() -> None:
    public = KEY.public_key()
    assert key_id(read_public_key(public_pem(public))) == key_id(public)
    assert len(key_id(public)) == 16
    for nonsense in ("", "nonsense", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"):
        with pytest.raises(Invalid):
            read_public_key(nonsense)


def test_of_several_writers_one_adds_a_checkpoint(files: CheckpointFiles) -> None:
    kept(files, MADE[:1])
    with ThreadPoolExecutor(max_workers=8) as pool:
        added = list(pool.map(lambda _: files.add(MADE[1]), range(8)))
    assert added.count(True) == 1
    assert list(files.read(TENANT)) == MADE[:2]
    assert not files.add(MADE[0])


def test_a_line_that_was_not_written_to_its_end_is_told_and_made_again(files: CheckpointFiles) -> None:
    path = kept(files, MADE[:2])
    path.write_bytes(b"".join(LINES[:1]) + LINES[1][:-20])
    with pytest.raises(CheckpointsBroken, match="Line 2"):
        list(files.read(TENANT))
    assert files.last(TENANT) == MADE[0]
    assert files.add(MADE[1])
    assert list(files.read(TENANT)) == MADE[:2]


def test_tenants_with_entries_are_remembered(files: CheckpointFiles) -> None:
    assert list(files.noted()) == []
    files.note(TENANT)
    files.note(TENANT)
    (files.folder / "notes.jsonl").touch()
    assert list(files.noted()) == [TENANT]
    assert files.last(TENANT) is None


def test_a_folder_that_cannot_be_written_is_logged_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    CheckpointFiles.signing_with(SEED, folder=tmp_path / "file" / "checkpoints").note(TENANT)
    assert "cannot be kept" in caplog.text


@dataclass
class Listener:
    """Answers every request with the next of `answers`, and keeps what came."""

    answers: list[int]
    bodies: list[bytes] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        self.bodies.append(await reader.readexactly(length))
        writer.write(f"HTTP/1.1 {self.answers.pop(0)} -\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?token=canary-5d1f"


async def test_copies_are_sent_signed_and_again_after_a_failure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    quieten_model_libraries()
    listener = Listener(answers=[200, 500, 200])
    async with listener.listening() as address:
        files = CheckpointFiles.signing_with(SEED, folder=tmp_path, webhook=address)
        assert files.add(MADE[0])
        await files.deliver(TENANT)
        assert files.add(MADE[1])
        await files.deliver(TENANT)
        assert files.add(MADE[2])
        await files.deliver(TENANT)
        await files.deliver(TENANT)
    assert listener.bodies == [LINES[0], LINES[1], LINES[1] + LINES[2]]
    assert list(read_lines(listener.bodies[2].splitlines(keepends=True), keys=KEYS)) == MADE[1:]
    assert "HTTPStatusError" in caplog.text
    assert "canary" not in caplog.text
    assert "canary" not in repr(files)


async def test_a_webhook_that_does_not_answer_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with Listener(answers=[]).listening() as address:
        pass
    files = CheckpointFiles.signing_with(SEED, folder=tmp_path, webhook=address)
    assert files.add(MADE[0])
    await files.deliver(TENANT)
    assert "could not be sent" in caplog.text
