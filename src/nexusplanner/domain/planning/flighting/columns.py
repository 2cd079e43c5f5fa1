"""Plans of single channels, what mixing them could reach, and the prices at which better ones should be looked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.flighting.flights import InvalidFlight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nexusplanner.domain.planning.curves import FloatArray

NEARLY = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """A budget over the channels' mixed plans.

    price: outcome of one more unit of the budget. prices: (C,) of one more unit of each channel's total. totals: (C,)
    currency units. between: for each channel the positions of the two plans its total lies between (equal on one).
    """

    price: float
    prices: FloatArray
    totals: FloatArray
    between: tuple[tuple[int, int], ...]


class Columns:
    """Feasible plans found so far, by channel: their totals, outcomes and weeks."""

    def __init__(self, names: Sequence[str], *, budget: float, lower: FloatArray, upper: FloatArray) -> None:
        self.names, self.budget, self.lower, self.upper = names, budget, lower, upper
        self.totals: list[list[float]] = [[] for _ in names]
        self.values: list[list[float]] = [[] for _ in names]
        self.plans: list[list[FloatArray]] = [[] for _ in names]

    def add(self, spend: FloatArray, value: FloatArray) -> None:
        """Keep plans `spend` (P, C, T) that bring `value` (P, C)."""
        for channel in range(len(self.names)):
            self.add_channel(channel, spend[:, channel], value[:, channel])

    def add_channel(self, channel: int, spend: FloatArray, value: FloatArray) -> None:
        """Keep plans of one channel, `spend` (P, T), that bring `value` (P,)."""
        self.totals[channel] += spend.sum(axis=1).tolist()
        self.values[channel] += value.tolist()
        self.plans[channel] += list(spend)

    def split(self) -> Split:
        """The best split of the budget if plans could be mixed. Raises: InvalidFlight when no plan keeps a limit."""
        hulls = [_hull(totals, values) for totals, values in zip(self.totals, self.values, strict=True)]
        starts, pieces = [], []
        for channel, hull in enumerate(hulls):
            xs = [self.totals[channel][at] for at in hull]
            low, high = self._range(channel, xs)
            starts.append(low)
            for left, right in pairwise(hull):
                begin, end = self.totals[channel][left], self.totals[channel][right]
                length = min(end, high) - max(begin, low)
                if length > 0:
                    rise = (self.values[channel][right] - self.values[channel][left]) / (end - begin)
                    pieces.append((rise, length, channel))
        return self._fill(hulls, starts, sorted(pieces, reverse=True))

    def _range(self, channel: int, xs: list[float]) -> tuple[float, float]:
        least, most = self.lower[channel], self.upper[channel]
        if xs[-1] < least * (1 - NEARLY) or xs[0] > most * (1 + NEARLY):
            raise InvalidFlight(
                f"{self.names[channel]}: flights inside the weekly limits spend from {xs[0]:,.2f} to {xs[-1]:,.2f}, the"
                f" channel's limits are {least:,.2f} to {most:,.2f}."
            )
        low = min(max(least, xs[0]), xs[-1])
        return low, max(min(most, xs[-1]), low)

    def _fill(self, hulls: list[list[int]], starts: list[float], pieces: list[tuple[float, float, int]]) -> Split:
        totals = np.array(starts)
        left, price = self.budget - math.fsum(starts), 0.0
        if left < -NEARLY * max(self.budget, 1e-300):
            raise InvalidFlight(
                f"The least that flights inside the limits spend is {math.fsum(starts):,.2f}, the budget is"
                f" {self.budget:,.2f}; lower a minimum or raise the budget."
            )
        for rise, length, channel in pieces:
            taken = min(length, max(left, 0.0))
            totals[channel] += taken
            left -= taken
            if left <= 0:
                price = max(rise, 0.0)
                break
        sides = [self._sides(channel, hull, float(totals[channel])) for channel, hull in enumerate(hulls)]
        steepest = np.array([side[2] for side in sides])
        flattest = np.array([side[3] for side in sides])
        prices = np.minimum(np.maximum(price, flattest), steepest)
        between = tuple((side[0], side[1]) for side in sides)
        return Split(price=price, prices=prices, totals=totals, between=between)

    def _sides(self, channel: int, hull: list[int], total: float) -> tuple[int, int, float, float]:
        """The plans around `total`, and the slopes of the hull before and after it."""
        xs = np.array([self.totals[channel][at] for at in hull])
        ys = np.array([self.values[channel][at] for at in hull])
        slopes = np.concatenate([[np.inf], np.diff(ys) / np.diff(xs), [-np.inf]])
        margin = NEARLY * max(float(xs[-1]), 1e-300)
        after = int(np.searchsorted(xs, total - margin))
        after = min(after, len(xs) - 1)
        if abs(xs[after] - total) <= margin or after == 0:
            return hull[after], hull[after], float(slopes[after]), float(slopes[after + 1])
        return hull[after - 1], hull[after], float(slopes[after]), float(slopes[after])


@dataclass(frozen=True, kw_only=True, eq=False)
class Proof:
    """What the programmes proved: at prices (C,) no plan of a channel earns more than bound (C,) above its price."""

    prices: FloatArray
    bound: FloatArray


def proven_bound(
    proofs: Sequence[Proof], prices: Sequence[float], *, budget: float, lower: FloatArray, upper: FloatArray
) -> float:
    """No plan reaches more, by weak duality; `prices` are prices of the budget to try (any of 0 or more proves a bound)."""
    own = np.array([proof.prices for proof in proofs])
    earned = np.array([proof.bound for proof in proofs])
    best = math.inf
    for price in prices:
        over = own - price
        most = earned + np.maximum(over * lower, over * upper)
        best = min(best, price * budget + math.fsum(most.min(axis=0)))
    return best


def _hull(totals: list[float], values: list[float]) -> list[int]:
    """Positions of the points on the least concave function above them, by rising total."""
    hull: list[int] = []
    for at in sorted(range(len(totals)), key=lambda index: (totals[index], -values[index])):
        if hull and totals[at] - totals[hull[-1]] <= NEARLY * abs(totals[at]):
            if values[at] <= values[hull[-1]]:
                continue
            hull.pop()
        while len(hull) > 1 and _is_below(hull[-2], hull[-1], at, totals, values):
            hull.pop()
        hull.append(at)
    return hull


def _is_below(first: int, middle: int, last: int, totals: list[float], values: list[float]) -> bool:
    before = (values[middle] - values[first]) * (totals[last] - totals[middle])
    after = (values[last] - values[middle]) * (totals[middle] - totals[first])
    return before <= after
