"""Lists of feedback."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.reads import PAGE_SIZE
from nexusplanner.application.ports.rows import FeedbackRow
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import CampaignId, Page
from nexusplanner.infrastructure.db.feedback import feedback
from nexusplanner.infrastructure.db.identity import users
from nexusplanner.infrastructure.db.reads.paging import PageOf, page


class FeedbackQueries:
    """Lists of feedback."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def page(
        self,
        *,
        campaign_id: CampaignId,
        sort: str = "-created_at",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[FeedbackRow]:
        """Sorts: created_at."""
        rows = (
            select(feedback, users.c.name.label("user_name"))
            .join(users, (users.c.tenant_id == feedback.c.tenant_id) & (users.c.id == feedback.c.user_id))
            .where(feedback.c.tenant_id == self._tenant, feedback.c.campaign_id == campaign_id)
        )
        wanted = PageOf(sort=sort, cursor=cursor, limit=limit)
        sorts = {"created_at": feedback.c.created_at}
        return await page(self._session, rows, sorts=sorts, key=feedback.c.id, wanted=wanted, make=_row)


def _row(row: Row[Any]) -> FeedbackRow:
    return FeedbackRow(
        id=row.id,
        campaign_id=row.campaign_id,
        user_id=row.user_id,
        user_name=row.user_name,
        feedback_type=row.feedback_type,
        target=row.target,
        target_id=row.target_id,
        rating=row.rating,
        reason=row.reason,
        comment=row.comment,
        created_at=row.created_at,
    )
