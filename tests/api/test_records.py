"""Brands, services, signals, customers, segments: the same story for each."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from tests.api.conftest import Stand
from tests.factories.storage import Filled

from nexusplanner.domain.identity import Role


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of record. good: a body that makes one. bad: changes to it by the field that is then named."""

    route: str
    entity: str
    good: dict[str, Any]
    bad: dict[str, dict[str, Any]]
    edit: dict[str, Any]
    wrong_edit: dict[str, Any]
    taken: dict[str, Any] = field(default_factory=dict)


def kinds(ada: Filled) -> tuple[Kind, ...]:
    brand = {"brand_id": str(ada.brand.id)}
    other_money = {"amount": "1.00", "currency": "USD"}
    return (
        Kind(
            route="brands",
            entity="BRAND",
            good={"name": "Southwind", "currency": "EUR", "voice": ["calm"]},
            bad={"name": {"name": " "}, "currency": {"currency": "euro"}, "voice": {"voice": "calm"}},
            edit={"name": "Westwind", "banned_claims": ["the best"]},
            wrong_edit={"outcome_name": " "},
            taken={"name": ada.brand.name.upper()},
        ),
        Kind(
            route="services",
            entity="SERVICE",
            good={**brand, "name": "Solar roof", "price": {"amount": "1200.50", "currency": "EUR"}},
            bad={
                "name": {"name": "x" * 161},
                "price": {"price": other_money},
                "brand_id": {"brand_id": "that one"},
            },
            edit={"price": None, "benefits": ["Pays for itself."]},
            wrong_edit={"price": {"amount": "-1.00", "currency": "EUR"}},
            taken={"name": ada.service.name.lower()},
        ),
        Kind(
            route="signals",
            entity="SIGNAL",
            good={**brand, "source": "Weekly", "content": "Gas is dear.", "timestamp": "2026-03-01T10:00:00+01:00"},
            bad={
                "impact": {"impact": 1.5},
                "timestamp": {"timestamp": "2026-03-01T10:00:00"},
                "url": {"url": "javascript:alert(1)"},
                "content": {"content": ""},
            },
            edit={"impact": -0.5, "url": "https://example.com/gas"},
            wrong_edit={"impact": -2},
        ),
        Kind(
            route="customers",
            entity="CUSTOMER",
            good={**brand, "external_id": "c-9", "name": "Alan", "segment_id": str(ada.segment.id), "employees": 3},
            bad={
                "employees": {"employees": -1},
                "since": {"since": "2026-13-01"},
                "lifetime_value": {"lifetime_value": other_money},
            },
            edit={"segment_id": None, "region": "North"},
            wrong_edit={"external_id": ""},
            taken={"external_id": "c-1"},
        ),
        Kind(
            route="segments",
            entity="SEGMENT",
            good={**brand, "name": "Landlords"},
            bad={"name": {"name": ""}, "brand_id": {"brand_id": None}},
            edit={"description": "Own several houses."},
            wrong_edit={"name": "x" * 121},
            taken={"name": ada.segment.name.upper()},
        ),
        Kind(
            route="experiments",
            entity="EXPERIMENT",
            good={
                **brand,
                "channel": "tv",
                "start_date": "2026-02-02",
                "end_date": "2026-02-15",
                "lift": {"mean": 120, "low": 80, "high": 160},
            },
            bad={
                "channel": {"channel": "sky_writing"},
                "end_date": {"end_date": "2026-02-01"},
                "lift": {"lift": {"mean": 120, "low": 130, "high": 160}},
            },
            edit={"notes": "Two regions.", "lift": {"mean": 100, "low": 80, "high": 160}},
            wrong_edit={"lift": {"mean": 80, "low": 80, "high": 160}},
        ),
    )


async def total(client: httpx.AsyncClient, kind: Kind) -> int:
    count: int = (await client.get(f"/api/v1/{kind.route}")).json()["total"]
    return count


