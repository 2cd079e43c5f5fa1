"""What a fit gives back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from nexusplanner.domain.planning.curves import CurveDraws, FloatArray
from nexusplanner.domain.planning.fit.data import Method
from nexusplanner.domain.planning.quality import Quality
from nexusplanner.domain.shared import Estimate


@dataclass(frozen=True, kw_only=True, eq=False)
class Band:
    """Mean, 5 % and 95 % points along an axis of weeks or spends; three arrays of one shape."""

    mean: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class ChannelFit:
    """One channel over the training rows.

    roi: incremental outcome over spend; marginal_roi: outcome of the last currency unit, spread as the spend was;
    both are None, as are adstock, half and slope, when nothing was spent. adstock: share of the effect carried into the
    next week; delay: weeks to its peak, None unless the adstock is delayed. half: currency units per week.
    contribution: outcome over all training rows; weekly: the same by week, (T,). shift: how far the rows moved the log of
    the return from what was believed before, in standard deviations of that; narrowing: width of the 90 % interval over
    that of the belief.
    """

    channel: str
    roi: Estimate | None
    marginal_roi: Estimate | None
    adstock: float | None
    delay: float | None
    half: float | None
    slope: float | None
    contribution: Estimate
    weekly: Band
    spend: float
    quality: Quality
    shift: float
    narrowing: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Holdout:
    """Rows kept out of the fit and what it expected of them, (H,).

    low, high: 90 % band of the outcome itself, noise included; coverage: share of the rows inside it. wmape: sum of absolute errors over sum of absolute outcomes. r2: 1 minus squared error over squared spread, may be
    negative, and is None when the rows do not vary.
    """

    dates: tuple[date, ...]
    actual: FloatArray
    expected: FloatArray
    low: FloatArray
    high: FloatArray
    wmape: float
    r2: float | None
    coverage: float


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """How the fit itself went.

    autocorrelation: of the residuals of fitted, lag one. drift: expected weekly step of the baseline's level in
    standard deviations of the noise. persistence: expected correlation of one week's noise with the next. swing:
    expected size of swings in demand that no column explains, in standard deviations of the noise.
    method: how the draws were made. laplace_efficiency: effective share of the Laplace draws under importance weights;
    laplace_tail: Pareto shape of the largest weights, above 0.7 the Laplace approximation cannot be corrected by
    weights. mixing: split R-hat of the draws, near 1 when they can be trusted.
    """

    autocorrelation: float
    drift: float
    persistence: float
    swing: float
    method: Method
    laplace_efficiency: float
    laplace_tail: float
    mixing: float


@dataclass(frozen=True, kw_only=True, eq=False)
class FitResult:
    """A fit of the training rows (all rows but the holdout); series are (T,) over the training weeks.

    curves: joint draws for the channels with spend, in the order of `channels` less those without. residuals: outcome
    less the mean of fitted. warnings: what went wrong or was changed; cannot_tell: what these rows cannot answer.
    """

    channels: tuple[ChannelFit, ...]
    curves: CurveDraws
    dates: tuple[date, ...]
    outcome: FloatArray
    baseline: Band
    fitted: Band
    r2: float
    wmape: float
    holdout: Holdout | None
    diagnosis: Diagnosis
    warnings: tuple[str, ...]
    cannot_tell: tuple[str, ...]

    @property
    def residuals(self) -> FloatArray:
        """Outcome less what was fitted, (T,)."""
        return np.asarray(self.outcome - self.fitted.mean)

    def channel(self, name: str) -> ChannelFit:
        """The fit of one channel. Raises: KeyError for a name that was not fitted."""
        for found in self.channels:
            if found.channel == name:
                return found
        raise KeyError(name)


def interval(draws: FloatArray) -> Estimate:
    """Mean and 90 % interval of draws (S,)."""
    low, high = np.quantile(draws, (0.05, 0.95))
    return Estimate(mean=float(draws.mean()), low=float(low), high=float(high))


def band(draws: FloatArray) -> Band:
    """Mean and 90 % interval of draws (S, ...) along the rest."""
    low, high = np.quantile(draws, (0.05, 0.95), axis=0)
    return Band(mean=draws.mean(axis=0), low=low, high=high)


def weighted_error(actual: FloatArray, *, expected: FloatArray) -> float:
    """Sum of absolute errors over the sum of absolute outcomes (wMAPE)."""
    return float(np.abs(actual - expected).sum() / max(np.abs(actual).sum(), np.finfo(float).tiny))


def explained(actual: FloatArray, *, expected: FloatArray) -> float | None:
    """1 minus squared error over squared spread; None when `actual` does not vary."""
    spread = float(np.square(actual - actual.mean()).sum())
    return 1.0 - float(np.square(actual - expected).sum()) / spread if spread > 0 else None
