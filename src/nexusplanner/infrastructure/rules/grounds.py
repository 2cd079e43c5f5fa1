"""The slots that evidence fills: what an opportunity quotes, what a framework asks for, what feedback taught."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from nexusplanner.application.agents.checking.lookalikes import says
from nexusplanner.domain.agents import BriefContext, Opportunity
from nexusplanner.domain.knowledge import Citation, Passage, SourceKind, Stance
from nexusplanner.domain.reference import Framework
from nexusplanner.domain.relevance import terms, words
from nexusplanner.infrastructure.rules.analysis import source_name
from nexusplanner.infrastructure.rules.audience import inside
from nexusplanner.infrastructure.rules.evidence import about, obliges, query_of, stance
from nexusplanner.infrastructure.rules.slots import Slot
from nexusplanner.infrastructure.rules.text import cite, cleaned, first_sentence
from nexusplanner.infrastructure.rules.wishes import Wishes

LONGEST_PAIR = 280
"""Characters two quotes of one sentence may have together."""

MOST_AGAINST = 2
"""Sources that say otherwise, beside the one that is quoted."""

NEAR = 2
"""Words in common with brief and offer that a second quote must have."""

_MOVING = frozenset(
    """rose rise rises rising grew grow grows growing gained gain doubled tripled climbed up more faster higher record
    passed increased increase increasing fell fall falls dropped fewer shorter named prefer prefers""".split()  # noqa: SIM905
)
"""Words of news that something changes, or that people have made up their minds."""

_NAMED = {SourceKind.SEGMENT: "segment", SourceKind.SEASON: "occasion", SourceKind.PAST_CAMPAIGN: "past"}
_NEEDS = {
    SourceKind.SEGMENT: "segment",
    SourceKind.SEASON: "season",
    SourceKind.PAST_CAMPAIGN: "past",
    SourceKind.ACTUALS: "actuals",
}


def evidence_slots(
    context: BriefContext,
    opportunity: Opportunity,
    *,
    variant: int,
    wishes: Wishes,
    taken: Collection[str] = (),
    alone: bool = False,
) -> dict[str, Slot]:
    """The slots an opportunity fills: the quote that carries it, a second one beside it, and the names in it.

    wishes: what to speak of first, and what no quote may speak of. taken: quotes that other ideas use. alone: whether the first quote must do without a second.
    """
    known = [citation for citation in opportunity.citations if citation.passage_id in context.by_id]
    allowed = [citation for citation in known if not wishes.refuses(citation.quote)]
    against = [citation for citation in allowed if citation.stance is Stance.CONTRADICTS]
    citations = [replace(each, stance=Stance.SUPPORTS) for each in allowed if each not in against]
    fresh = [citation for citation in citations if citation.quote not in taken] or citations
    if not fresh:
        return {}
    asked = set(terms(query_of(context)))
    kind = needs_of(context, opportunity)

    def fit(one: Citation) -> tuple[bool, int]:
        told = set(terms(one.quote))
        moving = kind == "tailwind" and bool(_MOVING & set(words(one.quote)))
        rival = kind == "rival" and stance([context.by_id[one.passage_id]]) == "rival"
        return rival or (kind == "duty" and obliges(one.quote)), len(asked & told) + 4 * bool(
            wishes.asked & told
        ) + 3 * moving

    fresh.sort(key=fit, reverse=True)
    if kind in {"duty", "rival"}:
        variant = 0
    citation = fresh[variant % len(fresh)]
    passage = context.by_id[citation.passage_id]
    slots = {
        "quote": Slot(text=citation.quote, citations=(citation, *against[:MOST_AGAINST]), fact=True),
        "origin": Slot(text=source_name(passage)),
        "second": Slot(text=""),
    }
    others = [one for one in fresh if one.passage_id != citation.passage_id]
    if kind == "rival":
        others = [one for one in others if stance([context.by_id[one.passage_id]]) == "rival"]
    if passage.kind is SourceKind.SIGNAL and not alone:
        slots["second"] = _second(context, citation, others)
    if passage.kind in _NAMED:
        title = cleaned(passage.title, longest=60)
        shown = inside(title) if passage.kind is SourceKind.SEGMENT else title
        slots[_NAMED[passage.kind]] = Slot(text=shown, citations=cite(passage, title))
    if passage.kind is SourceKind.PAST_CAMPAIGN:
        slots["lesson"] = _lesson(context, passage)
    return slots


def _second(context: BriefContext, first: Citation, others: list[Citation]) -> Slot:
    origin = context.by_id[first.passage_id].origin
    for other in sorted(others, key=lambda one: context.by_id[one.passage_id].origin == origin):
        passage = context.by_id[other.passage_id]
        near = about(context, other.quote) >= NEAR
        if near and len(first.quote) + len(other.quote) <= LONGEST_PAIR and first.quote != other.quote:
            if passage.origin == origin:
                return Slot(text=f", and from the same source, “{other.quote}”", citations=(other,), fact=True)
            named = source_name(passage)
            return Slot(text=f", and “{other.quote}” ({named})", citations=(other,), fact=True)
    return Slot(text="")


def _lesson(context: BriefContext, passage: Passage) -> Slot:
    """What the team liked about the campaign, as a clause."""
    for past in context.past_ideas:
        quote = first_sentence(past.reason, longest=140)
        liked = past.verdict == "like" and past.theme and past.theme in f"{passage.title}\n{passage.text}"
        if not liked or not quote or "_" in quote or says(quote, banned=context.brand.banned_claims):
            continue
        for said in context.of_kind(SourceKind.FEEDBACK):
            if past.theme in said.text and cite(said, quote):
                return Slot(text=f", and the team liked it: “{quote}”", citations=cite(said, quote), fact=True)
    return Slot(text="")


def needs_of(context: BriefContext, opportunity: Opportunity) -> str:
    """The kind of evidence an opportunity brings, as angles name it."""
    grounds = [one for one in opportunity.citations if one.stance is not Stance.CONTRADICTS]
    passages = [context.by_id[one.passage_id] for one in grounds if one.passage_id in context.by_id]
    if not passages:
        return ""
    if passages[0].kind is SourceKind.SIGNAL:
        return stance([passage for passage in passages if passage.kind is SourceKind.SIGNAL])
    return _NEEDS.get(passages[0].kind, "")


def framework_slots(context: BriefContext, framework: Framework) -> dict[str, Slot]:
    """The framework's parts, cited from its passage."""
    passage = context.by_id.get(f"framework:{framework.key}")
    parts = f"{', '.join(framework.parts[:-1])} and {framework.parts[-1]}"
    cited = cite(passage, parts)
    return {"parts": Slot(text=parts, citations=cited, fact=True)} if cited else {}
