"""What to be wary of in a plan, in sentences that say what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from nexusplanner.application.agents.gathering.passages import figure, money_words
from nexusplanner.application.agents.outputs import Allocated
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.campaigns import CampaignIdea, Certificate, ChannelPlan
from nexusplanner.domain.count_words import counted
from nexusplanner.domain.knowledge import SourceKind
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.relevance import words
from nexusplanner.domain.shared import Estimate

WIDE = 3.0
"""A forecast whose ends are this many times apart is little more than a direction."""

POOR_FIT = 0.25
"""Weighted error on held-out weeks above which forecasts are doubtful."""

Naming = Callable[[str], str]


def warnings_of(
    context: BriefContext,
    *,
    ideas: Sequence[CampaignIdea],
    plans: Sequence[ChannelPlan],
    allocated: Allocated,
    naming: Naming,
) -> tuple[str, ...]:
    """The warnings, weightiest first. naming: a channel's name for readers."""
    allocation = allocated.allocation
    return (
        *_of_curves(plans, naming=naming),
        *_of_range(plans, naming=naming),
        *_of_limits(context, allocation.certificate, naming=naming),
        *_of_forecast(context, allocation.expected_outcome, allocated=allocated),
        *_of_claims(ideas, plans),
        *_of_texts(context),
        *allocated.model.warnings,
    )


def _of_curves(plans: Sequence[ChannelPlan], *, naming: Naming) -> Iterable[str]:
    spending = [plan for plan in plans if plan.budget.amount]
    for quality, what in (
        (QualityClass.BORROWED, "borrowed from published benchmarks"),
        (QualityClass.ASSUMPTION, "an assumption"),
    ):
        names = [naming(plan.channel) for plan in spending if plan.quality is quality]
        if names:
            subject = "The response of " + (names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}")
            yield f"{subject} is {what}; begin small there and import actuals as soon as there are any."


def _of_range(plans: Sequence[ChannelPlan], *, naming: Naming) -> Iterable[str]:
    for plan in plans:
        weekly = max((week.amount.major for flight in plan.flights for week in flight.weekly), default=0.0)
        if plan.spend_seen and weekly > plan.spend_seen * 1.001:
            yield (
                f"{naming(plan.channel)} gets up to {figure(round(weekly))} {plan.budget.currency} a week, more than "
                f"the {figure(round(plan.spend_seen))} ever seen: above that the curve is extrapolated."
            )


def _of_limits(context: BriefContext, proof: Certificate, *, naming: Naming) -> Iterable[str]:
    limited = {limit.channel for limit in context.brief.limits} | {group.name for group in context.brief.groups}
    if not proof.reached:
        asked = figure(context.brief.goal.outcome or 0.0)
        yield f"The goal of {asked} {context.brand.outcome_name} is out of reach: raise the budget or loosen a limit."
    currency = context.brief.total_budget.currency
    for binding in proof.binding:
        if binding.channel in limited and abs(binding.worth) >= 0.01:
            yield (
                f"The {binding.kind.removeprefix('group ')} on {naming(binding.channel)} holds the plan back: 1,000 {currency} of room would "
                f"change the outcome by {figure(round(abs(binding.worth), 2))} {context.brand.outcome_name}."
            )
    if proof.unspent.amount:
        reason = proof.unspent_reason or "the limits leave no room for it"
        yield f"{money_words(proof.unspent)} stay unspent: {reason.rstrip('.')}."


def _of_forecast(context: BriefContext, expected: Estimate, *, allocated: Allocated) -> Iterable[str]:
    name = context.brand.outcome_name
    wished = context.brief.target_outcome
    if wished is not None and wished > expected.high:
        yield f"The {figure(wished)} {name} hoped for lie above the forecast's upper end of {figure(round(expected.high))}."
    elif wished is not None and wished > expected.mean:
        yield (
            f"The {figure(wished)} {name} hoped for are possible but above the expected {figure(round(expected.mean))}."
        )
    if expected.low > 0 and expected.high / expected.low > WIDE:
        yield "The forecast's ends lie far apart; treat it as a direction until there are more actuals."
    error = allocated.model.holdout_wmape
    if error is not None and error > POOR_FIT:
        yield f"On weeks kept out of the fit the forecast was off by {error:.0%}; check the imported actuals."


def _of_claims(ideas: Sequence[CampaignIdea], plans: Sequence[ChannelPlan]) -> Iterable[str]:
    made = [claim for idea in ideas for claim in idea.claims] + [claim for plan in plans for claim in plan.claims]
    bare = sum(not claim.supported for claim in made)
    if bare:
        said = counted(bare, "claim has", "claims have").capitalize()
        yield f"{said} no source; edit, source or waive before approval."


def _of_texts(context: BriefContext) -> Iterable[str]:
    if context.not_compared:
        yield f"The workspace's embedder took no part in finding signals and documents. {context.not_compared}"
    if not context.of_kind(SourceKind.SIGNAL):
        yield "No market signals match this brief, so nothing here reflects current news."
    if not context.service.benefits and not context.service.proofs:
        yield f"{context.service.name} has neither benefits nor proofs on file; add some and regenerate for firmer ideas."
    banned = [claim for claim in context.brand.banned_claims if words(claim)]
    told = f" {' '.join(words(' '.join((context.service.description, *context.service.benefits))))} "
    clashing = [claim for claim in banned if f" {' '.join(words(claim))} " in told]
    if clashing:
        yield f"The catalogue uses words the brand has banned ({', '.join(clashing)}); these sentences were left out."
