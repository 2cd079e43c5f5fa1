"""Who is in which segment, whatever changes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories import records
from tests.factories.storage import Filled, filled, units_of_work
from tests.factories.waiting import until_waiting

from nexusplanner.application.customers.keeping import (
    create_customer,
    create_segment,
    delete_customer,
    delete_segment,
    edit_customer,
    edit_segment,
    recount_due,
)
from nexusplanner.domain.customers import Segment
from nexusplanner.domain.segments import (
    Op,
    Rule,
    RuleField,
)
from nexusplanner.domain.shared import CustomerId, DealId, Money, NotFound, SegmentId, VersionConflict
from nexusplanner.infrastructure.db.customers import customers
from nexusplanner.infrastructure.db.memberships import segment_members
from nexusplanner.infrastructure.db.schedules import schedules
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitOfWork, SqlUnitsOfWork


@pytest.fixture
async def content(engine: AsyncEngine) -> Filled:
    return await filled(engine)


def retail(content: Filled, *asked: Rule, name: str = "Retailers") -> Segment:
    rule = Rule.read(field=RuleField.INDUSTRY, op=Op.IS, value="Retail")
    return records.segment(content.brand, name=name, rules=asked or (rule,))


async def members(uow: SqlUnitOfWork, segment_id: SegmentId) -> dict[UUID, str]:
    columns = segment_members.c
    query = select(columns.customer_id, columns.how).where(columns.segment_id == segment_id)
    return {row.customer_id: row.how for row in await uow.session.execute(query)}


async def test_a_segment_holds_those_its_rules_find_and_those_put_in_by_hand(
    units: SqlUnitsOfWork, content: Filled
) -> None:
    segment = retail(content)
    shop = records.customer(content.brand, industry="retail ")
    guest = records.customer(content.brand, industry="Mining", segment_id=segment.id)
    both = records.customer(content.brand, industry="Retail", segment_id=segment.id)
    async with units.for_actor(content.actor) as uow:
        uow.customers.add_segment(segment)
        uow.customers.add_all([shop, guest, both, records.customer(content.brand, industry="Mining")])
    async with units.for_actor(content.actor) as uow:
        assert await members(uow, segment.id) == {shop.id: "rule", guest.id: "hand", both.id: "hand"}
        assert await members(uow, content.segment.id) == {content.customer.id: "hand"}
        listed = await uow.read.customers.page(segment_id=segment.id)
        rows = {row.id: row for row in await uow.read.customers.segments(brand_id=content.brand.id)}
    assert {row.id for row in listed.items} == {shop.id, guest.id, both.id}
    assert (rows[segment.id].customers, rows[segment.id].automatic) == (3, True)
    assert rows[segment.id].counted_at is not None
    assert (rows[content.segment.id].customers, rows[content.segment.id].automatic) == (1, False)


async def test_members_follow_every_change_of_customers_companies_and_deals(
    units: SqlUnitsOfWork, content: Filled
) -> None:
    buyers = retail(content, Rule.read(field=RuleField.WON_DEALS, op=Op.AT_LEAST, value=1), name="Buyers")
    harbour = retail(content, Rule.read(field=RuleField.COMPANY, op=Op.IS, value="Harbour Works"), name="Harbour")
    person = records.customer(content.brand)
    deal = records.deal(content.brand, company_id=content.company.id)

    async def now() -> tuple[bool, bool]:
        async with units.for_actor(content.actor) as uow:
            return person.id in await members(uow, buyers.id), person.id in await members(uow, harbour.id)

    async with units.for_actor(content.actor) as uow:
        uow.customers.add_segment(buyers)
        uow.customers.add_segment(harbour)
        uow.customers.add_all([person])
        uow.companies.add_deals([deal])
    assert await now() == (False, False)
    async with units.for_actor(content.actor) as uow:
        (await uow.customers.get(person.id)).company_id = content.company.id
    assert await now() == (False, True)
    async with units.for_actor(content.actor) as uow:
        (await uow.companies.deal(deal.id)).won = True
    assert await now() == (True, True)
    async with units.for_actor(content.actor) as uow:
        (await uow.companies.deal(deal.id)).company_id = None
    assert await now() == (False, True)
    async with units.for_actor(content.actor) as uow:
        await uow.companies.set_customers({deal.id: [person.id]})
    assert await now() == (True, True)
    async with units.for_actor(content.actor) as uow:
        await uow.companies.set_customers({deal.id: []})
    assert await now() == (False, True)
    async with units.for_actor(content.actor) as uow:
        await uow.companies.set_customers({deal.id: [person.id]})
    async with units.for_actor(content.actor) as uow:
        await uow.companies.remove_deal(await uow.companies.deal(deal.id))
    assert await now() == (False, True)
    async with units.for_actor(content.actor) as uow:
        (await uow.companies.get(content.company.id)).name = "Quarry Works"
    assert await now() == (False, False)
    async with units.for_actor(content.actor) as uow:
        (await uow.companies.get(content.company.id)).name = "Harbour Works"
    async with units.for_actor(content.actor) as uow:
        await uow.companies.remove(await uow.companies.get(content.company.id))
    assert await now() == (False, False)


async def test_new_rules_find_others_and_no_rules_leave_those_put_in_by_hand(
    units: SqlUnitsOfWork, content: Filled
) -> None:
    segment = retail(content)
    shop = records.customer(content.brand, industry="Retail")
    mine = records.customer(content.brand, industry="Mining", segment_id=segment.id)
    async with units.for_actor(content.actor) as uow:
        uow.customers.add_segment(segment)
        uow.customers.add_all([shop, mine])
    mining = Rule.read(field=RuleField.INDUSTRY, op=Op.IS, value="Navy")
    for rules_now, expected in (((mining,), {content.customer.id, mine.id}), ((), {mine.id})):
        async with units.for_actor(content.actor) as uow:
            version = (await uow.customers.segment(segment.id)).version
            await edit_segment(
                uow, segment_id=segment.id, changes={"rules": rules_now}, version=version, now=records.NOW
            )
            assert set(await members(uow, segment.id)) == expected
    async with units.for_actor(content.actor) as uow:
        await delete_segment(uow, segment_id=segment.id)
    async with units.for_actor(content.actor) as uow:
        assert await members(uow, segment.id) == {}
        assert (await uow.customers.get(mine.id)).segment_id is None


async def test_rules_that_change_while_customers_come_miss_nobody(units: SqlUnitsOfWork, content: Filled) -> None:
    segment = retail(content)
    async with units.for_actor(content.actor) as uow:
        uow.customers.add_segment(segment)
    newcomer = records.customer(content.brand, industry="Mining")
    written, changed = asyncio.Event(), asyncio.Event()

    async def come() -> None:
        async with units.for_actor(content.actor) as uow:
            uow.customers.add_all([newcomer])
            await uow.flush()
            written.set()
            await changed.wait()

    async def change() -> None:
        await written.wait()
        mining = Rule.read(field=RuleField.INDUSTRY, op=Op.IS, value="Mining")
        async with units.for_actor(content.actor) as uow:
            await edit_segment(uow, segment_id=segment.id, changes={"rules": (mining,)}, version=1, now=records.NOW)
        changed.set()

    await asyncio.wait_for(asyncio.gather(come(), change()), 30)
    async with units.for_actor(content.actor) as uow:
        assert set(await members(uow, segment.id)) == {newcomer.id}


async def test_rules_that_tell_days_are_gone_through_on_the_next_day(units: SqlUnitsOfWork, content: Filled) -> None:
    today = datetime.now(UTC).date()
    recent = retail(content, Rule.read(field=RuleField.SINCE, op=Op.WITHIN_DAYS, value=30), name="Recent")
    inside = records.customer(content.brand, since=today - timedelta(days=30))
    async with units.for_actor(content.actor) as uow:
        await create_segment(uow, segment=recent)
        uow.customers.add_all([inside])
        await uow.flush()
        await uow.memberships.follow()
        await uow.session.execute(segment_members.delete().where(segment_members.c.segment_id == recent.id))
    async with units.for_actor(content.actor) as uow:
        due = (await uow.session.execute(select(schedules.c.due_at).where(schedules.c.kind == "segments"))).all()
        assert due == [(datetime(2026, 3, 3, tzinfo=UTC),)]
        following = await recount_due(uow, content.brand.id, datetime(2026, 3, 3, 0, 1, tzinfo=UTC))
        assert following == datetime(2026, 3, 4, tzinfo=UTC)
        assert set(await members(uow, recent.id)) == {inside.id}
        await delete_segment(uow, segment_id=recent.id)
        assert await recount_due(uow, content.brand.id, datetime(2026, 3, 4, tzinfo=UTC)) is None


async def test_summaries_count_both_kinds_and_each_deal_once(units: SqlUnitsOfWork, content: Filled) -> None:
    segment = retail(content)
    firm = records.company(content.brand)
    people = [
        records.customer(content.brand, industry="Retail", company_id=firm.id if at < 3 else None) for at in range(5)
    ]
    guest = records.customer(content.brand, segment_id=segment.id, industry="Mining")
    sold = [
        records.deal(content.brand, company_id=firm.id if at % 2 else None, won=won)
        for at, won in enumerate((None, None, True, True, False, False, False))
    ]
    abroad = records.deal(content.brand, company_id=firm.id, amount=Money(100, "USD"))
    async with units.for_actor(content.actor) as uow:
        uow.customers.add_segment(segment)
        uow.companies.add_all([firm])
        uow.customers.add_all([*people, guest])
        uow.companies.add_deals([*sold, abroad])
        everybody: list[CustomerId] = [each.id for each in (*people, guest)]
        await uow.companies.set_customers({each.id: everybody for each in (*sold, abroad)})
    async with units.for_actor(content.actor) as uow:
        found = {one.name: one for one in await uow.customers.summaries(brand_id=content.brand.id)}
        told = {one.title: one.text for one in await uow.passages.read([f"segment:{segment.id}"])}
    summary = found["Retailers"]
    assert (summary.customers, summary.companies, summary.top_industry) == (6, 1, "Retail")
    assert (summary.deals.open, summary.deals.won, summary.deals.lost) == (3, 2, 3)
    assert summary.deals.open_value == Money(5_000_000, "EUR")
    assert "There are 3 open deals with them worth 50,000 EUR." in told["Retailers"]
    assert "Of 5 deals that ended, 40% were won." in told["Retailers"]
    assert not summary.overlaps
    assert found["Home owners"].is_small
    assert found["Home owners"].companies == 0


async def test_of_very_few_people_a_passage_tells_next_to_nothing(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        told = await uow.passages.read([f"segment:{content.segment.id}"])
    assert told[0].text.startswith("Home owners is a segment of fewer than 5 known customers.")
    for word in ("Navy", "100%", "lifetime"):
        assert word not in told[0].text


async def test_another_tenant_is_neither_counted_nor_found(engine: AsyncEngine, content: Filled) -> None:
    other = await filled(engine, "Bob")
    units = units_of_work(engine)
    everybody = (Rule.read(field=RuleField.INDUSTRY, op=Op.IS_NOT, value="Nothing"),)
    segment = retail(content, *everybody)
    async with units.for_actor(content.actor) as uow:
        uow.customers.add_segment(segment)
    async with units.for_actor(content.actor) as uow:
        assert set(await members(uow, segment.id)) == {content.customer.id}
        assert (await uow.memberships.count(everybody, brand_id=content.brand.id)).of == 1
        assert (await uow.memberships.count(everybody, brand_id=other.brand.id)).of == 0
        assert await uow.customers.summaries(brand_id=other.brand.id) == []
        assert {row.id for row in (await uow.read.companies.page()).items} == {content.company.id}
        assert {row.id for row in (await uow.read.companies.deals()).items} == {content.deal.id}
        assert await uow.companies.deals_of([other.customer.id]) == []
        assert await uow.companies.customers_of([other.deal.id]) == {}
        assert await uow.erased.kept_about([other.customer.id]) == {}
        assert (
            await uow.companies.by_external_id(brand_id=other.brand.id, external_ids=[other.company.external_id]) == {}
        )
        await uow.erased.remove([other.customer.id])
    async with units.for_actor(other.actor) as uow:
        assert (await uow.customers.get(other.customer.id)).id == other.customer.id


async def test_a_record_of_a_connection_is_not_taken_for_one_of_a_file(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        known = await uow.customers.by_external_id(brand_id=content.brand.id, external_ids=["c-1"])
        assert list(known) == ["c-1"]
        asked = {"brand_id": content.brand.id, "external_ids": ["c-1"]}
        assert await uow.customers.by_external_id(**asked, connection_id=uuid4()) == {}  # type: ignore[arg-type]


async def test_more_deals_are_linked_at_once_than_a_statement_takes_parameters(
    units: SqlUnitsOfWork, content: Filled
) -> None:
    many: dict[DealId, list[CustomerId]] = {DealId(uuid4()): [] for _ in range(70_000)}
    async with units.for_actor(content.actor) as uow:
        await uow.companies.set_customers(many | {content.deal.id: [content.customer.id]})
        linked = await uow.companies.customers_of([*many, content.deal.id])
    assert linked == {content.deal.id: [content.customer.id]}


async def test_whoever_edits_or_deletes_a_customer_that_a_sync_writes_waits_for_it(
    units: SqlUnitsOfWork, engine: AsyncEngine, content: Filled
) -> None:
    customer_id, actor = content.customer.id, content.actor
    write = update(customers).where(customers.c.id == customer_id).values(version=customers.c.version + 1)

    async def edit() -> None:
        async with units.for_actor(actor) as uow:
            await edit_customer(uow, customer_id=customer_id, changes={"name": "Eve"}, version=1, now=records.NOW)

    async def delete() -> None:
        async with units.for_actor(actor) as uow:
            await delete_customer(uow, customer_id=customer_id)

    for person in (edit, delete):
        async with units.for_actor(actor) as sync:
            await sync.memberships.hold([content.brand.id])
            doing = asyncio.create_task(person())
            await until_waiting(engine, doing)
            await sync.session.execute(write)
        ended = (await asyncio.gather(doing, return_exceptions=True))[0]
        assert isinstance(ended, VersionConflict if person is edit else type(None)), ended
    async with units.for_actor(actor) as uow:
        with pytest.raises(NotFound):
            await uow.customers.get(customer_id)


async def test_nobody_comes_into_a_segment_that_is_deleted_just_now(
    units: SqlUnitsOfWork, engine: AsyncEngine, content: Filled
) -> None:
    newcomer = records.customer(content.brand, segment_id=content.segment.id)

    async def come() -> None:
        async with units.for_actor(content.actor) as uow:
            await create_customer(uow, customer=newcomer)

    async with units.for_actor(content.actor) as uow:
        await uow.memberships.hold([content.brand.id])
        coming = asyncio.create_task(come())
        await until_waiting(engine, coming)
        await uow.customers.remove_segment(await uow.customers.segment(content.segment.id))
    with pytest.raises(NotFound):
        await coming
