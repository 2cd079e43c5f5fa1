"""Requests that may be sent twice and count once."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
from tests.api.conftest import Stand
from tests.factories.storage import Filled

from nexusplanner.domain.identity import Role

BRAND = {"name": "Southwind", "currency": "EUR"}
KEY = {"Idempotency-Key": "7b1d"}


async def create(client: httpx.AsyncClient, body: dict[str, Any] = BRAND, **headers: str) -> httpx.Response:
    return await client.post("/api/v1/brands", json=body, headers={**KEY, **headers})


async def names(client: httpx.AsyncClient) -> list[str]:
    return [brand["name"] for brand in (await client.get("/api/v1/brands")).json()["items"]]


async def test_the_same_request_is_answered_with_the_same_bytes(client: httpx.AsyncClient) -> None:
    first, second = await create(client), await create(client)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["content-type"] == first.headers["content-type"]
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert (await names(client)).count("Southwind") == 1


async def test_the_key_with_another_body_is_refused(client: httpx.AsyncClient) -> None:
    await create(client)
    other = await create(client, {**BRAND, "name": "Westwind"})
    assert other.status_code == 422
    assert other.json()["error"]["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert "Westwind" not in await names(client)


async def test_the_key_is_taken_while_the_first_request_runs(
    stand: Stand, client: httpx.AsyncClient, ada: Filled
) -> None:
    content = client.build_request("POST", "/api/v1/brands", json=BRAND).read()
    digest = hashlib.sha256(b"/api/v1/brands\n" + content).hexdigest()
    async with stand.container.units.for_actor(ada.actor) as uow:
        await uow.idempotency.begin(route="POST /brands", key=KEY["Idempotency-Key"], body_hash=digest)
        early = await create(client)
    assert early.status_code == 409
    assert early.json()["error"]["code"] == "IDEMPOTENCY_IN_FLIGHT"
    assert (await create(client)).status_code == 201


async def test_a_request_that_failed_may_be_repeated_with_its_key(client: httpx.AsyncClient) -> None:
    wrong = {**BRAND, "currency": "?"}
    assert (await create(client, wrong)).status_code == 422
    assert (await create(client)).status_code == 201


async def test_keys_belong_to_a_user_a_workspace_and_a_route(
    stand: Stand, client: httpx.AsyncClient, ada: Filled
) -> None:
    assert (await create(client)).status_code == 201
    segment = {"brand_id": str(ada.brand.id), "name": "Landlords"}
    assert (await client.post("/api/v1/segments", json=segment, headers=KEY)).status_code == 201
    async with stand.client(await stand.join(ada.tenant, role=Role.USER)) as colleague:
        assert (await create(colleague)).status_code == 409, "the colleague really asks for a second brand of the name"
    bob = await stand.tenant("Bob")
    async with stand.client(bob.session) as other:
        made = await create(other)
        assert made.status_code == 201
        assert "idempotency-replayed" not in made.headers


async def test_a_key_that_is_no_key_is_refused(client: httpx.AsyncClient) -> None:
    for key in ("", "x" * 256, "a\tb"):
        refused = await create(client, **{"Idempotency-Key": key})
        assert refused.status_code == 400, repr(key)
        assert refused.json()["error"]["code"] == "IDEMPOTENCY_KEY"


async def test_an_answer_is_forgotten_after_a_day(stand: Stand, client: httpx.AsyncClient, ada: Filled) -> None:
    await create(client)
    stand.clock.move(hours=25)
    token = {"Authorization": f"Bearer {stand.token(ada.session)}"}
    segment = {"brand_id": str(ada.brand.id), "name": "Landlords"}
    await client.post("/api/v1/segments", json=segment, headers={"Idempotency-Key": "other", **token})
    repeated = await create(client, **token)
    assert repeated.status_code == 409
    assert repeated.json()["error"]["code"] == "BRAND_EXISTS"
