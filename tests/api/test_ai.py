"""AI settings over HTTP: who may see and change them, and that a key goes in and never comes out."""

from __future__ import annotations

from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy.engine import make_url
from tests.api.conftest import Stand
from tests.conftest import TestDatabase
from tests.factories.leaks import everything_logged, stored
from tests.factories.storage import Filled, registered

from nexusplanner.domain.identity import Role

CANARY = "sk-canary-7f3b1e0c94d2"
MODELS = {"light": "small-1", "standard": "middle-1", "strong": "large-1"}
ROUTES = [
    ("GET", "/api/v1/settings/ai", None),
    ("PUT", "/api/v1/settings/ai", {}),
    ("PUT", "/api/v1/settings/ai/providers/openai/key", {"key": CANARY}),
    ("DELETE", "/api/v1/settings/ai/providers/openai/key", None),
    ("POST", "/api/v1/settings/ai/providers/openai/test", {}),
    ("GET", "/api/v1/usage", None),
]


def provider(**changes: Any) -> dict[str, Any]:
    return {"name": "openai", "kind": "openai", "models": MODELS, **changes}


def settings(*providers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    limits = {"workspace_per_day": "20.00", "user_per_day": "5.00", "campaign": None}
    return {"rules_only": False, "providers": list(providers), "limits": limits, **changes}


async def save(client: httpx.AsyncClient, body: dict[str, Any]) -> httpx.Response:
    """Save on top of what there is."""
    version = (await client.get("/api/v1/settings/ai")).json()["version"]
    return await client.put("/api/v1/settings/ai", json=body, headers={"If-Match": f'"{version}"'})


async def set_key(client: httpx.AsyncClient, name: str = "openai", key: str = CANARY) -> httpx.Response:
    return await client.put(f"/api/v1/settings/ai/providers/{name}/key", json={"key": key})


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_nobody_comes_in_without_signing_in(
    stand: Stand, ada: Filled, method: str, path: str, body: dict[str, Any] | None
) -> None:
    del ada
    async with stand.client() as anonymous:
        assert (await anonymous.request(method, path, json=body)).status_code == 401


@pytest.mark.parametrize("role", [Role.VIEWER, Role.USER, Role.APPROVER])
@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_others_than_administrators_see_but_change_nothing(
    *, stand: Stand, ada: Filled, role: Role, method: str, path: str, body: dict[str, Any] | None
) -> None:
    session = await stand.join(ada.tenant, role=role)
    async with stand.client(session) as client:
        answer = await client.request(method, path, json=body, headers={"If-Match": '"1"'})
    assert answer.status_code == (200 if method == "GET" else 403)


async def test_another_workspace_has_settings_and_keys_of_its_own(stand: Stand, client: httpx.AsyncClient) -> None:
    await save(client, settings(provider(name="mine")))
    await set_key(client, "mine")
    other = await stand.tenant("Bob")
    async with stand.client(other.session) as theirs:
        seen = (await theirs.get("/api/v1/settings/ai")).json()
        assert [each["name"] for each in seen["providers"]] == ["openai"]
        assert (await set_key(theirs, "mine")).json()["error"]["code"] == "PROVIDER_NOT_FOUND"
        assert (await theirs.delete("/api/v1/settings/ai/providers/mine/key")).status_code == 404
        assert (await theirs.post("/api/v1/settings/ai/providers/mine/test", json={})).status_code == 404
    assert (await client.get("/api/v1/settings/ai")).json()["providers"][0]["has_key"] is True


async def test_a_new_workspace_has_rules_and_the_usual_limits(stand: Stand, client: httpx.AsyncClient) -> None:
    del client
    tenant, _ = await registered(stand.container.engine, "New")
    session = await stand.join(tenant, role=Role.ADMIN)
    async with stand.client(session) as theirs:
        seen = (await theirs.get("/api/v1/settings/ai")).json()
        assert (seen["version"], seen["providers"], seen["rules_only"]) == (0, [], False)
        assert seen["limits"] == {"workspace_per_day": "20.00", "user_per_day": "5.00", "campaign": "5.00"}
        assert (await save(theirs, settings(provider()))).json()["version"] == 1


async def test_settings_are_saved_as_a_whole_and_read_back(client: httpx.AsyncClient) -> None:
    second = provider(
        name="own", kind="compatible", base_url="http://127.0.0.1:11434/v1", input_price=0, output_price=0
    )
    answer = await save(client, settings(provider(), second, efforts={"refine": "strong", "ideate": "strong"}))
    assert answer.status_code == 200, answer.text
    saved = answer.json()
    assert saved == (await client.get("/api/v1/settings/ai")).json()
    assert [each["name"] for each in saved["providers"]] == ["openai", "own"]
    assert saved["limits"] == {"workspace_per_day": "20.00", "user_per_day": "5.00", "campaign": None}
    steps = {each["step"]: (each["effort"], each["default_effort"]) for each in saved["steps"]}
    assert steps["refine"] == ("strong", "light")
    assert saved["efforts"] == {step: effort for step, (effort, _) in steps.items()}
    assert saved["warnings"] == []


async def test_two_administrators_do_not_overwrite_each_other(client: httpx.AsyncClient) -> None:
    version = (await client.get("/api/v1/settings/ai")).json()["version"]
    headers = {"If-Match": f'"{version}"'}
    first = await client.put("/api/v1/settings/ai", json=settings(provider()), headers=headers)
    second = await client.put("/api/v1/settings/ai", json=settings(rules_only=True), headers=headers)
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json()["error"]["details"]["current"] == first.json()
    bare = await client.put("/api/v1/settings/ai", json=settings())
    assert bare.status_code == 428


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (settings(provider(name="Open AI")), "providers.0.name"),
        (settings(provider(), provider()), "providers.1.name"),
        (settings(provider(models={})), "providers.0.models"),
        (settings(provider(models={"strong": "two words"})), "providers.0.models"),
        (settings(provider(models={"huge": "x"})), "providers.0.models.huge.[key]"),
        (settings(provider(kind="compatible")), "providers.0.base_url"),
        (settings(provider(base_url="ftp://models.example.com")), "providers.0.base_url"),
        (settings(provider(base_url="https://ada:secret@models.example.com")), "providers.0.base_url"),
        (settings(provider(base_url="https://models.example.com/v1?key=1")), "providers.0.base_url"),
        (settings(provider(base_url="http://[::1")), "providers.0.base_url"),
        (settings(provider(base_url="http://169.254.169.254/v1")), "providers.0.base_url"),
        (settings(provider(base_url="http://0xa9fea9fe/v1")), "providers.0.base_url"),
        (settings(provider(base_url="http://[::ffff:169.254.169.254]/")), "providers.0.base_url"),
        (settings(provider(base_url="http://metadata.google.internal/v1")), "providers.0.base_url"),
        (settings(provider(base_url="http://0.0.0.0:11434/v1")), "providers.0.base_url"),
        (settings(provider(kind="bedrock")), "providers.0.region"),
        (settings(provider(kind="bedrock", region="eu.evil.example/#")), "providers.0.region"),
        (settings(provider(input_price=1.0)), "providers.0.input_price"),
        (settings(provider(input_price=-1.0, output_price=1.0)), "providers.0.input_price"),
        (
            settings(limits={"workspace_per_day": "1e9", "user_per_day": None, "campaign": None}),
            "limits.workspace_per_day",
        ),
        (settings(limits={"workspace_per_day": None, "user_per_day": "-1", "campaign": None}), "limits.user_per_day"),
        (settings(limits={"workspace_per_day": None, "user_per_day": None, "campaign": "0.001"}), "limits.campaign"),
        (settings(efforts={"ideate": "heroic"}), "efforts.ideate"),
        (settings(key="x"), "key"),
    ],
)
async def test_what_cannot_be_used_is_named_by_field(
    client: httpx.AsyncClient, body: dict[str, Any], field: str
) -> None:
    answer = await save(client, body)
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["error"]["fields"]
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("http://127.0.0.1:11434/v1", False),
        ("http://localhost:8000/v1", False),
        ("https://models.example.com/v1", False),
        ("http://10.0.0.5:8000/v1", True),
        ("http://ollama:11434/v1", True),
    ],
)
async def test_servers_of_ones_own_network_are_allowed_and_plain_http_is_warned_of(
    *, client: httpx.AsyncClient, url: str, warned: bool
) -> None:
    saved = (await save(client, settings(provider(kind="compatible", base_url=url)))).json()
    assert bool(saved["warnings"]) is warned


