"""Connections at the edge: signing in, what is read, and a sync by a worker of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.api.conftest import Stand, open_stand, settings_in
from tests.conftest import TestDatabase
from tests.factories.leaks import everything_logged, stored
from tests.factories.storage import Filled
from tests.fakes.crm import CrmServer, Kind, World
from tests.fakes.crm.server import PASTED
from tests.fakes.crm.world import filled

from nexusplanner.application.ports.fetching import Asked
from nexusplanner.domain.identity import Role


@dataclass(frozen=True, kw_only=True)
class Place:
    """The product beside a customer system."""

    stand: Stand
    ada: Filled
    server: CrmServer
    client: httpx.AsyncClient

    async def create(self, kind: str = "hubspot") -> dict[str, Any]:
        made = await self.client.post(
            "/api/v1/connections", json={"kind": kind, "name": f"Our {kind}", "brand_id": str(self.ada.brand.id)}
        )
        assert made.status_code == 201, made.text
        return dict(made.json())

    async def put(self, connection: dict[str, Any], what: str, **body: Any) -> httpx.Response:
        return await self.client.put(f"/api/v1/connections/{connection['id']}/{what}", json=body)

    async def post(self, connection: dict[str, Any], what: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"/api/v1/connections/{connection['id']}/{what}", json=body)

    async def get(self, connection: dict[str, Any], what: str = "") -> dict[str, Any]:
        return dict((await self.client.get(f"/api/v1/connections/{connection['id']}{what}")).json())

    async def sign_in(self, connection: dict[str, Any]) -> dict[str, str]:
        """What the other system appends to the page's address."""
        begun = await self.post(connection, "authorise")
        assert begun.status_code == 200, begun.text
        back = await self.server.fetcher().ask(Asked(url=begun.json()["url"], follow=False))
        return {name: values[0] for name, values in parse_qs(urlsplit(back.headers["location"]).query).items()}


@pytest.fixture
async def server() -> AsyncIterator[CrmServer]:
    async with CrmServer(filled(World(), contacts=45, companies=6, deals=9)) as opened:
        yield opened


@pytest.fixture
async def place(database: TestDatabase, tmp_path: Path, server: CrmServer) -> AsyncIterator[Place]:
    async with open_stand(
        database, settings_in(tmp_path), worker=True, fetcher=server.fetcher(), crm=server.places
    ) as stand:
        ada = await stand.tenant()
        async with stand.client(ada.session) as client:
            yield Place(stand=stand, ada=ada, server=server, client=client)


async def ended(place: Place, run: dict[str, Any]) -> dict[str, Any]:
    for _ in range(600):
        seen = (await place.client.get(f"/api/v1/runs/{run['id']}")).json()
        if seen["state"] not in {"queued", "running"}:
            return dict(seen)
        await asyncio.sleep(0.1)
    raise AssertionError(seen)


async def test_users_look_and_sync_but_only_administrators_connect(place: Place) -> None:
    connection = await place.create()
    async with place.stand.client(await place.stand.join(place.ada.tenant, role=Role.USER)) as user:
        listed = (await user.get("/api/v1/connections")).json()
        assert "Our hubspot" in {each["name"] for each in listed["items"]}
        refused = await user.put(f"/api/v1/connections/{connection['id']}/token", json={"token": "t"})
        assert refused.status_code == 403
        unready = await user.post(f"/api/v1/connections/{connection['id']}/sync", json={})
        assert (unready.status_code, unready.json()["error"]["code"]) == (409, "SIGN_IN_AGAIN")


