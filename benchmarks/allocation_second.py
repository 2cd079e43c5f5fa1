"""A second solver, written without the first: plain bisections, and boxes split until plan and bound meet.

On any interval a Hill curve minus a price per unit is greatest at an end or where the slope falls to the price on the concave
part; bisection finds that place. Another bisection finds the price. Slow, and simple enough to be read in one go.
"""

from __future__ import annotations

import heapq
from itertools import count

import numpy as np

from nexusplanner.domain.planning.allocation.problem import AllocationProblem
from nexusplanner.domain.planning.curves import FloatArray, HillCurve

HALVINGS = 60
PRICE_HALVINGS = 110
MOST_NODES = 200


class Second:
    """One problem of single Hills."""

    def __init__(self, problem: AllocationProblem) -> None:
        curves = [curve for curve in problem.curves if isinstance(curve, HillCurve)]
        self.problem = problem
        self.scale = np.array([curve.scale for curve in curves])
        self.half = np.array([curve.half for curve in curves])
        self.slope = np.array([curve.slope for curve in curves])
        self.bend = np.array([curve.inflection for curve in curves])

    def value(self, spend: FloatArray) -> FloatArray:
        """(C,) outcomes."""
        power = spend**self.slope
        return np.asarray(self.scale * power / (power + self.half**self.slope))

    def rise(self, spend: FloatArray) -> FloatArray:
        """(C,) slopes of the curves."""
        whole = self.half**self.slope
        steepness = self.slope * whole * spend ** (self.slope - 1.0) / (spend**self.slope + whole) ** 2
        return np.asarray(self.scale * steepness)

    def best(self, price: float, lower: FloatArray, upper: FloatArray) -> FloatArray:
        """(C,) spend at which each curve minus price times spend is greatest on [lower, upper]."""
        left = np.minimum(np.maximum(lower, self.bend), upper)
        right = upper
        for _ in range(HALVINGS):
            middle = 0.5 * (left + right)
            steep = self.rise(middle) > price
            left, right = np.where(steep, middle, left), np.where(steep, right, middle)
        places = np.array([lower, upper, 0.5 * (left + right)])
        gains = np.array([self.value(place) - price * place for place in places])
        return np.asarray(places[np.argmax(gains, axis=0), np.arange(len(lower))])

    def solve(self, lower: FloatArray, upper: FloatArray) -> tuple[float, FloatArray, tuple[int, float]]:
        """Least dual over all prices tried, a plan, and the channel and spend at which to split."""
        budget = self.problem.budget
        low, high = 1e-30, 1e30
        bound, below, above = np.inf, lower, upper
        for _ in range(PRICE_HALVINGS):
            price = float(np.sqrt(low * high))
            spend = self.best(price, lower, upper)
            bound = min(bound, float(price * budget + (self.value(spend) - price * spend).sum()))
            if spend.sum() > budget:
                low, above = price, spend
            else:
                high, below = price, spend
        channel = int(np.argmax(above - below))
        plan = below.copy()
        plan[channel] = min(plan[channel] + budget - plan.sum(), upper[channel])
        return bound, plan, (channel, float(plan[channel]))


def second_opinion(problem: AllocationProblem, *, tolerance: float) -> tuple[float, float]:
    """Value of the best plan found and a bound no plan exceeds."""
    solver = Second(problem)
    with np.errstate(all="ignore"):
        bound, plan, split = solver.solve(problem.lower, np.minimum(problem.upper, problem.budget))
        best = float(solver.value(plan).sum())
        order = count()
        boxes = [(-bound, next(order), problem.lower, np.minimum(problem.upper, problem.budget), split)]
        for _ in range(MOST_NODES):
            bound = -boxes[0][0]
            if bound - best <= tolerance * best:
                break
            _, _, lower, upper, (channel, point) = heapq.heappop(boxes)
            ends = upper.copy(), lower.copy()
            ends[0][channel] = ends[1][channel] = point
            for box in ((lower, ends[0]), (ends[1], upper)):
                reached, plan, split = solver.solve(*box)
                best = max(
                    best, float(solver.value(plan).sum()) if plan.sum() <= problem.budget * (1 + 1e-12) else best
                )
                heapq.heappush(boxes, (-min(reached, bound), next(order), *box, split))
    return best, max(bound, best)
