"""Whether the rows would rather have a channel's effect come later than a geometric adstock lets it."""

from __future__ import annotations

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit_model import Model
from nexusplanner.domain.planning.fit_search import Modes

_FLOOR = 1e-6


def lateness(model: Model, modes: Modes) -> FloatArray:
    """Score statistic by channel, (C,), of moving a little of the adstock of each week to the next; zeros if delayed.

    Standard normal when the geometric adstock is right, given that all other parameters adjust; positive when later
    fits better. Source: Rao's score test at the most probable parameters.
    """
    count = len(model.priors.centre)
    if model.spends.lags is not None:
        return np.zeros(count)
    point = modes.points[:1]
    forward = model.forward(point)
    whitener = model.whiteners[modes.choice]
    residual = (model.outcome - forward.outcome)[0] @ whitener.rest.T
    variance = max(float(residual @ residual), _FLOOR) / whitener.freedom
    level = forward.saturation.stock.level[0]
    later = np.zeros_like(level)
    later[:, 1:] = level[:, :-1]
    share = forward.share[0]
    bend = forward.saturation.slope[0][:, None] * share * (1.0 - share) * forward.weight[0][:, None]
    moved = (bend * np.where(level > _FLOOR, later / np.maximum(level, _FLOOR) - 1.0, 0.0)) @ whitener.rest.T
    slopes = model.jacobian(forward).reshape(-1, len(residual)) @ whitener.rest.T
    shared = np.linalg.solve(slopes @ slopes.T / variance + np.eye(len(slopes)), slopes @ moved.T / variance)
    score = moved @ residual / variance - shared.T @ (slopes @ residual / variance - point.ravel())
    spread = np.square(moved).sum(axis=1) / variance - (moved @ slopes.T / variance * shared.T).sum(axis=1)
    return np.asarray(np.where(spread > _FLOOR, score / np.sqrt(np.maximum(spread, _FLOOR)), 0.0))
