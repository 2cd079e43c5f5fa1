from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.domain.planning.adstock import geometric_adstock
from nexusplanner.domain.planning.curves import CurveDraws, FloatArray, hill
from nexusplanner.domain.planning.forecast.expected import Forecast, ForecastInput, effect, forecast, without_shocks
from nexusplanner.domain.planning.forecast.shocks import InvalidForecast, Shock, buying_power
from nexusplanner.domain.shared import DateRange

MONDAY = date(2026, 3, 2)


def curves_of(
    rng: np.random.Generator, *, channels: int = 2, draws: int = 50, slope: float | None = None, half: float = 100.0
) -> CurveDraws:
    shape = (draws, channels)
    return CurveDraws(
        channels=tuple(f"channel {index + 1}" for index in range(channels)),
        scale=rng.lognormal(6.0, 0.3, shape),
        half=half * rng.lognormal(0.0, 0.3, shape),
        slope=np.full(shape, slope) if slope else rng.uniform(0.6, 2.5, shape),
        retention=rng.uniform(0.1, 0.7, shape),
    )


def weeks_from(start: date, *, days: int) -> tuple[DateRange, ...]:
    return DateRange(start, start + timedelta(days=days - 1)).calendar_weeks()


def steady(curves: CurveDraws, *, rate: FloatArray, weeks: tuple[DateRange, ...], earlier: int = 0) -> ForecastInput:
    days = np.array([week.days for week in weeks])
    before = np.repeat(rate[:, None], earlier, axis=1) if earlier else None
    return ForecastInput(curves=curves, weeks=weeks, spend=rate[:, None] * days / 7, before=before)


def static(curves: CurveDraws, *, rate: FloatArray, weeks: float) -> FloatArray:
    return curves.over(weeks).outcomes(rate * weeks).sum(axis=1)


def all_told(found: Forecast) -> FloatArray:
    return found.draws + found.after.sum(axis=1)


RATE = np.array([80.0, 150.0])


def test_a_campaign_that_went_on_before_brings_its_static_outcome_partial_weeks_included() -> None:
    curves = curves_of(np.random.default_rng(1))
    weeks = weeks_from(date(2026, 3, 5), days=40)
    found = forecast(steady(curves, rate=RATE, weeks=weeks, earlier=200))
    brought = found.draws + found.carried_in.sum(axis=(1, 2))
    np.testing.assert_allclose(brought, static(curves, rate=RATE, weeks=40 / 7), rtol=1e-9)


def test_a_campaign_from_nothing_misses_a_constant_ramp_up() -> None:
    curves = curves_of(np.random.default_rng(2))
    short = {
        count: static(curves, rate=RATE, weeks=count)
        - forecast(steady(curves, rate=RATE, weeks=weeks_from(MONDAY, days=7 * count))).draws
        for count in (60, 120)
    }
    assert np.all(short[60] > 0)
    np.testing.assert_allclose(short[120], short[60], rtol=1e-6)
    assert np.all(short[120] < 0.1 * static(curves, rate=RATE, weeks=120))


def test_on_a_nearly_straight_curve_the_weeks_after_the_end_return_the_ramp_up() -> None:
    curves = curves_of(np.random.default_rng(3), slope=1.0, half=1e8)
    for days in (3, 28, 31):
        found = forecast(steady(curves, rate=RATE, weeks=weeks_from(MONDAY, days=days)))
        np.testing.assert_allclose(all_told(found), static(curves, rate=RATE, weeks=days / 7), rtol=2e-3)


@given(seed=st.integers(0, 2**32 - 1), days=st.integers(1, 90))
@settings(max_examples=25, deadline=None)
def test_on_concave_curves_the_whole_effect_is_at_least_the_static_one(seed: int, days: int) -> None:
    rng = np.random.default_rng(seed)
    curves = curves_of(rng, slope=float(rng.uniform(0.5, 1.0)), draws=10)
    found = forecast(steady(curves, rate=RATE, weeks=weeks_from(MONDAY, days=days)))
    assert np.all(all_told(found) >= static(curves, rate=RATE, weeks=days / 7) * (1 - 2e-2))


