"""The demonstration workspace with the plan of its brief, made once for a file of tests."""

from __future__ import annotations

from dataclasses import dataclass

from tests.conftest import TestDatabase
from tests.factories import records
from tests.factories.planned import REFERENCE, Planner
from tests.factories.storage import registered, units_of_work
from tests.fakes.workflows import RememberedWorkflows

from nexusplanner.application.demo import demo_brief, load_demo
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.identity import Actor
from nexusplanner.infrastructure.db.engine import make_engine
from nexusplanner.infrastructure.reference.demo import load_demo_company

COMPANY = load_demo_company()


@dataclass(frozen=True, kw_only=True)
class DemoWorkspace:
    """Who loaded it, and the campaign that was planned in it."""

    actor: Actor
    campaign: Campaign


async def demo_workspace(database: TestDatabase) -> DemoWorkspace:
    """Load the company and plan its brief."""
    engine = make_engine(database.app_url)
    try:
        _, user = await registered(engine)
        units = units_of_work(engine)
        async with units.for_actor(user.actor()) as uow:
            await load_demo(uow, company=COMPANY, reference=REFERENCE, now=records.NOW)
            brief = await demo_brief(uow, company=COMPANY, today=records.NOW.date())
            service = await uow.services.get(brief.service_id)
        planner = Planner(units=units, actor=user.actor(), service=service, workflows=RememberedWorkflows())
        return DemoWorkspace(actor=user.actor(), campaign=await planner.planned(brief))
    finally:
        await engine.dispose()


__all__ = ["COMPANY", "REFERENCE", "DemoWorkspace", "demo_workspace"]
