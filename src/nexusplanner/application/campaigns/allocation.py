"""The budget of a campaign: its curves, other terms to try, and the split that is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nexusplanner.application.agents.gathering.facts import load_around
from nexusplanner.application.agents.gathering.passages import money_words
from nexusplanner.application.agents.optimization import optimise
from nexusplanner.application.agents.solving.curve_points import (
    CurvePoints,
    CurveSamples,
    curve_points,
    curve_samples,
    plan_table,
)
from nexusplanner.application.agents.solving.problems import usual_maximums
from nexusplanner.application.agents.solving.standing import about
from nexusplanner.application.agents.solving.weeks import with_weeks
from nexusplanner.application.campaigns.loading import Ground, editable, ground_of, plan_of
from nexusplanner.application.campaigns.modelling import on_model_in_use
from nexusplanner.application.ledger.decisions import amounts_of, record_change
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.campaigns import Allocation, Brief, Campaign, ChannelLimit, Goal, GroupLimit
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.planning.knots.table import CurveTable
from nexusplanner.domain.scenarios import ScenarioTerms
from nexusplanner.domain.shared import CampaignId, Money, minor_digits

DIVIDED_ANEW = (
    "The budget was divided anew after the explanation was written: amounts and outcomes in it are those of the split"
    " before."
)


@dataclass(frozen=True, kw_only=True)
class CampaignCurves:
    """The response curves behind a plan, for the page to draw and to plan on. weeks: the length of the campaign."""

    currency: str
    weeks: float
    ground: Ground
    points: tuple[CurvePoints, ...]
    samples: tuple[CurveSamples, ...]
    table: CurveTable
    usual: Mapping[str, Money]

    def committed(self, channel: str) -> Money:
        """What other campaigns spend in the channel on the same days."""
        return self.ground.committed.get(channel, Money(0, self.currency))

    @property
    def per_unit(self) -> int:
        """Minor units in one currency unit."""
        return int(10 ** minor_digits(self.currency))


async def curves_of(uow: UnitOfWork, *, campaign_id: CampaignId) -> CampaignCurves:
    """The curves the plan was made on. Raises NotFound, Conflict (NO_PLAN)."""
    uow.actor.require(Permission.READ)
    ground = await ground_of(uow, await uow.campaigns.get(campaign_id))
    return await uow.aside(_curves, ground)


def _curves(ground: Ground) -> CampaignCurves:
    brief, model = ground.campaign.brief, ground.model
    budget, weeks = brief.total_budget, brief.dates.weeks
    usual = usual_maximums(model, terms=ground.terms(brief))
    spend = {each.channel: each.budget for each in plan_of(ground.campaign).channel_plans}
    return CampaignCurves(
        currency=budget.currency,
        weeks=weeks,
        ground=ground,
        points=curve_points(model, budget=budget, weeks=weeks),
        samples=curve_samples(model, weeks=weeks, spend=spend, start=ground.committed),
        table=plan_table(model, terms=ground.terms(brief)),
        usual={name: Money(amount, budget.currency) for name, amount in usual.items()},
    )


async def preview_allocation(
    uow: UnitOfWork,
    *,
    campaign_id: CampaignId,
    total_budget: Money | None = None,
    limits: Sequence[ChannelLimit] = (),
    groups: Sequence[GroupLimit] | None = None,
    goal: Goal | None = None,
) -> Allocation:
    """The best split under these terms; nothing is saved. Groups and goal are the brief's when they are left out.

    Raises: NotFound, Conflict (NO_PLAN), Invalid (INFEASIBLE_LIMITS, UNKNOWN_CHANNEL).
    """
    uow.actor.require(Permission.READ)
    campaign = await uow.campaigns.get(campaign_id)
    terms = changed_terms(campaign.brief, total_budget=total_budget, limits=limits, groups=groups, goal=goal)
    brief = terms.applied(campaign.brief)
    ground = await ground_of(uow, campaign)
    return await uow.aside(optimise, ground.model, terms=ground.terms(brief))


async def save_allocation(
    uow: UnitOfWork,
    *,
    campaign_id: CampaignId,
    version: int,
    total_budget: Money | None = None,
    limits: Sequence[ChannelLimit] = (),
    groups: Sequence[GroupLimit] | None = None,
    goal: Goal | None = None,
    newest_model: bool = False,
    reason: str = "",
    now: datetime,
) -> Campaign:
    """Make the best split under these terms the plan, with new flights; texts stay.

    newest_model: on the curves of the version in use now; otherwise on those the plan stands on. Raises: NotFound, VersionConflict, Conflict (NO_PLAN), Invalid (INFEASIBLE_LIMITS, UNKNOWN_CHANNEL).
    """
    uow.actor.require(Permission.PLAN)
    campaign = await editable(uow, campaign_id, version=version)
    terms = changed_terms(campaign.brief, total_budget=total_budget, limits=limits, groups=groups, goal=goal)
    ground = await ground_of(uow, campaign)
    if newest_model:
        ground = (await on_model_in_use(uow, ground)) or ground
    await divide_anew(uow, ground, terms=terms, change=Change(step="save_allocation", reason=reason, at=now))
    return campaign


def changed_terms(
    brief: Brief,
    *,
    total_budget: Money | None,
    limits: Sequence[ChannelLimit],
    groups: Sequence[GroupLimit] | None,
    goal: Goal | None,
) -> ScenarioTerms:
    """The brief's terms with these instead."""
    return ScenarioTerms(
        total_budget=total_budget or brief.total_budget,
        limits=tuple(limits),
        groups=brief.groups if groups is None else tuple(groups),
        goal=goal or brief.goal,
    )


@dataclass(frozen=True, kw_only=True)
class Change:
    """How the ledger is to name a change by hand."""

    step: str
    reason: str
    at: datetime


async def divide_anew(uow: UnitOfWork, ground: Ground, *, terms: ScenarioTerms, change: Change) -> None:
    """Make the best split under `terms` the campaign's plan and note it in the ledger. Raises: Invalid, Conflict."""
    campaign, plan = ground.campaign, plan_of(ground.campaign)
    campaign.require_editable()
    brief = terms.applied(campaign.brief)
    allocation = await uow.aside(optimise, ground.model, terms=ground.terms(brief))
    around = await load_around(uow, campaign=campaign, brief=brief, channels=ground.model.channels)
    allocated = replace(ground.allocated, allocation=allocation)
    channels = await uow.aside(
        with_weeks, allocated, brief=brief, written=plan.channel_plans, before=around.before, beside=around.beside
    )
    was = _noted(campaign, model_number=plan.model.get("model_number"))
    campaign.brief = brief
    campaign.take_plan(
        replace(
            plan,
            model={**plan.model, **about(ground.model)},
            channel_plans=channels.plans,
            certificate=allocation.certificate,
            flight_certificate=channels.certificate,
            expected_outcome=allocation.expected_outcome,
            explanation=plan.explanation.outdated(DIVIDED_ANEW),
        ),
        at=change.at,
    )
    await record_change(
        uow,
        campaign,
        step=change.step,
        summary=f"{money_words(allocation.spent)} divided anew over {len(channels.plans)} channels, {allocation.certificate.in_words}.",
        now=change.at,
        before=was,
        after=_noted(campaign, model_number=ground.model.model_number),
        reason=change.reason,
        certificate=allocation.certificate,
    )
    await uow.flush()


def _noted(campaign: Campaign, *, model_number: object) -> dict[str, object]:
    """What the ledger keeps of a split."""
    return {
        "total_budget": campaign.brief.total_budget.decimal,
        "amounts": amounts_of(campaign.plan),
        "model_number": model_number,
    }
