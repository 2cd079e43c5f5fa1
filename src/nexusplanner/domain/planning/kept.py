"""A channel's curve as it is kept: plain numbers, with how it is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.borrowed import ChannelBenchmark
from nexusplanner.domain.planning.curves import CurveDraws, FloatArray
from nexusplanner.domain.planning.quality import QualityClass


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


def draws_of(curves: Sequence[KeptCurve]) -> CurveDraws:
    """The curves as arrays (S, C), in their order."""
    return CurveDraws(
        channels=tuple(curve.channel for curve in curves),
        scale=_column(curves, "scale"),
        half=_column(curves, "half"),
        slope=_column(curves, "slope"),
        retention=_column(curves, "retention"),
    )


def _column(curves: Sequence[KeptCurve], name: str) -> FloatArray:
    return np.array([getattr(curve, name) for curve in curves], dtype=np.float64).T
