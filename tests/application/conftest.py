"""A planner in a database that all tests of a file share: each has a workspace of its own in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.planned import Planner, make_planner

from nexusplanner.domain.campaigns import Campaign
from nexusplanner.infrastructure.db.engine import make_engine


@pytest.fixture
async def shared_engine(module_database: TestDatabase) -> AsyncIterator[AsyncEngine]:
    made = make_engine(module_database.app_url)
    yield made
    await made.dispose()


@pytest.fixture
async def planner(shared_engine: AsyncEngine) -> Planner:
    return await make_planner(shared_engine)


@pytest.fixture
async def planned(planner: Planner) -> Campaign:
    """A campaign on two channels with its plan."""
    return await planner.planned(records.brief(planner.service, channels=("search", "social")))
