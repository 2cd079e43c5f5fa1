"""A person is erased: nothing of them is left in the database, in files, or in answers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, insert, select
from tests.api.conftest import Stand, open_stand, settings_in
from tests.api.test_campaigns import WAIT
from tests.api.test_routes import brief
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.leaks import everything_logged, stored
from tests.factories.storage import Filled, units_of_work

from nexusplanner.application.customers.erasure import erase_person
from nexusplanner.application.ports.erasure import Trace
from nexusplanner.application.ports.retrieval import Wanted
from nexusplanner.domain.identity import Role
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.passages import passage_vectors

NAME, EMAIL, KEY = "Zebulon Quokkaberg", "zebulon.quokkaberg@canary.example", "canary-77-zq"
CANARIES = ("Quokkaberg", "quokkaberg", KEY)
WHY = {"reason": "Asked to be erased by letter."}


def person(ada: Filled, **changes: Any) -> dict[str, Any]:
    return {
        "brand_id": str(ada.brand.id),
        "external_id": KEY,
        "name": NAME,
        "email": EMAIL,
        "industry": "Retail",
        "region": "Bergen",
        "segment_id": str(ada.segment.id),
        "lifetime_value": {"amount": "900.00", "currency": "EUR"},
    } | changes


async def crowd(client: httpx.AsyncClient, ada: Filled) -> None:
    """Others of the segment, so that something may be told of it."""
    for at in range(6):
        body = person(ada, external_id=f"o-{at}", name=f"Other {at}", email=f"other{at}@example.com")
        assert (await client.post("/api/v1/customers", json=body)).status_code == 201


async def spread(stand: Stand, client: httpx.AsyncClient, ada: Filled) -> str:
    """Put the person wherever a person can go; the id of the record."""
    await crowd(client, ada)
    made = await client.post("/api/v1/customers", json=person(ada), headers={"Idempotency-Key": "person"})
    assert made.status_code == 201, made.text
    customer: str = made.json()["id"]
    other_brand = await client.post("/api/v1/brands", json={"name": "Southwind", "currency": "EUR"})
    twin = person(ada, brand_id=other_brand.json()["id"], segment_id=None, email=EMAIL.upper(), external_id=f"{KEY}-b")
    assert (await client.post("/api/v1/customers", json=twin)).status_code == 201
    table = f"id,name,email,employees\n{KEY},{NAME},{EMAIL},{EMAIL}\nnew-1,New,new@example.com,3\n"
    taken = await client.post(
        "/api/v1/imports",
        data={"kind": "customers", "brand_id": str(ada.brand.id), "skip_bad_rows": "true"},
        files={"file": ("c.csv", table.encode(), "text/csv")},
        headers={"Idempotency-Key": "file"},
    )
    assert taken.status_code == 201, taken.text
    async with stand.container.units.for_actor(ada.actor) as uow:
        named = records.deal(ada.brand, name=f"{NAME} - renewal", company_id=ada.company.id)
        uow.companies.add_deals([named])
        firm = await uow.companies.get(ada.company.id)
        firm.name = f"{NAME} Consulting"
        (await uow.customers.get(customer)).company_id = firm.id  # type: ignore[arg-type]
        await uow.companies.set_customers({named.id: [customer]})  # type: ignore[list-item]
        await uow.ledger.append(
            records.decision(ada.tenant.id, personal={customer: {"name": NAME, "email": EMAIL}}, run_id=ada.run.id)
        )
    for path in (f"search?q={NAME}", f"retrieve?q={NAME}", f"customers?query={EMAIL}"):
        assert (await client.get(f"/api/v1/{path}")).status_code == 200
    return customer


def contents(home: Path) -> list[bytes]:
    """Of every file the application keeps."""
    return [path.read_bytes() for path in home.rglob("*") if path.is_file()]


async def with_vector(stand: Stand, ada: Filled) -> None:
    """Give the summary of the person's segment a vector."""
    async with stand.container.units.for_actor(ada.actor) as uow:
        session = uow.session
        values = {"tenant_id": ada.tenant.id, "passage_id": f"segment:{ada.segment.id}", "content_hash": "0" * 64}
        more = {"fingerprint": "none", "vector": bytes(8), "changed_in": 1}
        await session.execute(insert(passage_vectors).values(values | more))


