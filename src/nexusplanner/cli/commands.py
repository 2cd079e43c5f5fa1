"""All commands in one place; the module of a command is imported when it is asked for, never for a list of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Where a command is. name: of a function, or of a group of commands, in the module of this package."""

    module: str
    name: str
    help: str

    def load(self) -> Any:
        """The function or group itself."""
        return getattr(import_module(f"nexusplanner.cli.{self.module}"), self.name)


COMMANDS: Mapping[str, Entry] = {
    "demo": Entry(
        module="serve", name="demo", help="Load an example company and serve pages, API and worker in one process."
    ),
    "serve": Entry(
        module="serve", name="serve", help="Serve pages, API and (unless switched off) the worker in one process."
    ),
    "worker": Entry(module="serve", name="worker", help="Take runs in this process, beside or without a server."),
    "plan": Entry(module="plan", name="plan", help="Make a plan from a brief, save it as a campaign, and print it."),
    "ask": Entry(
        module="ask", name="ask", help="Ask about the workspace: every figure of the answer comes with its source."
    ),
    "search": Entry(
        module="search", name="search", help="Find passages of the workspace, with the sentences that answer."
    ),
    "sources": Entry(module="sources", name="sources", help="Follow feeds, open webhooks, and list how they do."),
    "documents": Entry(
        module="documents", name="documents", help="Take files and web pages whose text may be cited, and list them."
    ),
    "import": Entry(
        module="data",
        name="import_",
        help="Take services, signals, companies, customers, deals or actuals from a CSV file or an Excel workbook.",
    ),
    "allocate": Entry(
        module="allocate", name="allocate", help="Split a budget over response curves, with a certificate."
    ),
    "fit": Entry(
        module="fit", name="fit", help="Fit response curves to a table of spend and outcomes, with intervals."
    ),
    "refit": Entry(
        module="models", name="refit", help="Fit a brand's response model to all its actuals and experiments."
    ),
    "models": Entry(module="models", name="models", help="Versions of a brand's response model."),
    "ai": Entry(module="ai", name="ai", help="Language models: providers, keys, limits and what they cost."),
    "verify": Entry(
        module="ledger", name="verify", help="Check the ledger of decisions; names the first entry that was changed."
    ),
    "checkpoint": Entry(
        module="ledger", name="checkpoint", help="Sign what is new in the ledger, outside of the database."
    ),
    "ledger": Entry(module="ledger", name="ledger", help="The ledger of decisions: export it, give out its key."),
    "replay": Entry(
        module="replay", name="replay", help="Make a run again: the same bytes, or a new draft with another model."
    ),
    "doctor": Entry(module="system", name="doctor", help="Tell what is set up and what is missing."),
    "migrate": Entry(module="system", name="migrate", help="Bring the database to this release."),
}


class Commands(TyperGroup):
    """Lists commands from the table above and puts the real one in place of its line when it is run."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first argument names, imported now."""
        if args and args[0] in COMMANDS:
            self.add_command(_command(args[0]), args[0])
        return super().resolve_command(ctx, args)


def _command(name: str) -> Any:
    found = COMMANDS[name].load()
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return typer.main.get_command(alone)


def _line() -> None:
    """Stands in the list of commands until the command is run."""


app = typer.Typer(
    name="nexus",
    cls=Commands,
    help="NexusPlanner: AI proposes, mathematics decides, every number has a receipt.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _name, _entry in COMMANDS.items():
    app.command(_name, help=_entry.help)(_line)
