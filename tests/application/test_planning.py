"""Goals, weeks, scenarios and the ledger in the use cases, on borrowed curves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from tests.application.test_campaigns import brief_of, plan_of, reload
from tests.factories.planned import Planner

from nexusplanner.application import campaigns
from nexusplanner.application.ports.rows import DecisionRow
from nexusplanner.domain.campaigns import (
    Brief,
    Campaign,
    CampaignStatus,
    FlightPattern,
    FlightRules,
    Goal,
    GoalKind,
    GroupLimit,
    RiskKind,
)
from nexusplanner.domain.scenarios import ScenarioTerms
from nexusplanner.domain.shared import Invalid, Money

QUARTER = {"start_date": date(2026, 4, 6), "end_date": date(2026, 6, 28), "total_budget": Money(900_000, "EUR")}
GROUP = GroupLimit(name="paid social", channels=("social",), maximum_share=0.3)


def asked(planner: Planner, **changes: Any) -> Brief:
    return brief_of(planner, **{**QUARTER, **changes})


async def decisions(planner: Planner, campaign: Campaign) -> list[DecisionRow]:
    async with planner.units.for_actor(planner.actor) as uow:
        assert (await uow.ledger.verify()).intact
        return list((await uow.read.decisions.page(campaign_id=campaign.id, limit=100)).items)


async def test_a_run_plans_for_the_goal_the_groups_and_the_weeks_of_its_brief(planner: Planner) -> None:
    rules = FlightRules(pattern=FlightPattern.OPTIMISED)
    made = await planner.planned(asked(planner, groups=(GROUP,), goal=Goal(risk=RiskKind.CVAR), flighting=rules))
    plan = plan_of(made)
    assert plan.certificate.objective == "mean of the worst 10 %"
    assert plan.flight_certificate is not None
    assert plan.flight_certificate.problem == "by week"
    social = next(each for each in plan.channel_plans if each.channel == "social")
    assert social.budget.amount <= 270_000
    assert "mean of the worst 10 %" in plan.explanation.summary
    for each in plan.channel_plans:
        each.check_flights()


async def test_a_goal_may_leave_money_unspent_and_the_plan_still_adds_up(planner: Planner) -> None:
    most = plan_of(await planner.planned(asked(planner))).expected_outcome.mean
    goal = Goal(kind=GoalKind.LEAST_SPEND, outcome=0.6 * most)
    made = await planner.planned(asked(planner, goal=goal))
    plan = plan_of(made)
    plan.check(brief=made.brief)
    assert plan.certificate.unspent.amount > 0
    assert plan.certificate.least_possible is not None
    assert plan.expected_outcome.mean == pytest.approx(0.6 * most, rel=1e-4)
    assert any("stay unspent" in warning for warning in plan.explanation.warnings)
    assert "the least that brings" in plan.explanation.summary
    far = plan_of(await planner.planned(asked(planner, goal=replace(goal, outcome=100 * most))))
    assert far.certificate.reached is False
    assert any("out of reach" in warning for warning in far.explanation.warnings)


async def test_briefs_and_plans_stored_before_goals_were_known_still_load(planner: Planner) -> None:
    made = await planner.planned(asked(planner))
    async with planner.units.for_actor(planner.actor) as uow:
        await uow.session.execute(
            text(
                "UPDATE campaigns SET brief = brief - 'goal' - 'groups' - 'flighting', "
                "plan = (plan - 'flight_certificate') #- '{certificate,objective}' #- '{certificate,problem}' "
                "#- '{certificate,least_possible}' #- '{certificate,reached}' WHERE id = :id"
            ),
            {"id": made.id},
        )
    old = await reload(planner, made)
    assert (old.brief, old.plan) == (made.brief, made.plan)


async def test_every_change_by_hand_is_in_the_ledger_with_before_and_after(planner: Planner) -> None:
    made = await planner.planned(asked(planner))
    now, at = planner.clock.now(), {"campaign_id": made.id}
    async with planner.units.for_actor(planner.actor) as uow:
        saved = await campaigns.save_allocation(
            uow, **at, version=made.version, total_budget=Money(800_000, "EUR"), reason="Less money.", now=now
        )
        flown = await campaigns.save_flights(
            uow, **at, version=saved.version, rules=FlightRules(pattern=FlightPattern.FRONT_LOADED), now=now
        )
        idea = plan_of(flown).ideas[0]
        edited = await campaigns.edit_idea(
            uow, **at, idea_id=idea.id, version=flown.version, target_kpi="calls", now=now
        )
        moved = await campaigns.move_campaign(
            uow, **at, version=edited.version, status=CampaignStatus.IN_REVIEW, now=now
        )
        approved = await campaigns.move_campaign(
            uow, **at, version=moved.version, status=CampaignStatus.APPROVED, now=now
        )
    assert approved.approved_plan == plan_of(approved).digest == plan_of(await reload(planner, approved)).digest
    by_hand = [row.entry for row in await decisions(planner, made) if row.entry["author"] == "person"]
    assert [entry["step"] for entry in by_hand] == [
        "save_allocation",
        "save_flights",
        "edit_idea",
        "move_campaign",
        "move_campaign",
    ]
    first, *_, last = by_hand
    assert first["output"]["reason"] == "Less money."
    assert first["output"]["before"]["amounts"] == {
        each.channel: each.budget.decimal for each in plan_of(made).channel_plans
    }
    assert first["output"]["after"]["total_budget"] == "8000.00"
    assert first["output"]["certificate"]["gap"] <= 1e-6
    assert last["output"]["after"]["approved_plan"] == approved.approved_plan


async def test_an_edit_forgets_what_was_approved(planner: Planner) -> None:
    made = await planner.planned(asked(planner))
    now, at = planner.clock.now(), {"campaign_id": made.id}
    async with planner.units.for_actor(planner.actor) as uow:
        moved = await campaigns.move_campaign(uow, **at, version=made.version, status=CampaignStatus.IN_REVIEW, now=now)
        approved = await campaigns.move_campaign(
            uow, **at, version=moved.version, status=CampaignStatus.APPROVED, now=now
        )
        assert approved.approved_plan
        renamed = await campaigns.edit_campaign(uow, **at, version=approved.version, name="Summer", now=now)
    assert (renamed.approved_plan, renamed.status) == (None, CampaignStatus.DRAFT)


async def test_weeks_put_by_hand_stay_while_the_budget_of_their_channel_does(planner: Planner) -> None:
    made = await planner.planned(asked(planner))
    plan, now, at = plan_of(made), planner.clock.now(), {"campaign_id": made.id}
    search = next(each for each in plan.channel_plans if each.channel == "search")
    first = replace(search.flights[0].weekly[0], amount=search.budget)
    placed = (replace(search.flights[0], dates=first.dates, weekly=(first,)),)
    lock = campaigns.changed_terms(made.brief, total_budget=None, limits=(), groups=None, goal=None)
    async with planner.units.for_actor(planner.actor) as uow:
        flown = await campaigns.save_flights(uow, **at, version=made.version, placed={"search": placed}, now=now)
        same = await campaigns.save_allocation(uow, **at, version=flown.version, limits=lock.limits, now=now)
        kept = next(each for each in plan_of(same).channel_plans if each.channel == "search")
        assert kept.flights == placed
        less = await campaigns.save_allocation(
            uow, **at, version=same.version, total_budget=Money(100_000, "EUR"), now=now
        )
    changed = next(each for each in plan_of(less).channel_plans if each.channel == "search")
    assert changed.flights != placed
    changed.check_flights()


async def test_flights_need_exactly_one_of_rules_and_weeks(planner: Planner) -> None:
    made = await planner.planned(asked(planner))
    async with planner.units.for_actor(planner.actor) as uow:
        for given in ({}, {"rules": FlightRules(), "placed": {}}):
            with pytest.raises(Invalid, match="either"):
                await campaigns.save_flights(
                    uow, campaign_id=made.id, version=made.version, now=planner.clock.now(), **given
                )


async def test_a_scenario_outlives_the_process_and_notices_new_dates(planner: Planner) -> None:
    made = await planner.planned(asked(planner))
    terms = ScenarioTerms(total_budget=Money(500_000, "EUR"), groups=(GROUP,), goal=Goal(risk=RiskKind.CVAR))
    async with planner.units.for_actor(planner.actor) as uow:
        kept = await campaigns.create_scenario(
            uow, campaign_id=made.id, name=" Half ", terms=terms, now=planner.clock.now()
        )
    async with planner.units.for_actor(planner.actor) as uow:
        found = await campaigns.get_scenario(uow, campaign_id=made.id, scenario_id=kept.scenario.id)
    assert (found.scenario.name, found.outdated) == ("Half", False)
    assert found.scenario.terms == terms
    assert found.scenario.allocation == kept.scenario.allocation
    assert found.scenario.allocation.spent == Money(500_000, "EUR")
