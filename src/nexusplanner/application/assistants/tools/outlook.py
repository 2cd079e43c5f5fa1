"""Read tools on what a plan should bring when: forecast, flights by week, and how well the curves are known."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date, timedelta

from nexusplanner.application.assistants.findings import Fact, Findings
from nexusplanner.application.assistants.scene import Scene, plan_of
from nexusplanner.application.assistants.tools.plans import (
    QUALITY_WORDS,
    absent,
    channel_fact,
    expected_fact,
    topic_of,
    unit_of,
)
from nexusplanner.application.assistants.words import (
    between,
    counted,
    day,
    days,
    figure,
    listed,
    money,
    percent,
    sentence,
)
from nexusplanner.application.campaigns import forecast_campaign
from nexusplanner.domain.campaigns import Campaign, ChannelPlan, Plan
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.shared import Conflict, DateRange, Estimate, NotFound, total

_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_DAY_MONTH = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]{3,9})\b(?:\s+(20\d\d))?")
_MONTH_DAY = re.compile(r"\b([a-z]{3,9})\s+(\d{1,2})(?:st|nd|rd|th)?\b(?:\s+(20\d\d))?")
_MONTH = re.compile(r"\b([a-z]{3,9})\b(?:\s+(20\d\d))?")
_WEEK = re.compile(r"\b(?:week\s+(?:number\s+)?(\d{1,2})|(first|last|second|third) week)\b")
_MONTHS = {name.lower(): at for at, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): at for at, name in enumerate(calendar.month_abbr) if name}


async def forecast(scene: Scene) -> Findings:
    """What the plan should bring, with its interval, by channel, and whether it reaches what was hoped for."""
    campaign = await scene.campaign(planned=True)
    plan = plan_of(campaign)
    named = [each for key in scene.channels if (each := scene.plan_channel(plan, key)) is not None]
    if scene.channels and not named:
        return absent(scene, campaign, plan)
    expected = expected_fact(campaign, plan)
    if named:
        points = tuple(channel_fact(scene, campaign, each, plan=plan) for each in named)
        return Findings(
            lead=points[0].text if len(named) == 1 else "This is expected of these channels.",
            points=points if len(named) > 1 else (expected,),
            behind=points,
            topic=topic_of(campaign, channel=named[0].channel if len(named) == 1 else ""),
        )
    asked = bool({"target", "goal", "objective"} & {*scene.words})
    target, spread = _target(campaign, plan, asked=asked), _spread(campaign, plan)
    timing = await _timing(scene, campaign, plan)
    largest = max(plan.channel_plans, key=lambda each: each.expected_outcome.mean)
    return Findings(
        lead=expected.text,
        points=(*target, spread, channel_fact(scene, campaign, largest, plan=plan), *timing),
        behind=(expected,),
        topic=topic_of(campaign),
    )


def _spread(campaign: Campaign, plan: Plan) -> Fact:
    found, unit = plan.expected_outcome, unit_of(campaign, plan)
    return Fact(
        id=f"range:{campaign.id}",
        title=f"Good and bad cases of {campaign.name}",
        text=f"In one case of twenty it brings less than {figure(found.low)} {unit}, in one of twenty more than"
        f" {figure(found.high)}.",
        url=f"/campaigns/{campaign.id}",
    )


def _target(campaign: Campaign, plan: Plan, *, asked: bool) -> tuple[Fact, ...]:
    hoped, found = campaign.brief.target_outcome, plan.expected_outcome
    if hoped is None:
        none = f"The brief of “{campaign.name}” names no hoped-for outcome to compare with."
        url = f"/campaigns/{campaign.id}"
        return (Fact(id=f"target:{campaign.id}", title="Hoped-for outcome", text=none, url=url),) if asked else ()
    if found.low >= hoped:
        told = "even the low end of the interval reaches it"
    elif found.mean >= hoped:
        told = "the mean reaches it, the low end of the interval does not"
    elif found.high >= hoped:
        told = "the mean falls short of it, the high end of the interval reaches it"
    else:
        told = "even the high end of the interval falls short of it"
    return (Fact(
        id=f"target:{campaign.id}",
        title=f"Hoped-for outcome of {campaign.name}",
        text=f"The brief hopes for {figure(hoped)} {unit_of(campaign, plan)}: {told}.",
        url=f"/campaigns/{campaign.id}",
    ),)  # fmt: skip


async def _timing(scene: Scene, campaign: Campaign, plan: Plan) -> tuple[Fact, ...]:
    """The best week and what comes after the end; left out when the curves are gone."""
    try:
        found = (await forecast_campaign(scene.uow, campaign_id=campaign.id)).usual
    except (NotFound, Conflict):
        return ()
    weekly, unit = found.weekly, unit_of(campaign, plan)
    best = int(weekly.mean.argmax())
    peak = Estimate(mean=float(weekly.mean[best]), low=float(weekly.low[best]), high=float(weekly.high[best]))
    after = found.after_end
    return (
        Fact(
            id=f"peak:{campaign.id}",
            title=f"Best week of {campaign.name}",
            text=f"The best week is that of {day(found.weeks[best].start)} with {figure(peak.mean)} {unit} {between(peak)}.",
            url=f"/campaigns/{campaign.id}/calendar",
        ),
        Fact(
            id=f"after:{campaign.id}",
            title=f"After the end of {campaign.name}",
            text=f"Within its weeks it brings {figure(found.total.mean)} {unit} {between(found.total)}; after the end"
            f" another {figure(after.mean)} {between(after)} follow from what was spent.",
            url=f"/campaigns/{campaign.id}/calendar",
        ),
    )


async def curves(scene: Scene) -> Findings:
    """How well each channel's response is known."""
    campaign = await scene.campaign(planned=True)
    plan = plan_of(campaign)
    named = [each for key in scene.channels if (each := scene.plan_channel(plan, key)) is not None]
    if scene.channels and not named:
        return absent(scene, campaign, plan)
    order = list(QualityClass)
    chosen = sorted(named or plan.channel_plans, key=lambda each: order.index(each.quality))
    points = tuple(
        Fact(
            id=f"curve:{campaign.id}:{each.channel}",
            title=f"Curve of {scene.channel_name(each.channel)}",
            text=f"{scene.channel_name(each.channel)} is {QUALITY_WORDS[each.quality]}: {each.quality_reason.rstrip('.')}."
            + (
                f" The largest week seen had {figure(each.spend_seen)} {each.budget.currency}."
                if each.spend_seen
                else ""
            ),
            url=f"/campaigns/{campaign.id}/budget",
        )
        for each in chosen
    )
    measured = [each for each in plan.channel_plans if each.quality is QualityClass.MEASURED]
    count = Fact(
        id=f"curves:{campaign.id}",
        title=f"Curves of {campaign.name}",
        text=f"{len(measured)} of {counted(len(plan.channel_plans), 'channel')} in “{campaign.name}” are measured on your"
        " own figures.",
        url=f"/campaigns/{campaign.id}/budget",
    )
    channel = named[0].channel if len(named) == 1 else ""
    return Findings(lead=count.text, points=points, behind=(count,), topic=topic_of(campaign, channel=channel))


