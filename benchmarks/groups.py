"""Allocation under limits on groups, each certificate held against a whole-number programme.

    python -m benchmarks.groups --problems 70
    python -m benchmarks.groups --channels 20 --groups 4 --problems 50 --no-check

A violation is a value above what the programme proves nobody can reach, or a real plan of the programme above our bound.
Times are CPU milliseconds per problem; the ratio is that of the programme's time to ours.
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np
from benchmarks.groups_family import Family, grouped_problem, milp_check

from nexusplanner.domain.planning.allocation.problem import AllocationProblem, AllocationResult
from nexusplanner.domain.planning.allocation.split import allocate

FAMILIES: tuple[Family, ...] = ("concave", "s-shaped", "mixed")
ROUNDING = 1e-7
"""The accuracy to which the whole-number programme keeps its own limits."""
GAP = 1e-6


def run(family: Family, *, channels: int, groups: int, problems: int, seed: int, pieces: int) -> int:
    """Print one row of the table; the number of violations and of gaps above 1e-6."""
    rng = np.random.default_rng(seed)
    gaps, milliseconds, ratios, slack = [], [], [], []
    violations = 0
    for number in range(problems):
        problem = grouped_problem(rng, channels=channels, groups=groups, family=family, shares=number % 2 == 1)
        began = time.process_time()
        result = allocate(problem)
        ours = time.process_time() - began
        gaps.append(result.gap)
        milliseconds.append(1e3 * ours)
        if pieces:
            violated, room, theirs = _held_against(problem, result, pieces=pieces)
            violations += violated
            slack.append(room)
            ratios.append(theirs / ours)
    print(
        f"  {family:<9} gap max {max(gaps):.1e} median {np.median(gaps):.1e}   median {np.median(milliseconds):7.1f} ms"
        f"   max {max(milliseconds):8.1f} ms",
        end="",
    )
    if pieces:
        print(
            f"   violations {violations}   bound of the programme above ours by {np.median(slack):.1e} (median)", end=""
        )
        print(f"   its time / ours {np.median(ratios):6.1f}", end="")
    print()
    return violations + sum(gap > GAP for gap in gaps)


def _held_against(problem: AllocationProblem, result: AllocationResult, *, pieces: int) -> tuple[int, float, float]:
    """Violations, how far the programme's bound is above our plan (relative), and its CPU seconds."""
    began = time.process_time()
    check = milp_check(problem, pieces=pieces, gap=1e-5)
    seconds = time.process_time() - began
    too_good = result.value > check.bound * (1 + ROUNDING)
    beaten = check.value > result.upper_bound * (1 + ROUNDING)
    for wrong, words in (
        (too_good, "the value exceeds what any plan can reach"),
        (beaten, "a real plan exceeds the bound"),
    ):
        if wrong:
            print(f"  {words}: {result} against {check}")
    return too_good + beaten, check.bound / result.value - 1.0, seconds


def main() -> int:
    """Run what the arguments ask for; 1 when a certificate failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--channels", type=int, default=8)
    parser.add_argument("--groups", type=int, default=3)
    parser.add_argument("--problems", type=int, default=70, help="of each family")
    parser.add_argument("--pieces", type=int, default=48, help="of each curve in the whole-number programme")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-check", action="store_true", help="only the allocation")
    chosen = parser.parse_args()
    print(
        f"C = {chosen.channels}, {chosen.groups} overlapping groups, every other problem with shares of the budget;",
        end=" ",
    )
    print(f"{chosen.problems} problems of each family, seed {chosen.seed}")
    failures = sum(
        run(
            family,
            channels=chosen.channels,
            groups=chosen.groups,
            problems=chosen.problems,
            seed=chosen.seed,
            pieces=0 if chosen.no_check else chosen.pieces,
        )
        for family in FAMILIES
    )
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
