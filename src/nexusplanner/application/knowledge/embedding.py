"""Makes vectors: of passages in the background, a few at a time, and of a query before it is looked up.

No transaction is open while an embedder works. What leaves for a provider has no personal data in it, is paid from the
workspace's budgets, and is over in time; what fails is said, and passages are found without it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from nexusplanner.application.agents.checking.redaction import redact
from nexusplanner.application.durable.carrying import worker_actor
from nexusplanner.application.knowledge.passages import everything, keep_passages
from nexusplanner.application.models.breakers import Breakers
from nexusplanner.application.models.calls import ANSWERED, surely
from nexusplanner.application.ports.embedding import (
    CALLS,
    Embedded,
    Embedder,
    Embedders,
    EmbeddingFailed,
    Purpose,
    Unembedded,
)
from nexusplanner.application.ports.models import BudgetExhausted, Budgets, CallMade, Prices, Spender, Usage
from nexusplanner.application.ports.retrieval import Compared, Point
from nexusplanner.application.ports.unit_of_work import Clock, UnitsOfWork
from nexusplanner.application.settings.embedder import provider_in
from nexusplanner.domain.embedding import RetrievalSettings
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import TenantId, UserId

BATCH = 64
LONGEST = 6000
"""Characters of a passage that are embedded; below what every model of the kind reads."""
BATCH_SECONDS = 60.0
QUERY_SECONDS = 1.5
PLAN_SECONDS = 10.0
"""The longest a search, and the making of a plan, waits for an embedder."""
LEASE = timedelta(minutes=3)
AGAIN_SECONDS = 30.0
"""After a filling, searches begin another one no sooner."""
OFF_SECONDS = 10.0
"""So long a workspace without an embedder is not asked again whether it has one."""
SLOW = "The embedder did not answer in time; passages were found by words and by what their texts taught."
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Ready:
    """An embedder and who pays for it."""

    settings: RetrievalSettings
    embedder: Embedder
    spender: Spender


@dataclass(kw_only=True)
class EmbeddingDesk:
    """The embedders of one process. query_seconds: the longest a search waits for one. ticks: monotonic seconds."""

    units: UnitsOfWork
    embedders: Embedders
    prices: Prices
    budgets: Budgets
    clock: Clock
    breakers: Breakers = field(default_factory=lambda: Breakers(failures=2))
    query_seconds: float = QUERY_SECONDS
    ticks: Callable[[], float] = time.monotonic
    _fillings: dict[TenantId, asyncio.Task[None]] = field(default_factory=dict, repr=False)
    _filled: dict[TenantId, float] = field(default_factory=dict, repr=False)
    _off_until: dict[TenantId, float] = field(default_factory=dict, repr=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    async def compare(self, actor: Actor, query: str) -> Compared:
        """The query's point; it never fails, and is over in `query_seconds`."""
        if self.ticks() < self._off_until.get(actor.tenant_id, float("-inf")):
            return Compared()
        return await self._compared(actor, query, seconds=self.query_seconds)

    async def compare_for_plan(self, actor: Actor, query: str) -> Compared:
        """The same for a plan, which is not made while somebody waits for each key: over in `PLAN_SECONDS`."""
        return await self._compared(actor, query, seconds=PLAN_SECONDS)

    async def _compared(self, actor: Actor, query: str, *, seconds: float) -> Compared:
        try:
            ready = await self._ready(actor, spender=actor.user_id)
        except EmbeddingFailed as failed:
            return Compared(problem=failed.reason)
        if ready is None:
            self._off_until[actor.tenant_id] = self.ticks() + OFF_SECONDS
            return Compared()
        self._wake_again(actor.tenant_id)
        return await self._point(actor, ready, query, seconds=seconds)

    async def _point(self, actor: Actor, ready: Ready, query: str, *, seconds: float) -> Compared:
        """Where the query lies, unless its embedder rests after failures."""
        name, mark, now = f"embed/{ready.embedder.name}", hash(ready.embedder.fingerprint), self.ticks()
        if self.breakers.rest_of(actor.tenant_id, name, fingerprint=mark, now=now) > 0:
            return Compared(problem=SLOW)
        well = False
        try:
            async with asyncio.timeout(seconds):
                made = await self._paid(ready, [query[:LONGEST]], purpose="query", seconds=seconds)
            well = True
            return Compared(point=Point(fingerprint=ready.embedder.fingerprint, vector=made.vectors[0]))
        except TimeoutError:
            return Compared(problem=SLOW)
        except EmbeddingFailed as failed:
            return Compared(problem=failed.reason)
        finally:
            self.breakers.note(actor.tenant_id, name, fingerprint=mark, well=well, now=self.ticks())

    def wake(self, tenant_id: TenantId) -> None:
        """Make the vectors that are missing, in the background; nothing happens while that goes on already."""
        self._off_until.pop(tenant_id, None)
        running = self._fillings.get(tenant_id)
        if (running is None or running.done()) and not self._stopping.is_set():
            self._fillings[tenant_id] = asyncio.create_task(self._filling(tenant_id), name="vectors")

    def _wake_again(self, tenant_id: TenantId) -> None:
        if self.ticks() - self._filled.get(tenant_id, float("-inf")) >= AGAIN_SECONDS:
            self.wake(tenant_id)

    async def stop(self) -> None:
        """End what goes on; it is taken up where it stopped the next time."""
        self._stopping.set()
        await asyncio.gather(*self._fillings.values())

    async def _filling(self, tenant_id: TenantId) -> None:
        try:
            await self.fill(tenant_id)
        except Exception as error:
            _log.warning("Vectors could not be made: %s", type(error).__name__, exc_info=error)
        self._filled[tenant_id] = self.ticks()

    async def fill(self, tenant_id: TenantId) -> None:
        """Make the vectors that are missing, batch by batch, unless another process does. Raises DomainError."""
        actor = worker_actor(tenant_id)
        async with self.units.for_actor(actor) as uow:
            settings, now = await uow.embedding.settings(), self.clock.now()
            if not (settings.on and await uow.embedding.lease(now=now, until=now + LEASE)):
                return
            if not await uow.passages.kept():
                await keep_passages(uow, await everything(uow))
        problem, dimensions = "", settings.dimensions
        try:
            ready = await self._ready(actor, spender=settings.set_by or actor.user_id)
            while ready is not None and not self._stopping.is_set():
                made = await self._batch(actor, ready, dimensions=dimensions)
                if made is None:
                    break
                dimensions = made
        except EmbeddingFailed as failed:
            problem = failed.reason
        finally:
            async with self.units.for_actor(actor) as uow:
                await uow.embedding.note(settings, dimensions=dimensions, problem=problem)
                await uow.embedding.hold(until=None)

    async def _batch(self, actor: Actor, ready: Ready, *, dimensions: int | None) -> int | None:
        """Embed the next passages; their dimensions, none when nothing is missing. Raises EmbeddingFailed."""
        fingerprint = ready.embedder.fingerprint
        async with self.units.for_actor(actor) as uow:
            same = (await uow.embedding.settings()).version == ready.settings.version
            missing: Sequence[Unembedded] = await uow.embedding.missing(fingerprint, limit=BATCH) if same else ()
        if not missing:
            return None
        texts = [each.text[:LONGEST] for each in missing]
        made = await self._unless_stopped(ready, texts)
        if made is None:
            return None
        found = int(made.vectors.shape[1])
        if dimensions is not None and found != dimensions:
            words = f"The embedder gave vectors of {found} dimensions instead of {dimensions}. Choose it again to begin anew."
            raise EmbeddingFailed(words, again=False)
        async with self.units.for_actor(actor) as uow:
            now = self.clock.now()
            if (await uow.embedding.settings(lock=True)).version != ready.settings.version:
                return None
            await uow.embedding.keep(fingerprint, of=missing, vectors=made.vectors)
            await uow.embedding.note(ready.settings, dimensions=found, problem="")
            await uow.embedding.hold(until=now + LEASE)
        return found

    async def _unless_stopped(self, ready: Ready, texts: Sequence[str]) -> Embedded | None:
        """Vectors, none when this process is told to stop meanwhile. Raises EmbeddingFailed."""
        work = asyncio.create_task(self._paid(ready, texts, purpose="passage", seconds=BATCH_SECONDS))
        stop = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not work.done():
            work.cancel()
            await asyncio.wait({work})
            return None
        return work.result()

    async def _ready(self, actor: Actor, *, spender: UserId) -> Ready | None:
        """The workspace's embedder; none when it has none. Raises EmbeddingFailed when its provider may not be asked."""
        async with self.units.for_actor(actor) as uow:
            settings = await uow.embedding.settings()
            if not settings.on:
                return None
            models, keys = await uow.ai.with_keys()
        provider = provider_in(models, settings.choice)
        if provider is not None and models.rules_only:
            raise EmbeddingFailed("The AI settings say that no model is asked, so nothing is sent to one.", again=False)
        if settings.choice.provider and provider is None:
            raise EmbeddingFailed("The provider of the embedder is gone; choose another one.", again=False)
        key = keys.get(provider.name, "") if provider else ""
        return Ready(
            settings=settings,
            embedder=self.embedders(settings.choice, provider=provider, key=key),
            spender=Spender(tenant_id=actor.tenant_id, user_id=spender),
        )

    async def _paid(self, ready: Ready, texts: Sequence[str], *, purpose: Purpose, seconds: float) -> Embedded:
        """Vectors, paid for where they cost anything. Raises EmbeddingFailed."""
        provider = ready.embedder.provider
        if provider is None:
            return await ready.embedder.embed(texts, purpose=purpose, seconds=seconds)
        clean = [redact(text).text for text in texts]
        most = Usage(requests=1, input_tokens=sum(len(text.encode()) for text in clean))
        cost = self.prices.cost(provider, model=ready.embedder.name, usage=most)
        try:
            held = await self.budgets.reserve(ready.spender, microunits=cost.microunits) if cost.microunits else None
        except BudgetExhausted as error:
            raise EmbeddingFailed(error.reason, again=True) from None
        began, usage, outcome = time.perf_counter(), Usage(), "timeout"
        try:
            made = await ready.embedder.embed(clean, purpose=purpose, seconds=seconds)
            usage, outcome = made.usage, ANSWERED
        except EmbeddingFailed as failed:
            usage, outcome = failed.usage, "server_error" if failed.again else "invalid"
            raise
        else:
            return made
        finally:
            call = CallMade(
                step=CALLS,
                provider=provider.name,
                kind=provider.kind,
                model=ready.embedder.name,
                model_answered="",
                outcome=outcome,
                usage=usage,
                cost=self.prices.cost(provider, model=ready.embedder.name, usage=usage),
                latency_ms=round((time.perf_counter() - began) * 1000),
            )
            await surely(self.budgets.settle(ready.spender, reservation=held, call=call))
