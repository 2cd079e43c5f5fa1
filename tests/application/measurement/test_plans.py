"""Plans stand on the brand's adopted model."""

from __future__ import annotations

from datetime import date

import pytest
from tests.factories import records
from tests.factories.actuals import put_actuals
from tests.factories.planned import Planner

from nexusplanner.application.measurement import versions
from nexusplanner.application.measurement.summary import measurement_of
from nexusplanner.application.ports.rows import ModelRow
from nexusplanner.domain.analytics import ActualRole
from nexusplanner.domain.campaigns import Brief, Campaign, Plan
from nexusplanner.domain.measurement import ModelDocument, ModelSource, ModelState
from nexusplanner.domain.planning.quality import QualityClass


def brief_of(planner: Planner, **changes: object) -> Brief:
    return records.brief(planner.service, **{"channels": ("search", "tv", "social"), **changes})


def plan_of(campaign: Campaign) -> Plan:
    assert campaign.plan is not None
    return campaign.plan


async def filed(planner: Planner) -> tuple[ModelRow, ...]:
    async with planner.units.for_actor(planner.actor) as uow:
        return (await uow.read.measurement.models(brand_id=planner.service.brand_id, sort="number")).items


async def fill(planner: Planner, *, weeks: int, skip: int = 0) -> None:
    async with planner.units.for_actor(planner.actor) as uow:
        await put_actuals(uow, await uow.brands.get(planner.service.brand_id), weeks=weeks, skip=skip)


@pytest.fixture
async def measured(planner: Planner) -> Planner:
    """With forty weeks of two channels."""
    await fill(planner, weeks=40)
    return planner


async def test_the_first_plan_files_the_model_it_stands_on(measured: Planner) -> None:
    campaign = await measured.planned(brief_of(measured))
    (model,) = await filed(measured)
    assert (model.number, model.state, model.run_id) == (1, ModelState.ADOPTED, campaign.run_id)
    assert model.channels == ("search", "tv"), "what is borrowed for a plan is no part of the model"
    assert plan_of(campaign).model["model_id"] == str(model.id)
    assert plan_of(campaign).model["model_number"] == 1
    quality = {channel.channel: channel.quality for channel in plan_of(campaign).channel_plans}
    assert quality["social"] is QualityClass.BORROWED


async def test_later_plans_stand_on_the_same_model_and_are_the_same(measured: Planner) -> None:
    first, second = await measured.planned(brief_of(measured)), await measured.planned(brief_of(measured))
    assert len(await filed(measured)) == 1
    one, other = plan_of(first), plan_of(second)
    assert other.model["model_id"] == one.model["model_id"]
    assert other.certificate == one.certificate
    assert [plan.budget for plan in other.channel_plans] == [plan.budget for plan in one.channel_plans]
    assert other.explanation.warnings == one.explanation.warnings
    async with measured.units.for_actor(measured.actor) as uow:
        agents = [row.agent for row in (await uow.read.decisions.page(run_id=second.run_id, limit=100)).items]
    assert "measurement" not in agents, "nothing was fitted"
    assert "optimization" in agents


async def test_new_weeks_make_a_plan_fit_anew_and_file_the_next_version(planner: Planner) -> None:
    await fill(planner, weeks=40, skip=8)
    await planner.planned(brief_of(planner))
    await fill(planner, weeks=8)
    campaign = await planner.planned(brief_of(planner))
    assert [(row.number, row.state) for row in await filed(planner)] == [
        (1, ModelState.SUPERSEDED),
        (2, ModelState.ADOPTED),
    ]
    assert plan_of(campaign).model["model_number"] == 2


async def test_a_plan_stands_on_an_imported_model_that_a_person_adopted(measured: Planner) -> None:
    async with measured.units.for_actor(measured.actor) as uow:
        brand = await uow.brands.get(measured.service.brand_id)
        imported = records.model_version(
            brand, source=ModelSource.MERIDIAN, curves=(full_curve("search"), full_curve("tv")), scored_curves=()
        )
        uow.models.add(imported)
        await versions.adopt_model(uow, model_id=imported.id, reason="Our own model.", now=measured.clock.now())
    campaign = await measured.planned(brief_of(measured))
    assert plan_of(campaign).model["model_id"] == str(imported.id)
    assert len(await filed(measured)) == 1


