"""What a flighting is asked and what it answers: a budget over channels and weeks, with carry-over between the weeks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.planning.adstock import kept
from nexusplanner.domain.planning.allocation.problem import relative_gap
from nexusplanner.domain.planning.curves import Curve, FloatArray
from nexusplanner.domain.planning.flighting.flights import InvalidFlight
from nexusplanner.domain.planning.flighting.limits import check_limits

BoolArray = NDArray[np.bool_]
FlightLimit = Literal["min", "max", "lock", "weekly max"]
TAIL_WEEKS = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class FlightChannel:
    """One channel over the T weeks of a flighting; amounts are currency units.

    curve: outcome of one week at steady spend. retention: share of a week's effect carried into the next, [0, 1).
    lower, upper: least and most over the whole period (equal when the total is given). weekly_upper: most in a full
    week. weekly_lower: least in every full week that is open. least_on: least in a full week with any money at all.
    shortest: once it runs, it runs for at least so many weeks; above 1 it asks for least_on > 0. open: weeks in which it
    may run (None: all). fixed: amounts already decided, by week index. weights: response of each week relative to the
    curve (season), for the T weeks, or for them and the weeks after the end. before: adstock at the end of the week
    before the first. beside: what others spend on the channel in each of the T weeks, on which its own money comes on
    top (None: nothing). Weekly limits are one number or T numbers, about its own money; a part week has its share of them.
    """

    name: str
    curve: Curve
    retention: float
    lower: float = 0.0
    upper: float = math.inf
    weekly_upper: float | Sequence[float] | FloatArray = math.inf
    weekly_lower: float | Sequence[float] | FloatArray = 0.0
    least_on: float | Sequence[float] | FloatArray = 0.0
    shortest: int = 1
    open: Sequence[bool] | BoolArray | None = None
    fixed: Mapping[int, float] = field(default_factory=dict)
    weights: Sequence[float] | FloatArray | None = None
    before: float = 0.0
    beside: Sequence[float] | FloatArray | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class FlightProblem:
    """Maximise the outcome of at most `budget` currency units over channels and weeks.

    weeks: (T,) length of each week in weeks (days / 7): 1 for a full one, less for a part at either end. The state is
    adstocked spend per week, a[t] = r * a[t - 1] + (1 - r) * spend[t] / weeks[t] with r = `adstock.kept` of the retention
    over weeks[t]; week t brings weights[t] * weeks[t] * curve(a[t]), less what the money beside it brings alone.
    tail_weeks: weeks after the end whose outcome, from what is carried over, counts as well. Raises: InvalidFlight naming the limits that contradict
    each other or the argument out of range.
    """

    budget: float
    weeks: tuple[float, ...]
    channels: tuple[FlightChannel, ...]
    tail_weeks: int = TAIL_WEEKS

    def __post_init__(self) -> None:
        if not math.isfinite(self.budget) or self.budget < 0:
            raise InvalidFlight(f"The budget must be a finite number of 0 or more, not {self.budget!r}.")
        if not self.weeks or not all(0 < week <= 1 for week in self.weeks) or self.tail_weeks < 0:
            raise InvalidFlight("Give at least one week, each longer than 0 and at most 1, and no negative tail.")
        if not self.channels or len({channel.name for channel in self.channels}) < len(self.channels):
            raise InvalidFlight("Give at least one channel, each with another name.")
        for channel in self.channels:
            _check(channel, weeks=len(self.weeks), tail=self.tail_weeks)
        check_limits(
            names=self.names,
            budget=self.budget,
            lower=self.lower,
            upper=np.array([channel.upper for channel in self.channels]),
            weekly_lower=self.weekly_lower,
            weekly_upper=self.weekly_upper,
            least_on=self.least_on,
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Channel names, in order."""
        return tuple(channel.name for channel in self.channels)

    @cached_property
    def lengths(self) -> FloatArray:
        """(T + tail,) lengths in weeks, the tail's weeks full."""
        return np.array([*self.weeks, *[1.0] * self.tail_weeks])

    @cached_property
    def keep(self) -> FloatArray:
        """(C, T + tail) share of the adstock each week keeps."""
        retention = np.array([channel.retention for channel in self.channels])
        return kept(retention[:, None], weeks=self.lengths)

    @cached_property
    def before(self) -> FloatArray:
        """(C,) adstock before the first week."""
        return np.array([channel.before for channel in self.channels], dtype=np.float64)

    @cached_property
    def beside(self) -> FloatArray:
        """(C, T) what others spend in each week."""
        rows = np.zeros((len(self.channels), len(self.weeks)))
        for row, channel in zip(rows, self.channels, strict=True):
            if channel.beside is not None:
                row[:] = channel.beside
        return rows

    @cached_property
    def inflow(self) -> FloatArray:
        """(C, T) adstock that a currency unit spent in a week adds to it."""
        weeks = len(self.weeks)
        return np.asarray((1.0 - self.keep[:, :weeks]) / self.lengths[:weeks])

    @cached_property
    def carried(self) -> FloatArray:
        """(C, T + tail) adstock without any own spend."""
        return self._stocks(self.beside, before=self.before)

    @cached_property
    def alone(self) -> FloatArray:
        """(C, T + tail) what the money beside the channels' own brings alone."""
        if not self.beside.any():
            return np.zeros_like(self.gains)
        return self._respond(self._stocks(self.beside, before=np.zeros_like(self.before)))

    @cached_property
    def gains(self) -> FloatArray:
        """(C, T + tail) what a week's response is multiplied with: its weight times its length."""
        rows = np.ones((len(self.channels), self.lengths.size))
        for row, channel in zip(rows, self.channels, strict=True):
            if channel.weights is not None:
                row[: len(channel.weights)] = channel.weights
        return np.asarray(rows * self.lengths)

    @cached_property
    def lower(self) -> FloatArray:
        """(C,) least over the period."""
        return np.array([channel.lower for channel in self.channels], dtype=np.float64)

    @cached_property
    def upper(self) -> FloatArray:
        """(C,) most over the period: the channel's maximum, what its weeks allow, or what the others leave."""
        asked = np.array([channel.upper for channel in self.channels], dtype=np.float64)
        least = np.maximum(self.lower, self.weekly_lower.sum(axis=1))
        left = np.maximum(self.budget - (least.sum() - least), least)
        return np.asarray(np.minimum(np.minimum(asked, self.weekly_upper.sum(axis=1)), left))

    @cached_property
    def opened(self) -> BoolArray:
        """(C, T) weeks in which the channel may spend."""
        rows = np.ones((len(self.channels), len(self.weeks)), dtype=bool)
        for row, channel in zip(rows, self.channels, strict=True):
            if channel.open is not None:
                row[:] = channel.open
            for week, amount in channel.fixed.items():
                row[week] = amount > 0
        return rows

    @cached_property
    def weekly_lower(self) -> FloatArray:
        """(C, T) least of each week; a fixed week's amount."""
        asked = self._weekly([channel.weekly_lower for channel in self.channels])
        running = self._weekly([channel.least_on for channel in self.channels])
        return np.asarray(np.where(asked > 0, np.maximum(asked, running), 0.0))

    @cached_property
    def weekly_upper(self) -> FloatArray:
        """(C, T) most of each week, finite; a fixed week's amount; 0 in a closed week."""
        asked = self._weekly([channel.weekly_upper for channel in self.channels])
        most = np.array([min(channel.upper, self.budget) for channel in self.channels])
        return np.asarray(np.where(self.fixed, asked, np.minimum(asked, most[:, None])))

    @cached_property
    def least_on(self) -> FloatArray:
        """(C, T) least of a week with money."""
        asked = self._weekly([channel.least_on for channel in self.channels])
        return np.maximum(asked, self.weekly_lower)

    @cached_property
    def stops_and_starts(self) -> BoolArray:
        """(C,) channels whose weeks are either off or above a least amount, or whose flights have a shortest length."""
        shortest = np.array([channel.shortest for channel in self.channels])
        return np.asarray(np.any(self.least_on > self.weekly_lower, axis=1) | (shortest > 1))

    @cached_property
    def fixed(self) -> BoolArray:
        """(C, T) weeks whose amount is decided."""
        rows = np.zeros((len(self.channels), len(self.weeks)), dtype=bool)
        for row, channel in zip(rows, self.channels, strict=True):
            row[list(channel.fixed)] = True
        return rows

    def _weekly(self, values: Sequence[float | Sequence[float] | FloatArray]) -> FloatArray:
        rows = np.empty((len(self.channels), len(self.weeks)))
        for row, value in zip(rows, values, strict=True):
            row[:] = np.asarray(value, dtype=np.float64) * self.lengths[: len(self.weeks)]
        rows[~self.opened] = 0.0
        for row, channel in zip(rows, self.channels, strict=True):
            for week, amount in channel.fixed.items():
                row[week] = amount
        return rows

    def states(self, spend: FloatArray) -> FloatArray:
        """(..., C, T + tail) adstock per week under weekly `spend` (..., C, T), what ran before and runs beside included."""
        return self._stocks(spend + self.beside, before=self.before)

    def _stocks(self, spend: FloatArray, *, before: FloatArray) -> FloatArray:
        stock = np.zeros((*spend.shape[:-1], self.lengths.size))
        stock[..., : len(self.weeks)] = spend * self.inflow
        stock[..., 0] += self.keep[:, 0] * before
        for week in range(1, self.lengths.size):
            stock[..., week] += self.keep[:, week] * stock[..., week - 1]
        return stock

    def _respond(self, stock: FloatArray) -> FloatArray:
        rows = [channel.curve.value(row) for channel, row in zip(self.channels, np.maximum(stock, 0.0), strict=True)]
        return np.asarray(np.stack(rows) * self.gains)

    def outcomes(self, spend: FloatArray) -> FloatArray:
        """(C, T + tail) outcome of each channel and week under weekly `spend` (C, T)."""
        return np.asarray(self._respond(self.states(spend)) - self.alone)

    def value(self, spend: FloatArray) -> float:
        """The objective at weekly `spend` (C, T): what all channels and weeks bring, the tail included."""
        return math.fsum(self.outcomes(spend).ravel())


