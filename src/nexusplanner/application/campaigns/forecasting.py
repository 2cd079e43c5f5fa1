"""What a plan should bring week by week, what could come in between, and how its spend may run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nexusplanner.application.agents.gathering.facts import load_around, load_committed_weeks
from nexusplanner.application.agents.gathering.recent import spend_before, spend_history
from nexusplanner.application.agents.solving.weeks import with_weeks
from nexusplanner.application.campaigns.loading import Ground, ground_of, plan_of
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.analytics import ChannelActual
from nexusplanner.domain.campaigns import ChannelPlan
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.forecast.expected import Forecast, ForecastInput, effect, forecast, without_shocks
from nexusplanner.domain.planning.forecast.pacing import Pacing, delivery_noise, pacing
from nexusplanner.domain.planning.forecast.shocks import Shock
from nexusplanner.domain.scenarios import Scenario
from nexusplanner.domain.shared import CampaignId, DateRange, Estimate, Invalid, Money, ScenarioId


@dataclass(frozen=True, kw_only=True, eq=False)
class CampaignForecast:
    """The forecast of a plan or a scenario. spend: (C, T) major units by channel and week.

    shocked, shock_effect: under the changed costs, None when none change.
    """

    currency: str
    spend: FloatArray
    usual: Forecast
    shocked: Forecast | None
    shock_effect: Estimate | None
    pacing: Pacing

    @property
    def assumptions(self) -> tuple[str, ...]:
        """In words, each once."""
        return tuple(dict.fromkeys((*(self.shocked or self.usual).assumptions, *self.pacing.assumptions)))


async def forecast_campaign(
    uow: UnitOfWork,
    *,
    campaign_id: CampaignId,
    shocks: Sequence[Shock] = (),
    scenario_id: ScenarioId | None = None,
) -> CampaignForecast:
    """The forecast of the plan, or of a scenario placed by the brief's flight rules; nothing is saved.

    Raises: NotFound, Conflict (NO_PLAN), Invalid for a shock on a channel that is not in the plan.
    """
    uow.actor.require(Permission.READ)
    ground = await ground_of(uow, await uow.campaigns.get(campaign_id))
    _require_known(shocks, ground=ground)
    brief, plans, budget = ground.campaign.brief, plan_of(ground.campaign).channel_plans, None
    if scenario_id is not None:
        scenario = await uow.scenarios.get(scenario_id, campaign_id=campaign_id)
        plans = await _placed(uow, ground, scenario=scenario)
        budget = scenario.terms.total_budget
    actuals = await uow.actuals.channels(brand_id=ground.campaign.brand_id, before=brief.start_date)
    beside = await load_committed_weeks(uow, campaign=ground.campaign, channels=ground.model.channels)
    return await uow.aside(
        _forecast,
        ground,
        plans,
        budget=budget or brief.total_budget,
        shocks=tuple(shocks),
        actuals=actuals,
        beside=beside,
    )


async def _placed(uow: UnitOfWork, ground: Ground, *, scenario: Scenario) -> tuple[ChannelPlan, ...]:
    """The scenario's money in weeks by the brief's rules; channels the plan no longer has are left out."""
    brief, model = ground.campaign.brief, ground.model
    known = tuple(each for each in scenario.allocation.channels if each.channel in model.channels)
    allocated = replace(ground.allocated, allocation=replace(scenario.allocation, channels=known))
    around = await load_around(uow, campaign=ground.campaign, brief=brief, channels=model.channels)
    placed = await uow.aside(with_weeks, allocated, brief=brief, before=around.before, beside=around.beside)
    return placed.plans


def _require_known(shocks: Sequence[Shock], *, ground: Ground) -> None:
    for index, shock in enumerate(shocks):
        if shock.channel is not None and shock.channel not in ground.model.channels:
            raise Invalid(
                f"The plan has no channel {shock.channel!r}. It has: {', '.join(ground.model.channels)}.",
                fields={f"shocks.{index}.channel": "No such channel in this plan."},
                code="UNKNOWN_CHANNEL",
            )


def _forecast(
    ground: Ground,
    plans: Sequence[ChannelPlan],
    *,
    budget: Money,
    shocks: tuple[Shock, ...],
    actuals: Sequence[ChannelActual],
    beside: FloatArray,
) -> CampaignForecast:
    dates, channels = ground.campaign.brief.dates, ground.model.channels
    weeks = dates.calendar_weeks()
    asked = ForecastInput(
        curves=ground.model.draws(),
        weeks=weeks,
        spend=weekly_spend(plans, channels=channels, weeks=weeks),
        before=spend_before(actuals, channels=channels, start=dates.start),
        beside=beside,
        shocks=shocks,
    )
    usual = forecast(without_shocks(asked))
    shocked = forecast(asked) if shocks else None
    past = spend_history(actuals, channels=channels, start=dates.start)
    return CampaignForecast(
        currency=budget.currency,
        spend=asked.spend,
        usual=usual,
        shocked=shocked,
        shock_effect=effect(shocked, plain=usual) if shocked else None,
        pacing=pacing(
            asked.spend,
            budget=budget.major,
            noise=delivery_noise(past, channels=len(channels)),
            daily_cap=[False] * len(channels),
            rng=np.random.default_rng(ground.model.seed),
        ),
    )


def weekly_spend(plans: Sequence[ChannelPlan], *, channels: Sequence[str], weeks: Sequence[DateRange]) -> FloatArray:
    """(C, T) major units of the plans' flights by channel and calendar week."""
    table = np.zeros((len(channels), len(weeks)))
    columns = {week.start: index for index, week in enumerate(weeks)}
    for plan in plans:
        for flight in plan.flights:
            for week in flight.weekly:
                table[channels.index(plan.channel), columns[week.dates.start]] += week.amount.major
    return table
