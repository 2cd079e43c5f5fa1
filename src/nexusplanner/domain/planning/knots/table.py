"""Response curves as tables: what a page needs to plan by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class CurveTable:
    """The posterior-mean response of C channels at K spends each, straight between them and held beyond the last.

    spend: (C, K) currency units in whole minor units, from 0, never falling (a range with fewer than K minor units
    repeats its end). value: (C, K) outcome there, never falling.
    Raises: ValueError for shapes that differ or numbers that fall, are negative or not finite.
    """

    channels: tuple[str, ...]
    spend: FloatArray
    value: FloatArray

    def __post_init__(self) -> None:
        for name in ("spend", "value"):
            array = np.array(getattr(self, name), dtype=np.float64)
            if array.ndim != 2 or array.shape[0] != len(self.channels) or not array.shape[1]:
                raise ValueError(f"{name} must be an array of {len(self.channels)} channels by one or more knots")
            if not np.all(np.isfinite(array)) or np.any(array < 0) or np.any(np.diff(array, axis=1) < 0):
                raise ValueError(f"every {name} must be a finite number of 0 or more, not below the one before")
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if self.spend.shape != self.value.shape:
            raise ValueError("spend and value must have the same shape")

    def outcomes(self, spend: FloatArray) -> FloatArray:
        """(C,) outcome of each channel at its own `spend` (C,), currency units."""
        rows = zip(spend, self.spend, self.value, strict=True)
        return np.array([np.interp(at, knots, values) for at, knots, values in rows])
