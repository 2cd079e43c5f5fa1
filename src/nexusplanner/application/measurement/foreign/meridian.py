"""Google Meridian: posterior draws of one national response per channel.

Meridian's outcome of a channel in week t is beta * Hill(Adstock(media_t; alpha); ec, slope) in scaled units, with a
geometric adstock whose weights sum to one and media scaled per channel. ROI fixes the level, whatever the scaling is:
the outcomes over all weeks sum to roi times the spend.
"""

from __future__ import annotations

import numpy as np

from nexusplanner.application.measurement.foreign.draws import DrawsFile, read_draws
from nexusplanner.application.measurement.foreign.shared import ForeignChannel, ForeignModel, ModelFileError
from nexusplanner.domain.measurement import ModelSource
from nexusplanner.domain.planning.adstock import geometric_adstock
from nexusplanner.domain.planning.curves import FloatArray, hill

MOST_RETENTION = 0.98


def read_meridian(content: bytes) -> ForeignModel:
    """The model of a file. Raises ModelFileError."""
    file = read_draws(content, constants=("spend_per_unit", "outcome_scale"), series=("spend", "media_scaled"))
    if file.options.get("hill_before_adstock"):
        raise ModelFileError.at("hill_before_adstock", "only models that adstock before they saturate can be taken")
    if file.options.get("adstock_decay_spec", "geometric") != "geometric":
        raise ModelFileError.at("adstock_decay_spec", "only a geometric decay can be taken")
    retention = np.minimum(file.draw("alpha_m", most=1.0), MOST_RETENTION)
    middle, slope = file.draw("ec_m", least=1e-12), file.draw("slope_m", least=1e-6)
    per_unit = _spend_per_unit(file)
    half = middle * per_unit
    scale = _scale(file, half=half, slope=slope, retention=retention)
    spend = file.series.get("spend")
    return ForeignModel(
        source=ModelSource.MERIDIAN,
        channels=tuple(
            ForeignChannel(
                name=name,
                scale=scale[:, index],
                half=half[:, index],
                slope=slope[:, index],
                retention=retention[:, index],
                spend=spend[:, index] if spend is not None else None,
                spend_seen=float(spend[:, index].max()) if spend is not None else None,
                note="media is taken to grow in proportion to spend",
            )
            for index, name in enumerate(file.channels)
        ),
        weeks=len(spend) if spend is not None else 0,
    )


def _spend_per_unit(file: DrawsFile) -> FloatArray:
    """Currency units per scaled media unit, (C,)."""
    if "spend_per_unit" in file.constants:
        return file.constants["spend_per_unit"]
    spend = file.series.get("spend")
    if spend is None:
        raise ModelFileError.at(
            "spend", "give the weekly spend (a row per week), or spend_per_unit: currency units per scaled media unit"
        )
    _require_spent(file, spend, key="spend")
    scaled = file.series.get("media_scaled")
    if scaled is None:
        # Meridian divides national media by its median over the weeks that have any.
        return np.array([np.median(column[column > 0]) for column in spend.T])
    _require_spent(file, scaled, key="media_scaled")
    return np.asarray(spend.sum(axis=0) / scaled.sum(axis=0))


def _require_spent(file: DrawsFile, series: FloatArray, *, key: str) -> None:
    for name, column in zip(file.channels, series.T, strict=True):
        if column.sum() <= 0:
            raise ModelFileError.at(key, f"there is nothing in any week of {name}: leave the channel out")


def _scale(file: DrawsFile, *, half: FloatArray, slope: FloatArray, retention: FloatArray) -> FloatArray:
    """Outcome per week at saturation, (S, C): through ROI and the spend, or through beta and the outcome's scale."""
    spend = file.series.get("spend")
    if "roi_m" in file.draws and spend is not None:
        roi = file.draw("roi_m")
        scale = np.empty_like(roi)
        for index, column in enumerate(spend.T):
            stock = geometric_adstock(column[np.newaxis, :], retention=retention[:, index])
            share = hill(np.maximum(stock, 0.0), half=half[:, index, None], slope=slope[:, index, None])
            scale[:, index] = roi[:, index] * column.sum() / np.maximum(share.sum(axis=1), 1e-12)
        return scale
    if "beta_m" in file.draws:
        return np.asarray(file.draw("beta_m") * file.constant("outcome_scale"))
    raise ModelFileError.at(
        "posterior.roi_m", "give draws of roi_m with the weekly spend, or of beta_m with outcome_scale"
    )
