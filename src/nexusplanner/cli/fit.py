"""The fit command: no database, JSON out."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from nexusplanner.application.fit_files.fitting import fit_document
from nexusplanner.application.fit_files.report import fit_report
from nexusplanner.application.fit_files.settings import FitSettings
from nexusplanner.application.imports.table import read_table
from nexusplanner.cli.yaml_files import read_yaml
from nexusplanner.domain.planning.fit.fitting import FitResult
from nexusplanner.domain.shared import Invalid
from nexusplanner.infrastructure.reference.holidays import holiday_days


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
