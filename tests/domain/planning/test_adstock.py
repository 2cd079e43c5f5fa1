import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nexusplanner.domain.planning.adstock import carry, geometric_adstock

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
