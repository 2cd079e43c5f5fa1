"""What the routes are given: ports to the rest of the product, and how strictly the edge is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request

from nexusplanner.application.access.identity import SignInDesk
from nexusplanner.application.access.limits import Limit, Limits
from nexusplanner.application.agents.gathering.context import Almanac
from nexusplanner.application.assistants.conversations import Assistants
from nexusplanner.application.checkpoints import CheckpointDesk
from nexusplanner.application.connections.desk import CrmDesk
from nexusplanner.application.counterfactuals.asking import Counterfactuals
from nexusplanner.application.demo import DemoCompany
from nexusplanner.application.knowledge.embedding import EmbeddingDesk
from nexusplanner.application.ports.fetching import Fetcher
from nexusplanner.application.ports.sheets import SheetReader
from nexusplanner.application.ports.sources import FeedReader, Hooks, SuggestedFeed
from nexusplanner.application.ports.unit_of_work import CampaignIdeationService, Clock, RunEvents, UnitsOfWork
from nexusplanner.application.ports.web_pages import PageReader
from nexusplanner.application.replay.again import Replayer
from nexusplanner.application.settings.trial import ProviderTester
from nexusplanner.domain.reference import ReferenceData


@dataclass(frozen=True, kw_only=True)
class EdgeRules:
    """How strictly the edge is kept. reads, writes and generations are per user, sign_ins per address.

    own_origins: what users type when a proxy stands in front. cors_origins: other sites whose pages may use the API.
    """

    body_bytes: int
    request_seconds: float
    wait_seconds: float
    reads: Limit
    writes: Limit
    generations: Limit
    sign_ins: Limit
    own_origins: frozenset[str] = frozenset()
    cors_origins: frozenset[str] = frozenset()
    demo_available: bool = True


@dataclass(frozen=True, kw_only=True)
class Edge:
    """Everything a route may use. ready: whether the database answers and is migrated. pages: the built web pages.

    angles: suggests how to take a signal up; rules, so that a page costs nothing.
    """

    units: UnitsOfWork
    desk: SignInDesk
    limits: Limits
    checkpoints: CheckpointDesk
    clock: Clock
    events: RunEvents
    reference: ReferenceData
    almanac: Almanac
    demo: DemoCompany
    angles: CampaignIdeationService
    assistants: Assistants
    tester: ProviderTester
    replayer: Replayer
    counterfactuals: Counterfactuals
    crm: CrmDesk
    embedding: EmbeddingDesk
    fetcher: Fetcher
    feeds: FeedReader
    hooks: Hooks
    suggested: Sequence[SuggestedFeed]
    page_reader: PageReader
    sheets: SheetReader
    rules: EdgeRules
    ready: Callable[[], Awaitable[bool]]
    pages: Path

    def channel_name(self, channel: str) -> str:
        """The channel in words."""
        return self.reference.name_of(channel)


def edge_of(request: Request) -> Edge:
    """What the application was made with."""
    edge: Edge = request.app.state.edge
    return edge
