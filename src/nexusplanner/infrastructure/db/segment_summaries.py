"""What may be said of a brand's segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, column, distinct, func, select, union, values
from sqlalchemy import String as Text
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.domain.customers import FEWEST_PEOPLE, DealSummary, SegmentSummary
from nexusplanner.domain.shared import BrandId, Money
from nexusplanner.infrastructure.db.catalog import brands
from nexusplanner.infrastructure.db.companies import deal_customers, deals
from nexusplanner.infrastructure.db.customer_facts import customer_facts
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
    found = [_summary(row, common=common, sales=sales, currency=currency) for row in counted]
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


async def _sales(session: AsyncSession, *, tenant_id: UUID, brand_id: UUID, currency: str) -> Mapping[UUID, Row[Any]]:
    """Deals of each segment's customers and of their companies, each once."""
    of_company = (
        select(_M.segment_id, _D.id.label("deal_id"))
        .join(customers, (_C.tenant_id == _M.tenant_id) & (_C.id == _M.customer_id))
        .join(deals, (_D.tenant_id == _C.tenant_id) & (_D.company_id == _C.company_id))
        .where(_M.tenant_id == tenant_id, _C.brand_id == brand_id)
    )
    linked = (
        select(_M.segment_id, _L.deal_id)
        .join(deal_customers, (_L.tenant_id == _M.tenant_id) & (_L.customer_id == _M.customer_id))
        .where(_M.tenant_id == tenant_id)
    )
    theirs = union(of_company, linked).subquery("theirs")
    opened = _D.won.is_(None)
    amount = func.sum(_D.amount_minor).filter(opened & (_D.amount_currency == currency))
    query = (
        select(
            theirs.c.segment_id,
            func.count().filter(opened).label("open"),
            amount.label("open_value"),
            func.count().filter(_D.won.is_(True)).label("won"),
            func.count().filter(_D.won.is_(False)).label("lost"),
        )
        .join(deals, (_D.tenant_id == tenant_id) & (_D.id == theirs.c.deal_id))
        .where(_D.brand_id == brand_id)
        .group_by(theirs.c.segment_id)
    )
    return {row.segment_id: row for row in await session.execute(query)}


def _summary(
    row: Row[Any],
    *,
    common: Mapping[tuple[UUID, str], tuple[str, int]],
    sales: Mapping[UUID, Row[Any]],
    currency: str,
) -> SegmentSummary:
    shared = {kind: common.get((row.id, kind), ("", 0)) for kind in SHARED}
    most = {kind: value if 2 * number > row.customers else "" for kind, (value, number) in shared.items()}
    tells = row.customers >= FEWEST_PEOPLE
    sold = sales.get(row.id)
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
        deals=_deals(sold, currency=currency) if tells and sold is not None else DealSummary(),
        overlaps=row.overlaps,
    )


def _deals(row: Row[Any], *, currency: str) -> DealSummary:
    value = None if row.open_value is None else Money(int(row.open_value), currency)
    return DealSummary(open=row.open, open_value=value, won=row.won, lost=row.lost)