@pytest.mark.parametrize("key", ["", " two words", "line\nbreak", "schlüssel", "x" * 5000])
async def test_what_cannot_be_a_key_is_refused_without_repeating_it(client: httpx.AsyncClient, key: str) -> None:
    answer = await set_key(client, key=f"{CANARY}{key}" if key else key)
    assert answer.status_code == 422
    assert list(answer.json()["error"]["fields"]) == ["key"]
    assert CANARY not in answer.text


async def test_a_key_for_access_to_bedrock_has_two_parts_or_none(client: httpx.AsyncClient) -> None:
    await save(client, settings(provider(name="aws", kind="bedrock", region="eu-central-1")))
    assert (await set_key(client, "aws", "AKIAEXAMPLE:")).status_code == 422
    assert (await set_key(client, "aws", "AKIAEXAMPLE:secret")).status_code == 204
    assert (await set_key(client, "aws", "ABSKQmVkcm9ja0FQSUtleQ==")).status_code == 204


async def test_a_key_is_set_and_destroyed(client: httpx.AsyncClient) -> None:
    await save(client, settings(provider()))
    assert (await client.delete("/api/v1/settings/ai/providers/openai/key")).status_code == 204
    assert (await client.get("/api/v1/settings/ai")).json()["providers"][0]["has_key"] is False
    assert (await set_key(client)).status_code == 204
    seen = (await client.get("/api/v1/settings/ai")).json()["providers"][0]
    assert seen["has_key"] is True
    assert seen["key_set_at"] is not None
    assert (await client.delete("/api/v1/settings/ai/providers/openai/key")).status_code == 204
    assert (await client.delete("/api/v1/settings/ai/providers/openai/key")).status_code == 204


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        (provider(models={"strong": "other"}, enabled=False), True),
        (provider(base_url="https://api.openai.example/v1"), False),
        (provider(kind="compatible", base_url="https://models.example.com/v1"), False),
        (provider(kind="bedrock", region="eu-central-1"), False),
        (provider(name="renamed"), False),
        (None, False),
    ],
)
async def test_a_key_never_goes_to_another_address_than_it_was_set_for(
    *, client: httpx.AsyncClient, changed: dict[str, Any] | None, kept: bool
) -> None:
    await save(client, settings(provider()))
    await set_key(client)
    await save(client, settings(*([changed] if changed else [])))
    await save(client, settings(provider()))
    assert (await client.get("/api/v1/settings/ai")).json()["providers"][0]["has_key"] is kept


