"""What lists and searches read: rows straight from the database, never aggregates.

Pages are keyset pages: pass `next_cursor` back with the same filter and sort. A sort is a name from the method's
docstring, with "-" before it for descending. Every method raises Invalid on an unknown sort or a foreign cursor.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Protocol

from nexusplanner.application.ports.ai import UsageReads
from nexusplanner.application.ports.companies import CompanyReads
from nexusplanner.application.ports.documents import DocumentReads
from nexusplanner.application.ports.rows import (
    BrandRow,
    CampaignRow,
    ChannelActualRow,
    ChannelSummary,
    CustomerRow,
    DecisionRow,
    ExperimentRow,
    FeedbackRow,
    MetricSummary,
    ModelRow,
    RunRow,
    SearchHit,
    SegmentRow,
    ServiceRow,
)
from nexusplanner.application.ports.sessions import SessionReads
from nexusplanner.application.ports.signal_rows import SignalChoices, SignalFilter, SignalRow
from nexusplanner.domain.campaigns import Author, CampaignStatus
from nexusplanner.domain.shared import (
    BrandId,
    CampaignId,
    DecisionId,
    Page,
    RunId,
    SegmentId,
    ServiceId,
    SignalId,
    UserId,
)

PAGE_SIZE = 20
PAGE_SIZE_MAX = 100


class CampaignReads(Protocol):
    """Lists of campaigns; deleted ones are left out."""

    async def page(
        self,
        *,
        query: str = "",
        statuses: Collection[CampaignStatus] = (),
        brand_id: BrandId | None = None,
        service_id: ServiceId | None = None,
        sort: str = "-updated_at",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[CampaignRow]:
        """Sorts: name, status, start_date, budget, expected, created_at, updated_at. query: in name or theme."""
        ...

    async def counts(self, *, brand_id: BrandId | None = None) -> Mapping[CampaignStatus, int]:
        """Campaigns by status; every status is there."""
        ...


class CatalogReads(Protocol):
    """Lists of brands and services."""

    async def brands(
        self, *, query: str = "", sort: str = "name", cursor: str | None = None, limit: int = PAGE_SIZE
    ) -> Page[BrandRow]:
        """Sorts: name, created_at, updated_at. query: in name or industry."""
        ...

    async def services(
        self,
        *,
        query: str = "",
        brand_id: BrandId | None = None,
        sort: str = "name",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[ServiceRow]:
        """Sorts: name, category, created_at, updated_at. query: in name, category or description."""
        ...


class SignalReads(Protocol):
    """Lists of signals."""

    async def page(
        self,
        *,
        only: SignalFilter | None = None,
        sort: str = "-timestamp",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[SignalRow]:
        """Sorts: score, timestamp, impact, title, created_at."""
        ...

    async def choices(self) -> SignalChoices:
        """The topics of most signals, and all regions."""
        ...

    async def some(self, signal_ids: Collection[SignalId]) -> tuple[SignalRow, ...]:
        """Those of these signals that are there, in this order."""
        ...


class CustomerReads(Protocol):
    """Lists of customers and segments."""

    async def page(
        self,
        *,
        query: str = "",
        brand_id: BrandId | None = None,
        segment_id: SegmentId | None = None,
        sort: str = "name",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[CustomerRow]:
        """Sorts: name, company, lifetime_value, created_at, updated_at. query: in name, company, e-mail or key.

        segment_id: those its rules find and those put in by hand.
        """
        ...

    async def segments(self, *, brand_id: BrandId | None = None) -> tuple[SegmentRow, ...]:
        """Every segment, by name."""
        ...


class ActualReads(Protocol):
    """Summaries and lists of actuals."""

    async def channels(self, *, brand_id: BrandId) -> tuple[ChannelSummary, ...]:
        """One per channel and currency, largest spend first."""
        ...

    async def metrics(self, *, brand_id: BrandId) -> tuple[MetricSummary, ...]:
        """One per brand-wide figure, by name."""
        ...

    async def page(
        self,
        *,
        brand_id: BrandId,
        channel: str | None = None,
        sort: str = "-day",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[ChannelActualRow]:
        """Sorts: day, spend."""
        ...


class RunReads(Protocol):
    """Lists of runs."""

    async def page(
        self,
        *,
        user_id: UserId | None = None,
        active: bool | None = None,
        campaign_id: CampaignId | None = None,
        sort: str = "-created_at",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[RunRow]:
        """Sorts: created_at. active: only those that may (True) or may not (False) still change by themselves."""
        ...


class DecisionReads(Protocol):
    """Lists of ledger entries."""

    async def page(
        self,
        *,
        run_id: RunId | None = None,
        campaign_id: CampaignId | None = None,
        step: str = "",
        author: Author | None = None,
        since: date | None = None,
        until: date | None = None,
        sort: str = "sequence",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[DecisionRow]:
        """Sorts: sequence. since, until: first and last day (UTC)."""
        ...

    async def get(self, decision_id: DecisionId) -> DecisionRow:
        """The entry. Raises NotFound."""
        ...


class FeedbackReads(Protocol):
    """Lists of feedback."""

    async def page(
        self,
        *,
        campaign_id: CampaignId,
        sort: str = "-created_at",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[FeedbackRow]:
        """Sorts: created_at."""
        ...


class MeasurementReads(Protocol):
    """Lists of model versions and lift experiments."""

    async def models(
        self,
        *,
        brand_id: BrandId | None = None,
        sort: str = "-number",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[ModelRow]:
        """Sorts: number, created_at."""
        ...

    async def experiments(
        self,
        *,
        brand_id: BrandId | None = None,
        sort: str = "-start_date",
        cursor: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Page[ExperimentRow]:
        """Sorts: start_date, channel, created_at."""
        ...


class SearchReads(Protocol):
    """Finds anything by words."""

    async def find(self, query: str, *, limit: int = 5) -> tuple[SearchHit, ...]:
        """At most `limit` of each kind; those whose title begins with the query first. Nothing for an empty query."""
        ...


class Reads(Protocol):
    """Everything a unit of work can list, filtered by the actor's tenant."""

    @property
    def campaigns(self) -> CampaignReads:
        """Campaigns."""
        ...

    @property
    def catalog(self) -> CatalogReads:
        """Brands and services."""
        ...

    @property
    def signals(self) -> SignalReads:
        """Signals."""
        ...

    @property
    def customers(self) -> CustomerReads:
        """Customers and segments."""
        ...

    @property
    def companies(self) -> CompanyReads:
        """Companies and deals."""
        ...

    @property
    def actuals(self) -> ActualReads:
        """Actuals."""
        ...

    @property
    def runs(self) -> RunReads:
        """Runs."""
        ...

    @property
    def decisions(self) -> DecisionReads:
        """Decisions."""
        ...

    @property
    def feedback(self) -> FeedbackReads:
        """Feedback."""
        ...

    @property
    def measurement(self) -> MeasurementReads:
        """Model versions and lift experiments."""
        ...

    @property
    def sessions(self) -> SessionReads:
        """The actor's conversations with assistants."""
        ...

    @property
    def documents(self) -> DocumentReads:
        """Documents."""
        ...

    @property
    def usage(self) -> UsageReads:
        """What model calls took."""
        ...

    @property
    def search(self) -> SearchReads:
        """Search over several kinds."""
        ...
