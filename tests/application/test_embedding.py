"""Vectors of passages: made in the background and paid for, replaced with their texts, never another workspace's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories import records
from tests.factories.storage import Filled, filled, units_of_work
from tests.fakes.budgets import MemoryBudgets
from tests.fakes.clock import StillClock
from tests.fakes.wire.vectors import DIMENSIONS, Fault, Meaning, VectorServer, by_words

from nexusplanner.application.knowledge import embedding
from nexusplanner.application.knowledge.embedding import EmbeddingDesk
from nexusplanner.application.knowledge.retrieval import Retrieved, retrieve
from nexusplanner.application.settings.embedder import KnownRetrieval, read_retrieval_settings, save_retrieval_settings
from nexusplanner.domain.ai import AiSettings
from nexusplanner.domain.embedding import EmbedderChoice, EmbedderKind, FillingState
from nexusplanner.domain.shared import TenantId
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork
from nexusplanner.infrastructure.embedders import WorkspaceEmbedders, answers
from nexusplanner.infrastructure.embedders.prices import VectorPrices
from nexusplanner.infrastructure.knowledge.shelves import Shelves


@dataclass(kw_only=True)
class Ticks:
    """Seconds that pass when they are told to."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass(kw_only=True)
class Bench:
    """A workspace with an embedder behind a local server."""

    units: SqlUnitsOfWork
    desk: EmbeddingDesk
    budgets: MemoryBudgets
    ticks: Ticks
    server: VectorServer
    clock: StillClock = field(default_factory=StillClock)

    async def choose(self, mine: Filled, *, model: str = "text-embedding-3-small", rules_only: bool = False) -> None:
        provider = self.server.provider()
        async with self.units.for_actor(mine.actor) as uow:
            settings: AiSettings = await uow.ai.settings()
            settings.providers = (*(each for each in settings.providers if each.name != provider.name), provider)
            settings.rules_only = rules_only
            await uow.ai.save(settings)
            await uow.ai.set_key(provider.name, key="sk-of-a-test", at=records.NOW)
            version = (await uow.embedding.settings()).version
        choice = EmbedderChoice(kind=EmbedderKind.OPENAI, provider=provider.name, model=model)
        await save_retrieval_settings(
            self.units, mine.actor, choice=choice, embedders=self.desk.embedders, version=version, now=records.NOW
        )

    async def known(self, mine: Filled) -> KnownRetrieval:
        async with self.units.for_actor(mine.actor) as uow:
            return await read_retrieval_settings(uow)

    async def state(self, mine: Filled) -> FillingState:
        known = await self.known(mine)
        return known.filling.state(known.settings)

    async def ask(self, mine: Filled, query: str) -> list[Retrieved]:
        compared = await self.desk.compare(mine.actor, query)
        async with self.units.for_actor(mine.actor) as uow:
            return list(await retrieve(uow, query=query, point=compared.point))

    async def vectors(self, engine: AsyncEngine, tenant: TenantId) -> dict[str, bytes]:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT set_config('app.tenant_id', :id, true)"), {"id": str(tenant)})
            rows = await connection.execute(text("SELECT passage_id, vector FROM passage_vectors"))
            return {row.passage_id: bytes(row.vector) for row in rows}


@asynccontextmanager
async def bench_over(
    engine: AsyncEngine, *faults: Fault, meaning: Meaning = by_words, **more: Any
) -> AsyncIterator[Bench]:
    """It ends when everything that goes on in the background has."""
    async with VectorServer(*faults, meaning=meaning) as server:
        made = _made(engine, server, **more)
        yield made
        await made.desk.stop()


def _made(engine: AsyncEngine, server: VectorServer, **more: Any) -> Bench:
    units, budgets, ticks = units_of_work(engine), MemoryBudgets(), Ticks()
    desk = EmbeddingDesk(
        units=units,
        embedders=WorkspaceEmbedders(models=Path("/nowhere")),
        prices=VectorPrices(),
        budgets=budgets,
        clock=StillClock(),
        ticks=ticks,
        **more,
    )
    return Bench(units=units, desk=desk, budgets=budgets, ticks=ticks, server=server)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(embedding, "BATCH_SECONDS", 10.0)


async def test_vectors_are_made_batch_by_batch_paid_for_and_taken_up_where_they_stopped(
    shared_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "BATCH", 2)
    ada = await filled(shared_engine, "Ada")
    async with bench_over(shared_engine, Fault.NONE, Fault.REFUSED) as bench:
        server = bench.server
        await bench.choose(ada)
        assert await bench.state(ada) is FillingState.FILLING
        await bench.desk.fill(ada.tenant.id)
        known = await bench.known(ada)
        assert (known.filling.embedded, known.settings.dimensions) == (2, DIMENSIONS)
        assert await bench.state(ada) is FillingState.FAILED
        assert "refused the key" in known.settings.problem

        first = server.texts[:2]
        server.faults = [Fault.NONE]
        await bench.desk.fill(ada.tenant.id)
        known = await bench.known(ada)
        assert known.filling.embedded == known.filling.passages > 2
        assert await bench.state(ada) is FillingState.READY
        assert not set(first) & set(server.texts[-(known.filling.passages - 2) :]), "what is there is not paid twice"
        calls = [(call.step, call.outcome) for call in bench.budgets.calls]
        assert set(calls) == {("embed", "answered"), ("embed", "invalid")}
        assert bench.budgets.spent == sum(call.cost.microunits for call in bench.budgets.calls) > 0
        assert not bench.budgets.held


