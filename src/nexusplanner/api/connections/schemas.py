"""Connections to customer systems at the edge."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, SecretStr

from nexusplanner.api.shapes import Input, Shape
from nexusplanner.application.connections import keeping
from nexusplanner.domain import connections as domain
from nexusplanner.domain.connections import ConnectionState, CrmKind, CrmObject

_Name = Annotated[str, Field(min_length=1, max_length=120)]
_Domain = Annotated[str, Field(max_length=253, examples=["acme.my.salesforce.com"])]
_Secret = Annotated[SecretStr, Field(min_length=1, max_length=keeping.LONGEST_SECRET)]
_Minutes = Annotated[int, Field(ge=domain.SHORTEST_PERIOD, le=domain.LONGEST_PERIOD)]
_Part = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=300)]], Field(max_length=40)
]


class ConnectionMapping(Input):
    """{our field: their name} by object; names of theirs that make up one of ours together have a blank between them."""

    customers: _Part
    companies: _Part
    deals: _Part

    @classmethod
    def of(cls, mapping: domain.FieldMapping) -> ConnectionMapping:
        """The same for the page."""
        parts = {kind.value: dict(mapping.of(kind)) for kind in CrmObject}
        return cls.model_validate(parts)

    def mapping(self) -> domain.FieldMapping:
        """The same for the domain."""
        return domain.FieldMapping(companies=self.companies, customers=self.customers, deals=self.deals)


class ConnectionScope(Shape):
    """A right that is asked for, and why."""

    scope: str
    why: str


class ConnectionRows(Shape):
    """How many records came through it."""

    customers: int
    companies: int
    deals: int


class ConnectionChanges(Shape):
    """What the last sync did. skipped: older than what is here, or not a record."""

    created: int
    updated: int
    deleted: int
    merged: int
    skipped: int


class Connection(Shape):
    """A customer system. domain: the host that is asked, which its secrets are bound to. problem: what to do about it.

    has_client: whether client id and secret are kept. redirect_url: what to register there for signing in.
    compared_at: when everything there was last compared with everything here. compares_at: when a sync by the clock does
    so again; none before the first. run_id: the last run that read it.
    """

    id: UUID
    kind: CrmKind
    name: str
    brand_id: UUID
    domain: str
    state: ConnectionState
    signed_in: bool
    client_id: str
    has_client: bool
    redirect_url: str
    scopes: list[ConnectionScope]
    every_minutes: int
    last_sync_at: datetime | None
    next_sync_at: datetime | None
    compared_at: datetime | None
    compares_at: datetime | None
    rows: ConnectionRows
    last_changes: ConnectionChanges | None
    problem: str
    mapping: ConnectionMapping
    run_id: UUID | None
    version: int
    created_at: datetime
    updated_at: datetime


class ConnectionInput(Input):
    """A new connection; nothing is asked there before somebody signs in."""

    kind: CrmKind
    name: _Name
    brand_id: UUID
    every_minutes: _Minutes = 60


class ConnectionEdit(Input):
    """What to change; what is left out stays."""

    name: _Name | None = None
    every_minutes: _Minutes | None = None


class ConnectionClient(Input):
    """The application that was registered there. domain: for Salesforce, your own; the usual host when left out."""

    client_id: Annotated[str, Field(min_length=1, max_length=keeping.LONGEST_SECRET)]
    client_secret: _Secret
    domain: _Domain | None = None


class ConnectionToken(Input):
    """A token that was made there by hand, instead of signing in. domain: for Salesforce, your own."""

    token: _Secret
    domain: _Domain | None = None


class SignInPage(Shape):
    """Where to send the browser."""

    url: str


class SignInAnswer(Input):
    """What the other system appended to the address of the page it sent the browser to."""

    state: Annotated[str, Field(min_length=1, max_length=200)]
    code: Annotated[str, Field(min_length=1, max_length=2000)]


class ConnectionField(Shape):
    """A field of the other system that may be mapped. type: in its own word."""

    object: CrmObject
    name: str
    label: str
    type: str


class ConnectionPreviewInput(Input):
    """mapping: one to try; the one in force when left out."""

    mapping: ConnectionMapping | None = None


class ConnectionCellError(Shape):
    """A value that would be left empty, and why."""

    object: CrmObject
    external_id: str
    field: str
    reason: str


class ConnectionPreview(Shape):
    """Some records as they would be kept: our fields as texts."""

    customers: list[dict[str, str]]
    companies: list[dict[str, str]]
    deals: list[dict[str, str]]
    errors: list[ConnectionCellError]


class SyncInput(Input):
    """dry_run: only count what would change. full: read everything, not only what changed."""

    dry_run: bool = False
    full: bool = False
