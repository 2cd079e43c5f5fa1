"""Meta Robyn: the file RobynModel-*.json that robyn_write() exports, with its raw data.

Robyn's outcome of a channel is coef * Hill(adstocked spend; alpha, inflexion), with a geometric adstock whose weights
do not sum to one, and an inflexion at `gamma` between the least and the largest adstocked spend of the modelled window.
There is one solution, not a posterior: its bootstrapped interval of the return becomes the spread of the level.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from nexusplanner.application.measurement.foreign.draws import parse_json
from nexusplanner.application.measurement.foreign.shared import (
    MOST_WEEKS,
    ForeignChannel,
    ForeignModel,
    ModelFileError,
    mapping,
    member,
    names,
    scalar,
)
from nexusplanner.domain.measurement import ModelSource
from nexusplanner.domain.planning.adstock import carry
from nexusplanner.domain.planning.curves import FloatArray, hill

TWO_SIDED_95 = 3.92
"""Standard deviations of a normal between its 2.5 % and 97.5 % points."""
UNKNOWN_SPREAD = 0.4
"""Spread of a level without a usable interval, in logarithms: an assumption, and said so."""
DRAWS = 200
AGREES = 0.1
"""A channel whose contributions, computed from the file's own data, differ more than this from the file's is doubted."""
FIGURES = ("rsq_train", "rsq_val", "rsq_test", "nrmse_train", "nrmse_val", "nrmse_test", "decomp.rssd", "mape")


@dataclass(frozen=True, kw_only=True, eq=False)
class _Window:
    """The raw rows, of which those from first to last were modelled."""

    rows: Sequence[Mapping[str, Any]]
    first: int
    last: int

    def spend(self, channel: str) -> FloatArray:
        """The channel's spend in every raw row, (T,)."""
        return np.array(
            [
                scalar(
                    member(row, channel, within=f"Extras.raw_data[{index}]"), f"raw_data[{index}].{channel}", least=0
                )
                for index, row in enumerate(self.rows)
            ]
        )


def read_robyn(content: bytes) -> ForeignModel:
    """The model of a file. Raises ModelFileError."""
    file = parse_json(content)
    inputs, model = mapping(member(file, "InputCollect"), "InputCollect"), _exported(file)
    days = scalar(member(inputs, "dayInterval", within="InputCollect"), "InputCollect.dayInterval")
    if days != 7:
        raise ModelFileError.at("InputCollect.dayInterval", "only weekly models can be taken")
    adstock = _word(member(inputs, "adstock", within="InputCollect"))
    if adstock != "geometric":
        raise ModelFileError.at("InputCollect.adstock", f"{adstock!r}: only a geometric adstock can be taken")
    window = _window(file, inputs)
    values = mapping(member(model, "hyper_values", within="ExportedModel"), "ExportedModel.hyper_values")
    summary = _summary(model)
    channels = []
    warnings: list[str] = []
    for channel in names(member(inputs, "paid_media_spends", within="InputCollect"), "InputCollect.paid_media_spends"):
        found = _channel(channel, values=values, summary=summary, window=window, warnings=warnings)
        if found is not None:
            channels.append(found)
    if not channels:
        raise ModelFileError.at("ExportedModel.summary", "no paid channel has a coefficient above 0")
    figures = _figures(model)
    return ForeignModel(
        source=ModelSource.ROBYN,
        channels=tuple(channels),
        weeks=window.last - window.first + 1,
        r2=figures.get("rsq_train"),
        figures=figures,
        warnings=tuple(warnings),
    )


def _exported(file: Mapping[str, Any]) -> Mapping[str, Any]:
    if "ExportedModel" not in file:
        raise ModelFileError.at(
            "ExportedModel", "this key is missing: export a chosen model with robyn_write(..., select_model = ...)"
        )
    return mapping(file["ExportedModel"], "ExportedModel")


def _word(value: Any) -> str:
    return str(value[0]) if isinstance(value, list) and len(value) == 1 else str(value)


def _window(file: Mapping[str, Any], inputs: Mapping[str, Any]) -> _Window:
    extras = mapping(file.get("Extras", {}), "Extras")
    rows = extras.get("raw_data")
    if not isinstance(rows, list) or not rows or len(rows) > MOST_WEEKS:
        raise ModelFileError.at(
            "Extras.raw_data", "the weekly rows are missing: they say how the channels' adstocked spend was scaled"
        )
    found = [mapping(row, f"Extras.raw_data[{index}]") for index, row in enumerate(rows)]
    first, last = (
        int(scalar(inputs.get(key, fallback), f"InputCollect.{key}", least=1, most=len(found))) - 1
        for key, fallback in (("rollingWindowStartWhich", 1), ("rollingWindowEndWhich", len(found)))
    )
    if first > last:
        raise ModelFileError.at("InputCollect.rollingWindowStartWhich", "the window begins after it ends")
    return _Window(rows=found, first=first, last=last)


