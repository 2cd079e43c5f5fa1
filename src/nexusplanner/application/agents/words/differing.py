"""What is different in a text that replaces a disliked one, and why, in words that are checked against both texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nexusplanner.application.agents.words.blamed import quotes_of
from nexusplanner.domain.agents import BriefContext, Disliked
from nexusplanner.domain.campaigns import CampaignIdea, ChannelPlan
from nexusplanner.domain.feedback import Reason
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.relevance import terms, words

SHORTER = 0.85
"""A text of at most this part of the words is shorter."""
MOST_SAID = 90
"""Characters of what somebody said that are repeated."""

_R = Reason
_ABOUT: Mapping[Reason | None, tuple[str, ...]] = {
    _R.NOT_FOR_US: ("angle", "framework", "audience"),
    _R.TOO_CLOSE: ("angle", "sources", "framework"),
    _R.WRONG_TONE: ("tone", "framework", "angle"),
    _R.WRONG_CHANNEL: ("channels",),
    _R.NOT_TRUE: ("sources", "angle"),
    _R.OTHER: ("angle", "framework", "channels"),
    None: ("angle", "framework", "channels"),
}
"""What should be different, most important first."""


def answers(
    context: BriefContext, ideas: Sequence[CampaignIdea], *, before: Sequence[CampaignIdea], reference: ReferenceData
) -> tuple[tuple[str, ...], ...]:
    """For each idea what it does otherwise than the one it would replace, and why. before: by their places."""
    return tuple(
        _answer(context, idea, old=before[place], reference=reference) if place < len(before) else ()
        for place, idea in enumerate(ideas)
    )


def channel_answers(
    context: BriefContext, plans: Sequence[ChannelPlan], *, reference: ReferenceData
) -> tuple[str, ...]:
    """For each disliked channel text what the new one does otherwise, and why."""
    written = {plan.channel: plan for plan in plans}
    found = [
        _channel_answer(each, written[each.channel], reference=reference)
        for each in context.disliked
        if each.channel in written
    ]
    return tuple(dict.fromkeys(found))


def _answer(
    context: BriefContext, new: CampaignIdea, *, old: CampaignIdea, reference: ReferenceData
) -> tuple[str, ...]:
    changes = _changes(new, old, reference=reference)
    against = [each for each in context.disliked if each.idea is not None and each.idea.id == old.id]
    if not against:
        plain = [changes[name] for name in ("angle", "framework", "channels") if name in changes]
        return (f"Instead of “{old.theme}”, {_joined(plain)}.",) if plain else ()
    return tuple(dict.fromkeys(_sentence(each, changes, new=new, old=old) for each in against))


def _sentence(each: Disliked, changes: Mapping[str, str], *, new: CampaignIdea, old: CampaignIdea) -> str:
    wanted = (*_ABOUT[each.reason], *(name for name in changes if name == "length" and "long" in each.said.lower()))
    told = [changes[name] for name in wanted if name in changes]
    told += _unsaid(each.said, new=new.prose, old=old.prose)
    lead = _lead(each, name=f"“{old.theme}”")
    if told:
        return f"{lead}, so {_joined(told)}.{_missing(each, changes)}"
    return f"{lead}.{_missing(each, changes)}"


def _missing(each: Disliked, changes: Mapping[str, str]) -> str:
    """What was disliked and is as it was, said as it is."""
    if each.reason is _R.WRONG_CHANNEL and "channels" not in changes:
        return " Its channels are the same: no others are open to this brief."
    if each.reason is _R.NOT_TRUE and "sources" not in changes:
        return " It rests on the same sources, as there are no others: check them before it is used."
    if not changes:
        return " Nothing else could be found; say in a note what should change."
    return ""


def _changes(new: CampaignIdea, old: CampaignIdea, *, reference: ReferenceData) -> dict[str, str]:
    """What differs between two ideas, as clauses by name."""
    found = {}
    tone = next((line for line in new.learned if line.startswith("The tone is ")), "")
    if tone:
        found["tone"] = f"this {tone.removeprefix('The tone ').removesuffix(' than before.')}"
    if new.framework != old.framework and new.framework:
        instead = f" instead of {_framework(old.framework, reference)}" if old.framework else ""
        found["framework"] = f"it follows {_framework(new.framework, reference)}{instead}"
    if new.angle != old.angle and new.angle:
        instead = f" rather than on {_angle(old.angle, reference)}" if old.angle else ""
        found["angle"] = f"it turns on {_angle(new.angle, reference)}{instead}"
    gone = [name for name in old.channels if name not in new.channels]
    if gone and new.channels:
        names = _joined([reference.name_of(name) for name in new.channels])
        found["channels"] = f"it runs on {names} and no longer on {_joined([reference.name_of(name) for name in gone])}"
    shared, doubted = quotes_of(new) & quotes_of(old), quotes_of(old)
    if doubted - shared:
        rest = "none of the sources" if not _market(shared, old) else "other sources than some"
        found["sources"] = f"it quotes {rest} it quoted for its story"
    if new.target_segments != old.target_segments and new.target_segments:
        found["audience"] = f"it speaks to {_joined(list(new.target_segments))}"
    if len(words(new.prose)) <= SHORTER * len(words(old.prose)):
        found["length"] = "it is shorter"
    return found


def _market(quotes: frozenset[str], idea: CampaignIdea) -> bool:
    """Whether any of the quotes is from a source that is not the brand's own record of its offer."""
    own = ("brief:", "service:", "brand:", "framework:")
    cited = (citation for claim in idea.claims for citation in claim.citations if citation.quote in quotes)
    return any(not citation.passage_id.startswith(own) for citation in cited)


