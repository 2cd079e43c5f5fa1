"""The best split of whole minor units over tabulated curves: hulls sorted once, a search per budget, splits where needed.

Because knots and limits are whole minor units, the greedy plan on the hulls is whole too: nothing is rounded. Where it
leaves a channel between two corners of its hull, the curve may lie below the hull; then that channel's range is split
there, best bound first (at most one channel is left so: Shapley-Folkman). Every number is made by + - * / and comparisons in a fixed
order, and the browser does the same: both get the same cents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.knots.hull import Hull, TableRow, between, hull

CLOSED = 1e-12
"""A bound this share above the best plan is that plan, but for rounding."""
CHEAP_NODES = 200
"""From here on a plan within `NEAR` of the bound will do: many like channels can be tried in very many ways."""
NEAR = 1e-8
MOST_NODES = 1_000


@dataclass(frozen=True, kw_only=True)
class TableAllocation:
    """The best plan of a table and what bounds it.

    amounts: whole minor units by channel. value: the table's outcome there. upper_bound: no plan inside the limits
    reaches more on this table; equal to `value` but for rounding unless the search ended at its node limit. nodes: boxes
    solved.
    """

    amounts: tuple[int, ...]
    value: float
    upper_bound: float
    nodes: int


@dataclass(frozen=True, kw_only=True)
class Split:
    """The channel that is left below its hull, and the spend there."""

    channel: int
    spend: int


@dataclass(frozen=True, kw_only=True)
class Box:
    """Plans with every channel inside its hull's range, and the greedy plan on those hulls.

    split: where the plan lies below its hull, None when it is the best of the box.
    """

    hulls: tuple[Hull, ...]
    plan: tuple[int, ...]
    bound: float
    split: Split | None


class TableAllocator:
    """Rows with limits, ready to be asked for any budget.

    lower, upper: (C,) whole minor units, 0 <= lower <= upper, already checked.
    """

    def __init__(self, rows: Sequence[TableRow], *, lower: Sequence[int], upper: Sequence[int]) -> None:
        self._rows = tuple(rows)
        self._lower, self._upper = tuple(lower), tuple(upper)
        self._twins = twins(self._rows, self._lower, self._upper)
        self._hulls = tuple(
            hull(row, low=low, high=high) for row, low, high in zip(self._rows, self._lower, self._upper, strict=True)
        )
        self._order = sorted_segments(self._hulls)

    def best(self, budget: int) -> TableAllocation:
        """The best plan that spends `budget`, or all maximums when they hold less; not below the sum of minimums."""
        if sum(self._upper) <= budget:
            value = self._value(self._upper)
            return TableAllocation(amounts=self._upper, value=value, upper_bound=value, nodes=0)
        root = greedy(self._hulls, budget=budget, order=self._order)
        best, best_value, nodes = root.plan, self._value(root.plan), 1
        open_boxes = [(root, root.split)] if root.split else []
        while open_boxes:
            top = max(range(len(open_boxes)), key=lambda index: (open_boxes[index][0].bound, -index))
            box, split = open_boxes[top]
            target = CLOSED if nodes < CHEAP_NODES else NEAR
            if nodes >= MOST_NODES or box.bound <= best_value + target * best_value:
                return TableAllocation(
                    amounts=best, value=best_value, upper_bound=max(box.bound, best_value), nodes=nodes
                )
            open_boxes.pop(top)
            for hulls in self._halves(box, split):
                if not sum(each.low for each in hulls) <= budget <= sum(each.high for each in hulls):
                    continue
                child = greedy(hulls, budget=budget, order=sorted_segments(hulls))
                nodes += 1
                value = self._value(child.plan)
                if value > best_value:
                    best, best_value = child.plan, value
                if child.split is not None:
                    open_boxes.append((child, child.split))
        return TableAllocation(amounts=best, value=best_value, upper_bound=best_value, nodes=nodes)

    def _value(self, plan: Sequence[int]) -> float:
        total = 0.0
        for row, spend in zip(self._rows, plan, strict=True):
            total += row.value_at(spend)
        return total

    def _halves(self, box: Box, split: Split) -> tuple[tuple[Hull, ...], tuple[Hull, ...]]:
        """Below and above the split. Twins are exchangeable: an earlier one gets at least as much as a later one."""
        below, above = list(box.hulls), list(box.hulls)
        for twin in self._twins[split.channel]:
            old = box.hulls[twin]
            if twin >= split.channel and split.spend < old.high:
                below[twin] = hull(self._rows[twin], low=min(old.low, split.spend), high=split.spend)
            if twin <= split.channel and split.spend > old.low:
                above[twin] = hull(self._rows[twin], low=split.spend, high=max(old.high, split.spend))
        return tuple(below), tuple(above)


@dataclass(frozen=True, kw_only=True)
class Segments:
    """All hull segments, steepest first (of equals the earlier channel): whose they are and where they end in total."""

    channel: np.ndarray
    within: np.ndarray
    ends: np.ndarray


def sorted_segments(hulls: Sequence[Hull]) -> Segments:
    """The merged order of the segments of `hulls`."""
    counts = [len(each.slopes) for each in hulls]
    slopes = np.array([slope for each in hulls for slope in each.slopes], dtype=np.float64)
    spends = [np.array(each.spends, dtype=np.int64) for each in hulls]
    lengths = np.concatenate([np.diff(each) for each in spends])
    order = np.argsort(-slopes, kind="stable")
    within = np.concatenate([np.arange(count) for count in counts])
    return Segments(
        channel=np.repeat(np.arange(len(hulls)), counts)[order],
        within=within[order],
        ends=np.cumsum(lengths[order]),
    )


def greedy(hulls: Sequence[Hull], *, budget: int, order: Segments) -> Box:
    """The best plan on the hulls: the steepest segments first, the last one as far as the budget goes."""
    spare = budget - sum(each.low for each in hulls)
    plan = [each.low for each in hulls]
    values = [each.values[0] for each in hulls]
    split = None
    if spare > 0:
        last = int(np.searchsorted(order.ends, spare, side="left"))
        taken = np.bincount(order.channel[:last], minlength=len(hulls))
        for channel, each in enumerate(hulls):
            corner = int(taken[channel])
            plan[channel], values[channel] = each.spends[corner], each.values[corner]
        channel, corner = int(order.channel[last]), int(order.within[last])
        each = hulls[channel]
        before = int(order.ends[last - 1]) if last else 0
        spend = plan[channel] + (spare - before)
        plan[channel] = spend
        if spend == each.spends[corner + 1]:
            values[channel] = each.values[corner + 1]
        else:
            values[channel] = between(
                each.spends[corner], each.values[corner], each.spends[corner + 1], each.values[corner + 1], spend
            )
            split = None if each.exact[corner] else Split(channel=channel, spend=spend)
    bound = 0.0
    for value in values:
        bound += value
    return Box(hulls=tuple(hulls), plan=tuple(plan), bound=bound, split=split)


def twins(rows: Sequence[TableRow], lower: Sequence[int], upper: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """For each channel, the channels (itself included) with the same row and limits, in order."""
    keys = list(zip(rows, lower, upper, strict=True))
    return tuple(tuple(index for index, other in enumerate(keys) if other == key) for key in keys)
