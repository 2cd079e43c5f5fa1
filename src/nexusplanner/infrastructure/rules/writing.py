"""Writes an idea: title, description, message, contrast and goal, each sentence with what carries it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nexusplanner.application.agents.checking.lookalikes import says
from nexusplanner.application.agents.words.blamed import Blamed
from nexusplanner.domain.agents import BriefContext, Opportunity
from nexusplanner.domain.campaigns import Author, CampaignIdea
from nexusplanner.domain.learning import ArmKind
from nexusplanner.domain.reference import Angle, Framework, ReferenceData
from nexusplanner.domain.relevance import words
from nexusplanner.infrastructure.rules.analysis import best_segment
from nexusplanner.infrastructure.rules.audience import Audience
from nexusplanner.infrastructure.rules.channels import fitting_channels
from nexusplanner.infrastructure.rules.grounds import evidence_slots, framework_slots
from nexusplanner.infrastructure.rules.leanings import in_order
from nexusplanner.infrastructure.rules.material import UNCOUNTABLE, Material, chosen
from nexusplanner.infrastructure.rules.replies import feedback_line, note_line
from nexusplanner.infrastructure.rules.slots import Line, Slot, claims, first_line, seed_of
from nexusplanner.infrastructure.rules.text import cleaned, start
from nexusplanner.infrastructure.rules.wishes import TONE_WORDS, Wishes

LONGEST_IN_MESSAGE = 100
MOST_USES = 2
"""Ideas of one campaign that may rest on the same proof; a third would wear it out."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An angle on an opportunity, or on the offer alone. kind: the evidence it stands on."""

    angle: Angle
    opportunity: Opportunity | None
    kind: str
    strength: float


@dataclass
class Desk:
    """What has been written so far, so that the next idea differs. other: the audience a note asked for instead."""

    context: BriefContext
    reference: ReferenceData
    material: Material
    wishes: Wishes
    avoid: Sequence[CampaignIdea]
    blamed: Blamed = field(default_factory=Blamed)
    other: Audience | None = None
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

    @property
    def turn(self) -> int:
        """Counts on with every idea, so that neighbours take different sentences."""
        return self.seed + len(self.ideas) + len(self.avoid)

    @property
    def quoted(self) -> set[str]:
        """What the ideas so far quote."""
        return {citation.quote for idea in self.ideas for claim in idea.claims for citation in claim.citations}

    @property
    def themes(self) -> set[str]:
        """Titles that are taken, here or in earlier campaigns."""
        here = {one.theme.lower() for one in (*self.ideas, *self.avoid)}
        return here | {past.theme.lower() for past in self.context.past_ideas}


def full_text(idea: CampaignIdea) -> str:
    """Everything of an idea that is read."""
    return f"{idea.theme}. {idea.description} {idea.core_message} {idea.competitive_angle}"


def frameworks_for(desk: Desk, angle: Angle) -> Iterator[Framework]:
    """Three frameworks to try, those that suit the angle and were used least first, disliked ones last."""
    used = Counter(idea.framework for idea in (*desk.ideas, *desk.avoid))
    keys = [*angle.frameworks, *(one.key for one in desk.reference.frameworks if one.key not in angle.frameworks)]
    open_to = in_order(desk.context, ArmKind.FRAMEWORK, keys, refused=desk.blamed.frameworks)
    disliked = _disliked_frameworks(desk)
    order = sorted(open_to, key=lambda key: (key in disliked, used[key], open_to.index(key)))
    for key in order[:3]:
        framework = desk.reference.framework(key)
        if framework is not None:
            yield framework


def _disliked_frameworks(desk: Desk) -> set[str]:
    """Frameworks of ideas nobody liked, where nothing was learned from that in the round."""
    if desk.context.learned is not None:
        return set()
    opinions = desk.context.past_ideas
    disliked = {past.framework.lower() for past in opinions if past.verdict == "dislike"}
    return disliked - {past.framework.lower() for past in opinions if past.verdict == "like"}


