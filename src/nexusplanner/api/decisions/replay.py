"""Runs made again: to the same bytes, or with another model as a new draft."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from nexusplanner.api.campaigns.waiting import STARTS_RUN, answer_with_run
from nexusplanner.api.errors import problems
from nexusplanner.api.routing import Access, EdgeParts, Generating, GuardedRoute, IdempotencyKey, SignedIn
from nexusplanner.api.runs import STEP_LABELS, Run
from nexusplanner.api.shapes import Input, Shape
from nexusplanner.application.access.identity import Caller
from nexusplanner.application.replay import again as use_cases
from nexusplanner.application.replay.with_model import replay_with
from nexusplanner.domain.identity import Permission
from nexusplanner.domain.shared import RunId

router = APIRouter(route_class=GuardedRoute, tags=["Runs"])

Replaying = Annotated[
    Caller, Depends(SignedIn(access=Access(permission=Permission.PLAN, transaction=False, costly=True)))
]


class ReplayedStep(Shape):
    """One step made again. sha256, recorded_sha256: of its output's canonical bytes now and then.

    step: "save" stands for the whole plan. differences: what was not as it was recorded, in words.
    """

    step: str
    label: str
    identical: bool
    sha256: str
    recorded_sha256: str
    differences: list[str]


class Replay(Shape):
    """A run made again from what was kept of it. identical: every step gave the same bytes."""

    run_id: UUID
    identical: bool
    steps: list[ReplayedStep]
    text: str


class ReplayWith(Input):
    """Another model. provider: the name of one that is set up, or "rules", which takes no model."""

    provider: Annotated[str, Field(min_length=1, max_length=40)]
    model: Annotated[str, Field(max_length=200)] = ""


@router.post("/runs/{run_id}/replay", responses=problems(401, 403, 404, 409, 429), summary="Replay a run")
async def replay_run(*, caller: Replaying, edge: EdgeParts, run_id: UUID) -> Replay:
    """Every step is made again from its kept inputs; only a note in the ledger is written."""
    replayed = await edge.replayer.replay(caller.actor, run_id=RunId(run_id))
    return shape_replay(replayed)


def shape_replay(replayed: use_cases.Replayed) -> Replay:
    """What callers see of a replay."""
    steps = [
        ReplayedStep(
            step=each.step,
            label=STEP_LABELS.get(each.step, each.step.replace("_", " ")),
            identical=each.identical,
            sha256=each.sha256,
            recorded_sha256=each.recorded_sha256,
            differences=list(each.differences),
        )
        for each in replayed.steps
    ]
    return Replay(run_id=replayed.run_id, identical=replayed.identical, steps=steps, text=replayed.text)


@router.post(
    "/runs/{run_id}/replay-with",
    status_code=202,
    response_model=Run,
    responses=STARTS_RUN,
    summary="Replay a run with another model",
)
async def replay_run_with(
    *, request: Request, uow: Generating, edge: EdgeParts, run_id: UUID, body: ReplayWith, _: IdempotencyKey = None
) -> Response:
    """A new draft is made from what the old run was given; the old campaign and run stay as they are."""
    run = await replay_with(uow, run_id=RunId(run_id), provider=body.provider, model=body.model, now=edge.clock.now())
    return await answer_with_run(request, uow, run, prefer=None)
