"""What the use cases need from the world. Adapters live in infrastructure, fakes in tests/fakes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from enum import StrEnum
from typing import ParamSpec, Protocol, TypeVar

from nexusplanner.application.idempotency import Idempotency
from nexusplanner.application.origins import Proposed
from nexusplanner.application.ports.ai import AiStore, SpendStore
from nexusplanner.application.ports.alternatives import Alternatives
from nexusplanner.application.ports.campaigns import Campaigns, Scenarios
from nexusplanner.application.ports.companies import Companies
from nexusplanner.application.ports.connections import Connections
from nexusplanner.application.ports.documents import Documents
from nexusplanner.application.ports.embedding import EmbeddingStore
from nexusplanner.application.ports.erasure import Erased
from nexusplanner.application.ports.learning import LearningStore
from nexusplanner.application.ports.ledger import Ledger
from nexusplanner.application.ports.market import Market
from nexusplanner.application.ports.measurement import Experiments, Models
from nexusplanner.application.ports.memberships import Memberships
from nexusplanner.application.ports.outcomes import Outcomes
from nexusplanner.application.ports.reads import Reads
from nexusplanner.application.ports.replay import Recordings
from nexusplanner.application.ports.retrieval import Passages
from nexusplanner.application.ports.schedules import Schedules
from nexusplanner.application.ports.sessions import Sessions
from nexusplanner.application.ports.sources import Sources
from nexusplanner.domain.agents import BriefContext, MarketAnalysis, Opportunity
from nexusplanner.domain.analytics import BrandActual, ChannelActual
from nexusplanner.domain.campaigns import CampaignIdea, ChannelPlan
from nexusplanner.domain.catalog import Brand, Service
from nexusplanner.domain.customers import Customer, Segment, SegmentSummary
from nexusplanner.domain.feedback import Feedback
from nexusplanner.domain.identity import Actor, Tenant, User
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import (
    BrandId,
    ConnectionId,
    CustomerId,
    FeedbackId,
    RunId,
    SegmentId,
    ServiceId,
    SignalId,
    SourceId,
    TenantId,
    UserId,
)
from nexusplanner.domain.signals import Signal

T = TypeVar("T")
P = ParamSpec("P")


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """The present instant, UTC, with microseconds."""
        ...


class Brands(Protocol):
    """Brands of the actor's tenant."""

    async def get(self, brand_id: BrandId, *, lock: bool = False) -> Brand:
        """The brand; locked until the transaction ends, and read anew, when asked. Raises NotFound."""
        ...

    async def find(self, *, name: str) -> Brand | None:
        """The brand of this name, letter case aside."""
        ...

    async def all(self) -> Sequence[Brand]:
        """Every brand, by name."""
        ...

    def add(self, brand: Brand) -> None:
        """Keep a new brand."""
        ...

    async def remove(self, brand: Brand) -> None:
        """Delete it with campaigns that were deleted. Raises Conflict while others use it."""
        ...


class Hold(StrEnum):
    """What others may do with a record until the transaction ends: read it for use, too, or wait."""

    SHARED = "shared"
    ALONE = "alone"


class Services(Protocol):
    """Services of the actor's tenant; deleted ones only where they are asked for."""

    async def get(self, service_id: ServiceId, *, deleted: bool = False, hold: Hold | None = None) -> Service:
        """The service. hold: as it is after others who hold it are done. Raises NotFound."""
        ...

    async def in_use(self, service: Service) -> bool:
        """Whether campaigns that are not deleted plan for it."""
        ...

    async def find(self, *, brand_id: BrandId, name: str) -> Service | None:
        """The service of this name, letter case aside."""
        ...

    async def of_brand(self, brand_id: BrandId) -> Sequence[Service]:
        """Every service of the brand, by name."""
        ...

    def add(self, service: Service) -> None:
        """Keep a new service."""
        ...


