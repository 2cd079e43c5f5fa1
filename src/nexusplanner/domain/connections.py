"""Connections to customer systems: what is read from them, how it maps to our records, and how they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import uuid4

from nexusplanner.domain.shared import BrandId, ConnectionId, FieldErrors, RunId, TenantId, UserId

SHORTEST_PERIOD = 15
LONGEST_PERIOD = 10_080
"""Minutes between two syncs: a quarter of an hour to a week."""
FAILURES_UNTIL_BROKEN = 3
PERIODS_UNTIL_LATE = 2
COMPARED_EVERY = timedelta(days=7)
"""A change that moves no time stamp there, such as another company of a contact, shows in a full comparison only."""
MOST_PARTS = 3
"""Fields of theirs that may be joined into one of ours, such as first and last name."""

_THEIR_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}(\.[A-Za-z][A-Za-z0-9_]{0,99})?")


class CrmKind(StrEnum):
    """Customer systems we can read."""

    HUBSPOT = "hubspot"
    SALESFORCE = "salesforce"

    @property
    def vendor(self) -> str:
        """The system's own name."""
        return {CrmKind.HUBSPOT: "HubSpot", CrmKind.SALESFORCE: "Salesforce"}[self]


class CrmObject(StrEnum):
    """What is read, in the order in which it is read: later ones refer to earlier ones."""

    COMPANIES = "companies"
    CUSTOMERS = "customers"
    DEALS = "deals"


class SignIn(StrEnum):
    """How a connection may ask: not at all, on behalf of somebody who signed in, or with a token that was pasted."""

    NONE = ""
    OAUTH = "oauth"
    TOKEN = "token"  # noqa: S105 - the word, not a secret


class ConnectionState(StrEnum):
    """How a connection stands.

    new: nobody signed in. ready: never read yet. late: overdue. broken: it failed again and again, or somebody must act.
    """

    NEW = "new"
    READY = "ready"
    FRESH = "fresh"
    LATE = "late"
    BROKEN = "broken"


OUR_FIELDS: Mapping[CrmObject, tuple[str, ...]] = MappingProxyType(
    {
        CrmObject.COMPANIES: ("name", "domain", "industry", "region", "employees"),
        CrmObject.CUSTOMERS: (
            "name",
            "email",
            "company",
            "industry",
            "region",
            "employees",
            "since",
            "lifetime_value",
            "preferred_channel",
            "consent",
        ),
        CrmObject.DEALS: ("name", "stage", "amount", "currency", "closed_on", "closed", "won"),
    }
)
"""What may be filled, by object; the key in the other system comes by itself. closed: whether a deal is decided."""


@dataclass(frozen=True, kw_only=True)
class FieldMapping:
    """Which of their fields fills which of ours, by object: {our field: their name}. Nothing else is ever read.

    Their names are joined by blanks where several make up one of ours ("firstname lastname").
    """

    companies: Mapping[str, str] = field(default_factory=dict)
    customers: Mapping[str, str] = field(default_factory=dict)
    deals: Mapping[str, str] = field(default_factory=dict)

    def of(self, kind: CrmObject) -> Mapping[str, str]:
        """The part for one object."""
        part: Mapping[str, str] = getattr(self, kind.value)
        return part

    def names(self, kind: CrmObject) -> tuple[str, ...]:
        """Every field of theirs that is read for the object, each once."""
        return tuple(dict.fromkeys(name for joined in self.of(kind).values() for name in joined.split()))

    def check(self) -> None:
        """Raise Invalid unless every name is one and the required fields are filled."""
        errors = FieldErrors()
        for kind in CrmObject:
            part = self.of(kind)
            errors.check(bool(part.get("name")), f"{kind}.name", "Say which of their fields is the name.")
            for ours, theirs in part.items():
                at = f"{kind}.{ours}"
                errors.check(ours in OUR_FIELDS[kind], at, f"There is no such field; known are {_known(kind)}.")
                parts = theirs.split()
                errors.check(0 < len(parts) <= MOST_PARTS, at, f"Name one to {MOST_PARTS} of their fields.")
                plain = all(_THEIR_NAME.fullmatch(part) for part in parts)
                errors.check(plain, at, "Use the name the other system lists, such as email.")
        errors.raise_if_any("mapping")


