"""Facts of invented briefs, from well-filled to bare."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from nexusplanner.application.agents.gathering.context import build_context
from nexusplanner.application.agents.gathering.facts import Facts
from nexusplanner.domain.agents import BriefContext
from nexusplanner.domain.analytics import ChannelActual
from nexusplanner.domain.campaigns import Brief
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.customers import SegmentSummary
from nexusplanner.domain.shared import Money, TenantId
from nexusplanner.domain.signals import Signal
from nexusplanner.infrastructure.reference import load_reference_data, occasions

NOW = datetime(2026, 8, 20, 8, 0, tzinfo=UTC)
TENANT = TenantId(uuid4())

OFFERS: tuple[dict[str, Any], ...] = (
    {
        "name": "Team Rooms",
        "category": "Coworking",
        "description": "Private rooms for teams of four to twenty, rented by the month in twelve cities.",
        "target_audience": "Office managers of small teams",
        "benefits": ("Cancel with one month's notice", "Furnished on the first day", "One price for everything"),
        "proofs": ("1,240 teams have moved in since 2021", "4.7 of 5 in 860 reviews"),
    },
    {
        "name": "Letterbox Flowers",
        "category": "Gifts",
        "description": "Fresh flowers that fit through the letterbox, cut the day before they ship.",
        "target_audience": "People who live far from their families",
        "benefits": ("Blooms for ten days", "Nobody has to be at home", "A card in your own words"),
        "proofs": ("98 % of boxes arrived on the chosen day last year",),
    },
    {
        "name": "Heat Pump Check",
        "category": "Energy advice",
        "description": "An engineer looks at a house for two hours and says what a heat pump would cost and save.",
        "target_audience": "Owners of houses built before 1995",
        "benefits": ("An answer within a week", "The fee is refunded on installation"),
        "proofs": ("3,120 houses checked since 2022", "Forecast bills were within 9 % of the real ones (n = 410)"),
    },
    {
        "name": "Night School Spanish",
        "category": "Language courses",
        "description": "Evening courses in groups of six, in the classroom or on screen.",
        "target_audience": "Working adults who start from nothing",
        "benefits": ("Change between classroom and screen every week", "Groups never exceed six people"),
        "proofs": (),
    },
    {"name": "Plain Ledger", "category": "Accounting software", "description": "", "benefits": (), "proofs": ()},
    {
        "name": "Harbour 24",
        "category": "Self storage",
        "description": "Storage rooms from 2 to 40 square metres that open with a phone, day and night.",
        "target_audience": "Households that move",
        "benefits": ("Open 24 hours a day", "Pay by the week"),
        "proofs": ("No break-in since the opening in 2016",),
        "price": Money(1900, "EUR"),
    },
    {
        "name": "Grünkern Kiste",
        "category": "Organic food",
        "description": "A weekly crate of vegetables from farms within 60 kilometres.",
        "target_audience": "Families who cook on four evenings a week",
        "benefits": ("Skip a week with one tap", "Every farm is named on the crate"),
        "proofs": ("71 % of families are still with us after a year",),
    },
    {
        "name": "Shiftwise",
        "category": "Scheduling software",
        "description": "Shift plans that respect rest periods and can be swapped on the phone.",
        "target_audience": "Managers of clinics and care homes with 30 to 400 staff",
        "benefits": ("A month is planned in an hour", "Swaps need no phone call"),
        "proofs": ("In 46 clinics overtime fell by 12 %",),
        "price": Money(450, "EUR"),
    },
    {
        "name": "Second Ride",
        "category": "Used bicycles",
        "description": "Bicycles that were taken apart, checked and put together again, with a two-year guarantee.",
        "target_audience": "Commuters with less than ten kilometres to go",
        "benefits": ("Try it for 30 days", "Repairs at your door"),
        "proofs": ("19,400 bicycles sold", "Fewer than 3 % come back"),
        "price": Money(64900, "EUR"),
    },
    {
        "name": "Still Water Retreat",
        "category": "Travel",
        "description": "Four days without a screen in a house by a lake.",
        "target_audience": "People who have not had a quiet week in a year",
        "benefits": ("No more than twelve guests", "Trains are met at the station"),
        "proofs": ("Every second guest returns within two years",),
    },
)
THEMES = (
    "Back to the desk, without the lease",
    "Flowers for everyone who is far away",
    "Know before winter",
    "A new language by summer",
    "The quiet quarter",
    "Room while you move",
    "What grows nearby",
    "Plans that people can live with",
    "The second ride is the better one",
    "Four days of quiet",
)


def signal(title: str, content: str, **changes: Any) -> Signal:
    """One signal, ten days old, from a trade paper."""
    values: dict[str, Any] = {
        "tenant_id": TENANT,
        "source": "Trade paper",
        "title": title,
        "content": content,
        "timestamp": NOW - timedelta(days=10),
        "impact": 0.4,
        "created_at": NOW,
    }
    return Signal(**values | changes)


def signals_about(offer: dict[str, Any]) -> list[Signal]:
    """News that matches an offer: good, bad, about competitors, and some that is not about it."""
    what = str(offer["category"]).lower()
    return [
        signal(
            f"Interest in {what} grows",
            f"Searches for {what} rose by 18 % in the second quarter.",
            source="Search trends",
            topics=(what,),
        ),
        signal(
            f"Prices for {what} climb",
            f"Providers of {what} raised prices by 7 % on average this year.",
            source="Consumer office",
            impact=-0.5,
            topics=("prices",),
        ),
        signal(
            f"A competitor leaves {what}",
            f"A competitor with 4,000 customers in {what} closes at the end of October.",
            source="Business daily",
            impact=0.2,
            topics=("competitor",),
        ),
        signal("Grain harvest is good", "Farmers report a good grain harvest in most regions.", topics=("harvest",)),
    ]


def segments(brand_words: str = "Regular") -> list[SegmentSummary]:
    """Two audiences."""
    return [
        SegmentSummary(
            id=uuid4(),
            name=f"{brand_words} households",
            description="People and families who decide together and move within the city.",
            customers=212,
            value_share=0.58,
            top_industry="",
            top_region="Hamburg",
            preferred_channel="email",
        ),
        SegmentSummary(
            id=uuid4(),
            name="Small offices",
            description="Teams and managers of small firms.",
            customers=64,
            value_share=0.31,
            top_industry="Consulting",
            top_region="Berlin",
            preferred_channel="search",
        ),
    ]


def actuals(brand: Brand) -> list[ChannelActual]:
    """60 weeks in three channels."""
    start = date(2025, 6, 30)
    return [
        ChannelActual(brand_id=brand.id, day=start + timedelta(weeks=week), channel=channel, spend=Money(cents, "EUR"))
        for channel, cents in (("search_S", 420_000), ("facebook_S", 310_000), ("tv_S", 250_000))
        for week in range(60)
    ]


def facts(number: int = 0, *, rich: bool = True, brand: dict[str, Any] | None = None, **brief: Any) -> Facts:
    """The facts of invented brief `number`; without signals, customers and actuals unless `rich`."""
    offer = OFFERS[number % len(OFFERS)]
    brand_values: dict[str, Any] = {
        "tenant_id": TENANT,
        "name": f"House {number + 1}" if number % 3 == 0 else "Northdesk",
        "industry": str(offer["category"]),
        "region": "DE",
        "currency": "EUR",
        "voice": (("plain",), ("warm", "human"), ("bold",), ("expert",))[number % 4],
        "banned_claims": ("cheapest", "guaranteed"),
        "outcome_name": "revenue" if number % 2 else "sign-ups",
        "outcome_is_money": bool(number % 2),
        "created_at": NOW,
        "updated_at": NOW,
    }
    made = Brand(**brand_values | (brand or {}))
    service = Service(tenant_id=TENANT, brand_id=made.id, created_at=NOW, updated_at=NOW, **offer)
    brief_values: dict[str, Any] = {
        "service_id": service.id,
        "theme": THEMES[number % len(THEMES)],
        "start_date": date(2026, 9, 14) + timedelta(days=30 * (number % 5)),
        "end_date": date(2026, 12, 6) + timedelta(days=30 * (number % 5)),
        "total_budget": Money(12_000_000, "EUR"),
        "target_audience": str(offer.get("target_audience", "")) if rich else "",
        "key_objectives": (("more sign-ups",), ("revenue",), ("be known in the city",), ())[number % 4],
    }
    return Facts(
        brief=Brief(**brief_values | brief),
        brand=made,
        service=service,
        signals=signals_about(offer) if rich else [],
        segments=segments() if rich else [],
        past=[],
        own=None,
        feedback=[],
        channel_actuals=actuals(made) if rich else [],
        brand_actuals=[],
    )


def context(number: int = 0, *, note: str = "", **changes: Any) -> BriefContext:
    """The context of invented brief `number`."""
    return context_of(facts(number, **changes), note=note)


def context_of(found: Facts, *, note: str = "") -> BriefContext:
    """The context of these facts."""
    return build_context(found, reference=load_reference_data(), almanac=occasions, note=note)
