"""From posterior draws to the figures a planner reads."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.baseline import Outlooks
from nexusplanner.domain.planning.fit.draws import Draws, Fitted, draw_figures
from nexusplanner.domain.planning.fit.experiments import lines_of
from nexusplanner.domain.planning.fit.priors import EFFECT
from nexusplanner.domain.planning.fit.result import (
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
from nexusplanner.domain.planning.fit.words import cannot_tell, warnings
from nexusplanner.domain.planning.quality import Evidence, judge, twins, unspent
from nexusplanner.domain.shared import Estimate

_NORMAL_95 = 1.6449
_PRIOR_DRAWS = 500


@dataclass(frozen=True, kw_only=True, eq=False)
class _Levels:
    """Draws of the baseline in the training rows (S, T) and of the outcome of the holdout rows, noise included (S, H).

    ahead: (S, H) expectation of the holdout rows.
    """

    baseline: FloatArray
    ahead: FloatArray
    outcome: FloatArray


def summarise(fitted: Fitted, *, rng: np.random.Generator) -> FitResult:
    """The result of a fit, from its draws."""
    draws = draw_figures(fitted)
    data, training = fitted.rows.data, fitted.training
    outcome = data.outcome[:training]
    levels = _levels(fitted, draws, rng)
    expected = levels.baseline + draws.contributions[..., :training].sum(axis=1)
    mean = expected.mean(axis=0)
    residual = outcome - mean
    r2 = explained(outcome, expected=mean)
    channels = _channels(fitted, draws, _Believed.of(fitted, rng))
    diagnosis = _diagnosis(fitted, residual)
    found = FitResult(
        channels=channels,
        curves=draws.curves,
        dates=data.dates[:training],
        outcome=outcome,
        baseline=band(levels.baseline),
        fitted=band(expected),
        r2=0.0 if r2 is None else r2,
        wmape=weighted_error(outcome, expected=mean),
        holdout=_holdout(fitted, levels),
        diagnosis=diagnosis,
        warnings=(),
        cannot_tell=(),
    )
    return replace(found, warnings=warnings(fitted, found), cannot_tell=cannot_tell(fitted, draws, found))


def _levels(fitted: Fitted, draws: Draws, rng: np.random.Generator) -> _Levels:
    """Baseline and holdout rows under each draw's curves and covariance."""
    data, training, ahead = fitted.rows.data, fitted.training, fitted.rows.holdout
    media = draws.contributions.sum(axis=1)
    left = data.outcome[:training] - media[:, :training]
    count = len(left)
    normals, chi2 = rng.standard_normal(left.shape), rng.chisquare(fitted.model.whiteners[0].freedom, size=count)
    more = rng.standard_normal((count, ahead))
    baseline, doubt = np.empty(left.shape), np.empty(left.shape)
    further, error = np.empty((count, ahead)), np.empty((count, ahead))
    outlooks = Outlooks(fitted.baseline)
    for index in np.unique(fitted.sample.choice):
        rows = fitted.sample.choice == index
        whitener = fitted.model.whiteners[index]
        view = outlooks.under(whitener)
        noise = np.sqrt(np.square(left[rows] @ whitener.rest.T).sum(axis=1) / chi2[rows])[:, None]
        expected, further[rows] = view.read(left[rows])
        baseline[rows] = expected[:, :training]
        doubt[rows] = noise * (normals[rows] @ view.doubt.T)
        error[rows] = noise * (more[rows] @ view.spread.T)
    further += media[:, training:]
    # The mean of the doubt is nothing; what chance left of it would only blur the mean of the baseline.
    return _Levels(baseline=baseline + doubt - doubt.mean(axis=0), ahead=further, outcome=further + error)


def _channels(fitted: Fitted, draws: Draws, believed: _Believed) -> tuple[ChannelFit, ...]:
    data = fitted.rows.data
    spend = data.spend[: fitted.training]
    moved_with = twins(spend, channels=data.channels)
    echoes = _echoes(spend, fitted.baseline.free[: fitted.training])
    position = iter(range(len(draws.curves.channels)))
    found = []
    for channel, column, keep, echo in zip(data.channels, spend.T, fitted.used, echoes, strict=True):
        if not keep:
            found.append(_without_spend(channel, fitted.training))
            continue
        index = next(position)
        given = fitted.config.priors.get(channel)
        roi = interval(draws.roi[:, index])
        evidence = Evidence(
            channel=channel,
            spend=column,
            twins=moved_with[channel],
            narrowing=believed.narrowing(draws.roi[:, index], index),
            shift=believed.shift(draws.roi[:, index], index),
            width=roi.high / max(roi.low, 1e-300),
            source=given.source if given else "",
            echo=float(echo),
            experiments=lines_of(fitted.experiments, channel=channel),
        )
        found.append(_channel(fitted, draws, index, evidence))
    return tuple(found)


