"""Response curves: outcome as a function of spend in one channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def hill(spend: FloatArray, *, half: FloatArray, slope: FloatArray) -> FloatArray:
    """Saturation in [0, 1) at `spend`.

    spend: (..., C) currency units, >= 0. half: (C,) or broadcastable, spend at half effect, > 0. slope: same, > 0;
    above 1 the curve is S-shaped. Source: Jin et al. 2017, eq. 5.
    """
    if np.any(spend < 0) or np.any(half <= 0) or np.any(slope <= 0):
        raise ValueError("spend must be >= 0, half and slope must be > 0")
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(1.0 / (1.0 + (half / spend) ** slope), dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class HillCurve:
    """Outcome = scale * x^slope / (x^slope + half^slope), x in currency units (not cents)."""

    scale: float
    half: float
    slope: float


@dataclass(frozen=True, kw_only=True)
class CurveDraws:
    """Joint draws of the weekly response of C channels; every array is (S, C).

    scale: outcome per week at saturation. half: currency units per week at half effect. slope: Hill exponent.
    retention: share of a week's effect carried into the next (geometric adstock, normalised so that a steady spend is
    its own adstock), in [0, 1).
    """

    channels: tuple[str, ...]
    scale: FloatArray
    half: FloatArray
    slope: FloatArray
    retention: FloatArray

    def over(self, weeks: float) -> CurveDraws:
        """Curves of the total spend over `weeks`, spread evenly at steady state: scale and half grow with the weeks."""
        return CurveDraws(
            channels=self.channels,
            scale=self.scale * weeks,
            half=self.half * weeks,
            slope=self.slope,
            retention=self.retention,
        )
