"""How well given curves foretell weeks that nobody fitted to, so that models made from other rows can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from nexusplanner.domain.planning.adstock import geometric_adstock
from nexusplanner.domain.planning.curves import CurveDraws, FloatArray, hill
from nexusplanner.domain.planning.fit.baseline import Baseline, Outlooks, design, whiteners
from nexusplanner.domain.planning.fit.data import FitData, weekly

HARMONICS = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Foretold:
    """The held-out weeks, (H,), and what curves expected of them."""

    dates: tuple[date, ...]
    actual: FloatArray
    expected: FloatArray

    @property
    def errors(self) -> FloatArray:
        """Absolute error by week, (H,)."""
        return np.asarray(np.abs(self.actual - self.expected))


def foretell(data: FitData, *, curves: CurveDraws, holdout: int) -> Foretold:
    """What `curves`, fitted elsewhere, expect of the last `holdout` rows of `data`.

    The curves stand; only the baseline is learnt, from the rows before, with every candidate covariance weighted by how
    well it explains them. Two models scored so on the same rows differ in their curves alone. Channels of the curves
    that the rows do not have bring nothing, and the other way round. Raises: FitDataError.
    """
    rows = weekly(data, holdout=holdout)
    weeks = len(rows.data.dates)
    training = weeks - rows.holdout
    columns, _ = design(
        weeks=weeks,
        training=training,
        harmonics=HARMONICS,
        controls=rows.data.controls,
        names=rows.data.control_names,
    )
    baseline = Baseline(free=columns, shrunk=np.zeros((weeks, 0)))
    brought = _contributions(rows.data, curves)
    scale = float(rows.data.outcome[:training].std())
    left = (rows.data.outcome - brought)[:training] / scale
    candidates = whiteners(baseline, training=training)
    fits = np.array([each.log_weight - each.freedom / 2 * _log_size(each.rest @ left) for each in candidates])
    weights = np.exp(fits - fits.max())
    weights /= weights.sum()
    outlooks = Outlooks(baseline)
    ahead = np.zeros(rows.holdout)
    for weight, each in zip(weights, candidates, strict=True):
        if weight > 1e-6:
            ahead += weight * outlooks.under(each).read(left[np.newaxis])[1][0]
    return Foretold(
        dates=rows.data.dates[training:],
        actual=rows.data.outcome[training:],
        expected=ahead * scale + brought[training:],
    )


def _log_size(residual: FloatArray) -> float:
    return float(np.log(max(float(residual @ residual), 1e-300)))


def _contributions(data: FitData, curves: CurveDraws) -> FloatArray:
    """Mean over the draws of what all channels brought, by week, (T,)."""
    brought = np.zeros(len(data.dates))
    for index, channel in enumerate(curves.channels):
        if channel not in data.channels:
            continue
        spend = data.spend[:, data.channels.index(channel)]
        stock = geometric_adstock(spend[np.newaxis, :], retention=curves.retention[:, index])
        share = hill(
            np.maximum(stock, 0.0), half=curves.half[:, index, np.newaxis], slope=curves.slope[:, index, np.newaxis]
        )
        brought += (curves.scale[:, index, np.newaxis] * share).mean(axis=0)
    return brought
