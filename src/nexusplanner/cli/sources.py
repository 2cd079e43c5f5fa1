"""Commands on sources of signals: add feeds and webhooks, fetch them, and list how they do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from nexusplanner.application import sources as use_cases
from nexusplanner.application.ports.reads import PAGE_SIZE_MAX
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.cli.console import errors, out
from nexusplanner.cli.data import choose_brand
from nexusplanner.cli.following import follow
from nexusplanner.cli.workspace import Workspace, act
from nexusplanner.domain.runs import Run
from nexusplanner.domain.shared import Invalid
from nexusplanner.domain.sources import LEAST_MINUTES, LONGEST_NAME, MOST_MINUTES, Source, SourceType, Trust

Tenant = Annotated[str, typer.Option("--tenant", help="Short name of a workspace; the default one when not given.")]
OfBrand = Annotated[str, typer.Option("--brand", help="Name of the brand it concerns; all of them if none.")]
Every = Annotated[int, typer.Option("--every", min=LEAST_MINUTES, max=MOST_MINUTES, help="Minutes between fetches.")]
HOUR = 60

sources = typer.Typer(name="sources", help="Follow feeds, open webhooks, and list how they do.", no_args_is_help=True)


@sources.command("list")
def list_(*, query: Annotated[str, typer.Argument(help="Words in name or address.")] = "", tenant: Tenant = "") -> None:
    """All sources and how they do."""

    async def use(workspace: Workspace) -> tuple[Sequence[Source], datetime]:
        return await _all(workspace, query=query), workspace.container.clock.now()

    found, now = act(use, tenant=tenant)
    if not found:
        errors.print("There are no sources.")
        return
    table = Table("Name", "Kind", "State", "Items", "Last fetched", "Problem", box=None)
    for each in found:
        fetched = each.last_fetched_at.strftime("%Y-%m-%d %H:%M") if each.last_fetched_at else ""
        cells = (each.kind, each.state(now=now), str(each.items), fetched, escape(each.problem))
        table.add_row(escape(each.name), *cells)
    out.print(table)


@sources.command("add")
def add(
    url: Annotated[str, typer.Argument(help="A feed, or a web page that names one; none for a webhook.")] = "",
    *,
    webhook: Annotated[bool, typer.Option("--webhook", help="Others send signals; prints the secret once.")] = False,
    name: Annotated[str, typer.Option("--name", help="What it is called; the feed's own title if none.")] = "",
    brand: OfBrand = "",
    every: Every = HOUR,
    trust: Annotated[Trust, typer.Option("--trust", help="Who vouches for what it says.")] = Trust.PUBLISHED,
    region: Annotated[str, typer.Option("--region", help="Country or region its news is about.")] = "",
    tenant: Tenant = "",
) -> None:
    """Follow a feed and fetch it at once, or open a webhook."""
    if webhook == bool(url):
        raise Invalid("Give the address of a feed, or --webhook.")

    async def use(workspace: Workspace) -> None:
        address, title = (url, name) if webhook else await _found(workspace, url, name=name)
        async with workspace.container.units.for_actor(workspace.actor) as uow:
            source = await _new(uow, workspace, url=address, name=title or "Webhook", brand=brand)
            source.every_minutes, source.trust, source.region = every, trust, region
            secret, run = await _keep(uow, source, now=workspace.container.clock.now())
        if run is not None:
            await _follow(workspace, source, run)
        if secret is not None:
            errors.print("Keep the secret now: it is not shown again.")
            out.print(f"path: /api/v1/hooks/signals/{source.id}\nsecret: {secret}", highlight=False, soft_wrap=True)

    act(use, tenant=tenant, worker=not webhook)


@sources.command("fetch")
def fetch(*, query: Annotated[str, typer.Argument(help="Words in name or address.")] = "", tenant: Tenant = "") -> None:
    """Fetch feeds now, all of them or some."""

    async def use(workspace: Workspace) -> bool:
        feeds = [each for each in await _all(workspace, query=query) if each.kind is SourceType.FEED]
        if not feeds:
            errors.print("There are no such feeds.")
        for each in feeds:
            async with workspace.container.units.for_actor(workspace.actor) as uow:
                run = await use_cases.start_fetch(uow, source_id=each.id, now=workspace.container.clock.now())
            await _follow(workspace, each, run)
        return bool(feeds)

    if not act(use, tenant=tenant, worker=True):
        raise typer.Exit(1)


async def _all(workspace: Workspace, *, query: str) -> Sequence[Source]:
    async with workspace.container.units.for_actor(workspace.actor) as uow:
        return (await uow.sources.page(query=query, limit=PAGE_SIZE_MAX)).items


async def _found(workspace: Workspace, url: str, *, name: str) -> tuple[str, str]:
    """The feed's own address and a name for it. Raises Invalid when there is no feed."""
    outside = workspace.container.outside
    found = await use_cases.preview(outside.fetcher, outside.feed_reader(), url=url)
    if found.feed is None:
        raise Invalid(found.problem, code="NO_FEED")
    return found.feed_url, (name or found.feed.title or found.feed_url)[:LONGEST_NAME]


async def _new(uow: UnitOfWork, workspace: Workspace, *, url: str, name: str, brand: str) -> Source:
    now = workspace.container.clock.now()
    return Source(
        tenant_id=workspace.tenant.id,
        brand_id=choose_brand(await uow.brands.all(), name=brand).id if brand else None,
        created_by=workspace.actor.user_id,
        name=name,
        kind=SourceType.FEED if url else SourceType.WEBHOOK,
        url=url,
        created_at=now,
        updated_at=now,
    )


async def _keep(uow: UnitOfWork, source: Source, *, now: datetime) -> tuple[str | None, Run | None]:
    """Its secret, or the run that fetches it, which is started with it so that the clock need not."""
    secret = await use_cases.create_source(uow, source=source, now=now)
    run = None if secret else await use_cases.start_fetch(uow, source_id=source.id, now=now)
    return secret, run


async def _follow(workspace: Workspace, source: Source, run: Run) -> None:
    ended = await follow(workspace, run)
    told = ended.step("sort_in").detail or ended.error
    out.print(f"{escape(source.name)}: {escape(told)}", highlight=False, soft_wrap=True)
