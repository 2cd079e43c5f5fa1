"""Lists of signals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, FromClause, Row, Select, Text, cast, exists, func, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.reads import PAGE_SIZE
from nexusplanner.application.ports.signal_rows import MatchedService, SignalChoices, SignalFilter, SignalRow
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.market.scoring import Standing, Worth
from nexusplanner.domain.shared import Page, SignalId
from nexusplanner.infrastructure.db.catalog import brands, services
from nexusplanner.infrastructure.db.market import of_brand_or_none, of_score, signal_scores
from nexusplanner.infrastructure.db.reads.paging import PageOf, containing, lowered, page
from nexusplanner.infrastructure.db.signals import signals

T = TypeVar("T")

MOST_TOPICS = 50
_S = signals.c
_K = signal_scores.c
_SORTS: Mapping[str, ColumnElement[Any]] = {
    "score": _S.rank,
    "timestamp": _S.timestamp,
    "impact": _S.impact,
    "title": lowered(_S.title),
    "created_at": _S.created_at,
}


class SignalQueries:
    """Lists of signals."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def page(
        self,
        *,
        only: SignalFilter | None = None,
        sort: str = "-timestamp",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[SignalRow]:
        """Sorts: score, timestamp, impact, title, created_at."""
        only = only or SignalFilter()
        wanted = PageOf(sort=sort, cursor=cursor, limit=limit)
        by = wanted.sorted_by(_SORTS)
        order = (by.desc(), _S.id.desc()) if wanted.descending else (by, _S.id)
        fitting = select(_S.id, _S.cluster_id, _S.rank, by.label("by")).where(*self._fitting(only)).order_by(*order)
        one = fitting.subquery()
        found = await page(
            self._session,
            select(one.c.id).where(*([~self._better(one, only)] if only.clusters else [])),
            sorts={sort.removeprefix("-"): one.c.by},
            key=one.c.id,
            wanted=wanted,
            make=lambda row: SignalId(row.id),
            count=select(func.count(_S.cluster_id.distinct() if only.clusters else _S.id)).where(*self._fitting(only)),
        )
        return Page(items=await self.some(found.items), total=found.total, next_cursor=found.next_cursor)

    async def some(self, signal_ids: Collection[SignalId]) -> tuple[SignalRow, ...]:
        """Those of these signals that are there, in this order."""
        found = await self._session.execute(self._rows().where(_S.id.in_(list(signal_ids))))
        rows = {row.id: row for row in await self._completed([_row(each) for each in found])}
        return tuple(rows[signal_id] for signal_id in signal_ids if signal_id in rows)

    async def choices(self) -> SignalChoices:
        """The topics of most signals, and all regions."""
        named = func.jsonb_array_elements_text(_S.topics).table_valued("value").lateral()
        topic = func.lower(func.btrim(named.c.value), type_=Text)
        topics = (
            select(func.min(named.c.value, type_=Text))
            .select_from(signals.join(named, true()))
            .where(_S.tenant_id == self._tenant)
            .group_by(topic)
            .order_by(func.count().desc(), topic)
            .limit(MOST_TOPICS)
        )
        regions = select(_S.region).where(_S.tenant_id == self._tenant, _S.region != "").distinct().order_by(_S.region)
        return SignalChoices(
            topics=tuple(await self._session.scalars(topics)), regions=tuple(await self._session.scalars(regions))
        )

    def _rows(self) -> Select[Any]:
        return (
            select(signals, brands.c.name.label("brand_name"), _K.standing)
            .outerjoin(brands, (brands.c.tenant_id == _S.tenant_id) & (brands.c.id == _S.brand_id))
            .outerjoin(signal_scores, of_score())
            .where(_S.tenant_id == self._tenant)
        )

    def _fitting(self, only: SignalFilter, *, of: FromClause = signals) -> list[ColumnElement[bool]]:
        return [of.c.tenant_id == self._tenant, *_conditions(only, of=of)]

    def _better(self, one: FromClause, only: SignalFilter) -> ColumnElement[bool]:
        """Whether another signal that fits tells the story of `one` and stands before it.

        Since `one` comes in the order of the list, this is asked until a page is full, and not of every signal.
        """
        other = signals.alias("other")
        before = tuple_(other.c.rank, one.c.id) > tuple_(one.c.rank, other.c.id)
        told = select(1).where(*self._fitting(only, of=other), other.c.cluster_id == one.c.cluster_id, before)
        return exists(told.correlate(one))

    async def _completed(self, rows: Iterable[SignalRow]) -> tuple[SignalRow, ...]:
        """The rows with the size of their stories and the names of the services they speak of."""
        rows = tuple(rows)
        told = await self._told({row.cluster_id for row in rows})
        names = await self._names({match.service_id for row in rows for match in row.worth.standing.services})
        return tuple(
            replace(
                row,
                cluster_size=told[row.cluster_id][0],
                cluster_sources=told[row.cluster_id][1],
                services=tuple(
                    MatchedService(id=each.service_id, name=names[each.service_id], score=each.score)
                    for each in row.worth.standing.services
                    if each.service_id in names
                ),
            )
            for row in rows
        )

    async def _told(self, cluster_ids: Collection[Any]) -> dict[Any, tuple[int, int]]:
        """How many signals, and of how many sources, tell each story."""
        query = (
            select(_S.cluster_id, func.count().label("size"), func.count(_S.source.distinct()).label("sources"))
            .where(_S.tenant_id == self._tenant, _S.cluster_id.in_(list(cluster_ids)))
            .group_by(_S.cluster_id)
        )
        return {row.cluster_id: (row.size, row.sources) for row in await self._session.execute(query)}

    async def _names(self, service_ids: Collection[Any]) -> dict[Any, str]:
        query = select(services.c.id, services.c.name).where(
            services.c.tenant_id == self._tenant,
            services.c.id.in_(list(service_ids)),
            services.c.deleted_at.is_(None),
        )
        return {row.id: row.name for row in await self._session.execute(query)}


