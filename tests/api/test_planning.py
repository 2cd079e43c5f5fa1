"""Goals, groups, scenarios, weeks and forecasts of one campaign over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from tests.api.conftest import Stand, open_stand, settings_in
from tests.api.test_campaigns import WAIT, version
from tests.api.test_routes import brief
from tests.conftest import TestDatabase

from nexusplanner.domain.identity import Role

CHANNELS = ["search", "social", "video"]


def eur(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A planner with a campaign that has its plan; other tenants and roles can be called in."""

    stand: Stand
    client: httpx.AsyncClient
    tenant: Any
    address: str

    async def campaign(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.client.get(self.address)).json()
        return found

    async def post(self, path: str, body: dict[str, Any], status: int = 200, **headers: str) -> dict[str, Any]:
        answer = await self.client.post(f"{self.address}/{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def desk(database: TestDatabase, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_stand(database, settings_in(tmp_path), worker=True) as stand:
        ada = await stand.tenant()
        async with stand.client(ada.session) as client:
            body = {**brief(ada), "channels": CHANNELS, "end_date": "2026-06-14", "total_budget": eur("9000.00")}
            made = await client.post("/api/v1/campaigns/generate", json=body, headers=WAIT)
            assert made.status_code == 201, made.text
            yield Desk(stand=stand, client=client, tenant=ada, address=made.headers["location"])


def amounts(channels: list[dict[str, Any]], key: str = "budget") -> dict[str, Decimal]:
    return {each["channel"]: Decimal(each[key]["amount"]) for each in channels}


async def test_curves_carry_what_a_page_plans_on(desk: Desk) -> None:
    curves = (await desk.client.get(f"{desk.address}/curves")).json()
    assert curves["minor_per_unit"] == 100
    for curve in curves["channels"]:
        spend, mean = curve["table"]["spend"], curve["table"]["mean"]
        assert len(spend) == len(mean) > 256
        assert spend == sorted(spend)
        assert mean == sorted(mean)
        assert spend[-1] >= 9000
        draws = curve["draws"]
        assert 50 <= len(draws["scale"]) == len(draws["half"]) == len(draws["slope"]) <= 200
        assert Decimal(curve["usual_maximum"]["amount"]) == 9000
        assert curve["committed"] == eur("0.00")


async def test_the_draws_of_a_page_say_the_interval_of_the_plan(desk: Desk) -> None:
    curves, campaign = (await desk.client.get(f"{desk.address}/curves")).json(), await desk.campaign()
    spent = {name: float(amount) for name, amount in amounts(campaign["channel_strategies"]).items()}
    brought = np.zeros(len(curves["channels"][0]["draws"]["scale"]))
    for curve in curves["channels"]:
        scale, half, slope = (np.array(curve["draws"][name]) for name in ("scale", "half", "slope"))
        spend = spent[curve["channel"]]
        brought += scale * spend**slope / (spend**slope + half**slope)
    expected = campaign["metrics"]["expected_outcome"]
    assert np.quantile(brought, [0.05, 0.95]) == pytest.approx([expected["low"], expected["high"]], rel=0.02)


async def test_groups_and_goals_change_the_split_and_say_what_was_proven(desk: Desk) -> None:
    group = {"name": "moving", "channels": ["social", "video"], "maximum_share": 0.25}
    grouped = await desk.post("allocation/preview", {"groups": [group]})
    split = amounts(grouped["channels"])
    assert split["social"] + split["video"] <= Decimal("2250.00")
    assert sum(split.values()) + Decimal(grouped["certificate"]["unspent"]["amount"]) == Decimal("9000.00")
    assert (grouped["certificate"]["objective"], grouped["certificate"]["problem"]) == (
        "mean outcome",
        "static over the period",
    )
    careful = await desk.post("allocation/preview", {"goal": {"risk": "cvar", "level": 0.2}})
    assert careful["certificate"]["objective"] == "mean of the worst 20 %"
    assert careful["certificate"]["value"] < careful["expected_outcome"]["mean"]
    assert careful["spent"] == eur("9000.00")


async def test_terms_that_cannot_be_kept_name_every_field_at_fault(desk: Desk) -> None:
    impossible = {
        "limits": [{"channel": "search", "minimum": eur("5000.00")}, {"channel": "social", "maximum": eur("10.00")}],
        "groups": [{"name": "moving", "channels": ["social", "video"], "minimum": eur("4500.00")}],
    }
    for path in ("allocation/preview", "scenarios"):
        refused = await desk.client.post(f"{desk.address}/{path}", json={**impossible, **_name(path)})
        assert refused.status_code == 422, refused.text
        error = refused.json()["error"]
        assert error["code"] == "INFEASIBLE_LIMITS"
        assert set(error["fields"]) == {"limits.0", "groups.0"}
    for body, field in (
        ({"groups": [{"name": "x", "channels": ["radio"], "maximum_share": 0.5}]}, "groups.0"),
        ({"goal": {"kind": "least_spend"}}, "goal.outcome"),
        ({"goal": {"level": 2}}, "goal.level"),
        ({"groups": [{"name": "x", "channels": [], "maximum_share": 0.5}]}, "groups.0.channels"),
        ({"groups": [{"name": "x", "channels": ["tv"], "maximum_share": 1.5}]}, "groups.0.maximum_share"),
    ):
        refused = await desk.client.post(f"{desk.address}/allocation/preview", json=body)
        assert refused.status_code == 422, refused.text
        assert field in refused.json()["error"]["fields"], refused.text


def _name(path: str) -> dict[str, str]:
    return {"name": "Impossible"} if path == "scenarios" else {}


async def test_scenarios_are_kept_compared_adopted_and_leave_a_trace(desk: Desk) -> None:
    less = {"name": "Less", "total_budget": eur("6000.00")}
    made = await desk.post("scenarios", less, 201, **{"Idempotency-Key": "s1"})
    again = await desk.post("scenarios", less, 201, **{"Idempotency-Key": "s1"})
    assert again == made
    assert made["outdated"] is False
    assert sum(amounts(made["allocation"]["channels"]).values()) == Decimal("6000.00")
    other = await desk.post(
        "scenarios", {"name": "No video", "limits": [{"channel": "video", "maximum": eur("0.00")}]}, 201
    )
    listed = (await desk.client.get(f"{desk.address}/scenarios")).json()
    assert {each["name"] for each in listed["items"]} == {"Less", "No video"}
    assert (listed["total"], listed["next_cursor"]) == (2, None)
    await _compare(desk, made, other)
    await _edit(desk, made)

    before = await desk.campaign()
    adopt = f"{desk.address}/scenarios/{other['id']}/adopt"
    assert (await desk.client.post(adopt)).status_code == 428
    adopted = await desk.client.post(adopt, headers=version(before))
    assert adopted.status_code == 200, adopted.text
    plan = adopted.json()
    assert amounts(plan["channel_strategies"])["video"] == 0
    assert plan["brief"]["limits"][0]["channel"] == "video"
    assert "divided anew" in plan["explanation"]["warnings"][0]
    stale = await desk.client.post(adopt, headers=version(before))
    assert stale.status_code == 412
    assert stale.json()["error"]["details"]["current"] == plan
    entries = (await desk.client.get("/api/v1/decisions", params={"campaign_id": plan["id"]})).json()["items"]
    entry = next(each for each in entries if each["step"] == "adopt_scenario")
    full = (await desk.client.get(f"/api/v1/decisions/{entry['id']}")).json()
    assert full["author"] == "person"
    assert "No video" in str(full)
    assert (await desk.client.get("/api/v1/decisions/verify")).json()["valid"] is True
    assert (await desk.client.delete(f"{desk.address}/scenarios/{other['id']}")).status_code == 204
    assert (await desk.client.delete(f"{desk.address}/scenarios/{other['id']}")).status_code == 404


async def _compare(desk: Desk, less: dict[str, Any], other: dict[str, Any]) -> None:
    address = f"{desk.address}/scenarios/compare"
    found = (await desk.client.get(address, params={"id": ["plan", less["id"], other["id"]]})).json()
    baseline, second, third = found["columns"]
    assert (baseline["id"], baseline["chance_to_beat"], baseline["difference"]) == ("plan", None, None)
    assert second["clear"] is True
    assert second["chance_to_beat"] == 0.0
    assert second["difference"]["high"] < 0
    assert second["worst_tenth"] < second["expected_outcome"]["mean"]
    assert second["cost_per_outcome"] < baseline["cost_per_outcome"]
    deltas = {each["channel"]: Decimal(each["delta"]["amount"]) for each in second["channels"]}
    assert sum(deltas.values()) == Decimal("-3000.00")
    assert found["best"]["outcome"] == "plan"
    assert found["best"]["cost_per_outcome"] == second["id"]
    assert third["name"] == "No video"
    for ids in (["plan", "plan"], ["nonsense"], []):
        refused = await desk.client.get(address, params={"id": ids})
        assert refused.status_code == 422, refused.text
    missing = await desk.client.get(address, params={"id": [desk.tenant.scenario.id]})
    assert missing.status_code == 404, "a scenario of another campaign is not compared"


async def _edit(desk: Desk, made: dict[str, Any]) -> None:
    address = f"{desk.address}/scenarios/{made['id']}"
    assert (await desk.client.patch(address, json={"pinned": True})).status_code == 428
    pinned = await desk.client.patch(address, json={"pinned": True, "name": "Much less"}, headers=version(made))
    assert pinned.status_code == 200, pinned.text
    assert (pinned.json()["pinned"], pinned.json()["name"]) == (True, "Much less")
    assert pinned.json()["allocation"] == made["allocation"]
    stale = await desk.client.patch(address, json={"pinned": False}, headers=version(made))
    assert stale.status_code == 412
    assert stale.json()["error"]["details"]["current"] == pinned.json()
    changed = await desk.client.patch(address, json={"total_budget": eur("5000.00")}, headers=version(pinned.json()))
    assert sum(amounts(changed.json()["allocation"]["channels"]).values()) == Decimal("5000.00")


async def test_a_campaign_keeps_forty_scenarios_also_when_several_come_at_once(desk: Desk) -> None:
    for number in range(39):
        await desk.post("scenarios", {"name": f"Way {number}"}, 201)
    at_once = [desk.client.post(f"{desk.address}/scenarios", json={"name": f"Last {number}"}) for number in range(4)]
    answers = await asyncio.gather(*at_once)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json()["error"]["code"] for answer in answers if answer.status_code == 409} == {"TOO_MANY_SCENARIOS"}
    assert (await desk.client.get(f"{desk.address}/scenarios")).json()["total"] == 40


