"""What surrounds an allocation: what the next amount brings, what a limit costs, what simpler splits would reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.allocation.node import fill
from nexusplanner.domain.planning.allocation.problem import InfeasibleAllocation, InvalidAllocation
from nexusplanner.domain.planning.allocation.split import allocate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nexusplanner.domain.planning.allocation.problem import (
        AllocationProblem,
        AllocationResult,
        ChannelProblem,
        Limit,
    )


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """How the plan's outcome would change with money and limits, in the objective's units.

    step: currency units. next_step: by channel, outcome of `step` more in that channel on top of the plan. limit: by
    channel or group standing on its maximum, gain of raising that maximum (of a lock, the locked amount) by `step` at the
    same budget; negative where a lock would take the money from better uses.
    """

    step: float
    next_step: Mapping[str, float]
    limit: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Split:
    """A simple way to divide the budget and what the objective gives for it."""

    spend: tuple[float, ...]
    value: float


def sensitivity(problem: AllocationProblem, result: AllocationResult, *, step: float = 1_000.0) -> Sensitivity:
    """What `step` more is worth: in each channel, and in every maximum or lock that binds.

    Limits are valued by solving the changed problem. A lock that can no longer be afforded is left out.
    Raises: InvalidAllocation when `step` is not positive.
    """
    if not step > 0:
        raise InvalidAllocation(f"The step must be above 0, not {step!r}.")
    spend = np.array(result.spend)
    now = problem.outcomes(spend)
    then = problem.outcomes(spend + step)
    gains = {name: float(gain) for name, gain in zip(result.names, then - now, strict=True)}
    limit = {}
    for name, kind in result.binding:
        changed = _raised(problem, name, kind, step=step)
        if changed is None:
            continue
        gain = allocate(changed).value - result.value
        limit[name] = gain if kind == "lock" else max(gain, 0.0)
    return Sensitivity(step=step, next_step=gains, limit=limit)


def _raised(problem: AllocationProblem, name: str, kind: Limit, *, step: float) -> AllocationProblem | None:
    """The problem with a limit raised by `step`; None for a minimum, and for a lock that the other limits forbid."""
    if kind == "group max":
        groups = tuple(
            replace(group, upper=group.upper + step) if group.name == name else group for group in problem.groups
        )
        return replace(problem, groups=groups)
    if kind not in {"max", "lock"}:
        return None

    def raised(channel: ChannelProblem) -> ChannelProblem:
        lower = channel.lower + step if kind == "lock" else channel.lower
        return replace(channel, lower=lower, upper=channel.upper + step)

    try:
        return replace(
            problem, channels=tuple(raised(each) if each.name == name else each for each in problem.channels)
        )
    except InfeasibleAllocation:
        return None


def even_split(problem: AllocationProblem) -> Split:
    """The same amount for every channel, moved into its limits: clip(t, lower, upper) with the t that uses the budget."""
    lower, upper = problem.lower, problem.upper
    low, high = 0.0, float(upper.max())
    for _ in range(200):
        middle = 0.5 * (low + high)
        if np.clip(middle, lower, upper).sum() > problem.budget:
            high = middle
        else:
            low = middle
    spend = fill(np.clip(low, lower, upper), lower=lower, upper=upper, budget=problem.budget)
    return Split(spend=tuple(float(amount) for amount in spend), value=problem.value(spend))
