"""Records that are here before a customer system is read: recognised, not doubled; and people who must not come back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories import records
from tests.factories.crm import Reading, reading
from tests.factories.records import NOW
from tests.fakes.crm import Kind, World
from tests.fakes.crm.server import PASTED
from tests.fakes.crm.world import filled

from nexusplanner.application.connections.keeping import (
    create_connection,
    remove_connection,
    save_mapping,
    set_token,
)
from nexusplanner.application.ports.erasure import Trace
from nexusplanner.domain.connections import Changes, Connection, CrmKind, FieldMapping
from nexusplanner.domain.customers import Customer


@pytest.fixture
async def crm(shared_engine: AsyncEngine) -> AsyncIterator[Reading]:
    world = filled(World(), contacts=12, companies=3, deals=4)
    async with reading(shared_engine, world, kind=CrmKind.HUBSPOT) as opened:
        yield opened


async def imported(crm: Reading, *people: Customer) -> None:
    async with crm.units.for_actor(crm.actor) as uow:
        uow.customers.add_all(people)


async def people(crm: Reading) -> list[tuple[str, str]]:
    """Key and name of everybody."""
    return [(key, name) for key, name in await crm.rows("SELECT external_id, name FROM customers ORDER BY external_id")]


async def test_a_customer_of_a_file_is_recognised_by_an_address_that_only_one_has(crm: Reading) -> None:
    await imported(crm, records.customer(crm.brand, external_id="c-17", email="Person-3@people.example"))
    assert await crm.sync() == Changes(created=18, updated=1)
    assert ("c-17", "First3 Last3") in await people(crm)
    assert len(await people(crm)) == 12
    assert await crm.sync() == Changes()


async def test_an_address_that_two_have_recognises_nobody(crm: Reading) -> None:
    twins = [records.customer(crm.brand, external_id=f"c-{at}", email="person-3@people.example") for at in (1, 2)]
    await imported(crm, *twins)
    assert await crm.sync() == Changes(created=19)


async def test_the_same_key_is_the_same_person_unless_the_addresses_differ(crm: Reading) -> None:
    one, two = list(crm.server.world.alive(Kind.CONTACT))[:2]
    await imported(
        crm,
        records.customer(crm.brand, external_id=one.key, name="From a file", email=""),
        records.customer(crm.brand, external_id=two.key, name="Somebody else", email="else@people.example"),
    )
    assert await crm.sync() == Changes(created=18, updated=1)
    found = await people(crm)
    assert (one.key, "From a file") not in found
    assert {name for key, name in found if key == two.key} == {"Somebody else", "First1 Last1"}


async def test_who_was_erased_does_not_come_back(crm: Reading) -> None:
    one, two = list(crm.server.world.alive(Kind.CONTACT))[:2]
    async with crm.units.for_actor(crm.actor) as uow:
        traces = [Trace(connection_id=crm.connection.id, external_id=one.key), Trace(email=two.values["email"])]
        await uow.erased.remember(traces, at=NOW)
    assert await crm.sync() == Changes(created=17, skipped=2)
    crm.server.world.change(one, last="Again")
    assert await crm.sync() == Changes(skipped=1)
    assert len(await people(crm)) == 10


async def test_another_mapping_reads_everything_once_more(crm: Reading) -> None:
    await crm.sync()
    mapping = FieldMapping(companies={"name": "name"}, customers={"name": "lastname"}, deals={"name": "dealname"})
    async with crm.units.for_actor(crm.actor) as uow:
        await save_mapping(uow, connection_id=crm.connection.id, mapping=mapping, now=crm.clock.now())
    asked = len(crm.server.requests)
    assert (await crm.sync()).updated == 12 + 3 + 4
    assert "Last3" in {name for _, name in await people(crm)}
    told = "".join(request.body.decode() + str(request.query) for request in crm.server.requests[asked:])
    assert "email" not in told


async def test_a_new_connection_to_the_same_system_takes_over_what_a_removed_one_left(crm: Reading) -> None:
    await crm.sync()
    systems, now = crm.server.places.systems(crm.server.fetcher()), crm.clock.now()
    again = Connection(
        tenant_id=crm.connection.tenant_id,
        brand_id=crm.brand.id,
        created_by=crm.connection.created_by,
        kind=CrmKind.HUBSPOT,
        name="Again",
        domain=crm.connection.domain,
        created_at=now,
        updated_at=now,
    )
    async with crm.units.for_actor(crm.actor) as uow:
        await remove_connection(uow, connection_id=crm.connection.id, now=now)
        await create_connection(uow, connection=again, now=now)
        await set_token(uow, connection_id=again.id, token=PASTED, domain=None, systems=systems, now=now)
    crm.connection = again
    assert await crm.sync() == Changes(updated=19)
    await crm.assert_same()


async def test_whoever_signs_in_anew_may_read_another_account_which_is_read_whole(crm: Reading) -> None:
    await crm.sync()
    crm.clock.at += timedelta(hours=3)
    crm.server.world.now += timedelta(hours=3)
    other = filled(World(), contacts=15, companies=3, deals=4)
    other.now = crm.server.world.now
    crm.server.world = other
    systems, now = crm.server.places.systems(crm.server.fetcher()), crm.clock.now()
    async with crm.units.for_actor(crm.actor) as uow:
        await set_token(uow, connection_id=crm.connection.id, token=PASTED, domain=None, systems=systems, now=now)
    await crm.sync()
    assert len(await people(crm)) == 15
    await crm.assert_same()


async def test_links_to_records_that_come_later_are_followed(crm: Reading) -> None:
    world = crm.server.world
    firms, contacts = list(world.alive(Kind.COMPANY)), list(world.alive(Kind.CONTACT))
    crm.server.trouble.hidden = {firms[0].key, contacts[0].key}
    await crm.sync()
    assert (None,) in await crm.rows("SELECT company_id FROM customers")
    crm.server.trouble.hidden = set()
    for each in (firms[0], contacts[0]):
        each.changed = world.tick()
    await crm.sync()
    await crm.assert_same()


async def test_a_merge_keeps_the_segment_a_person_chose(crm: Reading) -> None:
    await crm.sync()
    one, other = list(crm.server.world.alive(Kind.CONTACT))[:2]
    segment = records.segment(crm.brand)
    async with crm.units.for_actor(crm.actor) as uow:
        uow.customers.add_segment(segment)
        found = await uow.customers.by_external_id(
            brand_id=crm.brand.id, external_ids=[one.key], connection_id=crm.connection.id
        )
        found[one.key].segment_id = segment.id
    crm.server.world.merge(one, into=other)
    assert (await crm.sync()).merged == 1
    chosen = await crm.rows("SELECT external_id FROM customers WHERE segment_id IS NOT NULL")
    assert chosen == [(other.key,)]
    members = await crm.rows("SELECT count(*) FROM segment_members")
    assert members == [(1,)]
