"""The model of the rows given four parameters per channel, and its posterior with everything linear integrated out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.planning.adstock import carry
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit_baseline import Whitener
from nexusplanner.domain.planning.fit_priors import EFFECT, HALF, RETENTION, SLOPE, Priors

IndexArray = NDArray[np.intp]

_FLOOR = 1e-12
_BOUNDS = np.array([[-12.0, 12.0], [-7.0, 5.0], [-6.0, 6.0], [-2.5, 2.5]])


@dataclass(frozen=True, kw_only=True, eq=False)
class Forward:
    """One pass of the model.

    (B, C): keep (retention), slope, total (summed saturation), weight (outcome per saturation). (B, C, T): summed
    (carried spend), log_ratio (of adstock over half), share (saturation).
    """

    keep: FloatArray
    slope: FloatArray
    summed: FloatArray
    log_ratio: FloatArray
    share: FloatArray
    total: FloatArray
    weight: FloatArray

    @property
    def contributions(self) -> FloatArray:
        """Scaled outcome by channel and row, (B, C, T)."""
        return self.weight[..., None] * self.share

    @property
    def outcome(self) -> FloatArray:
        """Scaled outcome of all channels by row, (B, T)."""
        return np.asarray(np.matmul(self.weight[:, None, :], self.share)[:, 0], dtype=np.float64)

    def bends(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Derivatives of the saturation by logit retention, log half and log slope, each (B, C, T)."""
        bend = self.slope[..., None] * self.share * (1.0 - self.share)
        lagged = np.zeros_like(self.summed)
        lagged[..., 1:] = self.summed[..., :-1]
        # d log(adstock) / d logit(retention), the adstock being (1 - retention) * summed.
        turn = (1.0 - self.keep)[..., None] * carry(lagged, retention=self.keep) / np.maximum(self.summed, _FLOOR) - 1.0
        return bend * turn * self.keep[..., None], -bend, bend * self.log_ratio


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """Training rows, scaled so that every channel's mean spend and the outcome's spread are one.

    spend: (C, T) over its mean. outcome: (T,) over `outcome_scale`. effect_unit: (C,) contribution over the training
    rows, in scaled outcome, of an effect of one (ROI of one, or the whole outcome). Points are (B, C, 4) in prior
    standard deviations from the prior centre.
    """

    spend: FloatArray
    outcome: FloatArray
    effect_unit: FloatArray
    priors: Priors
    whiteners: tuple[Whitener, ...]

    def parameters(self, points: FloatArray) -> FloatArray:
        """Parameters (B, C, 4) on the scales of `fit_priors`, kept where arithmetic is safe."""
        raw = self.priors.centre + self.priors.spread * points
        return np.asarray(np.clip(raw, _BOUNDS[:, 0], _BOUNDS[:, 1]), dtype=np.float64)

    def forward(self, points: FloatArray) -> Forward:
        """Contributions at `points`, with what their derivatives need."""
        parameters = self.parameters(points)
        keep = 1.0 / (1.0 + np.exp(-parameters[..., RETENTION]))
        slope = np.exp(parameters[..., SLOPE])
        summed = carry(self.spend, retention=keep)
        stock = np.maximum((1.0 - keep)[..., None] * summed, _FLOOR)
        log_ratio = np.log(stock) - parameters[..., HALF, None]
        share = 1.0 / (1.0 + np.exp(np.minimum(-slope[..., None] * log_ratio, 500.0)))
        total = np.maximum(share.sum(axis=-1), _FLOOR)
        weight = np.exp(parameters[..., EFFECT]) * self.effect_unit / total
        return Forward(
            keep=keep,
            slope=slope,
            summed=summed,
            log_ratio=log_ratio,
            share=share,
            total=total,
            weight=weight,
        )

    def gradient(self, forward: Forward, *, pull: FloatArray) -> FloatArray:
        """Derivative by point, (B, C, 4), of the sum over rows of `pull` (B, T) times the contributions."""
        bends = forward.bends()
        mean_pull = np.matmul(forward.share, pull[..., None])[..., 0]
        out = np.empty((*mean_pull.shape, 4))
        out[..., EFFECT] = mean_pull
        # The effect is the sum over the rows, so a change of shape only moves it between weeks.
        centred = pull[:, None, :] - (mean_pull / forward.total)[..., None]
        for column, bend in zip((RETENTION, HALF, SLOPE), bends, strict=True):
            out[..., column] = np.einsum("bct,bct->bc", bend, centred)
        return np.asarray(out * forward.weight[..., None] * self.priors.spread, dtype=np.float64)

    def jacobian(self, forward: Forward) -> FloatArray:
        """Derivatives of the contributions by point, (B, C, 4, T)."""
        share = forward.share
        shape = np.empty((*share.shape[:-1], 4, share.shape[-1]))
        shape[..., EFFECT, :] = share
        for column, bend in zip((RETENTION, HALF, SLOPE), forward.bends(), strict=True):
            shape[..., column, :] = bend - share * (bend.sum(axis=-1) / forward.total)[..., None]
        return np.asarray(shape * forward.weight[..., None, None] * self.priors.spread[:, :, None], dtype=np.float64)

    def residual_squares(self, points: FloatArray) -> FloatArray:
        """Squared whitened residuals under every candidate covariance: (B, V)."""
        left = self.outcome - self.forward(points).outcome
        return np.stack([np.square(left @ white.rest.T).sum(axis=-1) for white in self.whiteners], axis=-1)

    def log_weights(self, squares: FloatArray) -> FloatArray:
        """Log marginal likelihood (noise scale integrated out) of every candidate covariance: (B, V)."""
        freedom = self.whiteners[0].freedom
        prior = np.array([white.log_weight for white in self.whiteners])
        logs = prior - 0.5 * freedom * np.log(np.maximum(squares, _FLOOR))
        return np.asarray(logs, dtype=np.float64)

    def log_posterior(self, points: FloatArray, *, choice: IndexArray) -> tuple[FloatArray, FloatArray]:
        """Log posterior (B,) and gradient (B, C, 4) given each point's candidate covariance, `choice` (B,) indices."""
        forward = self.forward(points)
        left = self.outcome - forward.outcome
        freedom = self.whiteners[0].freedom
        value = np.empty(len(points))
        pull = np.empty_like(left)
        for index in np.unique(choice):
            rows = choice == index
            white = self.whiteners[int(index)]
            residual = left[rows] @ white.rest.T
            squares = np.maximum(np.square(residual).sum(axis=-1), _FLOOR)
            value[rows] = white.log_weight - 0.5 * freedom * np.log(squares)
            pull[rows] = (freedom / squares)[:, None] * (residual @ white.rest)
        value -= 0.5 * np.square(points).sum(axis=(-1, -2))
        return value, self.gradient(forward, pull=pull) - points
