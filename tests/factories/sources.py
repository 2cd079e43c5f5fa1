"""A workspace whose feeds are fetched as a worker fetches them, from a server of the test's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories import records
from tests.factories.storage import registered, units_of_work
from tests.fakes.clock import StillClock
from tests.fakes.workflows import RememberedWorkflows

from nexusplanner.application.durable.carrying import DurableSteps
from nexusplanner.application.durable.workflow import RunRef
from nexusplanner.application.ports.fetching import Fetcher
from nexusplanner.application.ports.sources import FeedReader
from nexusplanner.application.sources import FetchBook, create_source, start_fetch
from nexusplanner.domain.identity import Actor, User
from nexusplanner.domain.runs import Run, RunKind, RunState
from nexusplanner.domain.shared import SourceId
from nexusplanner.domain.signals import Signal
from nexusplanner.domain.sources import Source
from nexusplanner.infrastructure.db.signals import signals
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork
from nexusplanner.infrastructure.signals.reader import BoundedFeedReader


@dataclass(frozen=True, kw_only=True)
class Newsroom:
    """Somebody who follows feeds."""

    user: User
    units: SqlUnitsOfWork
    workflows: RememberedWorkflows
    fetcher: Fetcher
    reader: FeedReader = field(default_factory=BoundedFeedReader)
    clock: StillClock = field(default_factory=StillClock)

    @property
    def actor(self) -> Actor:
        return self.user.actor()

    async def follow(self, url: str, **changes: Any) -> SourceId:
        """A new source."""
        source = records.source(self.user, url=url, created_at=self.clock.now(), **changes)
        async with self.units.for_actor(self.actor) as uow:
            await create_source(uow, source=source, now=self.clock.now())
        return source.id

    def steps(self) -> DurableSteps:
        """What a worker executes."""
        book = FetchBook(fetcher=self.fetcher, reader=self.reader)
        return DurableSteps(units=self.units, clock=self.clock, books={RunKind.FETCH_SOURCE: book})

    async def work(self, run: Run) -> Run:
        """Take every step of the run, as a worker does; the run as it ended."""
        steps, ref = self.steps(), RunRef(tenant_id=run.tenant_id, run_id=run.id)
        started = await steps.begin(ref)
        for step in started.steps:
            await steps.perform(ref, step=step, token=started.token)
        async with self.units.for_actor(self.actor) as uow:
            return await uow.runs.get(run.id)

    async def fetch(self, source_id: SourceId) -> str:
        """Fetch it now; what the run says of it."""
        async with self.units.for_actor(self.actor) as uow:
            run = await start_fetch(uow, source_id=source_id, now=self.clock.now())
        ended = await self.work(run)
        assert ended.state is RunState.SUCCEEDED
        return ended.step("sort_in").detail

    async def source(self, source_id: SourceId) -> Source:
        """As it stands."""
        async with self.units.for_actor(self.actor) as uow:
            return await uow.sources.get(source_id)

    async def signals(self, source_id: SourceId | None = None) -> Sequence[Signal]:
        """What the sources, or this one, brought; oldest first."""
        query = select(Signal).where(signals.c.tenant_id == self.actor.tenant_id, signals.c.source_id.is_not(None))
        if source_id is not None:
            query = query.where(signals.c.source_id == source_id)
        async with self.units.for_actor(self.actor) as uow:
            return (await uow.session.scalars(query.order_by(signals.c.timestamp, signals.c.title))).all()


async def make_newsroom(engine: AsyncEngine, fetcher: Fetcher, name: str = "Ada") -> Newsroom:
    """A workspace of its own."""
    _, user = await registered(engine, name)
    workflows = RememberedWorkflows()
    return Newsroom(user=user, units=units_of_work(engine, workflows=workflows), workflows=workflows, fetcher=fetcher)
