"""Tools that offer a change and do nothing: a new brief, other ideas."""

from __future__ import annotations

import re

from nexusplanner.application.assistants.findings import Fact, Findings, NotKnown
from nexusplanner.application.assistants.names import NameKind
from nexusplanner.application.assistants.offers import LONGEST_NOTE, brief_draft, redo_idea_draft, redo_ideas_draft
from nexusplanner.application.assistants.periods import budget, period
from nexusplanner.application.assistants.scene import Scene, plan_of
from nexusplanner.application.assistants.tools.ideas import named_idea
from nexusplanner.application.assistants.words import days, listed, money, short
from nexusplanner.application.knowledge.brief import Outline, brief_knowledge
from nexusplanner.domain.campaigns import Brief
from nexusplanner.domain.sessions import Topic

_QUOTED = re.compile(r"[\"“”«]([^\"“”«»]{3,120})[\"“”»]")
_CALLED = re.compile(
    r"\b(?:called|named|about|themed?|on the theme(?: of)?)\s+(?:is\s+)?([^,.;!?]{3,120})", re.IGNORECASE
)
_STOP_AT = re.compile(r"\s+(?:with|for|in|from|on|over|starting|budget)\b", re.IGNORECASE)


def theme_of(text: str) -> str:
    """The theme that is named; "" for none."""
    quoted = _QUOTED.search(text)
    if quoted:
        return quoted[1].strip()
    called = _CALLED.search(text)
    if called is None:
        return ""
    return _STOP_AT.split(called[1].strip(), maxsplit=1)[0].strip()


async def new_campaign(scene: Scene) -> Findings:
    """A brief filled from words and from what is known, offered as a new draft campaign."""
    service = scene.service
    if service is None:
        names = [row.name for row in scene.names.services[:8]]
        if not names:
            raise NotKnown("Add a service to the catalogue first: a campaign is for a service.")
        raise NotKnown(f"Say which service the campaign is for: {listed(names)}.")
    asked = period(scene.text, today=scene.now.date())
    outline = Outline(service_id=service.id, start_date=asked.start if asked else None)
    known = await brief_knowledge(scene.uow, outline=outline, reference=scene.reference, now=scene.now)
    brand = next(row for row in scene.names.brands if row.id == service.brand_id)
    given = budget(scene.text, currency=brand.currency)
    segment = next((row for row in scene.names.segments if str(row.id) in scene.keys(NameKind.SEGMENT)), None)
    theme = theme_of(scene.text) or service.name
    brief = Brief(
        service_id=service.id,
        theme=theme[:200],
        start_date=asked.start if asked else known.suggested.start_date,
        end_date=asked.end if asked else known.suggested.end_date,
        total_budget=given or known.suggested.total_budget,
        target_audience=segment.name if segment else service.target_audience,
        channels=scene.channels,
    )
    brief.check()
    guessed = [word for word, is_given in (("dates", asked), ("budget", given)) if not is_given]
    origin = f"You did not name {listed(guessed)}: those come from what ran before." if guessed else ""
    name = short(theme, most=120)
    draft = brief_draft(brief, name=name, service=service.name, expected_from=origin, scene=scene)
    fact = Fact(
        id=f"service:{service.id}",
        title=service.name,
        text=f"The brief would be for {service.name} from {days(brief.dates)} with {money(brief.total_budget)}.",
        url="/services",
    )
    return Findings(
        lead=fact.text,
        behind=(fact,),
        close=f"{origin} Accept the draft to get the campaign; its plan is generated after that.".strip(),
        drafts=(draft,),
        topic=Topic(service=str(service.id)),
    )


async def other_ideas(scene: Scene) -> Findings:
    """Other ideas, or another one in the place of one, with the person's words as a note."""
    campaign = await scene.campaign(planned=True)
    plan = plan_of(campaign)
    note = " ".join(scene.text.split())[:LONGEST_NOTE]
    number = named_idea(plan, scene=scene) or (scene.before.idea if {"it", "that", "this"} & {*scene.words} else 0)
    if 0 < number <= len(plan.ideas):
        idea = plan.ideas[number - 1]
        draft = redo_idea_draft(campaign, idea, note=note, scene=scene)
        told = f"Another idea can be thought of in the place of “{idea.theme}”."
    else:
        draft = redo_ideas_draft(campaign, note=note, scene=scene)
        told = f"Other ideas can be thought of for “{campaign.name}”."
    fact = Fact(id=f"campaign:{campaign.id}", title=campaign.name, text=told, url=f"/campaigns/{campaign.id}/ideas")
    return Findings(
        lead=told,
        behind=(fact,),
        close="Nothing starts before you accept the draft; your words go along as a note.",
        drafts=(draft,),
        topic=Topic(campaign_id=campaign.id, idea=number),
    )
