"""Summaries and lists of actuals."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.reads import PAGE_SIZE
from nexusplanner.application.ports.rows import ChannelActualRow, ChannelSummary, MetricSummary
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, Money, Page
from nexusplanner.infrastructure.db.analytics import brand_actuals, channel_actuals
from nexusplanner.infrastructure.db.reads.paging import PageOf, page

_C = channel_actuals.c
_B = brand_actuals.c


class ActualQueries:
    """Summaries and lists of actuals."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def channels(self, *, brand_id: BrandId) -> tuple[ChannelSummary, ...]:
        """One per channel and currency, largest spend first."""
        query = (
            select(
                _C.channel,
                _C.spend_currency,
                func.min(_C.day).label("first_day"),
                func.max(_C.day).label("last_day"),
                func.count().label("rows"),
                func.count(func.date_trunc("week", _C.day).distinct()).label("weeks"),
                func.sum(_C.spend_minor).label("spend"),
                func.sum(_C.impressions).label("impressions"),
                func.sum(_C.clicks).label("clicks"),
            )
            .where(_C.tenant_id == self._tenant, _C.brand_id == brand_id)
            .group_by(_C.channel, _C.spend_currency)
            .order_by(func.sum(_C.spend_minor).desc(), _C.channel)
        )
        return tuple(_channel(row) for row in await self._session.execute(query))

    async def metrics(self, *, brand_id: BrandId) -> tuple[MetricSummary, ...]:
        """One per brand-wide figure, by name."""
        query = (
            select(
                _B.metric,
                _B.role,
                func.min(_B.day).label("first_day"),
                func.max(_B.day).label("last_day"),
                func.count().label("rows"),
                func.sum(_B.value).label("total"),
            )
            .where(_B.tenant_id == self._tenant, _B.brand_id == brand_id)
            .group_by(_B.metric, _B.role)
            .order_by(_B.metric, _B.role)
        )
        return tuple(
            MetricSummary(
                metric=row.metric,
                role=row.role,
                first_day=row.first_day,
                last_day=row.last_day,
                rows=row.rows,
                total=row.total,
            )
            for row in await self._session.execute(query)
        )

    async def page(
        self,
        *,
        brand_id: BrandId,
        channel: str | None = None,
        sort: str = "-day",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[ChannelActualRow]:
        """Sorts: day, spend."""
        rows = select(channel_actuals).where(_C.tenant_id == self._tenant, _C.brand_id == brand_id)
        if channel is not None:
            rows = rows.where(_C.channel == channel)
        return await page(
            self._session,
            rows,
            sorts={"day": _C.day, "spend": _C.spend_minor},
            key=func.concat(cast(_C.day, Text), "/", _C.channel, type_=Text),
            wanted=PageOf(sort=sort, cursor=cursor, limit=limit),
            make=_actual,
        )


def _channel(row: Row[Any]) -> ChannelSummary:
    return ChannelSummary(
        channel=row.channel,
        first_day=row.first_day,
        last_day=row.last_day,
        rows=row.rows,
        weeks=row.weeks,
        spend=Money(int(row.spend), row.spend_currency),
        impressions=None if row.impressions is None else int(row.impressions),
        clicks=None if row.clicks is None else int(row.clicks),
    )


def _actual(row: Row[Any]) -> ChannelActualRow:
    return ChannelActualRow(
        day=row.day,
        channel=row.channel,
        spend=Money(row.spend_minor, row.spend_currency),
        impressions=row.impressions,
        clicks=row.clicks,
    )
