"""Adstock: the part of a week's spend that is still at work in the weeks after it."""

from __future__ import annotations

import math

import numpy as np
from scipy.linalg.blas import dtbsv

from nexusplanner.domain.planning.curves import FloatArray

LONGEST_DELAYED = 13
"""Weeks over which a delayed adstock spreads the effect of a week's spend."""

_FEW_SERIES = 250
"""Up to so many series one banded solve is quicker than a loop over the weeks; measured, not derived."""


def carry(series: FloatArray, *, retention: FloatArray) -> FloatArray:
    """Running sum with decay: out[t] = series[t] + retention * out[t - 1], from nothing before the first week.

    series: (..., T). retention: broadcastable to (...), in [0, 1). Returns (..., T), or wider where `retention` is.
    """
    decay = np.asarray(retention, dtype=np.float64)
    if np.any(decay < 0) or np.any(decay >= 1):
        raise ValueError("retention must be in [0, 1)")
    shape = np.broadcast_shapes(series.shape[:-1], decay.shape)
    if series.shape[-1] and 0 < math.prod(shape) <= _FEW_SERIES:
        return _solve(series, decay, shape)
    return _loop(series, decay, shape)


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


def kept(retention: FloatArray, *, weeks: FloatArray) -> FloatArray:
    """Share of the adstock that a period of `weeks` (1 for a full week, less for a part of one) keeps.

    The weekly adstock a = t b + (1 - t) x, from b the week before and x spent in the week, is one step of da = k (x - a)
    with k = (1 - t) / t, taken at its end. A step of `weeks` of the same has t / (t + (1 - t) weeks) in place of t. So a
    full week is as fitted, a steady rate stays what it is, and on a straight line a unit of money brings the same in
    whatever piece of a week it is spent. Both arguments are broadcast; retention in [0, 1), weeks > 0.
    """
    return np.asarray(retention / (retention + (1.0 - retention) * weeks), dtype=np.float64)


def delayed_weights(*, decay: FloatArray, delay: FloatArray) -> FloatArray:
    """Weights of the lags 0 to 12, (..., 13), proportional to decay^((lag - delay)^2) and summing to one.

    decay: (...), in (0, 1); the larger, the wider the hump. delay: (...), weeks from the spend to its peak, >= 0.
    Source: Jin et al. 2017, eq. 2.
    """
    if np.any(decay <= 0) or np.any(decay >= 1) or np.any(delay < 0):
        raise ValueError("decay must be in (0, 1) and delay >= 0")
    lags = np.arange(LONGEST_DELAYED)
    exponent = np.square(lags - np.asarray(delay)[..., None]) * np.log(np.asarray(decay))[..., None]
    raw = np.exp(exponent - exponent.max(axis=-1, keepdims=True))
    return np.asarray(raw / raw.sum(axis=-1, keepdims=True))


def delayed_adstock(spend: FloatArray, *, decay: FloatArray, delay: FloatArray) -> FloatArray:
    """Adstocked spend whose effect peaks `delay` weeks after it, in the units of `spend`; nothing ran before.

    The weights sum to one, so a steady spend is its own adstock. spend: (..., T) currency units per week. decay and
    delay: broadcastable to (...), as for `delayed_weights`. Returns (..., T).
    """
    weights = delayed_weights(decay=decay, delay=delay)
    shape = np.broadcast_shapes(spend.shape[:-1], weights.shape[:-1])
    out = np.zeros((*shape, spend.shape[-1]))
    for lag in range(min(LONGEST_DELAYED, spend.shape[-1])):
        out[..., lag:] += weights[..., lag, None] * spend[..., : spend.shape[-1] - lag]
    return out


def same_carry_over(weights: FloatArray) -> FloatArray:
    """The geometric retention, (...), whose mean lag is that of `weights` (..., L)."""
    mean = (weights * np.arange(weights.shape[-1])).sum(axis=-1)
    return np.asarray(mean / (1.0 + mean))


def _solve(series: FloatArray, decay: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """All series end to end as one system with ones on the diagonal and -retention below it, cut between the series."""
    bands = np.empty((*shape, series.shape[-1], 2))
    bands[..., 0] = 1.0
    bands[..., 1] = -np.broadcast_to(decay, shape)[..., None]
    bands[..., -1, 1] = 0.0
    right = np.array(np.broadcast_to(series, (*shape, series.shape[-1])), dtype=np.float64).reshape(-1)
    solved = dtbsv(1, bands.reshape(-1, 2).T, right, lower=1, diag=1, overwrite_x=1)
    return np.asarray(solved).reshape(*shape, series.shape[-1])


def _loop(series: FloatArray, decay: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    weeks = series.shape[-1]
    # Weeks lie first in memory, so that each step runs over all draws at once.
    out = np.empty((weeks, *shape))
    out[:] = np.moveaxis(np.broadcast_to(series, (*shape, weeks)), -1, 0)
    left = np.empty(shape)
    for week in range(1, weeks):
        np.multiply(out[week - 1], decay, out=left)
        out[week] += left
    return np.moveaxis(out, 0, -1)
