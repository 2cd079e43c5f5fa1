"""What the search for the best allocation and its relaxations share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from nexusplanner.domain.planning.curves import FloatArray


@dataclass(frozen=True, kw_only=True)
class Node:
    """A box of plans: lower <= spend <= upper, both (C,). price: where to begin the search for the multiplier."""

    lower: FloatArray
    upper: FloatArray
    price: float | None = None


@dataclass(frozen=True, kw_only=True)
class Relaxed:
    """What a relaxation knows about a node.

    bound: no plan in the node exceeds it. price: the multiplier of the budget. plans: feasible plans, each (C,).
    split: channel and spend at which to divide the node; None when a division would not tighten the bound.
    """

    bound: float
    price: float
    plans: tuple[FloatArray, ...]
    split: tuple[int, float] | None


class Relaxation(Protocol):
    """Bounds and plans for nodes of one problem.

    cheap_gap: relative gap at which a node's bound usually arrives without further splitting.
    """

    cheap_gap: float

    def relax(self, node: Node, *, cutoff: float) -> Relaxed:
        """Bound, plans and split of `node`; a bound up to `cutoff` settles it, and good plans need not be looked for."""
        ...

    def value(self, spend: FloatArray) -> float:
        """The objective at `spend` (C,)."""
        ...


def fill(spend: FloatArray, *, lower: FloatArray, upper: FloatArray, budget: float) -> FloatArray:
    """`spend` moved the least way into the limits so that it sums to `budget` (or to the sum of `upper` if that is less).

    Channels strictly between their limits move first, so that those on a limit stay there when they can. spend, lower, upper: (C,) currency units; the sum of lower must not exceed the budget.
    """
    plan = np.minimum(np.maximum(spend, lower), upper)
    inside = (plan > lower) & (plan < upper)
    for movable in (inside, np.ones_like(inside), np.ones_like(inside)):
        left = budget - float(plan.sum())
        room = np.where(movable, upper - plan if left > 0 else plan - lower, 0.0)
        total = float(room.sum())
        if left == 0:
            break
        if total > 0:
            plan = np.minimum(np.maximum(plan + room * max(-1.0, min(1.0, left / total)), lower), upper)
    return plan
