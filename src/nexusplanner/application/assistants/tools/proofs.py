"""Read tools on how good a plan is: what more money would bring, the proof, warnings, reach and cost of an outcome."""

from __future__ import annotations

from nexusplanner.application.assistants.findings import Fact, Findings, NotKnown
from nexusplanner.application.assistants.scene import Scene, plan_of
from nexusplanner.application.assistants.tools.plans import expected_fact, next_fact, topic_of, unit_of
from nexusplanner.application.assistants.words import between, figure, listed, money, percent, sentence
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.shared import Money

NO_COST = 1e-9


async def next_thousand(scene: Scene) -> Findings:
    """Where more money would bring most."""
    campaign = await scene.campaign(planned=True)
    plan = plan_of(campaign)
    one = scene.plan_channel(plan, scene.channels[0]) if scene.channels else None
    ordered = sorted(plan.channel_plans, key=lambda each: -each.next_thousand)
    best = one or ordered[0]
    fact = next_fact(scene, campaign, best, plan=plan)
    whole = Fact(
        id=f"shadow:{campaign.id}",
        title="Worth of more budget",
        text=f"With the whole plan divided anew, 1,000 {campaign.brief.total_budget.currency} more would add about"
        f" {figure(1000 * plan.certificate.shadow_price)} {unit_of(campaign, plan)}.",
        url=f"/campaigns/{campaign.id}/budget",
    )
    if one is not None:
        return Findings(lead=fact.text, points=(whole,), behind=(fact,), topic=topic_of(campaign, channel=one.channel))
    lead = (
        f"The next 1,000 {campaign.brief.total_budget.currency} would bring most in {scene.channel_name(best.channel)}:"
        f" {figure(best.next_thousand)} {unit_of(campaign, plan)}."
    )
    points = tuple(next_fact(scene, campaign, each, plan=plan) for each in ordered)
    return Findings(lead=lead, points=(*points, whole), topic=topic_of(campaign, channel=best.channel))


async def certificate(scene: Scene) -> Findings:
    """How good the plan is, proven, and what holds it back."""
    campaign = await scene.campaign(planned=True)
    plan = plan_of(campaign)
    proof, url, unit = plan.certificate, f"/campaigns/{campaign.id}/budget", unit_of(campaign, plan)
    bound = Fact(
        id=f"certificate:{campaign.id}",
        title=f"Certificate of {campaign.name}",
        text=f"The plan is {proof.in_words}: it reaches {figure(proof.value)} and no plan inside the limits reaches more"
        f" than {figure(proof.upper_bound)} ({proof.objective}, in {unit}).",
        url=url,
    )
    points = [bound]
    if proof.even_value is not None and abs(proof.even_value) > NO_COST:
        gain = proof.value / proof.even_value - 1
        points.append(Fact(
            id=f"even:{campaign.id}",
            title="Against an even split",
            text=f"The same budget spread evenly would reach {figure(proof.even_value)} {unit}, so the split gains"
            f" {percent(gain)}.",
            url=url,
        ))  # fmt: skip
    points += [
        Fact(
            id=f"binding:{campaign.id}:{limit.channel}:{limit.kind}",
            title=f"Limit on {scene.channel_name(limit.channel)}",
            text=f"The {limit.kind} of {scene.channel_name(limit.channel)} holds the plan back: moving it by 1,000 would"
            f" be worth {figure(limit.worth)} {unit}.",
            url=url,
        )
        for limit in proof.binding[:4]
    ]
    if proof.unspent.amount:
        why = f": {proof.unspent_reason.rstrip('.')}" if proof.unspent_reason else ""
        points.append(Fact(
            id=f"unspent:{campaign.id}", title="Unspent", text=f"{money(proof.unspent)} stay unspent{why}.", url=url
        ))  # fmt: skip
    lead = f"The plan of “{campaign.name}” is {proof.in_words}."
    close = "" if proof.binding else "No limit holds it back."
    return Findings(lead=lead, points=tuple(points), close=close, topic=topic_of(campaign))


