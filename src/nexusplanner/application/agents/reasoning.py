"""The reasoning engine: the chain from evidence to plan, what else was considered, and what to be wary of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nexusplanner.application.agents.checking.evidence import (
    cited_ids,
    content_hash,
    inputs_of,
    shown_title,
    standing,
    strength_words,
)
from nexusplanner.application.agents.decided import Decided, Record
from nexusplanner.application.agents.gathering.passages import figure, money_words
from nexusplanner.application.agents.outputs import Allocated
from nexusplanner.application.agents.words.amounts import outcome_of
from nexusplanner.application.agents.words.caveats import warnings_of
from nexusplanner.application.agents.words.considering import carried, considered, quoted
from nexusplanner.application.origins import Origin
from nexusplanner.domain.agents import BriefContext, Finding, MarketAnalysis, Opportunity
from nexusplanner.domain.campaigns import (
    Brief,
    CampaignIdea,
    Certificate,
    ChannelPlan,
    Explanation,
    GoalKind,
    RiskKind,
)
from nexusplanner.domain.count_words import counted
from nexusplanner.domain.knowledge import Citation, Claim, SourceKind, Stance
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.shared import Estimate

MOST_OPPORTUNITIES = 3
MOST_QUOTES = 3


class ReasoningEngine:
    """Puts the decision into words; adds no fact and no figure that was not computed or cited."""

    name = "reasoning"
    version = "1"

    def __init__(self, *, reference: ReferenceData) -> None:
        self._reference = reference

    async def explain(
        self,
        context: BriefContext,
        *,
        analysis: MarketAnalysis,
        opportunities: Sequence[Opportunity],
        ideas: Sequence[CampaignIdea],
        plans: Sequence[ChannelPlan],
        allocated: Allocated,
    ) -> Decided[Explanation]:
        """From evidence over opportunities, ideas and curves to the budget, in words that cite."""
        proof, expected = allocated.allocation.certificate, allocated.allocation.expected_outcome
        chain = (
            *_from_findings(context, analysis.findings),
            *_from_opportunities(context, opportunities, ideas),
            *_from_ideas(context, ideas),
            *self._from_curves(context, plans),
        )
        citations = [citation for claim in chain for citation in claim.citations]
        strength = strength_words(context, citations)
        others = considered(context, opportunities, ideas, plans=plans, proof=proof, named=self._named)
        explanation = Explanation(
            summary=self._summary(context, plans=plans, proof=proof, expected=expected),
            chain=chain,
            alternatives=tuple(each.why for each in others),
            considered=others,
            warnings=warnings_of(context, ideas=ideas, plans=plans, allocated=allocated, naming=self._named),
            evidence_strength=strength,
        )
        record = Record(
            agent=self.name,
            agent_version=self.version,
            origin=Origin(version=self.version),
            summary=explanation.summary,
            inputs=inputs_of(context.by_id[passage_id] for passage_id in cited_ids(chain)),
            output={
                "sha256": content_hash("\n".join((explanation.summary, *(claim.text for claim in chain)))),
                "warnings": list(explanation.warnings),
            },
            evidence=cited_ids(chain),
            alternatives=explanation.alternatives,
            confidence=strength,
        )
        return Decided(value=explanation, record=record)

    def _named(self, channel: str) -> str:
        return self._reference.name_of(channel)

    def _summary(
        self, context: BriefContext, *, plans: Sequence[ChannelPlan], proof: Certificate, expected: Estimate
    ) -> str:
        spent = context.brief.total_budget - proof.unspent
        used = sorted((plan for plan in plans if plan.budget.amount), key=lambda plan: -plan.budget.amount)
        if not used:
            return f"Nothing is spent: {proof.unspent_reason or 'no channel is expected to repay it'}."
        outcome = outcome_of(context, expected.mean)
        low, high = outcome_of(context, expected.low, unit=False), outcome_of(context, expected.high, unit=False)
        most = [f"{self._named(plan.channel)} with {money_words(plan.budget)}" for plan in used[:3]]
        return (
            f"{money_words(spent)} over {counted(len(used), 'channel', 'channels')} should bring {outcome} "
            f"({low} to {high} in nine cases of ten), {proof.in_words}. Most goes to {_and(most)}. "
            f"{_why_this_split(context.brief, proof=proof)}"
        )

    def _from_curves(self, context: BriefContext, plans: Sequence[ChannelPlan]) -> Iterable[Claim]:
        measured = [plan for plan in plans if plan.quality is QualityClass.MEASURED]
        others = [plan for plan in plans if plan.quality is not QualityClass.MEASURED]
        for group, ending in (
            (measured, "is measured on the brand's own record"),
            (others, "is known only in part, so its range is wide"),
        ):
            citations = standing(context, (c for plan in group for c in _ground(context, plan)))
            if citations:
                names = _and([self._named(plan.channel) for plan in group])
                yield Claim(
                    text=f"How {names} {'respond' if len(group) > 1 else 'responds'} {ending}.", citations=citations
                )


def _why_this_split(brief: Brief, *, proof: Certificate) -> str:
    """What ends the spending, or decides the split."""
    currency = brief.total_budget.currency
    if not proof.reached:
        return f"The {figure(brief.goal.outcome or 0.0)} asked for cannot be reached inside budget and limits."
    if brief.goal.kind is GoalKind.LEAST_SPEND:
        return f"It is the least that brings the {figure(brief.goal.outcome or 0.0)} asked for."
    if brief.goal.kind is GoalKind.MARGINAL_FLOOR:
        return f"Spending ends where the last 1,000 {currency} would bring less than {figure(brief.goal.floor or 0.0)}."
    if brief.goal.risk is not RiskKind.MEAN:
        return f"The split has the greatest {proof.objective}: what is sure counts for more than what may be."
    return f"The split is where moving the next 1,000 {currency} from one channel to another stops paying."


def _ground(context: BriefContext, plan: ChannelPlan) -> tuple[Citation, ...]:
    """The citation of a channel's record or benchmark that its strategy already makes."""
    grounds = {SourceKind.ACTUALS, SourceKind.BENCHMARK}
    return tuple(
        citation
        for claim in plan.claims
        for citation in claim.citations
        if citation.passage_id in context.by_id
        and context.by_id[citation.passage_id].kind in grounds
        and not citation.passage_id.startswith("benchmark:channel.")
    )[:1]


