"""What a workspace that asks models has: settings, a key, calls and what they cost."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from tests.factories.records import NOW

from nexusplanner.application.ports.ai import KeptCall
from nexusplanner.application.ports.models import CallMade, Cost, Spender, Usage
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.ai import Effort, Provider, ProviderKind, TextStep
from nexusplanner.domain.identity import User
from nexusplanner.domain.runs import Run
from nexusplanner.domain.spending import Alert, Counter, Scope

PROVIDER = Provider(
    name="openai",
    kind=ProviderKind.OPENAI,
    models={Effort.LIGHT: "gpt-5-nano", Effort.STANDARD: "gpt-5-mini", Effort.STRONG: "gpt-5"},
)


def call_made(*, microunits: int = 1500, step: str = TextStep.IDEATE, outcome: str = "answered") -> CallMade:
    return CallMade(
        step=step,
        provider="openai",
        kind=ProviderKind.OPENAI,
        model="gpt-5",
        model_answered="gpt-5-2025-08-07",
        outcome=outcome,
        usage=Usage(requests=1, input_tokens=1000, output_tokens=200),
        cost=Cost(microunits=microunits, version="2026-11-01"),
        latency_ms=900,
    )


async def keep_spending(uow: UnitOfWork, user: User, *, run: Run) -> None:
    """A row in every table that language models need."""
    settings = await uow.ai.settings()
    settings.providers, settings.rules_only, settings.updated_at = (PROVIDER,), True, NOW
    await uow.ai.save(settings)
    await uow.ai.set_key("openai", key="sk-of-a-factory", at=NOW)
    counter = Counter(scope=Scope.WORKSPACE, subject=user.tenant_id, day=NOW.date())
    spender = Spender(tenant_id=user.tenant_id, user_id=user.id, run_id=run.id)
    await uow.spending.note(KeptCall(id=uuid4(), spender=spender, call=call_made(), at=NOW))
    await uow.spending.charge([counter], microunits=1500, now=NOW)
    await uow.spending.hold(UUID(int=1), counters=[counter], microunits=10, until=NOW + timedelta(minutes=10))
    await uow.spending.alert(Alert(counter=counter, level=80, spent=80, limit=100, at=NOW))
