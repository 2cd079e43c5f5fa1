"""Plans made by the product's own steps, without a workflow engine."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncEngine
from tests.factories import records
from tests.factories.storage import registered, units_of_work
from tests.fakes.clock import StillClock
from tests.fakes.workflows import RememberedWorkflows

from nexusplanner.application.agents.ideation import OneIdeationService
from nexusplanner.application.campaigns import generate_campaign
from nexusplanner.application.counterfactuals.asking import Counterfactuals
from nexusplanner.application.durable.carrying import DurableSteps
from nexusplanner.application.durable.workflow import RunRef
from nexusplanner.application.ports.retrieval import Compares
from nexusplanner.bootstrap import coordinator, run_steps
from nexusplanner.domain.campaigns import Brief, Campaign
from nexusplanner.domain.catalog import Service
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.runs import Run
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork
from nexusplanner.infrastructure.reference import load_reference_data
from nexusplanner.infrastructure.rules import RulesIdeationService

REFERENCE = load_reference_data()


@dataclass(frozen=True, kw_only=True)
class Planner:
    """Somebody who plans in a workspace with one service and no history. compare: what an embedder says, if anything."""

    units: SqlUnitsOfWork
    actor: Actor
    service: Service
    workflows: RememberedWorkflows
    clock: StillClock = field(default_factory=StillClock)
    compare: Compares | None = None

    def steps(self) -> DurableSteps:
        """What a worker executes."""
        ideation = OneIdeationService(RulesIdeationService(reference=REFERENCE))
        return run_steps(self.units, ideation=ideation, reference=REFERENCE, clock=self.clock, compare=self.compare)

    async def work(self, run: Run) -> None:
        """Take every step of the run, as a worker does."""
        steps = self.steps()
        ref = RunRef(tenant_id=run.tenant_id, run_id=run.id)
        started = await steps.begin(ref)
        for step in started.steps:
            await steps.perform(ref, step=step, token=started.token)

    async def planned(self, brief: Brief) -> Campaign:
        """A campaign with its plan."""
        async with self.units.for_actor(self.actor) as uow:
            run = await generate_campaign(uow, brief=brief, now=self.clock.now())
        await self.work(run)
        assert run.campaign_id is not None
        async with self.units.for_actor(self.actor) as uow:
            return await uow.campaigns.get(run.campaign_id)


def counterfactuals(units: SqlUnitsOfWork) -> Counterfactuals:
    """What makes plans without something, with texts by rules."""
    agents = coordinator(RulesIdeationService(reference=REFERENCE), reference=REFERENCE)
    return Counterfactuals(units=units, agents=agents)


async def make_planner(engine: AsyncEngine) -> Planner:
    """A workspace of its own."""
    tenant, user = await registered(engine)
    brand = records.brand(tenant.id)
    service = records.service(brand, proofs=("96 % of pumps ran on the promised day.",))
    workflows = RememberedWorkflows()
    units = units_of_work(engine, workflows=workflows)
    async with units.for_actor(user.actor()) as uow:
        uow.brands.add(brand)
        uow.services.add(service)
    return Planner(units=units, actor=user.actor(), service=service, workflows=workflows)
