"""What a plan is to reach: the goal, how careful it is to be, and limits on several channels together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from nexusplanner.domain.shared import MOST_LINES, FieldErrors, Money

MOST_GROUPS = 20


class GoalKind(StrEnum):
    """What the plan is to reach."""

    MOST_OUTCOME = "most_outcome"
    LEAST_SPEND = "least_spend"
    MARGINAL_FLOOR = "marginal_floor"


class RiskKind(StrEnum):
    """Which figure of an uncertain outcome counts."""

    MEAN = "mean"
    QUANTILE = "quantile"
    CVAR = "cvar"


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What the plan is to reach; the total budget is never exceeded.

    most_outcome: as much as the budget brings. least_spend: `outcome` for as little as possible. marginal_floor: spend
    while the last 1,000 of the currency bring at least `floor`. risk: what counts as outcome under most_outcome: its
    mean, its `level` quantile, or the mean of the worst `level` share of cases (cvar).
    """

    kind: GoalKind = GoalKind.MOST_OUTCOME
    outcome: float | None = None
    floor: float | None = None
    risk: RiskKind = RiskKind.MEAN
    level: float = 0.1

    @property
    def objective(self) -> str:
        """The goal in words, as a certificate names it."""
        if self.kind is GoalKind.LEAST_SPEND:
            return f"least spend for an outcome of {self.outcome:,.6g}"
        if self.kind is GoalKind.MARGINAL_FLOOR:
            return f"mean outcome while the last 1,000 bring {self.floor:,.6g} or more"
        share = f"{100 * self.level:g} %"
        words = {
            RiskKind.MEAN: "mean outcome",
            RiskKind.QUANTILE: f"{share} quantile of the outcome",
            RiskKind.CVAR: f"mean of the worst {share}",
        }
        return words[self.risk]

    def check(self, errors: FieldErrors) -> None:
        """Remember what is wrong, by field."""
        asked = {GoalKind.LEAST_SPEND: "outcome", GoalKind.MARGINAL_FLOOR: "floor"}.get(self.kind)
        for name in ("outcome", "floor"):
            figure = getattr(self, name)
            if name == asked:
                possible = figure is not None and math.isfinite(figure) and figure > 0
                errors.check(possible, f"goal.{name}", f"The goal {self.kind} needs a figure above zero here.")
            else:
                errors.check(figure is None, f"goal.{name}", f"The goal {self.kind} takes no {name}.")
        careful = self.risk is RiskKind.MEAN or self.kind is GoalKind.MOST_OUTCOME
        errors.check(careful, "goal.risk", "Risk can be limited only with the goal most_outcome.")
        errors.check(0.01 <= self.level <= 0.5, "goal.level", "Use a share from 0.01 to 0.5.")


@dataclass(frozen=True, kw_only=True)
class GroupLimit:
    """What some channels together must or may get; shares are of the total budget, 0 to 1."""

    name: str
    channels: tuple[str, ...]
    minimum: Money | None = None
    maximum: Money | None = None
    minimum_share: float | None = None
    maximum_share: float | None = None

    def bounds(self, budget: Money) -> tuple[float, float]:
        """The least and the most in major units; the most may be infinite."""
        least = [self.minimum.major if self.minimum else 0.0, (self.minimum_share or 0.0) * budget.major]
        most = [self.maximum.major if self.maximum else math.inf]
        most.append(math.inf if self.maximum_share is None else self.maximum_share * budget.major)
        return max(least), min(most)


def check_groups(groups: tuple[GroupLimit, ...], *, budget: Money, errors: FieldErrors) -> None:
    """Remember what is wrong, by field."""
    errors.check(len(groups) <= MOST_GROUPS, "groups", f"At most {MOST_GROUPS} groups.")
    errors.check(len({group.name for group in groups}) == len(groups), "groups", "Give every group its own name.")
    for index, group in enumerate(groups):
        _check_group(errors, group, where=f"groups.{index}", budget=budget)


def _check_group(errors: FieldErrors, group: GroupLimit, *, where: str, budget: Money) -> None:
    errors.check(0 < len(group.name.strip()) <= 60, where, "Name the group in at most 60 characters.")
    errors.check(0 < len(group.channels) <= MOST_LINES, where, f"Name 1 to {MOST_LINES} channels.")
    errors.check(len(set(group.channels)) == len(group.channels), where, "Name every channel once.")
    errors.check(group.name not in group.channels, where, "Give it a name that is not a channel's.")
    amounts = [amount for amount in (group.minimum, group.maximum) if amount is not None]
    shares = [share for share in (group.minimum_share, group.maximum_share) if share is not None]
    errors.check(
        all(amount.currency == budget.currency for amount in amounts),
        where,
        f"Use {budget.currency} as the budget does.",
    )
    errors.check(all(amount.amount >= 0 for amount in amounts), where, "A limit cannot be negative.")
    errors.check(all(0 <= share <= 1 for share in shares), where, "A share lies between 0 and 1.")
    errors.check(bool(amounts or shares), where, "Give it a minimum or a maximum.")
    least, most = group.bounds(budget)
    errors.check(least <= most, where, "The minimum lies above the maximum.")
