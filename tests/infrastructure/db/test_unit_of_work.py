from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.storage import filled, registered, units_of_work

from nexusplanner.domain.shared import Conflict, Invalid, Money, NotFound, Unavailable, VersionConflict
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork


async def test_a_block_that_ends_well_is_kept(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    tenant, user = await registered(engine)
    brand = records.brand(tenant.id)
    async with units.for_actor(user.actor()) as uow:
        uow.brands.add(brand)
    async with units.for_actor(user.actor()) as uow:
        assert (await uow.brands.get(brand.id)).name == "Northwind"


async def test_a_block_that_raises_leaves_nothing(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    tenant, user = await registered(engine)
    brand = records.brand(tenant.id)

    async def fail() -> None:
        async with units.for_actor(user.actor()) as uow:
            uow.brands.add(brand)
            await uow.flush()
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await fail()
    async with units.for_actor(user.actor()) as uow:
        with pytest.raises(NotFound):
            await uow.brands.get(brand.id)


@pytest.mark.parametrize("busy", [True, False])
async def test_a_cancelled_block_leaves_nothing_and_its_connection_is_discarded(
    engine: AsyncEngine, units: SqlUnitsOfWork, *, busy: bool
) -> None:
    tenant, user = await registered(engine)
    backends: list[int] = []
    waiting = asyncio.Event()

    async def hang() -> None:
        async with units.for_actor(user.actor()) as uow:
            uow.brands.add(records.brand(tenant.id))
            await uow.flush()
            backends.append(await uow.session.scalar(text("SELECT pg_backend_pid()")) or 0)
            waiting.set()
            await (uow.session.execute(text("SELECT pg_sleep(30)")) if busy else asyncio.sleep(30))

    task = asyncio.create_task(hang())
    await waiting.wait()
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with units.for_actor(user.actor()) as uow:
        assert await uow.brands.all() == []
        assert await uow.session.scalar(text("SELECT pg_backend_pid()")) not in backends


async def test_of_two_editors_one_wins_and_the_other_is_told(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    content = await filled(engine)

    async def edit_slowly() -> None:
        async with units.for_actor(content.actor) as first:
            slow = await first.brands.get(content.brand.id)
            async with units.for_actor(content.actor) as second:
                (await second.brands.get(content.brand.id)).name = "Second"
            slow.name = "First"

    with pytest.raises(VersionConflict):
        await edit_slowly()
    async with units.for_actor(content.actor) as uow:
        brand = await uow.brands.get(content.brand.id)
    assert (brand.name, brand.version) == ("Second", 2)


async def test_a_name_that_is_taken_is_a_conflict_letter_case_aside(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    content = await filled(engine)
    async with units.for_actor(content.actor) as uow:
        uow.brands.add(records.brand(content.tenant.id, name="NORTHWIND"))
        with pytest.raises(Conflict, match="exists already"):
            await uow.flush()
        await uow.session.rollback()


async def test_two_tenants_may_use_the_same_name(engine: AsyncEngine) -> None:
    first, second = await filled(engine, "Ada"), await filled(engine, "Bob")
    assert first.brand.name == second.brand.name


async def test_a_reference_to_nothing_is_a_conflict(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    content = await filled(engine)
    with pytest.raises(Conflict):
        async with units.for_actor(content.actor) as uow:
            uow.services.add(records.service(records.brand(content.tenant.id), name="Of no brand"))


async def test_text_that_cannot_be_stored_is_invalid(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    tenant, user = await registered(engine)
    with pytest.raises(Invalid):
        async with units.for_actor(user.actor()) as uow:
            uow.brands.add(records.brand(tenant.id, name="nul\0"))


async def test_a_server_that_is_gone_is_unavailable_with_a_time_to_try_again(database: TestDatabase) -> None:
    engine = make_engine("postgresql+psycopg://nexus_app@127.0.0.1:1/none")
    _, _, user = records.person()
    with pytest.raises(Unavailable) as failure:
        async with units_of_work(engine).for_actor(user.actor()):
            pass
    assert failure.value.details["retry_after"] > 0
    await engine.dispose()


async def test_a_connection_that_was_lost_is_replaced(
    engine: AsyncEngine, units: SqlUnitsOfWork, database: TestDatabase
) -> None:
    content = await filled(engine)
    admin = make_engine(database.admin_url)

    async def lose() -> None:
        async with units.for_actor(content.actor) as uow:
            backend = await uow.session.scalar(text("SELECT pg_backend_pid()"))
            async with admin.connect() as connection:
                await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
            await uow.brands.all()

    with pytest.raises(Unavailable):
        await lose()
    async with units.for_actor(content.actor) as uow:
        assert len(await uow.brands.all()) == 1
    await admin.dispose()


async def test_everything_comes_back_as_it_was_kept(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    content = await filled(engine)
    async with units.for_actor(content.actor) as uow:
        pairs = [
            (await uow.identity.tenant(), content.tenant),
            (await uow.identity.user(content.user.id), content.user),
            (await uow.brands.get(content.brand.id), content.brand),
            (await uow.services.get(content.service.id), content.service),
            (await uow.signals.get(content.signal.id), content.signal),
            (await uow.customers.segment(content.segment.id), content.segment),
            (await uow.customers.get(content.customer.id), content.customer),
            (await uow.campaigns.get(content.campaign.id), content.campaign),
            (await uow.runs.get(content.run.id), content.run),
        ]
    for found, kept in pairs:
        assert found is not kept
        assert visible(found) == visible(kept)


def visible(record: object) -> dict[str, object]:
    names = type(record).__dataclass_fields__  # type: ignore[attr-defined]
    return {name: getattr(record, name) for name in names}


async def test_a_plan_that_is_replaced_changes_what_lists_show(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    content = await filled(engine)
    plan = records.plan()
    two = (records.channel_plan(channel="tv", cents=60_000), records.channel_plan(channel="radio", cents=40_000))
    async with units.for_actor(content.actor) as uow:
        campaign = await uow.campaigns.get(content.campaign.id)
        campaign.take_plan(replace(plan, channel_plans=two, ideas=plan.ideas * 2), at=records.NOW)
    async with units.for_actor(content.actor) as uow:
        (row,) = (await uow.read.campaigns.page()).items
        campaign = await uow.campaigns.get(content.campaign.id)
    assert (row.channels, row.ideas, row.version) == (("tv", "radio"), 2, 2)
    assert campaign.plan is not None
    assert campaign.plan.channel_plans == two


async def test_a_price_can_be_given_and_taken_away(engine: AsyncEngine, units: SqlUnitsOfWork) -> None:
    content = await filled(engine)
    for price in (None, Money(1, "USD")):
        async with units.for_actor(content.actor) as uow:
            (await uow.services.get(content.service.id)).price = price
        async with units.for_actor(content.actor) as uow:
            assert (await uow.services.get(content.service.id)).price == price
