"""Ideas: an opportunity, an angle, a framework, an audience and a proof, written out."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nexusplanner.application.agents.context import sells_to_business
from nexusplanner.domain.agents import BriefContext, Opportunity
from nexusplanner.domain.campaigns import Author, CampaignIdea
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.reference import Angle, Framework, ReferenceData
from nexusplanner.domain.relevance import most_alike, words
from nexusplanner.infrastructure.rules.analysis import best_segment
from nexusplanner.infrastructure.rules.material import (
    UNCOUNTABLE,
    Material,
    chosen,
    evidence_slots,
    feedback_line,
    framework_slots,
    material_of,
    needs_of,
)
from nexusplanner.infrastructure.rules.slots import Line, Slot, claims, first_line
from nexusplanner.infrastructure.rules.text import cleaned, says
from nexusplanner.infrastructure.rules.wishes import Wishes, wishes_of

APART = 0.5
"""Ideas whose texts are more alike than this are not different enough; what is promised is 0.6."""

VARIANTS = 4
LONGEST_IN_MESSAGE = 100
MARKET = frozenset({"duty", "worry", "tailwind", "neutral", "rival", "segment", "season", "past", "actuals"})


NEWS = frozenset({"duty", "worry", "tailwind", "neutral", "rival"})
"""Evidence that is news; it makes a campaign timely, so it weighs more."""


def seed_of(*parts: str) -> int:
    """A number that depends on the content alone."""
    return int(hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12], 16)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An angle on an opportunity, or on the offer alone. kind: the evidence it stands on."""

    angle: Angle
    opportunity: Opportunity | None
    kind: str
    strength: float


@dataclass
class Desk:
    """What has been written so far, so that the next idea differs."""

    context: BriefContext
    reference: ReferenceData
    material: Material
    wishes: Wishes
    avoid: Sequence[CampaignIdea]
    ideas: list[CampaignIdea] = field(default_factory=list)
    picked: list[Candidate] = field(default_factory=list)
    facts: Counter[str] = field(default_factory=Counter)

    @property
    def seed(self) -> int:
        """From the words of the brief, the note and the ideas to avoid: nothing that changes between two runs."""
        brief, service = self.context.brief, self.context.service
        return seed_of(
            brief.theme, brief.target_audience, str(brief.start_date), service.name, self.context.brand.name,
            self.context.note, *(idea.theme for idea in self.avoid),
        )  # fmt: skip


def ideate(
    context: BriefContext,
    opportunities: Sequence[Opportunity],
    *,
    count: int,
    avoid: Sequence[CampaignIdea],
    reference: ReferenceData,
) -> tuple[CampaignIdea, ...]:
    """Up to `count` ideas, best supported first, each unlike the others and those in `avoid`."""
    desk = Desk(
        context=context,
        reference=reference,
        material=material_of(context),
        wishes=wishes_of(context),
        avoid=avoid,
    )
    waiting = candidates(desk, opportunities)
    while waiting and len(desk.ideas) < count:
        best = max(range(len(waiting)), key=lambda place: (_worth(desk, waiting[place]), -place))
        candidate = waiting.pop(best)
        idea = _written(desk, candidate)
        if idea is not None:
            desk.ideas.append(idea)
            desk.picked.append(candidate)
    return tuple(desk.ideas)


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
                if kind in market
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


def _worth(desk: Desk, candidate: Candidate) -> float:
    """What an idea from this candidate would add: support, what was asked for, and difference from the others."""
    angle, wishes = candidate.angle.key, desk.wishes
    seen = Counter(one.angle.key for one in desk.picked)
    kinds = Counter(one.kind for one in desk.picked)
    opinions = Counter(
        past.verdict for past in desk.context.past_ideas if past.angle == angle and past.verdict in {"like", "dislike"}
    )
    worth = candidate.strength + 0.03 * (seed_of(str(desk.seed), angle) % 5) + 0.2 * (candidate.kind in NEWS)
    worth += 1.0 * (angle in wishes.focus) - 2.0 * (angle in wishes.avoid)
    worth += 0.25 * min(opinions["like"], 2) - 1.5 * min(opinions["dislike"], 2)
    worth -= 1.0 * any(idea.angle == angle for idea in desk.avoid)
    worth -= 1.6 * seen[angle] + 0.15 * kinds[candidate.kind]
    if candidate.opportunity is not None:
        worth -= 0.7 * any(one.opportunity == candidate.opportunity for one in desk.picked)
        worth += 0.4 * bool(set(words(candidate.opportunity.segment)) & wishes.words)
    return worth


