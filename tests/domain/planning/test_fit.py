from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from nexusplanner.domain.planning.adstock import geometric_adstock
from nexusplanner.domain.planning.curves import hill
from nexusplanner.domain.planning.fit.fitting import (
    BadValue,
    ChannelPrior,
    FitConfig,
    FitData,
    FitDataError,
    NothingToFit,
    TooFewRows,
    UnevenDates,
    fit,
)
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.planning.simulate import World, simulate

WORLD = World(weeks=117, channels=("tv", "search", "social"), noise=0.02)


@pytest.fixture(scope="module")
def world():
    return simulate(WORLD, rng=np.random.default_rng(4))


@pytest.fixture(scope="module")
def result(world):
    return fit(world[0], config=FitConfig(holdout=13), rng=np.random.default_rng(1))


def rows(spend, *, outcome=None, step=7, **more):
    weeks = len(spend)
    if outcome is None:
        noise = np.random.default_rng(0).standard_normal(weeks)
        outcome = 1000 + 40 * noise + 0.5 * spend.sum(axis=1)
    return FitData(
        dates=tuple(date(2024, 1, 1) + timedelta(days=step * week) for week in range(weeks)),
        outcome=outcome,
        spend=spend,
        channels=tuple("abcdefgh"[: spend.shape[1]]),
        **more,
    )


def noisy_spend(weeks, channels=2, seed=1):
    return np.random.default_rng(seed).uniform(10, 100, (weeks, channels))


def run(data, **config):
    return fit(data, config=FitConfig(draws=80, **config), rng=np.random.default_rng(1))


def test_a_clear_truth_is_recovered():
    rng = np.random.default_rng(8)
    spend = rng.lognormal(0, 0.7, (156, 2)) * [1000, 500]
    weeks = np.arange(156)
    stock = geometric_adstock(spend.T, retention=np.array([0.1, 0.4])).T
    saturated = np.array([3000.0, 2500.0]) * stock / (stock + np.array([1000.0, 400.0]))
    outcome = 20000 + 10 * weeks + saturated.sum(axis=1) + 30 * rng.standard_normal(156)
    found = fit(rows(spend, outcome=outcome), config=FitConfig(), rng=rng)
    truth = saturated.sum(axis=0) / spend.sum(axis=0)
    for index, channel in enumerate(found.channels):
        assert channel.roi.mean == pytest.approx(truth[index], rel=0.15)
        assert channel.roi.low < truth[index] < channel.roi.high
        assert channel.adstock == pytest.approx((0.1, 0.4)[index], abs=0.1)
        assert channel.quality.kind is QualityClass.MEASURED
    assert found.r2 > 0.98


def test_the_intervals_cover_the_truth_of_most_simulated_channels():
    covered = []
    for seed in range(6):
        data, truth = simulate(WORLD, rng=np.random.default_rng(seed))
        found = fit(data, config=FitConfig(holdout=13), rng=np.random.default_rng(seed))
        roi = truth.roi_over(104)
        covered += [c.roi.low <= roi[i] <= c.roi.high for i, c in enumerate(found.channels)]
    assert sum(covered) >= 13


def test_the_figures_agree_with_each_other(world, result):
    data, _ = world
    for index, found in enumerate(result.channels):
        spent = data.spend[:104, index].sum()
        assert found.spend == pytest.approx(spent)
        assert found.roi.mean * spent == pytest.approx(found.contribution.mean, rel=1e-9)
        assert found.weekly.mean.sum() == pytest.approx(found.contribution.mean, rel=1e-9)
        assert found.roi.low < found.roi.mean < found.roi.high
        assert found.marginal_roi.mean > 0
        assert result.curves.scale.shape == (400, 3)
    total = result.baseline.mean + sum(found.weekly.mean for found in result.channels)
    np.testing.assert_allclose(total, result.fitted.mean, rtol=1e-9)


def test_the_curves_reproduce_the_contributions(world, result):
    data, _ = world
    curves = result.curves
    stock = geometric_adstock(data.spend[:104].T, retention=curves.retention)
    drawn = curves.scale[..., None] * hill(stock, half=curves.half[..., None], slope=curves.slope[..., None])
    for index, found in enumerate(result.channels):
        assert drawn[:, index].sum(axis=-1).mean() == pytest.approx(found.contribution.mean, rel=1e-6)


