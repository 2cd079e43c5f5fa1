"""Topics and services that are suddenly spoken of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nexusplanner.application.ports.market import DayCount
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.market.spikes import LEAST_HISTORY, MOST_DAYS, latest_burst
from nexusplanner.domain.shared import BrandId, SignalId

MOST_SPIKES = 20
MOST_SIGNALS = 20


@dataclass(frozen=True, kw_only=True)
class CountedDay:
    """How many stories a day brought."""

    day: date
    count: int


@dataclass(frozen=True, kw_only=True)
class Spike:
    """A topic that is suddenly spoken of. now, usual: stories a day; days: up to the last, oldest first."""

    topic: str
    now: int
    usual: float
    factor: float
    days: tuple[CountedDay, ...]
    signal_ids: tuple[SignalId, ...]
    text: str


async def find_spikes(uow: UnitOfWork, *, brand_id: BrandId | None, now: datetime) -> tuple[Spike, ...]:
    """The largest first. Raises NotFound for an unknown brand. Nothing is found before four weeks of signals are there."""
    uow.actor.require(Permission.READ)
    if brand_id is not None:
        await uow.brands.get(brand_id)
    last = now.date()
    oldest = await uow.market.first_day(brand_id=brand_id)
    if oldest is None or (last - oldest).days < LEAST_HISTORY:
        return ()
    first = max(oldest, last - timedelta(days=MOST_DAYS - 1))
    names = await uow.market.service_names()
    rows = [
        *await uow.market.per_day(brand_id=brand_id, first=first, last=last),
        *await uow.market.per_day_of_services(brand_id=brand_id, first=first, last=last),
    ]
    known = {str(service_id): name for service_id, name in names.items()}
    found = [
        spike
        for topic, days in _by_topic(rows).items()
        if (spike := _spike(known.get(topic, topic), days, first=first, last=last)) is not None
    ]
    found.sort(key=lambda spike: (-spike.factor, -spike.now, spike.topic))
    return tuple(found[:MOST_SPIKES])


def _by_topic(rows: Iterable[DayCount]) -> dict[str, list[DayCount]]:
    found: dict[str, list[DayCount]] = {}
    for row in rows:
        if row.topic:
            found.setdefault(row.topic, []).append(row)
    return found


def _spike(topic: str, rows: Sequence[DayCount], *, first: date, last: date) -> Spike | None:
    by_day = {row.day: row for row in rows}
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    counts = [by_day[day].count if day in by_day else 0 for day in days]
    found = latest_burst(counts, last=last)
    if found is None:
        return None
    return Spike(
        topic=topic,
        now=found.count,
        usual=round(found.usual, 1),
        factor=round(found.factor, 1),
        days=tuple(CountedDay(day=day, count=count) for day, count in zip(days, counts, strict=True)),
        signal_ids=by_day[found.day].signal_ids[:MOST_SIGNALS],
        text=found.words(topic),
    )