async def vectors(stand: Stand, ada: Filled) -> int:
    async with stand.container.units.for_actor(ada.actor) as uow:
        return await uow.session.scalar(select(func.count()).select_from(passage_vectors)) or 0


async def text_of(client: httpx.AsyncClient, *paths: str) -> str:
    return "\n".join([(await client.get(f"/api/v1/{path}")).text for path in paths])


async def test_nothing_is_left_of_a_person_who_was_erased(database: TestDatabase, tmp_path: Path) -> None:
    with everything_logged() as log:
        async with open_stand(database, settings_in(tmp_path), worker=True) as stand:
            ada = await stand.tenant()
            async with stand.client(ada.session) as client:
                customer = await spread(stand, client, ada)
                generated = await client.post("/api/v1/campaigns/generate", json=brief(ada), headers=WAIT)
                assert generated.status_code == 201, generated.text
                assert all(stored(database, canary) for canary in CANARIES)
                told = (await client.get("/api/v1/retrieve", params={"q": ada.segment.name})).text
                assert "8 known customers" in told
                others = await vectors(stand, ada)
                await with_vector(stand, ada)
                assert await vectors(stand, ada) == others + 1
                erased = await client.post(f"/api/v1/customers/{customer}/erase", json=WHY)
                assert erased.status_code == 200, erased.text
                counts = erased.json()["erased"]
                after = await client.get("/api/v1/retrieve", params={"q": ada.segment.name})
                left = await text_of(
                    client,
                    "customers?limit=100",
                    "companies",
                    "deals",
                    "segments",
                    "decisions?limit=100",
                    "decisions/export",
                    f"search?q={NAME}",
                    f"retrieve?q={NAME}",
                    f"campaigns/{generated.json()['id']}",
                )
                assert await vectors(stand, ada) == others
                verified = (await client.get("/api/v1/decisions/verify")).json()
                entry = (await client.get("/api/v1/decisions", params={"step": "erase_person"})).json()["items"][0]
    assert counts | {"passages": 0} == {
        "customers": 2,
        "memberships": 1,
        "deals": 1,
        "sync_records": 0,
        "renamed": 2,
        "passages": 0,
        "vectors": 1,
        "payload_keys": 1,
        "kept_answers": 2,
    }
    assert counts["passages"] >= 1
    assert {canary: stored(database, canary) for canary in CANARIES} == {canary: [] for canary in CANARIES}
    assert not any(canary in left for canary in CANARIES)
    assert "7 known customers" in after.text
    assert "8 known customers" not in after.text
    assert verified["valid"]
    assert entry["author"] == "person"
    assert entry["summary"] == f"Erased a person (2 customer records): {WHY['reason']}"
    assert not any(canary.encode() in content for canary in CANARIES for content in contents(tmp_path))
    said = [line for line in log.getvalue().splitlines() if "HTTP Request" not in line]
    assert not any(canary in line for canary in CANARIES for line in said)


async def test_what_is_kept_about_a_person_can_be_handed_over(
    stand: Stand, client: httpx.AsyncClient, ada: Filled
) -> None:
    customer = await spread(stand, client, ada)
    answer = await client.get(f"/api/v1/customers/{customer}/data")
    assert answer.status_code == 200, answer.text
    data = answer.json()
    assert len(data["customers"]) == 2
    assert {row["name"] for row in data["rows"]["customers"]} == {NAME}
    assert data["rows"]["segment_members"][0]["how"] == "hand"
    assert [each["name"] for each in data["deals"]] == [f"{NAME} - renewal"]
    assert data["ledger"][0]["noted"] == {customer: {"name": NAME, "email": EMAIL}}


