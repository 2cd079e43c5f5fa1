"""From mixed plans to one plan: a channel between two plans takes some weeks of the one and the rest of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.flighting.flights import InvalidFlight
from nexusplanner.domain.planning.flighting.polish import Box, Smooth

if TYPE_CHECKING:
    from nexusplanner.domain.planning.curves import FloatArray
    from nexusplanner.domain.planning.flighting.columns import Columns, Split
    from nexusplanner.domain.planning.flighting.problem import BoolArray, FlightProblem
    from nexusplanner.domain.planning.flighting.window import IntArray

NEARLY = 1e-9
CHOICES = 3
"""Plans tried for one split."""
RUNNING = 0.05
"""A week with less than this share of the strongest is not counted as running when plans are told apart."""


def assemble(problem: FlightProblem, smooth: Smooth, columns: Columns, split: Split) -> FloatArray:
    """(CHOICES, C, T) plans in which every channel spends its total of the split, or close to it, the likeliest first."""
    plans = np.empty((CHOICES, len(problem.channels), len(problem.weeks)))
    for channel, (low, high) in enumerate(split.between):
        if low == high:
            plans[:, channel] = columns.plans[channel][low]
            continue
        total = float(split.totals[channel])
        candidates = _candidates(problem, columns, channel, (low, high), total=total)
        spent = candidates.sum(axis=1)
        earned = smooth.of_channel(channel, candidates) - split.prices[channel] * spent
        order = np.lexsort((-earned, spent < total * (1 - NEARLY)))
        plans[:, channel] = candidates[_unlike(candidates, order)]
        if problem.lower[channel] < total < problem.upper[channel]:
            # The other channels can take what this one gives up or needs: often better than a place between its plans.
            ends = np.stack([columns.plans[channel][at] for at in (low, high)])
            within = ends.sum(axis=1) <= problem.upper[channel]
            within &= ends.sum(axis=1) >= problem.lower[channel]
            plans[1:][: len(ends)][within, channel] = ends[within]
    return plans


def _unlike(candidates: FloatArray, order: IntArray) -> IntArray:
    """CHOICES of the candidates in `order`, one for each number of weeks that run; the first again where there are fewer."""
    weeks = (candidates > candidates.max(axis=1, keepdims=True) * RUNNING).sum(axis=1)
    _, first = np.unique(weeks[order], return_index=True)
    chosen = order[np.sort(first)][:CHOICES]
    return np.concatenate([chosen, np.repeat(chosen[:1], CHOICES - len(chosen))])


def box_of(problem: FlightProblem, plan: FloatArray) -> Box:
    """The limits within which `plan` (C, T) may be changed while the weeks that run stay the same."""
    moded = problem.stops_and_starts[:, None]
    runs = plan > 0
    low = np.where(moded, np.where(runs, problem.least_on, 0.0), problem.weekly_lower)
    high = np.where(moded & ~runs, 0.0, problem.weekly_upper)
    upper = np.minimum(problem.upper, high.sum(axis=1))
    lower = np.minimum(np.maximum(problem.lower, low.sum(axis=1)), upper)
    total = min(problem.budget, float(upper.sum()))
    return Box(low=low, high=high, lower=lower, upper=upper, total=total)


def keeps_limits(problem: FlightProblem, channel: int, plans: FloatArray) -> BoolArray:
    """Which of `plans` (N, T) keep the channel's weekly limits and shortest flight."""
    low, high = problem.least_on[channel], problem.weekly_upper[channel]
    runs = plans > 0
    fits = (plans >= low * (1 - NEARLY)) | (~runs & (problem.weekly_lower[channel] <= 0))
    good = np.all(fits & (plans <= high * (1 + NEARLY)), axis=1)
    shortest = problem.channels[channel].shortest
    length = np.zeros(len(plans), dtype=np.intp)
    for week in range(plans.shape[1] + 1):
        running = runs[:, week] if week < plans.shape[1] else np.zeros(len(plans), dtype=bool)
        good &= running | (length == 0) | (length >= shortest)
        length = np.where(running, length + 1, 0)
    return np.asarray(good)


def _candidates(
    problem: FlightProblem, columns: Columns, channel: int, between: tuple[int, int], *, total: float
) -> FloatArray:
    """(N, T) feasible plans of one channel near `total`. Raises: InvalidFlight when none is found."""
    known = columns.plans[channel]
    pair = [known[at] for at in between]
    some = _filled(problem, channel, np.concatenate([_spliced(*pair, total=total), np.stack(known)]), total=total)
    if len(some):
        return some
    every = [_spliced(first, second, total=total) for first in known for second in known]
    some = _filled(problem, channel, np.concatenate(every), total=total)
    if not len(some):
        raise InvalidFlight(
            f"{problem.names[channel]}: no flights that keep the weekly limits and the shortest length were found that"
            f" spend {total:,.2f}; change the total, the least of a week with money, or the shortest length."
        )
    return some


def _spliced(first: FloatArray, second: FloatArray, *, total: float) -> FloatArray:
    """(N, T) some weeks of one plan, then the other's; each of the two; and their mix that spends `total`."""
    weeks = len(first)
    early = np.tri(weeks + 1, weeks, -1, dtype=bool)
    part = (total - first.sum()) / max(second.sum() - first.sum(), 1e-300)
    mixed = first + min(max(part, 0.0), 1.0) * (second - first)
    return np.concatenate([np.where(early, first, second), np.where(early, second, first), mixed[None]])


def _filled(problem: FlightProblem, channel: int, plans: FloatArray, *, total: float) -> FloatArray:
    """`plans` (N, T) moved towards `total` in the weeks that run; only those that keep every limit and do not pass it."""
    runs = plans > 0
    low = np.where(runs, problem.least_on[channel], 0.0)
    high = np.where(runs, problem.weekly_upper[channel], 0.0)
    missing = total - plans.sum(axis=1, keepdims=True)
    room = np.where(missing > 0, high - plans, plans - low)
    share = np.clip(np.abs(missing) / np.maximum(room.sum(axis=1, keepdims=True), 1e-300), 0.0, 1.0)
    plans = plans + np.sign(missing) * share * room
    totals = plans.sum(axis=1)
    inside = (totals <= total * (1 + NEARLY)) & (totals >= problem.lower[channel] * (1 - NEARLY))
    plans = plans[inside]
    return plans[keeps_limits(problem, channel, plans)]
