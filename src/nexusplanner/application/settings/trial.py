"""Asks one provider one tiny question, to see whether it is set up well."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from nexusplanner.application.models.calls import Till, cancelled
from nexusplanner.application.ports.models import (
    Answer,
    BudgetExhausted,
    Budgets,
    LanguageModel,
    LanguageModels,
    ModelFailure,
    Prices,
    Prompt,
    Question,
    Spender,
)
from nexusplanner.application.ports.unit_of_work import UnitsOfWork
from nexusplanner.application.settings.models import provider_in
from nexusplanner.domain.ai import Effort, TextStep
from nexusplanner.domain.identity import Actor, Permission

STEP = "test"
"""Under which the usage page counts such calls."""
SECONDS = 20.0
MOST_TOKENS = 1000
"""Models that reason first spend some hundred tokens before the first word."""
_SYSTEM = "You are asked to show that you can be reached. Answer in the form you are given."
_USER = "Set ready to true, and write a greeting of at most five words."


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the model is to fill in."""

    ready: bool
    greeting: str


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What became of it. cost: in microunits. reason: why it did not work, in words; empty when it did."""

    ok: bool
    provider: str
    model: str
    model_answered: str = ""
    latency_ms: int = 0
    cost: int = 0
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ProviderTester:
    """Tries providers within the budget, in no transaction of the caller's."""

    units: UnitsOfWork
    models: LanguageModels
    prices: Prices
    budgets: Budgets
    seconds: float = SECONDS

    async def __call__(self, actor: Actor, *, name: str, effort: Effort) -> Tried:
        """Ask the provider's model for this effort; enabled or not. Raises Forbidden, NotFound."""
        actor.require(Permission.ADMINISTER)
        async with self.units.for_actor(actor) as uow:
            settings, keys = await uow.ai.with_keys()
        provider, key = provider_in(settings, name=name), keys.get(name, "")
        model, asked = self.models(provider, key=key, effort=effort), question()
        spender = Spender(tenant_id=actor.tenant_id, user_id=actor.user_id)
        till = Till(self.budgets, prices=self.prices, spender=spender, step=STEP)
        try:
            await till.reserve(model, asked)
        except BudgetExhausted as error:
            return Tried(ok=False, provider=name, model=model.model, reason=error.reason)
        await self.models.warm_up()
        outcome: Answer[Reply] | ModelFailure = cancelled()
        begun = time.perf_counter()
        try:
            outcome = await _outcome(model, asked, seconds=self.seconds)
        finally:
            took = round((time.perf_counter() - begun) * 1000)
            cost = await till.settle(outcome, took_ms=took)
        return Tried(
            ok=isinstance(outcome, Answer),
            provider=name,
            model=model.model,
            model_answered=outcome.model_answered if isinstance(outcome, Answer) else "",
            latency_ms=took,
            cost=cost.microunits,
            reason=outcome.reason if isinstance(outcome, ModelFailure) else "",
        )


async def _outcome(model: LanguageModel, asked: Question[Reply], *, seconds: float) -> Answer[Reply] | ModelFailure:
    try:
        return await model.answer(asked, seconds=seconds)
    except ModelFailure as failure:
        return failure


def question() -> Question[Reply]:
    """The tiny question; it holds nothing of the workspace."""
    digest = hashlib.sha256(f"{_SYSTEM}\n{_USER}".encode()).hexdigest()
    prompt = Prompt(name="provider_test", version="1", sha256=digest, system=_SYSTEM, user=_USER)
    return Question(
        step=TextStep.ASSIST, prompt=prompt, output=Reply, check=lambda reply: reply, most_tokens=MOST_TOKENS
    )
