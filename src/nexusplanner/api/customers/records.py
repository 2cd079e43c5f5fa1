"""Customers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, Field

from nexusplanner.api.errors import problems
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import EdgeParts, GuardedRoute, IdempotencyKey, Planning, Reading, Version, show_current
from nexusplanner.api.shapes import Input, Line, Money, Page, Shape, changes_of, minor
from nexusplanner.application.customers import keeping as use_cases
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain import customers
from nexusplanner.domain.shared import BrandId, CompanyId, CustomerId, SegmentId, TenantId

router = APIRouter(route_class=GuardedRoute, tags=["Customers"])


def _address(text: str) -> str:
    if text and not customers.is_address(text):
        raise ValueError("Write an address like ada@example.com, or leave it empty.")
    return text


Address = Annotated[Line, AfterValidator(_address)]
Key = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Headcount = Annotated[int, Field(ge=0, le=100_000_000)]


class Customer(Shape):
    """A CRM record. external_id: the key in the system it came from. lifetime_value: bought so far.

    segment_id: the segment a person or file chose; rules may put the customer into others. connection_id: the connection
    that keeps the record. consent: empty while unknown.
    """

    id: UUID
    brand_id: UUID
    segment_id: UUID | None
    segment_name: str | None
    external_id: str
    name: str
    email: str
    company: str
    industry: str
    region: str
    employees: int | None
    since: date | None
    lifetime_value: Money | None
    preferred_channel: str
    company_id: UUID | None
    connection_id: UUID | None
    consent: customers.Consent
    version: int
    created_at: datetime
    updated_at: datetime


class CustomerInput(Input):
    """A new customer."""

    brand_id: UUID
    segment_id: UUID | None = None
    company_id: UUID | None = None
    external_id: Key
    name: Name
    email: Address = ""
    company: Line = ""
    industry: Line = ""
    region: Line = ""
    employees: Headcount | None = None
    since: date | None = None
    lifetime_value: Money | None = None
    preferred_channel: Line = ""
    consent: customers.Consent = customers.Consent.UNKNOWN

    def customer(self, *, tenant_id: TenantId, now: datetime) -> customers.Customer:
        """The same as a new domain object."""
        return customers.Customer(
            tenant_id=tenant_id,
            brand_id=BrandId(self.brand_id),
            segment_id=SegmentId(self.segment_id) if self.segment_id else None,
            company_id=CompanyId(self.company_id) if self.company_id else None,
            external_id=self.external_id,
            name=self.name,
            email=self.email,
            company=self.company,
            industry=self.industry,
            region=self.region,
            employees=self.employees,
            since=self.since,
            lifetime_value=minor(self.lifetime_value),
            preferred_channel=self.preferred_channel,
            consent=self.consent,
            created_at=now,
            updated_at=now,
        )


class CustomerEdit(Input):
    """What to change; what is left out stays. Null empties segment, company, employees, since and lifetime value."""

    segment_id: UUID | None = None
    company_id: UUID | None = None
    external_id: Key | None = None
    name: Name | None = None
    email: Address | None = None
    company: Line | None = None
    industry: Line | None = None
    region: Line | None = None
    employees: Headcount | None = None
    since: date | None = None
    lifetime_value: Money | None = None
    preferred_channel: Line | None = None
    consent: customers.Consent | None = None


async def _shape(uow: UnitOfWork, customer: customers.Customer) -> Customer:
    segment = await uow.customers.segment(customer.segment_id) if customer.segment_id else None
    return Customer(
        id=customer.id,
        brand_id=customer.brand_id,
        segment_id=customer.segment_id,
        segment_name=segment.name if segment else None,
        external_id=customer.external_id,
        name=customer.name,
        email=customer.email,
        company=customer.company,
        industry=customer.industry,
        region=customer.region,
        employees=customer.employees,
        since=customer.since,
        lifetime_value=Money.model_validate(customer.lifetime_value) if customer.lifetime_value else None,
        preferred_channel=customer.preferred_channel,
        company_id=customer.company_id,
        connection_id=customer.connection_id,
        consent=customer.consent,
        version=customer.version,
        created_at=customer.created_at,
        updated_at=customer.updated_at,
    )


async def _customer(uow: UnitOfWork, customer_id: UUID) -> Customer:
    return await _shape(uow, await uow.customers.get(CustomerId(customer_id)))


@router.get(
    "/customers", response_model=Page[Customer], responses=problems(401, 403, 422, 429), summary="List customers"
)
async def list_customers(
    *,
    uow: Reading,
    paging: Paging,
    brand_id: UUID | None = None,
    segment_id: UUID | None = None,
    query: Annotated[str, Query(max_length=200)] = "",
    sort: Annotated[str, Query(max_length=40)] = "name",
) -> Page[Customer] | Response:
    """Sort by name, company, lifetime_value, created_at or updated_at, with `-` before it for descending."""
    page = await uow.read.customers.page(
        query=query,
        brand_id=BrandId(brand_id) if brand_id else None,
        segment_id=SegmentId(segment_id) if segment_id else None,
        sort=sort,
        cursor=paging.cursor,
        limit=paging.limit,
    )
    return page_of(page, shape=Customer, request=paging)


@router.post(
    "/customers", status_code=201, responses=problems(400, 401, 403, 404, 409, 422, 429), summary="Add a customer"
)
async def create_customer(*, uow: Planning, edge: EdgeParts, body: CustomerInput, _: IdempotencyKey = None) -> Customer:
    """The key must be free within the brand."""
    customer = body.customer(tenant_id=uow.actor.tenant_id, now=edge.clock.now())
    return await _shape(uow, await use_cases.create_customer(uow, customer=customer))


@router.get("/customers/{customer_id}", responses=problems(401, 403, 404, 429), summary="Read a customer")
async def get_customer(*, uow: Reading, customer_id: UUID) -> Customer:
    """One customer."""
    return await _customer(uow, customer_id)


@router.patch(
    "/customers/{customer_id}",
    responses=problems(400, 401, 403, 404, 409, 412, 422, 428, 429),
    summary="Edit a customer",
)
async def edit_customer(
    *, request: Request, uow: Planning, edge: EdgeParts, customer_id: UUID, body: CustomerEdit, version: Version
) -> Customer:
    """Change the fields that are sent."""
    show_current(request, lambda fresh: _customer(fresh, customer_id))
    customer = await use_cases.edit_customer(
        uow,
        customer_id=CustomerId(customer_id),
        changes=changes_of(body, nullable=("segment_id", "company_id", "employees", "since", "lifetime_value")),
        version=version,
        now=edge.clock.now(),
    )
    return await _shape(uow, customer)


@router.delete(
    "/customers/{customer_id}", status_code=204, responses=problems(401, 403, 404, 429), summary="Delete a customer"
)
async def delete_customer(*, uow: Planning, customer_id: UUID) -> None:
    """Delete one customer."""
    await use_cases.delete_customer(uow, customer_id=CustomerId(customer_id))