async def test_a_fit_that_was_not_adopted_is_told_and_not_repeated(measured: Planner) -> None:
    first = await measured.planned(brief_of(measured))
    async with measured.units.for_actor(measured.actor) as uow:
        brand = await uow.brands.get(measured.service.brand_id)
        other = records.model_version(brand, number=2, curves=(full_curve("search"), full_curve("tv")))
        uow.models.add(other)
        await versions.adopt_model(uow, model_id=other.id, reason="Trust me.", now=measured.clock.now())
    campaign = await measured.planned(brief_of(measured))
    assert plan_of(campaign).model["model_id"] == str(other.id) != plan_of(first).model["model_id"]
    assert len(await filed(measured)) == 2
    assert any("version 1, is not in use" in warning for warning in plan_of(campaign).explanation.warnings)


async def test_a_plan_for_days_of_the_past_does_not_see_what_came_after(measured: Planner) -> None:
    await measured.planned(brief_of(measured))
    early = brief_of(measured, start_date=date(2026, 1, 5), end_date=date(2026, 1, 25))
    campaign = await measured.planned(early)
    assert len(await filed(measured)) == 1, "a fit of a part of the actuals is not kept"
    assert plan_of(campaign).model["model_id"] == ""
    assert plan_of(campaign).model["weeks_of_history"] == 32


async def test_figures_known_ahead_make_no_day_of_the_past(measured: Planner) -> None:
    async with measured.units.for_actor(measured.actor) as uow:
        brand = await uow.brands.get(measured.service.brand_id)
        price = records.brand_actual(brand, day=date(2027, 1, 4), metric="price", role=ActualRole.CONTROL, value=9.9)
        await uow.actuals.put_brand([price])
    await measured.planned(brief_of(measured))
    assert len(await filed(measured)) == 1


async def test_a_history_too_short_to_measure_is_planned_on_and_not_filed(planner: Planner) -> None:
    await fill(planner, weeks=20)
    campaign = await planner.planned(brief_of(planner))
    assert await filed(planner) == ()
    assert plan_of(campaign).model["weeks_of_history"] == 20


@pytest.mark.parametrize("imported", [False, True])
async def test_no_plan_stands_on_a_model_of_another_outcome(measured: Planner, *, imported: bool) -> None:
    first = await measured.planned(brief_of(measured))
    async with measured.units.for_actor(measured.actor) as uow:
        brand = await uow.brands.get(measured.service.brand_id)
        if imported:
            document = ModelDocument(settings={"outcome": brand.outcome_name, "kind": "count"})
            other = records.model_version(
                brand, number=2, source=ModelSource.ROBYN, curves=(full_curve("search"),), document=document
            )
            uow.models.add(other)
            await versions.adopt_model(uow, model_id=other.id, reason="Ours.", now=measured.clock.now())
        brand.outcome_name = "visits"
    campaign = await measured.planned(brief_of(measured))
    assert plan_of(campaign).outcome_name == "visits" != plan_of(first).outcome_name
    assert plan_of(campaign).model["model_id"] == ""
    assert {channel.quality for channel in plan_of(campaign).channel_plans} == {QualityClass.BORROWED}
    async with measured.units.for_actor(measured.actor) as uow:
        told = (await measurement_of(uow, brand_id=brand.id)).stale_reason
    assert "the brand counts visits now" in told


async def test_a_fit_of_the_new_outcome_takes_the_place_of_any_model_of_the_old_one(measured: Planner) -> None:
    await measured.planned(brief_of(measured))
    async with measured.units.for_actor(measured.actor) as uow:
        brand = await uow.brands.get(measured.service.brand_id)
        brand.outcome_name = "visits"
        await put_actuals(uow, brand, weeks=40)
    campaign = await measured.planned(brief_of(measured))
    assert [(row.number, row.state) for row in await filed(measured)] == [
        (1, ModelState.SUPERSEDED),
        (2, ModelState.ADOPTED),
    ]
    assert plan_of(campaign).model["model_number"] == 2


def full_curve(channel: str) -> object:
    """As many draws as every kept curve has."""
    return records.kept_curve(
        channel,
        scale=(50_000.0,) * 200,
        half=(20_000.0,) * 200,
        slope=(1.0,) * 200,
        retention=(0.3,) * 200,
        spend_seen=30_000.0,
    )
