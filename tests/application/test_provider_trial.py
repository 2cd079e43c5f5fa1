"""The test button: one tiny question to a local server, within the budget, counted, and told in safe words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import TestDatabase
from tests.factories.storage import registered, units_of_work
from tests.fakes.clock import StillClock
from tests.fakes.wire import Behaviour, WireServer

from nexusplanner.application.models.spending import CountedBudgets
from nexusplanner.application.settings.trial import ProviderTester, Tried
from nexusplanner.domain.ai import Effort, Provider, ProviderKind, SpendLimits
from nexusplanner.domain.identity import Actor, Role
from nexusplanner.domain.shared import Forbidden, NotFound
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork
from nexusplanner.infrastructure.llm.models import ProviderModels
from nexusplanner.infrastructure.llm.prices import ListPrices

CANARY = "sk-canary-51d0aa37"


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A workspace whose providers can be tried."""

    units: SqlUnitsOfWork
    actor: Actor
    clock: StillClock

    async def sets_up(self, provider: Provider, *, key: str = CANARY, limit: int | None = None) -> None:
        async with self.units.for_actor(self.actor) as uow:
            settings = await uow.ai.settings()
            settings.providers, settings.updated_at = (provider,), self.clock.now()
            settings.limits = SpendLimits(workspace_per_day=limit)
            await uow.ai.save(settings)
            if key:
                await uow.ai.set_key(provider.name, key=key, at=self.clock.now())

    async def tries(self, name: str, *, role: Role = Role.ADMIN) -> Tried:
        budgets = CountedBudgets(units=self.units, clock=self.clock, held_for=timedelta(minutes=1))
        tester = ProviderTester(
            units=self.units, models=ProviderModels(), prices=ListPrices(), budgets=budgets, seconds=3.0
        )
        return await tester(replace(self.actor, role=role), name=name, effort=Effort.STANDARD)

    async def steps(self) -> list[tuple[str, int, int, int]]:
        today = self.clock.now().date()
        async with self.units.for_actor(self.actor) as uow:
            found = await uow.read.usage.steps(first=today, last=today)
        return [(each.step, each.calls, each.failed, each.cost) for each in found]


@pytest.fixture
async def bench(database: TestDatabase) -> AsyncIterator[Bench]:
    engine = make_engine(database.app_url)
    _, user = await registered(engine)
    yield Bench(units=units_of_work(engine), actor=user.actor(), clock=StillClock())
    await engine.dispose()


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (ProviderKind.OPENAI, CANARY),
        (ProviderKind.COMPATIBLE, ""),
        (ProviderKind.BEDROCK, CANARY),
        (ProviderKind.BEDROCK, f"AKIAEXAMPLE:{CANARY}"),
    ],
)
async def test_a_provider_that_is_set_up_well_answers_and_is_counted(
    bench: Bench, kind: ProviderKind, key: str
) -> None:
    async with WireServer(Behaviour.VALID) as server:
        provider = server.provider(kind=kind)
        await bench.sets_up(replace(provider, enabled=False), key=key)
        tried = await bench.tries(provider.name)
        sent = json.dumps([dict(each.data) for each in server.requests])
    assert tried.ok, tried.reason
    assert (tried.provider, tried.model, tried.reason) == (provider.name, provider.model(Effort.STANDARD), "")
    assert tried.model_answered
    assert (tried.cost > 0) is (kind is not ProviderKind.COMPATIBLE)
    assert await bench.steps() == [("test", 1, 0, tried.cost)]
    assert CANARY not in sent


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (Behaviour.STATUS_401, "key"),
        (Behaviour.STATUS_500, "error"),
        (Behaviour.RESET, "connection"),
        (Behaviour.MALFORMED, ""),
        (Behaviour.HANG, "in time"),
    ],
)
async def test_a_failure_is_told_in_safe_words_and_counted(bench: Bench, behaviour: Behaviour, words: str) -> None:
    async with WireServer(behaviour) as server:
        provider = server.provider()
        await bench.sets_up(provider)
        tried = await bench.tries(provider.name)
    assert not tried.ok
    assert tried.reason
    assert words in tried.reason
    assert CANARY not in repr(tried)
    assert await bench.steps() == [("test", 1, 1, tried.cost)]


async def test_without_room_in_the_budget_nothing_is_asked(bench: Bench) -> None:
    async with WireServer(Behaviour.VALID) as server:
        provider = server.provider()
        await bench.sets_up(provider, limit=10)
        tried = await bench.tries(provider.name)
        assert server.requests == []
    assert (tried.ok, tried.cost) == (False, 0)
    assert "An administrator can raise it" in tried.reason
    assert await bench.steps() == []


async def test_only_administrators_may_and_only_what_is_set_up(bench: Bench) -> None:
    with pytest.raises(Forbidden):
        await bench.tries("openai", role=Role.APPROVER)
    with pytest.raises(NotFound):
        await bench.tries("openai")


async def test_a_name_that_stands_for_a_clouds_own_address_is_not_called(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolved(*_: Any, **__: Any) -> list[Any]:
        return [(2, 1, 6, "", ("169.254.169.254", 80))]

    async with WireServer(Behaviour.VALID) as server:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolved)
        provider = replace(server.provider(kind=ProviderKind.COMPATIBLE), base_url="http://models.example.com/v1")
        await bench.sets_up(provider)
        tried = await bench.tries(provider.name)
    assert not tried.ok
    assert tried.reason == "The server does not call this address; change it in the AI settings."
