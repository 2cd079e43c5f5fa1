"""Starts, watches and kills worker processes."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.worker.child import Orders, live

PATIENCE = 60.0
"""Seconds until a test says that what it waits for does not come."""

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.worker.child", "tests.worker.real"])


@dataclass(frozen=True, kw_only=True)
class Line:
    """What a worker wrote down outside its process."""

    run_id: str
    step: str
    phase: str
    pid: int


class Fleet:
    """Workers with the same orders; leaving the block ends them all."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._log = orders.log
        self._workers: dict[int, BaseProcess] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pid in list(self._workers):
            self.kill(pid)

    @property
    def pids(self) -> set[int]:
        return set(self._workers)

    def start(self) -> int:
        """Start one more worker; its process id."""
        worker = _CONTEXT.Process(target=live, args=(self._orders,), daemon=True)
        worker.start()
        assert worker.pid is not None
        self._workers[worker.pid] = worker
        return worker.pid

    def kill(self, pid: int) -> None:
        """End one worker without any warning (SIGKILL)."""
        worker = self._workers.pop(pid)
        worker.kill()
        worker.join()

    def lines(self) -> list[Line]:
        """Everything written so far, in order."""
        assert self._log is not None
        text = self._log.read_text() if self._log.exists() else ""
        return [
            Line(run_id=run_id, step=step, phase=phase, pid=int(pid))
            for run_id, step, phase, pid in (line.split() for line in text.splitlines())
        ]

    def wait_for(self, *, step: str, phase: str, after: int = 0, nth: int = 1, run_id: str = "") -> Line:
        """The nth line of this step and phase, of this run when given, behind the first `after` lines."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            lines = [line for line in self.lines()[after:] if run_id in {"", line.run_id}]
            found = [line for line in lines if (line.step, line.phase) == (step, phase)]
            if len(found) >= nth:
                return found[nth - 1]
            time.sleep(0.01)
        message = f"{step} {phase} did not come within {PATIENCE:g} s; seen: {self.lines()[-5:]}"
        raise AssertionError(message)


def repeated(lines: list[Line]) -> list[Line]:
    """Lines that begin a step which was done before: there must be none."""
    done: set[tuple[str, str]] = set()
    again: list[Line] = []
    for line in lines:
        if line.phase == "done":
            done.add((line.run_id, line.step))
        elif line.phase == "begin" and (line.run_id, line.step) in done:
            again.append(line)
    return again


def log_in(folder: Path) -> Path:
    """A file that several processes append to."""
    return folder / "steps.log"
