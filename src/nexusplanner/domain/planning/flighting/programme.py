"""One exact dynamic programme per channel in the adstock state, all channels and several prices at once.

For a price per currency unit, the most a channel can earn above the price of its spend. With x[t] = (a[t] - r a[t-1]) /
(1 - r) the cost telescopes, so that a week earns a function of its own adstock, and what can follow a state is a window
of states: the best continuation is a maximum over a window, at the window's ends and the knots inside it. Functions are
straight between knots; how far the true ones may rise above them, week by week, is added to the programme's value, so
that it bounds what any plan of the channel earns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.flighting.flights import InvalidFlight
from nexusplanner.domain.planning.flighting.knots import KnotTable, shares
from nexusplanner.domain.planning.flighting.window import IntArray, Windows

if TYPE_CHECKING:
    from nexusplanner.domain.planning.curves import FloatArray
    from nexusplanner.domain.planning.flighting.problem import BoolArray, FlightProblem

NEVER = -1e9
"""What an impossible choice earns, in units of everything the channels could ever bring."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sweep:
    """What the programmes found: spend (P, C, T) of the best plan at each price, and bound (P, C) on what it earns."""

    spend: FloatArray
    bound: FloatArray


class Programme:
    """The programmes of some channels of a problem, `rows`, on one table of their curves.

    When a channel has a least amount for a week with money, a state also remembers whether the channel is off, and for
    how many weeks it must still run: the modes. Mode m < modes - 1 is on with m more weeks to run, the last is off.
    """

    def __init__(self, problem: FlightProblem, table: KnotTable, *, rows: IntArray) -> None:
        self.table, self.rows, self.names = table, rows, problem.names
        self.knots = shares(table.count)
        self.lengths, self.keep = problem.lengths, problem.keep[rows]
        self.weeks = len(problem.weeks)
        self.least, self.most = problem.weekly_lower[rows], problem.weekly_upper[rows]
        self.least_on = problem.least_on[rows]
        self.gains = problem.gains[rows]
        self.start = problem.before[rows] / table.reach
        self.unit = max(float((self.gains.sum(axis=1) * table.value[:, -1]).sum()), 1e-300)
        self.shortest = np.array([problem.channels[row].shortest for row in rows])
        moded = bool(problem.stops_and_starts[rows].any())
        self.modes = int(self.shortest.max()) + 1 if moded else 1
        self.may_stop = self.least <= 0
        self.may_run = (self.most > 0) & (self.least_on <= self.most)
        low = self.least_on if moded else self.least
        high = np.where(self.may_run, self.most, low) if moded else self.most
        beside = problem.beside[rows]
        inflow, tail = problem.inflow[rows] / table.reach[:, None], ((0, 0), (0, self.lengths.size - self.weeks))
        self.rest, self.low, self.high = (
            np.pad((beside + own) * inflow, tail) for own in (np.zeros_like(low), low, np.maximum(high, low))
        )
        self.windows = Windows(table.count, keep=self.keep, rest=self.rest, low=self.low, high=self.high)
        self.costs = self._costs()
        self.given, self.alone = beside.sum(axis=1), problem.alone[rows].sum(axis=1)

    def _costs(self) -> FloatArray:
        """(C, T + tail + 1) currency units that one unit of adstock costs in each week, after the cost of the start."""
        kept = self.keep[:, : self.weeks]
        own = self.lengths[: self.weeks] / (1.0 - kept)
        costs = np.zeros((len(self.rows), self.lengths.size + 1))
        costs[:, 1 : self.weeks + 1] = own
        costs[:, : self.weeks] -= own * kept
        return costs * self.table.reach[:, None]

    def sweep(self, prices: FloatArray) -> Sweep:
        """The best plan of every channel at `prices` (P, C), outcome per currency unit.

        Raises: InvalidFlight when a channel has no plan at all.
        """
        price = prices / self.unit
        after = self._terminal(len(prices))
        allowance = np.zeros(prices.shape)
        values: list[FloatArray] = []
        for week in reversed(range(self.lengths.size)):
            earned = (self.gains[:, week] / self.unit)[:, None] * self.table.majorant
            cost = (price * self.costs[:, week + 1])[:, :, None] * self.knots
            after = after + (earned - cost).reshape(len(prices), -1)
            if week < self.weeks:
                values.append(after)
            if week:
                after, rise = self._before(after, week)
                allowance += rise
        spend, bound = self._follow(values[::-1], len(prices))
        if np.any(bound < NEVER / 2):
            row = int(self.rows[int(np.argmin(bound.min(axis=0)))])
            raise InvalidFlight(
                f"{self.names[row]}: the open and fixed weeks leave no flights of at least"
                f" {self.shortest[list(self.rows).index(row)]} weeks that keep the weekly limits."
            )
        bound = bound + allowance - price * (self.costs[:, 0] * self.start - self.given)
        return Sweep(spend=spend, bound=bound * self.unit - self.alone)

    def _terminal(self, prices: int) -> FloatArray:
        """Nothing follows the last week; a flight may not be cut by it."""
        after = np.zeros((self.modes, prices, len(self.rows) * self.knots.size))
        if self.modes > 1:
            after[1:-1] = NEVER
        return after

    def _before(self, after: FloatArray, week: int) -> tuple[FloatArray, FloatArray]:
        """(modes, P, N) best of week `week` and later, as a function of the adstock before it, and (P, C) its rise."""
        window = self.windows.of(week)
        bends = window.bends(after)
        if self.modes == 1:
            value, rise = window.best(after, bends)
            return value, rise[0]
        stay, stay_rise = window.off(after[-1], bends[-1])
        run, run_rise = window.best(after[:-1], bends[:-1])
        shut = self._shut(week)
        stay += np.repeat(shut[0], self.knots.size)
        run += np.repeat(shut[1], self.knots.size)
        value = np.empty_like(after)
        value[1:-1] = run[:-1]
        value[0] = np.maximum(run[0], stay)
        first = np.repeat(self.shortest - 1, self.knots.size)
        value[-1] = np.maximum(run[first, :, np.arange(first.size)].T, stay)
        return value, np.maximum(run_rise.max(axis=0), stay_rise)

    def _shut(self, week: int) -> tuple[FloatArray, FloatArray]:
        """(C,) penalties of being off and of being on in a week."""
        if week >= self.weeks:
            return np.zeros(len(self.rows)), np.full(len(self.rows), NEVER)
        return np.where(self.may_stop[:, week], 0.0, NEVER), np.where(self.may_run[:, week], 0.0, NEVER)

    def _follow(self, values: list[FloatArray], prices: int) -> tuple[FloatArray, FloatArray]:
        """(P, C, T) spend of the best plan and (P, C) its value, from the start through the best states."""
        count = len(self.rows)
        stock = np.tile(self.start, (prices, 1))
        mode = np.full((prices, count), self.modes - 1)
        spend = np.zeros((prices, count, self.weeks))
        total = np.zeros((prices, count))
        for week, flat in enumerate(values):
            after = flat.reshape(self.modes, prices, count, -1)
            decayed = stock * self.keep[:, week]
            if self.modes == 1:
                best, state = self._best_state(after[0], decayed, week)
                amounts = state - (decayed + self.rest[:, week])
            else:
                best, state, amounts, mode = self._best_mode(after, decayed, mode, week)
            total = best if week == 0 else total
            spend[:, :, week] = amounts / (1.0 - self.keep[:, week]) * self.lengths[week]
            stock = state
        return spend * self.table.reach[:, None], total

    def _best_state(self, after: FloatArray, decayed: FloatArray, week: int) -> tuple[FloatArray, FloatArray]:
        """Best value and state next, (P, C) each, from the states `decayed` under `after` (P, C, K + 1)."""
        low, high = decayed + self.low[:, week], decayed + self.high[:, week]
        inside = (self.knots >= low[:, :, None]) & (self.knots <= high[:, :, None])
        reachable = np.where(inside, after, -np.inf)
        at = reachable.argmax(axis=2)
        best, state = reachable.max(axis=2), self.knots[at]
        ends = np.stack([low, high])
        for end, value in zip(ends, self._interpolate(after, ends), strict=True):
            state = np.where(value > best, end, state)
            best = np.maximum(best, value)
        return best, state

    def _interpolate(self, after: FloatArray, at: FloatArray) -> FloatArray:
        """`after` (P, C, K + 1) between its knots, at (..., P, C)."""
        cell = np.minimum((self.table.count * np.sqrt(np.sqrt(at))).astype(np.intp), self.table.count - 1)
        flat = cell + np.arange(at.shape[-1] * at.shape[-2]).reshape(at.shape[-2:]) * self.knots.size
        values = np.ascontiguousarray(after).reshape(-1)
        low, high = values.take(flat), values.take(flat + 1)
        share = (at - self.knots[cell]) / (self.knots[cell + 1] - self.knots[cell])
        return np.asarray(low + share * (high - low))

    def _best_mode(
        self, after: FloatArray, decayed: FloatArray, mode: IntArray, week: int
    ) -> tuple[FloatArray, FloatArray, FloatArray, IntArray]:
        """Best value, state, inflow and mode next, (P, C) each."""
        off = self.modes - 1
        price, channel = np.indices(mode.shape)
        target = np.where(mode == off, self.shortest - 1, np.maximum(mode - 1, 0))
        shut = self._shut(week)
        run, state = self._best_state(after[target, price, channel], decayed, week)
        idle = decayed + self.rest[:, week]
        stay = self._interpolate(after[off], idle)
        run, stay = run + shut[1], np.where((mode == off) | (mode == 0), stay + shut[0], 2.0 * NEVER)
        runs: BoolArray = np.asarray(run > stay)
        state = np.where(runs, state, idle)
        return np.maximum(run, stay), state, state - idle, np.where(runs, target, off)
