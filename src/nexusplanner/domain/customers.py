"""Customers and the segments they form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import uuid4

from nexusplanner.domain.segments import Rule
from nexusplanner.domain.shared import (
    BrandId,
    CompanyId,
    ConnectionId,
    CustomerId,
    FieldErrors,
    Money,
    SegmentId,
    TenantId,
)


class Consent(StrEnum):
    """Whether a customer agreed to be written to."""

    UNKNOWN = ""
    GIVEN = "given"
    REFUSED = "refused"


YES = frozenset({"true", "yes", "y", "1", "given", "granted", "opted in", "subscribed", "explicit"})
NO = frozenset({"false", "no", "n", "0", "refused", "denied", "withdrawn", "opted out", "unsubscribed"})
_UNTOLD = frozenset({"", "unknown", "not asked", "pending", "?"})
_GONE = frozenset({"opted out", "unsubscribed"})
"""What names a refusal itself, whatever was asked."""
_REFUSALS = re.compile(r"opt(ed)?out|unsubscribe|don['\u2019o]?t|refus(ed|al)|objection|noconsent")
_APART = re.compile(r"[\s_.-]+")
"""Some systems write a name in one word, others with something between its words."""


def asks_for_refusals(name: str) -> bool:
    """Whether a "yes" in a column or field of this name means that somebody does not want to be written to."""
    return bool(_REFUSALS.search(_APART.sub("", name.lower())))


def consent_told(text: str, *, opted_out: bool = False) -> Consent | None:
    """The consent a word of another system tells; None for a word that is not understood.

    opted_out: the word answers whether somebody refused, and a "no" then tells nothing: silence is no consent. A word
    that names a refusal itself, such as "unsubscribed", is one there, too.
    """
    word = " ".join(text.lower().replace("_", " ").replace("-", " ").split())
    if word in _UNTOLD:
        return Consent.UNKNOWN
    if word in _GONE:
        return Consent.REFUSED
    if word in YES:
        return Consent.REFUSED if opted_out else Consent.GIVEN
    if word in NO:
        return Consent.UNKNOWN if opted_out else Consent.REFUSED
    return None


def is_address(text: str) -> bool:
    """Whether a text can be an e-mail address: only mail that arrives proves one."""
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and not any(character.isspace() for character in text)


@dataclass(eq=False, kw_only=True)
class Segment:
    """A group of customers of a brand: those its rules find and those put in by hand.

    rules: all of them must hold; without rules people choose. counted_at: when the whole brand was last gone through by
    them.
    """

    id: SegmentId = field(default_factory=lambda: SegmentId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId
    name: str
    description: str = ""
    rules: tuple[Rule, ...] = ()
    counted_at: datetime | None = None
    version: int = 1
    created_at: datetime
    updated_at: datetime

    @property
    def automatic(self) -> bool:
        """Whether it fills itself by rules."""
        return bool(self.rules)

    def check(self) -> None:
        """Raise Invalid unless the fields make a segment."""
        errors = FieldErrors()
        errors.check(0 < len(self.name.strip()) <= 120, "name", "Give the segment a name of at most 120 characters.")
        errors.raise_if_any("segment")


@dataclass(eq=False, kw_only=True)
class Customer:
    """A CRM record. external_id: the key in the system it came from, unique per brand and connection.

    lifetime_value: what the customer has bought so far, in the brand's currency. segment_id: the segment a person or
    file chose. connection_id: the connection that keeps it, none for records of files and people.
    changed_at_source: when it last changed there.
    """

    id: CustomerId = field(default_factory=lambda: CustomerId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId
    segment_id: SegmentId | None = None
    company_id: CompanyId | None = None
    connection_id: ConnectionId | None = None
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
    consent: Consent = Consent.UNKNOWN
    changed_at_source: datetime | None = None
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


FEWEST_PEOPLE = 5
"""Of fewer customers nothing is told but that they exist, and nothing that fewer of a segment have in common."""


@dataclass(frozen=True, kw_only=True)
class DealSummary:
    """Deals with a segment's customers and their companies. open_value: of those in the brand's currency."""

    open: int = 0
    open_value: Money | None = None
    won: int = 0
    lost: int = 0

    @property
    def won_share(self) -> float | None:
        """Of the deals that ended, 0 to 1; none when fewer ended than tell anything."""
        ended = self.won + self.lost
        return self.won / ended if ended >= FEWEST_PEOPLE else None


@dataclass(frozen=True, kw_only=True)
class SegmentSummary:
    """What a plan may say about a segment without naming anybody. value shares are of the brand's lifetime value.

    top_industry, top_region: what most of its customers have in common; preferred_channel: what is commonest. All are
    empty unless `FEWEST_PEOPLE` share them. companies: those its customers work for. overlaps: whether some of its
    customers are in other segments too, so that shares add up to more than the whole.
    """

    id: SegmentId
    name: str
    description: str
    customers: int
    value_share: float
    top_industry: str
    top_region: str
    preferred_channel: str
    companies: int = 0
    deals: DealSummary = DealSummary()
    overlaps: bool = False

    @property
    def is_small(self) -> bool:
        """Whether what is known of it could tell who its customers are."""
        return 0 < self.customers < FEWEST_PEOPLE
