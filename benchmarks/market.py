"""Market news: how well reports of one story are found, and what taking in and listing cost with 10,000 signals.

    python -m benchmarks.market
    python -m benchmarks.market --signals 10000 --new 300 --rounds 30

The stories are invented (`tests/factories`); each seed has other names and figures. Beside ours stand tf-idf cosine and
Jaccard likeness of three-word pieces over all pairs, each with the threshold that is best on the odd seeds; all are held
against the even seeds and a corpus of other authors. Times are taken on an embedded server that writes to disk as the
product's does. The exit code is 1 when F1 falls below 0.95, a take-in takes 20 seconds or a list 100 ms (95th percentile).
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import numpy as np
from tests.factories.news_corpus import news_corpus
from tests.factories.retold import Piece, f1, retold, same_pairs

from nexusplanner.application.ports.rows import SignalFilter
from nexusplanner.application.signals import list_signals, take_in
from nexusplanner.bootstrap import Container, assemble
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.market.duplicates import Text
from nexusplanner.domain.market.stories import WINDOW, Report, looks, stories
from nexusplanner.domain.market.terms import Weighing, terms_of
from nexusplanner.domain.relevance import similarities, words
from nexusplanner.domain.shared import SignalId
from nexusplanner.domain.signals import Signal
from nexusplanner.settings import Settings

LEAST_F1 = 0.95
MOST_SECONDS = 20.0
MOST_MILLISECONDS = 100.0
SEEDS = tuple(range(1, 11))
THRESHOLDS = np.arange(0.2, 1.0, 0.02)

Pieces = Sequence[Piece]
Scores = Mapping[frozenset[UUID], float]


def ours(pieces: Pieces) -> frozenset[frozenset[UUID]]:
    """Pairs in one story, joined one report at a time."""
    reports = [
        Report(id=SignalId(one.id), timestamp=one.published, terms=terms_of(f"{one.title}. {one.content}"))
        for one in pieces
    ]
    weighing = Weighing([report.terms for report in reports])
    texts = {SignalId(one.id): Text(one.content) for one in pieces}
    joined = stories(reports, known=[], candidates=looks(reports, known=[], weighing=weighing), texts=texts)
    return same_pairs(pieces, by=dict(joined))


def cosine_scores(pieces: Pieces) -> Scores:
    """tf-idf cosine of every pair within the window."""
    table = similarities([piece.content for piece in pieces])
    return _near(pieces, lambda one, other: table[one][other])


def jaccard_scores(pieces: Pieces) -> Scores:
    """Shared three-word pieces of every pair within the window."""
    shingles = [
        {" ".join(found[at : at + 3]) for at in range(len(found) - 2)}
        for found in (words(piece.content) for piece in pieces)
    ]
    return _near(pieces, lambda one, other: len(shingles[one] & shingles[other]) / len(shingles[one] | shingles[other]))


def _near(pieces: Pieces, score: Callable[[int, int], float]) -> Scores:
    return {
        frozenset((pieces[one].id, pieces[other].id)): score(one, other)
        for one, other in combinations(range(len(pieces)), 2)
        if abs(pieces[one].published - pieces[other].published) <= WINDOW
    }


def other_authors() -> tuple[Piece, ...]:
    """The corpus that the feeds are tested with."""
    return tuple(
        Piece(
            id=uuid5(UUID(int=1), one.key),
            source=one.source,
            title=one.title,
            content=one.content,
            published=one.published,
            story=one.story,
        )
        for one in news_corpus()
    )


def quality() -> bool:
    """Print F1 of duplicate pairs; whether ours is good enough everywhere."""
    corpora = {seed: retold(seed) for seed in SEEDS}
    even = {f"seed {seed}": pieces for seed, pieces in corpora.items() if seed % 2 == 0} | {"others": other_authors()}
    found = {name: f1(ours(pieces), same_pairs(pieces)) for name, pieces in even.items()}
    print(f"{'ours':28}{_shown(found)}")
    for name, scores in (
        ("tf-idf cosine, all pairs", cosine_scores),
        ("Jaccard of 3 words, all pairs", jaccard_scores),
    ):
        learned = [(scores(corpora[seed]), same_pairs(corpora[seed])) for seed in SEEDS if seed % 2]
        best = max(THRESHOLDS, key=lambda at: statistics.fmean(_f1(given, true, at=at) for given, true in learned))
        shown = {each: _f1(scores(pieces), same_pairs(pieces), at=best) for each, pieces in even.items()}
        print(f"{name:28}{_shown(shown)}  (threshold {best:.2f})")
    return min(found.values()) >= LEAST_F1


def _f1(scores: Scores, true: frozenset[frozenset[UUID]], *, at: float) -> float:
    return f1(frozenset(pair for pair, score in scores.items() if score >= at), true)


def _shown(found: Mapping[str, float]) -> str:
    return "  ".join(f"{name} {value:.3f}" for name, value in found.items())


async def costs(container: Container, *, signals: int, new: int, rounds: int) -> bool:
    """Print what taking in and listing take; whether it is quick enough."""
    user, _ = await container.desk.operator()
    actor, now = user.actor(), datetime.now(UTC)
    made = _signals(actor, count=signals + new, now=now)
    async with container.units.for_actor(actor) as uow:
        brand = Brand(tenant_id=actor.tenant_id, name="Bench", currency="EUR", created_at=now, updated_at=now)
        uow.brands.add(brand)
        for name, description in (
            ("Tariff check", "Compares prices of suppliers and network charges before customers sign a contract."),
            ("Ride home", "Buses and trains for employees, with tickets paid by the employer instead of parking."),
            ("Safe steps", "Children's shoes without solvents, tested by an institute."),
        ):
            uow.services.add(
                Service(
                    tenant_id=actor.tenant_id,
                    brand_id=brand.id,
                    name=name,
                    description=description,
                    created_at=now,
                    updated_at=now,
                )
            )
    began = time.perf_counter()
    for at in range(0, signals, 500):
        await _take(container, actor, made[at : min(at + 500, signals)])
    print(f"take in {signals:,} signals in parts of 500: {time.perf_counter() - began:.1f} s")
    began, busy = time.perf_counter(), time.process_time()
    await _take(container, actor, made[signals:])
    taken, worked = time.perf_counter() - began, time.process_time() - busy
    print(f"take in {new} more beside {signals:,}: {taken:.2f} s ({worked:.2f} s of this process's CPU)")
    began = time.perf_counter()
    await _take(container, actor, _signals(actor, count=1, now=now))
    print(f"take in one more: {time.perf_counter() - began:.3f} s")
    slowest = 0.0
    for name, only, sort in (
        ("by score", SignalFilter(), "-score"),
        ("by score, one row a story", SignalFilter(clusters=True), "-score"),
        ("newest", SignalFilter(), "-timestamp"),
    ):
        busy = time.process_time()
        times = [await _list(container, actor, only=only, sort=sort) for _ in range(rounds)]
        worked = 1000 * (time.process_time() - busy) / rounds
        slow = float(np.quantile(times, 0.95))
        slowest = max(slowest, slow)
        told = f"median {statistics.median(times):.0f} ms, 95 % {slow:.0f} ms ({worked:.0f} ms of this process's CPU)"
        print(f"list 20 of {signals + new:,} {name}: {told}")
    return taken < MOST_SECONDS and slowest < MOST_MILLISECONDS


async def _take(container: Container, actor: Actor, signals: Sequence[Signal]) -> None:
    async with container.units.for_actor(actor) as uow:
        await take_in(uow, signals)


async def _list(container: Container, actor: Actor, *, only: SignalFilter, sort: str) -> float:
    began = time.perf_counter()
    async with container.units.for_actor(actor) as uow:
        await list_signals(uow, only=only, sort=sort)
    return 1000 * (time.perf_counter() - began)


def _signals(actor: Actor, *, count: int, now: datetime) -> list[Signal]:
    """Reports of many seeds within the last month."""
    chance, made = random.Random(0), list[Signal]()
    for seed in range(1000, 1000 + count):
        for piece in retold(seed):
            made.append(
                Signal(
                    id=SignalId(uuid4()),
                    tenant_id=actor.tenant_id,
                    source=piece.source,
                    title=piece.title,
                    content=piece.content,
                    timestamp=now - timedelta(days=chance.uniform(0, 28)),
                    created_at=now,
                )
            )
        if len(made) >= count:
            break
    return made[:count]


async def _run(container: Container, *, signals: int, new: int, rounds: int) -> bool:
    try:
        return await costs(container, signals=signals, new=new, rounds=rounds)
    finally:
        await container.stop()


def main() -> int:
    """Run the benchmark; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--signals", type=int, default=10_000)
    parser.add_argument("--new", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=30)
    asked = parser.parse_args()
    good = quality()
    with tempfile.TemporaryDirectory(prefix="nexus-market-", dir="/tmp") as folder:
        home = Path(folder)
        home.chmod(0o711)  # the server's user passes through
        container = assemble(Settings(home=home), worker=False)
        try:
            quick = asyncio.run(_run(container, signals=asked.signals, new=asked.new, rounds=asked.rounds))
        finally:
            container.database.close()
    return 0 if good and quick else 1


if __name__ == "__main__":
    sys.exit(main())
