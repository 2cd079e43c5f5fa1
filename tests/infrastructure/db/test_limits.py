from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories.records import NOW

from nexusplanner.application.access.limits import Limit
from nexusplanner.domain.shared import TooMany
from nexusplanner.infrastructure.db.limits import SqlLimits

FIVE_A_MINUTE = Limit(times=5, per=timedelta(minutes=1))


@pytest.fixture
def limits(engine: AsyncEngine) -> SqlLimits:
    return SqlLimits(engine)


async def test_so_many_at_once_and_then_one_at_a_time(limits: SqlLimits) -> None:
    hits = [await limits.hit("k", limit=FIVE_A_MINUTE, now=NOW) for _ in range(7)]
    assert [hit.allowed for hit in hits] == [True] * 5 + [False] * 2
    assert [hit.remaining for hit in hits] == [4, 3, 2, 1, 0, 0, 0]
    assert (hits[0].reset_after, hits[6].reset_after) == (12, 60)
    assert hits[6].retry_after == 12
    assert not (await limits.hit("k", limit=FIVE_A_MINUTE, now=NOW + timedelta(seconds=11.9))).allowed
    assert (await limits.hit("k", limit=FIVE_A_MINUTE, now=NOW + timedelta(seconds=12))).allowed
    assert not (await limits.hit("k", limit=FIVE_A_MINUTE, now=NOW + timedelta(seconds=12.1))).allowed


async def test_what_was_not_used_is_not_saved_up(limits: SqlLimits) -> None:
    await limits.hit("k", limit=FIVE_A_MINUTE, now=NOW)
    later = NOW + timedelta(days=1)
    hits = [await limits.hit("k", limit=FIVE_A_MINUTE, now=later) for _ in range(6)]
    assert [hit.allowed for hit in hits] == [True] * 5 + [False]


async def test_keys_do_not_share(limits: SqlLimits) -> None:
    for _ in range(5):
        await limits.hit("a", limit=FIVE_A_MINUTE, now=NOW)
    assert (await limits.hit("b", limit=FIVE_A_MINUTE, now=NOW)).remaining == 4


async def test_many_at_the_same_time_are_counted_exactly(limits: SqlLimits) -> None:
    hits = await asyncio.gather(*(limits.hit("k", limit=FIVE_A_MINUTE, now=NOW) for _ in range(20)))
    assert sum(hit.allowed for hit in hits) == 5


async def test_a_refusal_says_when_to_try_again(limits: SqlLimits) -> None:
    for _ in range(5):
        (await limits.hit("k", limit=FIVE_A_MINUTE, now=NOW)).require()
    refused = await limits.hit("k", limit=FIVE_A_MINUTE, now=NOW)
    with pytest.raises(TooMany) as refusal:
        refused.require()
    assert 12 <= refusal.value.details["retry_after"] <= 13


async def test_forgotten_and_full_counters_start_anew(limits: SqlLimits) -> None:
    for key in ("a", "b"):
        await limits.hit(key, limit=FIVE_A_MINUTE, now=NOW)
    await limits.forget("a")
    assert (await limits.hit("a", limit=FIVE_A_MINUTE, now=NOW)).remaining == 4
    assert await limits.prune(now=NOW) == 0
    assert await limits.prune(now=NOW + timedelta(seconds=12)) == 2