class Signals(Protocol):
    """Signals of the actor's tenant."""

    async def get(self, signal_id: SignalId, *, lock: bool = False) -> Signal:
        """The signal; locked until the transaction ends, and read anew, when asked. Raises NotFound."""
        ...

    async def some(self, signal_ids: Collection[SignalId]) -> Sequence[Signal]:
        """Those of these signals that are there, by id."""
        ...

    async def recent(self, *, brand_id: BrandId, limit: int, dismissed: bool = True) -> Sequence[Signal]:
        """The newest signals of the brand or of no brand in particular, newest first.

        dismissed: whether those that were put aside are among them.
        """
        ...

    async def known_keys(self, source_id: SourceId, *, keys: Collection[str]) -> frozenset[str]:
        """Those of these keys under which the source brought a signal before."""
        ...

    async def at_url(self, urls: Collection[str]) -> Signal | None:
        """The first that was kept of those that can be read at one of these addresses."""
        ...

    async def hold(self) -> None:
        """Whoever else takes signals in waits until this transaction ends, and then sees what it did."""
        ...

    def add_all(self, signals: Iterable[Signal]) -> None:
        """Keep new signals."""
        ...

    async def remove(self, signal: Signal) -> None:
        """Delete it."""
        ...


class Customers(Protocol):
    """Customers and segments of the actor's tenant."""

    async def get(self, customer_id: CustomerId, *, lock: bool = False) -> Customer:
        """The customer; locked until the transaction ends, and read anew, when asked. Raises NotFound."""
        ...

    async def by_external_id(
        self, *, brand_id: BrandId, external_ids: Iterable[str], connection_id: ConnectionId | None = None
    ) -> Mapping[str, Customer]:
        """Those of `external_ids` that are known of the connection, or of none."""
        ...

    async def called(self, *, brand_id: BrandId, words: Collection[str]) -> Mapping[str, frozenset[CustomerId]]:
        """The customers each word means: by key, else by e-mail address. Words that mean none are absent."""
        ...

    def add_all(self, customers: Iterable[Customer]) -> None:
        """Keep new customers."""
        ...

    async def remove(self, customer: Customer) -> None:
        """Delete the customer."""
        ...

    async def segment(self, segment_id: SegmentId, *, lock: bool = False) -> Segment:
        """The segment; locked until the transaction ends, and read anew, when asked. Raises NotFound."""
        ...

    async def segments(self, *, brand_id: BrandId) -> Sequence[Segment]:
        """Every segment of the brand, by name."""
        ...

    def add_segment(self, segment: Segment) -> None:
        """Keep a new segment."""
        ...

    async def remove_segment(self, segment: Segment) -> None:
        """Delete the segment; its customers stay, without one."""
        ...

    async def summaries(self, *, brand_id: BrandId) -> Sequence[SegmentSummary]:
        """What may be said of each segment, largest value share first."""
        ...


class Actuals(Protocol):
    """Actuals of the actor's tenant."""

    async def put_channels(self, actuals: Sequence[ChannelActual]) -> int:
        """Insert or replace by (brand, day, channel); the number of rows written."""
        ...

    async def put_brand(self, actuals: Sequence[BrandActual]) -> int:
        """Insert or replace by (brand, day, metric); the number of rows written."""
        ...

    async def channels(
        self, *, brand_id: BrandId, before: date | None = None, since: date | None = None
    ) -> Sequence[ChannelActual]:
        """Every row of the brand, by day and channel; only days before `before`, and from `since` on, when given."""
        ...

    async def brand(self, *, brand_id: BrandId, before: date | None = None) -> Sequence[BrandActual]:
        """Every brand-wide figure, by day and metric; only days before `before` when given."""
        ...


class Feedbacks(Protocol):
    """Feedback of the actor's tenant."""

    async def of_brand(self, *, brand_id: BrandId, limit: int) -> Sequence[Feedback]:
        """The newest feedback on the brand's campaigns."""
        ...

    async def get(self, feedback_id: FeedbackId) -> Feedback:
        """The opinion. Raises NotFound."""
        ...

    def add(self, feedback: Feedback) -> None:
        """Keep new feedback."""
        ...

    async def remove(self, feedback: Feedback) -> None:
        """Delete it."""
        ...


class Runs(Protocol):
    """Runs of the actor's tenant."""

    async def get(self, run_id: RunId, *, lock: bool = False) -> Run:
        """The run with its steps; locked until the transaction ends when asked. Raises NotFound."""
        ...

    async def active(self, *, brand_id: BrandId, kind: RunKind) -> Run | None:
        """The run of this kind that works for the brand just now, locked until the transaction ends."""
        ...

    async def all_active(self, *, brand_id: BrandId) -> Sequence[Run]:
        """Every run that works for the brand just now, locked until the transaction ends."""
        ...

    def add(self, run: Run) -> None:
        """Keep a new run."""
        ...

    async def keep_output(self, run: Run, *, step: str, output: object) -> None:
        """Keep what a finished step hands to later ones (any frozen dataclass or collection of them)."""
        ...

    async def output(self, run: Run, *, step: str, kind: type[T]) -> T:
        """What the step kept, validated as `kind`. Raises: NotFound (it kept nothing), StepUnreadable."""
        ...