def test_the_holdout_is_scored_and_never_seen(world, result):
    data, _ = world
    assert len(result.dates) == 104
    assert len(result.holdout.actual) == 13
    assert 0 < result.holdout.wmape < 0.1
    spoiled = replace(data, outcome=np.where(np.arange(117) >= 104, 1.0, data.outcome))
    again = fit(spoiled, config=FitConfig(holdout=13), rng=np.random.default_rng(1))
    assert again.channels[0].roi == result.channels[0].roi
    assert again.holdout.wmape > 10


@pytest.mark.parametrize("method", ["laplace", "sample"])
def test_the_same_generator_gives_the_same_bytes(world, method):
    config = FitConfig(holdout=13, method=method)
    result, again = (fit(world[0], config=config, rng=np.random.default_rng(1)) for _ in range(2))
    assert result.diagnosis.method == method
    for name in ("scale", "half", "slope", "retention"):
        assert getattr(again.curves, name).tobytes() == getattr(result.curves, name).tobytes()
    assert again.warnings == result.warnings


@pytest.mark.parametrize("factor", [1 / 128, 1024.0])
def test_the_currency_unit_changes_nothing_but_the_unit(world, result, factor):
    data, _ = world
    scaled = replace(data, outcome=data.outcome * factor, spend=data.spend * factor)
    again = fit(scaled, config=FitConfig(holdout=13), rng=np.random.default_rng(1))
    for before, after in zip(result.channels, again.channels, strict=True):
        assert after.roi.mean == pytest.approx(before.roi.mean, rel=1e-9)
        assert after.half == pytest.approx(before.half * factor, rel=1e-9)
        assert after.contribution.high == pytest.approx(before.contribution.high * factor, rel=1e-9)


def test_a_count_does_not_depend_on_the_currency_of_the_spend(world):
    data, _ = world
    counts = replace(data, outcome=np.round(data.outcome / 500))
    before = run(counts, kind="count")
    after = run(replace(counts, spend=data.spend * 1024), kind="count")
    for one, other in zip(before.channels, after.channels, strict=True):
        assert one.contribution.mean == pytest.approx(other.contribution.mean, rel=1e-9)
        assert one.roi.mean == pytest.approx(other.roi.mean * 1024, rel=1e-9)


def test_the_quick_method_agrees_with_the_sampler(world):
    quick, slow = (
        fit(world[0], config=FitConfig(holdout=13, method=method), rng=np.random.default_rng(1))
        for method in ("laplace", "sample")
    )
    for one, other in zip(quick.channels, slow.channels, strict=True):
        width = other.roi.high - other.roi.low
        assert abs(one.roi.mean - other.roi.mean) < 0.35 * width
        assert one.roi.high - one.roi.low == pytest.approx(width, rel=0.6)


def test_auto_takes_the_quick_method_only_where_it_is_good():
    spend = np.random.default_rng(1).lognormal(0, 0.8, (150, 1)) * 1000
    clear = rows(spend, outcome=10_000 + 900 * hill(spend, half=np.array([900.0]), slope=np.array([1.0]))[:, 0])
    noise = np.random.default_rng(2).standard_normal(150)
    easy = run(replace(clear, outcome=clear.outcome + 20 * noise))
    assert easy.diagnosis.method == "laplace"
    assert easy.diagnosis.laplace_tail < 0.7
    hard = run(simulate(World(weeks=120), rng=np.random.default_rng(1))[0])
    assert hard.diagnosis.method == "sample"


def test_the_band_of_the_holdout_holds_the_noise_too():
    inside, widths = [], []
    for seed in range(8):
        data, _ = simulate(WORLD, rng=np.random.default_rng(seed))
        found = fit(data, config=FitConfig(holdout=13, method="laplace"), rng=np.random.default_rng(seed)).holdout
        inside.append(found.coverage)
        assert found.coverage == np.mean((found.low <= found.actual) & (found.actual <= found.high))
        widths.append((found.high - found.low).mean() / found.actual.mean())
    assert 0.8 < np.mean(inside) < 0.99
    assert min(widths) > 2 * 1.6 * WORLD.noise * 0.8


def test_the_bands_of_baseline_and_fit_hold_the_truth():
    inside = []
    for seed in range(6):
        data, truth = simulate(WORLD, rng=np.random.default_rng(seed))
        found = fit(data, config=FitConfig(method="laplace"), rng=np.random.default_rng(seed))
        for band, actual in ((found.baseline, truth.baseline), (found.fitted, truth.expected)):
            inside.append(np.mean((band.low <= actual) & (actual <= band.high)))
    assert 0.75 < np.mean(inside) < 0.99


def test_the_residuals_are_what_the_fit_left(result):
    np.testing.assert_allclose(result.residuals + result.fitted.mean, result.outcome)


