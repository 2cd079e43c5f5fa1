"""What every format ends up as, and reading values out of a file with errors that name the key."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nexusplanner.domain.measurement import ModelSource
from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.shared import Invalid

MOST_CHANNELS = 60
MOST_DRAWS = 20_000
MOST_WEEKS = 1_500


class ModelFileError(Invalid):
    """A model file cannot be taken; the message names the key and what it should hold."""

    code = "MODEL_FILE_UNUSABLE"

    @classmethod
    def at(cls, key: str, problem: str) -> ModelFileError:
        """An error about the value at `key`."""
        return cls(f"{key}: {problem}", fields={"file": f"{key}: {problem}"})


@dataclass(frozen=True, kw_only=True, eq=False)
class ForeignChannel:
    """One channel's weekly response as draws (S,), in outcome units and currency units per week.

    error: of the Hill curve that stands for another form, over the curve's top; 0 when the form is Hill already.
    spend: (T,) weekly spend when the file has it. spend_seen: the largest week, if known. note: what was assumed.
    """

    name: str
    scale: FloatArray
    half: FloatArray
    slope: FloatArray
    retention: FloatArray
    error: float = 0.0
    spend: FloatArray | None = None
    spend_seen: float | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class ForeignModel:
    """A model as another program left it. weeks: of training, 0 when unknown. figures: diagnostics by name."""

    source: ModelSource
    channels: tuple[ForeignChannel, ...]
    weeks: int = 0
    r2: float | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def mapping(value: Any, key: str) -> Mapping[str, Any]:
    """An object of the file. Raises ModelFileError."""
    if not isinstance(value, Mapping):
        raise ModelFileError.at(key, "an object with keys is expected here")
    return value


def member(value: Mapping[str, Any], name: str, *, within: str = "") -> Any:
    """The value of a key that must be there. Raises ModelFileError."""
    key = f"{within}.{name}" if within else name
    if name not in value:
        known = ", ".join(map(str, list(value)[:12])) or "none"
        raise ModelFileError.at(key, f"this key is missing; the keys here are {known}")
    return value[name]


def scalar(value: Any, key: str, *, least: float = -math.inf, most: float = math.inf, above: bool = False) -> float:
    """A finite number between `least` and `most`; `above` leaves `least` itself out. Raises ModelFileError.

    A list of one number is taken as that number, as R writes them.
    """
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300 or math.isnan(value):
        raise ModelFileError.at(key, "a plain number is expected here")
    number = float(value)
    if number < least or number > most or (above and number == least):
        ends = f"{'above' if above else 'at least'} {least:g}" + (f" and at most {most:g}" if most < math.inf else "")
        raise ModelFileError.at(key, f"{number:g} is out of range; it must be {ends}")
    return number


def names(value: Any, key: str) -> tuple[str, ...]:
    """Channel names, each once. Raises ModelFileError."""
    if not isinstance(value, list) or not value or not all(isinstance(each, str) and each.strip() for each in value):
        raise ModelFileError.at(key, "a list of channel names is expected here")
    if len(value) > MOST_CHANNELS:
        raise ModelFileError.at(key, f"{len(value)} channels; at most {MOST_CHANNELS} can be taken")
    found = tuple(each.strip() for each in value)
    if len(set(found)) != len(found):
        raise ModelFileError.at(key, "a channel is named twice")
    return found


def table(value: Any, key: str, *, columns: int, most_rows: int = MOST_DRAWS, least: float = -math.inf) -> FloatArray:
    """Rows of finite numbers, (R, columns), none below `least`. Raises ModelFileError."""
    if not isinstance(value, list) or not value:
        raise ModelFileError.at(key, "a list of rows is expected here")
    if len(value) > most_rows:
        raise ModelFileError.at(key, f"{len(value)} rows; at most {most_rows} can be taken")
    for index, row in enumerate(value):
        if not isinstance(row, list) or len(row) != columns:
            raise ModelFileError.at(f"{key}[{index}]", f"{columns} numbers are expected here, one per channel")
        for place, each in enumerate(row):
            scalar(each, f"{key}[{index}][{place}]", least=least)
    return np.array(value, dtype=np.float64)


def per_channel(value: Any, key: str, *, channels: Sequence[str], above: float = 0.0) -> FloatArray:
    """One number per channel, (C,), as a list or an object by channel; a single number stands for all.

    Raises ModelFileError.
    """
    if isinstance(value, Mapping):
        return np.array(
            [scalar(member(value, name, within=key), f"{key}.{name}", least=above, above=True) for name in channels]
        )
    if isinstance(value, list) and len(value) == len(channels):
        return np.array([scalar(each, f"{key}[{place}]", least=above, above=True) for place, each in enumerate(value)])
    if isinstance(value, int | float):
        return np.full(len(channels), scalar(value, key, least=above, above=True))
    raise ModelFileError.at(key, f"one number per channel is expected here ({len(channels)} of them)")


def even_draws(count: int, *, wanted: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Which of `count` draws to keep, evenly spaced; some twice when there are fewer than wanted."""
    return np.floor(np.arange(wanted) * count / wanted).astype(np.intp)
