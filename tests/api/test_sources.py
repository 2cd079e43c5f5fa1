"""Sources at the edge: feeds, webhooks, previews."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.conftest import Stand, open_stand, settings_in
from tests.conftest import TestDatabase
from tests.factories.feeds import Entry, rss_20
from tests.factories.storage import Filled
from tests.fakes.web import Answer, WebServer

from nexusplanner.application.sources.signatures import sign
from nexusplanner.domain.identity import Role

FEED = {"name": "Trade weekly", "kind": "feed", "url": "https://trade.example/feed.xml"}
HOOK = {"name": "Press desk", "kind": "webhook", "trust": "own"}
PATIENCE = 60
ITEMS = {"items": [{"title": "Prices <b>rise</b>", "content": "Gas is dearer.", "url": "https://press.example/1"}]}


async def made(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    response = await client.post("/api/v1/sources", json=body)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_nobody_signed_in_sees_sources(stand: Stand) -> None:
    async with stand.client() as anonymous:
        assert (await anonymous.get("/api/v1/sources")).status_code == 401
        assert (await anonymous.post("/api/v1/sources", json=FEED)).status_code == 401


async def test_a_viewer_reads_sources_and_changes_none(stand: Stand, ada: Filled, client: httpx.AsyncClient) -> None:
    source = await made(client, FEED)
    async with stand.client(await stand.join(ada.tenant, role=Role.VIEWER)) as viewer:
        assert (await viewer.get(f"/api/v1/sources/{source['id']}")).status_code == 200
        assert (await viewer.post("/api/v1/sources", json=FEED)).status_code == 403
        assert (await viewer.post("/api/v1/sources/preview", json={"url": FEED["url"]})).status_code == 403
        assert (await viewer.post(f"/api/v1/sources/{source['id']}/fetch")).status_code == 403
        assert (await viewer.delete(f"/api/v1/sources/{source['id']}")).status_code == 403


async def test_another_workspaces_source_is_not_there(stand: Stand, client: httpx.AsyncClient) -> None:
    source = await made(client, FEED)
    bob = await stand.tenant("Bob")
    async with stand.client(bob.session) as other:
        for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/fetch"), ("POST", "/secret")):
            response = await other.request(method, f"/api/v1/sources/{source['id']}{path}")
            assert response.status_code == 404, (method, path)
            assert response.json()["error"]["code"] == "SOURCE_NOT_FOUND"
        listed = (await other.get("/api/v1/sources")).json()
        assert source["id"] not in [each["id"] for each in listed["items"]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"url": ""}, "url"),
        ({"url": "ftp://trade.example/feed"}, "url"),
        ({"every_minutes": 5}, "every_minutes"),
        ({"kind": "webhook"}, "url"),
        ({"trust": "blind"}, "trust"),
        ({"secret": "mine"}, "secret"),
    ],
)
async def test_what_makes_no_source_is_named(client: httpx.AsyncClient, changes: dict[str, Any], field: str) -> None:
    response = await client.post("/api/v1/sources", json={**FEED, **changes})
    assert response.status_code == 422
    assert field in response.json()["error"]["fields"]


async def test_a_feed_waits_to_be_fetched_and_shows_no_secret(client: httpx.AsyncClient) -> None:
    source = await made(client, FEED)
    assert source["state"] == "waiting"
    assert source["next_fetch_at"] == source["created_at"]
    assert source["hook_path"] is None
    assert source["secret"] is None
    assert (source["trust"], source["every_minutes"], source["items"]) == ("published", 60, 0)


async def test_an_edit_needs_the_version_and_a_new_address_is_fetched_at_once(
    client: httpx.AsyncClient, stand: Stand
) -> None:
    source = await made(client, FEED)
    path = f"/api/v1/sources/{source['id']}"
    stand.clock.move(minutes=5)
    assert (await client.patch(path, json={"name": "Daily"})).status_code == 428
    moved = {"url": "https://trade.example/new.xml", "every_minutes": 120, "name": "Daily"}
    edited = await client.patch(path, json=moved, headers={"If-Match": str(source["version"])})
    assert edited.status_code == 200
    found = edited.json()
    assert {name: found[name] for name in moved} == moved
    assert found["next_fetch_at"] > source["next_fetch_at"]
    stale = await client.patch(path, json={"name": "Old"}, headers={"If-Match": str(source["version"])})
    assert stale.status_code == 412
    assert stale.json()["error"]["details"]["current"]["name"] == "Daily"


async def test_a_fetch_is_a_run_and_a_second_waits_for_the_first(client: httpx.AsyncClient) -> None:
    source = await made(client, FEED)
    started = await client.post(f"/api/v1/sources/{source['id']}/fetch")
    assert started.status_code == 202
    run = started.json()
    assert started.headers["location"] == f"/api/v1/runs/{run['id']}"
    assert run["kind"] == "fetch_source"
    assert [step["name"] for step in run["steps"]] == ["fetch", "sort_in"]
    second = await client.post(f"/api/v1/sources/{source['id']}/fetch")
    assert second.status_code == 409
    assert second.json()["error"]["code"] == "RUN_ACTIVE"
    assert (await client.post(f"/api/v1/runs/{run['id']}/cancel")).status_code == 200
    third = await client.post(f"/api/v1/sources/{source['id']}/fetch")
    assert third.status_code == 202
    retried = await client.post(f"/api/v1/runs/{run['id']}/retry")
    assert retried.json()["error"]["code"] == "RUN_ACTIVE"


async def test_a_webhook_is_not_fetched_and_a_feed_has_no_secret(client: httpx.AsyncClient) -> None:
    feed, hook = await made(client, FEED), await made(client, HOOK)
    assert (await client.post(f"/api/v1/sources/{hook['id']}/fetch")).status_code == 422
    assert (await client.post(f"/api/v1/sources/{feed['id']}/secret")).status_code == 422


async def test_suggested_feeds_are_addresses_of_feeds(client: httpx.AsyncClient) -> None:
    items = (await client.get("/api/v1/sources/suggested")).json()["items"]
    assert len(items) >= 5
    for item in items:
        source = await made(client, {"name": item["name"], "kind": "feed", "url": item["url"]})
        assert source["url"] == item["url"]


async def deliver(
    stand: Stand, hook: dict[str, Any], body: bytes, *, secret: str | None = None, age: int = 0
) -> httpx.Response:
    at = int(stand.clock.now().timestamp()) - age
    signature = sign(secret or hook["secret"], body, at=at)
    async with stand.client() as sender:
        return await sender.post(hook["hook_path"], content=body, headers={"X-Nexus-Signature": signature})


@pytest.mark.parametrize("far", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_a_date_beyond_the_calendar_counts_as_now(stand: Stand, client: httpx.AsyncClient, far: str) -> None:
    hook = await made(client, HOOK)
    response = await deliver(stand, hook, json.dumps({"items": [ITEMS["items"][0] | {"timestamp": far}]}).encode())
    assert response.status_code == 202, response.text
    (signal,) = (await client.get("/api/v1/signals?query=dearer")).json()["items"]
    assert signal["timestamp"] == signal["created_at"]


async def test_a_signed_delivery_becomes_signals_in_plain_text(stand: Stand, client: httpx.AsyncClient) -> None:
    hook = await made(client, HOOK)
    response = await deliver(stand, hook, json.dumps(ITEMS).encode())
    assert response.status_code == 202
    assert response.json() == {"received": 1, "new": 1}
    signals = (await client.get("/api/v1/signals?query=dearer")).json()["items"]
    assert [(each["title"], each["source"], each["source_id"]) for each in signals] == [
        ("Prices rise", "Press desk", hook["id"])
    ]
    source = (await client.get(f"/api/v1/sources/{hook['id']}")).json()
    assert (source["state"], source["items"]) == ("fresh", 1)
    assert source["secret"] is None


async def test_a_delivery_sent_again_brings_nothing_new(stand: Stand, client: httpx.AsyncClient) -> None:
    hook = await made(client, HOOK)
    body = json.dumps(ITEMS).encode()
    assert (await deliver(stand, hook, body)).json()["new"] == 1
    assert (await deliver(stand, hook, body)).json() == {"received": 1, "new": 0}
    stand.clock.move(seconds=30)
    assert (await deliver(stand, hook, body)).json() == {"received": 1, "new": 0}
    source = (await client.get(f"/api/v1/sources/{hook['id']}")).json()
    assert source["items"] == 1


async def test_wrong_signatures_and_unknown_webhooks_are_refused_in_the_same_words(
    stand: Stand, client: httpx.AsyncClient
) -> None:
    hook, feed = await made(client, HOOK), await made(client, FEED)
    body = json.dumps(ITEMS).encode()
    unknown = {**hook, "hook_path": hook["hook_path"].replace(hook["id"], "00000000-0000-4000-8000-000000000000")}
    no_hook = {**hook, "hook_path": hook["hook_path"].replace(hook["id"], feed["id"])}
    refusals = [
        await deliver(stand, hook, body, secret="not the secret"),
        await deliver(stand, hook, body, age=301),
        await deliver(stand, hook, body, age=-301),
        await deliver(stand, unknown, body),
        await deliver(stand, no_hook, body),
    ]
    async with stand.client() as sender:
        right = sign(hook["secret"], body, at=int(stand.clock.now().timestamp()))
        for signature in ("", "v1=abc", right[:-1], right.upper(), f"{right} "[1:]):
            headers = {"X-Nexus-Signature": signature}
            refusals.append(await sender.post(hook["hook_path"], content=body, headers=headers))
        changed = {"X-Nexus-Signature": right}
        refusals.append(await sender.post(hook["hook_path"], content=body + b" ", headers=changed))
    errors = [refusal.json()["error"] for refusal in refusals]
    assert {refusal.status_code for refusal in refusals} == {401}
    assert len({(error["code"], error["message"]) for error in errors}) == 1
    assert (await client.get("/api/v1/signals?query=dearer")).json()["total"] == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"no json", b"[]", b'{"items": [{"title": "x"}]}', b'{"items": [{"content": "<p> </p>"}]}',
     json.dumps({"items": [{"content": "x"}] * 101}).encode()],
)  # fmt: skip
async def test_a_signed_delivery_of_something_else_says_what_is_wrong(
    stand: Stand, client: httpx.AsyncClient, body: bytes
) -> None:
    hook = await made(client, HOOK)
    response = await deliver(stand, hook, body)
    assert response.status_code == 422
    assert response.json()["error"]["fields"]
    right = await deliver(stand, hook, json.dumps(ITEMS).encode())
    assert right.json()["new"] == 1


async def test_a_delivery_of_more_than_a_megabyte_is_refused(stand: Stand, client: httpx.AsyncClient) -> None:
    hook = await made(client, HOOK)
    response = await deliver(stand, hook, b" " * 1_000_001)
    assert response.status_code == 413


async def test_a_renewed_secret_ends_the_old_one(stand: Stand, client: httpx.AsyncClient) -> None:
    hook = await made(client, HOOK)
    renewed = (await client.post(f"/api/v1/sources/{hook['id']}/secret")).json()
    assert renewed["secret"] != hook["secret"]
    body = json.dumps(ITEMS).encode()
    assert (await deliver(stand, hook, body)).status_code == 401
    assert (await deliver(stand, renewed, body)).status_code == 202


async def test_too_many_deliveries_are_put_off(stand: Stand, client: httpx.AsyncClient) -> None:
    hook = await made(client, HOOK)
    statuses = [(await deliver(stand, hook, b"{}", secret="wrong")).status_code for _ in range(61)]
    assert statuses == [401] * 60 + [429]


async def test_a_deleted_source_leaves_its_signals(stand: Stand, client: httpx.AsyncClient) -> None:
    hook = await made(client, HOOK)
    await deliver(stand, hook, json.dumps(ITEMS).encode())
    assert (await client.delete(f"/api/v1/sources/{hook['id']}")).status_code == 204
    assert (await client.get(f"/api/v1/sources/{hook['id']}")).status_code == 404
    signals = (await client.get("/api/v1/signals?query=dearer")).json()["items"]
    assert [each["source_id"] for each in signals] == [None]


async def test_the_clock_fetches_a_new_feed_by_itself(database: TestDatabase, tmp_path: Path) -> None:
    entries = [Entry(title=f"Piece {n}", text=f"Text {n}.", url=f"https://t.example/{n}") for n in range(3)]
    async with WebServer({"/feed": Answer(rss_20(entries))}) as web:
        settings = settings_in(tmp_path, schedule_seconds=0.2)
        async with open_stand(database, settings, worker=True, fetcher=web.fetcher()) as stand:
            ada = await stand.tenant()
            async with stand.client(ada.session) as client:
                source = await made(client, {**FEED, "url": web.url("/feed")})
                async with asyncio.timeout(PATIENCE):
                    while source["state"] == "waiting":
                        await asyncio.sleep(0.2)
                        source = (await client.get(f"/api/v1/sources/{source['id']}")).json()
                assert (source["state"], source["items"], source["problem"]) == ("fresh", 3, "")
                found = (await client.get(f"/api/v1/signals?source_id={source['id']}")).json()
                assert {each["title"] for each in found["items"]} == {each.title for each in entries}
                assert len(web.requests) == 1


@pytest.mark.parametrize("url", [FEED["url"], "http://TRADE.example/feed.xml/", f"{FEED['url']}?utm_source=mail"])
async def test_a_feed_that_is_read_already_is_refused_by_name(client: httpx.AsyncClient, url: str) -> None:
    first = await made(client, FEED)
    refused = await client.post("/api/v1/sources", json={**FEED, "name": "Again", "url": url})
    assert refused.status_code == 409
    error = refused.json()["error"]
    assert (error["code"], error["details"]["source_id"]) == ("SOURCE_EXISTS", first["id"])
    assert FEED["name"] in error["message"]
    listed = (await client.get("/api/v1/sources")).json()["items"]
    assert [each["id"] for each in listed if each["kind"] == "feed"] == [first["id"]]


async def test_a_source_is_not_moved_to_a_feed_that_another_reads(client: httpx.AsyncClient) -> None:
    first = await made(client, FEED)
    other = await made(client, {**FEED, "name": "Daily", "url": "https://daily.example/rss"})
    path, held = f"/api/v1/sources/{other['id']}", {"If-Match": str(other["version"])}
    moved = await client.patch(path, json={"url": FEED["url"]}, headers=held)
    assert moved.status_code == 409
    assert moved.json()["error"]["details"]["source_id"] == first["id"]
    assert (await client.get(path)).json()["url"] == other["url"]
    slashed = await client.patch(path, json={"url": f"{other['url']}/"}, headers=held)
    assert slashed.status_code == 200, "the same feed in other words is its own"


async def test_of_two_who_add_a_feed_at_once_one_is_told_of_the_other(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(client.post("/api/v1/sources", json=FEED) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_another_workspace_may_read_the_same_feed(stand: Stand, client: httpx.AsyncClient) -> None:
    await made(client, FEED)
    bob = await stand.tenant("Bob")
    async with stand.client(bob.session) as other:
        await made(other, FEED)


async def test_a_source_says_what_region_its_news_is_about(client: httpx.AsyncClient) -> None:
    source = await made(client, {**FEED, "region": "DE-BE"})
    assert source["region"] == "DE-BE"
    long = await client.post("/api/v1/sources", json={**FEED, "region": "x" * 201})
    assert "region" in long.json()["error"]["fields"]
