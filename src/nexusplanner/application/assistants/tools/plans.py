"""Read tools on a campaign's plan: the brief, the split of the money and why, the proof, and its words."""

from __future__ import annotations

from nexusplanner.application.assistants.findings import Fact, Findings, NotKnown
from nexusplanner.application.assistants.scene import Scene, plan_of
from nexusplanner.application.assistants.words import (
    between,
    counted,
    day,
    days,
    figure,
    first_reason,
    listed,
    money,
    outcome,
    percent,
    sentence,
    short,
)
from nexusplanner.application.campaigns.alternatives import AlternativeView, open_alternatives
from nexusplanner.domain.alternatives import AlternativeKind
from nexusplanner.domain.campaigns import Campaign, ChannelPlan, Plan
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.sessions import Topic

QUALITY_WORDS = {
    QualityClass.MEASURED: "measured on your own figures",
    QualityClass.BORROWED: "borrowed from benchmarks",
    QualityClass.ASSUMPTION: "an assumption",
}
_NOTHING: frozenset[str] = frozenset()
_FOCUS = {
    "budget": frozenset({"budget", "money", "goal"}),
    "audience": frozenset({"audience", "who", "target", "targeting", "aimed"}),
    "objectives": frozenset({"objective", "objectives"}),
    "dates": frozenset({"dates", "when"}),
}
"""Words that ask for one part of the brief."""


def unit_of(campaign: Campaign, plan: Plan) -> str:
    """What an outcome is counted in: "sign-ups", or "EUR of revenue"."""
    return (
        f"{campaign.brief.total_budget.currency} of {plan.outcome_name}" if plan.outcome_is_money else plan.outcome_name
    )


def topic_of(campaign: Campaign, *, channel: str = "") -> Topic:
    """The campaign was spoken of, and a channel of it."""
    return Topic(campaign_id=campaign.id, channel=channel)


def expected_fact(campaign: Campaign, plan: Plan) -> Fact:
    """What the plan should bring."""
    currency = campaign.brief.total_budget.currency if plan.outcome_is_money else ""
    told = outcome(plan.expected_outcome, name=plan.outcome_name, currency=currency)
    return Fact(
        id=f"outcome:{campaign.id}",
        title=f"Expected outcome of {campaign.name}",
        text=f"“{campaign.name}” is expected to bring {told}.",
        url=f"/campaigns/{campaign.id}",
    )


def channel_fact(scene: Scene, campaign: Campaign, each: ChannelPlan, *, plan: Plan) -> Fact:
    """What a channel gets and should bring."""
    budget, unit = campaign.brief.total_budget, unit_of(campaign, plan)
    name = scene.channel_name(each.channel)
    locked = ", locked" if each.locked else ""
    return Fact(
        id=f"channel:{campaign.id}:{each.channel}",
        title=f"{name} in {campaign.name}",
        text=(
            f"{name} gets {money(each.budget)}{locked} ({percent(each.budget.amount / budget.amount)} of the budget) and"
            f" should bring {figure(each.expected_outcome.mean)} {unit} {between(each.expected_outcome)}."
        ),
        url=f"/campaigns/{campaign.id}/budget",
    )


def next_fact(scene: Scene, campaign: Campaign, each: ChannelPlan, *, plan: Plan) -> Fact:
    """What more money would bring in a channel, and how well that is known."""
    name, currency = scene.channel_name(each.channel), each.budget.currency
    return Fact(
        id=f"next:{campaign.id}:{each.channel}",
        title=f"The next 1,000 in {name}",
        text=(
            f"In {name} the next 1,000 {currency} would add {figure(each.next_thousand)} {unit_of(campaign, plan)};"
            f" the curve is {QUALITY_WORDS[each.quality]} ({first_reason(each.quality_reason)})."
        ),
        url=f"/campaigns/{campaign.id}/budget",
    )


async def brief(scene: Scene) -> Findings:
    """What was asked for: dates, money, audience, goals, limits."""
    campaign = await scene.campaign()
    asked, url = campaign.brief, f"/campaigns/{campaign.id}"
    service = await scene.uow.services.get(asked.service_id)
    parts = [
        ("Theme", f"“{campaign.name}” is about {sentence(asked.theme).rstrip('.')}, for the service {service.name}."),
        ("Dates", f"It runs from {days(asked.dates)}, which is {counted(asked.dates.days, 'day')}."),
        ("Budget", f"The budget is {money(asked.total_budget)}; the goal is the {asked.goal.objective}."),
        ("Audience", f"It is for {asked.target_audience}." if asked.target_audience else ""),
        ("Objectives", f"Objectives: {listed(asked.key_objectives)}." if asked.key_objectives else ""),
        ("Target", f"The hoped-for outcome is {figure(asked.target_outcome)}." if asked.target_outcome else ""),
        ("Notes", f"Notes: {short(sentence(asked.notes), most=300)}" if asked.notes else ""),
    ]
    points = tuple(
        Fact(id=f"brief:{campaign.id}:{title.lower()}", title=f"{title} in the brief", text=text, url=url)
        for title, text in parts
        if text
    )
    facts = (*points, *_limits(scene, campaign))
    focus = next((fact for fact in facts if _FOCUS.get(fact.id.rsplit(":", 1)[-1], _NOTHING) & {*scene.words}), None)
    if focus is not None:
        rest = tuple(fact for fact in facts if fact is not focus)
        return Findings(lead=focus.text, points=rest[:3], behind=(focus,), topic=topic_of(campaign))
    return Findings(lead=f"This is the brief of “{campaign.name}”.", points=facts, topic=topic_of(campaign))


