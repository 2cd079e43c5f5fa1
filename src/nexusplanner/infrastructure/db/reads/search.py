"""Finds anything by words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Table, Text, cast, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.rows import HitKind, SearchHit
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import TenantId
from nexusplanner.infrastructure.db.campaigns import campaigns
from nexusplanner.infrastructure.db.catalog import services
from nexusplanner.infrastructure.db.customers import customers
from nexusplanner.infrastructure.db.reads.paging import containing
from nexusplanner.infrastructure.db.signals import signals


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where to look. also: searched besides the title. only: which rows count."""

    kind: HitKind
    table: Table
    title: ColumnElement[Any]
    detail: ColumnElement[Any]
    also: tuple[ColumnElement[Any], ...] = ()
    only: tuple[ColumnElement[bool], ...] = ()


_PLACES = (
    _Place(
        kind=HitKind.CAMPAIGN,
        table=campaigns,
        title=campaigns.c.name,
        detail=cast(campaigns.c.status, Text),
        also=(campaigns.c.theme,),
        only=(campaigns.c.deleted_at.is_(None),),
    ),
    _Place(
        kind=HitKind.SERVICE,
        table=services,
        title=services.c.name,
        detail=services.c.category,
        only=(services.c.deleted_at.is_(None),),
    ),
    _Place(
        kind=HitKind.SIGNAL,
        table=signals,
        title=signals.c.title,
        detail=signals.c.source,
        also=(signals.c.content,),
    ),
    _Place(
        kind=HitKind.CUSTOMER,
        table=customers,
        title=customers.c.name,
        detail=customers.c.company,
        also=(customers.c.company, customers.c.email, customers.c.external_id),
    ),
)


class SearchQueries:
    """Finds anything by words."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def find(self, query: str, *, limit: int = 5) -> tuple[SearchHit, ...]:
        """At most `limit` of each kind; those whose title begins with the query first. Nothing for an empty query."""
        if not query.strip():
            return ()
        parts = [_hits(place, words=query.strip(), tenant_id=self._tenant, limit=limit) for place in _PLACES]
        found = union_all(*(select(part.subquery()) for part in parts)).subquery()
        ordered = select(found).order_by(found.c.rank, found.c.kind, func.lower(found.c.title), found.c.id)
        return tuple(
            SearchHit(kind=HitKind(row.kind), id=row.id, title=row.title, detail=row.detail)
            for row in await self._session.execute(ordered)
        )


def _hits(place: _Place, *, words: str, tenant_id: TenantId, limit: int) -> Select[Any]:
    begins = place.title.istartswith(words, autoescape=True)
    rank = cast(~begins, Integer)
    found = containing(words, place.title, *place.also)
    rows = select(
        literal(place.kind.value).label("kind"),
        place.table.c.id,
        place.title.label("title"),
        place.detail.label("detail"),
        rank.label("rank"),
    ).where(place.table.c.tenant_id == tenant_id, *place.only)
    if found is not None:
        rows = rows.where(found)
    return rows.order_by(rank, func.lower(place.title), place.table.c.id).limit(limit)
