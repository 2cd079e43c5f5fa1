"""Fit response curves to weekly spend and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.baseline import Baseline, design, holiday_columns, whiteners
from nexusplanner.domain.planning.fit.data import (
    BadValue,
    ChannelPrior,
    CurveShape,
    FitConfig,
    FitData,
    FitDataError,
    LiftExperiment,
    NothingToFit,
    TooFewRows,
    UnevenDates,
    WeeklyRows,
    weekly,
)
from nexusplanner.domain.planning.fit.draws import Fitted
from nexusplanner.domain.planning.fit.experiments import experiments_for
from nexusplanner.domain.planning.fit.laplace import approximate, plausible
from nexusplanner.domain.planning.fit.model import Model
from nexusplanner.domain.planning.fit.priors import priors_for
from nexusplanner.domain.planning.fit.result import (
    Band,
    ChannelFit,
    Diagnosis,
    FitResult,
    Holdout,
)
from nexusplanner.domain.planning.fit.sample import resample, sample
from nexusplanner.domain.planning.fit.scores import scores
from nexusplanner.domain.planning.fit.search import find_modes
from nexusplanner.domain.planning.fit.stock import Spends
from nexusplanner.domain.planning.fit.summary import summarise

__all__ = [
    "BadValue",
    "Band",
    "ChannelFit",
    "ChannelPrior",
    "CurveShape",
    "Diagnosis",
    "FitConfig",
    "FitData",
    "FitDataError",
    "FitResult",
    "Holdout",
    "LiftExperiment",
    "NothingToFit",
    "TooFewRows",
    "UnevenDates",
    "fit",
]

TRIALS = 400
"""Draws of the approximation by which it is judged."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Prepared:
    rows: WeeklyRows
    training: int
    used: FloatArray
    baseline: Baseline
    model: Model
    scale: float
    left_out: Mapping[str, str]
    experiments: tuple[LiftExperiment, ...]


def fit(data: FitData, *, config: FitConfig, rng: np.random.Generator) -> FitResult:
    """Curves, returns and contributions of every channel, from all rows but the holdout at the end.

    The reported fit is the one that was scored: it never saw the holdout rows. The same data, settings and generator
    state give the same result on one platform. For 5 channels and 156 weeks the approximation costs a tenth of a second
    of CPU and the sampler less than one.
    Raises: FitDataError (TooFewRows, UnevenDates, BadValue, NothingToFit).
    """
    prepared = _prepare(data, config)
    modes = find_modes(prepared.model)
    model = plausible(prepared.model, modes, rng=rng)
    start = approximate(model, modes, count=TRIALS, rng=rng)
    quick = config.method == "laplace" or (config.method == "auto" and start.good)
    drawn = resample(start, draws=config.draws, rng=rng) if quick else sample(model, start, draws=config.draws, rng=rng)
    return summarise(
        Fitted(
            rows=prepared.rows,
            training=prepared.training,
            used=prepared.used,
            baseline=prepared.baseline,
            model=model,
            sample=drawn,
            scale=prepared.scale,
            left_out=prepared.left_out,
            config=config,
            experiments=prepared.experiments,
            scores=scores(prepared.model, modes),
        ),
        rng=rng,
    )


def _prepare(data: FitData, config: FitConfig) -> _Prepared:
    if config.draws < 2:
        raise FitDataError("draws must be 2 or more")
    unknown = set(config.priors) - set(data.channels)
    if unknown:
        raise FitDataError(f"a prior names {min(unknown)}, which is not a spend column")
    rows = weekly(data, holdout=config.holdout)
    weeks = len(rows.data.dates)
    training = weeks - rows.holdout
    outcome, spend = rows.data.outcome[:training], rows.data.spend[:training]
    used = spend.sum(axis=0) > 0
    if not used.any():
        raise NothingToFit("no channel has any spend in the training rows")
    columns, left_out = design(
        weeks=weeks,
        training=training,
        harmonics=config.harmonics,
        controls=rows.data.controls,
        names=rows.data.control_names,
    )
    channels = tuple(name for name, keep in zip(data.channels, used, strict=True) if keep)
    baseline = Baseline(free=columns, shrunk=holiday_columns(config.holidays, dates=rows.data.dates))
    scale = float(outcome.std())
    mean = spend[:, used].mean(axis=0)
    priors = priors_for(channels, config=config, weekly_spend=mean)
    unit = mean * training if config.kind == "money" else np.full(len(channels), np.abs(outcome).sum())
    tested = experiments_for(rows.data, config=config, channels=channels, mean_spend=mean, scale=scale)
    model = Model(
        spends=Spends.of((spend[:, used] / mean).T.copy(), adstock=config.adstock),
        outcome=outcome / scale,
        effect_unit=np.where(priors.anchored, mean, unit) / scale,
        priors=priors,
        whiteners=whiteners(baseline, training=training),
        experiments=tested.ready,
    )
    return _Prepared(
        rows=replace(rows, notes=(*rows.notes, *tested.notes)),
        training=training,
        used=used,
        baseline=baseline,
        model=model,
        scale=scale,
        left_out=left_out,
        experiments=tested.used,
    )
