"""The baseline under the channels: trend, season, controls, a level that may drift and noise that may persist.

Its linear block has a flat prior and is integrated out; the drifting level and the noise are Gaussian with a covariance
that is a multiple of the noise variance. What is left of the rows after that is a linear map per candidate covariance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_solve, solve_triangular

from nexusplanner.domain.planning.curves import FloatArray

WEEKS_PER_YEAR = 365.25 / 7

DRIFTS = (0.0, 0.05, 0.15, 0.4)
"""Weekly standard deviation of the level's steps, in standard deviations of the noise."""
DRIFT_WEIGHTS = (0.4, 0.3, 0.2, 0.1)
PERSISTENCES = (0.0, 0.3, 0.6)
"""Correlation of one week's noise with the next."""
PERSISTENCE_WEIGHTS = (0.5, 0.3, 0.2)
START_VARIANCE, START_DECAY = 4.0, 0.25
"""What ran before the first row is unknown, so the first weeks count less: extra variance and its weekly decay."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Whitener:
    """One candidate covariance of drift and noise.

    rest: (T - p, T) maps outcome minus contributions to independent residuals of equal variance, the linear block gone.
    log_weight: its log prior and log determinants; the log marginal likelihood is log_weight - (T - p)/2 log |rest r|^2.
    baseline: (T + H, T) maps outcome minus contributions to the expected baseline, holdout rows included.
    ahead: (H, T) maps it to the expected outcome of the holdout rows less their contributions.
    """

    drift: float
    persistence: float
    rest: FloatArray
    log_weight: float
    baseline: FloatArray
    ahead: FloatArray


def design(
    *, weeks: int, training: int, harmonics: int, controls: FloatArray, names: tuple[str, ...]
) -> tuple[FloatArray, tuple[str, ...]]:
    """Columns of the linear block, (weeks, p), and the controls left out because they add nothing.

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
    left_out = []
    most = max(training // 4, 1)
    for name, raw in zip(names, controls.T, strict=True):
        spread = raw[:training].std()
        scaled = (raw - raw[:training].mean()) / (spread if spread > 0 else 1.0)
        trial = np.column_stack([*columns, scaled])[:training]
        if len(columns) >= most or np.linalg.matrix_rank(trial, tol=1e-6 * np.sqrt(training)) <= len(columns):
            left_out.append(name)
        else:
            columns.append(scaled)
    return np.column_stack(columns), tuple(left_out)


def whiteners(columns: FloatArray, *, training: int) -> tuple[Whitener, ...]:
    """Every candidate covariance for `training` rows of the linear block `columns` (T + H, p)."""
    return tuple(
        _whitener(columns, training, (drift, persistence), np.log(weight * other))
        for drift, weight in zip(DRIFTS, DRIFT_WEIGHTS, strict=True)
        for persistence, other in zip(PERSISTENCES, PERSISTENCE_WEIGHTS, strict=True)
    )


def _whitener(columns: FloatArray, training: int, strength: tuple[float, float], log_prior: float) -> Whitener:
    drift, persistence = strength
    rows = np.arange(len(columns))
    level = drift**2 * (1.0 + np.minimum.outer(rows, rows))
    noise = persistence ** np.abs(np.subtract.outer(rows, rows)).astype(np.float64)
    noise[rows, rows] += START_VARIANCE * START_DECAY**rows
    total = (level + noise)[:training, :training]
    lower = np.linalg.cholesky(total)
    linear = columns[:training]
    white = solve_triangular(lower, linear, lower=True)
    basis, triangle = np.linalg.qr(white, mode="complete")
    used = linear.shape[1]
    rest = basis[:, used:].T @ solve_triangular(lower, np.eye(training), lower=True)
    half_log = np.log(np.diag(lower)).sum() + np.log(np.abs(np.diag(triangle[:used]))).sum()

    factor = (lower, True)
    inverse_linear = cho_solve(factor, linear)
    coefficients = np.linalg.solve(linear.T @ inverse_linear, inverse_linear.T)
    remainder = cho_solve(factor, np.eye(training) - linear @ coefficients)
    baseline = columns @ coefficients + level[:, :training] @ remainder
    ahead = (baseline + noise[:, :training] @ remainder)[training:]
    return Whitener(
        drift=drift,
        persistence=persistence,
        rest=rest,
        log_weight=float(log_prior - half_log),
        baseline=baseline,
        ahead=ahead,
    )
