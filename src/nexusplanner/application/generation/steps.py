"""The steps of runs that make or remake a plan: load, let an agent decide, keep."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from nexusplanner.application.agents.coordinator import AgentCoordinator, Worked
from nexusplanner.application.agents.filing import model_record, saved_record
from nexusplanner.application.agents.gathering.facts import (
    load_around,
    load_committed,
    load_facts,
    load_known,
    load_offer,
)
from nexusplanner.application.agents.gathering.finding import about
from nexusplanner.application.agents.ideation import IdeationServices, OnIdeas
from nexusplanner.application.agents.outputs import Allocated
from nexusplanner.application.campaigns.alternatives import offered_ideas
from nexusplanner.application.durable.carrying import Ahead, Loaded, Reads
from nexusplanner.application.generation.disliked import load_disliked
from nexusplanner.application.generation.earlier import earlier_of
from nexusplanner.application.generation.inputs import Allocating, Flighting, Gathering, Ideating, Rewriting
from nexusplanner.application.generation.making import INPUTS, NEEDS, OUTPUTS, ids_of, make
from nexusplanner.application.generation.save import save
from nexusplanner.application.measurement.versions import file_fit
from nexusplanner.application.ports.retrieval import Compared, Compares
from nexusplanner.application.ports.unit_of_work import CampaignIdeationService, UnitOfWork
from nexusplanner.application.run_requests import idea_of, note_of, replaying_of
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.runs import Run, RunKind
from nexusplanner.domain.shared import Conflict, NotFound

GATHER = "gather_context"
IDEAS = 4
"""Ideas of a plan: enough to choose from, few enough to read."""


class AgentsOver(Protocol):
    """Makes the agents over one provider of texts; cheap to call."""

    def __call__(self, ideation: CampaignIdeationService) -> AgentCoordinator:
        """The agents."""


async def _nothing_given(actor: Actor, query: str) -> Compared:
    del actor, query
    return Compared()


class GenerationBook:
    """What the steps of runs that make or remake a plan do."""

    def __init__(self, *, agents: AgentsOver, ideation: IdeationServices, compare: Compares = _nothing_given) -> None:
        self._agents_over = agents
        self._ideation = ideation
        self._compare = compare

    async def load(self, uow: UnitOfWork, run: Run, *, step: str, tell: OnIdeas) -> Loaded | Ahead | None:
        """What the agent of the step does with what is loaded; saving needs no agent."""
        if step not in OUTPUTS:
            return None
        if step == GATHER and replaying_of(run.request) is None:
            return await self._gathering(uow, run, tell=tell)
        return await self._loaded(uow, run, step=step, tell=tell, inputs=await _inputs(uow, run, step=step))

    async def _gathering(self, uow: UnitOfWork, run: Run, *, tell: OnIdeas) -> Ahead:
        """The words the brief is about are compared before anything is found for them; no transaction waits for that."""
        brief = (await _campaign(uow, run)).brief
        query = about(brief, await uow.services.get(brief.service_id))
        spender = replace(uow.actor, user_id=run.user_id)

        async def ask() -> Reads:
            compared = await self._compare(spender, query)

            async def read(uow: UnitOfWork, run: Run) -> Loaded:
                inputs = await _gathered(uow, run, compared=compared)
                return await self._loaded(uow, run, step=GATHER, tell=tell, inputs=inputs)

            return read

        return Ahead(ask=ask)

    async def _loaded(self, uow: UnitOfWork, run: Run, *, step: str, tell: OnIdeas, inputs: object | None) -> Loaded:
        earlier = await earlier_of(uow, run, steps=NEEDS[step])
        agents = self._agents_over(await self._ideation.for_run(uow, run, step=step, on_ideas=tell))

        async def work() -> Worked[object]:
            return await make(agents, step=step, inputs=inputs, earlier=earlier, ids=ids_of(run.id))

        return Loaded(inputs=inputs, work=work)

    async def keep(
        self, uow: UnitOfWork, run: Run, *, step: str, worked: Worked[object] | None, now: datetime
    ) -> Worked[object]:
        """Save the plan, or file the model that was fitted for it."""
        if worked is None:
            return await self._saved(uow, run, step=step, now=now)
        if worked.fresh is None:
            return worked
        source = await _source(uow, run)
        if source is not None:
            return as_filed(worked, kept=await uow.runs.output(source, step=step, kind=Allocated))
        campaign = await _campaign(uow, run)
        model = await file_fit(uow, brand_id=campaign.brand_id, fresh=worked.fresh, run_id=run.id, now=now)
        filed = _on(worked.output, model_id=str(model.id), number=model.number, input_hash=model.input_hash)
        return replace(worked, output=filed, records=(*worked.records, model_record(model)))

    async def _saved(self, uow: UnitOfWork, run: Run, *, step: str, now: datetime) -> Worked[object]:
        saved = await save(uow, run, now=now)
        plan = (await _campaign(uow, run)).plan
        if run.kind is not RunKind.GENERATE:
            return saved
        sealed = await uow.recordings.keep(run, step=step, inputs=None, output=plan, answers=())
        return replace(saved, records=(*saved.records, saved_record(saved.detail, plan_sha256=sealed.output)))


def as_filed(worked: Worked[object], *, kept: object) -> Worked[object]:
    """What a step made again, with the version its model was filed as; only filing gives a version its id and number."""
    if worked.fresh is None or not isinstance(kept, Allocated):
        return worked
    model = kept.model
    filed = _on(worked.output, model_id=model.model_id, number=model.model_number, input_hash=model.input_hash)
    return replace(worked, output=filed)


async def _source(uow: UnitOfWork, run: Run) -> Run | None:
    """The run that this one makes again from its kept inputs."""
    replaying = replaying_of(run.request)
    return await uow.runs.get(replaying.run_id) if replaying else None


async def _inputs(uow: UnitOfWork, run: Run, *, step: str) -> object | None:
    """What the step reads: the workspace as it is, or what the run that is made again was given."""
    if step not in INPUTS:
        return None
    source = await _source(uow, run)
    if source is not None:
        kept: object = await uow.recordings.inputs(source, step=step, kind=INPUTS[step])
        return kept
    return await READERS[step](uow, run)


async def _gathered(uow: UnitOfWork, run: Run, *, compared: Compared) -> Gathering:
    campaign = await _campaign(uow, run)
    facts = await load_facts(uow, brief=campaign.brief, brand_id=campaign.brand_id, own=campaign, compared=compared)
    disliked = await load_disliked(uow, run, campaign) if campaign.plan else ()
    return Gathering(facts=facts.lean, note=note_of(run.request), disliked=disliked)


async def _ideating(uow: UnitOfWork, run: Run) -> Ideating:
    campaign = await _campaign(uow, run)
    plan = campaign.plan if run.kind is not RunKind.GENERATE else None
    alone = run.kind is RunKind.REGENERATE_IDEA
    wanted = idea_of(run.request) if alone else None
    return Ideating(
        count=1 if alone else IDEAS,
        avoid=(*plan.ideas, *await offered_ideas(uow, campaign)) if plan else (),
        replaces=tuple(idea for idea in plan.ideas if wanted in {None, idea.id}) if plan else (),
    )


async def _allocating(uow: UnitOfWork, run: Run) -> Allocating:
    campaign = await _campaign(uow, run)
    offer = await load_offer(uow, campaign=campaign)
    return Allocating(
        offer=offer,
        known=await load_known(uow, brand=offer.brand, start=offer.brief.start_date),
        committed=await load_committed(uow, campaign=campaign),
    )


async def _flighting(uow: UnitOfWork, run: Run) -> Flighting:
    campaign = await _campaign(uow, run)
    allocated = await uow.runs.output(run, step="allocate", kind=Allocated)
    around = await load_around(uow, campaign=campaign, brief=campaign.brief, channels=allocated.model.channels)
    return Flighting(
        brief=campaign.brief,
        before=_rows(around.before) if around.before is not None else None,
        beside=_rows(around.beside) if around.beside is not None else (),
    )


def _rows(table: FloatArray) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in table.tolist())


async def _rewriting(uow: UnitOfWork, run: Run) -> Rewriting:
    plan = (await _campaign(uow, run)).plan
    if plan is None:
        raise Conflict("The campaign has no plan yet: generate one first.", code="NO_PLAN")
    return Rewriting(ideas=plan.ideas, plans=plan.channel_plans)


READERS: Mapping[str, Callable[[UnitOfWork, Run], Awaitable[object]]] = {
    "ideate": _ideating,
    "allocate": _allocating,
    "flight": _flighting,
    "write_strategies": _rewriting,
}
"""How the inputs of each step are read; what is gathered from waits for something else first."""


def _on(output: object, *, model_id: str, number: int, input_hash: str) -> object:
    """The allocation with the version its curves are from, when they are the filed version's."""
    if isinstance(output, Allocated) and output.model.input_hash == input_hash:
        return replace(output, model=replace(output.model, model_id=model_id, model_number=number))
    return output


async def _campaign(uow: UnitOfWork, run: Run) -> Campaign:
    if run.campaign_id is None:
        raise NotFound.of("campaign", "of the run")
    return await uow.campaigns.get(run.campaign_id)
