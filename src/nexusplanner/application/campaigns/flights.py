"""The weeks of a campaign: other rules to try, rules that are kept, and flights that a person places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from nexusplanner.application.agents.gathering.facts import load_weeks_around
from nexusplanner.application.agents.solving.weeks import FlightTerms, Flown, fly
from nexusplanner.application.campaigns.loading import Ground, editable, ground_of, plan_of
from nexusplanner.application.ledger.decisions import record_change
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.campaigns import Brief, Campaign, Flight, FlightPattern, FlightRules, Plan
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import CampaignId, DateRange, Invalid, Money, total

Placed = Mapping[str, tuple[Flight, ...]]


@dataclass(frozen=True, kw_only=True)
class FlightingPreview:
    """Weeks under other rules. budgets: by channel, which differ from the plan's when money was let move."""

    flown: Flown
    budgets: Mapping[str, Money]


async def preview_flights(
    uow: UnitOfWork, *, campaign_id: CampaignId, rules: FlightRules, keep_budgets: bool = True
) -> FlightingPreview:
    """The weeks under these rules; nothing is saved.

    keep_budgets: otherwise money may move between channels, inside their limits, where weeks are optimised.
    Raises: NotFound, Conflict (NO_PLAN), Invalid (INFEASIBLE_FLIGHTS).
    """
    uow.actor.require(Permission.READ)
    ground = await ground_of(uow, await uow.campaigns.get(campaign_id))
    brief = _with_rules(ground.campaign.brief, rules)
    moving = not keep_budgets and rules.pattern is FlightPattern.OPTIMISED
    terms = await _terms(uow, ground, brief=brief, moving=moving)
    given = _of_plan(plan_of(ground.campaign)) if rules.pattern is FlightPattern.CUSTOM else None
    flown = await uow.aside(fly, ground.model, terms=terms, given=given)
    currency = brief.total_budget.currency
    budgets = {
        channel: total((flight.budget for flight in flights), currency=currency)
        for channel, flights in flown.flights.items()
    }
    return FlightingPreview(flown=flown, budgets=budgets)


async def save_flights(
    uow: UnitOfWork,
    *,
    campaign_id: CampaignId,
    version: int,
    rules: FlightRules | None = None,
    placed: Placed | None = None,
    reason: str = "",
    now: datetime,
) -> Campaign:
    """Keep the weeks that rules make, or flights as a person placed them; the channels' budgets stay.

    placed: by channel; the flights of channels not named stay. Raises: NotFound, VersionConflict, Conflict, Invalid
    (FLIGHTS_SUM, INFEASIBLE_FLIGHTS), and Invalid unless one of the two is given.
    """
    uow.actor.require(Permission.PLAN)
    campaign = await editable(uow, campaign_id, version=version)
    campaign.require_editable()
    if (rules is None) == (placed is None):
        raise Invalid("Send either rules or flights.", fields={"flighting": "Send either this or channels."})
    ground, plan = await ground_of(uow, campaign), plan_of(campaign)
    asked = rules or replace(campaign.brief.flighting, pattern=FlightPattern.CUSTOM)
    brief = _with_rules(campaign.brief, asked)
    given: Placed | None = _merged(plan, placed, brief=brief) if placed is not None else None
    if given is None and asked.pattern is FlightPattern.CUSTOM:
        given = _of_plan(plan)
    terms = await _terms(uow, ground, brief=brief, moving=False)
    flown = await uow.aside(fly, ground.model, terms=terms, given=given)
    await _keep(uow, campaign, brief=brief, flown=flown, reason=reason, now=now)
    return campaign


