"""The most probable parameters: Levenberg-Marquardt from several starts at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit_model import Model

_STEPS = 40
_ENOUGH = 1e-5


@dataclass(frozen=True, kw_only=True, eq=False)
class Mode:
    """A most probable point (C, 4), the index of its covariance, and the curvature (4C, 4C) there."""

    point: FloatArray
    choice: int
    curvature: FloatArray


def starts(channels: int, *, count: int, rng: np.random.Generator) -> FloatArray:
    """The prior centre and random points around it, (count, C, 4)."""
    points = 0.8 * rng.standard_normal((count, channels, 4))
    points[0] = 0.0
    return points


def find_mode(model: Model, *, rng: np.random.Generator, count: int = 6) -> Mode:
    """Climb from `count` starts without drift or persistence, then let the rows choose the covariance and climb on."""
    channels = len(model.spend)
    points, losses, curvatures = climb(model, starts(channels, count=count, rng=rng), choice=0, steps=12)
    points = points[np.argsort(losses)[:2]]
    choice = 0
    for _ in range(3):
        points, losses, curvatures = climb(model, points, choice=choice)
        best = int(np.argmin(losses))
        wanted = int(np.argmax(model.log_weights(model.residual_squares(points[best : best + 1]))[0]))
        if wanted == choice:
            break
        choice = wanted
    else:
        points, losses, curvatures = climb(model, points, choice=choice)
        best = int(np.argmin(losses))
    return Mode(point=points[best], choice=choice, curvature=curvatures[best])


def climb(
    model: Model, points: FloatArray, *, choice: int, steps: int = _STEPS
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Levenberg-Marquardt from `points` (B, C, 4) at once; returns points, losses (B,) and curvatures (B, 4C, 4C)."""
    batch, channels, _ = points.shape
    size = 4 * channels
    damping = np.full(batch, 0.1)
    loss, gradient, curvature = _quadratic(model, points, choice)
    for _ in range(steps):
        damped = curvature + damping[:, None, None] * np.eye(size) * np.diagonal(curvature, axis1=1, axis2=2)[:, None]
        step = np.linalg.solve(damped, -gradient[..., None])[..., 0]
        step = np.clip(step, -2.0, 2.0)
        trial = points + step.reshape(points.shape)
        new_loss, new_gradient, new_curvature = _quadratic(model, trial, choice)
        better = new_loss < loss
        gain = np.where(better, loss - new_loss, np.inf)
        points = np.where(better[:, None, None], trial, points)
        loss = np.where(better, new_loss, loss)
        gradient = np.where(better[:, None], new_gradient, gradient)
        curvature = np.where(better[:, None, None], new_curvature, curvature)
        damping = np.clip(np.where(better, damping * 0.3, damping * 4.0), 1e-6, 1e6)
        if np.all((gain < _ENOUGH) | (damping >= 1e5)):
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
    return loss, gradient, curvature
