from __future__ import annotations

import numpy as np
import pytest

from nexusplanner.domain.planning.forecast.accuracy import accuracy
from nexusplanner.domain.planning.forecast.pacing import (
    MOST_NOISE,
    USUAL_NOISE,
    DeliveryNoise,
    Pacing,
    delivery_noise,
    pacing,
)
from nexusplanner.domain.planning.forecast.shocks import InvalidForecast

PLAN = np.full((2, 10), 100.0)


def noise_of(deviation: float) -> DeliveryNoise:
    return DeliveryNoise(deviation=np.full(2, deviation), reason="known")


def paced(*, deviation: float = 0.1, budget: float = 2000.0, caps: tuple[bool, bool] = (False, False)) -> Pacing:
    return pacing(PLAN, budget=budget, noise=noise_of(deviation), daily_cap=caps, rng=np.random.default_rng(1))


def test_delivery_means_the_plan_and_widens_with_the_weeks() -> None:
    found = paced()
    np.testing.assert_allclose(found.planned, np.arange(1, 11) * 200.0)
    np.testing.assert_allclose(found.delivered.mean, found.planned, rtol=5e-3)
    width = found.delivered.high - found.delivered.low
    assert np.all(np.diff(width) > 0)
    assert width[-1] == pytest.approx(2 * 1.645 * 0.1 * np.sqrt(20) * 100, rel=0.05)


def test_overspend_is_less_likely_with_a_reserve_and_with_less_noise() -> None:
    tight, spare = paced().overspend_probability, paced(budget=2100.0).overspend_probability
    assert 0.25 < tight < 0.4
    assert spare < 0.05
    assert paced(deviation=0.01).overspend_probability < 0.001


def test_platforms_that_stop_at_their_daily_budget_never_overspend() -> None:
    found = paced(caps=(True, True))
    assert found.overspend_probability == 0
    assert np.all(found.delivered.high <= found.planned)
    assert any("at most its plan" in words for words in found.assumptions)
    mixed = paced(caps=(True, False)).delivered.mean[-1]
    assert found.delivered.mean[-1] < mixed < paced().delivered.mean[-1]


def test_the_same_generator_gives_the_same_band() -> None:
    np.testing.assert_array_equal(paced().delivered.low, paced().delivered.low)


def test_noise_comes_from_history_where_there_is_enough() -> None:
    rng = np.random.default_rng(2)
    steady = 500 * np.exp(0.05 * rng.standard_normal(400))
    steady[200:] *= 3.0
    wild = 500 * np.exp(2.0 * rng.standard_normal(400))
    unknown = np.zeros(400)
    found = delivery_noise(np.array([steady, wild, unknown]), channels=3)
    assert found.deviation[0] == pytest.approx(0.05, rel=0.15)
    assert found.deviation[1] == MOST_NOISE
    assert found.deviation[2] == USUAL_NOISE
    assert "2 of 3 channels" in found.reason
    assert delivery_noise(None, channels=2).deviation.tolist() == [USUAL_NOISE] * 2


def test_pacing_refuses_what_does_not_fit() -> None:
    with pytest.raises(InvalidForecast, match="one row"):
        delivery_noise(np.ones((2, 9)), channels=3)
    with pytest.raises(InvalidForecast, match="one row per channel"):
        pacing(PLAN, budget=1.0, noise=noise_of(0.1), daily_cap=(True,), rng=np.random.default_rng(1))
    with pytest.raises(InvalidForecast, match="0 or more"):
        pacing(-PLAN, budget=1.0, noise=noise_of(0.1), daily_cap=(True, True), rng=np.random.default_rng(1))


def test_accuracy_tells_coverage_bias_and_error() -> None:
    expected, actual = np.array([100.0, 100.0, 100.0, 100.0]), np.array([90.0, 100.0, 110.0, 150.0])
    found = accuracy(expected, low=expected - 10, high=expected + 10, actual=actual)
    assert found.coverage == 0.75
    assert found.bias == pytest.approx(-50 / 450)
    assert found.wmape == pytest.approx(70 / 450)
    assert found.weeks == 4


def test_accuracy_of_nothing_has_no_error_share() -> None:
    none = np.zeros(2)
    found = accuracy(none + 1, low=none, high=none + 2, actual=none)
    assert (found.bias, found.wmape, found.coverage) == (None, None, 1.0)
    with pytest.raises(InvalidForecast, match="as many"):
        accuracy(none, low=none, high=none, actual=np.zeros(3))
    with pytest.raises(InvalidForecast, match="low must not be above high"):
        accuracy(none, low=none + 1, high=none, actual=none)
