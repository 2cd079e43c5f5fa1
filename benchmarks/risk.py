"""Gap and time of plans for bad outcomes, beside the plan of the greatest mean and a local solver in the same run.

    python -m benchmarks.risk --channels 3 6 12 --problems 20

"tail" is the measure at the plan: the mean of the worst 10 % of draws, or the 10 % quantile. Times are CPU milliseconds.
The exit code is 1 when a plan of another method exceeds the proven bound or a tail mean misses its tolerance.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
from benchmarks.allocation_family import SLOPES, Shape
from benchmarks.risk_family import risk_problem
from scipy.optimize import minimize

from nexusplanner.domain.planning.allocation.split import allocate
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.risk.allocation import Measure, RiskProblem, allocate_risk

GAP = 1e-3


def mean_plan(problem: RiskProblem) -> FloatArray:
    """The plan of the greatest mean, blind to risk."""
    return np.array(allocate(problem.weighted(np.full(problem.size, 1.0 / problem.size))).spend)


def local_plan(problem: RiskProblem) -> FloatArray:
    """SLSQP on the measure itself, from a split in proportion to the limits."""
    start = problem.upper * min(problem.budget / problem.upper.sum(), 1.0)
    unit = problem.value(start)
    found = minimize(
        lambda shares: -problem.value(np.clip(shares, 0.0, None) * problem.budget) / unit,
        start / problem.budget,
        method="SLSQP",
        bounds=np.stack([problem.lower, problem.upper], axis=1) / problem.budget,
        constraints=[{"type": "ineq", "fun": lambda shares: 1.0 - shares.sum()}],
        options={"maxiter": 300},
    )
    plan = np.clip(found.x * problem.budget, problem.lower, problem.upper)
    return plan * min(problem.budget / plan.sum(), 1.0)


OTHERS: dict[str, Callable[[RiskProblem], FloatArray]] = {"plan of the greatest mean": mean_plan, "SLSQP": local_plan}


def compare(*, measure: Measure, channels: int, shape: Shape, problems: int, draws: int, seed: int) -> int:
    """Print one block; the number of broken bounds and of tail means whose gap exceeds 0.1 %."""
    rng = np.random.default_rng(seed)
    cases = [risk_problem(rng, channels=channels, draws=draws, shape=shape, measure=measure) for _ in range(problems)]
    results, took = [], []
    for problem in cases:
        began = time.process_time()
        results.append(allocate_risk(problem))
        took.append(1e3 * (time.process_time() - began))
    gaps = np.array([result.gap for result in results])
    print(f"{measure}, C = {channels}, {shape}: {problems} problems, {draws} draws, seed {seed}")
    print(
        f"  certified plan                   gap median {np.median(gaps):.1e}, max {gaps.max():.1e};"
        f" within 1e-4: {np.mean(gaps <= 1e-4):.0%}; median {np.median(took):.0f} ms, max {max(took):.0f} ms"
    )
    broken = 0
    for name, method in OTHERS.items():
        began = time.process_time()
        values = np.array([problem.value(method(problem)) for problem in cases])
        spent = 1e3 * (time.process_time() - began) / problems
        gains = np.array([result.value for result in results]) / values - 1.0
        broken += int(np.sum(values > np.array([result.upper_bound for result in results]) * (1.0 + 1e-9)))
        print(
            f"  over {name:<26} tail better by mean {gains.mean():.2%}, most {gains.max():.2%}, least {gains.min():.3%};"
            f" {spent:.0f} ms"
        )
    return broken + (int(np.sum(gaps > GAP)) if measure == "cvar" else 0)


def main() -> int:
    """Run what the arguments ask for; 1 when a certificate failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--channels", type=int, nargs="+", default=[3, 6])
    parser.add_argument("--measure", choices=["cvar", "quantile", "both"], default="both")
    parser.add_argument("--problems", type=int, default=10)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    measures: tuple[Measure, ...] = ("cvar", "quantile") if chosen.measure == "both" else (chosen.measure,)
    failures = sum(
        compare(
            measure=measure,
            channels=channels,
            shape=shape,
            problems=chosen.problems,
            draws=chosen.draws,
            seed=chosen.seed,
        )
        for measure in measures
        for channels in chosen.channels
        for shape in SLOPES
    )
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
