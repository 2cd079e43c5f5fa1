"""The policy behind what was learned."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.bandit import LEAST, MARKS, WORLDS, lifts
from hypothesis import given, settings
from hypothesis import strategies as st

from nexusplanner.domain.learning.policy import Belief, agreement_of, together

PRIOR = np.array([0.25, 0.25, 0.06])


def believed(rows: list[list[float]], rewards: list[float], *, prior: np.ndarray = PRIOR) -> Belief:
    belief = Belief.before(prior)
    for row, reward in zip(rows, rewards, strict=True):
        belief = belief.after(np.array(row, dtype=np.float64), reward, noise=0.5)
    return belief


@given(st.integers(0, 10_000), st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_one_by_one_gives_what_all_at_once_gives(seed: int, number: int) -> None:
    rng = np.random.default_rng(seed)
    rows, rewards = rng.random((number, 3)), rng.normal(size=number)
    found = believed(rows.tolist(), rewards.tolist())
    precision = np.diag(1 / PRIOR) + rows.T @ rows / 0.5
    assert np.allclose(found.covariance, np.linalg.inv(precision), atol=1e-9)
    assert np.allclose(found.mean, np.linalg.solve(precision, rows.T @ rewards / 0.5), atol=1e-9)


def test_a_draw_at_no_temperature_is_the_mean_and_spreads_with_it() -> None:
    belief = believed([[1, 0, 0]], [1.0])
    rng = np.random.default_rng(0)
    assert np.allclose(belief.drawn(rng, temperature=0.0), belief.mean)
    draws = np.array([belief.drawn(rng, temperature=0.5) for _ in range(4000)])
    assert np.allclose(draws.std(axis=0), 0.5 * np.sqrt(np.diag(belief.covariance)), rtol=0.08)


def test_likes_decide_where_there_are_no_results_and_give_way_where_there_are_many() -> None:
    liked = believed([[1, 0, 0]] * 20, [1.0] * 20)
    nothing = Belief.before(PRIOR)
    shrunk = together(liked, nothing, prior=PRIOR, agreement=0.4)
    assert np.allclose(shrunk.mean, 0.4 * liked.mean, atol=1e-9)
    failed = believed([[1, 0, 0]] * 40, [-1.0] * 40)
    both = together(liked, failed, prior=PRIOR, agreement=0.4)
    assert both.mean[0] < -0.8
    assert np.all(np.diag(both.covariance) <= np.diag(failed.covariance) + 1e-12)


@pytest.mark.parametrize(("sign", "low", "high"), [(1.0, 0.6, 0.95), (-1.0, 0.0, 0.2)])
def test_agreement_is_learned_from_arms_known_on_both_sides(sign: float, low: float, high: float) -> None:
    prior = np.full(40, 0.25)
    values = np.random.default_rng(3).choice([-0.5, 0.5], size=40)
    rows = [row for row in np.eye(40).tolist() for _ in range(30)]
    liked = believed(rows, [value for value in values for _ in range(30)], prior=prior)
    brought = believed(rows, [sign * value for value in values for _ in range(30)], prior=prior)
    found = agreement_of(liked, brought, prior=prior, expected=0.5, worth=10.0)
    assert low <= found <= high
    unknown = agreement_of(Belief.before(prior), Belief.before(prior), prior=prior, expected=0.5, worth=10.0)
    assert unknown == pytest.approx(0.5)


def test_the_policy_finds_more_than_plain_thompson_sampling_in_the_simulation() -> None:
    """The benchmark's own figures need a hundred seeds; a few tell that it is wired up."""
    ours, plain = (
        np.mean([lifts(WORLDS[0], policy=name, seed=seed) for seed in range(8)], axis=0)
        for name in ("the policy", "Thompson")
    )
    assert np.all(ours > plain + 0.2)
    assert set(LEAST) == set(MARKS)
