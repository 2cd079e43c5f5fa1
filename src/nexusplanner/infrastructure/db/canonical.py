"""Canonical JSON (RFC 8785): the same value always gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import singledispatch
from typing import Any
from uuid import UUID

import rfc8785

from nexusplanner.domain.shared import LATER

SAFE_INTEGER = 2**53 - 1
"""Beyond this a JSON number is not exact everywhere (RFC 8785, section 3.1)."""


def canonical(value: Any) -> bytes:
    """The canonical bytes of `value`. Raises ValueError on what JSON cannot say, such as infinity or NaN."""
    return rfc8785.dumps(as_json(value))


@singledispatch
def as_json(value: Any) -> Any:
    """`value` as plain JSON data: what the domain uses becomes objects, arrays, strings and numbers.

    Integers beyond 2^53 become strings, so that no digit is lost. Text keeps what PostgreSQL and UTF-8 can hold.
    A field that is marked as `added_later` is left out while it is empty, so that what was sealed before keeps its bytes.
    Raises TypeError on a type it does not know.
    """
    if value is None:
        return None
    if is_dataclass(value):
        given = {each.name: getattr(value, each.name) for each in fields(value)}
        later = {each.name for each in fields(value) if each.metadata.get(LATER)}
        return {name: as_json(part) for name, part in given.items() if part or name not in later}
    message = f"{type(value).__name__} has no JSON form here; register one with as_json."
    raise TypeError(message)


@as_json.register
def _(value: str) -> str:
    return value.replace("\x00", "\ufffd").encode(errors="replace").decode()


@as_json.register
def _(value: bool) -> bool:  # noqa: FBT001 - single dispatch goes by the first argument
    return value


@as_json.register
def _(value: int) -> int | str:
    return int(value) if abs(value) <= SAFE_INTEGER else str(value)


@as_json.register
def _(value: float) -> float:
    return float(value)


@as_json.register
def _(value: Enum) -> Any:
    return as_json(value.value)


@as_json.register
def _(value: Mapping) -> dict[str, Any]:  # type: ignore[type-arg] # dispatch takes plain classes
    return {as_json(str(key)): as_json(item) for key, item in value.items()}


@as_json.register
def _(value: Sequence) -> list[Any]:  # type: ignore[type-arg] # dispatch takes plain classes
    return [as_json(item) for item in value]


@as_json.register
def _(value: AbstractSet) -> list[Any]:  # type: ignore[type-arg] # dispatch takes plain classes
    return sorted((as_json(item) for item in value), key=json.dumps)


@as_json.register
def _(value: date) -> str:
    return value.isoformat()


@as_json.register
def _(value: UUID) -> str:
    return str(value)
