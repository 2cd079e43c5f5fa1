"""Replay, drafts by another model, and plans without a source, over HTTP with a real worker behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.api.conftest import Stand, open_stand, settings_in
from tests.api.test_campaigns import WAIT
from tests.api.test_routes import brief
from tests.conftest import TestDatabase

from nexusplanner.domain.identity import Role


@pytest.fixture
async def working(database: TestDatabase, tmp_path: Path) -> AsyncIterator[Stand]:
    """The application with a worker in the same process."""
    async with open_stand(database, settings_in(tmp_path), worker=True) as opened:
        yield opened


async def test_a_run_is_replayed_made_again_and_asked_what_it_would_be_without(working: Stand) -> None:
    ada = await working.tenant()
    viewer = await working.join(ada.tenant, role=Role.VIEWER)
    async with working.client(ada.session) as client:
        made = (await client.post("/api/v1/campaigns/generate", json=brief(ada), headers=WAIT)).json()
        run = (await client.get(f"/api/v1/runs/{made['run_id']}")).json()
        assert run["partial"] is None
        assert {step["name"]: step["provider"] for step in run["steps"]}["ideate"] == "rules"
        assert {step["name"]: step["provider"] for step in run["steps"]}["flight"] == ""

        replayed = await client.post(f"/api/v1/runs/{run['id']}/replay", json={})
        assert replayed.status_code == 200, replayed.text
        assert replayed.json()["identical"] is True, replayed.json()
        assert [step["step"] for step in replayed.json()["steps"]] == [step["name"] for step in run["steps"]]

        again = {"json": {"provider": "rules"}, "headers": {"Idempotency-Key": "again"}}
        other = await client.post(f"/api/v1/runs/{run['id']}/replay-with", **again)
        assert other.status_code == 202, other.text
        assert (await client.post(f"/api/v1/runs/{run['id']}/replay-with", **again)).json() == other.json()
        assert other.json()["campaign_name"] == f"{made['name']} (replayed with rules)"
        unknown = await client.post(f"/api/v1/runs/{run['id']}/replay-with", json={"provider": "x", "model": "y"})
        assert (unknown.status_code, list(unknown.json()["error"]["fields"])) == (422, ["provider"])

        bare = await client.post(f"/api/v1/runs/{ada.run.id}/replay", json={})
        assert (bare.status_code, bare.json()["error"]["code"]) == (409, "RUN_NOT_REPLAYABLE")

    address = f"/api/v1/campaigns/{made['id']}/counterfactuals"
    async with working.client(viewer) as client:
        assert (await client.post(f"/api/v1/runs/{run['id']}/replay", json={})).status_code == 403
        sources = (await client.get(f"{address}/candidates")).json()["items"]
        assert sources
        answer = await client.post(address, json={"without": [sources[0]["id"]]})
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert found["without"] == [sources[0]]
        assert found["outcome"]["before"] == found["outcome"]["after"]
        assert [each["before"] for each in found["channels"]] == [each["after"] for each in found["channels"]]
        assert set(found["ideas"]["kept"] + found["ideas"]["gone"]) == {idea["theme"] for idea in made["ideas"]}
        assert found["made_by"] == "rules"
        assert (await client.post(address, json={})).status_code == 422
