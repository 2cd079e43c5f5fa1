"""What one call to a model may cost at most, and what it cost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from nexusplanner.application.ports.models import (
    Answer,
    BudgetExhausted,
    Budgets,
    CallMade,
    Cost,
    FailureKind,
    LanguageModel,
    ModelFailure,
    Prices,
    Question,
    Spender,
    Usage,
)

T = TypeVar("T")

ANSWERED: Final = "answered"
SURROUNDINGS_TOKENS: Final = 4_000
"""The schema and the marks between messages; the longest schema in use has half as many bytes."""
_log = logging.getLogger(__name__)


def most_used(question: Question[Any]) -> Usage:
    """The most that one try can use: a token is at least one byte of what is sent."""
    prompt = question.prompt
    sent = len(prompt.system.encode()) + len(prompt.user.encode())
    return Usage(requests=1, input_tokens=sent + SURROUNDINGS_TOKENS, output_tokens=question.most_tokens)


def cancelled() -> ModelFailure:
    """How a try ends whose caller was told to stop."""
    return ModelFailure(FailureKind.TIMEOUT, "The run was cancelled.")


class Till:
    """Pays for one try: money is held before it and charged after it, also when the caller is cancelled meanwhile.

    step: under which the call is counted; that of the question unless given.
    """

    def __init__(self, budgets: Budgets, *, prices: Prices, spender: Spender, step: str = "") -> None:
        self._budgets = budgets
        self._prices = prices
        self._spender = spender
        self._step = step
        self._model: LanguageModel | None = None
        self._question: Question[Any] | None = None
        self._reservation: str | None = None

    async def reserve(self, model: LanguageModel, question: Question[Any]) -> None:
        """Hold the most that the try can cost; nothing is held for what costs nothing.

        Raises: BudgetExhausted, also when the budget cannot be asked.
        """
        self._model, self._question = model, question
        most = self._prices.cost(model.provider, model=model.model, usage=most_used(question))
        if most.microunits == 0:
            return
        work = asyncio.ensure_future(self._budgets.reserve(self._spender, microunits=most.microunits))
        try:
            self._reservation = await asyncio.shield(work)
        except asyncio.CancelledError:
            self._reservation = await _outcome(work)
            if self._reservation is not None:
                await self.settle(cancelled(), took_ms=0)
            raise
        except BudgetExhausted:
            raise
        except Exception as error:
            _log.exception("A budget could not be asked.")
            raise BudgetExhausted("The budget could not be checked, so nothing was spent.") from error

    async def settle(self, outcome: Answer[Any] | ModelFailure, *, took_ms: int) -> Cost:
        """Charge what the try used, give back the rest, and note it."""
        if self._model is None or self._question is None:
            return Cost()
        provider, usage = self._model.provider, outcome.usage
        cost = self._prices.cost(provider, model=self._model.model, usage=usage)
        call = CallMade(
            step=self._step or self._question.step,
            provider=provider.name,
            kind=provider.kind,
            model=self._model.model,
            model_answered=outcome.model_answered if isinstance(outcome, Answer) else "",
            outcome=outcome.kind.value if isinstance(outcome, ModelFailure) else ANSWERED,
            usage=usage,
            cost=cost,
            latency_ms=took_ms,
        )
        work = self._budgets.settle(self._spender, reservation=self._reservation, call=call)
        await surely(work)
        return cost


async def surely(work: Coroutine[Any, Any, None]) -> None:
    """Finish `work` even when the caller is cancelled meanwhile; then the cancellation goes on. Its failure is logged."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await _outcome(task)
        raise
    except Exception:
        _log.exception("What a model call cost could not be written down.")


async def _outcome(task: asyncio.Future[T]) -> T | None:
    """What the task returns, once it is done, however often the caller is cancelled; None when it failed."""
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            continue
    return None if task.cancelled() or task.exception() is not None else task.result()
