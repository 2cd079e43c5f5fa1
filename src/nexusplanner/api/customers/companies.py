"""Companies customers work for, and deals with them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from nexusplanner.api.errors import problems
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import GuardedRoute, Reading
from nexusplanner.api.shapes import Money, Page, Shape
from nexusplanner.domain.shared import BrandId, CompanyId

router = APIRouter(route_class=GuardedRoute, tags=["Customers"])


class Company(Shape):
    """A company. customers, deals: how many of them are known. connection_id: the connection that keeps the record."""

    id: UUID
    brand_id: UUID
    external_id: str
    name: str
    domain: str
    industry: str
    region: str
    employees: int | None
    customers: int
    deals: int
    connection_id: UUID | None
    version: int
    created_at: datetime
    updated_at: datetime


class Deal(Shape):
    """A sale. won: null while it is open."""

    id: UUID
    brand_id: UUID
    external_id: str
    name: str
    stage: str
    won: bool | None
    amount: Money | None
    closed_on: date | None
    company_id: UUID | None
    company_name: str
    customer_ids: list[UUID]
    connection_id: UUID | None
    version: int
    created_at: datetime
    updated_at: datetime


@router.get(
    "/companies", response_model=Page[Company], responses=problems(401, 403, 422, 429), summary="List companies"
)
async def list_companies(
    *,
    uow: Reading,
    paging: Paging,
    brand_id: UUID | None = None,
    query: Annotated[str, Query(max_length=200)] = "",
    sort: Annotated[str, Query(max_length=40)] = "name",
) -> Page[Company] | Response:
    """Sort by name, customers, deals, created_at or updated_at, with `-` before it for descending."""
    page = await uow.read.companies.page(
        query=query,
        brand_id=BrandId(brand_id) if brand_id else None,
        sort=sort,
        cursor=paging.cursor,
        limit=paging.limit,
    )
    return page_of(page, shape=Company, request=paging)


@router.get("/deals", response_model=Page[Deal], responses=problems(401, 403, 422, 429), summary="List deals")
async def list_deals(
    *,
    uow: Reading,
    paging: Paging,
    brand_id: UUID | None = None,
    company_id: UUID | None = None,
    stage: Annotated[str, Query(max_length=200)] = "",
    query: Annotated[str, Query(max_length=200)] = "",
    sort: Annotated[str, Query(max_length=40)] = "name",
) -> Page[Deal] | Response:
    """Sort by name, stage, amount, closed_on, created_at or updated_at, with `-` before it for descending."""
    page = await uow.read.companies.deals(
        query=query,
        brand_id=BrandId(brand_id) if brand_id else None,
        company_id=CompanyId(company_id) if company_id else None,
        stage=stage,
        sort=sort,
        cursor=paging.cursor,
        limit=paging.limit,
    )
    return page_of(page, shape=Deal, request=paging)
