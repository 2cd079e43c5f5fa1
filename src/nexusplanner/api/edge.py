"""What the routes are given: ports to the rest of the product, and how strictly the edge is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request

from nexusplanner.application.agents.context import Almanac
from nexusplanner.application.assistants.conversations import Assistants
from nexusplanner.application.checkpoints import CheckpointDesk
from nexusplanner.application.connections.desk import CrmDesk
from nexusplanner.application.counterfactuals import Counterfactuals
from nexusplanner.application.demo import DemoCompany
from nexusplanner.application.embedding import EmbeddingDesk
from nexusplanner.application.fetching_ports import Fetcher
from nexusplanner.application.identity import SignInDesk
from nexusplanner.application.limits import Limit, Limits
from nexusplanner.application.ports import CampaignIdeationService, Clock, RunEvents, UnitsOfWork
from nexusplanner.application.provider_trial import ProviderTester
from nexusplanner.application.replay import Replayer
from nexusplanner.application.source_ports import FeedReader, Hooks, SuggestedFeed
from nexusplanner.application.web_page_ports import PageReader
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
