"""What proposals were made of, and what of the learned was forgotten."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import Boolean, Column, Double, Index, Integer, Table, Text, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.learning import ArmKind, Forgotten, Made
from nexusplanner.domain.outcomes import Event, Outcome
from nexusplanner.domain.shared import BrandId
from nexusplanner.infrastructure.db.campaigns import campaigns
from nexusplanner.infrastructure.db.outcomes import outcomes
from nexusplanner.infrastructure.db.types import (
    instant,
    mapper_registry,
    metadata,
    of_tenant,
    tenant_key,
    texts,
    uuid_column,
    words,
)

made_table = Table(
    "learning_made",
    metadata,
    *tenant_key(),
    uuid_column("brand_id"),
    uuid_column("campaign_id"),
    uuid_column("service_id"),
    uuid_column("run_id", nullable=True),
    Column("is_idea", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("framework", Text, nullable=False),
    Column("angle", Text, nullable=False),
    texts("channels"),
    texts("formats"),
    texts("segments"),
    Column("author", words(Author), nullable=False),
    Column("lessons", Integer),
    Column("propensity", Double),
    instant("made_at"),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
    of_tenant("campaign_id", "campaigns", ondelete="CASCADE"),
    Index(None, "tenant_id", "brand_id", "made_at"),
    Index(None, "tenant_id", "campaign_id"),
)

forgotten_table = Table(
    "learning_forgotten",
    metadata,
    *tenant_key(),
    uuid_column("brand_id"),
    Column("kind", words(ArmKind), nullable=False),
    Column("key", Text, nullable=False),
    texts("lessons"),
    instant("at"),
    uuid_column("user_id"),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
    Index(None, "tenant_id", "brand_id"),
)

mapper_registry.map_imperatively(Made, made_table)
mapper_registry.map_imperatively(Forgotten, forgotten_table)


class SqlLearning:
    """What was learned in the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def made(self, ids: Collection[UUID]) -> Mapping[UUID, Made]:
        """What these ideas and channel plans were made of; unknown ones are left out."""
        query = select(Made).where(made_table.c.tenant_id == self._tenant, made_table.c.id.in_(set(ids)))
        return {each.id: each for each in (await self._session.scalars(query)).all()}

    async def made_for(self, brand_id: BrandId, *, limit: int) -> Sequence[Made]:
        """The newest ideas of the brand, newest first."""
        query = (
            select(Made)
            .where(made_table.c.tenant_id == self._tenant, made_table.c.brand_id == brand_id, made_table.c.is_idea)
            .order_by(made_table.c.made_at.desc(), made_table.c.id)
            .limit(limit)
        )
        return (await self._session.scalars(query)).all()

    async def keep_made(self, made: Iterable[Made]) -> None:
        """Keep what new proposals are made of; what is known of one stays."""
        rows = [asdict(each) for each in made]
        if rows:
            await self._session.execute(insert(made_table).on_conflict_do_nothing(), rows)

    async def outcomes(self, brand_id: BrandId, *, events: Collection[Event], limit: int) -> Sequence[Outcome]:
        """The newest outcomes of the brand's campaigns that somebody decided, newest first."""
        of_campaign = (campaigns.c.tenant_id == outcomes.c.tenant_id) & (campaigns.c.id == outcomes.c.campaign_id)
        query = (
            select(Outcome)
            .join(campaigns, of_campaign)
            .where(
                outcomes.c.tenant_id == self._tenant,
                campaigns.c.brand_id == brand_id,
                outcomes.c.event.in_(events),
                outcomes.c.decided_at.is_not(None),
            )
            .order_by(outcomes.c.decided_at.desc(), outcomes.c.id)
            .limit(limit)
        )
        return (await self._session.scalars(query)).all()

    async def outcomes_of(self, ids: Collection[UUID], *, event: Event) -> Mapping[UUID, Outcome]:
        """What became of these subjects."""
        query = select(Outcome).where(
            outcomes.c.tenant_id == self._tenant, outcomes.c.event == event, outcomes.c.subject_id.in_(set(ids))
        )
        return {each.subject_id: each for each in (await self._session.scalars(query)).all()}

    async def forgotten(self, brand_id: BrandId) -> Sequence[Forgotten]:
        """What is to be forgotten."""
        query = select(Forgotten).where(
            forgotten_table.c.tenant_id == self._tenant, forgotten_table.c.brand_id == brand_id
        )
        return (await self._session.scalars(query)).all()

    async def forget(self, forgotten: Forgotten) -> None:
        """Forget, adding to what was forgotten of the same memory before."""
        known = await self._session.get(Forgotten, (self._tenant, forgotten.id))
        if known is None:
            self._session.add(forgotten)
            return
        known.lessons = tuple(dict.fromkeys((*known.lessons, *forgotten.lessons)))
        known.at, known.user_id = forgotten.at, forgotten.user_id
