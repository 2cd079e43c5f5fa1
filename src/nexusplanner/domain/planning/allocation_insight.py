"""What surrounds an allocation: what the next amount brings, what a limit costs, what simpler splits would reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.allocation import allocate
from nexusplanner.domain.planning.allocation_node import fill
from nexusplanner.domain.planning.allocation_problem import InvalidAllocation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nexusplanner.domain.planning.allocation_problem import AllocationProblem, AllocationResult, ChannelProblem
    from nexusplanner.domain.planning.curves import FloatArray


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """How the plan's outcome would change with money and limits, in the objective's units.

    step: currency units. next_step: by channel, outcome of `step` more in that channel on top of the plan. budget: gain
    of `step` more budget, spent in the best way. limit: by channel standing on its maximum, gain of raising that maximum
    (of a lock, the locked amount) by `step` at the same budget; negative where a lock would take the money from better
    uses.
    """

    step: float
    next_step: Mapping[str, float]
    budget: float
    limit: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Split:
    """A simple way to divide the budget and what the objective gives for it."""

    spend: tuple[float, ...]
    value: float


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Simple splits of the same budget inside the same limits, in the same objective as the plan."""

    even: Split
    proportional: Split | None


def sensitivity(problem: AllocationProblem, result: AllocationResult, *, step: float = 1_000.0) -> Sensitivity:
    """What `step` more is worth: in each channel, in the budget, and in every maximum or lock that binds.

    Limits and budget are valued by solving the changed problem. A lock that can no longer be afforded is left out.
    Raises: InvalidAllocation when `step` is not positive.
    """
    if not step > 0:
        raise InvalidAllocation(f"The step must be above 0, not {step!r}.")
    spend = np.array(result.spend)
    now = problem.outcomes(spend)
    then = problem.outcomes(spend + step)
    gains = {name: float(gain) for name, gain in zip(result.names, then - now, strict=True)}
    more = allocate(replace(problem, budget=problem.budget + step))
    limit = {}
    for name, kind in result.binding:
        if kind == "min" or (kind == "lock" and sum(problem.lower) + step > problem.budget):
            continue
        raised = allocate(_raise_limit(problem, name, step=step, lock=kind == "lock"))
        limit[name] = raised.value - result.value if kind == "lock" else max(raised.value - result.value, 0.0)
    return Sensitivity(step=step, next_step=gains, budget=max(more.value - result.value, 0.0), limit=limit)


def _raise_limit(problem: AllocationProblem, name: str, *, step: float, lock: bool) -> AllocationProblem:
    def raised(channel: ChannelProblem) -> ChannelProblem:
        lower = channel.lower + step if lock else channel.lower
        return replace(channel, lower=lower, upper=channel.upper + step)

    channels = tuple(raised(channel) if channel.name == name else channel for channel in problem.channels)
    return replace(problem, channels=channels)


def compare_splits(problem: AllocationProblem, *, weights: Sequence[float] | None = None) -> Comparison:
    """The even split and, when `weights` are given (such as last year's spend), the proportional one.

    Both are moved into the limits and spend what the limits allow. weights: one number >= 0 per channel, not all 0.
    Raises: InvalidAllocation for other weights.
    """
    even = _split(problem, weights=np.ones(len(problem.channels)))
    if weights is None:
        return Comparison(even=even, proportional=None)
    shares = np.array(weights, dtype=np.float64)
    if (
        shares.shape != (len(problem.channels),)
        or not np.all(np.isfinite(shares))
        or shares.min() < 0
        or not shares.any()
    ):
        raise InvalidAllocation("Give one weight per channel, each 0 or more and not all 0.")
    return Comparison(even=even, proportional=_split(problem, weights=shares))


def _split(problem: AllocationProblem, *, weights: FloatArray) -> Split:
    """clip(t * weights, lower, upper) with the t at which the budget is used; limits then take what weights cannot."""
    lower, upper = problem.lower, problem.upper
    positive = weights > 0
    low, high = 0.0, float((upper[positive] / weights[positive]).max())
    for _ in range(200):
        middle = 0.5 * (low + high)
        if np.clip(middle * weights, lower, upper).sum() > problem.budget:
            high = middle
        else:
            low = middle
    spend = fill(np.clip(low * weights, lower, upper), lower=lower, upper=upper, budget=problem.budget)
    return Split(spend=tuple(float(amount) for amount in spend), value=problem.value(spend))
