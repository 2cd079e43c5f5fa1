"""Who is in which segment: those its rules find and those put in by hand, found out for many at once."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Index,
    PrimaryKeyConstraint,
    Select,
    String,
    Table,
    Uuid,
    delete,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.identity import Actor
from nexusplanner.domain.segments import Rule, RuleCount
from nexusplanner.domain.shared import BrandId, SegmentId
from nexusplanner.infrastructure.db.catalog import brands
from nexusplanner.infrastructure.db.companies import deal_customers
from nexusplanner.infrastructure.db.customer_facts import condition, customer_facts
from nexusplanner.infrastructure.db.customers import customers, segments
from nexusplanner.infrastructure.db.touching import leave_segments, moved_in, touch_segments_of
from nexusplanner.infrastructure.db.types import metadata, of_tenant, uuid_column

segment_members = Table(
    "segment_members",
    metadata,
    uuid_column("tenant_id"),
    uuid_column("segment_id"),
    uuid_column("customer_id"),
    Column("how", String(32), nullable=False),
    PrimaryKeyConstraint("tenant_id", "segment_id", "customer_id"),
    of_tenant("segment_id", "segments", ondelete="CASCADE"),
    of_tenant("customer_id", "customers", ondelete="CASCADE"),
    Index(None, "tenant_id", "customer_id"),
)

_M, _C, _S, _L = segment_members.c, customers.c, segments.c, deal_customers.c

MANY = 2_000
"""Above so many changed customers of a brand, all of them are gone through."""


@asynccontextmanager
async def for_many(session: AsyncSession) -> AsyncIterator[None]:
    """Statements in this block read thousands of rows.

    Right after a large import the database knows nothing of the sizes of its tables and takes loops in loops for cheap:
    over 10,000 customers they take minutes where anything else takes a second.
    """
    await session.execute(text("SET LOCAL enable_nestloop = off"))
    yield
    await session.execute(text("SET LOCAL enable_nestloop = on"))


class SqlMemberships:
    """Who is in which segment of the actor's tenant."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self._session = session
        self._tenant = actor.tenant_id

    async def hold(self, brand_ids: Collection[BrandId]) -> None:
        """Wait until nobody else changes who is in the segments of these brands, and keep others from it.

        Call it before deleting or changing a segment, or deleting customers.
        """
        for brand_id in sorted(brand_ids):
            key = hashlib.sha256(f"{self._tenant}/members:{brand_id}".encode()).digest()[:8]
            await self._session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(key, "big", signed=True))))

    async def follow(self) -> frozenset[BrandId]:
        """Find out anew who is in which segment because of what this transaction changed; the brands concerned."""
        await self._session.flush()
        moved = moved_in(self._session)
        if not moved:
            return frozenset()
        of_brand = await self._by_brand(
            select(_C.brand_id, _C.id).where(
                _C.tenant_id == self._tenant,
                or_(
                    _C.id == func.any(list(moved.customers)),
                    _C.company_id == func.any(list(moved.companies)),
                    _C.id.in_(
                        select(_L.customer_id).where(
                            _L.tenant_id == self._tenant, _L.deal_id == func.any(list(moved.deals))
                        )
                    ),
                ),
            )
        )
        segments_of = await self._by_brand(
            select(_S.brand_id, _S.id).where(_S.tenant_id == self._tenant, _S.id == func.any(list(moved.segments)))
        )
        touched = frozenset(of_brand.keys() | segments_of.keys())
        await self.hold(touched)
        for brand_id in sorted(touched):
            if len(of_brand.get(brand_id, ())) > MANY:
                await self.refresh(brand_id=brand_id)
                continue
            if brand_id in segments_of:
                await self._refresh(brand_id, some_segments=segments_of[brand_id])
            if brand_id in of_brand:
                await self._refresh(brand_id, some_customers=of_brand[brand_id])
        moved.clear()
        return touched

    async def refresh(self, *, brand_id: BrandId) -> None:
        """Find it out anew for the whole brand."""
        await self.hold([brand_id])
        query = select(_S.id).where(_S.tenant_id == self._tenant, _S.brand_id == brand_id)
        await self._refresh(brand_id, some_segments=(await self._session.scalars(query)).all())

    async def follow_days(self, *, brand_id: BrandId) -> bool:
        """Whether rules of the brand's segments tell days from today, so that time alone changes who is in them."""
        query = select(_S.rules).where(_S.tenant_id == self._tenant, _S.brand_id == brand_id)
        return any(rule.relative for rules in await self._session.scalars(query) for rule in rules)

    def tell_later(self) -> None:
        """Leave what is told of segments as it is: another transaction that calls `tell` comes soon."""
        leave_segments(self._session, later=True)

    def tell(self, brand_ids: Collection[BrandId]) -> None:
        """Make what is told of the brands' segments anew at the end of this transaction."""
        leave_segments(self._session, later=False)
        touch_segments_of(self._session, brand_ids=brand_ids)

    async def count(self, rules: Sequence[Rule], *, brand_id: BrandId) -> RuleCount:
        """How many customers of the brand the rules find, without keeping anything."""
        currency = await self._currency(brand_id)
        facts = customer_facts(self._tenant, brand_id=brand_id, currency=currency)
        found = condition(rules, facts, currency=currency, today=_TODAY) if rules else literal(value=False)
        value = func.sum(facts.c.lifetime_value)
        query = select(
            func.count().filter(found).label("customers"),
            func.count().label("of"),
            func.coalesce(value.filter(found), 0).label("value"),
            func.coalesce(value, 0).label("whole"),
        ).select_from(facts)
        async with for_many(self._session):
            row = (await self._session.execute(query)).one()
        share = float(row.value / row.whole) if row.whole > 0 else 0.0
        return RuleCount(customers=row.customers, of=row.of, value_share=share)

    async def _refresh(
        self,
        brand_id: BrandId,
        *,
        some_segments: Collection[UUID] | None = None,
        some_customers: Collection[UUID] | None = None,
    ) -> None:
        """Find it out anew for all customers in some segments, or for some customers in all segments."""
        touch_segments_of(self._session, brand_ids=[brand_id])
        own = [_S.tenant_id == self._tenant, _S.brand_id == brand_id]
        if some_segments is not None:
            own.append(_S.id == func.any(list(some_segments)))
        rules = {row.id: row.rules for row in await self._session.execute(select(_S.id, _S.rules).where(*own))}
        currency = await self._currency(brand_id)
        facts = customer_facts(self._tenant, brand_id=brand_id, currency=currency, of=some_customers)
        wanted = _wanted(rules, facts, currency=currency, today=_TODAY)
        scope = [_M.tenant_id == self._tenant, _M.segment_id == func.any(list(rules))]
        if some_customers is not None:
            scope.append(_M.customer_id == func.any(list(some_customers)))
        stays = select(wanted.c.segment_id).where(
            wanted.c.segment_id == _M.segment_id, wanted.c.customer_id == _M.customer_id
        )
        gone = delete(segment_members).where(*scope, ~stays.exists()).returning(_M.segment_id).cte("gone")
        rows = select(literal(self._tenant, Uuid), wanted.c.segment_id, wanted.c.customer_id, wanted.c.how)
        adding = insert(segment_members).from_select(["tenant_id", "segment_id", "customer_id", "how"], rows)
        both = adding.on_conflict_do_update(
            index_elements=["tenant_id", "segment_id", "customer_id"],
            set_={"how": adding.excluded.how},
            where=_M.how != adding.excluded.how,
        ).add_cte(gone)
        async with for_many(self._session):
            await self._session.execute(both)
        if some_customers is None:
            automatic = [segment_id for segment_id, of_segment in rules.items() if of_segment]
            counted = update(segments).where(_S.tenant_id == self._tenant, _S.id == func.any(automatic))
            await self._session.execute(counted.values(counted_at=func.now()))

    async def _by_brand(self, query: Select[Any]) -> dict[BrandId, list[UUID]]:
        found: dict[BrandId, list[UUID]] = {}
        for brand_id, record_id in await self._session.execute(query):
            found.setdefault(brand_id, []).append(record_id)
        return found

    async def _currency(self, brand_id: BrandId) -> str:
        query = select(brands.c.currency).where(brands.c.tenant_id == self._tenant, brands.c.id == brand_id)
        return await self._session.scalar(query) or ""


_TODAY: ColumnElement[date] = func.current_date()


def _wanted(rules: Mapping[SegmentId, Sequence[Rule]], facts: CTE, *, currency: str, today: ColumnElement[date]) -> CTE:
    """Segment, customer and how: by hand where a person chose, else by rule."""
    by_hand = (
        select(_C.segment_id.label("segment_id"), _C.id.label("customer_id"), literal("hand").label("how"))
        .join(facts, facts.c.id == _C.id)
        .where(_C.segment_id == func.any(list(rules)))
    )
    by_rule = [
        select(literal(segment_id, Uuid), facts.c.id, literal("rule")).where(
            condition(of_segment, facts, currency=currency, today=today)
        )
        for segment_id, of_segment in rules.items()
        if of_segment
    ]
    both = union_all(by_hand, *by_rule).subquery("found")
    return (
        select(both.c.segment_id, both.c.customer_id, func.min(both.c.how).label("how"))
        .group_by(both.c.segment_id, both.c.customer_id)
        .cte("wanted")
    )
