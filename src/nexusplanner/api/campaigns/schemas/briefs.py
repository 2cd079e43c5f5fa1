"""What callers send to start or change a campaign, and the brief as it is kept."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from nexusplanner.api.campaigns.schemas.terms import (
    FlightRules,
    FlightRulesInput,
    Goal,
    GoalInput,
    Group,
    Groups,
    Limit,
    Limits,
)
from nexusplanner.api.shapes import Input, Line, Lines, Money, Shape
from nexusplanner.domain import campaigns
from nexusplanner.domain.shared import ServiceId, SignalId


class BriefInput(Input):
    """What is asked of a plan. channels: only these when given. signal_ids: news to start from."""

    service_id: UUID
    theme: Annotated[str, Field(max_length=200)]
    start_date: date
    end_date: date
    total_budget: Money
    target_audience: Annotated[str, Field(max_length=2000)] = ""
    key_objectives: Lines = Field(default_factory=list)
    regions: Lines = Field(default_factory=list)
    channels: Lines = Field(default_factory=list)
    limits: Limits = Field(default_factory=list)
    groups: Groups = Field(default_factory=list)
    goal: GoalInput = Field(default_factory=GoalInput)
    flighting: FlightRulesInput = Field(default_factory=FlightRulesInput)
    target_outcome: Annotated[float | None, Field(allow_inf_nan=False)] = None
    notes: Annotated[str, Field(max_length=8000)] = ""
    signal_ids: Annotated[list[UUID], Field(max_length=campaigns.MOST_SIGNALS)] = Field(default_factory=list)

    def brief(self) -> campaigns.Brief:
        """The same as a domain value, checked. Raises Invalid."""
        brief = campaigns.Brief(
            service_id=ServiceId(self.service_id),
            theme=self.theme,
            start_date=self.start_date,
            end_date=self.end_date,
            total_budget=self.total_budget.minor(),
            target_audience=self.target_audience,
            key_objectives=tuple(self.key_objectives),
            regions=tuple(self.regions),
            channels=tuple(self.channels),
            limits=tuple(limit.limit() for limit in self.limits),
            groups=tuple(group.group() for group in self.groups),
            goal=self.goal.goal(),
            flighting=self.flighting.rules(),
            target_outcome=self.target_outcome,
            notes=self.notes,
            signal_ids=tuple(dict.fromkeys(SignalId(each) for each in self.signal_ids)),
        )
        brief.check()
        return brief


class GenerateInput(BriefInput):
    """A brief to plan. name: what to call the campaign; the theme when left out."""

    name: Line | None = None


class CampaignInput(BriefInput):
    """A brief to keep without a plan."""

    name: Annotated[str, Field(min_length=1, max_length=200)]


class CampaignEdit(Input):
    """What to change; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    brief: BriefInput | None = None


class StatusInput(Input):
    """The status to move to."""

    status: campaigns.CampaignStatus


class NoteInput(Input):
    """What to do differently, in words."""

    note: Annotated[str, Field(max_length=2000)] = ""


class IdeaEdit(Input):
    """What to change; what is left out stays."""

    theme: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    description: Annotated[str, Field(max_length=4000)] | None = None
    core_message: Annotated[str, Field(max_length=2000)] | None = None
    target_kpi: Annotated[str, Field(max_length=200)] | None = None
    chosen: bool | None = None


class StrategyEdit(Input):
    """A channel's strategy in a person's words."""

    strategy: Annotated[str, Field(min_length=1, max_length=4000)]


class Brief(Shape):
    """What was asked of a plan."""

    service_id: UUID
    theme: str
    start_date: date
    end_date: date
    total_budget: Money
    target_audience: str
    key_objectives: list[str]
    regions: list[str]
    channels: list[str]
    limits: list[Limit]
    groups: list[Group]
    goal: Goal
    flighting: FlightRules
    target_outcome: float | None
    notes: str
    signal_ids: list[UUID]
