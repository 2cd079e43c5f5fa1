"""Signals over HTTP: what they are worth, what people make of them, and what is worked out from them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.api.conftest import Stand
from tests.factories import records
from tests.factories.storage import Filled

from nexusplanner.application.signals import find_similar
from nexusplanner.domain.identity import Role
from nexusplanner.domain.shared import SignalId

URL = "/api/v1/signals"
PUMPS = (
    "Heat pump prices fell by 12 percent in February, the trade association of Kassel said. "
    "Installers expect more heating orders before the grants end in June."
)
OTHERS = (
    "Night trains between Porto and Lyon are booked out until autumn.",
    "Olive growers near Bilbao expect a late harvest after a cold spring.",
    "A museum in Ghent shows paintings that were lost for eighty years.",
)


@pytest.fixture
async def viewer(stand: Stand, ada: Filled) -> AsyncIterator[httpx.AsyncClient]:
    async with stand.client(await stand.join(ada.tenant, role=Role.VIEWER)) as opened:
        yield opened


async def told(client: httpx.AsyncClient, ada: Filled, content: str, **changes: Any) -> dict[str, Any]:
    news = {"brand_id": str(ada.brand.id), "source": "Daily", "content": content, "timestamp": "2026-03-01T10:00:00Z"}
    made = await client.post(URL, json=news | changes)
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    return found


async def listed(client: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    response = await client.get(URL, params=params)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def test_a_signal_tells_what_it_is_worth_and_why(client: httpx.AsyncClient, ada: Filled) -> None:
    made = await told(client, ada, PUMPS, impact=0.6, topics=["Heating"])
    assert made["state"] == "new"
    assert (made["trust"], made["source_id"], made["cluster_size"]) == ("unverified", None, 1)
    assert made["services"][0]["id"] == str(ada.service.id)
    score = made["score"]
    assert 0 < score["total"] <= 1
    assert score["impact"] == 0.6
    assert score["reasons"][0].startswith("Matches Heat pump: ")
    assert "Strong impact, good for the brand" in score["reasons"]
    assert (await client.get(f"{URL}/{made['id']}")).json() == made
    assert made in await listed(client)


async def test_filters_narrow_the_list(client: httpx.AsyncClient, ada: Filled) -> None:
    pumps = await told(client, ada, PUMPS, impact=-0.7, topics=["Heating"], timestamp="2026-02-01T10:00:00Z")
    trains = await told(client, ada, OTHERS[0])
    watched = await client.post(f"{URL}/{trains['id']}/watch")
    assert watched.json()["state"] == "watched"

    async def ids(**params: Any) -> set[str]:
        return {row["id"] for row in await listed(client, **params)} & {pumps["id"], trains["id"]}

    assert await ids(state="watched") == {trains["id"]}
    assert await ids(state=["watched", "new"]) == {pumps["id"], trains["id"]}
    assert await ids(service_id=str(ada.service.id)) == {pumps["id"]}
    assert await ids(min_impact=0.5) == {pumps["id"]}
    assert await ids(topic="heating") == {pumps["id"]}
    assert await ids(since="2026-02-15T00:00:00Z") == {trains["id"]}
    assert await ids(trust="own") == set()
    assert await ids(query="night trains") == {trains["id"]}
    assert (await client.get(URL, params={"min_impact": 2})).status_code == 422


async def test_pages_by_score_neither_skip_nor_repeat(stand: Stand, client: httpx.AsyncClient, ada: Filled) -> None:
    for content in (PUMPS, *OTHERS):
        await told(client, ada, content)
    whole = await listed(client, sort="-score")
    scores = [row["score"]["total"] for row in whole]
    assert scores == sorted(scores, reverse=True)
    found, cursor = [], None
    while True:
        params = {"sort": "-score", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(URL, params=params)).json()
        found += [row["id"] for row in page["items"]]
        stand.clock.move(minutes=1)
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == [row["id"] for row in whole]


async def test_reports_of_one_story_are_one_row_when_asked(client: httpx.AsyncClient, ada: Filled) -> None:
    first = await told(client, ada, PUMPS)
    copy = await told(client, ada, f"KASSEL (an) - {PUMPS}", source="Agency", timestamp="2026-03-01T12:00:00Z")
    assert copy["cluster_id"] == first["cluster_id"]
    rows = [row for row in await listed(client, clusters=True) if row["cluster_id"] == first["cluster_id"]]
    assert [row["cluster_size"] for row in rows] == [2]
    assert "Two sources tell it" in rows[0]["score"]["reasons"]


async def test_dismissing_needs_a_reason_and_is_taken_back(client: httpx.AsyncClient, ada: Filled) -> None:
    made = await told(client, ada, PUMPS)
    for bad in ({}, {"reason": "boring"}, {"reason": "other", "note": "x" * 2001}):
        assert (await client.post(f"{URL}/{made['id']}/dismiss", json=bad)).status_code == 422
    dismissed = await client.post(f"{URL}/{made['id']}/dismiss", json={"reason": "known", "note": "Old."})
    assert dismissed.status_code == 200, dismissed.text
    assert [dismissed.json()[name] for name in ("state", "dismissed_reason", "dismissed_note")] == [
        "dismissed",
        "known",
        "Old.",
    ]
    restored = (await client.post(f"{URL}/{made['id']}/restore")).json()
    assert (restored["state"], restored["dismissed_reason"]) == ("new", "")


async def test_similar_signals_tell_what_came_of_campaigns_that_cited_them(
    stand: Stand, client: httpx.AsyncClient, ada: Filled
) -> None:
    first = await told(client, ada, PUMPS)
    copy = await told(client, ada, f"KASSEL (an) - {PUMPS}", source="Agency")
    alike = await told(client, ada, "Heat pump prices in Kassel rise again as grants end, installers report.")
    far = await told(client, ada, OTHERS[2])
    async with stand.container.units.for_actor(ada.actor) as uow:
        campaign = await uow.campaigns.get(ada.campaign.id)
        passage = records.PASSAGE.__class__(
            id=f"signal:{copy['id']}", kind=records.PASSAGE.kind, title="Prices", text=PUMPS, origin="Agency"
        )
        assert campaign.plan is not None
        campaign.plan = campaign.plan.__class__(**{**vars(campaign.plan), "evidence": (passage,)})
    found = (await client.get(f"{URL}/{first['id']}/similar")).json()["items"]
    assert [row["signal"]["id"] for row in found[:2]] == [copy["id"], alike["id"]]
    assert far["id"] not in {row["signal"]["id"] for row in found}
    assert [row["same_cluster"] for row in found[:2]] == [True, False]
    assert found[0]["similarity"] > found[1]["similarity"] > 0
    (cited,) = found[0]["campaigns"]
    assert (cited["id"], cited["name"]) == (str(ada.campaign.id), ada.campaign.name)
    assert cited["outcome"] == "It has not started yet."

    async def outcome() -> str:
        async with stand.container.units.for_actor(ada.actor) as uow:
            today = ada.campaign.brief.end_date
            nearest, *_ = await find_similar(uow, signal_id=SignalId(UUID(first["id"])), today=today)
        return nearest.campaigns[0].outcome

    assert await outcome() == "No results yet."
    async with stand.container.units.for_actor(ada.actor) as uow:
        day = ada.campaign.brief.start_date
        await uow.actuals.put_channels([records.channel_actual(ada.brand, day=day)])
        await uow.actuals.put_brand([records.brand_actual(ada.brand, day=day, value=41)])
    assert await outcome() == "Northwind counted 41 conversions while it ran, with 500 EUR spent."


async def test_angles_quote_the_signal_for_the_services_it_speaks_of(client: httpx.AsyncClient, ada: Filled) -> None:
    made, far = await told(client, ada, PUMPS, impact=0.5), await told(client, ada, OTHERS[1])
    found = (await client.get(f"{URL}/{made['id']}/angles")).json()["items"]
    assert found
    for angle in found:
        assert angle["quote"] in PUMPS
        assert (angle["service_id"], angle["service_name"]) == (str(ada.service.id), ada.service.name)
        assert angle["confidence_words"]
        assert "%" not in angle["confidence_words"]
    assert (await client.get(f"{URL}/{far['id']}/angles")).json() == {"items": []}


async def test_spikes_have_an_address_of_their_own(client: httpx.AsyncClient, ada: Filled) -> None:
    assert (await client.get(f"{URL}/spikes")).json() == {"items": []}
    assert (await client.get(f"{URL}/spikes", params={"brand_id": str(ada.tenant.id)})).status_code == 404


async def test_viewers_read_and_change_nothing_and_others_find_nothing(
    stand: Stand, client: httpx.AsyncClient, viewer: httpx.AsyncClient, ada: Filled
) -> None:
    made = await told(client, ada, PUMPS)
    own = f"{URL}/{made['id']}"
    for reading in ("", "/similar", "/angles"):
        assert (await viewer.get(own + reading)).status_code == 200
    for change, body in (("watch", None), ("restore", None), ("dismiss", {"reason": "other"})):
        assert (await viewer.post(f"{own}/{change}", json=body)).status_code == 403
    bob = await stand.tenant("Bob")
    async with stand.client(bob.session) as other, stand.client() as nobody:
        for reading in ("", "/similar", "/angles"):
            assert (await nobody.get(own + reading)).status_code == 401
            foreign = await other.get(own + reading)
            assert (foreign.status_code, foreign.json()["error"]["code"]) == (404, "SIGNAL_NOT_FOUND")
        for change, body in (("watch", None), ("restore", None), ("dismiss", {"reason": "other"})):
            assert (await other.post(f"{own}/{change}", json=body)).status_code == 404
        assert made["id"] not in {row["id"] for row in await listed(other)}
        foreign_brief = {**brief(bob), "signal_ids": [made["id"]]}
        assert (await other.post("/api/v1/campaigns", json=foreign_brief)).status_code == 404


async def test_a_brief_keeps_the_news_it_starts_from(client: httpx.AsyncClient, ada: Filled) -> None:
    made = await told(client, ada, PUMPS)
    kept = await client.post("/api/v1/campaigns", json={**brief(ada), "signal_ids": [made["id"], made["id"]]})
    assert kept.status_code == 201, kept.text
    assert kept.json()["brief"]["signal_ids"] == [made["id"]]
    many = await client.post("/api/v1/campaigns", json={**brief(ada), "signal_ids": [made["id"]] * 6})
    assert many.status_code == 422
    assert list(many.json()["error"]["fields"]) == ["signal_ids"]


async def test_signals_of_before_there_were_scores_are_scored_when_they_are_listed(
    stand: Stand, client: httpx.AsyncClient, ada: Filled
) -> None:
    made = await told(client, ada, PUMPS)
    async with stand.container.units.for_actor(ada.actor) as uow:
        connection = await uow.session.connection()
        await connection.exec_driver_sql("DELETE FROM signal_scores")
        assert [one.id for one in await uow.market.unplaced(limit=9)].count(SignalId(ada.signal.id)) == 1
    (row,) = [row for row in await listed(client, sort="-score") if row["id"] == made["id"]]
    assert row == made


async def test_many_may_be_the_first_to_list_signals_that_have_no_scores(
    stand: Stand, client: httpx.AsyncClient, ada: Filled
) -> None:
    first, again = await told(client, ada, PUMPS), await told(client, ada, PUMPS, source="Weekly")
    async with stand.container.units.for_actor(ada.actor) as uow:
        connection = await uow.session.connection()
        await connection.exec_driver_sql("UPDATE signals SET cluster_id = id")
        await connection.exec_driver_sql("DELETE FROM signal_scores")
    paths = (URL, URL, f"{URL}/{again['id']}", f"{URL}/{again['id']}")
    answers = await asyncio.gather(*(client.get(path) for path in paths))
    assert [answer.status_code for answer in answers] == [200] * 4
    (story,) = {row["cluster_id"] for row in await listed(client, query="association")}
    assert story in {first["id"], again["id"]}, "both were published at once, so either may be told first"


async def test_news_is_found_by_the_country_or_region_it_is_about(client: httpx.AsyncClient, ada: Filled) -> None:
    berlin = await told(client, ada, PUMPS, region="DE-BE", topics=["Heat", "heat"])
    nation = await told(client, ada, PUMPS, region="de", source="Weekly", topics=["heat", "Prices"])
    await told(client, ada, PUMPS, region="DEN", source="Daily")
    for region, found in (("DE", {berlin["id"], nation["id"]}), ("de-be", {berlin["id"]}), ("D", set()), ("D_", set())):
        assert {row["id"] for row in await listed(client, region=region)} == found, region
    choices = (await client.get(f"{URL}/choices")).json()
    assert choices["regions"] == ["DE-BE", "DEN", "de"]
    assert choices["topics"].index("Heat") < choices["topics"].index("Prices"), "most told first, in one spelling"
    edited = await client.patch(
        f"{URL}/{berlin['id']}", json={"region": ""}, headers={"If-Match": str(berlin["version"])}
    )
    assert edited.json()["region"] == ""


async def test_pages_of_stories_neither_skip_nor_repeat_one(client: httpx.AsyncClient, ada: Filled) -> None:
    for number in range(3):
        await told(client, ada, PUMPS, source=f"Paper {number}")
    rows: list[Any] = []
    cursor, total = None, 0
    while True:
        page = (
            await client.get(
                URL, params={"clusters": True, "sort": "-score", "limit": 1} | ({"cursor": cursor} if cursor else {})
            )
        ).json()
        rows, cursor, total = [*rows, *page["items"]], page["next_cursor"], page["total"]
        if cursor is None:
            break
    assert len({row["cluster_id"] for row in rows}) == len(rows) == total
    every = await listed(client, sort="-score")
    best = {row["cluster_id"]: row["id"] for row in reversed(every)}
    assert {row["id"] for row in rows} == set(best.values()), "each story by its best"


def brief(mine: Filled) -> dict[str, Any]:
    return {
        "service_id": str(mine.service.id),
        "name": "Spring",
        "theme": "Spring",
        "start_date": "2026-04-06",
        "end_date": "2026-04-19",
        "total_budget": {"amount": "1000.00", "currency": "EUR"},
    }