async def test_what_personal_data_a_passage_holds_stays_here(shared_engine: AsyncEngine) -> None:
    ada = await filled(shared_engine, "Ada")
    async with bench_over(shared_engine) as bench:
        server = bench.server
        async with bench.units.for_actor(ada.actor) as uow:
            uow.signals.add_all([records.signal(ada.brand, content="Ask grace.hopper@navy.example or +49 30 901820.")])
        await bench.choose(ada)
        await bench.desk.fill(ada.tenant.id)
        await bench.desk.compare(ada.actor, "Who is grace.hopper@navy.example?")
    assert any("Ask" in each for each in server.texts)
    assert not any("navy.example" in each or "901820" in each for each in server.texts)


async def test_a_new_text_gets_a_new_vector_and_an_erased_one_none(shared_engine: AsyncEngine) -> None:
    ada = await filled(shared_engine, "Ada")
    async with bench_over(shared_engine) as bench:
        await bench.choose(ada)
        await bench.desk.fill(ada.tenant.id)
        before = await bench.vectors(shared_engine, ada.tenant.id)
        async with bench.units.for_actor(ada.actor) as uow:
            (await uow.services.get(ada.service.id)).description = "Now made of bread."
            await uow.signals.remove(await uow.signals.get(ada.signal.id))
        known = await bench.known(ada)
        assert known.filling.embedded == known.filling.passages - 1, "the old text's vector counts for nothing"
        await bench.desk.fill(ada.tenant.id)
        after = await bench.vectors(shared_engine, ada.tenant.id)
    service, signal = f"service:{ada.service.id}", f"signal:{ada.signal.id}"
    assert before[service] != after[service]
    assert signal in before
    assert signal not in after
    assert {name: vector for name, vector in before.items() if name not in {service, signal}} == {
        name: vector for name, vector in after.items() if name != service
    }


async def test_only_one_process_fills_and_a_dead_ones_turn_lapses(shared_engine: AsyncEngine) -> None:
    ada = await filled(shared_engine, "Ada")
    async with bench_over(shared_engine) as bench:
        server = bench.server
        await bench.choose(ada)
        async with bench.units.for_actor(ada.actor) as uow:
            now = bench.desk.clock.now()
            assert await uow.embedding.lease(now=now, until=now + timedelta(minutes=3))
        await bench.desk.fill(ada.tenant.id)
        assert not server.requests
        bench.desk.clock.at += timedelta(minutes=4)  # type: ignore[attr-defined]  # a still clock
        await bench.desk.fill(ada.tenant.id)
        assert await bench.state(ada) is FillingState.READY


async def test_another_model_begins_anew_and_other_dimensions_are_refused(shared_engine: AsyncEngine) -> None:
    ada = await filled(shared_engine, "Ada")
    async with bench_over(shared_engine) as bench:
        server = bench.server
        await bench.choose(ada)
        await bench.desk.fill(ada.tenant.id)
        async with bench.units.for_actor(ada.actor) as uow:
            uow.signals.add_all([records.signal(ada.brand, content="Something new.")])
        server.faults = [Fault.WIDER]
        await bench.desk.fill(ada.tenant.id)
        assert "9 dimensions instead of 8" in (await bench.known(ada)).settings.problem
        await bench.choose(ada, model="another-model")
        assert not await bench.vectors(shared_engine, ada.tenant.id)
        await bench.desk.fill(ada.tenant.id)
        known = await bench.known(ada)
        assert (known.settings.dimensions, known.filling.embedded) == (DIMENSIONS + 1, known.filling.passages)


async def test_a_limit_of_spending_stops_it_and_says_so(shared_engine: AsyncEngine) -> None:
    ada = await filled(shared_engine, "Ada")
    async with bench_over(shared_engine) as bench:
        server = bench.server
        bench.budgets.limit = 0
        await bench.choose(ada)
        await bench.desk.fill(ada.tenant.id)
        assert not server.requests
        assert "limit" in (await bench.known(ada)).settings.problem
        found = await bench.ask(ada, ada.service.name)
    assert found, "what is known is found all the same"


async def test_where_no_model_may_be_asked_no_text_leaves(shared_engine: AsyncEngine) -> None:
    ada = await filled(shared_engine, "Ada")
    async with bench_over(shared_engine) as bench:
        await bench.choose(ada, rules_only=True)
        await bench.desk.fill(ada.tenant.id)
        compared = await bench.desk.compare(ada.actor, ada.service.name)
        assert (compared.point, "no model is asked" in compared.problem) == (None, True)
        assert "no model is asked" in (await bench.known(ada)).settings.problem
        assert not bench.server.requests


