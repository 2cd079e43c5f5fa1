"""Lists of ledger entries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Row, Select, case, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.reads import PAGE_SIZE
from nexusplanner.application.ports.rows import DecisionRow
from nexusplanner.domain.campaigns import Author
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import CampaignId, DecisionId, NotFound, Page, RunId
from nexusplanner.infrastructure.db.audit import decisions
from nexusplanner.infrastructure.db.campaigns import campaigns
from nexusplanner.infrastructure.db.outcomes import made_of_decisions
from nexusplanner.infrastructure.db.reads.paging import PageOf, page
from nexusplanner.infrastructure.db.runs import runs

_readable = func.pg_input_is_valid(decisions.c.entry, "jsonb")
_author = case((_readable, cast(decisions.c.entry, JSONB)["author"].astext))
"""None for an entry that somebody made unreadable: one such row must not hide all others."""


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
        step: str = "",
        author: Author | None = None,
        since: date | None = None,
        until: date | None = None,
        sort: str = "sequence",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[DecisionRow]:
        """Sorts: sequence. since, until: first and last day (UTC)."""
        rows = self._rows()
        if run_id is not None:
            rows = rows.where(decisions.c.run_id == run_id)
        if campaign_id is not None:
            rows = rows.where(decisions.c.campaign_id == campaign_id)
        if step:
            rows = rows.where(decisions.c.step == step)
        if author is not None:
            rows = rows.where(_author == author.value)
        if since is not None:
            rows = rows.where(decisions.c.decided_at >= datetime.combine(since, time.min, tzinfo=UTC))
        if until is not None:
            rows = rows.where(decisions.c.decided_at <= datetime.combine(until, time.max, tzinfo=UTC))
        wanted = PageOf(sort=sort, cursor=cursor, limit=limit)
        sorts = {"sequence": decisions.c.sequence}
        found = await page(self._session, rows, sorts=sorts, key=decisions.c.id, wanted=wanted, make=_row)
        return replace(found, items=await self._with_outcomes(found.items))

    async def get(self, decision_id: DecisionId) -> DecisionRow:
        """The entry. Raises NotFound."""
        found = (await self._session.execute(self._rows().where(decisions.c.id == decision_id))).first()
        if found is None:
            raise NotFound.of("decision", decision_id)
        (told,) = await self._with_outcomes((_row(found),))
        return told

    async def _with_outcomes(self, rows: tuple[DecisionRow, ...]) -> tuple[DecisionRow, ...]:
        """The entries with what people made of what each proposed."""
        made = await made_of_decisions(self._session, tenant_id=self._tenant, ids=[row.id for row in rows])
        return tuple(replace(row, outcome=made[row.id].value) if row.id in made else row for row in rows)

    def _rows(self) -> Select[Any]:
        """Entries with what is known beside the ledger of the run and campaign they belong to."""
        of_run = (runs.c.tenant_id == decisions.c.tenant_id) & (runs.c.id == decisions.c.run_id)
        of_campaign = (campaigns.c.tenant_id == decisions.c.tenant_id) & (campaigns.c.id == decisions.c.campaign_id)
        beside = (runs.c.kind.label("run_kind"), campaigns.c.name.label("campaign_name"), campaigns.c.supported_share)
        return (
            select(decisions, *beside)
            .outerjoin(runs, of_run)
            .outerjoin(campaigns, of_campaign)
            .where(decisions.c.tenant_id == self._tenant)
        )


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
        entry=_read(row.entry),
        hash=row.hash,
        previous_hash=row.previous_hash,
        run_kind=row.run_kind,
        campaign_name=row.campaign_name,
        supported_share=row.supported_share,
    )


def _read(text: str) -> Mapping[str, Any]:
    """The entry; empty when somebody made something else of it."""
    try:
        entry = json.loads(text)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}
