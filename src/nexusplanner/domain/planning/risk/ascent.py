"""Climbing to a better plan nearby: a smooth form of the tail mean, made sharper step by step."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.risk.problem import RiskProblem

IntArray = NDArray[np.intp]
SOFTNESS = (1e-2, 1e-3, 1e-4, 1e-5)
"""Width of the smoothed kink, relative to the outcome, step by step."""
STEPS = 60
FEASIBLE = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Climb:
    """A plan (C,) where no small change improves the tail mean, and the weights (S,) that show it, adding to 1."""

    plan: FloatArray
    weights: FloatArray


def climb(
    problem: RiskProblem, start: FloatArray, *, level: float, among: IntArray, lower: FloatArray, upper: FloatArray
) -> Climb:
    """Go up from `start` (C,), which must keep all limits, to a local maximum of the tail mean at `level`.

    among: (S,) indices of the draws that count. The tail mean is max over t of t - mean(max(t - outcome, 0)) / level;
    the kink is replaced by softness * log(1 + exp(./softness)), whose slopes at the end are the weights. For concave
    curves the plan is then best up to softness * log(2) / level.
    """
    outcomes = problem.outcomes(start)[among]
    unit, money = float(np.abs(outcomes).mean()) or 1.0, problem.budget or 1.0
    smooth = _Smooth(problem=problem, among=among, level=level, unit=unit, money=money)
    point = np.append(start / money, np.quantile(outcomes, level) / unit)
    for softness in SOFTNESS:
        point = _ascend(smooth, point, softness=softness, lower=lower, upper=upper)
    plan = settled(problem, point[:-1] * money, anchor=start, lower=lower, upper=upper)
    weights = np.zeros(problem.size)
    weights[among] = smooth.weights(point, softness=SOFTNESS[-1])
    total = weights.sum()
    return Climb(plan=plan, weights=weights / total if total > 0 else np.full(problem.size, 1.0 / problem.size))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Smooth:
    """The smoothed tail mean at points (spend / money, threshold / unit)."""

    problem: RiskProblem
    among: IntArray
    level: float
    unit: float
    money: float

    def weights(self, point: FloatArray, *, softness: float) -> FloatArray:
        lack = (point[-1] - self.problem.outcomes(point[:-1] * self.money)[self.among] / self.unit) / softness
        share = 1.0 / (1.0 + np.exp(-np.clip(lack, -500.0, 500.0)))
        return np.asarray(share / (self.level * len(self.among)), dtype=np.float64)

    def loss(self, point: FloatArray, softness: float) -> tuple[float, FloatArray]:
        spend = np.maximum(point[:-1], 0.0) * self.money
        lack = (point[-1] - self.problem.outcomes(spend)[self.among] / self.unit) / softness
        value = point[-1] - softness * float(np.logaddexp(0.0, lack).mean()) / self.level
        weights = self.weights(np.append(spend / self.money, point[-1]), softness=softness)
        slopes = weights @ self.problem.slopes(spend)[self.among] * (self.money / self.unit)
        return -value, -np.append(slopes, 1.0 - weights.sum())


def _ascend(smooth: _Smooth, point: FloatArray, *, softness: float, lower: FloatArray, upper: FloatArray) -> FloatArray:
    from scipy.optimize import minimize  # noqa: PLC0415 - half of what the application needs to start otherwise

    rows, most = smooth.problem.rows
    jacobian = np.concatenate([-rows, np.zeros((len(rows), 1))], axis=1)
    limits: Any = {
        "type": "ineq",
        "fun": lambda at: most / smooth.money - rows @ at[:-1],
        "jac": lambda _: jacobian,
    }
    found = minimize(
        smooth.loss,
        point,
        args=(softness,),
        jac=True,
        method="SLSQP",
        bounds=[*zip(lower / smooth.money, upper / smooth.money, strict=True), (None, None)],
        constraints=[limits],
        options={"maxiter": STEPS, "ftol": 1e-12},
    )
    better = np.all(np.isfinite(found.x)) and smooth.loss(found.x, softness)[0] < smooth.loss(point, softness)[0]
    return np.asarray(found.x if better else point, dtype=np.float64)


def settled(
    problem: RiskProblem, plan: FloatArray, *, anchor: FloatArray, lower: FloatArray, upper: FloatArray
) -> FloatArray:
    """`plan` (C,) drawn towards `anchor` (C,), which keeps all limits, until it keeps them too."""
    inside = np.clip(plan, lower, upper)
    rows, most = problem.rows
    at, then = rows @ anchor, rows @ inside
    over = then > most
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(over & (then > at), (most - at) / (then - at), 1.0)
    mixed = anchor + (inside - anchor) * min(max(float(shares.min()), 0.0), 1.0)
    mixed = np.clip(mixed, lower, upper)
    excess = math.fsum(mixed) - problem.budget
    if excess > 0:
        most_room = int(np.argmax(mixed - lower))
        mixed[most_room] = max(lower[most_room], np.nextafter(mixed[most_room] - excess, -math.inf))
    return mixed
