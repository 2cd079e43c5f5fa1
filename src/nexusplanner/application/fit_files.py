"""Fit a table of rows as `nexus fit` gives it: column names and cells in, one JSON-able document out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit import (
    ChannelFit,
    ChannelPrior,
    FitConfig,
    FitData,
    FitResult,
    fit,
)
from nexusplanner.domain.shared import Estimate, Invalid

KEYS = frozenset({"date", "outcome", "spend", "controls", "holdout", "kind", "seed", "draws", "priors"})


class FitSettingsError(Invalid):
    """The settings of a fit are wrong; the message names the key."""

    code = "FIT_SETTINGS_INVALID"


class FitTableError(Invalid):
    """The table lacks a column or holds a cell that cannot be read; the message names line and column."""

    code = "FIT_TABLE_INVALID"


@dataclass(frozen=True, kw_only=True)
class FitSettings:
    """Column names and settings as written in the YAML file."""

    date: str
    outcome: str
    spend: tuple[str, ...]
    controls: tuple[str, ...]
    config: FitConfig
    seed: int


def fit_document(
    headers: Sequence[str], *, rows: Sequence[Sequence[str]], config: Mapping[str, Any], timer: Callable[[], float]
) -> dict[str, Any]:
    """Read, fit, and describe; `docs/reference/fit.md` documents both formats.

    headers: the CSV's first line. rows: the cells of the lines after it. config: the parsed YAML. timer: seconds from a
    running clock. Raises: FitSettingsError, FitTableError, FitDataError.
    """
    started = timer()
    settings = read_settings(config)
    data = read_table(headers, rows=rows, settings=settings)
    result = fit(data, config=settings.config, rng=np.random.default_rng(settings.seed))
    return {**describe(result), "seconds": round(timer() - started, 4)}


def read_settings(config: Mapping[str, Any]) -> FitSettings:
    """Settings from a parsed YAML mapping. Raises: FitSettingsError."""
    unknown = sorted(set(config) - KEYS)
    if unknown:
        raise FitSettingsError(f"unknown key {unknown[0]}: the keys are {', '.join(sorted(KEYS))}")
    kind = config.get("kind", "money")
    if kind not in ("money", "count"):
        raise FitSettingsError("kind must be money or count")
    return FitSettings(
        date=_name(config, "date"),
        outcome=_name(config, "outcome"),
        spend=_names(config, "spend", needed=True),
        controls=_names(config, "controls", needed=False),
        config=FitConfig(
            holdout=_whole(config, "holdout", default=0, least=0),
            kind=kind,
            draws=_whole(config, "draws", default=400, least=50),
            priors=_priors(config.get("priors") or {}),
        ),
        seed=_whole(config, "seed", default=1, least=0),
    )


def read_table(headers: Sequence[str], *, rows: Sequence[Sequence[str]], settings: FitSettings) -> FitData:
    """Checked data from cells; blank lines are passed over, and a short line lacks only its last cells.

    Raises: FitTableError (naming line and column), FitDataError.
    """
    place: dict[str, int] = {}
    for index, header in enumerate(headers):
        if place.setdefault(header.strip(), index) != index:
            raise FitTableError(f"column {header.strip()} stands twice in the first line")
    wanted = (settings.date, settings.outcome, *settings.spend, *settings.controls)
    for name in wanted:
        if name not in place:
            raise FitTableError(f"there is no column {name}: the columns are {', '.join(place)}")
    lines = [(line, row) for line, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    for line, row in lines:
        if len(row) > len(headers):
            raise FitTableError(f"line {line} has {len(row)} cells, the first line has {len(headers)}")

    def cells(name: str) -> list[tuple[int, str]]:
        index = place[name]
        return [(line, row[index] if index < len(row) else "") for line, row in lines]

    def numbers(name: str) -> FloatArray:
        return np.array([_number(cell, line, name) for line, cell in cells(name)], dtype=np.float64)

    def table(names: tuple[str, ...]) -> FloatArray:
        return np.column_stack([numbers(name) for name in names]) if names else np.zeros((len(lines), 0))

    days = [_day(cell, line, settings.date) for line, cell in cells(settings.date)]
    return FitData(
        dates=tuple(days),
        outcome=numbers(settings.outcome),
        spend=table(settings.spend),
        channels=settings.spend,
        controls=table(settings.controls),
        control_names=settings.controls,
    )


def describe(result: FitResult) -> dict[str, Any]:
    """A fit as plain JSON values; unknown figures are null."""
    held = result.holdout
    return {
        "channels": {found.channel: _describe_channel(found) for found in result.channels},
        "holdout": {"wmape": held.wmape if held else None, "r2": held.r2 if held else None},
        "training": {"weeks": len(result.dates), "wmape": result.wmape, "r2": result.r2},
        "diagnosis": {
            "autocorrelation": result.diagnosis.autocorrelation,
            "drift": result.diagnosis.drift,
            "persistence": result.diagnosis.persistence,
            "mixing": result.diagnosis.mixing,
        },
        "warnings": list(result.warnings),
    }


def _describe_channel(found: ChannelFit) -> dict[str, Any]:
    return {
        "roi": _describe_interval(found.roi),
        "marginal_roi": _describe_interval(found.marginal_roi),
        "adstock": found.adstock,
        "half": found.half,
        "slope": found.slope,
        "contribution": _describe_interval(found.contribution),
        "quality": found.quality.kind.value,
        "reasons": list(found.quality.reasons),
    }


def _describe_interval(found: Estimate | None) -> dict[str, float | None]:
    if found is None:
        return {"mean": None, "low": None, "high": None}
    return {"mean": found.mean, "low": found.low, "high": found.high}


def _name(config: Mapping[str, Any], key: str) -> str:
    value = config.get(key)
    if not isinstance(value, str) or not value.strip():
        raise FitSettingsError(f"{key} must name a column")
    return value.strip()


def _names(config: Mapping[str, Any], key: str, *, needed: bool) -> tuple[str, ...]:
    value = config.get(key) or []
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise FitSettingsError(f"{key} must be a list of column names")
    names = tuple(item.strip() for item in value)
    if needed and not names:
        raise FitSettingsError(f"{key} must name at least one column")
    if len(set(names)) != len(names):
        raise FitSettingsError(f"{key} names a column twice")
    return names


def _whole(config: Mapping[str, Any], key: str, *, default: int, least: int) -> int:
    value = config.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise FitSettingsError(f"{key} must be a whole number, {least} or more")
    return value


def _priors(value: object) -> dict[str, ChannelPrior]:
    if not isinstance(value, Mapping):
        raise FitSettingsError("priors must map a spend column to {median, spread, source}")
    found = {}
    for channel, given in value.items():
        try:
            median, spread = float(given["median"]), float(given["spread"])
            source = str(given.get("source", ""))
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise FitSettingsError(f"prior of {channel}: give numbers for median and spread") from error
        if not (0 < median < float("inf") and 0 < spread < float("inf")):
            raise FitSettingsError(f"prior of {channel}: median and spread must be above 0")
        found[str(channel)] = ChannelPrior(median=median, spread=spread, source=source)
    return found


def _number(cell: str, line: int, column: str) -> float:
    try:
        value = float(cell)
    except ValueError as error:
        shown = f"{cell!r} is not a number" if cell.strip() else "the cell is empty"
        raise FitTableError(f"line {line}, column {column}: {shown} (write 1234.5; write 0 for nothing)") from error
    if not np.isfinite(value):
        raise FitTableError(f"line {line}, column {column}: {cell!r} is not a finite number")
    return value


def _day(cell: str, line: int, column: str) -> date:
    try:
        return date.fromisoformat(cell.strip()[:10])
    except ValueError as error:
        raise FitTableError(f"line {line}, column {column}: {cell!r} is not a date like 2025-01-31") from error
