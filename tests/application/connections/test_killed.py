"""Syncs that die at any point: whoever goes on loses nothing and repeats nothing."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories.crm import Reading, reading
from tests.fakes.crm import Kind, World
from tests.fakes.crm.world import contact, filled

from nexusplanner.application.ports.fetching import Asked, Fetched, Fetcher
from nexusplanner.application.ports.unit_of_work import UnitOfWork, UnitsOfWork
from nexusplanner.domain.connections import Changes, CrmKind
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.runs import Run, RunState
from nexusplanner.infrastructure.customers import hubspot, salesforce

SEEDS = range(2)
CONTACTS, COMPANIES, DEALS = 120, 24, 30


class Killed(BaseException):
    """The process is gone."""


class Death:
    """Counts what a worker does, and ends it there."""

    def __init__(self, after: int) -> None:
        self.left = after

    def maybe(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed


class MortalUnits:
    """Units of work that may never commit."""

    def __init__(self, inner: UnitsOfWork, death: Death) -> None:
        self._inner = inner
        self._death = death

    @asynccontextmanager
    async def for_actor(self, actor: Actor) -> AsyncIterator[UnitOfWork]:
        async with self._inner.for_actor(actor) as uow:
            yield uow
            await uow.flush()
            self._death.maybe()


class MortalFetcher:
    """A way out from which nobody may come back."""

    def __init__(self, inner: Fetcher, death: Death) -> None:
        self._inner = inner
        self._death = death

    async def ask(self, asked: Asked) -> Fetched:
        self._death.maybe()
        return await self._inner.ask(asked)


@pytest.fixture(params=list(CrmKind))
async def crm(
    request: pytest.FixtureRequest, shared_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Reading]:
    """Small pages, so that there are many places to die at."""
    monkeypatch.setattr(hubspot, "PAGE", 20)
    monkeypatch.setattr(salesforce, "PAGE", 20)
    world = filled(World(), contacts=CONTACTS, companies=COMPANIES, deals=DEALS)
    async with reading(shared_engine, world, kind=request.param) as opened:
        opened.at_once = 20
        yield opened


async def dying(crm: Reading, run: Run, chance: random.Random) -> Run:
    """Carry the run on until its worker dies, again and again, up to its end."""
    for _ in range(100):
        death = Death(chance.randint(5, 60))
        units, fetcher = MortalUnits(crm.units, death), MortalFetcher(crm.server.fetcher(), death)
        try:
            return await crm.perform(run, units=units, fetcher=fetcher)
        except Killed:
            continue
    raise AssertionError


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_sync_that_dies_again_and_again_is_as_one_that_does_not(crm: Reading, seed: int) -> None:
    chance = random.Random(seed)
    ended = await dying(crm, await crm.start(), chance)
    assert ended.state is RunState.SUCCEEDED
    assert (await crm.known()).last_changes == Changes(created=CONTACTS + COMPANIES + DEALS)
    await crm.assert_same()

    crm.pass_time()
    world = crm.server.world
    people = list(world.alive(Kind.CONTACT))
    chance.shuffle(people)
    for person in people[:40]:
        world.change(person, last=f"Changed{chance.random()}")
    for person in people[40:50]:
        world.delete(person)
    for loser, survivor in zip(people[50:55], people[55:60], strict=True):
        world.merge(loser, into=survivor)
    for number in range(1000, 1030):
        contact(world, number)
    ended = await dying(crm, await crm.start(), chance)
    done = (await crm.known()).last_changes
    assert done is not None
    assert (done.created, done.deleted, done.merged) == (30, 10, 5)
    await crm.assert_same()


async def test_a_new_run_goes_on_where_a_cancelled_one_was(crm: Reading) -> None:
    death = Death(25)
    run = await crm.start()
    with pytest.raises(Killed):
        await crm.perform(run, units=MortalUnits(crm.units, death), fetcher=MortalFetcher(crm.server.fetcher(), death))
    async with crm.units.for_actor(crm.actor) as uow:
        (await uow.runs.get(run.id, lock=True)).cancel(at=crm.clock.now())
    asked = len(crm.server.requests)
    await crm.sync()
    await crm.assert_same()
    assert len(crm.server.requests) - asked < 60
