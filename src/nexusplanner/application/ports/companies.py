"""Where companies and deals are kept, and their lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from nexusplanner.domain.companies import Company, Deal
from nexusplanner.domain.shared import BrandId, CompanyId, ConnectionId, CustomerId, DealId, Money, Page

PAGE_SIZE = 20


@dataclass(frozen=True, kw_only=True)
class CompanyRow:
    """A company in a list, with how many of its customers and deals are known."""

    id: CompanyId
    brand_id: BrandId
    external_id: str
    name: str
    domain: str
    industry: str
    region: str
    employees: int | None
    customers: int
    deals: int
    connection_id: ConnectionId | None
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True, kw_only=True)
class DealRow:
    """A deal in a list. won: none while it is open."""

    id: DealId
    brand_id: BrandId
    external_id: str
    name: str
    stage: str
    won: bool | None
    amount: Money | None
    closed_on: date | None
    company_id: CompanyId | None
    company_name: str
    customer_ids: tuple[CustomerId, ...]
    connection_id: ConnectionId | None
    created_at: datetime
    updated_at: datetime
    version: int


class Companies(Protocol):
    """Companies and deals of the actor's tenant."""

    async def get(self, company_id: CompanyId) -> Company:
        """The company. Raises NotFound."""
        ...

    async def by_external_id(
        self, *, brand_id: BrandId, external_ids: Iterable[str], connection_id: ConnectionId | None = None
    ) -> Mapping[str, Company]:
        """Those of `external_ids` that are known of the connection, or of none."""
        ...

    async def called(self, *, brand_id: BrandId, words: Collection[str]) -> Mapping[str, frozenset[CompanyId]]:
        """The companies each word means: by key, else by domain, else by name. Words that mean none are absent."""
        ...

    def add_all(self, companies: Iterable[Company]) -> None:
        """Keep new companies."""
        ...

    async def remove(self, company: Company) -> None:
        """Delete the company; its customers and deals stay."""
        ...

    async def deal(self, deal_id: DealId) -> Deal:
        """The deal. Raises NotFound."""
        ...

    async def deals_by_external_id(
        self, *, brand_id: BrandId, external_ids: Iterable[str], connection_id: ConnectionId | None = None
    ) -> Mapping[str, Deal]:
        """Those of `external_ids` that are known of the connection, or of none."""
        ...

    def add_deals(self, deals: Iterable[Deal]) -> None:
        """Keep new deals."""
        ...

    async def remove_deal(self, deal: Deal) -> None:
        """Delete the deal; its customers stay."""
        ...

    async def deals_of(self, customer_ids: Collection[CustomerId]) -> Sequence[Deal]:
        """The deals any of these customers is linked with, by id."""
        ...

    async def customers_of(self, deal_ids: Collection[DealId]) -> Mapping[DealId, Sequence[CustomerId]]:
        """The customers each of the deals is linked with; deals without any are absent."""
        ...

    async def set_customers(self, wanted: Mapping[DealId, Collection[CustomerId]]) -> None:
        """Link each of the deals with exactly these customers."""
        ...


class CompanyReads(Protocol):
    """Lists of companies and deals."""

    async def page(
        self,
        *,
        query: str = "",
        brand_id: BrandId | None = None,
        sort: str = "name",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[CompanyRow]:
        """Sorts: name, customers, deals, created_at, updated_at. query: in name, domain or key."""
        ...

    async def deals(
        self,
        *,
        query: str = "",
        brand_id: BrandId | None = None,
        company_id: CompanyId | None = None,
        stage: str = "",
        sort: str = "name",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[DealRow]:
        """Sorts: name, stage, amount, closed_on, created_at, updated_at. query: in name, company or key."""
        ...
