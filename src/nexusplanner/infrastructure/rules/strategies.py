"""What each channel should do with its budget, in words; amounts are never touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.campaigns import Author, CampaignIdea, ChannelPlan
from nexusplanner.domain.knowledge import Citation, Passage, SourceKind
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.reference import Benchmark, ChannelProfile, Metric, ReferenceData
from nexusplanner.infrastructure.rules.ideas import seed_of
from nexusplanner.infrastructure.rules.material import UNCOUNTABLE, material_of, tidy_outcome
from nexusplanner.infrastructure.rules.slots import Line, Slot, claims, first_line, uncited
from nexusplanner.infrastructure.rules.text import cleaned, listed, says, sentences, start, unended

LEAST_SHARE = 0.001
"""Below this part of the budget a channel has no work to describe."""

_TELLING = (Metric.CPL, Metric.CPC, Metric.RESPONSE_RATE, Metric.CLICK_RATE, Metric.CPM, Metric.CTR, Metric.CVR)
"""Which benchmark says most about a channel, first to last."""


def strategies(
    context: BriefContext, ideas: Sequence[CampaignIdea], plans: Sequence[ChannelPlan], *, reference: ReferenceData
) -> tuple[ChannelPlan, ...]:
    """The same plans with strategy, claims and KPIs."""
    return tuple(_with_strategy(context, ideas, plan, reference=reference) for plan in plans)


def _with_strategy(
    context: BriefContext, ideas: Sequence[CampaignIdea], plan: ChannelPlan, *, reference: ReferenceData
) -> ChannelPlan:
    profile = reference.channel(plan.channel)
    name = profile.name if profile else cleaned(plan.channel.replace("_", " "), longest=60)
    idea = next((one for one in ideas if plan.channel in one.channels), ideas[0] if ideas else None)
    lines = [
        _role(name, profile, plan=plan, least=LEAST_SHARE * context.brief.total_budget.amount),
        _ground(context, plan, profile=profile, name=name, reference=reference),
    ]
    if plan.budget.amount > LEAST_SHARE * context.brief.total_budget.amount:
        lines += [_play(context, idea, profile=profile, plan=plan), _fit(context, idea, profile=profile)]
    kept = [line for line in lines if line and not says(line.text, banned=context.brand.banned_claims)]
    return replace(
        plan,
        strategy=" ".join(line.text for line in kept),
        strategy_author=Author.RULES,
        claims=claims(kept),
        kpis=_kpis(context, profile=profile, plan=plan),
    )


def _role(name: str, profile: ChannelProfile | None, *, plan: ChannelPlan, least: float) -> Line:
    if plan.budget.amount <= least:
        share = "next to nothing" if plan.budget.amount else "nothing"
        return Line(text=f"{name} gets {share} for now, because the same money is expected to bring more elsewhere.")
    if profile is None:
        return Line(text=f"{name} is kept as the brand has used it.")
    return Line(text=f"{name} {profile.role}.")


def _ground(
    context: BriefContext, plan: ChannelPlan, *, profile: ChannelProfile | None, name: str, reference: ReferenceData
) -> Line | None:
    """What is known of the channel: its own record, or a benchmark and that it is one."""
    record = next(
        (one for one in context.of_kind(SourceKind.ACTUALS) if one.id.rsplit(":", 1)[-1] == plan.channel), None
    )
    if record is not None:
        quote = unended(record.text.splitlines()[0])
        measured = (
            "is measured on its own record" if plan.quality is QualityClass.MEASURED else "leans on a thin record"
        )
        return Line(text=f"Its response {measured}: {_lower(quote, name)}.", citations=(record.cite(quote),))
    found = _telling(profile, context, reference) if profile else None
    if found is None:
        return Line(text="Nothing is on record here, so the first weeks are a test with a modest share.")
    benchmark, passage = found
    quote = unended(benchmark.text)
    if benchmark.assumption:
        text = f"There is neither a record nor a published figure, only a working assumption: “{quote}”."
    else:
        text = f"There is no record yet, so the figures are borrowed from a published source: “{quote}”."
    return Line(text=text, citations=(passage.cite(quote),))


def _lower(quote: str, name: str) -> str:
    return f"it {quote.removeprefix(name).strip()}" if quote.startswith(f"{name} ") else quote


def _telling(
    profile: ChannelProfile, context: BriefContext, reference: ReferenceData
) -> tuple[Benchmark, Passage] | None:
    rows = [
        (row, passage)
        for row in reference.benchmarks_of(profile.key)
        if (passage := context.by_id.get(f"benchmark:{row.key}")) is not None and row.metric in _TELLING
    ]
    rows.sort(key=lambda pair: (bool(pair[0].assumption), _TELLING.index(pair[0].metric)))
    return rows[0] if rows else None


def _play(
    context: BriefContext, idea: CampaignIdea | None, *, profile: ChannelProfile | None, plan: ChannelPlan
) -> Line | None:
    if profile is None or idea is None:
        return None
    message = unended(idea.core_message)
    cited: tuple[Citation, ...] = tuple(
        citation for claim in idea.claims if claim.text == idea.core_message for citation in claim.citations
    )
    slots = {
        "message": Slot(text=message, citations=cited, fact=bool(cited)),
        "outcomes": Slot(text=_outcomes(context)),
    }
    return first_line(profile.plays, slots, seed=seed_of(idea.theme, plan.channel, context.note))


def _fit(context: BriefContext, idea: CampaignIdea | None, *, profile: ChannelProfile | None) -> Line | None:
    """The formats, their limits, and lines that fit them."""
    if profile is None:
        return None
    passage = context.by_id.get(f"benchmark:channel.{profile.key}")
    if passage is None:
        return None
    limits = unended(passage.text.splitlines()[1].removeprefix(f"{profile.name} limits: "))
    text = f"Formats are {listed(profile.formats)}; mind the limits: {limits}."
    heads = _headlines(context, idea, profile)
    if heads:
        text += f" Within them, {listed(f'“{slot.text}”' for slot in heads)} can be set as they stand."
    cited = dict.fromkeys(citation for slot in heads for citation in slot.citations)
    return Line(text=text, citations=(passage.cite(limits), *cited))


MOST_HEADLINES = 2


def _headlines(context: BriefContext, idea: CampaignIdea | None, profile: ChannelProfile) -> list[Slot]:
    """Lines that fit the channel's tightest field: from the idea's message and theme, then from the offer."""
    tight = [limit for limit in profile.limits if limit.unit in {"characters", "words"}]
    if idea is None or not tight:
        return []
    limit = min(tight, key=lambda one: (one.unit == "words", one.at_most))
    from_message = tuple(c for claim in idea.claims if claim.text == idea.core_message for c in claim.citations)
    material = material_of(context)
    lines = [
        *(Slot(text=unended(one), citations=from_message) for one in sentences(idea.core_message)),
        *(Slot(text=fact.text, citations=fact.citations) for fact in (*material.benefits, *material.proofs)),
        Slot(text=idea.theme),
    ]
    fitting = [
        line
        for line in lines
        if (len(line.text) if limit.unit == "characters" else len(line.text.split())) <= limit.at_most
        and not uncited(line.text, line.citations)
        and not says(line.text, banned=context.brand.banned_claims)
    ]
    return list({line.text.lower(): line for line in fitting}.values())[:MOST_HEADLINES]


def _outcomes(context: BriefContext) -> str:
    return cleaned(context.brand.outcome_name, longest=40) or "conversions"


def _kpis(context: BriefContext, *, profile: ChannelProfile | None, plan: ChannelPlan) -> tuple[str, ...]:
    outcomes = _outcomes(context)
    if context.brand.outcome_is_money:
        cost = f"{start(outcomes)} per {plan.budget.currency} spent"
    elif outcomes.lower() in UNCOUNTABLE:
        cost = f"{start(outcomes)} for the money spent"
    else:
        cost = f"Cost per {tidy_outcome(outcomes)}"
    templates = profile.kpis if profile else ("{cost_of_outcome}", "{outcomes} from this channel")
    slots = {"cost_of_outcome": Slot(text=cost), "outcomes": Slot(text=outcomes)}
    lines = (first_line((template,), slots, seed=0) for template in templates)
    return tuple(line.text for line in lines if line is not None)
