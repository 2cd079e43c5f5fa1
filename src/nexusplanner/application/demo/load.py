"""Filling an empty workspace with the invented company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from nexusplanner.application.customers.keeping import create_segment
from nexusplanner.application.demo.accounts import invented_accounts
from nexusplanner.application.demo.company import DemoCompany
from nexusplanner.application.demo.history import WEEKS, DemoHistory, simulated_history
from nexusplanner.application.demo.past import Place, keep_past_campaign
from nexusplanner.application.demo.people import invented_customers
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.signals import take_in
from nexusplanner.domain.campaigns import Brief
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.customers import Customer, Segment
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.reference import ReferenceData
from nexusplanner.domain.shared import Conflict, Money, NotFound
from nexusplanner.domain.signals import Signal

LEAD_WEEKS = 2
"""Weeks between today and the start of the first brief."""


@dataclass(frozen=True, kw_only=True)
class DemoReport:
    """What was loaded."""

    brands: int
    services: int
    signals: int
    customers: int
    segments: int
    weeks: int
    campaigns: int


async def load_demo(uow: UnitOfWork, *, company: DemoCompany, reference: ReferenceData, now: datetime) -> DemoReport:
    """Fill the workspace.

    Raises Forbidden, Invalid when the company names what the reference data has not, Conflict (DEMO_LOADED) when one of
    its brands is there already.
    """
    uow.actor.require(Permission.ADMINISTER)
    company.check(reference)
    if any([await uow.brands.find(name=brand.name) for brand in company.brands]):
        raise Conflict("The demonstration data is in this workspace already.", code="DEMO_LOADED")
    brands = {wanted.name: wanted.of(uow.actor.tenant_id, at=now) for wanted in company.brands}
    for brand in brands.values():
        uow.brands.add(brand)
    await uow.flush()
    services = _services(uow, company, brands=brands, now=now)
    histories = await _histories(uow, company, brands=brands, now=now)
    await _customers(uow, company, brands=brands, now=now)
    signals = await take_in(uow, _signals(uow, company, brands=brands, now=now))
    await uow.flush()
    for wanted in company.campaigns:
        place = Place(
            brand=brands[wanted.brand],
            service=services[wanted.service],
            history=histories[wanted.brand],
            reference=reference,
        )
        await keep_past_campaign(uow, wanted, place=place, now=now)
    (await uow.identity.tenant()).is_demo = True
    await uow.flush()
    return DemoReport(
        brands=len(brands),
        services=len(services),
        signals=signals,
        customers=sum(wanted.customers for wanted in company.segments),
        segments=len(company.segments) + len(company.audiences),
        weeks=WEEKS,
        campaigns=len(company.campaigns),
    )


async def demo_brief(uow: UnitOfWork, *, company: DemoCompany, today: date) -> Brief:
    """The brief to begin with. Raises NotFound when the demonstration data is not loaded."""
    wanted = company.brief
    brand = await uow.brands.find(name=wanted.brand)
    service = await uow.services.find(brand_id=brand.id, name=wanted.service) if brand else None
    if brand is None or service is None:
        raise NotFound("Load the demonstration data first.", code="DEMO_NOT_LOADED")
    start = today - timedelta(days=today.weekday()) + timedelta(weeks=LEAD_WEEKS)
    return Brief(
        service_id=service.id,
        theme=wanted.theme,
        start_date=start,
        end_date=start + timedelta(weeks=wanted.weeks) - timedelta(days=1),
        total_budget=Money.parse(wanted.budget, currency=brand.currency),
        target_audience=wanted.target_audience,
        key_objectives=wanted.key_objectives,
    )


def _services(
    uow: UnitOfWork, company: DemoCompany, *, brands: Mapping[str, Brand], now: datetime
) -> dict[str, Service]:
    made: dict[str, Service] = {}
    for wanted_brand in company.brands:
        for wanted in wanted_brand.services:
            service = wanted.of(brands[wanted_brand.name], at=now)
            uow.services.add(service)
            made[wanted.name] = service
    return made


async def _histories(
    uow: UnitOfWork, company: DemoCompany, *, brands: Mapping[str, Brand], now: datetime
) -> dict[str, DemoHistory]:
    made: dict[str, DemoHistory] = {}
    for wanted in company.brands:
        history = simulated_history(wanted, brand_id=brands[wanted.name].id, today=now.date())
        await uow.actuals.put_channels(history.channels)
        await uow.actuals.put_brand(history.brand)
        made[wanted.name] = history
    return made


async def _customers(uow: UnitOfWork, company: DemoCompany, *, brands: Mapping[str, Brand], now: datetime) -> None:
    described = {brand.name: brand for brand in company.brands}
    made: dict[str, list[Customer]] = {brand.name: [] for brand in company.brands}
    for wanted in company.segments:
        segment = Segment(
            tenant_id=uow.actor.tenant_id,
            brand_id=brands[wanted.brand].id,
            name=wanted.name,
            description=wanted.description,
            created_at=now,
            updated_at=now,
        )
        uow.customers.add_segment(segment)
        await uow.flush()
        made[wanted.brand].extend(
            invented_customers(
                wanted, segment=segment, brand=described[wanted.brand], tenant_id=uow.actor.tenant_id, now=now
            )
        )
    for name, customers in made.items():
        accounts = invented_accounts(customers, brand=described[name], now=now)
        uow.companies.add_all(accounts.companies)
        uow.customers.add_all(customers)
        uow.companies.add_deals(accounts.deals)
        await uow.companies.set_customers(accounts.links)
    await uow.flush()
    for audience in company.audiences:
        automatic = Segment(
            tenant_id=uow.actor.tenant_id,
            brand_id=brands[audience.brand].id,
            name=audience.name,
            description=audience.description,
            rules=audience.rules,
            created_at=now,
            updated_at=now,
        )
        await create_segment(uow, segment=automatic)


def _signals(uow: UnitOfWork, company: DemoCompany, *, brands: Mapping[str, Brand], now: datetime) -> list[Signal]:
    midnight = datetime.combine(now.date(), time(8, 0), tzinfo=UTC)
    return [
        Signal(
            tenant_id=uow.actor.tenant_id,
            brand_id=brands[thread.brand].id,
            source=thread.source,
            title=item.t,
            content=item.c,
            timestamp=midnight - timedelta(days=item.d),
            impact=item.i,
            topics=thread.topics,
            created_at=now,
        )
        for thread in company.signals
        for item in thread.items
    ]
