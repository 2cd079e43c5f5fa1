"""Random allocation problems with limits on groups, and what a whole-number programme proves about them.

Curves and limits of channels are those of `allocation_family`; "mixed" takes each channel from either shape. Groups are
random sets of channels that overlap, limited in currency units or in shares of the budget; limits are drawn around a
random plan, so that one exists.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from benchmarks.allocation_family import family_problem
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from nexusplanner.domain.planning.allocation.groups import Group
from nexusplanner.domain.planning.allocation.problem import AllocationProblem
from nexusplanner.domain.planning.curves import FloatArray, HillCurve

Family = Literal["concave", "s-shaped", "mixed"]


def grouped_problem(
    rng: np.random.Generator, *, channels: int, groups: int, family: Family, shares: bool
) -> AllocationProblem:
    """One problem; with `shares` the groups are limited to shares of the budget."""
    concave = family_problem(rng, channels=channels, shape="concave", bounds="wide")
    curved = family_problem(rng, channels=channels, shape="s-shaped", bounds="wide")
    first, second = {"concave": (concave, concave), "s-shaped": (curved, curved), "mixed": (concave, curved)}[family]
    half = channels // 2
    base = AllocationProblem(budget=first.budget, channels=(*first.channels[:half], *second.channels[half:]))
    plan = base.upper * rng.random(channels)
    plan *= min(1.0, base.budget / plan.sum())
    names = tuple(channel.name for channel in base.channels)
    limited = []
    for index in range(groups):
        size = int(rng.integers(1, max(2, channels // 2) + 1))
        chosen = rng.choice(channels, size, replace=False)
        members = tuple(names[each] for each in sorted(chosen))
        share = float(plan[chosen].sum()) / base.budget
        least = share * rng.uniform(0.3, 1.0) if rng.random() < 0.6 else 0.0
        most = min(share * rng.uniform(1.0, 1.5), 1.0) if rng.random() < 0.8 else None
        name = f"group {index + 1}"
        if shares:
            group = Group.of_shares(name, members, minimum_share=least, maximum_share=most, budget=base.budget)
        else:
            most_money = np.inf if most is None else most * base.budget
            group = Group(name=name, members=members, lower=least * base.budget, upper=float(most_money))
        limited.append(group)
    return replace(base, groups=tuple(limited))


@dataclass(frozen=True, kw_only=True)
class MilpCheck:
    """What a piecewise-linear programme knows: `value` of a real plan it found, and `bound`, which no plan exceeds."""

    value: float
    bound: float


def milp_check(problem: AllocationProblem, *, pieces: int, gap: float, seconds: float = 20.0) -> MilpCheck:
    """Replace every Hill by a piecewise-linear function above it and solve with whole numbers.

    On each piece the function is the chord, raised by how much the curve rises above the chord there (found on a grid of
    the piece, with what the grid can miss added from the end slopes). Knows nothing of hulls, prices or boxes.
    """
    columns, raised = [], []
    for channel in problem.channels:
        assert isinstance(channel.curve, HillCurve)
        knots = channel.lower + (channel.upper - channel.lower) * np.linspace(0.0, 1.0, pieces + 1) ** 2
        columns.append((knots, np.asarray(channel.curve.value(knots))))
        raised.append(_rise_above_chords(channel.curve, knots))
    answer = _solve(problem, columns, raised, gap=gap, seconds=seconds)
    plan = answer.x[-len(problem.channels) :]
    return MilpCheck(value=problem.value(_inside(problem, plan)), bound=float(-answer.mip_dual_bound))


def _rise_above_chords(curve: HillCurve, knots: FloatArray) -> FloatArray:
    part = np.linspace(0.0, 1.0, 65)
    at = knots[:-1, None] + np.diff(knots)[:, None] * part
    values = np.asarray(curve.value(at))
    chord = values[:, :1] + (values[:, -1:] - values[:, :1]) * part
    return np.asarray((values[:, 1:] - chord[:, :-1]).max(axis=1).clip(min=0.0))


def _inside(problem: AllocationProblem, plan: FloatArray) -> FloatArray:
    return np.asarray(np.clip(plan, problem.lower, problem.upper))


def _solve(
    problem: AllocationProblem,
    columns: list[tuple[FloatArray, FloatArray]],
    raised: list[FloatArray],
    *,
    gap: float,
    seconds: float,
) -> object:
    """Per piece a share in [0, 1] times whether it is the chosen one; exactly one piece of each channel is chosen."""
    count, pieces = len(columns), len(raised[0])
    size = 2 * count * pieces + count
    unit, worth = problem.budget, problem.value(problem.upper)
    cost = np.zeros(size)
    rows, cols, data, low, high = [], [], [], [], []
    row = 0

    def add(entries: list[tuple[int, float]], least: float, most: float) -> None:
        nonlocal row
        for column, number in entries:
            rows.append(row)
            cols.append(column)
            data.append(number)
        low.append(least)
        high.append(most)
        row += 1

    for channel, ((knots, values), rises) in enumerate(zip(columns, raised, strict=True)):
        start = channel * pieces
        total = 2 * count * pieces + channel
        chosen = [count * pieces + start + piece for piece in range(pieces)]
        add([(each, 1.0) for each in chosen], 1.0, 1.0)
        spend: list[tuple[int, float]] = [(total, -1.0)]
        for piece in range(pieces):
            part = start + piece
            add([(part, 1.0), (chosen[piece], -1.0)], -np.inf, 0.0)
            spend += [
                (part, float(knots[piece + 1] - knots[piece]) / unit),
                (chosen[piece], float(knots[piece]) / unit),
            ]
            cost[part] = -(values[piece + 1] - values[piece]) / worth
            cost[chosen[piece]] = -(values[piece] + rises[piece]) / worth
        add(spend, 0.0, 0.0)
    totals = {item.name: 2 * count * pieces + index for index, item in enumerate(problem.channels)}
    add([(column, 1.0) for column in totals.values()], -np.inf, 1.0)
    for group in problem.groups:
        add([(totals[name], 1.0) for name in group.members], group.lower / unit, group.upper / unit)
    whole = np.zeros(size)
    whole[count * pieces : 2 * count * pieces] = 1
    upper = np.ones(size)
    upper[-count:] = np.inf
    matrix = coo_array((data, (rows, cols)), shape=(row, size)).tocsr()
    answer = milp(
        cost,
        integrality=whole,
        bounds=Bounds(np.zeros(size), upper),
        constraints=LinearConstraint(matrix, low, high),
        options={"mip_rel_gap": gap, "time_limit": seconds},
    )
    answer.x[-count:] *= unit
    answer.mip_dual_bound *= worth
    return answer
