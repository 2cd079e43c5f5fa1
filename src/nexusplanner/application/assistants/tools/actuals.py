"""Read tools on what really happened: spend and outcomes, also beside a plan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from nexusplanner.application.assistants.findings import Fact, Findings, NotKnown
from nexusplanner.application.assistants.scene import Scene, plan_of
from nexusplanner.application.assistants.tools.outlook import asked_days
from nexusplanner.application.assistants.words import counted, day, days, figure, money, percent
from nexusplanner.application.ports.rows import BrandRow
from nexusplanner.domain.analytics import ActualRole, BrandActual, ChannelActual
from nexusplanner.domain.sessions import Topic
from nexusplanner.domain.shared import DateRange, Money, total

_LAST = re.compile(r"\b(?:last|past|previous)\s+(\d{1,3})?\s*(day|week|month|quarter|year)s?\b")
_YEAR = re.compile(r"\b(?:in|during|of|for)\s+(20\d\d)\b")
LENGTHS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 364}


def _period(scene: Scene, *, first: date, last: date) -> DateRange:
    """The days a question names, counted back from the last known day; all days when it names none."""
    text = scene.text.lower()
    back = _LAST.search(text)
    if back and not back[1]:
        return _before(back[2], today=scene.now.date())
    if back:
        length = LENGTHS[back[2]] * int(back[1] or 1)
        return DateRange(max(first, last - timedelta(days=length - 1)), last)
    year = _YEAR.search(text)
    if year:
        return DateRange(date(int(year[1]), 1, 1), date(int(year[1]), 12, 31))
    named = asked_days(text, dates=DateRange(first, last))
    return named or DateRange(first, last)


def _before(unit: str, *, today: date) -> DateRange:
    """The last whole day, week, month, quarter or year by the calendar."""
    if unit in {"day", "week"}:
        end = today - timedelta(days=1 if unit == "day" else today.weekday() + 1)
        return DateRange(end - timedelta(days=LENGTHS[unit] - 1), end)
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = date(today.year, (today.month - 1) // size * size + 1, 1)
    end = first - timedelta(days=1)
    return DateRange(date(end.year, end.month - size + 1, 1), end)


def _spent(rows: Sequence[ChannelActual], dates: DateRange, *, currency: str) -> dict[str, Money]:
    """Spend by channel on the days, largest first; amounts in other currencies are left out."""
    spent: dict[str, int] = {}
    for row in rows:
        if row.day in dates and row.spend.currency == currency:
            spent[row.channel] = spent.get(row.channel, 0) + row.spend.amount
    return {key: Money(amount, currency) for key, amount in sorted(spent.items(), key=lambda pair: -pair[1])}


async def _known(scene: Scene, brand: BrandRow) -> tuple[Sequence[ChannelActual], date, date]:
    """Every row of the brand, its first and its last day. Raises: NotKnown."""
    rows = await scene.uow.actuals.channels(brand_id=brand.id)
    if not rows:
        raise NotKnown(f"No actuals of {brand.name} are on record. Import spend by channel and day first.")
    last = max(row.day for row in rows)
    gap = min((b - a for a, b in pairwise(sorted({row.day for row in rows}))), default=timedelta(days=1))
    return rows, min(row.day for row in rows), last + gap - timedelta(days=1)


async def spend(scene: Scene) -> Findings:
    """What was spent, by channel, in a period that is named."""
    brand = scene.brand()
    rows, first, last = await _known(scene, brand)
    period = _period(scene, first=first, last=last)
    spent = _spent(rows, period, currency=brand.currency)
    named = {key: spent.get(key, Money(0, brand.currency)) for key in scene.channels}
    shown = named or spent
    whole = total(spent.values(), currency=brand.currency)
    count = Fact(
        id=f"spend:{brand.id}:{period.start}:{period.end}",
        title=f"Spend of {brand.name}",
        text=f"{brand.name} spent {money(whole)} from {days(period)} in {counted(len(spent), 'channel')}.",
        url="/measurement",
    )
    points = tuple(
        Fact(
            id=f"spend:{brand.id}:{key}:{period.start}:{period.end}",
            title=f"Spend on {scene.channel_name(key)}",
            text=f"{scene.channel_name(key)}: {money(amount)}"
            f"{f' ({percent(amount.amount / whole.amount)} of all)' if whole.amount else ''}.",
            url="/measurement",
        )
        for key, amount in shown.items()
    )
    topic = Topic(brand=str(brand.id), channel=next(iter(named), ""))
    if len(named) == 1:
        key, amount = next(iter(named.items()))
        lead = f"{brand.name} spent {money(amount)} on {scene.channel_name(key)} from {days(period)}."
        if not amount.amount:
            lead = f"{brand.name} has no spend on {scene.channel_name(key)} on record from {days(period)}."
        return Findings(lead=lead, points=points, behind=(count,), topic=topic)
    return Findings(lead=count.text, points=points, behind=(count,), topic=topic)


async def outcomes(scene: Scene) -> Findings:
    """What came of it: the brand's outcome in a period that is named, against the period before."""
    brand = scene.brand()
    rows = [
        row
        for row in await scene.uow.actuals.brand(brand_id=brand.id)
        if row.role is ActualRole.OUTCOME and row.metric == brand.outcome_name
    ]
    if not rows:
        raise NotKnown(f"No {brand.outcome_name} of {brand.name} are on record. Import them first.")
    known = sorted({row.day for row in rows})
    step = min((b - a for a, b in pairwise(known)), default=timedelta(days=1))
    first, last = known[0], known[-1] + step - timedelta(days=1)
    period = _period(scene, first=first, last=last)
    unit = f"{brand.currency} of {brand.outcome_name}" if brand.outcome_is_money else brand.outcome_name
    now = _sum(rows, period)
    count = Fact(
        id=f"outcome:{brand.id}:{period.start}:{period.end}",
        title=f"{brand.outcome_name.capitalize()} of {brand.name}",
        text=f"{brand.name} had {figure(now)} {unit} from {days(period)}.",
        url="/measurement",
    )
    before = DateRange(period.start - timedelta(days=period.days), period.start - timedelta(days=1))
    points: tuple[Fact, ...] = ()
    if before.start >= first and (earlier := _sum(rows, before)) > 0:
        change = now / earlier - 1
        way = "more" if change >= 0 else "less"
        points = (Fact(
            id=f"outcome:{brand.id}:{before.start}:{before.end}",
            title="The period before",
            text=f"That is {percent(abs(change))} {way} than in the {counted(before.days, 'day')} before, with {figure(earlier)}.",
            url="/measurement",
        ),)  # fmt: skip
    return Findings(lead=count.text, points=points, behind=(count,), topic=Topic(brand=str(brand.id)))


