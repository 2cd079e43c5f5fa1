"""Weekly spend and outcomes with known truth, for benchmarks, tests and the demonstration workspace."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

import numpy as np

from nexusplanner.domain.planning.adstock import carry, geometric_adstock
from nexusplanner.domain.planning.curves import FloatArray, hill
from nexusplanner.domain.planning.fit.data import FitData

Shape = Literal["mm", "hill"]
Strain = Literal["logistic", "delayed", "persistent", "drifting", "demand"]
WEEKS_PER_YEAR = 365.25 / 7
STRAINS: tuple[Strain, ...] = ("logistic", "delayed", "persistent", "drifting", "demand")


@dataclass(frozen=True, kw_only=True)
class World:
    """What to simulate.

    shape: "mm" fixes every slope at one, "hill" draws slopes. media_share: part of the outcome the channels bring, about.
    noise: standard deviation over the mean outcome. weekly_spend: of all channels, in currency units. strain: one way in which the world is not the model, or None. whole: round outcomes, for counts (with
    `roi` in outcomes per currency unit).
    Ranges are of the truth: ROI log-uniform, retention uniform, half (over mean spend) log-uniform, slope uniform.
    """

    channels: tuple[str, ...] = ("tv", "search", "social", "print", "radio")
    weeks: int = 169
    start: date = date(2022, 1, 3)
    shape: Shape = "hill"
    media_share: float = 0.3
    noise: float = 0.035
    weekly_spend: float = 1e5
    controls: int = 1
    strain: Strain | None = None
    whole: bool = False
    roi: tuple[float, float] = (0.6, 5.0)
    retention: tuple[float, float] = (0.05, 0.7)
    half: tuple[float, float] = (0.3, 3.0)
    slope: tuple[float, float] = (0.7, 2.5)


@dataclass(frozen=True, kw_only=True, eq=False)
class Truth:
    """What the simulated rows were made of; arrays over channels are (C,), over rows (T, C) or (T,).

    scale, half, slope and retention describe the weekly curve (scale in outcome, half in currency, per week).
    contributions: (T, C). expected: (T,) outcome without noise. `roi_over` gives the ROI of the first rows.
    """

    scale: FloatArray
    half: FloatArray
    slope: FloatArray
    retention: FloatArray
    contributions: FloatArray
    expected: FloatArray
    baseline: FloatArray
    spend: FloatArray = field(repr=False)

    def roi_over(self, rows: int) -> FloatArray:
        """Incremental outcome over spend in the first `rows` rows, (C,)."""
        return np.asarray(self.contributions[:rows].sum(axis=0) / self.spend[:rows].sum(axis=0))


def simulate(world: World, *, rng: np.random.Generator) -> tuple[FitData, Truth]:
    """Draw one data set and its truth; the same world and generator state give the same bytes."""
    time = np.arange(world.weeks) / WEEKS_PER_YEAR
    season = _season(time, rng)
    demand = _persistent(world.weeks, 0.85, rng)
    spend = _spend(world, season, demand, rng)
    truth = _truth(world, spend, rng)
    controls = np.zeros((world.weeks, world.controls))
    for index in range(world.controls):
        controls[:, index] = _persistent(world.weeks, 0.6, rng)
    media = truth.contributions.sum(axis=1)
    level = media.mean() * (1.0 / world.media_share - 1.0)
    shape = 1.0 + rng.uniform(-0.05, 0.08) * time + rng.uniform(0.04, 0.12) * season
    shape = shape + controls @ rng.uniform(-0.03, 0.03, size=world.controls)
    if world.strain == "drifting":
        shape = shape + 0.012 * np.cumsum(rng.standard_normal(world.weeks))
    if world.strain == "demand":
        shape = shape + 0.05 * demand
    expected = level * shape + media
    noise = _persistent(world.weeks, 0.6, rng) if world.strain == "persistent" else rng.standard_normal(world.weeks)
    outcome = np.maximum(expected + world.noise * expected.mean() * noise, 0.0)
    data = FitData(
        dates=tuple(world.start + timedelta(weeks=week) for week in range(world.weeks)),
        outcome=np.round(outcome) if world.whole else outcome,
        spend=spend,
        channels=world.channels,
        controls=controls,
        control_names=tuple(f"control_{index + 1}" for index in range(world.controls)),
    )
    return data, replace(truth, expected=expected, baseline=level * shape)


def _truth(world: World, spend: FloatArray, rng: np.random.Generator) -> Truth:
    """Curves and contributions of the channels; baseline and expected are still to come."""
    count = len(world.channels)
    retention = rng.uniform(*world.retention, size=count)
    half = spend.mean(axis=0) * _log_uniform(world.half, count, rng)
    slope = rng.uniform(*world.slope, size=count) if world.shape == "hill" else np.ones(count)
    effect = _effects(spend, retention, half, slope, world.strain)
    scale = _log_uniform(world.roi, count, rng) * spend.sum(axis=0) / effect.sum(axis=0)
    nothing = np.zeros(world.weeks)
    return Truth(
        scale=scale,
        half=half,
        slope=slope,
        retention=retention,
        contributions=effect * scale,
        expected=nothing,
        baseline=nothing,
        spend=spend,
    )


def _log_uniform(ends: tuple[float, float], count: int, rng: np.random.Generator) -> FloatArray:
    return np.exp(rng.uniform(np.log(ends[0]), np.log(ends[1]), size=count))


def _season(time: FloatArray, rng: np.random.Generator) -> FloatArray:
    first, second = rng.uniform(0, 1, size=2)
    return np.asarray(np.cos(2 * np.pi * (time - first)) + 0.4 * np.cos(4 * np.pi * (time - second)))


def _persistent(weeks: int, keep: float, rng: np.random.Generator) -> FloatArray:
    """First-order autoregression with unit variance, (weeks,)."""
    shocks = rng.standard_normal(weeks) * np.sqrt(1 - keep**2)
    shocks[0] /= np.sqrt(1 - keep**2)
    return carry(shocks, retention=np.asarray(keep))


def _spend(world: World, season: FloatArray, demand: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Spends (T, C) in currency units: a shared budget mood, the season, own weekly noise, and flights in some."""
    weeks = world.weeks
    mood = _persistent(weeks, 0.8, rng)
    columns = []
    for index in range(len(world.channels)):
        swing = 0.25 * mood + 0.15 * season + 0.3 * _persistent(weeks, float(rng.uniform(0.2, 0.7)), rng)
        if world.strain == "demand":
            swing = swing + 0.25 * demand
        column = np.exp(swing)
        if index % 3 == 0:
            column = column * _flights(weeks, rng)
        columns.append(column / column.mean())
    sizes = world.weekly_spend * rng.dirichlet(np.full(len(columns), 6.0))
    return np.column_stack(columns) * sizes


def _flights(weeks: int, rng: np.random.Generator) -> FloatArray:
    """On for 3 to 8 weeks, off (or nearly) for 2 to 6, (weeks,)."""
    pattern: list[float] = []
    while len(pattern) < weeks:
        pattern += [1.0] * int(rng.integers(3, 9)) + [float(rng.choice([0.0, 0.0, 0.15]))] * int(rng.integers(2, 7))
    return np.array(pattern[:weeks])


def _effects(
    spend: FloatArray, retention: FloatArray, half: FloatArray, slope: FloatArray, strain: Strain | None
) -> FloatArray:
    """Saturated effects (T, C) before scaling."""
    stock = geometric_adstock(spend.T, retention=retention)
    if strain == "delayed":
        # Two geometric passes peak after the week of the spend.
        stock = geometric_adstock(stock, retention=np.minimum(retention, 0.5))
    if strain == "logistic":
        turned = 1.5 * slope * stock.T / half
        return np.asarray((1.0 - np.exp(-turned)) / (1.0 + np.exp(-turned + 1.0)))
    return hill(stock.T, half=half, slope=slope)
