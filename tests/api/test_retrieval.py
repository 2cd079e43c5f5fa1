"""Passages over HTTP: anonymous callers and other workspaces get nothing, owners get passages with exact quotes."""

from __future__ import annotations

from tests.api.conftest import Stand

from nexusplanner.domain.identity import Role


async def test_passages_are_found_with_exact_quotes_and_only_ones_own(stand: Stand) -> None:
    ada, bob = await stand.tenant("Ada"), await stand.tenant("Bob")
    query = {"q": "quokka claims"}
    async with stand.client() as nobody:
        assert (await nobody.get("/api/v1/retrieve", params=query)).status_code == 401
    async with stand.client(ada.session) as client:
        signal = {"source": "Trade press", "title": "Claims", "timestamp": "2026-03-01T00:00:00Z"}
        content = "Nothing new today. The quokka claims doubled in May! Prices stay."
        made = await client.post("/api/v1/signals", json=signal | {"content": content, "brand_id": str(ada.brand.id)})
        assert made.status_code == 201, made.text
        body = (await client.get("/api/v1/retrieve", params=query)).json()
    best = body["items"][0]
    assert best["passage"]["id"] == f"signal:{made.json()['id']}"
    assert best["passage"]["trust"] == "unverified"
    assert best["parts"]["lexical"] > 0
    quote = best["quotes"][0]
    assert quote["quote"] == "The quokka claims doubled in May!"
    assert best["passage"]["text"][quote["start"] : quote["end"]] == quote["quote"]
    assert body["took_ms"] > 0
    async with stand.client(bob.session) as client:
        assert "quokka" not in (await client.get("/api/v1/retrieve", params=query)).text
        foreign = await client.get("/api/v1/retrieve", params=query | {"brand_id": str(ada.brand.id)})
        assert foreign.status_code == 404


async def test_viewers_may_ask_and_bad_questions_name_their_field(stand: Stand) -> None:
    ada = await stand.tenant("Ada")
    viewer = await stand.join(ada.tenant, role=Role.VIEWER)
    async with stand.client(viewer) as client:
        found = await client.get("/api/v1/retrieve", params={"q": ada.service.name, "kinds": "service", "limit": 1})
        assert [each["passage"]["id"] for each in found.json()["items"]] == [f"service:{ada.service.id}"]
        for bad, name in (("q=", "q"), ("q=%20", "q"), ("q=a&limit=51", "limit"), ("", "q")):
            told = await client.get(f"/api/v1/retrieve?{bad}")
            assert told.status_code == 422, bad
            assert name in told.json()["error"]["fields"]
