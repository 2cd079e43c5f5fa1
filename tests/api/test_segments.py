from __future__ import annotations

import httpx
import pytest
from tests.api.conftest import Stand
from tests.factories.storage import Filled

from nexusplanner.domain.identity import Role

RETAIL = {"field": "industry", "op": "is", "value": ["Retail", "Mining"]}


@pytest.fixture
async def three(client: httpx.AsyncClient, ada: Filled) -> None:
    """Two customers in retail, of whom one has many employees, beside the one of the navy."""
    for key, industry, employees, value in (("r-1", "Retail", 12, "600.00"), ("r-2", "retail", 3, "200.00")):
        body = {
            "brand_id": str(ada.brand.id),
            "external_id": key,
            "name": key,
            "industry": industry,
            "employees": employees,
            "lifetime_value": {"amount": value, "currency": "EUR"},
        }
        assert (await client.post("/api/v1/customers", json=body)).status_code == 201


async def test_what_rules_can_ask_is_listed_with_its_comparisons(client: httpx.AsyncClient) -> None:
    fields = {each["field"]: each for each in (await client.get("/api/v1/segments/fields")).json()["items"]}
    assert fields["consent"]["values"] == ["given", "refused"]
    assert fields["since"]["ops"] == ["before", "after", "within_days", "older_than_days", "is_empty", "is_not_empty"]
    assert fields["open_deals"] == {
        "field": "open_deals",
        "label": "Open deals",
        "kind": "number",
        "ops": ["at_least", "at_most"],
        "values": None,
    }


@pytest.mark.usefixtures("three")
async def test_rules_are_counted_before_anything_is_kept(client: httpx.AsyncClient, ada: Filled) -> None:
    asked = {"brand_id": str(ada.brand.id), "rules": [RETAIL]}
    before = (await client.get("/api/v1/segments")).json()["total"]
    counted = await client.post("/api/v1/segments/count", json=asked)
    assert counted.status_code == 200, counted.text
    assert counted.json() == {"customers": 2, "of": 3, "value_share": 0.4}
    asked["rules"] = [RETAIL, {"field": "lifetime_value", "op": "at_least", "value": 500}]
    assert (await client.post("/api/v1/segments/count", json=asked)).json()["customers"] == 1
    asked["rules"] = []
    assert (await client.post("/api/v1/segments/count", json=asked)).json()["customers"] == 0
    assert (await client.get("/api/v1/segments")).json()["total"] == before


async def test_rules_nobody_can_ask_are_named(stand: Stand, client: httpx.AsyncClient, ada: Filled) -> None:
    brand = {"brand_id": str(ada.brand.id)}
    for rule, named in (
        ({"field": "industry", "op": "at_least", "value": 1}, "rules.0.op"),
        ({"field": "shoe_size", "op": "is", "value": "43"}, "rules.0.field"),
        ({"field": "employees", "op": "at_least", "value": "many"}, "rules.0.value"),
        ({"field": "lifetime_value", "op": "at_least", "value": "1.234"}, "rules.0.value"),
    ):
        for route, body in (
            ("segments/count", brand | {"rules": [rule]}),
            ("segments", brand | {"rules": [rule], "name": "N"}),
        ):
            response = await client.post(f"/api/v1/{route}", json=body)
            assert response.status_code == 422, response.text
            assert list(response.json()["error"]["fields"]) == [named]
    other = await stand.tenant("Bob")
    foreign = await client.post("/api/v1/segments/count", json={"brand_id": str(other.brand.id), "rules": [RETAIL]})
    assert foreign.status_code == 404


