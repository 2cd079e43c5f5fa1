"""From a brief to a plan over HTTP, with a real worker behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.conftest import Stand, open_stand, settings_in
from tests.api.test_routes import brief
from tests.conftest import TestDatabase
from tests.factories.storage import Filled

from nexusplanner.domain.identity import Role

WAIT = {"Prefer": "wait=25"}


@pytest.fixture
async def working(database: TestDatabase, tmp_path: Path) -> AsyncIterator[Stand]:
    """The application with a worker in the same process."""
    async with open_stand(database, settings_in(tmp_path), worker=True) as opened:
        yield opened


def version(campaign: dict[str, Any]) -> dict[str, str]:
    return {"If-Match": f'"{campaign["version"]}"'}


async def test_a_brief_becomes_a_plan_that_can_be_changed(working: Stand) -> None:
    ada = await working.tenant()
    async with working.client(ada.session) as client:
        body = {**brief(ada), "channels": ["search", "social"], "name": "Spring sale"}
        made = await client.post("/api/v1/campaigns/generate", json=body, headers={**WAIT, "Idempotency-Key": "1"})
        assert made.status_code == 201, made.text
        assert made.headers["preference-applied"] == "wait=25"
        campaign = made.json()
        address = made.headers["location"]
        assert address == f"/api/v1/campaigns/{campaign['id']}"
        assert (await client.get(address)).json() == campaign

        again = await client.post("/api/v1/campaigns/generate", json=body, headers={**WAIT, "Idempotency-Key": "1"})
        assert again.content == made.content
        assert again.status_code == 201

        budgets = [Decimal(part["budget"]["amount"]) for part in campaign["channel_strategies"]]
        unspent = Decimal(campaign["certificate"]["unspent"]["amount"])
        assert sum(budgets) + unspent == Decimal("1000.00")
        assert campaign["certificate"]["gap"] <= 1e-6
        assert len({idea["theme"] for idea in campaign["ideas"]}) >= 3
        passages = {passage["id"]: passage["text"] for passage in campaign["evidence"]}
        for idea in campaign["ideas"]:
            for claim in idea["claims"]:
                for citation in claim["citations"]:
                    text = passages[citation["passage_id"]]
                    assert text[citation["start"] : citation["end"]] == citation["quote"]

        await _change_allocation(client, address, campaign)
        await _change_ideas(client, address)
        assert (await client.get("/api/v1/decisions/verify")).json()["valid"] is True


async def _change_allocation(client: httpx.AsyncClient, address: str, campaign: dict[str, Any]) -> None:
    curves = (await client.get(f"{address}/curves")).json()
    assert {curve["channel"] for curve in curves["channels"]} == {"search", "social"}
    assert all(len(curve["spend"]) == len(curve["low"]) == len(curve["high"]) for curve in curves["channels"])

    lock = {"limits": [{"channel": "search", "lock": {"amount": "123.45", "currency": "EUR"}}]}
    preview = (await client.post(f"{address}/allocation/preview", json=lock)).json()
    locked = next(part for part in preview["channels"] if part["channel"] == "search")
    assert locked["budget"]["amount"] == "123.45"
    assert locked["locked"] is True
    assert (await client.get(address)).json() == campaign, "a preview saves nothing"

    impossible = {"limits": [{"channel": "search", "minimum": {"amount": "2000.00", "currency": "EUR"}}]}
    for method, path in (("POST", f"{address}/allocation/preview"), ("PUT", f"{address}/allocation")):
        refused = await client.request(method, path, json=impossible, headers=version(campaign))
        assert refused.status_code == 422, refused.text
        assert refused.json()["error"]["code"] == "INFEASIBLE_LIMITS"
        assert refused.json()["error"]["fields"]
    assert (await client.put(f"{address}/allocation", json=lock)).status_code == 428

    kept = await client.put(f"{address}/allocation", json=lock, headers=version(campaign))
    assert kept.status_code == 200, kept.text
    search = next(part for part in kept.json()["channel_strategies"] if part["channel"] == "search")
    assert search["budget"]["amount"] == "123.45"
    flown = sum(Decimal(week["amount"]["amount"]) for flight in search["flights"] for week in flight["weekly"])
    assert flown == Decimal("123.45")
    assert "divided anew" in kept.json()["explanation"]["warnings"][0]
    stale = await client.put(f"{address}/allocation", json=lock, headers=version(campaign))
    assert stale.status_code == 412
    assert stale.json()["error"]["details"]["current"] == kept.json()


async def _change_ideas(client: httpx.AsyncClient, address: str) -> None:
    campaign = (await client.get(address)).json()
    first, *others = campaign["ideas"]
    chosen = await client.patch(
        f"{address}/ideas/{first['id']}", json={"chosen": True, "target_kpi": "calls"}, headers=version(campaign)
    )
    assert chosen.status_code == 200, chosen.text
    assert chosen.json()["ideas"][0]["chosen"] is True
    assert chosen.json()["ideas"][0]["target_kpi"] == "calls"

    one = await client.post(f"{address}/ideas/{first['id']}/regenerate", json={"note": "Bolder."}, headers=WAIT)
    assert one.status_code == 201, one.text
    assert one.json()["ideas"] == chosen.json()["ideas"], "what a regeneration found waits beside the plan"
    (offered,) = one.json()["alternatives"]
    assert (offered["kind"], offered["state"], offered["idea_id"]) == ("idea", "open", first["id"])
    taken = await client.post(f"{address}/alternatives/{offered['id']}/accept", json={}, headers=version(one.json()))
    assert taken.status_code == 200, taken.text
    assert [idea["theme"] for idea in taken.json()["ideas"]] == [
        offered["after"]["ideas"][0]["theme"],
        *(idea["theme"] for idea in others),
    ]
    assert taken.json()["alternatives"] == []

    texts = await client.post(f"{address}/channel-strategies/regenerate", json={}, headers=WAIT)
    assert texts.status_code == 201, texts.text
    budgets = [part["budget"] for part in texts.json()["channel_strategies"]]
    assert budgets == [part["budget"] for part in campaign["channel_strategies"]]

    ideas = await client.post(f"{address}/ideas/regenerate", json={"note": "Shorter."}, headers=WAIT)
    assert ideas.status_code == 201, ideas.text
    waiting = next(each for each in ideas.json()["alternatives"] if each["kind"] == "ideas")
    kept = await client.post(f"{address}/alternatives/{waiting['id']}/accept", json={}, headers=version(ideas.json()))
    assert [idea["id"] for idea in kept.json()["ideas"]] == [idea["id"] for idea in waiting["after"]["ideas"]]
    warnings = kept.json()["explanation"]["warnings"]
    assert [sum(word in line for line in warnings) for word in ("made anew", "divided anew")] == [1, 1]
    runs = (await client.get("/api/v1/runs", params={"campaign_id": campaign["id"], "mine": "true"})).json()
    assert runs["total"] == 4
    assert {run["state"] for run in runs["items"]} == {"succeeded"}


async def test_without_the_wish_to_wait_the_run_comes_back_and_can_be_cancelled(
    stand: Stand, client: httpx.AsyncClient, ada: Filled
) -> None:
    started = await client.post("/api/v1/campaigns/generate", json=brief(ada))
    assert started.status_code == 202
    run = started.json()
    assert started.headers["location"] == f"/api/v1/runs/{run['id']}"
    assert (run["state"], run["progress"], run["campaign_name"]) == ("queued", 0.0, "Spring")
    assert all(step["label"] and step["state"] == "pending" for step in run["steps"])

    waited = await client.post("/api/v1/campaigns/generate", json=brief(ada), headers={"Prefer": "wait=1"})
    assert waited.status_code == 202, "nobody works here, so the wait ends without a plan"
    assert waited.headers["preference-applied"] == "wait=1"

    campaign = f"/api/v1/campaigns/{run['campaign_id']}"
    busy = await client.post(f"{campaign}/generate")
    assert busy.status_code == 409
    assert busy.json()["error"]["code"] == "RUN_ACTIVE"
    row = next(
        each for each in (await client.get("/api/v1/campaigns")).json()["items"] if each["id"] == run["campaign_id"]
    )
    assert (row["run_id"], row["run_state"], row["ideas"]) == (run["id"], "queued", 0)
    assert (row["expected_outcome"], row["supported_share"]) == (None, None), (
        "nothing is supported before there is a plan"
    )

    address = f"/api/v1/runs/{run['id']}"
    active = (await client.get("/api/v1/runs", params={"active": "true"})).json()
    assert run["id"] in [each["id"] for each in active["items"]]
    cancelled = await client.post(f"{address}/cancel")
    assert cancelled.json()["state"] == "cancelled"
    assert (await client.post(f"{address}/cancel")).status_code == 409
    retried = await client.post(f"{address}/retry")
    assert retried.json()["state"] == "queued"
    async with stand.client(await stand.join(ada.tenant, role=Role.VIEWER)) as viewer:
        assert (await viewer.get(address)).json() == retried.json()
        assert (await viewer.post(f"{address}/cancel")).status_code == 403


async def test_an_impossible_brief_is_refused_field_by_field_and_leaves_nothing(
    client: httpx.AsyncClient, ada: Filled
) -> None:
    before = (await client.get("/api/v1/campaigns")).json()["total"], (await client.get("/api/v1/runs")).json()["total"]
    wrong = [
        ({"total_budget": {"amount": "-5.00", "currency": "EUR"}}, 422, "total_budget"),
        ({"total_budget": {"amount": "0", "currency": "EUR"}}, 422, "total_budget"),
        ({"total_budget": {"amount": "10.00", "currency": "euros"}}, 422, "total_budget.currency"),
        ({"total_budget": 1000}, 422, "total_budget"),
        ({"end_date": "2026-01-01"}, 422, "end_date"),
        ({"theme": "  "}, 422, "theme"),
        (
            {"limits": [{"channel": "tv", "minimum": {"amount": "1", "currency": "USD"}}]},
            422,
            "limits.0",
        ),
        ({"service_id": str(ada.brand.id)}, 404, None),
    ]
    for change, status, field in wrong:
        for route in ("/api/v1/campaigns/generate", "/api/v1/campaigns"):
            refused = await client.post(route, json={**brief(ada), "name": "Spring", **change})
            assert refused.status_code == status, f"{change}: {refused.text}"
            error = refused.json()["error"]
            assert "Content-Type" not in str(error["fields"])
            assert (field in error["fields"]) if field else (error["code"] == "SERVICE_NOT_FOUND"), refused.text
    after = (await client.get("/api/v1/campaigns")).json()["total"], (await client.get("/api/v1/runs")).json()["total"]
    assert after == before


async def test_a_draft_is_kept_renamed_moved_deleted_and_restored(client: httpx.AsyncClient, ada: Filled) -> None:
    made = await client.post("/api/v1/campaigns", json={**brief(ada), "name": "Draft"})
    assert made.status_code == 201, made.text
    campaign = made.json()
    assert (campaign["certificate"], campaign["ideas"], campaign["metrics"]["planned"]["amount"]) == (None, [], "0.00")
    assert campaign["allowed_statuses"] == ["cancelled", "in_review"]
    address = f"/api/v1/campaigns/{campaign['id']}"
    curves = await client.get(f"{address}/curves")
    assert curves.status_code == 409
    assert curves.json()["error"]["code"] == "NO_PLAN"

    renamed = await client.patch(address, json={"name": "Sketch"}, headers=version(campaign))
    assert renamed.json()["name"] == "Sketch"
    wrong = await client.post(f"{address}/status", json={"status": "completed"}, headers=version(renamed.json()))
    assert wrong.status_code == 409
    assert "in_review" in wrong.json()["error"]["message"]

    assert (await client.delete(address)).status_code == 204
    assert (await client.get(address)).status_code == 404
    rows = (await client.get("/api/v1/campaigns", params={"query": "sketch"})).json()
    assert rows["total"] == 0
    assert (await client.post(f"{address}/restore")).json()["name"] == "Sketch"
    rows = (
        await client.get("/api/v1/campaigns", params={"query": "sketch", "status": "draft", "fields": "name"})
    ).json()
    assert rows["items"] == [{"name": "Sketch"}]


async def test_the_demonstration_data_is_loaded_once_by_an_administrator(stand: Stand, ada: Filled) -> None:
    async with stand.client(await stand.join(ada.tenant, role=Role.USER)) as user:
        assert (await user.post("/api/v1/demo")).status_code == 403
    async with stand.client(ada.session) as client:
        loaded = await client.post("/api/v1/demo")
        assert loaded.status_code == 201, loaded.text
        counts = loaded.json()
        assert counts["services"] == 6
        again = await client.post("/api/v1/demo")
        assert again.status_code == 409
        assert again.json()["error"]["code"] == "DEMO_LOADED"
        services = (await client.get("/api/v1/services", params={"query": "fernhollow"})).json()["items"]
        known = await client.get("/api/v1/knowledge", params={"service_id": services[0]["id"]})
        assert known.status_code == 200, known.text
        assert any(channel["quality"] == "measured" for channel in known.json()["channels"])
        hits = (await client.get("/api/v1/search", params={"q": services[0]["name"][:6]})).json()["items"]
        assert services[0]["id"] in [hit["id"] for hit in hits]
