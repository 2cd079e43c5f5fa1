from dataclasses import replace

import numpy as np
import pytest

from nexusplanner.domain.planning.borrowed import (
    BenchmarkIncomplete,
    ChannelBenchmark,
    borrowed_curves,
    borrowed_quality,
)
from nexusplanner.domain.planning.quality import QualityClass

PODCAST = ChannelBenchmark(
    channel="podcast", cpm=20.0, ctr=0.01, cvr=0.05, value=80.0, audience=200_000, source="a table of 2025"
)


def test_the_first_return_and_the_half_follow_from_the_figures():
    assert PODCAST.first_return == pytest.approx(0.01 * 0.05 * 80 / 0.02)
    assert PODCAST.half == pytest.approx(200_000 * 0.6 * 1.5 * 20 / 1000)
    assert replace(PODCAST, ctr=None, cpc=2.0).first_return == pytest.approx(PODCAST.first_return)


def test_draws_centre_on_the_benchmark_and_are_wide():
    drawn = borrowed_curves([PODCAST], draws=20_000, rng=np.random.default_rng(0))
    first = (drawn.scale / drawn.half)[:, 0]
    assert first.mean() == pytest.approx(PODCAST.first_return, rel=0.03)
    low, high = np.quantile(first, (0.05, 0.95))
    assert high / low == pytest.approx(np.exp(2 * 1.6449 * 0.6), rel=0.05)
    assert np.all((drawn.retention >= 0) & (drawn.retention < 1))
    assert drawn.retention.mean() == pytest.approx(0.3, abs=0.02)


def test_a_wider_spread_gives_a_wider_interval():
    def width(spread):
        drawn = borrowed_curves([replace(PODCAST, spread=spread)], draws=2000, rng=np.random.default_rng(0))
        low, high = np.quantile(drawn.scale / drawn.half, (0.05, 0.95))
        return high / low

    assert width(0.9) > 2 * width(0.4)


def test_a_borrowed_channel_says_so():
    found = borrowed_quality(PODCAST)
    assert found.kind is QualityClass.BORROWED
    assert "a table of 2025" in found.reasons[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ctr": None}, "cost per click or the click rate"),
        ({"cpm": 0.0}, "cpm must be above 0"),
        ({"cvr": float("inf")}, "cvr must be above 0"),
        ({"reach": 1.5}, "reach must be at most 1"),
        ({"retention": 1.0}, "retention below 1"),
    ],
)
def test_figures_that_give_no_curve_are_named(change, words):
    with pytest.raises(BenchmarkIncomplete, match=words):
        replace(PODCAST, **change)


def test_no_channel_gives_no_curves():
    with pytest.raises(BenchmarkIncomplete, match="at least one"):
        borrowed_curves([], draws=10, rng=np.random.default_rng(1))
