"""Posterior draws: Laplace where it holds, else Hamiltonian Monte Carlo whitened by it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit_model import IndexArray, Model
from nexusplanner.domain.planning.fit_search import Mode

CHAINS = 40
WARM_UP = 8
LEAPS = 6
TRIALS = 200
GOOD_SHARE = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """Draws in prior standard deviations, (S, C, 4), with the covariance of each, (S,).

    laplace_efficiency: effective share of the Laplace draws under importance weights. mixing: largest split R-hat of
    the log effects (1 when Laplace was kept). method: "laplace" or "hmc".
    """

    points: FloatArray
    choice: IndexArray
    laplace_efficiency: float
    acceptance: float
    mixing: float
    method: str


def sample(model: Model, mode: Mode, *, draws: int, rng: np.random.Generator) -> Sample:
    """Draw from the posterior around `mode`; the same `rng` state gives the same draws."""
    shape = mode.point.shape
    # With curvature = L L', L'^-1 maps standard normals to the Laplace approximation.
    lower = np.linalg.cholesky(mode.curvature)
    spread = np.linalg.solve(lower.T, np.eye(len(lower)))
    normals = rng.standard_normal((TRIALS, len(lower)))
    points = (normals @ spread.T).reshape(TRIALS, *shape) + mode.point
    choice = np.full(TRIALS, mode.choice)
    value, _ = model.log_posterior(points, choice=choice)
    log_weight = value + 0.5 * np.square(normals).sum(axis=1)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    efficiency = float(1.0 / (TRIALS * np.square(weight).sum()))
    # Chains start on draws weighted by the square root: nearer the posterior, yet spread out.
    start = np.sqrt(weight)
    picked = rng.choice(TRIALS, size=CHAINS, replace=False, p=(start + 1e-6) / (start + 1e-6).sum())
    return _hamiltonian(model, points[picked], spread, _Plan(draws, efficiency), rng)


@dataclass(frozen=True)
class _Plan:
    draws: int
    efficiency: float


def _hamiltonian(model: Model, points: FloatArray, spread: FloatArray, plan: _Plan, rng: np.random.Generator) -> Sample:
    chains, size = len(points), spread.shape[0]
    shape = points.shape[1:]
    rounds = -(-plan.draws // chains)
    kept, kept_choice, accepted = [], [], []
    step = 0.35
    for turn in range(WARM_UP + rounds):
        choice = _draw_choice(model, points, rng)
        value, gradient = model.log_posterior(points, choice=choice)
        momentum = rng.standard_normal((chains, size))
        energy = value - 0.5 * np.square(momentum).sum(axis=1)
        stride = step * rng.uniform(0.6, 1.4, size=(chains, 1))
        trial, moving, slope = points, momentum, gradient
        new_value = value
        moving = moving + 0.5 * stride * (slope.reshape(chains, size) @ spread)
        for leap in range(LEAPS):
            trial = trial + (stride * moving @ spread.T).reshape(chains, *shape)
            new_value, slope = model.log_posterior(trial, choice=choice)
            push = 1.0 if leap < LEAPS - 1 else 0.5
            moving = moving + push * stride * (slope.reshape(chains, size) @ spread)
        chance = np.exp(np.minimum(new_value - 0.5 * np.square(moving).sum(axis=1) - energy, 0.0))
        chance = np.where(np.isfinite(chance), chance, 0.0)
        points = np.where((rng.uniform(size=chains) < chance)[:, None, None], trial, points)
        if turn < WARM_UP:
            step = float(np.clip(step * np.exp(0.8 * (chance.mean() - 0.75)), 0.02, 0.9))
        else:
            kept.append(points)
            kept_choice.append(choice)
            accepted.append(chance.mean())
    return Sample(
        points=np.concatenate(kept)[: plan.draws],
        choice=np.concatenate(kept_choice)[: plan.draws],
        laplace_efficiency=plan.efficiency,
        acceptance=float(np.mean(accepted)),
        mixing=_split_rhat(np.stack(kept)[..., 0]),
        method="hmc",
    )


def _draw_choice(model: Model, points: FloatArray, rng: np.random.Generator) -> IndexArray:
    """Draw each chain's covariance given its point (a Gibbs step by the Gumbel maximum)."""
    logs = model.log_weights(model.residual_squares(points))
    return np.asarray(np.argmax(logs + rng.gumbel(size=logs.shape), axis=1), dtype=np.intp)


def _split_rhat(series: FloatArray) -> float:
    """Largest split R-hat over channels of `series` (rounds, chains, C)."""
    half = len(series) // 2
    if half < 2:
        return 1.0
    halves = np.concatenate([series[:half], series[half : 2 * half]], axis=1)
    within = halves.var(axis=0, ddof=1).mean(axis=0)
    between = halves.mean(axis=0).var(axis=0, ddof=1)
    return float(np.sqrt(((half - 1) / half * within + between) / within).max())
