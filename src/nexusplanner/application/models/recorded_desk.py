"""A desk that asks no model: it gives the answers that were recorded, and names every question that was not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from nexusplanner.application.origins import RecordedAnswer
from nexusplanner.application.ports.models import (
    Answer,
    AnswerReader,
    Asked,
    ModelFailure,
    Question,
    Unusable,
    Usage,
    question_sha256,
)

T = TypeVar("T")


class RecordedDesk:
    """Serves the answers of one step; implements `ModelDesk`.

    differences: in words, what was asked and never recorded, and what can no longer be used.
    """

    def __init__(self, answers: Sequence[RecordedAnswer], *, reader: AnswerReader) -> None:
        self._answers = {answer.question: answer for answer in answers}
        self._unused = dict.fromkeys(self._answers)
        self._reader = reader
        self._found: list[str] = []

    @property
    def asks(self) -> bool:
        """Whether any answer was recorded; without one, rules wrote."""
        return bool(self._answers)

    @property
    def differences(self) -> tuple[str, ...]:
        """What was not as it was recorded; answers that nobody asked for come last."""
        count = len(self._unused)
        left = [f"{count} recorded {'answer was' if count == 1 else 'answers were'} not asked for"] if count else []
        return (*self._found, *left)

    async def ask(self, question: Question[T]) -> Asked[T]:
        """The recorded answer, read and checked again; none where none was recorded, because rules wrote then."""
        if not self._answers:
            return Asked(answer=None)
        key = question_sha256(question)
        recorded = self._answers.get(key)
        if recorded is None:
            self._found.append(f"the step {question.step.value} asks another question than was recorded")
            return Asked(answer=None, reason="This question was not recorded.")
        self._unused.pop(key, None)
        try:
            value = question.check(self._reader(recorded.text, output=question.output))
        except (ModelFailure, Unusable) as error:
            self._found.append(f"the recorded answer of the step {question.step.value} can no longer be used")
            return Asked(answer=None, reason=error.reason)
        answer = Answer(
            value=value,
            text=recorded.text,
            model_answered=recorded.model_answered,
            usage=Usage(),
            finish_reason=recorded.finish_reason,
        )
        return Asked(answer=answer, provider=recorded.provider, model=recorded.model)
