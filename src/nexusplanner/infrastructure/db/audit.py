"""The decision ledger: entries that are added and read, never changed, and the end of each tenant's chain.

The canonical bytes of an entry are kept as text and hashed as they stand; the columns beside them serve queries, and
verification compares the two. The application role may insert and read entries, nothing else.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, SmallInteger, String, Table, Text, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.audit import LEDGER_FORMAT, Decision
from nexusplanner.domain.checkpoints import GENESIS, Checkpoint, Head
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.ledger import ChainCheck, LedgerEntry, LedgerNotIntact, Verification, chain_hash
from nexusplanner.domain.shared import DecisionId, NotFound
from nexusplanner.infrastructure.db.after_commit import after_commit
from nexusplanner.infrastructure.db.canonical import as_json, canonical
from nexusplanner.infrastructure.db.subjects import SubjectVault
from nexusplanner.infrastructure.db.types import in_tenant, instant, metadata, tenant_key, uuid_column

decisions = Table(
    "decisions",
    metadata,
    *tenant_key(),
    Column("sequence", BigInteger, nullable=False),
    Column("format", SmallInteger, nullable=False),
    uuid_column("run_id", nullable=True),
    uuid_column("campaign_id", nullable=True),
    Column("step", Text, nullable=False),
    Column("agent", Text, nullable=False),
    instant("decided_at"),
    Column("entry", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    in_tenant(),
)
Index("uq_decisions_sequence", decisions.c.tenant_id, decisions.c.sequence, unique=True)
Index(None, decisions.c.tenant_id, decisions.c.run_id)
Index(None, decisions.c.tenant_id, decisions.c.campaign_id)

ledger_heads = Table(
    "ledger_heads",
    metadata,
    uuid_column("tenant_id"),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("tenant_id"),
    in_tenant(),
)

BESIDE = ("format", "run_id", "campaign_id", "step", "agent", "decided_at")
"""Columns that repeat what the entry says."""

Watch = Callable[[Decision], None]
"""Is told of every entry once it is committed."""


class SqlLedger:
    """The decision ledger of the actor's tenant.

    encryption_key: 32 bytes that seal the keys of the subjects of personal payloads. watches: they must not raise.
    """

    def __init__(
        self, session: AsyncSession, *, actor: Actor, encryption_key: bytes, watches: Sequence[Watch] = ()
    ) -> None:
        self._session = session
        self._watches = watches
        self._tenant_id = actor.tenant_id
        self._vault = SubjectVault(session, tenant_id=actor.tenant_id, encryption_key=encryption_key)

    async def append(self, decision: Decision) -> str:
        """Chain the entry behind the last one; its hash in hexadecimal digits.

        The tenant's head stays locked until the transaction ends, so that two writers never continue the same entry.
        """
        entry = self._entry(decision)
        sealed: dict[str, Any] = {}
        for subject, payload in sorted(decision.personal.items()):
            sealed[subject] = await self._vault.seal(payload, subject=subject, decision_id=decision.id)
        # Only what needs the head is done while it is locked, in one round trip.
        head = await self._locked_head()
        sequence = head.sequence + 1
        content = canonical({**entry, "personal": sealed, "sequence": sequence})
        digest = chain_hash(previous=head.hash, content=content)
        added = decisions.insert().values(
            tenant_id=self._tenant_id,
            id=decision.id,
            sequence=sequence,
            format=LEDGER_FORMAT,
            run_id=decision.run_id,
            campaign_id=decision.campaign_id,
            step=entry["step"],
            agent=entry["agent"],
            decided_at=decision.decided_at,
            entry=content.decode(),
            previous_hash=head.hash,
            hash=digest,
        )
        moved = ledger_heads.update().where(ledger_heads.c.tenant_id == self._tenant_id)
        await self._session.execute(moved.values(sequence=sequence, hash=digest).add_cte(added.cte("added")))
        for watch in self._watches:
            after_commit(self._session, partial(watch, decision))
        return digest

    async def head(self) -> Head:
        """The end of the chain as it is remembered now."""
        query = select(ledger_heads.c.sequence, ledger_heads.c.hash).where(ledger_heads.c.tenant_id == self._tenant_id)
        row = (await self._session.execute(query)).first()
        return Head(sequence=row.sequence, hash=row.hash) if row else Head()

    async def entries(self, *, after: int, limit: int) -> Sequence[LedgerEntry]:
        """Up to `limit` entries behind the sequence number `after`, in order."""
        rows = decisions.select().where(decisions.c.tenant_id == self._tenant_id, decisions.c.sequence > after)
        found = await self._session.execute(rows.order_by(decisions.c.sequence).limit(limit))
        return [_stored(row) for row in found]

    async def verify(self, *, checkpoints: Iterable[Checkpoint] = ()) -> Verification:
        """Read the whole chain, as it stood at one instant, and name the first row that breaks it.

        checkpoints: what was signed of it, in order.
        """
        check, head = ChainCheck(checkpoints=checkpoints), Head()
        async for entry, seen in self._chain():
            head = seen
            if entry is not None:
                check.feed(entry)
        return check.finish(head)

    async def personal(self, decision_id: DecisionId) -> Mapping[str, Any]:
        """Personal payloads of an entry by subject; those whose key was destroyed are left out.

        Raises: NotFound, LedgerNotIntact (somebody made the entry unreadable).
        """
        query = select(decisions.c.entry).where(decisions.c.tenant_id == self._tenant_id, decisions.c.id == decision_id)
        text = await self._session.scalar(query)
        if text is None:
            raise NotFound.of("decision", decision_id)
        try:
            return await self._vault.open_all(json.loads(text)["personal"], decision_id=decision_id)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise LedgerNotIntact("This entry cannot be read: it is not what was recorded. Check the ledger.") from None

    async def erase(self, subject: str) -> bool:
        """Destroy the subject's key: their payloads become unreadable, the chain stays. Whether there was one."""
        return await self._vault.destroy(subject)

    async def _locked_head(self) -> Head:
        query = (
            select(ledger_heads.c.sequence, ledger_heads.c.hash)
            .where(ledger_heads.c.tenant_id == self._tenant_id)
            .with_for_update()
        )
        row = (await self._session.execute(query)).first()
        if row is None:
            first = insert(ledger_heads).values(tenant_id=self._tenant_id, sequence=0, hash=GENESIS)
            await self._session.execute(first.on_conflict_do_nothing())
            row = (await self._session.execute(query)).one()
        return Head(sequence=row.sequence, hash=row.hash)

    def _entry(self, decision: Decision) -> dict[str, Any]:
        entry: dict[str, Any] = as_json(decision)
        return {
            **entry,
            "format": LEDGER_FORMAT,
            "tenant_id": str(self._tenant_id),
            "decided_at": _stored_instant(decision.decided_at),
        }

    async def _chain(self) -> AsyncIterator[tuple[LedgerEntry | None, Head]]:
        """Every entry in order with the head; one statement, hence one snapshot. No entries: the head alone."""
        mine = decisions.select().where(decisions.c.tenant_id == self._tenant_id).subquery()
        end = ledger_heads.select().where(ledger_heads.c.tenant_id == self._tenant_id).subquery()
        query = (
            select(mine, end.c.sequence.label("head_sequence"), end.c.hash.label("head_hash"))
            .select_from(mine.join(end, mine.c.tenant_id == end.c.tenant_id, full=True))
            .order_by(mine.c.sequence)
        )
        async for row in await self._session.stream(query.execution_options(yield_per=500)):
            known = row.head_sequence is not None
            head = Head(sequence=row.head_sequence, hash=row.head_hash) if known else Head()
            yield (None if row.id is None else _stored(row)), head


def _stored(row: Any) -> LedgerEntry:
    columns = {name: as_json(getattr(row, name)) for name in BESIDE}
    return LedgerEntry(
        sequence=row.sequence,
        id=row.id,
        content=row.entry.encode(),
        columns={**columns, "tenant_id": str(row.tenant_id), "decided_at": _stored_instant(row.decided_at)},
        previous_hash=row.previous_hash,
        hash=row.hash,
    )


def _stored_instant(value: datetime) -> str:
    """UTC with exactly the microseconds that the database keeps."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
