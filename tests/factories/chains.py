"""Chains of entries without a database, and what somebody with the whole server could make of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from nexusplanner.domain.checkpoints import GENESIS, Checkpoint, Head
from nexusplanner.domain.ledger import ChainCheck, LedgerEntry, Verification, chain_hash
from nexusplanner.domain.shared import DecisionId, TenantId

TENANT = TenantId(UUID(int=7))
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def chain(length: int) -> list[LedgerEntry]:
    """A chain that holds."""
    entries = []
    for sequence in range(1, length + 1):
        identity = DecisionId(UUID(int=sequence))
        content = json.dumps({"id": str(identity), "sequence": sequence, "step": f"step {sequence}", "seed": None})
        columns = {"step": f"step {sequence}"}
        entries.append(
            LedgerEntry(
                sequence=sequence, id=identity, content=content.encode(), columns=columns, previous_hash="", hash=""
            )
        )
    return resealed(entries)


def resealed(entries: Sequence[LedgerEntry], *, start: int = 1) -> list[LedgerEntry]:
    """The entries with new hashes from row `start` on, as whoever holds the database would write them."""
    made: list[LedgerEntry] = []
    previous = GENESIS
    for position, entry in enumerate(entries, start=1):
        if position >= start:
            digest = chain_hash(previous=previous, content=entry.content)
            made.append(replace(entry, previous_hash=previous, hash=digest))
        else:
            made.append(entry)
        previous = made[-1].hash
    return made


def moved(entry: LedgerEntry, *, to: int) -> LedgerEntry:
    """The entry as if it had been written at another row."""
    content = {**json.loads(entry.content), "sequence": to}
    return replace(entry, sequence=to, content=json.dumps(content).encode())


def head_of(entries: Sequence[LedgerEntry]) -> Head:
    return Head(sequence=entries[-1].sequence, hash=entries[-1].hash) if entries else Head()


def signed(entries: Sequence[LedgerEntry], *ends: int) -> list[Checkpoint]:
    """Checkpoints of the chain, one up to each row in `ends`."""
    made = []
    after = 0
    for end in ends:
        hashes = tuple(entry.hash for entry in entries[after:end])
        made.append(Checkpoint(tenant_id=TENANT, after=head_of(entries[:after]), hashes=hashes, at=AT))
        after = end
    return made


def check(
    entries: Sequence[LedgerEntry], *, head: Head | None = None, checkpoints: Sequence[Checkpoint] = ()
) -> Verification:
    """What verification finds. head: that of the entries when none is given."""
    checking = ChainCheck(checkpoints=checkpoints)
    for entry in entries:
        checking.feed(entry)
    return checking.finish(head or head_of(entries))
