"""Everything a unit of work can list."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports import reads
from nexusplanner.application.ports.ai import UsageReads
from nexusplanner.application.ports.companies import CompanyReads
from nexusplanner.application.ports.documents import DocumentReads
from nexusplanner.application.ports.sessions import SessionReads
from nexusplanner.domain.identity import Actor
from nexusplanner.infrastructure.db.reads.actuals import ActualQueries
from nexusplanner.infrastructure.db.reads.campaigns import CampaignQueries
from nexusplanner.infrastructure.db.reads.catalog import CatalogQueries
from nexusplanner.infrastructure.db.reads.companies import CompanyQueries
from nexusplanner.infrastructure.db.reads.customers import CustomerQueries
from nexusplanner.infrastructure.db.reads.decisions import DecisionQueries
from nexusplanner.infrastructure.db.reads.documents import DocumentQueries
from nexusplanner.infrastructure.db.reads.feedback import FeedbackQueries
from nexusplanner.infrastructure.db.reads.measurement import MeasurementQueries
from nexusplanner.infrastructure.db.reads.runs import RunQueries
from nexusplanner.infrastructure.db.reads.search import SearchQueries
from nexusplanner.infrastructure.db.reads.sessions import SessionQueries
from nexusplanner.infrastructure.db.reads.signals import SignalQueries
from nexusplanner.infrastructure.db.reads.usage import UsageQueries


class SqlReads:
    """Lists of the actor's tenant, in the unit of work's transaction; what is pending shows after a flush."""

    def __init__(self, session: AsyncSession, *, actor: Actor) -> None:
        self.campaigns: reads.CampaignReads = CampaignQueries(session, actor=actor)
        self.catalog: reads.CatalogReads = CatalogQueries(session, actor=actor)
        self.signals: reads.SignalReads = SignalQueries(session, actor=actor)
        self.customers: reads.CustomerReads = CustomerQueries(session, actor=actor)
        self.companies: CompanyReads = CompanyQueries(session, actor=actor)
        self.actuals: reads.ActualReads = ActualQueries(session, actor=actor)
        self.runs: reads.RunReads = RunQueries(session, actor=actor)
        self.decisions: reads.DecisionReads = DecisionQueries(session, actor=actor)
        self.feedback: reads.FeedbackReads = FeedbackQueries(session, actor=actor)
        self.measurement: reads.MeasurementReads = MeasurementQueries(session, actor=actor)
        self.sessions: SessionReads = SessionQueries(session, actor=actor)
        self.documents: DocumentReads = DocumentQueries(session, actor=actor)
        self.usage: UsageReads = UsageQueries(session, actor=actor)
        self.search: reads.SearchReads = SearchQueries(session, actor=actor)
