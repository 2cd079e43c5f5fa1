"""The baseline under the channels: trend, season, controls, a level that may drift and noise that may persist.

Its linear block has a flat prior and is integrated out; the drifting level and the noise are Gaussian with a covariance
that is a multiple of the noise variance. What is left of the rows after that is a linear map per candidate covariance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.linalg.lapack import dtrtri

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.data import WEEK

WEEKS_PER_YEAR = 365.25 / 7

DRIFTS = (0.0, 0.05, 0.15, 0.4)
"""Weekly standard deviation of the level's steps, in standard deviations of the noise."""
DRIFT_WEIGHTS = (0.4, 0.3, 0.2, 0.1)
NOISES = ((0.0, 0.0), (0.3, 0.0), (0.6, 0.0), (0.0, 0.7), (0.0, 1.5))
"""Correlation of one week's noise with the next, and standard deviation of swings in demand that last some weeks."""
NOISE_WEIGHTS = (0.4, 0.2, 0.15, 0.15, 0.1)
SWING_MEMORY = 0.85
"""Correlation of one week's swing with the next."""
HOLIDAY_SPREAD = 20.0
"""Prior standard deviation of a holiday's effect, in standard deviations of the noise: a holiday may double the outcome
of its week, yet one that moved nothing costs the channels nothing."""
_JITTER = 1e-8
START_VARIANCE, START_DECAY = 4.0, 0.25
"""What ran before the first row is unknown, so the first weeks count less: extra variance and its weekly decay."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Baseline:
    """Columns of the linear block over training and holdout rows.

    free: (T + H, p), with a flat prior. shrunk: (T + H, q), drawn towards nothing; holidays.
    """

    free: FloatArray
    shrunk: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Whitener:
    """One candidate covariance of drift and noise.

    drift, persistence, swing: what it stands for. rest: (T, T) maps outcome minus contributions to residuals of equal
    variance with the linear block gone; `freedom` of them are independent. coefficients: (p, T) maps the same to the
    coefficients of the linear block. log_weight: its log prior and log
    determinants; the log marginal likelihood is log_weight - freedom/2 log |rest r|^2.
    """

    drift: float
    persistence: float
    swing: float
    rest: FloatArray
    coefficients: FloatArray
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


def holiday_columns(holidays: Mapping[str, tuple[date, ...]], *, dates: tuple[date, ...]) -> FloatArray:
    """How many days of each name lie in each week, (weeks, q); `dates` are the first days of the weeks, in order."""
    first = np.array([day.toordinal() for day in dates])
    columns = np.zeros((len(dates), len(holidays)))
    for column, days in zip(columns.T, holidays.values(), strict=True):
        weeks = (np.array([day.toordinal() for day in set(days)], dtype=np.intp) - first[0]) // WEEK
        np.add.at(column, weeks[(weeks >= 0) & (weeks < len(dates))], 1.0)
    return columns


def whiteners(baseline: Baseline, *, training: int) -> tuple[Whitener, ...]:
    """Every candidate covariance for the first `training` rows."""
    parts = _Parts(baseline, rows=training)
    return tuple(
        _whitener(baseline.free[:training], parts, (drift, *noise), np.log(weight * other))
        for drift, weight in zip(DRIFTS, DRIFT_WEIGHTS, strict=True)
        for noise, other in zip(NOISES, NOISE_WEIGHTS, strict=True)
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Outlook:
    """What outcome minus contributions says of all rows under one covariance.

    columns: (T + H, p). level, noise: (T + H, T) covariances with the training rows. spread: (H, H) maps standard
    normals to the error of the holdout rows, in standard deviations of the noise; doubt: (T, T), the same for the error
    of the baseline in the training rows.
    """

    whitener: Whitener
    columns: FloatArray
    level: FloatArray
    noise: FloatArray
    spread: FloatArray
    doubt: FloatArray

    def read(self, left: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Baseline (S, T + H), and holdout rows (S, H) with the noise that persists, from outcome less media (S, T)."""
        training = left.shape[1]
        remainder = (left @ self.whitener.rest.T) @ self.whitener.rest
        baseline = left @ self.whitener.coefficients.T @ self.columns.T + remainder @ self.level.T
        return baseline, baseline[:, training:] + remainder @ self.noise[training:].T


class Outlooks:
    """The outlook under any candidate covariance; what they share is computed once."""

    def __init__(self, baseline: Baseline) -> None:
        self._columns = baseline.free
        self._parts = _Parts(baseline, rows=len(baseline.free))

    def under(self, whitener: Whitener) -> Outlook:
        """The outlook under one candidate."""
        training = len(whitener.rest)
        level, noise = self._parts.covariances((whitener.drift, whitener.persistence, whitener.swing))
        whole = level + noise
        towards = whole[training:, :training]
        ahead = self._columns[training:] @ whitener.coefficients + (towards @ whitener.rest.T) @ whitener.rest
        cross = ahead @ towards.T
        error = whole[training:, training:] - cross - cross.T + ahead @ whole[:training, :training] @ ahead.T
        return Outlook(
            whitener=whitener,
            columns=self._columns,
            level=level[:, :training],
            noise=noise[:, :training],
            spread=np.asarray(np.linalg.cholesky(error), dtype=np.float64),
            doubt=_doubt(noise[:training, :training], whitener),
        )


class _Parts:
    """What the candidate covariances of some rows share."""

    def __init__(self, baseline: Baseline, *, rows: int) -> None:
        index = np.arange(rows)
        self.apart = np.abs(np.subtract.outer(index, index))
        self.steps = 1.0 + np.minimum.outer(index, index)
        self.swings = (SWING_MEMORY ** index.astype(np.float64))[self.apart]
        shrunk = HOLIDAY_SPREAD * baseline.shrunk[:rows]
        self.holidays = shrunk @ shrunk.T
        self.start = START_VARIANCE * START_DECAY**index

    def covariances(self, strength: tuple[float, float, float]) -> tuple[FloatArray, FloatArray]:
        """Covariances of the level and of the noise, (rows, rows), in noise variances."""
        drift, persistence, swing = strength
        level = drift**2 * self.steps + swing**2 * self.swings + self.holidays
        noise = (persistence ** np.arange(len(self.start), dtype=np.float64))[self.apart]
        noise[np.diag_indices(len(noise))] += self.start
        return level, noise


def _doubt(noise: FloatArray, whitener: Whitener) -> FloatArray:
    """Root of the covariance of what is baseline and what is noise in the training rows, given the curves."""
    told = whitener.rest @ noise
    left = noise - told.T @ told
    left[np.diag_indices(len(left))] += _JITTER
    return np.asarray(np.linalg.cholesky(left), dtype=np.float64)


def _inverted(covariance: FloatArray) -> FloatArray:
    """The inverse of the lower Cholesky factor."""
    inverse, _ = dtrtri(np.linalg.cholesky(covariance).T, lower=0)
    return np.asarray(inverse.T)


def _whitener(linear: FloatArray, parts: _Parts, strength: tuple[float, float, float], log_prior: float) -> Whitener:
    training, used = linear.shape
    level, noise = parts.covariances(strength)
    inverse = _inverted(level + noise)
    basis, triangle = np.linalg.qr(inverse @ linear)
    explained = basis.T @ inverse
    half_log = np.log(np.abs(np.diag(triangle))).sum() - np.log(np.diag(inverse)).sum()
    drift, persistence, swing = strength
    return Whitener(
        drift=drift,
        persistence=persistence,
        swing=swing,
        rest=inverse - basis @ explained,
        coefficients=np.linalg.solve(triangle, explained),
        freedom=training - used,
        log_weight=float(log_prior - half_log),
    )
