"""Run every check that CI runs, two at a time, and report them all.

A failing check does not stop the others. What failed is printed whole, then a table of all checks, then pytest's closing
line. The exit code is 0 only when every check passed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pages

ROOT = pages.ROOT
SCRIPTS = ROOT / "scripts"
HEARTBEAT_SECONDS = 20
PYTEST = "pytest"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One command and the part of the checks it belongs to."""

    name: str
    group: str
    command: Sequence[str]
    folder: Path = ROOT


@dataclass(kw_only=True)
class Outcome:
    """How a check went."""

    check: Check
    seconds: float
    passed: bool
    output: str = field(repr=False)


def python(name: str, *arguments: str, group: str = "python") -> Check:
    """A check that is a Python module or script of this environment."""
    return Check(name=name, group=group, command=(sys.executable, *arguments))


def npm(name: str, script: str) -> Check:
    """A check that is a script of `web/package.json`."""
    command = pages.npm_command("run", "--silent", script)
    return Check(name=name, group="web", command=command, folder=pages.WEB)


PYTHON_LANE = (
    python("format", "-m", "ruff", "format", "--check", "."),
    python("lint", "-m", "ruff", "check", "."),
    python("types", "-m", "mypy", "src/nexusplanner", "scripts"),
    python("imports", "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
    python(PYTEST, "-m", "pytest", "-n", "3", "--dist", "worksteal"),
)
WEB_LANE = (
    python("web packages", str(SCRIPTS / "pages.py"), "--install-only", group="web"),
    npm("web types", "types"),
    npm("web lint", "lint"),
    npm("web tests", "test"),
    python("web build", str(SCRIPTS / "pages.py"), group="web"),
    python("generated files", str(SCRIPTS / "generate.py"), "--check", group="web"),
)
# Alone and last: a browser that shares two cores with compilers measures the machine.
LAST_LANE = (python("journeys", str(SCRIPTS / "journeys.py"), group="journeys"),)
SECOND_TRY = "Failed once: "
"""How the journeys tell of what passed at a second try (web/e2e/failures.ts)."""
NEEDED_FOR_JOURNEYS = ("web packages", "web build")


class Progress:
    """Says what begins, what goes on and what ended, so that nobody wonders."""

    def __init__(self, *, total: int) -> None:
        self._total = total
        self._done = 0
        self._running: dict[str, tuple[float, Path]] = {}
        self._lock = threading.Lock()

    def began(self, check: Check, *, log: Path) -> None:
        """Note that a check runs and where its output goes."""
        with self._lock:
            self._running[check.name] = (time.monotonic(), log)

    def ended(self, outcome: Outcome) -> None:
        """Print the result of a check."""
        with self._lock:
            self._running.pop(outcome.check.name, None)
            self._done += 1
            word = "ok    " if outcome.passed else "FAILED"
            say(f"[{self._done:2}/{self._total}] {word} {outcome.check.name} ({outcome.seconds:.1f} s)")

    def beat(self, ended: threading.Event) -> None:
        """Until `ended`, say regularly what runs and the last thing it printed."""
        while not ended.wait(HEARTBEAT_SECONDS):
            with self._lock:
                for name, (began, log) in self._running.items():
                    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() or [""]
                    say(f"        … {name}, {time.monotonic() - began:.0f} s: {lines[-1][-100:]}")


def main() -> int:
    """Run the chosen checks; returns the exit code."""
    parser = argparse.ArgumentParser(prog="./nexus test", description=__doc__)
    parser.add_argument("--only", choices=("python", "web", "journeys"), help="for developers: one part only")
    parser.add_argument("--full", action="store_true", help="the Python tests at full scale; takes far longer")
    asked = parser.parse_args()
    only = asked.only
    if asked.full:
        os.environ["NEXUS_TEST_SCALE"] = "full"
    lanes = [chosen(lane, only=only) for lane in (PYTHON_LANE, WEB_LANE)]
    last = chosen(LAST_LANE, only=only)
    progress = Progress(total=sum(map(len, lanes)) + len(last))
    ended = threading.Event()
    threading.Thread(target=progress.beat, args=(ended,), daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="nexus-checks-") as logs:
        with ThreadPoolExecutor(max_workers=len(lanes)) as pool:
            runs = pool.map(lambda lane: [run(check, progress=progress, logs=Path(logs)) for check in lane], lanes)
            outcomes = [outcome for lane in runs for outcome in lane]
        outcomes += [run(check, progress=progress, logs=Path(logs)) for check in last]
    ended.set()
    return report(outcomes)


def chosen(lane: Sequence[Check], *, only: str | None) -> list[Check]:
    """Return the checks of one part, with what they need."""
    if only is None:
        return list(lane)
    needed = NEEDED_FOR_JOURNEYS if only == "journeys" else ()
    return [check for check in lane if check.group == only or check.name in needed]


def run(check: Check, *, progress: Progress, logs: Path) -> Outcome:
    """Run one check to its end, whatever happens."""
    began = time.monotonic()
    log = logs / f"{check.name.replace(' ', '-')}.log"
    with log.open("wb") as output:
        progress.began(check, log=log)
        try:
            done = subprocess.run(
                check.command,
                cwd=check.folder,
                env=pages.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
            passed = done.returncode == 0
        except OSError as error:
            output.write(f"{error}\n".encode())
            passed = False
    text = log.read_text(encoding="utf-8", errors="replace")
    outcome = Outcome(check=check, seconds=time.monotonic() - began, passed=passed, output=text)
    progress.ended(outcome)
    return outcome


def report(outcomes: list[Outcome]) -> int:
    """Print what failed, the table, what passed at a second try only, and pytest's closing line; returns the exit code."""
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        say(f"\n===== {outcome.check.name} =====\n{outcome.output.rstrip()}")
    say("\nChecks:")
    for outcome in outcomes:
        say(f"  {'ok    ' if outcome.passed else 'FAILED'}  {outcome.check.name:16} {outcome.seconds:7.1f} s")
    for outcome in outcomes:
        for line in outcome.output.splitlines() if outcome.passed else ():
            if line.startswith(SECOND_TRY):
                say(f"  {line}")
    if failed:
        say(f"{len(failed)} of {len(outcomes)} checks failed: {', '.join(outcome.check.name for outcome in failed)}")
    else:
        say(f"All {len(outcomes)} checks passed.")
    for outcome in outcomes:
        if outcome.check.name == PYTEST and outcome.output.strip():
            say(outcome.output.strip().splitlines()[-1])
    return 1 if failed else 0


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
