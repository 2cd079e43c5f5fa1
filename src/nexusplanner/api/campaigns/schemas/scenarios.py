"""Scenarios: other ways to spend the money, and how they compare."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from nexusplanner.api.campaigns.schemas.budget import Allocation
from nexusplanner.api.campaigns.schemas.terms import Goal, GoalInput, Group, Groups, Limit, Limits
from nexusplanner.api.shapes import Estimate, Input, Money, Shape

ScenarioName = Annotated[str, Field(min_length=1, max_length=120)]


class ScenarioInput(Input):
    """A way to spend the money. total_budget: the plan's own when left out."""

    name: ScenarioName
    total_budget: Money | None = None
    limits: Limits = Field(default_factory=list)
    groups: Groups = Field(default_factory=list)
    goal: GoalInput = Field(default_factory=GoalInput)


class ScenarioEdit(Input):
    """What to change; what is left out stays."""

    name: ScenarioName | None = None
    total_budget: Money | None = None
    limits: Limits | None = None
    groups: Groups | None = None
    goal: GoalInput | None = None
    pinned: bool | None = None

    def terms(self) -> dict[str, object]:
        """The terms that were sent, as domain values."""
        sent: dict[str, object] = {}
        if self.total_budget is not None:
            sent["total_budget"] = self.total_budget.minor()
        if self.limits is not None:
            sent["limits"] = tuple(limit.limit() for limit in self.limits)
        if self.groups is not None:
            sent["groups"] = tuple(group.group() for group in self.groups)
        if self.goal is not None:
            sent["goal"] = self.goal.goal()
        return sent


class Scenario(Shape):
    """A way to spend the money with the best split under its terms.

    outdated: the response curves, the dates or other campaigns' money changed since the split was made.
    """

    id: UUID
    campaign_id: UUID
    name: str
    total_budget: Money
    limits: list[Limit]
    groups: list[Group]
    goal: Goal
    pinned: bool
    allocation: Allocation
    outdated: bool
    version: int
    created_at: datetime
    updated_at: datetime


class ComparedChannel(Shape):
    """A channel's money in one scenario. delta: less that of the baseline."""

    channel: str
    channel_name: str
    amount: Money
    delta: Money | None


class ComparedScenario(Shape):
    """One scenario beside the baseline, which is the first column. id: "plan" for the plan itself.

    worst_tenth: mean outcome of the worst tenth of cases. chance_to_beat, difference, clear: against the baseline, on the
    same cases; clear is false where the difference may as well be chance.
    """

    id: str
    name: str
    total_budget: Money
    spent: Money
    expected_outcome: Estimate
    cost_per_outcome: float | None
    worst_tenth: float
    chance_to_beat: float | None
    difference: Estimate | None
    clear: bool | None
    outdated: bool
    channels: list[ComparedChannel]


class BestScenarios(Shape):
    """Which column is best in which row."""

    outcome: str
    cost_per_outcome: str | None
    worst_tenth: str


class Comparison(Shape):
    """Scenarios side by side, all on the curves as they are now."""

    columns: list[ComparedScenario]
    best: BestScenarios


class SuggestInput(Input):
    """What to change, in words."""

    description: Annotated[str, Field(min_length=1, max_length=1000)]


class ReadWords(Shape):
    """Words that were understood, and as what."""

    words: str
    meaning: str


class Suggestion(Shape):
    """The terms a description asks for, to be confirmed; nothing is saved. unread: words that were not understood."""

    name: str
    total_budget: Money
    limits: list[Limit]
    groups: list[Group]
    goal: Goal
    read: list[ReadWords]
    unread: list[str]