def test_full_weeks_follow_the_adstock_of_the_fit() -> None:
    curves = curves_of(np.random.default_rng(12))
    spend = np.array([[10.0, 0.0, 200.0, 50.0], [5.0, 90.0, 0.0, 0.0]])
    found = forecast(ForecastInput(curves=curves, weeks=weeks_from(MONDAY, days=28), spend=spend))
    stock = geometric_adstock(spend, retention=curves.retention)
    by_hand = curves.scale[..., None] * hill(stock, half=curves.half[..., None], slope=curves.slope[..., None])
    np.testing.assert_allclose(found.outcome, by_hand)


def test_without_carry_over_every_week_is_its_own_and_nothing_follows() -> None:
    curves = curves_of(np.random.default_rng(4))
    curves = CurveDraws(
        channels=curves.channels,
        scale=curves.scale,
        half=curves.half,
        slope=curves.slope,
        retention=np.zeros_like(curves.retention),
    )
    spend = np.array([[10.0, 0.0, 200.0], [5.0, 90.0, 0.0]])
    found = forecast(ForecastInput(curves=curves, weeks=weeks_from(MONDAY, days=21), spend=spend))
    for week in range(3):
        np.testing.assert_allclose(found.outcome[:, :, week], curves.outcomes(spend[:, week]))
    assert found.after.sum() == 0


def test_earlier_spend_is_built_upon_but_not_counted() -> None:
    curves = curves_of(np.random.default_rng(5), slope=0.8)
    weeks = weeks_from(MONDAY, days=14)
    idle = ForecastInput(curves=curves, weeks=weeks, spend=np.zeros((2, 2)), before=np.full((2, 3), 100.0))
    found = forecast(idle)
    assert found.draws.max() == 0
    assert np.all(found.carried_in[:, :, 0] > found.carried_in[:, :, 1])
    fresh = forecast(steady(curves, rate=RATE, weeks=weeks))
    after_others = forecast(steady(curves, rate=RATE, weeks=weeks, earlier=3))
    assert np.all(after_others.draws < fresh.draws)


def test_what_others_spend_in_the_same_weeks_is_built_upon_but_not_counted() -> None:
    curves = curves_of(np.random.default_rng(15))
    weeks, others = weeks_from(date(2026, 3, 5), days=40), np.array([300.0, 20.0])
    days = np.array([week.days for week in weeks])
    asked = steady(curves, rate=RATE, weeks=weeks)
    together = replace(
        asked, before=np.repeat((RATE + others)[:, None], 200, axis=1), beside=others[:, None] * days / 7
    )
    found = forecast(together)
    brought = found.draws + found.carried_in.sum(axis=(1, 2))
    np.testing.assert_allclose(brought, static(curves, rate=RATE + others, weeks=40 / 7), rtol=1e-9)
    idle = forecast(replace(together, spend=np.zeros_like(asked.spend)))
    assert idle.draws.max() == 0
    np.testing.assert_array_equal(idle.carried_in, found.carried_in)
    assert any("other campaigns" in words for words in found.assumptions)


def test_only_the_latest_weeks_before_matter() -> None:
    curves = curves_of(np.random.default_rng(6), slope=1.0)
    weeks, nothing = weeks_from(MONDAY, days=7), np.zeros((2, 1))
    old, new = (
        forecast(ForecastInput(curves=curves, weeks=weeks, spend=nothing, before=np.array([row, row]))).carried_in.sum()
        for row in ([100.0, 0.0, 0.0], [0.0, 0.0, 100.0])
    )
    assert 0 < old < new


def test_totals_are_summed_draw_by_draw_before_their_band_is_read() -> None:
    draws = 400
    level = np.linspace(0.5, 1.5, draws)
    curves = CurveDraws(
        channels=("up", "down"),
        scale=np.stack([level, 2.0 - level], axis=1) * 1000,
        half=np.full((draws, 2), 50.0),
        slope=np.ones((draws, 2)),
        retention=np.zeros((draws, 2)),
    )
    weeks = weeks_from(MONDAY, days=28)
    found = forecast(steady(curves, rate=np.array([50.0, 50.0]), weeks=weeks))
    up, down = found.channel_totals
    assert up.high - up.low > 1000
    assert found.total.high - found.total.low < 1e-6
    assert up.mean + down.mean == pytest.approx(found.total.mean)
    one_channel = found.outcome[:, 0, :].sum(axis=1)
    assert np.quantile(one_channel, 0.95) == pytest.approx(found.channel_weekly.high[0].sum())


