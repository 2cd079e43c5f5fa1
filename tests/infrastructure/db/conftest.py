from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.conftest import TestDatabase
from tests.factories.storage import units_of_work

from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork


@pytest.fixture
async def engine(database: TestDatabase) -> AsyncIterator[AsyncEngine]:
    """The application's connections to a database of the test's own."""
    made = make_engine(database.app_url, pool_size=5)
    yield made
    await made.dispose()


@pytest.fixture
def units(engine: AsyncEngine) -> SqlUnitsOfWork:
    return units_of_work(engine)
