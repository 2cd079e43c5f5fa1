"""What rules of segments ask about customers, as columns, and the rules themselves as conditions on them.

The columns say the same as `CustomerFacts`, the conditions the same as `fits`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Date, Integer, Select, String, and_, func, literal, not_, or_, select

from nexusplanner.domain.segments import FIELDS, FieldKind, Op, Rule
from nexusplanner.infrastructure.db.companies import companies, deal_customers, deals
from nexusplanner.infrastructure.db.customers import customers

_C, _CO, _D, _L = customers.c, companies.c, deals.c, deal_customers.c


def customer_facts(tenant_id: UUID, *, brand_id: UUID, currency: str, of: Collection[UUID] | None = None) -> CTE:
    """One row per customer of the brand: `id`, `company_id` and a column per field. of: these customers alone."""
    mine = [_C.tenant_id == tenant_id, _C.brand_id == brand_id]
    if of is not None:
        mine.append(_C.id == func.any(list(of)))
    firm = sales_by(_D.company_id, currency=currency).where(_D.tenant_id == tenant_id, _D.company_id.is_not(None))
    if of is not None:
        firm = firm.where(_D.company_id.in_(select(_C.company_id).where(*mine)))
    by_firm = firm.where(_D.brand_id == brand_id).group_by(_D.company_id).subquery("sales_of_company")
    own = _own_sales(tenant_id, brand_id=brand_id, currency=currency, of=of)
    sales = {name: (own.c[name], by_firm.c[name]) for name in _SUMS}
    return (
        select(
            _C.id,
            _C.company_id,
            _plain(_either(_C.industry, _CO.industry)).label("industry"),
            _plain(_either(_C.region, _CO.region)).label("region"),
            func.coalesce(_C.employees, _CO.employees).label("employees"),
            _plain(_either(_CO.name, _C.company)).label("company"),
            func.split_part(_plain(_C.email), "@", 2).label("email_domain"),
            _plain(_C.preferred_channel).label("preferred_channel"),
            _C.consent.cast(String).label("consent"),
            _C.since,
            _C.lifetime_value_minor.label("lifetime_value"),
            *((func.coalesce(one, 0) + func.coalesce(other, 0)).label(name) for name, (one, other) in sales.items()),
            func.greatest(own.c.last_won_on, by_firm.c.last_won_on, type_=Date).label("last_won_on"),
            _either(_C.industry, _CO.industry).label("industry_shown"),
            _either(_C.region, _CO.region).label("region_shown"),
            _C.preferred_channel.label("channel_shown"),
        )
        .select_from(customers)
        .outerjoin(companies, (_CO.tenant_id == _C.tenant_id) & (_CO.id == _C.company_id))
        .outerjoin(by_firm, by_firm.c.company_id == _C.company_id)
        .outerjoin(own, own.c.customer_id == _C.id)
        .where(*mine)
        .cte("facts")
    )


_SUMS = ("open_deals", "open_deals_value", "won_deals", "won_deals_value", "lost_deals")


def _own_sales(tenant_id: UUID, *, brand_id: UUID, currency: str, of: Collection[UUID] | None) -> Any:
    """Sums over deals a customer is linked with, those of its own company left out: they are counted there."""
    query = (
        sales_by(_L.customer_id, currency=currency)
        .select_from(deal_customers)
        .join(deals, (_D.tenant_id == _L.tenant_id) & (_D.id == _L.deal_id))
        .join(customers, (_C.tenant_id == _L.tenant_id) & (_C.id == _L.customer_id))
        .where(_L.tenant_id == tenant_id, _C.brand_id == brand_id)
        .where(or_(_D.company_id.is_(None), _D.company_id.is_distinct_from(_C.company_id)))
        .group_by(_L.customer_id)
    )
    if of is not None:
        query = query.where(_L.customer_id == func.any(list(of)))
    return query.subquery("sales_of_customer")


def sales_by(by: ColumnElement[Any], *, currency: str) -> Select[Any]:
    """Counts and sums of deals; amounts in another currency are left out of sums: nothing is converted silently."""
    amount = func.sum(_D.amount_minor)
    own = _D.amount_currency == currency
    opened, won, lost = _D.won.is_(None), _D.won.is_(True), _D.won.is_(False)
    return select(
        by,
        func.count().filter(opened).label("open_deals"),
        func.coalesce(amount.filter(opened & own), 0).label("open_deals_value"),
        func.count().filter(won).label("won_deals"),
        func.coalesce(amount.filter(won & own), 0).label("won_deals_value"),
        func.count().filter(lost).label("lost_deals"),
        func.max(_D.closed_on).filter(won).label("last_won_on"),
    )


def _plain(text: ColumnElement[str]) -> ColumnElement[str]:
    return func.lower(func.btrim(text))


def _either(one: ColumnElement[str], other: ColumnElement[str]) -> ColumnElement[str]:
    """The first of both that says something."""
    return func.coalesce(func.nullif(func.btrim(one), ""), func.nullif(func.btrim(other), ""), "")


def condition(
    rules: Sequence[Rule], facts: CTE, *, currency: str, today: ColumnElement[date] | date
) -> ColumnElement[bool]:
    """Whether all rules hold for a row of `facts`; never null."""
    day = literal(today, Date) if isinstance(today, date) else today
    return and_(*(_condition(rule, facts, currency=currency, today=day) for rule in rules))


def _condition(rule: Rule, facts: CTE, *, currency: str, today: ColumnElement[date]) -> ColumnElement[bool]:
    known = facts.c[rule.field.value]
    kind = FIELDS[rule.field].kind
    text = kind in {FieldKind.TEXT, FieldKind.CHOICE}
    if rule.op in {Op.IS_EMPTY, Op.IS_NOT_EMPTY}:
        empty = known == "" if text else known.is_(None)
        return empty if rule.op is Op.IS_EMPTY else not_(empty)
    if text:
        return _text_condition(rule, known)
    if kind is FieldKind.DAY:
        return and_(known.is_not(None), _day_condition(rule, known, today=today))
    limit = literal(rule.minor(currency=currency) if kind is FieldKind.MONEY else rule.number)
    return and_(known.is_not(None), known >= limit if rule.op is Op.AT_LEAST else known <= limit)


def _text_condition(rule: Rule, known: ColumnElement[str]) -> ColumnElement[bool]:
    if rule.op is Op.CONTAINS:
        return or_(*(func.strpos(known, text) > 0 for text in rule.texts))
    return known.in_(rule.texts) if rule.op is Op.IS else known.not_in(rule.texts)


def _day_condition(rule: Rule, known: ColumnElement[date], *, today: ColumnElement[date]) -> ColumnElement[bool]:
    if rule.op is Op.BEFORE:
        return known < rule.day
    if rule.op is Op.AFTER:
        return known > rule.day
    first = today.op("-", return_type=Date())(literal(rule.number, Integer))
    return known.between(first, today) if rule.op is Op.WITHIN_DAYS else known < first
