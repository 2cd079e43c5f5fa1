"""Companies, customers and deals from files, and how they refer to each other."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.factories.storage import Filled
from tests.factories.workbooks import DAY, number, sheet, text, texts, workbook

from nexusplanner.domain.identity import Role

COMPANIES = """Record ID,Company name,Company Domain Name,Industry,Country/Region,Number of Employees
c1,Acme,https://www.acme.example/about,Energy,DE,120
c2,Globex,globex.example,Retail,AT,
"""
CUSTOMERS = """id,name,email,company id
p1,Ann,ann@acme.example,c1
p2,Ben,Ben@globex.example,GLOBEX.example
"""
DEALS = """Deal ID;Deal Name;Deal Stage;Amount;Deal Currency;Close Date;Company;Contacts
d1;Roof;Closed won;1.200,50;;31.03.2026;Acme;p1
d2;Cellar;Negotiation;90;usd;;c2;ben@GLOBEX.example; p1
d3;Shed;closed_lost;;;;;
"""


async def send(
    client: httpx.AsyncClient, ada: Filled, content: str | bytes, *, kind: str, preview: bool = False, **data: Any
) -> httpx.Response:
    body = content if isinstance(content, bytes) else content.encode()
    return await client.post(
        "/api/v1/imports/preview" if preview else "/api/v1/imports",
        data={"kind": kind, "brand_id": str(ada.brand.id), **data},
        files={"file": ("file", body, "application/octet-stream")},
    )


async def take(client: httpx.AsyncClient, ada: Filled, content: str | bytes, *, kind: str, **data: Any) -> Any:
    taken = await send(client, ada, content, kind=kind, **data)
    assert taken.status_code == 201, taken.text
    return taken.json()


async def listed(client: httpx.AsyncClient, what: str) -> dict[str, dict[str, Any]]:
    found = await client.get(f"/api/v1/{what}", params={"limit": 100})
    return {item["external_id"]: item for item in found.json()["items"]}


async def test_companies_customers_and_deals_of_files_find_each_other(client: httpx.AsyncClient, ada: Filled) -> None:
    assert (await take(client, ada, COMPANIES, kind="companies"))["imported"] == 2
    assert (await take(client, ada, CUSTOMERS, kind="customers"))["imported"] == 2
    deals = DEALS.replace("ben@GLOBEX.example; p1", '"ben@GLOBEX.example; p1"')
    assert (await take(client, ada, deals, kind="deals"))["imported"] == 3

    companies, customers = await listed(client, "companies"), await listed(client, "customers")
    acme = companies["c1"]
    assert (acme["name"], acme["domain"], acme["industry"]) == ("Acme", "acme.example", "Energy")
    assert (acme["region"], acme["employees"], acme["customers"], acme["deals"]) == ("DE", 120, 1, 1)
    assert companies["c2"]["employees"] is None
    assert customers["p1"]["company_id"] == acme["id"]
    assert customers["p2"]["company_id"] == companies["c2"]["id"]

    found = await listed(client, "deals")
    roof, cellar, shed = found["d1"], found["d2"], found["d3"]
    assert (roof["won"], roof["amount"]) == (True, {"amount": "1200.50", "currency": "EUR"})
    assert (roof["closed_on"], roof["company_name"]) == ("2026-03-31", "Acme")
    assert roof["customer_ids"] == [customers["p1"]["id"]]
    assert (cellar["won"], cellar["amount"]) == (None, {"amount": "90.00", "currency": "USD"})
    assert set(cellar["customer_ids"]) == {customers["p1"]["id"], customers["p2"]["id"]}
    assert (shed["won"], shed["amount"], shed["company_id"], shed["customer_ids"]) == (False, None, None, [])


async def test_a_file_taken_again_replaces_and_keeps_what_it_does_not_tell(
    client: httpx.AsyncClient, ada: Filled
) -> None:
    await take(client, ada, COMPANIES, kind="companies")
    again = await take(client, ada, "id,name\nc1,Acme AG\n", kind="companies")
    assert (again["imported"], again["replaced"]) == (0, 1)
    company = (await listed(client, "companies"))["c1"]
    assert (company["name"], company["domain"]) == ("Acme AG", "acme.example")

    await take(client, ada, "id,name,stage,company\nd1,Roof,Closed won,c1\n", kind="deals")
    await take(client, ada, "id,name,amount\nd1,Roof,5\n", kind="deals")
    deal = (await listed(client, "deals"))["d1"]
    assert (deal["won"], deal["company_id"], deal["amount"]["amount"]) == (True, company["id"], "5.00")
    await take(client, ada, "id,name,stage\nd1,Roof,Talking again\n", kind="deals")
    assert (await listed(client, "deals"))["d1"]["won"] is None


async def test_a_no_beside_a_stage_that_names_no_end_tells_no_loss(client: httpx.AsyncClient, ada: Filled) -> None:
    rows = "id,name,stage,won\nd1,A,Prospecting,FALSE\nd2,B,Closed Lost,FALSE\nd3,C,Declined,lost\nd4,D,,no\nd5,E,Last,yes\n"
    await take(client, ada, rows, kind="deals")
    found = await listed(client, "deals")
    assert [found[key]["won"] for key in ("d1", "d2", "d3", "d4", "d5")] == [None, False, False, False, True]


async def test_what_a_row_refers_to_must_be_one_record(client: httpx.AsyncClient, ada: Filled) -> None:
    twins = "id,name,domain\nx1,Twin,one.example\nx2,Twin,two.example\n"
    await take(client, ada, twins, kind="companies")
    rows = "id,name,company,customers\nd1,A,Twin,\nd2,B,nobody.example,\nd3,C,x2,ghost@x.example\nd4,D,x2,\n"
    seen = (await send(client, ada, rows, kind="deals", preview=True)).json()
    told = [(error["line"], error["column"], error["value"]) for error in seen["errors"]]
    assert told == [(2, "company", "Twin"), (3, "company", "nobody.example"), (4, "customers", "ghost@x.example")]
    assert "several" in seen["errors"][0]["reason"]
    refused = await send(client, ada, rows, kind="deals")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "IMPORT_REJECTED")
    taken = await take(client, ada, rows, kind="deals", skip_bad_rows="true")
    assert (taken["imported"], taken["skipped"]) == (1, 3)


async def test_a_file_finds_no_record_of_another_brand_or_tenant(
    client: httpx.AsyncClient, ada: Filled, stand: Any
) -> None:
    await take(client, ada, COMPANIES, kind="companies")
    bob = await stand.tenant("Bob")
    async with stand.client(bob.session) as other:
        deals = "id,name,company\nd1,Theft,c1\n"
        refused = await send(other, bob, deals, kind="deals")
        assert refused.status_code == 422, refused.text
        assert (await send(other, ada, deals, kind="deals")).status_code == 404
    async with stand.client(await stand.join(ada.tenant, role=Role.VIEWER)) as viewer:
        assert (await send(viewer, ada, COMPANIES, kind="companies")).status_code == 403


@pytest.mark.parametrize(
    ("kind", "rows", "word"),
    [
        ("companies", "id,name\n,Acme\n", "empty"),
        ("companies", "id,name\nc1,A\nc1,B\n", "repeats line 2"),
        ("companies", f"id,name\n{'k' * 201},A\n", "200 characters"),
        ("deals", "id,name,amount,currency\nd1,A,5,EURO\n", "not a currency"),
        ("deals", "id,name,won\nd1,A,maybe\n", "won, lost or open"),
        ("deals", "id,name,closed_on\nd1,A,31.02.2026\n", "calendar"),
        ("customers", f"id,name,email\np1,A,{'x' * 9000}\n", "200 characters"),
        ("customers", f"id,name\n{'x' * 9000},A\n", "200 characters"),
        ("signals", "source,content,timestamp,url\nS,Text,2026-01-01,javascript:alert(1)\n", "web page"),
        ("services", f"name,category\nA,{'x' * 201}\n", "200 characters"),
    ],
)
async def test_a_bad_cell_is_an_error_of_its_row(
    client: httpx.AsyncClient, ada: Filled, kind: str, rows: str, word: str
) -> None:
    refused = await send(client, ada, rows, kind=kind)
    assert refused.status_code == 422, refused.text
    (error,) = refused.json()["error"]["details"]["errors"]
    assert word in error["reason"]
    assert error["line"] in {2, 3}


async def test_a_workbook_is_taken_like_the_same_csv(client: httpx.AsyncClient, ada: Filled) -> None:
    people = sheet(
        [text(name) for name in ("id", "name", "since", "ltv", "note")],
        [number(17), text("Ann"), number(46112, style=DAY), number(1234.5), text("1.000,5")],
    )
    content = workbook(("People", people), ("Old", texts("id,name", "9,Zoe")))
    mapping = '{"columns": {"id": "external_id", "name": "name", "since": "since", "ltv": "lifetime_value"}'
    for mark in (".", ","):
        told = f'{mapping}, "decimal_mark": "{mark}"}}'
        seen = (await send(client, ada, content, kind="customers", preview=True, mapping=told)).json()
        assert seen["errors"] == [], seen
        assert (seen["rows"], "another sheet" in seen["remark"]) == (1, True)
        await take(client, ada, content, kind="customers", mapping=told)
        ann = (await listed(client, "customers"))["17"]
        assert (ann["since"], ann["lifetime_value"]["amount"]) == ("2026-03-31", "1234.50")


async def test_what_is_no_workbook_is_refused(client: httpx.AsyncClient, ada: Filled) -> None:
    refused = await send(client, ada, b"PK\x03\x04 nothing", kind="customers")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "WORKBOOK_DAMAGED")
