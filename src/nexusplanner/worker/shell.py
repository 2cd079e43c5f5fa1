"""Carries one run from step to step: tries again what may pass, and ends what cannot with words for its user."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from nexusplanner.application.durable.workflow import RunRef, RunSteps, RunStopped, Started
from nexusplanner.domain.shared import DomainError, TooMany, Unavailable, VersionConflict
from nexusplanner.worker.pacing import Pacing

T = TypeVar("T")
_log = logging.getLogger(__name__)
_PASSING = (VersionConflict, TooMany, Unavailable)
"""What the product refuses now and may accept in a moment."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How patient a shell is. Times are in seconds.

    run_seconds: of one delivery, from its start. deliveries: more mean that the run takes its worker down each time.
    tries: of one step that fails unexpectedly. pause, longest_pause: before the second try, and the most it grows to;
    each pause is three times the one before, and half of it is chance.
    """

    run_seconds: float = 600
    deliveries: int = 10
    tries: int = 4
    pause: float = 0.5
    longest_pause: float = 3

    def pause_before(self, retry: int) -> float:
        """Seconds before the given retry, 1 for the first."""
        whole = min(self.pause * 3.0 ** min(retry - 1, 20), self.longest_pause)
        return whole * (0.5 + secrets.randbelow(1000) / 2000)


class PatientRunShell:
    """The shell of every kind of run."""

    def __init__(self, *, steps: RunSteps, policy: Policy, pacing: Pacing | None = None) -> None:
        self._steps = steps
        self._policy = policy
        self._pacing = pacing or Pacing()

    async def __call__(self, ref: RunRef, *, since: int, stopping: asyncio.Event) -> bool:
        """Carry the run to its end; whether it is there. A run let go because the worker stops is delivered again."""
        started = await self._insist(lambda: self._steps.begin(ref), stopping=stopping)
        if started is None:
            return False
        if not started.steps:
            return True
        if started.token - since > self._policy.deliveries:
            return await self._fail(ref, started, _poisoned(self._policy), stopping=stopping)
        return await self._carry(ref, started, stopping=stopping)

    async def _carry(self, ref: RunRef, started: Started, *, stopping: asyncio.Event) -> bool:
        try:
            async with asyncio.timeout(self._policy.run_seconds):
                return await self._all_steps(ref, started, stopping=stopping)
        except TimeoutError:
            return await self._fail(ref, started, _too_long(self._policy), stopping=stopping)
        except RunStopped:
            _log.info("Run %s was cancelled or taken over; its worker lets go of it.", ref.run_id)
            return True
        except DomainError as error:
            passing = isinstance(error, _PASSING)
            return await self._fail(ref, started, error.message, retryable=passing, stopping=stopping)

    async def _all_steps(self, ref: RunRef, started: Started, *, stopping: asyncio.Event) -> bool:
        for step in started.steps:
            if stopping.is_set():
                return False
            await self._pacing.begin(ref, step=step)
            await self._perform(ref, step=step, token=started.token)
            await self._pacing.done(ref, step=step)
        return True

    async def _perform(self, ref: RunRef, *, step: str, token: int) -> None:
        """Do one step, again while that may help. Raises: RunStopped, DomainError in words for the user."""
        failures = 0
        while True:
            try:
                return await self._steps.perform(ref, step=step, token=token)
            except RunStopped:
                raise
            except Unavailable:
                _log.warning("Run %s waits at step %s for what does not answer.", ref.run_id, step)
                failures += 1
            except DomainError as error:
                failures += 1
                if not isinstance(error, _PASSING) or failures >= self._policy.tries:
                    raise
            except Exception as error:
                _log.exception("Step %s of run %s failed.", step, ref.run_id)
                failures += 1
                if failures >= self._policy.tries:
                    raise Unavailable(_failed(step, ref)) from error
            await asyncio.sleep(self._policy.pause_before(failures))

    async def _fail(
        self, ref: RunRef, started: Started, error: str, *, stopping: asyncio.Event, retryable: bool = True
    ) -> bool:
        async def write() -> bool:
            await self._steps.fail(ref, token=started.token, error=error, retryable=retryable)
            return True

        return await self._insist(write, stopping=stopping) or False

    async def _insist(self, act: Callable[[], Awaitable[T]], *, stopping: asyncio.Event) -> T | None:
        """Do what has to be done whatever the database says just now; None when the worker stops before."""
        failures = 0
        while True:
            try:
                return await act()
            except Unavailable as error:
                _log.warning("The state of a run could not be written; trying again: %s", error)
            except Exception:
                _log.exception("The state of a run could not be written; trying again.")
            if stopping.is_set():
                return None
            failures += 1
            await asyncio.sleep(self._policy.pause_before(failures))


def _failed(step: str, ref: RunRef) -> str:
    return (
        f"The step {step.replace('_', ' ')!r} failed, and trying it again at once did not help. Try the run again; "
        f"when it fails again, your administrator finds the reason in the log under {ref.run_id}."
    )


def _too_long(policy: Policy) -> str:
    return (
        f"The run took longer than {policy.run_seconds:g} seconds and was stopped. "
        "Try it again: steps that were finished are kept."
    )


def _poisoned(policy: Policy) -> str:
    return (
        f"The run was started {policy.deliveries} times and its worker ended each time before it did. "
        "Try it again later, or show it to your administrator."
    )
