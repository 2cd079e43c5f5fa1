"""Gap, misses and time of the allocation on random problems, beside a local solver and greedy steps in the same run.

    python -m benchmarks.allocation --channels 5 20 100 --problems 100
    python -m benchmarks.allocation --bound-check 1000

A miss is a plan more than 0.1 % below the best bound. Times are CPU milliseconds per problem.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from benchmarks.allocation_baselines import dynamic_programme, even_start, greedy, proportional_start, slsqp
from benchmarks.allocation_family import LIMITS, SLOPES, Bounds, Shape, family_problem, small_problem

from nexusplanner.domain.planning.allocation import allocate
from nexusplanner.domain.planning.allocation_problem import AllocationProblem
from nexusplanner.domain.planning.curves import FloatArray

MISS = 1e-3
ROUNDING = 1e-10
BASELINES: dict[str, Callable[[AllocationProblem], FloatArray]] = {
    "SLSQP, even start": lambda problem: slsqp(problem, even_start(problem)),
    "SLSQP, proportional start": lambda problem: slsqp(problem, proportional_start(problem)),
    "greedy, 1,000 steps": greedy,
}


@dataclass
class Tally:
    """What one method did on the problems of one run."""

    shortfalls: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def row(self, name: str) -> str:
        """One line of the table."""
        short, times = np.array(self.shortfalls), np.array(self.milliseconds)
        return (
            f"  {name:<26} misses {100 * np.mean(short > MISS):5.1f} %   worst shortfall {100 * short.max():9.5f} %"
            f"   median {np.median(times):8.2f} ms   max {times.max():8.2f} ms"
        )


def compare(*, channels: int, shape: Shape, bounds: Bounds, problems: int, seed: int, baselines: bool) -> int:
    """Print one block of the table; the number of problems with a gap above 1e-6 or a better baseline."""
    rng = np.random.default_rng(seed)
    tallies = {name: Tally() for name in ("certified allocation", *(BASELINES if baselines else ()))}
    cases = [family_problem(rng, channels=channels, shape=shape, bounds=bounds) for _ in range(problems)]
    results = []
    for problem in cases:
        began = time.process_time()
        result = allocate(problem)
        _record(tallies["certified allocation"], began, result.value, result.upper_bound)
        results.append(result)
    best_baseline = [-np.inf] * problems
    for name in list(tallies)[1:]:
        for index, (problem, result) in enumerate(zip(cases, results, strict=True)):
            began = time.process_time()
            plan = BASELINES[name](problem)
            value = problem.value(plan)
            _record(tallies[name], began, value, result.upper_bound)
            best_baseline[index] = max(best_baseline[index], value)
    pairs = zip(best_baseline, results, strict=True)
    beaten = sum(value > result.value * (1 + ROUNDING) for value, result in pairs)
    gaps, nodes = [result.gap for result in results], [result.nodes for result in results]
    print(f"C = {channels}, {shape}, {bounds}: {problems} problems, seed {seed}")
    for name, tally in tallies.items():
        print(tally.row(name))
    loose = sum(gap > 1e-6 for gap in gaps)
    print(
        f"  largest gap {max(gaps):.1e}; gaps above 1e-6: {loose}; nodes median {np.median(nodes):.0f}, max {max(nodes)}",
        end="",
    )
    print(f"; problems where a baseline is better: {beaten}" if baselines else "")
    return loose + beaten


def _record(tally: Tally, began: float, value: float, upper_bound: float) -> None:
    tally.milliseconds.append(1e3 * (time.process_time() - began))
    tally.shortfalls.append((upper_bound - value) / upper_bound if upper_bound > 0 else 0.0)


def check_bounds(*, problems: int, seed: int) -> int:
    """Hold the certificate against a fine dynamic programme; the number of violations, each printed."""
    rng = np.random.default_rng(seed)
    violations, nearest, behind = 0, np.inf, 0.0
    for number in range(problems):
        problem = small_problem(rng, draws=5 if number % 10 == 9 else 1)
        result = allocate(problem)
        check = dynamic_programme(problem)
        slack = ROUNDING * max(check.feasible, result.value)
        nearest = min(nearest, (result.upper_bound - check.feasible) / max(check.feasible, 1e-300))
        behind = max(behind, (check.feasible - result.value) / max(result.value, 1e-300))
        wrong = {
            "a feasible plan exceeds the bound": check.feasible > result.upper_bound + slack,
            "the value exceeds what any plan can reach": result.value > check.upper_bound + slack,
            "the gap is above 1e-6": result.gap > 1e-6,
        }
        for reason in (reason for reason, is_so in wrong.items() if is_so):
            violations += 1
            print(f"  problem {number}: {reason}: {result} against {check}")
    print(f"bound check: {problems} problems of 1 to 5 channels (every tenth with mean curves), seed {seed}")
    print(f"  violations {violations}; the programme's best plan comes within {nearest:.1e} of the bound", end="")
    print(f" and exceeds the plan by at most {behind:.1e}")
    return violations


def main() -> int:
    """Run what the arguments ask for; 1 when a certificate failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--channels", type=int, nargs="+", default=[20])
    parser.add_argument("--shape", choices=[*SLOPES, "both"], default="s-shaped")
    parser.add_argument("--bounds", choices=[*LIMITS, "both"], default="wide")
    parser.add_argument("--problems", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-baselines", action="store_true", help="only the certified allocation")
    parser.add_argument("--bound-check", type=int, metavar="N", help="check N small problems instead")
    chosen = parser.parse_args()
    if chosen.bound_check:
        return int(check_bounds(problems=chosen.bound_check, seed=chosen.seed) > 0)
    failures = sum(
        compare(
            channels=channels,
            shape=shape,
            bounds=bounds,
            problems=chosen.problems,
            seed=chosen.seed,
            baselines=not chosen.no_baselines,
        )
        for channels in chosen.channels
        for shape in ([*SLOPES] if chosen.shape == "both" else [chosen.shape])
        for bounds in ([*LIMITS] if chosen.bounds == "both" else [chosen.bounds])
    )
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
