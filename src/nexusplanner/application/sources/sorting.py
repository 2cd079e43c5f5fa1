"""Sort items into the workspace's signals: new ones are kept, changed ones follow unless a person edited them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.signals import take_in
from nexusplanner.domain.feeds import FeedItem
from nexusplanner.domain.shared import plausible
from nexusplanner.domain.signals import Signal
from nexusplanner.domain.sources import Source

AT_ONCE = 500
AHEAD = timedelta(days=1)
"""Clocks and time zones are wrong by less; what lies further in the future counts as published now."""


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """What became of items. times: of the new ones."""

    new: int = 0
    changed: int = 0
    times: tuple[datetime, ...] = ()


async def sort_in(uow: UnitOfWork, source: Source, items: Iterable[FeedItem], *, now: datetime) -> Sorted:
    """Keep what is new of the source and follow what changed, each item once however often it is there.

    What a person deleted stays away.
    """
    by_key = {item.key: item for item in reversed(list(items))}
    known = await uow.sources.kept(source.id, keys=list(by_key))
    left = by_key.keys() - known.keys() - await uow.sources.refused(source.id, keys=list(by_key))
    fresh = [_signal(source, item, now=now) for key, item in reversed(by_key.items()) if key in left]
    new = 0
    for start in range(0, len(fresh), AT_ONCE):
        new += await take_in(uow, fresh[start : start + AT_ONCE])
    if any(_differs(signal, by_key[key]) for key, signal in known.items()):
        await uow.signals.hold()
    return Sorted(new=new, changed=_follow(known, by_key), times=tuple(signal.timestamp for signal in fresh))


def _follow(known: Mapping[str, Signal], items: Mapping[str, FeedItem]) -> int:
    changed = 0
    for key, signal in known.items():
        item = items[key]
        if _differs(signal, item):
            signal.title, signal.content = item.title, item.content
            changed += 1
    return changed


def _differs(signal: Signal, item: FeedItem) -> bool:
    return not signal.edited and (signal.title, signal.content) != (item.title, item.content)


def _signal(source: Source, item: FeedItem, *, now: datetime) -> Signal:
    return Signal(
        tenant_id=source.tenant_id,
        brand_id=source.brand_id,
        source=source.name,
        title=item.title,
        content=item.content,
        timestamp=_published(item.timestamp, now=now),
        impact=item.impact,
        topics=item.topics,
        region=source.region,
        url=item.url,
        source_id=source.id,
        external_key=item.key,
        trust=source.trust,
        created_at=now,
    )


def _published(told: datetime | None, *, now: datetime) -> datetime:
    if told is None or not plausible(told.date()) or told > now + AHEAD:
        return now
    return told
