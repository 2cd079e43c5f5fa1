"""The optimization agent: turns a brief into a planning problem, has it solved, and keeps the certificate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nexusplanner.application.agents.response import ResponseModel
from nexusplanner.domain.campaigns import (
    Allocation,
    BindingLimit,
    Certificate,
    ChannelAllocation,
    ChannelLimit,
    Flight,
    WeekAmount,
)
from nexusplanner.domain.planning.allocation import allocate
from nexusplanner.domain.planning.allocation_insight import even_split, sensitivity
from nexusplanner.domain.planning.allocation_problem import (
    AllocationProblem,
    AllocationResult,
    ChannelProblem,
    InfeasibleAllocation,
)
from nexusplanner.domain.planning.fit_result import band, interval
from nexusplanner.domain.planning.flighting import spread
from nexusplanner.domain.planning.rounding import RoundedAllocation, round_allocation
from nexusplanner.domain.shared import DateRange, Invalid, Money, minor_digits

STEP = 1_000.0
"""The amount whose worth explains an allocation: "the next 1,000"."""

CURVE_POINTS = 65

TRUSTED = 1.5
"""How far beyond the highest week seen a curve is trusted by default: the further out, the less the data says."""

TOLERANCE = 1e-7
"""Tighter than what is promised, so that rounding to cents stays inside 1e-6."""


@dataclass(frozen=True, kw_only=True)
class CurvePoints:
    """A response curve for a page: outcome over the campaign at total spends in major units; lists of one length."""

    channel: str
    spend: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def optimise(model: ResponseModel, *, budget: Money, limits: Sequence[ChannelLimit], weeks: float) -> Allocation:
    """The split with the highest expected outcome over `weeks`, in whole minor units, and the proof.

    The objective is the mean over the draws of the outcome at steady weekly spend.
    Raises: Invalid (UNKNOWN_CHANNEL, INFEASIBLE_LIMITS) naming the channel.
    """
    problem = _problem(model, budget=budget, limits=limits, weeks=weeks)
    result = allocate(problem, tolerance=TOLERANCE)
    rounded = round_allocation(problem, result, minor_per_unit=10 ** minor_digits(budget.currency))
    worth = sensitivity(problem, result, step=STEP)
    spend = np.array([Money(each, budget.currency).major for each in rounded.amounts])
    outcomes = model.draws().over(weeks).outcomes(spend)
    channels = tuple(
        ChannelAllocation(
            channel=each.name,
            budget=Money(rounded.allocation[each.name], budget.currency),
            minimum=Money.from_float(each.lower, currency=budget.currency),
            maximum=Money.from_float(each.upper, currency=budget.currency),
            locked=any(limit.channel == each.name and limit.lock is not None for limit in limits),
            expected_outcome=interval(outcomes[:, index]),
            next_thousand=worth.next_step[each.name],
        )
        for index, each in enumerate(problem.channels)
    )
    return Allocation(
        channels=channels,
        expected_outcome=interval(outcomes.sum(axis=1)),
        certificate=_certificate(problem, result, rounded, budget=budget, worth=worth.limit),
    )


def _certificate(
    problem: AllocationProblem,
    result: AllocationResult,
    rounded: RoundedAllocation,
    *,
    budget: Money,
    worth: Mapping[str, float],
) -> Certificate:
    spent = Money(sum(rounded.amounts), budget.currency)
    return Certificate(
        value=rounded.value,
        upper_bound=rounded.upper_bound,
        gap=rounded.gap,
        shadow_price=result.shadow_price,
        binding=tuple(
            BindingLimit(channel=name, kind=kind, worth=worth.get(name, 0.0)) for name, kind in result.binding
        ),
        unspent=budget - spent,
        unspent_reason=result.unspent_reason,
        even_value=even_split(problem).value,
    )


def _problem(model: ResponseModel, *, budget: Money, limits: Sequence[ChannelLimit], weeks: float) -> AllocationProblem:
    by_channel = {limit.channel: (index, limit) for index, limit in enumerate(limits)}
    for name, (index, _) in by_channel.items():
        if name not in model.channels:
            known = ", ".join(model.channels)
            raise Invalid(
                f"The plan has no channel {name!r}. It has: {known}.",
                fields={f"limits.{index}": "No such channel in this plan."},
                code="UNKNOWN_CHANNEL",
            )
    draws = model.draws().over(weeks)
    usual = usual_maximums(model, budget=budget, weeks=weeks)
    try:
        channels = []
        for name in model.channels:
            lower, upper = _bounds(by_channel[name][1] if name in by_channel else None, usual=usual[name])
            channels.append(ChannelProblem(name=name, curve=draws.mean_curve(name), lower=lower, upper=upper))
        return AllocationProblem(budget=budget.major, channels=tuple(channels))
    except InfeasibleAllocation as error:
        asked = [index for index, limit in enumerate(limits) if limit.lock or (limit.minimum and limit.minimum.amount)]
        raise Invalid(
            error.message,
            fields={f"limits.{index}": "Its minimum is part of what exceeds the budget." for index in asked},
            code="INFEASIBLE_LIMITS",
        ) from None


def usual_maximums(model: ResponseModel, *, budget: Money, weeks: float) -> Mapping[str, float]:
    """What a channel may get unless somebody says otherwise, in major units.

    A measured curve is trusted up to `TRUSTED` times the highest week seen. When such caps cannot hold the budget, or a
    channel has no history, the budget itself is the cap.
    """
    caps = {
        curve.channel: min(budget.major, TRUSTED * curve.spend_seen * weeks) if curve.spend_seen else budget.major
        for curve in model.curves
    }
    return caps if sum(caps.values()) >= budget.major else dict.fromkeys(caps, budget.major)


def _bounds(limit: ChannelLimit | None, *, usual: float) -> tuple[float, float]:
    if limit is None:
        return 0.0, usual
    if limit.lock is not None:
        return limit.lock.major, limit.lock.major
    lower = limit.minimum.major if limit.minimum else 0.0
    return lower, limit.maximum.major if limit.maximum else max(lower, usual)


def curve_points(model: ResponseModel, *, budget: Money, weeks: float) -> tuple[CurvePoints, ...]:
    """Each channel's curve with its 90 % band, from nothing to well beyond the budget's fair share."""
    seen = np.array([kept.spend_seen or 0.0 for kept in model.curves]) * weeks
    top = np.maximum(budget.major, np.minimum(TRUSTED * seen, 3 * budget.major))
    grid = top * np.linspace(0.0, 1.0, CURVE_POINTS)[:, np.newaxis] ** 2  # denser near zero, where curves bend
    outcome = band(model.draws().over(weeks).outcomes(grid))
    return tuple(
        CurvePoints(
            channel=channel,
            spend=tuple(grid[:, index].tolist()),
            mean=tuple(outcome.mean[:, index].tolist()),
            low=tuple(outcome.low[:, index].tolist()),
            high=tuple(outcome.high[:, index].tolist()),
        )
        for index, channel in enumerate(model.channels)
    )


def flights(budget: Money, *, dates: DateRange, least_per_week: Money) -> tuple[Flight, ...]:
    """`budget` spread evenly over the days, in as few weeks as `least_per_week` asks; none without money."""
    rows = spread(budget.amount, dates=dates, least_per_week=least_per_week.amount)
    if not rows:
        return ()
    weekly = tuple(WeekAmount(dates=week, amount=Money(amount, budget.currency)) for week, amount in rows)
    return (Flight(dates=DateRange(weekly[0].dates.start, weekly[-1].dates.end), budget=budget, weekly=weekly),)
