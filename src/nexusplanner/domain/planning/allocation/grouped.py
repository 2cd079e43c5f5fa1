"""The best split of a budget when groups of channels have limits of their own, with the same proof.

A relaxation replaces every curve by the least concave function above its knots and solves a linear programme: its prices
(one for the budget, one for each limit of a group) give a bound by duality, whatever the programme's accuracy. Where the
bound is loose for want of knots, knots are added; where it is loose because a channel lies on a line above its curve, the
box is split there, best bound first.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.allocation.majorant import EPSILON, Majorant
from nexusplanner.domain.planning.allocation.mix import best_mix
from nexusplanner.domain.planning.allocation.problem import InfeasibleAllocation
from nexusplanner.domain.planning.curves import outcomes

if TYPE_CHECKING:
    from nexusplanner.domain.planning.allocation.majorant import BoolArray, IntArray
    from nexusplanner.domain.planning.allocation.mix import Mix
    from nexusplanner.domain.planning.allocation.rows import Rows
    from nexusplanner.domain.planning.curves import Curve, FloatArray

MOST_NODES = 400
REFINED = 0.2
"""Part of the tolerance that may be left unproven for want of knots; splitting closes the rest."""
REFINED_AT_ONCE = 6
"""Intervals of one channel cut between two programmes."""
MOST_DIVES = 4
SPLITS_FROM = 0.05
"""Part of the tolerance up to which lines above the curves are not what keeps a bound loose."""
DIVES_FROM = 0.1
"""Part of a channel's share of the tolerance from which being above the curve is worth a dive."""
LEAST_OUTCOME = 1e-9
"""Part of the outcome at every maximum below which a plan's outcome no longer sets the scale of the tolerance."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """Plans with lower <= spend <= upper, both (C,)."""

    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True, kw_only=True)
class Relaxed:
    """What is known of a box.

    bound: no plan inside has a greater net. mixed: a plan inside all limits, with prices. loose: (C,) how far the line
    each channel lies on is above its curve.
    """

    bound: float
    mixed: Mix
    loose: FloatArray


@dataclass(frozen=True, kw_only=True)
class Solution:
    """spend: (C,) the best plan found. net: its outcome less floor * spend. bound: no plan has a greater net."""

    spend: FloatArray
    net: float
    bound: float
    nodes: int


class GroupedSearch:
    """Solves the problems that share curves, limits of channels and groups; the first knots serve all."""

    def __init__(self, curves: Sequence[Curve], *, rows: Rows, lower: FloatArray, upper: FloatArray) -> None:
        self.curves = tuple(curves)
        self.rows = rows
        self.lower, self.upper = rows.tighten(lower, upper, budget=math.inf)
        self.table = Majorant(self.curves, lower=self.lower, upper=self.upper)
        self.twins = _twins(self.curves, rows, lower, upper)
        self.worth = float(outcomes(self.curves, self.upper).sum())

    def solve(self, *, budget: float, floor: float, tolerance: float) -> Solution:
        """The plan of greatest outcome - floor * spend within `budget`.

        tolerance: relative to the outcome of the plan. The search stops at its node limit with the gap it could prove.
        Raises: InfeasibleAllocation when the limits leave no plan.
        """
        lower, upper = self.rows.tighten(self.lower, self.upper, budget=budget)
        return _Search(self, budget=budget, floor=floor, tolerance=tolerance).run(Box(lower=lower, upper=upper))


class _Search:
    """One run of the branch and bound."""

    def __init__(self, shared: GroupedSearch, *, budget: float, floor: float, tolerance: float) -> None:
        self.shared, self.table = shared, shared.table.copy()
        self.budget, self.floor, self.tolerance = budget, floor, tolerance
        self.best: FloatArray | None = None
        self.net = -math.inf
        self.outcome = 0.0

    def run(self, root: Box) -> Solution:
        order, nodes, settled = count(), 0, -math.inf
        frontier: list[tuple[float, int, Box, Relaxed]] = []
        children: Sequence[Box] = (root,)
        bound = math.inf
        while True:
            for child in children:
                nodes += 1
                relaxed = self._relax(child)
                if relaxed is None:
                    continue
                if relaxed.bound > self._enough:
                    self._dive(child, relaxed)
                heapq.heappush(frontier, (-min(relaxed.bound, bound), next(order), child, relaxed))
            if self.best is None:
                raise InfeasibleAllocation("The limits leave no plan; widen one of them.")
            bound = max(-frontier[0][0] if frontier else -math.inf, settled)
            if not frontier or bound <= self._enough or nodes >= MOST_NODES:
                return Solution(spend=self.best, net=self.net, bound=max(bound, self.net), nodes=nodes)
            _, _, box, relaxed = heapq.heappop(frontier)
            children = self._halves(box, relaxed)
            if not children:
                settled = max(settled, bound)

    @property
    def _slack(self) -> float:
        return self.tolerance * max(self.outcome, LEAST_OUTCOME * self.shared.worth)

    @property
    def _enough(self) -> float:
        """A bound up to this is within the tolerance."""
        return self.net + self._slack

    def _relax(self, box: Box) -> Relaxed | None:
        """Bound and plan of a box; adds knots until they no longer matter. None when the limits leave no plan."""
        table = self.table
        table.cut_at(box.lower)
        table.cut_at(box.upper)
        bound = math.inf
        while True:
            inside = table.inside(box.lower, box.upper)
            found = self._mix(inside)
            if found is None:
                return None
            mixed, loose = found
            most, unproven = table.most(mixed.prices, inside)
            rounding = 8.0 * EPSILON * (abs(mixed.cost) + float(np.abs(most).sum()))
            bound = min(bound, mixed.cost + float(most.sum()) + rounding)
            wanted = unproven > REFINED * self._slack / len(self.shared.curves)
            if bound <= self._enough or not (wanted.any() and table.refine(self._widest(unproven, wanted))):
                return Relaxed(bound=bound, mixed=mixed, loose=loose)

    def _widest(self, unproven: FloatArray, wanted: BoolArray) -> IntArray:
        """The least proven of the intervals `wanted`, a few of each channel."""
        chosen = np.flatnonzero(wanted)
        channel = self.table.channel[chosen]
        chosen = chosen[np.lexsort((-unproven[chosen], channel))]
        rank = np.arange(len(chosen)) - np.searchsorted(channel, channel)
        return np.sort(chosen[rank < REFINED_AT_ONCE])

    def _mix(self, inside: BoolArray) -> tuple[Mix, FloatArray] | None:
        """The best mix of the knots inside a box, and how far its lines are above the curves, (C,)."""
        table, shared = self.table, self.shared
        mixed = best_mix(
            table.channel[inside],
            table.spend[inside],
            table.value[inside],
            rows=shared.rows,
            budget=self.budget,
            floor=self.floor,
        )
        if mixed is None:
            return None
        reached = outcomes(shared.curves, mixed.spend)
        self._keep(mixed.spend, math.fsum(reached))
        return mixed, np.maximum(mixed.height - reached, 0.0)

    def _keep(self, spend: FloatArray, outcome: float) -> None:
        net = outcome - self.floor * math.fsum(spend)
        if net > self.net:
            self.best, self.net, self.outcome = spend, net, outcome

    def _dive(self, box: Box, relaxed: Relaxed) -> None:
        """Look for a plan without lines: each channel on one moves to the line's nearer end, the rest is solved anew."""
        mixed, loose = relaxed.mixed, relaxed.loose
        for _ in range(MOST_DIVES):
            on_line = loose > DIVES_FROM * self._slack / len(loose)
            if not on_line.any():
                return
            down = mixed.spend - mixed.line_start <= mixed.line_end - mixed.spend
            box = Box(
                lower=np.where(on_line & ~down, mixed.line_end, box.lower),
                upper=np.where(on_line & down, mixed.line_start, box.upper),
            )
            found = self._mix(self.table.inside(box.lower, box.upper))
            if found is None:
                return
            mixed, loose = found

    def _halves(self, box: Box, relaxed: Relaxed) -> tuple[Box, ...]:
        """The box below and above the point where a channel is furthest above its curve.

        Twins are exchangeable, so plans are only looked for in which an earlier twin gets at least as much as a later.
        """
        channel = int(np.argmax(relaxed.loose))
        point = float(relaxed.mixed.spend[channel])
        if float(relaxed.loose.sum()) <= SPLITS_FROM * self._slack:
            return ()
        twins = self.shared.twins[channel]
        upper, lower = box.upper.copy(), box.lower.copy()
        later, earlier = [twin for twin in twins if twin >= channel], [twin for twin in twins if twin <= channel]
        upper[later] = np.minimum(upper[later], point)
        lower[earlier] = np.maximum(lower[earlier], point)
        halves = (Box(lower=box.lower, upper=upper), Box(lower=lower, upper=box.upper))
        return tuple(half for half in halves if np.all(half.lower <= half.upper))


def _twins(curves: Sequence[Curve], rows: Rows, lower: FloatArray, upper: FloatArray) -> tuple[tuple[int, ...], ...]:
    """For each channel, the channels (itself included) with the same curve, limits and groups, in order."""
    keys = [
        (curve, float(low), float(high), rows.members[:, index].tobytes())
        for index, (curve, low, high) in enumerate(zip(curves, lower, upper, strict=True))
    ]
    alike: dict[object, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        alike[key].append(index)
    return tuple(tuple(alike[key]) for key in keys)
