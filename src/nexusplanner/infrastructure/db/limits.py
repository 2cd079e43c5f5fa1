"""Counters of rate limits, in a table that is not logged: after a crash everybody starts anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Column, CursorResult, DateTime, Interval, Table, Text, bindparam, delete, text
from sqlalchemy.ext.asyncio import AsyncEngine

from nexusplanner.application.access.limits import Hit, Limit
from nexusplanner.infrastructure.db.engine import translated
from nexusplanner.infrastructure.db.types import instant, metadata

rate_limits = Table(
    "rate_limits",
    metadata,
    Column("key", Text, primary_key=True),
    instant("full_at"),
    prefixes=["UNLOGGED"],
)

_HIT = text(
    """
    WITH used AS (
        INSERT INTO rate_limits AS r (key, full_at) VALUES (:key, :now + :step)
        ON CONFLICT (key) DO UPDATE SET full_at = greatest(r.full_at, :now) + :step
            WHERE greatest(r.full_at, :now) + :step <= :now + :per
        RETURNING full_at
    )
    SELECT full_at, true AS allowed FROM used
    UNION ALL
    SELECT full_at, false FROM rate_limits WHERE key = :key AND NOT EXISTS (SELECT FROM used)
    """
).bindparams(
    bindparam("now", type_=DateTime(timezone=True)),
    bindparam("step", type_=Interval()),
    bindparam("per", type_=Interval()),
)


class SqlLimits:
    """Counts uses by the generic cell rate algorithm: one instant per key, when its budget is full again."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def hit(self, key: str, *, limit: Limit, now: datetime) -> Hit:
        """Use `key` once. A refused use costs nothing, so nobody is kept out for longer by trying."""
        step = limit.per / limit.times
        with translated():
            async with self._engine.begin() as connection:
                values = {"key": key, "now": now, "step": step, "per": limit.per}
                row = (await connection.execute(_HIT, values)).first()
        full_at = now if row is None else row.full_at
        allowed = row is not None and row.allowed
        used = max(timedelta(0), full_at - now)
        return Hit(
            allowed=allowed,
            limit=limit.times,
            remaining=max(0, int((limit.per - used) / step)),
            reset_after=used.total_seconds(),
            retry_after=0.0 if allowed else max(0.0, (used + step - limit.per).total_seconds()),
        )

    async def forget(self, key: str) -> None:
        """Give everything back."""
        with translated():
            async with self._engine.begin() as connection:
                await connection.execute(delete(rate_limits).where(rate_limits.c.key == key))

    async def prune(self, *, now: datetime) -> int:
        """Drop counters that are full again; how many they were."""
        with translated():
            async with self._engine.begin() as connection:
                result = await connection.execute(delete(rate_limits).where(rate_limits.c.full_at <= now))
        return result.rowcount if isinstance(result, CursorResult) else 0