async def warnings(scene: Scene) -> Findings:
    """What to be careful about in the plan."""
    campaign = await scene.campaign(planned=True)
    plan, url = plan_of(campaign), f"/campaigns/{campaign.id}"
    points = [
        Fact(id=f"warning:{campaign.id}:{at}", title=f"Warning {at}", text=sentence(text), url=url)
        for at, text in enumerate(plan.explanation.warnings, start=1)
    ]
    unknown = [each for each in plan.channel_plans if each.quality is not QualityClass.MEASURED and each.budget.amount]
    if unknown:
        money_there = Money(sum(each.budget.amount for each in unknown), campaign.brief.total_budget.currency)
        points.append(Fact(
            id=f"unmeasured:{campaign.id}",
            title="Money on unmeasured channels",
            text=f"{money(money_there)} go to channels whose curves are not measured:"
            f" {listed([scene.channel_name(each.channel) for each in unknown])}.",
            url=f"{url}/budget",
        ))  # fmt: skip
    expected = expected_fact(campaign, plan)
    if not points:
        return Findings(
            lead=f"The plan of “{campaign.name}” carries no warnings.", points=(expected,), topic=topic_of(campaign)
        )
    return Findings(
        lead=f"Be careful about this in “{campaign.name}”.", points=(*points[:8], expected), topic=topic_of(campaign)
    )


async def cost_per_outcome(scene: Scene) -> Findings:
    """What one outcome costs, over the plan and by channel."""
    campaign = await scene.campaign(planned=True)
    plan = plan_of(campaign)
    currency, unit = campaign.brief.total_budget.currency, unit_of(campaign, plan)
    spent = Money(sum(each.budget.amount for each in plan.channel_plans), currency)
    if plan.expected_outcome.mean <= 0:
        raise NotKnown(f"“{campaign.name}” is expected to bring nothing, so nothing can be said of its cost.")
    url = f"/campaigns/{campaign.id}/budget"
    one = "1 " + (unit if plan.outcome_is_money else plan.outcome_name.rstrip("s"))
    whole = Fact(
        id=f"cost:{campaign.id}",
        title=f"Cost of an outcome in {campaign.name}",
        text=f"{one} costs {figure(spent.major / plan.expected_outcome.mean)} {currency} in “{campaign.name}”:"
        f" {money(spent)} for {figure(plan.expected_outcome.mean)} {unit} {between(plan.expected_outcome)}.",
        url=url,
    )
    paid = [each for each in plan.channel_plans if each.budget.amount and each.expected_outcome.mean > 0]
    paid.sort(key=lambda each: each.budget.amount / each.expected_outcome.mean)
    chosen = [each for each in paid if each.channel in scene.channels] or paid
    points = tuple(
        Fact(
            id=f"cost:{campaign.id}:{each.channel}",
            title=f"Cost of an outcome in {scene.channel_name(each.channel)}",
            text=f"In {scene.channel_name(each.channel)} {one} costs"
            f" {figure(each.budget.major / each.expected_outcome.mean)} {currency}.",
            url=url,
        )
        for each in chosen
    )
    return Findings(lead=whole.text, points=points, behind=(whole,), topic=topic_of(campaign))


async def reach(scene: Scene) -> Findings:
    """How many people each channel should reach."""
    campaign = await scene.campaign(planned=True)
    plan = plan_of(campaign)
    known = [
        each
        for each in plan.channel_plans
        if each.expected_reach and (not scene.channels or each.channel in scene.channels)
    ]
    if not known:
        raise NotKnown("The plan knows no reach for this: no published cost of contacts fits the channel.")
    points = tuple(
        Fact(
            id=f"reach:{campaign.id}:{each.channel}",
            title=f"Reach of {scene.channel_name(each.channel)}",
            text=f"{scene.channel_name(each.channel)} should reach {each.expected_reach:,} people"
            f"{f' ({each.reach_source.rstrip(chr(46))})' if each.reach_source else ''}.",
            url=f"/campaigns/{campaign.id}/budget",
        )
        for each in known
    )
    lead = f"This is the reach to expect from “{campaign.name}”; the same people may be in several channels."
    return Findings(lead=lead, points=points, topic=topic_of(campaign))