@pytest.mark.parametrize("kind", ["hubspot", "salesforce"])
async def test_a_connection_from_sign_in_to_records(place: Place, kind: str) -> None:
    connection = await place.create(kind)
    assert (connection["state"], connection["signed_in"]) == ("new", False)
    assert all(scope["why"] for scope in connection["scopes"])
    missing = await place.post(connection, "authorise")
    assert (missing.status_code, missing.json()["error"]["code"]) == (409, "CLIENT_MISSING")
    await place.put(connection, "client", client_id="client-1", client_secret="client-secret-1")

    answer = await place.sign_in(connection)
    finished = await place.client.post("/api/v1/connections/finish", json=answer)
    assert finished.status_code == 200, finished.text
    assert (finished.json()["state"], finished.json()["signed_in"]) == ("ready", True)

    fields = (await place.get(connection, "/fields"))["items"]
    assert {"customers", "companies", "deals"} == {field["object"] for field in fields}
    seen = (await place.post(connection, "preview")).json()
    assert (len(seen["customers"]), len(seen["companies"]), len(seen["deals"])) == (20, 6, 9)
    assert seen["customers"][0]["name"] == "First0 Last0"
    assert seen["errors"] == []

    counted = await ended(place, (await place.post(connection, "sync", dry_run=True)).json())
    assert counted["steps"][-1]["detail"] == "It would be: 60 new."
    assert (await place.get(connection))["rows"] == {"customers": 0, "companies": 0, "deals": 0}

    started = await place.post(connection, "sync")
    assert started.status_code == 202, started.text
    assert (await ended(place, started.json()))["state"] == "succeeded"
    after = await place.get(connection)
    assert after["rows"] == {"customers": 45, "companies": 6, "deals": 9}
    assert (after["state"], after["last_changes"]["created"]) == ("fresh", 60)
    people = (await place.client.get("/api/v1/customers", params={"limit": 100})).json()
    assert people["total"] == 46  # one was there before

    gone = await place.client.delete(f"/api/v1/connections/{connection['id']}")
    assert gone.status_code == 204
    assert (await place.client.get(f"/api/v1/connections/{connection['id']}")).status_code == 404
    assert (await place.client.get("/api/v1/customers")).json()["total"] == 46


async def test_a_sign_in_can_be_finished_once_in_ten_minutes_by_who_began_it(place: Place) -> None:
    connection = await place.create()
    await place.put(connection, "client", client_id="client-1", client_secret="client-secret-1")
    answer = await place.sign_in(connection)
    async with place.stand.client(await place.stand.join(place.ada.tenant, role=Role.ADMIN)) as other:
        assert (await other.post("/api/v1/connections/finish", json=answer)).status_code == 422
    bob = await place.stand.tenant("Bob")
    async with place.stand.client(bob.session) as stranger:
        assert (await stranger.post("/api/v1/connections/finish", json=answer)).status_code == 422
    assert (await place.client.post("/api/v1/connections/finish", json=answer)).status_code == 200
    assert (await place.client.post("/api/v1/connections/finish", json=answer)).status_code == 422
    answer = await place.sign_in(connection)
    place.stand.clock.move(minutes=9, seconds=61)
    async with place.stand.client(place.ada.session) as later:
        late = await later.post("/api/v1/connections/finish", json=answer)
        assert late.status_code == 422, late.text


async def test_a_secret_never_goes_to_another_host(place: Place) -> None:
    connection = await place.create("salesforce")
    for domain in ("evil.example", "salesforce.com.evil.example", "127.0.0.1:1", f"{place.server.host}@evil.example"):
        refused = await place.put(connection, "token", token="secret", domain=domain)
        assert refused.status_code == 422, domain
        assert "domain" in refused.json()["error"]["fields"]
    assert (await place.get(connection))["signed_in"] is False


