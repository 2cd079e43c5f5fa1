"""Signed checkpoints of the decision ledger: when they are made, and of what."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from nexusplanner.application.durable.carrying import worker_actor
from nexusplanner.application.ports.unit_of_work import Clock, UnitOfWork, UnitsOfWork
from nexusplanner.domain.audit import Decision
from nexusplanner.domain.checkpoints import Checkpoint, Head
from nexusplanner.domain.identity import Actor, Permission
from nexusplanner.domain.ledger import BadRow, ChainCheck, Fault, LedgerNotIntact
from nexusplanner.domain.shared import DomainError, TenantId, Unavailable

BATCH = 1000
"""The most entries that one checkpoint covers."""
MOST_OFTEN = timedelta(hours=1)
_log = logging.getLogger(__name__)


class CheckpointStore(Protocol):
    """Where checkpoints are signed and kept, outside of the database."""

    def read(self, tenant_id: TenantId) -> Iterator[Checkpoint]:
        """Every checkpoint in order. Raises CheckpointsBroken at the first that is not what was signed."""
        ...

    def last(self, tenant_id: TenantId) -> Checkpoint | None:
        """The newest. Raises CheckpointsBroken."""
        ...

    def add(self, checkpoint: Checkpoint) -> bool:
        """Sign and keep it; whether it still continues the newest, which another process may have added."""
        ...

    async def deliver(self, tenant_id: TenantId) -> None:
        """Send what was not sent yet to whoever keeps a copy. Failures are noted; the next delivery repeats it."""
        ...

    def note(self, tenant_id: TenantId) -> None:
        """Remember that the tenant has entries, so that checkpoints are made for it. Never raises."""
        ...

    def noted(self) -> Sequence[TenantId]:
        """Tenants that have entries."""
        ...


@dataclass(frozen=True, kw_only=True)
class CheckpointDesk:
    """Makes checkpoints. least: new entries that are worth one at the end of a run."""

    store: CheckpointStore
    clock: Clock
    least: int

    def read(self, tenant_id: TenantId) -> Iterator[Checkpoint]:
        """Every checkpoint of the tenant in order. Raises CheckpointsBroken."""
        return self.store.read(tenant_id)

    def note(self, decision: Decision) -> None:
        """An entry was made: its ledger is one to sign. Never raises."""
        self.store.note(decision.tenant_id)

    async def make(self, units: UnitsOfWork, *, actor: Actor, least: int = 1) -> Checkpoint | None:
        """Sign everything since the last checkpoint, when that is `least` entries or more; the newest checkpoint then.

        A ledger without entries has none. Raises: Forbidden, LedgerNotIntact (nothing is signed then),
        CheckpointsBroken.
        """
        actor.require(Permission.ADMINISTER)
        last = await asyncio.to_thread(self.store.last, actor.tenant_id)
        wanted = least
        while made := await self._next(units, actor=actor, last=last, least=wanted):
            if not await asyncio.to_thread(self.store.add, made):
                last = await asyncio.to_thread(self.store.last, actor.tenant_id)
                break
            last, wanted = made, 1
        await self.store.deliver(actor.tenant_id)
        return last

    async def after_run(self, tenant_id: TenantId, *, units: UnitsOfWork) -> None:
        """Make one when a run has ended and enough is new. Never raises: a checkpoint can be made later."""
        await self._try(units, tenant_id=tenant_id, least=self.least)

    async def keep(self, units: UnitsOfWork) -> None:
        """Make one for every tenant with new entries whose last is older than an hour. Never raises.

        Ends early when the database does not answer, so that a process that stops is not held up.
        """
        now = self.clock.now()
        for tenant_id in await asyncio.to_thread(self.store.noted):
            try:
                last = await asyncio.to_thread(self.store.last, tenant_id)
            except (DomainError, OSError) as error:
                _log.error("No checkpoint of workspace %s can be made: %s", tenant_id, error)
                continue
            if last is not None and now - last.at < MOST_OFTEN:
                continue
            if not await self._try(units, tenant_id=tenant_id, least=1):
                return

    async def _try(self, units: UnitsOfWork, *, tenant_id: TenantId, least: int) -> bool:
        """Make one, or log why not; whether the next tenant's could be made."""
        try:
            await self.make(units, actor=worker_actor(tenant_id), least=least)
        except Unavailable as error:
            _log.warning("No checkpoints can be made just now: %s", error)
            return False
        except Exception as error:
            _log.error("No checkpoint of workspace %s was made: %s", tenant_id, error)
        return True

    async def _next(
        self, units: UnitsOfWork, *, actor: Actor, last: Checkpoint | None, least: int
    ) -> Checkpoint | None:
        async with units.for_actor(actor) as uow:
            return await self._of_new_entries(uow, after=last.head if last else Head(), least=least)

    async def _of_new_entries(self, uow: UnitOfWork, *, after: Head, least: int) -> Checkpoint | None:
        head = await uow.ledger.head()
        if head == after:
            return None
        new = head.sequence - after.sequence
        if new <= 0:
            fault = Fault.MISSING if new else Fault.BEYOND_HEAD
            bad = BadRow(sequence=head.sequence + (1 if new else 0), id=None, fault=fault)
            raise LedgerNotIntact(f"{bad.message} {_KEPT_BACK}")
        if new < least:
            return None
        checking = ChainCheck(start=after)
        entries = await uow.ledger.entries(after=after.sequence, limit=min(new, BATCH))
        for entry in entries:
            checking.feed(entry)
        found = checking.finish(head if new <= BATCH else None)
        if found.first_bad is not None:
            raise LedgerNotIntact(f"{found.first_bad.message} {_KEPT_BACK}")
        hashes = tuple(entry.hash for entry in entries)
        return Checkpoint(tenant_id=uow.actor.tenant_id, after=after, hashes=hashes, at=self.clock.now())


_KEPT_BACK = "No checkpoint is made of a ledger that does not hold; run nexus verify."
