"""Alternatives. Their texts are documents: they are read and replaced as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, Index, Integer, Table, Text, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.alternatives import MOST_SHOWN
from nexusplanner.domain.alternatives import Alternative, AlternativeKind, AlternativeState, Texts
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.knowledge import Passage
from nexusplanner.domain.shared import AlternativeId, CampaignId, NotFound
from nexusplanner.infrastructure.db.types import (
    Jsonb,
    instant,
    mapper_registry,
    metadata,
    of_tenant,
    tenant_key,
    texts,
    uuid_column,
    words,
)

alternatives = Table(
    "alternatives",
    metadata,
    *tenant_key(),
    uuid_column("campaign_id"),
    Column("kind", words(AlternativeKind), nullable=False),
    Column("state", words(AlternativeState), nullable=False),
    Column("note", Text, nullable=False),
    Column("before", Jsonb[Texts](Texts), nullable=False),
    Column("after", Jsonb[Texts](Texts), nullable=False),
    Column("evidence", Jsonb[tuple[Passage, ...]](tuple[Passage, ...]), nullable=False),
    texts("differs"),
    Column("author", words(Author), nullable=False),
    Column("provider", Text, nullable=False),
    uuid_column("run_id", nullable=True),
    uuid_column("decision_id", nullable=True),
    instant("created_at"),
    instant("settled_at", nullable=True),
    Column("version", Integer, nullable=False),
    of_tenant("campaign_id", "campaigns", ondelete="CASCADE"),
    of_tenant("run_id", "runs", ondelete="SET NULL (run_id)"),
    Index(None, "tenant_id", "campaign_id", "created_at"),
)

mapper_registry.map_imperatively(Alternative, alternatives, version_id_col=alternatives.c.version)


class SqlAlternatives:
    """Alternatives of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def get(self, alternative_id: AlternativeId, *, campaign_id: CampaignId) -> Alternative:
        """The alternative of this campaign. Raises NotFound."""
        found = await self._session.get(Alternative, (self._tenant, alternative_id))
        if found is None or found.campaign_id != campaign_id:
            raise NotFound.of("alternative", alternative_id)
        return found

    async def of_campaign(self, campaign_id: CampaignId, *, only_open: bool = False) -> Sequence[Alternative]:
        """The newest `MOST_SHOWN`, newest first."""
        query = (
            select(Alternative)
            .where(alternatives.c.tenant_id == self._tenant, alternatives.c.campaign_id == campaign_id)
            .order_by(alternatives.c.created_at.desc(), alternatives.c.id)
            .limit(MOST_SHOWN)
        )
        if only_open:
            query = query.where(alternatives.c.state == AlternativeState.OPEN)
        return (await self._session.scalars(query)).all()

    def add(self, alternative: Alternative) -> None:
        """Keep a new alternative."""
        self._session.add(alternative)
