"""Forecasts of ended campaigns against what the model that has seen their weeks says was brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from sqlalchemy import select
from tests.factories import records
from tests.factories.planned import Planner

from nexusplanner.application import campaigns
from nexusplanner.application.agents.outputs import Allocated
from nexusplanner.application.outcomes.forecasts import judge_forecasts
from nexusplanner.domain.campaigns import Campaign, CampaignStatus
from nexusplanner.domain.measurement import MeasuredChannel, ModelDocument, ModelState, Series
from nexusplanner.domain.outcomes import Event, Outcome, OutcomeState
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.shared import DateRange
from nexusplanner.infrastructure.db.outcomes import outcomes as table

START, END = date(2026, 3, 9), date(2026, 3, 22)


def document(weekly: float, *, weeks: int = 4, quality: QualityClass = QualityClass.MEASURED) -> ModelDocument:
    """Weeks from 2 March on in which search brought `weekly` each."""
    found = MeasuredChannel(
        channel="search", quality=quality, quality_reason="-", weekly=Series(mean=(weekly,) * weeks)
    )
    dates = tuple(date(2026, 3, 2) + timedelta(weeks=week) for week in range(weeks))
    return records.model_document(dates=dates, channels=(found,), holdout=None)


@pytest.fixture
async def ended(planner: Planner) -> Campaign:
    """A campaign that ran in search alone for two whole weeks."""
    planned = await planner.planned(
        records.brief(planner.service, channels=("search",), start_date=START, end_date=END)
    )
    return await ran(planner, planned)


async def ran(planner: Planner, campaign: Campaign) -> Campaign:
    for status in (CampaignStatus.IN_REVIEW, CampaignStatus.APPROVED, CampaignStatus.ACTIVE):
        async with planner.units.for_actor(planner.actor) as uow:
            campaign = await campaigns.move_campaign(
                uow, campaign_id=campaign.id, version=campaign.version, status=status, now=planner.clock.now()
            )
    return campaign


async def judged(
    planner: Planner, given: ModelDocument, *, state: ModelState = ModelState.ADOPTED, days: int = 30
) -> Sequence[Outcome]:
    """What is on file of forecasts after a version of this document was looked at."""
    now = planner.clock.now() + timedelta(days=days)
    async with planner.units.for_actor(planner.actor) as uow:
        brand = await uow.brands.get(planner.service.brand_id)
        await judge_forecasts(uow, records.model_version(brand, document=given, state=state), now=now)
    async with planner.units.for_actor(planner.actor) as uow:
        mine = (table.c.tenant_id == planner.actor.tenant_id) & (table.c.event == Event.FORECAST)
        return (await uow.session.scalars(select(Outcome).where(mine))).all()


async def median(planner: Planner, campaign: Campaign) -> float:
    """Of the forecast, from the draws the plan was made on."""
    assert campaign.run_id is not None
    assert campaign.plan is not None
    async with planner.units.for_actor(planner.actor) as uow:
        kept = await uow.runs.output(await uow.runs.get(campaign.run_id), step="allocate", kind=Allocated)
    draws = kept.model.draws().over(2.0)
    (channel,) = campaign.plan.channel_plans
    return float(np.median(draws.outcomes(np.array([channel.budget.major]))))


@pytest.mark.parametrize(("factor", "state"), [(1.01, OutcomeState.ACCEPTED), (0.99, OutcomeState.REJECTED)])
async def test_what_was_brought_is_held_against_the_median_once(
    planner: Planner, ended: Campaign, factor: float, state: OutcomeState
) -> None:
    middle = await median(planner, ended)
    (found,) = await judged(planner, document(factor * middle / 2))
    assert ended.plan is not None
    assert (found.state, found.subject_id) == (state, ended.plan.channel_plans[0].id)
    assert found.resolved(planner.clock.now() + timedelta(days=30))
    assert "median" in found.why
    async with planner.units.for_actor(planner.actor) as uow:
        assert found.decision_id is not None
        entry = await uow.read.decisions.get(found.decision_id)
    assert (entry.step, entry.agent) == ("allocate", "optimization")
    (again,) = await judged(planner, document(0.0))
    assert (again.id, again.state) == (found.id, state), "the first model that has seen the weeks decides"


async def test_nothing_is_judged_before_it_can_be(planner: Planner, ended: Campaign) -> None:
    assert ended.plan is not None
    for given, more in (
        (document(100.0, weeks=2), {}),
        (document(100.0, quality=QualityClass.BORROWED), {}),
        (document(100.0), {"state": ModelState.CANDIDATE}),
        (document(100.0), {"days": 10}),
        (replace(document(100.0), channels=()), {}),
    ):
        assert await judged(planner, given, **more) == [], more  # type: ignore[arg-type]


async def test_a_plan_that_never_ran_and_one_beside_another_are_left_out(planner: Planner, ended: Campaign) -> None:
    brief = replace(ended.brief, theme="Another", start_date=START + timedelta(days=7))
    never = await planner.planned(brief)
    assert len(await judged(planner, document(100.0))) == 1
    beside = await planner.planned(replace(brief, end_date=END + timedelta(days=7)))
    await ran(planner, beside)
    assert {each.campaign_id for each in await judged(planner, document(100.0, weeks=8))} == {ended.id}
    assert never.id != beside.id


def test_parts_of_weeks_count_as_parts() -> None:
    whole = document(70.0)
    assert whole.brought("search", during=DateRange(START, END)) == pytest.approx(140.0)
    assert whole.brought("search", during=DateRange(date(2026, 3, 12), date(2026, 3, 16))) == pytest.approx(50.0)
    assert whole.brought("search", during=DateRange(date(2026, 2, 27), END)) is None
    assert whole.brought("tv", during=DateRange(START, END)) is None