async def test_the_address_of_a_server_may_change_its_path_but_not_its_port(client: httpx.AsyncClient) -> None:
    where = "https://models.example.com"
    await save(client, settings(provider(base_url=f"{where}/v1")))
    await set_key(client)
    await save(client, settings(provider(base_url=f"{where}:443/v2")))
    assert (await client.get("/api/v1/settings/ai")).json()["providers"][0]["has_key"] is True
    await save(client, settings(provider(base_url=f"{where}:8443/v2")))
    assert (await client.get("/api/v1/settings/ai")).json()["providers"][0]["has_key"] is False


async def test_a_canary_key_is_nowhere_but_sealed_in_its_row(
    client: httpx.AsyncClient, ada: Filled, stand: Stand, database: TestDatabase
) -> None:
    with everything_logged() as log:
        answers = [
            await save(client, settings(provider())),
            await set_key(client),
            await client.put("/api/v1/settings/ai/providers/nobody/key", json={"key": CANARY}),
            await client.put("/api/v1/settings/ai/providers/openai/key", json={"key": [CANARY]}),
            await client.put("/api/v1/settings/ai/providers/openai/key", json={"keys": CANARY}),
            await client.put("/api/v1/settings/ai/providers/openai/key", content=f'{{"key": "{CANARY}"'),
            await client.post("/api/v1/settings/ai/providers/openai/test", json={}),
            await client.get("/api/v1/settings/ai"),
            await client.get("/api/v1/usage"),
            await client.get("/api/v1/decisions/export"),
            await client.get("/api/v1/decisions?limit=100"),
            await save(client, settings(provider(), rules_only=True)),
        ]
        decisions = answers[-2].json()["items"]
        answers += [await client.get(f"/api/v1/decisions/{each['id']}") for each in decisions]
    assert {"ai_settings", "provider_key"} <= {each["step"] for each in decisions}
    assert not any(CANARY in f"{answer.headers}{answer.text}" for answer in answers)
    assert CANARY not in log.getvalue()
    assert stored(database, CANARY) == []
    async with stand.container.units.for_actor(ada.actor) as uow:
        assert (await uow.ai.with_keys())[1]["openai"] == CANARY
        assert CANARY not in repr(await uow.ai.settings())


