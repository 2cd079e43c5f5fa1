"""The ledger over HTTP: looked through, unmasked, signed, exported and verified."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from sqlalchemy import make_url
from tests.api.conftest import Stand, open_stand, settings_in
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.storage import Filled

from nexusplanner.application.ledger.export import verify_export
from nexusplanner.domain.audit import Decision
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.identity import Role

LEDGER = "/api/v1/decisions"


async def append(stand: Stand, owner: Filled, **changes: Any) -> Decision:
    made = records.decision(owner.tenant.id, **changes)
    async with stand.container.units.for_actor(owner.actor) as uow:
        await uow.ledger.append(made)
    return made


def tamper(database: TestDatabase, *statements: str) -> None:
    url = make_url(database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.fixture
async def viewer(stand: Stand, ada: Filled) -> AsyncIterator[httpx.AsyncClient]:
    async with stand.client(await stand.join(ada.tenant, role=Role.VIEWER)) as client:
        yield client


async def test_a_list_tells_what_models_answered_and_took(stand: Stand, ada: Filled, client: httpx.AsyncClient) -> None:
    await append(
        stand,
        ada,
        run_id=ada.run.id,
        campaign_id=ada.campaign.id,
        step="refine",
        author=Author.AI,
        provider="house",
        provider_version="7",
        model="large",
        model_answered="large-2026",
        prompt="refine",
        prompt_version="3",
        prompt_sha256="ab" * 32,
        usage={"requests": 1, "input_tokens": 900, "output_tokens": 100, "cached_tokens": 10},
        cost_microunits=1234,
        attempts=("cheap (small) timeout after 3000 ms", "house (large) answered after 900 ms"),
        removed=("an e-mail address from a note",),
        fallback_reason="",
    )
    (row,) = (await client.get(LEDGER, params={"author": "ai"})).json()["items"]
    assert (row["model"], row["model_answered"], row["tokens"], row["attempts_count"]) == (
        "large",
        "large-2026",
        1000,
        2,
    )
    assert (row["run_kind"], row["campaign_name"]) == ("generate", ada.campaign.name)
    assert row["cost"] == "0.001234"
    assert 0 <= row["supported_share"] <= 1
    assert row["outcome"] is None
    whole = (await client.get(f"{LEDGER}/{row['id']}")).json()
    assert (whole["provider_version"], whole["prompt_version"], whole["prompt_sha256"]) == ("7", "3", "ab" * 32)
    assert whole["removed"] == ["an e-mail address from a note"]
    assert whole["usage"]["cached_tokens"] == 10
    assert len(whole["attempts"]) == 2


async def test_a_list_is_filtered_by_step_author_and_day(stand: Stand, ada: Filled, client: httpx.AsyncClient) -> None:
    later = records.NOW + timedelta(days=3)
    await append(stand, ada, step="save_allocation", author=Author.PERSON, decided_at=later)

    async def steps(**params: str) -> list[str]:
        answer = await client.get(LEDGER, params={"sort": "-sequence", **params})
        assert answer.status_code == 200, answer.text
        return [each["step"] for each in answer.json()["items"]]

    first, last = records.NOW.date().isoformat(), later.date().isoformat()
    assert await steps() == ["save_allocation", "ideate"]
    assert await steps(step="ideate") == ["ideate"]
    assert await steps(author="person") == ["save_allocation"]
    assert await steps(author="ai") == []
    assert await steps(to=first) == ["ideate"]
    assert await steps(**{"from": last, "to": last}) == ["save_allocation"]
    assert await steps(**{"from": "9999-12-31", "to": "9999-12-31"}) == []
    assert (await client.get(LEDGER, params={"author": "nobody"})).status_code == 422
    assert (await client.get(LEDGER, params={"from": "yesterday"})).status_code == 422


async def test_entries_of_the_first_format_and_ruined_ones_are_still_shown(
    stand: Stand, ada: Filled, client: httpx.AsyncClient, database: TestDatabase
) -> None:
    (old,) = (await client.get(LEDGER)).json()["items"]
    later = ("provider_version", "model_answered", "prompt_version", "prompt_sha256", "removed")
    gone = " ".join(f"- '{name}'" for name in later)
    tamper(database, f"UPDATE decisions SET format = 1, entry = (entry::jsonb {gone} || '{{\"format\": 1}}')::text")
    whole = (await client.get(f"{LEDGER}/{old['id']}")).json()
    assert whole["summary"] == old["summary"]
    assert [whole[name] for name in later] == ["", "", "", "", []]
    for entry in ("nonsense", "[1]", '{"usage": 3}', '{"cost_microunits": "much"}'):
        tamper(database, f"UPDATE decisions SET entry = '{entry}'")
        (row,) = (await client.get(LEDGER)).json()["items"]
        whole = (await client.get(f"{LEDGER}/{old['id']}")).json()
        assert "cannot be read" in row["summary"]
        assert "cannot be read" in whole["summary"]
        assert (await client.get(f"{LEDGER}/verify")).json()["first_bad"]["sequence"] == 1


@pytest.mark.parametrize("entry", ["gone", "[]", '{"author": "rules", "summary": "\\u0000"}', '{"personal": 3}'])
async def test_an_entry_that_somebody_made_unreadable_hides_no_other_and_opens_nothing(
    stand: Stand, ada: Filled, client: httpx.AsyncClient, database: TestDatabase, entry: str
) -> None:
    (first,) = (await client.get(LEDGER)).json()["items"]
    await append(stand, ada, step="refine", author=Author.RULES)
    tamper(database, f"UPDATE decisions SET entry = '{entry}' WHERE sequence = 1")
    found = await client.get(LEDGER, params={"author": "rules", "step": "refine"})
    assert [each["step"] for each in found.json()["items"]] == ["refine"]
    assert (await client.get(LEDGER, params={"author": "rules"})).status_code == 200
    opened = await client.post(f"{LEDGER}/{first['id']}/unmask", json={"reason": "A question of the customer"})
    assert (opened.status_code, opened.json()["error"]["code"]) == (409, "LEDGER_NOT_INTACT")


async def test_personal_data_is_shown_to_administrators_with_a_reason_that_is_kept(
    stand: Stand, ada: Filled, client: httpx.AsyncClient, viewer: httpx.AsyncClient
) -> None:
    made = await append(stand, ada, personal={"customer-1": {"note": "Grace Hopper asked"}})
    address = f"{LEDGER}/{made.id}"
    masked = await viewer.get(address)
    assert masked.json()["subjects"] == ["customer-1"]
    assert "Hopper" not in masked.text
    assert (await viewer.post(f"{address}/unmask", json={"reason": "Curious."})).status_code == 403
    for body in ({}, {"reason": "   "}, {"reason": "x" * 501}):
        refused = await client.post(f"{address}/unmask", json=body)
        assert refused.status_code == 422, body
        assert "reason" in refused.json()["error"]["fields"]
    assert (await client.post(f"{LEDGER}/{uuid4()}/unmask", json={"reason": "Why."})).status_code == 404
    body, headers = {"reason": "The customer asked what we know."}, {"Idempotency-Key": "once"}
    shown = await client.post(f"{address}/unmask", json=body, headers=headers)
    assert shown.json()["personal"] == {"customer-1": {"note": "Grace Hopper asked"}}
    entries = (await client.get(LEDGER, params={"step": "unmask_decision"})).json()["items"]
    (look,) = [(await client.get(f"{LEDGER}/{each['id']}")).json() for each in entries]
    assert look["author"] == "person"
    assert look["inputs"] == {"user": str(ada.user.id), "decision": str(made.id)}
    assert look["output"] == {"reason": "The customer asked what we know.", "subjects": ["customer-1"]}
    async with stand.container.units.for_actor(ada.actor) as uow:
        await uow.ledger.erase("customer-1")
    assert (await client.post(f"{address}/unmask", json=body)).json()["personal"] == {}
    assert (await client.get(LEDGER, params={"step": "unmask_decision"})).json()["total"] == 1
    assert (await client.get(f"{LEDGER}/verify")).json()["valid"] is True


async def test_texts_are_shown_without_what_identifies_a_person_until_they_are_unmasked(
    stand: Stand, ada: Filled, client: httpx.AsyncClient, viewer: httpx.AsyncClient
) -> None:
    digest = "3863cf4054af4620b395eef361b7d115296149f38b67f550553ec3df2d6dbebf"
    made = await append(
        stand,
        ada,
        step="save_allocation",
        summary="Asked for by grace.hopper@example.com",
        output={"reason": "Call her on +49 30 901820 about 12 500 EUR", "before": ["grace.hopper@example.com"]},
        inputs={"brief": digest},
    )
    (row,) = (await viewer.get(LEDGER, params={"step": "save_allocation"})).json()["items"]
    assert row["summary"] == "Asked for by [e-mail address]"
    whole = await viewer.get(f"{LEDGER}/{made.id}")
    assert "hopper" not in whole.text
    assert "901820" not in whole.text
    assert whole.json()["masked"] == ["2 e-mail addresses", "1 phone number"]
    assert "12 500 EUR" in whole.json()["output"]["reason"]
    assert whole.json()["inputs"] == {"brief": digest}
    shown = (await client.post(f"{LEDGER}/{made.id}/unmask", json={"reason": "A complaint."})).json()
    assert shown["entry"]["summary"] == made.summary
    assert shown["entry"]["output"] == made.output
    assert "personal" not in shown["entry"]
    assert (await client.get(LEDGER, params={"step": "unmask_decision"})).json()["total"] == 1


async def test_a_signed_ledger_shows_what_was_rewritten_with_its_head(
    stand: Stand, ada: Filled, client: httpx.AsyncClient, viewer: httpx.AsyncClient, database: TestDatabase
) -> None:
    for _ in range(4):
        await append(stand, ada)
    unsigned = (await viewer.get(f"{LEDGER}/verify")).json()
    assert (unsigned["checkpoint"], unsigned["after_checkpoint"]) == (None, 5)
    assert (await viewer.post(f"{LEDGER}/checkpoint")).status_code == 403
    made = (await client.post(f"{LEDGER}/checkpoint")).json()
    assert made["sequence"] == 5
    assert (await client.post(f"{LEDGER}/checkpoint")).json() == made, "nothing new is signed twice"
    await append(stand, ada)
    found = (await viewer.get(f"{LEDGER}/verify")).json()
    assert found["valid"] is True
    assert found["checkpoint"] == {**made, "fits": True}
    assert found["after_checkpoint"] == 1
    assert "1 entry after it is not protected yet" in found["text"]
    tamper(
        database,
        "DELETE FROM decisions WHERE sequence > 3",
        "UPDATE ledger_heads SET sequence = 3, hash = (SELECT hash FROM decisions WHERE sequence = 3)",
    )
    cut = (await viewer.get(f"{LEDGER}/verify")).json()
    assert cut["valid"] is False
    assert cut["first_bad"]["sequence"] == 4
    assert cut["checkpoint"]["fits"] is False
    refused = await client.post(f"{LEDGER}/checkpoint")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "LEDGER_NOT_INTACT")


async def test_tampering_with_the_checkpoints_is_found(stand: Stand, ada: Filled, client: httpx.AsyncClient) -> None:
    await client.post(f"{LEDGER}/checkpoint")
    path = stand.container.settings.checkpoints_home / f"{ada.tenant.id}.jsonl"
    line = path.read_text()
    path.write_text(line.replace('"sequence":1', '"sequence":2'))
    found = (await client.get(f"{LEDGER}/verify")).json()
    assert (found["valid"], found["first_bad"], found["checkpoint"]) == (False, None, None)
    assert "Line 1 of the checkpoints" in found["text"]
    await append(stand, ada)
    refused = await client.post(f"{LEDGER}/checkpoint")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "CHECKPOINTS_BROKEN")


async def test_an_export_is_streamed_to_administrators_and_verifies_by_itself(
    stand: Stand, ada: Filled, client: httpx.AsyncClient, viewer: httpx.AsyncClient
) -> None:
    for number in range(450):
        await append(stand, ada, summary=f"Entry {number}: “zwei”\u2028\n")
    assert (await viewer.get(f"{LEDGER}/export")).status_code == 403
    answer = await client.get(f"{LEDGER}/export")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert "decisions.jsonl" in answer.headers["content-disposition"]
    lines = answer.content.splitlines(keepends=True)
    assert len(lines) == 451
    assert json.loads(lines[3])["sequence"] == 4
    assert verify_export(lines).intact
    other = await stand.tenant("Bob")
    assert str(other.tenant.id) not in answer.text
    assert all(UUID(json.loads(json.loads(line)["entry"])["tenant_id"]) == ada.tenant.id for line in lines)


async def test_runs_and_the_end_of_a_process_leave_checkpoints(database: TestDatabase, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, checkpoint_entries=1)
    async with open_stand(database, settings, worker=True) as working:
        ada = await working.tenant()
        async with working.client(ada.session) as client:
            body = {
                "service_id": str(ada.service.id),
                "theme": "Spring",
                "start_date": "2026-04-06",
                "end_date": "2026-05-03",
                "total_budget": {"amount": "1000.00", "currency": "EUR"},
            }
            made = await client.post("/api/v1/campaigns/generate", json=body, headers={"Prefer": "wait=25"})
            assert made.status_code == 201, made.text
            for _ in range(200):
                found = (await client.get(f"{LEDGER}/verify")).json()
                if found["checkpoint"]:
                    break
                await asyncio.sleep(0.05)
            assert found["checkpoint"]["fits"] is True
            assert found["after_checkpoint"] == 0
        bob = await working.tenant("Bob")
        await append(working, bob)
    path = working.container.settings.checkpoints_home / f"{bob.tenant.id}.jsonl"
    assert path.read_bytes().count(b"\n") == 1
