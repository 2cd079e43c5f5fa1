from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories import records
from tests.factories.storage import Filled, filled

from nexusplanner.application.ports.reads import Reads
from nexusplanner.application.ports.rows import HitKind
from nexusplanner.application.ports.signal_rows import SignalFilter
from nexusplanner.domain.campaigns import CampaignStatus
from nexusplanner.domain.shared import DecisionId, Estimate, Invalid, Money, NotFound, Page
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork


@pytest.fixture
async def content(engine: AsyncEngine) -> Filled:
    await filled(engine, "Bob")  # somebody else, whose rows must never show
    return await filled(engine, "Ada")


async def campaigns(units: SqlUnitsOfWork, content: Filled, *names: str) -> None:
    """One draft each, a minute apart."""
    async with units.for_actor(content.actor) as uow:
        for index, name in enumerate(names):
            at = records.NOW + timedelta(minutes=index + 1)
            brief = records.brief(content.service, total_budget=Money(100 * (index % 2), "EUR") + Money(100, "EUR"))
            uow.campaigns.add(
                records.campaign(content.service, by=content.user.id, name=name, brief=brief, updated_at=at)
            )


async def test_a_campaign_row_says_what_a_list_shows(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        page = await uow.read.campaigns.page()
    (row,) = page.items
    assert page.total == 1
    assert page.next_cursor is None
    assert (row.id, row.name, row.status, row.theme) == (content.campaign.id, "Spring", "draft", "Spring without gas")
    assert (row.brand_name, row.service_name, row.created_by_name) == ("Northwind", "Heat pump", "Ada")
    assert row.budget == Money(100_000, "EUR")
    assert row.expected == Estimate(mean=40.0, low=30.0, high=50.0)
    assert (row.outcome_name, row.outcome_is_money, row.supported_share) == ("sign-ups", False, 1.0)
    assert (row.ideas, row.channels, row.run_id) == (1, ("search",), content.run.id)
    assert (row.start_date, row.end_date) == (date(2026, 4, 6), date(2026, 4, 19))


@pytest.mark.parametrize("name", ["name", "status", "start_date", "budget", "expected", "created_at", "updated_at"])
@pytest.mark.parametrize("sign", ["", "-"])
async def test_pages_put_together_are_the_whole_list_in_order(
    units: SqlUnitsOfWork, content: Filled, name: str, sign: str
) -> None:
    await campaigns(units, content, "delta", "Alpha", "charlie", "bravo", "Echo")
    async with units.for_actor(content.actor) as uow:
        whole = await uow.read.campaigns.page(sort=sign + name)
        seen, cursor = [], None
        while True:
            page = await uow.read.campaigns.page(sort=sign + name, cursor=cursor, limit=2)
            assert page.total == 6
            seen += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
    assert seen == list(whole.items)
    assert len({row.id for row in seen}) == 6
    keys = [_key(row, name) for row in seen]
    assert keys == sorted(keys, reverse=bool(sign))


def _key(row: Any, name: str) -> Any:
    values = {
        "name": row.name.lower(),
        "budget": row.budget.amount,
        "expected": row.expected.mean if row.expected else -1.0,
    }
    return values.get(name, getattr(row, name))


async def test_rows_added_meanwhile_neither_skip_nor_repeat_others(units: SqlUnitsOfWork, content: Filled) -> None:
    await campaigns(units, content, "b", "d", "f")
    async with units.for_actor(content.actor) as uow:
        first = await uow.read.campaigns.page(sort="name", limit=2)
    await campaigns(units, content, "a", "e")
    async with units.for_actor(content.actor) as uow:
        second = await uow.read.campaigns.page(sort="name", limit=9, cursor=first.next_cursor)
    assert [row.name for row in first.items] == ["b", "d"]
    assert [row.name for row in second.items] == ["e", "f", "Spring"]


async def test_campaigns_are_filtered_together(units: SqlUnitsOfWork, content: Filled) -> None:
    await campaigns(units, content, "100% green", "100 green")
    async with units.for_actor(content.actor) as uow:
        read = uow.read.campaigns
        assert [row.name for row in (await read.page(query="0% G")).items] == ["100% green"]
        assert (await read.page(query="without gas")).total == 3
        assert (await read.page(query="nothing")).items == ()
        assert (await read.page(statuses=[CampaignStatus.ACTIVE])).total == 0
        assert (await read.page(statuses=[CampaignStatus.ACTIVE, CampaignStatus.DRAFT])).total == 3
        assert (await read.page(brand_id=content.brand.id, service_id=content.service.id)).total == 3
        assert (await read.page(brand_id=records.brand(content.tenant.id).id)).total == 0


async def test_a_deleted_campaign_is_in_no_list(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        assert (await uow.read.campaigns.counts())[CampaignStatus.DRAFT] == 1
        (await uow.campaigns.get(content.campaign.id)).delete(at=records.NOW)
        await uow.flush()
        assert (await uow.read.campaigns.page()).total == 0
        assert await uow.read.campaigns.counts() == dict.fromkeys(CampaignStatus, 0)
        assert await uow.read.search.find("Spring") == ()
        (brand,) = (await uow.read.catalog.brands()).items
        assert brand.campaigns == 0


Ask = Callable[[Reads, Filled, dict[str, Any]], Awaitable[Page[Any]]]
LISTS: dict[str, Ask] = {
    "campaigns": lambda read, _, asked: read.campaigns.page(**asked),
    "brands": lambda read, _, asked: read.catalog.brands(**asked),
    "services": lambda read, _, asked: read.catalog.services(**asked),
    "signals": lambda read, _, asked: read.signals.page(**asked),
    "documents": lambda read, _, asked: read.documents.page(**asked),
    "customers": lambda read, _, asked: read.customers.page(**asked),
    "actuals": lambda read, content, asked: read.actuals.page(brand_id=content.brand.id, **asked),
    "runs": lambda read, _, asked: read.runs.page(**asked),
    "decisions": lambda read, _, asked: read.decisions.page(**asked),
    "feedback": lambda read, content, asked: read.feedback.page(campaign_id=content.campaign.id, **asked),
}


async def test_every_list_shows_the_tenants_own_rows(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        for name, ask in LISTS.items():
            page = await ask(uow.read, content, {})
            assert page.total == len(page.items) == 1, name


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"sort": "nonsense"}, "sort"),
        ({"cursor": "!"}, "cursor"),
        ({"cursor": "bm9uc2Vuc2U"}, "cursor"),
        ({"cursor": "WyJuYW1lIiwgMV0"}, "cursor"),
        ({"cursor": base64.urlsafe_b64encode(1400 * b"[").decode()}, "cursor"),
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
    ],
)
async def test_every_list_refuses_what_it_cannot_do(
    units: SqlUnitsOfWork, content: Filled, asked: dict[str, Any], field: str
) -> None:
    async with units.for_actor(content.actor) as uow:
        for ask in LISTS.values():
            with pytest.raises(Invalid) as refusal:
                await ask(uow.read, content, asked)
            assert list(refusal.value.fields) == [field]


