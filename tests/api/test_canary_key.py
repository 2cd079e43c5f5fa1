"""A whole run with real keys and bad providers: what comes of it holds no key."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.api.conftest import open_stand, settings_in
from tests.api.test_routes import brief
from tests.conftest import TestDatabase
from tests.factories.leaks import everything_logged, stored
from tests.fakes.wire import Behaviour, Reply, WireRequest, WireServer

from nexusplanner.domain.ai import ProviderKind
from nexusplanner.infrastructure.llm.models import ProviderModels

KEYS = {"loud": "sk-canary-aaaa1111", "broken": "AKIACANARY22:canary-bbbb3333", "good": "sk-canary-cccc4444"}
SECRETS = ["sk-canary-aaaa1111", "canary-bbbb3333", "sk-canary-cccc4444"]


def loud(request: WireRequest) -> Reply:
    """Refuses, and repeats the key that came."""
    return Reply(status=401, error=f"Incorrect API key provided: {request.key}")


async def test_keys_are_nowhere_in_what_a_run_leaves(database: TestDatabase, tmp_path: Path) -> None:
    await ProviderModels().warm_up()
    with everything_logged() as log:
        async with (
            WireServer(loud) as first,
            WireServer(Behaviour.STATUS_500) as second,
            WireServer(Behaviour.VALID) as third,
            open_stand(database, settings_in(tmp_path), worker=True) as stand,
        ):
            providers = [
                first.provider("loud"),
                second.provider("broken", kind=ProviderKind.BEDROCK),
                third.provider("good", kind=ProviderKind.COMPATIBLE),
            ]
            ada = await stand.tenant()
            async with stand.container.units.for_actor(ada.actor) as uow:
                settings = await uow.ai.settings()
                settings.providers, settings.rules_only = tuple(providers), False
                await uow.ai.save(settings)
                for name, key in KEYS.items():
                    await uow.ai.set_key(name, key=key, at=stand.clock.now())
            async with stand.client(ada.session) as client:
                made = await client.post(
                    "/api/v1/campaigns/generate", json=brief(ada), headers={"Prefer": "wait=25", "Idempotency-Key": "1"}
                )
                assert made.status_code == 201, made.text
                run = made.json()["run_id"]
                answers = [made]
                paths = [f"runs/{run}", f"decisions?run_id={run}&limit=100", "decisions/export", "usage", "settings/ai"]
                answers += [await client.get(f"/api/v1/{path}") for path in paths]
                decisions = answers[2].json()["items"]
                answers += [await client.get(f"/api/v1/decisions/{each['id']}") for each in decisions]
            heard = {request.key for server in (first, third) for request in server.requests}
    assert {KEYS["loud"], KEYS["good"]} <= heard
    assert second.requests
    assert "ai" in {each["author"] for each in decisions}
    for secret in SECRETS:
        assert not [answer.url.path for answer in answers if secret in f"{answer.headers}{answer.text}"]
        assert secret not in log.getvalue()
        assert stored(database, secret) == []
        assert files_with(tmp_path, secret) == []


def files_with(folder: Path, secret: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


@pytest.mark.parametrize("secret", SECRETS)
async def test_the_search_for_a_secret_finds_one(database: TestDatabase, tmp_path: Path, secret: str) -> None:
    async with open_stand(database, settings_in(tmp_path)) as stand:
        ada = await stand.tenant()
        async with stand.client(ada.session) as client:
            await client.patch(
                f"/api/v1/brands/{ada.brand.id}",
                json={"profile": secret},
                headers={"If-Match": f'"{ada.brand.version}"'},
            )
    assert stored(database, secret) == ["public.brands", "public.passages"]
