"""How a run is carried from step to step, without an engine or a database."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from tests.fakes.scripted_steps import ScriptedRunSteps

from nexusplanner.application.durable.workflow import RunRef, RunStopped, Started
from nexusplanner.domain.shared import Conflict, Invalid, RunId, TenantId, Unavailable, VersionConflict
from nexusplanner.worker import PatientRunShell, Policy

REF = RunRef(tenant_id=TenantId(UUID(int=1)), run_id=RunId(UUID(int=2)))
QUICK = Policy(run_seconds=5, deliveries=3, tries=3, pause=0.001, longest_pause=0.002)
TWO_STEPS = Started(token=7, steps=("ideate", "save"))


async def carry(steps: ScriptedRunSteps, *, since: int = 6, policy: Policy = QUICK, stopping: bool = False) -> bool:
    stop = asyncio.Event()
    if stopping:
        stop.set()
    return await PatientRunShell(steps=steps, policy=policy)(REF, since=since, stopping=stop)


async def test_every_step_that_is_left_is_done_in_order() -> None:
    steps = ScriptedRunSteps(TWO_STEPS)
    assert await carry(steps)
    assert steps.performed == ["ideate", "save"]
    assert steps.failed == []


async def test_a_run_that_is_over_is_left_alone() -> None:
    steps = ScriptedRunSteps(Started(token=99, steps=()))
    assert await carry(steps)
    assert steps.performed == []
    assert steps.failed == []


async def test_an_unexpected_error_is_tried_again() -> None:
    steps = ScriptedRunSteps(TWO_STEPS, failures={"ideate": [KeyError("a"), KeyError("b")]})
    assert await carry(steps)
    assert steps.performed == ["ideate", "save"]
    assert steps.calls["ideate"] == 3


async def test_an_error_that_stays_ends_the_run_in_words_without_its_text() -> None:
    steps = ScriptedRunSteps(TWO_STEPS, failures={"ideate": [KeyError("secret")] * 3})
    assert await carry(steps)
    assert steps.performed == []
    [(token, error, retryable)] = steps.failed
    assert (token, retryable) == (7, True)
    assert "'ideate'" in error
    assert str(REF.run_id) in error
    assert "secret" not in error


@pytest.mark.parametrize(
    ("error", "calls", "retryable"),
    [
        (Invalid("The budget must be above zero."), 1, False),
        (Conflict("The brief was edited."), 1, False),
        (VersionConflict("Somebody else changed this."), 3, True),
    ],
)
async def test_what_the_product_refuses_ends_the_run_with_its_own_words(
    error: Exception, calls: int, *, retryable: bool
) -> None:
    steps = ScriptedRunSteps(TWO_STEPS, failures={"ideate": [error] * 3})
    assert await carry(steps)
    assert steps.calls["ideate"] == calls
    assert steps.failed == [(7, str(error), retryable)]


async def test_what_does_not_answer_is_waited_for() -> None:
    steps = ScriptedRunSteps(TWO_STEPS, failures={"ideate": [Unavailable("The database restarts.")] * 20})
    assert await carry(steps)
    assert steps.performed == ["ideate", "save"]
    assert steps.failed == []


async def test_a_cancelled_run_is_left_alone() -> None:
    steps = ScriptedRunSteps(TWO_STEPS, failures={"ideate": [RunStopped("Cancelled.")]})
    assert await carry(steps)
    assert (steps.calls["ideate"], steps.performed, steps.failed) == (1, [], [])


async def test_a_run_that_takes_too_long_ends() -> None:
    steps = ScriptedRunSteps(TWO_STEPS, seconds=60)
    assert await carry(steps, policy=Policy(run_seconds=0.05))
    [(token, error, retryable)] = steps.failed
    assert (token, retryable) == (7, True)
    assert "longer than 0.05 seconds" in error


async def test_a_run_that_takes_its_worker_down_again_and_again_ends() -> None:
    steps = ScriptedRunSteps(TWO_STEPS)
    assert await carry(steps, since=3)
    assert steps.performed == []
    [(_, error, retryable)] = steps.failed
    assert "started 3 times" in error
    assert retryable


async def test_the_last_delivery_that_is_allowed_still_works() -> None:
    steps = ScriptedRunSteps(TWO_STEPS)
    assert await carry(steps, since=4)
    assert steps.performed == ["ideate", "save"]


async def test_a_worker_that_stops_lets_go_before_the_next_step() -> None:
    steps = ScriptedRunSteps(TWO_STEPS)
    assert not await carry(steps, stopping=True)
    assert steps.performed == []


async def test_beginning_and_failing_are_insisted_on() -> None:
    steps = ScriptedRunSteps(TWO_STEPS, broken_begin=2, broken_fail=2, failures={"ideate": [Invalid("No.")]})
    assert await carry(steps)
    assert steps.failed == [(7, "No.", False)]


async def test_a_worker_that_stops_while_the_end_cannot_be_written_does_not_call_the_run_over() -> None:
    steps = ScriptedRunSteps(TWO_STEPS, broken_begin=1)
    assert not await carry(steps, stopping=True)


def test_pauses_grow_to_a_bound_and_differ() -> None:
    policy = Policy(pause=1, longest_pause=10)
    pauses = [policy.pause_before(3) for _ in range(50)]
    assert all(4.5 <= pause <= 9 for pause in pauses)
    assert len(set(pauses)) > 5
    assert policy.pause_before(10_000) <= 10
