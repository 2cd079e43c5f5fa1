"""Nothing of the database is held while a plan is being computed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url
from tests.api.test_campaigns import version
from tests.api.test_planning import Desk, desk, eur
from tests.conftest import TestDatabase

__all__ = ["desk"]

OPTIMISED = {"flighting": {"pattern": "optimised"}}
OPEN = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'nexusplanner'
  AND state LIKE 'idle in transaction%'
"""


@dataclass
class Watch:
    """Looks at the database from inside the thread that computes, before the computation begins."""

    address: str
    open: list[int] = field(default_factory=list)
    meanwhile: Callable[[psycopg.Connection[Any]], None] | None = None

    def look(self) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            row = connection.execute(OPEN).fetchone()
            assert row is not None
            self.open.append(int(row[0]))
            if self.meanwhile:
                self.meanwhile(connection)


@pytest.fixture
def watch(desk: Desk, database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Every computation in a thread is watched and then done as it always is; `desk` has its plan before that."""
    found = Watch(
        address=make_url(database.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    in_thread = asyncio.to_thread

    async def watched(work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        def seen() -> Any:
            if work.__module__.startswith("nexusplanner.application"):
                found.look()
            return work(*args, **kwargs)

        return await in_thread(seen)

    monkeypatch.setattr(asyncio, "to_thread", watched)
    return found


async def test_no_transaction_is_open_while_a_plan_is_tried(desk: Desk, watch: Watch) -> None:
    assert (await desk.client.get(f"{desk.address}/curves")).status_code == 200
    await desk.post("allocation/preview", {"total_budget": eur("8000.00")})
    await desk.post("flights/preview", OPTIMISED)
    await desk.post("forecast", {})
    compared = await desk.client.get(f"{desk.address}/scenarios/compare", params={"id": "plan"})
    assert compared.status_code == 200
    assert watch.open == [0] * 5


async def test_no_transaction_is_open_while_what_is_kept_is_computed(desk: Desk, watch: Watch) -> None:
    made = await desk.post("scenarios", {"name": "Now"}, 201, **{"Idempotency-Key": str(uuid4())})
    at = f"{desk.address}/scenarios/{made['id']}"
    edited = await desk.client.patch(at, json={"total_budget": eur("8000.00")}, headers=version(made))
    assert edited.status_code == 200, edited.text
    plan = await desk.campaign()
    for path, body in (("allocation", {"total_budget": eur("8500.00")}), ("flights", OPTIMISED), ("allocation", {})):
        kept = await desk.client.put(f"{desk.address}/{path}", json=body, headers=version(plan))
        assert kept.status_code == 200, kept.text
        plan = kept.json()
    assert watch.open == [0] * len(watch.open)
    assert len(watch.open) == 7


async def test_what_was_changed_during_the_computation_is_not_overwritten(desk: Desk, watch: Watch) -> None:
    plan = await desk.campaign()

    def edit(connection: psycopg.Connection[Any]) -> None:
        connection.execute("UPDATE campaigns SET version = version + 1, name = 'Theirs' WHERE id = %s", (plan["id"],))

    watch.meanwhile = edit
    refused = await desk.client.put(
        f"{desk.address}/allocation", json={"total_budget": eur("8500.00")}, headers=version(plan)
    )
    assert refused.status_code == 412, refused.text
    now = await desk.campaign()
    assert (now["name"], now["metrics"]["total_budget"]) == ("Theirs", eur("9000.00"))


async def test_an_idempotency_key_keeps_one_scenario_of_two_that_are_computed_at_once(desk: Desk, watch: Watch) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    both = await asyncio.gather(
        *(desk.client.post(f"{desk.address}/scenarios", json={"name": "Twice"}, headers=key) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in both) in ([201, 409], [201, 201])
    assert len((await desk.client.get(f"{desk.address}/scenarios")).json()["items"]) == 1
    again = await desk.client.post(f"{desk.address}/scenarios", json={"name": "Twice"}, headers=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len((await desk.client.get(f"{desk.address}/scenarios")).json()["items"]) == 1
    assert watch.open