async def test_a_slow_embedder_is_not_waited_for_and_then_left_alone_for_a_while(shared_engine: AsyncEngine) -> None:
    ada = await filled(shared_engine, "Ada")
    async with bench_over(shared_engine, query_seconds=0.6) as bench:
        server = bench.server
        plain = await bench.ask(ada, ada.service.name)
        bench.ticks.now += 100
        await bench.choose(ada)
        await bench.desk.fill(ada.tenant.id)
        server.faults = [Fault.HANGS]
        for _ in range(3):
            compared = await bench.desk.compare(ada.actor, ada.service.name)
            assert compared.point is None
            assert "did not answer in time" in compared.problem
        assert [each.texts for each in server.requests].count((ada.service.name,)) == 2, "the third is not sent"
        assert await bench.ask(ada, ada.service.name) == plain
        bench.ticks.now += 100
        server.faults = [Fault.NONE]
        assert (await bench.desk.compare(ada.actor, ada.service.name)).point is not None


async def test_a_search_that_misses_vectors_has_them_made_in_the_background(shared_engine: AsyncEngine) -> None:
    ada = await filled(shared_engine, "Ada")
    async with bench_over(shared_engine) as bench:
        await bench.choose(ada)
        await bench.ask(ada, ada.service.name)
        for _ in range(100):
            if await bench.state(ada) is FillingState.READY:
                break
            await asyncio.sleep(0.05)
        assert await bench.state(ada) is FillingState.READY
        await bench.desk.stop()
        bench.desk.wake(ada.tenant.id)
        assert not [task for task in asyncio.all_tasks() if task.get_name() == "vectors"], (
            "nothing begins after the end"
        )


CANARY = "The zanzibar quokka agreement doubles every refund."


@pytest.mark.parametrize("most_of_one", [60_000, 0], ids=["in memory", "through the database"])
async def test_with_an_embedder_too_one_workspace_finds_nothing_of_another(
    shared_engine: AsyncEngine, most_of_one: int
) -> None:
    """The vectors of the canary are as near to the question as can be; both workspaces know the same otherwise."""
    ada, bob = await filled(shared_engine, "Ada"), await filled(shared_engine, "Bob")
    query = "quokka zanzibar agreement refund flights"
    async with bench_over(shared_engine) as bench:
        bench.units._shelves = Shelves(most_of_one=most_of_one)
        for mine in (ada, bob):
            async with bench.units.for_actor(mine.actor) as uow:
                uow.signals.add_all([records.signal(mine.brand, content="Refunds of delayed flights are rising.")])
            await bench.choose(mine)
            await bench.desk.fill(mine.tenant.id)
        before, counted = await bench.ask(bob, query), (await bench.known(bob)).filling
        secret = records.signal(ada.brand, title="Secret", content=CANARY)
        async with bench.units.for_actor(ada.actor) as uow:
            uow.signals.add_all([secret])
        await bench.desk.fill(ada.tenant.id)
        assert f"signal:{secret.id}" in await bench.vectors(shared_engine, ada.tenant.id)
        mine_found = await bench.ask(ada, query)
        assert mine_found[0].hit.passage.id == f"signal:{secret.id}"
        assert mine_found[0].hit.vector > 0
        assert await bench.ask(bob, query) == before
        assert (await bench.known(bob)).filling == counted
        assert before
        theirs = await bench.vectors(shared_engine, bob.tenant.id)
        assert not theirs.keys() & (await bench.vectors(shared_engine, ada.tenant.id)).keys()
        async with bench.units.for_actor(bob.actor) as uow:
            stolen = (await bench.desk.compare(ada.actor, query)).point
            for each in await retrieve(uow, query=query, point=stolen):
                assert "quokka" not in each.hit.passage.text


async def test_what_means_the_same_in_other_words_is_found_by_its_vector(shared_engine: AsyncEngine) -> None:
    meanings = {"automobile": 0, "car": 0, "bread": 1, "loaf": 1}

    def meaning(said: str) -> list[float]:
        vector = [0.01] * DIMENSIONS
        for word, axis in meanings.items():
            vector[axis] += float(word in said.lower())
        return vector

    ada = await filled(shared_engine, "Ada")
    cars = records.signal(ada.brand, title="Streets", content="Fewer automobiles drive here.", topics=())
    loaves = records.signal(ada.brand, title="Bakers", content="A loaf costs more.", topics=())
    async with bench_over(shared_engine, meaning=meaning) as bench:
        async with bench.units.for_actor(ada.actor) as uow:
            uow.signals.add_all([cars, loaves])
        await bench.choose(ada)
        await bench.desk.fill(ada.tenant.id)
        found = await bench.ask(ada, "car")
        assert found[0].hit.passage.id == f"signal:{cars.id}"
        assert (found[0].hit.lexical, found[0].hit.vector > 0.9) == (0, True)
