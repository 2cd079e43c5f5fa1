from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.factories import records
from tests.factories.records import NOW

from nexusplanner.domain.runs import RUN_TRANSITIONS, STEPS, Run, RunKind, RunState, Step, StepState
from nexusplanner.domain.shared import CampaignId, Conflict, TenantId, UserId

LATER = NOW + timedelta(minutes=1)
CAMPAIGN = CampaignId(uuid4())

MOVES: dict[str, Callable[[Run], None]] = {
    "start": lambda run: run.start(at=LATER),
    "succeed": lambda run: run.succeed(campaign_id=CAMPAIGN, at=LATER),
    "fail": lambda run: run.fail(error="The model is down.", retryable=True, at=LATER),
    "cancel": lambda run: run.cancel(at=LATER),
    "retry": lambda run: run.retry(),
}
OUTCOME = {
    "queued": {"start": "running", "fail": "failed", "cancel": "cancelled"},
    "running": {"start": "running", "succeed": "succeeded", "fail": "failed", "cancel": "cancelled"},
    "succeeded": {},
    "failed": {"retry": "queued"},
    "cancelled": {"retry": "queued"},
}


def run(state: str = "queued", *, kind: RunKind = RunKind.GENERATE) -> Run:
    return records.run(
        TenantId(uuid4()), by=UserId(uuid4()), state=RunState(state), kind=kind, retryable=state == "failed"
    )


@pytest.mark.parametrize("state", RunState)
@pytest.mark.parametrize("move", MOVES)
def test_a_run_moves_as_the_table_says_and_in_no_other_way(state: RunState, move: str) -> None:
    one = run(state)
    expected = OUTCOME[state.value].get(move)
    if expected is None:
        with pytest.raises(Conflict) as refusal:
            MOVES[move](one)
        assert refusal.value.code == "RUN_STATE"
        assert (one.state, one.attempts, one.ended_at, one.error) == (state, 0, None, "")
    else:
        MOVES[move](one)
        assert one.state == expected


def test_every_state_and_kind_has_its_line() -> None:
    assert set(RUN_TRANSITIONS) == set(RunState)
    assert set(STEPS) == set(RunKind)


@pytest.mark.parametrize("kind", RunKind)
def test_a_new_run_has_its_kinds_steps_to_do(kind: RunKind) -> None:
    one = run(kind=kind)
    assert tuple(step.name for step in one.steps) == STEPS[kind]
    assert {step.state for step in one.steps} == {StepState.PENDING}
    assert one.progress == 0
    assert one.active


def test_taking_over_counts_and_keeps_the_first_start() -> None:
    one = run()
    one.start(at=NOW)
    one.start(at=LATER)
    assert (one.attempts, one.started_at) == (2, NOW)


def test_progress_is_the_share_of_steps_done() -> None:
    one = run()
    one.mark("ideate", state=StepState.RUNNING, at=NOW)
    assert one.progress == 0
    one.mark("ideate", state=StepState.DONE, at=LATER, detail="3 ideas")
    assert one.progress == pytest.approx(1 / 9)
    done = one.step("ideate")
    assert (done.started_at, done.ended_at, done.detail) == (NOW, LATER, "3 ideas")
    for name in STEPS[RunKind.GENERATE]:
        one.mark(name, state=StepState.DONE, at=LATER)
    assert one.progress == 1
    assert one.step("ideate").detail == "3 ideas"
    with pytest.raises(KeyError):
        one.step("dream")


def test_a_failure_is_told_and_a_retry_forgets_it_but_not_the_steps() -> None:
    one = run()
    one.start(at=NOW)
    one.mark("ideate", state=StepState.DONE, at=NOW)
    one.fail(error="The model is down.", retryable=True, at=LATER)
    assert (one.error, one.retryable, one.ended_at, one.active) == ("The model is down.", True, LATER, False)
    before = one.attempts
    one.retry()
    assert (one.error, one.retryable, one.ended_at, one.active) == ("", False, None, True)
    assert one.step("ideate").state is StepState.DONE
    assert one.attempts > before  # whoever still works on the failed attempt holds an outdated token


def test_a_cancelled_run_can_be_tried_again() -> None:
    one = run()
    one.cancel(at=LATER)
    assert (one.retryable, one.ended_at) == (True, LATER)


def test_a_failure_that_would_come_again_cannot_be_tried_again() -> None:
    one = run()
    one.fail(error="The brief was edited.", retryable=False, at=LATER)
    with pytest.raises(Conflict) as refusal:
        one.retry()
    assert refusal.value.code == "RUN_NOT_RETRYABLE"
    assert one.state is RunState.FAILED


def test_what_was_unfinished_waits_again_after_a_stop() -> None:
    one = run()
    one.start(at=NOW)
    one.mark("gather_context", state=StepState.DONE, at=NOW)
    one.mark("analyse_market", state=StepState.RUNNING, at=NOW)
    one.cancel(at=LATER)
    assert [step.state for step in one.steps[:2]] == [StepState.DONE, StepState.PENDING]
    one.retry()
    one.start(at=NOW)
    one.mark("analyse_market", state=StepState.FAILED, at=NOW)
    one.fail(error="The model is down.", retryable=True, at=LATER)
    assert one.step("analyse_market").state is StepState.FAILED
    one.retry()
    assert one.step("analyse_market") == Step(name="analyse_market")
    assert one.step("gather_context").state is StepState.DONE


def test_success_names_the_campaign() -> None:
    one = run()
    one.start(at=NOW)
    one.succeed(campaign_id=CAMPAIGN, at=LATER)
    assert (one.campaign_id, one.ended_at) == (CAMPAIGN, LATER)
