"""Claims without a source over HTTP: they keep a plan from review until somebody sources or waives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest
from tests.api.conftest import Stand
from tests.factories.storage import Filled

from nexusplanner.domain.campaigns import CampaignStatus
from nexusplanner.domain.identity import Role
from nexusplanner.domain.knowledge import Citation, Claim, Stance

BARE = "Every second buyer comes back."
OTHER = "Nobody else delivers in a day. "
"""A claim may begin or end with a space; it is found by its words as they are."""


@pytest.fixture
async def campaign(stand: Stand, ada: Filled) -> dict[str, Any]:
    """A campaign whose first idea claims two things, and whose explanation one, without a source."""
    async with stand.container.units.for_actor(ada.user.actor()) as uow:
        found = await uow.campaigns.get(ada.campaign.id)
        plan = found.require_plan()
        idea = replace(
            plan.ideas[0],
            description=f"{plan.ideas[0].description} {BARE}",
            claims=(*plan.ideas[0].claims, Claim(text=BARE), Claim(text=OTHER)),
        )
        why = replace(plan.explanation, chain=(*plan.explanation.chain, Claim(text=BARE)))
        found.take_plan(replace(plan, ideas=(idea, *plan.ideas[1:]), explanation=why), at=found.updated_at)
    async with stand.client(ada.session) as client:
        await client.post(f"/api/v1/runs/{ada.run.id}/cancel")
        return dict((await client.get(f"/api/v1/campaigns/{ada.campaign.id}")).json())


def address(campaign: Mapping[str, Any], verb: str = "") -> str:
    return f"/api/v1/campaigns/{campaign['id']}{verb}"


def match(campaign: Mapping[str, Any]) -> dict[str, str]:
    return {"If-Match": f'"{campaign["version"]}"'}


def of_idea(campaign: Mapping[str, Any], text: str = BARE, **more: str) -> dict[str, Any]:
    return {"owner": "idea", "owner_id": campaign["ideas"][0]["id"], "text": text, **more}


async def test_strangers_and_viewers_change_no_claim(stand: Stand, ada: Filled, campaign: dict[str, Any]) -> None:
    bob = await stand.tenant("Bob")
    viewer = await stand.join(ada.tenant, role=Role.VIEWER)
    calls = {
        "waive": of_idea(campaign, reason="It is known."),
        "unwaive": of_idea(campaign),
        "source": of_idea(campaign, passage_id=campaign["evidence"][0]["id"], quote="a", stance="supports"),
    }
    for session, refused, read in ((None, 401, 401), (bob.session, 404, 404), (viewer, 403, 200)):
        async with stand.client(session) as caller:
            for verb, body in calls.items():
                answer = await caller.post(address(campaign, f"/claims/{verb}"), json=body, headers=match(campaign))
                assert answer.status_code == refused, answer.text
            listed = await caller.get(address(campaign, "/claims/unsupported"))
            assert listed.status_code == read
    async with stand.client(ada.session) as owner:
        assert (await owner.get(address(campaign))).json() == campaign


async def test_a_plan_with_open_claims_is_not_reviewed_until_all_are_settled(
    client: httpx.AsyncClient, campaign: dict[str, Any]
) -> None:
    listed = (await client.get(address(campaign, "/claims/unsupported"))).json()["items"]
    assert [(each["owner"], each["text"], each["waived_reason"]) for each in listed] == [
        ("idea", BARE, ""),
        ("idea", OTHER, ""),
        ("explanation", BARE, ""),
    ]
    assert listed[0]["owner_name"] == campaign["ideas"][0]["theme"]
    assert (campaign["metrics"]["unsupported_claims"], campaign["metrics"]["waived_claims"]) == (3, 0)

    refused = await client.post(address(campaign, "/status"), json={"status": "in_review"}, headers=match(campaign))
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "UNSUPPORTED_CLAIMS")
    assert [each["text"] for each in refused.json()["error"]["details"]["claims"]] == [BARE, OTHER, BARE]

    for place in (of_idea(campaign), of_idea(campaign, OTHER), {"owner": "explanation", "text": BARE}):
        body = {**place, "reason": "Our own count of last year."}
        waived = await client.post(address(campaign, "/claims/waive"), json=body, headers=match(campaign))
        assert waived.status_code == 200, waived.text
        campaign = waived.json()
    metrics = campaign["metrics"]
    assert (metrics["unsupported_claims"], metrics["waived_claims"]) == (0, 3)
    assert metrics["supported_share"] < 1, "what is waived is not supported"
    moved = await client.post(address(campaign, "/status"), json={"status": "in_review"}, headers=match(campaign))
    assert moved.status_code == 200, moved.text
    approved = await client.post(address(campaign, "/status"), json={"status": "approved"}, headers=match(moved.json()))
    assert approved.status_code == 200, approved.text

    back = await client.post(address(campaign, "/claims/unwaive"), json=of_idea(campaign))
    assert (back.status_code, back.json()["status"], back.json()["approved_plan"]) == (200, "draft", None)
    assert back.json()["metrics"]["unsupported_claims"] == 1


async def test_a_waiver_is_kept_with_who_and_when_and_stands_in_the_ledger(
    stand: Stand, client: httpx.AsyncClient, ada: Filled, campaign: dict[str, Any]
) -> None:
    body = of_idea(campaign, reason="  Our own count of last year. ")
    waived = (await client.post(address(campaign, "/claims/waive"), json=body, headers=match(campaign))).json()
    claim = next(each for each in waived["ideas"][0]["claims"] if each["text"] == BARE)
    assert (claim["waived_reason"], claim["waived_by"]) == ("Our own count of last year.", str(ada.user.id))
    assert claim["waived_at"] == stand.clock.now().isoformat().replace("+00:00", "Z")
    assert waived["ideas"][1:] == campaign["ideas"][1:]
    assert waived["explanation"] == campaign["explanation"], "the same words elsewhere are not waived"

    newest = (await client.get("/api/v1/decisions", params={"campaign_id": campaign["id"]})).json()["items"][0]
    assert (newest["step"], newest["author"]) == ("waive_claim", "person")
    entry = (await client.get(f"/api/v1/decisions/{newest['id']}")).json()
    assert BARE in entry["summary"]
    assert entry["output"]["reason"] == "Our own count of last year."
    assert entry["inputs"]["user"] == str(ada.user.id)


async def test_an_edit_of_the_text_drops_its_waiver_and_of_another_idea_does_not(
    client: httpx.AsyncClient, campaign: dict[str, Any]
) -> None:
    for text in (BARE, OTHER):
        body = of_idea(campaign, text, reason="Known.")
        campaign = (await client.post(address(campaign, "/claims/waive"), json=body, headers=match(campaign))).json()
    first = campaign["ideas"][0]

    async def edit(changes: dict[str, Any]) -> dict[str, str]:
        nonlocal campaign
        path = address(campaign, f"/ideas/{first['id']}")
        edited = await client.patch(path, json=changes, headers=match(campaign))
        assert edited.status_code == 200, edited.text
        campaign = edited.json()
        return {each["text"]: each["waived_reason"] for each in campaign["ideas"][0]["claims"]}

    assert (await edit({"chosen": True}))[OTHER] == "Known."
    after = await edit({"core_message": "Something new."})
    assert (after[BARE], after[OTHER]) == ("Known.", ""), "the text still says the one; of the other nobody can tell"
    assert BARE not in await edit({"description": "Short."})


async def test_a_source_must_stand_in_its_passage_and_joins_the_evidence(
    stand: Stand, client: httpx.AsyncClient, ada: Filled, campaign: dict[str, Any]
) -> None:
    found = (await client.get("/api/v1/retrieve", params={"q": ada.service.name, "kinds": "service"})).json()
    passage = found["items"][0]["passage"]
    assert passage["id"] not in {each["id"] for each in campaign["evidence"]}
    quote = passage["text"].splitlines()[0]

    async def source(**changes: str) -> httpx.Response:
        given = {"passage_id": passage["id"], "quote": quote, "stance": "supports"} | changes
        body = of_idea(campaign, **given)
        return await client.post(address(campaign, "/claims/source"), json=body, headers=match(campaign))

    invented = await source(quote="Nobody ever said this.")
    assert (invented.status_code, set(invented.json()["error"]["fields"])) == (422, {"quote"})
    unknown = await source(passage_id="service:nowhere")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "PASSAGE_NOT_FOUND")
    strange = await source(text="Never said.")
    assert (strange.status_code, strange.json()["error"]["code"]) == (404, "CLAIM_NOT_FOUND")

    against = await source(stance="contradicts")
    assert against.status_code == 200, against.text
    campaign = against.json()
    claim = next(each for each in campaign["ideas"][0]["claims"] if each["text"] == BARE)
    assert (claim["supported"], claim["citations"][0]["stance"]) == (False, "contradicts")
    assert campaign["metrics"]["unsupported_claims"] == 3

    campaign = (await source()).json()
    claim = next(each for each in campaign["ideas"][0]["claims"] if each["text"] == BARE)
    assert (claim["supported"], [each["stance"] for each in claim["citations"]]) == (True, ["supports"])
    kept = next(each for each in campaign["evidence"] if each["id"] == passage["id"])
    (citation,) = claim["citations"]
    assert kept["text"][citation["start"] : citation["end"]] == citation["quote"] == quote
    assert campaign["metrics"]["unsupported_claims"] == 2
    waived = await client.post(
        address(campaign, "/claims/waive"), json=of_idea(campaign, reason="Why?"), headers=match(campaign)
    )
    assert (waived.status_code, waived.json()["error"]["code"]) == (409, "CLAIM_SUPPORTED")


async def test_a_waiver_needs_a_reason_a_version_and_a_claim_that_is_there(
    client: httpx.AsyncClient, campaign: dict[str, Any]
) -> None:
    path = address(campaign, "/claims/waive")
    for body in (of_idea(campaign, reason=" "), of_idea(campaign), of_idea(campaign, reason="x" * 1001)):
        refused = await client.post(path, json=body, headers=match(campaign))
        assert refused.status_code == 422, refused.text
        assert "reason" in refused.json()["error"]["fields"]
    assert (await client.post(path, json=of_idea(campaign, reason="Known."))).status_code == 428
    stale = await client.post(path, json=of_idea(campaign, reason="Known."), headers={"If-Match": '"99"'})
    assert (stale.status_code, stale.json()["error"]["details"]["current"]) == (412, campaign)
    elsewhere = {"owner": "explanation", "owner_id": campaign["ideas"][0]["id"], "text": BARE, "reason": "Known."}
    assert (await client.post(path, json=elsewhere, headers=match(campaign))).status_code == 404


async def test_an_older_text_of_a_passage_is_not_swapped_under_other_claims(
    stand: Stand, client: httpx.AsyncClient, ada: Filled, campaign: dict[str, Any]
) -> None:
    """The catalogue changed since the plan cited it."""
    found = (await client.get("/api/v1/retrieve", params={"q": ada.service.name, "kinds": "service"})).json()
    passage = found["items"][0]["passage"]
    old, new = passage["text"].splitlines()[0], "A sentence of the new catalogue."
    body = of_idea(campaign, passage_id=passage["id"], quote=old)
    campaign = (await client.post(address(campaign, "/claims/source"), json=body, headers=match(campaign))).json()
    service = (await client.get(f"/api/v1/services/{ada.service.id}")).json()
    edit = {"name": "Renamed", "description": new}
    edited = await client.patch(f"/api/v1/services/{ada.service.id}", json=edit, headers=match(service))
    assert edited.status_code == 200, edited.text

    body = of_idea(campaign, OTHER, passage_id=passage["id"], quote=new)
    refused = await client.post(address(campaign, "/claims/source"), json=body, headers=match(campaign))
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "PASSAGE_CHANGED")
    body = of_idea(campaign, OTHER, passage_id=passage["id"], quote=old)
    sourced = await client.post(address(campaign, "/claims/source"), json=body, headers=match(campaign))
    assert sourced.status_code == 200, "words of the text as the plan cites it still carry"


async def test_waiving_keeps_an_approval_and_its_digest(stand: Stand, ada: Filled, campaign: dict[str, Any]) -> None:
    """Plans approved before claims of every part were asked about may have open ones."""
    async with stand.container.units.for_actor(ada.user.actor()) as uow:
        found = await uow.campaigns.get(ada.campaign.id)
        found.move(CampaignStatus.IN_REVIEW, at=found.updated_at)
        found.move(CampaignStatus.APPROVED, at=found.updated_at)
        digest = found.approved_plan
    async with stand.client(ada.session) as client:
        current = (await client.get(address(campaign))).json()
        body = of_idea(current, reason="Known.")
        waived = (await client.post(address(current, "/claims/waive"), json=body, headers=match(current))).json()
    assert (waived["status"], waived["approved_plan"]) == ("approved", digest)
    async with stand.container.units.for_actor(ada.user.actor()) as uow:
        found = await uow.campaigns.get(ada.campaign.id)
        assert found.require_plan().digest == digest


def test_support_beside_contradiction_is_support() -> None:
    against = Citation(passage_id="signal:1", quote="a", start=0, end=1, stance=Stance.CONTRADICTS)
    claim = Claim(text="x").sourced(against)
    assert not claim.supported
    assert claim.sourced(replace(against, start=2, end=3, stance=Stance.SUPPORTS)).supported
