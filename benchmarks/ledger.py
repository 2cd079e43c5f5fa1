"""The decision ledger: appends per second by several writers, and how long it takes to verify what they wrote.

    python -m benchmarks.ledger
    python -m benchmarks.ledger --writers 8 --each 125 --rounds 5

Everything runs on an embedded server of its own that writes to disk as the product's does. The bare INSERT puts the same
text into a plain table, one transaction for each, by as many writers: the difference is the chain (the locked head, the
hash, the head's update) and row-level security. The exit code is 1 when the chain forks, does not verify, or takes a
second or more to.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from nexusplanner.application.ledger.export import exported, verify_export
from nexusplanner.bootstrap import Container, assemble
from nexusplanner.domain.audit import Decision
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.ledger import Verification
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.settings import Settings

SECONDS = 1.0
"""What the verification of the entries may take."""
OUTPUT = {"ideas": [{"theme": f"Theme {n}", "message": "A sentence of usual length. " * 4} for n in range(5)]}
FORKS = "SELECT count(*) - count(DISTINCT previous_hash) FROM decisions"


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A workspace on a server of its own."""

    container: Container
    actor: Actor
    writers: int
    each: int

    async def append(self) -> None:
        """One entry in a transaction of its own, as large as that of a creative step."""
        decision = Decision(
            tenant_id=self.actor.tenant_id,
            run_id=None,
            campaign_id=None,
            step="ideate",
            agent="creative",
            agent_version="1",
            author=Author.RULES,
            summary="Five ideas.",
            output=OUTPUT,
            decided_at=datetime.now(UTC),
        )
        async with self.container.units.for_actor(self.actor) as uow:
            await uow.ledger.append(decision)

    async def bare(self) -> None:
        """The same amount of text into a plain table."""
        async with self.container.engine.begin() as connection:
            await connection.execute(text("INSERT INTO bare (entry) VALUES (repeat('x', 1500))"))

    async def per_second(self, act: Callable[[], Awaitable[None]]) -> float:
        """How many of these all writers together do in a second."""

        async def write() -> None:
            for _ in range(self.each):
                await act()

        began = time.perf_counter()
        async with asyncio.TaskGroup() as writers:
            for _ in range(self.writers):
                writers.create_task(write())
        return self.writers * self.each / (time.perf_counter() - began)

    async def verify(self, *, signed: bool) -> tuple[Verification, float]:
        """What verification finds, and how many seconds it takes."""
        checkpoints = self.container.checkpoints.read(self.actor.tenant_id) if signed else ()
        began = time.perf_counter()
        async with self.container.units.for_actor(self.actor) as uow:
            found = await uow.ledger.verify(checkpoints=checkpoints)
        return found, time.perf_counter() - began


async def run(container: Container, *, writers: int, each: int, rounds: int) -> bool:
    """Print all figures; whether nothing is wrong."""
    user, _ = await container.desk.operator()
    bench = Bench(container=container, actor=user.actor(), writers=writers, each=each)
    await _make_bare_table(container)
    await bench.per_second(bench.bare)
    bare = await bench.per_second(bench.bare)
    chained = await bench.per_second(bench.append)
    print(f"{writers} writers x {each}: {chained:6.0f} appends/s; bare INSERT {bare:6.0f}/s ({bare / chained:.1f} x)")

    async with container.units.for_actor(bench.actor) as uow:
        forks = await uow.session.scalar(text(FORKS))
    plain = [await bench.verify(signed=False) for _ in range(rounds)]
    began = time.perf_counter()
    await container.checkpoints.make(container.units, actor=bench.actor)
    signing = time.perf_counter() - began
    signed = [await bench.verify(signed=True) for _ in range(rounds)]
    entries, intact = plain[0][0].entries, all(found.intact for found, _ in (*plain, *signed))
    print(f"forks {forks}, intact {intact}")
    for name, results in (("chain alone", plain), ("with checkpoints", signed)):
        seconds = [took for _, took in results]
        print(f"verify {entries} entries, {name}: median {statistics.median(seconds):.3f} s, max {max(seconds):.3f} s")
    print(f"sign {entries} entries: {signing:.3f} s")

    began = time.perf_counter()
    lines = [line async for line in exported(container.units, actor=bench.actor)]
    writing = time.perf_counter() - began
    began = time.perf_counter()
    offline = verify_export(lines, checkpoints=container.checkpoints.read(bench.actor.tenant_id))
    print(
        f"export {sum(map(len, lines)) / 1e6:.1f} MB in {writing:.3f} s, verified in {time.perf_counter() - began:.3f} s"
    )
    slowest = max(took for _, took in (*plain, *signed))
    return forks == 0 and intact and offline.intact and slowest < SECONDS


async def _make_bare_table(container: Container) -> None:
    owner = container.database.owner_url
    if owner is None:
        raise RuntimeError("An embedded server knows its owner.")
    engine = make_engine(owner)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY, entry text)"))
        await connection.execute(text("GRANT SELECT, INSERT ON bare TO PUBLIC"))
    await engine.dispose()


def main() -> int:
    """Run the benchmark; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--each", type=int, default=125)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nexus-ledger-", dir="/tmp") as folder:
        home = Path(folder)
        home.chmod(0o711)  # the server's user passes through
        container = assemble(Settings(home=home), worker=False)
        try:
            good = asyncio.run(_timed(container, writers=asked.writers, each=asked.each, rounds=asked.rounds))
        finally:
            container.database.close()
    return 0 if good else 1


async def _timed(container: Container, *, writers: int, each: int, rounds: int) -> bool:
    try:
        return await run(container, writers=writers, each=each, rounds=rounds)
    finally:
        await container.stop()


if __name__ == "__main__":
    sys.exit(main())
