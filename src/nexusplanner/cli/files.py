"""Commands on files alone: no database, JSON out."""

from __future__ import annotations

import json
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from nexusplanner.application.allocation_files import allocate_document
from nexusplanner.application.fit_files import fit_document
from nexusplanner.application.fit_report import fit_report
from nexusplanner.application.fit_settings import FitSettings
from nexusplanner.application.imports.table import read_table
from nexusplanner.domain.planning.fit import FitResult
from nexusplanner.domain.shared import Invalid
from nexusplanner.infrastructure.reference.holidays import holiday_days


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


def fit(
    data: Annotated[Path, typer.Argument(help="CSV with a heading line.", exists=True, dir_okay=False)],
    config: Annotated[Path, typer.Option(help="YAML: which column is what.", exists=True, dir_okay=False)],
    report: Annotated[Path | None, typer.Option(help="Also write a report to this HTML file.")] = None,
) -> None:
    """Fit response curves to a table of spend and outcomes, with intervals."""
    if report is not None and not report.parent.is_dir():
        raise Invalid(f"There is no folder {report.parent} to write the report to. Make it first.")
    table = read_table(data.read_bytes())
    if table.ragged:
        line, cells = table.ragged[0]
        raise Invalid(f"Line {line} of {data} has {cells} cells, the heading has {len(table.headers)}.")
    rows, chosen = [row.cells[: row.width] for row in table.rows], read_yaml(config)

    def write(settings: FitSettings, result: FitResult) -> None:
        if report is not None:
            told = fit_report(result, settings=settings, headers=table.headers, rows=rows, config=chosen)
            report.write_text(told, encoding="utf-8")

    found = fit_document(
        table.headers, rows=rows, config=chosen, timer=time.perf_counter, calendar=holiday_days, report=write
    )
    typer.echo(json.dumps(found, indent=2, allow_nan=False))


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file as a mapping. Raises Invalid."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        words = " ".join(str(error).split())
        raise Invalid(f"{path} is not YAML: {words}.") from None
    if not isinstance(content, dict):
        raise Invalid(f"{path} must hold keys and values, such as `theme: Spring launch`.")
    return content