def _known(kind: CrmObject) -> str:
    return ", ".join(OUR_FIELDS[kind])


DEFAULT_MAPPINGS: Mapping[CrmKind, FieldMapping] = MappingProxyType(
    {
        CrmKind.HUBSPOT: FieldMapping(
            companies={
                "name": "name",
                "domain": "domain",
                "industry": "industry",
                "region": "country",
                "employees": "numberofemployees",
            },
            customers={
                "name": "firstname lastname",
                "email": "email",
                "company": "company",
                "industry": "industry",
                "region": "country",
                "since": "createdate",
                "lifetime_value": "total_revenue",
                "consent": "hs_email_optout",
            },
            deals={
                "name": "dealname",
                "stage": "dealstage",
                "amount": "amount",
                "currency": "deal_currency_code",
                "closed_on": "closedate",
                "closed": "hs_is_closed",
                "won": "hs_is_closed_won",
            },
        ),
        CrmKind.SALESFORCE: FieldMapping(
            companies={
                "name": "Name",
                "domain": "Website",
                "industry": "Industry",
                "region": "BillingCountry",
                "employees": "NumberOfEmployees",
            },
            customers={
                "name": "Name",
                "email": "Email",
                "company": "Account.Name",
                "industry": "Account.Industry",
                "region": "MailingCountry",
                "since": "CreatedDate",
                "consent": "HasOptedOutOfEmail",
            },
            deals={
                "name": "Name",
                "stage": "StageName",
                "amount": "Amount",
                "currency": "CurrencyIsoCode",
                "closed_on": "CloseDate",
                "closed": "IsClosed",
                "won": "IsWon",
            },
        ),
    }
)
"""What most accounts keep where. No notes and no free text."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A right that is asked for, and why."""

    scope: str
    why: str


_READS = {"companies": "companies", "contacts": "customers", "deals": "deals"}
SCOPES: Mapping[CrmKind, tuple[Scope, ...]] = MappingProxyType(
    {
        CrmKind.HUBSPOT: (
            *(Scope(scope=f"crm.objects.{it}.read", why=f"To read your {ours}.") for it, ours in _READS.items()),
            *(
                Scope(scope=f"crm.schemas.{it}.read", why=f"To list the fields of your {ours} for the mapping.")
                for it, ours in _READS.items()
            ),
        ),
        CrmKind.SALESFORCE: (
            Scope(scope="api", why="To read accounts, contacts and opportunities; nothing is ever written."),
            Scope(scope="refresh_token", why="To go on reading without asking you to sign in again."),
        ),
    }
)
"""Reading only."""


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What a sync did. skipped: read, but older than what is here, or not a record."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    merged: int = 0
    skipped: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(
            created=self.created + other.created,
            updated=self.updated + other.updated,
            deleted=self.deleted + other.deleted,
            merged=self.merged + other.merged,
            skipped=self.skipped + other.skipped,
        )

    @property
    def in_words(self) -> str:
        """The counts that are not zero."""
        said = {
            "new": self.created,
            "changed": self.updated,
            "deleted": self.deleted,
            "merged": self.merged,
            "left out": self.skipped,
        }
        return ", ".join(f"{count:,} {word}" for word, count in said.items() if count) or "nothing changed"


