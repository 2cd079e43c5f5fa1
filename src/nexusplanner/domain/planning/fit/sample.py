"""Posterior draws: Hamiltonian Monte Carlo started from, and whitened by, the Laplace approximation of each mode."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.data import Method
from nexusplanner.domain.planning.fit.laplace import Approximation
from nexusplanner.domain.planning.fit.model import IndexArray, Model

CHAINS = 40
WARM_UP = 8
LEAPS = 6
FIRST_STEP = 0.35
WANTED_ACCEPTANCE = 0.75
SETTLED, LONGEST = 1.15, 3
"""Chains that disagree more than this run on, at most this many times as long; then the later half is kept."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """Draws in prior standard deviations, (S, C, P), with the covariance of each, (S,).

    method: how they came about. efficiency, tail: of the Laplace approximation, as in `Approximation`. mixing: largest
    split R-hat of the log effects, 1 for independent draws.
    """

    points: FloatArray
    choice: IndexArray
    method: Method
    efficiency: float
    tail: float
    mixing: float


@dataclass(frozen=True, kw_only=True, eq=False)
class _Chains:
    """Where each chain stands, (K, C, P), and the map from its whitened steps, (K, CP, CP)."""

    points: FloatArray
    spread: FloatArray


def sample(model: Model, start: Approximation, *, draws: int, rng: np.random.Generator) -> Sample:
    """Draw from the posterior from chains on, and whitened by, the approximation; the same `rng`, the same draws."""
    chains = _chains(start, rng)
    rounds = -(-draws // CHAINS)
    step = FIRST_STEP
    for _ in range(WARM_UP):
        choice = _choose(model.log_weights(model.residual_squares(chains.points)), rng)
        chains, chance = _move(model, chains, choice=choice, step=step, rng=rng)
        step = float(np.clip(step * np.exp(0.8 * (chance - WANTED_ACCEPTANCE)), 0.02, 0.9))
    kept: list[FloatArray] = []
    choices: list[IndexArray] = []
    mixing = float("inf")
    while mixing > SETTLED and len(kept) < LONGEST * rounds:
        for _ in range(rounds):
            choice = _choose(model.log_weights(model.residual_squares(chains.points)), rng)
            chains, _ = _move(model, chains, choice=choice, step=step, rng=rng)
            kept.append(chains.points)
            choices.append(choice)
        last = slice(-max(rounds, len(kept) // 2), None)
        mixing = _split_rhat(np.stack(kept[last])[..., 0])
    taken = np.linspace(0, len(kept[last]) - 1, rounds).round().astype(int)
    return Sample(
        points=np.concatenate([kept[last][index] for index in taken])[:draws],
        choice=np.concatenate([choices[last][index] for index in taken])[:draws],
        method="sample",
        efficiency=start.efficiency,
        tail=start.tail,
        mixing=mixing,
    )


def resample(start: Approximation, *, draws: int, rng: np.random.Generator) -> Sample:
    """Draw from the approximation by its weights, the largest cut to the square root of their sum."""
    weight = np.exp(start.log_weight - start.log_weight.max())
    weight = np.minimum(weight, weight.sum() / np.sqrt(len(weight)))
    rows = np.sort(rng.choice(len(weight), size=draws, p=weight / weight.sum()))
    return Sample(
        points=start.points[rows],
        choice=_choose(start.likelihood[rows], rng),
        method="laplace",
        efficiency=start.efficiency,
        tail=start.tail,
        mixing=1.0,
    )


def _chains(start: Approximation, rng: np.random.Generator) -> _Chains:
    """Chains on draws of the approximation, modes by their share of these, draws nearer the posterior first."""
    picked = []
    for index, count in enumerate(_shares(np.bincount(start.mode, minlength=len(start.spreads)) / len(start.mode))):
        rows = np.flatnonzero(start.mode == index)
        if not count:
            continue
        # The square root of the weight: nearer the posterior than Laplace, yet spread out.
        chance = np.exp(0.5 * (start.log_weight[rows] - start.log_weight[rows].max())) + 1e-6
        picked.append(rng.choice(rows, size=count, replace=False, p=chance / chance.sum()))
    chosen = np.concatenate(picked)
    return _Chains(points=start.points[chosen], spread=start.spreads[start.mode[chosen]])


def _shares(weight: FloatArray) -> list[int]:
    """Chains per mode, proportional to `weight` by largest remainder."""
    exact = weight * CHAINS
    whole = np.floor(exact).astype(int)
    for index in np.argsort(whole - exact)[: CHAINS - whole.sum()]:
        whole[index] += 1
    return [int(count) for count in whole]


def _move(
    model: Model, chains: _Chains, *, choice: IndexArray, step: float, rng: np.random.Generator
) -> tuple[_Chains, float]:
    """One Hamiltonian proposal per chain; returns where the chains are then, and the mean chance of acceptance."""
    points, spread = chains.points, chains.spread
    count, size = len(points), spread.shape[1]
    backward = spread.transpose(0, 2, 1)

    def pull(slope: FloatArray) -> FloatArray:
        return np.asarray(np.matmul(backward, slope.reshape(count, size, 1))[..., 0], dtype=np.float64)

    value, slope = model.log_posterior(points, choice=choice)
    momentum = rng.standard_normal((count, size))
    energy = value - 0.5 * np.square(momentum).sum(axis=1)
    stride = step * rng.uniform(0.6, 1.4, size=(count, 1))
    trial, moving = points, momentum + 0.5 * stride * pull(slope)
    for leap in range(LEAPS):
        trial = trial + np.matmul(spread, (stride * moving)[..., None])[..., 0].reshape(points.shape)
        value, slope = model.log_posterior(trial, choice=choice)
        moving = moving + (1.0 if leap < LEAPS - 1 else 0.5) * stride * pull(slope)
    gain = value - 0.5 * np.square(moving).sum(axis=1) - energy
    chance = np.exp(np.minimum(np.where(np.isfinite(gain), gain, -np.inf), 0.0))
    taken = rng.uniform(size=count) < chance
    return _Chains(points=np.where(taken[:, None, None], trial, points), spread=spread), float(chance.mean())


def _choose(likelihood: FloatArray, rng: np.random.Generator) -> IndexArray:
    """Draw each point's covariance given the point (a Gibbs step by the Gumbel maximum)."""
    return np.asarray(np.argmax(likelihood + rng.gumbel(size=likelihood.shape), axis=1), dtype=np.intp)


def _split_rhat(series: FloatArray) -> float:
    """Largest split R-hat over channels of `series` (rounds, chains, C); 1 when there are too few rounds to tell."""
    half = len(series) // 2
    if half <= 1:
        return 1.0
    halves = np.concatenate([series[:half], series[half : 2 * half]], axis=1)
    within = halves.var(axis=0, ddof=1).mean(axis=0)
    between = halves.mean(axis=0).var(axis=0, ddof=1)
    return float(np.sqrt(((half - 1) / half * within + between) / np.maximum(within, 1e-300)).max())
