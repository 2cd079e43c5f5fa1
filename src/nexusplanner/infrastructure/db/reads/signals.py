"""Lists of signals."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.reads import PAGE_SIZE
from nexusplanner.application.rows import SignalRow
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, Page
from nexusplanner.infrastructure.db.catalog import brands
from nexusplanner.infrastructure.db.reads.paging import PageOf, containing, lowered, page
from nexusplanner.infrastructure.db.signals import signals


class SignalQueries:
    """Lists of signals."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def page(
        self,
        *,
        query: str = "",
        brand_id: BrandId | None = None,
        sort: str = "-timestamp",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[SignalRow]:
        """Sorts: timestamp, impact, title, created_at. brand_id: also signals of no brand in particular."""
        rows = (
            select(signals, brands.c.name.label("brand_name"))
            .outerjoin(brands, (brands.c.tenant_id == signals.c.tenant_id) & (brands.c.id == signals.c.brand_id))
            .where(signals.c.tenant_id == self._tenant)
        )
        if brand_id is not None:
            rows = rows.where(or_(signals.c.brand_id == brand_id, signals.c.brand_id.is_(None)))
        found = containing(query, signals.c.title, signals.c.content, signals.c.source)
        if found is not None:
            rows = rows.where(found)
        return await page(
            self._session,
            rows,
            sorts={
                "timestamp": signals.c.timestamp,
                "impact": signals.c.impact,
                "title": lowered(signals.c.title),
                "created_at": signals.c.created_at,
            },
            key=signals.c.id,
            wanted=PageOf(sort=sort, cursor=cursor, limit=limit),
            make=_row,
        )


def _row(row: Row[Any]) -> SignalRow:
    return SignalRow(
        id=row.id,
        brand_id=row.brand_id,
        brand_name=row.brand_name,
        source=row.source,
        title=row.title,
        content=row.content,
        timestamp=row.timestamp,
        impact=row.impact,
        topics=row.topics,
        url=row.url,
        created_at=row.created_at,
        version=row.version,
    )
