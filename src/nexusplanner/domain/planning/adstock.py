"""Adstock: the part of a week's spend that is still at work in the weeks after it."""

from __future__ import annotations

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray

_NEGLIGIBLE = 1e-12


def carry(series: FloatArray, *, retention: FloatArray) -> FloatArray:
    """Running sum with decay: out[t] = series[t] + retention * out[t - 1], from nothing before the first week.

    series: (..., T). retention: broadcastable to (...), in [0, 1). Returns (..., T), or wider where `retention` is.
    The sum of T decaying terms is built in log2(T) doublings, so that many draws are filtered in one pass.
    """
    decay = np.asarray(retention, dtype=np.float64)[..., None]
    if np.any(decay < 0) or np.any(decay >= 1):
        raise ValueError("retention must be in [0, 1)")
    weeks = series.shape[-1]
    out = np.array(np.broadcast_to(series, np.broadcast_shapes(series.shape, (*decay.shape[:-1], weeks))), np.float64)
    step = 1
    while step < weeks and np.any(decay > _NEGLIGIBLE):
        shifted = out[..., :-step] * decay
        out[..., step:] += shifted
        decay = decay * decay
        step *= 2
    return out


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
