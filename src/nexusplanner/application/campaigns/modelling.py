"""A plan whose brand has another model in use than the one it stands on: what would change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nexusplanner.application.agents.optimization import optimise
from nexusplanner.application.agents.solving.standing import on_version, other_version
from nexusplanner.application.campaigns.comparing import compared, plan_candidate
from nexusplanner.application.campaigns.loading import Ground, ground_of, plan_of
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.campaigns import Allocation
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.measurement import ModelVersion
from nexusplanner.domain.shared import CampaignId, Estimate


@dataclass(frozen=True, kw_only=True)
class ModelChange:
    """What computing a plan anew on the version in use would change.

    expected_outcome: of the plan's present amounts on that version's curves. allocation: the best split there under the
    terms of the brief.
    """

    version: ModelVersion
    expected_outcome: Estimate
    allocation: Allocation


@dataclass(frozen=True, kw_only=True)
class StandsOn:
    """The version a plan stands on, 0 when it is no kept one; change: None while that is the one in use."""

    number: int
    change: ModelChange | None


async def newer_model(uow: UnitOfWork, *, campaign_id: CampaignId) -> StandsOn:
    """Whether another version is in use now, and what the plan would be on it.

    Raises: NotFound, Conflict (NO_PLAN), Invalid (INFEASIBLE_LIMITS).
    """
    uow.actor.require(Permission.READ)
    ground = await ground_of(uow, await uow.campaigns.get(campaign_id))
    version = await _in_use(uow, ground)
    change = await uow.aside(_change, ground, version) if version else None
    return StandsOn(number=ground.model.model_number, change=change)


async def on_model_in_use(uow: UnitOfWork, ground: Ground) -> Ground | None:
    """The ground on the curves of the version in use; None when the plan stands on that already, or cannot."""
    version = await _in_use(uow, ground)
    return _on(ground, version) if version else None


async def _in_use(uow: UnitOfWork, ground: Ground) -> ModelVersion | None:
    campaign = ground.campaign
    return await other_version(uow, plan=plan_of(campaign), model=ground.model, brand_id=campaign.brand_id)


def _on(ground: Ground, version: ModelVersion) -> Ground:
    return replace(ground, allocated=replace(ground.allocated, model=on_version(ground.model, version)))


def _change(ground: Ground, version: ModelVersion) -> ModelChange:
    there = _on(ground, version)
    return ModelChange(
        version=version,
        expected_outcome=compared(there, (plan_candidate(there),)).baseline.expected_outcome,
        allocation=optimise(there.model, terms=there.terms(ground.campaign.brief)),
    )
