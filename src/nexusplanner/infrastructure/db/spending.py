"""What model calls cost: the calls, counters under limits, money held for calls under way, and alerts.

Every change of counters locks their rows first, in the order of `Scope`, so that two calls never take the same money
and never wait for each other in a circle. What is held is the sum of reservations that have not lapsed: a process that
was killed gives its money back by the passing of time alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.ai import KeptCall
from nexusplanner.domain.ai import ProviderKind, SpendLimits
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.spending import Alert, Counter, Scope, Standing
from nexusplanner.infrastructure.db.ai import limits_of
from nexusplanner.infrastructure.db.types import in_tenant, instant, metadata, tenant_key, uuid_column, words


def _counter_columns() -> tuple[Column[Any], ...]:
    return (
        Column("scope", words(Scope), nullable=False),
        uuid_column("subject"),
        Column("day", Date, nullable=False),
    )


model_calls = Table(
    "model_calls",
    metadata,
    *tenant_key(),
    uuid_column("user_id"),
    uuid_column("run_id", nullable=True),
    uuid_column("campaign_id", nullable=True),
    uuid_column("session_id", nullable=True),
    Column("step", String(64), nullable=False),
    Column("provider", Text, nullable=False),
    Column("kind", words(ProviderKind), nullable=False),
    Column("model", Text, nullable=False),
    Column("model_answered", Text, nullable=False),
    Column("outcome", String(32), nullable=False),
    Column("requests", BigInteger, nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("cost_microunits", BigInteger, nullable=False),
    Column("cost_known", Boolean, nullable=False),
    Column("price_version", Text, nullable=False),
    Column("latency_ms", Integer, nullable=False),
    instant("called_at"),
    in_tenant(),
    Index(None, "tenant_id", "called_at"),
    Index(None, "tenant_id", "run_id"),
)

spend_counters = Table(
    "spend_counters",
    metadata,
    uuid_column("tenant_id"),
    *_counter_columns(),
    Column("spent", BigInteger, nullable=False),
    PrimaryKeyConstraint("tenant_id", "scope", "subject", "day"),
    in_tenant(),
)

spend_reservations = Table(
    "spend_reservations",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("id"),
    *_counter_columns(),
    Column("microunits", BigInteger, nullable=False),
    instant("lapses_at"),
    PrimaryKeyConstraint("tenant_id", "id", "scope"),
    in_tenant(),
    Index(None, "tenant_id", "lapses_at"),
)

spend_alerts = Table(
    "spend_alerts",
    metadata,
    uuid_column("tenant_id"),
    *_counter_columns(),
    Column("level", SmallInteger, nullable=False),
    Column("spent", BigInteger, nullable=False),
    Column("limit", BigInteger, nullable=False),
    instant("reached_at"),
    PrimaryKeyConstraint("tenant_id", "scope", "subject", "day", "level"),
    in_tenant(),
    Index(None, "tenant_id", "reached_at"),
)

# What every call executes is text, or made once: built anew each time, it costs more than the database does.
_NOTE = insert(model_calls).on_conflict_do_nothing().returning(model_calls.c.id)
_ADD = text(
    """
    INSERT INTO spend_counters AS c (tenant_id, scope, subject, day, spent)
    SELECT :tenant_id, g.scope, g.subject, g.day, :microunits
    FROM unnest(:scopes ::text[], :subjects ::uuid[], :days ::date[]) WITH ORDINALITY AS g (scope, subject, day, at) ORDER BY g.at
    ON CONFLICT (tenant_id, scope, subject, day) DO UPDATE SET spent = c.spent + excluded.spent
    """
)
_STAND = text(
    """
    SELECT coalesce(c.spent, 0) AS spent, coalesce(sum(r.microunits), 0)::bigint AS held, s.version,
        s.workspace_per_day, s.user_per_day, s.campaign
    FROM unnest(:scopes ::text[], :subjects ::uuid[], :days ::date[]) WITH ORDINALITY AS g (scope, subject, day, at)
    LEFT JOIN ai_settings s ON s.tenant_id = :tenant_id
    LEFT JOIN spend_counters c ON c.tenant_id = :tenant_id AND (c.scope, c.subject, c.day) = (g.scope, g.subject, g.day)
    LEFT JOIN spend_reservations r ON r.tenant_id = :tenant_id AND r.lapses_at > :now
        AND (r.scope, r.subject, r.day) = (g.scope, g.subject, g.day)
    GROUP BY g.at, c.spent, s.version, s.workspace_per_day, s.user_per_day, s.campaign ORDER BY g.at
    """
)
_HOLD = text(
    """
    INSERT INTO spend_reservations (tenant_id, id, scope, subject, day, microunits, lapses_at)
    SELECT :tenant_id, :id, g.scope, g.subject, g.day, :microunits, :lapses_at
    FROM unnest(:scopes ::text[], :subjects ::uuid[], :days ::date[]) WITH ORDINALITY AS g (scope, subject, day, at)
    """
)


class SqlSpendStore:
    """Counters, reservations, calls and alerts of the actor's workspace. Amounts in microunits."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def lock(self, counters: Sequence[Counter], *, now: datetime) -> tuple[Standing, ...]:
        """How each counter stands against its limit; nobody else changes them until this transaction ends."""
        return await self.charge(counters, microunits=0, now=now)

    async def charge(self, counters: Sequence[Counter], *, microunits: int, now: datetime) -> tuple[Standing, ...]:
        """Add to the counters, one after the other in their order; how they stand after it."""
        ordered = _in_order(counters)
        await self._session.execute(_ADD, {**self._given(ordered), "microunits": microunits})
        return await self.standings(ordered, now=now)

    async def standings(self, counters: Sequence[Counter], *, now: datetime) -> tuple[Standing, ...]:
        """How each counter stands, in their order, for showing."""
        ordered = _in_order(counters)
        rows = await self._session.execute(_STAND, {**self._given(ordered), "now": now})
        return tuple(
            Standing(
                counter=counter,
                limit=counter.scope.limit(SpendLimits() if row.version is None else limits_of(row)),
                spent=row.spent,
                held=row.held,
            )
            for counter, row in zip(ordered, rows, strict=True)
        )

    async def hold(self, reservation: UUID, *, counters: Sequence[Counter], microunits: int, until: datetime) -> None:
        """Hold this much under the counters until it is released or `until` has come."""
        amounts = {"id": reservation, "microunits": microunits, "lapses_at": until}
        await self._session.execute(_HOLD, {**self._given(counters), **amounts})

    async def release(self, reservation: UUID) -> tuple[Counter, ...]:
        """Give back what the reservation holds, even if it lapsed; what it was held under, nothing when unknown."""
        table = spend_reservations
        this = (table.c.tenant_id == self._tenant) & (table.c.id == reservation)
        gone = table.delete().where(this).returning(table.c.scope, table.c.subject, table.c.day)
        return _in_order(
            [Counter(scope=row.scope, subject=row.subject, day=row.day) for row in await self._session.execute(gone)]
        )

    async def drop_lapsed(self, *, before: datetime) -> None:
        """Forget reservations that lapsed before this instant."""
        table = spend_reservations
        await self._session.execute(table.delete().where(table.c.tenant_id == self._tenant, table.c.lapses_at < before))

    async def note(self, call: KeptCall) -> bool:
        """Keep the call; False when it is kept already."""
        kept = {"tenant_id": self._tenant, **_call(call)}
        return await self._session.scalar(_NOTE, kept) is not None

    async def alert(self, alert: Alert) -> bool:
        """Keep the alert; False when this level of the counter was reached before."""
        row = {"level": alert.level, "spent": alert.spent, "limit": alert.limit, "reached_at": alert.at}
        counter = {"scope": alert.counter.scope, "subject": alert.counter.subject, "day": alert.counter.day}
        kept = insert(spend_alerts).values(tenant_id=self._tenant, **counter, **row).on_conflict_do_nothing()
        return await self._session.scalar(kept.returning(spend_alerts.c.level)) is not None

    async def alerts(self, *, first: date, last: date) -> tuple[Alert, ...]:
        """Alerts of these days (UTC), newest first."""
        table = spend_alerts
        query = (
            select(table)
            .where(table.c.tenant_id == self._tenant, on_days(table.c.reached_at, first=first, last=last))
            .order_by(table.c.reached_at.desc(), table.c.level.desc(), table.c.scope)
        )
        return tuple(
            Alert(
                counter=Counter(scope=row.scope, subject=row.subject, day=row.day),
                level=row.level,
                spent=row.spent,
                limit=row.limit,
                at=row.reached_at,
            )
            for row in await self._session.execute(query)
        )

    def _given(self, counters: Sequence[Counter]) -> dict[str, Any]:
        return {
            "tenant_id": self._tenant,
            "scopes": [each.scope.value for each in counters],
            "subjects": [each.subject for each in counters],
            "days": [each.day for each in counters],
        }