def _from_findings(context: BriefContext, findings: Sequence[Finding]) -> Iterable[Claim]:
    market = [
        finding
        for finding in findings
        if any(
            context.by_id[citation.passage_id].kind is SourceKind.SIGNAL
            for citation in standing(context, finding.citations)
        )
    ]
    for finding in market[:MOST_OPPORTUNITIES]:
        yield Claim(text=finding.text, citations=standing(context, finding.citations))


def _from_opportunities(
    context: BriefContext, opportunities: Sequence[Opportunity], ideas: Sequence[CampaignIdea]
) -> Iterable[Claim]:
    for one in opportunities[:MOST_OPPORTUNITIES]:
        own = carried(one.citations)
        built = [f"“{idea.theme}”" for idea in ideas if own & quoted([idea])]
        if built:
            text = f"The opportunity “{one.name}” led to {_and(built)}."
            yield Claim(text=text, citations=standing(context, one.citations))


def _from_ideas(context: BriefContext, ideas: Sequence[CampaignIdea]) -> Iterable[Claim]:
    for idea in ideas:
        citations = standing(context, (c for claim in idea.claims for c in claim.citations))
        grounds = [citation for citation in citations if citation.stance is not Stance.CONTRADICTS]
        distinct = tuple({citation.passage_id: citation for citation in grounds}.values())[:MOST_QUOTES]
        if distinct:
            titles = _and([f"“{shown_title(context.by_id[citation.passage_id])}”" for citation in distinct])
            yield Claim(text=f"The idea “{idea.theme}” rests on {titles}.", citations=distinct)


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
