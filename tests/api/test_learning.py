"""What feedback teaches, over HTTP: remembered in words, used in what is made next, forgotten and withdrawn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.conftest import Stand, open_stand, settings_in
from tests.api.test_campaigns import WAIT
from tests.api.test_routes import brief
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.storage import Filled

from nexusplanner.domain.identity import Role

CHANNELS = ["search", "social", "video", "email", "display", "out_of_home"]
PROOFS = ("96 % of pumps ran on the promised day.", "Noise was measured at 35 dB in 40 gardens.")
BENEFITS = ("Saves a third of the bill.", "Installed in one day.", "Runs without oil or gas.")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A planner with a campaign that has its plan."""

    stand: Stand
    client: httpx.AsyncClient
    owner: Filled
    address: str

    async def campaign(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.client.get(self.address)).json()
        return found

    async def say(self, target: str, target_id: str, **more: Any) -> str:
        """Give feedback; its id."""
        body = {"campaign_id": self.address.rsplit("/", 1)[-1], "target": target, "target_id": target_id, **more}
        answer = await self.client.post("/api/v1/feedback", json={"feedback_type": "dislike", **body})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def memory(self) -> list[dict[str, Any]]:
        answer = await self.client.get("/api/v1/memory", params={"brand_id": str(self.owner.brand.id)})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def another(self, path: str, *, note: str = "") -> dict[str, Any]:
        """The alternative that a regeneration offers."""
        answer = await self.client.post(f"{self.address}/{path}/regenerate", json={"note": note}, headers=WAIT)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()["alternatives"][0]
        return found


