"""Response models with curves one can reason about."""

from __future__ import annotations

import numpy as np

from nexusplanner.application.agents.gathering.response import ResponseModel
from nexusplanner.domain.planning.borrowed import ChannelBenchmark
from nexusplanner.domain.planning.kept import KeptCurve
from nexusplanner.domain.planning.quality import QualityClass


def kept_curve(
    channel: str,
    *,
    scale: float = 1000.0,
    half: float = 5000.0,
    slope: float = 1.0,
    draws: int = 20,
    spread: float = 0.1,
) -> KeptCurve:
    """A curve whose draws lie evenly around the given scale."""
    scales = scale * np.exp(spread * np.linspace(-1.0, 1.0, draws))
    return KeptCurve(
        channel=channel,
        scale=tuple(scales.tolist()),
        half=(half,) * draws,
        slope=(slope,) * draws,
        retention=(0.3,) * draws,
        quality=QualityClass.MEASURED,
        quality_reason="known",
        spend_seen=2 * half,
    )


def response_model(*curves: KeptCurve) -> ResponseModel:
    """A model of these curves, or of three ordinary ones."""
    usual = (
        kept_curve("search", scale=800.0, half=3000.0),
        kept_curve("social", scale=900.0, half=6000.0, slope=1.4),
        kept_curve("tv", scale=2000.0, half=20_000.0, slope=1.8),
    )
    return ResponseModel(
        curves=curves or usual,
        weeks_of_history=150,
        holdout_wmape=None,
        r2=None,
        warnings=(),
        input_hash="",
        seed=1,
    )


def benchmark(channel: str) -> ChannelBenchmark:
    """Published figures of a channel."""
    return ChannelBenchmark(
        channel=channel, cpm=10.0, cvr=0.02, value=50.0, audience=1e6, cpc=1.0, reach=0.5, source="Figures of the trade"
    )
