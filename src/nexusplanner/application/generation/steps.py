"""The steps of runs that make or remake a plan: load, let an agent decide, keep."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from nexusplanner.application.agents.coordinator import AgentCoordinator, Worked
from nexusplanner.application.agents.facts import Facts, load_before, load_committed, load_facts, load_known
from nexusplanner.application.agents.filing import model_record
from nexusplanner.application.agents.ideation import IdeationServices
from nexusplanner.application.agents.outputs import (
    Allocated,
    Channels,
    Ideas,
    Opportunities,
)
from nexusplanner.application.durable import Work
from nexusplanner.application.generation.request import note_of
from nexusplanner.application.generation.save import save
from nexusplanner.application.measurement.versions import file_fit
from nexusplanner.application.ports import CampaignIdeationService, UnitOfWork
from nexusplanner.domain.agents import BriefContext, MarketAnalysis
from nexusplanner.domain.campaigns import Campaign, CampaignIdea
from nexusplanner.domain.measurement import ModelVersion
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import Conflict, NotFound

IDEAS = 4
"""Ideas of a plan: enough to choose from, few enough to read."""


class AgentsOver(Protocol):
    """Makes the agents over one provider of texts; cheap to call."""

    def __call__(self, ideation: CampaignIdeationService) -> AgentCoordinator:
        """The agents."""


class GenerationBook:
    """What the steps of runs that make or remake a plan do."""

    def __init__(self, *, agents: AgentsOver, ideation: IdeationServices) -> None:
        self._agents_over = agents
        self._ideation = ideation
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

    async def load(self, uow: UnitOfWork, run: Run, *, step: str) -> Work | None:
        """What the agent of the step does with what is loaded; saving needs no agent."""
        return await self._work[step](uow, run) if step in self._work else None

    async def keep(
        self, uow: UnitOfWork, run: Run, *, step: str, worked: Worked[object] | None, now: datetime
    ) -> Worked[object]:
        """Save the plan, or file the model that was fitted for it."""
        del step
        if worked is None:
            return await save(uow, run, now=now)
        if worked.fresh is None:
            return worked
        campaign = await _campaign(uow, run)
        model = await file_fit(uow, brand_id=campaign.brand_id, fresh=worked.fresh, run_id=run.id, now=now)
        return replace(worked, output=_on(model, worked.output), records=(*worked.records, model_record(model)))

    async def _agents(self, uow: UnitOfWork, run: Run, *, step: str) -> AgentCoordinator:
        return self._agents_over(await self._ideation.for_run(uow, run, step=step))

    async def _gather(self, uow: UnitOfWork, run: Run) -> Work:
        facts, note = await _facts(uow, run), note_of(run.request)
        agents = await self._agents(uow, run, step="gather_context")
        return lambda: agents.gather(facts, note=note)

    async def _analyse(self, uow: UnitOfWork, run: Run) -> Work:
        context = await _context(uow, run)
        agents = await self._agents(uow, run, step="analyse_market")
        return lambda: agents.analyse(context)

    async def _find(self, uow: UnitOfWork, run: Run) -> Work:
        context = await _context(uow, run)
        analysis = await uow.runs.output(run, step="analyse_market", kind=MarketAnalysis)
        agents = await self._agents(uow, run, step="find_opportunities")
        return lambda: agents.find(context, analysis)

    async def _ideate(self, uow: UnitOfWork, run: Run) -> Work:
        context = await _context(uow, run)
        opportunities = await uow.runs.output(run, step="find_opportunities", kind=Opportunities)
        plan = (await _campaign(uow, run)).plan
        avoid: tuple[CampaignIdea, ...] = plan.ideas if plan and run.kind is not RunKind.GENERATE else ()
        count = 1 if run.kind is RunKind.REGENERATE_IDEA else IDEAS
        agents = await self._agents(uow, run, step="ideate")
        return lambda: agents.ideate(context, opportunities, count=count, avoid=avoid)

    async def _refine(self, uow: UnitOfWork, run: Run) -> Work:
        context = await _context(uow, run)
        ideas = await uow.runs.output(run, step="ideate", kind=Ideas)
        agents = await self._agents(uow, run, step="refine")
        return lambda: agents.refine(context, ideas)

    async def _allocate(self, uow: UnitOfWork, run: Run) -> Work:
        facts = await _facts(uow, run)
        known = await load_known(uow, facts=facts)
        committed = await load_committed(uow, campaign=await _campaign(uow, run))
        agents = await self._agents(uow, run, step="allocate")
        return lambda: agents.allocate(facts, known, committed=committed)

    async def _flight(self, uow: UnitOfWork, run: Run) -> Work:
        campaign = await _campaign(uow, run)
        allocated = await uow.runs.output(run, step="allocate", kind=Allocated)
        before = await load_before(uow, campaign=campaign, brief=campaign.brief, channels=allocated.model.channels)
        agents = await self._agents(uow, run, step="flight")
        return lambda: agents.flight(campaign.brief, allocated, before=before)

    async def _explain(self, uow: UnitOfWork, run: Run) -> Work:
        context = await _context(uow, run)
        analysis = await uow.runs.output(run, step="analyse_market", kind=MarketAnalysis)
        opportunities = await uow.runs.output(run, step="find_opportunities", kind=Opportunities)
        ideas = await uow.runs.output(run, step="refine", kind=Ideas)
        allocated = await uow.runs.output(run, step="allocate", kind=Allocated)
        channels = await uow.runs.output(run, step="flight", kind=Channels)
        agents = await self._agents(uow, run, step="explain")
        return lambda: agents.explain(
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
        agents = await self._agents(uow, run, step="write_strategies")
        return lambda: agents.write_strategies(context, Ideas(ideas=plan.ideas), plan.channel_plans)


def _on(model: ModelVersion, output: object) -> object:
    """The allocation with the version its curves are from, when they are the filed version's."""
    if isinstance(output, Allocated) and output.model.input_hash == model.input_hash:
        return replace(output, model=replace(output.model, model_id=str(model.id), model_number=model.number))
    return output


async def _campaign(uow: UnitOfWork, run: Run) -> Campaign:
    if run.campaign_id is None:
        raise NotFound.of("campaign", "of the run")
    return await uow.campaigns.get(run.campaign_id)


async def _facts(uow: UnitOfWork, run: Run) -> Facts:
    campaign = await _campaign(uow, run)
    return await load_facts(uow, brief=campaign.brief, brand_id=campaign.brand_id, own=campaign)


async def _context(uow: UnitOfWork, run: Run) -> BriefContext:
    return await uow.runs.output(run, step="gather_context", kind=BriefContext)
