"""Makes parts of a plan of what a model wrote: its words where they may stand, and everything else ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nexusplanner.application.agents.checking.evidence import distinct, figures, uncited_figures
from nexusplanner.application.agents.checking.quotes import impact
from nexusplanner.application.agents.checking.sieve import NO_SOURCE, Settled, Sieve
from nexusplanner.application.agents.drafts import (
    AnalysisDraft,
    IdeaDraft,
    IdeasDraft,
    OpportunitiesDraft,
    RefinedDraft,
    RefinementsDraft,
    StrategiesDraft,
    StrategyDraft,
)
from nexusplanner.domain.agents import BriefContext, Finding, Opportunity
from nexusplanner.domain.ai import TextStep
from nexusplanner.domain.campaigns import Author, CampaignIdea, ChannelPlan
from nexusplanner.domain.confidence import EvidenceStrength
from nexusplanner.domain.knowledge import Claim
from nexusplanner.domain.reference import CopyLimit

MOST_FINDINGS = 8
MOST_OPPORTUNITIES = 10
THEME, NAME, TEXT, MESSAGE, ANGLE, KPI = 90, 100, 1200, 300, 400, 80
"""Characters of each kind of text."""
FINDING = 700
GROWTH = 1.25
"""A rewording may be so much longer than what it rewords."""
SHORTEST_STRATEGY = 40
MOST_LINES = 3


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What an idea may choose among."""

    segments: tuple[str, ...]
    channels: tuple[str, ...]
    frameworks: tuple[str, ...]
    angles: tuple[str, ...]


def findings(context: BriefContext, draft: AnalysisDraft) -> Settled[tuple[Finding, ...]]:
    """Findings with a source that stands; their weight is that of the sources."""
    sieve, kept = Sieve(context, TextStep.ANALYSE), list[Finding]()
    for one in draft.findings[: 2 * MOST_FINDINGS]:
        citations = sieve.citations(one.quotes)
        topic = sieve.heading(one.topic, most=NAME)
        text = sieve.carried_only(sieve.text(one.text, most=FINDING), citations)
        if topic and text and citations:
            kept.append(Finding(topic=topic, text=text, citations=citations, impact=impact(context, citations)))
    value = tuple(kept[:MOST_FINDINGS])
    return sieve.settled(value, count=len(value))


def opportunities(context: BriefContext, draft: OpportunitiesDraft) -> Settled[tuple[Opportunity, ...]]:
    """Opportunities with a source that stands, strongest first by our measure."""
    sieve, kept = Sieve(context, TextStep.FIND), list[Opportunity]()
    segments = [segment.name for segment in context.segments]
    for one in draft.opportunities[: 2 * MOST_OPPORTUNITIES]:
        citations = sieve.citations(one.quotes)
        name = sieve.heading(one.name, most=NAME)
        text = sieve.carried_only(sieve.text(one.description, most=FINDING), citations)
        if name and text and citations:
            strength = EvidenceStrength.of(citations, known=context.by_id, at=context.brief.start_date).score
            segment = "".join(sieve.chosen([one.segment], among=segments, most=1))
            kept.append(
                Opportunity(
                    name=name, description=text, segment=segment, strength=round(strength, 3), citations=citations
                )
            )
    value = tuple(sorted(kept, key=lambda one: -one.strength)[:MOST_OPPORTUNITIES])
    return sieve.settled(value, count=len(value))


def ideas(
    context: BriefContext, draft: IdeasDraft, *, choices: Choices, count: int, avoid: Sequence[CampaignIdea]
) -> Settled[tuple[CampaignIdea, ...]]:
    """Complete ideas with a source that stands, none like another or one to avoid."""
    sieve = Sieve(context, TextStep.IDEATE)
    made = [_idea(sieve, one, choices=choices) for one in draft.ideas[: 3 * count]]
    whole = [idea for idea in made if idea is not None]
    kept = distinct(whole, avoid=avoid)[:count]
    sieve.removed["that repeat another idea"] += max(min(len(whole), count) - len(kept), 0)
    return sieve.settled(kept, count=len(kept))


def _idea(sieve: Sieve, draft: IdeaDraft, *, choices: Choices) -> CampaignIdea | None:
    context = sieve.context
    theme = sieve.heading(draft.theme, most=THEME)
    texts = (
        sieve.text(draft.description, most=TEXT),
        sieve.text(draft.core_message, most=MESSAGE),
        sieve.text(draft.competitive_angle, most=ANGLE),
    )
    found = sieve.claims(draft.claims, texts=texts)
    description, message, angle = (sieve.without_ours(text, found) for text in texts)
    claims = _still_said(found, before=texts, after=(description, message, angle))
    if not (theme and description and message):
        return None
    if not any(claim.citations for claim in claims):
        sieve.removed[NO_SOURCE] += 1
        return None
    return CampaignIdea(
        theme=theme,
        description=description,
        target_kpi=sieve.heading(draft.target_kpi, most=KPI) or _kpi(context),
        core_message=message,
        target_segments=sieve.chosen(draft.segments, among=choices.segments, most=2),
        competitive_angle=angle,
        framework="".join(sieve.chosen([draft.framework], among=choices.frameworks, most=1)),
        angle="".join(sieve.chosen([draft.angle], among=choices.angles, most=1)),
        channels=sieve.chosen(draft.channels, among=choices.channels, most=3),
        claims=claims,
        author=Author.AI,
    )


