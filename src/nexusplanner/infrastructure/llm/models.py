"""Language models of the providers a workspace has set up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from nexusplanner.application.ports.models import Answer, FailureKind, ModelFailure, Question, Unusable
from nexusplanner.domain.ai import Effort, Provider, ProviderKind
from nexusplanner.infrastructure.llm.reading import partial_answer, read_answer, schema_of

if TYPE_CHECKING:
    from nexusplanner.infrastructure.llm.asking import Said

T = TypeVar("T")

LEAST_GROWTH: Final = 80
"""Characters between two looks at an answer that is still being written: about a line."""
LEAST_SHARE: Final = 1 / 16
"""Of a long answer, so that all looks together take no more than a few times the last."""
SHORTEST_SECRET: Final = 8
"""Characters; what is shorter may stand in a text by chance."""
_UNFINISHED: Final[Mapping[str, tuple[FailureKind, str]]] = {
    "length": (FailureKind.TRUNCATED, "The answer was cut off at the longest length allowed."),
    "content_filter": (FailureKind.REFUSED, "The model or its provider declined to answer."),
    "refusal": (FailureKind.REFUSED, "The model or its provider declined to answer."),
    "error": (FailureKind.SERVER_ERROR, "The provider said that the model failed."),
    "tool_call": (FailureKind.INVALID, "The model asked for a tool instead of answering."),
}
_imported: Final[list[bool]] = []
_log = logging.getLogger(__name__)


class ProviderModels:
    """Makes language models; nothing is opened before the first question."""

    def __call__(self, provider: Provider, *, key: str, effort: Effort) -> ProviderModel:
        """The provider's model for this effort."""
        return ProviderModel(provider, key=key, effort=effort)

    async def warm_up(self) -> None:
        """Import the vendors' libraries, beside the event loop: it takes two seconds the first time."""
        await _ready()


class ProviderModel:
    """One model of one provider, asked through its protocol."""

    def __init__(self, provider: Provider, *, key: str, effort: Effort) -> None:
        self._provider = provider
        self._key = key
        self._effort = effort

    @property
    def provider(self) -> Provider:
        """Whose it is."""
        return self._provider

    @property
    def model(self) -> str:
        """Its name, as asked for."""
        return self._provider.model(self._effort)

    async def answer(self, question: Question[T], *, seconds: float) -> Answer[T]:
        """One try, over within `seconds` whatever the server does. Raises ModelFailure, which carries no other error."""
        outcome = await self._tried(question, seconds=seconds)
        if isinstance(outcome, ModelFailure):
            raise outcome
        return outcome

    async def _tried(self, question: Question[T], *, seconds: float) -> Answer[T] | ModelFailure:
        if missing := self._missing():
            return missing
        await _ready()
        from nexusplanner.infrastructure.llm import asking  # noqa: PLC0415 - imported by now

        said = asking.Said()
        listening = _Partials(question, question.partial, key=self._key) if question.partial is not None else None
        try:
            async with asyncio.timeout(seconds):
                await asking.ask(
                    self._provider,
                    key=self._key,
                    effort=self._effort,
                    prompt=question.prompt,
                    schema=schema_of(question.output),
                    name=question.output.__name__,
                    most_tokens=question.most_tokens,
                    seconds=seconds,
                    said=said,
                    heard=listening.heard if listening is not None else None,
                )
        except Exception as error:
            return asking.explained(error, usage=said.usage(question.prompt))
        return _finished(question, said, key=self._key)

    def _missing(self) -> ModelFailure | None:
        if not self._key and self._provider.kind is not ProviderKind.COMPATIBLE:
            return ModelFailure(
                FailureKind.UNAUTHORISED, "No key is set for this provider; add one in the AI settings."
            )
        if self._provider.kind is ProviderKind.BEDROCK and not self._provider.region:
            return ModelFailure(
                FailureKind.BAD_REQUEST, "No region is set for this provider; add one in the AI settings."
            )
        return None


def _finished(question: Question[T], said: Said, *, key: str) -> Answer[T] | ModelFailure:
    """The answer, when it is whole and holds something usable."""
    usage = said.usage(question.prompt)
    if tells(key, said.text):
        return ModelFailure(FailureKind.INVALID, "The server gave back the key it was sent.", usage=usage)
    kind, reason = _UNFINISHED.get(said.finish, (None, ""))
    if kind is None and question.partial is not None and not said.finish:
        kind, reason = FailureKind.CONNECTION, "The answer broke off before its end."
    if kind is None:
        try:
            value, repaired = read_answer(said.text, output=question.output)
            return Answer(
                value=question.check(value),
                text=said.text,
                model_answered="" if tells(key, said.model) else said.model,
                usage=usage,
                finish_reason=said.finish,
                repaired=repaired,
            )
        except (ModelFailure, Unusable) as error:
            kind, reason = error.kind, error.reason
        except Exception as error:
            kind, reason = FailureKind.INVALID, "The answer broke a rule of the check."
            _log.warning("A check of an answer to %s failed: %s", question.step, type(error).__name__)
    return ModelFailure(kind, reason, usage=usage, finish_reason=said.finish)


def tells(key: str, text: str) -> bool:
    """Whether the text holds the key or a part of it: what a server says is kept, and a server has the key."""
    return any(part in text for part in (key, *key.split(":")) if len(part) >= SHORTEST_SECRET)


class _Partials(Generic[T]):
    """Tells a question's listener of the complete parts of an answer, checked like the whole, as they come."""

    def __init__(self, question: Question[T], listener: Callable[[T], Awaitable[None]], *, key: str) -> None:
        self._question = question
        self._key = key
        self._listener: Callable[[T], Awaitable[None]] | None = listener
        self._looked_at = 0
        self._told: T | None = None

    async def heard(self, text: str) -> None:
        """Look at the text so far, now and then. A listener that fails is not told any more."""
        least = max(LEAST_GROWTH, self._looked_at * LEAST_SHARE)
        if self._listener is None or len(text) - self._looked_at < least:
            return
        self._looked_at = len(text)
        if tells(self._key, text):
            return
        value = partial_answer(text, output=self._question.output)
        try:
            checked = None if value is None else self._question.check(value)
        except Exception:  # nothing usable yet; the whole answer decides
            return
        if checked is None or checked == self._told:
            return
        self._told = checked
        try:
            await self._listener(checked)
        except Exception as error:
            self._listener = None
            _log.warning("Parts of an answer to %s are not shown: %s", self._question.step, type(error).__name__)


async def _ready() -> None:
    """Import the vendors' libraries, in a thread the first time."""
    if not _imported:
        await asyncio.to_thread(_import)


def _import() -> None:
    from nexusplanner.infrastructure.llm import asking  # noqa: PLC0415 - two seconds and 90 MB that rules never need

    asking.warm_up()
    _imported.append(True)
