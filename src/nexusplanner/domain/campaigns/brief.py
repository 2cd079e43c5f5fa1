"""The brief: what was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from math import inf

from nexusplanner.domain.campaigns.flighting import FlightRules
from nexusplanner.domain.campaigns.goal import Goal, GroupLimit, check_groups
from nexusplanner.domain.shared import (
    IMPLAUSIBLE,
    DateRange,
    FieldErrors,
    Money,
    ServiceId,
    SignalId,
    added_later,
    plausible,
)

MAX_DAYS = 731
MOST_LIMITS = 100
MOST_SIGNALS = 5


@dataclass(frozen=True, kw_only=True)
class ChannelLimit:
    """What a brief asks of one channel. lock: exactly this much; without one, between minimum and maximum."""

    channel: str
    minimum: Money | None = None
    maximum: Money | None = None
    lock: Money | None = None


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What was asked. theme: the occasion or thought, in the marketer's words. goal: what to get most of.

    channels: only these when given. limits, groups: what single channels and several together must or may get.
    flighting: how the money falls over the weeks. target_outcome: what the marketer hopes for, shown against the
    forecast. signal_ids: news to start from, which every step sees and the first idea builds on.
    """

    service_id: ServiceId
    theme: str
    start_date: date
    end_date: date
    total_budget: Money
    target_audience: str = ""
    key_objectives: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    limits: tuple[ChannelLimit, ...] = ()
    groups: tuple[GroupLimit, ...] = ()
    goal: Goal = field(default_factory=Goal)
    flighting: FlightRules = field(default_factory=FlightRules)
    target_outcome: float | None = None
    notes: str = ""
    signal_ids: tuple[SignalId, ...] = added_later(())

    @property
    def dates(self) -> DateRange:
        """The days the campaign runs. Raises Invalid when the end lies before the start."""
        return DateRange(self.start_date, self.end_date)

    def plans_like(self, other: Brief) -> bool:
        """Whether a plan made for the one fits the other: all that money depends on is the same."""
        return all(getattr(self, name) == getattr(other, name) for name in PLANNED_FROM)

    def check(self) -> None:
        """Raise Invalid, naming every field to correct."""
        errors, currency = FieldErrors(), self.total_budget.currency
        errors.check(0 < len(self.theme.strip()) <= 200, "theme", "Say in at most 200 characters what it is about.")
        errors.check(plausible(self.start_date), "start_date", IMPLAUSIBLE)
        errors.check(plausible(self.end_date), "end_date", IMPLAUSIBLE)
        errors.check(self.end_date >= self.start_date, "end_date", "The end must not lie before the start.")
        errors.check((self.end_date - self.start_date).days < MAX_DAYS, "end_date", "Plan at most two years at once.")
        errors.check(self.total_budget.amount > 0, "total_budget", "The budget must be above zero.")
        errors.check_text(self.target_audience, "target_audience", most=2000)
        errors.check_text(self.notes, "notes", most=8000)
        for name in ("key_objectives", "regions", "channels"):
            errors.check_lines(getattr(self, name), name)
        errors.check(len(self.signal_ids) <= MOST_SIGNALS, "signal_ids", f"Start from at most {MOST_SIGNALS} signals.")
        errors.check(len(self.limits) <= MOST_LIMITS, "limits", f"At most {MOST_LIMITS} limits.")
        errors.check(
            len({limit.channel for limit in self.limits}) == len(self.limits), "limits", "One limit per channel."
        )
        errors.check(
            self.target_outcome is None or 0 < self.target_outcome < inf,
            "target_outcome",
            "A number above zero, or leave it out.",
        )
        for index, limit in enumerate(self.limits):
            _check_limit(errors, limit, where=f"limits.{index}", currency=currency)
        check_groups(self.groups, budget=self.total_budget, errors=errors)
        self.goal.check(errors)
        ordered = self.end_date >= self.start_date
        self.flighting.check(errors, currency=currency, dates=self.dates if ordered else None)
        errors.raise_if_any("brief")


PLANNED_FROM = (
    "service_id",
    "start_date",
    "end_date",
    "total_budget",
    "channels",
    "limits",
    "groups",
    "goal",
    "flighting",
)
"""The parts of a brief that the money of a plan depends on."""


def _check_limit(errors: FieldErrors, limit: ChannelLimit, *, where: str, currency: str) -> None:
    amounts = [amount for amount in (limit.minimum, limit.maximum, limit.lock) if amount is not None]
    errors.check(all(amount.currency == currency for amount in amounts), where, f"Use {currency} as the budget does.")
    errors.check(all(amount.amount >= 0 for amount in amounts), where, "A limit cannot be negative.")
    errors.check(
        limit.lock is None or len(amounts) == 1, where, "Lock an amount, or give a minimum and a maximum; not both."
    )
    if limit.minimum and limit.maximum and limit.minimum.currency == limit.maximum.currency:
        errors.check(limit.minimum <= limit.maximum, where, "The minimum lies above the maximum.")
