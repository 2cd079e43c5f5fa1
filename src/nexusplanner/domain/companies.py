"""Companies customers work for, and deals with them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from uuid import uuid4

from nexusplanner.domain.shared import BrandId, CompanyId, ConnectionId, DealId, FieldErrors, Money, TenantId

_SCHEME = re.compile(r"^[a-z]+://(www\.)?|^www\.", re.IGNORECASE)
_ENDED = {"won": True, "lost": False}
_DENIED = frozenset({"not", "never"})


def domain_in(text: str) -> str:
    """The web domain in an address or a domain, in lower case."""
    return _SCHEME.sub("", text).split("/")[0].lower()


def ended_as(stage: str) -> bool | None:
    """Whether a deal in a stage of this name was won; none where the name does not say that it ended."""
    words = [word.removeprefix("closed") for word in re.findall(r"[a-z'\u2019]+", stage.lower())]
    told = [word for word in words if word]
    found = {_ENDED[word] for before, word in pairwise(("", *told)) if word in _ENDED and before not in _DENIED}
    return found.pop() if len(found) == 1 else None


@dataclass(eq=False, kw_only=True)
class Company:
    """A company. external_id: the key in the system it came from, unique per brand and connection.

    connection_id: the connection that keeps it, none for records of files and people. changed_at_source: when it last
    changed there.
    """

    id: CompanyId = field(default_factory=lambda: CompanyId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId
    connection_id: ConnectionId | None = None
    external_id: str
    name: str
    domain: str = ""
    industry: str = ""
    region: str = ""
    employees: int | None = None
    changed_at_source: datetime | None = None
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def check(self) -> None:
        """Raise Invalid unless the fields make a company."""
        errors = FieldErrors()
        errors.check(bool(self.external_id.strip()), "external_id", "A company needs the key of its own system.")
        errors.check(bool(self.name.strip()), "name", "A company needs a name.")
        errors.check(self.employees is None or self.employees >= 0, "employees", "Employees cannot be negative.")
        errors.raise_if_any("company")


@dataclass(eq=False, kw_only=True)
class Deal:
    """A sale that is being made, was made or was lost.

    won: none while it is open. amount: in the currency it is made in, which may be another than the brand's.
    """

    id: DealId = field(default_factory=lambda: DealId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId
    connection_id: ConnectionId | None = None
    company_id: CompanyId | None = None
    external_id: str
    name: str
    stage: str = ""
    won: bool | None = None
    amount: Money | None = None
    closed_on: date | None = None
    changed_at_source: datetime | None = None
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def check(self) -> None:
        """Raise Invalid unless the fields make a deal."""
        errors = FieldErrors()
        errors.check(bool(self.external_id.strip()), "external_id", "A deal needs the key of its own system.")
        errors.check(bool(self.name.strip()), "name", "A deal needs a name.")
        errors.check(self.amount is None or self.amount.amount >= 0, "amount", "An amount cannot be negative.")
        errors.raise_if_any("deal")
