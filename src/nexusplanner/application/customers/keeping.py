"""Keep customers and the segments they form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from nexusplanner.application.editing import edit
from nexusplanner.application.ports.schedules import Scheduled
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain.customers import Customer, Segment
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.segments import Rule, RuleCount, check_rules
from nexusplanner.domain.shared import BrandId, Conflict, CustomerId, Invalid, SegmentId


async def create_customer(uow: UnitOfWork, *, customer: Customer) -> Customer:
    """Keep a new customer. Raises Invalid, NotFound for brand or segment, and Conflict when the key is taken."""
    uow.actor.require(Permission.PLAN)
    customer.check()
    await uow.memberships.hold([customer.brand_id])
    await _require_fit(uow, customer)
    await _require_free_key(uow, customer, key=customer.external_id)
    uow.customers.add_all([customer])
    await uow.memberships.follow()
    return customer


async def edit_customer(
    uow: UnitOfWork, *, customer_id: CustomerId, changes: Mapping[str, object], version: int, now: datetime
) -> Customer:
    """Change a customer. Raises NotFound, VersionConflict, Invalid and Conflict."""
    uow.actor.require(Permission.PLAN)
    customer = await uow.customers.get(customer_id)
    await uow.memberships.hold([customer.brand_id])
    await _require_free_key(uow, customer, key=changes.get("external_id"))
    edit(customer, changes=changes, version=version, now=now)
    await _require_fit(uow, customer)
    await uow.memberships.follow()
    return customer


async def delete_customer(uow: UnitOfWork, *, customer_id: CustomerId) -> None:
    """Delete a customer. Raises NotFound."""
    uow.actor.require(Permission.PLAN)
    customer = await uow.customers.get(customer_id)
    await uow.memberships.hold([customer.brand_id])
    await uow.customers.remove(await uow.customers.get(customer_id, lock=True))
    await uow.flush()


async def create_segment(uow: UnitOfWork, *, segment: Segment) -> Segment:
    """Keep a new segment with everybody its rules find.

    Raises Invalid, NotFound for an unknown brand, and Conflict when the name is taken.
    """
    uow.actor.require(Permission.PLAN)
    segment.check()
    brand = await uow.brands.get(segment.brand_id)
    check_rules(segment.rules, currency=brand.currency)
    await _require_free_name(uow, segment, name=segment.name)
    await uow.memberships.hold([brand.id])
    uow.customers.add_segment(segment)
    await uow.memberships.follow()
    await _follow_days(uow, segment, now=segment.created_at)
    return segment


async def edit_segment(
    uow: UnitOfWork, *, segment_id: SegmentId, changes: Mapping[str, object], version: int, now: datetime
) -> Segment:
    """Change a segment; new rules find its customers anew. Raises NotFound, VersionConflict, Invalid and Conflict."""
    uow.actor.require(Permission.PLAN)
    segment = await uow.customers.segment(segment_id)
    await _require_free_name(uow, segment, name=changes.get("name"))
    await uow.memberships.hold([segment.brand_id])
    edit(segment, changes=changes, version=version, now=now)
    check_rules(segment.rules, currency=(await uow.brands.get(segment.brand_id)).currency)
    await uow.memberships.follow()
    await _follow_days(uow, segment, now=now)
    return segment


async def _follow_days(uow: UnitOfWork, segment: Segment, *, now: datetime) -> None:
    """Rules that tell days from today find others tomorrow."""
    if any(rule.relative for rule in segment.rules):
        await uow.schedules.put(Scheduled.SEGMENTS, segment.brand_id, due_at=_tomorrow(now))


async def recount_due(uow: UnitOfWork, record_id: UUID, now: datetime) -> datetime | None:
    """Find out anew on a new day who is in the segments of a brand, and say when next; implements `StartDue`."""
    brand_id = BrandId(record_id)
    if not await uow.memberships.follow_days(brand_id=brand_id):
        return None
    await uow.memberships.refresh(brand_id=brand_id)
    return _tomorrow(now)


def _tomorrow(now: datetime) -> datetime:
    """The beginning of the next day, UTC."""
    return datetime.combine(now.date() + timedelta(days=1), time.min, tzinfo=UTC)


async def count_rules(uow: UnitOfWork, *, brand_id: BrandId, rules: Sequence[Rule]) -> RuleCount:
    """How many customers of the brand the rules find; nothing is kept. Raises Invalid, and NotFound for the brand."""
    uow.actor.require(Permission.READ)
    brand = await uow.brands.get(brand_id)
    check_rules(rules, currency=brand.currency)
    return await uow.memberships.count(rules, brand_id=brand_id)


async def delete_segment(uow: UnitOfWork, *, segment_id: SegmentId) -> None:
    """Delete a segment; its customers stay, without one. Raises NotFound."""
    uow.actor.require(Permission.PLAN)
    segment = await uow.customers.segment(segment_id)
    await uow.memberships.hold([segment.brand_id])
    await uow.customers.remove_segment(await uow.customers.segment(segment_id, lock=True))
    await uow.flush()


async def _require_fit(uow: UnitOfWork, customer: Customer) -> None:
    """The brand is one of the workspace's, the segment is one of the brand's, and amounts are in its currency."""
    brand = await uow.brands.get(customer.brand_id)
    value = customer.lifetime_value
    if value is not None and value.currency != brand.currency:
        words = f"Use {brand.currency}, the currency of {brand.name}."
        raise Invalid(f"The lifetime value is in {value.currency}. {words}", fields={"lifetime_value": words})
    if customer.segment_id is not None:
        segment = await uow.customers.segment(customer.segment_id)
        if segment.brand_id != brand.id:
            words = f"Choose a segment of {brand.name}."
            raise Invalid(f"The segment {segment.name} is another brand's. {words}", fields={"segment_id": words})
    if customer.company_id is not None:
        company = await uow.companies.get(customer.company_id)
        if company.brand_id != brand.id:
            words = f"Choose a company of {brand.name}."
            raise Invalid(f"The company {company.name} is another brand's. {words}", fields={"company_id": words})


async def _require_free_key(uow: UnitOfWork, customer: Customer, *, key: object) -> None:
    """Asked before the key is set, so that the answer names the field. key: none when it stays."""
    if not isinstance(key, str):
        return
    other = (await uow.customers.by_external_id(brand_id=customer.brand_id, external_ids=[key])).get(key)
    if other is not None and other.id != customer.id:
        raise Conflict(
            f"The brand has a customer with the key {key} already.",
            code="CUSTOMER_EXISTS",
            fields={"external_id": "This key is taken."},
        )


async def _require_free_name(uow: UnitOfWork, segment: Segment, *, name: object) -> None:
    """Asked before the name is set, so that the answer names the field. name: none when it stays."""
    if not isinstance(name, str):
        return
    for other in await uow.customers.segments(brand_id=segment.brand_id):
        if other.id != segment.id and other.name.strip().casefold() == name.strip().casefold():
            raise Conflict(
                f"The brand has a segment called {other.name} already. Choose another name.",
                code="SEGMENT_EXISTS",
                fields={"name": "This name is taken."},
            )
