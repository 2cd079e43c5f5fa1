"""`Workflows` that only remembers what it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from nexusplanner.domain.runs import Run
from nexusplanner.domain.shared import RunId


@dataclass
class RememberedWorkflows:
    started: list[RunId] = field(default_factory=list)
    cancelled: list[RunId] = field(default_factory=list)

    async def start(self, run: Run) -> None:
        self.started.append(run.id)

    async def cancel(self, run: Run) -> None:
        self.cancelled.append(run.id)
