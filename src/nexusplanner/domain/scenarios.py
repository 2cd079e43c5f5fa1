"""Scenarios: other ways to spend a campaign's money, kept beside its plan and compared with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from nexusplanner.domain.campaigns import Allocation, Brief, ChannelLimit, Goal, GroupLimit
from nexusplanner.domain.shared import CampaignId, FieldErrors, Invalid, Money, ScenarioId, TenantId, UserId

MOST_SCENARIOS = 40
MOST_COMPARED = 4


@dataclass(frozen=True, kw_only=True)
class ScenarioTerms:
    """What a scenario asks: a budget and its limits and goal."""

    total_budget: Money
    limits: tuple[ChannelLimit, ...] = ()
    groups: tuple[GroupLimit, ...] = ()
    goal: Goal = field(default_factory=Goal)

    @classmethod
    def of(cls, brief: Brief) -> ScenarioTerms:
        """The terms of a brief."""
        return cls(total_budget=brief.total_budget, limits=brief.limits, groups=brief.groups, goal=brief.goal)

    def applied(self, brief: Brief) -> Brief:
        """The brief under these terms, checked. Raises Invalid, naming every field to correct."""
        if self.total_budget.currency != brief.total_budget.currency:
            raise Invalid(
                f"The campaign is in {brief.total_budget.currency}; nothing is converted silently.",
                fields={"total_budget": f"Use {brief.total_budget.currency}."},
            )
        changed = replace(brief, total_budget=self.total_budget, limits=self.limits, groups=self.groups, goal=self.goal)
        changed.check()
        return changed


@dataclass(eq=False, kw_only=True)
class Scenario:
    """A way to spend the money of a campaign, with the best split under its terms.

    pinned: kept in view when scenarios are compared. curves: fingerprint of the curves `allocation` was made on.
    """

    id: ScenarioId = field(default_factory=lambda: ScenarioId(uuid4()))
    tenant_id: TenantId
    campaign_id: CampaignId
    name: str
    terms: ScenarioTerms
    pinned: bool = False
    allocation: Allocation
    curves: str
    created_by: UserId
    created_at: datetime
    updated_at: datetime
    version: int = 1

    def check(self) -> None:
        """Raise Invalid, naming every field to correct."""
        errors = FieldErrors()
        errors.check(0 < len(self.name.strip()) <= 120, "name", "Give a name of at most 120 characters.")
        errors.raise_if_any("scenario")

    def take(self, terms: ScenarioTerms, *, allocation: Allocation, curves: str) -> None:
        """Replace the terms with the best split under them."""
        self.terms, self.allocation, self.curves = terms, allocation, curves
