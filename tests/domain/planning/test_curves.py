from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexusplanner.domain.planning.curves import CurveDraws, HillCurve, MeanHillCurve, derivatives, hill, outcomes

halves = st.floats(0.01, 1e6)
slopes = st.floats(0.2, 8.0)


def test_half_of_the_scale_is_reached_at_half() -> None:
    assert HillCurve(scale=10.0, half=4.0, slope=2.5).value(4.0) == pytest.approx(5.0)


def test_nothing_spent_brings_nothing() -> None:
    assert HillCurve(scale=10.0, half=4.0, slope=0.5).value(0.0) == 0.0


@given(half=halves, slope=slopes, share=st.floats(0.01, 20.0))
def test_the_derivative_is_the_slope_of_the_curve(half: float, slope: float, share: float) -> None:
    curve = HillCurve(scale=3.0, half=half, slope=slope)
    at, step = share * half, share * half * 1e-5
    secant = (curve.value(at + step) - curve.value(at - step)) / (2 * step)
    assert float(curve.derivative(at)) == pytest.approx(float(secant), rel=1e-4, abs=1e-9 / half)


@given(half=halves, slope=st.floats(1.1, 8.0))
def test_the_inflection_is_where_the_derivative_peaks(half: float, slope: float) -> None:
    curve = HillCurve(scale=1.0, half=half, slope=slope)
    around = curve.inflection * np.array([0.95, 1.0, 1.05])
    below, at, above = curve.derivative(around)
    assert at >= below
    assert at >= above


def test_the_derivative_at_zero_depends_on_the_slope() -> None:
    at_zero = [float(HillCurve(scale=6.0, half=3.0, slope=slope).derivative(0.0)) for slope in (0.5, 1.0, 2.0)]
    assert at_zero == [np.inf, 2.0, 0.0]


@pytest.mark.parametrize("wrong", [{"scale": -1.0}, {"half": 0.0}, {"slope": float("nan")}, {"half": float("inf")}])
def test_impossible_parameters_are_named(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        HillCurve(**{"scale": 1.0, "half": 1.0, "slope": 1.0, **wrong})


def test_negative_spend_is_refused() -> None:
    with pytest.raises(ValueError, match="spend"):
        hill(np.array([-1.0]), half=np.array([1.0]), slope=np.array([1.0]))


def test_a_mean_curve_is_the_mean_of_its_draws() -> None:
    draws = [HillCurve(scale=1.0, half=2.0, slope=0.7), HillCurve(scale=5.0, half=1.0, slope=3.0)]
    mean = MeanHillCurve.from_draws(scale=[1.0, 5.0], half=[2.0, 1.0], slope=[0.7, 3.0])
    at = np.array([0.5, 1.0, 9.0])
    assert mean.value(at) == pytest.approx((draws[0].value(at) + draws[1].value(at)) / 2)
    assert mean.derivative(at) == pytest.approx((draws[0].derivative(at) + draws[1].derivative(at)) / 2)
    assert mean.values(at).shape == (3, 2)


def test_mean_curves_are_equal_by_their_draws_and_cannot_be_changed() -> None:
    first, same, other = (MeanHillCurve.from_draws(scale=[1.0], half=[half], slope=[1.0]) for half in (2.0, 2.0, 3.0))
    assert first == same
    assert hash(first) == hash(same)
    assert first != other
    with pytest.raises(ValueError, match="read-only"):
        first.scale[0] = 9.0


@pytest.mark.parametrize("draws", [([], [], []), ([1.0], [1.0, 2.0], [1.0]), ([1.0], [0.0], [1.0])])
def test_draws_that_do_not_make_a_curve_are_refused(draws: tuple[list[float], list[float], list[float]]) -> None:
    scale, half, slope = draws
    with pytest.raises(ValueError, match=r"scale|half"):
        MeanHillCurve.from_draws(scale=scale, half=half, slope=slope)


def test_many_curves_are_evaluated_each_at_its_own_spend() -> None:
    hills = [HillCurve(scale=2.0, half=3.0, slope=0.6), HillCurve(scale=0.0, half=3.0, slope=0.6)]
    mixed = [*hills, MeanHillCurve.from_draws(scale=[1.0], half=[1.0], slope=[1.0])]
    assert outcomes(hills, np.array([3.0, 1.0])) == pytest.approx([1.0, 0.0])
    assert outcomes(mixed, np.array([3.0, 1.0, 1.0])) == pytest.approx([1.0, 0.0, 0.5])
    assert derivatives(hills, np.array([3.0, 0.0])) == pytest.approx([0.1, 0.0])
    assert derivatives(mixed, np.array([3.0, 0.0, 1.0])) == pytest.approx([0.1, 0.0, 0.25])


def test_draws_of_several_channels_give_each_its_mean_curve_over_the_weeks() -> None:
    draws = CurveDraws(
        channels=("tv", "search"),
        scale=np.array([[1.0, 2.0], [3.0, 4.0]]),
        half=np.ones((2, 2)),
        slope=np.ones((2, 2)),
        retention=np.zeros((2, 2)),
    )
    four_weeks = draws.over(4).mean_curve("search")
    assert four_weeks.value(4.0) == pytest.approx(4 * 3.0 / 2)
    with pytest.raises(KeyError):
        draws.mean_curve("radio")


def test_draws_of_several_channels_are_evaluated_at_one_split_or_over_a_grid() -> None:
    rng = np.random.default_rng(1)
    scale, half, slope = rng.uniform(0.5, 3.0, (3, 40, 2))
    draws = CurveDraws(channels=("tv", "search"), scale=scale, half=half, slope=slope, retention=np.zeros((40, 2)))
    grid = np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 0.5]])
    over_grid = draws.outcomes(grid)
    assert over_grid.shape == (40, 3, 2)
    for index, channel in enumerate(draws.channels):
        one = draws.mean_curve(channel).values(grid[:, index])
        assert one == pytest.approx(over_grid[..., index].T)
    assert draws.outcomes(grid[1]) == pytest.approx(over_grid[:, 1])