def _lead(each: Disliked, *, name: str) -> str:
    said = " ".join(each.said.split())
    shown = said if len(said) <= MOST_SAID else f"{said[: MOST_SAID - 1].rstrip()}…"
    quoted = f" (“{shown.rstrip('.')}”)" if shown else ""
    lead = {
        _R.WRONG_TONE: f"disliked the tone of {name}",
        _R.WRONG_CHANNEL: f"disliked the channels of {name}",
        _R.TOO_CLOSE: f"found {name} too close to what is there",
        _R.NOT_FOR_US: f"said that {name} is not right for the brand",
        _R.NOT_TRUE: f"said that {name} is not true",
    }.get(each.reason or _R.OTHER, f"disliked {name}" if each.disliked else f"commented on {name}")
    return f"{each.by} {lead}{quoted}"


def _unsaid(said: str, *, new: str, old: str) -> list[str]:
    """Words of the complaint that the old text has and the new one has not."""
    before, after = set(terms(old)), set(terms(new))
    gone = [
        word
        for word in dict.fromkeys(words(said))
        if word.isalpha() and set(terms(word)) and set(terms(word)) <= before - after
    ]
    return [f"it no longer speaks of {_joined([f'“{word}”' for word in gone[:3]])}"] if gone else []


def _channel_answer(each: Disliked, plan: ChannelPlan, *, reference: ReferenceData) -> str:
    name = reference.name_of(plan.channel)
    wrong = each.reason is _R.WRONG_CHANNEL
    lead = f"{each.by} found {name} the wrong channel" if wrong else _lead(each, name=f"the strategy for {name}")
    if plan.strategy == each.strategy:
        return f"{lead}. Nothing came out differently; say in a note what should change."
    told = ["the text was written anew"]
    quoted = {citation.quote for claim in plan.claims for citation in claim.citations}
    if each.reason is _R.NOT_TRUE:
        kept = [quote for quote in quoted if quote in each.strategy]
        told = [*told, "what it still quotes should be checked"] if kept else ["it quotes other words, or none"]
    told += _unsaid(each.said, new=plan.strategy, old=each.strategy)
    money = " Its budget stays until you change it." if wrong else ""
    return f"{lead}, so {_joined(told)}.{money}"


def _framework(key: str, reference: ReferenceData) -> str:
    found = reference.framework(key)
    return found.name if found else key


def _angle(key: str, reference: ReferenceData) -> str:
    found = reference.angle(key)
    return found.name if found else key


def _joined(clauses: Sequence[str]) -> str:
    return clauses[0] if len(clauses) == 1 else f"{', '.join(clauses[:-1])} and {clauses[-1]}"
