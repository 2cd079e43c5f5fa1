"""The demonstration workspace, and the plan of its brief."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.planned import REFERENCE, Planner
from tests.factories.storage import registered, units_of_work
from tests.fakes.workflows import RememberedWorkflows

from nexusplanner.application import campaigns
from nexusplanner.application.demo import DemoReport, demo_brief, load_demo
from nexusplanner.application.demo.history import WEEKS, simulated_history
from nexusplanner.application.demo.people import invented_customers
from nexusplanner.application.knowledge.brief import BriefKnowledge, Outline, brief_knowledge
from nexusplanner.application.learning.memory import list_memory
from nexusplanner.domain.campaigns import Campaign, CampaignStatus, Plan
from nexusplanner.domain.identity import Actor, Role
from nexusplanner.domain.learning import ArmKind, Direction
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.shared import BrandId, Conflict, Forbidden, Invalid, NotFound, TenantId
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.reference.demo import load_demo_company

COMPANY = load_demo_company()
NOW = records.NOW
TODAY = NOW.date()


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What the loader told, and who loaded."""

    actor: Actor
    report: DemoReport
    campaign: Campaign


@pytest.fixture(scope="module")
def loaded(module_database: TestDatabase) -> Loaded:
    return asyncio.run(_load(module_database))


async def _load(database: TestDatabase) -> Loaded:
    engine = make_engine(database.app_url)
    try:
        _, user = await registered(engine)
        units = units_of_work(engine)
        async with units.for_actor(user.actor()) as uow:
            with pytest.raises(NotFound):
                await demo_brief(uow, company=COMPANY, today=TODAY)
            report = await load_demo(uow, company=COMPANY, reference=REFERENCE, now=NOW)
            brief = await demo_brief(uow, company=COMPANY, today=TODAY)
            service = await uow.services.get(brief.service_id)
        planner = Planner(units=units, actor=user.actor(), service=service, workflows=RememberedWorkflows())
        return Loaded(actor=user.actor(), report=report, campaign=await planner.planned(brief))
    finally:
        await engine.dispose()


def plan_of(campaign: Campaign) -> Plan:
    assert campaign.plan is not None
    return campaign.plan


async def test_the_workspace_holds_a_company_to_look_at_for_an_hour(loaded: Loaded, shared_engine: AsyncEngine) -> None:
    assert loaded.report == DemoReport(
        brands=2, services=6, signals=60, customers=400, segments=8, weeks=150, campaigns=3
    )
    async with units_of_work(shared_engine).for_actor(loaded.actor) as uow:
        assert (await uow.identity.tenant()).is_demo
        brands = await uow.brands.all()
        assert len(brands) == 2
        services = [await uow.services.of_brand(brand.id) for brand in brands]
        assert sum(map(len, services)) == 6
        assert (await uow.read.signals.page(limit=1)).total == 60
        assert (await uow.read.customers.page(limit=1)).total == 400
        assert (await uow.read.companies.page(limit=1)).total == 105
        deals = await uow.read.companies.deals(limit=100)
        assert 60 <= deals.total <= 120
        assert {deal.won for deal in deals.items} == {None, True, False}
        assert all(deal.company_id and deal.customer_ids for deal in deals.items)
        segments = await uow.read.customers.segments()
        assert {each.name: each.customers for each in segments if not each.automatic} == {
            each.name: each.customers for each in COMPANY.segments
        }
        found = {each.name: each.customers for each in segments if each.automatic}
        assert set(found) == {each.name for each in COMPANY.audiences}
        del found["Newcomers"]  # the database's today tells who is new, and the data are of the test's
        assert all(20 <= number <= 100 for number in found.values()), found
        for brand in brands:
            rows = await uow.actuals.channels(brand_id=brand.id)
            assert len({row.channel for row in rows}) == 6
            assert len(rows) == 6 * WEEKS
            assert max(row.day for row in rows) == TODAY - timedelta(days=TODAY.weekday(), weeks=1)
            past = await uow.campaigns.past(brand_id=brand.id, before=TODAY, limit=10)
            assert all(each.status is CampaignStatus.COMPLETED for each in past)
            for each in past:
                plan_of(each).check(brief=each.brief)
                assert (await campaigns.curves_of(uow, campaign_id=each.id)).points


