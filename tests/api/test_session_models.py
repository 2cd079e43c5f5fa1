"""Assistants over HTTP with a language model behind them that works, and that fails in every way servers fail."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import httpx
import pytest
from tests.api.conftest import Stand, open_stand, settings_in
from tests.api.test_sessions import planning, said, signed_in
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.demo_workspace import DemoWorkspace, demo_workspace
from tests.fakes.wire import FAILING, Behaviour, WireServer
from tests.fakes.wire.scripts import in_turn

from nexusplanner.domain.ai import AiSettings

DEADLINE = 1.0


@pytest.fixture(scope="module")
def demo(module_database: TestDatabase) -> DemoWorkspace:
    return asyncio.run(demo_workspace(module_database))


@pytest.fixture
async def stand(module_database: TestDatabase, tmp_path: Path) -> AsyncIterator[Stand]:
    async with open_stand(module_database, settings_in(tmp_path, model_pause_seconds=0.05)) as opened:
        yield opened


@pytest.fixture
async def client(stand: Stand, demo: DemoWorkspace) -> AsyncIterator[httpx.AsyncClient]:
    async with stand.client(await signed_in(stand, demo.actor)) as opened:
        yield opened


async def use(stand: Stand, demo: DemoWorkspace, server: WireServer) -> None:
    """Let the workspace ask this server."""
    provider = server.provider("own")
    async with stand.container.units.for_actor(demo.actor) as uow:
        settings = await uow.ai.settings()
        fresh = AiSettings(
            tenant_id=demo.actor.tenant_id,
            providers=(provider,),
            version=settings.version,
            updated_at=records.NOW,
        )
        await uow.ai.save(fresh)
        await uow.ai.set_key("own", key="canary-key-4711", at=records.NOW)


async def test_a_model_answers_and_its_calls_are_counted(
    stand: Stand, client: httpx.AsyncClient, demo: DemoWorkspace
) -> None:
    session = await planning(client, demo)
    quote = {"passage": f"channel:{demo.campaign.id}:linkedin", "quote": "LinkedIn gets 60,143.52 EUR"}
    script = in_turn(
        json.dumps({"calls": [{"tool": "split", "about": "LinkedIn"}]}),
        json.dumps({"text": "LinkedIn gets 60,143.52 EUR.", "quotes": [quote]}),
    )
    async with WireServer(script) as server:
        await use(stand, demo, server)
        answer = await said(client, session, "How much goes to LinkedIn?")
        assert len(server.requests) == 2
    assert answer["author"] == "ai"
    assert answer["text"] == "LinkedIn gets 60,143.52 EUR."
    assert [source["quote"] for source in answer["citations"]] == ["LinkedIn gets 60,143.52 EUR"]
    usage = (await client.get("/api/v1/usage")).json()
    (step,) = [each for each in usage["steps"] if each["step"] == "assist"]
    assert step["calls"] == 2
    assert float(step["cost"]) > 0
    entry = (await client.get("/api/v1/decisions", params={"sort": "-sequence", "limit": 1})).json()["items"][0]
    assert (entry["step"], entry["author"]) == ("assist", "ai")
    assert "canary-key" not in json.dumps(entry)


async def test_whatever_a_server_does_there_is_an_answer_in_time(
    module_database: TestDatabase, tmp_path: Path, demo: DemoWorkspace
) -> None:
    limits = {"model_deadline_seconds": DEADLINE, "model_pause_seconds": 0.05, "model_rest_seconds": 0}
    async with (
        open_stand(module_database, settings_in(tmp_path, **limits)) as hurried,
        hurried.client(await signed_in(hurried, demo.actor)) as client,
    ):
        session = await planning(client, demo)
        for behaviour in Behaviour:
            async with WireServer(behaviour) as server:
                await use(hurried, demo, server)
                began = monotonic()
                answer = await said(client, session, "How much goes to LinkedIn?")
                took = monotonic() - began
                assert server.requests, behaviour
            assert took < 3 * DEADLINE + 2, behaviour
            if behaviour in FAILING:
                assert answer["author"] == "rules", behaviour
            if answer["author"] == "rules":
                assert answer["text"].startswith("LinkedIn gets 60,143.52 EUR"), behaviour
                assert answer["fallback_reason"], behaviour
            assert "canary-key" not in json.dumps(answer)
