"""Lists of signals with what they are worth."""

from __future__ import annotations

from nexusplanner.application.ports.reads import PAGE_SIZE
from nexusplanner.application.ports.signal_rows import SignalFilter, SignalRow
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.signals.arriving import settle
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import NotFound, Page, SignalId

MOST_SETTLED = 500
"""Signals that are scored at most because somebody lists them; the newest first, the rest with the next list."""


async def list_signals(
    uow: UnitOfWork,
    *,
    only: SignalFilter,
    sort: str = "-timestamp",
    cursor: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[SignalRow]:
    """One page. Signals of before there were scores are scored when they are first listed, by one caller at a time."""
    uow.actor.require(Permission.READ)
    found = await uow.read.signals.page(only=only, sort=sort, cursor=cursor, limit=limit)
    if all(row.scored for row in found.items):
        return found
    await uow.signals.hold()
    await settle(uow, signals=await uow.market.unplaced(limit=MOST_SETTLED))
    return await uow.read.signals.page(only=only, sort=sort, cursor=cursor, limit=limit)


async def read_signal(uow: UnitOfWork, signal_id: SignalId) -> SignalRow:
    """One signal as lists show it. Raises NotFound."""
    uow.actor.require(Permission.READ)
    for row in await uow.read.signals.some([signal_id]):
        if row.scored:
            return row
        await uow.signals.hold()
        await settle(uow, signals=await uow.market.unplaced(among=[signal_id], limit=1))
    for row in await uow.read.signals.some([signal_id]):
        return row
    raise NotFound.of("signal", signal_id)