async def test_a_person_who_was_erased_does_not_come_back_with_an_old_file(
    stand: Stand, client: httpx.AsyncClient, ada: Filled
) -> None:
    made = (await client.post("/api/v1/customers", json=person(ada))).json()
    assert (await client.post(f"/api/v1/customers/{made['id']}/erase", json=WHY)).status_code == 200
    table = f"id,name,email\nother-key,Zeb,{EMAIL.upper()}\n{KEY},Zeb,\nfree,Free,free@example.com\n"

    async def take(skip: str) -> httpx.Response:
        return await client.post(
            "/api/v1/imports",
            data={"kind": "customers", "brand_id": str(ada.brand.id), "skip_bad_rows": skip},
            files={"file": ("c.csv", table.encode(), "text/csv")},
        )

    refused = await take("false")
    assert refused.status_code == 422, refused.text
    assert [each["line"] for each in refused.json()["error"]["details"]["errors"]] == [2, 3]
    taken = (await take("true")).json()
    assert (taken["imported"], taken["skipped"]) == (1, 2)
    back = await client.post("/api/v1/customers", json=person(ada))
    assert back.status_code == 201, back.text
    assert (await take("true")).json()["replaced"] == 2
    async with stand.container.units.for_actor(ada.actor) as uow:
        traces = [Trace(email=f" {EMAIL.upper()} "), Trace(email="free@example.com"), Trace(external_id=KEY)]
        assert await uow.erased.among(traces) == {0}
    bob = await stand.tenant("Bob")
    async with stand.container.units.for_actor(bob.actor) as uow:
        assert await uow.erased.among(traces) == frozenset()


async def test_who_is_added_while_somebody_is_erased_is_seen(stand: Stand, ada: Filled) -> None:
    twin = records.customer(ada.brand, external_id="twin", email=EMAIL)
    person_kept = records.customer(ada.brand, external_id=KEY, email=EMAIL)
    units = stand.container.units
    async with units.for_actor(ada.actor) as uow:
        uow.customers.add_all([person_kept])
    asked = asyncio.Event()

    async def add() -> None:
        async with units.for_actor(ada.actor) as uow:
            assert await uow.erased.among([Trace(email=EMAIL)]) == frozenset()
            asked.set()
            await asyncio.sleep(0.2)
            uow.customers.add_all([twin])

    async def erase() -> int:
        await asked.wait()
        async with units.for_actor(ada.actor) as uow:
            gone = await erase_person(uow, customer_id=person_kept.id, reason=WHY["reason"], now=records.NOW)
        return gone["customers"]

    _, gone = await asyncio.gather(add(), erase())
    assert gone == 2


async def test_another_process_forgets_with_its_next_question(
    stand: Stand, client: httpx.AsyncClient, ada: Filled, database: TestDatabase
) -> None:
    await crowd(client, ada)
    made = (await client.post("/api/v1/customers", json=person(ada, industry="Quokka farming"))).json()
    engine = make_engine(database.app_url)
    other = units_of_work(engine)

    async def asked() -> str:
        async with other.for_actor(ada.actor) as uow:
            passages = await uow.passages.read([f"segment:{ada.segment.id}"])
            hits = await uow.passages.find("known customers", wanted=Wanted(), limit=20)
        return "\n".join([*(each.text for each in passages), *(each.passage.text for each in hits)])

    assert "8 known customers" in await asked()
    assert (await client.post(f"/api/v1/customers/{made['id']}/erase", json=WHY)).status_code == 200
    told = await asked()
    await engine.dispose()
    assert "7 known customers" in told
    assert "8 known customers" not in told


async def test_only_an_administrator_erases_and_only_what_is_there(stand: Stand, ada: Filled) -> None:
    bob = await stand.tenant("Bob")
    planner = await stand.join(ada.tenant, role=Role.APPROVER)
    address = f"/api/v1/customers/{ada.customer.id}"
    async with stand.client() as nobody:
        assert (await nobody.post(f"{address}/erase", json=WHY)).status_code == 401
    async with stand.client(bob.session) as foreign:
        assert (await foreign.post(f"{address}/erase", json=WHY)).status_code == 404
        assert (await foreign.get(f"{address}/data")).status_code == 404
    async with stand.client(planner) as client:
        assert (await client.post(f"{address}/erase", json=WHY)).status_code == 403
        assert (await client.get(f"{address}/data")).status_code == 403
        assert (await client.get(address)).status_code == 200


@pytest.mark.parametrize("reason", ["", "   ", "grace  HOPPER", "As Grace Hopper asked", "x" * 301])
async def test_a_reason_is_wanted_that_names_nobody(client: httpx.AsyncClient, ada: Filled, reason: str) -> None:
    answer = await client.post(f"/api/v1/customers/{ada.customer.id}/erase", json={"reason": reason})
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["error"]["fields"]) == ["reason"]
    assert (await client.get(f"/api/v1/customers/{ada.customer.id}")).status_code == 200
