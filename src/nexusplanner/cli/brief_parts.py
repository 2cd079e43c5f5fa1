"""What a brief file asks of its money: limits, groups, goal and flight rules."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from nexusplanner.domain.campaigns import (
    ChannelLimit,
    FlightPattern,
    FlightRules,
    Goal,
    GoalKind,
    GroupLimit,
    Hiatus,
    RiskKind,
    WeeklyMaximum,
)
from nexusplanner.domain.shared import DateRange, Money

Text = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, (int, float)) else value)]


class Part(BaseModel):
    """A part of the file; a misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LimitPart(Part):
    """What is asked of one channel."""

    channel: str
    minimum: Text | None = None
    maximum: Text | None = None
    lock: Text | None = None

    def limit(self, currency: str) -> ChannelLimit:
        """The same as a domain value."""
        return ChannelLimit(
            channel=self.channel,
            minimum=money(self.minimum, currency),
            maximum=money(self.maximum, currency),
            lock=money(self.lock, currency),
        )


class GroupPart(Part):
    """What is asked of several channels together; shares are of the total budget, 0 to 1."""

    name: str
    channels: tuple[str, ...]
    minimum: Text | None = None
    maximum: Text | None = None
    minimum_share: float | None = None
    maximum_share: float | None = None

    def group(self, currency: str) -> GroupLimit:
        """The same as a domain value."""
        return GroupLimit(
            name=self.name,
            channels=self.channels,
            minimum=money(self.minimum, currency),
            maximum=money(self.maximum, currency),
            minimum_share=self.minimum_share,
            maximum_share=self.maximum_share,
        )


class GoalPart(Part):
    """What to reach."""

    kind: GoalKind = GoalKind.MOST_OUTCOME
    outcome: float | None = None
    floor: float | None = None
    risk: RiskKind = RiskKind.MEAN
    level: float = 0.1

    def goal(self) -> Goal:
        """The same as a domain value."""
        return Goal(**self.model_dump())


class HiatusPart(Part):
    """Days without money, in one channel or in all."""

    channel: str = ""
    start_date: date
    end_date: date


class WeeklyMaximumPart(Part):
    """The most a channel may get in one week."""

    channel: str
    amount: Text


class FlightingPart(Part):
    """How the money is to fall over the weeks."""

    pattern: FlightPattern = FlightPattern.EVEN
    shortest: int = 1
    hiatus: tuple[HiatusPart, ...] = ()
    weekly_maximums: tuple[WeeklyMaximumPart, ...] = ()

    def rules(self, currency: str) -> FlightRules:
        """The same as a domain value. Raises Invalid."""
        return FlightRules(
            pattern=self.pattern,
            shortest=self.shortest,
            hiatus=tuple(
                Hiatus(channel=each.channel, dates=DateRange(each.start_date, each.end_date)) for each in self.hiatus
            ),
            weekly_maximums=tuple(
                WeeklyMaximum(channel=each.channel, amount=Money.parse(each.amount, currency=currency))
                for each in self.weekly_maximums
            ),
        )


def money(text: str | None, currency: str) -> Money | None:
    """An optional amount. Raises Invalid."""
    return None if text is None else Money.parse(text, currency=currency)
