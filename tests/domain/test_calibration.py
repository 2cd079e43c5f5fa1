"""From scores to probabilities: what must hold whatever was learnt from."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from nexusplanner.domain.calibration import (
    NEEDED,
    Example,
    Platt,
    brier,
    calibrate,
    calibration_error,
    fit_platt,
)
from nexusplanner.domain.shared import Invalid

NOW = datetime(2026, 3, 2, tzinfo=UTC)
scores = st.floats(-1e6, 1e6).map(lambda value: round(value, 6))
learnt_from = st.lists(st.builds(Example, score=scores, happened=st.booleans()), min_size=1, max_size=60)


def drawn(n: int, *, seed: int = 1, slope: float = 4.0, intercept: float = -2.0) -> list[Example]:
    rng = np.random.default_rng(seed)
    points = rng.random(n)
    happened = rng.random(n) < 1 / (1 + np.exp(-(slope * points + intercept)))
    return [Example(score=float(at), happened=bool(came)) for at, came in zip(points, happened, strict=True)]


@given(learnt_from, scores, scores)
def test_probabilities_are_inside_zero_and_one_and_monotone(
    examples: list[Example], first: float, second: float
) -> None:
    platt = fit_platt(examples)
    lower, upper = sorted((first, second))
    low, high = platt.probability(lower), platt.probability(upper)
    assert 0 < low < 1
    assert 0 < high < 1
    assert (low <= high) if platt.slope >= 0 else (low >= high)


@given(learnt_from, scores)
def test_the_interval_holds_the_probability(examples: list[Example], score: float) -> None:
    platt = fit_platt(examples)
    low, high = platt.interval(score)
    assert 0 < low <= platt.probability(score) <= high < 1


@given(learnt_from, st.randoms(use_true_random=False))
def test_the_order_of_what_is_learnt_from_does_not_matter(examples: list[Example], random: object) -> None:
    shuffled = list(examples)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = fit_platt(examples), fit_platt(shuffled)
    for example in examples:
        assert one.probability(example.score) == pytest.approx(other.probability(example.score), abs=1e-6)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-100, 100))
def test_scores_on_another_scale_give_the_same_probabilities(seed: int, factor: float, shift: float) -> None:
    examples = drawn(40, seed=seed)
    moved = [Example(score=factor * each.score + shift, happened=each.happened) for each in examples]
    one, other = fit_platt(examples), fit_platt(moved)
    for each, there in zip(examples, moved, strict=True):
        assert one.probability(each.score) == pytest.approx(other.probability(there.score), abs=1e-6)


def test_the_fit_is_the_most_likely_one() -> None:
    examples = drawn(80, seed=3)
    happened = sum(each.happened for each in examples)
    high, low = (happened + 1) / (happened + 2), 1 / (len(examples) - happened + 2)

    def entropy(terms: np.ndarray) -> float:
        logits = np.array([terms[0] * each.score + terms[1] for each in examples])
        targets = np.array([high if each.happened else low for each in examples])
        return float(np.sum(np.logaddexp(0, logits) - targets * logits))

    best = minimize(entropy, np.zeros(2), method="BFGS")
    platt = fit_platt(examples)
    assert (platt.slope, platt.intercept) == pytest.approx(tuple(best.x), abs=1e-3)
    assert entropy(np.array([platt.slope, platt.intercept])) <= best.fun + 1e-9
    covariance = np.linalg.inv(_information(platt, examples))
    assert platt.slope_variance == pytest.approx(covariance[0, 0], rel=1e-6)
    assert platt.intercept_variance == pytest.approx(covariance[1, 1], rel=1e-6)
    assert platt.covariance == pytest.approx(covariance[0, 1], rel=1e-6)


def _information(platt: Platt, examples: list[Example]) -> np.ndarray:
    total = np.zeros((2, 2))
    for each in examples:
        chance = platt.probability(each.score)
        row = np.array([each.score, 1.0])
        total += chance * (1 - chance) * np.outer(row, row)
    return total


def test_even_when_all_happened_nothing_is_certain() -> None:
    platt = fit_platt([Example(score=value / 10, happened=True) for value in range(10)])
    assert 0.5 < platt.probability(0.5) < 0.95


@pytest.mark.parametrize(
    "wrong", [[], [Example(score=math.nan, happened=True)], [Example(score=math.inf, happened=False)]]
)
def test_what_cannot_be_learnt_from_is_refused(wrong: list[Example]) -> None:
    with pytest.raises(Invalid):
        fit_platt(wrong)


@pytest.mark.parametrize("n", [0, 1, 99])
def test_below_a_hundred_outcomes_nothing_is_learnt(n: int) -> None:
    assert calibrate(drawn(n), at=NOW) is None


def test_from_a_hundred_on_skill_is_measured_on_unseen_outcomes() -> None:
    assert NEEDED == 100
    found = calibrate(drawn(400), at=NOW)
    assert found is not None
    assert found.useful
    assert 0.1 < found.skill < 0.4
    assert found.n == 400
    assert found.fitted_at == NOW


def test_scores_that_say_nothing_are_not_used() -> None:
    useful = 0
    for seed in range(20):
        found = calibrate(drawn(120, seed=seed, slope=0.0, intercept=0.0), at=NOW)
        assert found is not None
        useful += found.useful
    assert useful <= 6


@pytest.mark.parametrize("happened", [True, False])
def test_where_everything_ended_alike_there_is_no_skill(*, happened: bool) -> None:
    found = calibrate([Example(score=value / 100, happened=happened) for value in range(120)], at=NOW)
    assert found is not None
    assert found.skill == 0.0
    assert not found.useful


def test_calibration_error_is_measured_in_bins_of_equal_count() -> None:
    assert calibration_error([0.2] * 10, [1.0, 1.0] + [0.0] * 8, bins=1) == pytest.approx(0.0)
    assert calibration_error([0.9] * 5 + [0.1] * 5, [0.0] * 5 + [1.0] * 5, bins=2) == pytest.approx(0.9)
    assert brier([0.0, 1.0, 0.5], [0.0, 1.0, 1.0]) == pytest.approx(0.25 / 3)
