"""A customer system that misbehaves: waited for, signed in to again, or told to whoever can act."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories.crm import Reading, reading, signed_in
from tests.fakes.crm import Kind, World
from tests.fakes.crm.world import contact, filled

from nexusplanner.application.ports.connections import CrmRefused, SignInAgain, SyncPaused
from nexusplanner.application.ports.schedules import Scheduled
from nexusplanner.domain.connections import Changes, ConnectionState, CrmKind


@pytest.fixture(params=list(CrmKind))
async def crm(request: pytest.FixtureRequest, shared_engine: AsyncEngine) -> AsyncIterator[Reading]:
    world = filled(World(), contacts=120, companies=10, deals=15)
    async with reading(shared_engine, world, kind=request.param) as opened:
        yield opened


async def test_a_burst_of_refusals_and_failures_is_waited_for(crm: Reading) -> None:
    trouble = crm.server.trouble
    trouble.throttled, trouble.retry_after = 3, "2"
    assert await crm.sync() == Changes(created=145)
    trouble.broken, trouble.garbled, trouble.odd = 1, 1, 1
    contact(crm.server.world, 500)
    assert await crm.sync() == Changes(created=1)
    await crm.assert_same()


async def test_a_long_pause_ends_the_run_and_the_next_one_goes_on(crm: Reading) -> None:
    crm.server.trouble.throttled, crm.server.trouble.retry_after = 1, "900"
    run = await crm.start()
    with pytest.raises(SyncPaused, match=r"after 09:45 UTC; what was read is kept\."):
        await crm.perform(run)
    seen = await crm.known()
    assert seen.not_before == crm.clock.now() + timedelta(minutes=15)
    assert (seen.next_sync_at, seen.failures) == (seen.not_before, 0)
    asked = len(crm.server.requests)
    async with crm.units.for_actor(crm.actor) as uow:
        (await uow.runs.get(run.id)).retry()
    with pytest.raises(SyncPaused):
        await crm.perform(run)
    assert len(crm.server.requests) == asked
    crm.pass_time()
    await crm.sync()
    await crm.assert_same()
    assert (await crm.known()).problem == ""


async def test_the_daily_limit_is_told_in_words(crm: Reading) -> None:
    crm.server.trouble.daily = True
    with pytest.raises(SyncPaused, match="takes no more requests for today"):
        await crm.perform(await crm.start())
    assert (await crm.known()).state(now=crm.clock.now()) is ConnectionState.READY


async def test_a_system_that_stays_silent_is_asked_again_later_and_is_broken_after_three_times(crm: Reading) -> None:
    for _ in range(3):
        crm.server.trouble.broken = 99
        with pytest.raises(SyncPaused, match=r"no usable answer \(status 502\)"):
            await crm.perform(await crm.start())
        crm.pass_time()
    assert (await crm.known()).state(now=crm.clock.now()) is ConnectionState.BROKEN
    crm.server.trouble.broken = 0
    await crm.sync()
    assert (await crm.known()).state(now=crm.clock.now()) is ConnectionState.FRESH


async def test_an_expired_token_is_refreshed_once(crm: Reading) -> None:
    await signed_in(crm)
    crm.server.trouble.expire_after = 5
    await crm.sync()
    await crm.assert_same()
    assert crm.server.refreshed == 1


async def test_a_sign_in_that_was_taken_back_asks_for_a_person(crm: Reading) -> None:
    await signed_in(crm)
    crm.server.tokens.clear()
    crm.server.refreshing.clear()
    with pytest.raises(SignInAgain):
        await crm.perform(await crm.start())
    seen = await crm.known()
    assert seen.state(now=crm.clock.now()) is ConnectionState.BROKEN
    assert (seen.next_sync_at, "sign in again" in seen.problem.lower()) == (None, True)
    due = await crm.rows(f"SELECT record_id FROM schedules WHERE kind = '{Scheduled.CONNECTION}'")
    assert due == []


async def test_rights_that_lack_are_told(crm: Reading) -> None:
    crm.server.trouble.forbidden = True
    with pytest.raises(CrmRefused):
        await crm.perform(await crm.start())
    assert (await crm.known()).stuck


async def test_records_that_move_while_pages_are_read_are_neither_lost_nor_doubled(crm: Reading) -> None:
    world, people = crm.server.world, list(crm.server.world.alive(Kind.CONTACT))
    await crm.sync()
    for person in people:
        world.change(person, last="Once")
    world.tick(timedelta(hours=1))
    left = iter(people)

    def drift(path: str) -> None:
        """With every question, some that were read change again, one goes and one comes."""
        if "search" in path or path.endswith("query"):
            for person in (next(left), next(left), next(left)):
                world.change(person, last="Twice")
            contact(world, len(world.things[Kind.CONTACT]))

    crm.server.trouble.before, crm.server.trouble.twice = drift, True
    await crm.sync()
    crm.server.trouble.before = None
    await crm.sync()
    await crm.assert_same()


async def test_what_a_search_does_not_show_yet_comes_with_the_next_sync(crm: Reading) -> None:
    await crm.sync()
    late = contact(crm.server.world, 700)
    crm.server.trouble.hidden = {late.key}
    run = await crm.start()
    await crm.perform(run)
    crm.server.trouble.hidden = set()
    await crm.sync()
    await crm.assert_same()


async def test_what_was_merged_does_not_come_back_from_a_search_that_lags(crm: Reading) -> None:
    await crm.sync()
    world, people = crm.server.world, list(crm.server.world.alive(Kind.CONTACT))
    loser, other, third, fourth = people[90], people[10], people[20], people[21]
    world.merge(loser, into=other)
    new = world.merge_anew(third, fourth)
    crm.server.trouble.stale = {loser.key, third.key, fourth.key} if crm.connection.kind is CrmKind.HUBSPOT else set()
    done = await crm.sync()
    assert (done.merged, done.deleted) == (3, 0)
    await crm.sync()
    await crm.assert_same()
    assert new.key in {row[0] for row in await crm.rows("SELECT external_id FROM customers")}


async def test_a_full_sync_finds_what_went_unseen_and_keeps_what_a_list_leaves_out(crm: Reading) -> None:
    await crm.sync()
    world, people = crm.server.world, list(crm.server.world.alive(Kind.CONTACT))
    for person in people[:5]:
        del world.things[Kind.CONTACT][person.key]  # gone for good, with no trace
    for each in world.alive(Kind.DEAL):
        each.contacts -= {person.key for person in people[:5]}
    crm.server.trouble.hidden = {people[50].key}
    counted = await crm.perform(await crm.start(dry_run=True, full=True))
    assert counted.steps[-1].detail == "It would be: 5 changed, 5 deleted."
    done = await crm.sync(full=True)
    assert (done.updated, done.deleted) == (5, 5)
    crm.server.trouble.hidden = set()
    await crm.sync()
    await crm.assert_same()


async def test_a_system_that_suddenly_shows_next_to_nothing_removes_nothing(crm: Reading) -> None:
    await crm.sync()
    world = crm.server.world
    kept = dict(world.things[Kind.CONTACT])
    world.things[Kind.CONTACT] = {key: kept[key] for key in list(kept)[:10]}
    with pytest.raises(CrmRefused, match="no longer shows 110 of 120 customers"):
        await crm.perform(await crm.start(full=True))
    world.things[Kind.CONTACT] = kept
    crm.pass_time()
    await crm.sync(full=True)
    await crm.assert_same()


async def test_a_sign_in_that_cannot_be_renewed_just_now_is_tried_again_later(crm: Reading) -> None:
    await signed_in(crm)
    crm.server.trouble.expire_after, crm.server.trouble.unrenewed = 5, 99
    with pytest.raises(SyncPaused):
        await crm.perform(await crm.start())
    assert (await crm.known()).problem
    crm.server.trouble.unrenewed = 0
    crm.pass_time()
    await crm.sync()
    await crm.assert_same()
