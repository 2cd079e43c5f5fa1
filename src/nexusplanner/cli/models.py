"""Commands on a brand's response model: fit it anew, list versions, adopt or reject one, import one, write a report."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from nexusplanner.application.measurement import versions
from nexusplanner.application.measurement.report import content_of, render
from nexusplanner.application.ports.reads import PAGE_SIZE_MAX
from nexusplanner.application.ports.rows import ModelRow
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.application.refit import start_refit
from nexusplanner.cli.console import errors, out
from nexusplanner.cli.data import choose_brand
from nexusplanner.cli.following import follow
from nexusplanner.cli.workspace import Workspace, act
from nexusplanner.domain.catalog import Brand
from nexusplanner.domain.measurement import ModelSource, ModelVersion
from nexusplanner.domain.shared import Conflict, Invalid, NotFound

BrandName = Annotated[str, typer.Argument(help="Name of the brand; may be left out when there is only one.")]
OfBrand = Annotated[str, typer.Option("--brand", help="Name of the brand; needed when there are several.")]
Number = Annotated[int, typer.Argument(help="The version's number.", min=1)]
Reason = Annotated[str, typer.Option(help="Why; kept in the decision ledger.")]
Tenant = Annotated[str, typer.Option("--tenant", help="Short name of a workspace; the default one when not given.")]


class Format(StrEnum):
    """Programs whose models can be imported."""

    MERIDIAN = "meridian"
    ROBYN = "robyn"
    PYMC_MARKETING = "pymc_marketing"


models = typer.Typer(name="models", help="Versions of a brand's response model.", no_args_is_help=True)


def refit(brand: BrandName = "", *, tenant: Tenant = "") -> None:
    """Fit a brand's response model to all its actuals and experiments."""

    async def use(workspace: Workspace) -> ModelVersion:
        container = workspace.container
        async with container.units.for_actor(workspace.actor) as uow:
            found = choose_brand(await uow.brands.all(), name=brand)
            run = await start_refit(uow, brand_id=found.id, now=container.clock.now())
        run = await follow(workspace, run)
        if run.model_id is None:
            raise Conflict(run.error or f"The run was {run.state}.")
        async with container.units.for_actor(workspace.actor) as uow:
            return await uow.models.get(run.model_id)

    model = act(use, tenant=tenant, worker=True)
    out.print(f"Version {model.number} is {model.state}. {escape(model.reason)}", highlight=False)
    for warning in model.warnings:
        errors.print(f"- {escape(warning)}", highlight=False)


@models.command("list")
def list_(*, brand: OfBrand = "", tenant: Tenant = "") -> None:
    """The versions of a brand's model, newest first."""

    async def use(workspace: Workspace) -> Sequence[ModelRow]:
        async with workspace.container.units.for_actor(workspace.actor) as uow:
            found = choose_brand(await uow.brands.all(), name=brand)
            return (await uow.read.measurement.models(brand_id=found.id, limit=PAGE_SIZE_MAX)).items

    rows = act(use, tenant=tenant)
    table = Table("version", "state", "source", "weeks", "error", "in band", "reason", box=None, pad_edge=False)
    for row in rows:
        figures = (row.holdout_wmape, row.holdout_coverage)
        told = ["" if figure is None else f"{figure:.1%}" for figure in figures]
        table.add_row(str(row.number), row.state, row.source, str(row.weeks), *told, escape(row.reason))
    out.print(table if rows else "There is no model yet: fit one with nexus refit.")


@models.command()
def adopt(number: Number, *, reason: Reason = "", brand: OfBrand = "", tenant: Tenant = "") -> None:
    """Make plans stand on this version."""

    async def use(workspace: Workspace) -> ModelVersion:
        async with workspace.container.units.for_actor(workspace.actor) as uow:
            _, model = await _version(uow, brand=brand, number=number)
            now = workspace.container.clock.now()
            return await versions.adopt_model(uow, model_id=model.id, reason=reason, now=now)

    out.print(f"Version {act(use, tenant=tenant).number} is adopted.", highlight=False)


@models.command()
def reject(number: Number, *, reason: Reason = "", brand: OfBrand = "", tenant: Tenant = "") -> None:
    """Rule a candidate out for good."""

    async def use(workspace: Workspace) -> ModelVersion:
        async with workspace.container.units.for_actor(workspace.actor) as uow:
            _, model = await _version(uow, brand=brand, number=number)
            now = workspace.container.clock.now()
            return await versions.reject_model(uow, model_id=model.id, reason=reason, now=now)

    out.print(f"Version {act(use, tenant=tenant).number} is rejected.", highlight=False)


@models.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSON, or CSV of posterior draws.", exists=True, dir_okay=False)],
    *,
    format_: Annotated[Format, typer.Option("--format", help="The program that made the model.")],
    brand: OfBrand = "",
    tenant: Tenant = "",
) -> None:
    """Take a model over from another program, as a candidate."""

    async def use(workspace: Workspace) -> ModelVersion:
        container = workspace.container
        async with container.units.for_actor(workspace.actor) as uow:
            found = choose_brand(await uow.brands.all(), name=brand)
            return await versions.import_model(
                uow,
                brand_id=found.id,
                source=ModelSource(format_.value),
                content=file.read_bytes(),
                channel_of=container.reference.key_of,
                now=container.clock.now(),
            )

    model = act(use, tenant=tenant)
    out.print(f"Version {model.number} is a candidate with {len(model.curves)} channels.", highlight=False)


@models.command()
def report(
    number: Number,
    file: Annotated[Path, typer.Argument(help="The HTML file to write.", dir_okay=False)],
    *,
    brand: OfBrand = "",
    tenant: Tenant = "",
) -> None:
    """Write the report of a version as one HTML file."""
    if not file.parent.is_dir():
        raise Invalid(f"There is no folder {file.parent} to write the report to. Make it first.")

    async def use(workspace: Workspace) -> str:
        reference = workspace.container.reference
        async with workspace.container.units.for_actor(workspace.actor) as uow:
            found, model = await _version(uow, brand=brand, number=number)
            content = content_of(
                model,
                brand=found.name,
                outcome=found.outcome_name,
                currency=found.currency,
                experiments=tuple(await uow.experiments.of_brand(found.id)),
                naming=reference.name_of,
            )
            return render(content)

    file.write_text(act(use, tenant=tenant), encoding="utf-8")
    errors.print(f"Written to {file}.", highlight=False)


async def _version(uow: UnitOfWork, *, brand: str, number: int) -> tuple[Brand, ModelVersion]:
    """The brand and its version of this number. Raises NotFound."""
    found = choose_brand(await uow.brands.all(), name=brand)
    rows = (await uow.read.measurement.models(brand_id=found.id, limit=PAGE_SIZE_MAX)).items
    row = next((row for row in rows if row.number == number), None)
    if row is None:
        raise NotFound.of("model", f"version {number}")
    return found, await uow.models.get(row.id)
