"""The most probable parameters: Levenberg-Marquardt from several starts at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.model import Model
from nexusplanner.domain.planning.fit.priors import EFFECT, SLOPE

_STEPS = 40
_ENOUGH = 1e-4
_ROUNDS = 3
_STEEP = 2.0
"""Effect and slope of a channel's own start, in prior standard deviations."""
_KEPT = 4
_HOPELESS = 20.0
"""A mode whose log evidence is so far below the best is never drawn."""
_SAME = 0.5
"""Two ends of a climb nearer than this, in prior standard deviations, are one mode."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Modes:
    """Distinct most probable points (M, C, P), best first, under the covariance of index `choice`.

    curvature: (M, CP, CP) of the negative log posterior. weight: (M,) Laplace estimate of each mode's probability.
    """

    points: FloatArray
    choice: int
    curvature: FloatArray
    weight: FloatArray


def find_modes(model: Model) -> Modes:
    """Climb from several starts without drift or persistence, then let the rows choose the covariance and climb on.

    One start is the prior centre; in each of the others one channel explains as much as it can by a threshold, which
    is where a second mode of a curve hides.
    """
    points = np.zeros((1 + len(model.priors.centre), *model.priors.centre.shape))
    for channel in range(len(model.priors.centre)):
        points[channel + 1, channel, [EFFECT, SLOPE]] = _STEEP
    points, losses, _ = climb(model, points, choice=0, steps=6)
    points = points[_apart(points, losses)[:_KEPT]]
    choice = -1
    for _ in range(_ROUNDS):
        wanted = int(np.argmax(model.log_weights(model.residual_squares(points[:1]))[0]))
        if wanted == choice:
            break
        choice = wanted
        points, losses, curvatures = climb(model, points, choice=choice)
        order = np.argsort(losses)
        points, losses, curvatures = points[order], losses[order], curvatures[order]
    return _distinct(points, losses, curvatures, choice)


def _distinct(points: FloatArray, losses: FloatArray, curvatures: FloatArray, choice: int) -> Modes:
    evidence = -losses - 0.5 * np.linalg.slogdet(curvatures)[1]
    apart = _apart(points, losses)
    best = evidence[apart].max()
    kept = [index for index in apart if evidence[index] > best - _HOPELESS]
    weight = np.exp(evidence[kept] - best)
    return Modes(
        points=points[kept],
        choice=choice,
        curvature=curvatures[kept],
        weight=weight / weight.sum(),
    )


def _apart(points: FloatArray, losses: FloatArray) -> list[int]:
    """Indices of the points that are not near a better one, best first."""
    kept: list[int] = []
    for index in np.argsort(losses):
        if all(np.abs(points[index] - points[other]).max() > _SAME for other in kept):
            kept.append(int(index))
    return kept


def climb(
    model: Model, points: FloatArray, *, choice: int, steps: int = _STEPS
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Levenberg-Marquardt from `points` (B, C, P) at once; returns points, losses (B,) and curvatures (B, CP, CP)."""
    size = points[0].size
    damping = np.full(len(points), 0.1)
    points = points.copy()
    loss, gradient, curvature = _quadratic(model, points, choice)
    active = np.arange(len(points))
    for _ in range(steps):
        slope = np.diagonal(curvature[active], axis1=1, axis2=2)
        damped = curvature[active] + damping[active, None, None] * np.eye(size) * slope[:, None]
        step = np.clip(np.linalg.solve(damped, -gradient[active][..., None])[..., 0], -2.0, 2.0)
        trial = points[active] + step.reshape(len(active), *points.shape[1:])
        new_loss, new_gradient, new_curvature = _quadratic(model, trial, choice)
        better = new_loss < loss[active]
        gain = np.where(better, loss[active] - new_loss, np.inf)
        found = active[better]
        points[found], loss[found] = trial[better], new_loss[better]
        gradient[found], curvature[found] = new_gradient[better], new_curvature[better]
        damping[active] = np.clip(np.where(better, damping[active] * 0.3, damping[active] * 4.0), 1e-6, 1e6)
        active = active[(gain >= _ENOUGH) & (damping[active] < 1e5)]
        if not active.size:
            break
    return points, loss, curvature


def _quadratic(model: Model, points: FloatArray, choice: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Negative log posterior, its gradient and its Gauss-Newton curvature at `points`."""
    forward = model.forward(points)
    slopes = model.jacobian(forward)
    batch, _, _, weeks = slopes.shape
    rest = model.whiteners[choice].rest
    residual = (model.outcome - forward.outcome) @ rest.T
    tangent = slopes.reshape(batch, -1, weeks) @ rest.T
    squares = np.maximum(np.square(residual).sum(axis=-1), 1e-12)
    freedom = model.whiteners[choice].freedom
    precision = freedom / squares
    flat = points.reshape(batch, -1)
    loss = 0.5 * freedom * np.log(squares) + 0.5 * np.square(flat).sum(axis=-1)
    gradient = flat - precision[:, None] * (tangent @ residual[..., None])[..., 0]
    curvature = precision[:, None, None] * (tangent @ tangent.transpose(0, 2, 1)) + np.eye(flat.shape[1])
    if model.experiments is not None:
        misses, by_channel = model.misses(points, forward)
        towards = by_channel.reshape(batch, misses.shape[1], -1)
        loss += 0.5 * np.square(misses).sum(axis=-1)
        gradient += np.matmul(misses[:, None], towards)[:, 0]
        curvature += towards.transpose(0, 2, 1) @ towards
    return loss, gradient, curvature
