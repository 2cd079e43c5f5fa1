"""The best weeks for a plan's money: builds the flighting problem, has it solved, and keeps the certificate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nexusplanner.application.agents.gathering.response import ResponseModel
from nexusplanner.application.agents.outputs import Allocated, Channels
from nexusplanner.application.agents.solving.channels import channel_plans
from nexusplanner.application.agents.solving.flights import grouped, least_per_week, no_room, placed, require_known
from nexusplanner.application.agents.solving.problems import TRUSTED
from nexusplanner.domain.campaigns import (
    BY_WEEK,
    BindingLimit,
    Brief,
    Certificate,
    ChannelPlan,
    Flight,
    FlightPattern,
    FlightRules,
)
from nexusplanner.domain.planning.adstock import geometric_adstock
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.flighting.flights import DAYS_IN_WEEK, InvalidFlight
from nexusplanner.domain.planning.flighting.optimise import optimise_flights
from nexusplanner.domain.planning.flighting.problem import FlightChannel, FlightProblem, FlightResult
from nexusplanner.domain.planning.flighting.round import round_flights
from nexusplanner.domain.planning.kept import KeptCurve
from nexusplanner.domain.shared import DateRange, Money, minor_digits

USUAL_GAIN = "0.5 to 3 %"
"""What deciding week by week brings over an even spread where nothing else is known."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FlightTerms:
    """What is asked of the weeks. budgets: by channel. ranges: least and most by channel, when money may move.

    before: (C, P) currency units in the weeks before the start, channels as in the model; None when unknown. beside: (C, T)
    what other campaigns spend in each week; None when nothing.
    """

    dates: DateRange
    rules: FlightRules
    budgets: Mapping[str, Money]
    ranges: Mapping[str, tuple[Money, Money]] = field(default_factory=dict)
    before: FloatArray | None = None
    beside: FloatArray | None = None

    @property
    def weeks(self) -> tuple[DateRange, ...]:
        """Calendar weeks of the campaign."""
        return self.dates.calendar_weeks()

    @property
    def currency(self) -> str:
        """Of every amount."""
        return next(iter(self.budgets.values())).currency


@dataclass(frozen=True, kw_only=True)
class Flown:
    """Flights by channel with their proof by week. even_value: the same budgets spread evenly."""

    flights: Mapping[str, tuple[Flight, ...]]
    certificate: Certificate
    even_value: float

    @property
    def gain(self) -> float:
        """Share by which the weeks bring more than an even spread."""
        return self.certificate.value / self.even_value - 1.0 if self.even_value else 0.0

    @property
    def in_words(self) -> str:
        """What the weeks are worth, as a sentence."""
        more = f"{abs(self.gain):.1%} {'more' if self.gain >= 0 else 'less'} than an even spread"
        return (
            f"These weeks should bring {more} and are {self.certificate.in_words}; choosing weeks usually brings"
            f" {USUAL_GAIN} over an even spread."
        )


def fly(model: ResponseModel, *, terms: FlightTerms, given: Mapping[str, tuple[Flight, ...]] | None = None) -> Flown:
    """Flights by the rules, or the `given` ones, judged week by week against the best there are.

    The outcome is that of the posterior-mean response with its mean carry-over, eight weeks after the end included, over
    what other campaigns' money in the same weeks brings alone.
    Raises: Invalid (INFEASIBLE_FLIGHTS, INVALID_FLIGHT) when the weeks cannot hold the money, UNKNOWN_CHANNEL for a rule
    about a channel that is not there.
    """
    require_known(terms.rules, channels=terms.budgets)
    optimised = given is None and terms.rules.pattern is FlightPattern.OPTIMISED
    judged = None if optimised else dict(given or by_pattern(terms))
    try:
        problem, best = _solved(model, terms=terms, judged=judged)
        flights = _rounded(problem, best, terms=terms) if judged is None else judged
    except InvalidFlight as error:
        named = error.message.partition(":")[0]
        raise no_room(error, channel=named if named in terms.budgets else "", rules=terms.rules) from None
    value = problem.value(_spend(flights, names=problem.names, weeks=terms.weeks))
    even = problem.value(_spend(by_pattern(terms, rules=FlightRules()), names=problem.names, weeks=terms.weeks))
    return Flown(flights=flights, certificate=_certificate(best, value=value, even=even, terms=terms), even_value=even)