class TestCannotTell:
    def words(self, spend, **more):
        return " | ".join(run(rows(spend, **more), method="laplace").cannot_tell)

    def test_it_names_confounded_steady_and_untested_channels_and_the_limits_of_what_was_seen(self):
        spend = noisy_spend(80, 3)
        spend[:, 1] = 2 * spend[:, 0]
        spend[:, 2] = 50
        told = self.words(spend)
        assert "a and b are confounded (spends correlate 1.00)" in told
        assert "spend on c hardly changed" in told
        assert "no experiment on a, b and c" in told
        assert f"a above {spend[:, 0].max():,.0f}" in told

    def test_it_says_when_the_weeks_are_few_and_channels_never_paused(self):
        told = self.words(60 + noisy_spend(16) / 2)
        assert "16 weeks cannot tell the channels from trend and season" in told
        assert "a and b never paused" in told

    def test_it_names_channels_whose_interval_is_wide_although_it_narrowed(self):
        data, _ = simulate(World(weeks=90), rng=np.random.default_rng([3, 1]))
        found = run(data, method="laplace")
        loose = [each.channel for each in found.channels if each.roi.high > 8 * each.roi.low and each.narrowing <= 0.7]
        assert loose
        told = next(words for words in found.cannot_tell if "more than a factor of 8 apart" in words)
        assert all(channel in told for channel in loose)
        assert all(found.channel(channel).quality.kind is QualityClass.ASSUMPTION for channel in loose)

    def test_it_says_when_the_baseline_explains_nearly_everything(self):
        week = np.arange(120)
        outcome = 1000 + 300 * np.sin(2 * np.pi * week / 52.18) + np.random.default_rng(1).standard_normal(120)
        assert "nearly all of the outcome's movement is baseline" in self.words(noisy_spend(120), outcome=outcome)


def test_a_return_beyond_belief_is_not_called_measured():
    """Spend that is a small share of an outcome it follows looks as if it returned thirty times itself."""
    rng = np.random.default_rng(4)
    demand = np.convolve(rng.standard_normal(160), np.ones(3) / 3, mode="valid")[:150]
    spend = np.column_stack([np.exp(0.4 * demand), rng.lognormal(0, 0.5, 150)]) * 100
    outcome = 50_000 + 8000 * demand + 300 * rng.standard_normal(150)
    found = run(rows(spend, outcome=outcome), method="sample")
    assert found.channel("a").quality.kind is QualityClass.ASSUMPTION
    assert "spend that follows demand" in found.channel("a").quality.reasons[0]
    assert any("the return of a is not plausible" in words for words in found.warnings)


def test_held_out_weeks_that_were_missed_are_told(world):
    data, _ = world
    fallen = replace(data, outcome=np.where(np.arange(117) >= 104, 0.5 * data.outcome, data.outcome))
    found = fit(fallen, config=FitConfig(holdout=13, method="laplace"), rng=np.random.default_rng(1))
    assert any("something changed" in words for words in found.warnings)
    assert found.holdout.coverage < 0.3


def test_rows_may_come_in_any_order(world, result):
    data, _ = world
    order = np.random.default_rng(3).permutation(117)
    shuffled = replace(
        data,
        dates=tuple(data.dates[row] for row in order),
        outcome=data.outcome[order],
        spend=data.spend[order],
        controls=data.controls[order],
    )
    again = fit(shuffled, config=FitConfig(holdout=13), rng=np.random.default_rng(1))
    assert again.channels[0].roi == result.channels[0].roi


def test_daily_rows_are_summed_to_weeks_that_end_on_the_last_day():
    found = run(rows(noisy_spend(200), step=1), holdout=10)
    assert len(found.dates) == 26
    assert len(found.holdout.actual) == 2
    assert found.dates[0] == date(2024, 1, 5)
    assert any("daily" in words for words in found.warnings)


def test_a_channel_without_spend_keeps_its_place_and_says_so():
    spend = noisy_spend(60, 3)
    spend[:, 1] = 0
    found = run(rows(spend))
    assert found.channel("b").roi is None
    assert found.channel("b").contribution.mean == 0
    assert "nothing was spent" in found.channel("b").quality.reasons[0]
    assert found.curves.channels == ("a", "c")


def test_a_constant_channel_is_an_assumption():
    spend = noisy_spend(80)
    spend[:, 0] = 50
    found = run(rows(spend)).channel("a")
    assert found.quality.kind is QualityClass.ASSUMPTION
    assert "hardly changed" in found.quality.reasons[0]


