from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.factories import records
from tests.factories.planned import REFERENCE, Planner
from tests.factories.spending import PROVIDER, call_made

from nexusplanner.application.knowledge.brief import (
    FIRST_GUESS_SECONDS,
    BriefKnowledge,
    KnownChannel,
    Outline,
    brief_knowledge,
)
from nexusplanner.application.ports.ai import KeptCall
from nexusplanner.application.ports.models import Spender
from nexusplanner.domain.ai import ProviderKind
from nexusplanner.domain.campaigns import CampaignStatus
from nexusplanner.domain.identity import Role
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.runs import StepState
from nexusplanner.domain.shared import Invalid, Money

NOW = records.NOW
LAST = date(2026, 2, 23)


async def known(planner: Planner, *, start: date | None = None, now: datetime = NOW) -> BriefKnowledge:
    async with planner.units.for_actor(planner.actor) as uow:
        outline = Outline(service_id=planner.service.id, start_date=start)
        return await brief_knowledge(uow, outline=outline, reference=REFERENCE, now=now)


async def spent(planner: Planner, *, rows: int, step: int = 7, outcome: bool = True, minor: int = 100_000) -> None:
    """`rows` periods of TV up to the last of February."""
    async with planner.units.for_actor(planner.actor) as uow:
        brand = await uow.brands.get(planner.service.brand_id)
        days = [LAST - timedelta(days=step * index) for index in range(rows)]
        await uow.actuals.put_channels(
            [records.channel_actual(brand, day=day, channel="tv", spend=Money(minor, "EUR")) for day in days]
        )
        if outcome:
            await uow.actuals.put_brand(
                [records.brand_actual(brand, day=day, metric=brand.outcome_name) for day in days]
            )


async def tv(planner: Planner) -> KnownChannel:
    (found,) = [channel for channel in (await known(planner)).channels if channel.channel == "tv"]
    return found


async def test_an_empty_workspace_is_told_what_would_help(planner: Planner) -> None:
    found = await known(planner)
    assert len(found.warnings) == 3
    assert "import actuals" in found.warnings[0]
    assert "signals" in found.warnings[1]
    assert "customers" in found.warnings[2]
    assert {channel.quality for channel in found.channels} == {QualityClass.BORROWED}
    assert {channel.weeks for channel in found.channels} == {0}
    assert found.suggested.total_budget == Money(5_000_000, "EUR")
    assert (found.segments, found.estimate.seconds) == ((), FIRST_GUESS_SECONDS)


async def test_a_service_without_proofs_is_told(planner: Planner) -> None:
    async with planner.units.for_actor(planner.actor) as uow:
        (await uow.services.get(planner.service.id)).proofs = ()
    assert "no proofs" in (await known(planner)).warnings[-1]


async def test_enough_weeks_promise_a_measured_channel(planner: Planner) -> None:
    await spent(planner, rows=60)
    found = await tv(planner)
    assert (found.quality, found.weeks, found.reason) == (QualityClass.MEASURED, 60, "60 weeks with spend")
    assert not any("import actuals" in warning for warning in (await known(planner)).warnings)


async def test_days_are_counted_in_weeks(planner: Planner) -> None:
    await spent(planner, rows=56, step=1)
    found = await tv(planner)
    assert (found.quality, found.weeks) == (QualityClass.BORROWED, 9)


async def test_spend_without_outcomes_promises_nothing(planner: Planner) -> None:
    await spent(planner, rows=60, outcome=False)
    assert all(channel.weeks == 0 for channel in (await known(planner)).channels)


async def test_the_suggested_budget_is_a_quarter_of_the_last_year(planner: Planner) -> None:
    await spent(planner, rows=104, minor=100_050)
    assert (await known(planner)).suggested.total_budget == Money(1_300_000, "EUR")


async def test_very_little_spend_suggests_the_usual_start(planner: Planner) -> None:
    await spent(planner, rows=2, minor=100)
    assert (await known(planner)).suggested.total_budget == Money(5_000_000, "EUR")


@pytest.mark.parametrize("status", [CampaignStatus.DRAFT, CampaignStatus.CANCELLED])
async def test_a_campaign_that_never_ran_suggests_nothing(planner: Planner, status: CampaignStatus) -> None:
    past: dict[str, Any] = {"start_date": date(2025, 9, 1), "end_date": date(2025, 9, 28)}
    brief = records.brief(planner.service, total_budget=Money(777_700, "EUR"), **past)
    async with planner.units.for_actor(planner.actor) as uow:
        uow.campaigns.add(records.campaign(planner.service, by=planner.actor.user_id, brief=brief, status=status))
    assert (await known(planner)).suggested.total_budget == Money(5_000_000, "EUR")


