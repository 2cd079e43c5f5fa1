from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from nexusplanner.domain.planning.fit.baseline import Baseline, Outlooks, Whitener, design, holiday_columns, whiteners
from nexusplanner.domain.planning.fit.experiments import Experiments
from nexusplanner.domain.planning.fit.fitting import ChannelPrior, CurveShape, FitConfig
from nexusplanner.domain.planning.fit.laplace import pareto_tail
from nexusplanner.domain.planning.fit.media import saturate
from nexusplanner.domain.planning.fit.model import Model
from nexusplanner.domain.planning.fit.priors import priors_for
from nexusplanner.domain.planning.fit.search import climb, find_modes
from nexusplanner.domain.planning.fit.stock import Spends


def only(columns):
    return Baseline(free=columns, shrunk=np.zeros((len(columns), 0)))


def build(adstock="geometric", *, anchored=False, tested=False):
    rng = np.random.default_rng(5)
    weeks = 60
    columns, _ = design(weeks=weeks, training=weeks, harmonics=2, controls=np.zeros((weeks, 0)), names=())
    spend = rng.lognormal(0, 0.5, (2, weeks))
    spend[1, 10:30] = 0
    shape = CurveShape(half=1.4, half_spread=0.6, slope=1.1, slope_spread=0.3, retention=0.4, retention_spread=0.9)
    config = FitConfig(
        adstock=adstock, priors={"b": ChannelPrior(median=0.5, spread=0.6, shape=shape)} if anchored else {}
    )
    stopped = spend.copy()
    stopped[:, 40:44] = 0
    experiments = Experiments(
        owner=np.array([1, 0, 1]),
        spends=Spends.of(np.stack([spend[1], spend[0], spend[1], stopped[1], stopped[0], stopped[1]]), adstock=adstock),
        counted=np.tile(np.isin(np.arange(weeks), range(40, 44)).astype(float), (3, 1)),
        lift=np.array([0.5, 50.0, 2.0]),
        below=np.array([0.1, 5.0, 1.0]),
        above=np.array([0.2, 10.0, 1.0]),
    )
    return Model(
        spends=Spends.of(spend, adstock=adstock),
        outcome=rng.standard_normal(weeks) + spend.sum(axis=0),
        effect_unit=np.array([20.0, 30.0]),
        priors=priors_for(("a", "b"), config=config, weekly_spend=np.ones(2)),
        whiteners=whiteners(only(columns), training=weeks),
        experiments=experiments if tested else None,
    )


@pytest.fixture(scope="module")
def model():
    return build()


def points_of(model, seed, count):
    return 0.7 * np.random.default_rng(seed).standard_normal((count, *model.priors.centre.shape))


VARIANTS = pytest.mark.parametrize(
    "change",
    [
        {},
        {"adstock": "delayed"},
        {"anchored": True},
        {"tested": True},
        {"tested": True, "anchored": True, "adstock": "delayed"},
    ],
)


def numeric(function, points, step=1e-5):
    slopes = np.empty((len(points), *points.shape[1:]))
    for place in np.ndindex(points.shape[1:]):
        shift = np.zeros(points.shape[1:])
        shift[place] = step
        slopes[(slice(None), *place)] = (function(points + shift) - function(points - shift)) / (2 * step)
    return slopes


@VARIANTS
def test_the_gradient_is_the_slope_of_the_log_posterior(change):
    model = build(**change)
    points = points_of(model, 1, 4)
    choice = np.array([0, 3, 7, 19])
    _, gradient = model.log_posterior(points, choice=choice)
    found = numeric(lambda at: model.log_posterior(at, choice=choice)[0], points)
    np.testing.assert_allclose(gradient, found, rtol=1e-5, atol=1e-5)


@VARIANTS
def test_the_jacobian_is_the_slope_of_the_contributions(change):
    model = build(**change)
    points = points_of(model, 2, 3)
    jacobian = model.jacobian(model.forward(points))
    found = numeric(lambda at: model.forward(at).contributions[..., 0, 40], points)
    np.testing.assert_allclose(jacobian[:, 0, :, 40], found[:, 0], rtol=1e-5, atol=1e-7)


def test_an_experiment_expects_what_the_spend_of_its_days_adds():
    model = build(tested=True)
    points = points_of(model, 3, 2)
    stopped = replace(model.spends, spend=np.where(np.isin(np.arange(60), range(40, 44)), 0, model.spends.spend))
    forward = model.forward(points)
    share = saturate(model.parameters(points), spends=stopped).share
    lift = (forward.weight[..., None] * (forward.share - share))[..., 40:44].sum(axis=-1)
    misses, _ = model.misses(points, forward)
    away = lift[:, [1, 0, 1]] - model.experiments.lift
    spread = np.where(away < 0, model.experiments.below, model.experiments.above)
    np.testing.assert_allclose(misses, away / spread)


def test_an_anchored_effect_is_the_return_of_the_first_spend_times_the_half():
    model = build(anchored=True)
    points = points_of(model, 4, 3)
    parameters = model.parameters(points)[:, 1]
    np.testing.assert_allclose(model.forward(points).weight[:, 1], 30.0 * np.exp(parameters[:, 0] + parameters[:, 2]))


