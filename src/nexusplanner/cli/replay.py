"""The replay command: make a run again, to the same bytes or with another model."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape
from rich.table import Table

from nexusplanner.application.replay.again import Replayed
from nexusplanner.application.replay.with_model import replay_with
from nexusplanner.cli.console import errors, out
from nexusplanner.cli.following import follow
from nexusplanner.cli.printing import print_plan
from nexusplanner.cli.workspace import Workspace, act
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.runs import RunKind, RunState
from nexusplanner.domain.shared import Conflict, Invalid, NotFound, RunId

SHOWN = 16
"""Digits of a hash that are shown; enough to tell two apart."""


def replay(
    run: Annotated[str, typer.Argument(help='The run\'s id, or "latest" for the newest that made a plan.')],
    *,
    model: Annotated[
        str,
        typer.Option(
            help='"provider:model" makes a new draft with it, "rules" one by rules; without it bytes are compared, and a difference ends with 1.'
        ),
    ] = "",
    tenant: Annotated[str, typer.Option(help="Short name of a workspace; the default one when not given.")] = "",
) -> None:
    """Make a run again: the same bytes, or a new draft with another model."""
    if model:
        _show_draft(act(lambda workspace: _again(workspace, run, model=model), tenant=tenant, worker=True))
        return
    replayed = act(lambda workspace: _replayed(workspace, run), tenant=tenant)
    _show(replayed)
    if not replayed.identical:
        raise typer.Exit(1)


async def _replayed(workspace: Workspace, run: str) -> Replayed:
    run_id = await _run_id(workspace, run)
    return await workspace.container.replayer.replay(workspace.actor, run_id=run_id)


async def _again(workspace: Workspace, run: str, *, model: str) -> Campaign:
    provider, _, name = model.partition(":")
    container = workspace.container
    run_id = await _run_id(workspace, run)
    async with container.units.for_actor(workspace.actor) as uow:
        started = await replay_with(uow, run_id=run_id, provider=provider, model=name, now=container.clock.now())
    done = await follow(workspace, started)
    if done.state is not RunState.SUCCEEDED or done.campaign_id is None:
        raise Conflict(done.error or f"The run was {done.state.value}.")
    async with container.units.for_actor(workspace.actor) as uow:
        return await uow.campaigns.get(done.campaign_id)


async def _run_id(workspace: Workspace, run: str) -> RunId:
    if run != "latest":
        try:
            return RunId(UUID(run))
        except ValueError:
            raise Invalid(f"{run!r} is no id of a run. Copy it from the run's page, or say latest.") from None
    async with workspace.container.units.for_actor(workspace.actor) as uow:
        rows = (await uow.read.runs.page(active=False, limit=100)).items
    made = [row for row in rows if row.kind is RunKind.GENERATE and row.state is RunState.SUCCEEDED]
    if not made:
        raise NotFound("No run has made a plan yet. Make one with nexus plan.", code="RUN_NOT_FOUND")
    return made[0].id


def _show(replayed: Replayed) -> None:
    table = Table("step", "same", "now", "recorded", "differences", box=None, pad_edge=False)
    for step in replayed.steps:
        same = "yes" if step.identical else "NO"
        hashes = (step.sha256[:SHOWN], step.recorded_sha256[:SHOWN])
        table.add_row(step.step, same, *hashes, escape("; ".join(step.differences)))
    out.print(table)
    errors.print(escape(replayed.text), highlight=False)


def _show_draft(campaign: Campaign) -> None:
    print_plan(out, campaign)
    errors.print(f"Saved as the draft {escape(campaign.name)}.", highlight=False)
