"""Response curves: outcome as a function of spend in one channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def hill(spend: FloatArray, *, half: FloatArray, slope: FloatArray) -> FloatArray:
    """Saturation in [0, 1) at `spend`.

    spend: (..., C) currency units, >= 0. half: (C,) or broadcastable, spend at half effect, > 0. slope: same, > 0;
    above 1 the curve is S-shaped. Source: Jin et al. 2017, eq. 5.
    """
    if np.any(spend < 0) or np.any(half <= 0) or np.any(slope <= 0):
        raise ValueError("spend must be >= 0, half and slope must be > 0")
    return _hill(spend, half=half, slope=slope)


def _hill(spend: FloatArray, *, half: FloatArray, slope: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(1.0 / (1.0 + (half / spend) ** slope), dtype=np.float64)


def hill_derivative(spend: FloatArray, *, half: FloatArray, slope: FloatArray) -> FloatArray:
    """Derivative of `hill` with respect to spend, 1 / currency units; infinite at 0 for slopes below 1.

    Shapes, units and ranges as for `hill`.
    """
    if np.any(spend < 0) or np.any(half <= 0) or np.any(slope <= 0):
        raise ValueError("spend must be >= 0, half and slope must be > 0")
    return _hill_derivative(spend, half=half, slope=slope)


def _hill_derivative(spend: FloatArray, *, half: FloatArray, slope: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        log_ratio = np.log(spend / half)
        exponent = np.where(slope == 1.0, 0.0, (slope - 1.0) * log_ratio) - 2.0 * np.logaddexp(0.0, slope * log_ratio)
        return np.asarray(slope / half * np.exp(exponent), dtype=np.float64)


def hill_inflection(*, half: FloatArray, slope: FloatArray) -> FloatArray:
    """Spend below which a Hill curve is convex and above which it is concave; 0 for slopes up to 1."""
    steep = np.maximum(slope, 1.0)
    return np.asarray(half * ((steep - 1.0) / (steep + 1.0)) ** (1.0 / steep), dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class HillCurve:
    """Outcome = scale * x^slope / (x^slope + half^slope), x in currency units (not cents).

    Raises: ValueError unless scale >= 0, half > 0 and slope > 0, all finite.
    """

    scale: float
    half: float
    slope: float

    def __post_init__(self) -> None:
        for name in ("scale", "half", "slope"):
            number = getattr(self, name)
            if not np.isfinite(number) or number < 0 or (number == 0 and name != "scale"):
                least = ">= 0" if name == "scale" else "> 0"
                raise ValueError(f"{name} must be a finite number {least}, not {number!r}")

    def value(self, spend: ArrayLike) -> FloatArray:
        """Outcome at `spend` (any shape, >= 0)."""
        return self.scale * hill(np.asarray(spend, dtype=float), half=np.array(self.half), slope=np.array(self.slope))

    def derivative(self, spend: ArrayLike) -> FloatArray:
        """Outcome per further currency unit at `spend` (any shape, >= 0); infinite at 0 for slopes below 1."""
        if self.scale == 0:
            return np.zeros(np.shape(spend))
        at = np.asarray(spend, dtype=float)
        return self.scale * hill_derivative(at, half=np.array(self.half), slope=np.array(self.slope))

    @property
    def inflection(self) -> float:
        """Spend up to which each further unit brings more than the one before; 0 for slopes up to 1."""
        return float(hill_inflection(half=np.array(self.half), slope=np.array(self.slope)))


@dataclass(frozen=True, kw_only=True, eq=False)
class MeanHillCurve:
    """The mean over S draws of Hill curves: the expected outcome when the curve itself is uncertain.

    scale, half, slope: (S,) as in `HillCurve`, paired by draw. The mean is not a Hill curve and may change between
    convex and concave more than once. Raises: ValueError for empty, unequal or out-of-range arrays.
    """

    scale: FloatArray
    half: FloatArray
    slope: FloatArray

    def __post_init__(self) -> None:
        arrays = {name: np.array(getattr(self, name), dtype=np.float64) for name in ("scale", "half", "slope")}
        if (
            len({array.shape for array in arrays.values()}) != 1
            or arrays["scale"].ndim != 1
            or not arrays["scale"].size
        ):
            raise ValueError("scale, half and slope must be one-dimensional, of the same length and not empty")
        for name, array in arrays.items():
            if not np.all(np.isfinite(array)) or np.any(array < 0) or (name != "scale" and np.any(array == 0)):
                raise ValueError(f"every draw of {name} must be finite and {'>= 0' if name == 'scale' else '> 0'}")
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @classmethod
    def from_draws(cls, *, scale: Sequence[float], half: Sequence[float], slope: Sequence[float]) -> MeanHillCurve:
        """The mean of the draws given as plain numbers, paired by position."""
        return cls(scale=np.array(scale), half=np.array(half), slope=np.array(slope))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MeanHillCurve):
            return NotImplemented
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in ("scale", "half", "slope"))

    def __hash__(self) -> int:
        return hash((self.scale.tobytes(), self.half.tobytes(), self.slope.tobytes()))

    def values(self, spend: ArrayLike) -> FloatArray:
        """Outcome of every draw at `spend` (any shape): (..., S)."""
        at = np.asarray(spend, dtype=float)[..., np.newaxis]
        return self.scale * hill(at, half=self.half, slope=self.slope)

    def value(self, spend: ArrayLike) -> FloatArray:
        """Mean outcome at `spend` (any shape, >= 0)."""
        return np.asarray(self.values(spend).mean(axis=-1), dtype=np.float64)

    def derivative(self, spend: ArrayLike) -> FloatArray:
        """Mean outcome per further currency unit at `spend`; infinite at 0 when a draw's slope is below 1."""
        at = np.asarray(spend, dtype=float)[..., np.newaxis]
        rises = self.scale > 0
        each = self.scale[rises] * hill_derivative(at, half=self.half[rises], slope=self.slope[rises])
        return np.asarray(each.sum(axis=-1) / self.scale.size, dtype=np.float64)