def write(desk: Desk, candidate: Candidate, framework: Framework, *, variant: int) -> CampaignIdea | None:
    """The idea; none when a part of it finds no evidence."""
    angle = candidate.angle
    seed = seed_of(str(desk.seed), angle.key, framework.key) + variant
    slots = _slots(desk, candidate, framework, variant=variant)
    theme = _theme(desk, angle, slots, seed=seed)
    lines = _description(desk, angle, framework, slots, seed=seed)
    message = _message(desk, angle, slots, seed=seed)
    if theme is None or lines is None or message is None:
        return None
    used = [fact for line in lines for fact in line.facts]
    contrast = _contrast(desk, angle, slots, seed=seed, used=used)
    if contrast is None:
        return None
    lines += _replies(desk, told=" ".join(line.text for line in (*lines, message, contrast)))
    segments = _segments(desk, candidate)
    return CampaignIdea(
        theme=theme.text,
        description=" ".join(line.text for line in lines),
        target_kpi=_kpi(desk, angle, slots, seed=seed),
        core_message=message.text,
        target_segments=segments,
        competitive_angle=contrast.text,
        framework=framework.key,
        angle=angle.key,
        channels=fitting_channels(
            desk.context, angle, reference=desk.reference, segment=segments[0] if segments else ""
        ),
        claims=claims([theme, *lines, message, contrast]),
        author=Author.RULES,
        learned=(f"The tone is {TONE_WORDS[desk.wishes.tone]} than before.",) if desk.wishes.changed_tone else (),
    )


def _slots(desk: Desk, candidate: Candidate, framework: Framework, *, variant: int) -> dict[str, Slot]:
    context, opportunity = desk.context, candidate.opportunity
    slots = {**desk.material.fixed, **framework_slots(context, framework)}
    if opportunity is not None:
        slots |= evidence_slots(
            context, opportunity, variant=variant, taken=desk.quoted, wishes=desk.wishes, alone=desk.wishes.short
        )
    about = slots["quote"].text + slots["second"].text if "quote" in slots else ""
    theme = context.brief.theme
    benefits = chosen(desk.material.benefits, about=about, theme=theme, taken=desk.facts, wishes=desk.wishes)
    proofs = chosen(desk.material.proofs, about=about, theme=theme, taken=desk.facts, wishes=desk.wishes)
    if "proof" not in candidate.angle.needs:
        proofs = [fact for fact in proofs if desk.facts[fact.text] < MOST_USES]
    slots |= {name: fact[0] for name, fact in (("benefit", benefits), ("proof", proofs)) if fact}
    slots |= {name: fact[1] for name, fact in (("benefit2", benefits), ("proof2", proofs)) if len(fact) > 1}
    return slots


def _theme(desk: Desk, angle: Angle, slots: Mapping[str, Slot], *, seed: int) -> Line | None:
    bold = desk.wishes.tone == "bold" and angle.bold_themes
    titles = [line for turn in range(len(angle.themes)) if (line := first_line(angle.themes, slots, seed=seed + turn))]
    if bold:
        loud = [line for turn in range(2) if (line := first_line(angle.bold_themes, slots, seed=seed + turn))]
        titles = [*loud, *titles]
    free = next((line for line in titles if line.text.lower() not in desk.themes), None)
    if free is not None or not titles or "theme" not in slots:
        return free
    # Earlier campaigns took every title of this angle; with the brief's theme it is one of its own again.
    longer = f"{titles[0].text}: {slots['theme'].text}"
    return None if longer.lower() in desk.themes else first_line((f"{titles[0].text}: {{theme}}",), slots, seed=0)


_LEADS = (
    "Under “{theme}”, ",
    "Since the aim is “{objective}”, ",
    "In the spirit of “{theme}”, ",
    "With “{theme}” as the line, ",
    "Where the brief says “{theme}”, ",
    "",
)
"""Clauses that tie an idea to the brief; ideas of one campaign take different ones."""


def _description(
    desk: Desk, angle: Angle, framework: Framework, slots: Mapping[str, Slot], *, seed: int
) -> list[Line] | None:
    lead = _LEADS[0] if desk.wishes.short else _LEADS[desk.turn % len(_LEADS)]
    moves = tuple(f"{lead}{move}" for move in angle.moves)
    # Frameworks list their sentences from the richest to the barest, so those are tried in this order.
    parts: list[tuple[tuple[str, ...], int]] = [(angle.insights, seed), ((*moves,), seed + 1)]
    if not desk.wishes.short:
        parts += [(framework.unfold, 0), (angle.devices, seed + 3)]
    lines: list[Line] = []
    for templates, turn in parts:
        known = _named_once(desk, slots, lines)
        used = [fact for one in lines for fact in one.facts]
        line = first_line(templates, known, seed=turn, used=used)
        if line is None and templates == moves:
            line = first_line(angle.moves, known, seed=turn, used=used)
        if line is None:
            return None
        lines.append(line)
    return lines


