"""Model versions, refits and the summary, as callers see them."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from tests.api.conftest import Stand
from tests.factories import records
from tests.factories.actuals import put_actuals
from tests.factories.storage import Filled

from nexusplanner.application.durable.workflow import RunRef
from nexusplanner.bootstrap import run_steps
from nexusplanner.domain.shared import RunId


async def refitted(stand: Stand, client: httpx.AsyncClient, owner: Filled) -> dict[str, Any]:
    """A refit through the API, carried out as a worker does; the run at its end."""
    started = await client.post(f"/api/v1/brands/{owner.brand.id}/refit", json={})
    assert started.status_code == 202, started.text
    container = stand.container
    steps = run_steps(
        container.units, ideation=container.ideation, reference=container.reference, clock=container.clock
    )
    ref = RunRef(tenant_id=owner.tenant.id, run_id=RunId(UUID(started.json()["id"])))
    held = await steps.begin(ref)
    for step in held.steps:
        await steps.perform(ref, step=step, token=held.token)
    run: dict[str, Any] = (await client.get(started.headers["location"])).json()
    return run


@pytest.fixture
async def measured(stand: Stand, ada: Filled) -> Filled:
    """Ada's brand with seventy weeks of actuals."""
    async with stand.container.units.for_actor(ada.actor) as uow:
        await put_actuals(uow, await uow.brands.get(ada.brand.id), weeks=70)
    return ada


async def test_a_refit_is_followed_like_every_run_and_names_its_model(
    stand: Stand, client: httpx.AsyncClient, measured: Filled
) -> None:
    run = await refitted(stand, client, measured)
    assert (run["kind"], run["state"], run["progress"]) == ("refit", "succeeded", 1)
    assert run["brand_id"] == str(measured.brand.id)
    assert run["steps"][0]["label"] == "Read the actuals"
    model = (await client.get(f"/api/v1/models/{run['model_id']}")).json()
    assert (model["state"], model["number"], model["source"]) == ("adopted", 2, "fit")
    weeks = len(model["dates"])
    assert weeks == model["weeks"] == len(model["outcome"]) == len(model["fitted"]["low"]) == len(model["residuals"])
    assert len(model["holdout"]["dates"]) == 13
    (search, tv) = sorted(model["channels"], key=lambda each: each["channel"])
    assert search["channel_name"] == "Search"
    assert len(search["weekly"]["mean"]) == weeks
    curve = search["curve"]
    assert len(curve["spend"]) == len(curve["mean"]) == len(curve["low"]) == len(curve["high"]) > 10
    assert curve["mean"] == sorted(curve["mean"])
    assert curve["spend"][-1] > search["spend_seen"]
    assert tv["roi"]["low"] < tv["roi"]["mean"] < tv["roi"]["high"]


async def test_the_summary_tells_accuracy_model_and_what_is_out_of_date(
    stand: Stand, client: httpx.AsyncClient, measured: Filled
) -> None:
    params = {"brand_id": str(measured.brand.id)}
    before = (await client.get("/api/v1/measurement", params=params)).json()
    assert (before["adopted"], before["stale"], before["channels"]) == (None, False, [])
    assert before["candidate"]["number"] == 1
    await refitted(stand, client, measured)
    after = (await client.get("/api/v1/measurement", params=params)).json()
    assert after["adopted"]["number"] == 2
    assert after["accuracy"]["weeks"] == 13
    assert after["accuracy"]["band"] == 0.9
    assert 0 <= after["accuracy"]["coverage"] <= 1
    assert [row["number"] for row in after["accuracy"]["by_model"]] == [1, 2]
    assert after["experiments"] == 1
    assert {each["channel"] for each in after["channels"]} == {"search", "tv"}
    assert not after["stale"]
    tested = {
        **params,
        "channel": "tv",
        "start_date": "2026-02-02",
        "end_date": "2026-02-15",
        "lift": {"mean": 9000, "low": 8000, "high": 10000},
    }
    assert (await client.post("/api/v1/experiments", json=tested)).status_code == 201
    stale = (await client.get("/api/v1/measurement", params=params)).json()
    assert stale["stale"]
    assert "experiments" in stale["stale_reason"]


async def test_a_candidate_is_adopted_with_a_reason_and_the_ledger_tells_of_it(
    client: httpx.AsyncClient, ada: Filled
) -> None:
    address = f"/api/v1/models/{ada.model.id}"
    adopted = await client.post(f"{address}/adopt", json={"reason": "It fits what we see."})
    assert adopted.status_code == 200, adopted.text
    assert (adopted.json()["state"], adopted.json()["reason"]) == ("adopted", "It fits what we see.")
    decisions = (await client.get("/api/v1/decisions", params={"sort": "-sequence"})).json()["items"]
    assert (decisions[0]["step"], decisions[0]["author"]) == ("adopt_model", "person")
    again = await client.post(f"{address}/adopt", json={})
    assert again.status_code == 409
    assert again.json()["error"]["code"] == "MODEL_STATE"
    assert (await client.post(f"{address}/reject", json={})).status_code == 409


async def test_a_repeated_request_adopts_once(client: httpx.AsyncClient, ada: Filled) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    address = f"/api/v1/models/{ada.model.id}/adopt"
    first = await client.post(address, json={"reason": "Yes."}, headers=headers)
    second = await client.post(address, json={"reason": "Yes."}, headers=headers)
    assert (second.status_code, second.content) == (200, first.content)
    assert second.headers["idempotency-replayed"] == "true"


