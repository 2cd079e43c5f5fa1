"""Asks a workspace's models in their order, inside one deadline and the budget, and tells of every try."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from nexusplanner.application.models.breakers import Breakers
from nexusplanner.application.models.calls import ANSWERED, Till, cancelled
from nexusplanner.application.ports.models import (
    Answer,
    Asked,
    Attempt,
    BudgetExhausted,
    Budgets,
    Cost,
    FailureKind,
    LanguageModel,
    LanguageModels,
    ModelFailure,
    Prices,
    Question,
    Spender,
)
from nexusplanner.domain.ai import AiSettings, Provider

T = TypeVar("T")

PASSING: Final = frozenset(
    {FailureKind.TIMEOUT, FailureKind.CONNECTION, FailureKind.RATE_LIMITED, FailureKind.SERVER_ERROR}
)
"""Failures that another try may not meet; all others go to the next provider at once."""
UNWELL: Final = PASSING | {FailureKind.UNAUTHORISED}
"""Failures that say something about the provider rather than about one answer."""
_GRACE_SECONDS: Final = 0.2
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class DeskRules:
    """How long and how often models are asked.

    deadline_seconds: for a question, over all providers. share: of the time that is left, what a provider may take
    while others stand behind it. tries: at one provider. pause_seconds: before its second try, doubled before each
    further one. least_seconds: a shorter try is not begun.
    """

    deadline_seconds: float = 30.0
    share: float = 0.6
    tries: int = 3
    pause_seconds: float = 0.5
    least_seconds: float = 0.2


class Desks:
    """Opens desks. ticks: monotonic seconds. jitter: numbers between 0 and 1."""

    def __init__(
        self,
        *,
        models: LanguageModels,
        prices: Prices,
        budgets: Budgets,
        breakers: Breakers | None = None,
        rules: DeskRules | None = None,
        ticks: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.models = models
        self.prices = prices
        self.budgets = budgets
        self.breakers = breakers or Breakers()
        self.rules = rules or DeskRules()
        self.ticks = ticks
        self.sleep = sleep
        self.jitter = jitter

    def open(self, settings: AiSettings, *, keys: Mapping[str, str], spender: Spender) -> OrderedDesk:
        """A desk for one spender. keys: secrets by provider name."""
        return OrderedDesk(self, settings=settings, keys=keys, spender=spender)


class OrderedDesk:
    """The models of one workspace, asked for one spender."""

    def __init__(self, desks: Desks, *, settings: AiSettings, keys: Mapping[str, str], spender: Spender) -> None:
        self._desks = desks
        self._settings = settings
        self._keys = keys
        self._spender = spender

    @property
    def asks(self) -> bool:
        """Whether any model would be asked."""
        return bool(self._settings.asked)

    async def ask(self, question: Question[T]) -> Asked[T]:
        """The first usable answer. Never raises for what models, servers or budgets do."""
        if self.asks:
            await self._desks.models.warm_up()
        effort, now = self._settings.effort(question.step), self._desks.ticks()
        inquiry = _Inquiry(
            desks=self._desks,
            spender=self._spender,
            question=question,
            until=now + self._desks.rules.deadline_seconds,
        )
        callers = [
            _Caller(
                provider=provider,
                model=self._desks.models(provider, key=(key := self._keys.get(provider.name, "")), effort=effort),
                fingerprint=hash((repr(provider), key)),
            )
            for provider in self._settings.asked
        ]
        await inquiry.ask(callers)
        return inquiry.asked(since=now)


@dataclass(frozen=True, kw_only=True)
class _Caller:
    """One provider with the model it is asked for."""

    provider: Provider
    model: LanguageModel
    fingerprint: int


@dataclass(kw_only=True)
class _Inquiry(Generic[T]):
    """One question on its way through the providers."""

    desks: Desks
    spender: Spender
    question: Question[T]
    until: float
    attempts: list[Attempt] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    answer: Answer[T] | None = None
    answered_by: _Caller | None = None

    async def ask(self, callers: Sequence[_Caller]) -> None:
        """Each in turn; then once more those that asked to be left alone for longer than the others could wait."""
        later: list[tuple[float, int]] = []
        for at, caller in enumerate(callers):
            left = self._left()
            window = self.until if at == len(callers) - 1 else self.until - left * (1 - self.desks.rules.share)
            ready = await self._visit(caller, until=window)
            if self.answer is not None:
                return
            if ready is not None:
                later.append((ready, at))
        for ready, at in sorted(later):
            if ready + self.desks.rules.least_seconds > self.until:
                return
            await self.desks.sleep(max(ready - self.desks.ticks(), 0.0))
            await self._visit(callers[at], until=self.until, tries=1)
            if self.answer is not None:
                return

    def asked(self, *, since: float) -> Asked[T]:
        """What became of it."""
        last = {attempt.provider: attempt for attempt in self.attempts}
        whys = "; ".join(f"{name}: {attempt.reason or attempt.outcome}" for name, attempt in last.items())
        by = self.answered_by
        return Asked(
            answer=self.answer,
            provider=by.provider.name if by else "",
            model=by.model.model if by else "",
            attempts=tuple(self.attempts),
            reason="" if by or not self.attempts else f"No model gave a usable answer. {whys}",
            cost_microunits=sum(attempt.cost_microunits for attempt in self.attempts),
            price_version=", ".join(dict.fromkeys(version for version in self.versions if version)),
            latency_ms=_milliseconds(self.desks.ticks() - since),
        )

    def _left(self) -> float:
        return self.until - self.desks.ticks()

    async def _visit(self, caller: _Caller, *, until: float, tries: int | None = None) -> float | None:
        """Ask one provider until it answers, its time is up, or another try makes no sense.

        Returns when it wants to be asked again, where that is after `until`.
        """
        rules = self.desks.rules
        most = rules.tries if tries is None else tries
        for turn in range(1, most + 1):
            if until - self.desks.ticks() < rules.least_seconds or self._rests(caller):
                return None
            failure = await self._try(caller, until=until)
            if failure is None or failure.kind not in PASSING or turn == most:
                return None
            wait = self._pause(turn, retry_after=failure.retry_after)
            ready = self.desks.ticks() + wait
            if ready + rules.least_seconds > until:
                return None if failure.kind is FailureKind.TIMEOUT else ready
            await self.desks.sleep(wait)
        return None

    def _pause(self, turn: int, *, retry_after: float | None) -> float:
        pause = self.desks.rules.pause_seconds * 2.0 ** (turn - 1)
        jitter = self.desks.jitter()
        return pause * (0.5 + jitter) if retry_after is None else retry_after + pause * 0.5 * jitter

    def _rests(self, caller: _Caller) -> bool:
        left = self.desks.breakers.rest_of(
            self.spender.tenant_id,
            caller.provider.name,
            fingerprint=caller.fingerprint,
            now=self.desks.ticks(),
        )
        if left:
            reason = f"It failed several times in a row and rests for another {left:.0f} s."
            self._list(caller, FailureKind.RESTING.value, reason=reason)
        return bool(left)

    async def _try(self, caller: _Caller, *, until: float) -> ModelFailure | None:
        """One try, paid for and taken down. None when it was answered."""
        till = Till(self.desks.budgets, prices=self.desks.prices, spender=self.spender)
        try:
            await till.reserve(caller.model, self.question)
        except BudgetExhausted as exhausted:
            self._list(caller, FailureKind.BUDGET.value, reason=exhausted.reason)
            return ModelFailure(FailureKind.BUDGET, exhausted.reason)
        began = self.desks.ticks()
        answer: Answer[T] | None = None
        failure: ModelFailure | None = cancelled()
        try:
            answer, failure = await _answered(caller.model, self.question, seconds=max(until - began, 0.0))
        finally:
            took = _milliseconds(self.desks.ticks() - began)
            cost = await till.settle(answer or failure or cancelled(), took_ms=took)
        well = failure is None or failure.kind not in UNWELL
        self.desks.breakers.note(
            self.spender.tenant_id,
            caller.provider.name,
            fingerprint=caller.fingerprint,
            well=well,
            now=self.desks.ticks(),
        )
        self._keep(caller, answer, failure, cost=cost, took_ms=took)
        return failure

    def _keep(
        self, caller: _Caller, answer: Answer[T] | None, failure: ModelFailure | None, *, cost: Cost, took_ms: int
    ) -> None:
        self.versions.append(cost.version)
        if answer is not None:
            self.answer, self.answered_by = answer, caller
            self._list(caller, ANSWERED, latency_ms=took_ms, usage=answer.usage, cost_microunits=cost.microunits)
        elif failure is not None:
            self._list(
                caller,
                failure.kind.value,
                reason=failure.reason,
                latency_ms=took_ms,
                usage=failure.usage,
                cost_microunits=cost.microunits,
            )

    def _list(self, caller: _Caller, outcome: str, **more: Any) -> None:
        name, model = caller.provider.name, caller.model.model
        self.attempts.append(Attempt(provider=name, model=model, outcome=outcome, **more))


async def _answered(
    model: LanguageModel, question: Question[T], *, seconds: float
) -> tuple[Answer[T] | None, ModelFailure | None]:
    """The answer or why there is none. Whatever an adapter does, it is over soon after `seconds`."""
    try:
        async with asyncio.timeout(seconds + _GRACE_SECONDS):
            return await model.answer(question, seconds=seconds), None
    except ModelFailure as failure:
        return None, failure
    except TimeoutError:
        return None, ModelFailure(FailureKind.TIMEOUT, "The provider did not answer in time.")
    except Exception as error:
        _log.warning("Asking %s failed unexpectedly: %s", model.provider.kind.value, type(error).__name__)
        return None, ModelFailure(FailureKind.BAD_REQUEST, f"The request failed ({type(error).__name__}).")


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
