"""What segments need from the world: who is in which one, kept up to date, and counts that are not kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nexusplanner.domain.segments import Rule, RuleCount
from nexusplanner.domain.shared import BrandId, CompanyId, CustomerId, DealId, SegmentId


@dataclass(kw_only=True)
class Moved:
    """Records a transaction changed, and whose customers may therefore be in other segments than before."""

    customers: set[CustomerId] = field(default_factory=set)
    companies: set[CompanyId] = field(default_factory=set)
    deals: set[DealId] = field(default_factory=set)
    segments: set[SegmentId] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.customers or self.companies or self.deals or self.segments)

    def clear(self) -> None:
        """Forget them: who is in which segment was found out."""
        for each in (self.customers, self.companies, self.deals, self.segments):
            each.clear()


class Memberships(Protocol):
    """Who is in which segment of the actor's tenant. Changes become visible to others when the transaction ends."""

    async def hold(self, brand_ids: Collection[BrandId]) -> None:
        """Wait until nobody else changes who is in the segments of these brands, and keep others from it.

        Call it before deleting or changing a segment, or deleting customers.
        """
        ...

    async def follow(self) -> frozenset[BrandId]:
        """Find out anew who is in which segment because of what this transaction changed; the brands concerned."""
        ...

    async def refresh(self, *, brand_id: BrandId) -> None:
        """Find it out anew for the whole brand."""
        ...

    async def follow_days(self, *, brand_id: BrandId) -> bool:
        """Whether rules of the brand's segments tell days from today, so that time alone changes who is in them."""
        ...

    def tell_later(self) -> None:
        """Leave what is told of segments as it is: another transaction that calls `tell` comes soon."""
        ...

    def tell(self, brand_ids: Collection[BrandId]) -> None:
        """Make what is told of the brands' segments anew at the end of this transaction."""
        ...

    async def count(self, rules: Sequence[Rule], *, brand_id: BrandId) -> RuleCount:
        """How many customers of the brand the rules find, without keeping anything."""
        ...
