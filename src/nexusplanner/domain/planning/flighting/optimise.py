"""The best weeks for a budget over channels, with a proof of how good they are.

A price on the budget (and on every channel's total that a limit holds) makes the channels independent; one exact dynamic
programme per channel then finds its best weeks at that price and bounds what any weeks could earn. Prices come from
mixing the plans found so far (Dantzig and Wolfe 1960); a first look on few knots finds them, one on many knots proves them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.allocation.problem import InvalidAllocation, relative_gap
from nexusplanner.domain.planning.flighting.assemble import assemble, box_of, keeps_limits
from nexusplanner.domain.planning.flighting.columns import Columns, Proof, proven_bound
from nexusplanner.domain.planning.flighting.flights import InvalidFlight
from nexusplanner.domain.planning.flighting.knots import KnotTable
from nexusplanner.domain.planning.flighting.polish import Smooth, polish
from nexusplanner.domain.planning.flighting.problem import FlightProblem, FlightResult
from nexusplanner.domain.planning.flighting.programme import Programme

if TYPE_CHECKING:
    from nexusplanner.domain.planning.curves import FloatArray
    from nexusplanner.domain.planning.flighting.problem import FlightLimit

DEFAULT_TOLERANCE = 1e-3
KNOTS = 256
COARSER = 4
MOST_KNOTS = 1024
STALLED = 0.9
"""A proof that leaves more than this share of the gap is the last on its knots."""
LOOSE = 0.25
"""Knots are doubled when the programmes' allowances are at least this share of the gap."""
ROUNDING = 1e-9
SAME = 1e-12
AT_LIMIT = 1e-7
FIRST_FACTORS = (0.7, 0.85, 1.0, 1.2, 1.45)
NEXT_FACTORS = (0.97, 1.0, 1.03)
STEADY_LEVELS = 16


def optimise_flights(problem: FlightProblem, *, tolerance: float = DEFAULT_TOLERANCE) -> FlightResult:
    """The weekly plan of greatest outcome, with a proven bound; proven to `tolerance` (relative) where that is possible.

    Spends the whole budget when the limits allow it. The certificate covers the problem as stated; with few weeks and
    channels, or shortest flights, what no price can separate stays in the gap, and the result carries the gap it could
    prove. Raises: InvalidAllocation when `tolerance` is not in (0, 1); InvalidFlight when the limits allow no plan.
    """
    if not 0 < tolerance < 1:
        raise InvalidAllocation(f"The tolerance must be between 0 and 1, not {tolerance!r}.")
    return _Search(problem, tolerance=tolerance).run()


