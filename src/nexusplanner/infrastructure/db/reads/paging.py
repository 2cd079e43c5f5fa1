"""Keyset pages: a cursor names the last row seen, so that pages neither skip nor repeat when rows are added."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Text, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from nexusplanner.application.ports.reads import PAGE_SIZE_MAX
from nexusplanner.domain.shared import Invalid, Page

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class PageOf:
    """What page of a list is wanted. sort: a name, with "-" before it for descending. limit: 1 to 100 rows."""

    sort: str
    cursor: str | None
    limit: int

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= PAGE_SIZE_MAX:
            message = f"Ask for 1 to {PAGE_SIZE_MAX} rows."
            raise Invalid(f"A page has {self.limit} rows? {message}", fields={"limit": message})

    @property
    def descending(self) -> bool:
        """Whether the largest comes first."""
        return self.sort.startswith("-")

    def sorted_by(self, sorts: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
        """The expression to sort by. Raises Invalid when `sorts` has no such name."""
        found = sorts.get(self.sort.removeprefix("-"))
        if found is None:
            names = ", ".join(sorts)
            raise Invalid(f"There is no sort {self.sort!r}.", fields={"sort": f"Use one of {names}, or - before it."})
        return found


async def page(
    session: AsyncSession,
    query: Select[Any],
    *,
    sorts: Mapping[str, ColumnElement[Any]],
    key: ColumnElement[Any],
    wanted: PageOf,
    make: Callable[[Row[Any]], T],
    count: Select[Any] | None = None,
) -> Page[T]:
    """One page of `query`.

    sorts: expressions that are never null, by name. key: what tells rows apart. count: the number of rows, where there
    is a cheaper way to it than reading them. Raises Invalid on a sort or cursor that does not belong to the list.
    """
    by = wanted.sorted_by(sorts)
    total = await session.scalar(select(func.count()).select_from(query.subquery()) if count is None else count)
    rows = query.add_columns(by.label("page_sort"), key.label("page_key"))
    if wanted.cursor is not None:
        value, last = _decode(wanted.cursor, sort=wanted.sort, kinds=(by.type.python_type, key.type.python_type))
        seen = tuple_(literal(value, type_=by.type), literal(last, type_=key.type))
        here = tuple_(by, key)
        rows = rows.where(here < seen if wanted.descending else here > seen)
    order = (by.desc(), key.desc()) if wanted.descending else (by.asc(), key.asc())
    found = (await session.execute(rows.order_by(*order).limit(wanted.limit + 1))).all()
    here_rows = found[: wanted.limit]
    more = len(found) > wanted.limit
    cursor = _encode(here_rows[-1], sort=wanted.sort) if more else None
    return Page(items=tuple(make(row) for row in here_rows), total=total or 0, next_cursor=cursor)


def containing(query: str, *columns: ColumnElement[Any]) -> ColumnElement[bool] | None:
    """Whether one of `columns` contains the words as they stand, letter case aside; None for an empty query."""
    words = query.strip()
    return or_(*(column.icontains(words, autoescape=True) for column in columns)) if words else None


def lowered(column: ColumnElement[Any]) -> ColumnElement[str]:
    """The column to sort by with letter case aside."""
    return func.lower(column, type_=Text)


def _encode(row: Row[Any], *, sort: str) -> str:
    parts = [sort, _plain(row.page_sort), _plain(row.page_key)]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _plain(value: Any) -> str | float:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, int | float) else str(value)


def _decode(cursor: str, *, sort: str, kinds: tuple[type, type]) -> tuple[Any, Any]:
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        of, value, key = parts
        if of != sort:
            raise ValueError(of)
        return _typed(value, kinds[0]), _typed(key, kinds[1])
    except (ValueError, TypeError, OverflowError, RecursionError):
        message = "Pass the next_cursor of the page before, with the same filter and sort."
        raise Invalid(f"This cursor does not belong to the list. {message}", fields={"cursor": message}) from None


def _typed(value: Any, kind: type) -> Any:
    if kind in (datetime, date):
        return kind.fromisoformat(value)
    if kind in (int, float) and not isinstance(value, int | float):
        raise ValueError(value)
    return UUID(value) if kind is UUID else kind(value)
