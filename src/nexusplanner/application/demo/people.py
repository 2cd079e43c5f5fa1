"""Invented customers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import numpy as np

from nexusplanner.application.demo.company import DemoBrand, DemoSegment
from nexusplanner.domain.customers import Consent, Customer, Segment
from nexusplanner.domain.shared import Money, TenantId

_FIRST = [
    "Amelia",
    "Jonas",
    "Priya",
    "Tomasz",
    "Chiara",
    "Malik",
    "Sofia",
    "Henrik",
    "Aisha",
    "Luca",
    "Nadia",
    "Peter",
    "Yuki",
    "Clara",
    "Omar",
    "Ines",
    "Viktor",
    "Leila",
    "Marek",
    "Hanna",
    "Diego",
    "Freya",
    "Samuel",
    "Zoe",
    "Erik",
    "Marta",
    "Rafael",
    "Elif",
    "Anton",
    "Greta",
]
_LAST = [
    "Berger",
    "Kowalski",
    "Lindholm",
    "Okafor",
    "Rossi",
    "Novak",
    "Meyer",
    "Santos",
    "Iversen",
    "Haddad",
    "Walsh",
    "Dubois",
    "Petrov",
    "Jansen",
    "Moreau",
    "Fischer",
    "Silva",
    "Costa",
    "Brandt",
    "Keller",
    "Adeyemi",
    "Olsen",
    "Romano",
    "Weber",
    "Larsen",
    "Nagy",
    "Horvat",
    "Schmid",
    "Laurent",
    "Costello",
]
_FIRM = [
    "Harbour",
    "Alder",
    "Copper",
    "Stonegate",
    "Fenwick",
    "Oakline",
    "Brightwater",
    "Millrace",
    "Quarry",
    "Saltmarsh",
    "Northgate",
    "Lowland",
]
_KIND = [
    "Works",
    "Logistics",
    "Engineering",
    "Services",
    "Builders",
    "Studio",
    "Partners",
    "Supply",
    "Projects",
    "Group",
]
_REGIONS = ("GB", "IE", "NL", "DE", "FR", "SE")
_CONSENTS = (*(Consent.GIVEN,) * 7, *(Consent.UNKNOWN,) * 2, Consent.REFUSED)


def invented_customers(
    wanted: DemoSegment, *, segment: Segment, brand: DemoBrand, tenant_id: TenantId, now: datetime
) -> Iterator[Customer]:
    """The customers of a segment; the same every time. Addresses are under example.com, which nobody owns."""
    rng = np.random.default_rng([brand.seed, sum(wanted.name.encode())])
    business = wanted.industry != "Private household"
    for index in range(wanted.customers):
        first, last = (str(rng.choice(names)) for names in (_FIRST, _LAST))
        firm = f"{rng.choice(_FIRM)} {rng.choice(_KIND)}" if business else ""
        key = f"{wanted.name[:2].upper()}-{index + 1:04d}"
        value = float(np.round(wanted.value * rng.lognormal(-0.18, 0.6), 2))
        yield Customer(
            tenant_id=tenant_id,
            brand_id=segment.brand_id,
            segment_id=segment.id,
            external_id=key,
            name=f"{first} {last}",
            email=f"{first}.{last}.{index + 1}@example.com".lower(),
            company=firm,
            industry=wanted.industry if rng.random() < 0.7 else "Other services",
            region=brand.region if rng.random() < 0.6 else str(rng.choice(_REGIONS)),
            employees=int(rng.integers(10, 250)) if business else None,
            since=_since(now.date(), days=int(rng.integers(30, 1400))),
            lifetime_value=Money.from_float(value, currency=brand.currency),
            preferred_channel=wanted.channel if rng.random() < 0.6 else str(rng.choice(brand.channels)),
            consent=_CONSENTS[index % len(_CONSENTS)],
            created_at=now,
            updated_at=now,
        )


def _since(today: date, *, days: int) -> date:
    return today - timedelta(days=days)
