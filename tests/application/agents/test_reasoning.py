"""The explanation: a chain that cites, alternatives with reasons, and warnings that say what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from tests.factories.briefs import facts

from nexusplanner.application.agents.gathering.facts import Facts, Offer
from nexusplanner.application.agents.gathering.response import Known
from nexusplanner.application.generation.making import ids_of
from nexusplanner.application.measurement.inputs import model_input
from nexusplanner.bootstrap import coordinator
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.analytics import ActualRole, BrandActual
from nexusplanner.domain.campaigns import ChannelLimit, ChannelPlan, Considered, ConsideredKind, Explanation
from nexusplanner.domain.shared import Money, RunId
from nexusplanner.infrastructure.reference import load_reference_data
from nexusplanner.infrastructure.rules import RulesIdeationService

REFERENCE = load_reference_data()
IDS = ids_of(RunId(UUID(int=7)))


def known_of(found: Facts) -> Known:
    """The actuals alone, without a model or experiments."""
    brand = found.brand
    return Known(
        given=model_input(
            found.history,
            experiments=(),
            outcome_name=brand.outcome_name,
            outcome_is_money=brand.outcome_is_money,
            currency=brand.currency,
        )
    )


async def explained(found: Facts) -> tuple[BriefContext, tuple[ChannelPlan, ...], Explanation]:
    """A plan made step by step, as a run does."""
    steps = coordinator(RulesIdeationService(reference=REFERENCE), reference=REFERENCE)
    known = (await steps.gather(found, note="")).output
    analysis = (await steps.analyse(known)).output
    opportunities = (await steps.find(known, analysis)).output
    ideas = (await steps.ideate(known, opportunities, count=3, avoid=(), ids=IDS)).output
    offer = Offer(brief=found.brief, brand=found.brand, service=found.service)
    allocated = (await steps.allocate(offer, known_of(found))).output
    plans = (await steps.flight(found.brief, allocated, before=None, ids=IDS)).output.plans
    done = await steps.explain(
        known, analysis=analysis, opportunities=opportunities, ideas=ideas, plans=plans, allocated=allocated
    )
    return known, done.output.plans, done.output.explanation


async def test_the_chain_leads_from_evidence_to_the_plan_and_every_step_cites() -> None:
    known, plans, explanation = await explained(facts(0))

    assert len(explanation.chain) >= 4
    assert all(claim.supported and known.known(claim.citations) for claim in explanation.chain)
    assert any("opportunity" in claim.text for claim in explanation.chain)
    assert "best possible plan" in explanation.summary
    assert "120,000 EUR" in explanation.summary
    assert "%" not in explanation.evidence_strength
    assert all(plan.strategy for plan in plans)


async def test_alternatives_name_the_even_split_and_what_was_not_used() -> None:
    _, _, explanation = await explained(facts(0))

    assert any(line.startswith("The same budget spread evenly would bring ") for line in explanation.alternatives)
    assert any(line.startswith("No idea was built on ") for line in explanation.alternatives)


async def test_borrowed_curves_missing_news_and_missing_facts_are_warned_of() -> None:
    _, _, explanation = await explained(facts(4, rich=False))
    told = "\n".join(explanation.warnings)

    assert "borrowed from published benchmarks" in told
    assert "No market signals match this brief" in told
    assert "Plain Ledger has neither benefits nor proofs on file" in told


async def test_a_limit_that_binds_and_a_hope_beyond_the_forecast_are_warned_of() -> None:
    found = facts(0, rich=False)
    tight = replace(
        found,
        brief=replace(
            found.brief,
            channels=("search", "social"),
            limits=(ChannelLimit(channel="search", maximum=Money(100_000, "EUR")),),
            target_outcome=10_000_000.0,
        ),
    )
    _, _, explanation = await explained(tight)
    told = "\n".join(explanation.warnings)

    assert "on Search holds the plan back" in told
    assert "lie above the forecast's upper end" in told


async def test_money_that_no_limit_has_room_for_is_named() -> None:
    found = facts(0, rich=False)
    little = tuple(ChannelLimit(channel=name, maximum=Money(1_000_000, "EUR")) for name in ("search", "social"))
    _, plans, explanation = await explained(
        replace(found, brief=replace(found.brief, channels=("search", "social"), limits=little))
    )

    assert sum(plan.budget.amount for plan in plans) == 2_000_000
    assert any("100,000 EUR stay unspent" in line for line in explanation.warnings)


async def test_weeks_above_anything_seen_are_warned_of() -> None:
    found = facts(0)
    outcomes = [
        BrandActual(
            brand_id=found.brand.id,
            day=found.channel_actuals[0].day + timedelta(weeks=week),
            metric="sign-ups",
            role=ActualRole.OUTCOME,
            value=900.0 + 40 * (week % 7),
        )
        for week in range(60)
    ]
    varied = [
        replace(row, spend=Money(row.spend.amount * (1 + index % 5) // 3, "EUR"))
        for index, row in enumerate(found.channel_actuals)
    ]
    huge = replace(
        found,
        brand_actuals=outcomes,
        channel_actuals=varied,
        brief=replace(found.brief, total_budget=Money(900_000_000, "EUR")),
    )
    _, _, explanation = await explained(huge)

    assert any("above that the curve is extrapolated" in line for line in explanation.warnings)


async def test_what_was_considered_is_there_as_data_with_its_reasons() -> None:
    found = facts(0)
    limit = ChannelLimit(channel="print", maximum=Money(0, found.brief.total_budget.currency))
    _, plans, explanation = await explained(replace(found, brief=replace(found.brief, limits=(limit,))))

    by_kind: dict[ConsideredKind, list[Considered]] = {}
    for each in explanation.considered:
        by_kind.setdefault(each.kind, []).append(each)
    assert "spread evenly" in by_kind[ConsideredKind.SPLIT][0].why
    assert len(by_kind[ConsideredKind.CHANNEL]) == sum(not plan.budget.amount for plan in plans)
    assert len(by_kind[ConsideredKind.IDEA]) == 2
    assert all(each.name in each.why for kind, found in by_kind.items() if kind != "split" for each in found)
    assert explanation.alternatives == tuple(each.why for each in explanation.considered)