async def test_a_cursor_of_another_sort_is_refused(units: SqlUnitsOfWork, content: Filled) -> None:
    await campaigns(units, content, "a", "b")
    async with units.for_actor(content.actor) as uow:
        cursor = (await uow.read.campaigns.page(sort="name", limit=1)).next_cursor
        assert cursor is not None
        with pytest.raises(Invalid, match="cursor"):
            await uow.read.campaigns.page(sort="-name", cursor=cursor)


async def test_catalogue_rows_count_what_hangs_on_them(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        uow.services.add(records.service(content.brand, name="Boiler", price=None))
        await uow.flush()
        (brand,) = (await uow.read.catalog.brands()).items
        boiler, pump = (await uow.read.catalog.services(brand_id=content.brand.id)).items
    assert (brand.services, brand.campaigns, brand.voice) == (2, 1, ("plain", "warm"))
    assert (boiler.name, boiler.price, boiler.campaigns) == ("Boiler", None, 0)
    assert (pump.name, pump.price, pump.campaigns, pump.brand_name) == (
        "Heat pump",
        Money(899_900, "EUR"),
        1,
        "Northwind",
    )


async def test_signals_of_a_brand_are_its_own_and_nobodys(units: SqlUnitsOfWork, content: Filled) -> None:
    other = records.brand(content.tenant.id, name="Other")
    async with units.for_actor(content.actor) as uow:
        uow.brands.add(other)
        uow.signals.add_all(
            [records.signal(other, title="other's"), records.signal(other, title="nobody's", brand_id=None)]
        )
        await uow.flush()
        found = await uow.read.signals.page(only=SignalFilter(brand_id=content.brand.id), sort="title")
        assert (await uow.read.signals.page(only=SignalFilter(query="RAISED PRICES"))).total == 3
    assert [(row.title, row.brand_name) for row in found.items] == [("nobody's", None), ("Prices rise", "Northwind")]


async def test_customers_and_segments(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        uow.customers.add_segment(records.segment(content.brand, name="empty"))
        uow.customers.add_all([records.customer(content.brand, name="Alan", company="Bletchley", lifetime_value=None)])
        await uow.flush()
        in_segment = (await uow.read.customers.page(segment_id=content.segment.id)).items
        by_company = (await uow.read.customers.page(query="bletch")).items
        richest = (await uow.read.customers.page(sort="-lifetime_value")).items
        empty, owners = await uow.read.customers.segments(brand_id=content.brand.id)
        assert await uow.read.customers.segments() == (empty, owners)
    assert [(row.name, row.segment_name) for row in in_segment] == [("Grace Hopper", "Home owners")]
    assert [row.name for row in by_company] == ["Alan"]
    assert [row.name for row in richest] == ["Grace Hopper", "Alan"]
    assert (empty.customers, empty.lifetime_value) == (0, None)
    assert (owners.customers, owners.lifetime_value) == (1, Money(120_000, "EUR"))


async def test_actuals_are_summed_by_channel_and_week(units: SqlUnitsOfWork, content: Filled) -> None:
    days = [date(2026, 1, 4), date(2026, 1, 5), date(2026, 1, 11), date(2026, 1, 12)]
    rows = [records.channel_actual(content.brand, day=day, channel="tv", spend=Money(9, "EUR")) for day in days]
    rows.append(records.channel_actual(content.brand, day=days[0], channel="tv2", clicks=3, impressions=10))
    async with units.for_actor(content.actor) as uow:
        await uow.actuals.put_channels(rows)
        _, search, tv = await uow.read.actuals.channels(brand_id=content.brand.id)
        (outcome,) = await uow.read.actuals.metrics(brand_id=content.brand.id)
        page = await uow.read.actuals.page(brand_id=content.brand.id, channel="tv", limit=3)
        rest = await uow.read.actuals.page(brand_id=content.brand.id, channel="tv", cursor=page.next_cursor)
    assert (search.channel, tv.channel) == ("tv2", "tv")
    assert (search.clicks, search.impressions, tv.clicks) == (3, 10, None)
    assert (tv.first_day, tv.last_day, tv.rows, tv.weeks, tv.spend) == (days[0], days[3], 4, 3, Money(36, "EUR"))
    assert (outcome.metric, outcome.role, outcome.total) == ("sign-ups", "outcome", 41.5)
    assert [row.day for row in (*page.items, *rest.items)] == days[::-1]


async def test_runs_by_person_state_and_campaign(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        run = await uow.runs.get(content.run.id)
        run.start(at=records.NOW)
        await uow.flush()
        (row,) = (await uow.read.runs.page(user_id=content.user.id, active=True)).items
        assert (await uow.read.runs.page(active=False)).total == 0
        assert (await uow.read.runs.page(campaign_id=content.campaign.id)).total == 1
        run.fail(error="No.", retryable=True, at=records.NOW)
        await uow.flush()
        assert (await uow.read.runs.page(active=True)).total == 0
        (ended,) = (await uow.read.runs.page(active=False)).items
    assert (row.state, row.theme, row.user_name, row.campaign_name) == (
        "running",
        "Spring without gas",
        "Ada",
        "Spring",
    )
    assert (row.progress, row.step, len(row.steps)) == (0.0, None, 9)
    assert (ended.error, ended.retryable) == ("No.", True)


async def test_decisions_by_run(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        await uow.ledger.append(records.decision(content.tenant.id, summary="Alone"))
        of_run = (await uow.read.decisions.page(run_id=content.run.id)).items
        newest = (await uow.read.decisions.page(sort="-sequence")).items
        assert await uow.read.decisions.get(newest[0].id) == newest[0]
        with pytest.raises(NotFound):
            await uow.read.decisions.get(DecisionId(uuid4()))
    assert [row.sequence for row in of_run] == [1]
    assert [row.sequence for row in newest] == [2, 1]
    assert newest[0].previous_hash == newest[1].hash
    assert newest[0].entry["summary"] == "Alone"
    assert newest[0].decided_at == records.NOW


async def test_feedback_says_whose_it_is(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        (row,) = (await uow.read.feedback.page(campaign_id=content.campaign.id)).items
    assert (row.user_name, row.feedback_type, row.target_id) == ("Ada", "like", content.campaign.id)


async def test_search_finds_every_kind_titles_that_begin_so_first(units: SqlUnitsOfWork, content: Filled) -> None:
    async with units.for_actor(content.actor) as uow:
        uow.services.add(records.service(content.brand, name="Pump, heat_", category="Heating"))
        uow.customers.add_all([records.customer(content.brand, name="Pumpkin", company="Gourd")])
        uow.signals.add_all([records.signal(content.brand, title="More pumps sold")])
        await uow.flush()
        found = await uow.read.search.find(" pump ")
        assert await uow.read.search.find("  ") == ()
        assert [hit.title for hit in await uow.read.search.find("heat_")] == ["Pump, heat_"]
        assert [hit.kind for hit in await uow.read.search.find("Spring")] == [HitKind.CAMPAIGN]
        assert len(await uow.read.search.find("pump", limit=1)) == 3
    assert [(hit.kind, hit.title, hit.detail) for hit in found] == [
        ("customer", "Pumpkin", "Gourd"),
        ("service", "Pump, heat_", "Heating"),
        ("service", "Heat pump", "Heating"),
        ("signal", "More pumps sold", "Trade weekly"),
    ]
