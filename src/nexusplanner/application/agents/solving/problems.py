"""From what is asked to a problem the mathematics can solve, and back to the field at fault when it cannot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np

from nexusplanner.application.agents.gathering.response import ResponseModel
from nexusplanner.domain.campaigns import ChannelLimit, Goal, GroupLimit
from nexusplanner.domain.planning.allocation.groups import Group, InvalidGroup
from nexusplanner.domain.planning.allocation.insight import even_split
from nexusplanner.domain.planning.allocation.problem import AllocationProblem, ChannelProblem, InfeasibleAllocation
from nexusplanner.domain.planning.curves import CurveDraws, FloatArray
from nexusplanner.domain.planning.knots.table import CurveTable
from nexusplanner.domain.planning.knots.tables import table_range, tabulate
from nexusplanner.domain.planning.rounding.units import ceil_units, floor_units
from nexusplanner.domain.shared import Invalid, Money, minor_digits

TRUSTED = 1.5
"""How far beyond the highest week seen a curve is trusted by default: the further out, the less the data says."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is asked of an allocation. weeks: length of the campaign.

    committed: what other campaigns spend in a channel in the same weeks, where they do: the response starts above it.
    """

    budget: Money
    limits: Sequence[ChannelLimit] = ()
    groups: Sequence[GroupLimit] = ()
    goal: Goal = field(default_factory=Goal)
    weeks: float
    committed: Mapping[str, Money] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """An allocation problem in whole minor units of the plan's own money; tuples by channel, in the model's order.

    started: what other campaigns spend already. The problem handed to the mathematics is about all money together, so
    that the response starts where the others leave it.
    """

    terms: Terms
    draws: CurveDraws
    lower: tuple[int, ...]
    upper: tuple[int, ...]
    started: tuple[int, ...]

    @property
    def per_unit(self) -> int:
        """Minor units in one currency unit."""
        return int(10 ** minor_digits(self.terms.budget.currency))

    @property
    def names(self) -> tuple[str, ...]:
        """Channel keys."""
        return self.draws.channels

    @property
    def start(self) -> FloatArray:
        """(C,) other campaigns' money, currency units."""
        return np.array(self.started, dtype=np.float64) / self.per_unit

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Limits on several channels, about all money together."""
        start = dict(zip(self.names, self.start.tolist(), strict=True))
        found = []
        for group in self.terms.groups:
            least, most = group.bounds(self.terms.budget)
            others = sum(start[name] for name in group.channels)
            lower = ceil_units(least * self.per_unit) / self.per_unit + others if least else 0.0
            upper = floor_units(most * self.per_unit) / self.per_unit + others if math.isfinite(most) else most
            found.append(Group(name=group.name, members=group.channels, lower=lower, upper=max(lower, upper)))
        return tuple(found)

    @cached_property
    def problem(self) -> AllocationProblem:
        """About all money together. Raises Invalid (INFEASIBLE_LIMITS) naming the fields at fault."""
        try:
            return AllocationProblem(
                budget=(self.terms.budget.amount + sum(self.started)) / self.per_unit,
                channels=tuple(
                    ChannelProblem(
                        name=name,
                        curve=self.draws.mean_curve(name),
                        lower=(low + start) / self.per_unit,
                        upper=(high + start) / self.per_unit,
                    )
                    for name, low, high, start in zip(self.names, self.lower, self.upper, self.started, strict=True)
                ),
                groups=self.groups,
            )
        except (InfeasibleAllocation, InvalidGroup) as error:
            raise refusal(error, terms=self.terms) from None

    def own(self, amounts: Sequence[int]) -> tuple[int, ...]:
        """All money together (minor units) less what other campaigns spend already."""
        return tuple(amount - start for amount, start in zip(amounts, self.started, strict=True))

    def even(self, spent: int) -> FloatArray:
        """(C,) currency units: `spent` minor units of the plan's own money the same for every channel, in its limits."""
        own = AllocationProblem(
            budget=spent / self.per_unit,
            channels=tuple(
                replace(channel, lower=low / self.per_unit, upper=high / self.per_unit)
                for channel, low, high in zip(self.problem.channels, self.lower, self.upper, strict=True)
            ),
        )
        return np.array(even_split(own).spend)


