"""Texts reported over HTTP: kept with what they said, listed to those who administer, chained in the ledger."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from sqlalchemy import make_url
from tests.api.conftest import Stand
from tests.conftest import TestDatabase
from tests.factories.storage import Filled

from nexusplanner.domain.identity import Role

REPORTS = "/api/v1/reports"


def of_idea(owner: Filled, **changes: Any) -> dict[str, Any]:
    idea = owner.campaign.require_plan().ideas[0]
    return {
        "target": "idea",
        "target_id": str(idea.id),
        "campaign_id": str(owner.campaign.id),
        "reason": "untrue",
        "comment": "We never said so. Ask anna.berg@example.com.",
        **changes,
    }


async def test_strangers_and_viewers_report_nothing_and_only_administrators_see_reports(
    stand: Stand, ada: Filled
) -> None:
    bob = await stand.tenant("Bob")
    viewer = await stand.join(ada.tenant, role=Role.VIEWER)
    for session, refused in ((None, 401), (bob.session, 404), (viewer, 403)):
        async with stand.client(session) as caller:
            assert (await caller.post(REPORTS, json=of_idea(ada))).status_code == refused
    user = await stand.join(ada.tenant, role=Role.USER)
    async with stand.client(user) as colleague:
        assert (await colleague.post(REPORTS, json=of_idea(ada))).status_code == 204
        assert (await colleague.get(REPORTS)).status_code == 403
    async with stand.client(ada.session) as admin, stand.client(bob.session) as other:
        (row,) = (await admin.get(REPORTS)).json()["items"]
        assert row["reported_by"] == "user"
        assert (await other.get(REPORTS)).json()["items"] == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"reason": "boring"}, 422),
        ({"reason": "other", "comment": "  "}, 422),
        ({"campaign_id": None}, 422),
        ({"target": "decision"}, 422),
        ({"comment": "x" * 2001}, 422),
        ({"target_id": str(uuid4())}, 404),
        ({"target_id": str(uuid4()), "target": "channel_plan"}, 404),
        ({"target_id": str(uuid4()), "target": "decision", "campaign_id": None}, 404),
    ],
)
async def test_what_is_no_report_is_refused_and_leaves_nothing(
    ada: Filled, client: httpx.AsyncClient, change: dict[str, Any], status: int
) -> None:
    refused = await client.post(REPORTS, json=of_idea(ada, **change))
    assert refused.status_code == status, refused.text
    assert (await client.get(REPORTS)).json()["items"] == []


async def test_an_idea_is_reported_as_it_stood_without_addresses_and_stays_after_it_is_edited(
    ada: Filled, client: httpx.AsyncClient
) -> None:
    idea = ada.campaign.require_plan().ideas[0]
    assert (await client.post(REPORTS, json=of_idea(ada))).status_code == 204
    address = f"/api/v1/campaigns/{ada.campaign.id}"
    await client.post(f"/api/v1/runs/{ada.run.id}/cancel")
    version = (await client.get(address)).json()["version"]
    edited = await client.patch(
        f"{address}/ideas/{idea.id}", json={"theme": "Another theme"}, headers={"If-Match": f'"{version}"'}
    )
    assert edited.status_code == 200, edited.text
    (row,) = (await client.get(REPORTS)).json()["items"]
    assert (row["name"], row["target"], row["reason"]) == (idea.theme, "idea", "untrue")
    assert idea.core_message in row["text"]
    assert row["comment"].startswith("We never said so. Ask ")
    assert "example.com" not in row["comment"]
    entry = (await client.get(f"/api/v1/decisions/{row['id']}")).json()
    assert (entry["step"], entry["author"], entry["campaign_id"]) == ("report", "person", str(ada.campaign.id))
    assert entry["summary"] == f"“{idea.theme}” was reported: it says what is not true."
    raw = (await client.get("/api/v1/decisions/export")).text
    assert "example.com" not in raw
    assert (await client.get("/api/v1/decisions/verify")).json()["valid"]


async def test_a_strategy_and_a_decision_are_reported_newest_first(ada: Filled, client: httpx.AsyncClient) -> None:
    channel = ada.campaign.require_plan().channel_plans[0]
    strategy = of_idea(ada, target="channel_plan", target_id=str(channel.id), reason="offensive", comment="")
    assert (await client.post(REPORTS, json=strategy)).status_code == 204
    (decision,) = (await client.get("/api/v1/decisions", params={"step": "ideate"})).json()["items"]
    made = {"target": "decision", "target_id": decision["id"], "reason": "other", "comment": "It contradicts itself."}
    assert (await client.post(REPORTS, json=made)).status_code == 204
    listed = (await client.get(REPORTS)).json()
    assert listed["total"] == 2
    assert [(row["target"], row["name"]) for row in listed["items"]] == [
        ("decision", f"Entry {decision['sequence']}: ideate"),
        ("channel_plan", channel.channel),
    ]
    assert listed["items"][0]["text"] == decision["summary"]
    assert listed["items"][1]["text"] == channel.strategy


async def test_a_report_that_somebody_made_unreadable_hides_no_other(
    ada: Filled, client: httpx.AsyncClient, database: TestDatabase
) -> None:
    for _ in range(2):
        assert (await client.post(REPORTS, json=of_idea(ada))).status_code == 204
    ruin(database, "UPDATE decisions SET entry = '[1]' WHERE sequence = 2")
    newest, ruined = (await client.get(REPORTS)).json()["items"]
    assert newest["reason"] == "untrue"
    assert (ruined["sequence"], ruined["reason"], ruined["text"]) == (2, "", "")


def ruin(database: TestDatabase, statement: str) -> None:
    url = make_url(database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())
