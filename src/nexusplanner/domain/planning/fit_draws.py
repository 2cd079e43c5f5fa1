"""From posterior draws to curves, contributions and returns, draw by draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.adstock import geometric_adstock
from nexusplanner.domain.planning.curves import CurveDraws, FloatArray
from nexusplanner.domain.planning.fit_data import FitConfig, WeeklyRows
from nexusplanner.domain.planning.fit_model import Model
from nexusplanner.domain.planning.fit_priors import EFFECT, HALF, RETENTION, SLOPE
from nexusplanner.domain.planning.fit_sample import Sample


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """Everything a summary is made of.

    used: (C,) true where the channel has spend. columns: linear block (T + H, p). scale: the model's outcome unit.
    left_out: reasons by control.
    """

    rows: WeeklyRows
    training: int
    used: FloatArray
    columns: FloatArray
    model: Model
    sample: Sample
    scale: float
    left_out: Mapping[str, str]
    config: FitConfig


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """roi, marginal: (S, C). contributions: (S, C, T + H) in outcome units. curves: the weekly curves."""

    curves: CurveDraws
    contributions: FloatArray
    roi: FloatArray
    marginal: FloatArray


def draw_figures(fitted: Fitted) -> Draws:
    """What every posterior draw says of each channel."""
    parameters = fitted.model.parameters(fitted.sample.points)
    spend = fitted.rows.data.spend[:, fitted.used].T
    training = fitted.training
    mean = spend[:, :training].mean(axis=1)
    retention = 1.0 / (1.0 + np.exp(-parameters[..., RETENTION]))
    slope = np.exp(parameters[..., SLOPE])
    half = np.exp(parameters[..., HALF]) * mean
    stock = np.maximum(geometric_adstock(spend, retention=retention), 1e-12 * mean[:, None])
    ratio = np.clip(slope[..., None] * np.log(stock / half[..., None]), -500, 500)
    share = 1.0 / (1.0 + np.exp(-ratio))
    trained = share[..., :training]
    total = np.exp(parameters[..., EFFECT]) * fitted.model.effect_unit * fitted.scale
    scale = total / np.maximum(trained.sum(axis=-1), 1e-12)
    spent = spend[:, :training].sum(axis=1)
    lift = (slope[..., None] * trained * (1.0 - trained)).sum(axis=-1)
    channels = tuple(name for name, keep in zip(fitted.rows.data.channels, fitted.used, strict=True) if keep)
    return Draws(
        curves=CurveDraws(channels=channels, scale=scale, half=half, slope=slope, retention=retention),
        contributions=share * scale[..., None],
        roi=total / spent,
        marginal=scale * lift / spent,
    )
