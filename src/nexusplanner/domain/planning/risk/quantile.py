"""Search for the plan with the greatest quantile, bounded by what each draw could reach by itself.

Let j be the rank of the quantile and top(s) the most that draw s can bring in a box of plans. No plan in the box brings
more than top(s) in any draw s, so its j-th smallest outcome is at most the j-th smallest of the tops: that is the bound.
Each draw's best plan is another one, and the bound is too high by what it would be worth to know the draw. Boxes are
split to narrow that; with many channels some of it remains, and the gap says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from nexusplanner.domain.planning.allocation.split import allocate
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.risk.ascent import climb, settled
from nexusplanner.domain.planning.risk.boxes import Box, search
from nexusplanner.domain.planning.risk.figures import rank
from nexusplanner.domain.planning.risk.problem import RiskProblem

MOST_SOLVED, MOST_GROUPED = 300, 60
"""Problems of single draws after which no further box is opened; with limits on groups each takes longer."""
PART = 0.5
"""Part of the tolerance that the problems of single draws may use."""
STARTS, CLIMBS, LATER_CLIMBS = 3, 6, 2
PROMISING = 0.01
LEAST_GAIN = 1e-7


@dataclass(frozen=True, kw_only=True, eq=False)
class Topped(Box):
    """A box with what each draw can bring there at most (S,)."""

    tops: FloatArray


@dataclass(eq=False)
class QuantileSearch:
    """The best plan so far, by quantile."""

    problem: RiskProblem
    tolerance: float
    plan: FloatArray = field(init=False)
    value: float = -math.inf
    solved: int = 0
    seen: list[FloatArray] = field(default_factory=list)

    def run(self, plans: list[FloatArray]) -> float:
        """Search from plans that keep all limits, until the boxes are used up; the proven upper bound."""
        problem = self.problem
        share = min(problem.budget / max(float(problem.upper.sum()), math.ulp(0.0)), 1.0)
        even = settled(problem, share * problem.upper, anchor=plans[0], lower=problem.lower, upper=problem.upper)
        for plan in [even, *sorted(plans, key=self.keep, reverse=True)[:STARTS]]:
            self.ascend(plan, lower=problem.lower, upper=problem.upper, most=CLIMBS)
        most = MOST_GROUPED if problem.groups else MOST_SOLVED
        bound = search(
            self.relax(problem.lower, problem.upper, tops=np.full(problem.size, math.inf), bound=math.inf),
            relax=lambda box, lower, upper: self.relax(lower, upper, tops=box.tops, bound=box.bound),
            enough=lambda: self.enough,
            more=lambda: self.solved < most,
        )
        return max(bound, self.value)

    @property
    def enough(self) -> float:
        """A bound up to this proves the best plan."""
        return self.value + self.tolerance * abs(self.value)

    def keep(self, plan: FloatArray) -> float:
        """Remember a plan that keeps all limits; its quantile."""
        self.seen.append(plan)
        value = self.problem.value(plan)
        if value > self.value:
            self.plan, self.value = plan, value
        return value

    def ascend(self, plan: FloatArray, *, lower: FloatArray, upper: FloatArray, most: int) -> None:
        """Raise the least outcome of the draws that lie at or above the quantile, as often as that helps."""
        first = rank(self.problem.size, level=self.problem.level)
        value = self.problem.value(plan)
        for _ in range(most):
            above = np.argsort(self.problem.outcomes(plan), kind="stable")[first:]
            plan = climb(self.problem, plan, level=1.0 / len(above), among=above, lower=lower, upper=upper).plan
            before, value = value, self.keep(plan)
            if value <= before + LEAST_GAIN * abs(before):
                break

    def relax(self, lower: FloatArray, upper: FloatArray, *, tops: FloatArray, bound: float) -> Topped:
        """Bound the quantile in one box; draws that cannot be among the lowest tops are left as they are."""
        first = rank(self.problem.size, level=self.problem.level)
        inside = [plan for plan in self.seen if np.all(plan >= lower) and np.all(plan <= upper)]
        reached = np.max([self.problem.outcomes(plan) for plan in [lower, *inside]], axis=0)
        tops, fresh, spends = tops.copy(), np.full(self.problem.size, math.inf), {}
        for draw in np.lexsort((reached, tops)):
            known = np.partition(fresh, first)[first]
            if known <= self.enough:
                break
            if reached[draw] >= known:
                continue
            fresh[draw], spends[draw] = self._top(draw, lower=lower, upper=upper)
        tops = np.minimum(tops, fresh)
        bound = min(bound, float(np.partition(tops, first)[first]))
        split = None
        if spends and bound > self.enough:
            lowest = sorted(spends, key=lambda draw: tops[draw])[: first + 1]
            split = self._split(np.array([spends[draw] for draw in lowest]), lower, upper)
        return Topped(lower=lower, upper=upper, tops=tops, bound=bound, split=split)

    def _top(self, draw: int, *, lower: FloatArray, upper: FloatArray) -> tuple[float, FloatArray]:
        """The most that one draw can bring in a box, proven, and the plan that does."""
        only = np.zeros(self.problem.size)
        only[draw] = 1.0
        result = allocate(self.problem.weighted(only, lower=lower, upper=upper), tolerance=PART * self.tolerance)
        self.solved += 1
        return result.upper_bound, np.array(result.spend)

    def _split(self, spends: FloatArray, lower: FloatArray, upper: FloatArray) -> tuple[int, float] | None:
        """Try the mean of the draws' own plans; split where they differ most."""
        mean = spends.mean(axis=0)
        mixed = settled(self.problem, mean, anchor=spends[0], lower=lower, upper=upper)
        if self.keep(mixed) >= self.value * (1.0 - PROMISING):
            self.ascend(mixed, lower=lower, upper=upper, most=LATER_CLIMBS)
        spread = np.where((lower < mean) & (mean < upper), np.abs(spends - mean).mean(axis=0), 0.0)
        if not spread.any():
            spread, mean = upper - lower, 0.5 * (lower + upper)
        channel = int(np.argmax(spread))
        low, high = float(lower[channel]), float(upper[channel])
        return (channel, float(mean[channel])) if low < mean[channel] < high else None
