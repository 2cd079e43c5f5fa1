"""Read tools on the decision ledger: who decided what and why, what it cost, whether it is intact."""

from __future__ import annotations

from typing import Any

from nexusplanner.application.assistants.findings import Fact, Findings
from nexusplanner.application.assistants.scene import Scene
from nexusplanner.application.assistants.words import counted, day, listed, sentence, short
from nexusplanner.application.ledger.decisions import verify
from nexusplanner.application.ports.reads import PAGE_SIZE_MAX
from nexusplanner.application.ports.rows import DecisionRow
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.sessions import Topic
from nexusplanner.domain.shared import CampaignId
from nexusplanner.domain.spending import dollars

ASSIST = "assist"
AUTHORS = {"ai": "a language model", "rules": "rules", "mathematics": "mathematics", "person": "a person"}
STEPS_BY_WORD = {
    "allocate": ("budget", "split", "money", "allocation", "divided", "channel", "channels", "amounts"),
    "ideate": ("idea", "ideas"),
    "refine": ("wording", "voice", "message", "messages"),
    "flight": ("flight", "flights", "weeks", "calendar", "timing"),
    "find_opportunities": ("opportunity", "opportunities"),
    "analyse_market": ("market", "signals"),
    "explain": ("explanation", "explained"),
    "move_campaign": ("status", "approved", "approval"),
}


def decision_fact(row: DecisionRow) -> Fact:
    """An entry in a sentence."""
    entry = row.entry
    author = AUTHORS.get(str(entry.get("author", "")), "rules")
    fallback = str(entry.get("fallback_reason", ""))
    why = f" A model was to write it: {short(sentence(fallback), most=200)}" if fallback else ""
    return Fact(
        id=f"decision:{row.id}",
        title=f"Decision {row.sequence}: {row.step.replace('_', ' ')}",
        text=f"{day(row.decided_at.date())}, {row.step.replace('_', ' ')}, decided by {author}:"
        f" {short(sentence(str(entry.get('summary', ''))), most=400)}{why}",
        url=f"/decisions/{row.id}",
    )


async def _entries(scene: Scene, *, campaign_id: CampaignId | None) -> list[DecisionRow]:
    """The newest entries, those of assistants left out."""
    page = await scene.uow.read.decisions.page(campaign_id=campaign_id, sort="-sequence", limit=PAGE_SIZE_MAX)
    return [row for row in page.items if row.step != ASSIST]


async def decisions(scene: Scene) -> Findings:
    """Why something was decided, and by whom: the entries of the campaign, or of the workspace."""
    campaign: Campaign | None = None
    if scene.names.campaigns and "workspace" not in scene.words:
        campaign = await scene.campaign()
    rows = await _entries(scene, campaign_id=campaign.id if campaign else None)
    said = {*scene.words}
    steps = [step for step, words in STEPS_BY_WORD.items() if said & {*words}]
    chosen = [row for row in rows if row.step in steps] or rows
    topic = Topic(campaign_id=campaign.id) if campaign else Topic()
    whose = f" on “{campaign.name}”" if campaign else ""
    if not chosen:
        fact = Fact(
            id="decisions:none",
            title="Decisions",
            text=f"The ledger has no decision{whose} yet: it begins when a plan is generated or changed.",
            url="/decisions",
        )
        return Findings(lead=fact.text, behind=(fact,), topic=topic)
    points = tuple(decision_fact(row) for row in chosen[:5])
    reasons = _reasons(chosen[0])
    missing = bool(steps) and chosen is rows
    lead = f"This is what the ledger says{whose}, the newest first."
    if missing:
        lead = f"The ledger has no such decision{whose}. These are the newest."
    return Findings(lead=lead, points=(*points[:1], *reasons, *points[1:]), topic=topic)


def _reasons(row: DecisionRow) -> tuple[Fact, ...]:
    """What was not chosen, and how strong the evidence was."""
    entry: dict[str, Any] = dict(row.entry)
    alternatives = [str(each) for each in entry.get("alternatives") or ()][:3]
    made = []
    if alternatives:
        made.append(Fact(
            id=f"decision:{row.id}:alternatives",
            title=f"Not chosen in decision {row.sequence}",
            text=f"Not chosen: {short(sentence(listed([each.rstrip('.') for each in alternatives])), most=400)}",
            url=f"/decisions/{row.id}",
        ))  # fmt: skip
    if entry.get("confidence"):
        made.append(Fact(
            id=f"decision:{row.id}:confidence",
            title=f"Evidence of decision {row.sequence}",
            text=f"Evidence: {short(sentence(str(entry['confidence'])), most=300)}",
            url=f"/decisions/{row.id}",
        ))  # fmt: skip
    return tuple(made)


async def decision_costs(scene: Scene) -> Findings:
    """What the automatic decisions cost and who took them."""
    named = scene.named_campaign
    key = named.id if named else None
    rows = await _entries(scene, campaign_id=key)
    cost = sum(int(row.entry.get("cost_microunits", 0)) for row in rows)
    authors = {name: sum(row.entry.get("author") == name for row in rows) for name in AUTHORS}
    told = listed([f"{number} by {AUTHORS[name]}" for name, number in authors.items() if number])
    fact = Fact(
        id="decisions:cost",
        title="Cost of decisions",
        text=f"The newest {counted(len(rows), 'decision')}{f' on “{named.name}”' if named else ''} cost ${dollars(cost)}"
        f" in model calls{f': {told}' if told else ''}.",
        url="/decisions",
    )
    return Findings(lead=fact.text, behind=(fact,), topic=Topic(campaign_id=key))


async def ledger_state(scene: Scene) -> Findings:
    """Whether the ledger was changed."""
    found = await verify(scene.uow)
    if found.intact:
        text = f"The ledger is intact: all of its {counted(found.entries, 'entry', 'entries')} follow from one another."
    else:
        bad = f"entry {found.first_bad.sequence} is the first that is not what was recorded" if found.first_bad else ""
        text = sentence(f"The ledger is not intact: {bad or found.checkpoint_fault}")
    fact = Fact(id="ledger:state", title="State of the ledger", text=text, url="/decisions")
    return Findings(lead=fact.text, behind=(fact,))
