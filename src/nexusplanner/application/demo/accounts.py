"""The invented customers' companies, and deals with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from nexusplanner.application.demo.company import DemoBrand
from nexusplanner.domain.companies import Company, Deal
from nexusplanner.domain.customers import Customer
from nexusplanner.domain.shared import CustomerId, DealId, Money

_STAGES: Mapping[bool | None, tuple[str, ...]] = {
    None: ("Qualified", "Offer sent", "Negotiation"),
    True: ("Won",),
    False: ("Lost",),
}
_OPEN, _WON = 0.3, 0.7
"""Of all deals 30 % are open, 40 % were won and 30 % were lost."""


@dataclass(frozen=True, kw_only=True)
class DemoAccounts:
    """Companies, deals, and the customers the deals are made with."""

    companies: tuple[Company, ...]
    deals: tuple[Deal, ...]
    links: Mapping[DealId, tuple[CustomerId, ...]]


def invented_accounts(customers: Iterable[Customer], *, brand: DemoBrand, now: datetime) -> DemoAccounts:
    """A company for each the customers name, and a deal for every third; the same every time.

    The customers are told which company is theirs.
    """
    rng = np.random.default_rng([brand.seed, 7])
    staff: dict[str, list[Customer]] = {}
    for customer in customers:
        if customer.company:
            staff.setdefault(customer.company, []).append(customer)
    companies: list[Company] = []
    deals: list[Deal] = []
    links: dict[DealId, tuple[CustomerId, ...]] = {}
    for index, (name, people) in enumerate(sorted(staff.items())):
        company = _company(name, people=people, index=index, now=now)
        companies.append(company)
        for person in people:
            person.company_id = company.id
            if rng.random() < 1 / 3:
                deal = _deal(company, person=person, number=len(deals) + 1, rng=rng, now=now)
                deals.append(deal)
                links[deal.id] = (person.id,)
    return DemoAccounts(companies=tuple(companies), deals=tuple(deals), links=links)


def _company(name: str, *, people: list[Customer], index: int, now: datetime) -> Company:
    first = people[0]
    return Company(
        tenant_id=first.tenant_id,
        brand_id=first.brand_id,
        external_id=f"CO-{index + 1:04d}",
        name=name,
        domain=f"{name.lower().replace(' ', '-')}.example",
        industry=first.industry,
        region=first.region,
        employees=first.employees,
        created_at=now,
        updated_at=now,
    )


def _deal(company: Company, *, person: Customer, number: int, rng: np.random.Generator, now: datetime) -> Deal:
    draw = rng.random()
    won = None if draw < _OPEN else draw < _WON
    value = person.lifetime_value or Money(0, "EUR")
    return Deal(
        tenant_id=company.tenant_id,
        brand_id=company.brand_id,
        company_id=company.id,
        external_id=f"DE-{number:04d}",
        name=f"{company.name}: {'first order' if draw < 0.5 else 'renewal'}",
        stage=str(rng.choice(_STAGES[won])),
        won=won,
        amount=Money(round(int(value.amount * rng.uniform(0.3, 1.2)), -4), value.currency),
        closed_on=None if won is None else now.date() - timedelta(days=int(rng.integers(5, 400))),
        created_at=now,
        updated_at=now,
    )
