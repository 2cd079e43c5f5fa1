"""`LanguageModels` that do what a test says, and the time in which they do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from nexusplanner.application.ports.models import Answer, FailureKind, ModelFailure, Question, Usage
from nexusplanner.domain.ai import Effort, Provider

T = TypeVar("T")

USED = Usage(requests=1, input_tokens=1000, output_tokens=500)


@dataclass
class Time:
    """Seconds that pass only when somebody waits."""

    now: float = 100.0
    waits: list[float] = field(default_factory=list)

    def ticks(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@dataclass
class ScriptedModels:
    """scripts: by provider, what each call does: an answer's value, a failure, or seconds that pass before a failure.

    calls: provider and seconds of every call, in order. loading: seconds before the first can be asked.
    """

    scripts: Mapping[str, Sequence[object]]
    time: Time = field(default_factory=Time)
    calls: list[tuple[str, float]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    loading: float = 0.0

    async def warm_up(self) -> None:
        self.time.now, self.loading = self.time.now + self.loading, 0.0

    def __call__(self, provider: Provider, *, key: str, effort: Effort) -> ScriptedModel:
        self.keys.append(key)
        return ScriptedModel(provider, effort=effort, models=self)


class ScriptedModel:
    def __init__(self, provider: Provider, *, effort: Effort, models: ScriptedModels) -> None:
        self.provider = provider
        self.model = provider.model(effort)
        self._models = models

    async def answer(self, question: Question[T], *, seconds: float) -> Answer[T]:
        models, name = self._models, self.provider.name
        turn = sum(caller == name for caller, _ in models.calls)
        models.calls.append((name, round(seconds, 3)))
        script = models.scripts[name]
        said = script[min(turn, len(script) - 1)]
        if isinstance(said, tuple):
            took, said = said
            models.time.now += min(took, seconds)
        if isinstance(said, BaseException):
            raise said.with_traceback(None)
        value = question.check(said)  # type: ignore[arg-type]
        return Answer(value=value, text="{}", model_answered=f"{self.model}-1", usage=USED, finish_reason="stop")


def failing(kind: str, *, retry_after: float | None = None, usage: Usage | None = None) -> ModelFailure:
    """A failure of this kind."""
    return ModelFailure(FailureKind(kind), f"It was {kind}.", retry_after=retry_after, usage=usage)
