"""Lists of the actor's own conversations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.sessions import PAGE_SIZE, SessionRow
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.sessions import AssistantKind
from nexusplanner.domain.shared import CampaignId, Page
from nexusplanner.infrastructure.db.reads.paging import PageOf, page
from nexusplanner.infrastructure.db.sessions import assistant_sessions

_S = assistant_sessions.c


class SessionQueries:
    """Lists of the actor's own conversations."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def page(
        self,
        *,
        assistant: AssistantKind | None = None,
        campaign_id: CampaignId | None = None,
        sort: str = "-updated_at",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[SessionRow]:
        """Sorts: updated_at, created_at."""
        rows = select(assistant_sessions).where(
            _S.tenant_id == self._actor.tenant_id, _S.user_id == self._actor.user_id
        )
        if assistant is not None:
            rows = rows.where(_S.assistant == assistant)
        if campaign_id is not None:
            rows = rows.where(_S.campaign_id == campaign_id)
        sorts = {"updated_at": _S.updated_at, "created_at": _S.created_at}
        wanted = PageOf(sort=sort, cursor=cursor, limit=limit)
        return await page(self._session, rows, sorts=sorts, key=_S.id, wanted=wanted, make=_row)


def _row(row: Row[Any]) -> SessionRow:
    return SessionRow(
        id=row.id,
        assistant=row.assistant,
        title=row.title,
        campaign_id=row.campaign_id,
        messages=row.messages,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
