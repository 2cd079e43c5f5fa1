"""Answers to requests that start a run: the run at once, or what it made when the caller prefers to wait for it."""

from __future__ import annotations

import asyncio
import re
from contextlib import aclosing
from typing import Annotated, Any, Final

from fastapi import Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from nexusplanner.api.campaigns import schemas
from nexusplanner.api.campaigns.reading import read_campaign
from nexusplanner.api.edge import Edge, edge_of
from nexusplanner.api.errors import problems
from nexusplanner.api.routing import remember
from nexusplanner.api.runs import Run, run_of
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.domain import runs
from nexusplanner.domain.identity import Actor
from nexusplanner.domain.runs import RunState

_WAIT: Final = re.compile(r"(?:^|[,;])\s*wait\s*=\s*(\d{1,4})\s*(?:$|[,;])")

Prefer = Annotated[str | None, Header(description="`wait=N`: answer with the campaign if it is done within N seconds.")]
STARTS_RUN: Final[dict[int | str, dict[str, Any]]] = {
    201: {"model": schemas.Campaign, "description": "Done within the time the caller preferred to wait."},
    202: {"model": Run, "description": "Started; Location leads to the run."},
    **problems(400, 401, 403, 404, 409, 422, 429),
}


def seconds_to_wait(prefer: str | None, *, at_most: float) -> float:
    """What `Prefer: wait=N` asks for; 0 when it asks for nothing."""
    found = _WAIT.search(prefer or "")
    return min(float(found.group(1)), at_most) if found else 0.0


async def answer_with_run(request: Request, uow: UnitOfWork, run: runs.Run, *, prefer: str | None) -> Response:
    """The answer 202 with the run; under `Prefer: wait` it is looked at again after the commit."""
    edge = edge_of(request)
    seconds = seconds_to_wait(prefer, at_most=edge.rules.wait_seconds)
    if seconds:
        actor = uow.actor

        async def after_commit() -> Response:
            later = await _result_within(seconds, edge=edge, actor=actor, run=run)
            await remember(request, later)
            return later

        request.state.after_commit = after_commit
    return _answer(await run_of(uow, run), status=202, location=f"/api/v1/runs/{run.id}")


def _answer(shape: BaseModel, *, status: int, location: str, waited: float = 0.0) -> JSONResponse:
    headers = {"Location": location}
    if waited:
        headers["Preference-Applied"] = f"wait={waited:g}"
    return JSONResponse(shape.model_dump(mode="json"), status_code=status, headers=headers)


async def _result_within(seconds: float, *, edge: Edge, actor: Actor, run: runs.Run) -> JSONResponse:
    """Wait outside every transaction; then the campaign if the run succeeded, else the run as it is."""
    try:
        async with asyncio.timeout(seconds):
            await _end_of(run, edge=edge, actor=actor)
    except TimeoutError:
        pass
    async with edge.units.for_actor(actor) as uow:
        now = await uow.runs.get(run.id)
        if now.state is RunState.SUCCEEDED and now.campaign_id:
            campaign = await read_campaign(uow, now.campaign_id, edge=edge)
            return _answer(campaign, status=201, location=f"/api/v1/campaigns/{campaign.id}", waited=seconds)
        return _answer(await run_of(uow, now), status=202, location=f"/api/v1/runs/{run.id}", waited=seconds)


async def _end_of(run: runs.Run, *, edge: Edge, actor: Actor) -> None:
    async with aclosing(edge.events.follow(tenant_id=actor.tenant_id, run_id=run.id)) as changes:
        async for _ in changes:
            async with edge.units.for_actor(actor) as uow:
                if not (await uow.runs.get(run.id)).active:
                    return
