"""Flights and forecasts between the domain and callers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nexusplanner.api.campaigns import schemas
from nexusplanner.api.campaigns.shaping import ChannelNames, shape_flight
from nexusplanner.api.shapes import Estimate, Money
from nexusplanner.application.campaigns import CampaignForecast, FlightingPreview
from nexusplanner.domain import campaigns, shared
from nexusplanner.domain.planning.fit.result import Band
from nexusplanner.domain.planning.forecast.expected import Forecast
from nexusplanner.domain.planning.forecast.shocks import Shock
from nexusplanner.domain.shared import DateRange, Invalid


def shape_flighting(found: FlightingPreview, *, channel_name: ChannelNames) -> schemas.Flighting:
    """What callers see of weeks under other rules."""
    flown = found.flown
    return schemas.Flighting(
        channels=[
            schemas.ChannelFlights(
                channel=channel,
                channel_name=channel_name(channel),
                budget=Money.model_validate(found.budgets[channel]),
                flights=[shape_flight(flight) for flight in flights],
            )
            for channel, flights in flown.flights.items()
        ],
        certificate=schemas.Certificate.model_validate(flown.certificate),
        even_value=flown.even_value,
        gain=flown.gain,
        in_words=flown.in_words,
    )


def placed_flights(
    channels: Sequence[schemas.ChannelFlightsInput],
) -> Mapping[str, tuple[campaigns.Flight, ...]]:
    """Flights as a person placed them, by channel. Raises Invalid for days in the wrong order or a channel sent twice."""
    placed: dict[str, tuple[campaigns.Flight, ...]] = {}
    for index, each in enumerate(channels):
        if each.channel in placed:
            message = "This channel was sent before; send all its flights at once."
            raise Invalid(message, fields={f"channels.{index}.channel": message})
        flights = enumerate(each.flights)
        placed[each.channel] = tuple(
            _flight(flight, where=f"channels.{index}.flights.{number}") for number, flight in flights
        )
    return placed


def _flight(flight: schemas.FlightInput, *, where: str) -> campaigns.Flight:
    weekly = tuple(
        campaigns.WeekAmount(dates=_dates(week, where=where), amount=week.amount.minor()) for week in flight.weekly
    )
    amount = shared.total((week.amount for week in weekly), currency=weekly[0].amount.currency)
    return campaigns.Flight(dates=_dates(flight, where=where), budget=amount, weekly=weekly)


def shocks_of(shocks: Sequence[schemas.ShockInput]) -> tuple[Shock, ...]:
    """Cost changes as domain values. Raises Invalid for days in the wrong order."""
    return tuple(
        Shock(channel=each.channel, dates=_dates(each, where=f"shocks.{index}"), cost_change=each.cost_change)
        for index, each in enumerate(shocks)
    )


def _dates(between: schemas.WeekInput | schemas.FlightInput | schemas.ShockInput, *, where: str) -> DateRange:
    if between.end_date < between.start_date:
        message = "The end must not lie before the start."
        raise Invalid(f"The days are in the wrong order. {message}", fields={where: message})
    return DateRange(between.start_date, between.end_date)


def shape_forecast(found: CampaignForecast, *, channel_name: ChannelNames) -> schemas.Forecast:
    """What callers see of a forecast."""
    usual, shocked, pacing = found.usual, found.shocked, found.pacing
    return schemas.Forecast(
        weeks=[schemas.WeekDates(start_date=week.start, end_date=week.end) for week in usual.weeks],
        channels=_channels(found, usual, channel_name=channel_name),
        total=_total(usual),
        shocked=schemas.ShockedForecast(
            channels=_channels(found, shocked, channel_name=channel_name), total=_total(shocked)
        )
        if shocked
        else None,
        shock_effect=Estimate.model_validate(found.shock_effect) if found.shock_effect else None,
        pacing=schemas.PacingBand(
            planned=_money(pacing.planned.tolist(), currency=found.currency),
            low=_money(pacing.delivered.low.tolist(), currency=found.currency),
            high=_money(pacing.delivered.high.tolist(), currency=found.currency),
        ),
        overspend_probability=pacing.overspend_probability,
        assumptions=list(found.assumptions),
    )


def _channels(
    found: CampaignForecast, forecast: Forecast, *, channel_name: ChannelNames
) -> list[schemas.ChannelForecast]:
    weekly, totals = forecast.channel_weekly, forecast.channel_totals
    return [
        schemas.ChannelForecast(
            channel=channel,
            channel_name=channel_name(channel),
            spend=_money(found.spend[index].tolist(), currency=found.currency),
            outcome=_estimates(Band(mean=weekly.mean[index], low=weekly.low[index], high=weekly.high[index])),
            total=Estimate.model_validate(totals[index]),
        )
        for index, channel in enumerate(forecast.channels)
    ]


def _total(forecast: Forecast) -> schemas.TotalForecast:
    return schemas.TotalForecast(
        weekly=_estimates(forecast.weekly),
        total=Estimate.model_validate(forecast.total),
        after_end=Estimate.model_validate(forecast.after_end),
    )


def _estimates(band: Band) -> list[Estimate]:
    rows = zip(band.mean.tolist(), band.low.tolist(), band.high.tolist(), strict=True)
    return [Estimate(mean=mean, low=low, high=high) for mean, low, high in rows]


def _money(amounts: Iterable[float], *, currency: str) -> list[Money]:
    return [Money.model_validate(shared.Money.from_float(amount, currency=currency)) for amount in amounts]
