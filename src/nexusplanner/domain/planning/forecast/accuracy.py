"""How good forecasts were: coverage, bias and error against what happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.fit.result import weighted_error
from nexusplanner.domain.planning.forecast.shocks import InvalidForecast


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """Forecasts against actuals over `weeks` weeks.

    coverage: share of actuals inside the 90 % band; near 0.9 when the bands are honest. bias: (sum expected - sum
    actual) / sum |actual|; above 0 the forecasts were too high. wmape: sum of absolute errors / sum |actual|.
    bias and wmape are None when every actual is 0.
    """

    weeks: int
    coverage: float
    bias: float | None
    wmape: float | None


def accuracy(expected: FloatArray, *, low: FloatArray, high: FloatArray, actual: FloatArray) -> Accuracy:
    """Compare forecasts (N,) and their 90 % band with what happened; an actual on the band's edge is inside.

    Raises: InvalidForecast for arrays that are empty, of different lengths, not finite, or a band upside down.
    """
    arrays = [np.asarray(array, dtype=np.float64) for array in (expected, low, high, actual)]
    if len({array.shape for array in arrays}) != 1 or arrays[0].ndim != 1 or not arrays[0].size:
        raise InvalidForecast("Give as many expected, low, high and actual figures as there are weeks, at least one.")
    if not all(np.all(np.isfinite(array)) for array in arrays) or np.any(arrays[1] > arrays[2]):
        raise InvalidForecast("Every figure must be finite, and low must not be above high.")
    expected, low, high, actual = arrays
    size = float(np.abs(actual).sum())
    return Accuracy(
        weeks=len(actual),
        coverage=float(np.mean((low <= actual) & (actual <= high))),
        bias=float(expected.sum() - actual.sum()) / size if size else None,
        wmape=weighted_error(actual, expected=expected) if size else None,
    )
