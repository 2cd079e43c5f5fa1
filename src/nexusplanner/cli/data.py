"""The import command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from nexusplanner.application.imports import ColumnMapping, ImportKind, ImportRejected, ImportReport, import_file
from nexusplanner.cli.console import errors, out
from nexusplanner.cli.workspace import Workspace, act
from nexusplanner.cli.yaml_files import read_yaml
from nexusplanner.domain.catalog import Brand
from nexusplanner.domain.shared import Invalid

SHOWN = 20


def import_(
    *,
    kind: Annotated[ImportKind, typer.Argument(help="What the file holds.")],
    file: Annotated[
        Path, typer.Argument(help="CSV or an Excel workbook (.xlsx), with a heading line.", exists=True, dir_okay=False)
    ],
    brand: Annotated[str, typer.Option(help="Name of the brand; needed when there are several.")] = "",
    mapping: Annotated[
        Path | None,
        typer.Option(help="YAML: which column is what; guessed when not given.", exists=True, dir_okay=False),
    ] = None,
    skip_bad_rows: Annotated[
        bool, typer.Option(help="Take the good rows; without it a file is taken whole or not at all.")
    ] = False,
    tenant: Annotated[str, typer.Option(help="Short name of a workspace; the default one when not given.")] = "",
) -> None:
    """Take services, signals, companies, customers, deals or actuals from a CSV file or an Excel workbook."""
    columns = read_mapping(mapping) if mapping else None

    async def use(workspace: Workspace) -> ImportReport:
        container = workspace.container
        async with container.units.for_actor(workspace.actor) as uow:
            found = choose_brand(await uow.brands.all(), name=brand)
            return await import_file(
                uow,
                kind=kind,
                brand_id=found.id,
                content=file.read_bytes(),
                mapping=columns,
                channel_of=container.reference.key_of,
                sheets=container.outside.sheet_reader(),
                skip_bad_rows=skip_bad_rows,
                now=container.clock.now(),
            )

    try:
        report = act(use, tenant=tenant)
    except ImportRejected as refused:
        show_rows(refused.details.get("errors", []))
        raise
    show_rows([vars(each) for each in report.errors])
    if report.remark:
        errors.print(escape(report.remark))
    out.print(f"{report.imported} {kind} imported, {report.replaced} replaced, {report.skipped} rows skipped.")


def choose_brand(brands: Sequence[Brand], *, name: str) -> Brand:
    """The brand of this name, or the only one. Raises Invalid."""
    named = [each for each in brands if not name or each.name.casefold() == name.casefold()]
    if len(named) == 1:
        return named[0]
    known = ", ".join(each.name for each in brands) or "none yet: nexus plan makes one, or add it on the pages"
    raise Invalid(f"Name the brand with --brand. There are: {known}.")


def read_mapping(path: Path) -> ColumnMapping:
    """`columns: {COLUMN: field}` with optional `date_format` and `decimal_mark`. Raises Invalid."""
    content = read_yaml(path)
    columns = content.get("columns", content)
    unknown = sorted(set(content) - {"columns", "date_format", "decimal_mark"}) if "columns" in content else []
    if unknown or not isinstance(columns, dict) or not all(isinstance(name, str) for name in columns.values()):
        raise Invalid(f"{path}: write columns: {{COLUMN: field}}, and if needed date_format and decimal_mark.")
    style = content if "columns" in content else {}
    return ColumnMapping(
        columns={str(column): str(name) for column, name in columns.items()},
        date_format=style.get("date_format"),
        decimal_mark=str(style.get("decimal_mark", ".")),
    )


def show_rows(rows: list[dict[str, object]]) -> None:
    """The first rows with errors as a table on standard error."""
    if not rows:
        return
    table = Table("line", "column", "value", "reason", box=None, pad_edge=False, title_justify="left")
    for row in rows[:SHOWN]:
        table.add_row(*(escape(str(row[name])) for name in ("line", "column", "value", "reason")))
    errors.print(table)
    if len(rows) > SHOWN:
        errors.print(f"… and {len(rows) - SHOWN} more")
