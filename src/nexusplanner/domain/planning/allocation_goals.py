"""Other goals than the most outcome for a budget: the least spend for an outcome, and spending while it pays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nexusplanner.domain.planning.allocation_problem import AllocationResult


@dataclass(frozen=True, kw_only=True)
class GoalResult:
    """A plan for a goal, with its proof.

    result: the plan and the certificate of its outcome: no plan inside the limits that spends as much or less reaches
    more than `result.upper_bound`. reached: the goal could be met. reason: why the spend ends where it does, in words.
    spend_bound (least spend): no plan inside the limits that spends less than this reaches the outcome; None when it
    cannot be reached. net, net_bound (marginal floor): outcome less floor * spend of the plan, and what no plan inside
    the limits exceeds.
    """

    result: AllocationResult
    reached: bool
    reason: str
    spend_bound: float | None = None
    net: float | None = None
    net_bound: float | None = None

    @property
    def spent(self) -> float:
        """Currency units in total."""
        return sum(self.result.spend)