async def test_a_scenario_is_read_from_words_and_nothing_is_saved(desk: Desk) -> None:
    found = await desk.post("scenarios/suggest", {"description": "cut 15 %, no video, at least 2k on search, sing"})
    assert found["total_budget"] == eur("7650.00")
    assert {limit["channel"] for limit in found["limits"]} == {"search", "video"}
    assert found["unread"] == ["sing"]
    assert len(found["read"]) == 3
    asked = {name: found[name] for name in ("total_budget", "limits", "groups", "goal")}
    made = await desk.post("scenarios", {"name": found["name"], **asked}, 201)
    assert made["name"].startswith("Cut 15 %")
    assert amounts(made["allocation"]["channels"])["video"] == 0


async def test_weeks_are_tried_chosen_and_placed_by_hand(desk: Desk) -> None:
    before = await desk.campaign()
    even = await desk.post("flights/preview", {"flighting": {"pattern": "even"}})
    best = await desk.post("flights/preview", {"flighting": {"pattern": "optimised"}})
    assert even["gain"] == pytest.approx(0.0, abs=1e-9)
    assert best["gain"] >= -1e-9
    assert best["certificate"]["problem"] == "by week"
    assert best["certificate"]["gap"] <= 0.02
    assert best["certificate"]["value"] <= best["certificate"]["upper_bound"]
    assert "even spread" in best["in_words"]
    assert amounts(best["channels"]) == amounts(before["channel_strategies"])
    assert await desk.campaign() == before

    body = {"flighting": {"pattern": "optimised", "hiatus": [{"start_date": "2026-05-04", "end_date": "2026-05-10"}]}}
    kept = await desk.client.put(f"{desk.address}/flights", json=body, headers=version(before))
    assert kept.status_code == 200, kept.text
    plan = kept.json()
    assert plan["flight_certificate"]["problem"] == "by week"
    assert plan["brief"]["flighting"]["pattern"] == "optimised"
    assert _sums(plan) == amounts(plan["channel_strategies"]) == amounts(before["channel_strategies"])
    assert "2026-05-04" not in _weeks(plan)
    stale = await desk.client.put(f"{desk.address}/flights", json=body, headers=version(before))
    assert stale.status_code == 412

    search = next(each for each in plan["channel_strategies"] if each["channel"] == "search")
    week = {"start_date": "2026-04-06", "end_date": "2026-04-12", "amount": search["budget"]}
    placed = {"channel": "search", "flights": [{**_dates(week), "weekly": [week]}]}
    by_hand = await desk.client.put(f"{desk.address}/flights", json={"channels": [placed]}, headers=version(plan))
    assert by_hand.status_code == 200, by_hand.text
    assert by_hand.json()["brief"]["flighting"]["pattern"] == "custom"
    assert _sums(by_hand.json()) == _sums(plan)
    await _misplaced(desk, by_hand.json(), week)
    entries = (await desk.client.get("/api/v1/decisions", params={"campaign_id": plan["id"]})).json()["items"]
    assert [each["step"] for each in entries].count("save_flights") == 2