@dataclass(frozen=True, kw_only=True, eq=False)
class FlightResult:
    """A plan by week and its certificate: no plan inside the limits reaches more than `upper_bound`.

    spend: (C, T) currency units. outcomes: (C, T) what each week brings. tail: (C,) what the weeks after the end bring.
    value: the objective at `spend`. prices: (C,) outcome of one more currency unit of the channel's total (of the
    budget, where the channel's limits do not bind). binding: limits the plan stands on. unspent: budget left over, with
    the reason ("" when nothing is left). rounds: sweeps of the dynamic programmes.
    """

    names: tuple[str, ...]
    spend: FloatArray
    outcomes: FloatArray
    tail: FloatArray
    value: float
    upper_bound: float
    shadow_price: float
    prices: FloatArray
    binding: tuple[tuple[str, FlightLimit], ...]
    unspent: float
    unspent_reason: str
    rounds: int

    @property
    def gap(self) -> float:
        """(upper_bound - value) / |value|: the plan is within this share of the best possible one."""
        return relative_gap(value=self.value, upper_bound=self.upper_bound)

    @property
    def totals(self) -> Mapping[str, float]:
        """Currency units over the period, by channel name."""
        return {name: math.fsum(row) for name, row in zip(self.names, self.spend, strict=True)}


