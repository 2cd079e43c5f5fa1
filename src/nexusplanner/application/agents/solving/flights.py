"""Flights: a channel's money over the weeks by the rules of a brief, exact to the minor unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from nexusplanner.domain.campaigns import Flight, FlightPattern, FlightRules, WeekAmount
from nexusplanner.domain.planning.flighting.flights import InvalidFlight, Pattern, spread
from nexusplanner.domain.shared import DateRange, Invalid, Money, minor_digits

LEAST_PER_WEEK = 50
"""Major units below which a week of a channel is not worth booking: small budgets run in fewer weeks."""

PATTERNS: Mapping[FlightPattern, Pattern] = {
    FlightPattern.EVEN: "even",
    FlightPattern.FRONT_LOADED: "front_loaded",
    FlightPattern.BACK_LOADED: "back_loaded",
    FlightPattern.PULSING: "pulsing",
}

Weeks = Sequence[tuple[DateRange, int]]


def least_per_week(currency: str) -> int:
    """Minor units below which a week is not worth booking."""
    return int(LEAST_PER_WEEK * 10 ** minor_digits(currency))


def placed(budget: Money, *, channel: str, rules: FlightRules, dates: DateRange) -> tuple[Flight, ...]:
    """`budget` in the pattern of the rules, outside their pauses and below their weekly maximum; none without money.

    Weeks that were optimised or put by hand come from elsewhere: for those patterns the money is spread evenly.
    Raises: Invalid (INFEASIBLE_FLIGHTS) when the weeks that are open cannot hold the budget.
    """
    unit = 10 ** minor_digits(budget.currency)
    cap = rules.maximum(channel)
    try:
        rows = spread(
            budget.amount,
            dates=dates,
            least_per_week=least_per_week(budget.currency),
            most_per_week=None if cap is None else cap.amount,
            pattern=PATTERNS.get(rules.pattern, "even"),
            hiatus=[week for week in dates.calendar_weeks() if rules.paused(channel, week=week)],
            shortest=rules.shortest,
            minor_per_unit=int(unit),
        )
    except InvalidFlight as error:
        raise no_room(error, channel=channel, rules=rules) from None
    return grouped(rows, currency=budget.currency)


def require_known(rules: FlightRules, *, channels: Collection[str]) -> None:
    """Raise Invalid (UNKNOWN_CHANNEL) for a rule about a channel that the plan does not have: it would change nothing."""
    named = [(f"flighting.hiatus.{index}", each.channel) for index, each in enumerate(rules.hiatus)]
    named += [(f"flighting.weekly_maximums.{index}", each.channel) for index, each in enumerate(rules.weekly_maximums)]
    unknown = {where: channel for where, channel in named if channel and channel not in channels}
    if unknown:
        raise Invalid(
            f"The plan has no channel {', '.join(map(repr, dict.fromkeys(unknown.values())))}. "
            f"It has: {', '.join(channels)}.",
            fields={where: f"No channel {channel} in this plan." for where, channel in unknown.items()},
            code="UNKNOWN_CHANNEL",
        )


def no_room(error: InvalidFlight, *, channel: str, rules: FlightRules) -> Invalid:
    """The same as an error of what was asked, with the rules at fault as fields."""
    fields = {
        f"flighting.weekly_maximums.{index}": "It may be too low for the channel's budget."
        for index, each in enumerate(rules.weekly_maximums)
        if each.channel == channel
    } | {
        f"flighting.hiatus.{index}": "It may leave too little room."
        for index, each in enumerate(rules.hiatus)
        if each.channel in {"", channel}
    }
    if rules.shortest > 1:
        fields["flighting.shortest"] = "It may be too long for the weeks that are open."
    message = f"{channel}: {error.message.removeprefix(f'{channel}: ')}" if channel else error.message
    return Invalid(message, fields=fields or {"flighting.pattern": message}, code="INFEASIBLE_FLIGHTS")


def grouped(rows: Weeks, *, currency: str) -> tuple[Flight, ...]:
    """Weeks with money as flights: a flight ends where a week without money follows."""
    flights: list[list[WeekAmount]] = []
    for week, amount in rows:
        if amount <= 0:
            continue
        here = WeekAmount(dates=week, amount=Money(amount, currency))
        if flights and (week.start - flights[-1][-1].dates.end).days == 1:
            flights[-1].append(here)
        else:
            flights.append([here])
    return tuple(
        Flight(
            dates=DateRange(weekly[0].dates.start, weekly[-1].dates.end),
            budget=Money(sum(week.amount.amount for week in weekly), currency),
            weekly=tuple(weekly),
        )
        for weekly in flights
    )


def keeps_hand_made(rules: FlightRules) -> bool:
    """Whether flights that a person placed are to stay as long as they fit."""
    return rules.pattern is FlightPattern.CUSTOM
