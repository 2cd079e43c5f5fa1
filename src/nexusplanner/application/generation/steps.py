"""The steps of a run: load, let an agent decide, keep. No transaction is open while an agent thinks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from uuid import UUID

from nexusplanner.application.agents.coordinator import AgentCoordinator, Worked
from nexusplanner.application.agents.facts import Facts, load_facts
from nexusplanner.application.agents.outputs import (
    Allocated,
    Channels,
    Ideas,
    Opportunities,
)
from nexusplanner.application.generation.request import note_of
from nexusplanner.application.generation.save import save
from nexusplanner.application.ports import Clock, UnitOfWork, UnitsOfWork
from nexusplanner.application.workflow import RunRef, RunStopped, Started
from nexusplanner.domain.agents import BriefContext, MarketAnalysis
from nexusplanner.domain.audit import Decision
from nexusplanner.domain.campaigns import Campaign, CampaignIdea
from nexusplanner.domain.identity import Actor, Role
from nexusplanner.domain.runs import Run, RunKind, RunState, StepState
from nexusplanner.domain.shared import Conflict, NotFound, TenantId, UserId

WORKER = UserId(UUID(int=0))

IDEAS = 4
"""Ideas of a plan: enough to choose from, few enough to read."""

Work = Callable[[], Awaitable[Worked[object]]]


def worker_actor(tenant_id: TenantId) -> Actor:
    """The actor a worker is while it executes runs of a tenant."""
    return Actor(tenant_id=tenant_id, user_id=WORKER, role=Role.ADMIN)


class GenerationSteps:
    """Executes runs that make or remake a plan; implements `RunSteps`."""

    def __init__(self, *, units: UnitsOfWork, coordinator: AgentCoordinator, clock: Clock) -> None:
        self._units = units
        self._agents = coordinator
        self._clock = clock
        self._work: Mapping[str, Callable[[UnitOfWork, Run], Awaitable[Work]]] = {
            "gather_context": self._gather,
            "analyse_market": self._analyse,
            "find_opportunities": self._find,
            "ideate": self._ideate,
            "refine": self._refine,
            "allocate": self._allocate,
            "flight": self._flight,
            "explain": self._explain,
            "write_strategies": self._write_strategies,
        }

    async def begin(self, ref: RunRef) -> Started:
        """Mark the run running for a new holder."""
        async with self._units.for_actor(worker_actor(ref.tenant_id)) as uow:
            try:
                run = await uow.runs.get(ref.run_id, lock=True)
            except NotFound:
                return Started(token=0, steps=())
            if not run.active:
                return Started(token=run.attempts, steps=())
            run.start(at=self._clock.now())
            todo = tuple(step.name for step in run.steps if step.state is not StepState.DONE)
            return Started(token=run.attempts, steps=todo)

    async def perform(self, ref: RunRef, *, step: str, token: int) -> None:
        """Do one step unless it is done. Raises RunStopped when this holder no longer holds the run."""
        actor = worker_actor(ref.tenant_id)
        async with self._units.for_actor(actor) as uow:
            run = await _held(uow, ref, token=token)
            if run.step(step).state is StepState.DONE:
                return
            run.mark(step, state=StepState.RUNNING, at=self._clock.now())
            work = await self._work[step](uow, run) if step in self._work else None
        began = self._clock.now()
        worked = await work() if work else None
        took = self._clock.now() - began
        async with self._units.for_actor(actor) as uow:
            run = await _held(uow, ref, token=token)
            if run.step(step).state is StepState.DONE:
                return
            await self._keep(uow, run, step=step, worked=worked, took=took)

    async def _keep(
        self, uow: UnitOfWork, run: Run, *, step: str, worked: Worked[object] | None, took: timedelta
    ) -> None:
        now = self._clock.now()
        if worked is None:
            detail = await save(uow, run, now=now)
            run.mark(step, state=StepState.DONE, at=now, detail=detail)
            return
        await uow.runs.keep_output(run, step=step, output=worked.output)
        for record in worked.records:
            await uow.ledger.append(
                Decision(
                    tenant_id=run.tenant_id,
                    run_id=run.id,
                    campaign_id=run.campaign_id,
                    step=step,
                    agent=record.agent,
                    agent_version=record.agent_version,
                    author=record.author,
                    provider=record.provider,
                    parameters=record.parameters,
                    seed=record.seed,
                    inputs=record.inputs,
                    output=record.output,
                    summary=record.summary,
                    evidence=record.evidence,
                    alternatives=record.alternatives,
                    confidence=record.confidence,
                    latency_ms=round(took.total_seconds() * 1000),
                    decided_at=now,
                )
            )
        run.mark(step, state=StepState.DONE, at=now, detail=worked.detail)

    async def fail(self, ref: RunRef, *, token: int, error: str, retryable: bool) -> None:
        """End the run with a message; does nothing when this holder no longer holds it."""
        async with self._units.for_actor(worker_actor(ref.tenant_id)) as uow:
            try:
                run = await _held(uow, ref, token=token)
            except RunStopped:
                return
            now = self._clock.now()
            for step in run.steps:
                if step.state is StepState.RUNNING:
                    run.mark(step.name, state=StepState.FAILED, at=now)
            run.fail(error=error, retryable=retryable, at=now)

    async def _gather(self, uow: UnitOfWork, run: Run) -> Work:
        facts, note = await _facts(uow, run), note_of(run.request)
        return lambda: self._agents.gather(facts, note=note)

    async def _analyse(self, uow: UnitOfWork, run: Run) -> Work:
        context = await _context(uow, run)
        return lambda: self._agents.analyse(context)

    async def _find(self, uow: UnitOfWork, run: Run) -> Work:
        context = await _context(uow, run)
        analysis = await uow.runs.output(run, step="analyse_market", kind=MarketAnalysis)
        return lambda: self._agents.find(context, analysis)

    async def _ideate(self, uow: UnitOfWork, run: Run) -> Work:
        context = await _context(uow, run)
        opportunities = await uow.runs.output(run, step="find_opportunities", kind=Opportunities)
        plan = (await _campaign(uow, run)).plan
        avoid: tuple[CampaignIdea, ...] = plan.ideas if plan and run.kind is not RunKind.GENERATE else ()
        count = 1 if run.kind is RunKind.REGENERATE_IDEA else IDEAS
        return lambda: self._agents.ideate(context, opportunities, count=count, avoid=avoid)

    async def _refine(self, uow: UnitOfWork, run: Run) -> Work:
        context = await _context(uow, run)
        ideas = await uow.runs.output(run, step="ideate", kind=Ideas)
        return lambda: self._agents.refine(context, ideas)

    async def _allocate(self, uow: UnitOfWork, run: Run) -> Work:
        facts = await _facts(uow, run)
        return lambda: self._agents.allocate(facts)

    async def _flight(self, uow: UnitOfWork, run: Run) -> Work:
        facts = await _facts(uow, run)
        allocated = await uow.runs.output(run, step="allocate", kind=Allocated)
        return lambda: self._agents.flight(facts, allocated)

    async def _explain(self, uow: UnitOfWork, run: Run) -> Work:
        context = await _context(uow, run)
        analysis = await uow.runs.output(run, step="analyse_market", kind=MarketAnalysis)
        opportunities = await uow.runs.output(run, step="find_opportunities", kind=Opportunities)
        ideas = await uow.runs.output(run, step="refine", kind=Ideas)
        allocated = await uow.runs.output(run, step="allocate", kind=Allocated)
        channels = await uow.runs.output(run, step="flight", kind=Channels)
        return lambda: self._agents.explain(
            context,
            analysis=analysis,
            opportunities=opportunities,
            ideas=ideas,
            plans=channels.plans,
            allocated=allocated,
        )

    async def _write_strategies(self, uow: UnitOfWork, run: Run) -> Work:
        context = await _context(uow, run)
        plan = (await _campaign(uow, run)).plan
        if plan is None:
            raise Conflict("The campaign has no plan yet: generate one first.", code="NO_PLAN")
        return lambda: self._agents.write_strategies(context, Ideas(ideas=plan.ideas), plan.channel_plans)


async def _held(uow: UnitOfWork, ref: RunRef, *, token: int) -> Run:
    """The run, locked. Raises RunStopped unless it runs and `token` is its latest."""
    try:
        run = await uow.runs.get(ref.run_id, lock=True)
    except NotFound as error:
        raise RunStopped("The run is gone.") from error
    if run.state is not RunState.RUNNING or run.attempts != token:
        raise RunStopped(f"The run is {run.state}, or another worker took it over.")
    return run


async def _campaign(uow: UnitOfWork, run: Run) -> Campaign:
    if run.campaign_id is None:
        raise NotFound.of("campaign", "of the run")
    return await uow.campaigns.get(run.campaign_id)


async def _facts(uow: UnitOfWork, run: Run) -> Facts:
    campaign = await _campaign(uow, run)
    return await load_facts(uow, brief=campaign.brief, brand_id=campaign.brand_id, own=campaign)


async def _context(uow: UnitOfWork, run: Run) -> BriefContext:
    return await uow.runs.output(run, step="gather_context", kind=BriefContext)
