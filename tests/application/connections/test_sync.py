"""Reading a customer system: everything, then what changed, with the system as it is and as it misbehaves."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories.crm import Reading, reading
from tests.fakes.crm import Kind, World
from tests.fakes.crm.world import company, contact, deal, filled

from nexusplanner.domain.connections import Changes, CrmKind


@pytest.fixture(params=list(CrmKind))
async def crm(request: pytest.FixtureRequest, shared_engine: AsyncEngine) -> AsyncIterator[Reading]:
    world = filled(World(), contacts=230, companies=30, deals=40)
    async with reading(shared_engine, world, kind=request.param) as opened:
        yield opened


async def test_a_first_sync_brings_everything_once(crm: Reading) -> None:
    assert await crm.sync() == Changes(created=300)
    await crm.assert_same()


async def test_a_second_sync_finds_nothing_new(crm: Reading) -> None:
    await crm.sync()
    asked = len(crm.server.requests)
    assert await crm.sync() == Changes()
    await crm.assert_same()
    assert len(crm.server.requests) - asked < 25


async def test_what_comes_changes_and_goes_is_followed(crm: Reading) -> None:
    await crm.sync()
    world = crm.server.world
    people, firms, deals = (list(world.alive(kind)) for kind in (Kind.CONTACT, Kind.COMPANY, Kind.DEAL))
    new = company(world, 900)
    world.change(people[0], last="Renamed", opted_out="true")
    world.move(people[1], company=new.key)
    world.move(people[2], company="")
    world.delete(people[3])
    world.delete(firms[4])
    world.merge(people[5], into=people[6])
    world.merge(firms[7], into=firms[8])
    world.move(deals[9], contacts={people[10].key, people[11].key, people[12].key, people[13].key, people[14].key})
    world.delete(deals[15])
    contact(world, 901, company=new.key)
    deal(world, 902, company=new.key, contacts={people[20].key})
    done = await crm.sync()
    await crm.assert_same()
    assert (done.created, done.deleted, done.merged) == (3, 3, 2)