async def _misplaced(desk: Desk, plan: dict[str, Any], week: dict[str, Any]) -> None:
    wrong_sum = {**week, "amount": eur("1.00")}
    no_week = {**week, "start_date": "2026-04-07"}
    longer = {"start_date": "2026-03-30", "end_date": "2026-04-12"}
    for dates, weekly, code in (
        (_dates(week), wrong_sum, "FLIGHTS_SUM"),
        (_dates(week), no_week, "FLIGHT_WEEKS"),
        (longer, week, "FLIGHT_WEEKS"),
    ):
        body = {"channels": [{"channel": "search", "flights": [{**dates, "weekly": [weekly]}]}]}
        refused = await desk.client.put(f"{desk.address}/flights", json=body, headers=version(plan))
        assert refused.status_code == 422, refused.text
        assert refused.json()["error"]["code"] == code
        assert "channels.0.flights" in refused.json()["error"]["fields"]
    rules = {"pattern": "even", "weekly_maximums": [{"channel": "search", "amount": eur("0.01")}]}
    refused = await desk.client.put(f"{desk.address}/flights", json={"flighting": rules}, headers=version(plan))
    assert refused.json()["error"]["code"] == "INFEASIBLE_FLIGHTS"
    assert "flighting.weekly_maximums.0" in refused.json()["error"]["fields"]
    assert (await desk.client.put(f"{desk.address}/flights", json={}, headers=version(plan))).status_code == 422


