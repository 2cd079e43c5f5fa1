"""Lists of runs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.reads import PAGE_SIZE
from nexusplanner.application.ports.rows import RunRow
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.runs import RunState, Step, StepState
from nexusplanner.domain.shared import CampaignId, Page, UserId
from nexusplanner.infrastructure.db.campaigns import campaigns
from nexusplanner.infrastructure.db.identity import users
from nexusplanner.infrastructure.db.reads.paging import PageOf, page
from nexusplanner.infrastructure.db.runs import runs

_ACTIVE = (RunState.QUEUED, RunState.RUNNING)


class RunQueries:
    """Lists of runs."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def page(
        self,
        *,
        user_id: UserId | None = None,
        active: bool | None = None,
        campaign_id: CampaignId | None = None,
        sort: str = "-created_at",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[RunRow]:
        """Sorts: created_at. active: only those that may (True) or may not (False) still change by themselves."""
        of_campaign = (campaigns.c.tenant_id == runs.c.tenant_id) & (campaigns.c.id == runs.c.campaign_id)
        rows = (
            select(runs, users.c.name.label("user_name"), campaigns.c.name.label("campaign_name"))
            .join(users, (users.c.tenant_id == runs.c.tenant_id) & (users.c.id == runs.c.user_id))
            .outerjoin(campaigns, of_campaign)
            .where(runs.c.tenant_id == self._tenant)
        )
        if user_id is not None:
            rows = rows.where(runs.c.user_id == user_id)
        if active is not None:
            rows = rows.where(runs.c.state.in_(_ACTIVE) if active else runs.c.state.not_in(_ACTIVE))
        if campaign_id is not None:
            rows = rows.where(runs.c.campaign_id == campaign_id)
        wanted = PageOf(sort=sort, cursor=cursor, limit=limit)
        sorts = {"created_at": runs.c.created_at}
        return await page(self._session, rows, sorts=sorts, key=runs.c.id, wanted=wanted, make=_row)


def _row(row: Row[Any]) -> RunRow:
    steps: tuple[Step, ...] = row.steps
    return RunRow(
        id=row.id,
        kind=row.kind,
        state=row.state,
        brand_id=row.brand_id,
        campaign_id=row.campaign_id,
        campaign_name=row.campaign_name,
        model_id=row.model_id,
        user_id=row.user_id,
        user_name=row.user_name,
        theme=_theme(row.request),
        steps=steps,
        progress=sum(step.state is StepState.DONE for step in steps) / len(steps),
        step=next((step.name for step in steps if step.state is StepState.RUNNING), None),
        attempts=row.attempts,
        error=row.error,
        retryable=row.retryable,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def _theme(request: dict[str, Any]) -> str | None:
    brief = request.get("brief")
    return str(brief["theme"]) if isinstance(brief, dict) and "theme" in brief else None
