from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nexusplanner.domain.planning.curves import FloatArray
from nexusplanner.domain.planning.risk.figures import (
    InvalidRisk,
    admissible,
    chance_to_beat,
    clear_difference,
    paired_difference,
    quantile,
    tail_mean,
    tail_weights,
)

outcomes = arrays(np.float64, st.integers(1, 40), elements=st.floats(-1e6, 1e6))
levels = st.floats(0.01, 1.0)


@given(draws=outcomes, level=levels)
def test_the_tail_mean_is_what_rockafellar_and_uryasev_define(draws: FloatArray, level: float) -> None:
    by_definition = max(t - float(np.maximum(t - draws, 0.0).mean()) / level for t in draws)
    assert tail_mean(draws, level=level) == pytest.approx(by_definition, rel=1e-9, abs=1e-6)


@given(draws=outcomes, level=levels)
def test_tail_weights_are_capped_and_add_to_one(draws: FloatArray, level: float) -> None:
    weights = tail_weights(draws, level=level)
    assert weights.sum() == pytest.approx(1.0)
    assert weights.min() >= 0
    assert weights.max() <= max(1.0 / (level * len(draws)), 1.0 if level * len(draws) < 1 else 0.0) * (1 + 1e-9)


@given(draws=outcomes, level=levels)
def test_tail_mean_lies_below_quantile_and_mean(draws: FloatArray, level: float) -> None:
    allowance = 1e-9 * (1 + np.abs(draws).max())
    assert tail_mean(draws, level=level) <= quantile(draws, level=level) + allowance
    assert tail_mean(draws, level=level) <= draws.mean() + allowance
    assert tail_mean(draws, level=1.0) == pytest.approx(draws.mean(), rel=1e-9, abs=1e-6)


@given(draws=outcomes, level=levels, seed=st.integers(0, 99))
def test_admissible_weights_never_lie_below_the_tail_mean(draws: FloatArray, level: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = admissible(rng.random(len(draws)) ** rng.choice([0.1, 1.0, 20.0]), level=level)
    assert weights.sum() == pytest.approx(1.0, rel=1e-12)
    assert weights @ draws >= tail_mean(draws, level=level) - 1e-9 * (1 + np.abs(draws).max())


def test_weights_that_are_admissible_stay_as_they_are() -> None:
    weights = np.array([0.5, 0.3, 0.2, 0.0])
    np.testing.assert_allclose(admissible(weights, level=0.5), weights)
    np.testing.assert_allclose(admissible(weights, level=1.0), 0.25)
    np.testing.assert_allclose(admissible(np.array([9.0, 1.0, 0.0, 0.0]), level=0.5), [0.5, 0.5, 0.0, 0.0])


def test_a_fraction_of_a_draw_counts_as_a_fraction() -> None:
    draws = np.array([30.0, 10.0, 20.0, 40.0])
    assert tail_mean(draws, level=0.25) == 10.0
    assert tail_mean(draws, level=0.375) == pytest.approx((10 + 0.5 * 20) / 1.5)
    assert tail_mean(draws, level=0.5) == 15.0


def test_the_quantile_is_a_draw_and_decimal_levels_count_exactly() -> None:
    draws = np.arange(30.0)
    assert quantile(draws, level=0.1) == 2.0
    assert quantile(draws, level=0.101) == 3.0
    assert quantile(draws, level=1.0) == 29.0
    assert quantile(draws, level=0.001) == 0.0


def test_chances_are_paired_and_ties_count_half() -> None:
    first, second = np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.0, 2.0, 5.0, 3.0])
    assert chance_to_beat(first, second=second) == 0.625
    assert chance_to_beat(first, second=second) + chance_to_beat(second, second=first) == 1.0
    assert chance_to_beat(first, second=first) == 0.5


def test_a_small_sure_gain_is_clear_and_a_large_unsure_one_is_not() -> None:
    world = np.random.default_rng(1).normal(1000.0, 300.0, 500)
    assert clear_difference(world + 1.0, second=world)
    assert paired_difference(world + 1.0, second=world).low == pytest.approx(1.0)
    gamble = world + np.random.default_rng(2).normal(50.0, 300.0, 500)
    assert not clear_difference(gamble, second=world)
    assert not clear_difference(world, second=world)


def test_draws_that_cannot_be_used_are_refused() -> None:
    with pytest.raises(InvalidRisk, match="at least one"):
        tail_mean(np.array([]), level=0.1)
    with pytest.raises(InvalidRisk, match="level"):
        quantile(np.ones(3), level=0.0)
    with pytest.raises(InvalidRisk, match="paired"):
        chance_to_beat(np.ones(3), second=np.ones(4))