def _dates(week: dict[str, Any]) -> dict[str, str]:
    return {"start_date": week["start_date"], "end_date": week["end_date"]}


def _weeks(plan: dict[str, Any]) -> set[str]:
    return {
        week["start_date"]
        for part in plan["channel_strategies"]
        for flight in part["flights"]
        for week in flight["weekly"]
    }


def _sums(plan: dict[str, Any]) -> dict[str, Decimal]:
    return {
        part["channel"]: sum(
            (Decimal(week["amount"]["amount"]) for flight in part["flights"] for week in flight["weekly"]), Decimal(0)
        )
        for part in plan["channel_strategies"]
    }


async def test_a_forecast_tells_weeks_shocks_and_pacing(desk: Desk) -> None:
    plan = await desk.campaign()
    usual = await desk.post("forecast", {})
    assert usual["shocked"] is None
    assert len(usual["weeks"]) == len(usual["total"]["weekly"]) == len(usual["pacing"]["planned"])
    spent = {each["channel"]: sum(Decimal(week["amount"]) for week in each["spend"]) for each in usual["channels"]}
    assert spent == amounts(plan["channel_strategies"])
    assert Decimal(usual["pacing"]["planned"][-1]["amount"]) == Decimal("9000.00")
    parts = sum(each["total"]["mean"] for each in usual["channels"])
    assert parts == pytest.approx(usual["total"]["total"]["mean"])
    assert 0 <= usual["overspend_probability"] <= 1
    assert usual["assumptions"]

    shock = {"channel": None, "start_date": "2026-03-01", "end_date": "2026-12-31", "cost_change": 0.2}
    dearer = await desk.post("forecast", {"shocks": [shock]})
    assert dearer["total"] == usual["total"]
    assert dearer["shocked"]["total"]["total"]["mean"] < usual["total"]["total"]["mean"]
    assert dearer["shock_effect"]["mean"] < 0
    less = await desk.post("scenarios", {"name": "Less", "total_budget": eur("6000.00")}, 201)
    smaller = await desk.post("forecast", {"scenario_id": less["id"]})
    assert smaller["total"]["total"]["mean"] < usual["total"]["total"]["mean"]
    assert Decimal(smaller["pacing"]["planned"][-1]["amount"]) == Decimal("6000.00")
    for wrong, field in (
        ({**shock, "channel": "radio"}, "shocks.0.channel"),
        ({**shock, "cost_change": -1}, "shocks.0.cost_change"),
        ({**shock, "end_date": "2026-01-01"}, "shocks.0"),
    ):
        refused = await desk.client.post(f"{desk.address}/forecast", json={"shocks": [wrong]})
        assert refused.status_code == 422, refused.text
        assert field in refused.json()["error"]["fields"]


