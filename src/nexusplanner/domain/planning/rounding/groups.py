"""Whole minor units that also keep the limits of groups."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.allocation.linear import cheapest_choice
from nexusplanner.domain.planning.allocation.problem import InfeasibleAllocation
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.rounding.units import ceil_units, floor_units

REACHES = (0, 1, 3, 10)
"""Minor units beyond the next whole ones that amounts may move, tried in turn."""

MORE = 10.0
"""What a unit more in total is worth; any step moves an amount by one unit of distance at most."""


@dataclass(frozen=True, kw_only=True)
class WholeGroup:
    """Limits on the sum of some amounts, by their positions; `most` may be infinite."""

    members: tuple[int, ...]
    least: float
    most: float


def round_in_groups(
    amounts: Sequence[float],
    *,
    total: int,
    lower: Sequence[int],
    upper: Sequence[int],
    groups: Sequence[WholeGroup],
    least_total: int | None = None,
) -> tuple[int, ...]:
    """Whole numbers close to `amounts` that sum to `total`, each inside its limits and every group inside its own.

    They are those of least total distance among the whole numbers next to the amounts; where none of these fit, amounts
    may move a little further. With `least_total` the sum is the largest between it and `total` that fits. Limits of
    groups that are not whole are narrowed. Raises: InfeasibleAllocation.
    """
    wanted = np.asarray(amounts, dtype=np.float64)
    floors = np.array([floor_units(amount) for amount in amounts], dtype=np.float64)
    rows = np.zeros((len(groups) + 1, len(wanted)))
    rows[0] = 1.0
    least, most = [float(total if least_total is None else least_total)], [float(total)]
    for row, group in zip(rows[1:], groups, strict=True):
        row[list(group.members)] = 1.0
        least.append(ceil_units(group.least))
        most.append(floor_units(group.most) if math.isfinite(group.most) else math.inf)
    for reach in REACHES:
        low = np.maximum(floors - reach, lower)
        high = np.minimum(floors + 1 + reach, upper)
        if np.all(low <= high):
            found = _nearest(wanted, low=low, high=high, rows=rows, least=least, most=most)
            if found is not None:
                return found
    raise InfeasibleAllocation("No whole amounts keep all limits of channels and groups; widen one of them a little.")


def _nearest(
    wanted: FloatArray, *, low: FloatArray, high: FloatArray, rows: FloatArray, least: list[float], most: list[float]
) -> tuple[int, ...] | None:
    """The largest sum, then the least total distance: amounts rise one by one from `low`, each step at its own price."""
    steps = (high - low).astype(int)
    owner = np.repeat(np.arange(len(wanted)), steps)
    nth = np.concatenate([np.arange(count) for count in steps]) if steps.sum() else np.zeros(0)
    prices = np.abs(low[owner] + nth + 1 - wanted[owner]) - np.abs(low[owner] + nth - wanted[owner])
    base = rows @ low
    if not owner.size:
        fits = np.all(base >= least) and np.all(base <= most)
        return tuple(int(amount) for amount in low) if fits else None
    chosen = cheapest_choice(
        prices - MORE, rows=rows[:, owner], least=np.array(least) - base, most=np.array(most) - base
    )
    if chosen is None:
        return None
    raised = np.bincount(owner, weights=chosen, minlength=len(wanted))
    return tuple(int(amount) for amount in low + raised)
