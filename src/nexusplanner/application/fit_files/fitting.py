"""Fit a table of rows as `nexus fit` gives it: column names and cells in, one JSON-able document out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from nexusplanner.application.fit_files.settings import FitSettings, read_settings
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.data import WEEK
from nexusplanner.domain.planning.fit.fitting import (
    ChannelFit,
    FitData,
    FitResult,
    fit,
)
from nexusplanner.domain.shared import Estimate, Invalid


class FitTableError(Invalid):
    """The table lacks a column or holds a cell that cannot be read; the message names line and column."""

    code = "FIT_TABLE_INVALID"


Calendar = Callable[[str, date, date], Mapping[str, tuple[date, ...]]]
"""Holidays of a region between two days, by name; raises Invalid for a region it does not know."""


def fit_document(
    headers: Sequence[str],
    *,
    rows: Sequence[Sequence[str]],
    config: Mapping[str, Any],
    timer: Callable[[], float],
    calendar: Calendar,
    report: Callable[[FitSettings, FitResult], None] | None = None,
) -> dict[str, Any]:
    """Read, fit, and describe; `docs/reference/fit.md` documents both formats.

    headers: the CSV's first line. rows: the cells of the lines after it. config: the parsed YAML. timer: seconds from a
    running clock. calendar: where the holidays of a region come from. report: is also shown the whole result. Raises:
    FitSettingsError, FitTableError, FitDataError.
    """
    started = timer()
    settings, result = fit_table(headers, rows=rows, config=config, calendar=calendar)
    seconds = round(timer() - started, 4)
    if report is not None:
        report(settings, result)
    return {**describe(result), "seconds": seconds}


def fit_table(
    headers: Sequence[str], *, rows: Sequence[Sequence[str]], config: Mapping[str, Any], calendar: Calendar
) -> tuple[FitSettings, FitResult]:
    """Read and fit; the settings as they were read and the result. Raises as `fit_document` does."""
    settings = read_settings(config)
    whole, notes = _whole_lines(headers, rows, settings)
    data = read_table(headers, rows=whole, settings=settings)
    chosen = settings.config
    if settings.region:
        until = max(data.dates) + timedelta(days=WEEK)
        chosen = replace(chosen, holidays=calendar(settings.region, min(data.dates), until))
    result = fit(data, config=chosen, rng=np.random.default_rng(settings.seed))
    return settings, replace(result, warnings=(*notes, *result.warnings))


def _whole_lines(
    headers: Sequence[str], rows: Sequence[Sequence[str]], settings: FitSettings
) -> tuple[Sequence[Sequence[str]], tuple[str, ...]]:
    """The lines without a last one that was cut short of a column that is read, and words for it."""
    last = max((index for index, row in enumerate(rows) if any(cell.strip() for cell in row)), default=-1)
    if last < 1:
        return rows, ()
    names = [header.strip() for header in headers]
    wanted = (settings.date, settings.outcome, *settings.spend, *settings.controls)
    missing = [name for name in wanted if name in names and names.index(name) >= len(rows[last])]
    if not missing:
        return rows, ()
    return rows[:last], (f"line {last + 2}, the last, is cut short before column {missing[0]} and was left out",)


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
        "holdout": {name: getattr(held, name) if held else None for name in ("wmape", "r2", "coverage")},
        "training": {"weeks": len(result.dates), "wmape": result.wmape, "r2": result.r2},
        "diagnosis": {
            "autocorrelation": result.diagnosis.autocorrelation,
            "drift": result.diagnosis.drift,
            "persistence": result.diagnosis.persistence,
            "swing": result.diagnosis.swing,
            "method": result.diagnosis.method,
            "laplace_efficiency": result.diagnosis.laplace_efficiency,
            "laplace_tail": result.diagnosis.laplace_tail,
            "mixing": result.diagnosis.mixing,
        },
        "warnings": list(result.warnings),
        "cannot_tell": list(result.cannot_tell),
    }


def _describe_channel(found: ChannelFit) -> dict[str, Any]:
    return {
        "roi": _describe_interval(found.roi),
        "marginal_roi": _describe_interval(found.marginal_roi),
        "adstock": found.adstock,
        "delay": found.delay,
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
