"""Works out what signals are worth, and keeps it in step with services and opinions."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from nexusplanner.application.ports.market import Known, Placed, Restanding, Scored
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.market.duplicates import Text
from nexusplanner.domain.market.matching import Profile, matches, profile_of
from nexusplanner.domain.market.scoring import Standing, Worth
from nexusplanner.domain.market.stories import WINDOW, Report, looks, stories
from nexusplanner.domain.market.teaching import lesson
from nexusplanner.domain.market.terms import Terms, Weighing, terms_of
from nexusplanner.domain.shared import BrandId, ClusterId, SignalId
from nexusplanner.domain.signals import Signal, SignalState

MOST_KNOWN = 20_000
"""Signals of the window that a new one is compared with, newest first."""
MOST_JUDGED = 500
"""Opinions that teach, newest first."""
MOST_RESCORED = 2_000
"""What a change of services or opinions works out anew, newest first: older news scores next to nothing anyway."""


async def place(uow: UnitOfWork, *, signals: Sequence[Signal]) -> list[Scored]:
    """Find the story of each signal, and the scores to keep once the signals are. They are given oldest first."""
    first, last = signals[0].timestamp - WINDOW, signals[-1].timestamp + WINDOW
    own = {signal.id for signal in signals}
    known = [one for one in await uow.market.known(since=first, until=last, limit=MOST_KNOWN) if one.id not in own]
    fresh = [_report(signal) for signal in signals]
    weighing = Weighing([*(one.terms for one in known), *(one.terms for one in fresh)])
    joined = await _joined(uow, signals=signals, fresh=fresh, known=known, weighing=weighing)
    for signal in signals:
        if signal.cluster_id != joined[signal.id]:
            signal.cluster_id = joined[signal.id]
    novelties = _novelties(fresh, known=known, weighing=weighing)
    desk = await _desk(uow, weighing=weighing)
    standings = desk.standings(
        [(signal.id, signal.brand_id, report.terms) for signal, report in zip(signals, fresh, strict=True)],
        novelties=novelties,
    )
    return [
        Scored(
            signal_id=signal.id,
            fingerprint=fingerprint(signal),
            terms=report.terms,
            standing=standing,
            rank=_worth(signal, standing=standing).rank,
        )
        for signal, report, standing in zip(signals, fresh, standings, strict=True)
    ]


async def rescore(uow: UnitOfWork, *, brand_id: BrandId | None) -> None:
    """Work out anew how relevant recent signals are, of a brand and of none in particular; of all without a brand.

    Rows that stay as they are are not written.
    """
    await uow.signals.hold()
    placed = await uow.market.placed(brand_id=brand_id, limit=MOST_RESCORED)
    if not placed:
        return
    desk = await _desk(uow, weighing=Weighing([one.known.terms for one in placed]))
    standings = desk.standings(
        [(one.known.id, one.known.brand_id, one.known.terms) for one in placed],
        novelties=[one.standing.novelty for one in placed],
    )
    await uow.market.restand(
        [
            Restanding(signal_id=one.known.id, standing=standing, rank=_again(one, standing=standing).rank)
            for one, standing in zip(placed, standings, strict=True)
            if standing != one.standing
        ]
    )


def fingerprint(signal: Signal) -> bytes:
    """Names everything about a signal that its story and score are worked out from."""
    parts = (signal.text, signal.timestamp.isoformat(), repr(signal.impact), signal.trust.value, str(signal.brand_id))
    return hashlib.blake2b("\x00".join(parts).encode(), digest_size=16).digest()


class _Desk:
    """What relevance is worked out with: the services, and the opinions on other signals."""

    def __init__(self, *, profiles: Sequence[Profile], judged: Sequence[Known], weighing: Weighing) -> None:
        self._profiles = profiles
        self._judged = judged
        self._weighing = weighing

    def standings(
        self, signals: Sequence[tuple[SignalId, BrandId | None, Terms]], *, novelties: Sequence[float]
    ) -> list[Standing]:
        """What each signal, given with its brand and words, stands for."""
        texts = [terms for _, _, terms in signals]
        found: list[Standing | None] = [None] * len(signals)
        likeness = self._weighing.cosines(texts, [one.terms for one in self._judged])
        irrelevant = np.array([one.irrelevant for one in self._judged], dtype=bool)
        watched = np.array([one.state is SignalState.WATCHED for one in self._judged], dtype=bool)
        for brand_id in {brand_id for _, brand_id, _ in signals}:
            at = [place for place, (_, brand, _) in enumerate(signals) if brand == brand_id]
            profiles = [each for each in self._profiles if brand_id in {None, each.service.brand_id}]
            matched = matches([texts[place] for place in at], profiles=profiles, weighing=self._weighing)
            here = np.array([one.brand_id in {None, brand_id} for one in self._judged], dtype=bool)
            for place, services in zip(at, matched, strict=True):
                others = here & np.array([one.id != signals[place][0] for one in self._judged], dtype=bool)
                taught = lesson(likeness[place], irrelevant=irrelevant & others, watched=watched & others)
                match = max((one.score for one in services), default=0.0)
                found[place] = Standing(
                    relevance=round(min(max(match + taught.shift, 0.0), 1.0), 4),
                    novelty=round(novelties[place], 4),
                    services=services,
                    taught=taught,
                )
        return [each for each in found if each is not None]


async def _desk(uow: UnitOfWork, *, weighing: Weighing) -> _Desk:
    profiles = [
        profile_of(service) for brand in await uow.brands.all() for service in await uow.services.of_brand(brand.id)
    ]
    return _Desk(profiles=profiles, judged=await uow.market.judged(limit=MOST_JUDGED), weighing=weighing)


def _report(signal: Signal) -> Report:
    return Report(id=signal.id, timestamp=signal.timestamp, terms=terms_of(signal.text))


async def _joined(
    uow: UnitOfWork,
    *,
    signals: Sequence[Signal],
    fresh: Sequence[Report],
    known: Sequence[Known],
    weighing: Weighing,
) -> Mapping[SignalId, ClusterId]:
    """The story of each signal."""
    earlier = [Report(id=one.id, timestamp=one.timestamp, terms=one.terms, cluster_id=one.cluster_id) for one in known]
    candidates = await asyncio.to_thread(looks, fresh, known=earlier, weighing=weighing)
    wanted = {one.id for found in candidates for one in found} - {one.id for one in fresh}
    texts = {signal.id: Text(signal.content) for signal in signals}
    texts |= {signal_id: Text(content) for signal_id, content in (await uow.market.contents(wanted)).items()}
    return await asyncio.to_thread(stories, fresh, known=earlier, candidates=candidates, texts=texts)


def _novelties(fresh: Sequence[Report], *, known: Sequence[Known], weighing: Weighing) -> list[float]:
    """How little of each report was told before it: 1 less its likeness to the most alike earlier one."""
    others = [*((one.terms, one.timestamp) for one in known), *((one.terms, one.timestamp) for one in fresh)]
    alike = weighing.cosines([one.terms for one in fresh], [terms for terms, _ in others])
    times = np.array([timestamp.timestamp() for _, timestamp in others])
    for at, one in enumerate(fresh):
        here = one.timestamp.timestamp()
        before = (times < here) & (times >= here - WINDOW.total_seconds())
        before[len(known) :] |= (times[len(known) :] == here) & (np.arange(len(fresh)) < at)
        alike[at] *= before
    return [float(1.0 - row.max(initial=0.0)) for row in alike]


def _worth(signal: Signal, *, standing: Standing) -> Worth:
    return Worth(
        standing=standing,
        impact=signal.impact,
        trust=signal.trust,
        since=min(signal.timestamp, signal.created_at),
    )


def _again(one: Placed, *, standing: Standing) -> Worth:
    return Worth(standing=standing, impact=one.impact, trust=one.trust, since=one.since)