Curve = HillCurve | MeanHillCurve


def outcomes(curves: Sequence[Curve], spend: FloatArray) -> FloatArray:
    """(C,) outcome of each curve at its own `spend` (C,)."""
    if all(isinstance(curve, HillCurve) for curve in curves):
        scale, half, slope = _parameters(curves, spend)
        return np.asarray(scale * _hill(spend, half=half, slope=slope))
    return np.array([float(curve.value(amount)) for curve, amount in zip(curves, spend, strict=True)])


def derivatives(curves: Sequence[Curve], spend: FloatArray) -> FloatArray:
    """(C,) outcome per further currency unit of each curve at its own `spend` (C,); may be infinite at 0."""
    if all(isinstance(curve, HillCurve) for curve in curves):
        scale, half, slope = _parameters(curves, spend)
        rise = _hill_derivative(spend, half=half, slope=slope)
        return np.asarray(scale * np.where(scale > 0, rise, 0.0))
    return np.array([float(curve.derivative(amount)) for curve, amount in zip(curves, spend, strict=True)])


def _parameters(curves: Sequence[Curve], spend: FloatArray) -> FloatArray:
    if (spend < 0).any():
        raise ValueError("spend must be >= 0")
    return np.array([(curve.scale, curve.half, curve.slope) for curve in curves], dtype=np.float64).T


@dataclass(frozen=True, kw_only=True)
class CurveDraws:
    """Joint draws of the weekly response of C channels; every array is (S, C).

    scale: outcome per week at saturation. half: currency units per week at half effect. slope: Hill exponent.
    retention: share of a week's effect carried into the next (geometric adstock, normalised so that a steady spend is
    its own adstock), in [0, 1). With a delayed adstock it is the retention that carries as much over, and delay (weeks
    to the peak) and decay (of its weights) tell the shape; otherwise both are None.
    """

    channels: tuple[str, ...]
    scale: FloatArray
    half: FloatArray
    slope: FloatArray
    retention: FloatArray
    delay: FloatArray | None = None
    decay: FloatArray | None = None

    def over(self, weeks: float) -> CurveDraws:
        """Curves of the total spend over `weeks`, spread evenly at steady state: scale and half grow with the weeks."""
        return CurveDraws(
            channels=self.channels,
            scale=self.scale * weeks,
            half=self.half * weeks,
            slope=self.slope,
            retention=self.retention,
            delay=self.delay,
            decay=self.decay,
        )

    def outcomes(self, spend: FloatArray) -> FloatArray:
        """Outcome of every draw and channel at steady `spend` (..., C), currency units per week: (S, ..., C)."""
        between = (slice(None), *[np.newaxis] * (np.ndim(spend) - 1))
        return self.scale[between] * hill(spend, half=self.half[between], slope=self.slope[between])

    def mean_curve(self, channel: str) -> MeanHillCurve:
        """The posterior-mean response of one channel. Raises: KeyError when there is no such channel."""
        if channel not in self.channels:
            raise KeyError(channel)
        column: Any = (slice(None), self.channels.index(channel))
        return MeanHillCurve(scale=self.scale[column], half=self.half[column], slope=self.slope[column])