async def test_bad_input_is_named_by_field_and_saves_nothing(client: httpx.AsyncClient, ada: Filled) -> None:
    for kind in kinds(ada):
        before = await total(client, kind)
        for name, change in kind.bad.items():
            response = await client.post(f"/api/v1/{kind.route}", json={**kind.good, **change})
            assert response.status_code == 422, f"{kind.route} {name}: {response.text}"
            assert list(response.json()["error"]["fields"]) == [name], f"{kind.route}: {response.text}"
        if kind.taken:
            response = await client.post(f"/api/v1/{kind.route}", json={**kind.good, **kind.taken})
            assert response.status_code == 409, response.text
            error = response.json()["error"]
            assert error["code"] == f"{kind.entity}_EXISTS"
            assert list(error["fields"]) == list(kind.taken)
        assert await total(client, kind) == before


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
async def test_an_instant_outside_the_calendar_is_named(client: httpx.AsyncClient, ada: Filled, instant: str) -> None:
    news = {"brand_id": str(ada.brand.id), "source": "Weekly", "content": "Gas is dear.", "timestamp": instant}
    response = await client.post("/api/v1/signals", json=news)
    assert response.status_code == 422, response.text
    assert list(response.json()["error"]["fields"]) == ["timestamp"]


async def test_a_record_is_made_read_edited_and_deleted(client: httpx.AsyncClient, ada: Filled) -> None:
    for kind in kinds(ada):
        made = await client.post(f"/api/v1/{kind.route}", json=kind.good)
        assert made.status_code == 201, made.text
        record = made.json()
        address = f"/api/v1/{kind.route}/{record['id']}"
        assert (await client.get(address)).json() == record

        edited = await client.patch(address, json=kind.edit, headers={"If-Match": f'"{record["version"]}"'})
        assert edited.status_code == 200, edited.text
        now = edited.json()
        assert now["version"] == record["version"] + 1
        assert {name: now[name] for name in kind.edit} == kind.edit
        assert (await client.get(address)).json() == now

        assert (await client.delete(address)).status_code == 204
        gone = await client.get(address)
        assert gone.status_code == 404
        assert gone.json()["error"]["code"] == f"{kind.entity}_NOT_FOUND"


async def test_an_edit_says_which_version_it_edits(client: httpx.AsyncClient, ada: Filled) -> None:
    for kind in kinds(ada):
        record = (await client.post(f"/api/v1/{kind.route}", json=kind.good)).json()
        address = f"/api/v1/{kind.route}/{record['id']}"
        for headers in ({}, {"If-Match": "*"}, {"If-Match": '"abc"'}):
            unsaid = await client.patch(address, json=kind.edit, headers=headers)
            assert unsaid.status_code == 428, (kind.route, headers, unsaid.text)
            assert unsaid.json()["error"]["code"] == "PRECONDITION_REQUIRED"

        match = {"If-Match": f'"{record["version"]}"'}
        wrong = await client.patch(address, json=kind.wrong_edit, headers=match)
        assert wrong.status_code == 422, wrong.text
        assert (await client.patch(address, json=kind.edit, headers=match)).status_code == 200
        late = await client.patch(address, json=kind.edit, headers=match)
        assert late.status_code == 412
        error = late.json()["error"]
        assert error["code"] == "VERSION_CONFLICT"
        assert error["details"]["current"] == (await client.get(address)).json()


async def test_what_campaigns_use_stays(client: httpx.AsyncClient, ada: Filled) -> None:
    for address in (f"/api/v1/brands/{ada.brand.id}", f"/api/v1/services/{ada.service.id}"):
        refused = await client.delete(address)
        assert refused.status_code == 409, refused.text
        assert (await client.get(address)).status_code == 200


