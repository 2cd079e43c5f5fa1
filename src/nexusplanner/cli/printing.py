"""A plan on the terminal, worth reading."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table

from nexusplanner.domain.campaigns import (
    Brief,
    Campaign,
    CampaignIdea,
    ChannelPlan,
    FlightRules,
    Goal,
    GroupLimit,
    Plan,
)
from nexusplanner.domain.knowledge import Passage
from nexusplanner.domain.shared import Estimate, Money, total


def print_plan(console: Console, campaign: Campaign) -> None:
    """Ideas with their sources, the budget with its proof, the weeks, the reasons and the warnings."""
    plan = campaign.plan
    if plan is None:
        return
    brief = campaign.brief
    console.print(Rule(escape(campaign.name), align="left"))
    facts = f"{brief.start_date} to {brief.end_date} · {_money(brief.total_budget)}"
    console.print(f"{facts} · expected {_outcome(plan.expected_outcome, plan)} {escape(plan.outcome_name)}\n")
    _terms(console, brief)
    numbers = {passage.id: index for index, passage in enumerate(plan.evidence, start=1)}
    _ideas(console, plan.ideas, numbers=numbers)
    _budget(console, plan, currency=brief.total_budget.currency)
    _weeks(console, plan)
    _reasons(console, plan, numbers=numbers)
    _sources(console, plan.evidence)


def _terms(console: Console, brief: Brief) -> None:
    """The goal, the groups and the weeks where they are not the usual ones."""
    lines = []
    if brief.goal != Goal():
        lines.append(f"Goal: {brief.goal.objective}")
    lines += [f"{group.name} ({', '.join(group.channels)}): {_bounds(group)}" for group in brief.groups]
    if brief.flighting != FlightRules():
        lines.append(f"Weeks: {brief.flighting.pattern.replace('_', '-')}")
    if lines:
        console.print(escape("\n".join(lines)) + "\n", highlight=False)


def _bounds(group: GroupLimit) -> str:
    least = [_money(group.minimum)] if group.minimum else []
    least += [f"{group.minimum_share:.0%}"] if group.minimum_share is not None else []
    most = [_money(group.maximum)] if group.maximum else []
    most += [f"{group.maximum_share:.0%}"] if group.maximum_share is not None else []
    return ", ".join([*(f"at least {each}" for each in least), *(f"at most {each}" for each in most)])


def _ideas(console: Console, ideas: Sequence[CampaignIdea], *, numbers: dict[str, int]) -> None:
    console.print("[bold]Ideas[/]")
    for index, idea in enumerate(ideas, start=1):
        marks = sorted({numbers[each.passage_id] for claim in idea.claims for each in claim.citations})
        shown = "".join(f"[{mark}]" for mark in marks)
        console.print(f"\n {index}. [bold]{escape(idea.theme)}[/] {escape(shown)}")
        _indented(console, idea.description)
        _indented(console, f"“{idea.core_message}”")
        who = ", ".join(idea.target_segments) or "everyone the brief names"
        _indented(
            console, f"For: {who}. Measured by: {idea.target_kpi}. Sources for {idea.supported_share:.0%} of claims."
        )
        if idea.competitive_angle:
            _indented(console, idea.competitive_angle)
    console.print()


def _indented(console: Console, text: str) -> None:
    console.print(Padding(escape(text), (0, 0, 0, 4)), highlight=False)


def _budget(console: Console, plan: Plan, *, currency: str) -> None:
    table = Table(box=None, pad_edge=False, title="Budget", title_justify="left", title_style="bold")
    table.add_column("channel")
    for name in ("budget", f"expected {escape(plan.outcome_name)} (90 %)", "next 1,000"):
        table.add_column(name, justify="right")
    table.add_column("curve")
    for each in plan.channel_plans:
        table.add_row(
            _channel(each),
            _money(each.budget),
            _outcome(each.expected_outcome, plan),
            f"+{each.next_thousand:,.1f}",
            each.quality.value,
        )
    spent = total((each.budget for each in plan.channel_plans), currency=currency)
    table.add_section()
    table.add_row("sum", _money(spent), _outcome(plan.expected_outcome, plan), "", "")
    console.print(table)
    proof = plan.certificate
    even = f" Spread evenly it would bring {proof.even_value:,.0f}." if proof.even_value else ""
    words = f"This split ({proof.objective}) is {proof.in_words}: gap {proof.gap:.1e}, bound {proof.upper_bound:,.2f}.{even}"
    console.print(f"\n{words}", highlight=False)
    if proof.unspent.amount:
        console.print(f"{_money(proof.unspent)} stay unspent: {escape(proof.unspent_reason)}", highlight=False)
    for limit in proof.binding:
        console.print(
            f"The {limit.kind.removeprefix('group ')} of {escape(limit.channel)} binds: 1,000 more is worth {limit.worth:,.1f}.",
            highlight=False,
        )
    console.print()


def _weeks(console: Console, plan: Plan) -> None:
    plans = plan.channel_plans
    weeks = sorted({week.dates.start for each in plans for flight in each.flights for week in flight.weekly})
    table = Table(box=None, pad_edge=False, title="Flights per week", title_justify="left", title_style="bold")
    table.add_column("week of")
    running = [each for each in plans if each.flights]
    for each in running:
        table.add_column(_channel(each), justify="right")
    for start in weeks:
        amounts = [
            next((w.amount.decimal for f in each.flights for w in f.weekly if w.dates.start == start), "")
            for each in running
        ]
        table.add_row(str(start), *amounts)
    console.print(table)
    proof = plan.flight_certificate
    if proof is not None:
        more = f", {proof.value / proof.even_value - 1:+.1%} over an even spread" if proof.even_value else ""
        console.print(f"\nThese weeks are {proof.in_words}{more}.", highlight=False)
    console.print()


def _reasons(console: Console, plan: Plan, *, numbers: dict[str, int]) -> None:
    why = plan.explanation
    console.print("[bold]Why[/]")
    _indented(console, why.summary)
    for claim in why.chain:
        marks = "".join(f"[{numbers[each.passage_id]}]" for each in claim.citations)
        _indented(console, f"- {claim.text} {marks}")
    for other in why.alternatives:
        _indented(console, f"- Not chosen: {other}")
    if why.evidence_strength:
        _indented(console, why.evidence_strength)
    if why.warnings:
        console.print("\n[bold yellow]Look at[/]")
        for warning in why.warnings:
            _indented(console, f"- {warning}")
    console.print()


def _sources(console: Console, evidence: Sequence[Passage]) -> None:
    console.print("[bold]Sources[/]")
    for index, passage in enumerate(evidence, start=1):
        when = f", {passage.on}" if passage.on else ""
        _indented(console, f"[{index}] {passage.title} ({passage.origin}{when})")


def _channel(plan: ChannelPlan) -> str:
    return escape(plan.channel.replace("_", " "))


def _money(money: Money) -> str:
    return f"{Decimal(money.decimal):,} {money.currency}"


def _outcome(estimate: Estimate, plan: Plan) -> str:
    digits = 0 if estimate.mean >= 10 or plan.outcome_is_money else 1
    return f"{estimate.mean:,.{digits}f} ({estimate.low:,.{digits}f} to {estimate.high:,.{digits}f})"
