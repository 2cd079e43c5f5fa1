"""What the ledger keeps of an origin: everything, but what a server says in place of a name."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.durable import NOW, Workspace, make_workspace, open_units

from nexusplanner.application.agents.decided import Record
from nexusplanner.application.ledger.decisions import record_step
from nexusplanner.application.origins import Origin
from nexusplanner.domain.campaigns import Author
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork

KEY = "sk-canary-0123456789abcdef"


@pytest.fixture
async def units(database: TestDatabase) -> AsyncIterator[SqlUnitsOfWork]:
    async with open_units(database.app_url) as (_, opened):
        yield opened


async def kept(units: SqlUnitsOfWork, workspace: Workspace, origin: Origin) -> str:
    """The entry as it is stored."""
    run = records.run(workspace.tenant_id, by=workspace.user_id, brand_id=None)
    record = Record(agent="creative", agent_version="1", origin=origin, summary="Three ideas.")
    async with units.for_actor(workspace.actor) as uow:
        await record_step(uow, record, run=run, step="ideate", now=NOW)
        return str(await uow.session.scalar(text("SELECT entry FROM decisions ORDER BY sequence DESC LIMIT 1")))


async def test_a_key_that_a_server_gives_back_as_a_name_is_not_kept(units: SqlUnitsOfWork) -> None:
    workspace = await make_workspace(units._engine)
    origin = Origin(author=Author.AI, provider="house", model_asked="large", model_answered="large-2026")
    assert '"model_answered":"large-2026"' in await kept(units, workspace, origin)
    echoing = Origin(author=Author.AI, provider="house", model_asked="large", model_answered=KEY, finish_reason=KEY)
    entry = await kept(units, workspace, echoing)
    assert "canary" not in entry
    assert '"model_answered":"[secret]"' in entry