def _channel(fitted: Fitted, draws: Draws, index: int, evidence: Evidence) -> ChannelFit:
    contributions = draws.contributions[:, index, : fitted.training]
    return ChannelFit(
        channel=evidence.channel,
        roi=interval(draws.roi[:, index]),
        marginal_roi=interval(draws.marginal[:, index]),
        adstock=float(draws.curves.retention[:, index].mean()),
        delay=None if draws.curves.delay is None else float(draws.curves.delay[:, index].mean()),
        half=float(np.median(draws.curves.half[:, index])),
        slope=float(draws.curves.slope[:, index].mean()),
        contribution=interval(contributions.sum(axis=1)),
        weekly=band(contributions),
        spend=float(evidence.spend.sum()),
        quality=judge(evidence),
        shift=evidence.shift,
        narrowing=evidence.narrowing,
    )


def _echoes(spend: FloatArray, columns: FloatArray) -> FloatArray:
    """Share of each spend's variation (C,) that the columns of the linear block explain, less what chance would."""
    basis, _ = np.linalg.qr(columns)
    moved = spend - spend.mean(axis=0)
    left = np.square(moved - basis @ (basis.T @ moved)).sum(axis=0) / max(len(spend) - columns.shape[1], 1)
    whole = np.square(moved).sum(axis=0) / max(len(spend) - 1, 1)
    share = np.maximum(1.0 - left / np.where(whole > 0, whole, np.inf), 0.0)
    return np.where(whole > 0, share, 0.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Believed:
    """Mean and standard deviation (C,) of the log of the return before the rows were read."""

    centre: FloatArray
    spread: FloatArray

    @classmethod
    def of(cls, fitted: Fitted, rng: np.random.Generator) -> _Believed:
        priors = fitted.model.priors
        spent = fitted.rows.data.spend[: fitted.training, fitted.used].sum(axis=0)
        centre = priors.centre[:, EFFECT] + np.log(fitted.model.effect_unit * fitted.scale / spent)
        spread = priors.spread[:, EFFECT].copy()
        if priors.anchored.any():
            points = rng.standard_normal((_PRIOR_DRAWS, *priors.centre.shape))
            drawn = fitted.model.forward(points)
            returns = np.log(drawn.weight * drawn.total * fitted.scale / spent)
            centre = np.where(priors.anchored, returns.mean(axis=0), centre)
            spread = np.where(priors.anchored, returns.std(axis=0), spread)
        return cls(centre=centre, spread=spread)

    def shift(self, roi: FloatArray, index: int) -> float:
        return float((np.log(roi).mean() - self.centre[index]) / self.spread[index])

    def narrowing(self, roi: FloatArray, index: int) -> float:
        """Width of the 90 % interval over that of the prior, as a ratio or a difference of its ends: the smaller."""
        centre, spread = self.centre[index], self.spread[index]
        low, high = np.quantile(roi, (0.05, 0.95))
        ends = np.exp(centre + spread * np.array([-_NORMAL_95, _NORMAL_95]))
        return float(min(np.log(high / low) / (2 * _NORMAL_95 * spread), (high - low) / (ends[1] - ends[0])))


def _without_spend(channel: str, weeks: int) -> ChannelFit:
    nothing = np.zeros(weeks)
    return ChannelFit(
        channel=channel,
        roi=None,
        marginal_roi=None,
        adstock=None,
        delay=None,
        half=None,
        slope=None,
        contribution=Estimate(mean=0.0, low=0.0, high=0.0),
        weekly=Band(mean=nothing, low=nothing, high=nothing),
        spend=0.0,
        quality=unspent(channel=channel),
        shift=0.0,
        narrowing=1.0,
    )


def _holdout(fitted: Fitted, levels: _Levels) -> Holdout | None:
    if not fitted.rows.holdout:
        return None
    actual = fitted.rows.data.outcome[fitted.training :]
    expected = levels.ahead.mean(axis=0)
    low, high = np.quantile(levels.outcome, (0.05, 0.95), axis=0)
    return Holdout(
        dates=fitted.rows.data.dates[fitted.training :],
        actual=actual,
        expected=expected,
        low=low,
        high=high,
        wmape=weighted_error(actual, expected=expected),
        r2=explained(actual, expected=expected),
        coverage=float(np.mean((low <= actual) & (actual <= high))),
    )


def _diagnosis(fitted: Fitted, residual: FloatArray) -> Diagnosis:
    centred = residual - residual.mean()
    drawn = fitted.sample
    maps = fitted.model.whiteners
    return Diagnosis(
        autocorrelation=float((centred[1:] * centred[:-1]).sum() / max(np.square(centred).sum(), 1e-300)),
        drift=float(np.mean([maps[index].drift for index in drawn.choice])),
        persistence=float(np.mean([maps[index].persistence for index in drawn.choice])),
        swing=float(np.mean([maps[index].swing for index in drawn.choice])),
        method=drawn.method,
        laplace_efficiency=drawn.efficiency,
        laplace_tail=drawn.tail,
        mixing=drawn.mixing,
    )
