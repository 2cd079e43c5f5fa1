"""Numbers and axes for people."""

from __future__ import annotations

import math
from dataclasses import dataclass

from nexusplanner.domain.shared import Estimate


def number(value: float) -> str:
    """A figure with three significant digits or whole thousands: "0.0421", "12.3", "48,200"."""
    if value == 0 or not math.isfinite(value):
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{min(digits, 6)}f}"


def short(value: float) -> str:
    """A figure for an axis: "1.2k", "3M"."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


def estimate(found: Estimate | None) -> str:
    """A figure with its interval."""
    if found is None:
        return "not known"
    return f"{number(found.mean)} ({number(found.low)} to {number(found.high)})"


def percent(value: float | None) -> str:
    """A share in percent."""
    return "not known" if value is None else f"{value:.1%}"


@dataclass(frozen=True, kw_only=True)
class Axis:
    """Values from low to high, drawn from `start` to `end` in the drawing's units."""

    low: float
    high: float
    start: float
    end: float

    @classmethod
    def over(cls, values: list[float], *, start: float, end: float, zero: bool = False) -> Axis:
        """An axis that shows all values, and zero if asked."""
        finite = [value for value in values if math.isfinite(value)] or [0.0]
        low, high = min(finite), max(finite)
        if zero:
            low, high = min(low, 0.0), max(high, 0.0)
        if high <= low:
            low, high = low - 0.5, low + 0.5
        margin = (high - low) * 0.05
        return cls(
            low=low if zero and low == 0 else low - margin,
            high=high if zero and high == 0 else high + margin,
            start=start,
            end=end,
        )

    def at(self, value: float) -> float:
        """Where the value is drawn."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, wanted: int = 5) -> list[float]:
        """About so many round values on the axis."""
        step = (self.high - self.low) / wanted
        size = 10.0 ** math.floor(math.log10(step))
        step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= step)
        first = math.ceil(self.low / step)
        last = math.floor(self.high / step)
        return [round(index * step, 12) for index in range(first, last + 1)]