def _written(desk: Desk, candidate: Candidate) -> CampaignIdea | None:
    for variant in range(VARIANTS):
        for framework in _frameworks(desk, candidate.angle):
            idea = _write(desk, candidate, framework, variant=variant)
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
    if any(one.theme.lower() == idea.theme.lower() for one in others):
        return False
    cited = {citation.passage_id for claim in idea.claims for citation in claim.citations}
    if len(cited) < 2 or says(full_text(idea), banned=desk.context.brand.banned_claims):
        return False
    return all(most_alike([full_text(idea), full_text(one)]) <= APART for one in others)


def full_text(idea: CampaignIdea) -> str:
    """Everything of an idea that is read."""
    return f"{idea.theme}. {idea.description} {idea.core_message} {idea.competitive_angle}"


def _frameworks(desk: Desk, angle: Angle) -> Iterator[Framework]:
    opinions = desk.context.past_ideas
    disliked = {past.framework.lower() for past in opinions if past.verdict == "dislike"}
    disliked -= {past.framework.lower() for past in opinions if past.verdict == "like"}
    used = Counter(idea.framework for idea in (*desk.ideas, *desk.avoid))
    keys = [*angle.frameworks, *(one.key for one in desk.reference.frameworks if one.key not in angle.frameworks)]
    order = sorted(keys, key=lambda key: (key in disliked, used[key], keys.index(key)))
    for key in order[:3]:
        framework = desk.reference.framework(key)
        if framework is not None:
            yield framework


def _write(desk: Desk, candidate: Candidate, framework: Framework, *, variant: int) -> CampaignIdea | None:
    angle, context = candidate.angle, desk.context
    seed = seed_of(str(desk.seed), angle.key, framework.key) + variant
    about = candidate.opportunity.description if candidate.opportunity else context.brief.theme
    slots = {
        **desk.material.fixed,
        **_turn(desk, about),
        **framework_slots(context, framework),
        **(evidence_slots(context, candidate.opportunity, variant=variant) if candidate.opportunity else {}),
    }
    theme = first_line(angle.themes, slots, seed=seed)
    lines = _description(desk, angle, framework, slots, seed=seed)
    message = _message(desk, angle, slots, seed=seed)
    if theme is None or lines is None or message is None:
        return None
    used = [fact for line in lines for fact in line.facts]
    contrast = first_line(angle.contrasts, slots, seed=seed, used=used)
    kpi = _kpi(desk, angle, slots, seed=seed)
    if contrast is None:
        return None
    return CampaignIdea(
        theme=theme.text,
        description=" ".join(line.text for line in lines),
        target_kpi=kpi,
        core_message=message.text,
        target_segments=_segments(desk, candidate),
        competitive_angle=contrast.text,
        framework=framework.key,
        angle=angle.key,
        channels=_channels(desk, angle),
        claims=claims([theme, *lines, message, contrast]),
        author=Author.RULES,
    )


def _turn(desk: Desk, about: str) -> dict[str, Slot]:
    """The benefits and proofs whose turn it is."""
    benefits = chosen(desk.material.benefits, about=about, taken=desk.facts)
    proofs = chosen(desk.material.proofs, about=about, taken=desk.facts)
    slots = dict(zip(("benefit", "benefit2"), benefits, strict=False))
    return slots | ({"proof": proofs[0]} if proofs else {})


_TIES = (
    "All of it runs under “{theme}”.",
    "“{theme}” stays the line on every format.",
    "The theme of the brief, “{theme}”, gives the first line, and this idea the second.",
    "This is one honest reading of “{theme}”.",
    "So “{theme}” gets a meaning that can be acted on.",
    "Each piece is signed with “{theme}”, never opened with it.",
)
"""How an idea is tied to the brief's theme; ideas of one brief take different ones."""


