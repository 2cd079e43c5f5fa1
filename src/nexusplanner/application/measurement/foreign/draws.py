"""Posterior draws as Meridian and PyMC-Marketing give them, from JSON or from a table with a row per draw and channel."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nexusplanner.application.measurement.foreign.shared import (
    MOST_CHANNELS,
    MOST_DRAWS,
    MOST_WEEKS,
    ModelFileError,
    mapping,
    member,
    names,
    per_channel,
    table,
)
from nexusplanner.domain.planning.curves import FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawsFile:
    """A file of draws. draws: parameters (S, C). constants: (C,) by name. series: (T, C) by name. options: the rest."""

    channels: tuple[str, ...]
    draws: Mapping[str, FloatArray]
    constants: Mapping[str, FloatArray]
    series: Mapping[str, FloatArray] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    def draw(self, name: str, *, least: float = 0.0, most: float = np.inf) -> FloatArray:
        """A parameter's draws, above `least` and below or at `most`. Raises ModelFileError."""
        if name not in self.draws:
            raise ModelFileError.at(f"posterior.{name}", f"these draws are missing; there are {', '.join(self.draws)}")
        found = self.draws[name]
        if np.any(found < least) or np.any(found > most):
            ends = f"at least {least:g}" + (f" and at most {most:g}" if most < np.inf else "")
            raise ModelFileError.at(f"posterior.{name}", f"every draw must be {ends}")
        return found

    def constant(self, name: str) -> FloatArray:
        """One figure per channel. Raises ModelFileError."""
        if name not in self.constants:
            raise ModelFileError.at(name, "this key is missing: give one number per channel")
        return self.constants[name]


def parse_json(content: bytes) -> Mapping[str, Any]:
    """The file as an object. Raises ModelFileError."""
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, ValueError) as error:
        raise ModelFileError.at("file", f"this is not JSON ({error})") from None
    return mapping(found, "file")


def _refuse(word: str) -> float:
    message = f"{word} is not a number"
    raise ValueError(message)


def read_draws(content: bytes, *, constants: Sequence[str], series: Sequence[str]) -> DrawsFile:
    """A file of draws, JSON when it begins with a brace, else CSV. Raises ModelFileError.

    constants: names of figures that a file may hold per channel. series: names of weekly tables it may hold.
    """
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _from_json(parse_json(content), constants=constants, series=series)
    return _from_csv(content, constants=constants)


def _from_json(found: Mapping[str, Any], *, constants: Sequence[str], series: Sequence[str]) -> DrawsFile:
    channels = names(member(found, "channels"), "channels")
    posterior = mapping(member(found, "posterior"), "posterior")
    draws = {str(name): table(value, f"posterior.{name}", columns=len(channels)) for name, value in posterior.items()}
    if not draws:
        raise ModelFileError.at("posterior", "there are no draws in it")
    sizes = {len(each) for each in draws.values()}
    if len(sizes) > 1:
        told = ", ".join(f"{name} {len(each)}" for name, each in draws.items())
        raise ModelFileError.at("posterior", f"every parameter needs equally many draws ({told})")
    weekly = {
        name: table(found[name], name, columns=len(channels), most_rows=MOST_WEEKS, least=0.0)
        for name in series
        if name in found
    }
    if len({len(each) for each in weekly.values()}) > 1:
        raise ModelFileError.at(", ".join(weekly), "these tables need a row for each of the same weeks")
    known = {"channels", "posterior", *constants, *series}
    return DrawsFile(
        channels=channels,
        draws=draws,
        constants={name: per_channel(found[name], name, channels=channels) for name in constants if name in found},
        series=weekly,
        options={str(name): value for name, value in found.items() if name not in known},
    )


def _from_csv(content: bytes, *, constants: Sequence[str]) -> DrawsFile:
    """A row per draw and channel: `channel`, a column per parameter, and constants that repeat in every row."""
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ModelFileError.at("file", f"this is neither JSON nor CSV ({error})") from None
    if not rows or "channel" not in rows[0]:
        raise ModelFileError.at("channel", "the first line of a CSV must name the columns, `channel` among them")
    if len(rows) > MOST_DRAWS * MOST_CHANNELS:
        raise ModelFileError.at("file", "there are too many rows")
    by_channel: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_channel.setdefault(str(row["channel"] or "").strip(), []).append(row)
    channels = names(list(by_channel), "channel")
    sizes = {len(each) for each in by_channel.values()}
    if len(sizes) > 1 or max(sizes) > MOST_DRAWS:
        raise ModelFileError.at("channel", f"every channel needs equally many rows, at most {MOST_DRAWS}")
    columns = [name for name in rows[0] if name not in {"channel", "draw", "chain", None, ""}]
    parsed = {name: np.column_stack([_column(by_channel[each], name) for each in channels]) for name in columns}
    fixed = {name: parsed.pop(name) for name in constants if name in parsed}
    for name, values in fixed.items():
        if np.any(values != values[0]) or np.any(values <= 0):
            raise ModelFileError.at(name, "this column must hold one number above 0 per channel, in every row the same")
    return DrawsFile(channels=channels, draws=parsed, constants={name: each[0] for name, each in fixed.items()})


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> FloatArray:
    found = []
    for row in rows:
        try:
            value = float(row[name])
        except (TypeError, ValueError):
            raise ModelFileError.at(name, f"{str(row[name])[:40]!r} is not a number") from None
        if not np.isfinite(value):
            raise ModelFileError.at(name, "every cell must be a finite number")
        found.append(value)
    return np.array(found)
