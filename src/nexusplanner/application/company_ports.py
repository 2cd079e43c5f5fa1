"""Where companies and deals are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from nexusplanner.domain.companies import Company, Deal
from nexusplanner.domain.shared import BrandId, CompanyId, ConnectionId, CustomerId, DealId


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

    async def customers_of(self, deal_ids: Collection[DealId]) -> Mapping[DealId, Sequence[CustomerId]]:
        """The customers each of the deals is linked with; deals without any are absent."""
        ...

    async def set_customers(self, wanted: Mapping[DealId, Collection[CustomerId]]) -> None:
        """Link each of the deals with exactly these customers."""
        ...