async def test_a_key_opens_for_its_own_workspace_and_provider_only(
    client: httpx.AsyncClient, stand: Stand, ada: Filled, database: TestDatabase
) -> None:
    await save(client, settings(provider(), provider(name="other")))
    await set_key(client)
    url = make_url(database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as admin:
        admin.execute("UPDATE provider_keys SET provider = 'other' WHERE tenant_id = %s", (ada.tenant.id,))
    async with stand.container.units.for_actor(ada.actor) as uow:
        assert (await uow.ai.with_keys())[1] == {}


async def test_settings_and_keys_are_read_as_they_stood_together(
    client: httpx.AsyncClient, stand: Stand, ada: Filled, database: TestDatabase
) -> None:
    url = make_url(database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as admin:
        admin.execute("DELETE FROM ai_settings")
    async with stand.container.units.for_actor(ada.actor) as uow:
        fresh, none = await uow.ai.with_keys()
        assert (fresh.version, fresh.providers, none) == (0, (), {})
    await save(client, settings(provider(), provider(name="other")))
    await set_key(client)
    bob = await stand.tenant("Bob")
    async with stand.container.units.for_actor(ada.actor) as uow:
        found, keys = await uow.ai.with_keys()
        alone = await uow.ai.settings()
    assert [each.name for each in found.providers] == ["openai", "other"]
    assert (found.version, found.limits, found.efforts) == (alone.version, alone.limits, alone.efforts)
    assert keys == {"openai": CANARY}
    async with stand.container.units.for_actor(bob.actor) as uow:
        assert (await uow.ai.with_keys())[1] == {}


async def test_an_amount_that_is_none_hides_nothing_else_that_is_wrong(client: httpx.AsyncClient) -> None:
    wrong = settings(provider(), provider(name="other"), provider(name="other"))
    wrong["limits"] = {"workspace_per_day": "a lot", "user_per_day": "99999999999", "campaign": "1.2.3"}
    refused = await save(client, wrong)
    assert refused.status_code == 422
    assert set(refused.json()["error"]["fields"]) == {
        "limits.workspace_per_day",
        "limits.user_per_day",
        "limits.campaign",
        "providers.2.name",
    }


async def test_every_change_is_in_the_ledger_with_what_was_before(client: httpx.AsyncClient) -> None:
    await save(client, settings(provider()))
    await set_key(client)
    await save(client, settings())
    found = (await client.get("/api/v1/decisions?limit=100&sort=sequence")).json()["items"]
    mine = [each for each in found if each["step"] in {"ai_settings", "provider_key"}]
    assert [each["summary"] for each in mine] == [
        "The AI settings were changed.",
        "The key of openai was replaced.",
        "The AI settings were changed. The keys of openai were destroyed.",
    ]
    assert {each["author"] for each in mine} == {"person"}
    last = (await client.get(f"/api/v1/decisions/{mine[-1]['id']}")).json()
    assert last["output"]["before"]["providers"][0]["models"] == MODELS
    assert last["output"]["after"]["providers"] == []
    assert (await client.get("/api/v1/decisions/verify")).json()["valid"] is True
