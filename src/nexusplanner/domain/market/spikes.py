"""Days on which far more is told about a topic than such a day usually brings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from nexusplanner.domain.shared import Invalid

FloatArray = NDArray[np.float64]

LEAST_HISTORY = 28
"""Days before the one that is judged: four of each weekday."""
MOST_DAYS = 56
CHANCE = 0.004
"""How unlikely a count must be on a usual day: a topic watched for a year gives one or two false alarms."""
LEAST_COUNT = 3
LEAST_FACTOR = 2.0
CAP = 3.0
"""Standard deviations above the middle day from which on an earlier day counts as an event and not as usual."""
PRIOR_DAYS = 0.5
"""Days of the overall level that each weekday's own level is drawn towards."""
LATELY = 3
"""How many days back a burst is still news, today included."""
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905 - plainer
)


@dataclass(frozen=True, kw_only=True)
class Burst:
    """A day with far more than usual. usual: what such a weekday brings; chance: of as many on a usual day."""

    day: date
    count: int
    usual: float
    chance: float

    @property
    def factor(self) -> float:
        """How many times the usual count it is; a usual count below a half counts as a half."""
        return self.count / max(self.usual, 0.5)

    def words(self, topic: str) -> str:
        """What happened, as a sentence."""
        weekday = _WEEKDAYS[self.day.weekday()]
        usual = "hardly any is" if self.usual < 0.5 else "one is" if self.usual < 1.5 else f"{self.usual:.0f} are"
        when = f"{weekday}, {self.day.day} {_MONTHS[self.day.month - 1]}"
        return f"{self.count} stories on {topic} on {when}, where {usual} usual on a {weekday}."


def burst(counts: Sequence[int], *, last: date) -> Burst | None:
    """Whether the last of these daily counts stands out; None when it does not.

    counts: one for each day up to `last`, oldest first, at least LEAST_HISTORY + 1. The days before tell what is usual:
    a level for each weekday, drawn towards the overall one, after single large days were cut; the count is judged by the
    negative binomial tail whose variance covers both how scattered the days are and how well the level is known.
    Source: Noufaily et al. 2013, "An improved algorithm for outbreak detection", whose weights are replaced by cuts.
    Raises Invalid when there is too little history.
    """
    if len(counts) <= LEAST_HISTORY:
        message = f"Bursts are judged against at least {LEAST_HISTORY} days."
        raise Invalid(message)
    history = np.asarray(counts[-MOST_DAYS:-1], dtype=np.float64)
    now = int(counts[-1])
    weekdays = np.array([(last - timedelta(days=len(history) - at)).weekday() for at in range(len(history))])
    usual, spread, days = _usual(history, weekdays=weekdays, weekday=last.weekday())
    chance = _tail(now, mean=usual, variance=spread * usual + usual / days)
    found = Burst(day=last, count=now, usual=round(usual, 2), chance=chance)
    return found if chance < CHANCE and now >= LEAST_COUNT and found.factor >= LEAST_FACTOR else None


def latest_burst(counts: Sequence[int], *, last: date) -> Burst | None:
    """The newest burst of the last few days, each judged against the days before it."""
    for back in range(LATELY):
        until = counts[: len(counts) - back]
        if len(until) <= LEAST_HISTORY:
            return None
        found = burst(until, last=last - timedelta(days=back))
        if found is not None:
            return found
    return None


def _usual(history: FloatArray, *, weekdays: NDArray[np.int64], weekday: int) -> tuple[float, float, float]:
    """What the weekday brings, how scattered days are, and from how many days it is known.

    Scatter is the variance over the mean, at least 1 as of counts that are independent.
    """
    middles = np.array([max(float(np.median(history[weekdays == each])), 1.0) for each in range(7)])
    tops = (middles + CAP * np.sqrt(middles))[weekdays]
    cut = np.minimum(history, tops)
    overall = max(float(cut.mean()), 1.0 / len(cut))
    levels = np.array(
        [(float(cut[weekdays == each].sum()) + PRIOR_DAYS * overall) / _days(weekdays, each) for each in range(7)]
    )
    expected = levels[weekdays]
    spread = float(np.sum((cut - expected) ** 2 / expected) / max(len(cut) - 7, 1))
    return float(levels[weekday]), max(spread, 1.0), _days(weekdays, weekday)


def _days(weekdays: NDArray[np.int64], weekday: int) -> float:
    return float(np.count_nonzero(weekdays == weekday)) + PRIOR_DAYS


def _tail(count: int, *, mean: float, variance: float) -> float:
    """The chance of `count` or more, negative binomial with this mean and variance above it."""
    if count <= 0:
        return 1.0
    size = mean * mean / max(variance - mean, 1e-9)
    return float(betainc(count, size, mean / (size + mean))) if math.isfinite(size) else 0.0