@dataclass(eq=False, kw_only=True)
class Connection:
    """A customer system that is read for a brand, by the clock or when somebody asks.

    domain: the host that is asked, which every secret is bound to. mapping: None until somebody saved one, then only
    what it names is read. problem: what went wrong last and what to do, empty when nothing did. stuck: trying again will
    not help before somebody acts. not_before: the other system asked for patience until then. compared_at: when all
    that is there was last compared with all that is here. run_id: the last run that read it. removed_at: its records
    stay, it is never asked again.
    """

    id: ConnectionId = field(default_factory=lambda: ConnectionId(uuid4()))
    tenant_id: TenantId
    brand_id: BrandId
    created_by: UserId
    kind: CrmKind
    name: str
    domain: str
    every_minutes: int = 60
    client_id: str = ""
    sign_in: SignIn = SignIn.NONE
    mapping: FieldMapping | None = None
    last_sync_at: datetime | None = None
    compared_at: datetime | None = None
    next_sync_at: datetime | None = None
    not_before: datetime | None = None
    last_changes: Changes | None = None
    failures: int = 0
    stuck: bool = False
    problem: str = ""
    run_id: RunId | None = None
    removed_at: datetime | None = None
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def check(self) -> None:
        """Raise Invalid unless the fields make a connection."""
        errors = FieldErrors()
        errors.check(0 < len(self.name.strip()) <= 120, "name", "Give it a name of at most 120 characters.")
        fits = SHORTEST_PERIOD <= self.every_minutes <= LONGEST_PERIOD
        errors.check(fits, "every_minutes", f"Choose {SHORTEST_PERIOD} to {LONGEST_PERIOD:,} minutes.")
        errors.raise_if_any("connection")

    @property
    def period(self) -> timedelta:
        """Time between two syncs."""
        return timedelta(minutes=self.every_minutes)

    @property
    def mapped(self) -> FieldMapping:
        """The mapping in force: the one that was saved, else what most accounts keep where."""
        return self.mapping or DEFAULT_MAPPINGS[self.kind]

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What is asked for at sign-in."""
        return SCOPES[self.kind]

    def state(self, *, now: datetime) -> ConnectionState:
        """How the connection stands at an instant."""
        if self.stuck or self.failures >= FAILURES_UNTIL_BROKEN:
            return ConnectionState.BROKEN
        if self.sign_in is SignIn.NONE:
            return ConnectionState.NEW
        if self.last_sync_at is None:
            return ConnectionState.READY
        overdue = now - self.last_sync_at > PERIODS_UNTIL_LATE * self.period
        return ConnectionState.LATE if overdue else ConnectionState.FRESH

    @property
    def compares_at(self) -> datetime | None:
        """From when on a sync by the clock compares everything; None while nothing was ever compared: at the next."""
        return self.compared_at + COMPARED_EVERY if self.compared_at is not None else None

    def signed_in(self, how: SignIn, *, now: datetime) -> None:
        """It may ask from now on; what kept it from asking is over."""
        self.sign_in, self.stuck, self.failures, self.problem = how, False, 0, ""
        self.not_before, self.updated_at = None, now

    def signed_out(self, *, now: datetime) -> None:
        """It has no secret to ask with any more."""
        self.sign_in, self.next_sync_at, self.updated_at = SignIn.NONE, None, now

    def synced(self, changes: Changes, *, now: datetime, compared: bool) -> None:
        """What changed was read. compared: everything was, and what is not there went."""
        self.compared_at = now if compared else self.compared_at
        self.last_sync_at, self.last_changes, self.next_sync_at = now, changes, now + self.period
        self.failures, self.stuck, self.problem, self.not_before = 0, False, "", None

    def failed(self, problem: str, *, now: datetime, stuck: bool = False) -> None:
        """A sync could not be finished. stuck: it cannot be before somebody acts."""
        self.problem, self.failures, self.stuck = problem, self.failures + 1, stuck
        self.not_before, self.next_sync_at = None, None if stuck else now + self.period

    def paused(self, problem: str, *, until: datetime, counts: bool) -> None:
        """A sync goes on later. counts: as a failure, because the other system said nothing."""
        self.problem, self.failures = problem, self.failures + counts
        self.not_before = self.next_sync_at = until

    def remove(self, *, now: datetime) -> None:
        """Never ask again; what was read stays."""
        self.removed_at, self.updated_at = now, now
        self.sign_in, self.next_sync_at, self.client_id = SignIn.NONE, None, ""


SIGN_IN_LASTS = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class PendingSignIn:
    """A sign-in somebody began in their browser; it can be finished once, by the same person.

    state: what comes back with the answer. verifier: proves that whoever finishes is who began (RFC 7636).
    redirect: the page the other system sends the browser to.
    """

    state: str = field(repr=False)
    connection_id: ConnectionId
    user_id: UserId
    verifier: str = field(repr=False)
    redirect: str
    ends_at: datetime
