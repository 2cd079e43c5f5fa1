"""The product's own steps, for workers that tests kill."""

from __future__ import annotations

from tests.factories.durable import Workspace

from nexusplanner.application.agents.ideation import OneIdeationService
from nexusplanner.application.campaigns import generate_campaign
from nexusplanner.application.demo import demo_brief, load_demo
from nexusplanner.application.durable.carrying import DurableSteps
from nexusplanner.application.ports.unit_of_work import UnitsOfWork
from nexusplanner.bootstrap import SystemClock, run_steps
from nexusplanner.domain.runs import Run
from nexusplanner.infrastructure.db.unit_of_work import SqlUnitsOfWork
from nexusplanner.infrastructure.reference import load_reference_data
from nexusplanner.infrastructure.reference.demo import load_demo_company
from nexusplanner.infrastructure.rules import RulesIdeationService

REFERENCE = load_reference_data()
"""Read once for all workers that are forked from the process that imports this."""


def generation(units: UnitsOfWork) -> DurableSteps:
    """The steps of generating a campaign by rules."""
    ideation = OneIdeationService(RulesIdeationService(reference=REFERENCE))
    return run_steps(units, ideation=ideation, reference=REFERENCE, clock=SystemClock())


async def generate_first_campaign(units: SqlUnitsOfWork, workspace: Workspace) -> Run:
    """Fill the workspace with the demonstration company and ask for the plan of its brief."""
    company, now = load_demo_company(), SystemClock().now()
    async with units.for_actor(workspace.actor) as uow:
        await load_demo(uow, company=company, reference=REFERENCE, now=now)
    async with units.for_actor(workspace.actor) as uow:
        brief = await demo_brief(uow, company=company, today=now.date())
        return await generate_campaign(uow, brief=brief, now=now)
