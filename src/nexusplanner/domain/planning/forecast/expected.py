"""What weekly spends are expected to bring: joint draws by channel and week, and what runs on after the end."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nexusplanner.domain.planning.adstock import geometric_adstock, kept
from nexusplanner.domain.planning.curves import CurveDraws, FloatArray, hill
from nexusplanner.domain.planning.fit.result import Band, band, interval
from nexusplanner.domain.planning.forecast.shocks import InvalidForecast, Shock, buying_power
from nexusplanner.domain.shared import DateRange, Estimate

DAYS = 7
LONGEST_TAIL = 52
"""Weeks after the end that are looked at, at most."""
FADED = 1e-3
"""A carry-over that fell to this share of itself is over."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ForecastInput:
    """Weekly spends of C channels over T weeks and the curves that answer them.

    curves: joint draws of the weekly response. weeks: in order, each beginning the day after the one before ended, of 1
    to 7 days. spend: (C, T) currency units in each week, channels as in `curves`, >= 0. before: (C, P) currency units
    in each of the P full weeks just before the first, oldest first; None means nothing ran. beside: (C, T) what others
    spend in each week, on which `spend` comes on top; None means nothing. season: (T,) or (C, T) outcome of a week
    relative to an average one, >= 0; None means 1. shocks: cost changes, which meet the others' money too.
    Raises: InvalidForecast naming what does not fit.
    """

    curves: CurveDraws
    weeks: tuple[DateRange, ...]
    spend: FloatArray
    before: FloatArray | None = None
    beside: FloatArray | None = None
    season: FloatArray | None = None
    shocks: tuple[Shock, ...] = ()

    def __post_init__(self) -> None:
        channels, weeks = len(self.curves.channels), len(self.weeks)
        if not weeks:
            raise InvalidForecast("A forecast needs at least one week.")
        following = zip(self.weeks, self.weeks[1:], strict=False)
        if any(week.days > DAYS for week in self.weeks) or any((b.start - a.end).days != 1 for a, b in following):
            raise InvalidForecast("Weeks must have 1 to 7 days, and each must begin the day after the one before.")
        self._check("spend", self.spend, shapes=((channels, weeks),))
        if self.before is not None:
            self._check("before", self.before, shapes=((channels, *np.shape(self.before)[-1:]),))
        if self.beside is not None:
            self._check("beside", self.beside, shapes=((channels, weeks),))
        if self.season is not None:
            self._check("season", self.season, shapes=((weeks,), (channels, weeks)))

    def _check(self, name: str, array: FloatArray, *, shapes: tuple[tuple[int, ...], ...]) -> None:
        if np.shape(array) not in shapes:
            raise InvalidForecast(f"{name} must have the shape {shapes[-1]} (channels, weeks), not {np.shape(array)}.")
        if not np.all(np.isfinite(array)) or np.any(np.asarray(array) < 0):
            raise InvalidForecast(f"Every number of {name} must be finite and 0 or more.")


@dataclass(frozen=True, kw_only=True, eq=False)
class Forecast:
    """Outcome that the spends cause, as joint draws: sums are taken draw by draw, then intervals are read.

    outcome: (S, C, T) over what earlier spend and other campaigns' alone would bring. after: (S, C) the same in the weeks
    after the end, at an average season. carried_in: (S, C, T) what those alone bring, not part of `outcome`.
    assumptions: in words.
    """

    channels: tuple[str, ...]
    weeks: tuple[DateRange, ...]
    outcome: FloatArray
    after: FloatArray
    carried_in: FloatArray
    assumptions: tuple[str, ...]

    @property
    def draws(self) -> FloatArray:
        """(S,) outcome of all channels within the weeks; for comparing plans draw by draw."""
        return np.asarray(self.outcome.sum(axis=(1, 2)), dtype=np.float64)

    @property
    def total(self) -> Estimate:
        """Outcome of all channels within the weeks."""
        return interval(self.draws)

    @property
    def after_end(self) -> Estimate:
        """Outcome of all channels after the last week."""
        return interval(self.after.sum(axis=1))

    @property
    def weekly(self) -> Band:
        """Outcome of all channels by week, (T,)."""
        return band(self.outcome.sum(axis=1))

    @property
    def channel_weekly(self) -> Band:
        """Outcome by channel and week, (C, T)."""
        return band(self.outcome)

    @property
    def channel_totals(self) -> tuple[Estimate, ...]:
        """Outcome of each channel within the weeks."""
        return tuple(interval(column) for column in self.outcome.sum(axis=2).T)


