"""Read tools on other ways to spend: scenarios that are kept, and what would be if; changes are offered as drafts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

from nexusplanner.application.agents.optimization import optimise
from nexusplanner.application.assistants.findings import Fact, Findings, NotKnown
from nexusplanner.application.assistants.names import Name, NameKind, best_match
from nexusplanner.application.assistants.offers import limits_draft, meaning, scenario_draft
from nexusplanner.application.assistants.scene import Scene, plan_of
from nexusplanner.application.assistants.tools.plans import topic_of, unit_of
from nexusplanner.application.assistants.words import between, figure, listed, money, percent
from nexusplanner.application.campaigns import compare_scenarios, list_scenarios, suggest_scenario
from nexusplanner.application.campaigns.comparing import Candidate, ComparedColumn, compared, plan_candidate
from nexusplanner.application.campaigns.loading import ground_of
from nexusplanner.domain.campaigns import Allocation, Campaign, Plan
from nexusplanner.domain.scenario_words import Suggestion
from nexusplanner.domain.scenarios import MOST_COMPARED, Scenario
from nexusplanner.domain.sessions import Topic
from nexusplanner.domain.shared import DomainError, Money, ScenarioId

WHAT_IF = "what-if"
_ASKED = tuple(
    (re.compile(pattern, re.IGNORECASE), written)
    for pattern, written in (
        (r"\b(?:were|was|became|becomes|would be|had been)\b", "is"),
        (r"\b(?:half|halving) (?:of )?(?:the |our )?(?=budget|money|spend)", "halve the "),
        (r"\b(?:twice|double|doubling) (?:the |our |as much )?(?=budget|money|spend)", "double the "),
        (r"\b(?:we|i) (?:only )?(?:had|have|got)\s+(?=[€$£]?\s?\d)", "budget "),
        (r"\b(?:cutting|cuts)\b", "cut"),
        (r"\b(?:dropping|dropped|drops)\b", "drop"),
        (r"\b(add|rais|increas|reduc|lower|decreas|boost|remov|doubl|halv|lock|limit)(?:ed|ing)\b", r"\1"),
        (r"\b(rais|increas|reduc|decreas|remov|doubl|halv)(?=\s)", r"\1e"),
        (r"\bby half\b", "by 50 %"),
        (r"\bby a third\b", "by 33 %"),
        (r"\bby a quarter\b", "by 25 %"),
        (r"\bby a fifth\b", "by 20 %"),
    )
)
MOVED_CHANNELS = 4
SAME = 1e-4
"""Outcomes that differ by less than this part are told as the same."""


def _effect(column: ComparedColumn, *, campaign: Campaign, plan: Plan, name: str, key: str) -> Fact:
    """What a candidate should bring against the plan."""
    unit, difference = unit_of(campaign, plan), column.difference
    against = ""
    if difference is not None and abs(difference.mean) <= SAME * abs(plan.expected_outcome.mean):
        against = ", about as much as the plan"
    elif difference is not None:
        way = "more" if difference.mean >= 0 else "less"
        sure = "clearly" if column.clear else "but not clearly"
        against = (
            f", {figure(abs(difference.mean))} {way} than the plan"
            f" (90 % interval of the difference {figure(difference.low)} to {figure(difference.high)}, {sure});"
            f" it beats the plan in {percent(column.chance_to_beat or 0.0)} of the cases"
        )
    return Fact(
        id=key,
        title=name,
        text=f"{name} spends {money(column.candidate.spent)} and should bring {figure(column.expected_outcome.mean)} {unit}"
        f" {between(column.expected_outcome)}{against}.",
        url=f"/campaigns/{campaign.id}/scenarios",
    )


async def kept_scenarios(scene: Scene) -> Findings:
    """Which scenarios are kept and how they compare with the plan; two that are named with each other."""
    campaign = await scene.campaign(planned=True)
    plan = plan_of(campaign)
    views = await list_scenarios(scene.uow, campaign_id=campaign.id)
    if not views:
        fact = Fact(
            id=f"scenarios:{campaign.id}",
            title=f"Scenarios of {campaign.name}",
            text=f"“{campaign.name}” has no scenarios yet.",
            url=f"/campaigns/{campaign.id}/scenarios",
        )
        close = f"Ask what would be if, such as: what if we drop {_largest(scene, plan)}?"
        return Findings(lead=fact.text, behind=(fact,), close=close, topic=topic_of(campaign))
    chosen = _chosen(scene, [view.scenario for view in views])
    ids: list[ScenarioId | None] = [None, *(each.id for each in chosen[: MOST_COMPARED - 1])]
    found = await compare_scenarios(scene.uow, campaign_id=campaign.id, ids=ids)
    stale = [view.scenario.name for view in views if view.outdated]
    best = next(column for column in found.columns if column.candidate.id == found.best.outcome)
    points = tuple(
        _effect(column, campaign=campaign, plan=plan, name=_title(column), key=f"scenario:{column.candidate.id}")
        for column in found.columns
    )
    lead = f"{_title(best)} brings most of those compared." if len(points) > 1 else points[0].text
    close = f"Made on older curves: {listed(stale)}." if stale else ""
    topic = Topic(campaign_id=campaign.id, scenario=str(chosen[0].id) if len(chosen) == 1 else "")
    return Findings(lead=lead, points=points, close=close, topic=topic)


def _title(column: ComparedColumn) -> str:
    name = column.candidate.name
    return "The plan" if column.difference is None else f"The scenario “{name}”"


def _chosen(scene: Scene, scenarios: Sequence[Scenario]) -> Sequence[Scenario]:
    named = [
        each
        for each in scenarios
        if best_match(scene.words, [Name(kind=NameKind.CAMPAIGN, key=str(each.id), label=each.name)])
    ]
    return named or sorted(scenarios, key=lambda each: (not each.pinned, -each.updated_at.timestamp()))


def _largest(scene: Scene, plan: Plan) -> str:
    return scene.channel_name(max(plan.channel_plans, key=lambda each: each.budget.amount).channel)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What words ask for, solved but not kept."""

    words: str
    campaign: Campaign
    suggestion: Suggestion
    allocation: Allocation
    column: ComparedColumn


