from __future__ import annotations

import pytest

from nexusplanner.infrastructure.llm import ProviderModels


@pytest.fixture
async def models() -> ProviderModels:
    """Language models whose libraries are imported, so that a test's seconds are those of the server."""
    made = ProviderModels()
    await made.warm_up()
    return made