def day_of(column: Column[Any]) -> ColumnElement[date]:
    """The day of an instant (UTC)."""
    return func.timezone("UTC", column).cast(Date)


def on_days(column: Column[Any], *, first: date, last: date) -> ColumnElement[bool]:
    """Whether an instant lies on one of these days (UTC), both included; an index on the column serves it."""
    begin, end = (datetime.combine(day, time(), tzinfo=UTC) for day in (first, last + timedelta(days=1)))
    return (column >= begin) & (column < end)


def _in_order(counters: Sequence[Counter]) -> tuple[Counter, ...]:
    order = list(Scope)
    return tuple(sorted(counters, key=lambda each: (order.index(each.scope), each.subject, each.day)))


def _call(kept: KeptCall) -> dict[str, Any]:
    call, spender = kept.call, kept.spender
    return {
        "id": kept.id,
        "user_id": spender.user_id,
        "run_id": spender.run_id,
        "campaign_id": spender.campaign_id,
        "session_id": spender.session_id,
        "step": str(call.step),
        "provider": call.provider,
        "kind": call.kind,
        "model": call.model,
        "model_answered": call.model_answered,
        "outcome": str(call.outcome),
        "requests": call.usage.requests,
        "input_tokens": call.usage.input_tokens,
        "output_tokens": call.usage.output_tokens,
        "cached_tokens": call.usage.cached_tokens,
        "cost_microunits": call.cost.microunits,
        "cost_known": call.cost.known,
        "price_version": call.cost.version,
        "latency_ms": call.latency_ms,
        "called_at": kept.at,
    }