def test_season_scales_the_weeks_it_names() -> None:
    curves = curves_of(np.random.default_rng(7))
    asked = steady(curves, rate=RATE, weeks=weeks_from(MONDAY, days=21))
    plain = forecast(asked)
    season = np.array([1.0, 2.0, 0.5])
    shaped = forecast(ForecastInput(curves=curves, weeks=asked.weeks, spend=asked.spend, season=season))
    np.testing.assert_allclose(shaped.outcome, plain.outcome * season)
    np.testing.assert_allclose(shaped.after, plain.after)


def test_a_shock_is_the_same_as_spending_less_in_the_affected_days() -> None:
    curves = curves_of(np.random.default_rng(8))
    weeks = weeks_from(MONDAY, days=14)
    asked = steady(curves, rate=RATE, weeks=weeks)
    shock = Shock(channel="channel 1", dates=DateRange(date(2026, 3, 7), date(2026, 3, 31)), cost_change=0.25)
    shocked = ForecastInput(curves=curves, weeks=weeks, spend=asked.spend, shocks=(shock,))
    less = asked.spend * np.array([[(5 + 2 / 1.25) / 7, 1 / 1.25], [1.0, 1.0]])
    by_hand = forecast(ForecastInput(curves=curves, weeks=weeks, spend=less))
    np.testing.assert_allclose(forecast(shocked).outcome, by_hand.outcome)
    plain = forecast(without_shocks(shocked))
    np.testing.assert_allclose(plain.outcome, forecast(asked).outcome)
    lost = effect(forecast(shocked), plain=plain)
    assert lost.high < 0
    assert any("channel 1 costs 25% more" in words for words in forecast(shocked).assumptions)


def test_shocks_that_overlap_multiply_and_may_cover_every_channel() -> None:
    week = (DateRange(MONDAY, MONDAY + timedelta(days=6)),)
    everywhere = Shock(channel=None, dates=week[0], cost_change=1.0)
    one = Shock(channel="b", dates=DateRange(MONDAY, MONDAY), cost_change=-0.5)
    power = buying_power((everywhere, one), channels=("a", "b"), weeks=week)
    np.testing.assert_allclose(power[:, 0], [0.5, (1.0 + 6 * 0.5) / 7])


def test_what_does_not_fit_is_refused_by_name() -> None:
    curves = curves_of(np.random.default_rng(9))
    weeks = weeks_from(MONDAY, days=14)
    good = np.ones((2, 2))
    with pytest.raises(InvalidForecast, match="at least one week"):
        ForecastInput(curves=curves, weeks=(), spend=good)
    with pytest.raises(InvalidForecast, match="spend must have the shape"):
        ForecastInput(curves=curves, weeks=weeks, spend=good.T[:1])
    with pytest.raises(InvalidForecast, match="Every number of spend"):
        ForecastInput(curves=curves, weeks=weeks, spend=-good)
    with pytest.raises(InvalidForecast, match="season"):
        ForecastInput(curves=curves, weeks=weeks, spend=good, season=np.ones(3))
    with pytest.raises(InvalidForecast, match="before"):
        ForecastInput(curves=curves, weeks=weeks, spend=good, before=np.ones(3))
    with pytest.raises(InvalidForecast, match="beside"):
        ForecastInput(curves=curves, weeks=weeks, spend=good, beside=np.ones(3))
    with pytest.raises(InvalidForecast, match="day after"):
        ForecastInput(curves=curves, weeks=weeks[::-1], spend=good)
    with pytest.raises(InvalidForecast, match="above -1"):
        Shock(channel=None, dates=weeks[0], cost_change=-1.0)
    stranger = Shock(channel="radio", dates=weeks[0], cost_change=0.1)
    with pytest.raises(InvalidForecast, match="'radio'"):
        forecast(ForecastInput(curves=curves, weeks=weeks, spend=good, shocks=(stranger,)))
