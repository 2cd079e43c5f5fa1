"""Gap and time of the flighting on random years, beside even spreads, one by season, and a local solver in the same run.

    python -m benchmarks.flighting --problems 20
    python -m benchmarks.flighting --channels 5 --weeks 13 --given

History (weekly spend) is log-normal; half = 0.3 to 3 times history; return on investment at history is log-uniform from
0.5 to 5; slopes are 0.5 to 1 (concave), 1.2 to 3 (S-shaped) or 0.5 to 3 (mixed); retention is 0 to 0.8; the season moves
by 30 % and every week by 10 %; a week may get three times history; the budget is the sum of history over the weeks. With
--given, every channel's total is its history. Times are CPU milliseconds per problem.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass, field

# The arrays are small: threads of the linear algebra would only wait for each other, and count as CPU time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy.optimize import minimize

from nexusplanner.domain.planning.curves import FloatArray, HillCurve
from nexusplanner.domain.planning.flighting.optimise import optimise_flights
from nexusplanner.domain.planning.flighting.polish import effects
from nexusplanner.domain.planning.flighting.problem import FlightChannel, FlightProblem

SLOPES = {"concave": (0.5, 1.0), "s-shaped": (1.2, 3.0), "mixed": (0.5, 3.0)}
CAP = 3.0
MOST_STEPS = 500


def family_problem(
    rng: np.random.Generator, *, shape: str, channels: int, weeks: int, given: bool
) -> tuple[FlightProblem, FloatArray]:
    """One year of the family, and its history (C,)."""
    history = rng.lognormal(10.0, 1.0, channels)
    slope = rng.uniform(*SLOPES[shape], channels)
    half = history * rng.uniform(0.3, 3.0, channels)
    roi = np.exp(rng.uniform(np.log(0.5), np.log(5.0), channels))
    scale = roi * history * (1.0 + (half / history) ** slope)
    season = 1.0 + 0.3 * np.sin(2.0 * np.pi * np.arange(weeks) / 52.0)
    problem = FlightProblem(
        budget=float(weeks * history.sum()),
        weeks=(1.0,) * weeks,
        channels=tuple(
            FlightChannel(
                name=f"channel {index + 1}",
                curve=HillCurve(scale=float(scale[index]), half=float(half[index]), slope=float(slope[index])),
                retention=float(rng.uniform(0.0, 0.8)),
                lower=float(weeks * spent) if given else 0.0,
                upper=float(weeks * spent) if given else np.inf,
                weekly_upper=float(CAP * spent),
                weights=season * rng.uniform(0.9, 1.1, weeks),
                before=float(spent * rng.uniform(0.0, 1.0)),
            )
            for index, spent in enumerate(history)
        ),
    )
    return problem, history


def by_season(problem: FlightProblem, history: FloatArray) -> FloatArray:
    """Every channel's history in proportion to the weeks' weights, moved under the weekly maximum."""
    weeks = len(problem.weeks)
    gains = problem.gains[:, :weeks]
    return np.minimum(history[:, None] * weeks * gains / gains.sum(axis=1, keepdims=True), CAP * history[:, None])


def local(problem: FlightProblem, start: FloatArray) -> FloatArray:
    """SciPy's L-BFGS-B with exact gradients, in shares of the weekly maximum; totals by penalty, then moved inside."""
    effect, most, given = effects(problem), problem.weekly_upper, bool(np.any(problem.lower > 0))
    carried = problem.before[:, None] * np.cumprod(problem.keep, axis=1)
    worth = max(problem.value(start), 1e-300)

    def loss(shares: FloatArray, weight: float) -> tuple[float, FloatArray]:
        spend = shares.reshape(most.shape) * most
        stock = np.maximum(np.matmul(effect, spend[..., None])[..., 0] + carried, 1e-9)
        rows = zip(problem.channels, stock, strict=True)
        value, slope = zip(*((one.curve.value(row), one.curve.derivative(row)) for one, row in rows), strict=True)
        rise = np.matmul((np.stack(slope) * problem.gains)[:, None, :], effect)[:, 0, :] * most / worth
        spent = spend.sum(axis=1)
        over = spent - problem.lower if given else np.full(len(spent), max(spent.sum() - problem.budget, 0.0))
        over = over / problem.budget
        penalty = weight * float((over**2).sum() if given else over[0] ** 2)
        pull = 2.0 * weight * over[:, None] * most / problem.budget
        return penalty - float((np.stack(value) * problem.gains).sum()) / worth, (pull - rise).ravel()

    shares = (start / most).ravel()
    for weight in (1e2, 1e4, 1e6):
        answer = minimize(
            loss,
            shares,
            args=(weight,),
            jac=True,
            method="L-BFGS-B",
            bounds=[(0.0, 1.0)] * most.size,
            options={"maxiter": MOST_STEPS, "maxfun": 2 * MOST_STEPS},
        )
        shares = answer.x
    spend = shares.reshape(most.shape) * most
    if given:
        return spend * (problem.lower / np.maximum(spend.sum(axis=1), 1e-300))[:, None]
    return spend * min(1.0, problem.budget / spend.sum())


