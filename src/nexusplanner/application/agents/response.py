"""What is known of each channel's response: measured from actuals where there are enough, borrowed otherwise."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from nexusplanner.domain.analytics import History
from nexusplanner.domain.planning.borrowed import ChannelBenchmark, borrowed_curves, borrowed_quality
from nexusplanner.domain.planning.curves import CurveDraws, FloatArray
from nexusplanner.domain.planning.fit import FitConfig, FitData, FitDataError, FitResult, fit
from nexusplanner.domain.planning.fit_data import OutcomeKind
from nexusplanner.domain.planning.quality import Quality, QualityClass
from nexusplanner.domain.shared import Invalid

DRAWS = 200
"""Posterior draws kept with a plan: bands are stable to about a hundredth, and a plan stays small."""

HOLDOUT_WEEKS = 13
ENOUGH_TO_HOLD_OUT = 65
"""A quarter is kept out to score the fit when more than a year remains."""

Borrow = Callable[[str], ChannelBenchmark | None]
"""Benchmark figures of a channel, none when nobody publishes any."""


@dataclass(frozen=True, kw_only=True)
class KeptCurve:
    """One channel's weekly response as draws (S,), units as in `CurveDraws`, with how it is known.

    spend_seen: largest weekly spend in the history, None without one. benchmark: published figures of the channel, for
    reach.
    """

    channel: str
    scale: tuple[float, ...]
    half: tuple[float, ...]
    slope: tuple[float, ...]
    retention: tuple[float, ...]
    quality: QualityClass
    quality_reason: str
    spend_seen: float | None = None
    benchmark: ChannelBenchmark | None = None


@dataclass(frozen=True, kw_only=True)
class ResponseModel:
    """The curves of a plan and what is known of the fit. input_hash: SHA-256 of what was fitted; seed: derived from it.

    holdout_wmape: error on the last quarter, which a first fit did not see.
    """

    curves: tuple[KeptCurve, ...]
    weeks_of_history: int
    holdout_wmape: float | None
    r2: float | None
    warnings: tuple[str, ...]
    input_hash: str
    seed: int

    @property
    def channels(self) -> tuple[str, ...]:
        """Channel keys in their order."""
        return tuple(curve.channel for curve in self.curves)

    def draws(self) -> CurveDraws:
        """The curves as arrays (S, C)."""
        return CurveDraws(
            channels=self.channels,
            scale=_column(self.curves, "scale"),
            half=_column(self.curves, "half"),
            slope=_column(self.curves, "slope"),
            retention=_column(self.curves, "retention"),
        )


def _column(curves: Sequence[KeptCurve], name: str) -> FloatArray:
    return np.array([getattr(curve, name) for curve in curves], dtype=np.float64).T


def respond(past: History, *, channels: Sequence[str], outcome_is_money: bool, borrow: Borrow) -> ResponseModel:
    """Curves for `channels`: measured where the history has them, borrowed for the rest.

    The same input gives the same curves: the seed is derived from it.
    Raises: Invalid (NO_CURVE) when a channel has neither a history nor benchmark figures.
    """
    digest = hashlib.sha256(json.dumps([asdict(past), list(channels)], default=str).encode()).hexdigest()
    seed = int(digest[:8], 16)
    rng = np.random.default_rng(seed)
    fitted, score, warnings = _fit(past, outcome_is_money=outcome_is_money, rng=rng)
    measured = _measured(fitted, past=past) if fitted else {}
    missing = [channel for channel in channels if channel not in measured]
    known = measured | _borrowed(missing, borrow=borrow, rng=rng)
    return ResponseModel(
        curves=tuple(replace(known[channel], benchmark=borrow(channel)) for channel in channels),
        weeks_of_history=len(fitted.dates) if fitted else 0,
        holdout_wmape=score,
        r2=fitted.r2 if fitted else None,
        warnings=warnings,
        input_hash=digest,
        seed=seed,
    )


def _fit(
    past: History, *, outcome_is_money: bool, rng: np.random.Generator
) -> tuple[FitResult | None, float | None, tuple[str, ...]]:
    """The fit of all rows, the error of one that did not see the last quarter, and what to warn of."""
    if not past.days or not past.channels:
        return None, None, ("There is no history of spend and outcomes: all curves are borrowed from benchmarks.",)
    data = FitData(
        dates=past.days,
        outcome=np.array(past.outcome),
        spend=np.array(past.spend).reshape(len(past.days), len(past.channels)),
        channels=past.channels,
        controls=np.array(past.controls).reshape(len(past.days), len(past.control_names)),
        control_names=past.control_names,
    )
    kind: OutcomeKind = "money" if outcome_is_money else "count"
    try:
        result = fit(data, config=FitConfig(kind=kind, draws=DRAWS), rng=rng)
        score = None
        if len(result.dates) >= ENOUGH_TO_HOLD_OUT:
            rows = HOLDOUT_WEEKS * (7 if (past.days[1] - past.days[0]).days == 1 else 1)
            scored = fit(data, config=FitConfig(kind=kind, draws=DRAWS, holdout=rows), rng=rng)
            score = scored.holdout.wmape if scored.holdout else None
    except FitDataError as error:
        return None, None, (f"The history cannot be fitted ({error}): all curves are borrowed from benchmarks.",)
    return result, score, result.warnings


def _measured(fitted: FitResult, *, past: History) -> dict[str, KeptCurve]:
    spend = np.array(past.spend)
    weekly = 7 if len(past.days) > 1 and (past.days[1] - past.days[0]).days == 1 else 1
    found: dict[str, KeptCurve] = {}
    for channel in fitted.curves.channels:
        index = fitted.curves.channels.index(channel)
        column = spend[:, past.channels.index(channel)]
        quality = fitted.channel(channel).quality
        found[channel] = _kept(
            fitted.curves,
            index=index,
            quality=quality,
            seen=quality.seen[1] or float(column.max()) * weekly,
        )
    return found


def _borrowed(channels: Sequence[str], *, borrow: Borrow, rng: np.random.Generator) -> dict[str, KeptCurve]:
    found: dict[str, KeptCurve] = {}
    for channel in channels:
        benchmark = borrow(channel)
        if benchmark is None:
            raise Invalid(
                f"Nothing is known of the channel {channel!r}: no past spend and no published figures. "
                "Import actuals for it or leave it out.",
                fields={"channels": f"Nothing is known of {channel}."},
                code="NO_CURVE",
            )
        draws = borrowed_curves([benchmark], draws=DRAWS, rng=rng)
        found[channel] = _kept(draws, index=0, quality=borrowed_quality(benchmark), seen=None, name=channel)
    return found


def _kept(draws: CurveDraws, *, index: int, quality: Quality, seen: float | None, name: str = "") -> KeptCurve:
    return KeptCurve(
        channel=name or draws.channels[index],
        scale=tuple(draws.scale[:, index].tolist()),
        half=tuple(draws.half[:, index].tolist()),
        slope=tuple(draws.slope[:, index].tolist()),
        retention=tuple(draws.retention[:, index].tolist()),
        quality=quality.kind,
        quality_reason="; ".join(quality.reasons),
        spend_seen=seen,
    )
