"""Kills workers at every phase of every step of a real run and prints what became of each run.

Two ways: the killed worker is the only one and is started again; a second worker lives and takes over. One run per row,
on an embedded server of its own. Exit code 1 when a run does not succeed, a finished step is repeated, a run has not
exactly one campaign, or the ledger does not verify.

Usage: python -m benchmarks.kill_matrix [--delay 0.2] [--takeover 2] [--steps allocate save]
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from sqlalchemy import text
from tests.factories.durable import Workspace, make_workspace, open_units
from tests.worker.child import Orders
from tests.worker.fleet import Fleet, repeated
from tests.worker.real import generation

from nexusplanner.application.campaigns import generate_campaign
from nexusplanner.application.demo import demo_brief, load_demo
from nexusplanner.bootstrap import SystemClock
from nexusplanner.domain.runs import STEPS, Run, RunKind, RunState
from nexusplanner.infrastructure.db.migrate import upgrade
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork
from nexusplanner.infrastructure.embedded_postgres import EmbeddedPostgres
from nexusplanner.infrastructure.reference import load_reference_data
from nexusplanner.infrastructure.reference.demo import load_demo_company
from nexusplanner.infrastructure.workflows import prepare

PHASES = {
    "before its work": ("begin", 1),
    "marked as begun": ("commit", 1),
    "all done, nothing kept": ("commit", 2),
    "at the boundary": ("done", 1),
}
LONGEST = 120.0
"""Seconds until a run counts as lost."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What became of one run. resumed: seconds from the kill to the next phase of the run."""

    way: str
    step: str
    phase: str
    state: RunState
    attempts: int
    resumed: float
    campaigns: int
    again: int

    @property
    def good(self) -> bool:
        """Whether the run ended once and nothing was repeated."""
        return self.state is RunState.SUCCEEDED and self.campaigns == 1 and self.again == 0

    def __str__(self) -> str:
        return (
            f"{self.way:9} {self.step:19} {self.phase:23} {self.state:10} {self.attempts:8} {self.resumed:8.1f} "
            f"{self.campaigns:10} {self.again:9}"
        )


class Matrix:
    """One workspace, one fleet, and a run for every row."""

    def __init__(self, *, units: SqlUnitsOfWork, workspace: Workspace, fleet: Fleet) -> None:
        self._units = units
        self._workspace = workspace
        self._fleet = fleet

    async def kill(self, *, way: str, step: str, phase: str) -> Row:
        """Start a run, kill its worker at this point, and follow the run to its end."""
        while len(self._fleet.pids) < (1 if way == "restart" else 2):
            self._fleet.start()
        run = await self._new_run()
        mark, nth = PHASES[phase]
        line = self._fleet.wait_for(run_id=str(run.id), step=step, phase=mark, nth=nth)
        self._fleet.kill(line.pid)
        killed, seen = time.monotonic(), len(self._fleet.lines())
        if way == "restart":
            self._fleet.start()
        resumed = await self._resumed(run, after=seen)
        ended = await self._end(run)
        async with self._units.for_actor(self._workspace.actor) as uow:
            query = text("SELECT count(*) FROM campaigns WHERE run_id = :run_id AND plan IS NOT NULL")
            campaigns = await uow.session.scalar(query, {"run_id": run.id})
        again = [each for each in repeated(self._fleet.lines()) if each.run_id == str(run.id)]
        return Row(
            way=way,
            step=step,
            phase=phase,
            state=ended.state,
            attempts=ended.attempts,
            resumed=resumed - killed,
            campaigns=campaigns or 0,
            again=len(again),
        )

    async def verified(self) -> str:
        """What the ledger says of itself."""
        async with self._units.for_actor(self._workspace.actor) as uow:
            found = await uow.ledger.verify()
        return f"{found.entries} entries, {found.first_bad.message if found.first_bad else 'intact'}"

    async def _new_run(self) -> Run:
        company, now = load_demo_company(), SystemClock().now()
        async with self._units.for_actor(self._workspace.actor) as uow:
            brief = await demo_brief(uow, company=company, today=now.date())
            return await generate_campaign(uow, brief=brief, now=now)

    async def _resumed(self, run: Run, *, after: int) -> float:
        deadline = time.monotonic() + LONGEST
        while time.monotonic() < deadline and not await self._over(run):
            if any(line.run_id == str(run.id) for line in self._fleet.lines()[after:]):
                break
            await asyncio.sleep(0.02)
        return time.monotonic()

    async def _over(self, run: Run) -> bool:
        async with self._units.for_actor(self._workspace.actor) as uow:
            return not (await uow.runs.get(run.id)).active

    async def _end(self, run: Run) -> Run:
        deadline = time.monotonic() + LONGEST
        while True:
            async with self._units.for_actor(self._workspace.actor) as uow:
                seen = await uow.runs.get(run.id)
            if not seen.active or time.monotonic() > deadline:
                return seen
            await asyncio.sleep(0.1)


async def measure(app_url: str, *, log: Path, arguments: argparse.Namespace) -> bool:
    """Print the table; whether every row is good and the ledger holds."""
    orders = Orders(
        app_url=app_url,
        log=log,
        delay_seconds=arguments.delay,
        reap_seconds=arguments.takeover / 2,
        steps=generation,
    )
    print(
        f"{'way':9} {'step':19} {'killed':23} {'state':10} {'attempts':>8} {'resumed':>8} {'campaigns':>10} {'repeated':>9}"
    )
    rows: list[Row] = []
    async with open_units(app_url) as (engine, units):
        workspace = await make_workspace(engine)
        async with units.for_actor(workspace.actor) as uow:
            await load_demo(uow, company=load_demo_company(), reference=load_reference_data(), now=SystemClock().now())
        for way in ("restart", "takeover"):
            with Fleet(orders) as fleet:
                matrix = Matrix(units=units, workspace=workspace, fleet=fleet)
                for step, phase in product(arguments.steps, PHASES):
                    row = await matrix.kill(way=way, step=step, phase=phase)
                    rows.append(row)
                    print(row, flush=True)
        verified = await matrix.verified()
    good = sum(row.good for row in rows)
    slowest = max(row.resumed for row in rows)
    print(
        f"{good} of {len(rows)} runs ended once, nothing repeated; slowest resumption {slowest:.1f} s; ledger: {verified}"
    )
    return good == len(rows) and verified.endswith("intact")


def main() -> int:
    """Run the matrix on a server of its own."""
    parser = argparse.ArgumentParser(description="Kill workers at every phase of every step.")
    parser.add_argument("--delay", type=float, default=0.2, help="seconds of pause at each phase")
    parser.add_argument("--takeover", type=float, default=2, help="seconds until a dead worker's runs are taken over")
    parser.add_argument("--steps", nargs="*", default=list(STEPS[RunKind.GENERATE]), help="only these steps")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nexus-kill-", dir="/tmp") as folder:
        home = Path(folder)
        home.chmod(0o711)  # the server's own user passes through
        server = EmbeddedPostgres(home / "postgres", durable=False)
        info = server.ensure_running()
        try:
            upgrade(info.owner_url)
            prepare(info.owner_url)
            return 0 if asyncio.run(measure(info.app_url, log=home / "steps.log", arguments=arguments)) else 1
        finally:
            server.destroy()


if __name__ == "__main__":
    sys.exit(main())
