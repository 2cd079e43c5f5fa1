"""All commands in one place, and how their failures are told."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import typer
from pydantic import ValidationError
from rich.markup import escape
from sqlalchemy.exc import OperationalError

from nexusplanner.bootstrap import NoOwner
from nexusplanner.cli import data, files, models, plan, serve, system
from nexusplanner.cli.console import errors
from nexusplanner.domain.shared import DomainError
from nexusplanner.infrastructure.embedded_postgres import EmbeddedPostgresError

app = typer.Typer(
    name="nexus",
    help="NexusPlanner: AI proposes, mathematics decides, every number has a receipt.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(serve.demo)
app.command("serve")(serve.serve)
app.command("worker")(serve.worker)
app.command("plan")(plan.plan)
app.command("import")(data.import_)
app.command("allocate")(files.allocate)
app.command("fit")(files.fit)
app.command("refit")(models.refit)
app.add_typer(models.models)
app.command("verify")(system.verify)
app.command("doctor")(system.doctor)
app.command("migrate")(system.migrate)


def run() -> None:
    """Run a command; a refusal is told in words, with exit code 1, and nothing is left running."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        app(prog_name="nexus")
    except DomainError as error:
        _tell(error.message, error.fields)
        sys.exit(1)
    except (EmbeddedPostgresError, NoOwner, OSError) as error:
        _tell(str(error), {})
        sys.exit(1)
    except OperationalError as error:
        _tell(f"The database cannot be used: {error.orig}", {})
        sys.exit(1)
    except ValidationError as error:
        _tell("The settings are wrong.", {".".join(map(str, each["loc"])): each["msg"] for each in error.errors()})
        sys.exit(1)


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(143)


def _tell(message: str, fields: dict[str, str]) -> None:
    errors.print(f"[bold red]Error:[/] {escape(message)}", highlight=False)
    for name, reason in fields.items():
        errors.print(f"  {escape(name)}: {escape(reason)}", highlight=False)
