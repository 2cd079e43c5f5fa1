"""Pages of lists and the selection of fields in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from nexusplanner.api.shapes import Page
from nexusplanner.application.ports.reads import PAGE_SIZE, PAGE_SIZE_MAX
from nexusplanner.domain import shared
from nexusplanner.domain.shared import Invalid

ShapeT = TypeVar("ShapeT", bound=BaseModel)
RowT = TypeVar("RowT")


@dataclass(frozen=True, kw_only=True)
class PageRequest:
    """Which page, and which fields of its records; all fields when none are named."""

    limit: int
    cursor: str | None
    fields: frozenset[str]


def _page_request(
    limit: Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX, description="Records per page.")] = PAGE_SIZE,
    cursor: Annotated[str | None, Query(max_length=2000, description="`next_cursor` of the page before.")] = None,
    fields: Annotated[str, Query(max_length=1000, description="Only these fields of each record, with commas.")] = "",
) -> PageRequest:
    wanted = frozenset(part.strip() for part in fields.split(",") if part.strip())
    return PageRequest(limit=limit, cursor=cursor, fields=wanted)


Paging = Annotated[PageRequest, Depends(_page_request)]


def page_of(
    page: shared.Page[RowT], *, shape: type[ShapeT], request: PageRequest, make: Callable[[RowT], ShapeT] | None = None
) -> Page[ShapeT] | Response:
    """The page in its shape, or only the fields asked for. Raises Invalid, naming the fields there are."""
    build = make or shape.model_validate
    items = [build(row) for row in page.items]
    if not request.fields:
        return Page[shape](items=items, total=page.total, next_cursor=page.next_cursor)  # type: ignore[valid-type]
    known = shape.model_fields.keys()
    unknown = sorted(request.fields - known)
    if unknown:
        words = f"There is no field {', '.join(unknown)}. Choose from {', '.join(known)}."
        raise Invalid(words, fields={"fields": words})
    chosen: list[dict[str, Any]] = [item.model_dump(mode="json", include=set(request.fields)) for item in items]
    return JSONResponse({"items": chosen, "total": page.total, "next_cursor": page.next_cursor})
