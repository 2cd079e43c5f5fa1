"""Adstock of a fit's spends with its derivatives, geometric or delayed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from nexusplanner.domain.planning.adstock import LONGEST_DELAYED, carry, delayed_weights
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.data import Adstock
from nexusplanner.domain.planning.fit.priors import DELAY, LONGEST_DELAY, RETENTION

FLOOR = 1e-12


def share_of(logit: FloatArray) -> FloatArray:
    """The logistic function."""
    return np.asarray(1.0 / (1.0 + np.exp(-logit)))


@dataclass(frozen=True, kw_only=True, eq=False)
class Hump:
    """Weights (B, R, L) of the lags of a delayed adstock, and weeks to its peak (B, R)."""

    weights: FloatArray
    delay: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Stock:
    """Adstock of R spends, `level` (B, R, T), above 0. keep: (B, R), retention or decay. hump: delayed only."""

    level: FloatArray
    keep: FloatArray
    hump: Hump | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Spends:
    """Spends (R, T), with their lags (R, L, T) when the adstock is delayed."""

    spend: FloatArray
    lags: FloatArray | None

    @classmethod
    def of(cls, spend: FloatArray, *, adstock: Adstock) -> Self:
        """Spends (R, T) made ready for one kind of adstock."""
        if adstock == "geometric":
            return cls(spend=spend, lags=None)
        lags = np.zeros((len(spend), LONGEST_DELAYED, spend.shape[1]))
        for lag in range(min(LONGEST_DELAYED, spend.shape[1])):
            lags[:, lag, lag:] = spend[:, : spend.shape[1] - lag]
        return cls(spend=spend, lags=lags)

    def stock(self, parameters: FloatArray) -> Stock:
        """Adstock under parameters (B, R, P)."""
        keep = share_of(parameters[..., RETENTION])
        if self.lags is None:
            level = (1.0 - keep)[..., None] * carry(self.spend, retention=keep)
            return Stock(level=np.maximum(level, FLOOR), keep=keep, hump=None)
        delay = LONGEST_DELAY * share_of(parameters[..., DELAY])
        weights = delayed_weights(decay=keep, delay=delay)
        level = np.maximum(_spread(weights, self.lags), FLOOR)
        return Stock(level=level, keep=keep, hump=Hump(weights=weights, delay=delay))

    def turns(self, stock: Stock) -> dict[int, FloatArray]:
        """Derivatives of the log of the adstock by parameter column, (B, R, T) each."""
        if stock.hump is None or self.lags is None:
            return {RETENTION: _geometric_turn(stock)}
        weights, delay = stock.hump.weights, stock.hump.delay
        away = np.arange(LONGEST_DELAYED) - delay[..., None]
        by_keep = np.square(away) * (1.0 - stock.keep)[..., None]
        by_delay = -2.0 * away * np.log(stock.keep)[..., None]
        by_delay *= (delay * (1.0 - delay / LONGEST_DELAY))[..., None]
        found = {}
        for column, slope in ((RETENTION, by_keep), (DELAY, by_delay)):
            centred = slope - (slope * weights).sum(axis=-1, keepdims=True)
            found[column] = _spread(weights * centred, self.lags) / stock.level
        return found


def _geometric_turn(stock: Stock) -> FloatArray:
    """The adstock is (1 - retention) times a running sum, and d retention / d logit is retention (1 - retention)."""
    keep = stock.keep
    lagged = np.zeros_like(stock.level)
    lagged[..., 1:] = stock.level[..., :-1]
    turn = (1.0 - keep)[..., None] * carry(lagged, retention=keep) / stock.level - 1.0
    return np.asarray(turn * keep[..., None])


def _spread(weights: FloatArray, lags: FloatArray) -> FloatArray:
    """Sum over lags of weights (B, R, L) times lags (R, L, T): (B, R, T)."""
    return np.ascontiguousarray(np.matmul(weights.transpose(1, 0, 2), lags).transpose(1, 0, 2))