def _conditions(only: SignalFilter, *, of: FromClause) -> list[ColumnElement[bool]]:
    its = of.c
    found: list[ColumnElement[bool]] = []
    if only.brand_id is not None:
        found.append(of_brand_or_none(only.brand_id, of=of))
    if only.states:
        found.append(its.state.in_(sorted(only.states)))
    if only.service_id is not None:
        speaks = cast(_K.standing, JSONB)["services"].contains([{"service_id": str(only.service_id)}])
        scored = (_K.tenant_id == its.tenant_id) & (_K.signal_id == its.id)
        found.append(exists(select(1).where(scored, speaks).correlate(of)))
    if only.source_id is not None:
        found.append(its.source_id == only.source_id)
    if only.trust is not None:
        found.append(its.trust == only.trust)
    if only.min_impact > 0:
        found.append(func.abs(its.impact) >= only.min_impact)
    if only.since is not None:
        found.append(its.timestamp >= only.since)
    words = containing(only.query, its.title, its.content, its.source)
    if words is not None:
        found.append(words)
    return found + _named(only, of=of)


def _named(only: SignalFilter, *, of: FromClause) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if only.topic.strip():
        named = func.jsonb_array_elements_text(of.c.topics).table_valued("value")
        found.append(exists(select(1).where(func.lower(named.c.value, type_=Text) == only.topic.strip().lower())))
    if only.region.strip():
        region, place = only.region.strip().lower(), lowered(of.c.region)
        found.append(or_(place == region, place.startswith(f"{region}-", autoescape=True)))
    return found


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
        region=row.region,
        url=row.url,
        source_id=row.source_id,
        trust=row.trust,
        state=row.state,
        dismissed_reason=row.dismissed_reason,
        dismissed_note=row.dismissed_note,
        cluster_id=row.cluster_id,
        cluster_size=1,
        cluster_sources=1,
        services=(),
        scored=row.standing is not None,
        worth=Worth(
            standing=row.standing or Standing(),
            impact=row.impact,
            trust=row.trust,
            since=min(row.timestamp, row.created_at),
        ),
        created_at=row.created_at,
        version=row.version,
    )