def test_the_effect_parameter_is_the_contribution_over_the_rows(model):
    points = np.random.default_rng(3).standard_normal((3, 2, 4))
    total = model.forward(points).contributions.sum(axis=-1)
    np.testing.assert_allclose(total, np.exp(model.parameters(points)[..., 0]) * [20.0, 30.0])


def test_the_marginal_likelihood_is_the_integral_over_the_linear_block():
    """With a flat prior on the level, integrating it by hand must differ by the same constant for every outcome."""
    columns = np.ones((6, 1))
    for whitener in whiteners(only(columns), training=6)[::7]:
        covariance = _covariance(whitener)
        inverse = np.linalg.inv(covariance)
        outcome = np.array([1.0, 2.0, 0.5, 3.0, 2.0, 1.0])
        level = (inverse @ outcome).sum() / inverse.sum()
        squares = (outcome - level) @ inverse @ (outcome - level)
        assert np.square(whitener.rest @ outcome).sum() == pytest.approx(squares, rel=1e-9)
        half = 0.5 * (np.linalg.slogdet(covariance)[1] + np.log(inverse.sum()))
        prior = whitener.log_weight + half
        assert np.exp(prior) < 0.2
        assert whitener.freedom == 5


def _covariance(whitener: Whitener):
    rows = np.arange(6)
    apart = np.abs(np.subtract.outer(rows, rows)).astype(float)
    noise = whitener.persistence**apart + np.diag(4.0 * 0.25**rows)
    return noise + whitener.drift**2 * (1 + np.minimum.outer(rows, rows)) + whitener.swing**2 * 0.85**apart


def test_every_candidate_explains_a_linear_baseline_fully_and_extends_it():
    columns, _ = design(weeks=80, training=70, harmonics=1, controls=np.zeros((80, 0)), names=())
    truth = columns @ np.array([5.0, 1.0, -2.0, 0.5])
    for whitener in whiteners(only(columns), training=70):
        baseline, ahead = Outlooks(only(columns)).under(whitener).read(truth[None, :70])
        np.testing.assert_allclose(whitener.rest @ truth[:70], 0, atol=1e-8)
        np.testing.assert_allclose(baseline[0], truth, rtol=1e-6)
        np.testing.assert_allclose(ahead[0], truth[70:], rtol=1e-6)


def test_climbing_ends_where_the_slope_is_zero(model):
    modes = find_modes(model)
    _, gradient = model.log_posterior(modes.points[:1], choice=np.array([modes.choice]))
    assert np.abs(gradient).max() < 0.05
    assert modes.weight.sum() == pytest.approx(1)


def test_climbing_never_loses_height(model):
    start = np.random.default_rng(4).standard_normal((5, 2, 4))
    _, before, _ = climb(model, start, choice=0, steps=0)
    _, after, _ = climb(model, start, choice=0)
    assert np.all(after <= before)


def test_season_needs_a_year_and_a_trend_half_of_one():
    nothing = np.zeros((40, 0))
    short, _ = design(weeks=20, training=20, harmonics=2, controls=nothing[:20], names=())
    middle, _ = design(weeks=40, training=40, harmonics=2, controls=nothing, names=())
    long, _ = design(weeks=120, training=110, harmonics=2, controls=np.zeros((120, 0)), names=())
    assert [table.shape[1] for table in (short, middle, long)] == [1, 2, 6]


@pytest.mark.parametrize(("shape", "around"), [(0.1, 0.15), (0.5, 0.15), (0.9, 0.2)])
def test_the_tail_of_pareto_weights_is_found(shape, around):
    uniform = np.random.default_rng(1).uniform(size=20_000)
    assert pareto_tail(-shape * np.log(uniform)) == pytest.approx(shape, abs=around)


def test_too_few_weights_have_no_tail():
    assert pareto_tail(np.zeros(50)) == float("inf")


def test_holidays_are_counted_by_week_and_drawn_towards_nothing():
    dates = tuple(date(2025, 1, 6) + timedelta(weeks=week) for week in range(60))
    columns = holiday_columns(
        {
            "sale": (date(2025, 1, 7), date(2025, 1, 8), date(2025, 1, 8), date(2024, 1, 1)),
            "feast": (date(2025, 1, 19),),
        },
        dates=dates,
    )
    assert columns[:3].tolist() == [[2, 0], [0, 1], [0, 0]]
    assert columns.sum() == 3
    flat = np.ones((60, 1))
    whitener = whiteners(Baseline(free=flat, shrunk=columns), training=60)[0]
    left = 30 * columns[:, 1] + np.random.default_rng(1).standard_normal(60)
    baseline, _ = Outlooks(Baseline(free=flat, shrunk=columns)).under(whitener).read(left[None])
    assert baseline[0, 1] == pytest.approx(left[1], rel=0.05)
    assert baseline[0, 0] == pytest.approx(0, abs=1.5)
