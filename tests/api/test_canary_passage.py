"""Two workspaces that know the same: a passage of one is never retrieved, cited, suggested or counted for the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.conftest import Stand, open_stand, settings_in
from tests.api.test_routes import brief
from tests.conftest import TestDatabase
from tests.factories.static_models import static_model
from tests.factories.storage import Filled

CANARY = "The zanzibar quokka agreement cut the heating bills of heat pump owners by 40 %."
"""About what both offer, so that whoever may see it uses it."""
WORDS = ("quokka", "zanzibar")
SHARED = "Heat pump owners say that heating bills fell by 12 % in the first winter."


@pytest.fixture
async def working(database: TestDatabase, tmp_path: Path) -> AsyncIterator[Stand]:
    async with open_stand(database, settings_in(tmp_path), worker=True) as opened:
        yield opened


async def tell(client: httpx.AsyncClient, owner: Filled, content: str) -> None:
    body = {
        "brand_id": str(owner.brand.id),
        "source": "Trade weekly",
        "title": content[:30],
        "content": content,
        "timestamp": "2026-02-27T00:00:00Z",
        "impact": 0.6,
    }
    made = await client.post("/api/v1/signals", json=body)
    assert made.status_code == 201, made.text


async def choose(client: httpx.AsyncClient) -> None:
    """A model on this machine, filled."""
    address, first = "/api/v1/settings/retrieval", {"If-Match": '"1"'}
    body = {"embedder": "directory", "directory": "small"}
    details = (await client.put(address, json=body, headers=first)).json()["error"]["details"]
    assert (await client.put(address, json={**body, **details}, headers=first)).status_code == 200
    for _ in range(200):
        if (await client.get(address)).json()["state"] == "ready":
            return
        await asyncio.sleep(0.05)
    pytest.fail("The vectors were never made.")


async def planned(client: httpx.AsyncClient, owner: Filled) -> dict[str, Any]:
    body = {**brief(owner), "theme": "Lower heating bills", "name": "Winter"}
    made = await client.post("/api/v1/campaigns/generate", json=body, headers={"Prefer": "wait=25"})
    assert made.status_code == 201, made.text
    return dict(made.json())


async def seen(client: httpx.AsyncClient, owner: Filled) -> dict[str, str]:
    """Everything that is found, suggested, said or counted, by where."""
    found = {}
    for name, path, params in (
        ("retrieve", "retrieve", {"q": "quokka zanzibar agreement heating bills of heat pump owners", "limit": "50"}),
        ("knowledge", "knowledge", {"service_id": str(owner.service.id), "start_date": "2026-04-06"}),
        ("search", "search", {"q": "quokka"}),
        ("signals", "signals", {"query": "quokka"}),
        ("spikes", "signals/spikes", {}),
        ("memory", "memory", {}),
        ("settings", "settings/retrieval", {}),
    ):
        answer = await client.get(f"/api/v1/{path}", params=params)
        assert answer.status_code == 200, f"{name}: {answer.text}"
        body = answer.json()
        found[name] = str({key: value for key, value in body.items() if key != "took_ms"})
    session = (await client.post("/api/v1/sessions", json={"assistant": "workspace"})).json()["id"]
    for question in ("What do you know about the zanzibar agreement?", "What is new in the market?"):
        said = await client.post(f"/api/v1/sessions/{session}/messages", json={"text": question})
        assert said.status_code == 201, said.text
        told = said.json()
        found[question] = str(told.get("answer", told)).replace(question, "")
    return found


@pytest.mark.parametrize("embedder", [False, True], ids=["by itself", "with an embedder"])
async def test_what_one_workspace_knows_shows_nowhere_in_another(working: Stand, *, embedder: bool) -> None:
    static_model(working.container.settings.models_home / "small")
    ada, bob = await working.tenant("Ada"), await working.tenant("Bob")
    async with working.client(ada.session) as hers, working.client(bob.session) as his:
        for client, owner in ((hers, ada), (his, bob)):
            await tell(client, owner, SHARED)
            if embedder:
                await choose(client)
        before = await seen(his, bob)
        await tell(hers, ada, CANARY)
        if embedder:
            await working.container.embedding.fill(ada.tenant.id)

        mine = await planned(hers, ada)
        assert any("quokka" in passage["text"] for passage in mine["evidence"]), "she plans with what she knows"
        assert "quokka" in (await seen(hers, ada))["retrieve"]

        theirs = await planned(his, bob)
        assert not [word for word in WORDS if word in str(theirs).lower()]
        after = await seen(his, bob)
        assert not [name for name, told in after.items() for word in WORDS if word in told.lower()]
        for name in ("retrieve", "search", "signals", "spikes", "memory", "settings"):
            assert after[name] == before[name], name
