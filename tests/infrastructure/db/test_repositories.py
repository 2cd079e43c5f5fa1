from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories import records
from tests.factories.storage import Filled, filled

from nexusplanner.application.ports.replay import StepUnreadable
from nexusplanner.domain.campaigns import CampaignIdea, Plan
from nexusplanner.domain.shared import Conflict, Money, NotFound
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork


@pytest.fixture
async def content(engine: AsyncEngine) -> Filled:
    return await filled(engine)


async def test_names_are_found_letter_case_aside(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        brand = await uow.brands.find(name="northWIND")
        service = await uow.services.find(brand_id=content.brand.id, name="HEAT PUMP")
        assert await uow.brands.find(name="North") is None
    assert brand is not None
    assert brand.id == content.brand.id
    assert service is not None
    assert service.id == content.service.id


async def test_what_campaigns_use_cannot_be_deleted_and_the_transaction_goes_on(
    units: SqlUnitsOfWork, content: Filled
) -> None:
    async with units.for_actor(content.actor) as uow:
        assert await uow.services.in_use(await uow.services.get(content.service.id))
        with pytest.raises(Conflict, match="Campaigns use this"):
            await uow.brands.remove(await uow.brands.get(content.brand.id))
        (await uow.brands.get(content.brand.id)).industry = "Water"
    async with units.for_actor(content.actor) as uow:
        assert (await uow.brands.get(content.brand.id)).industry == "Water"
        assert (await uow.services.get(content.service.id)).name == "Heat pump"


async def test_a_brand_without_campaigns_goes_with_all_it_has(units: SqlUnitsOfWork, content: Filled) -> None:
    spare = records.brand(content.tenant.id, name="Spare")
    async with units.for_actor(content.actor) as uow:
        uow.brands.add(spare)
        uow.services.add(records.service(spare))
        uow.signals.add_all([records.signal(spare)])
        await uow.actuals.put_channels([records.channel_actual(spare)])
        await uow.flush()
        await uow.brands.remove(spare)
    async with units.for_actor(content.actor) as uow:
        assert [brand.name for brand in await uow.brands.all()] == ["Northwind"]
        assert await uow.services.of_brand(spare.id) == []
        assert await uow.actuals.channels(brand_id=spare.id) == []


async def test_recent_signals_are_the_brands_and_nobodys_newest_first(units: SqlUnitsOfWork, content: Filled) -> None:
    other = records.brand(content.tenant.id, name="Other")
    async with units.for_actor(content.actor) as uow:
        uow.brands.add(other)
        uow.signals.add_all(
            [
                records.signal(content.brand, title="general", brand_id=None, timestamp=records.NOW + timedelta(1)),
                records.signal(other, title="other's", timestamp=records.NOW + timedelta(2)),
                records.signal(content.brand, title="old", timestamp=records.NOW - timedelta(9)),
            ]
        )
    async with units.for_actor(content.actor) as uow:
        found = await uow.signals.recent(brand_id=content.brand.id, limit=2)
    assert [signal.title for signal in found] == ["general", "Prices rise"]


async def test_actuals_of_the_same_day_are_replaced(units: SqlUnitsOfWork, content: Filled) -> None:
    monday = date(2026, 1, 12)
    async with units.for_actor(content.actor) as uow:
        rows = [records.channel_actual(content.brand, day=monday, channel=name) for name in ("tv", "search")]
        assert await uow.actuals.put_channels(rows) == 2
        again = [replace(rows[0], spend=Money(7, "EUR"), clicks=3)]
        assert await uow.actuals.put_channels(again) == 1
        assert await uow.actuals.put_brand([records.brand_actual(content.brand, value=9.25)]) == 1
        assert await uow.actuals.put_channels([]) == 0
    async with units.for_actor(content.actor) as uow:
        every = await uow.actuals.channels(brand_id=content.brand.id)
        before = await uow.actuals.channels(brand_id=content.brand.id, before=monday)
        outcome = await uow.actuals.brand(brand_id=content.brand.id)
        assert await uow.actuals.brand(brand_id=content.brand.id, before=date(2026, 1, 5)) == []
    assert every == [records.channel_actual(content.brand), rows[1], again[0]]
    assert before == [records.channel_actual(content.brand)]
    assert outcome == [records.brand_actual(content.brand, value=9.25)]


async def test_segment_summaries_name_nobody_and_share_the_value(units: SqlUnitsOfWork, content: Filled) -> None:
    second = records.segment(content.brand, name="Landlords")
    empty = records.segment(content.brand, name="Empty")
    industries = ("Retail", "Retail", "Retail", "Retail", "Retail", "Retail", "Mining", "")
    async with units.for_actor(content.actor) as uow:
        uow.customers.add_segment(second)
        uow.customers.add_segment(empty)
        uow.customers.add_all(
            records.customer(
                content.brand,
                segment_id=second.id,
                industry=industry,
                region="Bergen" if at < 4 else f"Region {at}",
                lifetime_value=Money(40_000, "EUR") if at < 6 else None,
            )
            for at, industry in enumerate(industries)
        )
    async with units.for_actor(content.actor) as uow:
        found = await uow.customers.summaries(brand_id=content.brand.id)
    assert [(each.name, each.customers, each.top_industry, each.top_region) for each in found] == [
        ("Landlords", 8, "Retail", ""),  # four people from one place are too few to speak of
        ("Home owners", 1, "", ""),
        ("Empty", 0, "", ""),
    ]
    assert [each.value_share for each in found] == pytest.approx([240 / 360, 120 / 360, 0])


async def test_customers_outlive_their_segment(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        await uow.customers.remove_segment(await uow.customers.segment(content.segment.id))
    async with units.for_actor(content.actor) as uow:
        assert (await uow.customers.get(content.customer.id)).segment_id is None
        known = await uow.customers.by_external_id(brand_id=content.brand.id, external_ids=["c-1", "c-2"])
        assert list(known) == ["c-1"]


async def test_a_deleted_campaign_is_found_only_by_who_asks_for_it(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        (await uow.campaigns.get(content.campaign.id)).delete(at=records.NOW)
    async with units.for_actor(content.actor) as uow:
        with pytest.raises(NotFound):
            await uow.campaigns.get(content.campaign.id)
        assert (await uow.campaigns.get(content.campaign.id, deleted=True)).deleted_at == records.NOW
        assert await uow.campaigns.past(brand_id=content.brand.id, before=date(2030, 1, 1), limit=9) == []


async def test_a_run_makes_at_most_one_campaign(units: SqlUnitsOfWork, content: Filled) -> None:
    with pytest.raises(Conflict):
        async with units.for_actor(content.actor) as uow:
            uow.campaigns.add(records.campaign(content.service, by=content.user.id, run_id=content.run.id))


async def test_past_campaigns_ended_before_the_day_newest_first(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        for year in (2024, 2025):
            brief = records.brief(content.service, start_date=date(year, 1, 1), end_date=date(year, 2, 1))
            uow.campaigns.add(records.campaign(content.service, by=content.user.id, name=str(year), brief=brief))
    async with units.for_actor(content.actor) as uow:
        found = await uow.campaigns.past(brand_id=content.brand.id, before=date(2026, 4, 1), limit=9)
        first = await uow.campaigns.past(brand_id=content.brand.id, before=date(2026, 4, 1), limit=1)
    assert [campaign.name for campaign in found] == ["2025", "2024"]
    assert [campaign.name for campaign in first] == ["2025"]


async def test_a_step_hands_on_what_it_kept_and_the_last_word_counts(units: SqlUnitsOfWork, content: Filled) -> None:
    plan = records.plan()
    async with units.for_actor(content.actor) as uow:
        run = await uow.runs.get(content.run.id)
        await uow.runs.keep_output(run, step="flight", output=plan)
        await uow.runs.keep_output(run, step="refine", output=())
        await uow.runs.keep_output(run, step="refine", output=plan.ideas)
        await uow.runs.keep_output(run, step="count", output=3)
    async with units.for_actor(content.actor) as uow:
        run = await uow.runs.get(content.run.id)
        assert await uow.runs.output(run, step="flight", kind=Plan) == plan
        assert await uow.runs.output(run, step="refine", kind=tuple[CampaignIdea, ...]) == plan.ideas
        assert await uow.runs.output(run, step="count", kind=int) == 3
        with pytest.raises(NotFound, match="allocate"):
            await uow.runs.output(run, step="allocate", kind=Plan)
        with pytest.raises(StepUnreadable):
            await uow.runs.output(run, step="count", kind=Plan)


async def test_a_locked_run_shows_what_another_did_to_it_meanwhile(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as first:
        mine = await first.runs.get(content.run.id)
        async with units.for_actor(content.actor) as second:
            (await second.runs.get(content.run.id, lock=True)).start(at=records.NOW)
        assert mine.attempts == 0
        assert (await first.runs.get(content.run.id, lock=True)).attempts == 1


async def test_who_locks_a_run_second_waits_for_the_first(units: SqlUnitsOfWork, content: Filled) -> None:
    async def start() -> None:
        async with units.for_actor(content.actor) as uow:
            (await uow.runs.get(content.run.id, lock=True)).start(at=records.NOW)

    await asyncio.gather(*(start() for _ in range(5)))
    async with units.for_actor(content.actor) as uow:
        assert (await uow.runs.get(content.run.id)).attempts == 5


async def test_feedback_of_a_brand_comes_newest_first(units: SqlUnitsOfWork, content: Filled) -> None:
    later = records.feedback(content.campaign, by=content.user.id, created_at=records.NOW + timedelta(1), reason="Bold")
    async with units.for_actor(content.actor) as uow:
        uow.feedbacks.add(later)
    async with units.for_actor(content.actor) as uow:
        found = await uow.feedbacks.of_brand(brand_id=content.brand.id, limit=5)
    assert [each.reason for each in found] == ["Bold", ""]
