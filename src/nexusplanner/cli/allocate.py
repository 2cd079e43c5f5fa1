"""The allocate command: no database, JSON out."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nexusplanner.application.allocation_files import allocate_document
from nexusplanner.domain.shared import Invalid


class Unit(StrEnum):
    """What amounts are rounded to."""

    EXACT = "exact"
    CENTS = "cents"


def allocate(
    problem: Annotated[Path, typer.Argument(help="JSON: one problem or a list of them.", exists=True, dir_okay=False)],
    unit: Annotated[Unit, typer.Option(help="exact leaves fractions, cents rounds to cents.")] = Unit.EXACT,
) -> None:
    """Split a budget over response curves, with a certificate."""
    try:
        document = json.loads(problem.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{problem} is not JSON: {error}.") from None
    typer.echo(json.dumps(allocate_document(document, unit=unit.value), indent=2, allow_nan=False))