async def test_another_plan_makes_scenarios_outdated_and_approval_names_its_plan(desk: Desk) -> None:
    made = await desk.post("scenarios", {"name": "Now"}, 201)
    plan = await desk.campaign()
    for status in ("in_review", "approved"):
        moved = await desk.client.post(f"{desk.address}/status", json={"status": status}, headers=version(plan))
        assert moved.status_code == 200, moved.text
        plan = moved.json()
    assert len(plan["approved_plan"]) == 64
    other = await desk.client.post(
        "/api/v1/campaigns/generate",
        json={**brief(desk.tenant), "channels": CHANNELS, "end_date": "2026-06-14", "total_budget": eur("9000.00")},
        headers=WAIT,
    )
    beside = other.json()
    curves = (await desk.client.get(f"/api/v1/campaigns/{beside['id']}/curves")).json()
    assert {each["channel"]: each["committed"] for each in curves["channels"]} == {
        each["channel"]: each["budget"] for each in plan["channel_strategies"]
    }
    assert beside["metrics"]["expected_outcome"]["mean"] < plan["metrics"]["expected_outcome"]["mean"]
    first = await desk.post("forecast", {})
    second = (await desk.client.post(f"/api/v1/campaigns/{beside['id']}/forecast", json={})).json()
    assert second["total"]["total"]["mean"] < first["total"]["total"]["mean"]
    assert any("other campaigns" in words for words in second["assumptions"])

    renamed = await desk.client.patch(desk.address, json={"name": "Anew"}, headers=version(plan))
    assert (renamed.json()["status"], renamed.json()["approved_plan"]) == ("draft", None)
    brief_now = {**plan["brief"], "end_date": "2026-06-21"}
    edited = await desk.client.patch(desk.address, json={"brief": brief_now}, headers=version(renamed.json()))
    assert edited.status_code == 200, edited.text
    listed = (await desk.client.get(f"{desk.address}/scenarios")).json()["items"]
    assert [(each["id"], each["outdated"]) for each in listed] == [(made["id"], True)]
    refused = await desk.client.post(f"{desk.address}/scenarios", json={"name": "Later"})
    assert refused.json()["error"]["code"] == "NO_PLAN"
    at = f"{desk.address}/scenarios/{made['id']}"
    solved = await desk.client.patch(at, json={"total_budget": eur("8000.00")}, headers=version(made))
    assert solved.json()["error"]["code"] == "NO_PLAN"
    named = await desk.client.patch(at, json={"name": "Then"}, headers=version(made))
    assert (named.status_code, named.json()["name"], named.json()["outdated"]) == (200, "Then", True), named.text


async def test_a_viewer_compares_and_changes_nothing(desk: Desk) -> None:
    made = await desk.post("scenarios", {"name": "Now"}, 201)
    viewer = await desk.stand.join(desk.tenant.tenant, role=Role.VIEWER)
    async with desk.stand.client(viewer) as client:
        ids = {"id": ["plan", made["id"]]}
        assert (await client.get(f"{desk.address}/scenarios/compare", params=ids)).status_code == 200
        assert (await client.post(f"{desk.address}/scenarios", json={"name": "Mine"})).status_code == 403
        adopt = await client.post(f"{desk.address}/scenarios/{made['id']}/adopt", headers={"If-Match": '"1"'})
        assert adopt.status_code == 403