async def test_a_deleted_service_is_nowhere_until_it_is_restored(client: httpx.AsyncClient, ada: Filled) -> None:
    named = {"brand_id": str(ada.brand.id), "name": "Solar roof", "description": "Panels for slate roofs."}
    made = (await client.post("/api/v1/services", json=named)).json()
    address = f"/api/v1/services/{made['id']}"
    paper = {"file": ("slate.txt", b"Slate roofs carry panels for forty years.", "text/plain")}
    about = {"brand_id": str(ada.brand.id), "service_id": made["id"]}
    document = (await client.post("/api/v1/documents", files=paper, data=about)).json()

    assert (await client.delete(address)).status_code == 204
    assert (await client.delete(address)).status_code == 404
    assert (await client.get(address)).status_code == 404
    assert (await client.patch(address, json={"name": "x"}, headers={"If-Match": '"1"'})).status_code == 404
    assert (await client.get("/api/v1/services", params={"query": "solar"})).json()["total"] == 0
    assert (await client.get("/api/v1/search", params={"query": "solar roof"})).json()["items"] == []
    assert "slate roofs." not in (await client.get("/api/v1/retrieve", params={"query": "slate roofs"})).text

    again = (await client.post("/api/v1/services", json=named)).json()
    taken = await client.post(f"{address}/restore")
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "SERVICE_EXISTS")
    assert (await client.delete(f"/api/v1/services/{again['id']}")).status_code == 204

    back = await client.post(f"{address}/restore")
    assert back.status_code == 200, back.text
    assert {name: back.json()[name] for name in named} == named
    assert (await client.get(address)).json() == back.json()
    kept = (await client.get("/api/v1/documents", params={"service_id": made["id"]})).json()
    assert [each["id"] for each in kept["items"]] == [document["id"]]


async def test_a_service_of_deleted_campaigns_can_go_and_comes_back_before_them(
    client: httpx.AsyncClient, ada: Filled
) -> None:
    service, campaign = f"/api/v1/services/{ada.service.id}", f"/api/v1/campaigns/{ada.campaign.id}"
    for each in (await client.get("/api/v1/campaigns", params={"limit": 100})).json()["items"]:
        assert (await client.delete(f"/api/v1/campaigns/{each['id']}")).status_code == 204, each
    assert (await client.delete(service)).status_code == 204
    early = await client.post(f"{campaign}/restore")
    assert (early.status_code, early.json()["error"]["code"]) == (409, "SERVICE_DELETED")
    assert (await client.post(f"{service}/restore")).status_code == 200
    assert (await client.post(f"{campaign}/restore")).status_code == 200
    assert (await client.get(campaign)).json()["service_name"] == ada.service.name


async def test_lists_are_paged_searched_sorted_and_narrowed_to_fields(client: httpx.AsyncClient, ada: Filled) -> None:
    for number in range(5):
        body = {"brand_id": str(ada.brand.id), "name": f"Panel {number}", "category": "Sun"}
        assert (await client.post("/api/v1/services", json=body)).status_code == 201
    params: dict[str, Any] = {"query": "panel", "limit": 2, "sort": "-name", "fields": "name,version"}
    seen: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await client.get("/api/v1/services", params=params | ({"cursor": cursor} if cursor else {}))).json()
        assert page["total"] == 5
        assert len(page["items"]) <= 2
        seen += page["items"]
        cursor = page["next_cursor"]
    assert seen == [{"name": f"Panel {number}", "version": 1} for number in (4, 3, 2, 1, 0)]


async def test_two_editors_at_once_do_not_overwrite_each_other(stand: Stand, ada: Filled) -> None:
    address = f"/api/v1/brands/{ada.brand.id}"
    async with stand.client(ada.session) as one, stand.client(ada.session) as other:
        async with stand.container.units.for_actor(ada.actor) as uow:
            brand = await uow.brands.get(ada.brand.id)
            first = await one.get(address)
            brand.region = "South"
        second = await other.patch(
            address, json={"region": "North"}, headers={"If-Match": f'"{first.json()["version"]}"'}
        )
    assert second.status_code == 412
    assert second.json()["error"]["details"]["current"]["region"] == "South"


async def test_an_edit_without_values_leaves_every_field_alone(client: httpx.AsyncClient, ada: Filled) -> None:
    address = f"/api/v1/brands/{ada.brand.id}"
    for body in ({"name": None, "voice": None}, {}):
        before = (await client.get(address)).json()
        after = await client.patch(address, json=body, headers={"If-Match": f'"{before["version"]}"'})
        assert after.status_code == 200
        assert {**after.json(), "version": 0, "updated_at": ""} == {**before, "version": 0, "updated_at": ""}


