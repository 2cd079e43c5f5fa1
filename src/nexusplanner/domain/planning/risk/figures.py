"""Figures of risk from paired draws of outcomes."""

from __future__ import annotations

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.result import interval
from nexusplanner.domain.shared import Estimate, Invalid

ROUNDING = 1e-9
"""Shares are compared up to this: 0.1 * 30 draws is three draws, whatever the binary fractions say."""

NEGLIGIBLE = 1e-6
"""Weights below this share of the largest are left out."""


class InvalidRisk(Invalid):
    """The draws or the level cannot be used; the message says why."""

    code = "INVALID_RISK"


def tail_mean(outcomes: FloatArray, *, level: float) -> float:
    """Mean of the worst `level` share of the draws (S,): the conditional value at risk (CVaR) of the lower tail.

    With k = level * S, the floor(k) smallest draws count fully and the next one with the fraction left, so that the
    weights add to k: max over t of t - mean(max(t - outcome, 0)) / level (Rockafellar and Uryasev 2000). level in
    (0, 1]; 1 gives the mean. Raises: InvalidRisk.
    """
    return float(tail_weights(outcomes, level=level) @ np.asarray(outcomes, dtype=np.float64))


def tail_weights(outcomes: FloatArray, *, level: float) -> FloatArray:
    """Weights (S,) of `tail_mean`: each 0 to 1 / (level * S), adding to 1, on the smallest draws (S,)."""
    _check(outcomes, level=level)
    count = level * len(outcomes)
    order = np.argsort(outcomes, kind="stable")
    weights = np.empty(len(outcomes))
    weights[order] = np.clip(count - np.arange(len(outcomes)), 0.0, 1.0)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def admissible(weights: FloatArray, *, level: float) -> FloatArray:
    """Weights (S,) near the given ones under which no weighted mean lies below the tail mean.

    They are 0 to 1 / (level * S) and add to 1: what is above the cap goes to the draws that have weight and room, if
    that does not suffice to all. weights: >= 0, not all 0. Raises: InvalidRisk.
    """
    _check(weights, level=level)
    if np.any(weights < 0) or not weights.sum() > 0:
        raise InvalidRisk("Weights must be 0 or more, and not all 0.")
    cap = max(1.0 / (level * len(weights)), 1.0 / len(weights))
    given = np.where(weights > NEGLIGIBLE * weights.max(), weights, 0.0)
    kept = np.minimum(given / given.sum(), cap)
    for takers in (given > 0, np.ones(len(given), dtype=bool)):
        room = np.where(takers, cap - kept, 0.0)
        lack = 1.0 - kept.sum()
        if lack > 0 and room.sum() > 0:
            kept = np.minimum(kept + room * min(lack / room.sum(), 1.0), cap)
    return np.asarray(kept, dtype=np.float64)


def quantile(outcomes: FloatArray, *, level: float) -> float:
    """The k-th smallest of the draws (S,), k = ceil(level * S), not interpolated.

    It is the least outcome that a share of `level` of the draws does not exceed. level in (0, 1]. Raises: InvalidRisk.
    """
    _check(outcomes, level=level)
    return float(np.partition(outcomes, rank(len(outcomes), level=level))[rank(len(outcomes), level=level)])


def rank(draws: int, *, level: float) -> int:
    """Position, from 0, of the quantile among sorted draws: ceil(level * draws) - 1."""
    return max(int(np.ceil(level * draws - ROUNDING)) - 1, 0)


def chance_to_beat(first: FloatArray, *, second: FloatArray) -> float:
    """Share of draws in which `first` (S,) brings more than `second` (S,); a tie counts half.

    Draws are paired: position i of both belongs to the same state of the world. Raises: InvalidRisk.
    """
    _check_pair(first, second)
    return float(np.mean((first > second) + 0.5 * (first == second)))


def paired_difference(first: FloatArray, *, second: FloatArray) -> Estimate:
    """Mean and 90 % interval of first - second, draw by draw (S,). Raises: InvalidRisk."""
    _check_pair(first, second)
    return interval(np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64))


def clear_difference(first: FloatArray, *, second: FloatArray) -> bool:
    """Whether the 90 % interval of the paired difference leaves out 0. Raises: InvalidRisk."""
    difference = paired_difference(first, second=second)
    return not difference.low <= 0.0 <= difference.high


def _check(outcomes: FloatArray, *, level: float) -> None:
    if np.ndim(outcomes) != 1 or not len(outcomes) or not np.all(np.isfinite(outcomes)):
        raise InvalidRisk("Give one finite outcome per draw, at least one.")
    if not 0 < level <= 1:
        raise InvalidRisk(f"The level must be above 0 and at most 1, not {level!r}.")


def _check_pair(first: FloatArray, second: FloatArray) -> None:
    _check(first, level=1.0)
    _check(second, level=1.0)
    if len(first) != len(second):
        raise InvalidRisk(f"Draws must be paired; found {len(first)} and {len(second)}.")
