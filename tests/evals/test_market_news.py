"""A difficult market, end to end: everything good arrives once, copies are seen as copies, nothing harmful gets through.

300 pieces of news from ten feeds, 60 of them copies in 20 stories; small feeds in every flavour and encoding; and a
hundred feeds that mean harm. The fetching is done in a process of its own, so that its memory can be measured.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url
from tests.conftest import TestDatabase
from tests.evals.market_feeds import ROUNDS, corpus_routes, harmful, other_good, published_until
from tests.factories.news_corpus import DOCUMENTS, news_corpus, same_story
from tests.fakes.web import WebServer
from tests.infrastructure.egress.targets import OWN_HOSTS

ROOT = Path(__file__).parents[2]
MOST_GROWTH = 100
SECONDS = 600
"""A guard against standing still; it takes half a minute on two idle cores."""


@dataclass(frozen=True, kw_only=True)
class Market:
    """What the process told, what the server saw, and the signals of both workspaces."""

    told: dict[str, Any]
    port: int
    signals: Sequence[Mapping[str, Any]]

    def of(self, workspace: str) -> list[Mapping[str, Any]]:
        return [signal for signal in self.signals if str(signal["tenant_id"]) == self.told[workspace]]


@pytest.fixture(scope="module")
def market(module_database: TestDatabase) -> Market:
    return asyncio.run(_played(module_database))


async def _played(database: TestDatabase) -> Market:
    routes = corpus_routes() | {path: route for path, (route, _) in (other_good() | harmful()).items()}
    async with WebServer(routes) as server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.evals.market_child", database.app_url, str(server.port)),
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"},
        )
        try:
            async with asyncio.timeout(SECONDS):
                output, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert process.returncode == 0
        told = json.loads(output)
        return Market(told=told, port=server.port, signals=_signals(database))


def _signals(database: TestDatabase) -> list[Mapping[str, Any]]:
    url = make_url(database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
        return connection.execute(
            "SELECT tenant_id, title, content, url, cluster_id, timestamp FROM signals"
        ).fetchall()


def test_the_market_is_as_difficult_as_it_claims() -> None:
    pieces = news_corpus()
    copies = [piece for piece in pieces if piece.story < 1000]
    assert (len(pieces), len(copies), len({piece.story for piece in copies})) == (DOCUMENTS, 60, 20)
    assert published_until(ROUNDS[0]) < published_until(ROUNDS[1]) < published_until(ROUNDS[2]) == DOCUMENTS
    assert len(OWN_HOSTS) >= 60


def test_nothing_of_the_good_feeds_is_lost_or_doubled(market: Market) -> None:
    arrived = sorted((signal["url"], signal["title"]) for signal in market.of("market"))
    assert arrived == sorted((piece.url, " ".join(piece.title.split())) for piece in news_corpus())
    titles = [title for _, mine in other_good().values() for title in mine]
    assert set(titles) <= {signal["title"] for signal in market.of("odd")}
    assert len(titles) >= 40


def test_texts_arrive_as_they_were_written(market: Market) -> None:
    by_url = {signal["url"]: signal["content"] for signal in market.of("market")}
    for piece in news_corpus():
        assert by_url[piece.url] == " ".join(piece.content.split())


def test_harmful_feeds_say_what_is_wrong_with_them(market: Market) -> None:
    problems = market.told["problems"]
    for path, (_, words) in harmful().items():
        if path != "/many":
            assert problems[path], path
        assert words in problems[path], path
    assert not any(problems[path] for path in other_good())


def test_nobody_but_the_local_server_was_called(market: Market) -> None:
    assert market.told["called"] == [f"127.0.0.1:{market.port}"]


def test_harmful_feeds_take_little_memory(market: Market) -> None:
    assert market.told["grown"] < MOST_GROWTH


def test_copies_are_seen_as_copies(market: Market) -> None:
    keys = {piece.url: piece.key for piece in news_corpus()}
    wanted = same_story(news_corpus())
    found = {
        frozenset((keys[one["url"]], keys[other["url"]]))
        for one, other in combinations(market.of("market"), 2)
        if one["cluster_id"] == other["cluster_id"]
    }
    right = len(found & wanted)
    f1 = 2 * right / (len(found) + len(wanted))
    assert f1 >= 0.95, f"{right} of {len(wanted)} pairs found, {len(found) - right} wrong"
