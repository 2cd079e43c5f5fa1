"""The ledger against its signed checkpoints on a real database, in the hands of somebody who holds the whole server."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.durable import Workspace, make_workspace, open_units
from tests.fakes.clock import StillClock

from nexusplanner.application.checkpoints import BATCH, MOST_OFTEN, CheckpointDesk
from nexusplanner.application.ledger.export import exported, verify_export
from nexusplanner.domain.checkpoints import CheckpointsBroken
from nexusplanner.domain.identity import Role
from nexusplanner.domain.ledger import (
    ChainCheck,
    Fault,
    LedgerEntry,
    LedgerNotIntact,
    Verification,
    chain_hash,
)
from nexusplanner.domain.shared import Forbidden
from nexusplanner.infrastructure.checkpoints import CheckpointFiles
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork

LENGTH = 100
IN_MEMORY = 5000
IN_DATABASE = 400


@dataclass(frozen=True, kw_only=True)
class Stand:
    """A workspace whose ledger is signed."""

    database: TestDatabase
    units: SqlUnitsOfWork
    workspace: Workspace
    desk: CheckpointDesk
    clock: StillClock

    async def append(self, number: int = 1) -> None:
        async with self.units.for_actor(self.workspace.actor) as uow:
            for each in range(number):
                made = records.decision(self.workspace.tenant_id, summary=f"Entry {each}", output={"share": 0.1})
                await uow.ledger.append(made)

    async def sign(self, *, least: int = 1) -> int:
        made = await self.desk.make(self.units, actor=self.workspace.actor, least=least)
        return made.head.sequence if made else 0

    async def verify(self, *, signed: bool = True) -> Verification:
        checkpoints = self.desk.read(self.workspace.tenant_id) if signed else ()
        async with self.units.for_actor(self.workspace.actor) as uow:
            return await uow.ledger.verify(checkpoints=checkpoints)

    async def entries(self) -> Sequence[LedgerEntry]:
        async with self.units.for_actor(self.workspace.actor) as uow:
            return await uow.ledger.entries(after=0, limit=10_000)

    @contextmanager
    def server(self) -> Iterator[psycopg.Connection]:
        """The database as its superuser sees it."""
        url = make_url(self.database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection

    async def reseal(self, *, start: int) -> None:
        """Write hashes that fit whatever stands in the rows, and the head with them."""
        with self.server() as server:
            rows = server.execute("SELECT sequence, entry, hash FROM decisions ORDER BY sequence").fetchall()
            previous = rows[start - 2][2] if start > 1 else "0" * 64
            for sequence, entry, _ in rows[start - 1 :]:
                digest = chain_hash(previous=previous, content=entry.encode())
                server.execute(
                    "UPDATE decisions SET previous_hash = %s, hash = %s WHERE sequence = %s",
                    (previous, digest, sequence),
                )
                previous = digest
            last = rows[-1][0] if rows else 0
            server.execute("UPDATE ledger_heads SET sequence = %s, hash = %s", (last, previous))


@pytest.fixture
async def stand(database: TestDatabase, tmp_path: Path) -> AsyncIterator[Stand]:
    async with open_units(database.app_url) as (engine, units):
        clock = StillClock()
        files = CheckpointFiles.signing_with(bytes(range(32)), folder=tmp_path)
        yield Stand(
            database=database,
            units=units,
            workspace=await make_workspace(engine),
            desk=CheckpointDesk(store=files, clock=clock, least=5),
            clock=clock,
        )


async def test_only_administrators_sign(stand: Stand) -> None:
    with pytest.raises(Forbidden):
        await stand.desk.make(stand.units, actor=replace(stand.workspace.actor, role=Role.APPROVER))


async def test_an_empty_ledger_is_not_signed(stand: Stand) -> None:
    assert await stand.sign() == 0


async def test_a_long_ledger_is_signed_in_parts_and_only_what_is_new(stand: Stand) -> None:
    await stand.append(BATCH + 10)
    assert await stand.sign() == BATCH + 10
    assert await stand.sign() == BATCH + 10
    await stand.append(3)
    assert await stand.sign(least=4) == BATCH + 10
    assert await stand.sign(least=3) == BATCH + 13
    covered = [each.head.sequence for each in stand.desk.read(stand.workspace.tenant_id)]
    assert covered == [BATCH, BATCH + 10, BATCH + 13]
    found = await stand.verify()
    assert (found.intact, found.checkpoint_fits, found.after_checkpoint) == (True, True, 0)


async def test_writers_and_signers_at_the_same_time_agree(stand: Stand) -> None:
    async def write() -> None:
        for _ in range(10):
            await stand.append()

    async def sign() -> None:
        for _ in range(10):
            await stand.sign()

    async with asyncio.TaskGroup() as everybody:
        for _ in range(4):
            everybody.create_task(write())
            everybody.create_task(sign())
    assert await stand.sign() == 40
    found = await stand.verify()
    assert (found.entries, found.intact, found.after_checkpoint) == (40, True, 0)


async def test_a_run_leaves_a_checkpoint_when_enough_is_new_and_the_hour_brings_the_rest(stand: Stand) -> None:
    tenant_id = stand.workspace.tenant_id
    await stand.append(4)
    await stand.desk.after_run(tenant_id, units=stand.units)
    assert list(stand.desk.read(tenant_id)) == []
    await stand.append(1)
    await stand.desk.after_run(tenant_id, units=stand.units)
    assert [each.head.sequence for each in stand.desk.read(tenant_id)] == [5]
    await stand.append(1)
    await stand.desk.keep(stand.units)
    assert [each.head.sequence for each in stand.desk.read(tenant_id)] == [5]
    stand.clock.at += MOST_OFTEN + timedelta(seconds=1)
    await stand.desk.keep(stand.units)
    assert [each.head.sequence for each in stand.desk.read(tenant_id)] == [5, 6]


@pytest.mark.parametrize("covered", [1, 7, 12])
async def test_a_ledger_rewritten_with_its_head_is_found_at_the_row(stand: Stand, covered: int) -> None:
    await stand.append(covered)
    await stand.sign()
    await stand.append(12 - covered)
    rng = random.Random(covered)
    original = [(each.sequence, each.content.decode()) for each in await stand.entries()]
    for _ in range(5):
        row = rng.randint(1, covered)
        with stand.server() as server:
            entry = json.loads(original[row - 1][1]) | {"summary": "Rewritten"}
            server.execute("UPDATE decisions SET entry = %s WHERE sequence = %s", (json.dumps(entry), row))
        await stand.reseal(start=row)
        assert (await stand.verify(signed=False)).intact, "the chain alone cannot tell"
        found = await stand.verify()
        assert found.first_bad is not None
        assert (found.first_bad.sequence, found.first_bad.fault) == (row, Fault.REWRITTEN)
        assert not found.checkpoint_fits
        with stand.server() as server:
            server.execute("UPDATE decisions SET entry = %s WHERE sequence = %s", (original[row - 1][1], row))
        await stand.reseal(start=1)
        assert (await stand.verify()).intact


@pytest.mark.parametrize("left", [0, 1, 6])
async def test_a_ledger_cut_off_with_its_head_is_found_where_it_ends(stand: Stand, left: int) -> None:
    await stand.append(7)
    await stand.sign()
    await stand.append(3)
    with stand.server() as server:
        server.execute("DELETE FROM decisions WHERE sequence > %s", (left,))
    await stand.reseal(start=1)
    found = await stand.verify()
    assert found.first_bad is not None
    assert (found.first_bad.sequence, found.first_bad.fault) == (left + 1, Fault.MISSING)
    with pytest.raises(LedgerNotIntact, match=f"Entry {left + 1}"):
        await stand.sign()


async def test_what_lies_behind_the_last_checkpoint_is_not_protected_and_the_check_says_so(stand: Stand) -> None:
    await stand.append(7)
    await stand.sign()
    await stand.append(3)
    with stand.server() as server:
        server.execute("DELETE FROM decisions WHERE sequence > 8")
    await stand.reseal(start=1)
    found = await stand.verify()
    assert found.intact
    assert (found.after_checkpoint, found.checkpoint_fits) == (1, True)
    assert "The 1 entry after it is not protected yet" in found.text


async def test_a_ledger_that_does_not_hold_is_never_signed(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    await stand.append(4)
    await stand.sign()
    await stand.append(8)
    with stand.server() as server:
        server.execute("UPDATE decisions SET step = 'forged' WHERE sequence = 6")
    with pytest.raises(LedgerNotIntact, match="Entry 6"):
        await stand.sign()
    await stand.desk.after_run(stand.workspace.tenant_id, units=stand.units)
    assert "No checkpoint of workspace" in caplog.text
    with stand.server() as server:
        server.execute("UPDATE decisions SET step = 'ideate'")
    # Whoever rewrites what is signed already cannot have the continuation signed either.
    with stand.server() as server:
        server.execute("UPDATE decisions SET entry = replace(entry, 'Entry 0', 'Entry x') WHERE sequence = 1")
    await stand.reseal(start=1)
    with pytest.raises(LedgerNotIntact, match="Entry 5"):
        await stand.sign()
    assert [each.head.sequence for each in stand.desk.read(stand.workspace.tenant_id)] == [4]


async def test_a_forged_checkpoint_is_found(stand: Stand, tmp_path: Path) -> None:
    await stand.append(3)
    await stand.sign()
    path = tmp_path / f"{stand.workspace.tenant_id}.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"at":"2026', b'"at":"2027'))
    found = await stand.verify()
    assert found.first_bad is None
    assert not found.intact
    assert "is not signed by the key" in found.checkpoint_fault
    with pytest.raises(CheckpointsBroken):
        await stand.sign()


def turned(text: str, *, rng: random.Random) -> str:
    """The text with one bit of its bytes turned, such as a database still takes it."""
    while True:
        content = bytearray(text.encode())
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        try:
            found = content.decode()
        except UnicodeDecodeError:
            continue
        if "\x00" not in found:
            return found


def turned_entry(entry: LedgerEntry, *, rng: random.Random) -> LedgerEntry:
    """A row as it was stored, with one bit of it turned: of the content, a hash, the id or a column beside them."""
    part = rng.choice(("content", "content", "content", "hash", "previous_hash", "id", "columns"))
    if part == "content":
        content = bytearray(entry.content)
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        return replace(entry, content=bytes(content))
    if part == "id":
        return replace(entry, id=UUID(int=entry.id.int ^ (1 << rng.randrange(128))))
    if part == "columns":
        name = rng.choice(sorted(entry.columns))
        value = entry.columns[name]
        changed: Any = turned(value, rng=rng) if isinstance(value, str) else (value or 0) ^ (1 << rng.randrange(15))
        return replace(entry, columns={**entry.columns, name: changed})
    return replace(entry, **{part: turned(getattr(entry, part), rng=rng)})


async def test_every_turned_bit_of_stored_rows_is_found_at_its_row(stand: Stand) -> None:
    await stand.append(LENGTH)
    entries = await stand.entries()
    assert len(entries) == LENGTH
    rng = random.Random("rows")
    for _ in range(IN_MEMORY):
        at = rng.randrange(LENGTH)
        check = ChainCheck()
        for each in (*entries[:at], turned_entry(entries[at], rng=rng), *entries[at + 1 :]):
            check.feed(each)
        found = check.finish(None)
        assert found.first_bad is not None
        assert found.first_bad.sequence == at + 1


async def test_every_turned_bit_in_the_database_is_found_at_its_row(stand: Stand) -> None:
    await stand.append(LENGTH)
    rng = random.Random("database")
    read = sql.SQL("SELECT {} FROM decisions WHERE sequence = %s")
    write = sql.SQL("UPDATE decisions SET {} = %s WHERE sequence = %s")
    with stand.server() as server:
        for _ in range(IN_DATABASE):
            row = rng.randint(1, LENGTH)
            name = rng.choice(("entry", "entry", "hash", "previous_hash", "step", "agent", "format", "decided_at"))
            column = sql.Identifier(name)
            (before,) = server.execute(read.format(column), (row,)).fetchone() or (None,)
            if isinstance(before, str):
                after: Any = turned(before, rng=rng)
            elif isinstance(before, int):
                after = before ^ (1 << rng.randrange(15))
            else:
                after = before + timedelta(microseconds=1 << rng.randrange(40))
            server.execute(write.format(column), (after, row))
            found = await stand.verify()
            assert found.first_bad is not None, (name, before, after)
            assert found.first_bad.sequence == row, (name, before, after)
            server.execute(write.format(column), (before, row))
    assert (await stand.verify()).intact


async def test_an_export_of_the_ledger_verifies_and_every_turned_bit_of_it_is_found(stand: Stand) -> None:
    await stand.append(25)
    await stand.sign()
    lines = [line async for line in exported(stand.units, actor=stand.workspace.actor)]
    checkpoints = list(stand.desk.read(stand.workspace.tenant_id))
    assert verify_export(lines, checkpoints=checkpoints).intact
    rng = random.Random("export")
    for _ in range(500):
        at = rng.randrange(len(lines))
        forged = bytearray(lines[at])
        # The line's end belongs to the file, not to the entry.
        forged[rng.randrange(len(forged) - 1)] ^= 1 << rng.randrange(8)
        if json_says_the_same(bytes(forged), lines[at]):
            continue
        found = verify_export([*lines[:at], bytes(forged), *lines[at + 1 :]], checkpoints=checkpoints)
        assert found.first_bad is not None
        assert found.first_bad.sequence == at + 1
    found = verify_export(lines[:20], checkpoints=checkpoints)
    assert found.first_bad is not None
    assert found.first_bad.sequence == 21
    assert verify_export(lines[:20]).intact, "nothing but a checkpoint shows that an export was cut off"


def json_says_the_same(first: bytes, second: bytes) -> bool:
    try:
        return bool(json.loads(first) == json.loads(second))
    except ValueError:
        return False


@pytest.mark.parametrize("table", ["decisions", "ledger_heads", "subject_keys"])
async def test_the_application_may_do_no_more_to_the_ledger_than_it_must(stand: Stand, table: str) -> None:
    may = {"decisions": {"SELECT", "INSERT"}, "ledger_heads": {"SELECT", "INSERT", "UPDATE"}}
    with stand.server() as server:
        query = """
            SELECT p FROM unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE','REFERENCES','TRIGGER']) AS p
            WHERE has_table_privilege(%s, %s, p)
        """
        role = make_url(stand.database.app_url).username
        granted = {name for (name,) in server.execute(query, (role, table)).fetchall()}
        owner = server.execute("SELECT tableowner FROM pg_tables WHERE tablename = %s", (table,)).fetchone()
    assert granted == may.get(table, {"SELECT", "INSERT", "DELETE"})
    assert owner is not None
    assert owner[0] != role
