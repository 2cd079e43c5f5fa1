"""A `ModelDesk` with one model that answers what a test says, read and checked as real answers are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from nexusplanner.application.ports.models import (
    Answer,
    Asked,
    Attempt,
    ModelFailure,
    Question,
    Unusable,
    Usage,
)
from nexusplanner.infrastructure.llm.reading import JsonAnswerReader

T = TypeVar("T")
Said = str | Mapping[str, Any]
USED = Usage(requests=1, input_tokens=900, output_tokens=300)


@dataclass
class ScriptedDesk:
    """says: by the name of the output asked for, an answer or what makes one. questions: what was asked, in order."""

    says: Mapping[str, Said | Callable[[Question[Any]], Said]] = field(default_factory=dict)
    questions: list[Question[Any]] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        return bool(self.says)

    async def ask(self, question: Question[T]) -> Asked[T]:
        self.questions.append(question)
        said = self.says.get(question.output.__name__)
        if said is None:
            return Asked(answer=None)
        found = said(question) if callable(said) else said
        text = found if isinstance(found, str) else json.dumps(found)
        try:
            value = question.check(JsonAnswerReader()(text, output=question.output))
        except (Unusable, ModelFailure) as failure:
            attempt = Attempt(
                provider="acme", model="wise-1", outcome=failure.kind.value, reason=failure.reason, usage=USED
            )
            return Asked(
                answer=None, attempts=(attempt,), reason=f"No model gave a usable answer. acme: {failure.reason}"
            )
        answer = Answer(value=value, text=text, model_answered="wise-1-0815", usage=USED, finish_reason="stop")
        attempt = Attempt(provider="acme", model="wise-1", outcome="answered", usage=USED, cost_microunits=42)
        return Asked(
            answer=answer,
            provider="acme",
            model="wise-1",
            attempts=(attempt,),
            cost_microunits=42,
            price_version="2026-08",
            latency_ms=7,
        )