async def test_the_budget_of_the_last_campaign_wins(planner: Planner) -> None:
    await spent(planner, rows=60)
    past: dict[str, Any] = {"start_date": date(2025, 9, 1), "end_date": date(2025, 9, 28)}
    brief = records.brief(planner.service, total_budget=Money(777_700, "EUR"), **past)
    async with planner.units.for_actor(planner.actor) as uow:
        uow.campaigns.add(
            records.campaign(planner.service, by=planner.actor.user_id, brief=brief, status=CampaignStatus.COMPLETED)
        )
    assert (await known(planner)).suggested.total_budget == Money(777_700, "EUR")


async def test_the_estimate_is_the_median_of_the_workspaces_own_runs(planner: Planner) -> None:
    for seconds in (4, 6, 30):
        run = records.run(planner.actor.tenant_id, by=planner.actor.user_id, brand_id=planner.service.brand_id)
        run.start(at=NOW)
        for step in run.steps:
            run.mark(step.name, state=StepState.DONE, at=NOW)
        campaign = records.campaign(planner.service, by=planner.actor.user_id)
        run.succeed(campaign_id=campaign.id, at=NOW + timedelta(seconds=seconds))
        async with planner.units.for_actor(planner.actor) as uow:
            uow.campaigns.add(campaign)
            await uow.flush()
            uow.runs.add(run)
    assert (await known(planner)).estimate.seconds == 6.0


async def test_the_estimate_says_who_is_asked_and_what_the_workspaces_own_runs_cost(planner: Planner) -> None:
    first = (await known(planner)).estimate
    assert (first.provider, first.cost) == ("rules", "0.00")
    async with planner.units.for_actor(planner.actor) as uow:
        settings = await uow.ai.settings()
        settings.providers, settings.updated_at = (PROVIDER,), NOW
        await uow.ai.save(settings)
    guessed = (await known(planner)).estimate
    assert (guessed.provider, guessed.cost) == ("openai (gpt-5)", "0.10")
    for run_cost in (20_000, 40_060):
        run = records.run(planner.actor.tenant_id, by=planner.actor.user_id, brand_id=planner.service.brand_id)
        run.start(at=NOW)
        run.succeed(at=NOW)
        spender = Spender(tenant_id=planner.actor.tenant_id, user_id=planner.actor.user_id, run_id=run.id)
        async with planner.units.for_actor(planner.actor) as uow:
            uow.runs.add(run)
            for _ in range(2):
                call = call_made(microunits=run_cost // 2)
                await uow.spending.note(KeptCall(id=uuid4(), spender=spender, call=call, at=NOW))
    assert (await known(planner)).estimate.cost == "0.03"
    assert (await known(planner, now=NOW + timedelta(days=91))).estimate.cost == "0.10"


async def test_a_server_of_ones_own_is_expected_to_cost_nothing(planner: Planner) -> None:
    own = replace(PROVIDER, name="own", kind=ProviderKind.COMPATIBLE, base_url="http://127.0.0.1:11434/v1")
    async with planner.units.for_actor(planner.actor) as uow:
        settings = await uow.ai.settings()
        settings.providers, settings.updated_at = (own,), NOW
        await uow.ai.save(settings)
    assert (await known(planner)).estimate.cost == "0.00"


@pytest.mark.parametrize(
    ("today", "start", "end"),
    [
        (date(2026, 1, 1), date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 9, 30), date(2026, 10, 1), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 31)),
    ],
)
async def test_the_next_quarter_is_suggested_over_the_turn_of_the_year(
    planner: Planner, today: date, start: date, end: date
) -> None:
    found = (await known(planner, now=datetime.combine(today, NOW.timetz()))).suggested
    assert (found.start_date, found.end_date) == (start, end)


async def test_a_start_that_cannot_be_meant_is_refused_by_name(planner: Planner) -> None:
    with pytest.raises(Invalid) as refused:
        await known(planner, start=date(9999, 12, 1))
    assert list(refused.value.fields) == ["start_date"]


async def test_a_viewer_may_look(planner: Planner) -> None:
    async with planner.units.for_actor(replace(planner.actor, role=Role.VIEWER)) as uow:
        outline = Outline(service_id=planner.service.id)
        found = await brief_knowledge(uow, outline=outline, reference=REFERENCE, now=NOW)
    assert found.channels
