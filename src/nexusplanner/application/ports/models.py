"""What the use cases need from language models. Adapters live in infrastructure/llm."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from nexusplanner.domain.ai import Effort, Provider, ProviderKind, TextStep
from nexusplanner.domain.shared import CampaignId, RunId, TenantId, UserId

T = TypeVar("T")


class FailureKind(StrEnum):
    """Why a model gave no answer that can be used."""

    TIMEOUT = "timeout"
    CONNECTION = "connection"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    UNAUTHORISED = "unauthorised"
    BAD_REQUEST = "bad_request"
    EMPTY = "empty"
    REFUSED = "refused"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    INVALID = "invalid"
    UNKNOWN_EVIDENCE = "unknown_evidence"
    BUDGET = "budget"
    RESTING = "resting"


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What calls took. cached_tokens: the part of the input that the provider had kept."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            requests=self.requests + other.requests,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
        )


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """What is sent. name, version: of the prompt file. sha256: of the file. removed: what was taken out, in words."""

    name: str
    version: str
    sha256: str
    system: str
    user: str
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Question(Generic[T]):
    """One thing a model is asked.

    output: the frozen dataclass to fill; its schema goes with the prompt. check: the value with what may not stand
    removed; it raises Unusable when nothing usable is left. partial: told of answers that are still being written,
    where the provider streams.
    """

    step: TextStep
    prompt: Prompt
    output: type[T]
    check: Callable[[T], T]
    most_tokens: int = 4000
    partial: Callable[[T], Awaitable[None]] | None = None


def question_sha256(question: Question[Any]) -> str:
    """SHA-256 of everything that is asked, hexadecimal: an answer is recorded, and found again, under it."""
    parts = (question.step.value, question.prompt.system, question.prompt.user, question.output.__qualname__)
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


class Unusable(Exception):
    """An answer of the right shape that cannot be used. kind: INVALID or UNKNOWN_EVIDENCE. The reason holds no answer text."""

    def __init__(self, reason: str, *, kind: FailureKind = FailureKind.INVALID) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind = kind


@dataclass(frozen=True, kw_only=True)
class Answer(Generic[T]):
    """What a model answered. text: as it came, kept for replay. repaired: what was put right before it could be read."""

    value: T
    text: str
    model_answered: str
    usage: Usage
    finish_reason: str
    repaired: tuple[str, ...] = ()


class ModelFailure(Exception):
    """A model gave no usable answer. reason: safe words, never a key or an answer's text. retry_after: seconds."""

    def __init__(
        self,
        kind: FailureKind,
        reason: str,
        *,
        usage: Usage | None = None,
        retry_after: float | None = None,
        finish_reason: str = "",
    ) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.usage = usage or Usage()
        self.retry_after = retry_after
        self.finish_reason = finish_reason


class LanguageModel(Protocol):
    """One model of one provider."""

    @property
    def provider(self) -> Provider:
        """Whose it is."""
        ...

    @property
    def model(self) -> str:
        """Its name, as asked for."""
        ...

    async def answer(self, question: Question[T], *, seconds: float) -> Answer[T]:
        """One try, over within `seconds` whatever the server does. Raises ModelFailure."""
        ...


class LanguageModels(Protocol):
    """Makes language models; cheap to call."""

    def __call__(self, provider: Provider, *, key: str, effort: Effort) -> LanguageModel:
        """The provider's model for this effort. key: its secret, empty where none is needed."""
        ...

    async def warm_up(self) -> None:
        """Load what asking needs, so that no deadline and no latency counts it; at once when it is loaded."""
        ...


class AnswerReader(Protocol):
    """Reads a recorded answer again, as it was read when it came."""

    def __call__(self, text: str, *, output: type[T]) -> T:
        """The value. Raises ModelFailure."""
        ...


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What usage costs. microunits: millionths of a US dollar. version: of the price table. known: whether a price was."""

    microunits: int = 0
    version: str = ""
    known: bool = True


class Prices(Protocol):
    """What providers ask for."""

    def cost(self, provider: Provider, *, model: str, usage: Usage) -> Cost:
        """Of this usage; unknown models of named providers are taken at the dearest known price."""
        ...


@dataclass(frozen=True, kw_only=True)
class Spender:
    """Who spends on what. Calls of a run that has no campaign yet count under the run. session_id: of an assistant."""

    tenant_id: TenantId
    user_id: UserId
    run_id: RunId | None = None
    campaign_id: CampaignId | None = None
    session_id: UUID | None = None


class BudgetExhausted(Exception):
    """A limit leaves no room for the call. reason: which limit, and who can raise it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class CallMade:
    """One try at a model, for the usage page. step: a `TextStep`, or "test". outcome: "answered" or a `FailureKind`."""

    step: str
    provider: str
    kind: ProviderKind
    model: str
    model_answered: str
    outcome: str
    usage: Usage
    cost: Cost
    latency_ms: int


class Budgets(Protocol):
    """Reserves money before a call and settles it after, in transactions of its own."""

    async def reserve(self, spender: Spender, *, microunits: int) -> str:
        """Hold this much under every limit of the spender; the reservation's id. Raises BudgetExhausted."""
        ...

    async def settle(self, spender: Spender, *, reservation: str | None, call: CallMade) -> None:
        """Charge what the call cost, give back the rest, and note the call. reservation: None for calls that cost nothing."""
        ...


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try at one provider. outcome: "answered" or a `FailureKind`."""

    provider: str
    model: str
    outcome: str
    reason: str = ""
    latency_ms: int = 0
    usage: Usage = field(default_factory=Usage)
    cost_microunits: int = 0

    @property
    def in_words(self) -> str:
        """For the ledger."""
        why = f": {self.reason}" if self.reason else ""
        return f"{self.provider} ({self.model}) {self.outcome} after {self.latency_ms} ms{why}"


@dataclass(frozen=True, kw_only=True)
class Asked(Generic[T]):
    """What became of a question. answer: None when every provider failed or none is set up; rules go on then.

    reason: why there is none, empty when no model was to be asked. price_version, cost_microunits: over all attempts.
    """

    answer: Answer[T] | None
    provider: str = ""
    model: str = ""
    attempts: tuple[Attempt, ...] = ()
    reason: str = ""
    cost_microunits: int = 0
    price_version: str = ""
    latency_ms: int = 0


class ModelDesk(Protocol):
    """Asks the workspace's models in their order, inside one deadline and the budget. Opened for one spender."""

    @property
    def asks(self) -> bool:
        """Whether any model would be asked."""
        ...

    async def ask(self, question: Question[T]) -> Asked[T]:
        """The first usable answer. Never raises for what models, servers or budgets do."""
        ...


Keys = Mapping[str, str]
"""Secrets by provider name."""