def with_weeks(
    allocated: Allocated,
    *,
    brief: Brief,
    written: Sequence[ChannelPlan] = (),
    before: FloatArray | None = None,
    beside: FloatArray | None = None,
) -> Channels:
    """Channel plans of an allocation with weeks by the brief's rules, optimised ones with their certificate.

    written: plans whose texts go on. before, beside: as in `FlightTerms`. Raises: Invalid (INFEASIBLE_FLIGHTS,
    UNKNOWN_CHANNEL).
    """
    require_known(brief.flighting, channels=allocated.model.channels)
    plans = channel_plans(allocated, brief=brief, written=written)
    if brief.flighting.pattern is not FlightPattern.OPTIMISED:
        return Channels(plans=plans)
    budgets = {plan.channel: plan.budget for plan in plans}
    terms = FlightTerms(dates=brief.dates, rules=brief.flighting, budgets=budgets, before=before, beside=beside)
    flown = fly(allocated.model, terms=terms)
    flights = flown.flights
    return Channels(
        plans=tuple(replace(plan, flights=flights[plan.channel]) for plan in plans), certificate=flown.certificate
    )


def by_pattern(terms: FlightTerms, *, rules: FlightRules | None = None) -> dict[str, tuple[Flight, ...]]:
    """Every channel's budget in the pattern of the rules."""
    return {
        channel: placed(budget, channel=channel, rules=rules or terms.rules, dates=terms.dates)
        for channel, budget in terms.budgets.items()
    }


def _certificate(best: FlightResult, *, value: float, even: float, terms: FlightTerms) -> Certificate:
    bound = max(best.upper_bound, value)
    prices = dict(zip(best.names, best.prices.tolist(), strict=True))
    return Certificate(
        problem=BY_WEEK,
        value=value,
        upper_bound=bound,
        gap=(bound - value) / abs(value) if value else 0.0,
        shadow_price=best.shadow_price,
        binding=tuple(
            BindingLimit(channel=name, kind=kind, worth=1_000.0 * prices[name])
            for name, kind in best.binding
            if kind != "lock"
        ),
        unspent=Money(0, terms.currency),
        even_value=even,
    )


def _solved(
    model: ResponseModel, *, terms: FlightTerms, judged: Mapping[str, tuple[Flight, ...]] | None
) -> tuple[FlightProblem, FlightResult]:
    """The best weeks, without what nobody asked for (usual caps, a least worth booking) where that leaves no room.

    judged: flights that were placed otherwise; the limits are widened to allow them.
    """
    try:
        problem = _problem(model, terms=terms, judged=judged, usual=True)
    except InvalidFlight:
        problem = _problem(model, terms=terms, judged=judged, usual=False)
    return problem, optimise_flights(problem)


def _problem(
    model: ResponseModel, *, terms: FlightTerms, judged: Mapping[str, tuple[Flight, ...]] | None, usual: bool
) -> FlightProblem:
    budget = sum(each.amount for each in terms.budgets.values()) / 10 ** minor_digits(terms.currency)
    start = _carried(model, terms=terms)
    channels = []
    for curve in model.curves:
        if curve.channel in terms.budgets:
            channel = _channel(curve, model=model, terms=terms, before=start[curve.channel], usual=usual)
            channels.append(channel if judged is None else _allowing(channel, judged[curve.channel], terms=terms))
    return FlightProblem(budget=budget, weeks=tuple(week.weeks for week in terms.weeks), channels=tuple(channels))