async def test_feedback_is_given_listed_and_withdrawn_by_its_author(stand: Stand, ada: Filled) -> None:
    plan = ada.campaign.plan
    assert plan is not None
    body = {
        "campaign_id": str(ada.campaign.id),
        "feedback_type": "rating",
        "target": "idea",
        "target_id": str(plan.ideas[0].id),
        "rating": 4,
    }
    async with stand.client(ada.session) as client:
        for change, status in (({"rating": None}, 422), ({"rating": 6}, 422), ({"target": "channel_plan"}, 404)):
            refused = await client.post("/api/v1/feedback", json={**body, **change})
            assert refused.status_code == status, refused.text
        given = await client.post("/api/v1/feedback", json=body)
        assert given.status_code == 201
        assert given.json()["user_name"] == "Ada"
        listed = (await client.get("/api/v1/feedback", params={"campaign_id": str(ada.campaign.id)})).json()
        assert given.json() in listed["items"]
        address = f"/api/v1/feedback/{given.json()['id']}"
        async with stand.client(await stand.join(ada.tenant, role=Role.USER)) as colleague:
            assert (await colleague.delete(address)).status_code == 403
        assert (await client.delete(address)).status_code == 204
        assert (await client.delete(address)).status_code == 404


async def test_a_brand_of_deleted_campaigns_can_go(client: httpx.AsyncClient, ada: Filled) -> None:
    brand = f"/api/v1/brands/{ada.brand.id}"
    for each in (await client.get("/api/v1/campaigns", params={"limit": 100})).json()["items"]:
        assert (await client.delete(brand)).json()["error"]["code"] == "IN_USE"
        assert (await client.delete(f"/api/v1/campaigns/{each['id']}")).status_code == 204, each
    assert (await client.delete(f"/api/v1/services/{ada.service.id}")).status_code == 204
    gone = await client.delete(brand)
    assert gone.status_code == 204, gone.text
    assert (await client.get(brand)).status_code == 404
    assert (await client.post(f"/api/v1/campaigns/{ada.campaign.id}/restore")).status_code == 404


async def test_a_service_that_is_deleted_or_restored_twice_at_once_is_so_once(
    client: httpx.AsyncClient, ada: Filled
) -> None:
    named = {"brand_id": str(ada.brand.id), "name": "Solar roof"}
    address = f"/api/v1/services/{(await client.post('/api/v1/services', json=named)).json()['id']}"
    gone = await asyncio.gather(*(client.delete(address) for _ in range(3)))
    assert sorted(each.status_code for each in gone) == [204, 404, 404]
    back = await asyncio.gather(*(client.post(f"{address}/restore") for _ in range(3)))
    assert [each.status_code for each in back] == [200, 200, 200], [each.text for each in back]
    assert (await client.get(address)).status_code == 200


async def test_what_is_deleted_twice_at_once_is_gone_for_both(client: httpx.AsyncClient, ada: Filled) -> None:
    for address in (
        f"/api/v1/signals/{ada.signal.id}",
        f"/api/v1/customers/{ada.customer.id}",
        f"/api/v1/segments/{ada.segment.id}",
        f"/api/v1/documents/{ada.document.id}",
    ):
        gone = await asyncio.gather(*(client.delete(address) for _ in range(3)))
        assert sorted(each.status_code for each in gone) == [204, 404, 404], [each.text for each in gone]


async def test_a_customer_has_an_address_or_none(client: httpx.AsyncClient, ada: Filled) -> None:
    person = {"brand_id": str(ada.brand.id), "external_id": "k1", "name": "Ann", "email": "ann"}
    refused = await client.post("/api/v1/customers", json=person)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, ["email"])
    made = await client.post("/api/v1/customers", json=person | {"email": ""})
    assert made.status_code == 201, made.text
    edited = {"json": {"email": "ann@home.example"}, "headers": {"If-Match": made.headers.get("ETag", '"1"')}}
    assert (await client.patch(f"/api/v1/customers/{made.json()['id']}", **edited)).status_code == 200
