"""Search for the plan with the greatest tail mean: weights of the draws are priced, boxes of plans split.

The tail mean is the least weighted mean: min over q in Q of q @ outcomes, Q the weights with 0 <= q <= 1 / (level S) that
add to 1. For fixed q the outcome is separable over channels and `allocate` proves its maximum phi(q), so that no plan has
a tail mean above phi(q), whatever q. phi is convex; weights of a local maximum, then cutting planes, bring it down.
Between the least phi and the best plan a gap remains where mixing two plans beats both, which happens on S-shaped
curves; then the box of plans is split where the mixed plans differ most, and each part is bounded by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from nexusplanner.domain.planning.allocation.split import allocate
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.risk.ascent import climb, settled
from nexusplanner.domain.planning.risk.boxes import Box, search
from nexusplanner.domain.planning.risk.figures import admissible, tail_mean
from nexusplanner.domain.planning.risk.mix import Mixture, mix
from nexusplanner.domain.planning.risk.problem import RiskProblem

FIRST_ROUNDS, LATER_ROUNDS = 12, 5
MOST_SOLVED = 60
"""Weighted problems after which no further box is opened."""
PROMISING = 0.02
"""A plan this share below the best one is worth climbing from."""
PART = 0.1
"""Part of the tolerance that the weighted problems may use."""
LEAST_TOLERANCE = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Weighted(Box):
    """A box with the weights of the draws (S,) that bound it."""

    weights: FloatArray


@dataclass(eq=False)
class TailSearch:
    """The best plan so far, by tail mean; all plans tried are kept in `plans` with their outcomes (S,)."""

    problem: RiskProblem
    tolerance: float
    plan: FloatArray = field(init=False)
    value: float = -math.inf
    solved: int = 0
    plans: list[FloatArray] = field(default_factory=list)
    outcomes: list[FloatArray] = field(default_factory=list)

    def run(self) -> float:
        """Search until the bound meets the best plan or enough was solved; the proven upper bound."""
        bound = search(
            self.first(),
            relax=lambda box, lower, upper: self._relax(
                lower, upper, weights=box.weights, bound=box.bound, rounds=LATER_ROUNDS
            ),
            enough=lambda: self.enough,
            more=lambda: self.solved < MOST_SOLVED,
        )
        return max(bound, self.value)

    def first(self) -> Weighted:
        """The box of all plans, begun at equal weights: the plan of the greatest mean is among the plans tried."""
        even = np.full(self.problem.size, 1.0 / self.problem.size)
        lower, upper = self.problem.lower, self.problem.upper
        return self._relax(lower, upper, weights=even, bound=math.inf, rounds=FIRST_ROUNDS)

    @property
    def enough(self) -> float:
        """A bound up to this proves the best plan."""
        return self.value + self.tolerance * abs(self.value)

    def _relax(
        self, lower: FloatArray, upper: FloatArray, *, weights: FloatArray, bound: float, rounds: int
    ) -> Weighted:
        """Bound the tail mean in one box: weights of a climb where a plan looks good, else of the cutting planes."""
        inside = [index for index, plan in enumerate(self.plans) if np.all((lower <= plan) & (plan <= upper))]
        begun, climbs, mixture = len(self.plans), max(rounds // 3, 1), None
        centre = tried = weights
        for _ in range(rounds):
            found, plan = self._weigh(tried, lower=lower, upper=upper)
            if found < bound:
                bound, centre = found, tried
            if bound <= self.enough:
                break
            if climbs and self._tail(-1) >= self.value - PROMISING * abs(self.value):
                climbs -= 1
                tried = self._climb(plan, lower=lower, upper=upper)
                continue
            here = [*inside, *range(begun, len(self.plans))]
            mixture = mix(np.array([self.outcomes[index] for index in here]), level=self.problem.level)
            if mixture is None:
                break
            self._keep_mean(mixture, here, lower=lower, upper=upper)
            if bound <= max(self.enough, mixture.value * (1.0 + self.tolerance)):
                break
            tried = 0.5 * (mixture.weights + centre)
        split = self._split(mixture, [*inside, *range(begun, len(self.plans))], lower=lower, upper=upper)
        return Weighted(lower=lower, upper=upper, bound=bound, weights=centre, split=split)

    def _weigh(self, weights: FloatArray, *, lower: FloatArray, upper: FloatArray) -> tuple[float, FloatArray]:
        """The proven most of the weighted outcome in a box, and the plan that reaches it."""
        weights = admissible(weights, level=self.problem.level)
        asked = self.problem.weighted(weights, lower=lower, upper=upper)
        result = allocate(asked, tolerance=max(PART * self.tolerance, LEAST_TOLERANCE))
        self.solved += 1
        plan = np.array(result.spend)
        self._keep(plan)
        return result.upper_bound, plan

    def _climb(self, plan: FloatArray, *, lower: FloatArray, upper: FloatArray) -> FloatArray:
        """Climb from a plan; the weights at the end."""
        every = np.arange(self.problem.size)
        found = climb(self.problem, plan, level=self.problem.level, among=every, lower=lower, upper=upper)
        self._keep(found.plan)
        return found.weights

    def _keep(self, plan: FloatArray) -> None:
        self.plans.append(plan)
        self.outcomes.append(self.problem.outcomes(plan))
        value = self._tail(-1)
        if value > self.value:
            self.plan, self.value = plan, value

    def _tail(self, index: int) -> float:
        return tail_mean(self.outcomes[index], level=self.problem.level)

    def _keep_mean(self, mixture: Mixture, here: list[int], *, lower: FloatArray, upper: FloatArray) -> None:
        """The mean of the mixed plans is a plan too: limits are linear."""
        mean = mixture.shares @ np.array([self.plans[index] for index in here])
        self._keep(settled(self.problem, mean, anchor=self.plans[here[0]], lower=lower, upper=upper))

    def _split(
        self, mixture: Mixture | None, here: list[int], *, lower: FloatArray, upper: FloatArray
    ) -> tuple[int, float] | None:
        """The channel in which the mixed plans (else all tried here) differ most in money, and their mean there."""
        shares = np.full(len(here), 1.0 / len(here)) if mixture is None else mixture.shares
        spends = np.array([self.plans[index] for index in here[: len(shares)]])
        mean = shares @ spends
        spread = np.where((lower < mean) & (mean < upper), shares @ np.abs(spends - mean), 0.0)
        channel = int(np.argmax(spread))
        return (channel, float(mean[channel])) if spread[channel] > 0 else None
