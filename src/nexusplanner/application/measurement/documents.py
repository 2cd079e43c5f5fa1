"""From a fit's arrays to the document that is kept, shown and reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import Any

import numpy as np

from nexusplanner.application.measurement.inputs import UsedExperiment
from nexusplanner.domain.measurement import HeldOut, MeasuredChannel, ModelDocument, Series
from nexusplanner.domain.planning.adstock import geometric_adstock
from nexusplanner.domain.planning.curves import FloatArray, hill
from nexusplanner.domain.planning.fit.fitting import Band, ChannelFit, FitResult, Holdout
from nexusplanner.domain.planning.fit.result import band, interval
from nexusplanner.domain.planning.kept import KeptCurve, draws_of
from nexusplanner.domain.shared import Estimate

DIGITS = 7
"""Significant digits kept of a series: far below what a chart or a comparison can tell apart."""

CURVE_POINTS = 65
BEYOND = 1.5
"""A curve is drawn up to this many times the largest week seen."""


@dataclass(frozen=True, kw_only=True)
class CurveSeries:
    """A weekly response curve to draw: mean and 90 % band of the outcome at weekly spends in major units."""

    spend: tuple[float, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def document_of(
    result: FitResult,
    *,
    curves: Sequence[KeptCurve],
    experiments: Iterable[UsedExperiment],
    settings: Mapping[str, Any],
) -> ModelDocument:
    """The diagnostics of a fit of all rows."""
    used: dict[str, list[str]] = {}
    for each in experiments:
        used.setdefault(each.channel, []).append(each.id)
    seen = {curve.channel: curve.spend_seen for curve in curves}
    total = float(result.fitted.mean.sum())
    return ModelDocument(
        dates=result.dates,
        outcome=_numbers(result.outcome),
        fitted=_series(result.fitted),
        baseline=_series(result.baseline),
        residuals=_numbers(result.residuals),
        channels=tuple(
            _channel(found, total=total, seen=seen.get(found.channel), used=tuple(used.get(found.channel, ())))
            for found in result.channels
        ),
        cannot_tell=result.cannot_tell,
        diagnosis={"wmape": result.wmape, **{name: _plain(value) for name, value in asdict(result.diagnosis).items()}},
        settings=settings,
    )


def held_out(holdout: Holdout) -> HeldOut:
    """The held-out weeks as they are kept."""
    actual = float(np.abs(holdout.actual).sum())
    return HeldOut(
        dates=holdout.dates,
        actual=_numbers(holdout.actual),
        expected=_numbers(holdout.expected),
        low=_numbers(holdout.low),
        high=_numbers(holdout.high),
        wmape=holdout.wmape,
        coverage=holdout.coverage,
        bias=float((holdout.expected - holdout.actual).sum()) / actual if actual else 0.0,
    )


def curve_series(curve: KeptCurve, *, upper: float | None = None) -> CurveSeries:
    """The curve at evenly spaced weekly spends up to `upper`, by default somewhat beyond the largest week seen."""
    draws = draws_of([curve])
    until = upper or BEYOND * (curve.spend_seen or 2.0 * float(np.median(draws.half)))
    spend = np.linspace(0.0, until, CURVE_POINTS)
    found = band(draws.outcomes(spend[:, np.newaxis])[..., 0])
    return CurveSeries(
        spend=_numbers(spend), mean=_numbers(found.mean), low=_numbers(found.low), high=_numbers(found.high)
    )


def channel_document(curve: KeptCurve, *, spend: FloatArray | None) -> MeasuredChannel:
    """What a curve says of a channel; with the weekly spend (T,), also of what it brought."""
    draws = draws_of([curve])
    figures = MeasuredChannel(
        channel=curve.channel,
        quality=curve.quality,
        quality_reason=curve.quality_reason,
        adstock=float(draws.retention.mean()),
        half=float(np.median(draws.half)),
        slope=float(draws.slope.mean()),
        spend_seen=curve.spend_seen,
    )
    if spend is None or spend.sum() <= 0:
        return figures
    stock = np.maximum(geometric_adstock(spend[np.newaxis, :], retention=draws.retention[:, 0]), 0.0)
    share = hill(stock, half=draws.half, slope=draws.slope)
    brought = draws.scale * share
    lift = draws.scale * draws.slope * share * (1.0 - share)
    total = float(spend.sum())
    return replace(
        figures,
        roi=interval(brought.sum(axis=1) / total),
        marginal_roi=interval(lift.sum(axis=1) / total),
        contribution=interval(brought.sum(axis=1)),
        weekly=_series(band(brought)),
        spend=total,
    )


def _channel(found: ChannelFit, *, total: float, seen: float | None, used: tuple[str, ...]) -> MeasuredChannel:
    return MeasuredChannel(
        channel=found.channel,
        quality=found.quality.kind,
        quality_reason="; ".join(found.quality.reasons),
        roi=_estimate(found.roi),
        marginal_roi=_estimate(found.marginal_roi),
        contribution=_estimate(found.contribution),
        weekly=_series(found.weekly),
        spend=found.spend,
        share=found.contribution.mean / total if total > 0 else None,
        adstock=found.adstock,
        half=found.half,
        slope=found.slope,
        spend_seen=seen,
        experiments=used,
    )


def _series(found: Band) -> Series:
    return Series(mean=_numbers(found.mean), low=_numbers(found.low), high=_numbers(found.high))


def _estimate(found: Estimate | None) -> Estimate | None:
    """The estimate unless one of its ends is no number that can be kept."""
    if found is None or not all(isfinite(each) for each in (found.mean, found.low, found.high)):
        return None
    return found


def _numbers(values: FloatArray) -> tuple[float, ...]:
    """Finite figures with the digits that are kept; what is not finite becomes 0."""
    return tuple(_rounded(value) for value in np.nan_to_num(values, posinf=0.0, neginf=0.0).tolist())


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _plain(value: Any) -> Any:
    """A value that JSON can say."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return _rounded(value) if isfinite(value) else None
    return value if value is None or isinstance(value, str | bool | int) else str(value)