def _check(channel: FlightChannel, *, weeks: int, tail: int) -> None:
    """Raises: InvalidFlight for arguments out of range or of the wrong length."""
    name = channel.name
    if not name:
        raise InvalidFlight("Every channel needs a name.")
    if not 0 <= channel.retention < 1:
        raise InvalidFlight(f"{name}: the retention must be at least 0 and below 1, not {channel.retention!r}.")
    if not (0 <= channel.lower <= channel.upper and math.isfinite(channel.lower)):
        raise InvalidFlight(f"{name}: the least of the period must be 0 or more and not above the most.")
    if not 0 <= channel.before < math.inf:
        raise InvalidFlight(f"{name}: the adstock before the start must be a finite number of 0 or more.")
    if channel.shortest < 1 or (channel.shortest > 1 and not np.all(np.asarray(channel.least_on) > 0)):
        raise InvalidFlight(
            f"{name}: the shortest flight is 1 week or more, and above 1 it needs a least amount for a week with money."
        )
    _check_weeks(channel, weeks=weeks, tail=tail)


def _check_weeks(channel: FlightChannel, *, weeks: int, tail: int) -> None:
    name = channel.name
    for word, value in (
        ("weekly maximum", channel.weekly_upper),
        ("weekly minimum", channel.weekly_lower),
        ("least of a week with money", channel.least_on),
    ):
        amounts = np.asarray(value, dtype=np.float64)
        if amounts.shape not in {(), (weeks,)} or not np.all(amounts >= 0):
            raise InvalidFlight(
                f"{name}: give the {word} as one number of 0 or more, or one for each of {weeks} weeks."
            )
    if channel.open is not None and len(channel.open) != weeks:
        raise InvalidFlight(f"{name}: tell for each of the {weeks} weeks whether it is open.")
    if channel.beside is not None:
        beside = np.asarray(channel.beside, dtype=np.float64)
        if beside.shape != (weeks,) or not np.all(np.isfinite(beside) & (beside >= 0)):
            raise InvalidFlight(f"{name}: give what is spent beside it, 0 or more, for each of the {weeks} weeks.")
    if channel.weights is not None:
        weights = np.asarray(channel.weights, dtype=np.float64)
        if weights.shape not in {(weeks,), (weeks + tail,)} or not np.all(np.isfinite(weights) & (weights >= 0)):
            raise InvalidFlight(f"{name}: give a weight of 0 or more for each of the {weeks} weeks.")
    if not all(0 <= week < weeks and 0 <= amount < math.inf for week, amount in channel.fixed.items()):
        raise InvalidFlight(f"{name}: a fixed week is one of the {weeks} weeks, with a finite amount of 0 or more.")
