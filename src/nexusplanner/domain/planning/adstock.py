"""Adstock: the part of a week's spend that is still at work in the weeks after it."""

from __future__ import annotations

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray


def carry(series: FloatArray, *, retention: FloatArray) -> FloatArray:
    """Running sum with decay: out[t] = series[t] + retention * out[t - 1], from nothing before the first week.

    series: (..., T). retention: broadcastable to (...), in [0, 1). Returns (..., T), or wider where `retention` is.
    """
    decay = np.asarray(retention, dtype=np.float64)
    if np.any(decay < 0) or np.any(decay >= 1):
        raise ValueError("retention must be in [0, 1)")
    weeks = series.shape[-1]
    shape = np.broadcast_shapes(series.shape[:-1], decay.shape)
    # Weeks lie first in memory, so that each step runs over all draws at once.
    out = np.empty((weeks, *shape))
    out[:] = np.moveaxis(np.broadcast_to(series, (*shape, weeks)), -1, 0)
    left = np.empty(shape)
    for week in range(1, weeks):
        np.multiply(out[week - 1], decay, out=left)
        out[week] += left
    return np.moveaxis(out, 0, -1)


def geometric_adstock(spend: FloatArray, *, retention: FloatArray, before: FloatArray | None = None) -> FloatArray:
    """Adstocked spend, in the units of `spend`: (1 - retention) * sum over lags of retention^lag * spend[t - lag].

    The weights sum to one, so a steady spend is its own adstock. spend: (..., T) currency units per week.
    retention: broadcastable to (...), in [0, 1). before: adstock at the end of the week before the first, (...);
    None means nothing ran. Returns (..., T). Source: Jin et al. 2017, eq. 1 with geometric weights.
    """
    keep = np.asarray(retention, dtype=np.float64)
    stock = (1.0 - keep[..., None]) * carry(spend, retention=keep)
    if before is not None:
        weeks = np.arange(1, spend.shape[-1] + 1)
        stock = stock + np.asarray(before, dtype=np.float64)[..., None] * keep[..., None] ** weeks
    return np.asarray(stock, dtype=np.float64)
