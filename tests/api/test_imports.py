"""Files over HTTP: taken whole or not at all."""

from __future__ import annotations

import json
from typing import Any

import httpx
from tests.factories.storage import Filled

ACTUALS = "week,tv_spend,search_spend,revenue\n2026-01-05,1000,500.50,9000\n2026-01-12,1100,520,9100\n"
BAD = "week,tv_spend,search_spend,revenue\n2026-01-05,1000,500,9000\n2026-01-12,lots,520,9100\n2026-01-19,5,5,5\n"


async def send(
    client: httpx.AsyncClient, ada: Filled, text: str, *, route: str = "/api/v1/imports", **data: Any
) -> httpx.Response:
    form = {"kind": "actuals", "brand_id": str(ada.brand.id), **data}
    return await client.post(route, data=form, files={"file": ("actuals.csv", text.encode(), "text/csv")})


async def days(client: httpx.AsyncClient, ada: Filled) -> int:
    total: int = (await client.get("/api/v1/actuals", params={"brand_id": str(ada.brand.id)})).json()["total"]
    return total


async def test_a_preview_shows_what_a_file_would_bring_and_saves_nothing(
    client: httpx.AsyncClient, ada: Filled
) -> None:
    before = await days(client, ada)
    seen = await send(client, ada, BAD, route="/api/v1/imports/preview")
    assert seen.status_code == 200, seen.text
    preview = seen.json()
    assert preview["rows"] == 3
    assert preview["guessed"] is True
    assert preview["mapping"]["tv_spend"] == "spend:tv"
    assert preview["mapping"]["revenue"] == "outcome"
    (error,) = preview["errors"]
    assert (error["line"], error["column"], error["value"]) == (3, "tv_spend", "lots")
    assert error["reason"]
    assert await days(client, ada) == before


async def test_a_file_with_a_bad_row_is_refused_whole(client: httpx.AsyncClient, ada: Filled) -> None:
    before = await days(client, ada)
    refused = await send(client, ada, BAD)
    assert refused.status_code == 422
    error = refused.json()["error"]
    assert error["code"] == "IMPORT_REJECTED"
    assert error["details"]["errors"][0]["line"] == 3
    assert error["details"]["errors"][0]["column"] == "tv_spend"
    assert await days(client, ada) == before


async def test_bad_rows_are_skipped_when_asked(client: httpx.AsyncClient, ada: Filled) -> None:
    taken = await send(client, ada, BAD, skip_bad_rows="true")
    assert taken.status_code == 201, taken.text
    assert taken.json()["skipped"] == 1
    assert taken.json()["errors"][0]["line"] == 3


async def test_a_file_is_taken_and_replaces_what_it_repeats(client: httpx.AsyncClient, ada: Filled) -> None:
    before = await days(client, ada)
    assert (await send(client, ada, ACTUALS)).status_code == 201
    assert (await send(client, ada, ACTUALS)).status_code == 201
    after = await days(client, ada)
    assert before < after <= before + 4
    summary = (await client.get("/api/v1/actuals/summary", params={"brand_id": str(ada.brand.id)})).json()
    tv = next(row for row in summary["channels"] if row["channel"] == "tv")
    assert tv["spend"] == {"amount": "2100.00", "currency": "EUR"}
    assert any(row["role"] == "outcome" and row["total"] == 18100 for row in summary["metrics"])


async def test_a_mapping_that_names_a_wrong_column_is_explained(client: httpx.AsyncClient, ada: Filled) -> None:
    before = await days(client, ada)
    for mapping, word in (
        (json.dumps({"weeek": "day", "tv_spend": "spend:tv"}), "weeek"),
        (json.dumps({"week": "dya", "tv_spend": "spend:tv"}), "dya"),
        ("{not json", "JSON"),
        (15_000 * "[", "JSON"),
        (json.dumps(["week"]), "JSON"),
    ):
        refused = await send(client, ada, ACTUALS, mapping=mapping)
        assert refused.status_code == 422, refused.text
        assert word in refused.text
    assert await days(client, ada) == before


async def test_a_given_mapping_is_used(client: httpx.AsyncClient, ada: Filled) -> None:
    text = "Woche;Kosten\n05.01.2026;1.000,50\n"
    mapping = {"columns": {"Woche": "day", "Kosten": "spend:tv"}, "date_format": "day_first", "decimal_mark": ","}
    taken = await send(client, ada, text, mapping=json.dumps(mapping))
    assert taken.status_code == 201, taken.text
    rows = (await client.get("/api/v1/actuals", params={"brand_id": str(ada.brand.id), "channel": "tv"})).json()
    assert rows["items"][0]["spend"] == {"amount": "1000.50", "currency": "EUR"}
    assert rows["items"][0]["day"] == "2026-01-05"


async def test_a_request_without_its_parts_names_them(client: httpx.AsyncClient) -> None:
    refused = await client.post("/api/v1/imports", data={"kind": "weather"})
    assert refused.status_code == 422
    assert {"kind", "brand_id", "file"} <= set(refused.json()["error"]["fields"])


async def test_a_file_sent_twice_with_one_key_is_taken_once(client: httpx.AsyncClient, ada: Filled) -> None:
    form = {"kind": "actuals", "brand_id": str(ada.brand.id)}
    answers = []
    for boundary in ("first", "second"):
        request = client.build_request(
            "POST",
            "/api/v1/imports",
            data=form,
            files={"file": ("actuals.csv", ACTUALS.encode(), "text/csv")},
            headers={"Idempotency-Key": "k", "Content-Type": f"multipart/form-data; boundary={boundary}"},
        )
        answers.append(await client.send(request))
    assert [answer.status_code for answer in answers] == [201, 201], answers[-1].text
    assert answers[1].content == answers[0].content
