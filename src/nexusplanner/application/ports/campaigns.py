"""Where campaigns and their scenarios are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.scenarios import Scenario
from nexusplanner.domain.shared import BrandId, CampaignId, DateRange, ScenarioId


class Campaigns(Protocol):
    """Campaigns of the actor's tenant."""

    async def get(self, campaign_id: CampaignId, *, deleted: bool = False, lock: bool = False) -> Campaign:
        """The campaign; locked until the transaction ends, and read anew, when asked.

        Raises NotFound; a deleted one is found only when `deleted`.
        """
        ...

    async def past(self, *, brand_id: BrandId, before: date, limit: int) -> Sequence[Campaign]:
        """Campaigns of the brand that ended before `before`, newest first."""
        ...

    async def running(self, *, brand_id: BrandId, during: DateRange) -> Sequence[Campaign]:
        """Approved and active campaigns of the brand with days in common with `during`, first to start first."""
        ...

    def add(self, campaign: Campaign) -> None:
        """Keep a new campaign."""
        ...


class Scenarios(Protocol):
    """Scenarios of the actor's tenant."""

    async def get(self, scenario_id: ScenarioId, *, campaign_id: CampaignId) -> Scenario:
        """The scenario of this campaign. Raises NotFound."""
        ...

    async def of_campaign(self, campaign_id: CampaignId) -> Sequence[Scenario]:
        """All of them, oldest first."""
        ...

    async def count(self, campaign_id: CampaignId) -> int:
        """How many there are; whoever else counts waits until this transaction ends."""
        ...

    def add(self, scenario: Scenario) -> None:
        """Keep a new scenario."""
        ...

    async def remove(self, scenario: Scenario) -> None:
        """Delete it."""
        ...
