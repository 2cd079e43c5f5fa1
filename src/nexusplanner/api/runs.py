"""Runs: durable work with named steps that can be followed, cancelled and tried again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from nexusplanner.api.edge import Edge
from nexusplanner.api.errors import problems
from nexusplanner.api.paging import Paging, page_of
from nexusplanner.api.routing import EdgeParts, Following, GuardedRoute, Planning, Reading
from nexusplanner.api.shapes import Page, Shape
from nexusplanner.application import runs as use_cases
from nexusplanner.application.ports.rows import RunRow
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain import runs
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.shared import CampaignId, RunId

router = APIRouter(route_class=GuardedRoute, tags=["Runs"])

STEP_LABELS = {
    "gather_context": "Gather what is known",
    "analyse_market": "Read the market",
    "find_opportunities": "Find opportunities",
    "ideate": "Think of ideas",
    "refine": "Put them in the brand's voice",
    "allocate": "Divide the budget",
    "flight": "Spread it over the weeks",
    "explain": "Explain the plan",
    "save": "Save everything",
    "write_strategies": "Write the channel strategies",
    "load_history": "Read the actuals",
    "fit": "Fit the response curves",
    "score": "Score them on weeks they did not see",
    "compare": "Compare with the model in use",
    "save_model": "Keep the model",
    "fetch": "Fetch it",
    "sort_in": "Sort in what is new",
    "parse": "Read the text",
    "index": "Make passages of it",
    "read_companies": "Read companies",
    "read_customers": "Read customers",
    "read_deals": "Read deals",
    "read_deletions": "Follow deletions and merges",
    "summarise": "Sum up the segments",
}


class Step(Shape):
    """A named step. detail: what it found, in words. provider: who wrote its texts, empty when it wrote none."""

    name: str
    label: str
    state: runs.StepState
    detail: str
    provider: str
    started_at: datetime | None
    ended_at: datetime | None


class PartialIdea(Shape):
    """An idea that is still being written."""

    theme: str
    description: str


class Partial(Shape):
    """What a step has written so far; nothing of it has been checked, and nothing of it is kept."""

    ideas: list[PartialIdea]


class Run(Shape):
    """One run. progress: share of steps done, 0 to 1. model_id: the model it made. error: what to do when it failed.

    partial: ideas as far as they are written, while a model writes them.
    """

    id: UUID
    kind: runs.RunKind
    state: runs.RunState
    progress: float
    steps: list[Step]
    brand_id: UUID | None
    campaign_id: UUID | None
    campaign_name: str | None
    model_id: UUID | None
    partial: Partial | None
    error: str
    retryable: bool
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


def shape_run(run: runs.Run | RunRow, *, campaign_name: str | None) -> Run:
    """What callers see of a run."""
    steps = [
        Step(
            name=step.name,
            label=STEP_LABELS.get(step.name, step.name.replace("_", " ")),
            state=step.state,
            detail=step.detail,
            provider=step.provider,
            started_at=step.started_at,
            ended_at=step.ended_at,
        )
        for step in run.steps
    ]
    return Run(
        id=run.id,
        kind=run.kind,
        state=run.state,
        progress=run.progress,
        steps=steps,
        brand_id=run.brand_id,
        campaign_id=run.campaign_id,
        campaign_name=campaign_name,
        model_id=run.model_id,
        partial=_partial(run),
        error=run.error,
        retryable=run.retryable,
        created_at=run.created_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
    )


def _partial(run: runs.Run | RunRow) -> Partial | None:
    ideas = run.partial if isinstance(run, runs.Run) else ()
    return (
        Partial(ideas=[PartialIdea(theme=idea.theme, description=idea.description) for idea in ideas])
        if ideas
        else None
    )


async def run_of(uow: UnitOfWork, run: runs.Run) -> Run:
    """What callers see of a run, with the name of its campaign."""
    campaign = await uow.campaigns.get(run.campaign_id, deleted=True) if run.campaign_id else None
    return shape_run(run, campaign_name=campaign.name if campaign else None)


@router.get("/runs", response_model=Page[Run], responses=problems(401, 403, 422, 429), summary="List runs")
async def list_runs(
    *,
    uow: Reading,
    paging: Paging,
    campaign_id: UUID | None = None,
    mine: Annotated[bool, Query(description="Only those I started.")] = False,
    active: Annotated[bool | None, Query(description="Only those that go on (true) or have ended (false).")] = None,
) -> Page[Run] | Response:
    """Newest first."""
    page = await uow.read.runs.page(
        user_id=uow.actor.user_id if mine else None,
        active=active,
        campaign_id=CampaignId(campaign_id) if campaign_id else None,
        cursor=paging.cursor,
        limit=paging.limit,
    )
    return page_of(page, shape=Run, request=paging, make=lambda row: shape_run(row, campaign_name=row.campaign_name))


@router.get("/runs/{run_id}", responses=problems(401, 403, 404, 429), summary="Read a run")
async def get_run(*, uow: Reading, run_id: UUID) -> Run:
    """One run with its steps."""
    return await run_of(uow, await use_cases.get_run(uow, run_id=RunId(run_id)))


@router.post("/runs/{run_id}/cancel", responses=problems(401, 403, 404, 409, 429), summary="Cancel a run")
async def cancel_run(*, uow: Planning, edge: EdgeParts, run_id: UUID) -> Run:
    """It stops before its next step; what finished steps found is kept for a retry."""
    return await run_of(uow, await use_cases.cancel_run(uow, run_id=RunId(run_id), now=edge.clock.now()))


@router.post("/runs/{run_id}/retry", responses=problems(401, 403, 404, 409, 429), summary="Try a run again")
async def retry_run(*, uow: Planning, run_id: UUID) -> Run:
    """A failed or cancelled run goes on where it stopped."""
    return await run_of(uow, await use_cases.retry_run(uow, run_id=RunId(run_id)))


async def _first_look(request: Request, edge: EdgeParts, run_id: UUID) -> tuple[Run, bool]:
    """The run before the answer begins, so that a missing one is still answered with 404."""
    return await _look(edge, actor=request.state.caller.actor, run_id=run_id)


async def _look(edge: Edge, *, actor: Actor, run_id: UUID) -> tuple[Run, bool]:
    """The run now, in a transaction of its own, and whether it goes on."""
    async with edge.units.for_actor(actor) as uow:
        run = await use_cases.get_run(uow, run_id=RunId(run_id))
        return await run_of(uow, run), run.active


@router.get(
    "/runs/{run_id}/events",
    response_class=EventSourceResponse,
    responses={
        200: {"description": "Events named `run`, each with a Run as data.", "content": {"text/event-stream": {}}},
        **problems(401, 403, 404, 429),
    },
    summary="Follow a run",
)
async def follow_run(
    *, caller: Following, edge: EdgeParts, run_id: UUID, first: Annotated[tuple[Run, bool], Depends(_first_look)]
) -> AsyncIterator[ServerSentEvent]:
    """The run on every change, until it has ended."""
    seen, going_on = first
    yield ServerSentEvent(event="run", data=seen)
    if not going_on:
        return
    changes = edge.events.follow(tenant_id=caller.actor.tenant_id, run_id=RunId(run_id))
    async with aclosing(changes) as following:
        async for _ in following:
            run, going_on = await _look(edge, actor=caller.actor, run_id=run_id)
            if run != seen:
                seen = run
                yield ServerSentEvent(event="run", data=run)
            if not going_on:
                return