def _limits(scene: Scene, campaign: Campaign) -> tuple[Fact, ...]:
    told = []
    for limit in campaign.brief.limits:
        name = scene.channel_name(limit.channel)
        if limit.lock is not None:
            told.append(f"{name} is locked at {money(limit.lock)}")
            continue
        if limit.minimum is not None:
            told.append(f"{name} gets at least {money(limit.minimum)}")
        if limit.maximum is not None:
            told.append(f"{name} gets at most {money(limit.maximum)}")
    told += [f"{group.name} has a limit of its own" for group in campaign.brief.groups]
    text = sentence(f"Limits: {'; '.join(told)}") if told else ""
    url = f"/campaigns/{campaign.id}/budget"
    return (Fact(id=f"limits:{campaign.id}", title="Limits in the brief", text=text, url=url),) if text else ()


async def split(scene: Scene) -> Findings:
    """How the money is divided over the channels; one channel when it is named."""
    campaign = await scene.campaign(planned=True)
    plan = plan_of(campaign)
    named = [each for key in scene.channels if (each := scene.plan_channel(plan, key)) is not None]
    if scene.channels and not named:
        return absent(scene, campaign, plan)
    budget = Fact(
        id=f"budget:{campaign.id}",
        title=f"Budget of {campaign.name}",
        text=f"“{campaign.name}” has {money(campaign.brief.total_budget)} over"
        f" {counted(len(plan.channel_plans), 'channel')}{_left(plan)}.",
        url=f"/campaigns/{campaign.id}/budget",
    )
    shown = named or sorted(plan.channel_plans, key=lambda each: -each.budget.amount)
    points = tuple(channel_fact(scene, campaign, each, plan=plan) for each in shown)
    lead = points[0].text if len(named) == 1 else budget.text
    behind = (budget,) if not named else ()
    channel = named[0].channel if len(named) == 1 else ""
    if len(named) == 1:
        return Findings(
            lead=lead,
            points=(next_fact(scene, campaign, named[0], plan=plan),),
            behind=points,
            topic=topic_of(campaign, channel=channel),
        )
    return Findings(lead=lead, points=points, behind=behind, topic=topic_of(campaign))


def _left(plan: Plan) -> str:
    left = plan.certificate.unspent
    return f"; {money(left)} stay unspent" if left.amount else ""


def absent(scene: Scene, campaign: Campaign, plan: Plan) -> Findings:
    """The channel is not part of the plan."""
    name = scene.channel_name(scene.channels[0])
    known = Fact(
        id=f"channels:{campaign.id}",
        title=f"Channels of {campaign.name}",
        text=f"The plan of “{campaign.name}” has {listed([scene.channel_name(each.channel) for each in plan.channel_plans])}.",
        url=f"/campaigns/{campaign.id}/budget",
    )
    return Findings(
        lead=f"{name} is not part of the plan of “{campaign.name}”.",
        points=(known,),
        topic=topic_of(campaign),
    )


