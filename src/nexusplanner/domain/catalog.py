"""Brands and the services they offer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from nexusplanner.domain.shared import BrandId, FieldErrors, Money, ServiceId, TenantId

LONGEST_WORDS = 200
LONGEST_TEXT = 20_000


@dataclass(eq=False, kw_only=True)
class Brand:
    """A business the tenant markets. voice: words for its tone. banned_claims: phrases no text may contain.

    outcome_name: what its actuals count ("sign-ups", "revenue"); outcome_is_money tells whether that is an amount in
    `currency` or a count.
    """

    id: BrandId = field(default_factory=lambda: BrandId(uuid4()))
    tenant_id: TenantId
    name: str
    industry: str = ""
    region: str = ""
    currency: str
    profile: str = ""
    voice: tuple[str, ...] = ()
    banned_claims: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    outcome_name: str = "conversions"
    outcome_is_money: bool = False
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def check(self) -> None:
        """Raise Invalid unless the fields make a brand."""
        errors = FieldErrors()
        errors.check(0 < len(self.name.strip()) <= 120, "name", "Give the brand a name of at most 120 characters.")
        errors.check(len(self.outcome_name.strip()) > 0, "outcome_name", "Say what the brand counts, such as sign-ups.")
        for name in ("industry", "region", "outcome_name"):
            errors.check_text(getattr(self, name), name, most=LONGEST_WORDS)
        errors.check_text(self.profile, "profile", most=LONGEST_TEXT)
        for name in ("voice", "banned_claims", "audiences"):
            errors.check_lines(getattr(self, name), name)
        errors.raise_if_any("brand")


@dataclass(eq=False, kw_only=True)
class Service:
    """A product or service on offer. benefits and proofs are facts that generated text may state.

    deleted_at: set while a delete can still be undone.
    """

    id: ServiceId = field(default_factory=lambda: ServiceId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId
    name: str
    category: str = ""
    description: str = ""
    target_audience: str = ""
    benefits: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    price: Money | None = None
    version: int = 1
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None

    def delete(self, *, at: datetime) -> None:
        """Hide the service; `restore` brings it back."""
        self.deleted_at = at

    def restore(self) -> None:
        """Undo a delete."""
        self.deleted_at = None

    def check(self) -> None:
        """Raise Invalid unless the fields make a service."""
        errors = FieldErrors()
        errors.check(0 < len(self.name.strip()) <= 160, "name", "Give the service a name of at most 160 characters.")
        errors.check_text(self.category, "category", most=LONGEST_WORDS)
        for name in ("description", "target_audience"):
            errors.check_text(getattr(self, name), name, most=LONGEST_TEXT)
        for name in ("benefits", "proofs"):
            errors.check_lines(getattr(self, name), name)
        errors.check(self.price is None or self.price.amount >= 0, "price", "A price cannot be negative.")
        errors.raise_if_any("service")