async def flights(scene: Scene) -> Findings:
    """What runs when: in a week or month that is named, of a channel that is named, or over all weeks."""
    campaign = await scene.campaign(planned=True)
    plan = plan_of(campaign)
    if scene.channels and scene.plan_channel(plan, scene.channels[0]) is None:
        return absent(scene, campaign, plan)
    one = scene.plan_channel(plan, scene.channels[0]) if scene.channels else None
    asked = asked_days(scene.text, dates=campaign.brief.dates)
    if asked is not None:
        return _within(scene, campaign, plan, asked=asked, only=one)
    if one is None and scene.before.channel and not _whole_plan(scene):
        one = scene.plan_channel(plan, scene.before.channel)
    chosen = [one] if one else [each for each in plan.channel_plans if each.budget.amount]
    points = tuple(_runs(scene, campaign, each) for each in chosen)
    busiest = _busiest(campaign, plan)
    lead = points[0].text if one else busiest.text
    behind = (points[0],) if one else (busiest,)
    return Findings(
        lead=lead,
        points=_weeks(scene, campaign, one) if one else points,
        behind=behind,
        topic=topic_of(campaign, channel=one.channel if one else ""),
    )


def _whole_plan(scene: Scene) -> bool:
    return bool({"busiest", "all", "everything", "campaign", "plan", "weeks"} & {*scene.words})


def _runs(scene: Scene, campaign: Campaign, each: ChannelPlan) -> Fact:
    name = scene.channel_name(each.channel)
    when = listed([f"{days(flight.dates)} ({money(flight.budget)})" for flight in each.flights])
    return Fact(
        id=f"flight:{campaign.id}:{each.channel}",
        title=f"Flights of {name}",
        text=f"{name} runs {when}." if when else f"{name} does not run.",
        url=f"/campaigns/{campaign.id}/calendar",
    )


def _weeks(scene: Scene, campaign: Campaign, each: ChannelPlan) -> tuple[Fact, ...]:
    name, weeks = scene.channel_name(each.channel), [week for flight in each.flights for week in flight.weekly]
    amounts = sorted(weeks, key=lambda week: week.amount.amount)
    if not amounts:
        return ()
    least, most = amounts[0], amounts[-1]
    even = most.amount.amount - least.amount.amount <= most.amount.amount // 50
    return (Fact(
        id=f"weeks:{campaign.id}:{each.channel}",
        title=f"Weeks of {name}",
        text=f"It spends about the same every week, {money(most.amount)} at most."
            if even
            else f"Its largest week is that of {day(most.dates.start)} with {money(most.amount)}, its smallest that of"
        f" {day(least.dates.start)} with {money(least.amount)}.",
        url=f"/campaigns/{campaign.id}/calendar",
    ),)  # fmt: skip


