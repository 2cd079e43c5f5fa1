"""The one way in which market news arrives, by whatever way it came: it is kept, joined to its story, and scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from nexusplanner.application.editing import edit
from nexusplanner.application.ports.retrieval import Touched
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.signals.scoring import fingerprint, place, rescore
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import SignalId, SourceId
from nexusplanner.domain.signals import Signal

AT_ONCE = 500
"""Signals worked out together; what a listing does for a workspace that has none yet is bounded by it too."""


async def take_in(uow: UnitOfWork, signals: Sequence[Signal]) -> int:
    """Keep new signals and work out their stories and scores; how many were new.

    Those that their source brought before, or twice in this call, are left out. Several at once wait for others who
    take in several, so that feeds that are read together find each other's stories. Raises Invalid for the first that is
    none, and NotFound for an unknown brand.
    """
    fresh = await _fresh(uow, signals)
    for signal in fresh:
        signal.check()
    for brand_id in {signal.brand_id for signal in fresh}:
        if brand_id is not None:
            await uow.brands.get(brand_id)
    if len(fresh) > 1:
        await uow.signals.hold()
    for part in _parts(fresh):
        scored = await place(uow, signals=part)
        uow.signals.add_all(part)
        await uow.flush()
        await uow.market.keep(scored)
    return len(fresh)


async def settle(uow: UnitOfWork, *, signals: Sequence[Signal]) -> None:
    """Work out anew the stories and scores of these signals, which are kept."""
    for part in _parts(signals):
        await uow.market.keep(await place(uow, signals=part))


def _parts(signals: Sequence[Signal]) -> list[list[Signal]]:
    """As many as are worked out together, oldest first."""
    ordered = sorted(signals, key=lambda signal: (signal.timestamp, signal.created_at, str(signal.id)))
    return [ordered[at : at + AT_ONCE] for at in range(0, len(ordered), AT_ONCE)]


async def create_signal(uow: UnitOfWork, *, signal: Signal) -> Signal:
    """Keep a new signal. Raises Invalid, and NotFound for an unknown brand."""
    uow.actor.require(Permission.PLAN)
    await take_in(uow, [signal])
    return signal


async def edit_signal(
    uow: UnitOfWork, *, signal_id: SignalId, changes: Mapping[str, object], version: int, now: datetime
) -> Signal:
    """Change a signal; its source will not change it any more. Raises NotFound, VersionConflict and Invalid."""
    uow.actor.require(Permission.PLAN)
    signal = await uow.signals.get(signal_id)
    edit(signal, changes=changes, version=version, now=now)
    signal.edited = True
    if signal.brand_id is not None:
        await uow.brands.get(signal.brand_id)
    await uow.flush()
    await settle(uow, signals=[signal])
    return signal


async def delete_signal(uow: UnitOfWork, *, signal_id: SignalId) -> None:
    """Delete a signal, which its source does not bring again; plans that cite it keep its words. Raises NotFound."""
    uow.actor.require(Permission.PLAN)
    signal = await uow.signals.get(signal_id)
    if signal.source_id is not None and signal.external_key:
        await uow.sources.refuse(signal.source_id, key=signal.external_key)
    await uow.signals.remove(await uow.signals.get(signal_id, lock=True))
    await uow.flush()


async def _fresh(uow: UnitOfWork, signals: Sequence[Signal]) -> list[Signal]:
    """Those that their source did not bring before."""
    keys: dict[SourceId, set[str]] = {}
    for signal in signals:
        if signal.source_id is not None and signal.external_key:
            keys.setdefault(signal.source_id, set()).add(signal.external_key)
    known = {source_id: set(await uow.signals.known_keys(source_id, keys=own)) for source_id, own in keys.items()}
    fresh = []
    for signal in signals:
        if signal.source_id is not None and signal.external_key:
            if signal.external_key in known[signal.source_id]:
                continue
            known[signal.source_id].add(signal.external_key)
        fresh.append(signal)
    return fresh


async def keep_scores(uow: UnitOfWork, touched: Touched) -> None:
    """Follow what a transaction changed: signals that are new or read otherwise, and services that news may speak of."""
    if touched.signals:
        found = await uow.signals.some(touched.signals)
        kept = await uow.market.fingerprints(touched.signals)
        await settle(uow, signals=[signal for signal in found if kept.get(signal.id) != fingerprint(signal)])
    for brand_id in touched.brands:
        await rescore(uow, brand_id=brand_id)