class _Search:
    def __init__(self, problem: FlightProblem, *, tolerance: float) -> None:
        self.problem, self.tolerance = problem, tolerance
        rates = (problem.weekly_upper + problem.beside) / problem.lengths[: len(problem.weeks)]
        self.reach = np.maximum(np.maximum(rates.max(axis=1), problem.before), 1e-9 * max(problem.budget, 1e-9))
        self.columns = Columns(problem.names, budget=problem.budget, lower=problem.lower, upper=problem.upper)
        self.proofs: list[Proof] = []
        self.tried: list[float] = [0.0]
        self.best, self.best_value, self.bound = np.zeros(problem.weekly_upper.shape), -math.inf, math.inf
        self.rounds = 0
        self._tabulate(KNOTS)

    def _tabulate(self, knots: int) -> None:
        curves = [channel.curve for channel in self.problem.channels]
        self.table = KnotTable.of(curves, reach=self.reach, count=knots)
        self.smooth = Smooth(self.problem, self.table)
        self.fine = self._programmes(self.table)

    def _programmes(self, table: KnotTable) -> list[Programme]:
        moded = self.problem.stops_and_starts
        parts = [np.flatnonzero(~moded), np.flatnonzero(moded)]
        return [Programme(self.problem, table.rows(rows), rows=rows) for rows in parts if rows.size]

    def run(self) -> FlightResult:
        only = _only_plan(self.problem)
        if only is not None:
            self.best, self.best_value = only, self.problem.value(only)
            self.bound = self.best_value
            self.columns.add(only[None], self.smooth.by_channel(only)[None])
            return self._result()
        self._first_look()
        knots, before = KNOTS, math.inf
        while True:
            loose = self._prove()
            gap = relative_gap(value=self.best_value, upper_bound=self.bound)
            if gap <= self.tolerance:
                return self._result()
            if not gap < STALLED * before:
                if loose < LOOSE * (self.bound - self.best_value) or knots >= MOST_KNOTS:
                    return self._result()
                knots *= 2
                self._tabulate(knots)
            before = gap

    def _first_look(self) -> None:
        """Plans to start from, and prices close to the right ones, on few knots."""
        self._add_steady()
        coarse = self._programmes(self.table.coarser(COARSER))
        for factors in (FIRST_FACTORS, NEXT_FACTORS):
            prices = self.columns.split().prices
            finite = np.where(np.isfinite(prices), prices, 0.0)
            self._sweep(coarse, np.array(factors)[:, None] * finite)

    def _add_steady(self) -> None:
        """Plans with the same rate every week, as far as the weekly limits allow, from least to most."""
        problem = self.problem
        lengths = problem.lengths[: len(problem.weeks)]
        levels = np.concatenate([[0.0], np.geomspace(1e-3, 1.0, STEADY_LEVELS)])[:, None, None]
        rates = levels * self.reach[:, None] * lengths
        spend = np.clip(rates, problem.weekly_lower, problem.weekly_upper)
        values = self.smooth.by_channel(spend)
        for channel in range(len(problem.channels)):
            good = keeps_limits(problem, channel, spend[:, channel])
            self.columns.add_channel(channel, spend[good, channel], values[good, channel])
        steep = 2.0 * max(float(values.max()), 1e-300) / max(problem.budget, 1e-300)
        if problem.stops_and_starts.any():
            extreme = np.array([1e3, -1e3])[:, None] * np.full(len(problem.channels), steep)
            self._sweep(self._programmes(self.table.coarser(COARSER)), extreme)

    def _sweep(self, programmes: list[Programme], prices: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(P, C) bounds on what the channels earn above the prices, and what the plans found, which are kept, earn."""
        problem = self.problem
        spend = np.empty((len(prices), *self.best.shape))
        bound = np.empty(prices.shape)
        for programme in programmes:
            swept = programme.sweep(prices[:, programme.rows])
            spend[:, programme.rows], bound[:, programme.rows] = swept.spend, swept.bound
        spend = np.clip(spend, 0.0, problem.weekly_upper)
        values = self.smooth.by_channel(spend)
        self.columns.add(spend, values)
        self.rounds += 1
        return bound, values - prices * spend.sum(axis=2)

    def _prove(self) -> float:
        """One sweep on all knots at the current prices: a better plan and a better bound; what the knots leave open."""
        problem = self.problem
        split = self.columns.split()
        prices = np.where(np.isfinite(split.prices), split.prices, split.price)
        bound, earned = (part[0] for part in self._sweep(self.fine, prices[None]))
        counted = (
            np.abs(bound) + problem.alone.sum(axis=1) + np.abs(prices) * (problem.upper + problem.beside.sum(axis=1))
        )
        allowance = ROUNDING * counted
        self.proofs.append(Proof(prices=prices, bound=bound + allowance))
        split = self.columns.split()
        self.tried += [split.price, float(np.median(prices))]
        self.bound = proven_bound(
            self.proofs, self.tried, budget=problem.budget, lower=problem.lower, upper=problem.upper
        )
        for plan in assemble(problem, self.smooth, self.columns, split):
            self._consider(polish(self.smooth, plan, box_of(problem, plan)))
            if relative_gap(value=self.best_value, upper_bound=self.bound) <= self.tolerance:
                break
        return float((bound - earned).sum())

    def _consider(self, plan: FloatArray) -> None:
        """Keep `plan` if it is the best; from then on, each channel's better weeks where both spend the same on it."""
        earned = self.smooth.by_channel(plan)
        self.columns.add(plan[None], earned[None])
        if math.isfinite(self.best_value):
            same = np.abs(plan.sum(axis=1) - self.best.sum(axis=1)) <= SAME * plan.sum(axis=1)
            better = same & (earned < self.smooth.by_channel(self.best))
            plan = np.where(better[:, None], self.best, plan)
        value = self.problem.value(plan)
        if value > self.best_value:
            self.best, self.best_value = plan, value

    def _result(self) -> FlightResult:
        problem, plan = self.problem, self.best
        split = self.columns.split()
        outcomes = problem.outcomes(plan)
        weeks = len(problem.weeks)
        unspent = max(problem.budget - math.fsum(plan.ravel()), 0.0)
        if unspent <= AT_LIMIT * problem.budget:
            unspent = 0.0
        return FlightResult(
            names=problem.names,
            spend=plan,
            outcomes=outcomes[:, :weeks],
            tail=outcomes[:, weeks:].sum(axis=1),
            value=self.best_value,
            upper_bound=max(self.bound, self.best_value),
            shadow_price=0.0 if unspent else split.price,
            prices=np.where(np.isfinite(split.prices), split.prices, split.price),
            binding=_binding(problem, plan),
            unspent=unspent,
            unspent_reason="every channel is at the most its limits allow" if unspent else "",
            rounds=self.rounds,
        )


def _only_plan(problem: FlightProblem) -> FloatArray | None:
    """The plan that needs no search: the weeks leave no choice, or all of them may have their most.

    Raises: InvalidFlight when the only choice breaks a shortest flight.
    """
    low, high = problem.weekly_lower, problem.weekly_upper
    if np.array_equal(low, high):
        for index, channel in enumerate(problem.channels):
            if not keeps_limits(problem, index, low[index : index + 1]).all():
                raise InvalidFlight(
                    f"{channel.name}: the open and fixed weeks leave no flights of at least {channel.shortest} weeks."
                )
        return low
    wanted = np.array([channel.upper for channel in problem.channels])
    fits = np.all(high.sum(axis=1) <= wanted) and math.fsum(high.ravel()) <= problem.budget
    return high if fits and not problem.stops_and_starts.any() else None


def _binding(problem: FlightProblem, plan: FloatArray) -> tuple[tuple[str, FlightLimit], ...]:
    """The limits the plan stands on: each channel's total first, then whether any of its weeks is at its maximum."""
    found: list[tuple[str, FlightLimit]] = []
    for index, channel in enumerate(problem.channels):
        total, margin = math.fsum(plan[index]), AT_LIMIT * max(problem.budget, 1e-300)
        if channel.lower == channel.upper:
            found.append((channel.name, "lock"))
        elif total >= channel.upper - margin:
            found.append((channel.name, "max"))
        elif total <= channel.lower + margin:
            found.append((channel.name, "min"))
        high = problem.weekly_upper[index]
        if np.any((plan[index] >= high * (1 - AT_LIMIT)) & (high > 0) & ~problem.fixed[index]):
            found.append((channel.name, "weekly max"))
    return tuple(found)
