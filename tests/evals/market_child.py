"""Fetches the feeds of a difficult market in a process of its own, and tells what that took.

Arguments: the database's address, and the port of the web server, the only address that may be called besides public
ones. Writes one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from collections.abc import Iterable
from typing import Any

from tests.evals.market_feeds import BODIES, ROUNDS, harmful, other_good, path_of
from tests.factories.sources import Newsroom, make_newsroom

from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.egress import PinnedFetcher

HERE = "127.0.0.1"
AT_ONCE = 4
called: set[str] = set()


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        called.add(f"{arguments[1][0]}:{arguments[1][1]}")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def _follow(room: Newsroom, port: int, paths: Iterable[str]) -> dict[str, str]:
    """The problem of each source after a fetch."""
    turns, problems = asyncio.Semaphore(AT_ONCE), {}

    async def one(path: str) -> None:
        async with turns:
            source_id = await room.follow(f"http://{HERE}:{port}{path}", name=path)
            await room.fetch(source_id)
            problems[path] = (await room.source(source_id)).problem

    await asyncio.gather(*(one(path) for path in paths))
    return problems


async def _market(url: str, port: int) -> dict[str, Any]:
    engine = make_engine(url)
    fetcher = PinnedFetcher(exempt=frozenset({(HERE, port)}), seconds=3)
    try:
        market = await make_newsroom(engine, fetcher, "Ada")
        odd = await make_newsroom(engine, fetcher, "Bob")
        market.clock.at = odd.clock.at = ROUNDS[0]
        ids = {name: await market.follow(f"http://{HERE}:{port}{path_of(name)}", name=name) for name in BODIES}
        before = 0.0
        for moment in ROUNDS:
            market.clock.at = moment
            for source_id in ids.values():
                await market.fetch(source_id)
            before = before or _megabytes()
        good = await _follow(odd, port, other_good())
        bad = await _follow(odd, port, harmful())
        return {
            "grown": _megabytes() - before,
            "called": sorted(called),
            "market": str(market.actor.tenant_id),
            "odd": str(odd.actor.tenant_id),
            "problems": {**good, **bad},
        }
    finally:
        await engine.dispose()


if __name__ == "__main__":
    sys.addaudithook(_look)
    json.dump(asyncio.run(_market(sys.argv[1], int(sys.argv[2]))), sys.stdout)
