"""A plan says when another version of the brand's model is in use, and can be computed anew on it."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.api.test_campaigns import version
from tests.api.test_planning import Desk, amounts, desk
from tests.factories.actuals import put_actuals

__all__ = ["desk"]


async def refitted(desk: Desk) -> int:
    """The number of the version in use once the brand has seventy weeks of actuals."""
    brand = desk.tenant.brand.id
    async with desk.stand.container.units.for_actor(desk.tenant.actor) as uow:
        await put_actuals(uow, await uow.brands.get(brand), weeks=70)
    started = await desk.client.post(f"/api/v1/brands/{brand}/refit", json={})
    assert started.status_code == 202, started.text
    run: dict[str, Any] = started.json()
    for _ in range(900):
        run = (await desk.client.get(started.headers["location"])).json()
        if run["state"] not in {"queued", "running"}:
            break
        await asyncio.sleep(0.1)
    assert run["state"] == "succeeded", run
    number: int = (await desk.client.get(f"/api/v1/models/{run['model_id']}")).json()["number"]
    return number


async def stands_on(desk: Desk) -> dict[str, Any]:
    answer = await desk.client.get(f"{desk.address}/newer-model")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_plan_is_computed_anew_on_the_model_in_use_only_when_asked(desk: Desk) -> None:
    first = await stands_on(desk)
    assert first == {"number": first["number"], "change": None}
    number = await refitted(desk)
    plan = await desk.campaign()
    told = await stands_on(desk)
    change = told["change"]
    assert (told["number"], change["number"]) == (first["number"], number)
    assert change["allocation"]["expected_outcome"]["mean"] >= change["expected_outcome"]["mean"] * (1 - 1e-6)
    before = (await desk.client.get(f"{desk.address}/curves")).json()["channels"]

    same = await desk.client.put(f"{desk.address}/allocation", json={}, headers=version(plan))
    assert amounts(same.json()["channel_strategies"]) == amounts(plan["channel_strategies"])
    assert (await stands_on(desk))["change"]["number"] == number
    anew = await desk.client.put(
        f"{desk.address}/allocation", json={"newest_model": True}, headers=version(same.json())
    )
    assert anew.status_code == 200, anew.text
    assert amounts(anew.json()["channel_strategies"]) == amounts(change["allocation"]["channels"])
    assert anew.json()["metrics"]["expected_outcome"] == change["allocation"]["expected_outcome"]
    assert await stands_on(desk) == {"number": number, "change": None}

    after = (await desk.client.get(f"{desk.address}/curves")).json()["channels"]
    pairs = zip(before, after, strict=True)
    assert {new["channel"] for old, new in pairs if old["mean"] != new["mean"]} == {"search"}
    entries = (await desk.client.get("/api/v1/decisions", params={"campaign_id": plan["id"]})).json()["items"]
    kept = [each for each in entries if each["step"] == "save_allocation"]
    assert len(kept) == 2