def _busiest(campaign: Campaign, plan: Plan) -> Fact:
    weeks = campaign.brief.dates.calendar_weeks()
    currency = campaign.brief.total_budget.currency
    spent = [total(plan.spend_within(week).values(), currency=currency) for week in weeks]
    at = max(range(len(weeks)), key=lambda index: spent[index].amount)
    return Fact(
        id=f"busiest:{campaign.id}",
        title=f"Busiest week of {campaign.name}",
        text=f"“{campaign.name}” runs over {counted(len(weeks), 'calendar week')}; the busiest is that of"
        f" {day(weeks[at].start)} with {money(spent[at])}.",
        url=f"/campaigns/{campaign.id}/calendar",
    )


def _within(scene: Scene, campaign: Campaign, plan: Plan, *, asked: DateRange, only: ChannelPlan | None) -> Findings:
    currency, url = campaign.brief.total_budget.currency, f"/campaigns/{campaign.id}/calendar"
    spent = {key: amount for key, amount in plan.spend_within(asked).items() if only is None or key == only.channel}
    running = {key: amount for key, amount in spent.items() if amount.amount}
    whole = total(running.values(), currency=currency)
    what = scene.channel_name(only.channel) if only else f"“{campaign.name}”"
    told = (
        f"{what} spends {money(whole)} from {days(asked)}" if running else f"Nothing of {what} runs from {days(asked)}"
    )
    count = Fact(id=f"days:{campaign.id}:{asked.start}:{asked.end}", title=days(asked), text=f"{told}.", url=url)
    points = tuple(
        Fact(
            id=f"days:{campaign.id}:{asked.start}:{key}",
            title=scene.channel_name(key),
            text=f"{scene.channel_name(key)}: {money(amount)}.",
            url=url,
        )
        for key, amount in sorted(running.items(), key=lambda pair: -pair[1].amount)
        if only is None
    )
    if not running:
        points = (Fact(id=f"brief:{campaign.id}:dates", title="Dates", url=url,
                       text=f"The campaign runs from {days(campaign.brief.dates)}."),)  # fmt: skip
    topic = topic_of(campaign, channel=only.channel if only else "")
    return Findings(lead=count.text, points=points, behind=(count,), topic=topic)


def asked_days(text: str, *, dates: DateRange) -> DateRange | None:
    """The days a question names: a day (its week), a week by number in the campaign, or a month; None for none."""
    said = text.lower()
    week = _WEEK.search(said)
    if week:
        return _week(week, weeks=dates.calendar_weeks())
    found = _day(said, dates=dates)
    if found is not None:
        monday = found - timedelta(days=found.weekday())
        return DateRange(monday, monday + timedelta(days=6))
    for each in _MONTH.finditer(said):
        month = _MONTHS.get(each[1])
        if month and (each[1] not in {"may", "mar", "sun"} or f"in {each[1]}" in said):
            year = int(each[2]) if each[2] else _year(month, dates=dates)
            return DateRange(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    return None


def _week(found: re.Match[str], *, weeks: Sequence[DateRange]) -> DateRange | None:
    ordinal = {"first": 1, "second": 2, "third": 3, "last": len(weeks)}
    number = int(found[1]) if found[1] else ordinal[found[2]]
    return weeks[number - 1] if 0 < number <= len(weeks) else None


def _day(said: str, *, dates: DateRange) -> date | None:
    iso = _ISO.search(said)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        for pattern, number, name in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
            for found in pattern.finditer(said):
                month = _MONTHS.get(found[name])
                if month:
                    year = int(found[3]) if found[3] else _year(month, dates=dates)
                    return date(year, month, int(found[number]))
    except ValueError:
        return None
    return None


def _year(month: int, *, dates: DateRange) -> int:
    """The year in which the month touches the campaign, else its first."""
    for year in range(dates.start.year, dates.end.year + 1):
        first, last = date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        if first <= dates.end and last >= dates.start:
            return year
    return dates.start.year


async def shares(scene: Scene) -> Findings:
    """Which channel carries most of the outcome."""
    campaign = await scene.campaign(planned=True)
    plan = plan_of(campaign)
    whole = plan.expected_outcome.mean
    ordered = sorted(plan.channel_plans, key=lambda each: -each.expected_outcome.mean)
    best = ordered[0]
    points = tuple(channel_fact(scene, campaign, each, plan=plan) for each in ordered)
    share = Fact(
        id=f"share:{campaign.id}:{best.channel}",
        title=f"Share of {scene.channel_name(best.channel)}",
        text=f"{scene.channel_name(best.channel)} should bring most in “{campaign.name}”:"
        f" {figure(best.expected_outcome.mean)} {unit_of(campaign, plan)}"
        f"{f', {percent(best.expected_outcome.mean / whole)} of all' if whole > 0 else ''}.",
        url=f"/campaigns/{campaign.id}/budget",
    )
    return Findings(
        lead=sentence(share.text), points=points, behind=(share,), topic=topic_of(campaign, channel=best.channel)
    )
