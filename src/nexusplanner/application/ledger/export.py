"""The ledger as lines of JSON that can be verified anywhere, without the database."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from uuid import UUID

from nexusplanner.application.ports.unit_of_work import UnitsOfWork
from nexusplanner.domain.checkpoints import Checkpoint
from nexusplanner.domain.identity import Actor, Permission
from nexusplanner.domain.ledger import ChainCheck, LedgerEntry, Verification
from nexusplanner.domain.shared import DecisionId

BATCH = 200
"""Entries held in memory at a time; each batch has a transaction of its own, which entries that never change allow."""
MEMBERS = frozenset({"sequence", "entry", "previous_hash", "hash"})


async def exported(units: UnitsOfWork, *, actor: Actor) -> AsyncIterator[bytes]:
    """Every entry of the workspace as a line, in order. Raises: Forbidden."""
    actor.require(Permission.ADMINISTER)
    after, more = 0, True
    while more:
        async with units.for_actor(actor) as uow:
            entries = await uow.ledger.entries(after=after, limit=BATCH)
        for entry in entries:
            yield line_of(entry)
            after = entry.sequence
        more = len(entries) == BATCH


def line_of(entry: LedgerEntry) -> bytes:
    """An entry as a line. Its canonical text is a string, so that no reader rewrites what was hashed."""
    told = {
        "sequence": entry.sequence,
        "entry": entry.content.decode(),
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def verify_export(lines: Iterable[bytes], *, checkpoints: Iterable[Checkpoint] = ()) -> Verification:
    """Check an export. Nothing but checkpoints shows that its end was cut off."""
    checking = ChainCheck(checkpoints=checkpoints)
    for line in lines:
        entry = _entry_of(line)
        if entry is None:
            checking.feed_unreadable()
        else:
            checking.feed(entry)
    return checking.finish(None)


def _entry_of(line: bytes) -> LedgerEntry | None:
    try:
        told = json.loads(line)
        content: bytes = told["entry"].encode()
        identity = DecisionId(UUID(json.loads(content)["id"]))
        if told.keys() != MEMBERS or type(told["sequence"]) is not int:
            return None
        return LedgerEntry(
            sequence=told["sequence"],
            id=identity,
            content=content,
            columns={},
            previous_hash=told["previous_hash"],
            hash=told["hash"],
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
