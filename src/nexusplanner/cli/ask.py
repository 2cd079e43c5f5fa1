"""The ask command: a question to an assistant, answered with its sources. Nothing is kept and nothing is changed."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

import typer
from rich.markup import escape

from nexusplanner.application.assistants.conversations import Situation
from nexusplanner.application.assistants.names import Name, NameKind, best_match, tokens
from nexusplanner.application.assistants.replies import Reply
from nexusplanner.application.ports.reads import PAGE_SIZE_MAX
from nexusplanner.application.ports.unit_of_work import UnitOfWork
from nexusplanner.cli.console import errors, out
from nexusplanner.cli.workspace import Workspace, act
from nexusplanner.domain.sessions import AssistantKind
from nexusplanner.domain.shared import CampaignId, NotFound


def ask(
    question: Annotated[str, typer.Argument(help="What you want to know, in your own words.")],
    *,
    campaign: Annotated[str, typer.Option("--campaign", help="Name of the campaign it is about.")] = "",
    assistant: Annotated[
        AssistantKind | None, typer.Option("--assistant", help="Planning with a campaign, else workspace.")
    ] = None,
    tenant: Annotated[str, typer.Option("--tenant", help="Short name of a workspace; the default one if none.")] = "",
) -> None:
    """Ask about the workspace: every figure of the answer comes with its source."""

    async def use(workspace: Workspace) -> Reply:
        container = workspace.container
        async with container.units.for_actor(workspace.actor) as uow:
            campaign_id = await _campaign(uow, campaign) if campaign else None
        usual = AssistantKind.PLANNING if campaign else AssistantKind.WORKSPACE
        situation = Situation(assistant=assistant or usual, text=question, salt=str(uuid4()), campaign_id=campaign_id)
        return await container.assistants.reply(workspace.actor, situation)

    _print(act(use, tenant=tenant))


async def _campaign(uow: UnitOfWork, name: str) -> CampaignId:
    """The campaign that is named, in full or in part. Raises NotFound."""
    rows = (await uow.read.campaigns.page(limit=PAGE_SIZE_MAX)).items
    known = [Name(kind=NameKind.CAMPAIGN, key=str(row.id), label=row.name) for row in rows]
    found = best_match(("campaign", *tokens(name)), known)
    row = next((row for row in rows if found and str(row.id) == found.name.key), None)
    if row is None:
        raise NotFound(f"There is no campaign {name!r} in this workspace.", code="CAMPAIGN_NOT_FOUND")
    return row.id


def _print(reply: Reply) -> None:
    out.print(escape(reply.text), highlight=False)
    if reply.citations:
        told = list(
            dict.fromkeys(f"{source.title}{f' ({source.url})' if source.url else ''}" for source in reply.citations)
        )
        errors.print(f"\nSources: {escape('; '.join(told))}.", highlight=False, style="dim")
    for draft in reply.drafts:
        errors.print(f"Offered: {escape(draft.title)}. Ask in the application to accept it.", highlight=False)
    if reply.origin.fallback_reason:
        errors.print(f"Rules answered: {escape(reply.origin.fallback_reason)}", highlight=False, style="dim")
