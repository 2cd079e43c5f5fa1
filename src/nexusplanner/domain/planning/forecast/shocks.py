"""Cost shocks: what money still buys while a channel's prices differ from those its curve was learned at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.shared import DateRange, Invalid


class InvalidForecast(Invalid):
    """What is to be forecast does not fit together; the message names it."""

    code = "INVALID_FORECAST"


@dataclass(frozen=True, kw_only=True)
class Shock:
    """Media cost changes on some days: `cost_change` 0.2 means that everything bought costs 20 % more.

    channel: None means every channel. Raises: InvalidForecast unless the change is finite and above -1.
    """

    channel: str | None
    dates: DateRange
    cost_change: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.cost_change) or self.cost_change <= -1:
            raise InvalidForecast(
                f"A cost can fall by less than 100 %; give a change above -1, not {self.cost_change!r}."
            )


def buying_power(shocks: Sequence[Shock], *, channels: Sequence[str], weeks: Sequence[DateRange]) -> FloatArray:
    """What one currency unit buys in each week, in units at usual prices: (C, T), 1 where nothing changed.

    A week's money is spent evenly over its days; on an affected day it buys 1 / (1 + change), and shocks that overlap
    multiply. Raises: InvalidForecast for a shock on a channel that is not in `channels`.
    """
    power = np.ones((len(channels), len(weeks)))
    for shock in shocks:
        if shock.channel is not None and shock.channel not in channels:
            raise InvalidForecast(f"There is no channel {shock.channel!r} here; use one of {', '.join(channels)}.")
    for column, week in enumerate(weeks):
        daily = np.ones((len(channels), week.days))
        for shock in shocks:
            rows = slice(None) if shock.channel is None else channels.index(shock.channel)
            hit = [week.start + timedelta(days=day) in shock.dates for day in range(week.days)]
            daily[rows] = np.where(hit, daily[rows] / (1.0 + shock.cost_change), daily[rows])
        power[:, column] = daily.mean(axis=1)
    return power