def _summary(model: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    rows = member(model, "summary", within="ExportedModel")
    if not isinstance(rows, list):
        raise ModelFileError.at("ExportedModel.summary", "a list of rows is expected here")
    return {str(mapping(row, "ExportedModel.summary").get("variable")): row for row in rows}


def _channel(
    channel: str,
    *,
    values: Mapping[str, Any],
    summary: Mapping[str, Mapping[str, Any]],
    window: _Window,
    warnings: list[str],
) -> ForeignChannel | None:
    """One paid channel; None, with a warning, when Robyn gave it no effect."""
    key = f"ExportedModel.summary ({channel})"
    if channel not in summary:
        raise ModelFileError.at(key, "the channel has no row")
    row = summary[channel]
    coefficient = scalar(member(row, "coef", within=key), f"{key}.coef", least=0)
    spend = window.spend(channel)
    used = spend[window.first : window.last + 1]
    if coefficient == 0 or used.sum() <= 0:
        warnings.append(f"{channel} has no effect or no spend in this model, so it has no curve.")
        return None
    alpha = _hyper(values, f"{channel}_alphas", above=0.0)
    gamma = _hyper(values, f"{channel}_gammas", most=1.0)
    theta = min(_hyper(values, f"{channel}_thetas", most=1.0), 0.98)
    stock = carry(spend[np.newaxis, :], retention=np.array([theta]))[0, window.first : window.last + 1]
    middle = float(stock.min() * (1 - gamma) + stock.max() * gamma)
    brought = coefficient * float(hill(stock, half=np.array(middle), slope=np.array(alpha)).sum())
    _doubt(channel, brought=brought, row=row, warnings=warnings)
    spread, note = _spread(row)
    level = np.exp(spread * _normal(channel) - spread**2 / 2)
    return ForeignChannel(
        name=channel,
        scale=coefficient * level,
        half=np.full(DRAWS, middle * (1 - theta)),
        slope=np.full(DRAWS, alpha),
        retention=np.full(DRAWS, theta),
        spend=used,
        spend_seen=float(used.max()),
        note=note,
    )


def _hyper(values: Mapping[str, Any], name: str, *, above: float | None = None, most: float = math.inf) -> float:
    key = f"ExportedModel.hyper_values.{name}"
    value = member(values, name, within="ExportedModel.hyper_values")
    return scalar(value, key, least=above or 0.0, most=most, above=above is not None)


def _doubt(channel: str, *, brought: float, row: Mapping[str, Any], warnings: list[str]) -> None:
    told = row.get("decompAgg")
    if not isinstance(told, int | float) or told <= 0:
        return
    apart = abs(brought - told) / told
    if apart > AGREES:
        warnings.append(
            f"{channel}: its curve brings {brought:,.0f} in the modelled weeks, Robyn says {told:,.0f}. Robyn may have "
            "modelled another exposure than the spend."
        )


def _spread(row: Mapping[str, Any]) -> tuple[float, str]:
    """Spread of the level in logarithms, and what was assumed."""
    low, high = row.get("ci_low"), row.get("ci_up")
    if isinstance(low, int | float) and isinstance(high, int | float) and 0 < low < high:
        return math.log(
            high / low
        ) / TWO_SIDED_95, "the bootstrapped interval of the return is taken as its uncertainty"
    return UNKNOWN_SPREAD, "there is no usable interval of the return, so its uncertainty is assumed"


def _normal(channel: str) -> FloatArray:
    """Evenly spaced standard normal quantiles in an order of the channel's own, (S,): the same for the same name."""
    quantiles = ndtri((np.arange(DRAWS) + 0.5) / DRAWS)
    order = np.random.default_rng(zlib.crc32(channel.encode())).permutation(DRAWS)
    return np.asarray(quantiles[order], dtype=np.float64)


def _figures(model: Mapping[str, Any]) -> dict[str, float]:
    errors = model.get("errors")
    row = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], Mapping) else {}
    found = {}
    for name in FIGURES:
        value = row.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            found[name] = float(value)
    return found