@pytest.mark.parametrize("kind", ["hubspot", "salesforce"])
async def test_a_token_is_kept_when_it_is_taken_there_and_not_before(place: Place, kind: str) -> None:
    connection = await place.create(kind)
    refused = await place.put(connection, "token", token="pat-revoked")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "TOKEN_REFUSED")
    assert "does not take this token" in refused.json()["error"]["fields"]["token"]
    assert (await place.get(connection))["signed_in"] is False

    kept = await place.put(connection, "token", token=PASTED)
    assert (kept.status_code, kept.json()["signed_in"]) == (200, True)
    synced = await ended(place, (await place.post(connection, "sync")).json())
    assert synced["state"] == "succeeded"
    before = await place.get(connection)

    assert (await place.put(connection, "token", token="pat-revoked")).status_code == 422
    place.server.trouble.forbidden = True
    unread = await place.put(connection, "token", token=PASTED)
    assert (unread.status_code, unread.json()["error"]["code"]) == (422, "TOKEN_REFUSED")
    place.server.trouble.forbidden = False
    place.server.trouble.broken = 100
    down = await place.put(connection, "token", token=PASTED)
    assert (down.status_code, down.json()["error"]["code"]) == (503, "CRM_SILENT")
    place.server.trouble.broken = 0
    assert await place.get(connection) == before
    assert (await place.get(connection, "/fields"))["items"]


async def test_a_token_is_tried_once_more_when_the_other_system_stumbles(place: Place) -> None:
    connection = await place.create()
    place.server.trouble.broken = 1
    assert (await place.put(connection, "token", token=PASTED)).status_code == 200


async def test_a_mapping_names_what_is_there(place: Place) -> None:
    connection = await place.create()
    await place.put(connection, "token", token=PASTED)
    good = {"customers": {"name": "email"}, "companies": {"name": "name"}, "deals": {"name": "dealname"}}
    odd = {**good, "customers": {"name": "nonsense"}}
    refused = await place.post(connection, "preview", mapping=odd)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, ["customers.name"])
    for wrong in ({"customers": {}}, {"deals": {"name": "dealname", "age": "x"}}, {"companies": {"name": "a; DROP"}}):
        assert (await place.put(connection, "mapping", **{**good, **wrong})).status_code == 422, wrong
    saved = await place.put(connection, "mapping", **good)
    assert saved.json()["mapping"] == good
    person = next(place.server.world.alive(Kind.CONTACT))
    person.values["email"] = "not an address"
    seen = await place.post(
        connection, "preview", mapping={**good, "customers": {"name": "lastname", "email": "email"}}
    )
    assert seen.json()["errors"] == [
        {"object": "customers", "external_id": person.key, "field": "email", "reason": "is not an e-mail address"}
    ]


async def test_secrets_are_nowhere_but_sealed(database: TestDatabase, tmp_path: Path, server: CrmServer) -> None:
    server.clients = {"client-9": "canary-client-secret"}
    server.tokens = {"canary-pasted-token"}
    answers = []
    with everything_logged() as log:
        async with (
            open_stand(
                database, settings_in(tmp_path), worker=True, fetcher=server.fetcher(), crm=server.places
            ) as stand,
        ):
            ada = await stand.tenant()
            async with stand.client(ada.session) as client:
                place = Place(stand=stand, ada=ada, server=server, client=client)
                connection = await place.create()
                answers.append(await place.put(connection, "token", token="canary-pasted-token"))
                await ended(place, (await place.post(connection, "sync")).json())
                answers.append(
                    await place.put(connection, "client", client_id="client-9", client_secret="canary-client-secret")
                )
                answer = await place.sign_in(connection)
                answers.append(await client.post("/api/v1/connections/finish", json=answer))
                server.trouble.forbidden = True
                run = await ended(place, (await place.post(connection, "sync")).json())
                assert run["state"] == "failed"
                paths = ("connections", "decisions?limit=100", "decisions/export", f"runs/{run['id']}")
                answers += [await client.get(f"/api/v1/{path}") for path in paths]
    issued = {token for token in server.tokens | set(server.refreshing) if "-" in token}
    secrets = {"canary-client-secret", "canary-pasted-token", *issued}
    for secret in (*secrets, answer["state"], answer["code"]):  # the browser of this test logs the last two itself
        assert not [each.url.path for each in answers if secret in each.text]
        assert secret not in secrets or secret not in log.getvalue()
        assert stored(database, secret) == []
