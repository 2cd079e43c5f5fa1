"""Scenarios. Terms and allocation are documents: they are read and replaced as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.campaigns import Allocation
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.scenarios import Scenario, ScenarioTerms
from nexusplanner.domain.shared import CampaignId, NotFound, ScenarioId
from nexusplanner.infrastructure.db.campaigns import campaigns
from nexusplanner.infrastructure.db.types import (
    Jsonb,
    instant,
    mapper_registry,
    metadata,
    of_tenant,
    tenant_key,
    uuid_column,
)

scenarios = Table(
    "scenarios",
    metadata,
    *tenant_key(),
    uuid_column("campaign_id"),
    Column("name", Text, nullable=False),
    Column("terms", Jsonb[ScenarioTerms](ScenarioTerms), nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("allocation", Jsonb[Allocation](Allocation), nullable=False),
    Column("curves", String(64), nullable=False),
    uuid_column("created_by"),
    instant("created_at"),
    instant("updated_at"),
    Column("version", Integer, nullable=False),
    of_tenant("campaign_id", "campaigns", ondelete="CASCADE"),
    of_tenant("created_by", "users"),
    Index(None, "tenant_id", "campaign_id", "created_at"),
)

mapper_registry.map_imperatively(Scenario, scenarios, version_id_col=scenarios.c.version)


class SqlScenarios:
    """Scenarios of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def get(self, scenario_id: ScenarioId, *, campaign_id: CampaignId) -> Scenario:
        """The scenario of this campaign. Raises NotFound."""
        found = await self._session.get(Scenario, (self._tenant, scenario_id))
        if found is None or found.campaign_id != campaign_id:
            raise NotFound.of("scenario", scenario_id)
        return found

    async def of_campaign(self, campaign_id: CampaignId) -> Sequence[Scenario]:
        """All of them, oldest first."""
        query = (
            select(Scenario)
            .where(scenarios.c.tenant_id == self._tenant, scenarios.c.campaign_id == campaign_id)
            .order_by(scenarios.c.created_at, scenarios.c.id)
        )
        return (await self._session.scalars(query)).all()

    async def count(self, campaign_id: CampaignId) -> int:
        """How many there are; whoever else counts waits until this transaction ends."""
        campaign = (campaigns.c.tenant_id == self._tenant) & (campaigns.c.id == campaign_id)
        await self._session.scalar(select(campaigns.c.id).where(campaign).with_for_update(key_share=True))
        query = select(func.count()).where(
            scenarios.c.tenant_id == self._tenant, scenarios.c.campaign_id == campaign_id
        )
        return await self._session.scalar(query) or 0

    def add(self, scenario: Scenario) -> None:
        """Keep a new scenario."""
        self._session.add(scenario)

    async def remove(self, scenario: Scenario) -> None:
        """Delete it."""
        await self._session.delete(scenario)