def test_channels_that_always_ran_together_are_named():
    spend = noisy_spend(80)
    spend[:, 1] = 2 * spend[:, 0]
    found = run(rows(spend))
    assert "a and b always ran together: the data cannot tell them apart" in found.warnings
    assert {channel.quality.kind for channel in found.channels} == {QualityClass.ASSUMPTION}


def test_few_weeks_are_an_assumption_and_a_prior_with_a_source_is_borrowed():
    given = ChannelPrior(median=2.0, spread=0.5, source="the benchmark table")
    found = run(rows(noisy_spend(16)), priors={"b": given})
    assert found.channel("a").quality.kind is QualityClass.ASSUMPTION
    assert found.channel("b").quality.kind is QualityClass.BORROWED
    assert any("the benchmark table" in reason for reason in found.channel("b").quality.reasons)
    assert any("16 training weeks" in words for words in found.warnings)


def test_controls_that_add_nothing_are_left_out_by_name():
    controls = np.column_stack([np.full(80, 3.0), np.arange(80.0), np.random.default_rng(2).standard_normal(80)])
    found = run(rows(noisy_spend(80), controls=controls, control_names=("fixed", "steady", "price")))
    left_out = [words for words in found.warnings if "left out" in words]
    assert [words.split()[1] for words in left_out] == ["fixed", "steady"]


def test_noise_that_persists_is_noticed():
    world = World(weeks=156, channels=("tv", "search"), strain="persistent", noise=0.05)
    data, _ = simulate(world, rng=np.random.default_rng(2))
    found = run(data)
    assert found.diagnosis.persistence + found.diagnosis.drift > 0.2


def test_more_channels_than_rows_still_give_an_answer():
    found = run(rows(noisy_spend(10, 8)))
    assert all(channel.quality.kind is QualityClass.ASSUMPTION for channel in found.channels)
    assert np.all(np.isfinite(found.curves.scale))


class TestBadInput:
    def test_too_few_rows(self):
        with pytest.raises(TooFewRows, match="at least 8"):
            run(rows(noisy_spend(5)))
        with pytest.raises(TooFewRows, match="training weeks"):
            run(rows(noisy_spend(30)), holdout=25)

    def test_a_repeated_day(self):
        data = rows(noisy_spend(30))
        with pytest.raises(UnevenDates, match="2024-01-08 stands in two rows"):
            run(replace(data, dates=(*data.dates[:2], data.dates[1], *data.dates[3:])))

    def test_a_gap(self):
        data = rows(noisy_spend(30))
        late = tuple(day + timedelta(weeks=1) for day in data.dates[10:])
        with pytest.raises(UnevenDates, match="after 2024-03-04 a row for 2024-03-11"):
            run(replace(data, dates=(*data.dates[:10], *late)))

    def test_months(self):
        with pytest.raises(UnevenDates, match="30 days apart"):
            run(rows(noisy_spend(40), step=30))

    @pytest.mark.parametrize("value", [np.nan, np.inf])
    def test_a_cell_that_is_no_number(self, value):
        spend = noisy_spend(30)
        spend[4, 1] = value
        with pytest.raises(BadValue, match="2024-01-29, column b"):
            rows(spend, outcome=np.ones(30))

    def test_negative_spend(self):
        spend = noisy_spend(30)
        spend[4, 0] = -1
        with pytest.raises(BadValue, match="column a: spend must not be negative"):
            rows(spend)

    def test_nothing_to_explain_or_to_explain_it_with(self):
        with pytest.raises(NothingToFit, match="same in every"):
            run(rows(noisy_spend(30), outcome=np.full(30, 7.0)))
        with pytest.raises(NothingToFit, match="any spend"):
            run(rows(np.zeros((30, 2)), outcome=np.arange(30.0)))
        with pytest.raises(NothingToFit, match="at least one spend column"):
            rows(np.zeros((30, 0)), outcome=np.arange(30.0))

    def test_shapes_and_names_that_do_not_fit_together(self):
        data = rows(noisy_spend(30))
        with pytest.raises(FitDataError, match="outcome has shape"):
            replace(data, outcome=np.ones(29))
        with pytest.raises(FitDataError, match="twice"):
            replace(data, channels=("a", "a"))
        with pytest.raises(FitDataError, match="prior names z"):
            run(data, priors={"z": ChannelPrior(median=1.0, spread=1.0)})
        with pytest.raises(FitDataError, match="holdout"):
            run(data, holdout=-1)
