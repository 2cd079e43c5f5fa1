"""Keep pieces of market news."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from nexusplanner.application.editing import edit
from nexusplanner.application.ports import UnitOfWork
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import SignalId
from nexusplanner.domain.signals import Signal


async def create_signal(uow: UnitOfWork, *, signal: Signal) -> Signal:
    """Keep a new signal. Raises Invalid, and NotFound for an unknown brand."""
    uow.actor.require(Permission.PLAN)
    signal.check()
    await _check_brand(uow, signal)
    uow.signals.add_all([signal])
    await uow.flush()
    return signal


async def edit_signal(
    uow: UnitOfWork, *, signal_id: SignalId, changes: Mapping[str, object], version: int, now: datetime
) -> Signal:
    """Change a signal. Raises NotFound, VersionConflict and Invalid."""
    uow.actor.require(Permission.PLAN)
    signal = await uow.signals.get(signal_id)
    edit(signal, changes=changes, version=version, now=now)
    signal.edited = True
    await _check_brand(uow, signal)
    await uow.flush()
    return signal


async def delete_signal(uow: UnitOfWork, *, signal_id: SignalId) -> None:
    """Delete a signal; plans that cite it keep the words they cited. Raises NotFound."""
    uow.actor.require(Permission.PLAN)
    await uow.signals.remove(await uow.signals.get(signal_id))
    await uow.flush()


async def _check_brand(uow: UnitOfWork, signal: Signal) -> None:
    if signal.brand_id is not None:
        await uow.brands.get(signal.brand_id)
