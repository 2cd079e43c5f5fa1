"""The best mixture of plans under a tail mean, and the weights of the draws that price it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Mixture:
    """shares: (K,) of the plans. weights: (S,) of the draws, adding to 1. value: tail mean of the mixed outcomes."""

    shares: FloatArray
    weights: FloatArray
    value: float


def mix(outcomes: FloatArray, *, level: float) -> Mixture | None:
    """The mixture of outcomes (K, S), >= 0, with the greatest tail mean; None when the solver gives up.

    A linear programme: max t - sum(u) / (level S) with u >= t - shares @ outcomes. Its dual prices are the weights q
    with 0 <= q <= 1 / (level S) that minimise max over k of q @ outcomes[k].
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - half of what the application needs to start otherwise

    plans, draws = outcomes.shape
    unit = float(outcomes.max()) or 1.0
    gains = np.concatenate([np.zeros(plans), [1.0], np.full(draws, -1.0 / (level * draws))])
    rows = np.zeros((draws + 1, plans + 1 + draws))
    rows[:draws, :plans] = -outcomes.T / unit
    rows[:draws, plans] = 1.0
    rows[np.arange(draws), plans + 1 + np.arange(draws)] = -1.0
    rows[draws, :plans] = 1.0
    most = np.append(np.zeros(draws), 1.0)
    answer: Any = linprog(-gains, A_ub=rows, b_ub=most, bounds=(0.0, None), method="highs")
    if answer.status != 0:
        return None
    weights = np.maximum(-answer.ineqlin.marginals[:draws], 0.0)
    shares = np.maximum(answer.x[:plans], 0.0)
    if not weights.sum() > 0 or not shares.sum() > 0:
        return None
    return Mixture(shares=shares / shares.sum(), weights=weights / weights.sum(), value=-float(answer.fun) * unit)
