"""Thousands of contacts, changes, merges, deletions and 429s, read by workers that are killed: nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import random
import time
from functools import partial
from pathlib import Path

import pytest
from tests.conftest import TestDatabase
from tests.factories.crm import Reading, reading
from tests.factories.durable import open_units
from tests.fakes.crm import Kind, World
from tests.fakes.crm.world import contact, filled
from tests.fakes.web import HERE
from tests.scale import scaled
from tests.worker.child import Orders
from tests.worker.fleet import PATIENCE, Fleet, log_in, repeated

from nexusplanner.application.connections.asking import Patience
from nexusplanner.application.connections.steps import SyncBook
from nexusplanner.application.durable.carrying import DurableSteps
from nexusplanner.application.ports.unit_of_work import UnitsOfWork
from nexusplanner.bootstrap import SystemClock
from nexusplanner.bootstrap.customers import CrmPlaces
from nexusplanner.domain.connections import Changes, CrmKind
from nexusplanner.domain.runs import Run, RunKind, RunState
from nexusplanner.infrastructure.egress import PinnedFetcher

CONTACTS = scaled(2_000, full=10_000)
COMPANIES = DEALS = CONTACTS // 10
KILLED_AT_PAGE = scaled(2, full=7)


def syncing(units: UnitsOfWork, *, port: int) -> DurableSteps:
    """The product's own steps, by a way out that also leads to the local server."""
    systems = CrmPlaces.at(f"{HERE}:{port}").systems(PinnedFetcher(exempt=frozenset({(HERE, port)})))
    book = SyncBook(units=units, systems=systems, clock=SystemClock(), patience=Patience(pause=0.05))
    return DurableSteps(units=units, clock=SystemClock(), books={RunKind.SYNC_CONNECTION: book})


@pytest.mark.parametrize("kind", list(CrmKind))
async def test_nothing_is_lost_or_doubled(database: TestDatabase, tmp_path: Path, kind: CrmKind) -> None:
    world, chance = filled(World(), contacts=CONTACTS, companies=COMPANIES, deals=DEALS), random.Random(7)
    async with (
        open_units(database.app_url) as (engine, units),
        reading(engine, world, kind=kind, units=units) as crm,
    ):
        orders = Orders(
            app_url=database.app_url,
            log=log_in(tmp_path),
            delay_seconds=0.02,
            steps=partial(syncing, port=crm.server.port),
        )
        with Fleet(orders) as fleet:
            fleet.start()
            crm.server.trouble.throttled, crm.server.trouble.retry_after = 4, "0.1"
            done = await sync(crm, fleet, die_at=("read_customers", KILLED_AT_PAGE))
            assert done == Changes(created=CONTACTS + COMPANIES + DEALS)
            await crm.assert_same()

            change(world, chance, number=400)
            crm.server.trouble.throttled = 3
            done = await sync(crm, fleet, die_at=("read_deletions", 2))
            assert (done.created, done.deleted, done.merged) == (20, 120, 20)
            await crm.assert_same()

            change(world, chance, number=200)
            crm.server.trouble.throttled, crm.server.trouble.broken = 2, 2
            await sync(crm, fleet)
            await crm.assert_same()

            crm.server.trouble.twice = True
            await sync(crm, fleet)
            await crm.assert_same()
            assert repeated(fleet.lines()) == []


def change(world: World, chance: random.Random, *, number: int) -> None:
    """So many contacts change, 100 of them and 20 deals go, 20 are merged, 20 come."""
    people, deals = list(world.alive(Kind.CONTACT)), list(world.alive(Kind.DEAL))
    chance.shuffle(people)
    for person in people[:number]:
        world.change(person, last=f"Changed {chance.random()}")
    for each in (*people[number : number + 100], *deals[:20]):
        world.delete(each)
    rest = people[number + 100 :]
    for loser, survivor in zip(rest[:20], rest[20:40], strict=True):
        world.merge(loser, into=survivor)
    for at in range(20):
        contact(world, 50_000 + len(people) + at)


async def sync(crm: Reading, fleet: Fleet, *, die_at: tuple[str, int] | None = None) -> Changes:
    """One sync; its worker is killed within the step, with a page read and not kept, and another one goes on."""
    before = len(fleet.lines())
    run = await crm.start()
    if die_at is not None:
        step, nth = die_at
        line = await asyncio.to_thread(fleet.wait_for, step=step, phase="commit", after=before, nth=nth)
        fleet.kill(line.pid)
        fleet.start()
    ended = await end_of(crm, run)
    assert (ended.state, ended.error) == (RunState.SUCCEEDED, "")
    crm.pass_time()
    return (await crm.known()).last_changes or Changes()


async def end_of(crm: Reading, run: Run) -> Run:
    deadline = time.monotonic() + 2 * PATIENCE
    while time.monotonic() < deadline:
        seen = await crm.run(run)
        if not seen.active:
            return seen
        await asyncio.sleep(0.1)
    message = f"The run is still {seen.state} at {seen.progress:.0%}."
    raise AssertionError(message)