def _description(
    desk: Desk, angle: Angle, framework: Framework, slots: Mapping[str, Slot], *, seed: int
) -> list[Line] | None:
    lines: list[Line] = []
    parts = [angle.insights, angle.moves, framework.unfold, angle.devices]
    for place, templates in enumerate(parts[:3] if desk.wishes.short else parts):
        # Frameworks list their sentences from the richest to the barest, so those are tried in this order.
        turn = 0 if place == 2 else seed + place
        line = first_line(templates, slots, seed=turn, used=[fact for one in lines for fact in one.facts])
        if line is None:
            return None
        lines.append(line)
    turn = desk.seed + len(desk.ideas) + len(desk.avoid)
    tie = first_line(_TIES, slots, seed=turn, used=[fact for one in lines for fact in one.facts])
    reply = None if desk.ideas else feedback_line(desk.context)
    return [*lines, *(one for one in (tie, reply) if one is not None)]


def _message(desk: Desk, angle: Angle, slots: Mapping[str, Slot], *, seed: int) -> Line | None:
    short = {name: slot for name, slot in slots.items() if not slot.fact or len(slot.text) <= LONGEST_IN_MESSAGE}
    toned = angle.messages.get(desk.wishes.tone, ())
    return (
        first_line(toned, short, seed=seed)
        or first_line(angle.messages["plain"], short, seed=seed)
        or first_line(angle.messages["bare"], short, seed=seed)
        or first_line(("{service}, for {audience}.",), short, seed=seed)
    )


_AWARENESS = frozenset({"awareness", "known", "reach", "recognition", "visibility", "attention", "brand"})


def _kpi(desk: Desk, angle: Angle, slots: Mapping[str, Slot], *, seed: int) -> str:
    asked = set(words(" ".join(desk.context.brief.key_objectives)))
    outcomes = slots["outcomes"].text
    if asked & _AWARENESS and not desk.ideas:
        return f"Reach within the audience, checked by {outcomes}"
    templates = angle.kpis
    if outcomes.lower() in UNCOUNTABLE:
        templates = tuple(one for one in templates if "become {outcomes}" not in one and "of the {outcomes}" not in one)
    line = first_line(templates, slots, seed=seed) if templates else None
    return line.text if line else f"{outcomes[:1].upper()}{outcomes[1:]} a week against the forecast band"


def _segments(desk: Desk, candidate: Candidate) -> tuple[str, ...]:
    context = desk.context
    if candidate.opportunity is not None and candidate.opportunity.segment:
        return (candidate.opportunity.segment,)
    wished = next((one.name for one in context.segments if set(words(one.name)) & desk.wishes.words), "")
    if wished or context.segments:
        return (wished or best_segment(context, candidate.angle.name),)
    text = cleaned(context.brief.target_audience or context.service.target_audience, longest=90)
    return (text,) if text and not says(text, banned=context.brand.banned_claims) else ()


def available_channels(context: BriefContext, reference: ReferenceData) -> list[str]:
    """The channels a brief may use: those it names, else those with a record, else those that fit its buyers."""
    if context.brief.channels:
        return list(context.brief.channels)
    recorded = [passage.id.rsplit(":", 1)[-1] for passage in context.of_kind(SourceKind.ACTUALS)]
    if recorded:
        return recorded
    business = sells_to_business(
        context.brief.target_audience, context.service.target_audience, context.service.category
    )
    fit = sorted(reference.channels, key=lambda one: -(one.business if business else one.consumer))
    return [channel.key for channel in fit[:6]]


def _channels(desk: Desk, angle: Angle) -> tuple[str, ...]:
    open_to = available_channels(desk.context, desk.reference)
    keys = {name: channel.key if (channel := desk.reference.channel(name)) else "" for name in open_to}
    suited = sorted(
        (name for name in open_to if keys[name] in angle.channels), key=lambda name: angle.channels.index(keys[name])
    )
    return tuple(suited[:3] or open_to[:2])
