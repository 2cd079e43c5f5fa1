"""Files that bring services, signals, companies, customers, deals and actuals."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import BaseModel, ConfigDict

from nexusplanner.api.errors import problems
from nexusplanner.api.routing import EdgeParts, GuardedRoute, IdempotencyKey, Importing
from nexusplanner.api.shapes import Shape
from nexusplanner.application.imports import use_cases
from nexusplanner.application.imports.fields import ColumnMapping
from nexusplanner.application.imports.kinds import ImportKind
from nexusplanner.domain.shared import BrandId, Invalid

router = APIRouter(route_class=GuardedRoute, tags=["Imports"])

Mapping = Annotated[
    str | None,
    Form(
        max_length=20_000,
        description=(
            'JSON: a field for each column, {"Cost": "spend"}, or '
            '{"columns": {…}, "date_format": "day_first", "decimal_mark": ","}. Left out, it is guessed.'
        ),
    ),
]


class RowError(Shape):
    """Why a row cannot be taken. line: in the file, the heading being line 1."""

    line: int
    column: str
    value: str
    reason: str


class ImportField(Shape):
    """What a column may be mapped to."""

    name: str
    required: bool
    help: str


class ImportPreview(Shape):
    """What a file would bring. mapping: the field of each column, none for columns left out. sample: rows by field.

    problem: of the mapping. remark: what of the file is not read, such as other sheets of a workbook.
    """

    kind: ImportKind
    rows: int
    headers: list[str]
    mapping: dict[str, str | None]
    date_format: str | None
    decimal_mark: str
    guessed: bool
    sample: list[dict[str, str]]
    fields: list[ImportField]
    errors: list[RowError]
    problem: str
    remark: str


class ImportReport(Shape):
    """What was taken. skipped: rows left out because they have errors. remark: what of the file was not read."""

    kind: ImportKind
    imported: int
    replaced: int
    skipped: int
    errors: list[RowError]
    remark: str


class _GivenMapping(BaseModel):
    model_config = ConfigDict(extra="forbid")

    columns: dict[str, str | None]
    date_format: Literal["iso", "day_first", "month_first"] | None = None
    decimal_mark: Literal[".", ","] = "."


def read_mapping(text: str | None) -> ColumnMapping | None:
    """The mapping a caller wrote. Raises Invalid with field `mapping`."""
    if not text:
        return None
    try:
        given: Any = json.loads(text)
        whole = isinstance(given, dict) and isinstance(given.get("columns"), dict)
        parsed = _GivenMapping.model_validate(given if whole else {"columns": given})
    except (ValueError, RecursionError):
        words = 'Write JSON that gives a field for each column, such as {"Cost": "spend"}.'
        raise Invalid(f"The mapping cannot be read. {words}", fields={"mapping": words}) from None
    columns = {column: name for column, name in parsed.columns.items() if name}
    return ColumnMapping(columns=columns, date_format=parsed.date_format, decimal_mark=parsed.decimal_mark)


@router.post(
    "/imports/preview", responses=problems(400, 401, 403, 404, 413, 422, 429), summary="See what a file would bring"
)
async def preview_import(
    *,
    uow: Importing,
    edge: EdgeParts,
    kind: Annotated[ImportKind, Form()],
    brand_id: Annotated[UUID, Form()],
    file: Annotated[UploadFile, File(description="CSV or an Excel workbook (.xlsx), with a heading line.")],
    mapping: Mapping = None,
) -> ImportPreview:
    """Nothing is saved."""
    seen = await use_cases.preview_import(
        uow,
        kind=kind,
        brand_id=BrandId(brand_id),
        content=await file.read(),
        mapping=read_mapping(mapping),
        channel_of=edge.reference.key_of,
        sheets=edge.sheets,
    )
    return ImportPreview(
        kind=seen.kind,
        rows=seen.rows,
        headers=list(seen.headers),
        mapping={header: seen.mapping.columns.get(header) for header in seen.headers},
        date_format=seen.mapping.date_format,
        decimal_mark=seen.mapping.decimal_mark,
        guessed=seen.mapping.guessed,
        sample=[dict(row) for row in seen.sample],
        fields=[ImportField.model_validate(field) for field in seen.fields],
        errors=[RowError.model_validate(error) for error in seen.errors],
        problem=seen.problem,
        remark=seen.remark,
    )


@router.post(
    "/imports", status_code=201, responses=problems(400, 401, 403, 404, 409, 413, 422, 429), summary="Take a file"
)
async def import_file(
    *,
    uow: Importing,
    edge: EdgeParts,
    kind: Annotated[ImportKind, Form()],
    brand_id: Annotated[UUID, Form()],
    file: Annotated[UploadFile, File(description="CSV or an Excel workbook (.xlsx), with a heading line.")],
    mapping: Mapping = None,
    skip_bad_rows: Annotated[bool, Form()] = False,
    _: IdempotencyKey = None,
) -> ImportReport:
    """The file is taken whole or not at all, unless bad rows are to be skipped."""
    report = await use_cases.import_file(
        uow,
        kind=kind,
        brand_id=BrandId(brand_id),
        content=await file.read(),
        mapping=read_mapping(mapping),
        channel_of=edge.reference.key_of,
        sheets=edge.sheets,
        skip_bad_rows=skip_bad_rows,
        now=edge.clock.now(),
    )
    return ImportReport.model_validate(report)
