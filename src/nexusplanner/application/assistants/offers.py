"""Changes on offer: each says in words and figures what it would change, and waits for a person."""

from __future__ import annotations

import re

from nexusplanner.application.assistants.scene import Scene
from nexusplanner.application.assistants.words import days, figure, listed, money, sentence, short
from nexusplanner.domain.campaigns import Allocation, Brief, Campaign, CampaignIdea, Plan
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.scenario_words import Suggestion
from nexusplanner.domain.sessions import Change, Draft, DraftKind
from nexusplanner.domain.shared import Estimate, Money

LONGEST_NOTE = 2000
LONGEST_NAME = 120
_AMOUNT = re.compile(r"(\d+\.?\d*) ([A-Z]{3})\b")


def _needs(scene: Scene) -> str:
    """What a person without the right to plan is told."""
    may = Permission.PLAN in scene.uow.actor.permissions
    return "" if may else " Accepting it needs the role user, approver or admin."


def _split_changes(
    campaign: Campaign, suggestion: Suggestion, *, before: Plan, after: Allocation, scene: Scene
) -> tuple[Change, ...]:
    budget, asked = campaign.brief.total_budget, suggestion.terms.total_budget
    changes = [] if budget == asked else [Change(label="Total budget", before=money(budget), after=money(asked))]
    nothing = Money(0, budget.currency)
    was = {each.channel: each.budget for each in before.channel_plans}
    now = {each.channel: each.budget for each in after.channels}
    for key in dict.fromkeys((*was, *now)):
        old, new = was.get(key, nothing), now.get(key, nothing)
        if old != new:
            changes.append(Change(label=scene.channel_name(key), before=money(old), after=money(new)))
    changes.append(
        Change(
            label=f"Expected {before.outcome_name}",
            before=_shown(before.expected_outcome),
            after=_shown(after.expected_outcome),
        )
    )
    return tuple(changes)


def _shown(estimate: Estimate) -> str:
    return f"{figure(estimate.mean)} ({figure(estimate.low)} to {figure(estimate.high)})"


def meaning(suggestion: Suggestion, *, scene: Scene) -> str:
    """What the words were read as, with the channels' names."""
    told = []
    for each in suggestion.read:
        words = _AMOUNT.sub(lambda found: money(Money.parse(found[1], currency=found[2])), each.meaning)
        for key in sorted((profile.key for profile in scene.reference.channels), key=len, reverse=True):
            words = re.sub(rf"\b{re.escape(key)}\b(?=[^:]*:)", scene.channel_name(key), words)
        told.append(sentence(words))
    return " ".join(told)


def _read(suggestion: Suggestion, *, scene: Scene) -> str:
    told = meaning(suggestion, scene=scene)
    return f"{told} Not understood: {listed(suggestion.unread)}." if suggestion.unread else told


def scenario_draft(
    campaign: Campaign, suggestion: Suggestion, *, before: Plan, after: Allocation, scene: Scene
) -> Draft:
    """Keep the split beside the plan."""
    name = short(suggestion.name, most=LONGEST_NAME)
    return Draft(
        kind=DraftKind.SCENARIO,
        title=f"Keep the scenario “{name}”",
        text=f"It is kept beside the plan of “{campaign.name}”, which stays as it is. {_read(suggestion, scene=scene)}{_needs(scene)}",
        changes=_split_changes(campaign, suggestion, before=before, after=after, scene=scene),
        campaign_id=campaign.id,
        campaign_version=campaign.version,
        name=name,
        terms=suggestion.terms,
    )


def limits_draft(campaign: Campaign, suggestion: Suggestion, *, before: Plan, after: Allocation, scene: Scene) -> Draft:
    """Divide the plan's budget anew under other terms."""
    return Draft(
        kind=DraftKind.LIMITS,
        title=f"Change the plan of “{campaign.name}”",
        text=f"The brief takes these terms, and budgets, flights and forecast are computed anew. {_read(suggestion, scene=scene)}"
        f"{_needs(scene)}",
        changes=_split_changes(campaign, suggestion, before=before, after=after, scene=scene),
        campaign_id=campaign.id,
        campaign_version=campaign.version,
        note=short(scene.text, most=400),
        terms=suggestion.terms,
    )


def brief_draft(brief: Brief, *, name: str, service: str, expected_from: str, scene: Scene) -> Draft:
    """A new campaign, still without a plan. expected_from: where dates and budget come from, in words."""
    return Draft(
        kind=DraftKind.BRIEF,
        title=f"New campaign “{name}”",
        text=f"A draft for {service}, without a plan yet. {expected_from}{_needs(scene)}".strip(),
        changes=tuple(
            Change(label=label, before="", after=after)
            for label, after in (
                ("Service", service),
                ("Theme", brief.theme),
                ("Dates", days(brief.dates)),
                ("Budget", money(brief.total_budget)),
                ("Audience", brief.target_audience),
                ("Channels", listed([scene.channel_name(each) for each in brief.channels])),
                ("Target outcome", figure(brief.target_outcome) if brief.target_outcome else ""),
            )
            if after
        ),
        name=name,
        brief=brief,
    )


def redo_ideas_draft(campaign: Campaign, *, note: str, scene: Scene) -> Draft:
    """Other ideas for the campaign."""
    return Draft(
        kind=DraftKind.REDO_IDEAS,
        title=f"Think of other ideas for “{campaign.name}”",
        text=f"All ideas are thought of anew with your words as a note; the amounts stay.{_needs(scene)}",
        changes=(Change(label="Note", before="", after=note),),
        campaign_id=campaign.id,
        campaign_version=campaign.version,
        note=note[:LONGEST_NOTE],
    )


def redo_idea_draft(campaign: Campaign, idea: CampaignIdea, *, note: str, scene: Scene) -> Draft:
    """Another idea in the place of one."""
    return Draft(
        kind=DraftKind.REDO_IDEA,
        title=f"Replace the idea “{idea.theme}”",
        text=f"Another idea is thought of in its place; the other ideas and the amounts stay.{_needs(scene)}",
        changes=(
            Change(label="Idea", before=idea.theme, after="another one"),
            Change(label="Note", before="", after=note),
        ),
        campaign_id=campaign.id,
        campaign_version=campaign.version,
        note=note[:LONGEST_NOTE],
        idea_id=idea.id,
    )