async def why_channel(scene: Scene) -> Findings:
    """Why a channel gets what it gets: what it brings, what more would bring there and elsewhere, and its limits."""
    campaign = await scene.campaign(planned=True)
    plan = plan_of(campaign)
    if scene.channels and scene.plan_channel(plan, scene.channels[0]) is None:
        return absent(scene, campaign, plan)
    one = scene.plan_channel(plan, scene.channel)
    if one is None:
        return await explain(scene)
    others = sorted((each for each in plan.channel_plans if each is not one), key=lambda each: -each.next_thousand)
    name = scene.channel_name(one.channel)
    held = [each for each in plan.certificate.binding if each.channel == one.channel]
    room = Fact(
        id=f"room:{campaign.id}:{one.channel}",
        title=f"Limits of {name}",
        text=f"{name} may get {money(one.minimum)} to {money(one.maximum)} here"
        + (f"; it stands on its {held[0].kind}, and moving that by 1,000 would be worth {figure(held[0].worth)}"
           f" {unit_of(campaign, plan)}." if held else "; it stands on neither limit."),
        url=f"/campaigns/{campaign.id}/budget",
    )  # fmt: skip
    facts = [channel_fact(scene, campaign, one, plan=plan), next_fact(scene, campaign, one, plan=plan), room]
    if others:
        facts.append(next_fact(scene, campaign, others[0], plan=plan))
    lead = (
        f"{name} gets {money(one.budget)} because money goes where the next 1,000 brings most until that is even"
        " everywhere, inside the limits."
    )
    strategy = Fact(
        id=f"strategy:{campaign.id}:{one.channel}",
        title=f"Strategy for {name}",
        text=short(sentence(one.strategy), most=500),
        url=f"/campaigns/{campaign.id}/budget",
    )
    return Findings(
        lead=lead,
        points=(*facts, *((strategy,) if one.strategy else ())),
        topic=topic_of(campaign, channel=one.channel),
    )


async def explain(scene: Scene) -> Findings:
    """The plan in words: the summary, the chain of reasons, what else was considered."""
    campaign = await scene.campaign(planned=True)
    told, url = plan_of(campaign).explanation, f"/campaigns/{campaign.id}"
    points = [
        Fact(id=f"chain:{campaign.id}:{at}", title=f"Reason {at}", text=sentence(claim.text), url=url)
        for at, claim in enumerate(told.chain[:6], start=1)
    ]
    summary = Fact(id=f"summary:{campaign.id}", title="Summary of the plan", text=sentence(told.summary), url=url)
    strength = told.evidence_strength
    if strength:
        points.append(
            Fact(id=f"strength:{campaign.id}", title="Strength of the evidence", text=sentence(strength), url=url)
        )
    return Findings(lead=summary.text, points=tuple(points), behind=(summary,), topic=topic_of(campaign))


async def considered(scene: Scene) -> Findings:
    """What waits beside the plan, and what was considered and why it was not chosen."""
    campaign = await scene.campaign(planned=True)
    told = plan_of(campaign).explanation.alternatives
    waiting = tuple(_offered(view, campaign) for view in await open_alternatives(scene.uow, campaign))
    if not told and not waiting:
        raise NotKnown(f"The plan of “{campaign.name}” notes no alternatives. Scenarios show other ways to spend.")
    points = tuple(
        Fact(
            id=f"alternative:{campaign.id}:{at}",
            title=f"Alternative {at}",
            text=sentence(text),
            url=f"/campaigns/{campaign.id}",
        )
        for at, text in enumerate(told, start=1)
    )
    lead = "These texts wait for your decision; what follows was considered and not chosen."
    return Findings(
        lead=lead if waiting else "This was considered and not chosen.",
        points=(*waiting, *points),
        topic=topic_of(campaign),
    )


def _offered(view: AlternativeView, campaign: Campaign) -> Fact:
    """Texts that wait beside the plan."""
    offered = view.alternative
    themes = listed([f"“{idea.theme}”" for idea in offered.after.ideas])
    what = {
        AlternativeKind.IDEA: f"Another idea, {themes}, waits",
        AlternativeKind.IDEAS: f"Other ideas, {themes}, wait",
        AlternativeKind.STRATEGIES: "Other channel strategies wait",
    }[offered.kind]
    return Fact(
        id=f"offered:{offered.id}",
        title="Alternative that waits",
        text=f"{what} beside the plan of “{campaign.name}”, asked for on {day(offered.created_at.date())}.",
        url=f"/campaigns/{campaign.id}/ideas",
    )


async def strategies(scene: Scene) -> Findings:
    """What a channel is to do."""
    campaign = await scene.campaign(planned=True)
    plan = plan_of(campaign)
    if scene.channels and scene.plan_channel(plan, scene.channels[0]) is None:
        return absent(scene, campaign, plan)
    one = scene.plan_channel(plan, scene.channel)
    chosen = [one] if one else [each for each in plan.channel_plans if each.budget.amount]
    points = tuple(
        Fact(
            id=f"strategy:{campaign.id}:{each.channel}",
            title=f"Strategy for {scene.channel_name(each.channel)}",
            text=f"{scene.channel_name(each.channel)}: {short(sentence(each.strategy), most=600 if one else 240)}",
            url=f"/campaigns/{campaign.id}/budget",
        )
        for each in chosen
    )
    lead = (
        f"This is the strategy for {scene.channel_name(one.channel)} in “{campaign.name}”."
        if one
        else f"These are the channel strategies of “{campaign.name}”."
    )
    return Findings(lead=lead, points=points, topic=topic_of(campaign, channel=one.channel if one else ""))
