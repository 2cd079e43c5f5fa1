"""Random allocation problems: the family on which the planner and the baselines are compared.

History (weekly spend) is log-normal; half = 0.3 to 3 times history; return on investment at history is log-uniform from
0.5 to 5; slopes are 0.5 to 1 (concave), 1.2 to 3 (S-shaped) or either at random (mixed); limits are 0 to 3 times history
(wide) or 30 % around it (tight); the budget is the sum of history.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from nexusplanner.domain.planning.allocation.problem import AllocationProblem, ChannelProblem
from nexusplanner.domain.planning.curves import Curve, FloatArray, HillCurve, MeanHillCurve

Shape = Literal["concave", "s-shaped", "mixed"]
Bounds = Literal["wide", "tight"]
SHAPES: tuple[Shape, ...] = ("concave", "s-shaped", "mixed")
SLOPES: dict[Shape, tuple[float, float]] = {"concave": (0.5, 1.0), "s-shaped": (1.2, 3.0)}
LIMITS: dict[Bounds, tuple[float, float]] = {"wide": (0.0, 3.0), "tight": (0.7, 1.3)}


def family_problem(rng: np.random.Generator, *, channels: int, shape: Shape, bounds: Bounds) -> AllocationProblem:
    """One problem of the family."""
    history = rng.lognormal(10.0, 1.0, channels)
    slope = _slopes(rng, channels=channels, shape=shape)
    half = history * rng.uniform(0.3, 3.0, channels)
    roi = np.exp(rng.uniform(np.log(0.5), np.log(5.0), channels))
    scale = roi * history * (1.0 + (half / history) ** slope)
    least, most = LIMITS[bounds]
    return AllocationProblem(
        budget=float(history.sum()),
        channels=tuple(
            ChannelProblem(
                name=f"channel {index + 1}",
                curve=HillCurve(scale=float(scale[index]), half=float(half[index]), slope=float(slope[index])),
                lower=float(least * history[index]),
                upper=float(most * history[index]),
            )
            for index in range(channels)
        ),
    )


def _slopes(rng: np.random.Generator, *, channels: int, shape: Shape) -> FloatArray:
    if shape != "mixed":
        return rng.uniform(*SLOPES[shape], channels)
    concave, curved = (rng.uniform(*SLOPES[name], channels) for name in ("concave", "s-shaped"))
    return np.where(rng.random(channels) < 0.5, concave, curved)


def twin_problem(rng: np.random.Generator, *, channels: int, spread: float) -> AllocationProblem:
    """S-shaped channels that are nearly equal: every parameter differs by about `spread` (relative)."""
    slope, share = rng.uniform(1.5, 3.0), rng.uniform(0.2, 0.8)

    def near(number: float) -> float:
        return float(number * np.exp(spread * rng.normal()))

    return AllocationProblem(
        budget=3.0 * share * channels,
        channels=tuple(
            ChannelProblem(
                name=f"channel {index + 1}",
                curve=HillCurve(scale=near(1.0), half=near(3.0), slope=near(slope)),
                lower=0.0,
                upper=8.0,
            )
            for index in range(channels)
        ),
    )


def small_problem(rng: np.random.Generator, *, draws: int = 1) -> AllocationProblem:
    """A problem of 1 to 5 channels meant to be hard: shapes mixed, limits and budget anywhere, a lock now and then.

    With draws > 1 the curves are means over that many Hills.
    """
    channels = int(rng.integers(1, 6))
    half = rng.lognormal(0.0, 1.0, channels)
    upper = half * rng.uniform(0.2, 4.0, channels)
    lower = upper * rng.choice([0.0, 1.0], channels) * rng.uniform(0.0, 0.6, channels)
    lower = np.where(rng.random(channels) < 0.05, upper, lower)
    budget = float(lower.sum() + rng.uniform(0.02, 0.98) * (upper.sum() - lower.sum()))
    return AllocationProblem(
        budget=budget,
        channels=tuple(
            ChannelProblem(
                name=f"channel {index + 1}",
                curve=_small_curve(rng, half=float(half[index]), draws=draws),
                lower=float(lower[index]),
                upper=float(upper[index]),
            )
            for index in range(channels)
        ),
    )


def _small_curve(rng: np.random.Generator, *, half: float, draws: int) -> Curve:
    scale = rng.uniform(0.2, 2.0) * rng.lognormal(0.0, 0.2 if draws > 1 else 0.0, draws)
    slope = np.exp(rng.uniform(np.log(0.4), np.log(6.0))) * rng.lognormal(0.0, 0.2 if draws > 1 else 0.0, draws)
    halves = half * rng.lognormal(0.0, 0.5 if draws > 1 else 0.0, draws)
    if draws > 1:
        return MeanHillCurve(scale=scale, half=halves, slope=slope)
    return HillCurve(scale=float(scale[0]), half=float(halves[0]), slope=float(slope[0]))
