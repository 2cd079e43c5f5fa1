"""The front of the command line: starts a command, and tells its failure in words."""

from __future__ import annotations

import signal
import sys
from importlib import import_module
from types import FrameType

from rich.markup import escape

from nexusplanner.cli.commands import app
from nexusplanner.cli.console import errors
from nexusplanner.domain.shared import DomainError


def run() -> None:
    """Run a command; a refusal is told in words, with exit code 1, and nothing is left running."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        app(prog_name="nexus")
    except DomainError as error:
        _tell(error.message, error.fields)
        sys.exit(1)
    except OSError as error:
        _tell(str(error), {})
        sys.exit(1)
    except Exception as error:
        # What else may fail is known to packages that a command which failed has imported already, and others need not.
        told = import_module("nexusplanner.cli.failures").told(error)
        if told is None:
            raise
        _tell(*told)
        sys.exit(1)


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(143)


def _tell(message: str, fields: dict[str, str]) -> None:
    errors.print(f"[bold red]Error:[/] {escape(message)}", highlight=False)
    for name, reason in fields.items():
        if reason not in message:
            errors.print(f"  {escape(name)}: {escape(reason)}", highlight=False)
