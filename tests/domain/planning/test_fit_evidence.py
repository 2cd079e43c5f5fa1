"""Experiments, borrowed curves, holidays and delayed effects in a fit."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from nexusplanner.domain.planning.adstock import delayed_adstock
from nexusplanner.domain.planning.borrowed import ChannelBenchmark, borrowed_curves, channel_priors
from nexusplanner.domain.planning.curves import hill
from nexusplanner.domain.planning.fit.fitting import (
    ChannelPrior,
    CurveShape,
    FitConfig,
    FitData,
    FitDataError,
    LiftExperiment,
    fit,
)
from nexusplanner.domain.planning.quality import QualityClass
from nexusplanner.domain.planning.simulate import World, simulate

START = date(2024, 1, 1)


def rows(spend, outcome):
    return FitData(
        dates=tuple(START + timedelta(weeks=week) for week in range(len(spend))),
        outcome=outcome,
        spend=spend,
        channels=tuple("abcdefgh"[: spend.shape[1]]),
    )


def run(data, **config):
    return fit(data, config=FitConfig(draws=200, **config), rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def steady():
    rng = np.random.default_rng(3)
    spend = rng.lognormal(0, 0.3, (104, 2)) * 1000
    share = hill(spend, half=np.array([1500.0, 1500.0]), slope=np.array([1.0, 1.0]))
    return rows(spend, 50_000 + share @ [4000.0, 4000.0] + 1500 * rng.standard_normal(104))


@pytest.fixture(scope="module")
def before(steady):
    return run(steady, method="sample")


class TestExperiments:
    @staticmethod
    def experiment(lift, spread, **change):
        fields = {"channel": "a", "start": START + timedelta(weeks=40), "end": START + timedelta(weeks=52, days=-1)}
        return LiftExperiment(**{**fields, "lift": lift, "low": lift - spread, "high": lift + spread, **change})

    def test_a_precise_one_pulls_the_return_to_it_and_narrows_it(self, steady, before):
        spent = steady.spend[40:52, 0].sum()
        found = run(steady, method="sample", experiments=(self.experiment(0.5 * spent, 0.05 * spent),))
        old, new = before.channel("a"), found.channel("a")
        assert old.roi.mean > 1.0
        assert new.roi.mean == pytest.approx(0.5, rel=0.25)
        assert new.roi.high - new.roi.low < 0.4 * (old.roi.high - old.roi.low)
        assert new.quality.kind is QualityClass.MEASURED
        assert new.quality.reasons[0].startswith("measured by the experiment from 2024-10-07 to 2024-12-29")
        assert any("no experiment on b" in words for words in found.cannot_tell)

    def test_an_imprecise_one_hardly_moves_it(self, steady, before):
        spent = steady.spend[40:52, 0].sum()
        found = run(steady, method="sample", experiments=(self.experiment(0.5 * spent, 20 * spent),))
        assert found.channel("a").roi.mean == pytest.approx(before.channel("a").roi.mean, rel=0.15)
        assert not any("experiment from" in reason for reason in found.channel("a").quality.reasons if "%" in reason)

    def test_both_methods_use_it(self, steady):
        spent = steady.spend[40:52, 0].sum()
        found = run(steady, method="laplace", experiments=(self.experiment(0.5 * spent, 0.05 * spent),))
        assert found.channel("a").roi.mean == pytest.approx(0.5, rel=0.25)

    def test_outside_the_rows_it_needs_its_spend_and_says_so(self, steady, before):
        past = {"start": date(2022, 1, 3), "end": date(2022, 3, 27)}
        left_out = run(steady, method="sample", experiments=(self.experiment(4800.0, 500.0, **past),))
        assert any("its spend is not given" in words for words in left_out.warnings)
        assert left_out.channel("a").roi == before.channel("a").roi
        used = run(steady, method="sample", experiments=(self.experiment(4800.0, 500.0, spend=12_000.0, **past),))
        assert any("its own spend was used" in words for words in used.warnings)
        assert used.channel("a").roi.mean < 0.5 * before.channel("a").roi.mean

    def test_one_in_the_holdout_rows_counts_too(self, steady):
        late = {"start": START + timedelta(weeks=92), "end": START + timedelta(weeks=103, days=6)}
        spent = steady.spend[92:, 0].sum()
        found = run(
            steady, holdout=12, method="sample", experiments=(self.experiment(0.5 * spent, 0.05 * spent, **late),)
        )
        assert found.channel("a").roi.mean == pytest.approx(0.5, rel=0.25)

    def test_one_without_spend_on_its_days_is_left_out(self, steady):
        spend = steady.spend.copy()
        spend[40:52, 0] = 0
        found = run(replace(steady, spend=spend), experiments=(self.experiment(100.0, 10.0),))
        assert any("nothing was spent on those days" in words for words in found.warnings)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"low": 200.0}, "must lie inside its interval"),
            ({"high": float("inf")}, "must lie inside its interval"),
            ({"end": START}, "ends before it starts"),
            ({"spend": 0.0}, "spend must be above 0"),
        ],
    )
    def test_one_that_makes_no_sense_is_refused(self, change, words):
        with pytest.raises(FitDataError, match=words):
            self.experiment(100.0, 10.0, **change)

    def test_an_unknown_channel_is_named(self, steady):
        with pytest.raises(FitDataError, match="an experiment names z"):
            run(steady, experiments=(self.experiment(100.0, 10.0, channel="z"),))


class TestBorrowedCurves:
    BENCHMARK = ChannelBenchmark(
        channel="a", cpm=10.0, ctr=0.01, cvr=0.02, value=50.0, audience=100_000, source="a table"
    )

    @classmethod
    def data(cls, weeks, *, noise=300.0):
        rng = np.random.default_rng(5)
        spend = 500 * rng.lognormal(0, 0.8, (208, 1))
        share = hill(spend, half=np.array([700.0]), slope=np.array([1.0]))[:, 0]
        return rows(spend[:weeks], (20_000 + 1400 * share + noise * rng.standard_normal(208))[:weeks])

    def fit(self, weeks, **more):
        return run(self.data(weeks, **more), priors=channel_priors([self.BENCHMARK]), method="sample")

    def test_rows_that_say_nothing_leave_the_borrowed_curve(self):
        found = self.fit(8, noise=1e6)
        borrowed = borrowed_curves([self.BENCHMARK], draws=4000, rng=np.random.default_rng(2))
        at = np.array([500.0])
        for quantile in (0.1, 0.5, 0.9):
            expected = np.quantile(borrowed.outcomes(at), quantile)
            assert np.quantile(found.curves.outcomes(at), quantile) == pytest.approx(expected, rel=0.35)
        assert found.channel("a").quality.kind is QualityClass.BORROWED
        assert any("a table" in reason for reason in found.channel("a").quality.reasons)

    def test_the_curve_moves_to_the_rows_as_weeks_arrive(self):
        found = [self.fit(weeks) for weeks in (10, 60, 208)]
        widths = [np.log(each.channel("a").roi.high / each.channel("a").roi.low) for each in found]
        assert widths[0] > widths[1] > widths[2]
        kinds = [each.channel("a").quality.kind for each in found]
        assert kinds[0] is QualityClass.BORROWED
        assert kinds[2] is QualityClass.MEASURED
        spend = self.data(208).spend
        truth = 1400 * hill(spend, half=np.array([700.0]), slope=np.array([1.0])).sum() / spend.sum()
        assert found[2].channel("a").roi.mean == pytest.approx(truth, rel=0.25)

    def test_a_count_is_borrowed_per_currency_unit(self):
        counts = ChannelBenchmark(channel="a", cpm=10.0, ctr=0.01, cvr=0.02, value=1.0, audience=100_000)
        found = run(self.data(9, noise=1e6), priors=channel_priors([counts]), kind="count", method="sample")
        borrowed = borrowed_curves([counts], draws=4000, rng=np.random.default_rng(2))
        at = np.array([500.0])
        middle = np.median(borrowed.outcomes(at))
        assert np.median(found.curves.outcomes(at)) == pytest.approx(middle, rel=0.35)


class TestHolidays:
    def test_a_peak_is_not_a_channels(self):
        rng = np.random.default_rng(4)
        peaks = tuple(date(year, 11, 29) for year in (2024, 2025, 2026))
        weeks = np.arange(150)
        spend = 500 * rng.lognormal(0, 0.2, (150, 2))
        hit = [(day - START).days // 7 for day in peaks if (day - START).days // 7 < 150]
        spend[hit, 0] *= 4
        outcome = 20_000 + spend.sum(axis=1) + 200 * rng.standard_normal(150) + 5 * weeks
        outcome[hit] += 8000
        data = rows(spend, outcome)
        blind, told = run(data, method="sample"), run(data, method="sample", holidays={"Black Friday": peaks})
        assert blind.channel("a").weekly.mean[hit].min() > 5000
        assert told.channel("a").weekly.mean[hit].max() < 4000
        truth = data.spend[:, 0].sum()
        assert told.channel("a").contribution.low < truth < told.channel("a").contribution.high
        assert told.wmape < blind.wmape


class TestDelayedEffects:
    def test_the_delay_is_recovered_and_a_steady_spend_is_its_own_adstock(self):
        rng = np.random.default_rng(6)
        spend = 1000 * rng.lognormal(0, 0.9, (156, 1))
        stock = delayed_adstock(spend.T, decay=np.array([0.5]), delay=np.array([2.0]))[0]
        outcome = 20_000 + 5000 * stock / (stock + 1500) + 80 * rng.standard_normal(156)
        found = run(rows(spend, outcome), adstock="delayed", method="sample")
        assert found.curves.delay.mean() == pytest.approx(2.0, abs=0.3)
        assert found.curves.decay.mean() == pytest.approx(0.5, abs=0.15)
        assert not any("delayed adstock" in words for words in found.warnings)
        geometric = run(rows(spend, outcome), method="sample")
        assert found.r2 > geometric.r2
        assert any("try the delayed adstock" in words for words in geometric.warnings)
        at = np.array([1500.0])
        assert found.curves.outcomes(at).mean() == pytest.approx(2500, rel=0.15)

    def test_both_kinds_agree_when_nothing_is_delayed(self):
        data, truth = simulate(World(weeks=120, channels=("tv", "search"), noise=0.02), rng=np.random.default_rng(1))
        found = run(data, adstock="delayed", method="sample")
        for index, channel in enumerate(found.channels):
            assert channel.roi.mean == pytest.approx(truth.roi_over(120)[index], rel=0.2)


class TestConcaveSaturation:
    SETS = 6

    def errors(self, shape, **config):
        """Relative error of ROI over a few simulated companies, each channel's, and what was said of the shape."""
        errors, words = [], []
        for index in range(self.SETS):
            data, truth = simulate(
                World(shape=shape, weeks=120, channels=("tv", "search", "social")),
                rng=np.random.default_rng([4, index]),
            )
            found = run(data, **config)
            errors += [
                abs(each.roi.mean / actual - 1)
                for each, actual in zip(found.channels, truth.roi_over(120), strict=True)
            ]
            words += [said for said in found.warnings if "set saturation to hill" in said]
        return np.mean(errors), words

    def test_it_recovers_concave_worlds_better_and_does_not_doubt_itself_there(self):
        concave, words = self.errors("mm", saturation="concave")
        free, _ = self.errors("mm")
        assert concave < free
        assert words == []

    def test_every_slope_is_one_even_where_a_benchmark_says_otherwise(self, steady):
        shape = CurveShape(
            half=900.0, half_spread=0.6, slope=2.0, slope_spread=0.3, retention=0.4, retention_spread=0.9
        )
        prior = {"a": ChannelPrior(median=2.0, spread=0.6, shape=shape)}
        found = run(steady, saturation="concave", priors=prior)
        assert (found.curves.slope == 1.0).all()
        assert any("needs a least spend before it works" in words for words in found.cannot_tell)
        assert not any("least spend before it works" in words for words in run(steady).cannot_tell)

    @pytest.mark.parametrize("adstock", ["geometric", "delayed"])
    def test_rows_that_want_another_slope_say_so_and_name_the_channel(self, adstock):
        rng = np.random.default_rng(2)
        spend = 1000 * rng.lognormal(0, 0.6, (140, 2))
        share = hill(spend, half=np.array([1000.0, 1500.0]), slope=np.array([3.5, 1.0]))
        data = rows(spend, 20_000 + share @ [4000.0, 4000.0] + 120 * rng.standard_normal(140))
        found = run(data, saturation="concave", adstock=adstock)
        assert any(
            "slopes, of a above all, may differ from one: set saturation to hill" in each for each in found.warnings
        )
        assert not any("set saturation to hill" in each for each in run(data, adstock=adstock).warnings)


