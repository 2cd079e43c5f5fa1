"""What a spend plan is expected to bring: by channel, by week and in total, with intervals."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from nexusplanner.domain.planning.adstock import geometric_adstock
from nexusplanner.domain.planning.curves import CurveDraws, FloatArray, hill
from nexusplanner.domain.planning.fit_result import Band, Interval, band, interval

TAIL_WEEKS = 8
"""Weeks after the plan's end in which what still runs on is counted."""


@dataclass(frozen=True, kw_only=True)
class ChannelForecast:
    """One channel of a plan.

    spend: currency units. outcome: of the whole plan. cost: spend per outcome, None without spend (its low end belongs
    to the outcome's high end). next_step: outcome of `step` currency units more, phased as the plan is.
    """

    channel: str
    spend: float
    outcome: Interval
    cost: Interval | None
    next_step: Interval


@dataclass(frozen=True, kw_only=True, eq=False)
class Forecast:
    """A plan's expected outcome; weekly is (W + tail,), draws (S,) are of the total, for comparing plans."""

    channels: tuple[ChannelForecast, ...]
    spend: float
    total: Interval
    cost: Interval | None
    weekly: Band
    step: float
    draws: FloatArray = field(repr=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class ResponseTable:
    """Outcome over a grid of total spend, each channel by itself: spend and every array of band are (P, C)."""

    channels: tuple[str, ...]
    weeks: float
    spend: FloatArray
    outcome: Band


def phase(totals: FloatArray, *, weeks: int, weights: FloatArray | None = None) -> FloatArray:
    """Spread totals (C,) over weeks, evenly or by weights (W,) or (W, C) that are >= 0 and not all zero; (W, C)."""
    if weeks < 1:
        raise ValueError("a plan needs at least one week")
    given = np.ones((weeks, 1)) if weights is None else np.asarray(weights, dtype=np.float64)
    given = given.reshape(weeks, -1)
    total = given.sum(axis=0)
    if np.any(given < 0) or np.any(total <= 0):
        raise ValueError("weights must be 0 or more, and not all 0")
    return np.asarray(given / total * np.asarray(totals, dtype=np.float64), dtype=np.float64)


def forecast(
    curves: CurveDraws,
    *,
    spend: FloatArray,
    before: FloatArray | None = None,
    tail: int = TAIL_WEEKS,
    step: float = 1000.0,
) -> Forecast:
    """Expected outcome of a plan.

    curves: weekly curves. spend: (W, C) currency units per week, channels as in `curves`. before: (C,) adstock at work
    when the plan starts; its own effect is not counted to the plan, but the plan works on top of it. tail: weeks after
    the end in which carry-over counts. step: currency units of "the next 1,000". Raises: ValueError on shapes or
    negative spend.
    """
    _check(curves, spend)
    outcome = plan_draws(curves, spend=spend, before=before, tail=tail)
    by_channel = outcome.sum(axis=-1)
    totals = spend.sum(axis=0)
    even = np.full(spend.shape, 1.0 / len(spend))
    phased = np.where(totals > 0, spend / np.where(totals > 0, totals, 1.0), even)
    more = plan_draws(curves, spend=spend + step * phased, before=before, tail=tail).sum(axis=-1) - by_channel
    total = by_channel.sum(axis=1)
    return Forecast(
        channels=tuple(
            ChannelForecast(
                channel=channel,
                spend=float(totals[index]),
                outcome=interval(by_channel[:, index]),
                cost=_cost(float(totals[index]), by_channel[:, index]),
                next_step=interval(more[:, index]),
            )
            for index, channel in enumerate(curves.channels)
        ),
        spend=float(totals.sum()),
        total=interval(total),
        cost=_cost(float(totals.sum()), total),
        weekly=band(outcome.sum(axis=1)),
        step=step,
        draws=total,
    )


def plan_draws(
    curves: CurveDraws, *, spend: FloatArray, before: FloatArray | None = None, tail: int = TAIL_WEEKS
) -> FloatArray:
    """Outcome of a plan by draw, channel and week, (S, C, W + tail), over what `before` alone would have brought."""
    _check(curves, spend)
    weekly = np.concatenate([spend, np.zeros((tail, spend.shape[1]))]).T
    half, slope = curves.half[..., None], curves.slope[..., None]
    stock = geometric_adstock(weekly, retention=curves.retention, before=before)
    lifted = hill(stock, half=half, slope=slope)
    if before is not None:
        alone = geometric_adstock(np.zeros_like(weekly), retention=curves.retention, before=before)
        lifted = lifted - hill(alone, half=half, slope=slope)
    return np.asarray(curves.scale[..., None] * lifted, dtype=np.float64)


def chance_to_beat(plan: Forecast, *, baseline: Forecast) -> float:
    """Share of draws in which `plan` brings more than `baseline`; a tie counts half.

    Both must be made from the same curves, so that draw by draw they live in the same world.
    """
    if len(plan.draws) != len(baseline.draws):
        raise ValueError("the two forecasts must be made from the same curves")
    return float(np.mean((plan.draws > baseline.draws) + 0.5 * (plan.draws == baseline.draws)))


def response_table(curves: CurveDraws, *, weeks: float, upper: FloatArray, points: int = 65) -> ResponseTable:
    """Outcome of total spends from 0 to `upper` (C,), spread evenly over `weeks` at steady state.

    Points are quadratically spaced, closer near zero where curves bend.
    """
    if points < 2 or np.any(np.asarray(upper) <= 0):
        raise ValueError("give two points or more, and an upper spend above 0 for every channel")
    grid = np.linspace(0.0, 1.0, points)[:, None] ** 2 * np.asarray(upper, dtype=np.float64)
    over = curves.over(weeks)
    outcome = over.scale[:, None] * hill(grid, half=over.half[:, None], slope=over.slope[:, None])
    return ResponseTable(channels=curves.channels, weeks=weeks, spend=grid, outcome=band(outcome))


def _check(curves: CurveDraws, spend: FloatArray) -> None:
    if spend.ndim != 2 or spend.shape[1] != len(curves.channels) or not len(spend):
        raise ValueError(f"spend must be (weeks, {len(curves.channels)}), found {spend.shape}")
    if not np.all(np.isfinite(spend)) or np.any(spend < 0):
        raise ValueError("spend must be a number, 0 or more, in every week")


def _cost(spend: float, outcome: FloatArray) -> Interval | None:
    found = interval(outcome)
    if spend <= 0 or found.low <= 0:
        return None
    return Interval(mean=spend / found.mean, low=spend / found.high, high=spend / found.low)