def _named_once(desk: Desk, slots: Mapping[str, Slot], lines: Iterable[Line]) -> Mapping[str, Slot]:
    """The slots with the audience shortened when it has been named in full."""
    audience = desk.material.audience
    named = any(audience.whole.text.lower() in line.text.lower() for line in lines)
    return {**slots, "audience": audience.short} if named else slots


def _replies(desk: Desk, *, told: str) -> list[Line]:
    """What the first idea answers to the note and to earlier dislikes."""
    if desk.ideas:
        return []
    note = note_line(
        desk.context, wishes=desk.wishes, audience=desk.other, avoid=desk.avoid, reference=desk.reference, told=told
    )
    return [line for line in (note, feedback_line(desk.context)) if line is not None]


def _message(desk: Desk, angle: Angle, slots: Mapping[str, Slot], *, seed: int) -> Line | None:
    short = {name: slot for name, slot in slots.items() if not slot.fact or len(slot.text) <= LONGEST_IN_MESSAGE}
    short |= _fresh(desk, short)
    fact = "{proof}." if "proof" in angle.needs else "{benefit}."
    toned = (fact,) if desk.wishes.short else angle.messages.get(desk.wishes.tone, ())
    return (
        first_line(toned, short, seed=seed)
        or first_line(angle.messages["plain"], short, seed=seed)
        or first_line(angle.messages["bare"], short, seed=seed)
        or first_line(("{service}, for {audience}.",), short, seed=seed)
    )


def _fresh(desk: Desk, slots: Mapping[str, Slot]) -> Mapping[str, Slot]:
    """The idea's benefit, or another fact when a message of the campaign says that one already."""
    said = " ".join(idea.core_message for idea in desk.ideas)
    if "benefit" not in slots or slots["benefit"].text not in said:
        return {}
    facts = [fact for fact in (*desk.material.benefits, *desk.material.proofs) if len(fact.text) <= LONGEST_IN_MESSAGE]
    other = next((fact for fact in facts if fact.text not in said and not desk.wishes.refuses(fact.text)), None)
    return {"benefit": other} if other else {}


_RIVALRY = (
    "Set beside “{rival}” ({rival_origin}), {brand} has a fact of its own to show: “{proof}”.",
    "What people hear elsewhere is “{rival}” ({rival_origin}); what they hear from {brand} is “{proof}”.",
)
"""Contrasts with what a competitor did; at most every other idea takes one."""


def _contrast(desk: Desk, angle: Angle, slots: Mapping[str, Slot], *, seed: int, used: Sequence[str]) -> Line | None:
    if angle.key != "rival" and not _quoted_rival(desk):
        for rival in desk.material.rivals:
            for proof in ("proof", "proof2"):
                known = rival["rival"].text
                if known in desk.quoted or desk.wishes.refuses(known) or proof not in slots:
                    continue
                line = first_line(_RIVALRY, {**slots, **rival, "proof": slots[proof]}, seed=seed, used=used)
                if line is not None:
                    return line
    return first_line(angle.contrasts, slots, seed=seed, used=used)


def _quoted_rival(desk: Desk) -> bool:
    """Whether the idea before this one was set against a rival's news."""
    last = desk.ideas[-1:]
    rivals = {rival["rival"].text for rival in desk.material.rivals}
    return any(citation.quote in rivals for idea in last for claim in idea.claims for citation in claim.citations)


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
    if desk.other is not None:
        return (desk.other.segment or start(desk.other.whole.text),)
    if candidate.opportunity is not None and candidate.opportunity.segment:
        return (candidate.opportunity.segment,)
    wished = next((one.name for one in context.segments if set(words(one.name)) & desk.wishes.words), "")
    named = wished or best_segment(context, candidate.angle.name)
    if named:
        return (named,)
    text = cleaned(context.brief.target_audience or context.service.target_audience, longest=90)
    return (text,) if text and not says(text, banned=context.brand.banned_claims) else ()
