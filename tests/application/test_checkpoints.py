"""When checkpoints are made for everybody, and what does not get in the way of that."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.factories.chains import TENANT, chain, signed
from tests.fakes.clock import StillClock

from nexusplanner.application.checkpoints import CheckpointDesk
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import TenantId, Unavailable
from nexusplanner.infrastructure.checkpoints import CheckpointFiles

OTHER = TenantId(UUID(int=8))


class Failing:
    """Units of work that cannot be opened; they note who asked."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.asked: list[TenantId] = []

    def for_actor(self, actor: Actor) -> AbstractAsyncContextManager[Any]:
        self.asked.append(actor.tenant_id)
        raise self.error


@pytest.fixture
def desk(tmp_path: Path) -> CheckpointDesk:
    files = CheckpointFiles.signing_with(bytes(32), folder=tmp_path)
    for each in (TENANT, OTHER):
        files.note(each)
    return CheckpointDesk(store=files, clock=StillClock(), least=5)


async def test_a_database_that_does_not_answer_is_asked_once(
    desk: CheckpointDesk, caplog: pytest.LogCaptureFixture
) -> None:
    units = Failing(Unavailable("It does not answer."))
    await desk.keep(units)
    assert units.asked == [TENANT]
    assert "No checkpoints can be made just now" in caplog.text


async def test_a_workspace_that_cannot_be_signed_leaves_the_others_their_turn(
    desk: CheckpointDesk, caplog: pytest.LogCaptureFixture
) -> None:
    units = Failing(RuntimeError("Something else."))
    await desk.keep(units)
    assert units.asked == [TENANT, OTHER]
    assert "Something else." in caplog.text


async def test_a_broken_file_is_told_every_time_and_leaves_the_others_their_turn(
    desk: CheckpointDesk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / f"{TENANT}.jsonl").write_bytes(b"nonsense\n")
    units = Failing(RuntimeError("Something else."))
    await desk.keep(units)
    assert units.asked == [OTHER]
    assert "not as it was signed" in caplog.text


async def test_a_file_that_cannot_be_opened_leaves_the_others_their_turn(
    desk: CheckpointDesk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / f"{TENANT}.jsonl"
    path.unlink()
    path.mkdir()
    units = Failing(RuntimeError("Something else."))
    await desk.keep(units)
    assert units.asked == [OTHER]
    assert "directory" in caplog.text


async def test_within_the_hour_nobody_is_asked(desk: CheckpointDesk) -> None:
    assert desk.store.add(signed(chain(2), 2)[0])
    units = Failing(RuntimeError("Something else."))
    await desk.keep(units)
    assert units.asked == [OTHER]
