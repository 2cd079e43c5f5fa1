"""From posterior draws to curves, contributions and returns, draw by draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.adstock import same_carry_over
from nexusplanner.domain.planning.curves import CurveDraws, FloatArray
from nexusplanner.domain.planning.fit.baseline import Baseline
from nexusplanner.domain.planning.fit.data import FitConfig, LiftExperiment, WeeklyRows
from nexusplanner.domain.planning.fit.media import saturate
from nexusplanner.domain.planning.fit.model import Model
from nexusplanner.domain.planning.fit.priors import EFFECT, HALF
from nexusplanner.domain.planning.fit.sample import Sample
from nexusplanner.domain.planning.fit.scores import Scores
from nexusplanner.domain.planning.fit.stock import FLOOR, Spends


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """Everything a summary is made of.

    used: (C,) true where the channel has spend. baseline: of all rows (T + H). scale: the model's outcome unit.
    left_out: reasons by control. experiments: those that were used. scores: of other shapes.
    """

    rows: WeeklyRows
    training: int
    used: FloatArray
    baseline: Baseline
    model: Model
    sample: Sample
    scale: float
    left_out: Mapping[str, str]
    config: FitConfig
    experiments: tuple[LiftExperiment, ...]
    scores: Scores


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
    found = saturate(parameters, spends=Spends.of(spend / mean[:, None], adstock=fitted.config.adstock))
    trained = found.share[..., :training]
    total = np.maximum(trained.sum(axis=-1), FLOOR)
    shape = np.where(fitted.model.priors.anchored, np.exp(parameters[..., HALF]), 1.0 / total)
    scale = np.exp(parameters[..., EFFECT]) * fitted.model.effect_unit * fitted.scale * shape
    spent = spend[:, :training].sum(axis=1)
    lift = (found.slope[..., None] * trained * (1.0 - trained)).sum(axis=-1)
    hump = found.stock.hump
    curves = CurveDraws(
        channels=tuple(name for name, keep in zip(fitted.rows.data.channels, fitted.used, strict=True) if keep),
        scale=scale,
        half=np.exp(parameters[..., HALF]) * mean,
        slope=found.slope,
        retention=found.stock.keep if hump is None else same_carry_over(hump.weights),
        delay=None if hump is None else hump.delay,
        decay=None if hump is None else found.stock.keep,
    )
    return Draws(
        curves=curves,
        contributions=found.share * scale[..., None],
        roi=scale * total / spent,
        marginal=scale * lift / spent,
    )
