"""The model of the rows given a few parameters per channel, and its posterior with everything linear integrated out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.baseline import Whitener
from nexusplanner.domain.planning.fit.experiments import Experiments
from nexusplanner.domain.planning.fit.media import Forward, forward
from nexusplanner.domain.planning.fit.priors import Priors
from nexusplanner.domain.planning.fit.stock import FLOOR, Spends

IndexArray = NDArray[np.intp]

_BOUNDS = np.array([[-14.0, 14.0], [-7.0, 5.0], [-8.0, 8.0], [-2.5, 2.5], [-6.0, 6.0]])


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """Training rows, scaled so that every channel's mean spend and the outcome's spread are one.

    spends: (C, T) over their means. outcome: (T,) over its spread. effect_unit: (C,) contribution over the training
    rows, in scaled outcome, of an effect of one (ROI of one, or the whole outcome); for anchored channels the scale of
    the curve of an effect and a half of one. Points are (B, C, P) in prior standard deviations from the prior centre.
    """

    spends: Spends
    outcome: FloatArray
    effect_unit: FloatArray
    priors: Priors
    whiteners: tuple[Whitener, ...]
    experiments: Experiments | None = None

    def parameters(self, points: FloatArray) -> FloatArray:
        """Parameters (B, C, P) on the scales of `fit_priors`, kept where arithmetic is safe."""
        raw = self.priors.centre + self.priors.spread * points
        bounds = _BOUNDS[: raw.shape[-1]]
        return np.asarray(np.clip(raw, bounds[:, 0], bounds[:, 1]), dtype=np.float64)

    def forward(self, points: FloatArray) -> Forward:
        """Contributions at `points`, with what their derivatives need."""
        return forward(
            self.parameters(points), spends=self.spends, unit=self.effect_unit, anchored=self.priors.anchored
        )

    def gradient(self, found: Forward, *, pull: FloatArray) -> FloatArray:
        """Derivative by point, (B, C, P), of the sum over rows of `pull` (B, T) times the contributions."""
        bends = found.bends()
        pulled = np.matmul(found.share, pull[..., None])
        out = pulled * found.weight_slopes(bends)
        for column, bend in bends.items():
            out[..., column] += np.matmul(bend, pull[..., None])[..., 0]
        return np.asarray(out * found.weight[..., None] * self.priors.spread, dtype=np.float64)

    def jacobian(self, found: Forward) -> FloatArray:
        """Derivatives of the contributions by point, (B, C, P, T)."""
        bends = found.bends()
        out = found.weight_slopes(bends)[..., None] * found.share[..., None, :]
        for column, bend in bends.items():
            out[..., column, :] += bend
        return np.asarray(out * found.weight[..., None, None] * self.priors.spread[:, :, None], dtype=np.float64)

    def residual_squares(self, points: FloatArray) -> FloatArray:
        """Squared whitened residuals under every candidate covariance: (B, V)."""
        left = self.outcome - self.forward(points).outcome
        return np.stack([np.square(left @ white.rest.T).sum(axis=-1) for white in self.whiteners], axis=-1)

    def log_weights(self, squares: FloatArray) -> FloatArray:
        """Log marginal likelihood (noise scale integrated out) of every candidate covariance: (B, V)."""
        freedom = self.whiteners[0].freedom
        prior = np.array([white.log_weight for white in self.whiteners])
        logs = prior - 0.5 * freedom * np.log(np.maximum(squares, FLOOR))
        return np.asarray(logs, dtype=np.float64)

    def log_posterior(self, points: FloatArray, *, choice: IndexArray) -> tuple[FloatArray, FloatArray]:
        """Log posterior (B,) and gradient (B, C, P) given each point's candidate covariance, `choice` (B,) indices."""
        found = self.forward(points)
        left = self.outcome - found.outcome
        freedom = self.whiteners[0].freedom
        value = np.empty(len(points))
        pull = np.empty_like(left)
        for index in np.unique(choice):
            rows = choice == index
            white = self.whiteners[int(index)]
            residual = left[rows] @ white.rest.T
            squares = np.maximum(np.square(residual).sum(axis=-1), FLOOR)
            value[rows] = white.log_weight - 0.5 * freedom * np.log(squares)
            pull[rows] = (freedom / squares)[:, None] * (residual @ white.rest)
        value -= 0.5 * np.square(points).sum(axis=(-1, -2))
        slope = self.gradient(found, pull=pull) - points
        if self.experiments is not None:
            misses, slopes = self.misses(points, found)
            value -= 0.5 * np.square(misses).sum(axis=-1)
            slope -= np.einsum("be,becp->bcp", misses, slopes)
        return value, slope

    def prior_and_experiments(self, points: FloatArray) -> FloatArray:
        """Log density (B,) of everything but the rows, up to a constant."""
        value = -0.5 * np.square(points).sum(axis=(-1, -2))
        if self.experiments is not None:
            misses, _ = self.misses(points, self.forward(points))
            value -= 0.5 * np.square(misses).sum(axis=-1)
        return np.asarray(value)

    def misses(self, points: FloatArray, found: Forward) -> tuple[FloatArray, FloatArray]:
        """How far each experiment is from what `points` expect, in its standard deviations (B, E), and its slopes.

        The slopes, (B, E, C, P), are by point; an experiment depends on its own channel only.
        """
        experiments = self.experiments
        if experiments is None:
            raise ValueError("there are no experiments")
        missed, own = experiments.misses(self.parameters(points), found)
        slopes = np.zeros((len(points), len(experiments.owner), *points.shape[1:]))
        which = np.arange(len(experiments.owner))
        slopes[:, which, experiments.owner] = own * self.priors.spread[experiments.owner]
        return missed, slopes