async def test_a_rejected_version_stays_out(client: httpx.AsyncClient, ada: Filled) -> None:
    address = f"/api/v1/models/{ada.model.id}"
    rejected = await client.post(f"{address}/reject", json={"reason": "March is missing."})
    assert rejected.json()["state"] == "rejected"
    assert (await client.post(f"{address}/adopt", json={})).status_code == 409
    too_long = await client.post(f"{address}/reject", json={"reason": "x" * 501})
    assert list(too_long.json()["error"]["fields"]) == ["reason"]


async def test_two_versions_stand_side_by_side(stand: Stand, client: httpx.AsyncClient, measured: Filled) -> None:
    run = await refitted(stand, client, measured)
    params = {"first": str(measured.model.id), "second": run["model_id"]}
    found = (await client.get("/api/v1/models/compare", params=params)).json()
    assert (found["first"]["number"], found["second"]["number"]) == (1, 2)
    channels = {each["channel"]: each for each in found["channels"]}
    assert channels["tv"]["first"] is None
    assert channels["search"]["first"]["roi"]["mean"] == 2.0
    assert "version 2 was off by" in found["verdict"]


async def test_versions_of_two_brands_are_not_compared(stand: Stand, client: httpx.AsyncClient, ada: Filled) -> None:
    other = records.brand(ada.tenant.id, name="Southwind")
    model = records.model_version(other)
    async with stand.container.units.for_actor(ada.actor) as uow:
        uow.brands.add(other)
        uow.models.add(model)
    params = {"first": str(ada.model.id), "second": str(model.id)}
    refused = await client.get("/api/v1/models/compare", params=params)
    assert refused.status_code == 422
    assert list(refused.json()["error"]["fields"]) == ["second"]


async def test_a_refit_without_enough_actuals_is_refused_in_words(client: httpx.AsyncClient, ada: Filled) -> None:
    refused = await client.post(f"/api/v1/brands/{ada.brand.id}/refit", json={})
    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "TOO_LITTLE_HISTORY"
    assert "26" in refused.json()["error"]["message"]


async def test_a_second_refit_waits_for_the_first(client: httpx.AsyncClient, measured: Filled) -> None:
    address = f"/api/v1/brands/{measured.brand.id}/refit"
    first = await client.post(address, json={})
    refused = await client.post(address, json={})
    assert refused.status_code == 409
    assert refused.json()["error"]["details"] == {"run_id": first.json()["id"]}


async def test_lists_are_of_one_brand_or_of_all(stand: Stand, client: httpx.AsyncClient, ada: Filled) -> None:
    for route in ("models", "experiments"):
        everything = (await client.get(f"/api/v1/{route}")).json()
        assert everything["total"] == 1
        assert everything == (await client.get(f"/api/v1/{route}", params={"brand_id": str(ada.brand.id)})).json()
        unknown = await client.get(f"/api/v1/{route}", params={"brand_id": str(uuid4())})
        assert unknown.json()["error"]["code"] == "BRAND_NOT_FOUND"
    assert "document" not in everything["items"][0]


def model_file(**changes: Any) -> dict[str, Any]:
    draws = {"alpha_m": [[0.3]] * 60, "ec_m": [[1.0]] * 60, "slope_m": [[1.2]] * 60, "beta_m": [[0.5]] * 60}
    body = {"channels": ["tv_S"], "posterior": draws, "spend_per_unit": 4000, "outcome_scale": 50000, **changes}
    return {"file": ("model.json", json.dumps(body).encode(), "application/json")}


async def test_a_model_of_another_program_waits_for_a_person(client: httpx.AsyncClient, ada: Filled) -> None:
    form = {"brand_id": str(ada.brand.id), "format": "meridian"}
    made = await client.post("/api/v1/models/import", data=form, files=model_file())
    assert made.status_code == 201, made.text
    model = made.json()
    assert (model["state"], model["source"], model["number"]) == ("candidate", "meridian", 2)
    assert [channel["channel"] for channel in model["channels"]] == ["tv"]
    assert model["channels"][0]["quality"] == "measured"
    assert "imported from Meridian" in model["channels"][0]["quality_reason"]
    assert model["holdout"] is None
    again = await client.post("/api/v1/models/import", data=form, files=model_file())
    assert (again.status_code, again.json()["error"]["code"]) == (409, "MODEL_EXISTS")
    adopted = await client.post(f"/api/v1/models/{model['id']}/adopt", json={"reason": "Our analysts made it."})
    assert adopted.json()["state"] == "adopted"
    found = (await client.get("/api/v1/measurement", params={"brand_id": str(ada.brand.id)})).json()
    assert (found["adopted"]["source"], found["stale"]) == ("meridian", False)
    decisions = (await client.get("/api/v1/decisions", params={"sort": "-sequence"})).json()["items"]
    assert [each["step"] for each in decisions[:2]] == ["adopt_model", "import_model"]


async def test_a_bad_model_file_names_its_key_and_keeps_nothing(client: httpx.AsyncClient, ada: Filled) -> None:
    form = {"brand_id": str(ada.brand.id), "format": "meridian"}
    refused = await client.post("/api/v1/models/import", data=form, files=model_file(channels=["tv", "search"]))
    assert refused.status_code == 422
    assert refused.json()["error"]["code"] == "MODEL_FILE_UNUSABLE"
    assert "posterior.alpha_m[0]" in refused.json()["error"]["fields"]["file"]
    unknown = await client.post("/api/v1/models/import", data={**form, "format": "excel"}, files=model_file())
    assert list(unknown.json()["error"]["fields"]) == ["format"]
    assert (await client.get("/api/v1/models")).json()["total"] == 1


async def test_the_report_is_one_file_to_download(client: httpx.AsyncClient, ada: Filled) -> None:
    answer = await client.get(f"/api/v1/models/{ada.model.id}/report")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="model-1.html"'
    assert "Response model of Northwind, version 1" in answer.text
    assert "<script" not in answer.text
