"""Random allocation problems under uncertainty: the family on which plans for bad outcomes are compared.

History, return, slopes and limits are as in `allocation_family` (wide limits). Every draw differs from the channel's
curve: half by 30 %, slope by 10 % (log-normal), scale by 10 to 60 %, so that some channels are safer than others.
"""

from __future__ import annotations

import numpy as np
from benchmarks.allocation_family import SLOPES, Shape

from nexusplanner.domain.planning.curves import CurveDraws
from nexusplanner.domain.planning.risk.allocation import Measure, RiskProblem


def risk_problem(
    rng: np.random.Generator,
    *,
    channels: int,
    draws: int,
    shape: Shape,
    measure: Measure = "cvar",
    level: float = 0.1,
    budget_share: float = 1.0,
) -> RiskProblem:
    """One problem of the family; `budget_share` is the budget over the sum of history."""
    history = rng.lognormal(10.0, 1.0, channels)
    slope = rng.uniform(*SLOPES[shape], channels) * rng.lognormal(0.0, 0.1, (draws, channels))
    if shape == "concave":
        slope = np.minimum(slope, 1.0)
    half = history * rng.uniform(0.3, 3.0, channels) * rng.lognormal(0.0, 0.3, (draws, channels))
    roi = np.exp(rng.uniform(np.log(0.5), np.log(5.0), channels))
    full = roi * history * (1.0 + (half / history) ** slope).mean(axis=0)
    scale = full * np.exp(rng.uniform(0.1, 0.6, channels) * rng.standard_normal((draws, channels)))
    names = tuple(f"channel {index + 1}" for index in range(channels))
    return RiskProblem(
        budget=budget_share * float(history.sum()),
        channels=names,
        lower=np.zeros(channels),
        upper=3.0 * history,
        draws=CurveDraws(channels=names, scale=scale, half=half, slope=slope, retention=np.zeros((draws, channels))),
        measure=measure,
        level=level,
    )
