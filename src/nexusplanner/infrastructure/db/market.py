"""Scores of signals, and what is counted over signals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
from sqlalchemy import (
    ARRAY,
    UUID,
    Column,
    ColumnElement,
    Date,
    Double,
    FromClause,
    LargeBinary,
    PrimaryKeyConstraint,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH, insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.market import Citing, DayCount, Known, Placed, Restanding, Scored
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.market.scoring import Standing
from nexusplanner.domain.market.terms import Terms
from nexusplanner.domain.shared import BrandId, ServiceId, SignalId
from nexusplanner.domain.signals import DismissalReason, Signal, SignalState
from nexusplanner.infrastructure.db.campaigns import campaigns
from nexusplanner.infrastructure.db.catalog import services
from nexusplanner.infrastructure.db.signals import signals
from nexusplanner.infrastructure.db.types import Jsonb, metadata, of_tenant, uuid_column

signal_scores = Table(
    "signal_scores",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("signal_id"),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("terms", LargeBinary, nullable=False),
    Column("standing", Jsonb[Standing](Standing), nullable=False),
    PrimaryKeyConstraint("tenant_id", "signal_id"),
    of_tenant("signal_id", "signals", ondelete="CASCADE"),
)
_S = signals.c
_K = signal_scores.c

AT_ONCE = 500
MOST_CITING = 200
"""Campaigns looked through for citations, newest first."""
_KINDS = np.dtype("<u4")


def of_score() -> ColumnElement[bool]:
    """What joins a score to its signal."""
    return (_K.tenant_id == _S.tenant_id) & (_K.signal_id == _S.id)


def of_brand_or_none(brand_id: BrandId, *, of: FromClause = signals) -> ColumnElement[bool]:
    """Whether a signal concerns the brand, as one of none in particular does. of: what stands for the signals."""
    return or_(of.c.brand_id == brand_id, of.c.brand_id.is_(None))


class SqlMarket:
    """What is worked out about the signals of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def unplaced(self, *, among: Collection[SignalId] | None = None, limit: int) -> Sequence[Signal]:
        """Signals without a score, newest first; only those `among` when given."""
        query = (
            select(Signal)
            .outerjoin(signal_scores, of_score())
            .where(_S.tenant_id == self._tenant, _K.signal_id.is_(None))
            .order_by(_S.timestamp.desc(), _S.id)
            .limit(limit)
        )
        if among is not None:
            query = query.where(_S.id.in_(list(among)))
        return (await self._session.scalars(query)).all()

    async def fingerprints(self, signal_ids: Collection[SignalId]) -> Mapping[SignalId, bytes]:
        """What the scores of those that have one were worked out from."""
        query = select(_K.signal_id, _K.fingerprint).where(
            _K.tenant_id == self._tenant, _K.signal_id.in_(list(signal_ids))
        )
        return {SignalId(row.signal_id): row.fingerprint for row in await self._session.execute(query)}

    async def known(
        self, *, since: datetime | None = None, until: datetime | None = None, limit: int
    ) -> Sequence[Known]:
        """Signals with a score and a timestamp between these two, newest first."""
        query = self._known()
        if since is not None:
            query = query.where(_S.timestamp >= since)
        if until is not None:
            query = query.where(_S.timestamp <= until)
        return await self._read(query, limit=limit)

    async def placed(self, *, brand_id: BrandId | None, limit: int) -> Sequence[Placed]:
        """Signals with a score, newest first. brand_id: of the brand or of none in particular; all when none."""
        query = self._known().add_columns(_S.created_at, _S.impact, _S.trust, _K.standing)
        if brand_id is not None:
            query = query.where(of_brand_or_none(brand_id))
        found = await self._session.execute(query.order_by(_S.timestamp.desc(), _S.id).limit(limit))
        return [
            Placed(
                known=_as_known(row),
                since=min(row.timestamp, row.created_at),
                impact=row.impact,
                trust=row.trust,
                standing=row.standing,
            )
            for row in found
        ]

    async def judged(self, *, limit: int) -> Sequence[Known]:
        """The newest signals that are watched or were dismissed as irrelevant."""
        irrelevant = (_S.state == SignalState.DISMISSED) & (_S.dismissed_reason == DismissalReason.IRRELEVANT.value)
        return await self._read(self._known().where(or_(_S.state == SignalState.WATCHED, irrelevant)), limit=limit)

    async def contents(self, signal_ids: Collection[SignalId]) -> Mapping[SignalId, str]:
        """What those of these signals that are there say, without their titles."""
        query = select(_S.id, _S.content).where(_S.tenant_id == self._tenant, _S.id.in_(list(signal_ids)))
        return {SignalId(row.id): row.content for row in await self._session.execute(query)}

    async def _read(self, query: Select[Any], *, limit: int) -> Sequence[Known]:
        found = await self._session.execute(query.order_by(_S.timestamp.desc(), _S.id).limit(limit))
        return [_as_known(row) for row in found]

    def _known(self) -> Select[Any]:
        return (
            select(_S.id, _S.brand_id, _S.cluster_id, _S.timestamp, _S.state, _S.dismissed_reason, _K.terms)
            .join(signal_scores, of_score())
            .where(_S.tenant_id == self._tenant)
        )

    async def keep(self, scored: Sequence[Scored]) -> None:
        """Keep the scores of signals that are kept; earlier ones of the same signals are replaced."""
        await self._rank({each.signal_id: each.rank for each in scored})
        rows = [
            {
                "tenant_id": self._tenant,
                "signal_id": each.signal_id,
                "fingerprint": each.fingerprint,
                "terms": each.terms.astype(_KINDS).tobytes(),
                "standing": each.standing,
            }
            for each in scored
        ]
        for at in range(0, len(rows), AT_ONCE):
            adding = insert(signal_scores).values(rows[at : at + AT_ONCE])
            new = {name: adding.excluded[name] for name in ("fingerprint", "terms", "standing")}
            await self._session.execute(
                adding.on_conflict_do_update(index_elements=["tenant_id", "signal_id"], set_=new)
            )

    async def restand(self, found: Sequence[Restanding]) -> None:
        """Replace the standing and rank of signals that have a score."""
        if not found:
            return
        await self._rank({one.signal_id: one.rank for one in found})
        statement = (
            update(signal_scores)
            .where(_K.tenant_id == self._tenant, _K.signal_id == bindparam("key"))
            .values(standing=bindparam("fresh", type_=_K.standing.type))
        )
        connection = await self._session.connection()
        await connection.execute(statement, [{"key": one.signal_id, "fresh": one.standing} for one in found])

    async def _rank(self, ranks: Mapping[SignalId, float]) -> None:
        """Say where the signals stand in lists, which is no edit of theirs.

        Whoever edits a signal locks its row before that of its score, so that is done in this order here, too.
        """
        ids = bindparam("ids", list(ranks), type_=ARRAY(UUID(as_uuid=True)))
        places = bindparam("places", list(ranks.values()), type_=ARRAY(Double))
        told = func.unnest(ids, places).table_valued(column("id", _S.id.type), column("rank", _S.rank.type))
        named = told.render_derived()
        await self._session.execute(
            update(signals).where(_S.tenant_id == self._tenant, _S.id == named.c.id).values(rank=named.c.rank)
        )

    async def per_day(self, *, brand_id: BrandId | None, first: date, last: date) -> Sequence[DayCount]:
        """Stories by topic and day of publication, in UTC; what was dismissed does not count."""
        named = func.jsonb_array_elements_text(_S.topics).table_valued("value").lateral()
        topic = func.lower(func.btrim(named.c.value), type_=Text)
        query = self._per_day(topic, brand_id=brand_id, first=first, last=last).select_from(signals.join(named, true()))
        return [_day_count(row) for row in await self._session.execute(query)]

    async def per_day_of_services(self, *, brand_id: BrandId | None, first: date, last: date) -> Sequence[DayCount]:
        """The same by service spoken of; the topic is the service's id."""
        matched = func.jsonb_array_elements(cast(_K.standing, JSONB)["services"]).table_valued("value").lateral()
        service = cast(matched.c.value, JSONB)["service_id"].astext
        tables = signals.join(signal_scores, of_score()).join(matched, true())
        query = self._per_day(service, brand_id=brand_id, first=first, last=last).select_from(tables)
        return [_day_count(row) for row in await self._session.execute(query)]

    def _per_day(
        self, topic: ColumnElement[str], *, brand_id: BrandId | None, first: date, last: date
    ) -> Select[Any, Any, Any, Any]:
        day = cast(func.timezone("UTC", _S.timestamp), Date)
        query = (
            select(
                topic.label("topic"),
                day.label("day"),
                func.count(_S.cluster_id.distinct()).label("stories"),
                func.array_agg(_S.id.distinct()).label("ids"),
            )
            .where(
                _S.tenant_id == self._tenant,
                _S.state != SignalState.DISMISSED,
                _S.timestamp >= datetime.combine(first, time(), tzinfo=UTC),
                _S.timestamp < datetime.combine(last + timedelta(days=1), time(), tzinfo=UTC),
            )
            .group_by(topic, day)
            .order_by(topic, day)
        )
        return query if brand_id is None else query.where(of_brand_or_none(brand_id))

    async def first_day(self, *, brand_id: BrandId | None) -> date | None:
        """The day of the oldest signal."""
        query = select(func.min(_S.timestamp)).where(_S.tenant_id == self._tenant)
        if brand_id is not None:
            query = query.where(of_brand_or_none(brand_id))
        found: datetime | None = await self._session.scalar(query)
        return found.astimezone(UTC).date() if found else None

    async def citing(self, signal_ids: Collection[SignalId]) -> Sequence[Citing]:
        """The newest campaigns that are not deleted and cite one of these."""
        wanted = {f"signal:{signal_id}": signal_id for signal_id in signal_ids}
        newest = (
            select(campaigns.c.id, campaigns.c.plan, campaigns.c.end_date)
            .where(
                campaigns.c.tenant_id == self._tenant,
                campaigns.c.deleted_at.is_(None),
                campaigns.c.plan.is_not(None),
            )
            .order_by(campaigns.c.updated_at.desc())
            .limit(MOST_CITING)
            .subquery()
        )
        cited = func.jsonb_path_query_array(cast(newest.c.plan, JSONB), cast("$.evidence[*].id", JSONPATH), type_=JSONB)
        query = select(newest.c.id, cited.label("cited")).order_by(newest.c.end_date.desc(), newest.c.id)
        found = []
        for row in await self._session.execute(query):
            ids = frozenset(wanted[each] for each in row.cited if each in wanted)
            if ids:
                found.append(Citing(campaign_id=row.id, signal_ids=ids))
        return found

    async def service_names(self) -> Mapping[ServiceId, str]:
        """Names of all services that are not deleted."""
        query = select(services.c.id, services.c.name).where(
            services.c.tenant_id == self._tenant, services.c.deleted_at.is_(None)
        )
        return {ServiceId(row.id): row.name for row in await self._session.execute(query)}


def _terms(kept: bytes) -> Terms:
    return np.frombuffer(kept, dtype=_KINDS).astype(np.uint32, copy=False)


def _as_known(row: Row[Any]) -> Known:
    return Known(
        id=row.id,
        brand_id=row.brand_id,
        cluster_id=row.cluster_id,
        timestamp=row.timestamp,
        state=row.state,
        irrelevant=row.state is SignalState.DISMISSED and row.dismissed_reason == DismissalReason.IRRELEVANT.value,
        terms=_terms(row.terms),
    )


def _day_count(row: Row[Any, Any, Any, Any]) -> DayCount:
    return DayCount(topic=row.topic, day=row.day, count=row.stories, signal_ids=tuple(row.ids))
