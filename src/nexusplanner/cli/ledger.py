"""Commands on the ledger of decisions: verify it, sign a checkpoint, export it, give out the public key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from nexusplanner import bootstrap
from nexusplanner.application.ledger.decisions import verify as verify_ledger
from nexusplanner.application.ledger.export import exported, verify_export
from nexusplanner.cli.console import errors, out
from nexusplanner.cli.workspace import Workspace, act
from nexusplanner.domain.checkpoints import Checkpoint
from nexusplanner.domain.ledger import Verification
from nexusplanner.domain.shared import Invalid
from nexusplanner.infrastructure.checkpoints import Keys, key_id, named, public_pem, read_lines, read_public_key
from nexusplanner.settings import Settings

Tenant = Annotated[str, typer.Option("--tenant", help="Short name of a workspace; the default one when not given.")]

ledger = typer.Typer(name="ledger", help="The ledger of decisions: export it, give out its key.", no_args_is_help=True)


def verify(
    *,
    tenant: Tenant = "",
    file: Annotated[
        Path | None, typer.Option("--file", help="Check an export instead of the database.", exists=True)
    ] = None,
    checkpoints: Annotated[
        Path | None,
        typer.Option("--checkpoints", help="Signed checkpoints; those of this machine when not given.", exists=True),
    ] = None,
    key: Annotated[
        list[Path] | None, typer.Option("--key", help="Public key of the checkpoints; may be repeated.", exists=True)
    ] = None,
) -> None:
    """Check the ledger of decisions; names the first entry that was changed."""
    keys = named(read_public_key(each.read_text(encoding="utf-8")) for each in key or ())
    if file is None:
        found = _of_database(tenant=tenant, checkpoints=checkpoints, keys=keys)
    else:
        found = _of_export(file, checkpoints=checkpoints, keys=keys)
    if not found.intact:
        errors.print(f"[bold red]Not intact:[/] {escape(found.text)}", highlight=False)
        raise typer.Exit(1)
    out.print(f"{escape(found.text)} Head: {found.head}", highlight=False, soft_wrap=True)


def checkpoint(*, tenant: Tenant = "") -> None:
    """Sign what is new in the ledger, outside of the database."""

    async def use(workspace: Workspace) -> Checkpoint | None:
        container = workspace.container
        return await container.checkpoints.make(container.units, actor=workspace.actor)

    made = act(use, tenant=tenant)
    if made is None:
        raise Invalid("There are no entries to sign yet.")
    out.print(f"Signed up to entry {made.head.sequence}: {made.head.hash}", highlight=False, soft_wrap=True)


@ledger.command()
def export(
    file: Annotated[Path, typer.Argument(help="The file to write, one entry a line.", dir_okay=False)],
    *,
    tenant: Tenant = "",
) -> None:
    """Write the ledger with everything needed to verify it elsewhere."""
    if not file.parent.is_dir():
        raise Invalid(f"There is no folder {file.parent} to write the ledger to. Make it first.")

    async def use(workspace: Workspace) -> int:
        lines = 0
        with file.open("wb") as target:
            async for line in exported(workspace.container.units, actor=workspace.actor):
                target.write(line)
                lines += 1
        return lines

    errors.print(f"{act(use, tenant=tenant)} entries written to {escape(str(file))}.", highlight=False)


@ledger.command()
def key(
    file: Annotated[Path | None, typer.Argument(help="The file to write; printed when not given.")] = None,
) -> None:
    """Give out the public key with which others check signed checkpoints."""
    own = bootstrap.checkpoint_files(Settings()).key.public_key()
    if file is None:
        out.print(public_pem(own), end="", highlight=False)
    else:
        file.write_text(public_pem(own), encoding="ascii")
    errors.print(f"Key {key_id(own)}", highlight=False)


def _of_database(*, tenant: str, checkpoints: Path | None, keys: Keys) -> Verification:
    async def use(workspace: Workspace) -> Verification:
        tenant_id = workspace.actor.tenant_id
        with ExitStack() as open_files:
            if checkpoints is None:
                signed: Iterator[Checkpoint] = workspace.container.checkpoints.read(tenant_id)
            else:
                known = {**bootstrap.checkpoint_files(workspace.container.settings).keys, **keys}
                lines = open_files.enter_context(checkpoints.open("rb"))
                signed = read_lines(lines, keys=known, tenant_id=tenant_id)
            async with workspace.container.units.for_actor(workspace.actor) as uow:
                return await verify_ledger(uow, checkpoints=signed)

    return act(use, tenant=tenant)


def _of_export(file: Path, *, checkpoints: Path | None, keys: Keys) -> Verification:
    if checkpoints is None:
        with file.open("rb") as lines:
            return verify_export(lines)
    if not keys:
        raise Invalid("Say with --key which public key signed the checkpoints; nexus ledger key writes it.")
    with file.open("rb") as lines, checkpoints.open("rb") as signed:
        return verify_export(lines, checkpoints=read_lines(signed, keys=keys))