async def _keep(uow: UnitOfWork, campaign: Campaign, *, brief: Brief, flown: Flown, reason: str, now: datetime) -> None:
    plan = plan_of(campaign)
    before = _weekly(plan)
    channels = tuple(replace(each, flights=flown.flights[each.channel]) for each in plan.channel_plans)
    campaign.brief = brief
    campaign.take_plan(replace(plan, channel_plans=channels, flight_certificate=flown.certificate), at=now)
    await record_change(
        uow,
        campaign,
        step="save_flights",
        summary=f"The weeks are {brief.flighting.pattern.replace('_', '-')} now. {flown.in_words}",
        now=now,
        before=before,
        after=_weekly(plan_of(campaign)),
        reason=reason,
        certificate=flown.certificate,
    )
    await uow.flush()


def _with_rules(brief: Brief, rules: FlightRules) -> Brief:
    changed = replace(brief, flighting=rules)
    changed.check()
    return changed


async def _terms(uow: UnitOfWork, ground: Ground, *, brief: Brief, moving: bool) -> FlightTerms:
    plan = plan_of(ground.campaign)
    around = await load_weeks_around(uow, campaign=ground.campaign, channels=ground.model.channels)
    return FlightTerms(
        dates=brief.dates,
        rules=brief.flighting,
        budgets={each.channel: each.budget for each in plan.channel_plans},
        ranges={each.channel: (each.minimum, each.maximum) for each in plan.channel_plans} if moving else {},
        before=around.before,
        beside=around.beside,
    )


def _of_plan(plan: Plan) -> Placed:
    return {each.channel: each.flights for each in plan.channel_plans}


def _merged(plan: Plan, placed: Placed, *, brief: Brief) -> Placed:
    """The plan's flights with those that were placed. Raises: Invalid (FLIGHTS_SUM, UNKNOWN_CHANNEL)."""
    known = {each.channel: each for each in plan.channel_plans}
    for index, (channel, flights) in enumerate(placed.items()):
        if channel not in known:
            raise Invalid(
                f"The plan has no channel {channel!r}. It has: {', '.join(known)}.",
                fields={f"channels.{index}.channel": "No such channel in this plan."},
                code="UNKNOWN_CHANNEL",
            )
        _require_weeks(flights, brief=brief, where=f"channels.{index}.flights")
        try:
            replace(known[channel], flights=flights).check_flights()
        except Invalid as error:
            fields = {f"channels.{index}.flights": error.message}
            raise Invalid(error.message, fields=fields, code=error.code) from None
    return {**_of_plan(plan), **placed}


def _require_weeks(flights: Sequence[Flight], *, brief: Brief, where: str) -> None:
    """Raise Invalid unless every amount stands in a calendar week of the campaign, each once, none negative.

    A flight runs from its first week to its last, without a week left out.
    """
    weeks = set(brief.dates.calendar_weeks())
    used = [week for flight in flights for week in flight.weekly]
    if not {week.dates for week in used} <= weeks or len({week.dates for week in used}) < len(used):
        message = "Use the calendar weeks of the campaign, Monday to Sunday, cut at its first and last day, each once."
        raise Invalid(f"These are not weeks of the campaign. {message}", fields={where: message}, code="FLIGHT_WEEKS")
    if not all(_runs_through(flight) for flight in flights):
        message = "A flight runs from its first week to its last, in order; where a week is left out, another begins."
        raise Invalid(
            f"The days of a flight are not those of its weeks. {message}", fields={where: message}, code="FLIGHT_WEEKS"
        )
    if any(week.amount.amount < 0 or week.amount.currency != brief.total_budget.currency for week in used):
        message = f"Every amount is 0 or more, in {brief.total_budget.currency}."
        raise Invalid(f"An amount cannot be planned. {message}", fields={where: message})


def _runs_through(flight: Flight) -> bool:
    weeks = [week.dates for week in flight.weekly]
    following = all((after.start - before.end).days == 1 for before, after in pairwise(weeks))
    return following and flight.dates == DateRange(weeks[0].start, weeks[-1].end)


def _weekly(plan: Plan) -> dict[str, dict[str, str]]:
    """What each channel gets by the week's first day, as decimal strings."""
    return {
        each.channel: {
            week.dates.start.isoformat(): week.amount.decimal for flight in each.flights for week in flight.weekly
        }
        for each in plan.channel_plans
    }
