"""Other texts for a plan, and how sure one may be of ideas, over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import numpy as np
import pytest
from tests.api.conftest import Stand
from tests.factories import records
from tests.factories.storage import Filled

from nexusplanner.application.outcomes import proposals as outcomes
from nexusplanner.domain.calibration import NEEDED
from nexusplanner.domain.identity import Role
from nexusplanner.domain.outcomes import WINDOW, Event, OutcomeState


def address(owner: Filled) -> str:
    return f"/api/v1/campaigns/{owner.campaign.id}"


def accept_of(owner: Filled) -> str:
    return f"{address(owner)}/alternatives/{owner.alternative.id}/accept"


def decline_of(owner: Filled) -> str:
    return f"{address(owner)}/alternatives/{owner.alternative.id}/decline"


def version(campaign: dict[str, Any]) -> dict[str, str]:
    return {"If-Match": f'"{campaign["version"]}"'}


async def test_strangers_and_viewers_take_nothing(stand: Stand, ada: Filled) -> None:
    bob = await stand.tenant("Bob")
    viewer = await stand.join(ada.tenant, role=Role.VIEWER)
    for session, refused, read in ((None, 401, 401), (bob.session, 404, 404), (viewer, 403, 200)):
        async with stand.client(session) as caller:
            taken = await caller.post(accept_of(ada), json={}, headers={"If-Match": '"1"'})
            left = await caller.post(decline_of(ada))
            listed = await caller.get(f"{address(ada)}/alternatives")
            assert (taken.status_code, left.status_code, listed.status_code) == (refused, refused, read), taken.text
    async with stand.client(ada.session) as owner:
        (item,) = (await owner.get(f"{address(ada)}/alternatives")).json()["items"]
        assert item["state"] == "open"


async def test_an_alternative_shows_both_texts_with_their_sources(client: httpx.AsyncClient, ada: Filled) -> None:
    (item,) = (await client.get(f"{address(ada)}/alternatives")).json()["items"]
    campaign = (await client.get(address(ada))).json()
    assert campaign["alternatives"] == [item]
    assert (item["kind"], item["note"], item["idea_id"]) == ("idea", "Bolder.", campaign["ideas"][0]["id"])
    assert item["before"]["ideas"] == [{**campaign["ideas"][0], "chosen": False}]
    (new,) = item["after"]["ideas"]
    assert (new["theme"], item["after"]["channel_strategies"]) == ("A bill to be proud of", [])
    assert [passage["id"] for passage in item["evidence"]] == [records.PASSAGE.id]
    assert new["confidence"]["kind"] == "evidence_strength"


async def test_what_is_wrong_with_a_request_is_said_and_changes_nothing(client: httpx.AsyncClient, ada: Filled) -> None:
    campaign = (await client.get(address(ada))).json()
    assert (await client.post(accept_of(ada), json={})).status_code == 428
    stale = await client.post(accept_of(ada), json={}, headers={"If-Match": '"99"'})
    assert stale.status_code == 412
    assert stale.json()["error"]["details"]["current"] == campaign
    for body in ({"ideas": []}, {"ideas": ["x"]}, {"ideas": [str(uuid4())]}, {"idea": []}):
        refused = await client.post(accept_of(ada), json=body, headers=version(campaign))
        assert refused.status_code == 422, refused.text
    unknown = await client.post(f"{address(ada)}/alternatives/{uuid4()}/accept", json={}, headers=version(campaign))
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "ALTERNATIVE_NOT_FOUND")
    assert (await client.get(address(ada))).json() == campaign


async def test_accepting_is_an_edit_that_counts_once(client: httpx.AsyncClient, ada: Filled) -> None:
    campaign = (await client.get(address(ada))).json()
    headers = {**version(campaign), "Idempotency-Key": "take"}
    taken = await client.post(accept_of(ada), json={}, headers=headers)
    assert taken.status_code == 200, taken.text
    assert [idea["theme"] for idea in taken.json()["ideas"]] == ["A bill to be proud of"]
    assert (taken.json()["version"], taken.json()["alternatives"]) == (campaign["version"] + 1, [])
    again = await client.post(accept_of(ada), json={}, headers=headers)
    assert again.content == taken.content
    repeated = await client.post(accept_of(ada), json={}, headers=version(campaign))
    assert repeated.json() == taken.json()
    items = (await client.get(f"{address(ada)}/alternatives")).json()["items"]
    assert {item["state"] for item in items} == {"accepted", "kept_old"}
    refused = await client.post(decline_of(ada))
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "ALTERNATIVE_STATE")
    back = next(item for item in items if item["state"] == "kept_old")
    assert back["run_id"] is None
    old = await client.post(f"{address(ada)}/alternatives/{back['id']}/accept", json={}, headers=version(taken.json()))
    assert old.json()["ideas"] == [{**campaign["ideas"][0], "chosen": False}]
    entries = (await client.get("/api/v1/decisions", params={"sort": "-sequence"})).json()["items"]
    assert [(entry["step"], entry["author"]) for entry in entries[:2]] == [("accept_alternative", "person")] * 2


async def test_keeping_the_old_text_twice_is_keeping_it_once(client: httpx.AsyncClient, ada: Filled) -> None:
    campaign = (await client.get(address(ada))).json()
    for _ in range(2):
        left = await client.post(decline_of(ada))
        assert (left.status_code, left.json()["state"]) == (200, "kept_old")
    now = (await client.get(address(ada))).json()
    assert (now["ideas"], now["version"], now["alternatives"]) == (campaign["ideas"], campaign["version"], [])
    after_all = await client.post(accept_of(ada), json={}, headers=version(now))
    assert after_all.json()["ideas"][0]["theme"] == "A bill to be proud of"


async def resolved(stand: Stand, owner: Filled, number: int) -> None:
    """Ideas that fared as their scores foretold, and what that teaches."""
    rng, now = np.random.default_rng(2), stand.clock.now()
    async with stand.container.units.for_actor(owner.actor) as uow:
        for _ in range(number):
            score = float(rng.random())
            uow.outcomes.add(
                records.outcome(
                    owner.campaign,
                    subject_id=uuid4(),
                    score=score,
                    state=OutcomeState.ACCEPTED if rng.random() < score else OutcomeState.REJECTED,
                    proposed_at=now - WINDOW,
                    closes_at=now,
                    decided_at=now - timedelta(days=3),
                )
            )
        await uow.flush()
        await outcomes.learn(uow, now=now)


def said(answer: object) -> Iterator[tuple[str, object]]:
    """Every name in an answer with what it holds."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            yield name, value
            yield from said(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from said(value)


@pytest.mark.parametrize("number", [0, 1, 50, NEEDED - 1])
async def test_below_a_hundred_outcomes_no_percentage_shows_anywhere(
    stand: Stand, client: httpx.AsyncClient, ada: Filled, number: int
) -> None:
    await resolved(stand, ada, number)
    addresses = (address(ada), f"{address(ada)}/alternatives", "/api/v1/decisions/quality", "/api/v1/decisions")
    found = [pair for path in addresses for pair in said((await client.get(path)).json())]
    names = {name for name, _ in found}
    assert "confidence" in names
    assert not {"probability", "low_probability", "skill"} & names
    assert {value for name, value in found if name in {"brier_skill", "ece"}} == {None}
    for name, value in found:
        if name in {"words", "confidence", "evidence_strength"} and isinstance(value, str):
            assert not re.search(r"%|per cent|percent|probability of", value), value
    quality = (await client.get("/api/v1/decisions/quality")).json()
    assert (quality["calibrated"], quality["resolved"], quality["needed"]) == (False, number, NEEDED)


async def test_from_a_hundred_outcomes_ideas_carry_a_probability_with_its_interval(
    stand: Stand, client: httpx.AsyncClient, ada: Filled
) -> None:
    await resolved(stand, ada, NEEDED)
    sure = (await client.get(address(ada))).json()["ideas"][0]["confidence"]
    assert (sure["kind"], sure["n"], sure["event"]) == ("calibrated", NEEDED, "accepted unedited within 14 days")
    assert 0 < sure["low"] < sure["probability"] < sure["high"] < 1
    quality = (await client.get("/api/v1/decisions/quality")).json()
    assert quality["calibrated"] is True
    assert quality["brier_skill"] == sure["skill"] > 0
    assert quality["accepted"] + quality["rejected"] == NEEDED
    assert sum(day["accepted"] + day["rejected"] for day in quality["days"]) == NEEDED
    other = (await client.get("/api/v1/decisions/quality", params={"event": Event.ALTERNATIVE.value})).json()
    assert (other["resolved"], other["calibrated"]) == (0, False)
    assert (await client.get("/api/v1/decisions/quality", params={"event": "luck"})).status_code == 422


async def test_what_people_made_of_a_proposal_shows_beside_its_entry(
    stand: Stand, client: httpx.AsyncClient, ada: Filled
) -> None:
    entry = (await client.get("/api/v1/decisions")).json()["items"][0]
    assert entry["outcome"] is None
    async with stand.container.units.for_actor(ada.actor) as uow:
        row = (await uow.read.decisions.page()).items[0]
        subject = ada.campaign.plan.ideas[0].id if ada.campaign.plan else uuid4()
        for state in (OutcomeState.OPEN, OutcomeState.EDITED):
            uow.outcomes.add(records.outcome(ada.campaign, subject_id=subject, decision_id=row.id, state=state))
    assert (await client.get("/api/v1/decisions")).json()["items"][0]["outcome"] == "edited"
    assert (await client.get(f"/api/v1/decisions/{entry['id']}")).json()["outcome"] == "edited"
