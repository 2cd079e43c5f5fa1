"""Random flighting problems, and what a coarse search through all their plans finds."""

from __future__ import annotations

import itertools

import numpy as np

from nexusplanner.domain.planning.curves import Curve, FloatArray, HillCurve, MeanHillCurve
from nexusplanner.domain.planning.flighting.problem import FlightChannel, FlightProblem


def year(seed: int, *, channels: int = 4, weeks: int = 26, given: bool = False) -> FlightProblem:
    """S-shaped and concave channels with carry-over, season and weekly maximums of three times an even spread."""
    rng = np.random.default_rng(seed)
    history = rng.lognormal(8.0, 1.0, channels)
    season = 1.0 + 0.3 * np.sin(np.arange(weeks) * 2 * np.pi / 52)
    return FlightProblem(
        budget=float(weeks * history.sum()),
        weeks=(1.0,) * weeks,
        channels=tuple(
            FlightChannel(
                name=f"channel {index + 1}",
                curve=HillCurve(
                    scale=float(rng.uniform(1.0, 5.0) * level),
                    half=float(level * rng.uniform(0.3, 3.0)),
                    slope=float(rng.uniform(0.5, 3.0)),
                ),
                retention=float(rng.uniform(0.0, 0.8)),
                lower=float(weeks * level) if given else 0.0,
                upper=float(weeks * level) if given else np.inf,
                weekly_upper=float(3.0 * level),
                weights=season,
                before=float(level * rng.uniform(0.0, 1.0)),
            )
            for index, level in enumerate(history)
        ),
    )


def small(rng: np.random.Generator) -> FlightProblem:
    """One or two channels over two to four weeks with every kind of limit. May be infeasible: InvalidFlight."""
    channels = int(rng.integers(1, 3))
    weeks = int(rng.integers(2, 5 if channels == 1 else 4))
    lengths = np.ones(weeks)
    lengths[0] = 3 / 7 if rng.random() < 0.3 else 1.0
    lengths[-1] = 2 / 7 if rng.random() < 0.3 else lengths[-1]
    return FlightProblem(
        budget=float(rng.uniform(10, 80)),
        weeks=tuple(lengths.tolist()),
        channels=tuple(_small_channel(rng, name=f"channel {index + 1}", weeks=weeks) for index in range(channels)),
        tail_weeks=int(rng.integers(0, 5)),
    )


def _small_channel(rng: np.random.Generator, *, name: str, weeks: int) -> FlightChannel:
    least = float(rng.uniform(0, 5)) if rng.random() < 0.4 else 0.0
    opened = rng.random(weeks) < 0.85
    opened[int(rng.integers(weeks))] = True
    fixed = {int(rng.integers(weeks)): float(rng.uniform(0, 4))} if rng.random() < 0.2 else {}
    return FlightChannel(
        name=name,
        curve=_small_curve(rng),
        retention=float(rng.choice([0.0, rng.uniform(0, 0.95)])),
        upper=float(rng.choice([np.inf, rng.uniform(20, 60)])),
        weekly_upper=rng.uniform(5, 40, weeks) if rng.random() < 0.5 else float(rng.uniform(5, 40)),
        weekly_lower=float(rng.uniform(0, 2)) if rng.random() < 0.2 else 0.0,
        least_on=least,
        shortest=int(rng.integers(1, 4)) if least else 1,
        open=opened.tolist(),
        fixed=fixed,
        weights=rng.uniform(0.5, 1.5, weeks),
        before=float(rng.choice([0.0, rng.uniform(0, 30)])),
        beside=rng.uniform(0, 40, weeks) * (rng.random(weeks) < 0.6) if rng.random() < 0.5 else None,
    )


def _small_curve(rng: np.random.Generator) -> Curve:
    draws = int(rng.integers(1, 4))
    scale, half = rng.uniform(0.5, 2.0, draws), 10.0 * rng.lognormal(0.0, 1.0, draws)
    slope = np.exp(rng.uniform(np.log(0.3), np.log(5.0), draws))
    if draws > 1:
        return MeanHillCurve(scale=scale, half=half, slope=slope)
    return HillCurve(scale=float(scale[0]), half=float(half[0]), slope=float(slope[0]))


def best_on_grid(problem: FlightProblem, *, steps: int = 7) -> float:
    """The greatest value among all plans whose weeks lie on a grid: -inf when none of them is feasible."""
    totals, values = np.zeros(1), np.zeros(1)
    for channel in range(len(problem.channels)):
        plans = grid_plans(problem, channel, steps=steps)
        spent, earned = plans.sum(axis=1), _channel_values(problem, channel, plans)
        totals = (totals[:, None] + spent).ravel()
        values = (values[:, None] + earned).ravel()
    return float(values[totals <= problem.budget].max(initial=-np.inf))


def grid_plans(problem: FlightProblem, channel: int, *, steps: int) -> FloatArray:
    """(N, T) every plan of one channel on the grid that keeps its limits, told here in another way than in the code."""
    asked = problem.channels[channel]
    axes = []
    for week in range(len(problem.weeks)):
        low, high = problem.least_on[channel, week], problem.weekly_upper[channel, week]
        levels = np.linspace(low, high, steps) if high >= low else np.empty(0)
        if problem.weekly_lower[channel, week] <= 0:
            levels = np.append(levels, 0.0)
        axes.append(np.unique(levels))
    kept = [plan for plan in itertools.product(*axes) if keeps_shortest(plan, asked.shortest)]
    plans = np.array(kept).reshape(-1, len(axes))
    totals = plans.sum(axis=1)
    return plans[(totals <= asked.upper) & (totals >= asked.lower)]


def keeps_shortest(plan: tuple[float, ...] | FloatArray, shortest: int) -> bool:
    """Whether every run of weeks with money is long enough."""
    runs = [len(list(group)) for on, group in itertools.groupby(amount > 0 for amount in plan) if on]
    return all(run >= shortest for run in runs)


def _channel_values(problem: FlightProblem, channel: int, plans: FloatArray) -> FloatArray:
    own = _channel_outcome(problem, channel, plans, before=problem.channels[channel].before)
    return own - _channel_outcome(problem, channel, np.zeros_like(plans[:1]), before=0.0)


def _channel_outcome(problem: FlightProblem, channel: int, plans: FloatArray, *, before: float) -> FloatArray:
    asked = problem.channels[channel]
    beside = np.zeros(plans.shape[1]) if asked.beside is None else np.asarray(asked.beside)
    plans = plans + beside
    stock, value = np.full(len(plans), before), np.zeros(len(plans))
    for week, length in enumerate(problem.lengths):
        keep = asked.retention / (asked.retention + (1 - asked.retention) * length)
        spend = plans[:, week] if week < plans.shape[1] else np.zeros(len(plans))
        stock = keep * stock + (1 - keep) * spend / length
        weight = 1.0 if week >= plans.shape[1] or asked.weights is None else asked.weights[week]
        value += weight * length * asked.curve.value(stock)
    return value
