"""What the ledger learns of a question to a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from nexusplanner.application.origins import Origin, Proposed, RecordedAnswer
from nexusplanner.application.ports.models import Answer, Asked, Prompt, Question, Usage, question_sha256
from nexusplanner.domain.campaigns import Author

V = TypeVar("V")

VERSION = "1"
"""Of the way prompts are made and answers are judged."""


def answered(asked: Asked[Any], *, question: Question[Any], removed: Sequence[str] = ()) -> Origin:
    """Where a text comes from that a model wrote. removed: what of the answer was not taken over."""
    answer: Answer[Any] | None = asked.answer
    if answer is None:
        raise ValueError("There is no answer to tell of.")
    recorded = RecordedAnswer(
        question=question_sha256(question),
        text=answer.text,
        provider=asked.provider,
        model=asked.model,
        model_answered=answer.model_answered,
        finish_reason=answer.finish_reason,
    )
    return replace(
        _tried(asked, question.prompt),
        author=Author.AI,
        provider=asked.provider,
        version=VERSION,
        model_asked=asked.model,
        model_answered=answer.model_answered,
        parameters={"step": question.step.value, "most_tokens": question.most_tokens},
        finish_reason=answer.finish_reason,
        removed=(*question.prompt.removed, *(f"put right: {what}" for what in answer.repaired), *removed),
        answers=(recorded,),
    )


def fallen_back(proposed: Proposed[V], *, asked: Asked[Any], prompt: Prompt) -> Proposed[V]:
    """What the rules proposed, with why they had to; as it is when no model was to be asked."""
    if not asked.attempts and not asked.reason:
        return proposed
    origin = replace(
        _tried(asked, prompt),
        author=proposed.origin.author,
        provider=proposed.origin.provider,
        version=proposed.origin.version,
        parameters=proposed.origin.parameters,
        fallback_reason=asked.reason or "No model gave an answer that could be used.",
        removed=(*prompt.removed, *proposed.origin.removed),
    )
    return Proposed(value=proposed.value, origin=origin)


def _tried(asked: Asked[Any], prompt: Prompt) -> Origin:
    used = sum((attempt.usage for attempt in asked.attempts), Usage())
    return Origin(
        prompt_name=prompt.name,
        prompt_version=prompt.version,
        prompt_sha256=prompt.sha256,
        usage={
            "requests": used.requests,
            "input_tokens": used.input_tokens,
            "output_tokens": used.output_tokens,
            "cached_tokens": used.cached_tokens,
        },
        cost_microunits=asked.cost_microunits,
        price_version=asked.price_version,
        latency_ms=asked.latency_ms,
        attempts=tuple(attempt.in_words for attempt in asked.attempts),
    )
