"""A read tool on what the ideas of a plan would be without one of the sources they were made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nexusplanner.application.assistants.findings import Fact, Findings, NotKnown
from nexusplanner.application.assistants.names import Name, NameKind, best_match
from nexusplanner.application.assistants.scene import Scene
from nexusplanner.application.assistants.words import counted
from nexusplanner.application.counterfactuals.asking import Source, load_ground, sources_of
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.sessions import Topic

SHOWN = 8
LEFT_OUT = frozenset({"without", "out", "ignoring", "ignore", "ignored", "disregard", "disregarding", "if"})
"""Words after which it is said what to leave out."""
CALLED: Mapping[SourceKind, tuple[str, str, frozenset[str]]] = {
    SourceKind.SIGNAL: ("Signal", "signals", frozenset({"news"})),
    SourceKind.SEGMENT: ("Segment", "segments", frozenset({"audiences"})),
    SourceKind.PAST_CAMPAIGN: ("Past campaign", "campaigns", frozenset()),
    SourceKind.FEEDBACK: ("Feedback", "opinions", frozenset({"feedback"})),
}
"""What one is called, what all of a kind are called, and other words for all of them."""


async def without(scene: Scene) -> Findings:
    """What would be different without the sources that are named; what can be left out when none is."""
    at = next((place for place, word in enumerate(scene.words) if word in LEFT_OUT), -1)
    # A campaign that is named after "without" is a source to leave out, not the one whose plan is asked about.
    campaign = await replace(scene, text=" ".join(scene.words[: max(at, 0)])).campaign(planned=True)
    ground = await load_ground(scene.uow, campaign_id=campaign.id)
    sources = sources_of(ground)
    if not sources:
        raise NotKnown(
            f"The plan of “{campaign.name}” rests on no signal, segment, past campaign or feedback, so there is nothing to"
            " leave out."
        )
    chosen = _named(scene.words[at + 1 :], sources)
    if not chosen:
        return _choices(campaign, sources)
    found = await scene.counterfactuals.weigh(ground, without=[source.id for source in chosen])
    whole = Fact(
        id=f"without:{campaign.id}",
        title=f"{campaign.name} without {counted(len(chosen), 'source')}",
        text=found.text,
        url=f"/campaigns/{campaign.id}/ideas",
    )
    close = "Nothing was changed: the steps were done again without it, and rules wrote both sides."
    return Findings(lead=found.text, behind=(whole,), close=close, topic=Topic(campaign_id=campaign.id))


def _named(words: Sequence[str], sources: Sequence[Source]) -> tuple[Source, ...]:
    """The source that is named, all of a kind when the kind is, or the only one of a kind that is spoken of."""
    names = [Name(kind=NameKind.CAMPAIGN, key=source.id, label=source.title) for source in sources]
    match = best_match(words, names)
    if match is not None:
        return tuple(source for source in sources if source.id == match.name.key)
    for kind, (one, many, others) in CALLED.items():
        of_kind = tuple(source for source in sources if source.kind is kind)
        if {many, *others} & {*words}:
            return of_kind
        if one.split()[-1].lower() in words and len(of_kind) == 1:
            return of_kind
    return ()


def _choices(campaign: Campaign, sources: Sequence[Source]) -> Findings:
    points = tuple(
        Fact(
            id=f"without:{source.id}",
            title=source.title,
            text=f"{CALLED[source.kind][0]}: “{source.title}”.",
            url=f"/campaigns/{campaign.id}/ideas",
        )
        for source in sources[:SHOWN]
    )
    return Findings(
        lead=f"Say what to leave out. The plan of “{campaign.name}” was made from these, among others.",
        points=points,
        topic=Topic(campaign_id=campaign.id),
    )