@pytest.fixture
async def desk(database: TestDatabase, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_stand(database, settings_in(tmp_path), worker=True) as stand:
        ada = await stand.tenant()
        async with stand.container.units.for_actor(ada.actor) as uow:
            service = await uow.services.get(ada.service.id)
            service.benefits, service.proofs = BENEFITS, PROOFS
            uow.signals.add_all(
                records.signal(
                    ada.brand,
                    title=f"Heat pump report {number}",
                    content=f"{text} Heat pump owners were asked in {2010 + number}.",
                    impact=impact,
                )
                for number, (text, impact) in enumerate(
                    (
                        ("Demand for heat pumps grew by 12 % this spring.", 0.7),
                        ("A competitor named Frost cut heat pump prices by 9 % in March.", -0.6),
                        ("Home owners worry about rising heating bills and heat pump noise.", -0.5),
                    )
                )
            )
        async with stand.client(ada.session) as client:
            body = {
                **brief(ada),
                "channels": CHANNELS,
                "theme": "A warm house",
                "target_audience": "Home owners with an old boiler",
                "end_date": "2026-06-14",
                "total_budget": {"amount": "30000.00", "currency": "EUR"},
            }
            made = await client.post("/api/v1/campaigns/generate", json=body, headers=WAIT)
            assert made.status_code == 201, made.text
            yield Desk(stand=stand, client=client, owner=ada, address=made.headers["location"])


def story_quotes(idea: dict[str, Any]) -> set[str]:
    """What an idea quotes beside the brand's own record of its offer."""
    own = ("brief:", "service:", "brand:", "framework:")
    cited = [citation for claim in idea["claims"] for citation in claim["citations"]]
    return {citation["quote"] for citation in cited if not citation["passage_id"].startswith(own)}


async def test_without_feedback_nothing_is_remembered_and_ideas_say_so(desk: Desk) -> None:
    assert await desk.memory() == []
    assert all(idea["learned"] == [] for idea in (await desk.campaign())["ideas"])
    report = (await desk.client.get("/api/v1/learning/report")).json()
    assert (report["improved"], report["arms"]) == (None, [])
    assert report["held_out"] == {"n": 0, "before": None, "after": None, "low": None, "high": None}
    assert "about 100 outcomes are needed" in report["words"]


@pytest.mark.parametrize("reason", ["not_for_us", "too_close", "wrong_tone", "wrong_channel", "not_true", "other"])
async def test_a_disliked_idea_is_answered_by_one_that_differs_and_says_why(desk: Desk, reason: str) -> None:
    old = (await desk.campaign())["ideas"][0]
    await desk.say("idea", old["id"], reason=reason)
    offered = await desk.another(f"ideas/{old['id']}")
    (new,) = offered["after"]["ideas"]
    (said,) = offered["differs"]
    assert old["theme"] in said, said
    assert said.startswith("You ")
    assert ", so " in said
    assert said in new["learned"]
    if reason in {"not_for_us", "too_close", "wrong_tone", "other"}:
        assert new["angle"] != old["angle"]
    if reason in {"not_for_us", "too_close", "wrong_tone"}:
        assert new["framework"] != old["framework"]
        assert "instead of" in said
    if reason == "wrong_tone":
        assert said.startswith("You disliked the tone of")
        assert "this is warmer" in said or "this is plainer" in said
    if reason == "wrong_channel":
        assert not set(new["channels"]) & set(old["channels"])
        assert "no longer on" in said
    if reason in {"not_true", "too_close"}:
        assert not story_quotes(new) & story_quotes(old)


async def test_words_of_a_complaint_steer_the_next_idea(desk: Desk) -> None:
    old = (await desk.campaign())["ideas"][1]
    word = "bill" if "bill" in old["description"] else "pump"
    await desk.say("idea", old["id"], reason="other", comment=f"Far too long. No {word} please.")
    offered = await desk.another(f"ideas/{old['id']}")
    (new,) = offered["after"]["ideas"]
    length = [len(idea["description"].split()) for idea in (new, old)]
    assert length[0] < length[1]
    (said,) = offered["differs"]
    assert "Far too long" in said
    assert "it is shorter" in said


async def test_an_idea_that_nobody_disliked_still_says_what_is_different(desk: Desk) -> None:
    old = (await desk.campaign())["ideas"][0]
    (said,) = (await desk.another(f"ideas/{old['id']}"))["differs"]
    assert said.startswith(f"Instead of “{old['theme']}”, it turns on ")


@pytest.mark.parametrize("reason", ["not_for_us", "wrong_tone", "wrong_channel", "not_true", "too_close", "Too dull."])
async def test_a_disliked_channel_text_is_answered(desk: Desk, reason: str) -> None:
    plan = (await desk.campaign())["channel_strategies"][0]
    await desk.say("channel_plan", plan["id"], reason=reason)
    offered = await desk.another("channel-strategies")
    texts = {each["channel"]: each["strategy"] for each in offered["after"]["channel_strategies"]}
    assert texts[plan["channel"]] != plan["strategy"]
    (said,) = offered["differs"]
    assert plan["channel_name"] in said
    assert ", so the text was written anew" in said or ", so it quotes" in said
    after = next(each for each in (await desk.campaign())["channel_strategies"] if each["id"] == plan["id"])
    assert after["budget"] == plan["budget"]


async def test_feedback_is_remembered_with_its_evidence_forgotten_and_taught_again(desk: Desk) -> None:
    idea = (await desk.campaign())["ideas"][0]
    await desk.say("idea", idea["id"], reason="not_for_us")
    memory = await desk.memory()
    (angle,) = [each for each in memory if each["about"]["kind"] == "angle"]
    assert (angle["about"]["key"], angle["direction"], angle["strength"]) == (idea["angle"], "less", "weak")
    assert angle["likes"] == {"n": 1, "mean": 0.0}
    assert angle["results"] == {"n": 0, "mean": None}
    assert angle["evidence"][0]["title"] == f"“{idea['theme']}” was disliked: not for us"
    assert angle["evidence"][0]["url"] == f"{desk.address.removeprefix('/api/v1')}/ideas"
    gone = await desk.client.delete(f"/api/v1/memory/{angle['id']}")
    assert gone.status_code == 204
    assert angle["id"] not in {each["id"] for each in await desk.memory()}
    assert (await desk.client.delete(f"/api/v1/memory/{angle['id']}")).status_code == 404
    desk.stand.clock.move(minutes=1)
    await desk.say("idea", idea["id"], reason="not_for_us")
    (again,) = [each for each in await desk.memory() if each["id"] == angle["id"]]
    assert again["likes"]["n"] == 1


async def test_withdrawn_feedback_teaches_nothing(desk: Desk) -> None:
    idea = (await desk.campaign())["ideas"][0]
    given = await desk.say("idea", idea["id"], reason="wrong_channel")
    assert {each["about"]["kind"] for each in await desk.memory()} == {"channel"}
    assert (await desk.client.delete(f"/api/v1/feedback/{given}")).status_code == 204
    assert await desk.memory() == []
    (said,) = (await desk.another(f"ideas/{idea['id']}"))["differs"]
    assert "disliked" not in said


async def test_the_next_plan_says_of_what_was_disliked_whether_it_keeps_clear_of_it(desk: Desk) -> None:
    first = await desk.campaign()
    idea = first["ideas"][0]
    await desk.say("idea", idea["id"], reason="not_for_us")
    made = await desk.client.post("/api/v1/campaigns/generate", json={**first["brief"], "name": "Autumn"}, headers=WAIT)
    assert made.status_code == 201, made.text
    ideas = made.json()["ideas"]
    for each in ideas:
        clear = any("keeps clear of the angle" in line for line in each["learned"])
        kept = any(line.startswith("It keeps the angle") for line in each["learned"])
        assert (kept, clear) == ((True, False) if each["angle"] == idea["angle"] else (False, True))


async def test_memory_never_leaves_its_workspace(desk: Desk) -> None:
    idea = (await desk.campaign())["ideas"][0]
    await desk.say("idea", idea["id"], reason="not_for_us")
    mine = (await desk.memory())[0]
    bob = await desk.stand.tenant("Bob")
    async with desk.stand.client(bob.session) as stranger:
        assert (await stranger.get("/api/v1/memory")).json()["items"] == []
        for path in ("memory", "learning/report"):
            foreign = await stranger.get(f"/api/v1/{path}", params={"brand_id": str(desk.owner.brand.id)})
            assert (foreign.status_code, foreign.json()["error"]["code"]) == (404, "BRAND_NOT_FOUND")
        taken = await stranger.delete(f"/api/v1/memory/{mine['id']}")
        assert (taken.status_code, taken.json()["error"]["code"]) == (404, "MEMORY_NOT_FOUND")
    async with desk.stand.client(await desk.stand.join(desk.owner.tenant, role=Role.VIEWER)) as viewer:
        assert (await viewer.get("/api/v1/memory")).status_code == 200
        assert (await viewer.delete(f"/api/v1/memory/{mine['id']}")).status_code == 403
    assert mine in await desk.memory()
