"""What reads servers, pages and files of others, and the runs that do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nexusplanner.application.connections.keeping import Systems
from nexusplanner.application.connections.starting import start_due_sync
from nexusplanner.application.connections.steps import SyncBook
from nexusplanner.application.customers.keeping import recount_due
from nexusplanner.application.documents.reading import ReadingBook
from nexusplanner.application.durable.carrying import StepBook
from nexusplanner.application.ports.fetching import Fetcher
from nexusplanner.application.ports.schedules import Scheduled, StartDue
from nexusplanner.application.ports.sheets import SheetReader
from nexusplanner.application.ports.sources import FeedReader
from nexusplanner.application.ports.unit_of_work import Clock, UnitsOfWork
from nexusplanner.application.ports.web_pages import PageReader
from nexusplanner.application.sources import FetchBook, start_due_source
from nexusplanner.bootstrap.customers import CrmPlaces
from nexusplanner.domain.runs import RunKind
from nexusplanner.infrastructure.bounded import BoundedWorker, Limits
from nexusplanner.infrastructure.documents import BoundedReader
from nexusplanner.infrastructure.egress import PinnedFetcher
from nexusplanner.infrastructure.sheets import BoundedSheetReader
from nexusplanner.infrastructure.signals.reader import BoundedFeedReader
from nexusplanner.infrastructure.web_pages import WebPageReader

STARTERS: Mapping[Scheduled, StartDue] = {
    Scheduled.SOURCE: start_due_source,
    Scheduled.CONNECTION: start_due_sync,
    Scheduled.SEGMENTS: recount_due,
}
"""What is done for records that are due by the clock."""


@dataclass(frozen=True, kw_only=True)
class Outside:
    """The one way out of a process, and everything that reads by it. reading: what reading one file may take.

    crm: where customer systems are.
    """

    fetcher: Fetcher
    reading: Limits = field(default_factory=Limits)
    crm: CrmPlaces = field(default_factory=CrmPlaces)

    @classmethod
    def over(
        cls, fetcher: Fetcher | None = None, *, reading: Limits | None = None, crm: CrmPlaces | None = None
    ) -> Outside:
        """Over the product's own way out, which calls public addresses only, unless another is given."""
        return cls(fetcher=fetcher or PinnedFetcher(), reading=reading or Limits(), crm=crm or CrmPlaces())

    def page_reader(self) -> PageReader:
        """A reader of web pages, for the event loop that asks for it."""
        return WebPageReader(self.fetcher)

    def feed_reader(self) -> FeedReader:
        """A reader of feeds, for the event loop that asks for it."""
        return BoundedFeedReader()

    def sheet_reader(self) -> SheetReader:
        """A reader of workbooks, for the event loop that asks for it."""
        return BoundedSheetReader()

    def systems(self) -> Systems:
        """Customer systems, by this way out."""
        return self.crm.systems(self.fetcher)

    def books(self, units: UnitsOfWork, *, clock: Clock) -> Mapping[RunKind, StepBook]:
        """The steps of the runs that bring facts in; for one event loop. units: for steps that keep as they go."""
        reader = BoundedReader(BoundedWorker(limits=self.reading))
        return {
            RunKind.READ_DOCUMENT: ReadingBook(fetcher=self.fetcher, reader=reader),
            RunKind.FETCH_SOURCE: FetchBook(fetcher=self.fetcher, reader=self.feed_reader()),
            RunKind.SYNC_CONNECTION: SyncBook(units=units, systems=self.systems(), clock=clock),
        }
