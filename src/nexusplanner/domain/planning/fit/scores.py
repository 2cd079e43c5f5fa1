"""Whether the rows would rather have another shape of a channel's effect than the fit allows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.media import Forward
from nexusplanner.domain.planning.fit.model import Model
from nexusplanner.domain.planning.fit.priors import SLOPE
from nexusplanner.domain.planning.fit.search import Modes

_FLOOR = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Scores:
    """Score statistics by channel, (C,), standard normal where the shape is right and all other parameters adjust.

    later: of moving a little of the adstock of each week to the next; zeros with a delayed adstock. steeper: of a slope
    above the one that is fixed; zeros where slopes are free. Source: Rao's score test at the most probable parameters.
    """

    later: FloatArray
    steeper: FloatArray


def scores(model: Model, modes: Modes) -> Scores:
    """Both statistics at the best mode."""
    nothing = np.zeros(len(model.priors.centre))
    forward = model.forward(modes.points[:1])
    fixed = not model.priors.spread[:, SLOPE].any()
    return Scores(
        later=_score(model, modes, forward, _later(forward)) if model.spends.lags is None else nothing,
        steeper=_score(model, modes, forward, forward.saturation.log_ratio[0]) if fixed else nothing,
    )


def _later(forward: Forward) -> FloatArray:
    """Change of the log of the adstock, (C, T), when what works a week later is moved there."""
    level = forward.saturation.stock.level[0]
    later = np.zeros_like(level)
    later[:, 1:] = level[:, :-1]
    return np.where(level > _FLOOR, later / np.maximum(level, _FLOOR) - 1.0, 0.0)


def _score(model: Model, modes: Modes, forward: Forward, turn: FloatArray) -> FloatArray:
    """Score, (C,), of bending every channel's curve by `turn` (C, T), a change of slope times the log of its adstock."""
    point = modes.points[:1]
    whitener = model.whiteners[modes.choice]
    residual = (model.outcome - forward.outcome)[0] @ whitener.rest.T
    variance = max(float(residual @ residual), _FLOOR) / whitener.freedom
    share = forward.share[0]
    bend = forward.saturation.slope[0][:, None] * share * (1.0 - share) * forward.weight[0][:, None]
    moved = (bend * turn) @ whitener.rest.T
    slopes = model.jacobian(forward).reshape(-1, len(residual)) @ whitener.rest.T
    shared = np.linalg.solve(slopes @ slopes.T / variance + np.eye(len(slopes)), slopes @ moved.T / variance)
    score = moved @ residual / variance - shared.T @ (slopes @ residual / variance - point.ravel())
    spread = np.square(moved).sum(axis=1) / variance - (moved @ slopes.T / variance * shared.T).sum(axis=1)
    return np.asarray(np.where(spread > _FLOOR, score / np.sqrt(np.maximum(spread, _FLOOR)), 0.0))
