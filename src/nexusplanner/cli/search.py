"""The search command: passages of the workspace with the sentences that answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.markup import escape

from nexusplanner.application.knowledge.retrieval import LIMIT_MAX, Retrieved, retrieve
from nexusplanner.application.ports.retrieval import Wanted
from nexusplanner.cli.console import errors, out
from nexusplanner.cli.workspace import Workspace, act
from nexusplanner.domain.knowledge import SourceKind

SHOWN = 5


def search(
    query: Annotated[str, typer.Argument(help="What to look for, in words or as a question.")],
    *,
    kind: Annotated[list[SourceKind] | None, typer.Option("--kind", help="Only this kind; may be repeated.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=LIMIT_MAX, help="Most passages to show.")] = SHOWN,
    tenant: Annotated[str, typer.Option("--tenant", help="Short name of a workspace; the default one if none.")] = "",
) -> None:
    """Find passages of the workspace, with the sentences that answer."""

    async def use(workspace: Workspace) -> Sequence[Retrieved]:
        compared = await workspace.container.embedding.compare(workspace.actor, query)
        if compared.problem:
            errors.print(compared.problem)
        wanted = Wanted(kinds=frozenset(kind or ()))
        async with workspace.container.units.for_actor(workspace.actor) as uow:
            return await retrieve(uow, query=query, wanted=wanted, limit=limit, point=compared.point)

    found = act(use, tenant=tenant)
    if not found:
        errors.print("Nothing was found.")
    for each in found:
        _print(each)


def _print(found: Retrieved) -> None:
    passage = found.hit.passage
    dated = f", {passage.on.isoformat()}" if passage.on else ""
    out.print(f"[bold]{escape(passage.title)}[/bold]  {found.hit.score:.2f}", highlight=False)
    for quote in found.quotes:
        out.print(f'  "{escape(quote.quote)}"', highlight=False)
    out.print(
        f"  {escape(passage.id)} ({escape(passage.origin)}{dated}, {passage.trust})", highlight=False, style="dim"
    )
