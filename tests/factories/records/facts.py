"""What a workspace knows: people, brands, news, customers and figures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from nexusplanner.domain.analytics import ActualRole, BrandActual, ChannelActual
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.companies import Company, Deal
from nexusplanner.domain.connections import Connection, CrmKind
from nexusplanner.domain.customers import Customer, Segment
from nexusplanner.domain.documents import Document, DocumentKind
from nexusplanner.domain.identity import Account, Role, Session, Tenant, User
from nexusplanner.domain.knowledge import Passage, SourceKind
from nexusplanner.domain.shared import Money, TenantId
from nexusplanner.domain.signals import Signal
from nexusplanner.domain.sources import Source, SourceType

NOW = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
PASSAGE = Passage(
    id="signal:1",
    kind=SourceKind.SIGNAL,
    title="Prices rise",
    text="Competitors raised prices by 8 % in February.",
    origin="Trade weekly",
    on=date(2026, 2, 20),
    trust="unverified",
)


def person(name: str = "Ada", *, role: Role = Role.ADMIN) -> tuple[Account, Tenant, User]:
    """An account with a tenant of its own."""
    email = f"{name.lower()}-{uuid4().hex[:8]}@example.com"
    account = Account(email=email, password_hash="-", created_at=NOW)
    tenant = Tenant(name=f"{name}'s workspace", slug=name.lower(), created_at=NOW)
    user = User(tenant_id=tenant.id, account_id=account.id, email=email, name=name, role=role, created_at=NOW)
    return account, tenant, user


def session(user: User, **changes: Any) -> Session:
    values: dict[str, Any] = {
        "tenant_id": user.tenant_id,
        "user_id": user.id,
        "family_hash": uuid4().hex * 2,
        "token_hash": "a" * 64,
        "rotated_at": NOW,
        "created_at": NOW,
        "expires_at": NOW + timedelta(days=14),
    }
    return Session(**values | changes)


def brand(tenant_id: TenantId, **changes: Any) -> Brand:
    values: dict[str, Any] = {
        "tenant_id": tenant_id,
        "name": "Northwind",
        "industry": "Energy",
        "currency": "EUR",
        "voice": ("plain", "warm"),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Brand(**values | changes)


def service(of: Brand, **changes: Any) -> Service:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "name": "Heat pump",
        "category": "Heating",
        "benefits": ("Saves a third of the bill.",),
        "price": Money(899_900, "EUR"),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Service(**values | changes)


def signal(of: Brand, **changes: Any) -> Signal:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "source": "Trade weekly",
        "title": "Prices rise",
        "content": PASSAGE.text,
        "timestamp": NOW,
        "impact": 0.4,
        "topics": ("price",),
        "created_at": NOW,
    }
    return Signal(**values | changes)


def source(of: User, **changes: Any) -> Source:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "created_by": of.id,
        "name": "Trade weekly",
        "kind": SourceType.FEED,
        "url": "https://trade.example/feed.xml",
        "next_fetch_at": NOW,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Source(**values | changes)


def document(of: Brand, **changes: Any) -> Document:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "name": "Brochure 2026.pdf",
        "kind": DocumentKind.PDF,
        "size": 9,
        "fingerprint": "a" * 64,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Document(**values | changes)


def segment(of: Brand, **changes: Any) -> Segment:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "name": "Home owners",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Segment(**values | changes)


def customer(of: Brand, **changes: Any) -> Customer:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "external_id": uuid4().hex,
        "name": "Grace Hopper",
        "industry": "Navy",
        "lifetime_value": Money(120_000, "EUR"),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Customer(**values | changes)


def company(of: Brand, **changes: Any) -> Company:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "external_id": uuid4().hex,
        "name": "Harbour Works",
        "domain": "harbour.example",
        "industry": "Shipping",
        "region": "Bergen",
        "employees": 40,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Company(**values | changes)


def deal(of: Brand, **changes: Any) -> Deal:
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "external_id": uuid4().hex,
        "name": "Pumps for the yard",
        "stage": "proposal",
        "amount": Money(2_500_000, "EUR"),
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Deal(**values | changes)


def connection(of: Brand, *, by: User, **changes: Any) -> Connection:
    """To a host that nobody may call."""
    values: dict[str, Any] = {
        "tenant_id": of.tenant_id,
        "brand_id": of.id,
        "created_by": by.id,
        "kind": CrmKind.HUBSPOT,
        "name": "HubSpot",
        "domain": "127.0.0.1:1",
        "client_id": "client-0",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Connection(**values | changes)


def channel_actual(
    of: Brand, *, day: date = date(2026, 1, 5), channel: str = "search", **changes: Any
) -> ChannelActual:
    values: dict[str, Any] = {"brand_id": of.id, "day": day, "channel": channel, "spend": Money(50_000, "EUR")}
    return ChannelActual(**values | changes)


def brand_actual(of: Brand, *, day: date = date(2026, 1, 5), **changes: Any) -> BrandActual:
    values: dict[str, Any] = {
        "brand_id": of.id,
        "day": day,
        "metric": "sign-ups",
        "role": ActualRole.OUTCOME,
        "value": 41.5,
    }
    return BrandActual(**values | changes)