def _sum(rows: Sequence[BrandActual], dates: DateRange) -> float:
    return sum(row.value for row in rows if row.day in dates)


async def against_plan(scene: Scene) -> Findings:
    """What a campaign's channels really spent on its days beside the plan."""
    campaign = await scene.campaign(planned=True)
    plan, brief = plan_of(campaign), campaign.brief
    currency, url = brief.total_budget.currency, f"/campaigns/{campaign.id}"
    rows = await scene.uow.actuals.channels(brand_id=campaign.brand_id)
    known = [row.day for row in rows if row.day in brief.dates]
    topic = Topic(campaign_id=campaign.id)
    if not known:
        planned = total((each.budget for each in plan.channel_plans), currency=currency)
        fact = Fact(
            id=f"actuals:{campaign.id}",
            title=f"Actuals of {campaign.name}",
            text=f"No actuals lie on the days of “{campaign.name}” ({days(brief.dates)}), so its {money(planned)} cannot be"
            " compared with anything yet.",
            url=url,
        )
        return Findings(lead=fact.text, behind=(fact,), topic=topic)
    until = min(max(known) + timedelta(days=6), brief.end_date)
    so_far = DateRange(brief.start_date, until)
    planned_by = plan.spend_within(so_far)
    spent_by = _spent(rows, brief.dates, currency=currency)
    planned, spent = (total(each.values(), currency=currency) for each in (planned_by, spent_by))
    part = f", which is {percent(spent.amount / planned.amount)} of it" if planned.amount else ""
    whole = Fact(
        id=f"actuals:{campaign.id}",
        title=f"Actuals and plan of {campaign.name}",
        text=f"Up to {day(until)} the plan of “{campaign.name}” has {money(planned)}; the channels of the brand really spent"
        f" {money(spent)} on these days{part}.",
        url=url,
    )
    keys = [key for key in dict.fromkeys((*planned_by, *spent_by)) if not scene.channels or key in scene.channels]
    points = tuple(
        Fact(
            id=f"actuals:{campaign.id}:{key}",
            title=f"{scene.channel_name(key)}: actual and plan",
            text=f"{scene.channel_name(key)}: {money(spent_by.get(key, Money(0, currency)))} spent,"
            f" {money(planned_by.get(key, Money(0, currency)))} planned.",
            url=url,
        )
        for key in keys
    )
    close = "Actuals count everything the brand spent in a channel, also for its other campaigns."
    return Findings(lead=whole.text, points=points, behind=(whole,), close=close, topic=topic)
