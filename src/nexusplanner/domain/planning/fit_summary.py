"""From posterior draws to the figures a planner reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.adstock import geometric_adstock
from nexusplanner.domain.planning.curves import CurveDraws, FloatArray
from nexusplanner.domain.planning.fit_baseline import expectations
from nexusplanner.domain.planning.fit_data import FitConfig, WeeklyRows
from nexusplanner.domain.planning.fit_model import Model
from nexusplanner.domain.planning.fit_priors import EFFECT, HALF, RETENTION, SLOPE
from nexusplanner.domain.planning.fit_result import (
    Band,
    ChannelFit,
    Diagnosis,
    FitResult,
    Holdout,
    band,
    explained,
    interval,
    weighted_error,
)
from nexusplanner.domain.planning.fit_sample import Sample
from nexusplanner.domain.planning.quality import ENOUGH_WEEKS, Evidence, judge, twins, unspent
from nexusplanner.domain.shared import Estimate

_POOR_MIXING = 1.3
_NORMAL_95 = 1.6449
_PERSISTENT = 0.3


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
class _Draws:
    """roi, marginal: (S, C). contributions: (S, C, T + H) in outcome units. curves: the weekly curves."""

    curves: CurveDraws
    contributions: FloatArray
    roi: FloatArray
    marginal: FloatArray


def summarise(fitted: Fitted) -> FitResult:
    """The result of a fit, from its draws."""
    draws = _draws(fitted)
    data, training = fitted.rows.data, fitted.training
    outcome = data.outcome[:training]
    left = outcome - draws.contributions[..., :training].sum(axis=1)
    maps = fitted.model.whiteners
    baseline = np.empty((len(left), len(data.outcome)))
    ahead = np.empty((len(left), fitted.rows.holdout))
    for index in np.unique(fitted.sample.choice):
        rows = fitted.sample.choice == index
        level, further = expectations(fitted.columns, whitener=maps[index])
        baseline[rows] = left[rows] @ level.T
        ahead[rows] = left[rows] @ further.T
    totals = draws.contributions.sum(axis=1)
    expected = baseline[:, :training] + totals[:, :training]
    mean = expected.mean(axis=0)
    residual = outcome - mean
    r2 = explained(outcome, expected=mean)
    channels = _channels(fitted, draws)
    diagnosis = _diagnosis(fitted, residual)
    return FitResult(
        channels=channels,
        curves=draws.curves,
        dates=data.dates[:training],
        outcome=outcome,
        baseline=band(baseline[:, :training]),
        fitted=band(expected),
        r2=0.0 if r2 is None else r2,
        wmape=weighted_error(outcome, expected=mean),
        holdout=_holdout(fitted, (ahead + totals[:, training:]).mean(axis=0)),
        diagnosis=diagnosis,
        warnings=_warnings(fitted, channels, diagnosis),
    )


def _draws(fitted: Fitted) -> _Draws:
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
    return _Draws(
        curves=CurveDraws(channels=channels, scale=scale, half=half, slope=slope, retention=retention),
        contributions=share * scale[..., None],
        roi=total / spent,
        marginal=scale * lift / spent,
    )


def _channels(fitted: Fitted, draws: _Draws) -> tuple[ChannelFit, ...]:
    spend = fitted.rows.data.spend[: fitted.training]
    moved_with = twins(spend, channels=fitted.rows.data.channels)
    position = iter(range(len(draws.curves.channels)))
    found = []
    for channel, column, keep in zip(fitted.rows.data.channels, spend.T, fitted.used, strict=True):
        if not keep:
            found.append(_without_spend(channel, fitted.training))
            continue
        index = next(position)
        found.append(_channel(fitted, draws, index, _Named(channel, column, moved_with[channel])))
    return tuple(found)


@dataclass(frozen=True)
class _Named:
    """A channel's name, its training spend (T,) and the channels that moved with it."""

    channel: str
    spend: FloatArray
    twins: tuple[str, ...]