@dataclass
class Tally:
    """Gaps and CPU seconds of one method, and how much better the flighting was than it."""

    name: str
    seconds: list[float] = field(default_factory=list)
    better: list[float] = field(default_factory=list)

    def row(self) -> str:
        """One line of the table."""
        better, took = np.array(self.better) * 100, np.array(self.seconds) * 1_000
        return (
            f"  {self.name:28s} flighting better by median {np.median(better):8.2f} %, least {better.min():7.3f} %,"
            f" most {better.max():8.2f} %; CPU median {np.median(took):9.1f} ms"
        )


def compare(*, shape: str, channels: int, weeks: int, problems: int, seed: int, given: bool, solver: bool) -> None:
    """Solve one family and print its table."""
    rng = np.random.default_rng(seed)
    gaps, took = [], []
    names = "even, its own channels", "even, history's channels", "by season, history's channels", "local, L-BFGS-B"
    tallies = {name: Tally(name) for name in names}
    for _ in range(problems):
        problem, history = family_problem(rng, shape=shape, channels=channels, weeks=weeks, given=given)
        began = time.process_time()
        result = optimise_flights(problem)
        took.append(time.process_time() - began)
        gaps.append(result.gap)
        even = np.repeat(history[:, None], weeks, axis=1)
        own = np.repeat(result.spend.mean(axis=1, keepdims=True), weeks, axis=1)
        plans = {"even, its own channels": lambda plan=own: plan, "even, history's channels": lambda plan=even: plan}
        plans["by season, history's channels"] = lambda plan=problem, past=history: by_season(plan, past)
        if solver:
            plans["local, L-BFGS-B"] = lambda plan=problem, start=even: local(plan, start)
        for name, make in plans.items():
            began = time.process_time()
            spend = make()
            tallies[name].seconds.append(time.process_time() - began)
            tallies[name].better.append(result.value / problem.value(spend) - 1.0)
    told = "totals given" if given else "totals free"
    print(f"{shape}, {channels} channels, {weeks} weeks, {told}, {problems} problems, seed {seed}")
    ms = np.array(took) * 1_000
    print(f"  gap median {np.median(gaps):.1e}, largest {max(gaps):.1e}; ", end="")
    print(f"CPU median {np.median(ms):.0f} ms, 95 % {np.quantile(ms, 0.95):.0f} ms, most {ms.max():.0f} ms")
    for tally in tallies.values():
        if tally.better:
            print(tally.row())


def main() -> int:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", choices=[*SLOPES, "all"], default="all")
    parser.add_argument("--channels", type=int, default=20)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--problems", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--given", action="store_true", help="every channel's total is given")
    parser.add_argument(
        "--no-solver", action="store_true", help="without the local solver, which takes most of the time"
    )
    chosen = parser.parse_args()
    for shape in [*SLOPES] if chosen.shape == "all" else [chosen.shape]:
        compare(
            shape=shape,
            channels=chosen.channels,
            weeks=chosen.weeks,
            problems=chosen.problems,
            seed=chosen.seed,
            given=chosen.given,
            solver=not chosen.no_solver,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
