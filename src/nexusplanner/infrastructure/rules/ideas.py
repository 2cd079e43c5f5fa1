"""Ideas: an opportunity, an angle, a framework, an audience and a proof, chosen so that each adds something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from nexusplanner.application.agents.checking.lookalikes import says
from nexusplanner.application.agents.gathering.news import starts_from
from nexusplanner.application.agents.words.blamed import blamed_in
from nexusplanner.domain.agents import BriefContext, Opportunity
from nexusplanner.domain.campaigns import CampaignIdea
from nexusplanner.domain.learning import ArmKind
from nexusplanner.domain.learning.learned import DRAWS
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.relevance import most_alike, terms, words
from nexusplanner.infrastructure.rules.audience import Audience, named_audience, other_audience
from nexusplanner.infrastructure.rules.grounds import needs_of
from nexusplanner.infrastructure.rules.leanings import leaning
from nexusplanner.infrastructure.rules.material import material_of
from nexusplanner.infrastructure.rules.slots import Slot, seed_of
from nexusplanner.infrastructure.rules.wishes import TONE_ANGLES, Wishes, wishes_of
from nexusplanner.infrastructure.rules.writing import Candidate, Desk, frameworks_for, full_text, write

__all__ = ["full_text", "ideate"]

APART = 0.5
"""Ideas whose texts are more alike than this are not different enough; what is promised is 0.6."""

BLAME = 3.0
"""What it costs an angle to be blamed for the idea that is replaced."""
VARIANTS = 4
MARKET = frozenset({"duty", "worry", "tailwind", "neutral", "rival", "segment", "season", "past", "actuals"})

NEWS = frozenset({"duty", "worry", "tailwind", "neutral", "rival"})
"""Evidence that is news; it makes a campaign timely, so it weighs more."""


def ideate(
    context: BriefContext,
    opportunities: Sequence[Opportunity],
    *,
    count: int,
    avoid: Sequence[CampaignIdea],
    reference: ReferenceData,
) -> tuple[CampaignIdea, ...]:
    """Up to `count` ideas, best supported first, each unlike the others and those in `avoid`."""
    wishes, blamed = wishes_of(context), blamed_in(context.disliked)
    other = _other(context, wishes, avoid=avoid)
    desk = Desk(
        context=context,
        reference=reference,
        material=material_of(context, audience=other).without(blamed.quotes),
        wishes=wishes,
        blamed=blamed,
        avoid=avoid,
        other=other,
    )
    waiting = candidates(desk, undoubted(opportunities, doubted=blamed.quotes))
    while waiting and len(desk.ideas) < count:
        worths = [_worth(desk, candidate) for candidate in waiting]
        best = max(range(len(waiting)), key=lambda place: (worths[place] + _learned(desk, waiting[place]), -place))
        candidate = waiting[best]
        idea = _written(desk, candidate)
        if idea is not None:
            desk.ideas.append(replace(idea, propensity=_propensity(desk, waiting, worths, chosen=candidate)))
            desk.picked.append(candidate)
        waiting.pop(best)
    return tuple(desk.ideas)


def undoubted(opportunities: Sequence[Opportunity], *, doubted: Collection[str]) -> Sequence[Opportunity]:
    """The opportunities without quotes that were doubted; one that rests on nothing else is gone."""
    if not doubted:
        return opportunities
    kept = [
        replace(one, citations=tuple(citation for citation in one.citations if citation.quote not in doubted))
        for one in opportunities
    ]
    return [one for one in kept if one.citations]


def _learned(desk: Desk, candidate: Candidate, *, draw: int = 0) -> float:
    """What feedback and results say of the angle, for the audience of the opportunity."""
    segment = candidate.opportunity.segment if candidate.opportunity else ""
    return leaning(desk.context, ArmKind.ANGLE, candidate.angle.key, segment=segment, draw=draw)


def _propensity(
    desk: Desk, waiting: Sequence[Candidate], worths: Sequence[float], *, chosen: Candidate
) -> float | None:
    """In which part of the draws the choice would have fallen on this angle; none where nothing was learned."""
    learned = desk.context.learned
    if learned is None or not learned.taught:
        return None
    hits = 0
    for draw in range(DRAWS):
        totals = [worth + _learned(desk, one, draw=draw) for worth, one in zip(worths, waiting, strict=True)]
        best = max(range(len(waiting)), key=lambda place: (totals[place], -place))
        hits += waiting[best].angle.key == chosen.angle.key
    return hits / DRAWS


def _other(context: BriefContext, wishes: Wishes, *, avoid: Sequence[CampaignIdea]) -> Audience | None:
    if wishes.audience and (named := named_audience(context, wishes.audience)) is not None:
        return named
    if not wishes.other_audience:
        return None
    return other_audience(context, taken=[name for idea in avoid for name in idea.target_segments])


def candidates(desk: Desk, opportunities: Sequence[Opportunity]) -> list[Candidate]:
    """Every angle on every opportunity that brings what it needs, in a fixed order."""
    offered = desk.material.offers()
    kinds = [(opportunity, needs_of(desk.context, opportunity)) for opportunity in opportunities]
    found: list[Candidate] = []
    for angle in desk.reference.angles:
        needs = set(angle.needs)
        market = needs & MARKET
        if not needs - market <= offered:
            continue
        if market:
            found.extend(
                Candidate(angle=angle, opportunity=opportunity, kind=kind, strength=opportunity.strength)
                for opportunity, kind in kinds
                if kind in market and _speaks_to(desk, opportunity, kind=kind)
            )
        else:
            own = 0.44 if "proof" in needs else 0.38 if needs else 0.28
            found.append(Candidate(angle=angle, opportunity=None, kind="offer", strength=own))
    return sorted(
        found,
        key=lambda one: (
            -one.strength,
            seed_of(str(desk.seed), one.angle.key),
            one.opportunity.name if one.opportunity else "",
        ),
    )


def _speaks_to(desk: Desk, opportunity: Opportunity, *, kind: str) -> bool:
    """Whether an audience on file is the one spoken to, when the note asks for another."""
    return kind != "segment" or desk.other is None or opportunity.segment == desk.other.segment


def _worth(desk: Desk, candidate: Candidate) -> float:
    """What an idea from this candidate would add: support, what was asked for, and difference from the others."""
    angle, wishes = candidate.angle.key, desk.wishes
    seen = Counter(one.angle.key for one in desk.picked)
    kinds = Counter(one.kind for one in desk.picked)
    worth = candidate.strength + 0.03 * (seed_of(str(desk.seed), angle) % 5) + 0.2 * (candidate.kind in NEWS)
    worth += 1.0 * (angle in wishes.focus) - 2.0 * (angle in wishes.avoid)
    worth += 0.35 * (wishes.toned and angle in TONE_ANGLES[wishes.tone])
    worth += _opinions(desk, angle) - BLAME * (angle in desk.blamed.angles)
    worth -= 1.0 * any(idea.angle == angle for idea in desk.avoid)
    worth -= 1.6 * seen[angle] + 0.15 * kinds[candidate.kind]
    worth += 2.0 * (_opens(desk, candidate) and not any(_opens(desk, one) for one in desk.picked))
    if candidate.opportunity is not None:
        told = set(terms(candidate.opportunity.description))
        worth += 0.5 * bool(told & wishes.asked) - 0.5 * bool(told & wishes.refused)
        worth -= 0.7 * any(one.opportunity == candidate.opportunity for one in desk.picked)
        worth += 0.4 * bool(set(words(candidate.opportunity.segment)) & wishes.words)
    return worth


def _opens(desk: Desk, candidate: Candidate) -> bool:
    """Whether the candidate is about news that the brief starts from."""
    return candidate.opportunity is not None and starts_from(desk.context, candidate.opportunity.citations)


def _opinions(desk: Desk, angle: str) -> float:
    """What was said of ideas with the angle, where nothing was learned from it in the round."""
    if desk.context.learned is not None:
        return 0.0
    verdicts = Counter(past.verdict for past in desk.context.past_ideas if past.angle == angle)
    return 0.25 * min(verdicts["like"], 2) - 1.5 * min(verdicts["dislike"], 2)


def _written(desk: Desk, candidate: Candidate) -> CampaignIdea | None:
    for variant in range(VARIANTS):
        for framework in frameworks_for(desk, candidate.angle):
            idea = write(desk, candidate, framework, variant=variant)
            if idea is not None and _fits(desk, idea):
                desk.facts.update(
                    fact.text for fact in (*desk.material.benefits, *desk.material.proofs) if _uses(idea, fact)
                )
                return idea
    return None


def _uses(idea: CampaignIdea, fact: Slot) -> bool:
    return any(fact.text in text for text in (idea.description, idea.core_message, idea.competitive_angle))


def _fits(desk: Desk, idea: CampaignIdea) -> bool:
    others = [*desk.ideas, *desk.avoid]
    cited = {citation.passage_id for claim in idea.claims for citation in claim.citations}
    if len(cited) < 2 or says(full_text(idea), banned=desk.context.brand.banned_claims):
        return False
    return all(most_alike([full_text(idea), full_text(one)]) <= APART for one in others)
