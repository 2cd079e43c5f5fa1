"""Gap, misses and time of the allocation on random problems, beside a local solver and greedy steps in the same run.

    python -m benchmarks.allocation
    python -m benchmarks.allocation --channels 5 20 --shape s-shaped --bounds wide --problems 100
    python -m benchmarks.allocation --bound-check 10000
    PYTHONPATH=src:. peer/bin/python -m benchmarks.allocation --peer pymc-marketing --channels 5 20

A miss is a plan more than 0.1 % below the best bound. Times are CPU milliseconds per problem. Near twins are S-shaped channels
whose parameters hardly differ; the second solver is written without the first (`allocation_second.py`).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module

import numpy as np
from benchmarks.allocation_baselines import (
    PeerPlan,
    dynamic_programme,
    even_start,
    greedy,
    proportional_start,
    slsqp,
)
from benchmarks.allocation_family import LIMITS, SHAPES, Bounds, Shape, family_problem, small_problem, twin_problem
from benchmarks.allocation_second import second_opinion

from nexusplanner.domain.planning.allocation.problem import AllocationProblem, AllocationResult
from nexusplanner.domain.planning.allocation.split import allocate
from nexusplanner.domain.planning.curves import FloatArray

MISS = 1e-3
ROUNDING = 1e-10
BETTER = 1e-7
"""Another's plan counts as better when it is by more than this share; ours stops at gaps of about 1e-8."""
PROBLEMS = {5: 40, 20: 40, 100: 20, 500: 10}
GOALS = {5: 1.0, 20: 2.0, 100: 10.0, 500: 20.0}
"""Median milliseconds asked for, by number of channels."""
LARGE, LARGE_GAP, SMALL_GAP = 500, 1e-5, 1e-6
LARGE_BASELINES = 2
"""Problems of a block that SLSQP is given from 500 channels on, where one takes it up to half a minute."""
SPREADS = (0.0, 1e-12, 1e-6, 1e-3, 1e-2, 1e-1)
PEERS = {"pymc-marketing": "benchmarks.peers.allocation_pymc_marketing"}
Method = Callable[[AllocationProblem], PeerPlan]


def timed(method: Callable[[AllocationProblem], FloatArray]) -> Method:
    """`method` with its CPU time."""

    def run(problem: AllocationProblem) -> PeerPlan:
        began = time.process_time()
        spend = method(problem)
        return PeerPlan(spend=spend, milliseconds=1e3 * (time.process_time() - began))

    return run


BASELINES: dict[str, Method] = {
    "SLSQP, even start": timed(lambda problem: slsqp(problem, even_start(problem))),
    "SLSQP, proportional start": timed(lambda problem: slsqp(problem, proportional_start(problem))),
    "greedy, 1,000 steps": timed(greedy),
}


@dataclass
class Tally:
    """What one method did on the problems of one block."""

    shortfalls: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    building: list[float] = field(default_factory=list)
    errors: int = 0

    def row(self, name: str, *, problems: int) -> str:
        """One line of the table."""
        short, times = np.array(self.shortfalls), np.array(self.milliseconds)
        notes = f"  (first {len(short)} problems)" if len(short) < problems else ""
        if np.any(self.building):
            notes += f"  and {np.median(self.building):.0f} ms to build and compile"
        if self.errors:
            notes += f"  {self.errors} ended in an error"
        return (
            f"  {name:<27}{100 * np.mean(short > MISS):5.0f} % missed  worst -{100 * max(short.max(), 0.0):.3f} %"
            f"  median {np.median(times):.2f} ms  max {times.max():.2f} ms{notes}"
        )


def solve(problem: AllocationProblem) -> tuple[AllocationResult, float]:
    """The certified plan and its CPU milliseconds."""
    began = time.process_time()
    result = allocate(problem)
    return result, 1e3 * (time.process_time() - began)


def shortfall(value: float, upper_bound: float) -> float:
    """How far a value is below the bound, as a share of it."""
    return (upper_bound - value) / upper_bound if upper_bound > 0 else 0.0


