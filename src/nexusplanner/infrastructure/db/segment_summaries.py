"""What may be said of a brand's segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, column, distinct, func, select, values
from sqlalchemy import String as Text
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.customers import FEWEST_PEOPLE, DealSummary, SegmentSummary
from nexusplanner.domain.shared import BrandId, Money
from nexusplanner.infrastructure.db.catalog import brands
from nexusplanner.infrastructure.db.companies import deal_customers, deals
from nexusplanner.infrastructure.db.customer_facts import customer_facts, sales_by
from nexusplanner.infrastructure.db.customers import customers, segments
from nexusplanner.infrastructure.db.memberships import for_many, segment_members

_S, _M, _C, _D, _L = segments.c, segment_members.c, customers.c, deals.c, deal_customers.c

SHARED = ("industry", "region", "channel")


async def summaries_of(session: AsyncSession, *, tenant_id: UUID, brand_id: BrandId) -> Sequence[SegmentSummary]:
    """What may be said of each segment, largest value share first."""
    currency = await session.scalar(
        select(brands.c.currency).where(brands.c.tenant_id == tenant_id, brands.c.id == brand_id)
    )
    if currency is None:
        return []
    async with for_many(session):
        counted = await _counted(session, tenant_id=tenant_id, brand_id=brand_id, currency=currency)
        common = await _common(session, tenant_id=tenant_id, brand_id=brand_id, currency=currency) if counted else {}
        sales = await _sales(session, tenant_id=tenant_id, brand_id=brand_id, currency=currency) if counted else {}
    found = [_summary(row, common=common, sales=sales) for row in counted]
    return sorted(found, key=lambda one: (-one.value_share, one.name, one.id))


async def _counted(session: AsyncSession, *, tenant_id: UUID, brand_id: UUID, currency: str) -> Sequence[Row[Any]]:
    """Customers, companies and value of each segment, the brand's whole value, and who is in others, too."""
    value = func.coalesce(func.sum(_C.lifetime_value_minor).filter(_C.lifetime_value_currency == currency), 0)
    whole = select(value).where(_C.tenant_id == tenant_id, _C.brand_id == brand_id).correlate(None).scalar_subquery()
    times = (
        select(_M.customer_id, func.count().label("times"))
        .where(_M.tenant_id == tenant_id)
        .group_by(_M.customer_id)
        .subquery("times")
    )
    query = (
        select(
            _S.id,
            _S.name,
            _S.description,
            func.count(_C.id).label("customers"),
            func.count(distinct(_C.company_id)).label("companies"),
            value.label("value"),
            whole.label("whole"),
            func.coalesce(func.bool_or(times.c.times > 1), False).label("overlaps"),
        )
        .outerjoin(segment_members, (_M.tenant_id == _S.tenant_id) & (_M.segment_id == _S.id))
        .outerjoin(customers, (_C.tenant_id == _M.tenant_id) & (_C.id == _M.customer_id))
        .outerjoin(times, times.c.customer_id == _M.customer_id)
        .where(_S.tenant_id == tenant_id, _S.brand_id == brand_id)
        .group_by(_S.tenant_id, _S.id)
    )
    return (await session.execute(query)).all()


async def _common(
    session: AsyncSession, *, tenant_id: UUID, brand_id: UUID, currency: str
) -> Mapping[tuple[UUID, str], tuple[str, int]]:
    """What is commonest in each segment by segment and kind, and how many share it; enough people, or nothing."""
    facts = customer_facts(tenant_id, brand_id=brand_id, currency=currency)
    shown = (
        values(column("kind", Text), column("value", Text), name="shown")
        .data([(kind, facts.c[f"{kind}_shown"]) for kind in SHARED])
        .lateral()
    )
    number = func.count()
    query = (
        select(_M.segment_id, shown.c.kind, shown.c.value, number.label("number"))
        .select_from(facts)
        .join(segment_members, (_M.tenant_id == tenant_id) & (_M.customer_id == facts.c.id))
        .join(shown, shown.c.value != "")
        .group_by(_M.segment_id, shown.c.kind, shown.c.value)
        .having(number >= FEWEST_PEOPLE)
        .order_by(number, shown.c.value.desc())
    )
    return {(row.segment_id, row.kind): (row.value, row.number) for row in await session.execute(query)}


async def _sales(
    session: AsyncSession, *, tenant_id: UUID, brand_id: UUID, currency: str
) -> Mapping[UUID, DealSummary]:
    """Deals of each segment's customers and of their companies, each once."""
    firms = (
        select(_M.segment_id, _C.company_id)
        .join(customers, (_C.tenant_id == _M.tenant_id) & (_C.id == _M.customer_id))
        .where(_M.tenant_id == tenant_id, _C.brand_id == brand_id, _C.company_id.is_not(None))
        .distinct()
        .cte("firms")
    )
    linked = (
        select(_M.segment_id, _L.deal_id)
        .join(deal_customers, (_L.tenant_id == _M.tenant_id) & (_L.customer_id == _M.customer_id))
        .where(_M.tenant_id == tenant_id)
        .distinct()
        .subquery("linked")
    )
    own = (_D.tenant_id == tenant_id) & (_D.brand_id == brand_id)
    queries = (
        sales_by(firms.c.segment_id, currency=currency)
        .join(deals, own & (_D.company_id == firms.c.company_id))
        .group_by(firms.c.segment_id),
        sales_by(linked.c.segment_id, currency=currency)
        .join(deals, own & (_D.id == linked.c.deal_id))
        .outerjoin(firms, (firms.c.segment_id == linked.c.segment_id) & (firms.c.company_id == _D.company_id))
        .where(firms.c.company_id.is_(None))
        .group_by(linked.c.segment_id),
    )
    found: dict[UUID, DealSummary] = {}
    for query in queries:
        for row in await session.execute(query):
            found[row.segment_id] = _added(found.get(row.segment_id, DealSummary()), row, currency=currency)
    return found


def _added(one: DealSummary, row: Row[Any], *, currency: str) -> DealSummary:
    value = int(row.open_deals_value) + (one.open_value.amount if one.open_value else 0)
    return DealSummary(
        open=one.open + row.open_deals,
        open_value=Money(value, currency) if value else None,
        won=one.won + row.won_deals,
        lost=one.lost + row.lost_deals,
    )


def _summary(
    row: Row[Any],
    *,
    common: Mapping[tuple[UUID, str], tuple[str, int]],
    sales: Mapping[UUID, DealSummary],
) -> SegmentSummary:
    shared = {kind: common.get((row.id, kind), ("", 0)) for kind in SHARED}
    most = {kind: value if 2 * number > row.customers else "" for kind, (value, number) in shared.items()}
    tells = row.customers >= FEWEST_PEOPLE
    return SegmentSummary(
        id=row.id,
        name=row.name,
        description=row.description,
        customers=row.customers,
        value_share=float(row.value / row.whole) if row.whole > 0 else 0.0,
        top_industry=most["industry"],
        top_region=most["region"],
        preferred_channel=shared["channel"][0],
        companies=row.companies if tells else 0,
        deals=sales.get(row.id, DealSummary()) if tells else DealSummary(),
        overlaps=row.overlaps,
    )