async def test_it_is_loaded_once_and_only_by_an_administrator(loaded: Loaded, shared_engine: AsyncEngine) -> None:
    units = units_of_work(shared_engine)
    with pytest.raises(Conflict) as refusal:
        async with units.for_actor(loaded.actor) as uow:
            await load_demo(uow, company=COMPANY, reference=REFERENCE, now=NOW)
    assert refusal.value.code == "DEMO_LOADED"
    async with units.for_actor(replace(loaded.actor, role=Role.USER)) as uow:
        with pytest.raises(Forbidden):
            await load_demo(uow, company=COMPANY, reference=REFERENCE, now=NOW)


async def test_what_past_campaigns_taught_is_about_frameworks_and_angles_that_plans_are_made_of(
    loaded: Loaded, shared_engine: AsyncEngine
) -> None:
    async with units_of_work(shared_engine).for_actor(loaded.actor) as uow:
        memories = await list_memory(uow, brand_id=None, reference=REFERENCE, now=NOW)
        brands = await uow.brands.all()
        past = [each for brand in brands for each in await uow.campaigns.past(brand_id=brand.id, before=TODAY, limit=9)]
    told = {(each.arm.kind, each.arm.key): each for each in memories}
    assert {key for kind, key in told if kind is ArmKind.FRAMEWORK} == {"pas", "fab", "aida"}
    assert {each.name for each in memories if each.arm.kind is ArmKind.ANGLE} == {
        "people like the customer",
        "plain arithmetic",
    }
    assert told[ArmKind.ANGLE, "sum"].direction is Direction.LESS
    plans = [plan for each in past for plan in plan_of(each).channel_plans]
    names = {REFERENCE.name_of(plan.channel) for plan in plans}
    assert "LinkedIn" in names
    assert all(plan.strategy.endswith(f"Carried by {REFERENCE.name_of(plan.channel)}.") for plan in plans)


async def test_a_company_that_names_what_is_not_on_file_is_refused_before_anything_is_kept(
    planner: Planner,
) -> None:
    first, *rest = COMPANY.campaigns
    idea = replace(first.idea, framework="PAS", angle="speed")
    wrong = replace(COMPANY, campaigns=(replace(first, idea=idea), *rest))
    brand, *others = COMPANY.brands
    for company, fields in (
        (wrong, ["campaigns.0.idea.framework", "campaigns.0.idea.angle"]),
        (replace(COMPANY, brands=(replace(brand, channels=("LinkedIn",)), *others)), ["brands.0.channels"]),
    ):
        async with planner.units.for_actor(replace(planner.actor, role=Role.ADMIN)) as uow:
            with pytest.raises(Invalid) as refused:
                await load_demo(uow, company=company, reference=REFERENCE, now=NOW)
            assert [brand.name for brand in await uow.brands.all() if brand.name in {"Tidemark", "Fernhollow"}] == []
        assert list(refused.value.fields) == fields


def test_the_plan_of_its_brief_is_exact_certified_and_measured(loaded: Loaded) -> None:
    plan = plan_of(loaded.campaign)
    spent = sum(each.budget.amount for each in plan.channel_plans) + plan.certificate.unspent.amount
    assert spent == loaded.campaign.brief.total_budget.amount
    assert plan.certificate.gap <= 1e-6
    assert sum(each.quality is QualityClass.MEASURED for each in plan.channel_plans) >= 3
    assert all(each.strategy for each in plan.channel_plans)
    assert plan.explanation.summary


