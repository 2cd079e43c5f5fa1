"""What models cost, over HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from tests.api.conftest import Stand
from tests.factories.spending import call_made
from tests.factories.storage import Filled, registered

from nexusplanner.application.models.spending import CountedBudgets
from nexusplanner.application.ports.models import FailureKind, Spender, Usage
from nexusplanner.domain.ai import SpendLimits, TextStep
from nexusplanner.domain.identity import Actor, Role, Tenant
from nexusplanner.domain.shared import UserId

DOLLAR = 1_000_000


async def spends(stand: Stand, actor: Actor, *, microunits: int, **call: object) -> None:
    """One call by the actor, held and settled."""
    spender = Spender(tenant_id=actor.tenant_id, user_id=actor.user_id)
    budgets = CountedBudgets(units=stand.container.units, clock=stand.clock, held_for=timedelta(minutes=10))
    reservation = await budgets.reserve(spender, microunits=microunits) if microunits else None
    made = replace(call_made(microunits=microunits), **call)  # type: ignore[arg-type]
    await budgets.settle(spender, reservation=reservation, call=made)


@pytest.fixture
async def eve(stand: Stand) -> Actor:
    """The administrator of a workspace that has spent nothing yet."""
    _, user = await registered(stand.container.engine, "Eve")
    return user.actor()


async def test_calls_are_summed_by_day_step_model_and_person(stand: Stand, eve: Actor) -> None:
    await spends(stand, eve, microunits=DOLLAR // 4)
    stand.clock.move(days=1)
    await spends(stand, eve, microunits=DOLLAR, step=TextStep.REFINE, outcome=FailureKind.TRUNCATED, latency_ms=100)
    await spends(stand, eve, microunits=123, step=TextStep.REFINE, model_answered="", latency_ms=300)
    await spends(stand, eve, microunits=0, provider="own", model_answered="llama", usage=Usage(requests=1))
    session = await stand.join(await tenant_of(stand, eve), role=Role.ADMIN)
    async with stand.client(session) as client:
        found = (await client.get("/api/v1/usage")).json()
    today = stand.clock.now().date()
    assert (found["from"], found["to"]) == (str(today - timedelta(days=29)), str(today))
    assert found["total"] == {
        "cost": "1.250123", "calls": 4, "failed": 1, "input_tokens": 3000, "output_tokens": 600,
    }  # fmt: skip
    assert found["days"] == [
        {"day": str(today - timedelta(days=1)), "cost": "0.25", "calls": 1, "failed": 0},
        {"day": str(today), "cost": "1.000123", "calls": 3, "failed": 1},
    ]
    assert [(each["step"], each["label"], each["calls"], each["latency_ms"]) for each in found["steps"]] == [
        ("refine", "Put ideas in the brand's voice", 2, 200),
        ("ideate", "Write ideas", 2, 900),
    ]
    assert [(each["provider"], each["model"], each["cost"]) for each in found["models"]] == [
        ("openai", "gpt-5-2025-08-07", "1.25"),
        ("openai", "gpt-5", "0.000123"),
        ("own", "llama", "0.00"),
    ]
    assert [(each["name"], each["cost"], each["calls"]) for each in found["users"]] == [("Eve", "1.250123", 4)]
    assert found["budget"]["workspace"] == {"limit": "20.00", "spent": "1.000123", "share": pytest.approx(0.05000615)}
    assert found["budget"]["me"] == {"limit": "5.00", "spent": "0.00", "share": 0.0}


async def test_days_can_be_chosen_and_are_checked(stand: Stand, client: httpx.AsyncClient, ada: Filled) -> None:
    del ada
    today = stand.clock.now().date()
    one = (await client.get(f"/api/v1/usage?from={today}&to={today}")).json()
    assert (one["from"], one["to"], one["total"]["calls"]) == (str(today), str(today), 1)
    none = (await client.get(f"/api/v1/usage?to={today - timedelta(days=1)}")).json()
    assert (none["total"]["calls"], none["days"], none["total"]["cost"]) == (0, [], "0.00")
    for day in ("0001-01-01", "9999-12-31"):
        assert (await client.get(f"/api/v1/usage?to={day}")).json()["error"]["fields"].keys() == {"to"}
    for query in (f"from={today}&to={today - timedelta(days=1)}", "from=2020-01-01", "from=soon"):
        answer = await client.get(f"/api/v1/usage?{query}")
        assert answer.status_code == 422
        assert "from" in answer.json()["error"]["fields"]


async def test_alerts_are_shown_to_whom_they_concern(stand: Stand, eve: Actor) -> None:
    async with stand.container.units.for_actor(eve) as uow:
        settings = await uow.ai.settings()
        settings.limits = SpendLimits(workspace_per_day=10 * DOLLAR, user_per_day=DOLLAR, campaign=None)
        settings.updated_at = stand.clock.now()
        await uow.ai.save(settings)
    await spends(stand, eve, microunits=DOLLAR * 9 // 10)
    tenant = await tenant_of(stand, eve)
    viewer, admin = await stand.join(tenant, role=Role.VIEWER), await stand.join(tenant, role=Role.ADMIN)
    async with stand.client(viewer) as client:
        seen = (await client.get("/api/v1/usage")).json()
        assert (seen["alerts"], seen["users"], seen["total"]["calls"]) == ([], [], 1)
    async with stand.client(admin) as client:
        [alert] = (await client.get("/api/v1/usage")).json()["alerts"]
    assert alert == {
        "scope": "user",
        "share": 0.9,
        "level": 80,
        "day": str(stand.clock.now().date()),
        "text": "80 % of a user's daily limit for model calls is spent ($0.90 of $1.00).",
    }
    for _ in range(8):
        await spends(stand, replace(eve, user_id=UserId(uuid4())), microunits=DOLLAR)
    async with stand.client(viewer) as client:
        seen = (await client.get("/api/v1/usage")).json()
    assert [(each["scope"], each["level"]) for each in seen["alerts"]] == [("workspace", 80)]
    assert seen["budget"]["workspace"]["share"] == pytest.approx(0.89)


async def test_another_workspace_sees_nothing_of_it(stand: Stand, eve: Actor) -> None:
    other = await stand.tenant("Bob")
    await spends(stand, eve, microunits=DOLLAR)
    async with stand.client(other.session) as client:
        found = (await client.get("/api/v1/usage")).json()
    assert found["total"]["calls"] == 1
    assert found["budget"]["workspace"]["spent"] == "0.0015"
    assert [each["name"] for each in found["users"]] == ["Bob"]


async def tenant_of(stand: Stand, actor: Actor) -> Tenant:
    async with stand.container.units.for_actor(actor) as uow:
        return await uow.identity.tenant()