def compare(
    *, channels: int, shape: Shape, bounds: Bounds, problems: int, seed: int, methods: dict[str, Method]
) -> int:
    """Print one block of the table; the number of gaps too large, misses and better plans of others."""
    rng = np.random.default_rng(seed)
    cases = [family_problem(rng, channels=channels, shape=shape, bounds=bounds) for _ in range(problems)]
    solved = [solve(problem) for problem in cases]
    results = [result for result, _ in solved]
    ours = Tally(
        shortfalls=[shortfall(result.value, result.upper_bound) for result in results],
        milliseconds=[milliseconds for _, milliseconds in solved],
    )
    goal = f"  (goal {GOALS[channels]:g} ms)" if channels in GOALS else ""
    print(f"C = {channels}, {shape}, {bounds}: {problems} problems, seed {seed}")
    print(ours.row("certified allocation", problems=problems) + goal)
    beaten = 0
    for name, method in methods.items():
        tally = Tally()
        few = LARGE_BASELINES if channels >= LARGE and not name.startswith("greedy") else problems
        for problem, result in list(zip(cases, results, strict=True))[:few]:
            plan = method(problem)
            value = problem.value(plan.spend)
            tally.shortfalls.append(shortfall(value, result.upper_bound))
            tally.milliseconds.append(plan.milliseconds)
            tally.building.append(plan.building_milliseconds)
            tally.errors += plan.gave_up
            beaten += value > result.value * (1 + BETTER)
        print(tally.row(name, problems=problems))
    gaps, nodes = [result.gap for result in results], [result.nodes for result in results]
    loose = sum(gap > (LARGE_GAP if channels >= LARGE else SMALL_GAP) for gap in gaps)
    missed = sum(short > MISS for short in ours.shortfalls)
    print(f"  largest gap {max(gaps):.0e}; gaps too large {loose}; others better {beaten}; nodes at most {max(nodes)}")
    return loose + missed + beaten


def compare_twins(*, problems: int, channels: int, seed: int) -> int:
    """Near twins at every spread; the number of gaps above 1e-6."""
    print(f"C = {channels}, near twins, S-shaped: {problems} problems for each spread, seed {seed}")
    loose = 0
    for spread in SPREADS:
        rng = np.random.default_rng(seed)
        solved = [solve(twin_problem(rng, channels=channels, spread=spread)) for _ in range(problems)]
        gaps, times = [result.gap for result, _ in solved], [milliseconds for _, milliseconds in solved]
        loose += sum(gap > SMALL_GAP for gap in gaps)
        print(
            f"  spread {spread:.0e}  largest gap {max(gaps):.0e}  nodes at most {max(r.nodes for r, _ in solved)}"
            f"  median {np.median(times):.2f} ms  max {max(times):.2f} ms"
        )
    return loose


def compare_second(*, problems: int, channels: int, seed: int) -> int:
    """Value and bound beside those of the second solver; the number of contradictions."""
    wrong, values, bounds = 0, [], []
    for number in range(problems):
        rng = np.random.default_rng((seed, number))
        shape, limits = SHAPES[number % len(SHAPES)], tuple(LIMITS)[number // len(SHAPES) % len(LIMITS)]
        problem = family_problem(rng, channels=channels, shape=shape, bounds=limits)
        result = allocate(problem)
        value, bound = second_opinion(problem, tolerance=LARGE_GAP)
        values.append(abs(value / result.value - 1))
        bounds.append(abs(bound / result.upper_bound - 1))
        if value > result.upper_bound * (1 + ROUNDING) or result.value > bound * (1 + ROUNDING):
            wrong += 1
            print(f"  problem {number}: {value} and {bound} contradict {result.value} and {result.upper_bound}")
    print(f"C = {channels}, second solver: {problems} problems of all shapes and bounds, seed {seed}")
    print(f"  contradictions {wrong}; values differ by at most {max(values):.0e}, bounds by {max(bounds):.0e}")
    return wrong


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
            "the gap is above 1e-6": result.gap > SMALL_GAP,
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
    parser.add_argument("--channels", type=int, nargs="+", help="blocks of these sizes only")
    parser.add_argument("--shape", choices=SHAPES)
    parser.add_argument("--bounds", choices=[*LIMITS])
    parser.add_argument("--problems", type=int, help="problems for each block (else 40, 40, 20 and 10)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-baselines", action="store_true", help="only the certified allocation")
    parser.add_argument("--peer", choices=[*PEERS], help="another planner beside it; its package must be installed")
    parser.add_argument("--bound-check", type=int, metavar="N", help="check N small problems instead")
    chosen = parser.parse_args()
    if chosen.bound_check:
        return int(check_bounds(problems=chosen.bound_check, seed=chosen.seed) > 0)
    methods = {} if chosen.no_baselines else dict(BASELINES)
    if chosen.peer:
        peer = import_module(PEERS[chosen.peer])
        methods[peer.NAME] = peer.allocate_peer
    failures = sum(
        compare(
            channels=channels,
            shape=shape,
            bounds=bounds,
            problems=chosen.problems or PROBLEMS.get(channels, 20),
            seed=chosen.seed,
            methods=methods,
        )
        for channels in chosen.channels or PROBLEMS
        for shape in ([chosen.shape] if chosen.shape else SHAPES)
        for bounds in ([chosen.bounds] if chosen.bounds else LIMITS)
    )
    if not chosen.channels:
        failures += compare_twins(problems=10, channels=20, seed=chosen.seed)
        failures += compare_second(problems=12, channels=LARGE, seed=chosen.seed)
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