def _channel(
    curve: KeptCurve, *, model: ResponseModel, terms: FlightTerms, before: float, usual: bool
) -> FlightChannel:
    name, budget, unit = curve.channel, terms.budgets[curve.channel], 10 ** minor_digits(terms.currency)
    opened = [not terms.rules.paused(name, week=week) for week in terms.weeks]
    least, most = terms.ranges.get(name, (budget, budget))
    cap = terms.rules.maximum(name)
    least_on = min(
        least_per_week(terms.currency) / unit if usual else 1 / unit, most.major, cap.major if cap else math.inf
    )
    beside = np.zeros(len(opened)) if terms.beside is None else terms.beside[model.channels.index(name)]
    weekly = np.full(len(opened), cap.major if cap else _any(most))
    if usual and not cap and curve.spend_seen:
        trusted = np.maximum(TRUSTED * curve.spend_seen - beside / _lengths(terms), 0.0)
        room = (trusted * _lengths(terms))[np.asarray(opened) & (trusted >= least_on)].sum()
        weekly = trusted if room >= most.major else weekly
    return FlightChannel(
        name=name,
        curve=model.draws().mean_curve(name),
        retention=float(np.mean(curve.retention)),
        lower=least.major,
        upper=most.major,
        weekly_upper=weekly,
        least_on=least_on,
        shortest=terms.rules.shortest if least_on > 0 else 1,
        open=opened,
        before=before,
        beside=beside,
    )


def _allowing(channel: FlightChannel, flights: tuple[Flight, ...], *, terms: FlightTerms) -> FlightChannel:
    """The channel with limits wide enough for these flights, so that the best they are held against is no worse."""
    spend = _spend({channel.name: flights}, names=(channel.name,), weeks=terms.weeks)[0]
    asked = np.asarray(channel.open if channel.open is not None else np.ones(len(spend)), dtype=bool)
    return replace(
        channel,
        weekly_upper=np.maximum(channel.weekly_upper, spend / _lengths(terms)),
        least_on=0.0,
        shortest=1,
        open=asked | (spend > 0),
    )


def _lengths(terms: FlightTerms) -> FloatArray:
    """(T,) lengths of the weeks in weeks."""
    return np.array([week.weeks for week in terms.weeks])


def _any(most: Money) -> float:
    """Currency units in a full week that hold the money back in no week, a single day included."""
    return DAYS_IN_WEEK * most.major


def _carried(model: ResponseModel, *, terms: FlightTerms) -> dict[str, float]:
    """Adstock at the end of the week before the start, by channel; currency units per week."""
    if terms.before is None:
        return dict.fromkeys(model.channels, 0.0)
    retention = np.array([[float(np.mean(curve.retention)) for curve in model.curves]])
    stock = geometric_adstock(terms.before, retention=retention)[0, :, -1]
    return dict(zip(model.channels, stock.tolist(), strict=True))


def _rounded(problem: FlightProblem, best: FlightResult, *, terms: FlightTerms) -> dict[str, tuple[Flight, ...]]:
    """The result in whole minor units, every channel's sum exact."""
    totals = None if terms.ranges else [terms.budgets[name].amount for name in best.names]
    rounded = round_flights(problem, best, totals=totals, minor_per_unit=int(10 ** minor_digits(terms.currency)))
    return {
        name: grouped(list(zip(terms.weeks, row, strict=True)), currency=terms.currency)
        for name, row in zip(rounded.names, rounded.amounts, strict=True)
    }


def _spend(
    flights: Mapping[str, tuple[Flight, ...]], *, names: Sequence[str], weeks: Sequence[DateRange]
) -> FloatArray:
    """(C, T) currency units."""
    table = np.zeros((len(names), len(weeks)))
    columns = {week.start: index for index, week in enumerate(weeks)}
    for row, name in enumerate(names):
        for flight in flights.get(name, ()):
            for week in flight.weekly:
                table[row, columns[week.dates.start]] += week.amount.major
    return table
