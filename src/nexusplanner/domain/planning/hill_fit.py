"""The Hill curve nearest to a response curve of another form, by least squares, for many curves at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray

ROUNDS = 60
LARGEST = 12.0
"""Bound on the logarithms of half (over the range) and slope, so that a straight line stays finite."""


@dataclass(frozen=True, kw_only=True, eq=False)
class HillFit:
    """Hill parameters (S,) and the largest distance of each fit from its curve, over the curve's top, (S,)."""

    scale: FloatArray
    half: FloatArray
    slope: FloatArray
    error: FloatArray


def nearest_hill(spend: FloatArray, *, values: FloatArray) -> HillFit:
    """Fit scale * x^slope / (x^slope + half^slope) to S curves by damped Gauss-Newton in logarithms.

    spend: (K,) ascending, above 0, the range that is used. values: (S, K), rising, above 0 at the end. Raises
    ValueError for curves that bring nothing.
    """
    top = values[:, -1:]
    if np.any(~np.isfinite(values)) or np.any(top <= 0) or np.any(spend <= 0):
        raise ValueError("curves must be finite and bring something at the end of the range")
    wanted, at = values / top, np.log(spend / spend[-1])
    parameters = np.tile([0.7, -0.5, 0.0], (len(values), 1))
    damping = np.full(len(values), 1e-2)
    loss = _loss(parameters, at, wanted)
    for _ in range(ROUNDS):
        residual, slopes = _linear(parameters, at, wanted)
        normal = np.einsum("ski,skj->sij", slopes, slopes)
        diagonal = np.einsum("sii->si", normal)
        ridge = damping[:, None] * diagonal + 1e-12
        step = np.linalg.solve(
            normal + ridge[:, :, None] * np.eye(3), -np.einsum("ski,sk->si", slopes, residual)[..., None]
        )[..., 0]
        tried = np.clip(parameters + np.clip(step, -1.0, 1.0), -LARGEST, LARGEST)
        found = _loss(tried, at, wanted)
        better = found < loss
        parameters[better], loss = tried[better], np.where(better, found, loss)
        damping = np.clip(np.where(better, damping / 3, damping * 5), 1e-9, 1e6)
    scale, half, slope = np.exp(parameters).T
    error = np.abs(_shape(parameters, at) - wanted).max(axis=1)
    return HillFit(scale=scale * top[:, 0], half=half * spend[-1], slope=slope, error=error)


def _shape(parameters: FloatArray, at: FloatArray) -> FloatArray:
    """The curve at log places `at` (K,) for log parameters (S, 3): (S, K)."""
    scale, half, slope = (column[:, None] for column in parameters.T)
    steepness = np.exp(slope) * (at - half)
    return np.asarray(np.exp(scale) / (1.0 + np.exp(-np.clip(steepness, -500, 500))))


def _loss(parameters: FloatArray, at: FloatArray, wanted: FloatArray) -> FloatArray:
    return np.asarray(np.square(_shape(parameters, at) - wanted).sum(axis=1))


def _linear(parameters: FloatArray, at: FloatArray, wanted: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Residuals (S, K) and their derivatives (S, K, 3)."""
    value = _shape(parameters, at)
    scale, half, slope = (column[:, None] for column in parameters.T)
    share = value / np.exp(scale)
    rise = value * (1.0 - share)
    steep = np.exp(slope)
    slopes = np.stack([value, -rise * steep, rise * steep * (at - half)], axis=-1)
    return value - wanted, slopes
