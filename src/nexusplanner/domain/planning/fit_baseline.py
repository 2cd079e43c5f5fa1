"""The baseline under the channels: trend, season, controls, a level that may drift and noise that may persist.

Its linear block has a flat prior and is integrated out; the drifting level and the noise are Gaussian with a covariance
that is a multiple of the noise variance. What is left of the rows after that is a linear map per candidate covariance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from nexusplanner.domain.planning.curves import FloatArray

WEEKS_PER_YEAR = 365.25 / 7

DRIFTS = (0.0, 0.05, 0.15, 0.4)
"""Weekly standard deviation of the level's steps, in standard deviations of the noise."""
DRIFT_WEIGHTS = (0.4, 0.3, 0.2, 0.1)
NOISES = ((0.0, 0.0), (0.3, 0.0), (0.6, 0.0), (0.0, 0.7), (0.0, 1.5))
"""Correlation of one week's noise with the next, and standard deviation of swings in demand that last some weeks."""
NOISE_WEIGHTS = (0.4, 0.2, 0.15, 0.15, 0.1)
SWING_MEMORY = 0.85
"""Correlation of one week's swing with the next."""
START_VARIANCE, START_DECAY = 4.0, 0.25
"""What ran before the first row is unknown, so the first weeks count less: extra variance and its weekly decay."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Whitener:
    """One candidate covariance of drift and noise.

    drift, persistence, swing: what it stands for. rest: (T, T) maps outcome minus contributions to residuals of equal
    variance with the linear block gone; `freedom` of them are independent. log_weight: its log prior and log
    determinants; the log marginal likelihood is log_weight - freedom/2 log |rest r|^2.
    """

    drift: float
    persistence: float
    swing: float
    rest: FloatArray
    freedom: int
    log_weight: float


def design(
    *, weeks: int, training: int, harmonics: int, controls: FloatArray, names: tuple[str, ...]
) -> tuple[FloatArray, dict[str, str]]:
    """Columns of the linear block, (weeks, p), and the reasons of the controls left out.

    Season needs a year of training rows, and a trend half a year; a column that the earlier ones already explain in
    the training rows is left out.
    """
    time = np.arange(weeks) / WEEKS_PER_YEAR
    columns = [np.ones(weeks)]
    if training >= WEEKS_PER_YEAR / 2:
        columns.append(time - time[:training].mean())
    pairs = min(harmonics, int(training / WEEKS_PER_YEAR) + 1) if training >= WEEKS_PER_YEAR - 1 else 0
    for pair in range(1, pairs + 1):
        columns += [np.sin(2 * np.pi * pair * time), np.cos(2 * np.pi * pair * time)]
    left_out: dict[str, str] = {}
    most = max(training // 4, 1)
    for name, raw in zip(names, controls.T, strict=True):
        spread = raw[:training].std()
        scaled = (raw - raw[:training].mean()) / (spread if spread > 0 else 1.0)
        trial = np.column_stack([*columns, scaled])[:training]
        if len(columns) >= most:
            left_out[name] = "there are too few rows for it"
        elif np.linalg.matrix_rank(trial, tol=1e-6 * np.sqrt(training)) <= len(columns):
            left_out[name] = "the baseline already has it"
        else:
            columns.append(scaled)
    return np.column_stack(columns), left_out


def whiteners(columns: FloatArray, *, training: int) -> tuple[Whitener, ...]:
    """Every candidate covariance for `training` rows of the linear block `columns` (T + H, p)."""
    return tuple(
        _whitener(columns[:training], (drift, *noise), np.log(weight * other))
        for drift, weight in zip(DRIFTS, DRIFT_WEIGHTS, strict=True)
        for noise, other in zip(NOISES, NOISE_WEIGHTS, strict=True)
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Outlook:
    """What outcome minus contributions (T,) says under one covariance, as maps.

    baseline: (T + H, T). ahead: (H, T), the holdout rows with the noise that persists beyond the training rows.
    spread: (H, H) maps standard normals to the error of `ahead`, in standard deviations of the noise.
    """

    baseline: FloatArray
    ahead: FloatArray
    spread: FloatArray


def outlook(columns: FloatArray, *, whitener: Whitener) -> Outlook:
    """Expectation of the baseline over all rows (T + H, p), and of the holdout rows with its error."""
    training = len(whitener.rest)
    level, noise = _covariances(len(columns), (whitener.drift, whitener.persistence, whitener.swing))
    whole = level + noise
    linear = columns[:training]
    lower = np.linalg.cholesky(whole[:training, :training])
    basis, triangle = np.linalg.qr(solve_triangular(lower, linear, lower=True))
    coefficients = np.linalg.solve(triangle, basis.T @ solve_triangular(lower, np.eye(training), lower=True))
    remainder = whitener.rest.T @ whitener.rest
    baseline = columns @ coefficients + level[:, :training] @ remainder
    ahead = (baseline + noise[:, :training] @ remainder)[training:]
    cross = ahead @ whole[:training, training:]
    error = whole[training:, training:] - cross - cross.T + ahead @ whole[:training, :training] @ ahead.T
    return Outlook(baseline=baseline, ahead=ahead, spread=np.linalg.cholesky(error))


def _covariances(rows: int, strength: tuple[float, float, float]) -> tuple[FloatArray, FloatArray]:
    """Covariances of the level and of the noise, (rows, rows), in noise variances."""
    drift, persistence, swing = strength
    index = np.arange(rows)
    apart = np.abs(np.subtract.outer(index, index)).astype(np.float64)
    level = drift**2 * (1.0 + np.minimum.outer(index, index)) + swing**2 * SWING_MEMORY**apart
    noise = persistence**apart
    noise[index, index] += START_VARIANCE * START_DECAY**index
    return level, noise


def _whitener(linear: FloatArray, strength: tuple[float, float, float], log_prior: float) -> Whitener:
    training, used = linear.shape
    level, noise = _covariances(training, strength)
    lower = np.linalg.cholesky(level + noise)
    inverse = solve_triangular(lower, np.eye(training), lower=True)
    basis, triangle = np.linalg.qr(inverse @ linear)
    half_log = np.log(np.diag(lower)).sum() + np.log(np.abs(np.diag(triangle))).sum()
    drift, persistence, swing = strength
    return Whitener(
        drift=drift,
        persistence=persistence,
        swing=swing,
        rest=inverse - basis @ (basis.T @ inverse),
        freedom=training - used,
        log_weight=float(log_prior - half_log),
    )
