"""Scenarios of a campaign: keep, change, compare, and make one of them the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from nexusplanner.application.agents.optimization import optimise
from nexusplanner.application.campaigns.allocation import Change, divide_anew
from nexusplanner.application.campaigns.loading import Ground, editable, ground_of
from nexusplanner.application.editing import require_version
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.scenarios import MOST_SCENARIOS, Scenario, ScenarioTerms
from nexusplanner.domain.shared import CampaignId, Conflict, ScenarioId


@dataclass(frozen=True, kw_only=True)
class ScenarioView:
    """A scenario, and whether what its split was made on has changed since."""

    scenario: Scenario
    outdated: bool


async def list_scenarios(uow: UnitOfWork, *, campaign_id: CampaignId) -> tuple[ScenarioView, ...]:
    """All scenarios of the campaign, oldest first; outdated ones all when the plan is gone. Raises NotFound."""
    uow.actor.require(Permission.READ)
    campaign = await uow.campaigns.get(campaign_id)
    found = await uow.scenarios.of_campaign(campaign_id)
    now = (await ground_of(uow, campaign)).fingerprint if campaign.plan and found else ""
    return tuple(ScenarioView(scenario=each, outdated=each.curves != now) for each in found)


async def get_scenario(uow: UnitOfWork, *, campaign_id: CampaignId, scenario_id: ScenarioId) -> ScenarioView:
    """The scenario. Raises NotFound."""
    uow.actor.require(Permission.READ)
    campaign = await uow.campaigns.get(campaign_id)
    found = await uow.scenarios.get(scenario_id, campaign_id=campaign_id)
    now = (await ground_of(uow, campaign)).fingerprint if campaign.plan else ""
    return ScenarioView(scenario=found, outdated=found.curves != now)


async def create_scenario(
    uow: UnitOfWork, *, campaign_id: CampaignId, name: str, terms: ScenarioTerms, now: datetime
) -> ScenarioView:
    """Keep the best split under these terms beside the plan.

    Raises: NotFound, Conflict (NO_PLAN, TOO_MANY_SCENARIOS), Invalid (INFEASIBLE_LIMITS, UNKNOWN_CHANNEL).
    """
    uow.actor.require(Permission.PLAN)
    campaign = await uow.campaigns.get(campaign_id)
    ground = await ground_of(uow, campaign)
    brief = terms.applied(campaign.brief)
    scenario = Scenario(
        tenant_id=uow.actor.tenant_id,
        campaign_id=campaign_id,
        name=name.strip(),
        terms=terms,
        allocation=await uow.aside(optimise, ground.model, terms=ground.terms(brief)),
        curves=ground.fingerprint,
        created_by=uow.actor.user_id,
        created_at=now,
        updated_at=now,
    )
    scenario.check()
    if await uow.scenarios.count(campaign_id) >= MOST_SCENARIOS:
        raise Conflict(
            f"A campaign keeps at most {MOST_SCENARIOS} scenarios. Delete one first.", code="TOO_MANY_SCENARIOS"
        )
    uow.scenarios.add(scenario)
    await uow.flush()
    return ScenarioView(scenario=scenario, outdated=False)


async def edit_scenario(
    uow: UnitOfWork,
    *,
    campaign_id: CampaignId,
    scenario_id: ScenarioId,
    version: int,
    name: str | None = None,
    pinned: bool | None = None,
    terms: Mapping[str, Any] | None = None,
    now: datetime,
) -> ScenarioView:
    """Change name, pin or terms; terms that are sent, even unchanged, are solved on the curves as they are now.

    terms: fields of `ScenarioTerms`. Raises: NotFound, VersionConflict, Invalid, Conflict (NO_PLAN: the terms of a
    scenario change only while the campaign has a plan).
    """
    uow.actor.require(Permission.PLAN)
    campaign = await uow.campaigns.get(campaign_id)
    scenario = await uow.scenarios.get(scenario_id, campaign_id=campaign_id)
    require_version(scenario, version=version)
    ground = await ground_of(uow, campaign) if campaign.plan or terms else None
    if terms and ground:
        asked = replace(scenario.terms, **terms)
        brief = asked.applied(campaign.brief)
        allocation = await uow.aside(optimise, ground.model, terms=ground.terms(brief))
        scenario.take(asked, allocation=allocation, curves=ground.fingerprint)
    scenario.name = scenario.name if name is None else name.strip()
    scenario.pinned = scenario.pinned if pinned is None else pinned
    scenario.check()
    scenario.updated_at = now
    await uow.flush()
    return ScenarioView(scenario=scenario, outdated=ground is None or scenario.curves != ground.fingerprint)


async def delete_scenario(uow: UnitOfWork, *, campaign_id: CampaignId, scenario_id: ScenarioId) -> None:
    """Raises NotFound."""
    uow.actor.require(Permission.PLAN)
    await uow.campaigns.get(campaign_id)
    await uow.scenarios.remove(await uow.scenarios.get(scenario_id, campaign_id=campaign_id))
    await uow.flush()


async def adopt_scenario(
    uow: UnitOfWork, *, campaign_id: CampaignId, scenario_id: ScenarioId, version: int, now: datetime
) -> Campaign:
    """Make the scenario the plan: its terms become the brief's, the money is divided and placed anew.

    version: of the campaign. Raises: NotFound, VersionConflict, Conflict, Invalid.
    """
    uow.actor.require(Permission.PLAN)
    campaign = await editable(uow, campaign_id, version=version)
    scenario = await uow.scenarios.get(scenario_id, campaign_id=campaign_id)
    ground: Ground = await ground_of(uow, campaign)
    change = Change(step="adopt_scenario", reason=f"The scenario “{scenario.name}” was made the plan.", at=now)
    await divide_anew(uow, ground, terms=scenario.terms, change=change)
    return campaign
