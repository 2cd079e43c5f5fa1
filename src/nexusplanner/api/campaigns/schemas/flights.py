"""Flights: money over the weeks, and what the weeks should bring."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from nexusplanner.api.campaigns.schemas.budget import Certificate
from nexusplanner.api.campaigns.schemas.plan import Flight
from nexusplanner.api.campaigns.schemas.terms import Channel, FlightRulesInput
from nexusplanner.api.shapes import Estimate, Input, Money, Shape


class FlightsPreviewInput(Input):
    """Rules to try. keep_budgets: only the weeks change; otherwise money may also move between channels."""

    flighting: FlightRulesInput
    keep_budgets: bool = True


class WeekInput(Input):
    """The amount of one calendar week, or the part of it inside the campaign."""

    start_date: date
    end_date: date
    amount: Money


class FlightInput(Input):
    """One channel running between two dates."""

    start_date: date
    end_date: date
    weekly: Annotated[list[WeekInput], Field(min_length=1, max_length=110)]


class ChannelFlightsInput(Input):
    """All flights of one channel; they sum to its budget."""

    channel: Channel
    flights: Annotated[list[FlightInput], Field(max_length=110)]


class FlightsInput(Input):
    """Rules by which to place the money, or the flights of some channels as a person put them; one of the two.

    reason: why, for the record of decisions.
    """

    flighting: FlightRulesInput | None = None
    channels: Annotated[list[ChannelFlightsInput], Field(min_length=1, max_length=100)] | None = None
    reason: Annotated[str, Field(max_length=500)] = ""


class ChannelFlights(Shape):
    """The weeks of one channel."""

    channel: str
    channel_name: str
    budget: Money
    flights: list[Flight]


class Flighting(Shape):
    """Weeks under other rules; nothing is saved. gain: share over an even spread of the same budgets."""

    channels: list[ChannelFlights]
    certificate: Certificate
    even_value: float
    gain: float
    in_words: str


class ShockInput(Input):
    """A cost that changes on some days: 0.2 is 20 % more. channel: every channel when null."""

    channel: Channel | None = None
    start_date: date
    end_date: date
    cost_change: Annotated[float, Field(gt=-1, le=10)]


class ForecastInput(Input):
    """What to assume. scenario_id: forecast this scenario instead of the plan."""

    shocks: Annotated[list[ShockInput], Field(max_length=50)] = Field(default_factory=list)
    scenario_id: UUID | None = None


class WeekDates(Shape):
    """A calendar week, or the part of it inside the campaign."""

    start_date: date
    end_date: date


class ChannelForecast(Shape):
    """What a channel spends and brings by week."""

    channel: str
    channel_name: str
    spend: list[Money]
    outcome: list[Estimate]
    total: Estimate


class TotalForecast(Shape):
    """What all channels bring by week, within the campaign and after its end."""

    weekly: list[Estimate]
    total: Estimate
    after_end: Estimate


class ShockedForecast(Shape):
    """The forecast under the changed costs."""

    channels: list[ChannelForecast]
    total: TotalForecast


class PacingBand(Shape):
    """Cumulative spend by week: as planned, and the 90 % band in which it is expected to run."""

    planned: list[Money]
    low: list[Money]
    high: list[Money]


class Forecast(Shape):
    """What the plan should bring week by week, and what could come in between. shock_effect: shocked less usual."""

    weeks: list[WeekDates]
    channels: list[ChannelForecast]
    total: TotalForecast
    shocked: ShockedForecast | None
    shock_effect: Estimate | None
    pacing: PacingBand
    overspend_probability: float
    assumptions: list[str]
