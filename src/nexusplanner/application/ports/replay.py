"""What replay needs to be kept of every finished step. Adapters live in infrastructure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from nexusplanner.application.origins import RecordedAnswer
from nexusplanner.domain.runs import Run
from nexusplanner.domain.shared import Conflict

T = TypeVar("T")


class StepUnreadable(Conflict):
    """What a step kept is not what this release keeps: another one made it, or somebody changed it."""

    code = "STEP_UNREADABLE"

    @classmethod
    def of(cls, step: str) -> StepUnreadable:
        """The error of this step."""
        return cls(
            f"What the step {step} kept cannot be read by this release: it was made by another one, or changed since. "
            "Generate the plan again."
        )


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """SHA-256 of what a step was given, as it is kept, and of the canonical bytes (RFC 8785) of what it handed on."""

    inputs: str
    output: str


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What is kept of a finished step beside its output.

    intact: whether the kept inputs are still those that were sealed. release: the release that did the step.
    """

    step: str
    sealed: Sealed
    intact: bool
    answers: tuple[RecordedAnswer, ...]
    release: str


class Seal(Protocol):
    """Names a value by its content."""

    def __call__(self, value: object) -> str:
        """SHA-256 of the value's canonical bytes (RFC 8785), hexadecimal."""
        ...


class Recordings(Protocol):
    """What finished steps were given and what models answered them; for the actor's tenant."""

    async def keep(
        self, run: Run, *, step: str, inputs: object | None, output: object, answers: Sequence[RecordedAnswer]
    ) -> Sealed:
        """Keep them; what was kept of the step before is replaced. inputs: a frozen dataclass, or None for nothing."""
        ...

    async def of_run(self, run: Run) -> Sequence[Recording]:
        """One for each finished step, in no particular order; none for steps done before recordings were kept."""
        ...

    async def inputs(self, run: Run, *, step: str, kind: type[T]) -> T:
        """What the step was given, validated as `kind`. Raises: NotFound (nothing was kept), StepUnreadable."""
        ...
