"""Brands and services."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from nexusplanner.api.errors import problems
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import EdgeParts, GuardedRoute, IdempotencyKey, Planning, Reading, Version, show_current
from nexusplanner.api.shapes import Currency, Input, Line, Lines, Money, Page, Shape, Text, changes_of, minor
from nexusplanner.application import catalog as use_cases
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain import catalog
from nexusplanner.domain.shared import BrandId, ServiceId, TenantId

router = APIRouter(route_class=GuardedRoute, tags=["Catalogue"])

Name = Annotated[str, Field(min_length=1, max_length=160)]


class Brand(Shape):
    """A business the workspace markets. outcome_name: what its actuals count."""

    id: UUID
    name: str
    industry: str
    region: str
    currency: str
    profile: str
    voice: list[str]
    banned_claims: list[str]
    audiences: list[str]
    outcome_name: str
    outcome_is_money: bool
    version: int
    created_at: datetime
    updated_at: datetime


class BrandInput(Input):
    """A new brand. Its currency stays: amounts are never converted silently."""

    name: Name
    industry: Line = ""
    region: Line = ""
    currency: Currency
    profile: Text = ""
    voice: Lines = Field(default_factory=list)
    banned_claims: Lines = Field(default_factory=list)
    audiences: Lines = Field(default_factory=list)
    outcome_name: Line = "conversions"
    outcome_is_money: bool = False

    def brand(self, *, tenant_id: TenantId, now: datetime) -> catalog.Brand:
        """The same as a new domain object."""
        return catalog.Brand(
            tenant_id=tenant_id,
            name=self.name,
            industry=self.industry,
            region=self.region,
            currency=self.currency,
            profile=self.profile,
            voice=tuple(self.voice),
            banned_claims=tuple(self.banned_claims),
            audiences=tuple(self.audiences),
            outcome_name=self.outcome_name,
            outcome_is_money=self.outcome_is_money,
            created_at=now,
            updated_at=now,
        )


class BrandEdit(Input):
    """What to change; what is left out stays."""

    name: Name | None = None
    industry: Line | None = None
    region: Line | None = None
    profile: Text | None = None
    voice: Lines | None = None
    banned_claims: Lines | None = None
    audiences: Lines | None = None
    outcome_name: Line | None = None
    outcome_is_money: bool | None = None


class Service(Shape):
    """A product or service on offer; benefits and proofs are facts that generated text may state."""

    id: UUID
    brand_id: UUID
    name: str
    category: str
    description: str
    target_audience: str
    benefits: list[str]
    proofs: list[str]
    price: Money | None
    version: int
    created_at: datetime
    updated_at: datetime


class ServiceInput(Input):
    """A new service."""

    brand_id: UUID
    name: Name
    category: Line = ""
    description: Text = ""
    target_audience: Text = ""
    benefits: Lines = Field(default_factory=list)
    proofs: Lines = Field(default_factory=list)
    price: Money | None = None

    def service(self, *, tenant_id: TenantId, now: datetime) -> catalog.Service:
        """The same as a new domain object."""
        return catalog.Service(
            tenant_id=tenant_id,
            brand_id=BrandId(self.brand_id),
            name=self.name,
            category=self.category,
            description=self.description,
            target_audience=self.target_audience,
            benefits=tuple(self.benefits),
            proofs=tuple(self.proofs),
            price=minor(self.price),
            created_at=now,
            updated_at=now,
        )


class ServiceEdit(Input):
    """What to change; what is left out stays. A price of null removes it."""

    name: Name | None = None
    category: Line | None = None
    description: Text | None = None
    target_audience: Text | None = None
    benefits: Lines | None = None
    proofs: Lines | None = None
    price: Money | None = None


async def _brand(uow: UnitOfWork, brand_id: UUID) -> Brand:
    return Brand.model_validate(await uow.brands.get(BrandId(brand_id)))


async def _service(uow: UnitOfWork, service_id: UUID) -> Service:
    return Service.model_validate(await uow.services.get(ServiceId(service_id)))


@router.get("/brands", response_model=Page[Brand], responses=problems(401, 403, 422, 429), summary="List brands")
async def list_brands(
    *,
    uow: Reading,
    paging: Paging,
    query: Annotated[str, Query(max_length=200)] = "",
    sort: Annotated[str, Query(max_length=40)] = "name",
) -> Page[Brand] | Response:
    """Sort by name, created_at or updated_at, with `-` before it for descending."""
    page = await uow.read.catalog.brands(query=query, sort=sort, cursor=paging.cursor, limit=paging.limit)
    return page_of(page, shape=Brand, request=paging)


@router.post("/brands", status_code=201, responses=problems(400, 401, 403, 409, 422, 429), summary="Add a brand")
async def create_brand(*, uow: Planning, edge: EdgeParts, body: BrandInput, _: IdempotencyKey = None) -> Brand:
    """The name must be free."""
    brand = body.brand(tenant_id=uow.actor.tenant_id, now=edge.clock.now())
    return Brand.model_validate(await use_cases.create_brand(uow, brand=brand))


@router.get("/brands/{brand_id}", responses=problems(401, 403, 404, 429), summary="Read a brand")
async def get_brand(*, uow: Reading, brand_id: UUID) -> Brand:
    """One brand."""
    return await _brand(uow, brand_id)


@router.patch(
    "/brands/{brand_id}", responses=problems(400, 401, 403, 404, 409, 412, 422, 428, 429), summary="Edit a brand"
)
async def edit_brand(
    *, request: Request, uow: Planning, edge: EdgeParts, brand_id: UUID, body: BrandEdit, version: Version
) -> Brand:
    """Change the fields that are sent."""
    show_current(request, lambda fresh: _brand(fresh, brand_id))
    brand = await use_cases.edit_brand(
        uow, brand_id=BrandId(brand_id), changes=changes_of(body), version=version, now=edge.clock.now()
    )
    return Brand.model_validate(brand)


@router.delete(
    "/brands/{brand_id}", status_code=204, responses=problems(401, 403, 404, 409, 429), summary="Delete a brand"
)
async def delete_brand(*, uow: Planning, edge: EdgeParts, brand_id: UUID) -> None:
    """Refused while campaigns use it."""
    await use_cases.delete_brand(uow, brand_id=BrandId(brand_id), now=edge.clock.now())


@router.get("/services", response_model=Page[Service], responses=problems(401, 403, 422, 429), summary="List services")
async def list_services(
    *,
    uow: Reading,
    paging: Paging,
    brand_id: UUID | None = None,
    query: Annotated[str, Query(max_length=200)] = "",
    sort: Annotated[str, Query(max_length=40)] = "name",
) -> Page[Service] | Response:
    """Sort by name, category, created_at or updated_at, with `-` before it for descending."""
    page = await uow.read.catalog.services(
        query=query,
        brand_id=BrandId(brand_id) if brand_id else None,
        sort=sort,
        cursor=paging.cursor,
        limit=paging.limit,
    )
    return page_of(page, shape=Service, request=paging)


@router.post(
    "/services", status_code=201, responses=problems(400, 401, 403, 404, 409, 422, 429), summary="Add a service"
)
async def create_service(*, uow: Planning, edge: EdgeParts, body: ServiceInput, _: IdempotencyKey = None) -> Service:
    """The name must be free within its brand."""
    service = body.service(tenant_id=uow.actor.tenant_id, now=edge.clock.now())
    return Service.model_validate(await use_cases.create_service(uow, service=service))


@router.get("/services/{service_id}", responses=problems(401, 403, 404, 429), summary="Read a service")
async def get_service(*, uow: Reading, service_id: UUID) -> Service:
    """One service."""
    return await _service(uow, service_id)


@router.patch(
    "/services/{service_id}", responses=problems(400, 401, 403, 404, 409, 412, 422, 428, 429), summary="Edit a service"
)
async def edit_service(
    *, request: Request, uow: Planning, edge: EdgeParts, service_id: UUID, body: ServiceEdit, version: Version
) -> Service:
    """Change the fields that are sent."""
    show_current(request, lambda fresh: _service(fresh, service_id))
    service = await use_cases.edit_service(
        uow,
        service_id=ServiceId(service_id),
        changes=changes_of(body, nullable=("price",)),
        version=version,
        now=edge.clock.now(),
    )
    return Service.model_validate(service)


@router.delete(
    "/services/{service_id}", status_code=204, responses=problems(401, 403, 404, 409, 429), summary="Delete a service"
)
async def delete_service(*, uow: Planning, edge: EdgeParts, service_id: UUID) -> None:
    """It can be restored. Refused while campaigns use it."""
    await use_cases.delete_service(uow, service_id=ServiceId(service_id), now=edge.clock.now())


@router.post("/services/{service_id}/restore", responses=problems(401, 403, 404, 409, 429), summary="Restore a service")
async def restore_service(*, uow: Planning, service_id: UUID) -> Service:
    """Undoes a delete, with its documents. Refused while another service of the brand has its name."""
    return Service.model_validate(await use_cases.restore_service(uow, service_id=ServiceId(service_id)))
