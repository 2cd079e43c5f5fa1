"""What makes vectors, over HTTP: chosen by administrators, pinned by the hash of its files, filled in the background."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from tests.api.conftest import Stand
from tests.factories.static_models import static_model
from tests.factories.storage import Filled

from nexusplanner.domain.identity import Role

ADDRESS = "/api/v1/settings/retrieval"
FIRST = {"If-Match": '"1"'}


async def filled_in(client: httpx.AsyncClient) -> dict[str, Any]:
    """The settings once no vector is missing."""
    for _ in range(100):
        found: dict[str, Any] = (await client.get(ADDRESS)).json()
        if found["state"] != "filling":
            return found
        await asyncio.sleep(0.05)
    pytest.fail(f"still filling: {found}")


async def test_strangers_see_nothing_and_only_administrators_choose(stand: Stand, ada: Filled) -> None:
    body = {"embedder": "none"}
    for session, read, write in (
        (None, 401, 401),
        (await stand.join(ada.tenant, role=Role.VIEWER), 200, 403),
        (await stand.join(ada.tenant, role=Role.APPROVER), 200, 403),
    ):
        async with stand.client(session) as caller:
            assert (await caller.get(ADDRESS)).status_code == read
            assert (await caller.put(ADDRESS, json=body, headers=FIRST)).status_code == write


async def test_without_a_choice_there_is_no_embedder_and_nothing_is_missing(client: httpx.AsyncClient) -> None:
    found = (await client.get(ADDRESS)).json()
    assert (found["embedder"], found["state"], found["cost"], found["version"]) == ("none", "ready", None, 1)
    assert (found["dimensions"], found["embedded"], found["problem"]) == (None, 0, "")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"embedder": "openai", "model": "m"}, "provider_id"),
        ({"embedder": "openai", "provider_id": "nobody", "model": "m"}, "provider_id"),
        ({"embedder": "bedrock", "provider_id": "nobody", "model": "two words"}, "model"),
        ({"embedder": "directory"}, "directory"),
        ({"embedder": "directory", "directory": "small", "sha256": "abc"}, "sha256"),
        ({"embedder": "directory", "directory": "nowhere"}, "directory"),
        ({"embedder": "directory", "directory": ".."}, "directory"),
        ({"embedder": "directory", "directory": "/etc"}, "directory"),
        ({"embedder": "directory", "directory": "empty"}, "directory"),
        ({"embedder": "magic"}, "embedder"),
    ],
)
async def test_what_cannot_be_used_is_refused_by_field(
    stand: Stand, client: httpx.AsyncClient, body: dict[str, str], field: str
) -> None:
    (stand.container.settings.models_home / "empty").mkdir(parents=True)
    refused = await client.put(ADDRESS, json=body, headers=FIRST)
    assert refused.status_code == 422, refused.text
    assert set(refused.json()["error"]["fields"]) == {field}
    assert (await client.get(ADDRESS)).json()["version"] == 1


async def test_a_folder_is_pinned_by_the_hash_of_its_files_and_fills_in_the_background(
    stand: Stand, client: httpx.AsyncClient, ada: Filled
) -> None:
    static_model(stand.container.settings.models_home / "small")
    body = {"embedder": "directory", "directory": "small"}
    assert (await client.put(ADDRESS, json=body)).status_code == 428
    asked = await client.put(ADDRESS, json=body, headers=FIRST)
    assert (asked.status_code, set(asked.json()["error"]["fields"])) == (422, {"sha256"})
    digest = asked.json()["error"]["details"]["sha256"]

    body["sha256"] = digest.upper()
    saved = await client.put(ADDRESS, json=body, headers=FIRST)
    assert saved.status_code == 200, saved.text
    assert (saved.json()["sha256"], saved.json()["dimensions"], saved.json()["version"]) == (digest, 4, 2)
    done = await filled_in(client)
    assert done["state"] == "ready", done
    assert done["embedded"] == done["passages"] > 0
    assert done["cost"] is None

    stale = await client.put(ADDRESS, json={"embedder": "none"}, headers=FIRST)
    assert (stale.status_code, stale.json()["error"]["details"]["current"]) == (412, done)
    off = await client.put(ADDRESS, json={"embedder": "none", "directory": "small"}, headers={"If-Match": '"2"'})
    assert (off.json()["embedder"], off.json()["directory"], off.json()["embedded"]) == ("none", "", 0)

    entries = (await client.get("/api/v1/decisions")).json()["items"]
    assert [each["step"] for each in entries].count("retrieval_settings") == 2


async def test_files_that_changed_after_they_were_pinned_are_not_used(
    stand: Stand, client: httpx.AsyncClient, ada: Filled
) -> None:
    folder = static_model(stand.container.settings.models_home / "small")
    body = {"embedder": "directory", "directory": "small"}
    details = (await client.put(ADDRESS, json=body, headers=FIRST)).json()["error"]["details"]
    (folder / "notes.txt").write_text("A file nobody reads counts too.")
    changed = await client.put(ADDRESS, json={**body, "sha256": details["sha256"]}, headers=FIRST)
    assert (changed.status_code, set(changed.json()["error"]["fields"])) == (422, {"sha256"})

    (folder / "notes.txt").unlink()
    stand.container.embedding.wake = lambda tenant_id: None  # type: ignore[method-assign]  # the files change first
    assert (await client.put(ADDRESS, json={**body, **details}, headers=FIRST)).status_code == 200
    (folder / "config.json").write_text('{"normalize": false}')
    await stand.container.embedding.fill(ada.tenant.id)
    found = (await client.get(ADDRESS)).json()
    assert (found["state"], found["embedded"]) == ("failed", 0)
    assert details["sha256"] in found["problem"]
