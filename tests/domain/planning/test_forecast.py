import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nexusplanner.domain.planning.curves import CurveDraws
from nexusplanner.domain.planning.forecast import chance_to_beat, forecast, phase, plan_draws, response_table


def curves(draws=60, *, retention=0.4):
    rng = np.random.default_rng(3)
    return CurveDraws(
        channels=("tv", "search"),
        scale=rng.lognormal(9, 0.3, (draws, 2)),
        half=rng.lognormal(7, 0.3, (draws, 2)),
        slope=rng.uniform(0.8, 1.8, (draws, 2)),
        retention=np.full((draws, 2), retention),
    )


def test_nothing_spent_brings_nothing():
    found = forecast(curves(), spend=np.zeros((6, 2)))
    assert found.total.high == 0
    assert found.cost is None
    assert found.channels[0].next_step.mean > 0


def test_parts_sum_to_the_total_and_cost_is_spend_over_outcome():
    found = forecast(curves(), spend=np.full((6, 2), 500.0))
    assert sum(channel.outcome.mean for channel in found.channels) == pytest.approx(found.total.mean)
    assert found.weekly.mean.sum() == pytest.approx(found.total.mean)
    assert found.cost.mean == pytest.approx(found.spend / found.total.mean)
    assert found.cost.low < found.cost.mean < found.cost.high
    assert found.total.low < found.total.mean < found.total.high


def test_a_long_steady_plan_meets_the_steady_state_curve():
    drawn = curves()
    weeks = 200
    plan = plan_draws(drawn, spend=np.full((weeks, 2), 900.0)).sum(axis=-1)
    table = response_table(drawn, weeks=weeks, upper=np.array([900.0, 900.0]) * weeks, points=3)
    np.testing.assert_allclose(plan.mean(axis=0), table.outcome.mean[-1], rtol=0.01)


def test_what_runs_on_after_the_end_is_counted_and_what_ran_before_is_not():
    spend = np.full((4, 2), 800.0)
    drawn = curves(retention=0.7)
    short, long = (plan_draws(drawn, spend=spend, tail=tail).sum() for tail in (0, 12))
    assert long > 1.1 * short
    idle = plan_draws(drawn, spend=np.zeros((4, 2)), before=np.array([5000.0, 5000.0]))
    np.testing.assert_allclose(idle, 0, atol=1e-9)


def test_the_next_thousand_matches_the_slope_of_the_plan():
    drawn = curves()
    spend = np.full((5, 2), 700.0)
    found = forecast(drawn, spend=spend, step=1.0).channels[0].next_step.mean
    more = spend + np.array([20.0, 0.0])
    gain = forecast(drawn, spend=more).total.mean - forecast(drawn, spend=spend).total.mean
    assert found == pytest.approx(gain / 100, rel=0.05)


@given(arrays(np.float64, (5, 2), elements=st.floats(0, 1e5)), st.integers(0, 4), st.floats(1, 1e5))
def test_more_spend_never_brings_less(spend, week, extra):
    drawn = curves(20)
    more = spend.copy()
    more[week, 0] += extra
    assert np.all(
        plan_draws(drawn, spend=more).sum(axis=(1, 2)) >= plan_draws(drawn, spend=spend).sum(axis=(1, 2)) - 1e-6
    )


def test_chances_of_two_plans_sum_to_one_and_a_plan_ties_with_itself():
    drawn = curves()
    one = forecast(drawn, spend=np.tile([900.0, 300.0], (6, 1)))
    other = forecast(drawn, spend=np.tile([300.0, 900.0], (6, 1)))
    assert chance_to_beat(one, baseline=other) + chance_to_beat(other, baseline=one) == pytest.approx(1)
    assert chance_to_beat(one, baseline=one) == 0.5
    richer = forecast(drawn, spend=np.tile([1900.0, 400.0], (6, 1)))
    assert chance_to_beat(richer, baseline=one) == 1
    with pytest.raises(ValueError, match="same curves"):
        chance_to_beat(one, baseline=forecast(curves(30), spend=np.ones((1, 2))))


@given(st.lists(st.floats(0, 1e7), min_size=1, max_size=5), st.integers(1, 60))
def test_phasing_keeps_the_totals(totals, weeks):
    totals = np.array(totals)
    weights = np.random.default_rng(0).uniform(0.1, 1, (weeks, len(totals)))
    for found in (phase(totals, weeks=weeks), phase(totals, weeks=weeks, weights=weights)):
        np.testing.assert_allclose(found.sum(axis=0), totals, rtol=1e-9, atol=1e-12)


def test_a_table_rises_from_nothing_with_its_band_around_the_mean():
    table = response_table(curves(), weeks=8, upper=np.array([1e5, 2e4]))
    assert table.spend.shape == (65, 2)
    assert np.all(table.outcome.mean[0] == 0)
    assert np.all(np.diff(table.outcome.mean, axis=0) > 0)
    assert np.all(table.outcome.low <= table.outcome.mean)
    assert np.all(table.outcome.mean <= table.outcome.high)
    np.testing.assert_allclose(table.spend[-1], [1e5, 2e4])


@pytest.mark.parametrize("spend", [np.ones((4, 3)), np.ones(4), np.full((4, 2), -1.0), np.full((4, 2), np.nan)])
def test_a_plan_that_does_not_fit_is_refused(spend):
    with pytest.raises(ValueError, match="spend must be"):
        forecast(curves(), spend=spend)


def test_bad_weights_weeks_and_grids_are_refused():
    with pytest.raises(ValueError, match="one week"):
        phase(np.ones(2), weeks=0)
    with pytest.raises(ValueError, match="not all 0"):
        phase(np.ones(2), weeks=3, weights=np.zeros(3))
    with pytest.raises(ValueError, match="above 0"):
        response_table(curves(), weeks=4, upper=np.array([0.0, 1.0]))
