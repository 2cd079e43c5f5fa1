"""What was considered for a plan and not chosen, and why: as data and in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from nexusplanner.application.agents.words.amounts import outcome_of
from nexusplanner.domain.agents import BriefContext, Opportunity
from nexusplanner.domain.campaigns import (
    CampaignIdea,
    Certificate,
    ChannelPlan,
    Considered,
    ConsideredKind,
    RiskKind,
)
from nexusplanner.domain.knowledge import Citation, Stance

HARDLY = 0.005
"""Below this share nobody would notice the difference."""


def considered(
    context: BriefContext,
    opportunities: Sequence[Opportunity],
    ideas: Sequence[CampaignIdea],
    *,
    plans: Sequence[ChannelPlan],
    proof: Certificate,
    named: Callable[[str], str],
) -> tuple[Considered, ...]:
    """An even spread, channels without money, ideas beside the first, and opportunities no idea was built on."""
    return (
        *_even_spread(context, proof=proof),
        *_channels(plans, named=named),
        *_ideas(ideas),
        *_opportunities(opportunities, ideas),
    )


def _even_spread(context: BriefContext, *, proof: Certificate) -> Iterable[Considered]:
    if proof.even_value is None or not proof.value:
        return
    less = (proof.value - proof.even_value) / abs(proof.value)
    figure_of = f", as {proof.objective}," if context.brief.goal.risk is not RiskKind.MEAN else ""
    ending = f", {less:.0%} less." if less >= HARDLY else ", hardly less: the split matters little here."
    why = (
        f"The same budget spread evenly would bring{figure_of} {outcome_of(context, proof.even_value)} "
        f"instead of {outcome_of(context, proof.value)}{ending}"
    )
    yield Considered(kind=ConsideredKind.SPLIT, name="An even spread", why=why)


def _channels(plans: Sequence[ChannelPlan], *, named: Callable[[str], str]) -> Iterable[Considered]:
    for plan in plans:
        if plan.budget.amount == 0:
            name = named(plan.channel)
            why = f"{name} was considered and gets nothing, because the money brings more elsewhere."
            yield Considered(kind=ConsideredKind.CHANNEL, name=name, why=why)


def _ideas(ideas: Sequence[CampaignIdea]) -> Iterable[Considered]:
    for idea in ideas[1:]:
        why = f"The campaign can be built on “{idea.theme}” instead of “{ideas[0].theme}”; people choose."
        yield Considered(kind=ConsideredKind.IDEA, name=idea.theme, why=why)


def _opportunities(opportunities: Sequence[Opportunity], ideas: Sequence[CampaignIdea]) -> Iterable[Considered]:
    cited = quoted(ideas)
    for one in opportunities:
        if not cited & carried(one.citations):
            why = f"No idea was built on “{one.name}”, since others are better supported or differ more."
            yield Considered(kind=ConsideredKind.OPPORTUNITY, name=one.name, why=why)


def quoted(ideas: Iterable[CampaignIdea]) -> set[tuple[str, str]]:
    """Passage and words of everything the ideas rest on."""
    return carried(citation for idea in ideas for claim in idea.claims for citation in claim.citations)


def carried(citations: Iterable[Citation]) -> set[tuple[str, str]]:
    """Passage and words of those that do not speak against what cites them."""
    return {(one.passage_id, one.quote) for one in citations if one.stance is not Stance.CONTRADICTS}
