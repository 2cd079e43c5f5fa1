"""What model calls cost: the calls, counters under limits, money held for calls under way, and alerts.

Every change of counters locks their rows first, in the order of `Scope`, so that two calls never take the same money
and never wait for each other in a circle. What is held is the sum of reservations that have not lapsed: a process that
was killed gives its money back by the passing of time alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
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
    Row,
    SmallInteger,
    String,
    Table,
    Text,
    func,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ai_ports import KeptCall
from nexusplanner.domain.ai import ProviderKind, SpendLimits
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.spending import Alert, Counter, Scope, Standing
from nexusplanner.infrastructure.db.ai import ai_settings, limits_of
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

_Counted = tuple[Scope, UUID, date]


class SqlSpendStore:
    """Counters, reservations, calls and alerts of the actor's workspace. Amounts in microunits."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def lock(self, counters: Sequence[Counter], *, now: datetime) -> tuple[Standing, ...]:
        """How each counter stands against its limit; nobody else changes them until this transaction ends."""
        spent = await self._add(counters, microunits=0)
        return await self._stand(counters, spent=spent, now=now)

    async def standings(self, counters: Sequence[Counter], *, now: datetime) -> tuple[Standing, ...]:
        """The same for showing."""
        table = spend_counters
        query = select(table).where(table.c.tenant_id == self._tenant, _among(table, counters))
        spent = {_key(row): row.spent for row in await self._session.execute(query)}
        return await self._stand(counters, spent=spent, now=now)

    async def hold(self, reservation: UUID, *, counters: Sequence[Counter], microunits: int, until: datetime) -> None:
        """Hold this much under the counters until it is released or `until` has come."""
        rows = [
            {**self._columns(each), "id": reservation, "microunits": microunits, "lapses_at": until}
            for each in counters
        ]
        await self._session.execute(insert(spend_reservations).values(rows))

    async def held_under(self, reservation: UUID) -> tuple[Counter, ...]:
        """What the reservation holds money under, lapsed ones too; nothing when it is unknown."""
        rows = await self._session.execute(select(spend_reservations).where(*self._is(reservation)))
        return _in_order([Counter(scope=row.scope, subject=row.subject, day=row.day) for row in rows])

    async def release(self, reservation: UUID) -> None:
        """Give back what the reservation holds."""
        await self._session.execute(spend_reservations.delete().where(*self._is(reservation)))

    async def drop_lapsed(self, *, before: datetime) -> None:
        """Forget reservations that lapsed before this instant."""
        table = spend_reservations
        await self._session.execute(table.delete().where(table.c.tenant_id == self._tenant, table.c.lapses_at < before))

    async def note(self, call: KeptCall) -> bool:
        """Keep the call; False when it is kept already."""
        kept = insert(model_calls).values(tenant_id=self._tenant, **_call(call)).on_conflict_do_nothing()
        return await self._session.scalar(kept.returning(model_calls.c.id)) is not None

    async def charge(self, counters: Sequence[Counter], *, microunits: int) -> tuple[Standing, ...]:
        """Add to the counters; how they stand after it."""
        spent = await self._add(counters, microunits=microunits)
        limits = await self._limits()
        return tuple(
            Standing(counter=each, limit=each.scope.limit(limits), spent=spent[_counted(each)])
            for each in _in_order(counters)
        )

    async def alert(self, alert: Alert) -> bool:
        """Keep the alert; False when this level of the counter was reached before."""
        row = {"level": alert.level, "spent": alert.spent, "limit": alert.limit, "reached_at": alert.at}
        kept = insert(spend_alerts).values({**self._columns(alert.counter), **row}).on_conflict_do_nothing()
        return await self._session.scalar(kept.returning(spend_alerts.c.level)) is not None

    async def alerts(self, *, first: date, last: date) -> tuple[Alert, ...]:
        """Alerts of these days (UTC), newest first."""
        table = spend_alerts
        query = (
            select(table)
            .where(table.c.tenant_id == self._tenant, day_of(table.c.reached_at).between(first, last))
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

    async def _add(self, counters: Sequence[Counter], *, microunits: int) -> dict[_Counted, int]:
        """Add to the counters, which are locked by it, one after the other in their order."""
        if not counters:
            return {}
        rows = [{**self._columns(each), "spent": microunits} for each in _in_order(counters)]
        added = insert(spend_counters).values(rows)
        changed = added.on_conflict_do_update(
            index_elements=spend_counters.primary_key.columns,
            set_={"spent": spend_counters.c.spent + added.excluded.spent},
        )
        found = await self._session.execute(changed.returning(*spend_counters.columns))
        return {_key(row): row.spent for row in found}

    async def _stand(
        self, counters: Sequence[Counter], *, spent: dict[_Counted, int], now: datetime
    ) -> tuple[Standing, ...]:
        limits, held = await self._limits(), await self._held(counters, now=now)
        return tuple(
            Standing(
                counter=each,
                limit=each.scope.limit(limits),
                spent=spent.get(_counted(each), 0),
                held=held.get(_counted(each), 0),
            )
            for each in _in_order(counters)
        )

    async def _held(self, counters: Sequence[Counter], *, now: datetime) -> dict[_Counted, int]:
        table = spend_reservations
        query = (
            select(table.c.scope, table.c.subject, table.c.day, func.sum(table.c.microunits).label("held"))
            .where(table.c.tenant_id == self._tenant, table.c.lapses_at > now, _among(table, counters))
            .group_by(table.c.scope, table.c.subject, table.c.day)
        )
        rows = await self._session.execute(query)
        return {(row.scope, row.subject, row.day): int(row.held) for row in rows}

    async def _limits(self) -> SpendLimits:
        query = select(ai_settings).where(ai_settings.c.tenant_id == self._tenant)
        return limits_of((await self._session.execute(query)).first())

    def _columns(self, counter: Counter) -> dict[str, Any]:
        return {
            "tenant_id": self._tenant,
            "scope": counter.scope,
            "subject": counter.subject,
            "day": counter.day,
        }

    def _is(self, reservation: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return spend_reservations.c.tenant_id == self._tenant, spend_reservations.c.id == reservation


def day_of(column: Column[Any]) -> ColumnElement[date]:
    """The day of an instant (UTC)."""
    return func.timezone("UTC", column).cast(Date)


def _in_order(counters: Sequence[Counter]) -> tuple[Counter, ...]:
    order = list(Scope)
    return tuple(sorted(counters, key=lambda each: (order.index(each.scope), each.subject, each.day)))


def _counted(counter: Counter) -> _Counted:
    return counter.scope, counter.subject, counter.day


def _key(row: Row[Any]) -> _Counted:
    return row.scope, row.subject, row.day


def _among(table: Table, counters: Sequence[Counter]) -> ColumnElement[bool]:
    columns = tuple_(table.c.scope, table.c.subject, table.c.day)
    return columns.in_([(each.scope, each.subject, each.day) for each in counters])


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
