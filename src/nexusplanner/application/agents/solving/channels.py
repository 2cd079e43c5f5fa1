"""Which channels a brief considers, and channel plans from an allocation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from uuid import uuid4

from nexusplanner.application.agents.outputs import Allocated
from nexusplanner.application.agents.solving.flights import keeps_hand_made, placed
from nexusplanner.domain.analytics import History
from nexusplanner.domain.campaigns import Author, Brief, ChannelAllocation, ChannelPlan, Flight
from nexusplanner.domain.catalog import Brand
from nexusplanner.domain.planning.borrowed import ChannelBenchmark
from nexusplanner.domain.planning.kept import KeptCurve
from nexusplanner.domain.reference import ChannelProfile, ReferenceData
from nexusplanner.domain.shared import Estimate, Money

DEFAULT_CHANNELS = 6
"""Channels considered when neither the brief nor a history names any."""


def candidates(brief: Brief, *, past: History, reference: ReferenceData) -> tuple[str, ...]:
    """The channels to plan: those the brief names, else those of the history, else the best suited known ones.

    A limit on a channel, or on a group with it, brings it in.
    """
    limited = tuple(limit.channel for limit in brief.limits)
    base = brief.channels or past.channels or _suited(brief, reference=reference)
    grouped = tuple(name for group in brief.groups for name in group.channels)
    return tuple(dict.fromkeys((*base, *limited, *grouped)))


def _suited(brief: Brief, *, reference: ReferenceData) -> tuple[str, ...]:
    words = f"{brief.target_audience} {' '.join(brief.key_objectives)}".lower()
    business = any(word in words for word in ("b2b", "business", "compan", "firm", "team", "manager", "enterprise"))

    def fit(channel: ChannelProfile) -> tuple[float, str]:
        return -(channel.business if business else channel.consumer), channel.key

    whole = [channel for channel in reference.channels if not channel.within]
    priced = [channel for channel in whole if reference.benchmarks_of(channel.key)]
    return tuple(channel.key for channel in sorted(priced, key=fit)[:DEFAULT_CHANNELS])


def channel_plans(
    allocated: Allocated, *, brief: Brief, written: Sequence[ChannelPlan] = ()
) -> tuple[ChannelPlan, ...]:
    """A plan for every channel of the allocation, largest budget first.

    written: plans whose strategies, claims and KPIs go on; channels not among them have none yet. Weeks follow the
    brief's pattern (even where they are to be optimised, which is done later); those put by hand stay while the budget
    does. Raises: Invalid (INFEASIBLE_FLIGHTS).
    """
    curves = {curve.channel: curve for curve in allocated.model.curves}
    texts = {plan.channel: plan for plan in written}
    plans = [
        _plan(each, curve=curves[each.channel], brief=brief, text=texts.get(each.channel))
        for each in allocated.allocation.channels
    ]
    return tuple(sorted(plans, key=lambda plan: (-plan.budget.amount, plan.channel)))


def _plan(each: ChannelAllocation, *, curve: KeptCurve, brief: Brief, text: ChannelPlan | None) -> ChannelPlan:
    reach, engagement, source = _reach(each.budget, curve.benchmark)
    return ChannelPlan(
        id=text.id if text else uuid4(),
        channel=each.channel,
        budget=each.budget,
        minimum=each.minimum,
        maximum=each.maximum,
        locked=each.locked,
        strategy=text.strategy if text else "",
        strategy_author=text.strategy_author if text else Author.RULES,
        claims=text.claims if text else (),
        kpis=text.kpis if text else (),
        expected_reach=reach,
        expected_engagement=engagement,
        reach_source=source,
        expected_outcome=each.expected_outcome,
        next_thousand=each.next_thousand,
        quality=curve.quality,
        quality_reason=curve.quality_reason,
        spend_seen=curve.spend_seen,
        flights=_flights(each, brief=brief, text=text),
    )


def _flights(each: ChannelAllocation, *, brief: Brief, text: ChannelPlan | None) -> tuple[Flight, ...]:
    if text and text.budget == each.budget and keeps_hand_made(brief.flighting):
        return text.flights
    return placed(each.budget, channel=each.channel, rules=brief.flighting, dates=brief.dates)


def _reach(budget: Money, benchmark: ChannelBenchmark | None) -> tuple[int | None, int | None, str]:
    """People reached at least once and clicks, by benchmark prices.

    Contacts fall on people at random, so that reach = people * (1 - exp(-contacts / people)).
    """
    if benchmark is None:
        return None, None, ""
    people = benchmark.audience * benchmark.reach
    contacts = budget.major / benchmark.cpm * 1000
    reach = people * (1 - math.exp(-contacts / people))
    clicks = budget.major / benchmark.cpc if benchmark.cpc else contacts * (benchmark.ctr or 0.0)
    return round(reach), round(clicks), benchmark.source


def outcome_words(estimate: Estimate, *, brand: Brand) -> str:
    """An expected outcome as words: "9,948 (8,468 to 11,427) sign-ups expected"."""
    unit = f"{brand.currency} {brand.outcome_name}" if brand.outcome_is_money else brand.outcome_name
    return f"{estimate.mean:,.0f} ({estimate.low:,.0f} to {estimate.high:,.0f}) {unit} expected"
