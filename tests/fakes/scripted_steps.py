"""`RunSteps` without a database: what each call answers is written down beforehand."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from nexusplanner.application.durable.workflow import RunRef, Started


@dataclass
class ScriptedRunSteps:
    """started: what begin answers. failures: errors each step raises, one per call, before it succeeds.

    broken_begin, broken_fail: how often these fail before they work. seconds: how long a step takes.
    """

    started: Started
    failures: dict[str, list[Exception]] = field(default_factory=dict)
    broken_begin: int = 0
    broken_fail: int = 0
    seconds: float = 0
    performed: list[str] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    failed: list[tuple[int, str, bool]] = field(default_factory=list)

    async def begin(self, ref: RunRef) -> Started:
        del ref
        if self.broken_begin:
            self.broken_begin -= 1
            raise ConnectionError
        return self.started

    async def perform(self, ref: RunRef, *, step: str, token: int) -> None:
        del ref, token
        self.calls[step] += 1
        await asyncio.sleep(self.seconds)
        left = self.failures.get(step)
        if left:
            raise left.pop(0)
        self.performed.append(step)

    async def fail(self, ref: RunRef, *, token: int, error: str, retryable: bool) -> None:
        del ref
        if self.broken_fail:
            self.broken_fail -= 1
            raise ConnectionError
        self.failed.append((token, error, retryable))
