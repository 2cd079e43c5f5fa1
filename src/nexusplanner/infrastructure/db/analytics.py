"""Actuals. They are values, not entities: rows are written and read as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Double, PrimaryKeyConstraint, Table, Text, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.analytics import ActualRole, BrandActual, ChannelActual
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import BrandId, Money
from nexusplanner.infrastructure.db.touching import touch_actuals
from nexusplanner.infrastructure.db.types import metadata, money_columns, of_tenant, uuid_column, words

channel_actuals = Table(
    "channel_actuals",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("brand_id"),
    Column("day", Date, nullable=False),
    Column("channel", Text, nullable=False),
    *money_columns("spend"),
    Column("impressions", BigInteger),
    Column("clicks", BigInteger),
    PrimaryKeyConstraint("tenant_id", "brand_id", "day", "channel"),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
)

brand_actuals = Table(
    "brand_actuals",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("brand_id"),
    Column("day", Date, nullable=False),
    Column("metric", Text, nullable=False),
    Column("role", words(ActualRole), nullable=False),
    Column("value", Double, nullable=False),
    PrimaryKeyConstraint("tenant_id", "brand_id", "day", "metric"),
    of_tenant("brand_id", "brands", ondelete="CASCADE"),
)


class SqlActuals:
    """Actuals of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def put_channels(self, actuals: Sequence[ChannelActual]) -> int:
        """Insert or replace by (brand, day, channel); the number of rows written."""
        rows = [
            {
                "tenant_id": self._tenant,
                "brand_id": actual.brand_id,
                "day": actual.day,
                "channel": actual.channel,
                "spend_minor": actual.spend.amount,
                "spend_currency": actual.spend.currency,
                "impressions": actual.impressions,
                "clicks": actual.clicks,
            }
            for actual in actuals
        ]
        return await self._put(channel_actuals, rows)

    async def put_brand(self, actuals: Sequence[BrandActual]) -> int:
        """Insert or replace by (brand, day, metric); the number of rows written."""
        rows = [
            {
                "tenant_id": self._tenant,
                "brand_id": actual.brand_id,
                "day": actual.day,
                "metric": actual.metric,
                "role": actual.role,
                "value": actual.value,
            }
            for actual in actuals
        ]
        return await self._put(brand_actuals, rows)

    async def _put(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
        if not rows:
            return 0
        statement = insert(table)
        keys = list(table.primary_key.columns)
        others = {column.name: statement.excluded[column.name] for column in table.c if column not in keys}
        await self._session.execute(statement.on_conflict_do_update(index_elements=keys, set_=others), rows)
        touch_actuals(self._session, rows={(row["brand_id"], row["day"]) for row in rows})
        return len(rows)

    async def channels(
        self, *, brand_id: BrandId, before: date | None = None, since: date | None = None
    ) -> Sequence[ChannelActual]:
        """Every row of the brand, by day and channel; only days before `before`, and from `since` on, when given."""
        table = channel_actuals
        query = select(table).where(table.c.tenant_id == self._tenant, table.c.brand_id == brand_id)
        if before is not None:
            query = query.where(table.c.day < before)
        if since is not None:
            query = query.where(table.c.day >= since)
        return [
            ChannelActual(
                brand_id=row.brand_id,
                day=row.day,
                channel=row.channel,
                spend=Money(row.spend_minor, row.spend_currency),
                impressions=row.impressions,
                clicks=row.clicks,
            )
            for row in await self._session.execute(query.order_by(table.c.day, table.c.channel))
        ]

    async def brand(self, *, brand_id: BrandId, before: date | None = None) -> Sequence[BrandActual]:
        """Every brand-wide figure, by day and metric; only days before `before` when given."""
        table = brand_actuals
        query = select(table).where(table.c.tenant_id == self._tenant, table.c.brand_id == brand_id)
        if before is not None:
            query = query.where(table.c.day < before)
        return [
            BrandActual(brand_id=row.brand_id, day=row.day, metric=row.metric, role=row.role, value=row.value)
            for row in await self._session.execute(query.order_by(table.c.day, table.c.metric))
        ]
