"""Reads the packaged reference data, checks every row and keeps the result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from importlib import resources
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from nexusplanner.domain.reference import Angle, Benchmark, ChannelProfile, Framework, ReferenceData, Season, Source

Row = TypeVar("Row", ChannelProfile, Benchmark, Framework, Season, Angle)
_EMPTY = {"currency": "", "industry": "all", "assumption": "", "within": ""}
_CERTAIN = ("name", "published", "region", "period", "n_note", "fetched_at")


class ReferenceDataInvalid(Exception):
    """A packaged row is incomplete; the message names file, row and field. Correct the file and start again."""


@cache
def load_reference_data() -> ReferenceData:
    """All reference data. Raises ReferenceDataInvalid when a row lacks something, such as its source."""
    return ReferenceData(
        channels=read_rows("channels", _packaged("channels"), kind=ChannelProfile),
        benchmarks=read_rows("benchmarks", _packaged("benchmarks"), kind=Benchmark),
        frameworks=read_rows("frameworks", _packaged("frameworks"), kind=Framework),
        angles=read_rows("angles", _packaged("angles"), kind=Angle),
        seasons=read_rows("seasons", _packaged("seasons"), kind=Season),
    )


def _packaged(name: str) -> Mapping[str, Any]:
    text = resources.files("nexusplanner.data").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    content: Mapping[str, Any] = yaml.safe_load(text)
    return content


def read_rows(name: str, content: Mapping[str, Any], *, kind: type[Row]) -> tuple[Row, ...]:
    """The rows of a file's content. Sources are given by name or in place; `source_defaults` fills what they leave out.

    A row's own `region` narrows that of its source.

    Raises ReferenceDataInvalid.
    """
    rows: list[Row] = []
    for index, row in enumerate(content[name]):
        where = f"{name}.yaml, {row.get('key', f'row {index + 1}')}"
        rows.append(_checked(where, _with_source(where, row, content, kind=kind), kind=kind))
    keys = [row.key for row in rows]
    doubled = sorted({key for key in keys if keys.count(key) > 1})
    if doubled:
        raise ReferenceDataInvalid(f"{name}.yaml: keys used twice: {', '.join(doubled)}.")
    return tuple(rows)


def _with_source(where: str, row: Mapping[str, Any], content: Mapping[str, Any], *, kind: type[Row]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    filled = {name: value for name, value in _EMPTY.items() if name in names} | dict(row)
    if "source" not in names:
        return filled
    source = filled.get("source")
    if isinstance(source, str):
        source = content.get("sources", {}).get(source)
    if not isinstance(source, Mapping):
        raise ReferenceDataInvalid(f"{where}: the row has no source.")
    region = {"region": filled.pop("region")} if "region" in filled else {}
    filled["source"] = _source(where, dict(content.get("source_defaults", {})) | dict(source) | region)
    if isinstance(filled.get("rule"), Mapping) and not filled["rule"]:
        raise ReferenceDataInvalid(f"{where}: the rule is empty.")
    return filled


def _source(where: str, source: dict[str, Any]) -> dict[str, Any]:
    missing = [name for name in _CERTAIN if not source.get(name)]
    if missing or "n" not in source:
        raise ReferenceDataInvalid(f"{where}: the source lacks {', '.join(missing or ['n'])}.")
    _no_others(where, source, {field.name for field in fields(Source)})
    return source


def _checked(where: str, row: dict[str, Any], *, kind: type[Row]) -> Row:
    _no_others(where, row, {field.name for field in fields(kind)})
    try:
        return TypeAdapter(kind).validate_python(row)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ReferenceDataInvalid(f"{where}: {field}: {first['msg']}.") from error


def _no_others(where: str, row: Mapping[str, Any], names: Iterable[str]) -> None:
    unknown = sorted(set(row) - set(names))
    if unknown:
        raise ReferenceDataInvalid(f"{where}: unknown fields {', '.join(unknown)}.")
