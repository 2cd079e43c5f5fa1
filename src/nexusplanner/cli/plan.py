"""The plan command: a brief in, a plan out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nexusplanner.application.campaigns import generate_campaign
from nexusplanner.application.imports import ColumnMapping, ImportKind, ImportRejected, import_file
from nexusplanner.application.ports.reads import PAGE_SIZE_MAX
from nexusplanner.application.ports.rows import DecisionRow
from nexusplanner.cli.brief import BriefFile, kept_brand, kept_service, read_brief
from nexusplanner.cli.console import errors, out
from nexusplanner.cli.data import read_mapping, show_rows
from nexusplanner.cli.document import plan_document
from nexusplanner.cli.following import follow
from nexusplanner.cli.printing import print_plan
from nexusplanner.cli.workspace import Workspace, act
from nexusplanner.domain.campaigns import Campaign
from nexusplanner.domain.runs import Run, RunState
from nexusplanner.domain.shared import Conflict, Invalid


class Provider(StrEnum):
    """Who writes the texts."""

    RULES = "rules"


def plan(
    *,
    brief: Annotated[Path, typer.Argument(help="The brief as YAML.", exists=True, dir_okay=False)],
    actuals: Annotated[
        Path | None,
        typer.Option(help="CSV or .xlsx of spend and outcomes to fit curves to.", exists=True, dir_okay=False),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="YAML: which column of the actuals is what.", exists=True, dir_okay=False)
    ] = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Also write the plan to this file.")] = None,
    provider: Annotated[Provider, typer.Option(help="Who writes the texts.")] = Provider.RULES,
    tenant: Annotated[str, typer.Option(help="Short name of a workspace; the default one when not given.")] = "",
) -> None:
    """Make a plan from a brief, save it as a campaign, and print it."""
    del provider  # rules are the only provider; the option is there so that scripts can say so
    if json_out is not None and not json_out.parent.is_dir():
        raise Invalid(f"There is no folder {json_out.parent} to write the plan to. Make it first.")
    wanted = read_brief(brief)
    chosen = mapping or (brief.parent / wanted.actuals_mapping if wanted.actuals_mapping and actuals else None)
    columns = read_mapping(chosen) if chosen else None
    figures = actuals.read_bytes() if actuals else None

    async def use(workspace: Workspace) -> tuple[Campaign, Sequence[DecisionRow]]:
        run = await _start(workspace, wanted, figures=figures, columns=columns)
        return await _finish(workspace, run)

    try:
        campaign, decisions = act(use, tenant=tenant, worker=True)
    except ImportRejected as refused:
        show_rows(refused.details.get("errors", []))
        raise
    print_plan(out, campaign)
    if json_out is not None and campaign.plan is not None:
        document = plan_document(campaign, plan=campaign.plan, decisions=decisions)
        json_out.write_text(json.dumps(document, indent=2, ensure_ascii=False), encoding="utf-8")
        errors.print(f"Written to {json_out}.", highlight=False)


async def _start(
    workspace: Workspace, wanted: BriefFile, *, figures: bytes | None, columns: ColumnMapping | None
) -> Run:
    container = workspace.container
    now = container.clock.now()
    async with container.units.for_actor(workspace.actor) as uow:
        brand = await kept_brand(uow, wanted.brand, now=now)
        service = await kept_service(uow, wanted.service, brand=brand, now=now)
        brief = wanted.brief(service.id)
        brief.check()
        if figures is not None:
            report = await import_file(
                uow,
                kind=ImportKind.ACTUALS,
                brand_id=brand.id,
                content=figures,
                mapping=columns,
                channel_of=container.reference.key_of,
                sheets=container.outside.sheet_reader(),
                skip_bad_rows=False,
                now=now,
            )
            errors.print(f"{report.imported + report.replaced} figures taken.", highlight=False)
        return await generate_campaign(uow, brief=brief, name=wanted.name, now=now)


async def _finish(workspace: Workspace, run: Run) -> tuple[Campaign, Sequence[DecisionRow]]:
    """Follow the run to its end, showing its steps. Raises Conflict with the reason when it fails."""
    container = workspace.container
    run = await follow(workspace, run)
    if run.state is not RunState.SUCCEEDED or run.campaign_id is None:
        raise Conflict(run.error or f"The run was {run.state}.")
    async with container.units.for_actor(workspace.actor) as uow:
        decisions = await uow.read.decisions.page(run_id=run.id, limit=PAGE_SIZE_MAX)
        return await uow.campaigns.get(run.campaign_id), decisions.items