def as_change(words: str) -> str:
    """The words of a question as those of a change: "if the budget was 200k" asks for a budget of 200k."""
    for pattern, written in _ASKED:
        words = pattern.sub(written, words)
    return words


async def tried(scene: Scene, words: str) -> Tried:
    """The best split under what the words ask for. Raises: NotKnown."""
    campaign = await scene.campaign(planned=True)
    suggestion = await suggest_scenario(
        scene.uow, campaign_id=campaign.id, description=as_change(words), reference=scene.reference
    )
    if not suggestion.read:
        plan = plan_of(campaign)
        raise NotKnown(
            f"Say what changes in “{campaign.name}”, such as: cut {_largest(scene, plan)} by 15 %, no"
            f" {scene.channel_name(plan.channel_plans[-1].channel).lower()}, or a total budget of"
            f" {money(campaign.brief.total_budget)}."
        )
    ground = await ground_of(scene.uow, campaign)
    try:
        brief = suggestion.terms.applied(campaign.brief)
        allocation = await asyncio.to_thread(optimise, ground.model, terms=ground.terms(brief))
    except DomainError as error:
        raise NotKnown(f"That cannot be planned: {error.message}") from error
    candidate = Candidate(
        id=WHAT_IF,
        name=suggestion.name,
        total_budget=suggestion.terms.total_budget,
        amounts={each.channel: each.budget for each in allocation.channels},
    )
    found = await asyncio.to_thread(compared, ground, (plan_candidate(ground), candidate))
    return Tried(words=words, campaign=campaign, suggestion=suggestion, allocation=allocation, column=found.columns[1])


async def what_if(scene: Scene) -> Findings:
    """What would be if: solved anew without keeping anything, against the plan; offered as a scenario."""
    return _told(scene, await tried(scene, scene.text))


async def change_plan(scene: Scene) -> Findings:
    """A change the person asks for: what it would do, offered as new limits of the plan and as a scenario."""
    return _told(scene, await tried(scene, _own_or_last(scene)), for_the_plan=True)


async def keep_scenario(scene: Scene) -> Findings:
    """The change asked for, or the one tried last, offered as a scenario to keep."""
    return _told(scene, await tried(scene, _own_or_last(scene)))


def _own_or_last(scene: Scene) -> str:
    """The words of a change: those of the question, or for "keep that" those tried last."""
    own = bool(scene.channels) or any(sign.isdigit() for sign in scene.text)
    return scene.text if own or not scene.before.words else scene.before.words


def _told(scene: Scene, found: Tried, *, for_the_plan: bool = False) -> Findings:
    campaign, plan = found.campaign, plan_of(found.campaign)
    read = Fact(
        id=f"read:{campaign.id}",
        title="What was read",
        text=f"Read as: {meaning(found.suggestion, scene=scene)}",
        url=f"/campaigns/{campaign.id}/scenarios",
    )
    whole = _effect(found.column, campaign=campaign, plan=plan, name="That split", key=f"{WHAT_IF}:{campaign.id}")
    moved = _moved(scene, found, plan=plan)
    scenario = scenario_draft(campaign, found.suggestion, before=plan, after=found.allocation, scene=scene)
    limits = limits_draft(campaign, found.suggestion, before=plan, after=found.allocation, scene=scene)
    return Findings(
        lead=_lead(found, plan=plan),
        points=(read, whole, *moved),
        close="Nothing is changed yet. Accept a draft below to keep it.",
        drafts=(limits, scenario) if for_the_plan else (scenario,),
        topic=Topic(campaign_id=campaign.id, words=found.words),
    )


def _lead(found: Tried, *, plan: Plan) -> str:
    campaign, difference = found.campaign, found.column.difference
    change = difference.mean if difference else 0.0
    if not found.allocation.certificate.reached:
        return f"“{campaign.name}” cannot reach that inside its budget and limits; this is what comes closest."
    if abs(change) <= SAME * abs(plan.expected_outcome.mean):
        return f"That changes next to nothing in the plan of “{campaign.name}”."
    return (
        f"That would bring {figure(abs(change))} {unit_of(campaign, plan)} {'more' if change >= 0 else 'less'} than the"
        f" plan of “{campaign.name}”."
    )


def _moved(scene: Scene, found: Tried, *, plan: Plan) -> tuple[Fact, ...]:
    """The channels that change most."""
    before = {each.channel: each.budget for each in plan.channel_plans}
    after = {each.channel: each.budget for each in found.allocation.channels}
    currency = found.campaign.brief.total_budget.currency
    nothing = Money(0, currency)
    changes = [(key, before.get(key, nothing), after.get(key, nothing)) for key in dict.fromkeys((*before, *after))]
    changes = [each for each in changes if each[1] != each[2]]
    changes.sort(key=lambda each: -abs(each[2].amount - each[1].amount))
    return tuple(
        Fact(
            id=f"{WHAT_IF}:{found.campaign.id}:{key}",
            title=scene.channel_name(key),
            text=f"{scene.channel_name(key)} would go from {money(was)} to {money(now)}.",
            url=f"/campaigns/{found.campaign.id}/budget",
        )
        for key, was, now in changes[:MOVED_CHANNELS]
    )
