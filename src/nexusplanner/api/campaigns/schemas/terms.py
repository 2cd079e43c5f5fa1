"""What is asked of a plan's money: limits, groups, goal and flight rules."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from nexusplanner.api.shapes import Input, Money, Shape, minor
from nexusplanner.domain import campaigns
from nexusplanner.domain.shared import DateRange, Invalid

Channel = Annotated[str, Field(min_length=1, max_length=60)]
Share = Annotated[float, Field(ge=0, le=1)]
Figure = Annotated[float, Field(allow_inf_nan=False)]


class LimitInput(Input):
    """What is asked of one channel. lock: exactly this much; otherwise between minimum and maximum."""

    channel: Channel
    minimum: Money | None = None
    maximum: Money | None = None
    lock: Money | None = None

    def limit(self) -> campaigns.ChannelLimit:
        """The same as a domain value."""
        return campaigns.ChannelLimit(
            channel=self.channel, minimum=minor(self.minimum), maximum=minor(self.maximum), lock=minor(self.lock)
        )


class GroupInput(Input):
    """What is asked of several channels together; shares are of the total budget, 0 to 1."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    channels: Annotated[list[Channel], Field(min_length=1, max_length=100)]
    minimum: Money | None = None
    maximum: Money | None = None
    minimum_share: Share | None = None
    maximum_share: Share | None = None

    def group(self) -> campaigns.GroupLimit:
        """The same as a domain value."""
        return campaigns.GroupLimit(
            name=self.name,
            channels=tuple(self.channels),
            minimum=minor(self.minimum),
            maximum=minor(self.maximum),
            minimum_share=self.minimum_share,
            maximum_share=self.maximum_share,
        )


class GoalInput(Input):
    """What to reach. outcome: for the least spend. floor: the least that the last 1,000 must bring."""

    kind: campaigns.GoalKind = campaigns.GoalKind.MOST_OUTCOME
    outcome: Figure | None = None
    floor: Figure | None = None
    risk: campaigns.RiskKind = campaigns.RiskKind.MEAN
    level: Figure = 0.1

    def goal(self) -> campaigns.Goal:
        """The same as a domain value."""
        return campaigns.Goal(kind=self.kind, outcome=self.outcome, floor=self.floor, risk=self.risk, level=self.level)


class HiatusInput(Input):
    """Days without money. channel: every channel when it is empty."""

    channel: Annotated[str, Field(max_length=60)] = ""
    start_date: date
    end_date: date


class WeeklyMaximumInput(Input):
    """The most a channel may get in one week."""

    channel: Channel
    amount: Money


class FlightRulesInput(Input):
    """How the money is to fall over the weeks. shortest: weeks a channel runs at least once it runs."""

    pattern: campaigns.FlightPattern = campaigns.FlightPattern.EVEN
    shortest: int = 1
    hiatus: Annotated[list[HiatusInput], Field(max_length=100)] = Field(default_factory=list)
    weekly_maximums: Annotated[list[WeeklyMaximumInput], Field(max_length=100)] = Field(default_factory=list)

    def rules(self) -> campaigns.FlightRules:
        """The same as a domain value. Raises Invalid for a pause that ends before it starts."""
        for index, pause in enumerate(self.hiatus):
            if pause.end_date < pause.start_date:
                message = "The end must not lie before the start."
                raise Invalid(
                    f"A pause ends before it starts. {message}", fields={f"flighting.hiatus.{index}": message}
                )
        return campaigns.FlightRules(
            pattern=self.pattern,
            shortest=self.shortest,
            hiatus=tuple(
                campaigns.Hiatus(channel=each.channel, dates=DateRange(each.start_date, each.end_date))
                for each in self.hiatus
            ),
            weekly_maximums=tuple(
                campaigns.WeeklyMaximum(channel=each.channel, amount=each.amount.minor())
                for each in self.weekly_maximums
            ),
        )


Limits = Annotated[list[LimitInput], Field(max_length=100)]
Groups = Annotated[list[GroupInput], Field(max_length=20)]


class Limit(Shape):
    """What a brief asks of one channel."""

    channel: str
    minimum: Money | None
    maximum: Money | None
    lock: Money | None


class Group(Shape):
    """What a brief asks of several channels together."""

    name: str
    channels: list[str]
    minimum: Money | None
    maximum: Money | None
    minimum_share: float | None
    maximum_share: float | None


class Goal(Shape):
    """What a plan is to reach, and which figure of the uncertain outcome counts."""

    kind: campaigns.GoalKind
    outcome: float | None
    floor: float | None
    risk: campaigns.RiskKind
    level: float


class Hiatus(Shape):
    """Days without money. channel: every channel when it is empty."""

    channel: str
    start_date: date
    end_date: date

    @model_validator(mode="before")
    @classmethod
    def _from_domain(cls, value: object) -> object:
        if isinstance(value, campaigns.Hiatus):
            return {"channel": value.channel, "start_date": value.dates.start, "end_date": value.dates.end}
        return value


class WeeklyMaximum(Shape):
    """The most a channel may get in one week."""

    channel: str
    amount: Money


class FlightRules(Shape):
    """How the money is to fall over the weeks."""

    pattern: campaigns.FlightPattern
    shortest: int
    hiatus: list[Hiatus]
    weekly_maximums: list[WeeklyMaximum]


class AllocationInput(Input):
    """Terms to allocate under: these limits instead of the brief's; what else is left out stays as the brief has it."""

    total_budget: Money | None = None
    limits: Limits = Field(default_factory=list)
    groups: Groups | None = None
    goal: GoalInput | None = None

    def given_groups(self) -> tuple[campaigns.GroupLimit, ...] | None:
        """The groups as domain values; None when they were left out."""
        return None if self.groups is None else tuple(group.group() for group in self.groups)

    def given_goal(self) -> campaigns.Goal | None:
        """The goal as a domain value; None when it was left out."""
        return self.goal.goal() if self.goal else None


class AllocationChange(AllocationInput):
    """Terms to keep. newest_model: on the version of the model in use now. reason: why, for the record of decisions."""

    newest_model: bool = False
    reason: Annotated[str, Field(max_length=500)] = ""
