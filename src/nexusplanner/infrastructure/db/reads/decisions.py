"""Lists of ledger entries."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.reads import PAGE_SIZE
from nexusplanner.application.rows import DecisionRow
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import CampaignId, DecisionId, NotFound, Page, RunId
from nexusplanner.infrastructure.db.audit import decisions
from nexusplanner.infrastructure.db.reads.paging import PageOf, page


class DecisionQueries:
    """Lists of ledger entries."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def page(
        self,
        *,
        run_id: RunId | None = None,
        campaign_id: CampaignId | None = None,
        sort: str = "sequence",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[DecisionRow]:
        """Sorts: sequence."""
        rows = select(decisions).where(decisions.c.tenant_id == self._tenant)
        if run_id is not None:
            rows = rows.where(decisions.c.run_id == run_id)
        if campaign_id is not None:
            rows = rows.where(decisions.c.campaign_id == campaign_id)
        wanted = PageOf(sort=sort, cursor=cursor, limit=limit)
        sorts = {"sequence": decisions.c.sequence}
        return await page(self._session, rows, sorts=sorts, key=decisions.c.id, wanted=wanted, make=_row)

    async def get(self, decision_id: DecisionId) -> DecisionRow:
        """The entry. Raises NotFound."""
        query = select(decisions).where(decisions.c.tenant_id == self._tenant, decisions.c.id == decision_id)
        found = (await self._session.execute(query)).first()
        if found is None:
            raise NotFound.of("decision", decision_id)
        return _row(found)


def _row(row: Row[Any]) -> DecisionRow:
    return DecisionRow(
        id=row.id,
        sequence=row.sequence,
        format=row.format,
        run_id=row.run_id,
        campaign_id=row.campaign_id,
        step=row.step,
        agent=row.agent,
        decided_at=row.decided_at,
        entry=json.loads(row.entry),
        hash=row.hash,
        previous_hash=row.previous_hash,
    )
