"""Whether the limits of a flighting leave any plan, and which of them are at fault when they do not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nexusplanner.domain.planning.flighting.flights import InvalidFlight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nexusplanner.domain.planning.curves import FloatArray

NEARLY = 1 + 1e-9


def check_limits(
    *,
    names: Sequence[str],
    budget: float,
    lower: FloatArray,
    upper: FloatArray,
    weekly_lower: FloatArray,
    weekly_upper: FloatArray,
    least_on: FloatArray,
) -> None:
    """Raises: InvalidFlight naming the limits that contradict each other.

    lower, upper: (C,) limits of the period. weekly_lower, weekly_upper, least_on: (C, T) limits of the weeks, closed
    weeks 0, fixed weeks equal.
    """
    for index, name in enumerate(names):
        least, most = math.fsum(weekly_lower[index]), math.fsum(weekly_upper[index])
        given = lower[index] == upper[index]
        amount = f"budget is {lower[index]:,.2f}" if given else f"minimum is {lower[index]:,.2f}"
        if np.any(weekly_lower[index] > weekly_upper[index] * NEARLY):
            week = int(np.argmax(weekly_lower[index] - weekly_upper[index]))
            raise InvalidFlight(
                f"{name}: week {week + 1} needs {weekly_lower[index, week]:,.2f}, its maximum is"
                f" {weekly_upper[index, week]:,.2f}; change one of them."
            )
        if most * NEARLY < lower[index]:
            raise InvalidFlight(
                f"{name}: the weekly maximums allow {most:,.2f} in the open weeks, the channel's {amount}."
            )
        if least > upper[index] * NEARLY:
            word = "budget" if given else "maximum"
            raise InvalidFlight(
                f"{name}: the weekly minimums and fixed weeks need {least:,.2f}, the channel's {word} is"
                f" {upper[index]:,.2f}."
            )
        startable = least_on[index][(least_on[index] <= weekly_upper[index]) & (weekly_upper[index] > 0)]
        if lower[index] > 0 and (startable.size == 0 or startable.min() > upper[index] * NEARLY):
            raise InvalidFlight(
                f"{name}: no open week can have the least amount of a week with money inside the channel's limits,"
                f" and the channel's {amount}."
            )
    needed = np.maximum(lower, weekly_lower.sum(axis=1))
    if math.fsum(needed) > budget * NEARLY:
        parts = ", ".join(f"{name} {amount:,.2f}" for name, amount in zip(names, needed, strict=True) if amount > 0)
        raise InvalidFlight(
            f"The minimums need {math.fsum(needed):,.2f}, the budget is {budget:,.2f}: {parts}; lower a minimum or"
            " raise the budget."
        )