def refined(
    context: BriefContext, draft: RefinementsDraft, *, given: Mapping[str, CampaignIdea]
) -> Settled[tuple[CampaignIdea, ...]]:
    """The ideas, each in its new words where those add no figure and lose no source. given: by the id shown.

    An answer that finds nothing to put better is an answer.
    """
    sieve, taken = Sieve(context, TextStep.REFINE), dict[str, CampaignIdea]()
    for one in draft.ideas[: 2 * len(given)]:
        name = one.id.strip()
        if name in given and name not in taken:
            found = _reworded(sieve, one, given[name])
            if found is not None:
                taken[name] = found
    value = tuple(taken.get(name, idea) for name, idea in given.items())
    return sieve.settled(value, count=len(taken) if draft.ideas else len(given))


def _reworded(sieve: Sieve, draft: RefinedDraft, old: CampaignIdea) -> CampaignIdea | None:
    theme = sieve.heading(draft.theme, most=THEME) or old.theme
    texts = (
        sieve.text(draft.description, most=_room(old.description)),
        sieve.text(draft.core_message, most=_room(old.core_message)),
        sieve.text(draft.competitive_angle, most=_room(old.competitive_angle)),
    )
    prose = "\n".join((theme, *texts))
    kept = _still_said(old.claims, before=(old.prose,), after=(prose,))
    found = [claim for claim in sieve.claims(draft.claims, texts=texts) if claim.citations]
    claims = (*kept, *(claim for claim in found if claim.text not in {each.text for each in kept}))
    if not all(texts[:2]) or (old.competitive_angle and not texts[2]):
        sieve.removed["that leave a part of an idea empty"] += 1
    elif set(figures(prose)) - set(figures(old.prose)) or _bare(texts, claims) > _bare(_texts(old), old.claims):
        sieve.removed["that add a figure"] += 1
    elif any(text != sieve.without_ours(text, claims) for text in texts):
        return None
    elif _cited(old.claims) and not _cited(claims):
        sieve.removed[NO_SOURCE] += 1
    else:
        description, message, angle = texts
        changed = replace(
            old, theme=theme, description=description, core_message=message, competitive_angle=angle, claims=claims
        )
        return replace(changed, author=Author.AI) if changed.prose != old.prose else old
    return None


@dataclass(frozen=True, kw_only=True)
class Written:
    """What is taken over of a channel's text."""

    strategy: str
    kpis: tuple[str, ...]
    claims: tuple[Claim, ...]


def strategies(
    context: BriefContext,
    draft: StrategiesDraft,
    *,
    plans: Sequence[ChannelPlan],
    limits: Mapping[str, Sequence[CopyLimit]],
) -> Settled[Mapping[str, Written]]:
    """Texts by channel. limits: of each channel's copy."""
    sieve, kept = Sieve(context, TextStep.STRATEGIES), dict[str, Written]()
    for one in draft.strategies[: 2 * len(plans)]:
        channel = "".join(sieve.chosen([one.channel], among=[plan.channel for plan in plans], most=1))
        if channel and channel not in kept:
            found = _strategy(sieve, one, limits=limits.get(channel, ()))
            if found is not None:
                kept[channel] = found
    return sieve.settled(kept, count=len(kept))


def with_words(plan: ChannelPlan, written: Written | None) -> ChannelPlan:
    """The plan, all its numbers as they are, with a model's words where there are any."""
    if written is None:
        return plan
    return replace(
        plan,
        strategy=written.strategy,
        strategy_author=Author.AI,
        claims=written.claims,
        kpis=written.kpis or plan.kpis,
    )


def _strategy(sieve: Sieve, draft: StrategyDraft, *, limits: Sequence[CopyLimit]) -> Written | None:
    before = sieve.text(draft.strategy, most=TEXT)
    found = sieve.claims(draft.claims, texts=[before])
    text = sieve.without_ours(before, found)
    if len(text) < SHORTEST_STRATEGY:
        return None
    lines = [line for one in draft.lines[: 2 * MOST_LINES] if (line := sieve.heading(one, most=MESSAGE))]
    fitting = [line for line in dict.fromkeys(lines) if _fits(line, limits)][:MOST_LINES]
    sieve.removed["longer than the channel takes"] += len(set(lines)) - len(fitting)
    kpis = tuple(kpi for one in draft.kpis[:6] if (kpi := sieve.heading(one, most=KPI)))[:3]
    said = f" {_can_be_set(fitting)}" if fitting else ""
    return Written(strategy=f"{text}{said}", kpis=kpis, claims=_still_said(found, before=(before,), after=(text,)))


def _can_be_set(lines: Sequence[str]) -> str:
    quoted = [f"“{line}”" for line in lines]
    listed = quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
    return f"{listed} can be set as {'it stands' if len(quoted) == 1 else 'they stand'}."


def _fits(line: str, limits: Sequence[CopyLimit]) -> bool:
    sizes = {"characters": len(line), "words": len(line.split())}
    return all(sizes[limit.unit] <= limit.at_most for limit in limits if limit.unit in sizes)


def _still_said(claims: Sequence[Claim], *, before: Sequence[str], after: Sequence[str]) -> tuple[Claim, ...]:
    """The claims without those whose sentence was taken out."""
    said, kept = "\n".join(before), "\n".join(after)
    return tuple(claim for claim in claims if claim.text in kept or claim.text not in said)


def _texts(idea: CampaignIdea) -> tuple[str, ...]:
    return (idea.description, idea.core_message, idea.competitive_angle)


def _bare(texts: Sequence[str], claims: Sequence[Claim]) -> int:
    return sum(len(uncited_figures(text, claims)) for text in texts) + sum(not claim.citations for claim in claims)


def _cited(claims: Sequence[Claim]) -> bool:
    return any(claim.citations for claim in claims)


def _room(text: str) -> int:
    return round(GROWTH * len(text)) + 80


def _kpi(context: BriefContext) -> str:
    name = context.brand.outcome_name
    return f"{name[:1].upper()}{name[1:]}"