def _channel(fitted: Fitted, draws: _Draws, index: int, named: _Named) -> ChannelFit:
    roi = interval(draws.roi[:, index])
    points = fitted.sample.points[:, index, EFFECT]
    given = fitted.config.priors.get(named.channel)
    contributions = draws.contributions[:, index, : fitted.training]
    quality = judge(
        Evidence(
            channel=named.channel,
            spend=named.spend,
            twins=named.twins,
            narrowing=_narrowing(fitted, index),
            shift=float(points.mean()),
            width=roi.high / max(roi.low, 1e-300),
            source=given.source if given else "",
        )
    )
    return ChannelFit(
        channel=named.channel,
        roi=roi,
        marginal_roi=interval(draws.marginal[:, index]),
        adstock=float(draws.curves.retention[:, index].mean()),
        half=float(np.median(draws.curves.half[:, index])),
        slope=float(draws.curves.slope[:, index].mean()),
        contribution=interval(contributions.sum(axis=1)),
        weekly=band(contributions),
        spend=float(named.spend.sum()),
        quality=quality,
    )


def _narrowing(fitted: Fitted, index: int) -> float:
    centre, spread = fitted.model.priors.centre[index, EFFECT], fitted.model.priors.spread[index, EFFECT]
    low, high = np.quantile(fitted.sample.points[:, index, EFFECT], (0.05, 0.95))
    ends = np.exp(centre + spread * np.array([low, high, -_NORMAL_95, _NORMAL_95]))
    return float(min((high - low) / (2 * _NORMAL_95), (ends[1] - ends[0]) / (ends[3] - ends[2])))


def _without_spend(channel: str, weeks: int) -> ChannelFit:
    nothing = np.zeros(weeks)
    return ChannelFit(
        channel=channel,
        roi=None,
        marginal_roi=None,
        adstock=None,
        half=None,
        slope=None,
        contribution=Estimate(mean=0.0, low=0.0, high=0.0),
        weekly=Band(mean=nothing, low=nothing, high=nothing),
        spend=0.0,
        quality=unspent(channel=channel),
    )


def _holdout(fitted: Fitted, expected: FloatArray) -> Holdout | None:
    if not fitted.rows.holdout:
        return None
    actual = fitted.rows.data.outcome[fitted.training :]
    return Holdout(
        dates=fitted.rows.data.dates[fitted.training :],
        actual=actual,
        expected=expected,
        wmape=weighted_error(actual, expected=expected),
        r2=explained(actual, expected=expected),
    )


def _diagnosis(fitted: Fitted, residual: FloatArray) -> Diagnosis:
    centred = residual - residual.mean()
    drawn = fitted.sample
    maps = fitted.model.whiteners
    return Diagnosis(
        autocorrelation=float((centred[1:] * centred[:-1]).sum() / max(np.square(centred).sum(), 1e-300)),
        drift=float(np.mean([maps[index].drift for index in drawn.choice])),
        persistence=float(np.mean([maps[index].persistence for index in drawn.choice])),
        laplace_efficiency=drawn.laplace_efficiency,
        mixing=drawn.mixing,
    )


def _warnings(fitted: Fitted, channels: tuple[ChannelFit, ...], diagnosis: Diagnosis) -> tuple[str, ...]:
    data, training = fitted.rows.data, fitted.training
    words = list(fitted.rows.notes)
    if training < ENOUGH_WEEKS:
        words.append(f"{training} training weeks: every figure is mostly what was assumed")
    words.extend(f"control {name} was left out: {reason}" for name, reason in fitted.left_out.items())
    pairs = twins(data.spend[:training], channels=data.channels)
    order = {name: index for index, name in enumerate(data.channels)}
    words.extend(
        f"{name} and {other} always ran together: the data cannot tell them apart"
        for name, others in pairs.items()
        for other in others
        if order[name] < order[other]
    )
    words.extend(f"{found.channel}: {found.quality.reasons[0]}" for found in channels if found.roi is None)
    if fitted.config.kind == "money" and np.abs(data.outcome[:training]).sum() < data.spend[:training].sum():
        words.append(
            "the outcome is smaller than the spend: if it counts something other than money, set kind to count"
        )
    if diagnosis.persistence > _PERSISTENT:
        words.append("the noise persists from week to week: something outside the data moved the outcome")
    if diagnosis.mixing > _POOR_MIXING:
        words.append("the draws did not settle: read the intervals as too narrow")
    return tuple(words)
