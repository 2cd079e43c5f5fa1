"""Boxes of plans that are split, the most promising first, until their bounds say enough."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

from nexusplanner.domain.planning.allocation.problem import InfeasibleAllocation
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.risk.problem import halves


@dataclass(frozen=True, kw_only=True, eq=False)
class Box:
    """Plans (C,) from lower to upper, a bound on what they are worth, and where to split them (None: nowhere)."""

    lower: FloatArray
    upper: FloatArray
    bound: float
    split: tuple[int, float] | None


B = TypeVar("B", bound=Box)


def search(
    root: B, *, relax: Callable[[B, FloatArray, FloatArray], B], enough: Callable[[], float], more: Callable[[], bool]
) -> float:
    """Split boxes until the greatest bound is `enough()` or there is no `more()`; the greatest bound that remains.

    relax: bounds the part of a box between two corners; it raises InfeasibleAllocation where no plan keeps all limits.
    """
    order, closed = count(), -math.inf
    boxes = [(-root.bound, next(order), root)]
    while boxes and boxes[0][2].bound > enough() and more():
        box = heapq.heappop(boxes)[2]
        if box.split is None:
            closed = max(closed, box.bound)
            continue
        for lower, upper in halves(box.lower, box.upper, *box.split):
            try:
                half = relax(box, lower, upper)
            except InfeasibleAllocation:
                continue
            heapq.heappush(boxes, (-half.bound, next(order), half))
    return max(boxes[0][2].bound if boxes else -math.inf, closed)