def forecast(asked: ForecastInput) -> Forecast:
    """Outcome by draw, channel and week.

    A piece of L = d / 7 weeks is lived at the weekly rate r = spend / L and counts L of a week's outcome at its adstock,
    k a + (1 - k) r with k = `adstock.kept`: t a + (1 - t) r in a full week, as the curves were fitted. In a piece of one
    no money is lost or gained and a steady rate stays what it is.

    A steady rate from nothing approaches the curve's weekly outcome from below, so the total falls short of
    `CurveDraws.over(weeks)` by the ramp-up, a constant however long the campaign; where the curve is a straight line
    `after_end` returns exactly that, on a concave curve at least that, on a convex one at most. When the same rate ran
    before for long, outcome + carried_in is the static outcome.
    """
    curves = asked.curves
    power = buying_power(asked.shocks, channels=curves.channels, weeks=asked.weeks)
    days = np.array([week.days for week in asked.weeks], dtype=np.float64)
    tail = _tail(curves)
    own, others = (
        np.concatenate([spend * power * DAYS / days, np.zeros((len(curves.channels), tail))], axis=1)
        for spend in (asked.spend, np.zeros_like(asked.spend) if asked.beside is None else asked.beside)
    )
    lengths = np.concatenate([days, np.full(tail, float(DAYS))]) / DAYS
    season = np.ones_like(own)
    season[:, : len(days)] = 1.0 if asked.season is None else asked.season
    start = _stock_before(asked)
    caused = np.stack(list(_responses(curves, rates=own + others, lengths=lengths, start=start)), axis=-1)
    alone = np.zeros_like(caused)
    if start.any() or others.any():
        alone = np.stack(list(_responses(curves, rates=others, lengths=lengths, start=start)), axis=-1)
    weighted, carried = (each * season * lengths for each in (caused - alone, alone))
    return Forecast(
        channels=curves.channels,
        weeks=asked.weeks,
        outcome=weighted[..., : len(days)],
        after=weighted[..., len(days) :].sum(axis=-1),
        carried_in=carried[..., : len(days)],
        assumptions=_assumptions(asked, tail=tail),
    )


def without_shocks(asked: ForecastInput) -> ForecastInput:
    """The same at usual prices."""
    return replace(asked, shocks=())


def effect(changed: Forecast, *, plain: Forecast) -> Estimate:
    """What `changed` brings more than `plain` (less: below 0), draw by draw, the weeks after the end included.

    Both must come from the same curves. Raises: InvalidForecast when their draws cannot be paired.
    """
    if len(changed.outcome) != len(plain.outcome):
        raise InvalidForecast("The two forecasts must be made from the same curves.")
    return interval((changed.draws + changed.after.sum(axis=1)) - (plain.draws + plain.after.sum(axis=1)))


def _stock_before(asked: ForecastInput) -> FloatArray:
    """(S, C) adstock at the end of the day before the first."""
    retention = asked.curves.retention
    if asked.before is None or not np.shape(asked.before)[1]:
        return np.zeros_like(retention)
    return geometric_adstock(asked.before, retention=retention)[..., -1]


def _responses(
    curves: CurveDraws, *, rates: FloatArray, lengths: FloatArray, start: FloatArray
) -> Iterator[FloatArray]:
    """(S, C) outcome per full week at what works in each week."""
    stock = start
    for rate, length in zip(rates.T, lengths, strict=True):
        keep = kept(curves.retention, weeks=length)
        stock = keep * stock + (1.0 - keep) * rate
        yield curves.scale * hill(stock, half=curves.half, slope=curves.slope)


def _tail(curves: CurveDraws) -> int:
    """Weeks until the slowest carry-over is over."""
    slowest: Any = np.max(curves.retention ** np.minimum(curves.slope, 1.0), initial=0.0)
    if slowest <= 0:
        return 0
    return min(math.ceil(math.log(FADED) / math.log(min(slowest, 1.0 - 1e-12))), LONGEST_TAIL)


def _assumptions(asked: ForecastInput, *, tail: int) -> tuple[str, ...]:
    ran = asked.before is not None and bool(np.any(asked.before))
    words = [
        "The money of a week is spent evenly over its days.",
        "What earlier spend still brings is not counted as outcome of this plan."
        if ran
        else "Nothing ran in these channels before the first day.",
        "Every week is as strong as an average one."
        if asked.season is None
        else "Weeks are stronger or weaker as the season was in the past; after the end they are average.",
        f"Effects after the last day are counted separately, for up to {tail} weeks."
        if tail
        else "Nothing runs on after the last day.",
    ]
    if asked.beside is not None and np.any(asked.beside):
        words.append(
            "What other campaigns' money brings in the same weeks is not counted; this plan's comes on top of it."
        )
    words += [
        f"{shock.channel or 'Every channel'} costs {abs(shock.cost_change):.0%} {'more' if shock.cost_change > 0 else 'less'}"
        f" from {shock.dates.start} to {shock.dates.end}; the money stays the same and buys accordingly."
        for shock in asked.shocks
        if shock.cost_change
    ]
    return tuple(words)
