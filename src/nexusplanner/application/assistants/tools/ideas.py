"""Read tools on the ideas of a campaign and the sources they stand on."""

from __future__ import annotations

import re

from nexusplanner.application.assistants.findings import Fact, Findings, NotKnown
from nexusplanner.application.assistants.names import Name, NameKind, best_match
from nexusplanner.application.assistants.scene import Scene, plan_of
from nexusplanner.application.assistants.words import counted, day, listed, percent, sentence, short
from nexusplanner.domain.campaigns import Campaign, CampaignIdea, Plan
from nexusplanner.domain.knowledge import Claim
from nexusplanner.domain.sessions import Topic

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
_NUMBERED = re.compile(r"\bideas?\s+(?:number\s+|no\s+)?(\d{1,2}|" + "|".join(NUMBERS) + r")\b")
_ORDINAL = re.compile(r"\b(" + "|".join(ORDINALS) + r"|last)\s+idea\b")


def idea_fact(campaign: Campaign, idea: CampaignIdea, *, number: int) -> Fact:
    """An idea in short."""
    chosen = ", chosen" if idea.chosen else ""
    return Fact(
        id=f"idea:{idea.id}",
        title=idea.theme,
        text=f"Idea {number}, “{idea.theme}”{chosen}: {short(sentence(idea.core_message or idea.description), most=240)}"
        f" {percent(idea.supported_share)} of its {counted(len(idea.claims), 'claim')} have a source.",
        url=f"/campaigns/{campaign.id}/ideas",
    )


def named_idea(plan: Plan, *, scene: Scene) -> int:
    """The number of the idea that is meant, from 1; 0 for none."""
    text = " ".join(scene.words)
    found = _NUMBERED.search(text)
    if found:
        word = found.group(1)
        number = int(word) if word.isdigit() else NUMBERS.index(word) + 1
        return number if 0 < number <= len(plan.ideas) else 0
    ordinal = _ORDINAL.search(text)
    if ordinal:
        word = ordinal.group(1)
        number = len(plan.ideas) if word == "last" else ORDINALS.index(word) + 1
        return number if number <= len(plan.ideas) else 0
    names = [Name(kind=NameKind.CAMPAIGN, key=str(at), label=idea.theme) for at, idea in enumerate(plan.ideas, start=1)]
    match = best_match(scene.words, names)
    return int(match.name.key) if match else 0


async def ideas(scene: Scene) -> Findings:
    """The ideas of a campaign; one with its evidence when it is named."""
    campaign = await scene.campaign(planned=True)
    plan = plan_of(campaign)
    number = named_idea(plan, scene=scene)
    if number:
        return _one(campaign, plan, number=number)
    if not plan.ideas:
        raise NotKnown(f"“{campaign.name}” has no ideas.")
    count = Fact(
        id=f"ideas:{campaign.id}",
        title=f"Ideas of {campaign.name}",
        text=f"“{campaign.name}” has {counted(len(plan.ideas), 'idea')}.",
        url=f"/campaigns/{campaign.id}/ideas",
    )
    points = tuple(idea_fact(campaign, idea, number=at) for at, idea in enumerate(plan.ideas, start=1))
    topic = Topic(campaign_id=campaign.id)
    return Findings(lead=count.text, points=points, behind=(count,), topic=topic)


def _one(campaign: Campaign, plan: Plan, *, number: int) -> Findings:
    idea = plan.ideas[number - 1]
    url = f"/campaigns/{campaign.id}/ideas"
    whole = Fact(
        id=f"idea:{idea.id}",
        title=idea.theme,
        text=f"{sentence(idea.description)} Core message: {sentence(idea.core_message)}"
        + (f" For {listed(idea.target_segments)}." if idea.target_segments else ""),
        url=url,
    )
    points = (whole, *_sources(plan, idea.claims, url=url))
    lead = f"Idea {number} is “{idea.theme}”."
    named = Fact(id=f"idea:{idea.id}:name", title=idea.theme, text=lead, url=url)
    return Findings(lead=lead, points=points, behind=(named,), topic=Topic(campaign_id=campaign.id, idea=number))


def _sources(plan: Plan, claims: tuple[Claim, ...], *, url: str) -> tuple[Fact, ...]:
    passages = {passage.id: passage for passage in plan.evidence}
    made: dict[str, Fact] = {}
    for claim in claims:
        for citation in claim.citations:
            passage = passages.get(citation.passage_id)
            if passage is None:
                continue
            when = f", {day(passage.on)}" if passage.on else ""
            made.setdefault(f"{passage.id}:{citation.start}", Fact(
                id=f"evidence:{passage.id}:{citation.start}",
                title=passage.title,
                text=f"“{citation.quote}” ({passage.origin}{when}, {passage.trust}).",
                url=url,
            ))  # fmt: skip
    return tuple(made.values())[:8]


async def best_supported(scene: Scene) -> Findings:
    """Which idea stands on the most sources."""
    campaign = await scene.campaign(planned=True)
    plan = plan_of(campaign)
    if not plan.ideas:
        raise NotKnown(f"“{campaign.name}” has no ideas.")

    def strength(idea: CampaignIdea) -> tuple[float, int]:
        cited = {(each.passage_id, each.quote) for claim in idea.claims for each in claim.citations}
        return idea.supported_share, len(cited)

    ordered = sorted(enumerate(plan.ideas, start=1), key=lambda pair: strength(pair[1]), reverse=True)
    points = tuple(
        Fact(
            id=f"idea:{idea.id}",
            title=idea.theme,
            text=f"Idea {number}, “{idea.theme}”: {percent(strength(idea)[0])} of its claims have a source, on"
            f" {counted(strength(idea)[1], 'different quote')}.",
            url=f"/campaigns/{campaign.id}/ideas",
        )
        for number, idea in ordered
    )
    number, best = ordered[0]
    lead = f"Idea {number}, “{best.theme}”, has the strongest sources. How well it will work nobody has measured."
    return Findings(lead=lead, points=points, topic=Topic(campaign_id=campaign.id, idea=number))


def _unsourced(number: int) -> str:
    if number == 0:
        return "each of them has a source"
    return f"{number} of them {'has' if number == 1 else 'have'} no source"


async def evidence(scene: Scene) -> Findings:
    """What the plan stands on, and which claims have no source."""
    campaign = await scene.campaign(planned=True)
    plan, url = plan_of(campaign), f"/campaigns/{campaign.id}/ideas"
    number = named_idea(plan, scene=scene) or (scene.before.idea if "it" in scene.words else 0)
    chosen = plan.ideas[number - 1 : number] if 0 < number <= len(plan.ideas) else plan.ideas
    claims = tuple(claim for idea in chosen for claim in idea.claims)
    bare = [claim for claim in claims if not claim.settled]
    count = Fact(
        id=f"claims:{campaign.id}:{number}",
        title="Claims and sources",
        text=f"The {counted(len(chosen), 'idea')} of “{campaign.name}” that were asked about make"
        f" {counted(len(claims), 'claim')}; {_unsourced(len(bare))}.",
        url=url,
    )
    unfounded = tuple(
        Fact(id=f"claim:{campaign.id}:{at}", title="Claim without a source", text=f"Without a source: {sentence(claim.text)}",
             url=url)
        for at, claim in enumerate(bare[:4])
    )  # fmt: skip
    return Findings(
        lead=count.text,
        points=(*unfounded, *_sources(plan, claims, url=url)),
        behind=(count,),
        topic=Topic(campaign_id=campaign.id, idea=number),
    )
