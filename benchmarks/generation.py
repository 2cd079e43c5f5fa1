"""Time of a whole generation with rules, in process and without a fit, beside a yardstick in the same run.

    python -m benchmarks.generation --runs 50
    python -m benchmarks.generation --runs 50 --optimised-weeks

Each run makes one campaign of the demonstration brands from its loaded facts: passages, findings, opportunities, four
ideas, their wording, the split of the budget with its proof, weeks, channel strategies and the explanation, by the same
steps a worker takes. The curves are given, so nothing is fitted; loading and saving are left out. The briefs are those of
the evals, in turn. The yardstick is a fixed piece of plain Python (cosines of 120 texts), timed before every run; a run
over the yardstick tells machines apart from changes. Wall and CPU milliseconds of the process.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Sequence
from typing import TypeVar
from uuid import UUID, uuid5

# The arrays are small: threads of the linear algebra would only wait for each other, and count as CPU time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from tests.factories.demo_briefs import BRIEFS, demo_facts, known_of

from nexusplanner.application.agents.coordinator import AgentCoordinator
from nexusplanner.application.agents.gathering.facts import Facts, Offer
from nexusplanner.application.agents.gathering.response import Known
from nexusplanner.bootstrap import coordinator
from nexusplanner.domain.campaigns import FlightPattern, FlightRules
from nexusplanner.domain.relevance import most_alike
from nexusplanner.infrastructure.reference import load_reference_data
from nexusplanner.infrastructure.rules import RulesIdeationService

T = TypeVar("T")
GOAL_MS = 1000.0
SPACE = UUID(int=1)
TEXTS = tuple(f"text {n} of {n * 7 % 31} words about {n * 11 % 13} things and {n * 5 % 17} others" for n in range(120))

Spent = dict[str, tuple[float, float]]


def named(name: str) -> UUID:
    """An id that follows from a path within the campaign."""
    return uuid5(SPACE, name)


class Clocked:
    """Wall and CPU milliseconds of the steps of one run."""

    def __init__(self) -> None:
        self.spent: Spent = {}

    async def __call__(self, step: str, work: Awaitable[T]) -> T:
        """Await the work and note what it took."""
        wall, cpu = time.perf_counter(), time.process_time()
        result = await work
        self.spent[step] = 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)
        return result


async def generate(steps: AgentCoordinator, found: Facts, known: Known) -> Spent:
    """One campaign, as a run makes it. Returns milliseconds by step."""
    clock = Clocked()
    offer = Offer(brief=found.brief, brand=found.brand, service=found.service)
    context = (await clock("gather", steps.gather(found, note=""))).output
    analysis = (await clock("analyse", steps.analyse(context))).output
    opportunities = (await clock("find", steps.find(context, analysis))).output
    proposed = await clock("ideate", steps.ideate(context, opportunities, count=4, avoid=(), ids=named))
    ideas = (await clock("refine", steps.refine(context, proposed.output))).output
    allocated = (await clock("allocate", steps.allocate(offer, known))).output
    channels = (await clock("flight", steps.flight(found.brief, allocated, before=None, ids=named))).output
    explained = await clock(
        "explain",
        steps.explain(
            context,
            analysis=analysis,
            opportunities=opportunities,
            ideas=ideas,
            plans=channels.plans,
            allocated=allocated,
        ),
    )
    if len(ideas.ideas) < len("four") or not all(plan.strategy for plan in explained.output.plans):
        raise SystemExit(f"A run over “{found.brief.theme}” is incomplete.")
    return clock.spent


def yardstick() -> float:
    """Milliseconds of CPU a fixed piece of plain Python takes."""
    start = time.process_time()
    most_alike(TEXTS)
    return 1000 * (time.process_time() - start)


def line(name: str, values: Sequence[float]) -> str:
    """Median, 95th percentile and maximum of milliseconds."""
    found = np.array(values)
    return f"{name:<18} {np.median(found):>8.1f} {np.percentile(found, 95):>8.1f} {found.max():>8.1f}"


async def measure(runs: int, *, weeks: FlightPattern) -> int:
    """Time the runs and print the table; 1 when the goal is missed."""
    reference = load_reference_data()
    steps = coordinator(RulesIdeationService(reference=reference), reference=reference)
    rules = FlightRules(pattern=weeks)
    briefs = [demo_facts(number, flighting=rules) for number in range(len(BRIEFS))]
    given = [known_of(found) for found in briefs]
    await generate(steps, briefs[0], given[0])
    walls, cpus, rods = [], [], []
    parts: dict[str, list[float]] = defaultdict(list)
    for run in range(runs):
        rods.append(yardstick())
        spent = await generate(steps, briefs[run % len(briefs)], given[run % len(briefs)])
        walls.append(sum(wall for wall, _ in spent.values()))
        cpus.append(sum(cpu for _, cpu in spent.values()))
        for step, (wall, _) in spent.items():
            parts[step].append(wall)
    print(f"{runs} runs over {len(briefs)} briefs, milliseconds\n{'':<18} {'p50':>8} {'p95':>8} {'max':>8}")
    print(line("wall", walls))
    print(line("CPU", cpus))
    print(line("yardstick, CPU", rods))
    print(f"{'CPU / yardstick':<18} {np.median(cpus) / np.median(rods):>8.2f}")
    print("\nwall by step")
    for step, values in parts.items():
        print(line(step, values))
    missed = float(np.percentile(walls, 95)) > GOAL_MS
    print(f"\np95 of wall is {'above' if missed else 'below'} {GOAL_MS:.0f} ms.")
    return int(missed)


def main() -> int:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--optimised-weeks", action="store_true", help="place the weeks by programmes, not evenly")
    asked = parser.parse_args()
    weeks = FlightPattern.OPTIMISED if asked.optimised_weeks else FlightRules().pattern
    return asyncio.run(measure(asked.runs, weeks=weeks))


if __name__ == "__main__":
    sys.exit(main())
