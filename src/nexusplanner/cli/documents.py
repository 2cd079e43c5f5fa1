"""Commands on documents: take files and pages in, and list them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from nexusplanner.application.documents.use_cases import About, add_page, upload_document
from nexusplanner.application.ports.documents import DocumentRow
from nexusplanner.application.ports.reads import PAGE_SIZE_MAX
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.cli.console import errors, out
from nexusplanner.cli.data import choose_brand
from nexusplanner.cli.following import follow
from nexusplanner.cli.workspace import Workspace, act
from nexusplanner.domain.documents import MOST_BYTES, DocumentState
from nexusplanner.domain.shared import Conflict, Invalid

Tenant = Annotated[str, typer.Option("--tenant", help="Short name of a workspace; the default one when not given.")]
OfBrand = Annotated[str, typer.Option("--brand", help="Name of the brand they belong to; all of them if none.")]
OfService = Annotated[str, typer.Option("--service", help="Name of the service they belong to.")]
ADDRESSES = ("http://", "https://")

documents = typer.Typer(
    name="documents", help="Take files and web pages whose text may be cited, and list them.", no_args_is_help=True
)


@documents.command("add")
def add(
    sources: Annotated[list[str], typer.Argument(help="Files (PDF, DOCX, text, Markdown, HTML) or web addresses.")],
    *,
    brand: OfBrand = "",
    service: OfService = "",
    tenant: Tenant = "",
) -> None:
    """Take files and pages in, and read them."""

    async def use(workspace: Workspace) -> int:
        unread = 0
        for source in sources:
            unread += not await _add(workspace, source, brand=brand, service=service)
        return unread

    if act(use, tenant=tenant, worker=True):
        raise typer.Exit(1)


@documents.command("list")
def list_(*, query: Annotated[str, typer.Argument(help="Words in the name.")] = "", tenant: Tenant = "") -> None:
    """The newest documents."""

    async def use(workspace: Workspace) -> Sequence[DocumentRow]:
        async with workspace.container.units.for_actor(workspace.actor) as uow:
            return (await uow.read.documents.page(query=query, limit=PAGE_SIZE_MAX)).items

    rows = act(use, tenant=tenant)
    if not rows:
        errors.print("There are no documents.")
        return
    table = Table("Name", "Kind", "State", "Passages", "Added", "Problem", box=None)
    for row in rows:
        added = row.created_at.date().isoformat()
        table.add_row(escape(row.name), row.kind, row.state, str(row.passages), added, escape(row.problem))
    out.print(table)


async def _add(workspace: Workspace, source: str, *, brand: str, service: str) -> bool:
    """Take one in and say what came of it; whether it could be read."""
    container = workspace.container
    try:
        async with container.units.for_actor(workspace.actor) as uow:
            about = await _about(uow, brand=brand, service=service)
            row = await _take(uow, source, about=about, now=container.clock.now())
    except (Invalid, Conflict) as refused:
        _tell(source, refused.message)
        return False
    async with container.units.for_actor(workspace.actor) as uow:
        run = await uow.runs.get(row.run_id) if row.run_id else None
    if run is not None:
        await follow(workspace, run)
    async with container.units.for_actor(workspace.actor) as uow:
        row = await uow.read.documents.row(row.id)
    found = f"{row.passages} passages. {row.problem}" if row.state is DocumentState.INDEXED else row.problem
    _tell(row.name, found)
    return row.state is DocumentState.INDEXED


async def _take(uow: UnitOfWork, source: str, *, about: About, now: datetime) -> DocumentRow:
    """Keep the file or page and start reading it. Raises Invalid, Conflict."""
    if source.lower().startswith(ADDRESSES):
        return await add_page(uow, url=source, about=about, now=now)
    content = await asyncio.to_thread(_content, Path(source))
    return await upload_document(uow, name=Path(source).name, content=content, about=about, now=now)


def _content(path: Path) -> bytes:
    """What the file holds, no more of it than may be taken. Raises Invalid."""
    if not path.is_file():
        raise Invalid("There is no such file.")
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


async def _about(uow: UnitOfWork, *, brand: str, service: str) -> About:
    """What they belong to, by name. Raises Invalid, naming what there is."""
    if not service:
        return About(brand_id=choose_brand(await uow.brands.all(), name=brand).id if brand else None)
    found = choose_brand(await uow.brands.all(), name=brand)
    services = await uow.services.of_brand(found.id)
    named = [each.id for each in services if each.name.casefold() == service.casefold()]
    if not named:
        raise Invalid(f"{found.name} has no such service. It has: {', '.join(each.name for each in services)}.")
    return About(brand_id=found.id, service_id=named[0])


def _tell(name: str, words: str) -> None:
    out.print(f"{escape(name)}: {escape(words.strip())}", highlight=False, soft_wrap=True)
