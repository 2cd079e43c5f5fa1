import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nexusplanner.domain.planning.adstock import (
    LONGEST_DELAYED,
    carry,
    delayed_adstock,
    delayed_weights,
    geometric_adstock,
    same_carry_over,
)

spends = arrays(np.float64, st.integers(1, 60), elements=st.floats(0, 1e7))
retentions = st.floats(0, 0.95)


@given(spends, retentions)
def test_it_is_the_weighted_sum_over_the_past(spend, retention):
    found = geometric_adstock(spend, retention=np.array(retention))
    slow = [
        (1 - retention) * sum(retention**lag * spend[week - lag] for lag in range(week + 1))
        for week in range(len(spend))
    ]
    np.testing.assert_allclose(found, slow, rtol=1e-9, atol=1e-6)


@given(spends, retentions, st.floats(0.01, 100))
def test_it_is_linear_in_the_spend(spend, retention, factor):
    keep = np.array(retention)
    doubled = geometric_adstock(factor * spend + spend[::-1], retention=keep)
    parts = factor * geometric_adstock(spend, retention=keep) + geometric_adstock(spend[::-1], retention=keep)
    np.testing.assert_allclose(doubled, parts, rtol=1e-9, atol=1e-5)


@given(retentions, st.floats(1, 1e6))
def test_a_steady_spend_is_its_own_adstock(retention, level):
    steady = geometric_adstock(np.full(30, level), retention=np.array(retention), before=np.array(level))
    np.testing.assert_allclose(steady, level, rtol=1e-9)


@given(spends, retentions)
def test_no_spend_is_lost_once_everything_has_run_on(spend, retention):
    tail = np.concatenate([spend, np.zeros(600)])
    found = geometric_adstock(tail, retention=np.array(retention))
    assert found.sum() == pytest.approx(spend.sum(), rel=1e-6, abs=1e-6)


def test_many_retentions_are_filtered_at_once():
    spend = np.arange(12.0).reshape(2, 6)
    keep = np.array([[0.0, 0.5], [0.9, 0.2], [0.3, 0.3]])
    found = geometric_adstock(spend, retention=keep)
    assert found.shape == (3, 2, 6)
    np.testing.assert_allclose(found[1, 0], geometric_adstock(spend[0], retention=np.array(0.9)))


@pytest.mark.parametrize("retention", [-0.1, 1.0, 1.5])
def test_a_retention_outside_its_range_is_refused(retention):
    with pytest.raises(ValueError, match="retention"):
        carry(np.ones(3), retention=np.array(retention))


@pytest.mark.parametrize("series", [1, 300])
def test_few_and_many_series_give_the_same(series):
    rng = np.random.default_rng(3)
    spend, retention = rng.uniform(0, 100, (series, 40)), rng.uniform(0, 0.95, series)
    found = carry(spend, retention=retention)
    for index in (0, series - 1):
        expected = 0.0
        for week in range(40):
            expected = spend[index, week] + retention[index] * expected
            assert found[index, week] == pytest.approx(expected, rel=1e-12)


class TestDelayed:
    def test_the_weights_sum_to_one_and_peak_at_the_delay(self):
        weights = delayed_weights(decay=np.array([0.2, 0.6, 0.9]), delay=np.array([0.0, 2.0, 4.0]))
        np.testing.assert_allclose(weights.sum(axis=-1), 1.0)
        assert list(weights.argmax(axis=-1)) == [0, 2, 4]

    def test_a_steady_spend_is_its_own_adstock(self):
        stock = delayed_adstock(np.full(40, 70.0), decay=np.array(0.7), delay=np.array(2.5))
        np.testing.assert_allclose(stock[LONGEST_DELAYED:], 70.0)

    def test_one_weeks_spend_is_spread_by_the_weights(self):
        spend = np.zeros(30)
        spend[5] = 100
        stock = delayed_adstock(spend, decay=np.array(0.5), delay=np.array(2.0))
        np.testing.assert_allclose(stock[5:18], 100 * delayed_weights(decay=np.array(0.5), delay=np.array(2.0)))
        assert stock[:5].max() == 0

    def test_the_same_carry_over_has_the_same_mean_lag(self):
        weights = delayed_weights(decay=np.array(0.5), delay=np.array(2.0))
        keep = same_carry_over(weights)
        assert keep / (1 - keep) == pytest.approx((weights * np.arange(13)).sum())

    @pytest.mark.parametrize(("decay", "delay"), [(0.0, 1.0), (1.0, 1.0), (0.5, -1.0)])
    def test_figures_out_of_range_are_refused(self, decay, delay):
        with pytest.raises(ValueError, match="decay must be"):
            delayed_weights(decay=np.array(decay), delay=np.array(delay))
