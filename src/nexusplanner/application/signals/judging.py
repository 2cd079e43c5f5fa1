"""What people make of signals: watch them, put them aside with a reason, or take that back."""

from __future__ import annotations

from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.signals.scoring import rescore
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import SignalId
from nexusplanner.domain.signals import DismissalReason, Signal


async def watch_signal(uow: UnitOfWork, *, signal_id: SignalId) -> Signal:
    """Keep an eye on it; news like it counts for more, and plans prefer it. Raises NotFound."""
    signal = await _judged(uow, signal_id)
    signal.watch()
    return await _taught(uow, signal)


async def dismiss_signal(uow: UnitOfWork, *, signal_id: SignalId, reason: DismissalReason, note: str = "") -> Signal:
    """Put it aside: plans and searches do not use it any more. Raises NotFound, and Invalid on a long note.

    Dismissed as irrelevant, it teaches that news like it matters less.
    """
    signal = await _judged(uow, signal_id)
    signal.dismiss(reason, note=note)
    return await _taught(uow, signal)


async def restore_signal(uow: UnitOfWork, *, signal_id: SignalId) -> Signal:
    """Take back what was made of it, and what that taught. Raises NotFound."""
    signal = await _judged(uow, signal_id)
    signal.restore()
    return await _taught(uow, signal)


async def _judged(uow: UnitOfWork, signal_id: SignalId) -> Signal:
    """What others are worth follows from it, so opinions are given one after the other: two would wait for each other."""
    uow.actor.require(Permission.PLAN)
    await uow.signals.hold()
    return await uow.signals.get(signal_id)


async def _taught(uow: UnitOfWork, signal: Signal) -> Signal:
    """What was made of a signal changes what others like it are worth."""
    await uow.flush()
    await rescore(uow, brand_id=signal.brand_id)
    return signal