class Identity(Protocol):
    """Users of the actor's tenant."""

    async def tenant(self) -> Tenant:
        """The actor's tenant."""
        ...

    async def user(self, user_id: UserId) -> User:
        """The user. Raises NotFound."""
        ...


class UnitOfWork(Protocol):
    """One transaction for one actor. Everything it gives out is filtered by the actor's tenant."""

    actor: Actor
    identity: Identity
    brands: Brands
    services: Services
    signals: Signals
    market: Market
    customers: Customers
    companies: Companies
    memberships: Memberships
    erased: Erased
    actuals: Actuals
    campaigns: Campaigns
    models: Models
    experiments: Experiments
    alternatives: Alternatives
    outcomes: Outcomes
    passages: Passages
    embedding: EmbeddingStore
    scenarios: Scenarios
    schedules: Schedules
    sessions: Sessions
    sources: Sources
    connections: Connections
    documents: Documents
    feedbacks: Feedbacks
    learning: LearningStore
    runs: Runs
    recordings: Recordings
    ai: AiStore
    spending: SpendStore
    ledger: Ledger
    workflows: Workflows
    idempotency: Idempotency
    read: Reads

    async def flush(self) -> None:
        """Send what is pending, so that errors of the database show now."""
        ...

    async def aside(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns, done in a thread while no transaction is open.

        What was read before stays; what is written afterwards stands or falls together, and is refused when a record it
        changes was changed meanwhile. Once something is written the transaction stays open, as only its edge commits.
        Raises: what `work` raises, InFlight (an idempotency key was used again meanwhile).
        """
        ...

    async def apart(self, work: Callable[[], Awaitable[T]]) -> T:
        """The same of what is waited for instead of being done in a thread."""
        ...


class Workflows(Protocol):
    """The durable workflow engine, bound to the unit of work's transaction."""

    async def start(self, run: Run) -> None:
        """Enqueue the run; nothing happens when the transaction is rolled back. Starting it again does nothing."""
        ...

    async def cancel(self, run: Run) -> None:
        """Let go of a run that was cancelled; a step that runs just now ends first, and its result is dropped."""
        ...


class UnitsOfWork(Protocol):
    """Opens transactions."""

    def for_actor(self, actor: Actor) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction that commits when the block ends well and rolls back when it raises."""
        ...


class CampaignIdeationService(Protocol):
    """Proposes text: a language model, or rules; each proposal says which. Never numbers."""

    async def analyse(self, context: BriefContext) -> Proposed[MarketAnalysis]:
        """Clusters of what was found, each with citations."""
        ...

    async def opportunities(self, context: BriefContext, analysis: MarketAnalysis) -> Proposed[Sequence[Opportunity]]:
        """What is worth acting on, strongest first."""
        ...

    async def ideate(
        self, context: BriefContext, opportunities: Sequence[Opportunity], *, count: int, avoid: Sequence[CampaignIdea]
    ) -> Proposed[Sequence[CampaignIdea]]:
        """`count` distinct ideas, none like those in `avoid`; each claim cites passages of the context."""
        ...

    async def refine(self, context: BriefContext, ideas: Sequence[CampaignIdea]) -> Proposed[Sequence[CampaignIdea]]:
        """The same ideas in the brand's voice, banned claims removed."""
        ...

    async def strategies(
        self, context: BriefContext, ideas: Sequence[CampaignIdea], plans: Sequence[ChannelPlan]
    ) -> Proposed[Sequence[ChannelPlan]]:
        """The same channel plans with strategy, claims and KPIs written; amounts untouched."""
        ...


class RunEvents(Protocol):
    """Tells followers that a run changed."""

    def follow(self, *, tenant_id: TenantId, run_id: RunId) -> AsyncGenerator[None]:
        """Yields whenever the run may have changed, and at least every few seconds."""
        ...
