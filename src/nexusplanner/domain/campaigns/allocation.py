"""Allocations: what each channel gets, and the proof of how good that is."""

from __future__ import annotations

from dataclasses import dataclass

from nexusplanner.domain.shared import Estimate, Money, total

MEAN_OUTCOME = "mean outcome"
STATIC = "static over the period"
BY_WEEK = "by week"


@dataclass(frozen=True, kw_only=True)
class BindingLimit:
    """A limit that holds the plan back.

    channel: the channel's or the group's name. worth: outcome that moving the limit by 1,000 would add.
    """

    channel: str
    kind: str
    worth: float


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """Proof of how good an allocation is.

    objective: what was made as large as possible ("mean outcome", "mean of the worst 10 %"), or the goal in words.
    problem: "static over the period" or "by week". value: the objective at the plan. upper_bound: no plan inside the
    limits reaches more. gap: (upper_bound - value) / |value|; for the least spend the share by which a plan that spends
    less could still reach the outcome, see `least_possible`. shadow_price: objective of one more currency unit.
    binding: limits the plan stands on. unspent: money left over, with `unspent_reason`. even_value: the same budget
    spread evenly. least_possible: no plan that spends less reaches the outcome asked for; None for other goals.
    reached: the outcome asked for is reached; where it cannot be, the plan is the one that comes closest.
    """

    objective: str = MEAN_OUTCOME
    problem: str = STATIC
    value: float
    upper_bound: float
    gap: float
    shadow_price: float
    binding: tuple[BindingLimit, ...] = ()
    unspent: Money
    unspent_reason: str = ""
    even_value: float | None = None
    least_possible: Money | None = None
    reached: bool = True

    @property
    def in_words(self) -> str:
        """The gap as a sentence."""
        percent = 100 * self.gap
        shown = "0.0001" if percent <= 0.0001 else f"{percent:.2g}" if percent < 1 else f"{percent:.1f}"
        best = "best possible plan" if self.least_possible is None else "least possible spend"
        short = "" if self.reached else ", which does not reach the goal"
        return f"within {shown} % of the {best}{short}"


@dataclass(frozen=True, kw_only=True)
class ChannelAllocation:
    """What one channel gets, inside which limits, and what it should bring over the campaign.

    committed: what other campaigns of the brand spend in the channel in the same weeks; the response starts above it.
    """

    channel: str
    budget: Money
    minimum: Money
    maximum: Money
    locked: bool
    expected_outcome: Estimate
    next_thousand: float
    committed: Money | None = None


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """An optimal split of a budget with its certificate."""

    channels: tuple[ChannelAllocation, ...]
    expected_outcome: Estimate
    certificate: Certificate

    @property
    def spent(self) -> Money:
        """What the channels get together; the budget less what stays unspent."""
        currency = self.certificate.unspent.currency
        return total((each.budget for each in self.channels), currency=currency)