def ask(model: ResponseModel, *, terms: Terms) -> Asked:
    """The problem of these terms on the model's curves.

    Raises: Invalid (UNKNOWN_CHANNEL, INFEASIBLE_LIMITS) naming the fields at fault.
    """
    _require_known(model.channels, terms=terms)
    limits = {limit.channel: limit for limit in terms.limits}
    usual = usual_maximums(model, terms=terms)
    bounds = [_bounds(limits.get(name), usual=usual[name]) for name in model.channels]
    zero = Money(0, terms.budget.currency)
    return Asked(
        terms=terms,
        draws=model.draws().over(terms.weeks),
        lower=tuple(low for low, _ in bounds),
        upper=tuple(high for _, high in bounds),
        started=tuple(terms.committed.get(name, zero).amount for name in model.channels),
    )


def refusal(error: Invalid, *, terms: Terms) -> Invalid:
    """The same as an error of what was asked, with the limits and groups at fault as fields."""
    at_fault = set(getattr(error, "limits", ()))
    message = "It is part of what no plan can keep: change it, or the budget."
    fields = {f"limits.{index}": message for index, limit in enumerate(terms.limits) if limit.channel in at_fault} | {
        f"groups.{index}": message for index, group in enumerate(terms.groups) if group.name in at_fault
    }
    return Invalid(error.message, fields=fields or {"total_budget": error.message}, code="INFEASIBLE_LIMITS")


def _require_known(channels: Sequence[str], *, terms: Terms) -> None:
    asked: list[tuple[str, tuple[str, ...]]] = [
        (f"limits.{index}", (limit.channel,)) for index, limit in enumerate(terms.limits)
    ]
    asked += [(f"groups.{index}", group.channels) for index, group in enumerate(terms.groups)]
    for where, names in asked:
        for name in names:
            if name not in channels:
                raise Invalid(
                    f"The plan has no channel {name!r}. It has: {', '.join(channels)}.",
                    fields={where: f"No channel {name} in this plan."},
                    code="UNKNOWN_CHANNEL",
                )
    for index, group in enumerate(terms.groups):
        if group.name in channels:
            raise Invalid(
                f"{group.name!r} is a channel of the plan. Give the group another name.",
                fields={f"groups.{index}": "This is a channel's name."},
            )


def usual_maximums(model: ResponseModel, *, terms: Terms) -> Mapping[str, int]:
    """What a channel may get unless somebody says otherwise, in minor units.

    A measured curve is trusted up to `TRUSTED` times the highest week seen, other campaigns' money included. When such
    caps cannot hold the budget or the minimum of a group, or a channel has no history, the budget itself is the cap.
    """
    budget, unit = terms.budget.amount, 10 ** minor_digits(terms.budget.currency)
    caps = {}
    for curve in model.curves:
        started = terms.committed.get(curve.channel, Money(0, terms.budget.currency)).amount
        trusted = floor_units(TRUSTED * curve.spend_seen * terms.weeks * unit) - started if curve.spend_seen else budget
        caps[curve.channel] = min(budget, max(trusted, 0))
    if sum(caps.values()) < budget:
        return dict.fromkeys(caps, budget)
    for group in terms.groups:
        if group.bounds(terms.budget)[0] * unit > sum(caps[name] for name in group.channels):
            caps |= dict.fromkeys(group.channels, budget)
    return caps


def _bounds(limit: ChannelLimit | None, *, usual: int) -> tuple[int, int]:
    if limit is None:
        return 0, usual
    if limit.lock is not None:
        return limit.lock.amount, limit.lock.amount
    lower = limit.minimum.amount if limit.minimum else 0
    return lower, limit.maximum.amount if limit.maximum else max(lower, usual)


def table_of(draws: CurveDraws, *, budget: Money, start: FloatArray) -> CurveTable:
    """The curves of totals as a table that holds the budget in any one channel, on top of `start` (C,) major units.

    A page and its server make the same from the same curves, also for slightly different budgets. The last few tables
    are kept, since a planner tries one set of curves many times.
    """
    upper = table_range(draws, at_least=budget.major + start)
    return _tabulated(
        draws.channels,
        draws.scale.shape,
        tuple(array.tobytes() for array in (draws.scale, draws.half, draws.slope)),
        tuple(upper.tolist()),
        int(10 ** minor_digits(budget.currency)),
    )


@lru_cache(maxsize=16)
def _tabulated(
    channels: tuple[str, ...],
    shape: tuple[int, int],
    arrays: tuple[bytes, ...],
    upper: tuple[float, ...],
    per_unit: int,
) -> CurveTable:
    scale, half, slope = (np.frombuffer(array).reshape(shape) for array in arrays)
    draws = CurveDraws(channels=channels, scale=scale, half=half, slope=slope, retention=np.zeros(shape))
    return tabulate(draws, upper=np.array(upper), minor_per_unit=per_unit)
