"""Bursts are found, and usual days with their weekly rhythm are left alone."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nexusplanner.domain.market.spikes import MOST_DAYS, burst, latest_burst
from nexusplanner.domain.shared import Invalid

LAST = date(2026, 3, 6)
WEEK = np.array([1.2, 1.3, 1.2, 1.1, 1.0, 0.25, 0.2])
"""Monday to Sunday: hardly anything is published at the weekend."""


def usual_days(chance: np.random.Generator, *, level: float, days: int, last: date) -> NDArray[np.int64]:
    weekdays = [(last - timedelta(days=days - 1 - at)).weekday() for at in range(days)]
    return chance.poisson(level * WEEK[weekdays])


@pytest.mark.parametrize("level", [0.2, 1.0, 4.0, 15.0])
def test_fewer_than_two_in_a_hundred_usual_days_are_taken_for_a_burst(level: float) -> None:
    chance = np.random.default_rng(7)
    alarms, judged = 0, 0
    for _ in range(12):
        counts = usual_days(chance, level=level, days=MOST_DAYS + 60, last=LAST).tolist()
        for at in range(60):
            end = len(counts) - at
            alarms += burst(counts[:end], last=LAST - timedelta(days=at)) is not None
            judged += 1
    assert alarms < 0.02 * judged


@pytest.mark.parametrize(
    ("level", "weekday"), [*((5.0, weekday) for weekday in range(5)), *((20.0, weekday) for weekday in range(7))]
)
def test_four_times_the_usual_is_found_on_any_weekday(level: float, weekday: int) -> None:
    chance = np.random.default_rng(3)
    last = LAST + timedelta(days=(weekday - LAST.weekday()) % 7)
    counts = usual_days(chance, level=level, days=MOST_DAYS, last=last).tolist()
    counts[-1] = max(round(4 * level * WEEK[weekday]), 4)
    found = burst(counts, last=last)
    assert found is not None
    assert found.factor > 2


def test_an_earlier_burst_does_not_hide_the_next_one() -> None:
    counts = usual_days(np.random.default_rng(5), level=5, days=MOST_DAYS, last=LAST).tolist()
    counts[-8] = 60
    counts[-1] = 20
    assert burst(counts, last=LAST) is not None


def test_a_burst_of_yesterday_is_still_news_and_one_of_last_week_is_not() -> None:
    counts = usual_days(np.random.default_rng(5), level=5, days=MOST_DAYS, last=LAST).tolist()
    counts[-2] = 30
    found = latest_burst(counts, last=LAST)
    assert found is not None
    assert found.day == LAST - timedelta(days=1)
    counts[-2], counts[-8] = 5, 30
    assert latest_burst(counts, last=LAST) is None


def test_a_burst_is_told_with_its_day_and_what_is_usual() -> None:
    counts = [2, 2, 2, 2, 2, 0, 0] * 8
    shifted = counts[-4:] + counts[:-4]
    shifted[-1] = 11
    found = burst(shifted, last=LAST)
    assert found is not None
    words = found.words("heat pumps")
    assert words.startswith("11 stories on heat pumps on Friday, 6 March, where ")
    assert words.endswith(" usual on a Friday.")


def test_too_little_history_is_refused() -> None:
    with pytest.raises(Invalid):
        burst([1] * 28, last=LAST)
    assert latest_burst([1] * 28, last=LAST) is None


@given(counts=st.lists(st.integers(0, 1000), min_size=29, max_size=70))
def test_any_counts_can_be_judged(counts: list[int]) -> None:
    found = burst(counts, last=LAST)
    assert found is None or (found.count == counts[-1] and found.usual > 0)
