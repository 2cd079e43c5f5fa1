"""The Laplace approximation of the posterior: draws of it, and how far each is from what it approximates."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import logsumexp, softmax

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.model import IndexArray, Model
from nexusplanner.domain.planning.fit.search import Modes

PROBES = 24
IMPLAUSIBLE = 5e-3
"""A candidate covariance less probable than this at every probe is dropped."""

GOOD_TAIL, GOOD_EFFICIENCY = 0.7, 0.3
"""What the approximation must reach to be used without the sampler: weights that can be used, and enough of them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Approximation:
    """Draws (N, C, P) around the modes, in prior standard deviations, each with its mode (N,).

    likelihood: (N, V) log marginal likelihood under each candidate covariance. log_weight: (N,) log of posterior over approximation, the covariance summed out, up to a constant. spreads: (M, CP,
    CP) map standard normals to the steps around each mode. efficiency: effective share of the draws under these
    weights; tail: shape of the generalised Pareto distribution fitted to the largest (below 0.7 the weights can be
    used). Source: Vehtari et al. 2024, Pareto smoothed importance sampling.
    """

    points: FloatArray
    mode: IndexArray
    likelihood: FloatArray
    log_weight: FloatArray
    spreads: FloatArray
    efficiency: float
    tail: float

    @property
    def good(self) -> bool:
        """Whether its weighted draws can stand for the posterior."""
        return self.tail < GOOD_TAIL and self.efficiency > GOOD_EFFICIENCY


def plausible(model: Model, modes: Modes, *, rng: np.random.Generator) -> Model:
    """The same model with only those candidate covariances that matter around the modes."""
    points, _ = _draw(modes, _spreads(modes), PROBES, rng)
    share = softmax(model.log_weights(model.residual_squares(points)), axis=1).max(axis=0)
    kept = tuple(white for white, most in zip(model.whiteners, share, strict=True) if most > IMPLAUSIBLE)
    return replace(model, whiteners=kept)


def approximate(model: Model, modes: Modes, *, count: int, rng: np.random.Generator) -> Approximation:
    """Draw `count` points from the Laplace approximation of all modes, and weigh them."""
    spreads = _spreads(modes)
    points, mode = _draw(modes, spreads, count, rng)
    likelihood = model.log_weights(model.residual_squares(points))
    target = model.prior_and_experiments(points) + logsumexp(likelihood, axis=1)
    log_weight = target - _log_density(points, modes, spreads)
    weight = np.exp(log_weight - log_weight.max())
    return Approximation(
        points=points,
        mode=mode,
        likelihood=likelihood,
        log_weight=log_weight,
        spreads=spreads,
        efficiency=float(weight.sum() ** 2 / (count * np.square(weight).sum())),
        tail=pareto_tail(log_weight),
    )


def pareto_tail(log_weight: FloatArray) -> float:
    """Shape of the generalised Pareto distribution of the largest weights; infinite when there are too few.

    Source: Zhang and Stephens 2009, with the weak prior of Vehtari et al. 2024.
    """
    count = len(log_weight)
    most = int(min(0.2 * count, 3 * np.sqrt(count)))
    ordered = np.exp(np.sort(log_weight - log_weight.max()))
    above = ordered[count - most :] - ordered[count - most - 1]
    if most < 5 or above[0] <= 0:
        return float("inf")
    grid = np.arange(1, 31 + int(np.sqrt(most))) - 0.5
    slopes = 1.0 / above[-1] + (1.0 - np.sqrt((len(grid)) / grid)) / (3.0 * above[(most + 2) // 4 - 1])
    shapes = np.log1p(-slopes[:, None] * above).mean(axis=1)
    weight = softmax(most * (np.log(-slopes / shapes) - shapes - 1.0))
    shape = np.log1p(-(slopes @ weight) * above).mean()
    return float((most * shape + 5.0) / (most + 10.0))


def _spreads(modes: Modes) -> FloatArray:
    # With curvature = L L', the transpose of L inverted maps standard normals to the Laplace approximation.
    return np.asarray(np.linalg.inv(np.linalg.cholesky(modes.curvature)).transpose(0, 2, 1))


def _draw(modes: Modes, spreads: FloatArray, count: int, rng: np.random.Generator) -> tuple[FloatArray, IndexArray]:
    mode = np.sort(rng.choice(len(modes.weight), size=count, p=modes.weight))
    normals = rng.standard_normal((count, spreads.shape[1]))
    steps = np.empty_like(normals)
    for index in range(len(spreads)):
        steps[mode == index] = normals[mode == index] @ spreads[index].T
    return modes.points[mode] + steps.reshape(count, *modes.points.shape[1:]), mode


def _log_density(points: FloatArray, modes: Modes, spreads: FloatArray) -> FloatArray:
    """Log density of the mixture of all modes' normals, up to a constant, (N,)."""
    logs = np.empty((len(spreads), len(points)))
    for index, (centre, spread) in enumerate(zip(modes.points, spreads, strict=True)):
        back = np.linalg.solve(spread, (points - centre).reshape(len(points), -1).T)
        logs[index] = -0.5 * np.square(back).sum(axis=0) - np.log(np.diag(spread)).sum()
    return np.asarray(logsumexp(logs + np.log(modes.weight)[:, None], axis=0))