@pytest.mark.usefixtures("three")
async def test_a_segment_with_rules_fills_itself_and_follows_its_customers(
    client: httpx.AsyncClient, ada: Filled
) -> None:
    body = {"brand_id": str(ada.brand.id), "name": "Shops", "rules": [RETAIL]}
    made = await client.post("/api/v1/segments", json=body)
    assert made.status_code == 201, made.text
    segment = made.json()
    assert (segment["automatic"], segment["customers"], segment["rules"]) == (True, 2, [RETAIL])
    assert segment["counted_at"].endswith("Z")
    address = f"/api/v1/segments/{segment['id']}"
    listed = (await client.get("/api/v1/customers", params={"segment_id": segment["id"]})).json()["items"]
    assert [(each["external_id"], each["segment_id"]) for each in listed] == [("r-1", None), ("r-2", None)]
    customer = listed[0]
    moved = await client.patch(
        f"/api/v1/customers/{customer['id']}",
        json={"industry": "Farming", "consent": "given"},
        headers={"If-Match": f'"{customer["version"]}"'},
    )
    assert moved.json()["consent"] == "given"
    assert (await client.get(address)).json()["customers"] == 1
    rules = [{"field": "consent", "op": "is", "value": "given"}]
    edited = await client.patch(address, json={"rules": rules}, headers={"If-Match": f'"{segment["version"]}"'})
    assert edited.status_code == 200, edited.text
    assert edited.json()["rules"] == [{"field": "consent", "op": "is", "value": ["given"]}]
    assert edited.json()["customers"] == 1
    emptied = await client.patch(address, json={"rules": []}, headers={"If-Match": f'"{edited.json()["version"]}"'})
    assert (emptied.json()["automatic"], emptied.json()["customers"]) == (False, 0)


@pytest.mark.usefixtures("three")
async def test_a_file_of_customers_finds_them_their_segments_and_keeps_those_put_in_by_hand(
    client: httpx.AsyncClient, ada: Filled
) -> None:
    body = {"brand_id": str(ada.brand.id), "name": "Shops", "rules": [RETAIL]}
    shops = (await client.post("/api/v1/segments", json=body)).json()["id"]
    table = "id,name,industry\nc-1,Grace Hopper,Retail\nr-1,Shop,Farming\nnew-1,New,Mining\n"
    done = await client.post(
        "/api/v1/imports",
        data={"kind": "customers", "brand_id": str(ada.brand.id)},
        files={"file": ("customers.csv", table.encode(), "text/csv")},
    )
    assert done.status_code == 201, done.text
    inside = (await client.get("/api/v1/customers", params={"segment_id": shops})).json()["items"]
    assert {each["external_id"] for each in inside} == {"c-1", "r-2", "new-1"}
    by_hand = (await client.get("/api/v1/customers", params={"segment_id": str(ada.segment.id)})).json()["items"]
    assert [each["external_id"] for each in by_hand] == ["c-1"]


async def test_companies_and_deals_are_listed(stand: Stand, client: httpx.AsyncClient, ada: Filled) -> None:
    await stand.tenant("Bob")
    companies = (await client.get("/api/v1/companies", params={"query": "harb", "sort": "-deals"})).json()
    assert companies["total"] == 1
    company = companies["items"][0]
    assert (company["name"], company["customers"], company["deals"]) == ("Harbour Works", 0, 1)
    asked = {"brand_id": str(ada.brand.id), "stage": "PROPOSAL", "company_id": company["id"], "sort": "-amount"}
    deals = (await client.get("/api/v1/deals", params=asked)).json()
    assert deals["total"] == 1
    deal = deals["items"][0]
    assert deal["amount"] == {"amount": "25000.00", "currency": "EUR"}
    assert (deal["company_name"], deal["customer_ids"], deal["won"]) == ("Harbour Works", [str(ada.customer.id)], None)
    assert (await client.get("/api/v1/deals", params={"stage": "won"})).json()["total"] == 0
    for sort in ("name", "stage", "closed_on", "created_at", "updated_at"):
        assert (await client.get("/api/v1/deals", params=asked | {"sort": sort})).json()["total"] == 1
    for sort in ("name", "customers", "created_at", "updated_at"):
        assert (await client.get("/api/v1/companies", params={"query": "harb", "sort": sort})).json()["total"] == 1
    assert (await client.get("/api/v1/deals", params={"sort": "colour"})).status_code == 422


async def test_a_viewer_counts_and_reads_but_changes_nothing(stand: Stand, ada: Filled) -> None:
    session = await stand.join(ada.tenant, role=Role.VIEWER)
    asked = {"brand_id": str(ada.brand.id), "rules": [RETAIL]}
    async with stand.client(session) as viewer:
        assert (await viewer.post("/api/v1/segments/count", json=asked)).status_code == 200
        assert (await viewer.get("/api/v1/companies")).status_code == 200
        assert (await viewer.post("/api/v1/segments", json=asked | {"name": "N"})).status_code == 403
    async with stand.client() as nobody:
        for route in ("companies", "deals", "segments/fields"):
            assert (await nobody.get(f"/api/v1/{route}")).status_code == 401
