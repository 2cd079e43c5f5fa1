"""Customers and the segments they form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import uuid4

from nexusplanner.domain.shared import BrandId, CustomerId, FieldErrors, Money, SegmentId, TenantId


@dataclass(eq=False, kw_only=True)
class Segment:
    """A group of customers of a brand, described in words."""

    id: SegmentId = field(default_factory=lambda: SegmentId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId
    name: str
    description: str = ""
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def check(self) -> None:
        """Raise Invalid unless the fields make a segment."""
        errors = FieldErrors()
        errors.check(0 < len(self.name.strip()) <= 120, "name", "Give the segment a name of at most 120 characters.")
        errors.raise_if_any("segment")


@dataclass(eq=False, kw_only=True)
class Customer:
    """A CRM record. external_id: the key in the system it came from, unique per brand.

    lifetime_value: what the customer has bought so far, in the brand's currency.
    """

    id: CustomerId = field(default_factory=lambda: CustomerId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId
    segment_id: SegmentId | None = None
    external_id: str
    name: str
    email: str = ""
    company: str = ""
    industry: str = ""
    region: str = ""
    employees: int | None = None
    since: date | None = None
    lifetime_value: Money | None = None
    preferred_channel: str = ""
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def check(self) -> None:
        """Raise Invalid unless the fields make a customer."""
        errors = FieldErrors()
        errors.check(bool(self.external_id.strip()), "external_id", "A customer needs the key of its own system.")
        errors.check(bool(self.name.strip()), "name", "A customer needs a name.")
        errors.check(self.employees is None or self.employees >= 0, "employees", "Employees cannot be negative.")
        errors.raise_if_any("customer")


@dataclass(frozen=True, kw_only=True)
class SegmentSummary:
    """What a plan may say about a segment without naming anybody. value shares are of the brand's lifetime value."""

    id: SegmentId
    name: str
    description: str
    customers: int
    value_share: float
    top_industry: str
    top_region: str
    preferred_channel: str
