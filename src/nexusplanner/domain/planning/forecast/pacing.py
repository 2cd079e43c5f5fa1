"""How spend may run against plan: what is delivered of each week's money, and the chance to exceed the budget."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.result import Band
from nexusplanner.domain.planning.forecast.shocks import InvalidForecast

USUAL_NOISE = 0.10
"""Deviation of a week's delivery where no history tells: platforms even out days (a day may reach twice its budget),
so that a week strays less than a day; no source publishes a figure, and 10 % is meant to err on the wide side."""
LEAST_STEPS = 8
MOST_NOISE = 0.30
MARGIN = 0.01
RUNS = 4_000
MAD_TO_DEVIATION = 1.4826


@dataclass(frozen=True, kw_only=True, eq=False)
class DeliveryNoise:
    """Standard deviation of the logarithm of delivered / planned in a week, (C,), and where it comes from."""

    deviation: FloatArray
    reason: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Pacing:
    """Cumulative spend of all channels by week, currency units.

    planned: (T,). delivered: mean and 90 % band, (T,). overspend_probability: of ending more than `MARGIN` above the
    budget. assumptions: the model in words.
    """

    planned: FloatArray
    delivered: Band
    overspend_probability: float
    assumptions: tuple[str, ...]


def delivery_noise(history: FloatArray | None, *, channels: int) -> DeliveryNoise:
    """The noise of each channel from its own weekly spends.

    history: (C, W) currency units, oldest week first. The deviation is that of the steps from one week with spend to
    the next, by their median size (planned changes are few and large), over the square root of 2 because a step holds
    the noise of two weeks; at most `MOST_NOISE`. A channel with fewer than `LEAST_STEPS` such steps gets `USUAL_NOISE`.
    Raises: InvalidForecast unless there is one row per channel.
    """
    usual = f"{USUAL_NOISE:.0%} is assumed"
    if history is None:
        return DeliveryNoise(deviation=np.full(channels, USUAL_NOISE), reason=f"{usual}, as there is no spend history")
    if np.ndim(history) != 2 or len(history) != channels:
        raise InvalidForecast(f"The spend history must have one row for each of the {channels} channels.")
    estimates = [_deviation(row) for row in np.asarray(history, dtype=np.float64)]
    known = sum(estimate is not None for estimate in estimates)
    reason = f"from the weekly spends of {known} of {channels} channels" + (
        "" if known == channels else f"; else {usual}"
    )
    return DeliveryNoise(
        deviation=np.array([USUAL_NOISE if estimate is None else estimate for estimate in estimates]),
        reason=reason if known else f"{usual}, as too few weeks of spend are known",
    )


def _deviation(spends: FloatArray) -> float | None:
    running = (spends[:-1] > 0) & (spends[1:] > 0)
    steps = np.diff(np.log(np.where(spends > 0, spends, 1.0)))[running]
    if len(steps) < LEAST_STEPS:
        return None
    return min(MAD_TO_DEVIATION * float(np.median(np.abs(steps))) / math.sqrt(2.0), MOST_NOISE)


def pacing(
    spend: FloatArray,
    *,
    budget: float,
    noise: DeliveryNoise,
    daily_cap: Sequence[bool],
    rng: np.random.Generator,
) -> Pacing:
    """Band of cumulative delivery and the chance to exceed the budget when nobody steps in.

    spend: (C, T) planned currency units by week. budget: currency units. Delivered = planned * exp(noise), independent
    between weeks and channels, with a mean of the plan. daily_cap: (C,) whether the channel's platform stops at its
    budget; such a week delivers at most its plan. Raises: InvalidForecast for shapes or amounts that cannot be.
    """
    if np.ndim(spend) != 2 or not {len(spend)} == {len(noise.deviation), len(daily_cap)}:
        raise InvalidForecast("Spend, noise and caps must have one row per channel.")
    if not np.all(np.isfinite(spend)) or np.any(spend < 0) or not budget >= 0:
        raise InvalidForecast("Planned spends and the budget must be 0 or more.")
    delivered = np.zeros((RUNS, spend.shape[1]))
    for planned, deviation, capped in zip(spend, noise.deviation, daily_cap, strict=True):
        share = np.exp(deviation * rng.standard_normal(delivered.shape) - deviation**2 / 2.0)
        delivered += planned * (np.minimum(share, 1.0) if capped else share)
    running = delivered.cumsum(axis=1)
    low, high = np.quantile(running, (0.05, 0.95), axis=0)
    return Pacing(
        planned=np.asarray(spend.sum(axis=0).cumsum(), dtype=np.float64),
        delivered=Band(mean=running.mean(axis=0), low=low, high=high),
        overspend_probability=float(np.mean(running[:, -1] > budget * (1.0 + MARGIN))),
        assumptions=_assumptions(noise, daily_cap=daily_cap),
    )


def _assumptions(noise: DeliveryNoise, *, daily_cap: Sequence[bool]) -> tuple[str, ...]:
    lowest, highest = float(noise.deviation.min()), float(noise.deviation.max())
    size = f"{lowest:.0%}" if highest - lowest < 0.005 else f"{lowest:.0%} to {highest:.0%}"
    caps = {
        0: "No platform caps its spend, so a week may deliver more than planned.",
        len(daily_cap): "Every platform stops at its daily budgets, so a week delivers at most its plan.",
    }.get(sum(daily_cap), "Where a platform stops at its daily budget, a week delivers at most its plan.")
    return (
        f"A week's delivery strays from its plan by {size} (one standard deviation; {noise.reason}).",
        "Weeks and channels stray independently.",
        caps,
        f"Overspend means more than {MARGIN:.0%} above the budget, with nobody stepping in.",
    )
