"""Feedback."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, Index, SmallInteger, Table, Text, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.feedback import Feedback, FeedbackTarget, FeedbackType
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, FeedbackId, NotFound
from nexusplanner.infrastructure.db.campaigns import campaigns
from nexusplanner.infrastructure.db.types import (
    instant,
    mapper_registry,
    metadata,
    of_tenant,
    tenant_key,
    uuid_column,
    words,
)

feedback = Table(
    "feedback",
    metadata,
    *tenant_key(),
    uuid_column("user_id"),
    uuid_column("campaign_id"),
    Column("feedback_type", words(FeedbackType), nullable=False),
    Column("target", words(FeedbackTarget), nullable=False),
    uuid_column("target_id"),
    Column("rating", SmallInteger),
    Column("reason", Text, nullable=False),
    Column("comment", Text, nullable=False),
    instant("created_at"),
    of_tenant("user_id", "users"),
    of_tenant("campaign_id", "campaigns", ondelete="CASCADE"),
    Index(None, "tenant_id", "campaign_id", "created_at"),
)

mapper_registry.map_imperatively(Feedback, feedback)


class SqlFeedbacks:
    """Feedback of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def of_brand(self, *, brand_id: BrandId, limit: int) -> Sequence[Feedback]:
        """The newest feedback on the brand's campaigns."""
        of_campaign = (campaigns.c.tenant_id == feedback.c.tenant_id) & (campaigns.c.id == feedback.c.campaign_id)
        query = (
            select(Feedback)
            .join(campaigns, of_campaign)
            .where(feedback.c.tenant_id == self._tenant, campaigns.c.brand_id == brand_id)
            .order_by(feedback.c.created_at.desc(), feedback.c.id)
            .limit(limit)
        )
        return (await self._session.scalars(query)).all()

    async def get(self, feedback_id: FeedbackId) -> Feedback:
        """The opinion. Raises NotFound."""
        query = select(Feedback).where(feedback.c.tenant_id == self._tenant, feedback.c.id == feedback_id)
        found = await self._session.scalar(query)
        if found is None:
            raise NotFound.of("feedback", feedback_id)
        return found

    def add(self, feedback: Feedback) -> None:
        """Keep new feedback."""
        self._session.add(feedback)

    async def remove(self, feedback: Feedback) -> None:
        """Delete it."""
        await self._session.delete(feedback)
