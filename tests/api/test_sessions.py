"""Conversations with the assistants over HTTP, in the demonstration workspace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from tests.api.conftest import Stand, open_stand, settings_in
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.demo_workspace import DemoWorkspace, demo_workspace

from nexusplanner.domain.identity import Actor, Role, Session
from nexusplanner.domain.sessions import MOST_MESSAGES
from nexusplanner.domain.shared import SessionId
from nexusplanner.infrastructure.db.identity import see_only
from nexusplanner.infrastructure.db.unit_of_work import transaction

URL = "/api/v1/sessions"


@pytest.fixture(scope="module")
def demo(module_database: TestDatabase) -> DemoWorkspace:
    return asyncio.run(demo_workspace(module_database))


@pytest.fixture
async def stand(module_database: TestDatabase, tmp_path: Path) -> AsyncIterator[Stand]:
    async with open_stand(module_database, settings_in(tmp_path)) as opened:
        yield opened


async def signed_in(stand: Stand, actor: Actor) -> Session:
    async with stand.container.units.for_actor(actor) as uow:
        user = await uow.identity.user(actor.user_id)
    session = records.session(user, expires_at=stand.clock.now() + timedelta(days=14))
    async with transaction(stand.container.engine) as opened:
        await see_only(opened, "tenant_id", actor.tenant_id)
        opened.add(session)
    return session


@pytest.fixture
async def client(stand: Stand, demo: DemoWorkspace) -> AsyncIterator[httpx.AsyncClient]:
    """Who loaded the demonstration, signed in."""
    async with stand.client(await signed_in(stand, demo.actor)) as opened:
        yield opened


async def started(client: httpx.AsyncClient, assistant: str = "workspace", **more: str) -> str:
    answer = await client.post(URL, json={"assistant": assistant, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def planning(client: httpx.AsyncClient, demo: DemoWorkspace) -> str:
    return await started(client, "planning", campaign_id=str(demo.campaign.id))


async def said(client: httpx.AsyncClient, session: str, text: str, **headers: str) -> dict[str, Any]:
    answer = await client.post(f"{URL}/{session}/messages", json={"text": text}, headers=headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def euros(shown: str) -> Decimal:
    return Decimal(shown.removesuffix(" EUR").replace(",", ""))


async def version(client: httpx.AsyncClient, campaign: object) -> int:
    return int((await client.get(f"/api/v1/campaigns/{campaign}")).json()["version"])


async def test_a_conversation_is_kept_with_sources_and_goes_on_from_what_was_said(
    stand: Stand, client: httpx.AsyncClient, demo: DemoWorkspace
) -> None:
    session = await planning(client, demo)
    first = await said(client, session, "How much goes to LinkedIn?")
    assert first["role"] == "assistant"
    assert first["author"] == "rules"
    assert first["fallback_reason"] == ""
    assert "LinkedIn gets" in first["text"]
    assert all(source["quote"] and source["url"].startswith("/campaigns/") for source in first["citations"])
    second = await said(client, session, "And video?")
    assert second["text"].startswith("Online video gets")
    third = await said(client, session, "Why?")
    assert third["text"].startswith("Online video gets")
    assert "because money goes where the next 1,000 brings most" in third["text"]

    whole = (await client.get(f"{URL}/{session}")).json()
    assert [message["role"] for message in whole["messages"]] == ["user", "assistant"] * 3
    assert whole["title"] == "How much goes to LinkedIn?"
    listed = (await client.get(URL, params={"assistant": "planning", "campaign_id": str(demo.campaign.id)})).json()
    row = next(row for row in listed["items"] if row["id"] == session)
    assert row["messages"] == 6
    assert (await client.get(URL, params={"assistant": "insights", "campaign_id": str(uuid4())})).json()["total"] == 0
    async with stand.container.units.for_actor(demo.actor) as uow:
        entries = await uow.read.decisions.page(sort="-sequence", limit=3)
    assert {entry.step for entry in entries.items} == {"assist"}
    assert "LinkedIn" not in str([dict(entry.entry) for entry in entries.items])


async def test_a_conversation_survives_a_restart(
    module_database: TestDatabase, tmp_path: Path, client: httpx.AsyncClient, demo: DemoWorkspace
) -> None:
    session = await planning(client, demo)
    await said(client, session, "How much goes to LinkedIn?")
    async with (
        open_stand(module_database, settings_in(tmp_path / "again")) as later,
        later.client(await signed_in(later, demo.actor)) as other,
    ):
        assert len((await other.get(f"{URL}/{session}")).json()["messages"]) == 2
        assert (await said(other, session, "and email?"))["text"].startswith("E-mail gets")


async def test_nobody_else_finds_a_conversation(stand: Stand, client: httpx.AsyncClient, demo: DemoWorkspace) -> None:
    session = await planning(client, demo)
    offered = (await said(client, session, "Think of other ideas"))["drafts"][0]["id"]
    async with stand.container.units.for_actor(demo.actor) as uow:
        tenant = await uow.identity.tenant()
    admin = await stand.join(tenant, role=Role.ADMIN)
    stranger = (await stand.tenant("Eve")).session
    paths = (
        ("GET", f"{URL}/{session}"),
        ("DELETE", f"{URL}/{session}"),
        ("POST", f"{URL}/{session}/messages"),
        ("POST", f"{URL}/{session}/drafts/{offered}/accept"),
        ("POST", f"{URL}/{session}/drafts/{offered}/decline"),
    )
    for other in (admin, stranger):
        async with stand.client(other) as somebody:
            assert session not in (await somebody.get(URL)).text
            for method, path in paths:
                body = {"json": {"text": "Hello"}} if path.endswith("messages") else {}
                answer = await somebody.request(method, path, **body)  # type: ignore[arg-type]
                assert answer.status_code == 404, f"{method} {path}: {answer.text}"
                assert answer.json()["error"]["code"] == "SESSION_NOT_FOUND"
    assert (await client.get(f"{URL}/{session}")).status_code == 200


async def test_what_is_no_question_is_refused(stand: Stand, client: httpx.AsyncClient, demo: DemoWorkspace) -> None:
    assert (await client.post(URL, json={"assistant": "oracle"})).status_code == 422
    no_campaign = await client.post(URL, json={"assistant": "planning"})
    assert no_campaign.status_code == 422
    assert "campaign_id" in no_campaign.json()["error"]["fields"]
    unknown = await client.post(URL, json={"assistant": "planning", "campaign_id": str(uuid4())})
    assert unknown.json()["error"]["code"] == "CAMPAIGN_NOT_FOUND"
    session = await started(client)
    for text in ("", "   ", "x" * 4001):
        answer = await client.post(f"{URL}/{session}/messages", json={"text": text})
        assert answer.status_code == 422, text[:10]
        if not text.strip():
            fields = answer.json()["error"]["fields"]
            assert fields == {"text": "A question needs words. Write what you want to know."}
    assert (await client.get(f"{URL}/{session}")).json()["messages"] == []
    async with stand.client() as nobody:
        assert (await nobody.get(URL)).status_code == 401
    del demo


async def test_a_session_ends_at_its_limit_and_takes_one_question_at_a_time(
    stand: Stand, client: httpx.AsyncClient, demo: DemoWorkspace
) -> None:
    session = await started(client)
    async with stand.container.units.for_actor(demo.actor) as uow:
        kept = await uow.sessions.get(SessionId(UUID(session)))
        kept.messages = MOST_MESSAGES - 1
    refused = await client.post(f"{URL}/{session}/messages", json={"text": "Hello"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "SESSION_FULL")

    busy = await started(client)
    async with stand.container.units.for_actor(demo.actor) as uow:
        waiting = await uow.sessions.get(SessionId(UUID(busy)))
        waiting.asked_at = stand.clock.now()
    refused = await client.post(f"{URL}/{busy}/messages", json={"text": "Hello"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "SESSION_BUSY")


async def test_a_repeated_request_is_answered_once(client: httpx.AsyncClient, demo: DemoWorkspace) -> None:
    session, key = await planning(client, demo), {"Idempotency-Key": uuid4().hex}
    first = await said(client, session, "What is the budget?", **key)
    again = await said(client, session, "What is the budget?", **key)
    assert first == again
    assert len((await client.get(f"{URL}/{session}")).json()["messages"]) == 2


async def test_a_scenario_on_offer_is_kept_when_it_is_accepted_and_only_once(
    client: httpx.AsyncClient, demo: DemoWorkspace
) -> None:
    session, campaign = await planning(client, demo), f"/api/v1/campaigns/{demo.campaign.id}"
    before = (await client.get(f"{campaign}/scenarios")).json()["total"]
    answer = await said(client, session, "What if we cut video by 20 %?")
    (draft,) = answer["drafts"]
    assert draft["kind"] == "scenario"
    assert draft["state"] == "open"
    (video,) = (each for each in draft["changes"] if each["label"] == "Online video")
    assert euros(video["after"]) == (euros(video["before"]) * Decimal("0.8")).quantize(Decimal("0.01"))
    assert (await client.get(f"{campaign}/scenarios")).json()["total"] == before
    accepted = await client.post(f"{URL}/{session}/drafts/{draft['id']}/accept")
    assert accepted.status_code == 200, accepted.text
    assert accepted.json()["state"] == "accepted"
    assert accepted.json()["link"] == f"/campaigns/{demo.campaign.id}/scenarios"
    assert (await client.get(f"{campaign}/scenarios")).json()["total"] == before + 1
    for way in ("accept", "decline"):
        again = await client.post(f"{URL}/{session}/drafts/{draft['id']}/{way}")
        assert (again.status_code, again.json()["error"]["code"]) == (409, "DRAFT_STATE")
    assert (await client.get(f"{URL}/{session}")).json()["messages"][-1]["drafts"][0]["state"] == "accepted"


async def test_two_who_accept_at_once_get_one_scenario(client: httpx.AsyncClient, demo: DemoWorkspace) -> None:
    session, campaign = await planning(client, demo), f"/api/v1/campaigns/{demo.campaign.id}"
    before = (await client.get(f"{campaign}/scenarios")).json()["total"]
    (draft,) = (await said(client, session, "What if we cut video by 30 %?"))["drafts"]
    url = f"{URL}/{session}/drafts/{draft['id']}/accept"
    answers = await asyncio.gather(*(client.post(url) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert (await client.get(f"{campaign}/scenarios")).json()["total"] == before + 1


async def test_a_declined_draft_does_nothing_and_is_remembered(client: httpx.AsyncClient, demo: DemoWorkspace) -> None:
    session = await planning(client, demo)
    draft = (await said(client, session, "Replace the second idea with a bolder one"))["drafts"][0]
    assert draft["kind"] == "redo_idea"
    declined = await client.post(f"{URL}/{session}/drafts/{draft['id']}/decline")
    assert declined.json()["state"] == "declined"
    assert declined.json()["link"] is None
    refused = await client.post(f"{URL}/{session}/drafts/{draft['id']}/accept")
    assert refused.json()["error"]["code"] == "DRAFT_STATE"
    active = await client.get("/api/v1/runs", params={"campaign_id": str(demo.campaign.id), "active": True})
    assert active.json()["total"] == 0
    unknown = await client.post(f"{URL}/{session}/drafts/{uuid4()}/accept")
    assert unknown.json()["error"]["code"] == "DRAFT_NOT_FOUND"


async def test_a_change_of_the_plan_is_made_by_who_accepts_it_and_refused_when_it_is_stale(
    stand: Stand, client: httpx.AsyncClient, demo: DemoWorkspace
) -> None:
    session, campaign = await planning(client, demo), demo.campaign.id
    stale = (await said(client, session, "Set events to at most 5,000"))["drafts"]
    assert [draft["kind"] for draft in stale] == ["limits", "scenario"]
    fresh = (await said(client, session, "Cut LinkedIn by 10 %"))["drafts"][0]
    seen = await version(client, campaign)
    assert seen == demo.campaign.version
    accepted = await client.post(f"{URL}/{session}/drafts/{fresh['id']}/accept")
    assert accepted.status_code == 200, accepted.text
    assert accepted.json()["link"] == f"/campaigns/{campaign}/budget"
    found = (await client.get(f"/api/v1/campaigns/{campaign}")).json()
    assert found["version"] > seen
    linkedin = next(each for each in found["channel_strategies"] if each["channel"] == "linkedin")
    promised = next(change["after"] for change in fresh["changes"] if change["label"] == "LinkedIn")
    assert f"{float(linkedin['budget']['amount']):,.2f} EUR" == promised
    for draft in stale:
        refused = await client.post(f"{URL}/{session}/drafts/{draft['id']}/accept")
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "DRAFT_STALE")
    async with stand.container.units.for_actor(demo.actor) as uow:
        entries = (await uow.read.decisions.page(campaign_id=campaign, sort="-sequence", limit=5)).items
    assert "save_allocation" in {entry.step for entry in entries}


async def test_a_viewer_may_ask_and_may_not_accept(
    stand: Stand, client: httpx.AsyncClient, demo: DemoWorkspace
) -> None:
    del client
    async with stand.container.units.for_actor(demo.actor) as uow:
        tenant = await uow.identity.tenant()
    async with stand.client(await stand.join(tenant, role=Role.VIEWER)) as viewer:
        session = await started(viewer)
        answer = await said(viewer, session, "Plan a campaign for Tidemark Payroll in May with 60k")
        (draft,) = answer["drafts"]
        assert draft["kind"] == "brief"
        assert "needs the role" in draft["text"]
        refused = await viewer.post(f"{URL}/{session}/drafts/{draft['id']}/accept")
        assert refused.status_code == 403
        assert (await viewer.post(f"{URL}/{session}/drafts/{draft['id']}/decline")).status_code == 200


async def test_a_brief_on_offer_becomes_a_draft_campaign(client: httpx.AsyncClient, demo: DemoWorkspace) -> None:
    del demo
    session = await started(client)
    text = (
        "I need a campaign for gift boxes called “Letters in winter” from 1 November to 20 December, budget 80,000 EUR"
    )
    (draft,) = (await said(client, session, text))["drafts"]
    assert {"label": "Budget", "before": "", "after": "80,000 EUR"} in draft["changes"]
    accepted = (await client.post(f"{URL}/{session}/drafts/{draft['id']}/accept")).json()
    campaign = (await client.get(f"/api/v1{accepted['link']}")).json()
    assert campaign["name"] == "Letters in winter"
    assert campaign["service_name"] == "Fernhollow Gift Boxes"
    assert (campaign["start_date"], campaign["end_date"]) == ("2026-11-01", "2026-12-20")
    assert campaign["brief"]["total_budget"] == {"amount": "80000.00", "currency": "EUR"}
    assert campaign["channel_strategies"] == []


async def test_deleting_a_conversation_leaves_nothing_of_it(
    stand: Stand, client: httpx.AsyncClient, demo: DemoWorkspace
) -> None:
    session = await started(client)
    await said(client, session, "Which campaigns are completed? My secret word is xylophone.")
    assert (await client.delete(f"{URL}/{session}")).status_code == 204
    assert (await client.get(f"{URL}/{session}")).status_code == 404
    async with transaction(stand.container.engine) as opened:
        await see_only(opened, "tenant_id", demo.actor.tenant_id)
        connection = await opened.connection()
        for table in ("assistant_sessions", "assistant_messages", "decisions"):
            rows = await connection.exec_driver_sql(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%%xylophone%%'"
            )
            assert rows.scalar() == 0, table


async def test_questions_are_limited_like_generations(
    module_database: TestDatabase, tmp_path: Path, demo: DemoWorkspace
) -> None:
    limits = {"reads": 1000, "writes": 1000, "generations": 2, "sign_ins": 10}
    async with (
        open_stand(module_database, settings_in(tmp_path, rate_limits=limits)) as tight,
        tight.client(await tight.join(await _tenant(tight, demo), role=Role.USER)) as user,
    ):
        session = await started(user)
        assert [(await _status(user, session)) for _ in range(3)] == [201, 201, 429]


async def _tenant(stand: Stand, demo: DemoWorkspace) -> Any:
    async with stand.container.units.for_actor(demo.actor) as uow:
        return await uow.identity.tenant()


async def _status(client: httpx.AsyncClient, session: str) -> int:
    return (await client.post(f"{URL}/{session}/messages", json={"text": "Which brands?"})).status_code


async def test_an_answer_is_reported_without_the_question_and_only_by_whom_it_was_given_to(
    stand: Stand, demo: DemoWorkspace, client: httpx.AsyncClient
) -> None:
    session = await started(client, "planning", campaign_id=str(demo.campaign.id))
    answer = (await client.post(f"{URL}/{session}/messages", json={"text": "What is the budget?"})).json()
    question = (await client.get(f"{URL}/{session}")).json()["messages"][0]
    body = {"target": "answer", "target_id": answer["id"], "reason": "untrue"}
    colleague = await stand.join(await _tenant(stand, demo), role=Role.ADMIN)
    async with stand.client(colleague) as other:
        assert (await other.post("/api/v1/reports", json=body)).status_code == 404
    assert (await client.post("/api/v1/reports", json={**body, "target_id": question["id"]})).status_code == 404
    named = {**body, "campaign_id": str(demo.campaign.id)}
    assert (await client.post("/api/v1/reports", json=named)).status_code == 422
    assert (await client.post("/api/v1/reports", json=body)).status_code == 204
    (row,) = (await client.get("/api/v1/reports")).json()["items"]
    assert (row["target"], row["target_id"], row["name"]) == (
        "answer",
        answer["id"],
        "Answer of the planning assistant",
    )
    assert row["text"] == answer["text"]
    assert row["campaign_id"] == str(demo.campaign.id)
    assert "What is the budget?" not in str(row)
