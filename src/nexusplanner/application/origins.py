"""Where a text comes from: which model or rules wrote it, from which prompt, and what replay needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from nexusplanner.domain.campaigns import Author

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, kw_only=True)
class RecordedAnswer:
    """A model's answer as it came, kept so that the step can be replayed. question: SHA-256 of what was asked."""

    question: str
    text: str
    provider: str
    model: str
    model_answered: str
    finish_reason: str


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a text comes from; fields as in `Decision`. version: of the rules or the provider's adapter.

    attempts: every try at a model, in words. fallback_reason: why rules wrote it although a model was to.
    removed: what was taken out of the prompt or the answer, and by which rule. answers: what replay needs.
    """

    author: Author = Author.RULES
    provider: str = "rules"
    version: str = ""
    model_asked: str = ""
    model_answered: str = ""
    prompt_name: str = ""
    prompt_version: str = ""
    prompt_sha256: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    usage: Mapping[str, int] = field(default_factory=dict)
    cost_microunits: int = 0
    price_version: str = ""
    latency_ms: int = 0
    attempts: tuple[str, ...] = ()
    fallback_reason: str = ""
    finish_reason: str = ""
    removed: tuple[str, ...] = ()
    answers: tuple[RecordedAnswer, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Proposed(Generic[T_co]):
    """What a provider of texts proposes, and where it comes from."""

    value: T_co
    origin: Origin


MATHEMATICS = Origin(author=Author.MATHEMATICS, provider="mathematics")
PERSON = Origin(author=Author.PERSON, provider="person")
