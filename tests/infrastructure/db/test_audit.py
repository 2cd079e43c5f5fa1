"""The decision ledger on a real database: chaining, tampering, erasure."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError
from tests.conftest import TestDatabase
from tests.factories.durable import NOW, Workspace, make_workspace, open_units

from nexusplanner.domain.audit import Decision
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.ledger import Fault, Verification
from nexusplanner.domain.shared import DecisionId, Money, NotFound
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork

WRITERS = 8
EACH = 40


@pytest.fixture
async def units(database: TestDatabase) -> AsyncIterator[SqlUnitsOfWork]:
    async with open_units(database.app_url) as (_, opened):
        yield opened


@pytest.fixture
async def workspace(units: SqlUnitsOfWork) -> Workspace:
    return await make_workspace(units._engine)


def decision(workspace: Workspace, **changes: Any) -> Decision:
    values: dict[str, Any] = {
        "tenant_id": workspace.tenant_id,
        "run_id": None,
        "campaign_id": None,
        "step": "ideate",
        "agent": "creative",
        "agent_version": "1",
        "author": Author.RULES,
        "summary": "Chose four ideas: “zwei” davon neu.",
        "output": {"budget": Money(123, "EUR"), "share": 0.1, "large": 1e22, "whole": 2.0, "digits": 2**60},
        "decided_at": NOW,
    }
    return Decision(**(values | changes))


async def append(units: SqlUnitsOfWork, workspace: Workspace, **changes: Any) -> DecisionId:
    made = decision(workspace, **changes)
    async with units.for_actor(workspace.actor) as uow:
        await uow.ledger.append(made)
    return made.id


async def verify(units: SqlUnitsOfWork, workspace: Workspace) -> Verification:
    async with units.for_actor(workspace.actor) as uow:
        return await uow.ledger.verify()


def tamper(database: TestDatabase, statement: str, **values: object) -> None:
    """Change rows as somebody with the whole server in their hands."""
    url = make_url(database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode(), values)


async def test_an_empty_ledger_holds(units: SqlUnitsOfWork, workspace: Workspace) -> None:
    found = await verify(units, workspace)
    assert found.intact
    assert found.entries == 0


async def test_entries_are_chained_in_the_order_they_were_added(units: SqlUnitsOfWork, workspace: Workspace) -> None:
    for step in ("gather_context", "ideate", "save"):
        await append(units, workspace, step=step)
    found = await verify(units, workspace)
    assert (found.entries, found.first_bad) == (3, None)


async def test_the_instant_is_hashed_as_it_is_stored(units: SqlUnitsOfWork, workspace: Workspace) -> None:
    elsewhere = datetime(2026, 7, 1, 1, 2, 3, 999_999, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    await append(units, workspace, decided_at=elsewhere)
    await append(units, workspace, decided_at=datetime(2026, 7, 1, tzinfo=UTC))
    assert (await verify(units, workspace)).intact
    async with units.for_actor(workspace.actor) as uow:
        stored = (await uow.session.execute(text("SELECT entry FROM decisions ORDER BY sequence"))).scalars().all()
    instants = [json.loads(entry)["decided_at"] for entry in stored]
    assert instants == ["2026-06-30T19:32:03.999999Z", "2026-07-01T00:00:00.000000Z"]


async def test_text_that_no_database_holds_is_kept_readable(units: SqlUnitsOfWork, workspace: Workspace) -> None:
    await append(units, workspace, summary="nul \x00 and half a pair \ud800")
    assert (await verify(units, workspace)).intact


async def test_a_number_that_is_none_is_refused(units: SqlUnitsOfWork, workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="nan"):
        await append(units, workspace, output={"share": float("nan")})
    assert (await verify(units, workspace)).entries == 0


async def test_what_is_rolled_back_leaves_no_gap(units: SqlUnitsOfWork, workspace: Workspace) -> None:
    await append(units, workspace)

    async def append_and_fail() -> None:
        async with units.for_actor(workspace.actor) as uow:
            await uow.ledger.append(decision(workspace))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await append_and_fail()
    await append(units, workspace)
    found = await verify(units, workspace)
    assert (found.entries, found.intact) == (2, True)


async def test_many_writers_never_fork_the_chain(database: TestDatabase) -> None:
    async with open_units(database.app_url, pool_size=WRITERS) as (engine, units):
        workspace = await make_workspace(engine)

        async def write() -> None:
            for _ in range(EACH):
                await append(units, workspace)

        async with asyncio.TaskGroup() as writers:
            for _ in range(WRITERS):
                writers.create_task(write())
        found = await verify(units, workspace)
        assert (found.entries, found.first_bad) == (WRITERS * EACH, None)
        async with units.for_actor(workspace.actor) as uow:
            forks = await uow.session.scalar(text("SELECT count(*) - count(DISTINCT previous_hash) FROM decisions"))
        assert forks == 0


TAMPERINGS = {
    "entry flipped": ("UPDATE decisions SET entry = replace(entry, 'zwei', 'drei') WHERE sequence = 3", 3),
    "column flipped": ("UPDATE decisions SET step = 'save' WHERE sequence = 3", 3),
    "time moved by a microsecond": (
        "UPDATE decisions SET decided_at = decided_at + interval '1 microsecond' WHERE sequence = 3",
        3,
    ),
    "hash flipped": ("UPDATE decisions SET hash = repeat('0', 64) WHERE sequence = 3", 3),
    "deleted": ("DELETE FROM decisions WHERE sequence = 3", 3),
    "tail cut off": ("DELETE FROM decisions WHERE sequence >= 4", 4),
    "all deleted": ("DELETE FROM decisions", 1),
    "head deleted": ("DELETE FROM ledger_heads", 1),
    "two swapped": (
        """
        UPDATE decisions SET sequence = -sequence;
        UPDATE decisions SET sequence = CASE sequence WHEN -2 THEN 4 WHEN -4 THEN 2 ELSE -sequence END
        """,
        2,
    ),
    "inserted in the middle": (
        """
        UPDATE decisions SET sequence = -sequence;
        UPDATE decisions SET sequence = CASE WHEN sequence <= -3 THEN 1 - sequence ELSE -sequence END;
        INSERT INTO decisions SELECT tenant_id, gen_random_uuid(), 3, format, run_id, campaign_id, step, agent,
        decided_at, entry, previous_hash, hash FROM decisions WHERE sequence = 2
        """,
        3,
    ),
    "added behind the head": (
        """
        INSERT INTO decisions SELECT tenant_id, gen_random_uuid(), 6, format, run_id, campaign_id, step, agent,
        decided_at, entry, hash, hash FROM decisions WHERE sequence = 5
        """,
        6,
    ),
}


@pytest.mark.parametrize("how", TAMPERINGS)
async def test_tampering_is_found_at_its_row(
    database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace, how: str
) -> None:
    for _ in range(5):
        await append(units, workspace)
    statements, row = TAMPERINGS[how]
    for statement in statements.split(";"):
        tamper(database, statement)
    found = await verify(units, workspace)
    assert found.first_bad is not None
    assert found.first_bad.sequence == row


async def test_an_entry_that_chains_but_stands_behind_the_head_is_found(
    database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    for _ in range(3):
        await append(units, workspace)
    tamper(
        database,
        "UPDATE ledger_heads SET sequence = 2, hash = (SELECT hash FROM decisions WHERE sequence = 2)",
    )
    found = await verify(units, workspace)
    assert found.first_bad is not None
    assert (found.first_bad.sequence, found.first_bad.fault) == (3, Fault.BEYOND_HEAD)


@pytest.mark.parametrize(
    "statement", ["UPDATE decisions SET step = 'x'", "DELETE FROM decisions", "TRUNCATE decisions"]
)
async def test_the_application_cannot_change_entries(
    units: SqlUnitsOfWork, workspace: Workspace, statement: str
) -> None:
    await append(units, workspace)
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with units.for_actor(workspace.actor) as uow:
            await uow.session.execute(text(statement))
    assert (await verify(units, workspace)).entries == 1


async def test_each_workspace_has_a_chain_of_its_own(units: SqlUnitsOfWork, workspace: Workspace) -> None:
    other = await make_workspace(units._engine)
    mine = await append(units, workspace)
    await append(units, other)
    await append(units, other)
    assert (await verify(units, workspace)).entries == 1
    assert (await verify(units, other)).entries == 2
    with pytest.raises(NotFound):
        async with units.for_actor(other.actor) as uow:
            await uow.ledger.personal(mine)


async def test_erasing_a_person_leaves_the_chain_and_nobody_can_read_what_they_said(
    database: TestDatabase, units: SqlUnitsOfWork, workspace: Workspace
) -> None:
    personal = {"customer-1": {"note": "Ada Lovelace asked"}, "customer-2": {"note": "Grace Hopper asked"}}
    entry = await append(units, workspace, personal=personal)
    later = await append(units, workspace, personal={"customer-1": "again"})
    async with units.for_actor(workspace.actor) as uow:
        assert await uow.ledger.personal(entry) == personal
        kept = await uow.session.scalar(text("SELECT string_agg(entry, '') FROM decisions"))
        assert "Lovelace" not in kept
        assert await uow.ledger.erase("customer-1")
    async with units.for_actor(workspace.actor) as uow:
        assert await uow.ledger.personal(entry) == {"customer-2": personal["customer-2"]}
        assert await uow.ledger.personal(later) == {}
        assert not await uow.ledger.erase("customer-1")
    assert (await verify(units, workspace)).intact
    # A person who comes back gets a new key; it does not open what was erased.
    again = await append(units, workspace, personal={"customer-1": "hello"})
    async with units.for_actor(workspace.actor) as uow:
        assert await uow.ledger.personal(again) == {"customer-1": "hello"}
        assert "customer-1" not in await uow.ledger.personal(entry)


async def test_an_unknown_entry_has_no_personal_payload(units: SqlUnitsOfWork, workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        async with units.for_actor(workspace.actor) as uow:
            await uow.ledger.personal(DecisionId(uuid4()))