def test_its_ideas_are_distinct_and_each_stands_on_two_sources(loaded: Loaded) -> None:
    plan = plan_of(loaded.campaign)
    passages = {passage.id: passage for passage in plan.evidence}
    assert len({idea.theme for idea in plan.ideas}) == len(plan.ideas) >= 3
    assert len({idea.description for idea in plan.ideas}) == len(plan.ideas)
    for idea in plan.ideas:
        citations = {(each.passage_id, each.quote) for claim in idea.claims for each in claim.citations}
        assert len(citations) >= 2, idea.theme
        for claim in idea.claims:
            for each in claim.citations:
                assert passages[each.passage_id].text[each.start : each.end] == each.quote


def test_the_same_day_simulates_the_same_history() -> None:
    brand, brand_id = COMPANY.brands[0], BrandId(uuid4())
    first = simulated_history(brand, brand_id=brand_id, today=TODAY)
    assert first == simulated_history(brand, brand_id=brand_id, today=TODAY)
    later = simulated_history(brand, brand_id=brand_id, today=TODAY + timedelta(days=7))
    assert [row.spend for row in later.channels] == [row.spend for row in first.channels]
    assert later.channels[0].day == first.channels[0].day + timedelta(weeks=1)
    other = simulated_history(COMPANY.brands[1], brand_id=brand_id, today=TODAY)
    assert [row.value for row in other.brand] != [row.value for row in first.brand]


@pytest.mark.parametrize("today", [date(2026, 3, 2), date(2026, 3, 8), date(2028, 2, 29)])
def test_history_ends_with_the_last_full_week(today: date) -> None:
    days = [row.day for row in simulated_history(COMPANY.brands[0], brand_id=BrandId(uuid4()), today=today).channels]
    assert max(days) + timedelta(days=6) < today
    assert max(days) + timedelta(days=13) >= today
    assert {day.weekday() for day in days} == {0}


def test_customers_are_invented_alike_every_time() -> None:
    wanted, brand = COMPANY.segments[0], next(b for b in COMPANY.brands if b.name == COMPANY.segments[0].brand)
    segment = records.segment(records.brand(TenantId(uuid4())))

    def people() -> list[tuple[object, ...]]:
        made = invented_customers(wanted, segment=segment, brand=brand, tenant_id=segment.tenant_id, now=NOW)
        return [(each.external_id, each.name, each.email, each.lifetime_value, each.since) for each in made]

    first = people()
    assert first == people()
    assert len(first) == wanted.customers == len({row[0] for row in first}) == len({row[2] for row in first})
    assert all(str(row[2]).endswith("@example.com") for row in first)


async def known(loaded: Loaded, shared_engine: AsyncEngine, *, start: date | None = None) -> BriefKnowledge:
    async with units_of_work(shared_engine).for_actor(loaded.actor) as uow:
        outline = Outline(service_id=loaded.campaign.brief.service_id, start_date=start)
        return await brief_knowledge(uow, outline=outline, reference=REFERENCE, now=NOW)


async def test_before_a_brief_one_sees_what_is_known(loaded: Loaded, shared_engine: AsyncEngine) -> None:
    found = await known(loaded, shared_engine)
    assert (found.suggested.start_date, found.suggested.end_date) == (date(2026, 4, 1), date(2026, 6, 30))
    assert found.suggested.total_budget.amount > 0
    assert found.suggested.total_budget.currency == loaded.campaign.brief.total_budget.currency
    assert len(found.channels) == 6
    assert {(each.quality, each.weeks > 100) for each in found.channels} == {(QualityClass.MEASURED, True)}
    assert sum(each.customers for each in found.segments) > 0
    assert found.facts
    assert found.warnings == ()
    assert found.estimate.provider == "rules"


async def test_a_start_that_is_given_suggests_a_quarter_from_it(loaded: Loaded, shared_engine: AsyncEngine) -> None:
    found = (await known(loaded, shared_engine, start=date(2026, 5, 4))).suggested
    assert (found.start_date, found.end_date) == (date(2026, 5, 4), date(2026, 8, 2))


async def test_a_stranger_finds_nothing(loaded: Loaded, shared_engine: AsyncEngine) -> None:
    _, eve = await registered(shared_engine, "Eve")
    with pytest.raises(NotFound):
        await known(replace(loaded, actor=eve.actor()), shared_engine)