OUTCOMES = {
    "tiny": lambda rng, weeks: 1e-5 + 1e-6 * rng.standard_normal(weeks),
    "negative": lambda rng, weeks: 100 * rng.standard_normal(weeks),
    "spikes": lambda rng, weeks: 100 + 1e6 * (rng.uniform(size=weeks) < 0.1) + rng.standard_normal(weeks),
    "rare counts": lambda rng, weeks: rng.poisson(0.5, weeks).astype(float),
    "huge": lambda rng, weeks: 1e13 * (1 + 0.1 * rng.standard_normal(weeks)),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("adstock", ["geometric", "delayed"])
@pytest.mark.parametrize("method", ["laplace", "sample"])
def test_strange_rows_give_finite_figures(outcome, adstock, method):
    rng = np.random.default_rng(len(outcome))
    spend = rng.lognormal(3, 2, (40, 3)) * (rng.uniform(size=(40, 3)) < [0.1, 0.7, 1.0])
    test = LiftExperiment(channel="b", start=START, end=START + timedelta(days=200), lift=50.0, low=-10.0, high=900.0)
    benchmark = replace(TestBorrowedCurves.BENCHMARK, channel="c")
    found = run(
        rows(spend, OUTCOMES[outcome](rng, 40)),
        adstock=adstock,
        method=method,
        kind="count",
        holdout=5,
        experiments=(test,),
        priors=channel_priors([benchmark]),
        holidays={"once": (START + timedelta(weeks=9),), "never": (date(1999, 1, 1),)},
    )
    for channel in found.channels:
        assert np.all(np.isfinite([channel.roi.low, channel.roi.high, channel.marginal_roi.mean, channel.half]))
    for series in (found.baseline.low, found.fitted.high, found.holdout.low, found.holdout.high):
        assert np.all(np.isfinite(series))
